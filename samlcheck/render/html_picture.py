"""Sequence, signature coverage and certificates of the HTML report, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from samlcheck.engine.picture import BROWSER, IDP, SP, CertificateLine, Picture, Step
from samlcheck.engine.report import ACCEPTED, REJECTED, Report

View = dict[str, Any]

_PLACES = {SP: "service provider", BROWSER: "browser", IDP: "identity provider"}
_SIDES = {SP: "service provider", IDP: "identity provider", "message": "message"}
_ORDER = (SP, BROWSER, IDP)
_RANKS = {"error": 0, "warning": 1}
_STATES = {
    "valid": ("good", "valid"),
    "expired": ("error", "expired"),
    "early": ("error", "not yet valid"),
}


def sequence(report: Report, picture: Picture, listed: Sequence[View]) -> list[View]:
    """Return the steps of the exchange, the judged message marked by its worst finding."""
    worst = min(
        (item for item in listed if item["tone"] in _RANKS),
        key=lambda item: (_RANKS[item["tone"]], item["number"]),
        default=None,
    )
    views = [_step(step, report, worst) for step in picture.steps]
    last = picture.steps[-1] if picture.steps else None
    if last is not None and last.judged and last.sender != last.receiver:
        views.append(_step(_expected(report, last), report, worst))
    return views


def _expected(report: Report, last: Step) -> Step:
    """Return what the receiver of the message is expected to do, which nobody has seen."""
    titles = {
        ACCEPTED: "goes on" if last.receiver == IDP else "lets the user in",
        REJECTED: "refuses it",
    }
    title = titles.get(report.verdict or "", "what follows is not known")
    return Step(sender=last.receiver, receiver=BROWSER, title=title, seen=False)


def _step(step: Step, report: Report, worst: View | None) -> View:
    view: View = {
        "title": step.title,
        "detail": list(step.detail),
        "at": None if step.at is None else step.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "seen": step.seen,
        "direction": None,
        "via": {step.sender, step.receiver} == {SP, IDP},
        "route": f"at the {_PLACES[step.sender]}",
        "lanes": f"self at-{step.sender}",
        "tone": None,
        "mark": None,
        "worst": None,
    }
    if step.sender != step.receiver:
        first, second = sorted((step.sender, step.receiver), key=_ORDER.index)
        view["lanes"] = f"{first}-{second}"
        view["direction"] = "right" if step.sender == first else "left"
        view["route"] = f"from {_PLACES[step.sender]} to {_PLACES[step.receiver]}"
    if step.judged:
        view["tone"], view["mark"] = _judged(report, worst)
        view["worst"] = worst
    return view


def _judged(report: Report, worst: View | None) -> tuple[str, str]:
    if report.verdict == REJECTED:
        return "error", "rejected"
    if worst is not None:
        return worst["tone"], worst["tone"]
    return "good", "no error or warning"


def coverage(report: Report, picture: Picture) -> View | None:
    """Return what is signed, and by what; None where there is no message."""
    if report.kind != "message":
        return None
    nothing = not any(item.trusted for item in picture.covered)
    return {
        "parts": [
            {
                "part": item.part,
                "by": ", ".join(f"signature {number}" for number in item.signatures) or "nothing",
                "trusted": item.trusted,
                "tone": "good" if item.trusted else "warning" if nothing else "soft",
            }
            for item in picture.covered
        ],
        "signatures": [
            {
                "number": item.number,
                "tone": "good" if item.status == "valid" else "warning",
                "words": item.words,
                "algorithm": item.algorithm,
                "covers": item.covers,
                "by": item.signed_by or "a key that is not known",
            }
            for item in picture.signatures
        ],
    }


def certificates(picture: Picture) -> list[View]:
    """Return the certificates with their validity."""
    return [_certificate(item) for item in picture.certificates]


def _certificate(item: CertificateLine) -> View:
    tone, state = _STATES.get(item.state or "", ("warning", "cannot be read"))
    validity = ""
    if item.not_before is not None and item.not_after is not None:
        validity = f"{item.not_before:%Y-%m-%d} to {item.not_after:%Y-%m-%d}"
    return {
        "side": _SIDES[item.side],
        "use": item.use,
        "subject": item.subject,
        "fingerprint": item.fingerprint,
        "key": item.key,
        "tone": tone,
        "state": state,
        "validity": validity,
        "signed": item.signed,
    }
