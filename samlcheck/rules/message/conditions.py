"""Rules on the conditions of an assertion: that there are some, and which ones."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Assertion, Conditions
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message import audience, instants, validity
from samlcheck.rules.message.condition_kinds import DELEGATION_TYPE
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    WARNING,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.xml.names import SAML, XSI, clark

_OPEN = '<saml:Conditions NotBefore="2026-11-23T09:54:30Z" NotOnOrAfter="2026-11-23T10:59:30Z">'
_CONDITIONS = f"""{_OPEN}
      <saml:AudienceRestriction>
        <saml:Audience>https://sp.example.org/saml</saml:Audience>
      </saml:AudienceRestriction>
    </saml:Conditions>"""
_CONDITION = (
    f'<saml:Condition xmlns:xsi="{XSI}" xmlns:x="https://idp.example.org/ns" xsi:type="x:Only"/>'
)
_TYPE = clark(XSI, "type")
_GOOD = (example("response"),)


@rule(
    "cond-missing",
    on=Assertion,
    severity=ERROR,
    cites=[profiles("4.1.4.2"), core("2.5.1")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_CONDITIONS, ""))],
    good=_GOOD,
)
def conditions_missing(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The assertion has no Conditions.

    An assertion that logs somebody in names its audience, and that stands in Conditions.

    Why: without it an assertion made for one service could be used at any other.
    Fix: Make the identity provider send Conditions with an AudienceRestriction that names the
    entityID of the service provider.
    """
    if not assertion.conditions_all:
        yield hit(
            assertion,
            "The assertion has no Conditions",
            expected="Conditions with an AudienceRestriction",
            severity=None if case.profile.audience_required else INFO,
        )


@rule(
    "cond-multiple",
    on=Assertion,
    severity=ERROR,
    cites=[core("2.3.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_CONDITIONS, _CONDITIONS + _CONDITIONS))],
    good=_GOOD,
)
def conditions_multiple(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The assertion has several Conditions elements.

    There is at most one; what has to hold together stands in one element.

    Why: one receiver reads the first, another the last, so they judge differently.
    Fix: Make the identity provider write one Conditions element.
    """
    if len(assertion.conditions_all) > 1:
        first, second = assertion.conditions_all[:2]
        yield hit(
            second,
            f"The assertion has {len(assertion.conditions_all)} Conditions elements",
            expected="one Conditions element",
            related=[Place(first, None, "the first one")],
        )


@rule(
    "cond-unknown",
    on=Conditions,
    severity=WARNING,
    cites=[core("2.5.1.1"), core("2.5.1.3")],
    owner=IDP,
    bad=[
        example("response", (_OPEN, _OPEN + _CONDITION)),
    ],
    good=[
        example("response"),
        example("response", (_OPEN, f"{_OPEN}<saml:OneTimeUse/>"), also=["cond-onetimeuse"]),
    ],
)
def condition_unknown(conditions: Conditions, case: Case) -> Iterator[Hit | Unknown]:
    """The assertion has a condition that is not one of SAML's own.

    Besides AudienceRestriction, OneTimeUse and ProxyRestriction there may be Condition elements
    whose xsi:type says what they demand. A receiver has to refuse an assertion with a condition
    that it does not understand.

    Why: a service provider that was not made for this condition cannot accept the login.
    Fix: Leave the condition out for this service provider, unless it asked for it.
    """
    for element in conditions.unknown:
        kind = (element.get(_TYPE) or "").strip()
        if element.tag != clark(SAML, "Condition") or not kind:
            continue  # the schema does not allow it: xsd-core-invalid tells of it
        if kind.rpartition(":")[2] == DELEGATION_TYPE:
            continue  # cond-delegation tells of it
        yield hit(
            element,
            f"The assertion has a Condition of the type {kind!r}, which not every receiver knows",
            attribute=_TYPE,
            expected="AudienceRestriction, OneTimeUse or ProxyRestriction",
            actual=kind,
        )
        yield Unknown(f"whether the receiver understands the condition {kind!r}", leaves_open=True)


RULES = (
    conditions_missing,
    conditions_multiple,
    *validity.RULES,
    *audience.RULES,
    condition_unknown,
    *instants.RULES,
)
