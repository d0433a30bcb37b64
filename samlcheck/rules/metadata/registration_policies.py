"""Rules on mdrpi:RegistrationPolicy, the rules by which an entity was registered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import RegistrationInfo
from samlcheck.rules.case import Case
from samlcheck.rules.metadata.extensions import mdrpi
from samlcheck.rules.metadata.sample_registrations import (
    BESIDE,
    IN_FEDERATION,
    POLICY,
    REGISTERED,
    REGISTRATION,
    registered,
)
from samlcheck.rules.rule import ERROR, OFF, Hit, Place, example, hit, rule
from samlcheck.xml.names import XML, clark

_LANG: Final = clark(XML, "lang")


@rule(
    "rpi-policy-missing",
    on=RegistrationInfo,
    severity=OFF,
    cites=[mdrpi("2.1.1")],
    bad=[
        example(
            "sp", registered(REGISTRATION.replace(POLICY, "")), profile="federation", also=BESIDE
        )
    ],
    good=[REGISTERED, IN_FEDERATION],
)
def policy_missing(info: RegistrationInfo, case: Case) -> Iterator[Hit]:
    """The registration does not say by which rules.

    mdrpi:RegistrationInfo has no mdrpi:RegistrationPolicy.

    Why: others cannot tell what the registrar has checked, so they cannot rely on it.
    Fix: The registrar adds mdrpi:RegistrationPolicy with the address of its practice statement.
    """
    if not info.policies:
        yield hit(
            info,
            "The mdrpi:RegistrationInfo has no mdrpi:RegistrationPolicy",
            expected="an mdrpi:RegistrationPolicy",
        )


@rule(
    "rpi-policy-lang",
    on=RegistrationInfo,
    severity=ERROR,
    cites=[mdrpi("2.1.1")],
    bad=[example("sp", registered(REGISTRATION.replace(POLICY, POLICY + POLICY)))],
    good=[
        REGISTERED,
        example(
            "sp", registered(REGISTRATION.replace(POLICY, POLICY + POLICY.replace('"en"', '"sv"')))
        ),
    ],
)
def policy_language(info: RegistrationInfo, case: Case) -> Iterator[Hit]:
    """Two registration policies have the same language.

    Each mdrpi:RegistrationPolicy of one mdrpi:RegistrationInfo has an xml:lang of its own.

    Why: which of the two was agreed to cannot be told.
    Fix: The registrar keeps one policy for each language.
    """
    first: dict[str, Place] = {}
    for policy in info.policies:
        lang = (policy.lang or "").lower()
        before = first.get(lang)
        first.setdefault(lang, Place(policy, None, "the first policy in this language"))
        if before is not None and lang:
            yield hit(
                policy,
                f"Two mdrpi:RegistrationPolicy elements have xml:lang={policy.lang!r}",
                attribute=_LANG,
                expected="one policy for each language",
                actual=policy.lang,
                related=[before],
            )


@rule(
    "rpi-policy-no-english",
    on=RegistrationInfo,
    severity=OFF,
    cites=[mdrpi("2.1.1")],
    bad=[
        example(
            "sp",
            registered(REGISTRATION.replace('"en"', '"sv"')),
            profile="federation",
            also=BESIDE,
        )
    ],
    good=[REGISTERED, IN_FEDERATION],
)
def policy_no_english(info: RegistrationInfo, case: Case) -> Iterator[Hit]:
    """The registration policy is not given in English.

    None of the mdrpi:RegistrationPolicy elements has xml:lang="en" or a variant of it.

    Why: the metadata reaches other countries, where nobody can read the policy.
    Fix: The registrar adds the address of the English text, with xml:lang="en".
    """
    languages = [(policy.lang or "").lower().partition("-")[0] for policy in info.policies]
    if languages and "en" not in languages:
        yield hit(
            info.policies[0],
            "No mdrpi:RegistrationPolicy is in English",
            attribute=_LANG,
            expected='an mdrpi:RegistrationPolicy with xml:lang="en"',
            actual=info.policies[0].lang,
        )


RULES = (policy_missing, policy_language, policy_no_english)
