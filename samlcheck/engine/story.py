"""The findings of a report as one story: the root cause, what follows, the rest, what is unknown.

This is the only place that says what a report comes down to; every output renders it.
"""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.engine.about import Symptom
from samlcheck.engine.asked import explaining_refusal
from samlcheck.engine.letter import Letter, letter_of
from samlcheck.engine.ranking import Ranked, rank
from samlcheck.engine.report import (
    ACCEPTED,
    COULD_NOT_RUN,
    REJECTED,
    UNDETERMINED,
    Finding,
    Report,
)
from samlcheck.engine.settings import Setting, setting_of
from samlcheck.records import frozen
from samlcheck.rules.rule import ATTACK, NEEDS

#: What the acceptance of each kind of message means.
_ACCEPTED = {
    "Response": "A conforming service provider lets this login in",
    "AuthnRequest": "A conforming identity provider takes up this request for a login",
    "LogoutRequest": "A conforming receiver carries out this logout",
    "LogoutResponse": "A conforming receiver takes this answer to its logout",
    "ArtifactResolve": "A conforming identity provider hands out what the artifact stands for",
    "AttributeQuery": "A conforming identity provider takes up this query",
}
_PROCESSED = "A conforming receiver processes this message"
_LOGINS = (None, "Response", "Assertion")
#: What to send when something was not given.
_SEND = {
    "sp": "the metadata file of the service provider, from its single sign-on settings",
    "idp": "the metadata file of the identity provider, from its application's settings",
    "request": "the AuthnRequest, best a recording of the whole login in the browser (HAR)",
    "profile": "the name of the product at the service provider (see `samlcheck profiles list`), "
    "or the accepted contexts and claims from its settings",
}
#: What no message and no metadata can show, however complete.
_BEYOND = Symptom(
    label="",
    meaning="whether the account exists at the service provider and is not locked, whether the "
    "user is assigned to the application, and what conditional access rules say",
    look_at=(),
    send="the error page with its code, and the service provider's log at the time of the login",
)


@frozen(kw_only=True)
class Cause:
    """One reason for the login to fail, with all that the one who mends it needs.

    `finding` is one of the report, or one on the request that was refused (see `exchanges`).
    `side` is where it has to be mended: sp, idp, capture, user, or none for what must not be
    trusted. `because` says in words why it stands where it does. `follows` are findings that go
    away with it, `hides` the rules whose findings were not even listed because of it.
    """

    finding: Finding
    side: str
    setting: Setting | None
    because: tuple[str, ...]
    follows: tuple[Finding, ...]
    hides: tuple[str, ...]
    letter: Letter


@frozen(kw_only=True)
class Open:
    """Something that this evidence cannot show, and what to send next, if anything helps.

    `reason` is that of the outcomes which it sums up, if it does.
    """

    what: str
    send: str | None
    reason: str | None = None


@frozen(kw_only=True)
class Story:
    """What a report comes down to; the first cause is the root cause.

    Of metadata alone, or of two versions of it, there are no causes: no login has failed.
    `word` is ACCEPTED, REJECTED or UNDETERMINED for a message, else empty; `headline` is one
    sentence. `seen` says what was seen of the failure, and whether a cause explains it. Texts are
    masked as those of the findings are.
    """

    word: str
    headline: str
    seen: str | None
    causes: tuple[Cause, ...]
    noticed: tuple[Finding, ...]
    unknown: tuple[Open, ...]


def story_of(report: Report, *, symptom: Symptom | None = None, show_values: bool = False) -> Story:
    """Return the story of a report.

    :param symptom: what somebody saw of the failure, instead of that of the report.
    :param show_values: quote NameID and attribute values in clear, where the report still has them.
    """
    symptom = symptom or report.symptom
    findings = tuple(item.shown() for item in report.findings) if show_values else report.findings
    asked = explaining_refusal(report.findings, report.exchanges)
    if show_values:
        asked = tuple(item.shown() for item in asked)
    groups, rest = rank(findings, report.kind, report.verdict, symptom, asked)
    hidden = _hidden(report)
    causes = tuple(
        _cause(report, group, symptom, hidden, place=None if len(groups) == 1 else number)
        for number, group in enumerate(groups)
    )
    return Story(
        word="" if report.verdict is None else report.verdict.upper(),
        headline=_headline(report, causes),
        seen=_seen(symptom, groups),
        causes=causes,
        noticed=rest,
        unknown=tuple(_unknown(report, groups, symptom)),
    )


def _hidden(report: Report) -> dict[str, tuple[str, ...]]:
    """Return the rules that the findings of each rule have explained away."""
    hidden: dict[str, tuple[str, ...]] = {}
    for item in report.outcomes:
        if item.explained_by is not None:
            hidden[item.explained_by] = (*hidden.get(item.explained_by, ()), item.rule)
    return hidden


def _cause(
    report: Report,
    group: Ranked,
    symptom: Symptom | None,
    hidden: dict[str, tuple[str, ...]],
    *,
    place: int | None,
) -> Cause:
    """Return one cause; `place` counts from 0, and is None for the only one."""
    finding = group.finding
    parts = (finding, *group.follows)
    hides = tuple(
        rule for slug in dict.fromkeys(f.rule for f in parts) for rule in hidden.get(slug, ())
    )
    setting = setting_of(finding)
    nobody = ATTACK in finding.tags and finding.owner == "user"
    return Cause(
        finding=finding,
        side="none" if nobody else finding.owner,
        setting=setting,
        because=tuple(_because(report, group, symptom, len(hides), place)),
        follows=group.follows,
        hides=hides,
        letter=letter_of(report, finding, setting),
    )


def _because(
    report: Report, group: Ranked, symptom: Symptom | None, hidden: int, place: int | None
) -> Iterator[str]:
    if symptom is not None and group.by_symptom:
        yield f"it explains {symptom.label}: {symptom.meaning}"
    if place == 0 and report.verdict == REJECTED and not group.by_symptom:
        yield "a receiver comes to it first"
    count = len(group.follows) + hidden
    if count and place is not None:
        yield f"it explains {count} other finding{'' if count == 1 else 's'}"
    if group.finding.artefact:
        yield "it is about how the message was captured, not about the login"


def _headline(report: Report, causes: tuple[Cause, ...]) -> str:
    """Return what a report comes down to, as one sentence without the verdict's word."""
    if report.verdict == ACCEPTED:
        so_far = _not_given(report)
        text = _ACCEPTED.get(report.message_kind or "", _PROCESSED)
        return text + (f", as far as it could be checked: {so_far}." if so_far else ".")
    if causes:
        return f"{causes[0].finding.message}."
    if report.verdict == UNDETERMINED:
        because = "; ".join(report.undetermined_because)
        what = "login" if report.message_kind in _LOGINS else "message"
        return f"Nothing that blocks the {what} was found, but this is missing: {because}."
    if report.kind == "pair":
        return "Nothing that breaks a login was found."
    return f"{report.count('error')} errors, {report.count('warning')} warnings."


def _not_given(report: Report) -> str:
    """Return what was not given and would have been compared, for an accepted login."""
    reasons = {item.reason for item in report.outcomes if item.status == COULD_NOT_RUN}
    return "; ".join(sorted(reason for reason in reasons if reason and reason.endswith("given")))


def _seen(symptom: Symptom | None, groups: tuple[Ranked, ...]) -> str | None:
    if symptom is None:
        return None
    explained = any(group.by_symptom for group in groups)
    open_ = "" if explained else "; nothing in this evidence explains it"
    return f"{symptom.label}: {symptom.meaning}{open_}"


def _unknown(report: Report, groups: tuple[Ranked, ...], symptom: Symptom | None) -> Iterator[Open]:
    """Yield what this evidence cannot show, and what to send next."""
    if symptom is not None and not any(group.by_symptom for group in groups):
        yield Open(
            what=f"Nothing in this evidence explains {symptom.label}: {symptom.meaning}",
            send=symptom.send or _BEYOND.send,
        )
    told = set()
    for reason, count in _lacking(report).items():
        needs = [need for need, words in NEEDS.items() if words in reason]
        told.update(needs)
        what = f"{count} check{'' if count == 1 else 's'} not run: {reason}"
        yield Open(what=what, send="; ".join(_SEND[need] for need in needs), reason=reason)
    if report.verdict == UNDETERMINED:
        for missing in report.undetermined_because:
            if not any(_is_need(missing, need) for need in told):
                yield Open(what=f"Missing for a verdict: {missing}", send=None)
    if report.verdict == ACCEPTED and report.message_kind in _LOGINS:
        yield Open(what=f"Not in any message: {_BEYOND.meaning}", send=_BEYOND.send)


def _lacking(report: Report) -> dict[str, int]:
    """Return why checks could not run for want of something to be given, and how many each."""
    counts: dict[str, int] = {}
    for item in report.outcomes:
        reason = item.reason or ""
        if item.status == COULD_NOT_RUN and reason.endswith(("was not given", "cannot be used")):
            counts[reason] = counts.get(reason, 0) + 1
    return {
        reason: count
        for reason, count in counts.items()
        if any(words in reason for words in NEEDS.values())
    }


def _is_need(words: str, need: str) -> bool:
    bare = words.removeprefix("usable ").removeprefix("the ")
    return bare.startswith(NEEDS[need].removeprefix("the "))
