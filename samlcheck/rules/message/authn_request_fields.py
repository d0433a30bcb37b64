"""Rules on what an AuthnRequest has to carry, whoever it is between."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import AuthnRequest
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.rule import BLOCKS_LOGIN, ERROR, SP, Hit, example, hit, rule

_ID = 'ID="_8e5f1c2a90b74d36ae21f47b03c9d815" '
_INSTANT = ' IssueInstant="2026-11-23T09:59:00Z"'
_ACS = 'AssertionConsumerServiceURL="https://sp.example.org/saml/acs"'
_ISSUER = "<saml:Issuer>https://sp.example.org/saml</saml:Issuer>"
_GOOD = (example("request"),)


@rule(
    "req-id",
    on=AuthnRequest,
    severity=ERROR,
    cites=[core("3.2.1"), core("1.3.4")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[example("request", (_ID, ""))],
    good=_GOOD,
)
def request_id(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request has no ID.

    ID is required and different in each request.

    Why: the response names the request that it answers by this ID, so an identity provider
    refuses a request without one.
    Fix: Make the service provider write an ID that begins with a letter or an underscore and has
    at least 128 random bits.
    """
    if not request.id:
        yield hit(
            request,
            "The request has no ID",
            attribute="ID",
            expected="an ID that begins with a letter or an underscore",
            actual=request.id,
        )


@rule(
    "req-version",
    on=AuthnRequest,
    severity=ERROR,
    cites=[core("3.2.1"), core("4.1")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[example("request", ('Version="2.0"', 'Version="1.1"'))],
    good=_GOOD,
)
def request_version(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request is not of the version 2.0.

    Version is required, and for SAML 2.0 it is 2.0.

    Why: an identity provider answers another version with the status VersionMismatch.
    Fix: Make the service provider write Version="2.0".
    """
    if request.version != "2.0":
        yield hit(
            request,
            "The request has no Version"
            if request.version is None
            else f"The request has the Version {request.version!r}",
            attribute="Version",
            expected="2.0",
            actual=request.version,
        )


@rule(
    "req-issueinstant",
    on=AuthnRequest,
    severity=ERROR,
    cites=[core("3.2.1"), core("1.3.3")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("request", (_INSTANT, "")),
        example("request", (_INSTANT, ' IssueInstant="2026-11-23 09:59"')),
    ],
    good=_GOOD,
)
def request_instant(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request does not say when it was made.

    IssueInstant is required and is an xs:dateTime in UTC.

    Why: the identity provider cannot tell a fresh request from an old one and refuses it.
    Fix: Make the service provider write IssueInstant in UTC, such as 2026-11-23T09:59:00Z.
    """
    instant = request.issue_instant
    if instant is None:
        yield hit(request, "The request has no IssueInstant", expected="the instant of the request")
    elif instant.value is None:
        yield hit(
            request,
            f"The IssueInstant {instant.text!r} {instant.problem}",
            attribute="IssueInstant",
            expected="an instant such as 2026-11-23T09:59:00Z",
            actual=instant.text,
        )


@rule(
    "req-issuer-missing",
    on=AuthnRequest,
    severity=ERROR,
    cites=[profiles("4.1.4.1")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("request", (_ISSUER, "")),
        example("request", (_ISSUER, "<saml:Issuer/>")),
    ],
    good=_GOOD,
)
def request_issuer_missing(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request does not say who sends it.

    Issuer is required for a login with a browser and holds the entityID of the service provider.

    Why: the identity provider cannot tell for whom the login is.
    Fix: Enter the entityID in the settings of the service provider.
    """
    expected = (None if case.sp is None else case.sp.entity_id) or "the entityID of the SP"
    if request.issuer is None:
        yield hit(request, "The request has no Issuer", expected=expected)
    elif not request.issuer.value:
        yield hit(request.issuer, "The Issuer of the request is empty", expected=expected)


@rule(
    "req-acs-index-and-url",
    on=AuthnRequest,
    severity=ERROR,
    cites=[core("3.4.1")],
    owner=SP,
    bad=[example("request", (_ACS, f'{_ACS} AssertionConsumerServiceIndex="0"'))],
    good=_GOOD,
)
def request_index_and_url(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request names the reply URL in two ways at once.

    AssertionConsumerServiceIndex excludes AssertionConsumerServiceURL and ProtocolBinding.

    Why: one identity provider follows the index, another the URL, and a strict one refuses.
    Fix: Leave AssertionConsumerServiceIndex out, or leave the other two out.
    """
    if request.assertion_consumer_service_index is None:
        return
    beside = [
        name
        for name, value in (
            ("AssertionConsumerServiceURL", request.assertion_consumer_service_url),
            ("ProtocolBinding", request.protocol_binding),
        )
        if value is not None
    ]
    if beside:
        yield hit(
            request,
            f"The request has AssertionConsumerServiceIndex beside {' and '.join(beside)}",
            attribute="AssertionConsumerServiceIndex",
            expected="either the index, or the URL and the binding",
            actual=request.assertion_consumer_service_index.text,
        )


RULES = (
    request_id,
    request_version,
    request_instant,
    request_issuer_missing,
    request_index_and_url,
)
