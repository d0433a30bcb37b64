"""What well-known service providers want of a login, read off the address that it goes to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, Attribute, AttributeValue
from samlcheck.rules.case import Case
from samlcheck.rules.citations import paper
from samlcheck.rules.message.attribute_values import is_address
from samlcheck.rules.message.claims import sent, unreadable
from samlcheck.rules.message.vendors import delivered_to
from samlcheck.rules.near_miss import attribute_name_difference
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    WARNING,
    Hit,
    Unknown,
    example,
    hit,
    personal,
    rule,
)

_AWS_DOC: Final = paper(
    "AWS IAM User Guide, configure SAML assertions for the authentication response",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html",
)
_COGNITO_DOC: Final = paper(
    "Amazon Cognito Developer Guide, SAML identity providers",
    "https://docs.aws.amazon.com/cognito/latest/developerguide/"
    "cognito-user-pools-saml-idp-things-to-know.html",
)
_SALESFORCE_DOC: Final = paper(
    "Salesforce Help, example SAML assertions",
    "https://help.salesforce.com/s/articleView?id=xcloud.sso_saml_assertion_examples.htm",
)
_WEBEX_DOC: Final = paper(
    "Webex Help, configure single sign-on for a Webex site",
    "https://help.webex.com/article/g5ey83",
)
_AWS: Final = re.compile(
    r"https://(?:[a-z0-9-]+\.)?signin\.(?:aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn)"
    r"/(?:static/)?saml(?:/.*)?"
)
_COGNITO: Final = re.compile(
    r"https://[^/]+\.auth(?:-fips)?\.[a-z0-9-]+\.amazoncognito\.com/saml2/idpresponse"
)
_POOL: Final = re.compile(r"urn:amazon:cognito:sp:[a-z]{2}(?:-[a-z]+)+-[0-9]_[0-9A-Za-z]+")
_SALESFORCE: Final = re.compile(r"https://(?:[^/]+\.)?(?:salesforce|force)\.com(?:[/?].*)?")
_WEBEX: Final = re.compile(r"https://[^/]+\.webex\.com(?:\.cn)?/dispatcher/SAML2AuthService.*")

_NAMES: Final = "https://aws.amazon.com/SAML/Attributes/"
_ROLE: Final = re.compile(
    r"arn:aws[\w-]*:iam::[0-9]{12}:(?:role|saml-provider)/[^,\s]+,\s*"
    r"arn:aws[\w-]*:iam::[0-9]{12}:(?:role|saml-provider)/[^,\s]+"
)
_SESSION_NAME: Final = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_ROLE_VALUE: Final = (
    "arn:aws:iam::123456789012:role/Reader,arn:aws:iam::123456789012:saml-provider/Example"
)
_ACS: Final = "https://sp.example.org/saml/acs"
_END: Final = "</saml:AttributeStatement>"
_OTHERS: Final = ("attr-not-requested",)


def _delivered(url: str) -> tuple[tuple[str, str], ...]:
    """Return the edit that sends the base response to another address."""
    return ((f'"{_ACS}"', f'"{url}"'),)


def _sp(url: str) -> tuple[tuple[str, str], ...]:
    return ((f'Location="{_ACS}"', f'Location="{url}"'),)


def _added(*pairs: tuple[str, str]) -> tuple[str, str]:
    """Return an edit that adds attributes at the end."""
    text = "".join(
        f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue>'
        "</saml:Attribute>"
        for name, value in pairs
    )
    return _END, text + _END


_SIGNIN: Final = "https://signin.aws.amazon.com/saml"
_AWS_SENT: Final = _delivered(_SIGNIN)
_POOL_URL: Final = "https://library.auth.eu-west-1.amazoncognito.com/saml2/idpresponse"
_SITE_URL: Final = "https://example.webex.com/dispatcher/SAML2AuthService?siteurl=example"
_ORG_URL: Final = "https://example.my.salesforce.com"


@rule(
    "aws-required-attributes",
    on=Assertion,
    severity=ERROR,
    cites=[_AWS_DOC],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", *_AWS_SENT, sp=_sp(_SIGNIN), without=["request"]),
        example(
            "response",
            *_AWS_SENT,
            _added((f"{_NAMES}Role", _ROLE_VALUE), (f"{_NAMES}RoleSessionName", "M")),
            sp=_sp(_SIGNIN),
            without=["request"],
            also=_OTHERS,
        ),
    ],
    good=[
        example("response"),
        example(
            "response",
            *_AWS_SENT,
            _added(
                (f"{_NAMES}Role", _ROLE_VALUE),
                (f"{_NAMES}RoleSessionName", "maria.lind@example.org"),
                (f"{_NAMES}SessionDuration", "3600"),
            ),
            sp=_sp(_SIGNIN),
            without=["request"],
            also=_OTHERS,
        ),
    ],
)
def aws_attributes(assertion: Assertion, case: Case) -> Iterator[Hit | Unknown]:
    """An attribute that AWS needs is missing or cannot be read.

    A login that goes to signin.aws.amazon.com has the attributes Role (the ARN of a role and that
    of the SAML provider, joined by a comma) and RoleSessionName (2 to 64 letters, digits, +=,.@-).
    SessionDuration, where it is sent, is a number of seconds from 900 to 43200.

    Why: AWS refuses the login, with "Your request included an invalid SAML response" or
    "RoleSessionName is required in AuthnResponse".
    Fix: Add the claim at the identity provider under exactly this Name, with a value of this form.
    """
    if assertion is not case.assertions[0] or not _goes_to(case, _AWS):
        return
    unknown = [item for item in unreadable(case) if "encrypted" in item.reason]
    if unknown:
        yield from unknown
        return
    for name, pattern, form in (
        ("Role", _ROLE, "the ARN of a role and that of the SAML provider, joined by a comma"),
        ("RoleSessionName", _SESSION_NAME, "2 to 64 letters, digits and +=,.@-"),
    ):
        yield from _aws_attribute(name, pattern, form, case)
    for attribute in sent(case):
        if attribute.name == f"{_NAMES}SessionDuration":
            yield from (_aws_duration(value) for value in attribute.values if _wrong(value))


def _aws_attribute(name: str, pattern: re.Pattern[str], form: str, case: Case) -> Iterator[Hit]:
    found = [item for item in sent(case) if item.name == _NAMES + name]
    if not found:
        near = _resembling(_NAMES + name, case)
        yield hit(
            case.assertions[0] if near is None else near,
            f"The attribute {_NAMES + name!r}, which AWS needs, is missing"
            + ("" if near is None else f"; {near.name!r} was sent"),
            expected=_NAMES + name,
            actual=None if near is None else near.name,
        )
    for attribute in found:
        for value in attribute.values:
            if pattern.fullmatch(value.value) is None:
                yield hit(
                    value,
                    f"The value {personal(value.value)} of {name} is none that AWS accepts",
                    expected=form,
                    actual=personal(value.value),
                )


def _resembling(name: str, case: Case) -> Attribute | None:
    return next(
        (item for item in sent(case) if item.name and attribute_name_difference(item.name, name)),
        None,
    )


def _wrong(value: AttributeValue) -> bool:
    text = value.value
    return not (text.isascii() and text.isdigit() and len(text) < 7 and 900 <= int(text) <= 43200)


def _aws_duration(value: AttributeValue) -> Hit:
    return hit(
        value,
        f"The SessionDuration {personal(value.value)} is none that AWS accepts",
        expected="a number of seconds from 900 to 43200",
        actual=personal(value.value),
    )


def _goes_to(case: Case, service: re.Pattern[str]) -> bool:
    return any(service.fullmatch(address) for address in delivered_to(case))


@rule(
    "cognito-audience",
    on=Assertion,
    severity=ERROR,
    cites=[_COGNITO_DOC],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["aud-mismatch", "aud-missing", "aud-empty"],
    bad=[
        example("response", *_delivered(_POOL_URL), sp=_sp(_POOL_URL), without=["request"]),
    ],
    good=[
        example("response"),
        example(
            "response",
            *_delivered(_POOL_URL),
            (
                "<saml:Audience>https://sp.example.org/saml<",
                "<saml:Audience>urn:amazon:cognito:sp:eu-west-1_Ab1Cd2Ef3<",
            ),
            sp=[
                *_sp(_POOL_URL),
                (
                    'entityID="https://sp.example.org/saml"',
                    'entityID="urn:amazon:cognito:sp:eu-west-1_Ab1Cd2Ef3"',
                ),
            ],
            without=["request"],
        ),
    ],
)
def cognito_audience(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The audience is not the name of an Amazon Cognito user pool.

    A login that goes to a Cognito domain has the audience urn:amazon:cognito:sp: and the identifier
    of the user pool, such as eu-west-1_Ab1Cd2Ef3.

    Why: Cognito refuses an assertion for any other audience.
    Fix: Enter urn:amazon:cognito:sp:, followed by the user pool's identifier, as the entityID
    (Audience, Identifier) of the service provider at the identity provider.
    """
    if not _goes_to(case, _COGNITO):
        return
    audiences = [
        audience
        for conditions in assertion.conditions_all
        for restriction in conditions.audience_restrictions
        for audience in restriction.audiences
    ]
    if audiences and not any(_POOL.fullmatch(item.value) for item in audiences):
        yield hit(
            audiences[0],
            f"The login goes to Amazon Cognito, and the audience {audiences[0].value!r} is no user "
            "pool",
            expected="urn:amazon:cognito:sp: and the identifier of the user pool",
            actual=audiences[0].value,
        )


@rule(
    "salesforce-fed-id",
    on=Assertion,
    severity=INFO,
    cites=[_SALESFORCE_DOC],
    owner=IDP,
    bad=[
        example(
            "response",
            *_delivered(_ORG_URL),
            (">maria.lind@example.org</saml:NameID>", ">Maria.Lind@example.org</saml:NameID>"),
            sp=_sp(_ORG_URL),
            without=["request"],
            also=["attr-identity-mismatch"],
        ),
    ],
    good=[
        example("response"),
        example("response", *_delivered(_ORG_URL), sp=_sp(_ORG_URL), without=["request"]),
    ],
)
def salesforce_identity(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The NameID for Salesforce has capital letters.

    A login that goes to Salesforce names the user by the Federation ID or the Salesforce username,
    as its single sign-on settings say; the Federation ID is compared letter for letter.

    Why: Salesforce answers "Unable to map the subject to a Salesforce user".
    Fix: Write the Federation ID of the user in Salesforce exactly as the identity provider sends
    the NameID.
    """
    subject = assertion.subject
    name_id = None if subject is None else subject.name_id
    if name_id is None or name_id.value == name_id.value.lower():
        return
    if is_address(name_id.value) and _goes_to(case, _SALESFORCE):
        yield hit(
            name_id,
            f"The NameID {personal(name_id.value)} has capital letters; the Federation ID in "
            "Salesforce has to have them, too",
            actual=personal(name_id.value),
        )


@rule(
    "webex-uid-email",
    on=Assertion,
    severity=WARNING,
    cites=[_WEBEX_DOC],
    owner=IDP,
    bad=[
        example("response", *_delivered(_SITE_URL), sp=_sp(_SITE_URL), without=["request"]),
    ],
    good=[
        example("response"),
        example(
            "response",
            *_delivered(_SITE_URL),
            _added(("uid", "mlind"), ("email", "maria.lind@example.org")),
            sp=_sp(_SITE_URL),
            without=["request"],
            also=_OTHERS,
        ),
    ],
)
def webex_claims(assertion: Assertion, case: Case) -> Iterator[Hit | Unknown]:
    """Webex finds no uid or no email among the claims.

    A login that goes to a Webex site has the claims uid and email under exactly these names. With
    the profile webex-meetings all its claims are checked, and this rule says nothing.

    Why: Webex answers with error 13, or cannot create the account.
    Fix: Add the claims uid and email at the identity provider, without a namespace. Check the login
    with the profile webex-meetings for all that Webex wants.
    """
    if case.profile.claims or assertion is not case.assertions[0]:
        return
    if not _goes_to(case, _WEBEX):
        return
    unknown = [item for item in unreadable(case) if "encrypted" in item.reason]
    if unknown:
        yield from unknown
        return
    names = {item.name for item in sent(case)}
    missing = [name for name in ("uid", "email") if name not in names]
    if missing:
        yield hit(
            assertion,
            f"The login goes to a Webex site and has no claim {' and no claim '.join(missing)}",
            expected="the claims uid and email",
        )


RULES = (aws_attributes, cognito_audience, salesforce_identity, webex_claims)
