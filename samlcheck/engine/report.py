"""What a check returns: findings, the outcome of every rule, and for a message the verdict."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from samlcheck.engine.about import Console, Parties, Sight, Symptom
from samlcheck.records import frozen
from samlcheck.rules.citations import Citation
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, ERROR, INFO, WARNING, masked, revealed
from samlcheck.xml.secrets import without_secrets

if TYPE_CHECKING:
    from samlcheck.engine.picture import Picture
    from samlcheck.engine.story import Story
    from samlcheck.engine.traffic import RecordedExchange

ACCEPTED = "accepted"
REJECTED = "rejected"
UNDETERMINED = "undetermined"

FOUND = "found"
PASSED = "passed"
NOT_APPLICABLE = "not-applicable"
COULD_NOT_RUN = "could-not-run"


@frozen(kw_only=True)
class Excerpt:
    """The source line of a place; start and end delimit the marked part, in characters."""

    text: str
    start: int
    end: int


@frozen(kw_only=True)
class Location:
    """A place in a document; lines and columns start at 1, `end_column` is exclusive.

    `origin` is the chain of decodings that led from what was given to this document. Lines are
    those of the decoded document.
    """

    source: str
    origin: tuple[str, ...]
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    xpath: str | None
    entity_id: str | None
    excerpt: Excerpt | None
    label: str | None = None


_Texts = tuple[str, str | None, str | None, str, Location, tuple[Location, ...]]


class _Clear:
    """The texts of a finding in clear: opaque, and left behind by copies and pickles."""

    __slots__ = ("texts",)

    def __init__(self, texts: _Texts | None = None) -> None:
        self.texts = texts

    def __reduce__(self) -> tuple[type[_Clear], tuple[()]]:
        """Rebuild without the texts."""
        return _Clear, ()

    def __repr__(self) -> str:
        """Return no text."""
        return "<clear texts>"


@frozen(kw_only=True)
class Finding:
    """One violation: what, where, why, who must act, what to do.

    Texts are masked: NameID and attribute values are replaced by their length. `shown` returns
    the same finding with the values in clear, in the process that found them: neither
    `attrs.asdict` nor a pickle takes them along.
    """

    rule: str
    severity: str
    tags: tuple[str, ...]
    message: str
    expected: str | None
    actual: str | None
    owner: str
    advice: str
    citations: tuple[Citation, ...]
    location: Location
    related: tuple[Location, ...]
    severity_reason: str | None = None
    #: Where to repair it, as far as the profile knows; those of the side that acts first.
    consoles: tuple[Console, ...] = ()
    #: What the vendor shows for it, such as "Webex error 13".
    vendor_code: str | None = None
    #: It is about how the message was captured, and says nothing about the login itself.
    artefact: bool = False
    _clear: _Clear | None = attrs.field(default=None, repr=False, eq=False)

    def shown(self) -> Finding:
        """Return this finding with personal values in clear."""
        if self._clear is None or self._clear.texts is None:
            return self
        message, expected, actual, advice, location, related = self._clear.texts
        return attrs.evolve(
            self,
            message=message,
            expected=expected,
            actual=actual,
            advice=advice,
            location=location,
            related=related,
            clear=None,
        )

    @property
    def hint(self) -> str:
        """What to do, where in the consoles that the profile knows, and the vendor's symptom."""
        parts = [self.advice, *(f"In {item.name}: {item.path}." for item in self.consoles)]
        if self.vendor_code is not None:
            parts.append(f"Users see {self.vendor_code}.")
        return " ".join(parts)

    @property
    def blocks(self) -> bool:
        """Tell whether a conforming receiver refuses the login because of this."""
        return ATTACK in self.tags or (BLOCKS_LOGIN in self.tags and self.severity == ERROR)


def _mask(text: str | None) -> str | None:
    return None if text is None else masked(text)


def _reveal(text: str | None) -> str | None:
    return None if text is None else revealed(text)


def _masked_location(location: Location) -> Location:
    """Mask an excerpt; its marks are moved so that they still enclose the same part."""
    excerpt = location.excerpt
    if excerpt is None:
        return location
    before, inside = excerpt.text[: excerpt.start], excerpt.text[excerpt.start : excerpt.end]
    after = excerpt.text[excerpt.end :]
    start = len(masked(before))
    text = masked(before) + masked(inside) + masked(after)
    return attrs.evolve(
        location, excerpt=Excerpt(text=text, start=start, end=start + len(masked(inside)))
    )


def _clear_location(location: Location) -> Location:
    excerpt = location.excerpt
    if excerpt is None:
        return location
    start = len(revealed(excerpt.text[: excerpt.start]))
    end = start + len(revealed(excerpt.text[excerpt.start : excerpt.end]))
    return attrs.evolve(
        location, excerpt=Excerpt(text=revealed(excerpt.text), start=start, end=end)
    )


def make_finding(  # noqa: PLR0913 - a finding has this many parts
    *,
    rule: str,
    severity: str,
    tags: tuple[str, ...],
    message: str,
    expected: str | None,
    actual: str | None,
    owner: str,
    advice: str,
    citations: tuple[Citation, ...],
    location: Location,
    related: tuple[Location, ...],
    severity_reason: str | None,
    consoles: tuple[Console, ...] = (),
    vendor_code: str | None = None,
    artefact: bool = False,
    conceal: Callable[[str], str] = without_secrets,
) -> Finding:
    """Return a finding of texts with marked personal values: masked, with the clear ones kept.

    `conceal` takes private keys out of a text, for good.
    """
    message, advice = conceal(message), conceal(advice)
    expected = None if expected is None else conceal(expected)
    actual = None if actual is None else conceal(actual)
    texts = (
        revealed(message),
        _reveal(expected),
        _reveal(actual),
        revealed(advice),
        _clear_location(location),
        tuple(_clear_location(item) for item in related),
    )
    return Finding(
        rule=rule,
        severity=severity,
        tags=tags,
        message=masked(message),
        expected=_mask(expected),
        actual=_mask(actual),
        owner=owner,
        advice=masked(advice),
        citations=citations,
        location=_masked_location(location),
        related=tuple(_masked_location(item) for item in related),
        severity_reason=severity_reason,
        consoles=consoles,
        vendor_code=vendor_code,
        artefact=artefact,
        clear=_Clear(texts),
    )


@frozen(kw_only=True)
class Outcome:
    """How one rule ended: found, passed, not-applicable or could-not-run, with the reason.

    `findings` is the number found; `more` were found besides, and only counted: of one rule and
    severity so many are listed for one entity or message, and no more. `explained_by` names the
    rule whose finding makes those of this one mere consequences, which are not listed.
    """

    rule: str
    status: str
    findings: int
    more: int = 0
    reason: str | None
    explained_by: str | None = None


@frozen(kw_only=True)
class Report:
    """The result of one check.

    `kind` is metadata, pair, diff or message. `verdict` is None except for a message: accepted,
    rejected or undetermined; `undetermined_because` says what was missing. Findings of a message
    stand in the order in which a receiver works, what blocks the login first; others in document
    order. `story` ranks them. `facts` are effective values worth
    knowing, as (name, value) pairs. `message_kind` is the name of the message that was judged,
    such as Response or LogoutRequest, or Artifact. `readable` tells that XML came out of what was
    given to be judged; when none did, the findings say why, and nothing else is known.
    `exchanges` are all messages found, as they travelled, the oldest first.
    """

    kind: str
    sources: tuple[str, ...]
    origin: tuple[str, ...]
    profile: str
    evaluated_at: str
    verdict: str | None
    undetermined_because: tuple[str, ...]
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    facts: tuple[tuple[str, str], ...]
    #: Findings that were counted and not listed, because only graver ones were asked for.
    unlisted: tuple[tuple[str, int], ...] = ()
    #: Where the profile was chosen from the documents: which, how surely and by what.
    profile_choice: tuple[str, ...] = ()
    message_kind: str | None = None
    readable: bool = True
    parties: Parties = Parties()
    #: What somebody saw of the failure; the story weighs the causes by it.
    symptom: Symptom | None = None
    exchanges: tuple[RecordedExchange, ...] = ()
    _sight: Sight = attrs.field(factory=Sight, repr=False, eq=False)

    @property
    def picture(self) -> Picture | None:
        """What can be drawn: steps, times, signatures, certificates.

        None in a report that was copied to another process, or is on an aggregate.
        """
        return self._sight.picture()

    @property
    def story(self) -> Story:
        """The findings as one story: causes, what follows, what else, what cannot be known."""
        from samlcheck.engine.story import story_of

        return story_of(self)

    def count(self, severity: str) -> int:
        """Return the number of findings of one severity, of those not listed too."""
        listed = sum(finding.severity == severity for finding in self.findings)
        return listed + dict(self.unlisted).get(severity, 0)

    @property
    def summary(self) -> dict[str, int]:
        """The number of findings by severity, of those not listed, and of outcomes by status."""
        counts = {
            "errors": self.count(ERROR),
            "warnings": self.count(WARNING),
            "infos": self.count(INFO),
            "not_listed": sum(item.more for item in self.outcomes),
        }
        for status in (FOUND, PASSED, NOT_APPLICABLE, COULD_NOT_RUN):
            key = "rules_" + status.replace("-", "_")
            counts[key] = sum(item.status == status for item in self.outcomes)
        return counts
