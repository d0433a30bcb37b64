"""What a rule is, how it is declared, and how it reports a hit.

A rule is one generator function that looks at one object of the model and yields hits. The
decorator holds everything else that the registry, the engine, the tests and the documentation
need: its id, what it judges, how severe it is, what it cites, what it needs, and its examples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from lxml.etree import _Element as Element

from samlcheck.model import EntityDescriptor, Node
from samlcheck.records import frozen
from samlcheck.rules.citations import Citation
from samlcheck.xml import Document
from samlcheck.xml.quotations import masked as masked  # noqa: PLC0414 - offered to rules
from samlcheck.xml.quotations import personal as personal  # noqa: PLC0414 - offered to rules
from samlcheck.xml.quotations import revealed as revealed  # noqa: PLC0414 - offered to rules

if TYPE_CHECKING:
    from samlcheck.rules.case import Case

ERROR: Final = "error"
WARNING: Final = "warning"
INFO: Final = "info"
#: Runs only where a profile gives it a severity.
OFF: Final = "off"
SEVERITIES: Final = (ERROR, WARNING, INFO, OFF)

#: The message must not be trusted: somebody may have forged it.
ATTACK: Final = "attack"
#: A conforming receiver rejects the login because of this.
BLOCKS_LOGIN: Final = "blocks-login"

TAGS: Final = (ATTACK, BLOCKS_LOGIN)

SP: Final = "sp"
IDP: Final = "idp"
CAPTURE: Final = "capture"
USER: Final = "user"
OWNERS: Final = (SP, IDP, CAPTURE, USER)

#: What a rule may need beside the object it judges; the words are for people.
NEEDS: Final = {
    "sp": "the SP metadata",
    "idp": "the IdP metadata",
    "request": "the AuthnRequest",
    "profile": "a profile that states claims or authentication contexts",
}


@frozen(eq=False)
class Place:
    """Where something is, symbolically: an element or model object, and what of it.

    With an attribute name the attribute's value is meant, or the start tag where it is absent.
    A document stands for itself, with line and column where they are known.
    """

    subject: Node | Element | Document | None
    attribute: str | None = None
    label: str | None = None
    line: int | None = None
    column: int | None = None


@frozen(kw_only=True, eq=False)
class Hit:
    """One violation, before the engine makes a finding of it."""

    place: Place
    message: str
    expected: str | None
    actual: str | None
    hint: str | None
    owner: str | None
    severity: str | None
    related: tuple[Place, ...]
    artefact: bool = False


def hit(  # noqa: PLR0913 - a hit has this many parts
    subject: Node | Element | Document | None,
    message: str,
    *,
    attribute: str | None = None,
    expected: str | None = None,
    actual: str | None = None,
    hint: str | None = None,
    owner: str | None = None,
    severity: str | None = None,
    related: Iterable[Place] = (),
    line: int | None = None,
    column: int | None = None,
    artefact: bool = False,
) -> Hit:
    """Return a hit at an object of the model, an element, or a document.

    `message` is one sentence without a full stop that names the thing and quotes the value found;
    personal values in it go through `personal`. `hint` and `owner` replace what the rule declares.
    With `artefact` it is about how the message was captured, and says nothing about the login.
    """
    return Hit(
        place=Place(subject, attribute, None, line, column),
        message=message,
        expected=expected,
        actual=actual,
        hint=hint,
        owner=owner,
        severity=severity,
        related=tuple(related),
        artefact=artefact,
    )


@frozen(eq=False)
class Unknown:
    """Yielded instead of a hit: the rule could not decide for this object, and why.

    Of a rule that decides about a login it keeps the verdict open. With `leaves_open` that of any
    other rule does so too, also beside a hit; the reason then names what is missing.
    """

    reason: str
    leaves_open: bool = False


Edit = tuple[str, str]


@frozen(kw_only=True)
class Example:
    """An input for a rule, written as edits of a known-good base document.

    `base` is sp, idp, aggregate, pair, response, request, logout, logout-response or raw; `edits`
    change that document, `sp`, `idp` and `request` its companions, `after` the signed text.
    `carry` sends a message by "redirect" or "simplesign", with a detached signature by `key` that
    `algorithm` names; `after` then changes what is sent. `earlier` holds messages before it.
    With diff-sp, diff-idp or diff-aggregate `edits` change both versions, `after` the new one.
    `profile` names profiles, with blanks between; `over` is the text of one above them, without its
    header. `lists` are lists of the profile's table [metadata], by name; `waive` are
    rules that the profile waives, each until a day.
    `signature` is what the profile wants signed: response, assertion or both.
    `enable` names rules that the example runs as a profile would that asks for them, at warning.
    `also` lists the other rules that fire on it; with it the set of findings is complete.
    """

    base: str
    edits: tuple[Edit, ...]
    sp: tuple[Edit, ...]
    idp: tuple[Edit, ...]
    request: tuple[Edit, ...]
    after: tuple[Edit, ...]
    raw: str | bytes | None
    sign: str | None
    key: str
    at: str | None
    profile: str | None
    over: str | None
    signature: str | None
    enable: tuple[str, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    waive: tuple[tuple[str, str], ...]
    authn_contexts: str | None
    without: tuple[str, ...]
    encrypt: bool
    carry: str | None
    algorithm: str
    relay_state: str | None
    earlier: tuple[Example, ...]
    trust: str | None
    also: tuple[str, ...]
    note: str | None


def example(  # noqa: PLR0913 - a word for each circumstance
    base: str,
    *edits: Edit,
    sp: Iterable[Edit] = (),
    idp: Iterable[Edit] = (),
    request: Iterable[Edit] = (),
    after: Iterable[Edit] = (),
    raw: str | bytes | None = None,
    sign: str | None = "default",
    key: str = "idp-signing",
    at: str | None = None,
    profile: str | None = None,
    over: str | None = None,
    signature: str | None = None,
    enable: Iterable[str] = (),
    lists: Mapping[str, Iterable[str]] | None = None,
    waive: Iterable[tuple[str, str]] = (),
    authn_contexts: str | None = None,
    without: Iterable[str] = (),
    encrypt: bool = False,
    carry: str | None = None,
    algorithm: str = "rsa-sha256",
    relay_state: str | None = None,
    earlier: Iterable[Example] = (),
    trust: str | None = None,
    also: Iterable[str] = (),
    note: str | None = None,
) -> Example:
    """Return an example; see the guide on writing rules for the base documents."""
    return Example(
        base=base,
        edits=edits,
        sp=tuple(sp),
        idp=tuple(idp),
        request=tuple(request),
        after=tuple(after),
        raw=raw,
        sign=sign,
        key=key,
        at=at,
        profile=profile,
        over=over,
        signature=signature,
        enable=tuple(enable),
        waive=tuple(waive),
        lists=tuple((name, tuple(values)) for name, values in (lists or {}).items()),
        authn_contexts=authn_contexts,
        without=tuple(without),
        encrypt=encrypt,
        carry=carry,
        algorithm=algorithm,
        relay_state=relay_state,
        earlier=tuple(earlier),
        trust=trust,
        also=tuple(also),
        note=note,
    )


Judge = Callable[[Any, "Case"], Iterable[Hit | Unknown]]
#: What one entity has that is compared with what others have: the key, and where it stands.
Facts = Callable[[EntityDescriptor, "Case"], Iterable[tuple[str, Place]]]


@frozen(kw_only=True, eq=False)
class Rule:
    """A rule: its declaration and the function that judges."""

    id: str
    on: tuple[type, ...]
    severity: str
    citations: tuple[Citation, ...]
    tags: tuple[str, ...]
    owner: str | None
    needs: tuple[str, ...]
    unless: tuple[str, ...]
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    judge: Judge
    facts: Facts | None

    @property
    def title(self) -> str:
        """The first line of the docstring, without its full stop."""
        return self.sections["title"].rstrip(".")

    @property
    def fix(self) -> str:
        """The advice of the docstring's Fix paragraph; the hint of every finding without one."""
        return self.sections["fix"]

    @property
    def sections(self) -> dict[str, str]:
        """The docstring's parts: title, what, why, fix; each joined to one paragraph."""
        return _sections(self.judge.__doc__ or "")


@cache  # what is kept follows from the code alone, never from input
def _sections(page: str) -> dict[str, str]:
    parts = {"title": "", "what": "", "why": "", "fix": ""}
    name = "title"
    for raw in page.splitlines():
        line = raw.strip()
        if name == "title" and parts["title"] and not line:
            name = "what"
        elif line.startswith("Why: "):
            name, line = "why", line[5:]
        elif line.startswith("Fix: "):
            name, line = "fix", line[5:]
        if line:
            parts[name] = f"{parts[name]} {line}".strip()
    return parts


def _known(slug: str, name: str, given: tuple[str, ...], words: tuple[str, ...]) -> None:
    for word in given:
        if word not in words:
            raise ValueError(f"{slug}: {name} is {word!r}, expected one of {', '.join(words)}")


def rule(  # noqa: PLR0913 - a declaration has this many parts
    id: str,  # noqa: A002 - a rule's id is called id everywhere
    *,
    on: type | tuple[type, ...],
    severity: str,
    cites: Iterable[Citation],
    bad: Iterable[Example],
    good: Iterable[Example],
    tags: Iterable[str] = (),
    owner: str | None = None,
    needs: Iterable[str] = (),
    unless: Iterable[str] = (),
    facts: Facts | None = None,
) -> Callable[[Judge], Rule]:
    """Declare the decorated generator function as a rule.

    `on` is the class (or classes) of the objects it judges; subclasses count. `needs` names what
    must have been given (see NEEDS). `unless` names rules, by glob, whose findings in the same
    document make this rule's findings a mere consequence, which is then not reported. `owner` is
    who must act; None means the operator of the entity in whose metadata the place is.

    A rule on what several entities have in common is declared `on=Members` or `on=Census` (see
    the module on sets), and `facts` says what of one entity it compares.
    """
    tags, needs = tuple(tags), tuple(needs)
    _known(id, "owner", () if owner is None else (owner,), OWNERS)
    _known(id, "tags", tags, TAGS)
    _known(id, "needs", needs, tuple(NEEDS))
    _known(id, "severity", (severity,), SEVERITIES)

    def declare(judge: Judge) -> Rule:
        return Rule(
            id=id,
            on=on if isinstance(on, tuple) else (on,),
            severity=severity,
            citations=tuple(cites),
            tags=tuple(tags),
            owner=owner,
            needs=tuple(needs),
            unless=tuple(unless),
            bad=tuple(bad),
            good=tuple(good),
            judge=judge,
            facts=facts,
        )

    return declare
