"""Rules on the certificates of one role taken together: repetitions, renewals, too many keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import RoleDescriptor, SPSSODescriptor, X509Certificate
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdiop, metadata, saml2int
from samlcheck.rules.metadata.sample_renewals import RENEWED_1, RENEWED_2
from samlcheck.rules.rule import INFO, Hit, Place, example, hit, rule

_GOOD: Final = (example("sp"), example("idp"))
_MOST: Final = 3
_NEXT: Final = "{cert:idp-next}"
_SIGNING: Final = "{cert:idp-signing}"
_SECOND: Final = """\
    <md:KeyDescriptor use="encryption">
      <ds:KeyInfo>
        <ds:X509Data>
          <ds:X509Certificate>{cert:stranger}</ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
"""
_LOGOUT: Final = "    <md:SingleLogoutService "


def _third_key(number: int) -> str:
    return _SECOND.replace('"encryption"', '"signing"').replace(
        "{cert:stranger}", ("{cert:stranger}", "{cert:sp-signing}")[number]
    )


def _nodes(role: RoleDescriptor, use: str) -> list[X509Certificate]:
    """Return the certificates of the key descriptors for one use, or for both."""
    keys = role.signing_keys if use == "signing" else role.encryption_keys
    return [node for key in keys if key.key_info is not None for node in key.key_info.certificates]


@rule(
    "cert-duplicate-in-role",
    on=RoleDescriptor,
    severity=INFO,
    cites=[metadata("2.4.1.1")],
    bad=[example("idp", (_NEXT, _SIGNING))],
    good=[
        *_GOOD,
        example("idp", ("{cert:idp-encryption}", _SIGNING)),
    ],
)
def duplicate(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A certificate is published twice for the same use.

    Two md:KeyDescriptor elements of a role hold the same certificate, and both are for signing, or
    both for encryption.

    Why: the second one says nothing new; perhaps another certificate was meant, such as the next
    one of a change of keys.
    Fix: Remove the second md:KeyDescriptor, or put the other certificate into it.
    """
    if len(role.keys) < 2:
        return
    told: set[str] = set()
    for use in ("signing", "encryption"):
        first: dict[str, X509Certificate] = {}
        for node in _nodes(role, use):
            text = "".join(node.text.split())
            before = first.setdefault(text, node)
            if before is node or not text or text in told:
                continue
            told.add(text)
            yield hit(
                node,
                f"The certificate {case.certificate(node).name} is published twice for {use}",
                expected="each certificate once for each use",
                related=[Place(before, None, "the first one")],
            )


@rule(
    "cert-same-spki-different-cert",
    on=RoleDescriptor,
    severity=INFO,
    cites=[mdiop("2.5.1")],
    bad=[example("idp", (_SIGNING, RENEWED_1), (_NEXT, RENEWED_2))],
    good=_GOOD,
)
def same_key(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """Two certificates of a role hold the same key.

    The certificates differ, their public keys do not: one is a renewal of the other.

    Why: SAML looks at the key alone, so that the second certificate changes nothing. Who wanted to
    change the key has not done so.
    Fix: Keep the certificate that runs longer; to change the key, make a new one.
    """
    if len(role.keys) < 2:
        return
    first: dict[bytes, X509Certificate] = {}
    for use in ("signing", "encryption"):
        for node in _nodes(role, use):
            facts = case.certificate(node)
            if facts.key_id is None:
                continue
            before = first.setdefault(facts.key_id, node)
            if facts.der != case.certificate(before).der and _is_new(node, first):
                yield hit(
                    node,
                    f"The certificate {facts.name} holds the same key as another one",
                    expected="one certificate for each key",
                    related=[Place(before, None, "the other certificate")],
                )


def _is_new(node: X509Certificate, first: dict[bytes, X509Certificate]) -> bool:
    """Tell whether a certificate is met for the first time, and remember it."""
    key = b"\0" + "".join(node.text.split()).encode()
    return first.setdefault(key, node) is node


@rule(
    "cert-too-many",
    on=RoleDescriptor,
    severity=INFO,
    cites=[metadata("2.4.1.1")],
    bad=[example("idp", (_LOGOUT, _third_key(0) + _third_key(1) + _LOGOUT))],
    good=[*_GOOD, example("idp", (_LOGOUT, _third_key(0) + _LOGOUT))],
)
def too_many(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A role publishes many keys for the same use.

    There are more than three different certificates for signing, or for encryption.

    Why: each of them is trusted as long as it is published; old ones are often those of machines
    that nobody looks after any more. Some products take two at most.
    Fix: Remove the certificates whose keys are not used any more.
    """
    if len(role.keys) <= _MOST:
        return
    for use in ("signing", "encryption"):
        distinct = {"".join(node.text.split()): node for node in _nodes(role, use)}
        if len(distinct) > _MOST:
            yield hit(
                role,
                f"The role publishes {len(distinct)} certificates for {use}",
                expected=f"at most {_MOST}",
                actual=str(len(distinct)),
                related=[Place(node, None, "one of them") for node in distinct.values()][:5],
            )


@rule(
    "key-enc-rollover-two-active",
    on=SPSSODescriptor,
    severity=INFO,
    cites=[metadata("2.4.1.1"), saml2int("SDP-MD08")],
    bad=[example("sp", (_LOGOUT, _SECOND + _LOGOUT))],
    good=_GOOD,
)
def two_encryption_keys(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """A service provider publishes several keys for encryption.

    More than one different certificate is published for encryption, or, where none is for
    encryption alone, for both uses.

    Why: each identity provider picks one of them as it likes, so that the service provider has to
    decrypt with all of their private keys; where it knows the newest one only, logins fail.
    Fix: Keep all private keys configured, and publish the newest certificate only as soon as that
    is done.
    """
    if len(role.keys) < 2:
        return
    keys = [key for key in role.keys if key.use == "encryption"] or role.encryption_keys
    nodes = [node for key in keys if key.key_info is not None for node in key.key_info.certificates]
    distinct = {"".join(node.text.split()): node for node in nodes}
    if len(distinct) > 1:
        first, *others = distinct.values()
        yield hit(
            others[-1],
            f"The service provider publishes {len(distinct)} certificates for encryption",
            expected="one certificate",
            actual=str(len(distinct)),
            related=[Place(node, None, "another one") for node in (first, *others[:-1])],
        )


RULES = (duplicate, same_key, too_many, two_encryption_keys)
