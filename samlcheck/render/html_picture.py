"""Signature coverage and certificates of the HTML report, as plain values."""

from __future__ import annotations

from typing import Any

from samlcheck.engine.picture import CertificateLine, Picture
from samlcheck.engine.report import Report
from samlcheck.rules.rule import IDP, SP

View = dict[str, Any]

_SIDES = {SP: "service provider", IDP: "identity provider", "message": "message"}
_STATES = {
    "valid": ("good", "valid"),
    "expired": ("error", "expired"),
    "early": ("error", "not yet valid"),
}


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
