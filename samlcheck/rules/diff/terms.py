"""Rules on what an entity demands of its partners and offers to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from samlcheck.model import (
    EntityDescriptor,
    IDPSSODescriptor,
    Node,
    RoleDescriptor,
    SPSSODescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.change import Change
from samlcheck.rules.citations import algsupport, errata, metadata
from samlcheck.rules.pair.algorithms import declared
from samlcheck.rules.pair.words import format_words, role_words
from samlcheck.rules.rule import INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import all_of

_PERSISTENT: Final = (
    "    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>\n"
)
_TRANSIENT: Final = _PERSISTENT.replace("persistent", "transient")
_GCM: Final = (
    '      <md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes128-gcm"/>\n'
)


def _flags(
    old: EntityDescriptor, new: EntityDescriptor
) -> Iterator[tuple[SPSSODescriptor | IDPSSODescriptor, Node, str, bool, bool]]:
    """Yield each signing flag: role, old role, attribute, value before and after."""
    if old.sp is not None and new.sp is not None:
        sp, now = old.sp, new.sp
        yield now, sp, "AuthnRequestsSigned", sp.signs_requests, now.signs_requests
        yield (
            now,
            sp,
            "WantAssertionsSigned",
            sp.wants_signed_assertions,
            now.wants_signed_assertions,
        )
    if old.idp is not None and new.idp is not None:
        idp, then = old.idp, new.idp
        yield (
            then,
            idp,
            "WantAuthnRequestsSigned",
            idp.wants_signed_requests,
            then.wants_signed_requests,
        )


_EFFECTS: Final = {
    ("AuthnRequestsSigned", True): "identity providers refuse its unsigned requests from then on",
    ("AuthnRequestsSigned", False): "identity providers take unsigned requests in its name again",
    (
        "WantAssertionsSigned",
        True,
    ): "identity providers that sign the response alone have to change",
    ("WantAssertionsSigned", False): "identity providers may leave assertions unsigned",
    ("WantAuthnRequestsSigned", True): "service providers have to sign their requests",
    ("WantAuthnRequestsSigned", False): "service providers may send unsigned requests",
}
#: Changes after which something that worked may be refused.
_STRICTER: Final = (("WantAssertionsSigned", True), ("WantAuthnRequestsSigned", True))


@rule(
    "diff-signing-demand-changed",
    on=Change,
    severity=WARNING,
    cites=[metadata("2.4.3"), metadata("2.4.4"), errata("E7")],
    bad=[
        example(
            "diff-idp",
            (' WantAuthnRequestsSigned="true"', ""),
            after=[
                ("<md:IDPSSODescriptor ", '<md:IDPSSODescriptor WantAuthnRequestsSigned="true" ')
            ],
        ),
        example("diff-sp", after=[(' AuthnRequestsSigned="true"', "")]),
        example("diff-sp", after=[('WantAssertionsSigned="true"', 'WantAssertionsSigned="0"')]),
    ],
    good=[
        example("diff-sp"),
        example("diff-sp", after=[('WantAssertionsSigned="true"', 'WantAssertionsSigned="1"')]),
    ],
)
def signing_demand_changed(change: Change, case: Case) -> Iterator[Hit]:
    """What has to be signed changes.

    AuthnRequestsSigned, WantAssertionsSigned or WantAuthnRequestsSigned has another value than
    before, where absent means false. A demand that is new is a warning, one that is dropped a
    note.

    Why: a partner that does not do what is demanded is refused.
    Fix: Tell the partners before you demand more, and make sure that they can.
    """
    for role, old, name, before, after in _flags(change.old, change.new):
        if before != after:
            yield hit(
                role,
                f"{name} changes to {'true' if after else 'false'}: {_EFFECTS[name, after]}",
                attribute=name,
                severity=None if (name, after) in _STRICTER else INFO,
                related=[Place(old, name, "the old version")],
            )


@rule(
    "diff-nameid-format-removed",
    on=Change,
    severity=WARNING,
    cites=[metadata("2.4.2")],
    bad=[
        example("diff-sp", after=[(_PERSISTENT, "")]),
    ],
    good=[
        example("diff-sp"),
        example(
            "diff-sp",
            after=[(_PERSISTENT, ""), (_TRANSIENT, _TRANSIENT + _PERSISTENT)],
            note="The order alone",
        ),
    ],
)
def name_id_format_removed(change: Change, case: Case) -> Iterator[Hit]:
    """A NameID format is not listed any more.

    The list of a role in the new version lacks a format that was in the old one. A list that is
    gone altogether excludes nothing.

    Why: partners send another kind of name identifier from then on, so that users are not
    recognised, or they refuse requests for the old one.
    Fix: Keep the format listed as long as partners use it.
    """
    for old, new in change.roles():
        now = {item.value for item in new.name_id_formats}
        gone = [item for item in old.name_id_formats if now and item.value not in now]
        for item in gone:
            yield hit(
                item,
                f"The NameID format {format_words(item.value)} goes from the list of "
                f"{role_words(new)}",
                related=[Place(new.name_id_formats[0], None, "the new list")],
            )


def _algorithms(entity: EntityDescriptor, role: RoleDescriptor) -> dict[tuple[str, str], Node]:
    """Return the algorithms that a role declares, by kind and identifier."""
    found: dict[tuple[str, str], Node] = {}
    for kind in ("SigningMethod", "DigestMethod"):
        for item in declared(entity, role, kind):
            found.setdefault((kind, item.algorithm or ""), item)
    for key in role.encryption_keys:
        for method in key.encryption_methods:
            found.setdefault(("EncryptionMethod", method.algorithm or ""), method)
    return found


@rule(
    "diff-algorithm-removed",
    on=Change,
    severity=INFO,
    cites=[algsupport("2"), metadata("2.4.1.1")],
    bad=[example("diff-sp", after=[(_GCM, "")])],
    good=[example("diff-sp")],
)
def algorithm_removed(change: Change, case: Case) -> Iterator[Hit]:
    """An algorithm is not declared any more.

    A signature, digest or encryption algorithm of the old version is not in the new one.

    Why: partners that can do only this one have nothing in common with the entity any more.
    Fix: Nothing to do if the algorithm is given up on purpose.
    """
    for old, new in change.roles():
        kept = _algorithms(change.new, new)
        before = _algorithms(change.old, old)
        kinds = {kind for kind, _ in kept}  # a list that is gone excludes nothing
        gone = {key: node for key, node in before.items() if key not in kept and key[0] in kinds}
        if gone:
            names = _names(gone)
            yield hit(
                next(iter(gone.values())),
                f"{role_words(new)[:1].upper()}{role_words(new)[1:]} declares "
                f"{all_of(names)} no longer",
                attribute="Algorithm",
                related=[Place(new, None, "the new version")],
            )


def _names(keys: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{kind} {name.rpartition('#')[2]}" for kind, name in keys]


RULES = (
    signing_demand_changed,
    name_id_format_removed,
    algorithm_removed,
)
