"""Rules on keys that change: with an overlap, or without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from samlcheck.model import KeyDescriptor, Node, SPSSODescriptor, SSODescriptor, X509Certificate
from samlcheck.rules.case import Case
from samlcheck.rules.change import Change
from samlcheck.rules.citations import mdiop, metadata, saml2int
from samlcheck.rules.diff.sample_certificates import FIRST, RENEWED
from samlcheck.rules.pair.words import role_words
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import all_of

_NEXT: Final = "{cert:idp-next}"
_SECOND: Final = """    <md:KeyDescriptor use="signing">
      <ds:KeyInfo>
        <ds:X509Data>
          <ds:X509Certificate>{cert:idp-next}</ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
"""
_ENCRYPTION: Final = '<md:KeyDescriptor use="encryption">'

#: Keys by what identifies them, each with the node that shows it.
Keys = dict[object, Node]


def keys_of(descriptors: Iterable[KeyDescriptor], case: Case) -> Keys:
    """Return the distinct keys of key descriptors; certificates around one key are one key."""
    found: Keys = {}
    for descriptor in descriptors:
        info = descriptor.key_info
        if info is None:
            continue
        for certificate in info.certificates:
            key = case.certificate(certificate).key_id
            found.setdefault(key or "".join(certificate.text.split()), certificate)
        if not info.certificates:
            for value in info.key_values:
                found.setdefault("".join(map(str, value.element.itertext())).strip(), value)
    return found


def _words(node: Node, case: Case) -> str:
    """Name a key by the certificate around it."""
    if not isinstance(node, X509Certificate):
        return "a bare key"
    facts = case.certificate(node)
    if facts.not_after is None:
        return "a certificate that cannot be read"
    return f"{facts.short_fingerprint} (to {facts.not_after.date().isoformat()})"


def _list(nodes: Iterable[Node], case: Case) -> str:
    return all_of(_words(node, case) for node in nodes)


def _verified_by_partners(old: SSODescriptor, new: SSODescriptor) -> bool:
    """Tell whether partners verify what this role signs: every IdP, and an SP that says so."""
    if not isinstance(old, SPSSODescriptor) or not isinstance(new, SPSSODescriptor):
        return True
    return old.signs_requests or new.signs_requests


@rule(
    "diff-key-swapped",
    on=Change,
    severity=ERROR,
    cites=[mdiop("2.6.1"), saml2int("SDP-MD04")],
    bad=[
        example("diff-idp", (_SECOND, ""), after=[("{cert:idp-signing}", "{cert:stranger}")]),
        example("diff-sp", after=[("{cert:sp-signing}", "{cert:stranger}")]),
    ],
    good=[
        example(
            "diff-idp",
            after=[("{cert:idp-signing}", "{cert:stranger}")],
            also=["diff-key-added", "diff-key-removed"],
            note="One key stays",
        )
    ],
)
def key_swapped(change: Change, case: Case) -> Iterator[Hit]:
    """The signing key is swapped without an overlap.

    No signing key of the old version is in the new one. For an SP that does not say that it
    signs its requests it is a warning.

    Why: partners fetch metadata at different times. Who still has the old version refuses every
    signature by the new key, and who has the new one refuses every signature by the old.
    Fix: Publish the new key beside the old one first. Sign with the new one when all partners have
    fetched that, and remove the old one last.
    """
    for old, new in change.roles():
        before, after = keys_of(old.signing_keys, case), keys_of(new.signing_keys, case)
        if not before or not after or before.keys() & after.keys():
            continue
        first = next(iter(after.values()))
        yield hit(
            first,
            f"All signing keys of {role_words(new)} are replaced at once: "
            f"{_list(before.values(), case)} by {_list(after.values(), case)}",
            expected="a key of the old version beside the new one",
            actual=_words(first, case),
            severity=None if _verified_by_partners(old, new) else WARNING,
            related=[Place(next(iter(before.values())), None, "the old key")],
        )


@rule(
    "diff-keys-gone",
    on=Change,
    severity=ERROR,
    cites=[metadata("2.4.1.1")],
    bad=[
        example(
            "diff-idp",
            (_SECOND, ""),
            after=[('use="signing"', 'use="encryption"')],
            also=["diff-encryption-key-changed"],
        )
    ],
    good=[example("diff-idp")],
)
def keys_gone(change: Change, case: Case) -> Iterator[Hit]:
    """No signing key is left.

    The old version has a signing key, the new one has none. For an SP that does not say that it
    signs its requests it is a warning.

    Why: partners can verify nothing of this entity any more.
    Fix: Publish the certificate that the entity signs with.
    """
    for old, new in change.roles():
        before = keys_of(old.signing_keys, case)
        if before and not keys_of(new.signing_keys, case):
            yield hit(
                new,
                f"{role_words(new)[:1].upper()}{role_words(new)[1:]} has no signing key any more",
                expected="a KeyDescriptor that may sign",
                severity=None if _verified_by_partners(old, new) else WARNING,
                related=[Place(next(iter(before.values())), None, "the old key")],
            )


@rule(
    "diff-key-added",
    on=Change,
    severity=INFO,
    cites=[mdiop("2.6.1")],
    bad=[example("diff-idp", (_SECOND, ""), after=[(_ENCRYPTION, _SECOND.lstrip() + _ENCRYPTION)])],
    good=[example("diff-idp")],
)
def key_added(change: Change, case: Case) -> Iterator[Hit]:
    """A signing key joins those that stay: a rollover begins.

    The new version has a signing key that the old one has not, beside one that both have.

    Why: this is the safe way to change keys, as long as nothing is signed by the new key before
    partners have fetched it.
    Fix: Wait until the partners have the new version before you sign with the new key.
    """
    for old, new in change.roles():
        before, after = keys_of(old.signing_keys, case), keys_of(new.signing_keys, case)
        if before.keys() & after.keys():
            for key, node in after.items():
                if key not in before:
                    yield hit(node, f"A signing key joins the old one: {_words(node, case)}")


@rule(
    "diff-key-removed",
    on=Change,
    severity=INFO,
    cites=[mdiop("2.6.1")],
    bad=[example("diff-idp", after=[(_SECOND, "")])],
    good=[example("diff-idp")],
)
def key_removed(change: Change, case: Case) -> Iterator[Hit]:
    """A signing key goes and another stays: a rollover ends.

    The old version has a signing key that the new one has not; another is in both.

    Why: signatures by the key that goes are refused as soon as partners have the new version.
    Fix: Make sure that the entity signs with the key that stays.
    """
    for old, new in change.roles():
        before, after = keys_of(old.signing_keys, case), keys_of(new.signing_keys, case)
        kept = [node for key, node in after.items() if key in before]
        for key, node in before.items():
            if kept and key not in after:
                yield hit(
                    node,
                    f"The signing key {_words(node, case)} goes; {_list(kept, case)} stays",
                    related=[Place(kept[0], None, "the key that stays")],
                )


@rule(
    "diff-certificate-renewed",
    on=Change,
    severity=INFO,
    cites=[mdiop("2.5.1")],
    bad=[example("diff-sp", ("{cert:sp-signing}", FIRST), after=[(FIRST, RENEWED)])],
    good=[example("diff-sp")],
)
def certificate_renewed(change: Change, case: Case) -> Iterator[Hit]:
    """A key gets a new certificate.

    Both versions have the key, in different certificates.

    Why: software that takes keys from metadata sees no change. Partners that pinned the
    certificate or its fingerprint by hand refuse what was signed.
    Fix: Tell partners that configured the certificate by hand.
    """
    for old, new in change.roles():
        before, after = keys_of(old.keys, case), keys_of(new.keys, case)
        for key, node in after.items():
            other = before.get(key)
            if (
                isinstance(node, X509Certificate)
                and isinstance(other, X509Certificate)
                and "".join(node.text.split()) != "".join(other.text.split())
            ):
                yield hit(
                    node,
                    f"The key of {_words(other, case)} gets the certificate {_words(node, case)}",
                    related=[Place(other, None, "the old certificate")],
                )


@rule(
    "diff-encryption-key-changed",
    on=Change,
    severity=INFO,
    cites=[metadata("2.4.1.1"), saml2int("SDP-MD04")],
    bad=[example("diff-sp", after=[("{cert:sp-encryption}", "{cert:stranger}")])],
    good=[example("diff-sp")],
)
def encryption_key_changed(change: Change, case: Case) -> Iterator[Hit]:
    """Partners will encrypt to another key.

    The new version has an encryption key that the old one has not.

    Why: until a partner has fetched the new version it encrypts to the old key, and afterwards to
    the new one.
    Fix: Keep the old private key for decryption until all partners have the new version, and have
    the new one in place before you publish it.
    """
    for old, new in change.roles():
        before, after = keys_of(old.encryption_keys, case), keys_of(new.encryption_keys, case)
        fresh = [node for key, node in after.items() if key not in before]
        if before and fresh:
            yield hit(
                fresh[0],
                f"{role_words(new)[:1].upper()}{role_words(new)[1:]} gets the encryption key "
                f"{_list(fresh, case)}",
                related=[Place(next(iter(before.values())), None, "the old key")],
            )


@rule(
    "diff-encryption-dropped",
    on=Change,
    severity=WARNING,
    cites=[metadata("2.4.1.1")],
    bad=[
        example(
            "diff-sp",
            after=[(_ENCRYPTION, '<md:KeyDescriptor use="signing">')],
            also=["diff-key-added"],
        )
    ],
    good=[example("diff-sp")],
)
def encryption_dropped(change: Change, case: Case) -> Iterator[Hit]:
    """No encryption key is left.

    The old version of the SP has an encryption key, the new one has none.

    Why: identity providers send assertions in clear from then on, or refuse to send any when
    their policy asks for encryption.
    Fix: Publish the encryption certificate, unless encryption is given up on purpose.
    """
    old, new = change.old.sp, change.new.sp
    if old is None or new is None:
        return
    before = keys_of(old.encryption_keys, case)
    if before and not keys_of(new.encryption_keys, case):
        yield hit(
            new,
            "The service provider has no encryption key any more",
            expected="a KeyDescriptor that may be encrypted to",
            related=[Place(next(iter(before.values())), None, "the old key")],
        )


RULES = (
    key_swapped,
    keys_gone,
    key_added,
    key_removed,
    certificate_renewed,
    encryption_key_changed,
    encryption_dropped,
)
