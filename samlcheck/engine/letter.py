"""A message to the other party, in plain words, ready to be copied into a mail or a ticket."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.engine.report import Finding, Report
from samlcheck.engine.settings import Setting
from samlcheck.records import frozen
from samlcheck.rules.rule import ATTACK, CAPTURE, IDP, SP

_SIDES = {SP: "service provider", IDP: "identity provider"}


@frozen(kw_only=True)
class Letter:
    """A message: to whom, and its paragraphs; each of `lines` is one line without breaks."""

    to: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The message as text."""
        return "\n".join(self.lines) + "\n"


def letter_of(report: Report, finding: Finding, setting: Setting | None) -> Letter:
    """Return the message to whoever has to act on a finding."""
    return Letter(to=_addressee(report, finding), lines=tuple(_lines(report, finding, setting)))


def _addressee(report: Report, finding: Finding) -> str:
    parties = report.parties
    if ATTACK in finding.tags and finding.owner not in _SIDES:
        return "those in charge of security at the service provider"
    if finding.owner in _SIDES:
        entity = parties.sp if finding.owner == SP else parties.idp
        return f"the {_SIDES[finding.owner]}" + (f" {entity}" if entity else "")
    if finding.owner == CAPTURE:
        return "whoever captured the message, or handles it on the way"
    return "the user who signs in"


def _lines(report: Report, finding: Finding, setting: Setting | None) -> Iterator[str]:
    yield f"{_occasion(report)} {finding.message}."
    if setting is not None and not _told(finding) and (setting.present or setting.needed):
        now = f"is now: {setting.present}; it" if setting.present else ""
        needed = f" has to be: {setting.needed}" if setting.needed else ""
        yield f"The {setting.name} {now}{needed}.".replace("  ", " ")
    yield f"What to do: {finding.advice}"
    for console in finding.consoles:
        if console.side in (finding.owner, None):
            yield f"In {console.name}: {console.path}."
    reference = _reference(report, finding)
    if reference:
        yield reference


def _told(finding: Finding) -> bool:
    """Tell whether the message of a finding quotes what is there and what has to be."""
    values = [value for value in (finding.expected, finding.actual) if value]
    return bool(values) and all(value in finding.message for value in values)


def _occasion(report: Report) -> str:
    parties = report.parties
    if report.kind == "pair":
        between = f" between {parties.sp} and {parties.idp}" if parties.sp and parties.idp else ""
        return f"Single sign-on{between} will fail by what the metadata says."
    if report.message_kind in (None, "Response", "Assertion", "AuthnRequest"):
        to = f" to {parties.sp}" if parties.sp else ""
        through = f" through {parties.idp}" if parties.idp else ""
        return f"Sign-in{to}{through} fails."
    if report.kind == "message":
        return f"A {report.message_kind} is refused."
    return "Our check of SAML metadata found this."


def _reference(report: Report, finding: Finding) -> str:
    parts = []
    if report.parties.message_id:
        parts.append(f"{report.message_kind or 'message'} {report.parties.message_id}")
    if report.parties.issued:
        parts.append(f"issued {report.parties.issued}")
    if finding.vendor_code:
        parts.append(f"users see {finding.vendor_code}")
    return f"For your log: {', '.join(parts)}." if parts else ""
