"""Rules on the dates and signatures of certificates.

SAML takes from a certificate its key alone (SAML Metadata Interoperability Profile 2.5.1), many
products do not: these findings warn, and reject a login only where the profile of the receiver says
that it looks at the dates. They judge each role in metadata, and for a message the certificates
that are relied on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from samlcheck.model import RoleDescriptor, SPSSODescriptor
from samlcheck.rules.case import Case, Given
from samlcheck.rules.citations import mdiop, saml2int
from samlcheck.rules.metadata.published import SIGNING, Published, distinct, published, replaced
from samlcheck.rules.metadata.sample_certificates import SHA1_SIGNED
from samlcheck.rules.rule import BLOCKS_LOGIN, INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import distance_words, instant_words

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

_SOON = timedelta(days=30)
_GOOD = (example("sp"), example("idp"), example("response"), example("request"))
_IDP_EXPIRED = (("{cert:idp-signing}", "{cert:expired}"), ("{cert:idp-next}", "{cert:expired}"))
_CITES = (mdiop("2.5.1"), saml2int("SDP-MD05"))


def _all_signing_expired(subject: RoleDescriptor | Given, case: Case) -> list[Published]:
    """Return the signing certificates of a role that signs, when each of them has expired."""
    if isinstance(subject, Given):
        return []  # of a message, the certificate whose key signed it is judged
    if isinstance(subject, SPSSODescriptor) and not subject.signs_requests:
        return []
    signing = [
        item
        for item in published(subject, case, lambda facts: _expired(facts, case.now))
        if item.serves(SIGNING) and item.facts.not_after is not None
    ]
    gone = [item for item in signing if _expired(item.facts, case.now)]
    return gone if len(gone) == len(signing) else []


def _expired(facts: CertificateFacts, now: datetime) -> bool:
    return facts.not_after is not None and facts.not_after < now


def _made_the_signature(facts: CertificateFacts, case: Case) -> bool:
    """Tell whether the key of a certificate made one of the message's signatures."""
    nodes = () if case.message is None else (case.message, *case.carriers, *case.assertions)
    signatures = [item for node in nodes for item in getattr(node, "signatures", ())]
    makers = [case.check(signature).signed_by for signature in signatures]
    return any(maker is not None and maker.facts is facts for maker in makers)


def _end(facts: CertificateFacts, case: Case) -> str:
    end = facts.not_after or case.now
    return f"expired on {instant_words(end)}, {distance_words(case.now - end)} ago"


@rule(
    "cert-all-expired",
    on=RoleDescriptor,
    severity=WARNING,
    cites=_CITES,
    bad=[
        example("sp", ("{cert:sp-signing}", "{cert:expired}")),
        example(
            "idp",
            *_IDP_EXPIRED,
            ("{cert:idp-encryption}", "{cert:expired}"),
            also=["cert-duplicate-in-role"],
        ),
    ],
    good=[example("sp"), example("idp")],
)
def all_expired(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """Every signing certificate of a role that signs has expired.

    All certificates that an identity provider, or a service provider with
    AuthnRequestsSigned="true", publishes for signing are past their end.

    Why: SAML allows the keys all the same, but receivers that look at the dates refuse everything.
    Fix: Publish a new certificate beside the old one, and sign with its key once the partners have
    loaded the metadata. Cisco Webex, for one, refuses expired certificates with error 15.
    """
    signing = _all_signing_expired(role, case)
    if not signing:
        return
    last = max(signing, key=lambda item: item.facts.not_after or case.now)
    others = [item for item in signing if item.facts is not last.facts]
    which = "All signing certificates have" if others else "The only signing certificate has"
    yield hit(
        last.node,
        f"{which} expired: {last.facts.name} {_end(last.facts, case)}",
        expected="a signing certificate that is valid now",
        actual=instant_words(last.facts.not_after or case.now),
        related=[Place(item.node, None, "expired before") for item in others],
    )


@rule(
    "cert-expired",
    on=(RoleDescriptor, Given),
    severity=WARNING,
    cites=_CITES,
    tags=[BLOCKS_LOGIN],
    bad=[
        example("sp", ("{cert:sp-encryption}", "{cert:expired}")),
        example(
            "idp",
            ("{cert:idp-next}", "{cert:expired}"),
            ("{cert:idp-encryption}", "{cert:expired}"),
        ),
        example("response", idp=_IDP_EXPIRED, key="expired"),
    ],
    good=_GOOD,
)
def expired(subject: RoleDescriptor | Given, case: Case) -> Iterator[Hit]:
    """A certificate has expired, and no valid one stands beside it.

    The end of a certificate has passed, and the role has no other one for the same use. For a
    login also: the certificate whose key made the signature has expired.

    Why: SAML allows the key to be used all the same, but some receivers look at the dates.
    Fix: Publish a new certificate, or one with a later end for the same key. Cisco Webex, for one,
    refuses expired certificates with error 15.
    """
    everything = published(subject, case, lambda facts: _expired(facts, case.now))
    gone = [item for item in everything if _expired(item.facts, case.now)]
    told = {id(item.facts) for item in (_all_signing_expired(subject, case) if gone else ())}
    for item, repeats in distinct(item for item in gone if id(item.facts) not in told):
        signed = isinstance(subject, Given) and _made_the_signature(item.facts, case)
        if signed or not replaced(item, everything, case.now, case.now):
            yield hit(
                item.node,
                f"The certificate {item.facts.name}"
                + (", whose key made the signature, " if signed else " ")
                + _end(item.facts, case),
                expected="a certificate that is valid now",
                actual=instant_words(item.facts.not_after or case.now),
                severity=WARNING if isinstance(subject, Given) and not signed else None,
                related=repeats,
            )


@rule(
    "cert-expired-but-newer-exists",
    on=(RoleDescriptor, Given),
    severity=INFO,
    cites=_CITES,
    bad=[
        example("idp", ("{cert:idp-next}", "{cert:expired}")),
        example("response", idp=[("{cert:idp-next}", "{cert:expired}")]),
    ],
    good=_GOOD,
)
def expired_but_newer_exists(subject: RoleDescriptor | Given, case: Case) -> Iterator[Hit]:
    """An expired certificate stands beside a valid one.

    A certificate is past its end, while the role has a valid one for the same use.

    Why: it is left over from a change of keys, and as long as it is published its key is trusted.
    Fix: Remove it once nothing is signed with, or encrypted for, its key.
    """
    everything = published(subject, case, lambda facts: _expired(facts, case.now))
    gone = [item for item in everything if _expired(item.facts, case.now)]
    for item, repeats in distinct(gone):
        if isinstance(subject, Given) and _made_the_signature(item.facts, case):
            continue
        if replaced(item, everything, case.now, case.now):
            yield hit(
                item.node,
                f"The certificate {item.facts.name} {_end(item.facts, case)}; "
                "a valid one for the same use is published too",
                actual=instant_words(item.facts.not_after or case.now),
                related=repeats,
            )


@rule(
    "cert-expires-soon",
    on=(RoleDescriptor, Given),
    severity=WARNING,
    cites=_CITES,
    bad=[example("idp", ("2027-01-20", "2028-07-01"), at="2028-05-15T10:00:00+00:00")],
    good=_GOOD,
)
def expires_soon(subject: RoleDescriptor | Given, case: Case) -> Iterator[Hit]:
    """A certificate expires within 30 days, and no successor is published.

    A certificate ends soon, and the role has no other one for the same use that is valid longer.

    Why: partners need time to load new metadata; some refuse logins from the day of expiry on.
    Fix: Publish a new certificate beside the old one now; change the key when partners have it.
    """

    def ends(facts: CertificateFacts) -> bool:
        return facts.not_after is not None and case.now <= facts.not_after < limit

    limit = case.now + _SOON
    everything = published(subject, case, ends)
    for item, repeats in distinct(item for item in everything if ends(item.facts)):
        end = item.facts.not_after or case.now
        if not replaced(item, everything, end, limit):
            yield hit(
                item.node,
                f"The certificate {item.facts.name} expires on {instant_words(end)}, in "
                + distance_words(end - case.now),
                expected=f"a certificate that is valid for {_SOON.days} days more",
                actual=instant_words(end),
                severity=INFO if isinstance(subject, Given) else None,
                related=repeats,
            )


@rule(
    "cert-not-yet-valid",
    on=(RoleDescriptor, Given),
    severity=WARNING,
    cites=_CITES,
    bad=[
        example("idp", ("2027-01-20", "2026-03-20"), at="2026-02-01T10:00:00+00:00"),
        example(
            "sp",
            ("{cert:sp-encryption}", "{cert:idp-next}"),
            ("2027-01-20", "2026-03-20"),
            at="2026-02-01T10:00:00+00:00",
        ),
    ],
    good=_GOOD,
)
def not_yet_valid(subject: RoleDescriptor | Given, case: Case) -> Iterator[Hit]:
    """A certificate is not valid yet.

    A certificate starts in the future. Beside a valid one for the same use that is a successor
    published ahead, which is good practice and no more than a remark.

    Why: receivers that look at the dates refuse what is signed with the key before that day.
    Fix: Do not use the key before its certificate has started; if it should have, compare the
    clocks of the machines concerned.
    """

    def early(facts: CertificateFacts) -> bool:
        return facts.not_before is not None and facts.not_before > case.now

    everything = published(subject, case, early)
    for item, repeats in distinct(item for item in everything if early(item.facts)):
        start = item.facts.not_before or case.now
        successor = replaced(item, everything, case.now, case.now)
        yield hit(
            item.node,
            f"The certificate {item.facts.name} is not valid before {instant_words(start)}, in "
            + distance_words(start - case.now),
            expected="a certificate that is valid now",
            actual=instant_words(start),
            severity=INFO if successor else None,
            related=repeats,
        )


@rule(
    "cert-sig-md5-sha1",
    on=(RoleDescriptor, Given),
    severity=INFO,
    cites=[saml2int("SDP-MD05")],
    bad=[example("sp", ("{cert:sp-signing}", SHA1_SIGNED))],
    good=_GOOD,
)
def weak_signature(subject: RoleDescriptor | Given, case: Case) -> Iterator[Hit]:
    """A certificate was signed with SHA-1 or MD5.

    The signature over the certificate itself, by its issuer or by its own key, uses a broken hash.

    Why: SAML does not look at that signature, so nothing is forged by it; but some products and
    scanners refuse such certificates.
    Fix: When the certificate is next changed, make one that is signed with SHA-256.
    """

    def weak(facts: CertificateFacts) -> bool:
        return facts.weak_signature is not None

    everything = published(subject, case, weak)
    for item, repeats in distinct(item for item in everything if weak(item.facts)):
        yield hit(
            item.node,
            f"The certificate {item.facts.name} was signed with {item.facts.weak_signature}",
            expected="SHA-256 or better",
            actual=item.facts.weak_signature,
            related=repeats,
        )


RULES = (
    all_expired,
    expired,
    expired_but_newer_exists,
    expires_soon,
    not_yet_valid,
    weak_signature,
)
