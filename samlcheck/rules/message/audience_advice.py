"""Rules on audiences that look like a mix-up, or that go further than one service provider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, Text
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.message.confirmation import reply_urls
from samlcheck.rules.rule import IDP, INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import any_of

_AUDIENCE: Final = "<saml:Audience>https://sp.example.org/saml</saml:Audience>"
_REPLY: Final = "<saml:Audience>https://sp.example.org/saml/acs</saml:Audience>"
_ISSUER: Final = "<saml:Audience>https://idp.example.org/saml</saml:Audience>"
_OTHER: Final = "<saml:Audience>https://shop.example.net/saml</saml:Audience>"
_WITHOUT_SP: Final = ("sp",)
_GOOD: Final = (example("response"), example("response", without=_WITHOUT_SP))


def _audiences(assertion: Assertion) -> Iterator[Text]:
    for conditions in assertion.conditions_all:
        for restriction in conditions.audience_restrictions:
            for audience in restriction.audiences:
                if audience.value:
                    yield audience


def _own_name(case: Case) -> str | None:
    return None if case.sp is None else case.sp.entity_id


@rule(
    "aud-is-acs-url",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.5.1.4")],
    owner=IDP,
    unless=["aud-mismatch", "aud-multi-restriction-and"],
    bad=[
        example("response", (_AUDIENCE, _AUDIENCE + _REPLY)),
        example(
            "response",
            (_AUDIENCE, _REPLY),
            without=_WITHOUT_SP,
            note="Advice only: without the SP metadata nobody knows its entityID.",
        ),
    ],
    good=_GOOD,
)
def is_reply_url(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The audience is the reply URL of the service provider.

    An Audience is an AssertionConsumerService location, or, where the SP metadata was not given,
    the Recipient of the assertion. An audience is the entityID. Where the entityID of the service
    provider really is its reply URL, nothing is said.

    Why: the two were mixed up in the settings of the identity provider, so that a service provider
    that looks for its entityID refuses the login.
    Fix: Enter the entityID of the service provider in the field Audience, Identifier or SP entity
    ID at the identity provider, and the reply URL only where the reply URL is asked for.
    """
    own = _own_name(case)
    urls = {item.location for item in reply_urls(case)} if own else _recipients(assertion)
    for audience in _audiences(assertion):
        if audience.value in urls and audience.value != own:
            yield hit(
                audience,
                f"The audience {audience.value!r} is the reply URL of the service provider",
                expected=own or "the entityID of the service provider",
                actual=audience.value,
                severity=None if own else INFO,
            )


def _recipients(assertion: Assertion) -> set[str | None]:
    return {
        confirmation.data.recipient
        for subject in assertion.subjects
        for confirmation in subject.confirmations
        if confirmation.data is not None
    }


@rule(
    "aud-is-idp",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.5.1.4")],
    owner=IDP,
    unless=["aud-mismatch", "aud-multi-restriction-and"],
    bad=[
        example("response", (_AUDIENCE, _AUDIENCE + _ISSUER)),
        example("response", (_AUDIENCE, _ISSUER), without=_WITHOUT_SP),
    ],
    good=_GOOD,
)
def is_identity_provider(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The audience is the identity provider itself.

    An Audience is the Issuer of the assertion, or the entityID of the IdP metadata.

    Why: the identity provider's own name was entered where that of the service provider belongs,
    so that a service provider that looks for its entityID refuses the login.
    Fix: Enter the entityID of the service provider in the field Audience, Identifier or SP entity
    ID at the identity provider.
    """
    own = _own_name(case)
    issuers = {item.value for item in assertion.issuers}
    if case.idp is not None and case.idp.entity_id:
        issuers.add(case.idp.entity_id)
    for audience in _audiences(assertion):
        if audience.value in issuers and audience.value != own:
            yield hit(
                audience,
                f"The audience {audience.value!r} is the identity provider itself",
                expected=own or "the entityID of the service provider",
                actual=audience.value,
            )


@rule(
    "aud-too-broad",
    on=Assertion,
    severity=INFO,
    cites=[core("2.5.1.4")],
    owner=IDP,
    needs=["sp"],
    unless=["aud-mismatch"],
    bad=[example("response", (_AUDIENCE, _AUDIENCE + _OTHER))],
    good=[example("response"), example("response", (_AUDIENCE, _AUDIENCE * 2))],
)
def too_broad(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The assertion is meant for other service providers as well.

    Beside the service provider, an AudienceRestriction names further audiences. Where one of them
    is another entity of the metadata given, it is a warning.

    Why: each of them can take the assertion that it got and log in at the others as the user.
    Fix: Make the identity provider issue an assertion for each service provider, with its entityID
    as the only audience.
    """
    own = _own_name(case)
    for conditions in assertion.conditions_all:
        for restriction in conditions.audience_restrictions:
            named = [item for item in restriction.audiences if item.value]
            others = [item for item in named if not _expected(item.value, own, case)]
            if not own or not others or len(others) == len(named):
                continue
            known = [item for item in others if _is_peer(item.value, case)]
            yield hit(
                (known or others)[0],
                f"The assertion is meant for {any_of(item.value for item in others[:5])} as well"
                + (
                    f"; {known[0].value!r} is another entity of the metadata given" if known else ""
                ),
                expected=own,
                actual=", ".join(item.value for item in named[:5]),
                severity=WARNING if known else None,
                related=[Place(case.sp, "entityID", "the entityID of the SP")],
            )


def _expected(value: str, own: str | None, case: Case) -> bool:
    """Tell whether an audience is the service provider, or one that another rule tells of."""
    if value == own or any(item.location == value for item in reply_urls(case)):
        return True
    return case.idp is not None and value == case.idp.entity_id


def _is_peer(value: str, case: Case) -> bool:
    return any(peer.entity_id == value and peer.sp is not None for peer in case.peers)


RULES = (is_reply_url, is_identity_provider, too_broad)
