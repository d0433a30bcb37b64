"""What a refused request has to do with the refusal: findings on the request that explain it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from samlcheck.engine.report import Finding
from samlcheck.engine.traffic import RecordedExchange
from samlcheck.rules.rule import ERROR

REFUSED: Final = "status-not-success"

#: By status code: rules on the request that explain it, even where they are no errors.
_BY_CODE: Final[dict[str, tuple[str, ...]]] = {
    "NoAuthnContext": ("req-requestedauthncontext-*", "req-comparison-*", "pair-authncontext-*"),
    "InvalidNameIDPolicy": ("req-nameidpolicy-*", "pair-nameid-*"),
    "NoPassive": ("req-forceauthn-ispassive",),
    "UnsupportedBinding": ("req-protocolbinding", "req-acs-*"),
    "RequestUnsupported": ("req-*",),
    "RequestDenied": ("req-issuer-*", "req-acs-*", "req-unsigned", "redirect-*"),
    "UnknownPrincipal": ("req-subject-*",),
    "VersionMismatch": ("req-version",),
}


def explaining_refusal(
    findings: tuple[Finding, ...], exchanges: tuple[RecordedExchange, ...]
) -> tuple[Finding, ...]:
    """Return the findings on the request that explain why it was refused, the best first.

    Empty where the message judged is no refusal, or no request that was checked is known.
    """
    if not any(item.rule == REFUSED for item in findings):
        return ()
    judged = next((item for item in exchanges if item.judged), None)
    asked = None if judged is None else request_of(judged, exchanges)
    if judged is None or asked is None:
        return ()
    globs = [glob for code in judged.status for glob in _BY_CODE.get(code, ())]
    fitting = [item for item in asked.findings if _named(item, globs)]
    grave = [
        item
        for item in asked.findings
        if item not in fitting and (item.blocks or item.severity == ERROR)
    ]
    return (*fitting, *grave)


def request_of(
    judged: RecordedExchange, exchanges: tuple[RecordedExchange, ...]
) -> RecordedExchange | None:
    """Return the exchange with the request that a response answers, where it was checked."""
    return next(
        (item for item in exchanges if item.number == judged.answers and item.checked), None
    )


def _named(finding: Finding, globs: list[str]) -> bool:
    return any(fnmatchcase(finding.rule, glob) for glob in globs)
