"""Expected identifiers and locations: literal text in which named variables stand for parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from samlcheck.records import frozen

#: Longest text that is ever matched, in characters; an entityID has at most 1,024.
MAX_VALUE: Final = 2048

_VARIABLE: Final = r"\{([a-z][a-z0-9_]*)\}"


@frozen(kw_only=True, eq=False, repr=False)
class Variable:
    """A part that differs between customers, such as the name of a site or of a tenant."""

    name: str
    #: Regular expression that the whole part has to match.
    pattern: str
    #: Upper and lower case are one; the pattern and the comparison of two uses follow it.
    case_insensitive: bool = False
    #: Each use stands for itself: what one has, another need not have.
    free: bool = False
    default: str | None = None
    example: str | None = None
    help: str | None = None

    def accepts(self, text: str) -> bool:
        """Tell whether the text may stand for the variable."""
        return len(text) <= MAX_VALUE and re.fullmatch(self.expression(), text) is not None

    def expression(self, inner: str | None = None) -> str:
        """The regular expression for a use, without a capturing group, or for `inner` instead."""
        # ASCII only: with Unicode folding the long s and the Kelvin sign pass for s and k.
        return f"(?{'ai' if self.case_insensitive else 'a'}:{inner or self.pattern})"


@frozen(kw_only=True, eq=False, repr=False)
class Template:
    """One accepted value: exact text, or text with {variables} that every use has to share."""

    text: str
    #: The text is compared as it stands; braces have no meaning.
    exact: bool = False
    label: str | None = None
    note: str | None = None
    #: "current" or "legacy".
    status: str = "current"
    source: str | None = None
    #: The variables that the text names, in order of first use.
    variables: tuple[Variable, ...] = ()

    def match(self, value: str, bound: Mapping[str, str]) -> Mapping[str, str] | None:
        """Return `bound` with the variables that the value settles, or None when it differs.

        A variable in `bound` has to have that text; one used twice has to repeat its text. A
        variable keeps the spelling of its first use. Matching is of the whole value, which may
        have MAX_VALUE characters.
        """
        if self.exact or not self.variables:
            return bound if value == self.text else None
        if len(value) > MAX_VALUE:
            return None
        seen: set[str] = set()

        def agreeing(use: Variable) -> str:
            if use.free:
                return use.expression()
            if use.name in bound:
                return use.expression(re.escape(bound[use.name]))
            if use.name in seen:
                return use.expression(f"(?P={use.name})")
            seen.add(use.name)
            return f"(?P<{use.name}>{use.expression()})"

        found = re.fullmatch(self._expression(agreeing), value)
        return None if found is None else {**bound, **found.groupdict()}

    def uses(self, value: str) -> tuple[tuple[str, str], ...] | None:
        """What the value has for each use of a variable, also where the uses disagree.

        For a value that `match` refuses: None when it is of another form, else one pair of name
        and text for each use, in order, so that a message can quote the two that differ.
        """
        if self.exact or len(value) > MAX_VALUE:
            return None
        found = re.fullmatch(self._expression(lambda use: f"({use.expression()})"), value)
        if found is None:
            return None
        pairs = zip(re.findall(_VARIABLE, self.text), found.groups(), strict=True)
        free = {use.name for use in self.variables if use.free}
        return tuple(pair for pair in pairs if pair[0] not in free)

    def expected(self, bound: Mapping[str, str]) -> str:
        """The text with the variables filled in: as bound, else the default, else {name}."""
        if self.exact:
            return self.text
        known = {use.name: use.default for use in self.variables if use.default is not None}
        known.update(bound)
        return re.sub(_VARIABLE, lambda name: known.get(name[1], name[0]), self.text)

    def _expression(self, of_use: Callable[[Variable], str]) -> str:
        """The text as a regular expression, each use of a variable as `of_use` has it."""
        known = {variable.name: variable for variable in self.variables}
        return "".join(
            of_use(known[piece]) if index % 2 else re.escape(piece)
            for index, piece in enumerate(re.split(_VARIABLE, self.text))
        )


def first_match(
    templates: Iterable[Template], value: str, bound: Mapping[str, str]
) -> tuple[Template, Mapping[str, str]] | None:
    """The first template that the value matches, with the variables bound afterwards."""
    for template in templates:
        after = template.match(value, bound)
        if after is not None:
            return template, after
    return None


def variables_of(text: str) -> tuple[str, ...]:
    """The names used as {name} in a template text, one for each use, in order."""
    return tuple(re.findall(_VARIABLE, text))


def stray_brace(text: str) -> bool:
    """Tell whether a brace is left that does not belong to a {name}."""
    rest = re.sub(_VARIABLE, "", text)
    return "{" in rest or "}" in rest
