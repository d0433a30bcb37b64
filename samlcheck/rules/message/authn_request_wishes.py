"""Rules on what a captured AuthnRequest asks of the identity provider, and how it was sent."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import AuthnRequest
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata
from samlcheck.rules.detached import signature_parameters
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    SP,
    WARNING,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import any_of
from samlcheck.xml.names import HTTP_REDIRECT, NAMEID_ENCRYPTED, NAMEID_UNSPECIFIED

_FORMAT = 'Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"'
_GOOD = (example("request"),)


@rule(
    "req-nameidpolicy-format",
    on=AuthnRequest,
    severity=WARNING,
    cites=[core("3.4.1.1"), metadata("2.4.2")],
    owner=SP,
    needs=["idp"],
    bad=[
        example(
            "request", (_FORMAT, 'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos"')
        ),
    ],
    good=[
        example("request"),
        example("request", (_FORMAT, f'Format="{NAMEID_UNSPECIFIED}"')),
    ],
)
def name_id_policy_format(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request asks for a NameID Format that the identity provider does not list.

    Format of NameIDPolicy is compared with the NameIDFormat elements of the IdP metadata. Where
    that has none, nothing is compared.

    Why: an identity provider that cannot make such an identifier answers with the status
    InvalidNameIDPolicy instead of an assertion.
    Fix: Ask for a Format that the identity provider lists, or for none.
    """
    policy = request.name_id_policy
    listed = [] if case.idp_role is None else [item.value for item in case.idp_role.name_id_formats]
    if policy is None or not policy.format or not listed:
        return
    if policy.format in (*listed, NAMEID_UNSPECIFIED, NAMEID_ENCRYPTED):
        return
    words = next((told for item in listed if (told := difference(policy.format, item))), None)
    yield hit(
        policy,
        f"The request asks for the NameID Format {policy.format!r}, which the identity provider "
        "does not list" + ("" if words is None else f": it differs from one only in {words}"),
        attribute="Format",
        expected=any_of(listed),
        actual=policy.format,
    )


@rule(
    "req-unsigned",
    on=AuthnRequest,
    severity=ERROR,
    cites=[metadata("2.4.3"), metadata("2.4.4")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("request", ("/saml/sso/redirect", "/saml/sso/post")),
        example("request", carry="redirect", after=[("&Signature=", "&a="), ("&SigAlg=", "&b=")]),
    ],
    good=[
        example("request"),
        example("request", carry="redirect"),
        example(
            "request",
            ("/saml/sso/redirect", "/saml/sso/post"),
            sp=[('AuthnRequestsSigned="true"', 'AuthnRequestsSigned="false"')],
            idp=[('WantAuthnRequestsSigned="true"', 'WantAuthnRequestsSigned="false"')],
        ),
    ],
)
def unsigned(request: AuthnRequest, case: Case) -> Iterator[Hit | Unknown]:
    """The request is not signed, though it has to be.

    The IdP metadata says WantAuthnRequestsSigned, or the SP metadata AuthnRequestsSigned. The
    signature of a request by HTTP-Redirect stands in the query string, which has to be in the
    capture; without it, only one by another binding can be seen to be unsigned.

    Why: an identity provider that wants signed requests shows an error instead of a sign-in page.
    Fix: Switch on the signing of requests at the service provider, with a key that its metadata
    names; or switch the demand off on both sides.
    """
    wants = case.idp_role is not None and case.idp_role.wants_signed_requests
    promises = case.sp_role is not None and case.sp_role.signs_requests
    if request.signatures or not (wants or promises):
        return
    if signature_parameters(case.sent):
        return
    binding = _binding(request, case)
    seen = case.sent is not None and bool(case.sent.parameters)
    if not seen and binding in (None, HTTP_REDIRECT):
        yield Unknown("the query string, where a request by HTTP-Redirect is signed, is not known")
        return
    flag = "WantAuthnRequestsSigned" if wants else "AuthnRequestsSigned"
    yield hit(
        request,
        f"The request is not signed, though the metadata says {flag}",
        expected="a signature",
        related=[Place(case.idp_role if wants else case.sp_role, flag, "where it says so")],
    )


def _binding(request: AuthnRequest, case: Case) -> str | None:
    """Return the binding by which a request travelled, None when it may have been HTTP-Redirect."""
    if case.sent is not None and case.sent.binding is not None:
        return f"urn:oasis:names:tc:SAML:2.0:bindings:{case.sent.binding}"
    services = () if case.idp_role is None else case.idp_role.single_sign_on_services
    used = {item.binding for item in services if item.location == request.destination}
    return None if HTTP_REDIRECT in used or not used else used.pop()


RULES = (
    name_id_policy_format,
    unsigned,
)
