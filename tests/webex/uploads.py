"""Steps with metadata: what is uploaded to each side, and what is downloaded from it."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.keys import certificate_pem
from tests.support.templates import Edits
from tests.webex.documents import ACS, authn_request, idp_metadata, idp_text, sp_metadata
from tests.webex.step import IDP_ROLE, SP_ROLE, Said, Step

OTHER_TENANT = "9d01c7e4-28b6-4f53-a1d8-6e70f3b9c254"
_ACS = f"{SP_ROLE}/md:AssertionConsumerService"
_ASKED_FOR = "/samlp:AuthnRequest/samlp:RequestedAuthnContext"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_CERTIFICATE = "md:KeyDescriptor[1]/ds:KeyInfo/ds:X509Data/ds:X509Certificate"
_WEB_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><title>Webex Administration: sign in</title></head>
<body><form method="post"><input name="user"><input name="password" type="password"></form></body>
</html>
"""
_SECOND = (
    f' index="0"/>\n    <md:AssertionConsumerService Binding="{_POST}" '
    f'Location="{ACS.replace("webex.com", "webex.com.cn")}" index="1" isDefault="true"/>'
)
_WISHES = """isDefault="true"/>
    <md:AttributeConsumingService index="0" isDefault="true">
      <md:ServiceName xml:lang="en">Webex site contoso</md:ServiceName>
{}    </md:AttributeConsumingService>"""
_ASKED = """ AllowCreate="true"/>
  <samlp:RequestedAuthnContext{comparison}>
    <saml:AuthnContextClassRef xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">\
urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>
  </samlp:RequestedAuthnContext>"""


def _sp(*edits: tuple[str, str]) -> Callable[[], bytes]:
    return lambda: sp_metadata(edits)


def _idp(
    *edits: tuple[str, str], after: Edits = (), key: str = "idp-signing"
) -> Callable[[], bytes]:
    return lambda: idp_metadata(edits, after=after, key=key)


def _both_keys(name: str) -> tuple[tuple[str, str], ...]:
    return ("{cert:idp-signing}", f"{{cert:{name}}}"), ("{cert:idp-next}", f"{{cert:{name}}}")


def _without(start: str, end: str) -> Callable[[], bytes]:
    """The metadata of Entra ID without what stands from one text up to another, then signed."""

    def content() -> bytes:
        head, found, rest = idp_text().partition(start)
        part = found + rest[: rest.index(end)]
        return idp_metadata([(head + part, head)])

    return content


def _without_keys() -> bytes:
    _, role, rest = idp_text().partition("<IDPSSODescriptor")
    start, end = rest.index("<KeyDescriptor"), rest.index("<SingleLogoutService")
    return idp_metadata([(role + rest[:end], role + rest[:start])])


def _request(comparison: str) -> Callable[[], bytes]:
    new = _ASKED.replace("{comparison}", comparison)
    return lambda: authn_request([(' AllowCreate="true"/>', new)])


def asks_for_claims() -> bytes:
    """The metadata of a site that lists the claims that it wants."""
    names = ("uid", "email", "firstname", "lastname")
    rows = "".join(f'      <md:RequestedAttribute Name="{name}"/>\n' for name in names)
    return sp_metadata([('isDefault="true"/>', _WISHES.replace("{}", rows))])


def _old_certificate() -> bytes:
    return certificate_pem("idp-signing")


UPLOADS: tuple[Step, ...] = (
    Step(
        row=2,
        file="02-idp-ws-federation-only.xml",
        judged_as="idp",
        content=_without("<IDPSSODescriptor", "</EntityDescriptor>"),
        said=(Said("entra-wsfed-role-only", "idp"),),
        says=("WS-Federation",),
    ),
    Step(
        row=3,
        file="03-sp-web-page.html",
        judged_as="pair-sp",
        content=_WEB_PAGE.encode,
        said=(Said("profile-wrong-artefact", "user"),),
        says=("an HTML page",),
    ),
    Step(
        row=3,
        file="03-sp-is-idp.xml",
        judged_as="pair-sp",
        content=_idp(),
        said=(Said("ent-wrong-role-for-profile", "user"),),
        says=("identity provider",),
    ),
    Step(
        row=4,
        file="04-request-other-issuer.xml",
        judged_as="request",
        content=lambda: authn_request([(">https://contoso.webex.com<", ">http://www.webex.com<")]),
        said=(Said("req-issuer-mismatch", "sp", "/samlp:AuthnRequest/saml:Issuer"),),
        says=("'http://www.webex.com'", "'https://contoso.webex.com'"),
    ),
    Step(
        row=4,
        file="04-sp-other-identifier.xml",
        judged_as="sp",
        content=_sp(('https://contoso.webex.com"', 'https://sso.contoso.example"')),
        said=(Said("profile-entityid-unexpected", "sp", "/md:EntityDescriptor/@entityID"),),
        says=("'https://sso.contoso.example'",),
    ),
    Step(
        row=5,
        file="05-sp-other-default.xml",
        judged_as="sp",
        content=_sp((' index="0" isDefault="true"/>', _SECOND)),
        said=(
            Said(
                "profile-variable-conflict",
                "sp",
                f"{_ACS}[2]/@Location",
            ),
        ),
        says=("default reply URL", "webex.com.cn"),
    ),
    Step(
        row=6,
        file="06-sp-site-of-another.xml",
        judged_as="sp",
        content=_sp(("siteurl=contoso", "siteurl=fabrikam")),
        said=(
            Said(
                "profile-variable-conflict",
                "sp",
                f"{_ACS}/@Location",
            ),
        ),
        says=("'fabrikam'", "'contoso'"),
    ),
    Step(row=9, file="09-sp-asks-for-claims.xml", judged_as="sp", content=asks_for_claims),
    Step(
        row=17,
        file="17-idp-altered.xml",
        judged_as="idp",
        content=_idp(after=[("Sign-in name of the user.", "Name of the user.")]),
        said=(Said("sig-digest-mismatch", "user"),),
        says=("changed after it was signed",),
    ),
    Step(
        row=17,
        file="17-idp-no-certificate.xml",
        judged_as="idp",
        content=_without_keys,
        said=(Said("key-idp-no-signing", "idp", IDP_ROLE),),
    ),
    Step(
        row=18,
        file="18-idp-bare-certificate.pem",
        judged_as="pair-idp",
        content=_old_certificate,
        said=(Said("profile-wrong-artefact", "user"),),
        says=("a bare certificate",),
    ),
    Step(
        row=18,
        file="18-idp-whole-tenant.xml",
        judged_as="idp",
        content=_idp(*_both_keys("entra-tenant"), key="entra-tenant"),
        said=(Said("entra-metadata-not-app-specific", "idp", f"{IDP_ROLE}/{_CERTIFICATE}"),),
        says=("of the whole tenant",),
    ),
    Step(
        row=23,
        file="23-sp-exported-again.xml",
        judged_as="diff-sp",
        content=_sp(("contoso.webex.com/dispatcher", "contoso.webex.com.cn/dispatcher")),
        said=(Said("diff-reply-url-removed", "sp", f"{_ACS}/@Location"),),
        says=("it was the default",),
    ),
    Step(
        row=28,
        file="28-request-minimum.xml",
        judged_as="request",
        content=_request(' Comparison="minimum"'),
        said=(
            Said(
                "entra-request-constraints",
                "sp",
                f"{_ASKED_FOR}/@Comparison",
            ),
        ),
        says=("'minimum'", "exact only"),
    ),
    Step(
        row=28,
        file="28-request-password-only.xml",
        judged_as="request",
        content=_request(""),
        said=(Said("req-requestedauthncontext-too-strict", "sp"),),
    ),
    Step(
        row=35,
        file="35-idp-certificate-expired.xml",
        judged_as="idp",
        content=_idp(*_both_keys("expired"), key="expired"),
        # once for each role
        said=(Said("cert-all-expired", "idp"),) * 3,
        says=("expired",),
    ),
)
