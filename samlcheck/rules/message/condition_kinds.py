"""Rules on conditions that limit what a service provider may do with an assertion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Conditions
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation, core
from samlcheck.rules.rule import ERROR, IDP, INFO, Hit, Place, example, hit, personal, rule
from samlcheck.rules.wording import all_of, any_of
from samlcheck.xml import text_of
from samlcheck.xml.names import SAML, XSI, clark

_DELEGATION_SPEC: Final = Citation(
    "SAML V2.0 Condition for Delegation Restriction 1.0",
    "2",
    "https://docs.oasis-open.org/security/saml/Post2.0/sstc-saml-delegation.html",
)
#: The namespace of the condition for delegation restriction.
DELEGATION: Final = "urn:oasis:names:tc:SAML:2.0:conditions:delegation"
#: The type of that condition.
DELEGATION_TYPE: Final = "DelegationRestrictionType"
_TYPE: Final = clark(XSI, "type")
_AUDIENCE: Final = clark(SAML, "Audience")
_OPEN: Final = (
    '<saml:Conditions NotBefore="2026-11-23T09:54:30Z" NotOnOrAfter="2026-11-23T10:59:30Z">'
)
_DELEGATE: Final = (
    f'<saml:Condition xmlns:xsi="{XSI}" xmlns:del="{DELEGATION}" '
    f'xsi:type="del:{DELEGATION_TYPE}"><del:Delegate>'
    "<saml:NameID>https://portal.example.org/saml</saml:NameID></del:Delegate></saml:Condition>"
)
_GOOD: Final = (example("response"),)


@rule(
    "cond-onetimeuse",
    on=Conditions,
    severity=INFO,
    cites=[core("2.5.1.5")],
    owner=IDP,
    bad=[
        example("response", (_OPEN, f"{_OPEN}<saml:OneTimeUse/>")),
        example("response", (_OPEN, f"{_OPEN}<saml:OneTimeUse/><saml:OneTimeUse/>")),
    ],
    good=_GOOD,
)
def one_time_use(conditions: Conditions, case: Case) -> Iterator[Hit]:
    """The assertion may be used once only.

    It has the condition OneTimeUse; having it more than once is an error.

    Why: a service provider has to remember the assertion, so that it is not used again, and must
    not keep its content for later.
    Fix: Nothing has to be done where the service provider remembers the IDs of assertions, as it
    ought to anyway. Several OneTimeUse elements: make the identity provider write one.
    """
    found = conditions.one_time_use
    if len(found) == 1:
        yield hit(found[0], "The assertion may be used once only (OneTimeUse)")
    elif found:
        yield hit(
            found[1],
            f"The Conditions have {len(found)} OneTimeUse elements",
            expected="at most one",
            actual=str(len(found)),
            severity=ERROR,
            related=[Place(found[0], None, "the first one")],
        )


@rule(
    "cond-proxyrestriction",
    on=Conditions,
    severity=INFO,
    cites=[core("2.5.1.6")],
    owner=IDP,
    bad=[
        example("response", (_OPEN, f'{_OPEN}<saml:ProxyRestriction Count="0"/>')),
        example("response", (_OPEN, f"{_OPEN}<saml:ProxyRestriction/><saml:ProxyRestriction/>")),
    ],
    good=_GOOD,
)
def proxy_restriction(conditions: Conditions, case: Case) -> Iterator[Hit]:
    """The assertion limits who may issue others on its ground.

    It has the condition ProxyRestriction: Count says over how many steps an identity may be passed
    on, Audience to whom. Having the condition more than once is an error.

    Why: a service provider that is itself an identity provider for others has to keep to it; for
    any other it changes nothing.
    Fix: Nothing has to be done, unless the service provider is a proxy and has to pass the identity
    on: then raise Count, or add its services, at the identity provider.
    """
    found = conditions.proxy_restrictions
    if len(found) > 1:
        yield hit(
            found[1],
            f"The Conditions have {len(found)} ProxyRestriction elements",
            expected="at most one",
            actual=str(len(found)),
            severity=ERROR,
            related=[Place(found[0], None, "the first one")],
        )
    elif found:
        count = found[0].get("Count")
        to = [text_of(item).strip() for item in found[0].iterchildren(_AUDIENCE)]
        words = "must not be passed on to others" if count == "0" else "may be passed on to others"
        if count not in (None, "0"):
            words += f" over {count} steps"
        if to and count != "0":
            words += f", namely to {any_of(to[:5])}"
        yield hit(found[0], f"What the assertion says {words} (ProxyRestriction)")


@rule(
    "cond-delegation",
    on=Conditions,
    severity=INFO,
    cites=[_DELEGATION_SPEC, core("2.5.1.1")],
    owner=IDP,
    bad=[example("response", (_OPEN, _OPEN + _DELEGATE))],
    good=_GOOD,
)
def delegation(conditions: Conditions, case: Case) -> Iterator[Hit]:
    """The assertion was obtained by another system for the user.

    It has the condition for delegation restriction, which names the systems between the user and
    the service provider.

    Why: a service provider that does not know this condition has to refuse the assertion; one that
    knows it decides whether it wants logins through these systems.
    Fix: Nothing has to be done where delegation is meant. Else make the identity provider issue the
    assertion to the user alone.
    """
    for element in conditions.unknown:
        kind = (element.get(_TYPE) or "").strip()
        if kind.rpartition(":")[2] != DELEGATION_TYPE:
            continue
        names = [
            text_of(item).strip()
            for delegate in element.iterchildren(clark(DELEGATION, "Delegate"))
            for item in delegate.iterchildren(clark(SAML, "NameID"))
        ]
        yield hit(
            element,
            "The assertion was obtained by delegation"
            + (f", through {all_of(personal(name) for name in names[:5])}" if names else ""),
        )


RULES = (one_time_use, proxy_restriction, delegation)
