"""Rules on from where, and through whom, the user was authenticated."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from samlcheck.model import Assertion
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.rule import IDP, INFO, Hit, Place, example, hit, personal, rule
from samlcheck.rules.wording import any_of
from samlcheck.xml.names import SAML, clark

_LOCALITY: Final = clark(SAML, "SubjectLocality")
_CONTEXT: Final = "<saml:AuthnContext>"
_RECIPIENT: Final = ' Recipient="https://sp.example.org/saml/acs"'
_REF_END: Final = "</saml:AuthnContextClassRef>"
_AUTHORITY: Final = "<saml:AuthenticatingAuthority>{}</saml:AuthenticatingAuthority>"
_GOOD: Final = (example("response"),)


def _at(address: str) -> tuple[str, str]:
    return _CONTEXT, f'<saml:SubjectLocality Address="{address}"/>{_CONTEXT}'


@rule(
    "authn-subjectlocality",
    on=Assertion,
    severity=INFO,
    cites=[core("2.7.2.1")],
    owner=IDP,
    bad=[
        example("response", _at("laptop-17")),
        example(
            "response",
            _at("203.0.113.7"),
            (_RECIPIENT, f'{_RECIPIENT} Address="198.51.100.9"'),
            also=["scd-address"],
        ),
    ],
    good=[*_GOOD, example("response", _at("203.0.113.7"))],
)
def subject_locality(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The address from which the user signed in is odd.

    SubjectLocality has an Address that is no IP address, or another one than the one from which
    the assertion may be delivered. The element is advisory.

    Why: a service provider that compares it with the address of the user's browser refuses the
    login or logs a false alarm.
    Fix: Make the identity provider write the address that it saw, or leave SubjectLocality out.
    """
    limits = [
        confirmation.data
        for subject in assertion.subjects
        for confirmation in subject.confirmations
        if confirmation.data is not None and confirmation.data.address
    ]
    for statement in assertion.authn_statements:
        locality = statement.element.find(_LOCALITY)
        address = None if locality is None else locality.get("Address")
        if locality is None or address is None:
            continue
        if not _is_address(address):
            yield hit(
                locality,
                f"The address {personal(address)}, from which the user signed in, is no IP address",
                attribute="Address",
                expected="an IP address, or no Address",
                actual=personal(address),
            )
        elif limits and all(data.address != address for data in limits):
            yield hit(
                locality,
                f"The user signed in from {personal(address)}, but the assertion may be delivered "
                f"from {personal(limits[0].address)} only",
                attribute="Address",
                expected=personal(limits[0].address),
                actual=personal(address),
                related=[Place(limits[0], "Address", "the other address")],
            )


def _is_address(text: str) -> bool:
    try:
        ip_address(text.strip())
    except ValueError:
        return False
    return True


@rule(
    "authn-authority",
    on=Assertion,
    severity=INFO,
    cites=[core("2.7.2.2")],
    owner=IDP,
    bad=[
        example("response", (_REF_END, _REF_END + _AUTHORITY.format("https://up.example.net/idp"))),
        example(
            "response", (_REF_END, _REF_END + _AUTHORITY.format("https://idp.example.org/saml"))
        ),
    ],
    good=_GOOD,
)
def authorities(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """Others than the issuer took part in the authentication.

    AuthenticatingAuthority names them: the issuer is a proxy, or relied on another system. The
    issuer itself does not belong there.

    Why: the service provider trusts the issuer to have judged them; it may want to know who they
    are.
    Fix: Nothing has to be done where the authorities are those that are expected.
    """
    issuers = {item.value for item in assertion.issuers}
    for statement in assertion.authn_statements:
        named = [item for item in statement.authenticating_authorities if item.value]
        own = [item for item in named if item.value in issuers]
        if own:
            yield hit(
                own[0],
                f"The issuer {own[0].value!r} names itself as an AuthenticatingAuthority",
                expected="the authorities other than the issuer",
                actual=own[0].value,
            )
        elif named:
            yield hit(
                named[0],
                "The user was authenticated through "
                f"{any_of(item.value for item in named[:5])}, the issuer relied on that",
            )


RULES = (subject_locality, authorities)
