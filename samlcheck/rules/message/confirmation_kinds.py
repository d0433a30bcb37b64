"""Rules on what subject confirmations hold beside the limits of a bearer confirmation."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from samlcheck.model import Subject, SubjectConfirmation, SubjectConfirmationData
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message.confirmation import holds, recipient_wrong
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    Hit,
    Place,
    example,
    hit,
    personal,
    rule,
)
from samlcheck.rules.wording import instant_words
from samlcheck.xml.names import BEARER, DS, HOLDER_OF_KEY, XSI, clark

_KEY_INFO: Final = clark(DS, "KeyInfo")
_TYPE: Final = clark(XSI, "type")
_KEY_TYPE: Final = "KeyInfoConfirmationDataType"
_RECIPIENT: Final = ' Recipient="https://sp.example.org/saml/acs"'
_DATA: Final = (
    '<saml:SubjectConfirmationData InResponseTo="_8e5f1c2a90b74d36ae21f47b03c9d815"'
    f'{_RECIPIENT} NotOnOrAfter="2026-11-23T10:59:30Z"/>'
)
_CONFIRMATION: Final = f"""<saml:SubjectConfirmation Method="{BEARER}">
        {_DATA}
      </saml:SubjectConfirmation>"""
_SENT_TO: Final = _CONFIRMATION.replace("/saml/acs", "/acs")
_LATE: Final = _CONFIRMATION.replace("T10:59:30Z", "T09:50:00Z")
_KEY: Final = (
    f'<saml:SubjectConfirmation Method="{HOLDER_OF_KEY}"><saml:SubjectConfirmationData '
    f'xmlns:xsi="{XSI}" xsi:type="saml:{_KEY_TYPE}"><ds:KeyInfo xmlns:ds="{DS}"><ds:KeyName>'
    "maria</ds:KeyName></ds:KeyInfo></saml:SubjectConfirmationData></saml:SubjectConfirmation>"
)
_GOOD: Final = (example("response"),)


@rule(
    "sc-hok-keyinfo",
    on=SubjectConfirmation,
    severity=ERROR,
    cites=[profiles("3.1"), core("2.4.1.3")],
    owner=IDP,
    bad=[
        example(
            "response",
            (_CONFIRMATION, f'{_CONFIRMATION}<saml:SubjectConfirmation Method="{HOLDER_OF_KEY}"/>'),
            also=["sc-multiple"],
        ),
        example(
            "response",
            (_CONFIRMATION, _CONFIRMATION + _KEY.replace(_KEY_TYPE, "SubjectConfirmationDataType")),
            also=["sc-multiple"],
        ),
    ],
    good=[*_GOOD, example("response", (_CONFIRMATION, _CONFIRMATION + _KEY), also=["sc-multiple"])],
)
def holder_of_key_without_key(confirmation: SubjectConfirmation, case: Case) -> Iterator[Hit]:
    """A holder-of-key confirmation does not say which key.

    SubjectConfirmationData of such a confirmation has at least one ds:KeyInfo, and its xsi:type,
    where it has one, is KeyInfoConfirmationDataType.

    Why: nobody can prove to hold a key that is not named, so the confirmation never holds.
    Fix: Make the identity provider write the user's certificate or key as ds:KeyInfo, or leave the
    confirmation out.
    """
    if confirmation.method != HOLDER_OF_KEY:
        return
    data = confirmation.data
    if data is None or data.element.find(_KEY_INFO) is None:
        yield hit(
            confirmation if data is None else data,
            "The holder-of-key confirmation has no ds:KeyInfo",
            expected="ds:KeyInfo with the user's key",
        )
        return
    kind = data.element.get(_TYPE)
    if kind is not None and kind.strip().rpartition(":")[2] != _KEY_TYPE:
        yield hit(
            data,
            f"The data of the holder-of-key confirmation are of the type {kind!r}",
            attribute=_TYPE,
            expected=f"saml:{_KEY_TYPE}, or no xsi:type",
            actual=kind,
        )


@rule(
    "scd-address",
    on=SubjectConfirmationData,
    severity=INFO,
    cites=[core("2.4.1.2")],
    owner=IDP,
    bad=[
        example("response", (_RECIPIENT, f'{_RECIPIENT} Address="203.0.113.7"')),
        example("response", (_RECIPIENT, f'{_RECIPIENT} Address="laptop-17"')),
        example("response", (_RECIPIENT, f'{_RECIPIENT} Address="10.1.2.3"')),
    ],
    good=_GOOD,
)
def address_given(data: SubjectConfirmationData, case: Case) -> Iterator[Hit]:
    """The assertion may be delivered from one network address only.

    SubjectConfirmationData has an Address. It cannot be compared here with the address from which
    the user's browser reached the service provider.

    Why: the two sides see different addresses of one user behind a proxy, a VPN or with IPv4 at
    one and IPv6 at the other, so a service provider that compares them refuses good logins.
    Fix: Compare the Address with what the service provider's log shows for the login. If they
    differ, switch the address check off at the service provider, or leave Address out.
    """
    if data.address is None:
        return
    yield hit(
        data,
        f"The assertion may be delivered from the address {personal(data.address)} only"
        + _about(data.address),
        attribute="Address",
        expected="no Address, or the one that the service provider sees",
        actual=personal(data.address),
    )


def _about(address: str) -> str:
    """Say what is odd about a network address, as the end of a sentence."""
    try:
        read = ip_address(address.strip())
    except ValueError:
        return ", which is no IP address"
    return ", which is a private one that no other network sees" if read.is_private else ""


@rule(
    "sc-none-valid",
    on=Subject,
    severity=ERROR,
    cites=[profiles("4.1.4.3"), core("2.4.1")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example(
            "response",
            (_CONFIRMATION, _SENT_TO + _LATE),
            also=["scd-recipient-mismatch", "scd-notonorafter-expired", "sc-multiple"],
        )
    ],
    good=[*_GOOD, example("response", (_CONFIRMATION, _CONFIRMATION * 2), also=["sc-multiple"])],
)
def none_valid(subject: Subject, case: Case) -> Iterator[Hit]:
    """None of several bearer confirmations holds.

    Any one of them would do; each is refused for a reason of its own. Where there is one only,
    the rule on its fault tells of it.

    Why: the service provider finds no confirmation that it may rely on and refuses the login.
    Fix: Mend one of the confirmations: reply URL, time limit and request as the findings on them
    say.
    """
    bearers = [item for item in subject.confirmations if item.method == BEARER]
    if len(bearers) < 2 or any(holds(item, case) for item in bearers):
        return
    reasons = [
        f"number {number} {_fault(item.data, case)}" for number, item in enumerate(bearers, 1)
    ]
    yield hit(
        bearers[0],
        f"None of the {len(bearers)} bearer confirmations holds: {'; '.join(reasons)}",
        expected="one bearer confirmation that holds",
        related=[Place(item, None, "another one") for item in bearers[1:]],
    )


def _fault(data: SubjectConfirmationData | None, case: Case) -> str:
    """Say why a bearer confirmation does not hold."""
    if data is None:
        return "has no SubjectConfirmationData"
    if recipient_wrong(data, case):
        return f"is for the Recipient {data.recipient!r}"
    if not data.recipient and case.profile.recipient_required:
        return "has no Recipient"
    end, start = data.not_on_or_after, data.not_before
    if end is None or end.value is None:
        return "has no NotOnOrAfter that can be read"
    if end.value <= case.now - case.context.skew:
        return f"ended at {instant_words(end.value)}"
    if start is not None and start.value is not None and start.value > case.now + case.context.skew:
        return f"begins at {instant_words(start.value)}"
    return f"answers the request {data.in_response_to!r}"


@rule(
    "sc-multiple",
    on=Subject,
    severity=INFO,
    cites=[core("2.4.1")],
    owner=IDP,
    bad=[example("response", (_CONFIRMATION, _CONFIRMATION * 2))],
    good=_GOOD,
)
def several_confirmations(subject: Subject, case: Case) -> Iterator[Hit]:
    """The Subject has several confirmations.

    Any one that holds is enough. Which ones hold is told.

    Why: a service provider that looks at the first one only may refuse what another accepts.
    Fix: Nothing has to be done. If one service provider refuses the login, put the confirmation
    that is meant for it first, or send only that one.
    """
    confirmations = subject.confirmations
    if len(confirmations) < 2:
        return
    holding = [str(n) for n, item in enumerate(confirmations, 1) if holds(item, case)]
    yield hit(
        confirmations[1],
        f"The Subject has {len(confirmations)} confirmations; "
        + (f"as far as known, number {', '.join(holding)} holds" if holding else "none holds"),
        expected="one bearer confirmation",
        actual=f"{len(confirmations)} confirmations",
        related=[Place(confirmations[0], None, "the first one")],
    )


RULES = (
    holder_of_key_without_key,
    address_given,
    none_valid,
    several_confirmations,
)
