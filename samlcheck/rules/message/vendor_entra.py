"""What messages to and from Microsoft Entra ID need to be read with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, AuthnRequest, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import paper
from samlcheck.rules.message.vendors import ENTRA, asked_of, issued_by
from samlcheck.rules.rule import ERROR, IDP, INFO, SP, WARNING, Hit, example, hit, rule
from samlcheck.rules.wording import all_of
from samlcheck.xml.names import (
    DS,
    NAMEID_EMAIL,
    NAMEID_PERSISTENT,
    NAMEID_TRANSIENT,
    NAMEID_UNSPECIFIED,
    SAML,
    SAMLP,
    clark,
)

_PROTOCOL: Final = paper(
    "Microsoft identity platform, single sign-on SAML protocol",
    "https://learn.microsoft.com/entra/identity-platform/single-sign-on-saml-protocol",
)
_GROUPS_DOC: Final = paper(
    "Microsoft Entra ID, configure group claims",
    "https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims",
)
_SIGNING_DOC: Final = paper(
    "Microsoft Entra ID, advanced SAML token certificate signing options",
    "https://learn.microsoft.com/entra/identity/enterprise-apps/certificate-signing-options",
)
_FORMATS: Final = (NAMEID_PERSISTENT, NAMEID_EMAIL, NAMEID_UNSPECIFIED, NAMEID_TRANSIENT)
_GROUPS: Final = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NAME: Final = "https://sts.windows.net/11111111-2222-3333-4444-555555555555/"
#: Edits that make the base identity provider an Entra tenant, in the message and in the metadata.
_SENT: Final = ("https://idp.example.org/saml<", f"{_NAME}<")
_TENANT: Final = ('entityID="https://idp.example.org/saml"', f'entityID="{_NAME}"')
_END: Final = "</saml:AttributeStatement>"
_AUDIENCE: Final = "<saml:Audience>https://sp.example.org/saml</saml:Audience>"
_POLICY: Final = "  <samlp:NameIDPolicy"
_MINIMUM: Final = (
    '<samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>'
    "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    "</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>"
)


@rule(
    "entra-request-constraints",
    on=AuthnRequest,
    severity=WARNING,
    cites=[_PROTOCOL],
    owner=SP,
    needs=["idp"],
    bad=[
        example(
            "request",
            (
                _POLICY,
                f"  <saml:Subject><saml:NameID>maria</saml:NameID></saml:Subject>\n{_POLICY}",
            ),
            idp=[_TENANT],
        ),
        example(
            "request",
            ("1.1:nameid-format:emailAddress", "2.0:nameid-format:kerberos"),
            idp=[_TENANT],
            also=["req-nameidpolicy-format"],
        ),
        example(
            "request",
            ("</samlp:AuthnRequest>", '<samlp:Scoping ProxyCount="0"/></samlp:AuthnRequest>'),
            idp=[_TENANT],
            also=["req-scoping"],
        ),
        example(
            "request",
            (' Version="2.0"', ' Version="2.0" AttributeConsumingServiceIndex="0"'),
            idp=[_TENANT],
            note="Advice only: Entra ID ignores it.",
        ),
        example(
            "request",
            ("</samlp:AuthnRequest>", f"{_MINIMUM}</samlp:AuthnRequest>"),
            idp=[_TENANT],
            also=["authn-context-minimum-unordered"],
        ),
    ],
    good=[example("request"), example("request", idp=[_TENANT])],
)
def request_constraints(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request holds what Entra ID refuses or ignores.

    Entra ID answers a request with a Subject, or with a NameIDPolicy of a Format that it does not
    know, with an error (AADSTS900236, AADSTS75016). It does not support ProxyCount, IDPList and
    RequesterID, knows no Comparison but exact, and ignores Conditions, Consent, ProviderName and
    the indexes.

    Why: the login fails at Entra ID, or goes on otherwise than the service provider asked.
    Fix: Leave these parts out of the requests to this identity provider. A user name can be given
    as the parameter login_hint of the sign-on URL.
    """
    if not asked_of(request, case, ENTRA):
        return
    if request.subject is not None:
        yield hit(
            request.subject,
            "The request has a Subject, which Entra ID refuses (AADSTS900236)",
            expected="no Subject",
            severity=ERROR,
        )
    policy = request.name_id_policy
    if policy is not None and policy.format and policy.format not in _FORMATS:
        yield hit(
            policy,
            f"The request asks for the NameID Format {policy.format!r}, which Entra ID refuses "
            "(AADSTS75016)",
            attribute="Format",
            expected="persistent, emailAddress, unspecified or transient",
            actual=policy.format,
            severity=ERROR,
        )
    asked = request.requested_authn_context
    if asked is not None and asked.comparison not in (None, "exact"):
        yield hit(
            asked,
            f"The request has the Comparison {asked.comparison!r}, and Entra ID knows exact only",
            attribute="Comparison",
            expected="exact, or no RequestedAuthnContext at all",
            actual=asked.comparison,
        )
    yield from _scoping(request)
    ignored = _ignored(request)
    if ignored:
        yield hit(request, f"Entra ID ignores {all_of(ignored)}", severity=INFO)


def _scoping(request: AuthnRequest) -> Iterator[Hit]:
    scoping = request.element.find(clark(SAMLP, "Scoping"))
    if scoping is None:
        return
    found = [
        name for name in ("IDPList", "RequesterID") if scoping.find(clark(SAMLP, name)) is not None
    ]
    if scoping.get("ProxyCount") is not None:
        found.insert(0, "ProxyCount")
    if found:
        yield hit(
            scoping,
            f"The request has {all_of(found)}, which Entra ID does not support",
            expected=f"no {' and no '.join(found)}",
        )


def _ignored(request: AuthnRequest) -> list[str]:
    names = (
        "Consent",
        "AssertionConsumerServiceIndex",
        "AttributeConsumingServiceIndex",
        "ProviderName",
    )
    found = [name for name in names if request.element.get(name) is not None]
    if request.element.find(clark(SAML, "Conditions")) is not None:
        found.append("Conditions")
    return found


@rule(
    "entra-spn-prefix",
    on=Assertion,
    severity=INFO,
    cites=[_PROTOCOL],
    owner=IDP,
    bad=[
        example(
            "response",
            _SENT,
            (_AUDIENCE, "<saml:Audience>spn:6c1c178c-166d-4866-87be-4aaf5e482730</saml:Audience>"),
            without=["sp"],
            idp=[_TENANT],
        ),
    ],
    good=[example("response"), example("response", _SENT, idp=[_TENANT])],
)
def spn_prefix(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """Entra ID wrote "spn:" before the audience.

    It does so where the identifier of the application, as the request had it in Issuer, is no URI.

    Why: a service provider that looks for its identifier without the prefix refuses the login.
    Fix: Use a URI as the identifier (entityID) of the service provider, at both sides; else let the
    service provider expect the prefix.
    """
    if not issued_by(case, ENTRA):
        return
    for conditions in assertion.conditions_all:
        for restriction in conditions.audience_restrictions:
            for audience in restriction.audiences:
                if audience.value.startswith("spn:"):
                    yield hit(
                        audience,
                        f"The audience {audience.value!r} has the prefix that Entra ID writes "
                        "before an identifier that is no URI",
                        expected="the entityID of the service provider, a URI",
                        actual=audience.value,
                    )


@rule(
    "entra-claims-namespace",
    on=Assertion,
    severity=INFO,
    cites=[_GROUPS_DOC],
    owner=IDP,
    bad=[
        example(
            "response",
            _SENT,
            (
                _END,
                f'<saml:Attribute Name="{_GROUPS}"><saml:AttributeValue>'
                "6c1c178c-166d-4866-87be-4aaf5e482730</saml:AttributeValue></saml:Attribute>"
                f"{_END}",
            ),
            idp=[_TENANT],
            also=["attr-not-requested"],
        )
    ],
    good=[example("response"), example("response", _SENT, idp=[_TENANT])],
)
def groups_as_ids(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """Entra ID sends groups as object identifiers.

    The groups claim has identifiers in place of names. That claims stand under a name with a
    namespace is told by `attr-name-near-miss` where it matters.

    Why: a service provider that looks for the names of groups finds none of them.
    Fix: Let the service provider map the identifiers; or choose sAMAccountName (groups synchronised
    from Active Directory) or cloud-only display names as source attribute of the groups claim.
    """
    if not issued_by(case, ENTRA):
        return
    for attribute in assertion.attributes():
        if attribute.name != _GROUPS or not attribute.values:
            continue
        if all(_GUID.fullmatch(value.value) for value in attribute.values):
            yield hit(
                attribute,
                f"The groups claim has {len(attribute.values)} object identifiers, no names",
                attribute="Name",
            )


@rule(
    "entra-signing-option",
    on=Response,
    severity=INFO,
    cites=[_SIGNING_DOC],
    owner=IDP,
    bad=[
        example(
            "response",
            _SENT,
            sign="response",
            idp=[_TENANT],
            also=["sig-assertion-not-signed"],
        ),
    ],
    good=[example("response"), example("response", _SENT, idp=[_TENANT])],
)
def signing_option(response: Response, case: Case) -> Iterator[Hit]:
    """A signing option of Entra ID does not fit.

    Entra ID signs the response, the assertion or both, with SHA-1 or SHA-256, as the application's
    signing options say. The service provider wants the assertion signed and it is not, or SHA-1 is
    chosen.

    Why: the service provider refuses the login, or soon will.
    Fix: In the Entra admin center: Enterprise applications, the application, Single sign-on, SAML
    certificates, Edit: set Signing Option and Signing Algorithm.
    """
    if not issued_by(case, ENTRA):
        return
    role = case.sp_role
    wants = role is not None and role.wants_signed_assertions
    bare = [item for item in case.assertions if not item.signatures]
    if wants and bare and response.signatures:
        yield hit(
            bare[0],
            "The application's signing option at Entra ID is Sign SAML response; the service "
            "provider wants signed assertions",
            expected="Sign SAML assertion, or Sign SAML response and assertion",
        )
    inner = [signature for item in case.assertions for signature in item.signatures]
    for signature in (*response.signatures, *inner):
        method = signature.signature_method
        if method is not None and method.algorithm == f"{DS}rsa-sha1":
            yield hit(
                method,
                "The application's signing algorithm at Entra ID is SHA-1",
                attribute="Algorithm",
                expected="SHA-256",
                actual=method.algorithm,
            )


RULES = (request_constraints, spn_prefix, groups_as_ids, signing_option)
