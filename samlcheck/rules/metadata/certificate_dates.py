"""Rules on how long certificates run and who issued them: advice, for SAML takes the key alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from samlcheck.model import X509Certificate
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdiop, rfc, saml2int
from samlcheck.rules.metadata.published import offends
from samlcheck.rules.metadata.sample_contents import (
    AUTHORITY,
    ISSUED,
    NO_EXPIRY,
    PUBLIC_WEB,
    SHORT,
)
from samlcheck.rules.rule import INFO, OFF, Hit, example, hit, rule
from samlcheck.rules.wording import duration_words, instant_words

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

_CERT: Final = "{cert:sp-signing}"
_GOOD: Final = (example("sp"), example("idp"))
#: From here on a certificate says that it never ends: RFC 5280 writes it as the year 9999.
_NEVER: Final = 9000
#: A year, give or take what tools take away at the ends.
_ONE_YEAR: Final = timedelta(days=364)


def _span(facts: CertificateFacts) -> timedelta | None:
    """Return how long a certificate runs in all; None when that cannot be told."""
    if facts.not_before is None or facts.not_after is None or facts.not_after < facts.not_before:
        return None
    return facts.not_after - facts.not_before


@rule(
    "cert-no-expiry",
    on=X509Certificate,
    severity=INFO,
    cites=[rfc(5280, "4.1.2.5"), mdiop("2.5.1")],
    bad=[example("sp", (_CERT, NO_EXPIRY))],
    good=_GOOD,
)
def no_expiry(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A certificate never ends.

    Its notAfter is in the year 9999, which stands for no end, or close to it.

    Why: SAML allows it, but some products cannot read such a date, or take it for one in the past.
    Fix: Make the next certificate for ten or twenty years.
    """
    found = offends(
        node, case, lambda facts: facts.not_after is not None and facts.not_after.year >= _NEVER
    )
    if found is not None:
        facts, repeats = found
        yield hit(
            node,
            f"The certificate {facts.name} never ends",
            expected="a date that all products can read",
            actual=None if facts.not_after is None else instant_words(facts.not_after),
            related=repeats,
        )


@rule(
    "cert-validity-too-short",
    on=X509Certificate,
    severity=INFO,
    cites=[saml2int("SDP-MD05")],
    bad=[example("sp", (_CERT, SHORT))],
    good=_GOOD,
)
def validity_too_short(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A certificate runs for less than a year.

    From notBefore to notAfter there are less than 364 days.

    Why: partners have to load new metadata with each new certificate, and each change can fail;
    nothing is gained by it, for SAML does not ask who issued the certificate.
    Fix: Use a self-signed certificate that runs for years.
    """

    def short(facts: CertificateFacts) -> bool:
        return (_span(facts) or _ONE_YEAR) < _ONE_YEAR

    found = offends(node, case, short)
    if found is not None:
        facts, repeats = found
        span = duration_words(_span(facts) or _ONE_YEAR)
        yield hit(
            node,
            f"The certificate {facts.name} runs for {span} in all",
            expected="a year or more",
            actual=span,
            related=repeats,
        )


@rule(
    "cert-ca-issued",
    on=X509Certificate,
    severity=INFO,
    cites=[mdiop("2.5.1"), saml2int("SDP-MD05")],
    unless=["cert-public-tls-ca"],
    bad=[example("sp", (_CERT, ISSUED))],
    good=_GOOD,
)
def issued_by_others(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A certificate was issued by an authority.

    Issuer and subject of the certificate differ.

    Why: SAML takes the key from it and asks neither who issued it nor whether it was revoked, so
    that people expect protection that is not there; and such certificates run short.
    Fix: Use a self-signed certificate that runs for years, unless the partners ask for another one.
    """

    def issued(facts: CertificateFacts) -> bool:
        return facts.content is not None and facts.content.is_self_issued is False

    found = offends(node, case, issued)
    if found is not None:
        facts, repeats = found
        issuer = facts.content.issuer if facts.content else None
        yield hit(
            node,
            f"The certificate {facts.name} was issued by {issuer}",
            expected="a self-signed certificate",
            actual=issuer,
            related=repeats,
        )


@rule(
    "cert-public-tls-ca",
    on=X509Certificate,
    severity=INFO,
    cites=[mdiop("2.5.1"), saml2int("SDP-MD05"), rfc(6962)],
    bad=[example("sp", (_CERT, PUBLIC_WEB))],
    good=_GOOD,
)
def public_web(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A certificate is one for a public web server.

    It was issued under the policies of the CA/Browser Forum, as those for https are; perhaps the
    web server uses the same key.

    Why: such certificates run for some weeks or months only and come with a new key each time, and
    a break-in at the web server also yields the key that signs logins.
    Fix: Make a key of its own for SAML, with a self-signed certificate that runs for years.
    """

    def public(facts: CertificateFacts) -> bool:
        return facts.content is not None and facts.content.is_for_public_web

    found = offends(node, case, public)
    if found is not None:
        facts, repeats = found
        issuer = facts.content.issuer if facts.content else None
        yield hit(
            node,
            f"The certificate {facts.name} is one for a public web server",
            expected="a self-signed certificate of a key that is used for SAML only",
            actual=issuer,
            related=repeats,
        )


@rule(
    "cert-is-ca",
    on=X509Certificate,
    severity=OFF,
    cites=[mdiop("2.5.1"), rfc(5280, "4.2.1.9")],
    bad=[example("sp", (_CERT, AUTHORITY), enable=["cert-is-ca"])],
    good=[*_GOOD, example("sp", (_CERT, AUTHORITY))],
)
def authority(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A certificate says that it is one of an authority.

    Its basic constraints have cA set to TRUE, as certificates that openssl makes by default.

    Why: SAML does not look at it; but who imports the certificate into the trust store of a
    machine makes the entity an authority there.
    Fix: Make the next certificate with basicConstraints CA:FALSE.
    """

    def is_authority(facts: CertificateFacts) -> bool:
        return facts.content is not None and facts.content.is_authority

    found = offends(node, case, is_authority)
    if found is not None:
        facts, repeats = found
        yield hit(
            node,
            f"The certificate {facts.name} has basic constraints with CA:TRUE",
            expected="CA:FALSE",
            actual="CA:TRUE",
            related=repeats,
        )


RULES = (no_expiry, validity_too_short, issued_by_others, public_web, authority)
