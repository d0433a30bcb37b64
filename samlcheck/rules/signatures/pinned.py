"""The rule on metadata that is not signed by the key that the caller trusts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntitiesDescriptor, EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata
from samlcheck.rules.rule import ERROR, USER, Hit, example, hit, rule

_SIGNED: Final = example("idp", sign="root", trust="idp-signing")
#: What other rules explain: the content is not what was signed, or the signature has no form.
_TOLD: Final = ("valid", "malformed", "altered", "unsupported", "refused")


@rule(
    "sig-not-by-trusted-key",
    on=(EntityDescriptor, EntitiesDescriptor),
    severity=ERROR,
    cites=[metadata("3.1")],
    owner=USER,
    unless=["sig-digest-mismatch", "sig-signedinfo-invalid"],
    bad=[
        example("idp", trust="idp-signing"),
        example("idp", sign="root", trust="stranger"),
    ],
    good=[_SIGNED, example("idp")],
)
def not_by_trusted_key(root: EntityDescriptor | EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """The metadata is not signed with the key that is trusted.

    A certificate was given that must have signed the document. The root element has no signature,
    or one that another key made.

    Why: whoever can put a file in the way of the download can put any keys and addresses into it;
    the signature is what tells the publisher's file from another.
    Fix: Do not use this file. Fetch it again from the publisher, and ask there, over another
    channel, whether the signing key was changed.
    """
    if not case.context.trust or root.element.getparent() is not None:
        return
    if not root.signatures:
        yield hit(
            root,
            "The metadata is not signed, though a certificate was given that must have signed it",
            expected="a signature in the root element",
        )
        return
    check = case.check(root.signatures[0])
    if check.status not in _TOLD:
        made = check.signed_by
        yield hit(
            root.signatures[0],
            "The metadata is not signed with the key that is trusted"
            + ("" if made is None else f", but with {made.words}"),
            expected="a signature by the key of the certificate given",
            actual=None if made is None else f"SHA-256 {made.facts.short_fingerprint}...",
        )


RULES = (not_by_trusted_key,)
