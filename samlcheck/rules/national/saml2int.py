"""Rules of the Kantara deployment profile saml2int on messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, AuthnRequest
from samlcheck.rules.case import Case
from samlcheck.rules.citations import saml2int
from samlcheck.rules.rule import IDP, OFF, SP, Hit, example, hit, rule

_URI: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
_ENABLED: Final = ["saml2int-request"]
_POLICY: Final = (
    '  <samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress" '
    'AllowCreate="true"/>\n'
)
_CONTEXT: Final = (
    '  <samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>'
    "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
    "</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>\n"
)


@rule(
    "saml2int-request",
    on=AuthnRequest,
    severity=OFF,
    cites=[saml2int("SDP-SP02"), saml2int("SDP-SP04"), saml2int("SDP-SP05"), saml2int("SDP-SP07")],
    owner=SP,
    bad=[
        example("request", enable=_ENABLED, note="The NameIDPolicy asks for a Format"),
        example(
            "request",
            (_POLICY, _CONTEXT),
            enable=_ENABLED,
            also=["authn-context-minimum-unordered"],
        ),
        example("request", (_POLICY, "  <samlp:NameIDPolicy/>\n"), enable=_ENABLED),
    ],
    good=[
        example("request"),
        example("request", (_POLICY, ""), enable=_ENABLED),
        example(
            "request",
            (_POLICY, '  <samlp:NameIDPolicy AllowCreate="true"/>\n'),
            enable=_ENABLED,
        ),
    ],
)
def request_content(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request has what the deployment profile saml2int excludes.

    A request goes by HTTP-Redirect. It has no NameIDPolicy, or one that allows to create an
    identifier and asks for no Format. It names the reply URL by AssertionConsumerServiceURL or not
    at all, and an authentication context by exact comparison.

    Why: what goes beyond this needs an arrangement between two partners, which federations cannot
    make for each pair.
    Fix: Leave out what the finding names.
    """
    sent = None if case.sent is None else case.sent.binding
    if sent is not None and sent != "HTTP-Redirect":
        yield hit(request, f"The request came by {sent}", expected="HTTP-Redirect", actual=sent)
    policy = request.name_id_policy
    if policy is not None and policy.format is not None:
        yield hit(
            policy,
            f"The request asks for the NameID Format {policy.format!r}",
            attribute="Format",
            expected="no Format",
            actual=policy.format,
        )
    elif policy is not None and (
        policy.allow_create is None or policy.allow_create.value is not True
    ):
        yield hit(
            policy,
            "NameIDPolicy does not allow to create an identifier",
            attribute="AllowCreate",
            expected="true",
        )
    if request.assertion_consumer_service_index is not None:
        yield hit(
            request,
            "The request names the reply URL by its index",
            attribute="AssertionConsumerServiceIndex",
            expected="AssertionConsumerServiceURL, or neither",
        )
    wanted = request.requested_authn_context
    if wanted is not None and wanted.comparison not in (None, "exact"):
        yield hit(
            wanted,
            f"The request compares authentication contexts by {wanted.comparison!r}",
            attribute="Comparison",
            expected="exact",
            actual=wanted.comparison,
        )


@rule(
    "saml2int-attributes",
    on=Assertion,
    severity=OFF,
    cites=[saml2int("SDP-IDP18")],
    owner=IDP,
    bad=[
        example(
            "response",
            (f'FriendlyName="sn" Name="urn:oid:2.5.4.4" NameFormat="{_URI}"', 'Name="sn"'),
            enable=["saml2int-attributes"],
            also=["attr-name-near-miss"],
        )
    ],
    good=[example("response", enable=["saml2int-attributes"])],
)
def attribute_names(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """An attribute does not have a name that is unique everywhere.

    The NameFormat of each attribute is that of URIs.

    Why: short names mean different things at different identity providers.
    Fix: Send the attribute under its URI, such as urn:oid:2.5.4.4, with the NameFormat for URIs.
    """
    for attribute in assertion.attributes():
        if attribute.name_format != _URI:
            yield hit(
                attribute,
                f"The attribute {attribute.name!r} has "
                + (
                    f"the NameFormat {attribute.name_format!r}"
                    if attribute.name_format
                    else "no NameFormat"
                ),
                attribute="NameFormat",
                expected=_URI,
                actual=attribute.name_format,
            )


RULES = (request_content, attribute_names)
