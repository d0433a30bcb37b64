"""Rules on subject confirmation: who brings the assertion may be taken for its subject or not.

Each assertion that logs somebody in needs a bearer confirmation of its own that holds (SAML
Profiles 4.1.4.2 and 4.1.4.3). Where one of a subject does, what is wrong with its others is only
told; where none does, each one's fault refuses the login.
"""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import (
    EntityDescriptor,
    IndexedEndpoint,
    Subject,
    SubjectConfirmation,
    SubjectConfirmationData,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    Hit,
    example,
    hit,
    rule,
)
from samlcheck.xml.names import BEARER, HOLDER_OF_KEY, SENDER_VOUCHES

_CM = "urn:oasis:names:tc:SAML:2.0:cm:"
_METHOD = f'Method="{BEARER}"'
_RECIPIENT = ' Recipient="https://sp.example.org/saml/acs"'
_DATA = (
    '<saml:SubjectConfirmationData InResponseTo="_8e5f1c2a90b74d36ae21f47b03c9d815"'
    f'{_RECIPIENT} NotOnOrAfter="2026-11-23T10:59:30Z"/>'
)
_CONFIRMATION = f"""<saml:SubjectConfirmation {_METHOD}>
        {_DATA}
      </saml:SubjectConfirmation>"""
_KINDS = {
    HOLDER_OF_KEY: "holder-of-key, which the Web Browser SSO profile does not use",
    SENDER_VOUCHES: "sender-vouches, which the Web Browser SSO profile does not use",
    "urn:oasis:names:tc:SAML:1.0:cm:bearer": "bearer as SAML 1.1 writes it",
}
_GOOD = (example("response"),)


def reply_urls(case: Case) -> tuple[IndexedEndpoint, ...]:
    """Return the AssertionConsumerService elements with a Location, of the SP metadata given."""
    return case.once(_reply_urls, case.sp)


def _reply_urls(_: EntityDescriptor | None, case: Case) -> tuple[IndexedEndpoint, ...]:
    return tuple(
        service
        for role in case.sp_roles
        for service in role.assertion_consumer_services
        if service.location
    )


def recipient_wrong(data: SubjectConfirmationData, case: Case) -> bool:
    """Tell whether a Recipient is none of the locations that the SP metadata names."""
    locations = [service.location for service in reply_urls(case)]
    return bool(data.recipient) and bool(locations) and data.recipient not in locations


def holds(confirmation: SubjectConfirmation, case: Case) -> bool:
    """Tell whether nothing that is known speaks against a bearer confirmation."""
    data = confirmation.data
    if confirmation.method != BEARER or data is None or recipient_wrong(data, case):
        return False
    if not data.recipient and case.profile.recipient_required:
        return False
    end, start, skew = data.not_on_or_after, data.not_before, case.context.skew
    if end is None or end.value is None or end.value <= case.now - skew:
        return False
    if start is not None and start.value is not None and start.value > case.now + skew:
        return False
    return case.request is None or data.in_response_to == case.request.id


def _holding(subject: Subject, case: Case) -> set[int]:
    return {id(item.element) for item in subject.confirmations if holds(item, case)}


def bearers(
    subject: Subject, case: Case
) -> Iterator[tuple[SubjectConfirmation, SubjectConfirmationData | None, str | None]]:
    """Yield the bearer confirmations with their data and the severity of what is wrong with them.

    The severity is None for the rule's own, INFO where another confirmation of the same subject
    holds.
    """
    holding = case.once(_holding, subject)
    for confirmation in subject.confirmations:
        if confirmation.method == BEARER:
            spared = bool(holding) and id(confirmation.element) not in holding
            yield confirmation, confirmation.data, INFO if spared else None


@rule(
    "sc-missing",
    on=Subject,
    severity=ERROR,
    cites=[profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_CONFIRMATION, ""))],
    good=_GOOD,
)
def confirmation_missing(subject: Subject, case: Case) -> Iterator[Hit]:
    """The Subject has no SubjectConfirmation.

    The assertion that logs somebody in has at least one bearer confirmation, which says where and
    until when it may be delivered.

    Why: without it the service provider cannot tell a delivered assertion from a stolen one, and
    refuses it.
    Fix: Configure the identity provider for the Web Browser SSO profile; assertions made for
    other uses, such as web services, carry other confirmations or none.
    """
    if not subject.confirmations:
        yield hit(
            subject,
            "The Subject has no SubjectConfirmation",
            expected="a SubjectConfirmation with the Method bearer",
        )


@rule(
    "sc-method-missing",
    on=SubjectConfirmation,
    severity=ERROR,
    cites=[core("2.4.1.1")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_METHOD, ""))],
    good=_GOOD,
)
def confirmation_method_missing(confirmation: SubjectConfirmation, case: Case) -> Iterator[Hit]:
    """A SubjectConfirmation does not say by which method.

    The Method attribute is required.

    Why: some receivers take an absent Method for bearer, others refuse the assertion.
    Fix: Make the identity provider write Method with the value that ends in cm:bearer.
    """
    if not (confirmation.method or "").strip():
        yield hit(
            confirmation,
            "The SubjectConfirmation has no Method",
            attribute="Method",
            expected=BEARER,
            actual=confirmation.method,
        )


@rule(
    "sc-method-not-bearer",
    on=Subject,
    severity=ERROR,
    cites=[profiles("4.1.4.2"), profiles("3.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", (_METHOD, f'Method="{HOLDER_OF_KEY}"'), also=["sc-hok-keyinfo"]),
        example("response", (_METHOD, f'Method="{_CM}Bearer"')),
    ],
    good=[
        example("response"),
        example(
            "response",
            (_CONFIRMATION, f'<saml:SubjectConfirmation Method="{HOLDER_OF_KEY}"/>{_CONFIRMATION}'),
            also=["sc-hok-keyinfo", "sc-multiple"],
            note="Another confirmation beside the bearer one is nobody's loss.",
        ),
    ],
)
def confirmation_not_bearer(subject: Subject, case: Case) -> Iterator[Hit]:
    """No SubjectConfirmation has the Method bearer.

    Logging in with a browser needs a bearer confirmation. The methods that are there are others.

    Why: whoever brings the assertion would have to prove more than a browser does, so the service
    provider refuses it.
    Fix: Configure the identity provider for the Web Browser SSO profile, which sends the Method
    that ends in cm:bearer.
    """
    used = [item for item in subject.confirmations if (item.method or "").strip()]
    if not used or any(item.method == BEARER for item in subject.confirmations):
        return
    method = used[0].method or ""
    near = difference(method, BEARER)
    told = None if near is None else f"the two differ only in {near}"
    told = f"it is {_KINDS[method]}" if method in _KINDS else told
    yield hit(
        used[0],
        f"The SubjectConfirmation has the Method {method!r}, not bearer"
        + ("" if told is None else f": {told}"),
        attribute="Method",
        expected=BEARER,
        actual=method,
    )


@rule(
    "scd-missing",
    on=Subject,
    severity=ERROR,
    cites=[profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_DATA, ""))],
    good=_GOOD,
)
def confirmation_data_missing(subject: Subject, case: Case) -> Iterator[Hit]:
    """The bearer confirmation has no SubjectConfirmationData.

    This element says where, until when and in answer to which request the assertion may be
    delivered.

    Why: a bearer assertion without these limits could be used anywhere, so it is refused.
    Fix: Make the identity provider write SubjectConfirmationData with Recipient and NotOnOrAfter.
    """
    for confirmation, data, severity in bearers(subject, case):
        if data is None:
            yield hit(
                confirmation,
                "The bearer confirmation has no SubjectConfirmationData",
                expected="SubjectConfirmationData with Recipient and NotOnOrAfter",
                severity=severity,
            )


RULES = (
    confirmation_missing,
    confirmation_method_missing,
    confirmation_not_bearer,
    confirmation_data_missing,
)
