"""Rules on which NameID formats a role lists at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import QueryDescriptor, SPSSODescriptor, SSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, saml2int
from samlcheck.rules.metadata.sources import CIE_RULES, SPID_RULES
from samlcheck.rules.rule import INFO, OFF, Hit, example, hit, rule
from samlcheck.xml.names import NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT, display


def _format(uri: str) -> str:
    return f"    <md:NameIDFormat>{uri}</md:NameIDFormat>\n"


_EMAIL: Final = _format(NAMEID_EMAIL)
_PERSISTENT: Final = _format(NAMEID_PERSISTENT)
_TRANSIENT: Final = _format(NAMEID_TRANSIENT)


@rule(
    "nameid-format-missing",
    on=SSODescriptor,
    severity=INFO,
    cites=[metadata("2.4.2")],
    bad=[
        example("sp", (_EMAIL, ""), (_PERSISTENT, ""), (_TRANSIENT, "")),
        example("idp", (_EMAIL, ""), (_PERSISTENT, ""), (_TRANSIENT, "")),
    ],
    good=[example("sp"), example("idp")],
)
def format_missing(role: SSODescriptor, case: Case) -> Iterator[Hit]:
    """A role lists no NameID format.

    There is no md:NameIDFormat. The list is optional.

    Why: the other side has to guess which identifier of the user is wanted or to be had, and
    administrators settle it by trial.
    Fix: List the formats that the software supports, the preferred one first.
    """
    if not role.name_id_formats and role.is_saml2:
        yield hit(
            role,
            f"{display(str(role.element.tag))} lists no NameIDFormat",
            expected="md:NameIDFormat",
        )


@rule(
    "nameid-no-transient",
    on=(SSODescriptor, QueryDescriptor),
    severity=OFF,
    cites=[metadata("2.4.2"), saml2int("SDP-IDP12")],
    unless=["nameid-format-wrong-version"],
    bad=[
        example("idp", (_TRANSIENT, ""), enable=["nameid-no-transient"]),
        example("sp", (_PERSISTENT, ""), (_TRANSIENT, ""), enable=["nameid-no-transient"]),
    ],
    good=[
        example("sp", (_TRANSIENT, ""), enable=["nameid-no-transient"]),
        example("idp", enable=["nameid-no-transient"]),
        example("idp", (_TRANSIENT, "")),
    ],
)
def no_transient(role: SSODescriptor | QueryDescriptor, case: Case) -> Iterator[Hit]:
    """The NameID formats that federations rely on are not in the list.

    An IdP or attribute authority lists formats without transient, or an SP lists formats with
    neither transient nor persistent. A role without any list is not told of.

    Why: in a federation transient is the format that everybody supports; between two partners
    another one may well be agreed upon.
    Fix: Add urn:oasis:names:tc:SAML:2.0:nameid-format:transient, if the software supports it.
    """
    formats = {node.value for node in role.name_id_formats}
    if not formats or not role.is_saml2 or NAMEID_TRANSIENT in formats:
        return
    if isinstance(role, SPSSODescriptor) and NAMEID_PERSISTENT in formats:
        return
    yield hit(
        role.name_id_formats[0],
        f"{display(str(role.element.tag))} lists formats without transient"
        + (" and persistent" if isinstance(role, SPSSODescriptor) else ""),
        expected=NAMEID_TRANSIENT,
        actual=", ".join(sorted(formats)),
    )


@rule(
    "nameid-only-transient",
    on=SPSSODescriptor,
    severity=OFF,
    cites=[metadata("2.4.2"), SPID_RULES, CIE_RULES],
    bad=[example("sp", enable=["nameid-only-transient"])],
    good=[
        example("sp", (_EMAIL, ""), (_PERSISTENT, ""), enable=["nameid-only-transient"]),
        example("sp"),
    ],
)
def only_transient(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The SP lists other NameID formats than transient.

    The profile in use knows transient only, so an SP lists that one or none.

    Why: identity providers of this profile send transient identifiers and refuse an SP that asks
    for others.
    Fix: Remove the other md:NameIDFormat elements, and identify users by an attribute.
    """
    for node in role.name_id_formats:
        if node.value and node.value != NAMEID_TRANSIENT:
            yield hit(
                node,
                f'The SP lists the NameIDFormat "{node.value}"',
                expected=NAMEID_TRANSIENT,
                actual=node.value,
            )


RULES = (format_missing, no_transient, only_transient)
