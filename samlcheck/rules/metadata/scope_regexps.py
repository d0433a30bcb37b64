"""Rules on shibmd:Scope elements that are regular expressions, or look like ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Scope
from samlcheck.rules.case import Case
from samlcheck.rules.citations import saml2int
from samlcheck.rules.metadata.extensions import FEDERATION_IDP, SUBJECT_ID, short
from samlcheck.rules.metadata.scope_patterns import ScopePattern, Tail, read_pattern
from samlcheck.rules.rule import ERROR, OFF, WARNING, Hit, example, hit, rule

#: The scope of the identity provider in the examples.
SCOPE: Final = '<shibmd:Scope regexp="false">example.org</shibmd:Scope>'
#: Characters that a domain never has, and by which a regular expression is known.
PATTERN_SIGNS: Final = "^$*+?()[]{}|\\"
_GOOD_PATTERN: Final = r"^([a-z0-9-]+\.)*example\.org$"


def scope_edit(value: str, *, regexp: bool = False) -> tuple[str, str]:
    """Return the edit of an example that gives the identity provider another scope."""
    written = SCOPE.replace(">example.org<", f">{value}<")
    return (SCOPE, written.replace('"false"', '"true"') if regexp else written)


def is_pattern(scope: Scope) -> bool:
    """Tell whether a scope says that it is a regular expression."""
    return scope.regexp is not None and scope.regexp.value is True


def _plain_domain(value: str) -> bool:
    return not any(sign in PATTERN_SIGNS for sign in value)


def _pattern(scope: Scope) -> ScopePattern | None:
    """Return what is known of a scope that is a well-formed pattern and not just a domain."""
    value = scope.value
    if not is_pattern(scope) or not value or _plain_domain(value):
        return None
    pattern = read_pattern(value)
    return pattern if pattern.problem is None else None


_USED: Final = ("scope-regexp-used",)
_GOOD: Final = (
    example("idp"),
    example("idp", scope_edit(_GOOD_PATTERN, regexp=True), also=_USED),
    example("idp", scope_edit(r"^(.+\.)?example\.(org|com)$", regexp=True), also=_USED),
    example("idp", scope_edit(r"^([a-z0-9]{1,63})\.example\.org$", regexp=True), also=_USED),
)


@rule(
    "scope-regexp-missing",
    on=Scope,
    severity=OFF,
    cites=[SUBJECT_ID],
    bad=[
        example(
            "idp",
            (SCOPE, SCOPE.replace(' regexp="false"', "")),
            profile="federation",
            also=FEDERATION_IDP,
        )
    ],
    good=[example("idp"), example("idp", profile="federation", also=FEDERATION_IDP)],
)
def regexp_missing(scope: Scope, case: Case) -> Iterator[Hit]:
    """A scope leaves open whether it is a regular expression.

    shibmd:Scope has no regexp attribute. The schema then says false.

    Why: software that validates with the schema adds the attribute, which breaks a signature over
    the metadata, and eduGAIN asks for it.
    Fix: Write regexp="false".
    """
    if scope.regexp is None:
        yield hit(
            scope,
            f"The shibmd:Scope {short(scope.value)} has no regexp attribute",
            attribute="regexp",
            expected='regexp="false"',
        )


@rule(
    "scope-regexp-used",
    on=Scope,
    severity=WARNING,
    cites=[saml2int("SDP-IDP14")],
    bad=[example("idp", scope_edit(_GOOD_PATTERN, regexp=True))],
    good=[example("idp")],
)
def regexp_used(scope: Scope, case: Case) -> Iterator[Hit]:
    """A scope is a regular expression.

    shibmd:Scope has regexp="true".

    Why: service providers may ignore such scopes, and then drop the attributes; and a small slip
    in the pattern lets the identity provider speak for the domains of others.
    Fix: List each domain in a shibmd:Scope of its own, with regexp="false".
    """
    if is_pattern(scope):
        yield hit(
            scope,
            f"The shibmd:Scope {short(scope.value)} is a regular expression",
            attribute="regexp",
            expected='regexp="false"',
            actual=None if scope.regexp is None else scope.regexp.text,
        )


@rule(
    "scope-regexp-invalid",
    on=Scope,
    severity=ERROR,
    cites=[SUBJECT_ID],
    bad=[
        example("idp", scope_edit(r"^(.+\.example\.org$", regexp=True), also=_USED),
        example("idp", scope_edit(r"*.example.org", regexp=True), also=_USED),
        example("idp", scope_edit(r"^([a-z]+)*\.example\.org$", regexp=True), also=_USED),
    ],
    good=_GOOD,
)
def regexp_invalid(scope: Scope, case: Case) -> Iterator[Hit]:
    """The regular expression of a scope is broken.

    The pattern is not well-formed. One that can take exponential time, such as ([a-z]+)*, is a
    warning.

    Why: software refuses the whole entity, or ignores the scope and drops the attributes; a slow
    pattern lets anybody who can send an attribute stop the service.
    Fix: List each domain in a shibmd:Scope of its own, with regexp="false".
    """
    value = scope.value
    if not is_pattern(scope) or not value:
        return
    pattern = read_pattern(value)
    found = pattern.problem or pattern.risk
    if found is not None:
        yield hit(
            scope,
            f"The regular expression {short(value)} {found}"
            + ("" if pattern.problem else ", which can take exponential time"),
            expected="a domain, or a simple regular expression",
            actual=value,
            severity=ERROR if pattern.problem else WARNING,
        )


@rule(
    "scope-regexp-no-end-anchor",
    on=Scope,
    severity=WARNING,
    cites=[SUBJECT_ID],
    bad=[
        example("idp", scope_edit(r"^.+\.example\.org", regexp=True), also=_USED),
        example("idp", scope_edit(r".+\.example\.org$", regexp=True), also=_USED),
    ],
    good=_GOOD,
)
def regexp_not_anchored(scope: Scope, case: Case) -> Iterator[Hit]:
    """The regular expression of a scope matches a part of a value only.

    The pattern does not start with ^ or does not end with $.

    Why: software that searches instead of matching the whole accepts example.org.attacker.com for
    it, so the identity provider can speak for any domain.
    Fix: Start the pattern with ^ and end it with $; better, list each domain with regexp="false".
    """
    pattern = _pattern(scope)
    if pattern is None or (pattern.anchored_start and pattern.anchored_end):
        return
    lacking = [
        words
        for words, there in (
            ("start with ^", pattern.anchored_start),
            ("end with $", pattern.anchored_end),
        )
        if not there
    ]
    yield hit(
        scope,
        f"The regular expression {short(scope.value)} does not {' or '.join(lacking)}",
        expected="a pattern between ^ and $",
        actual=scope.value,
    )


@rule(
    "scope-regexp-no-literal-tail",
    on=Scope,
    severity=WARNING,
    cites=[SUBJECT_ID],
    bad=[
        example("idp", scope_edit("^.+$", regexp=True), also=_USED),
        example("idp", scope_edit(r"^.+\.org$", regexp=True), also=_USED),
        example("idp", scope_edit("^.+example.org$", regexp=True), also=_USED),
        example("idp", scope_edit(r"^.*example\.org$", regexp=True), also=_USED),
    ],
    good=_GOOD,
)
def regexp_no_literal_tail(scope: Scope, case: Case) -> Iterator[Hit]:
    r"""The regular expression of a scope allows the domains of others.

    Each match ends in a literal domain of at least two labels, and what stands before it ends at
    a dot. A dot without a backslash before it matches any character.

    Why: the identity provider can speak for every domain that the pattern matches, and somebody
    can register exampleXorg or evilexample.org.
    Fix: Let the pattern end in \.example\.org$; better, list each domain with regexp="false".
    """
    pattern = _pattern(scope)
    if pattern is None:
        return
    for tail in pattern.tails:
        problem = _tail_problem(tail)
        if problem is not None:
            yield hit(
                scope,
                f"The regular expression {short(scope.value)} {problem}",
                expected=r"a pattern that ends in a domain, such as \.example\.org$",
                actual=tail.text or None,
            )
            return


def _tail_problem(tail: Tail) -> str | None:
    """Return what a literal end lets pass, to complete a sentence."""
    domain = tail.text if tail.bounded else tail.text.partition(".")[2]
    labels = [label for label in domain.split(".") if label]
    if len(labels) >= 2:
        return None if tail.bounded else f"also matches other domains that end in {tail.text!r}"
    if not tail.bounded and tail.text.count(".") == 1 and all(tail.text.split(".")):
        return f"also matches other domains that end in {tail.text!r}"
    return "ends in no domain" if not tail.text else f"ends in {tail.text!r}, which is no domain"


@rule(
    "scope-regexp-on-literal",
    on=Scope,
    severity=WARNING,
    cites=[SUBJECT_ID],
    bad=[
        example("idp", scope_edit("example.org", regexp=True), also=_USED),
        example("idp", scope_edit(_GOOD_PATTERN)),
        example("idp", scope_edit("*.example.org")),
    ],
    good=_GOOD,
)
def regexp_on_literal(scope: Scope, case: Case) -> Iterator[Hit]:
    """A scope is taken for the other kind.

    regexp="true" stands on a plain domain, or regexp="false" on what looks like a pattern.

    Why: as a pattern, example.org also matches exampleXorg and notexample.org; as a domain, a
    pattern matches nothing, so the attributes are dropped.
    Fix: Write plain domains with regexp="false"; wildcards such as *.example.org do not exist.
    """
    value = scope.value
    if not value or _plain_domain(value) is not is_pattern(scope):
        return
    domain = is_pattern(scope)
    yield hit(
        scope,
        f'The shibmd:Scope {short(value)} is a plain domain, but regexp is "true"'
        if domain
        else f"The shibmd:Scope {short(value)} looks like a pattern, but regexp is not true",
        attribute="regexp" if domain else None,
        expected='regexp="false"' if domain else "a domain such as example.org",
        actual=value,
    )


RULES = (
    regexp_missing,
    regexp_used,
    regexp_invalid,
    regexp_not_anchored,
    regexp_no_literal_tail,
    regexp_on_literal,
)
