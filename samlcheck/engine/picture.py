"""What a report can be drawn from: who sent what to whom, when what held, what is signed, by whom.

Made from the case of a report when somebody asks, in the process that made the report. Texts come
from documents as they stand and are escaped by whoever shows them; personal values are masked.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from samlcheck.records import frozen
from samlcheck.rules.case import Case

if TYPE_CHECKING:
    from samlcheck.engine.view import SignatureView


@frozen(kw_only=True)
class SignIn:
    """That the user signed in at the identity provider: when, and how, as the assertion says."""

    at: datetime | None
    context: str


@frozen(kw_only=True)
class Span:
    """A time span, open where an end is None; or an instant, where both ends are equal."""

    name: str
    start: datetime | None
    end: datetime | None
    #: "instant", "window", "session", "capture" or "evaluation".
    kind: str

    @property
    def is_instant(self) -> bool:
        """Tell whether it is an instant."""
        return self.start is not None and self.start == self.end


@frozen(kw_only=True)
class Covered:
    """A part of a message that a receiver relies on, and the signatures that cover it."""

    part: str
    signatures: tuple[int, ...]
    trusted: bool


@frozen(kw_only=True)
class CertificateLine:
    """A certificate: whose, for what, its key and its validity; `state` is valid, expired, early.

    `state` is None where the certificate cannot be read. `signed` tells that it made a signature.
    """

    side: str
    use: str
    subject: str
    fingerprint: str
    key: str
    not_before: datetime | None
    not_after: datetime | None
    state: str | None
    signed: bool


@frozen(kw_only=True)
class Picture:
    """All that can be drawn of a case."""

    sign_ins: tuple[SignIn, ...]
    spans: tuple[Span, ...]
    #: The instant of the evaluation, with the difference of clocks that is allowed, in seconds.
    now: datetime
    skew: float
    signatures: tuple[SignatureView, ...]
    covered: tuple[Covered, ...]
    certificates: tuple[CertificateLine, ...]


def picture_of(case: Case) -> Picture:
    """Return what can be drawn of a case; for metadata that is the certificates."""
    from samlcheck.engine import picture_keys, picture_times

    message = case.kind == "message"
    return Picture(
        sign_ins=tuple(picture_times.sign_ins_of(case)) if message else (),
        spans=tuple(picture_times.spans_of(case)) if message else (),
        now=case.now,
        skew=case.context.skew.total_seconds(),
        signatures=tuple(picture_keys.signatures_of(case)) if message else (),
        covered=tuple(picture_keys.covered_of(case)) if message else (),
        certificates=tuple(picture_keys.certificates_of(case)),
    )
