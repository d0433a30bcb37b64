"""Rules on who registered an entity, compared with what a profile expects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor, RegistrationInfo
from samlcheck.rules.case import Case
from samlcheck.rules.metadata.extensions import items_of, mdrpi, short
from samlcheck.rules.metadata.sample_registrations import (
    AUTHORITY,
    REGISTERED,
    REGISTRATION,
    registered,
)
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.rule import ERROR, OFF, Hit, example, hit, rule
from samlcheck.rules.wording import any_of

_KNOWN: Final = {"registration_authorities": [AUTHORITY]}
_OTHERS: Final = {"registration_authorities": ["https://other.example.org"]}
_POLICIES: Final = {"registration_policies": ["https://federation.example.org/policy"]}
_OLD_POLICIES: Final = {"registration_policies": ["https://federation.example.org/policy/2"]}


def _near(value: str, known: tuple[str, ...]) -> str:
    near = nearest(value, known)
    return "" if near is None else f"; it differs from {near[0]!r} in {near[1]}"


@rule(
    "rpi-authority-unexpected",
    on=RegistrationInfo,
    severity=ERROR,
    cites=[mdrpi("2.1.1")],
    bad=[
        example("sp", registered(REGISTRATION), lists=_OTHERS),
        example(
            "sp",
            registered(REGISTRATION.replace(f'"{AUTHORITY}"', f'"{AUTHORITY}/"')),
            lists=_KNOWN,
        ),
    ],
    good=[REGISTERED, example("sp", registered(REGISTRATION), lists=_KNOWN)],
)
def authority_unexpected(info: RegistrationInfo, case: Case) -> Iterator[Hit]:
    """An entity was registered by somebody else than expected.

    registrationAuthority is none of those that the profile lists as registration_authorities; they
    are compared letter by letter.

    Why: who trusts this feed trusts what its registrar has checked; an entity of another registrar
    does not belong into it.
    Fix: Remove the entity from the feed, or correct registrationAuthority; if the registrar is to
    be trusted, add it to the profile.
    """
    known = case.profile.metadata.get("registration_authorities", ())
    authority = info.authority or ""
    if known and authority.strip() and authority not in known:
        yield hit(
            info,
            f"The registrationAuthority {short(authority)} is not expected"
            + _near(authority, known),
            attribute="registrationAuthority",
            expected=any_of(known),
            actual=authority,
        )


@rule(
    "rpi-policy-unknown-url",
    on=RegistrationInfo,
    severity=ERROR,
    cites=[mdrpi("2.1.1")],
    bad=[example("sp", registered(REGISTRATION), lists=_OLD_POLICIES)],
    good=[REGISTERED, example("sp", registered(REGISTRATION), lists=_POLICIES)],
)
def policy_unknown(info: RegistrationInfo, case: Case) -> Iterator[Hit]:
    """An entity was registered under a policy that is not known.

    The address in mdrpi:RegistrationPolicy is none of those that the profile lists as
    registration_policies.

    Why: what the registrar has checked follows from the policy; an unknown address says nothing.
    Fix: The registrar writes the address of the edition that it followed; if it is a new one, add
    it to the profile.
    """
    known = case.profile.metadata.get("registration_policies", ())
    for policy in info.policies if known else ():
        if policy.value and policy.value not in known:
            yield hit(
                policy,
                f"The RegistrationPolicy {short(policy.value)} is not known"
                + _near(policy.value, known),
                expected=any_of(known),
                actual=policy.value,
            )


@rule(
    "rpi-self-asserted",
    on=EntityDescriptor,
    severity=OFF,
    cites=[mdrpi("2.1")],
    bad=[example("sp", registered(REGISTRATION), enable=["rpi-self-asserted"])],
    good=[REGISTERED, example("sp", enable=["rpi-self-asserted"])],
)
def self_asserted(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """Metadata that is handed in for registration says that it is registered.

    There is an mdrpi:RegistrationInfo in metadata that an operator submits. A profile for the
    intake of a registrar turns this rule on.

    Why: the registrar states who registered an entity, and when; what the operator wrote is wrong,
    or was copied from another federation's feed.
    Fix: Remove mdrpi:RegistrationInfo before the metadata is handed in.
    """
    for info in items_of(entity.extensions, RegistrationInfo):
        yield hit(
            info,
            "The metadata states its own registration",
            expected="no mdrpi:RegistrationInfo",
            actual=info.authority,
        )


RULES = (authority_unexpected, policy_unknown, self_asserted)
