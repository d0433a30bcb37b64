"""One login as data, and the documents and the capture that come of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

import attrs

from tests.diagnosis.parties import Provider, Service
from tests.support import carriers
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_base64, certificate_pem, key_pem
from tests.support.signing import sign
from tests.support.templates import Edits, edit

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
RELAY_STATE = "s2b41c9e07f"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
REQUEST_ID = "_d3a81f6e40c94b7a9f25e10c86b7d942"


def at(seconds: float) -> str:
    """An instant so many seconds from the capture, as it is written."""
    return (NOW + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def form(xml: bytes) -> bytes:
    """The message as the body of a POST."""
    return carriers.form_body(xml, RELAY_STATE)


@attrs.frozen(kw_only=True)
class Attribute:
    """One attribute; None as a value is an AttributeValue without content."""

    name: str
    values: tuple[str | None, ...]
    name_format: str | None = None


@attrs.frozen(kw_only=True)
class Login:
    """What both sides publish, what was asked, and what was answered; instants in seconds."""

    provider: Provider
    service: Service

    # what the service provider publishes
    sp_entity_id: str
    acs: str
    sp_name_id_formats: tuple[str, ...] = ()
    sp_encryption_key: str | None = None
    sp_xml: bytes | None = None
    # what the identity provider publishes
    idp_entity_id: str
    sso: str
    idp_keys: tuple[str, ...] = ("idp-signing",)
    idp_name_id_formats: tuple[str, ...] = ()
    idp_xml: bytes | None = None
    # the request; None for a login that began at the identity provider
    request_id: str | None = REQUEST_ID
    request_at: int = -90
    request_format: str | None = None
    request_contexts: tuple[str, ...] = ()
    request_issuer: str | None = None
    request_acs: str | None = None
    # the answer
    response_id: str = "_8b1f0c2e-5d47-4a90-b3c6-1e7f94d25a60"
    assertion_id: str = "_5c7e92d1-0ab4-4f38-8e6d-72b1c94f03ea"
    destination: str | None
    in_response_to: str | None = REQUEST_ID
    issuer: str
    assertion_issuer: str | None
    status: str = f'<samlp:Status><samlp:StatusCode Value="{SUCCESS}"/></samlp:Status>'
    issued_at: int = -30
    with_assertion: bool = True
    name_id_format: str | None
    name_id: str | None
    method: str = BEARER
    confirmed_for: str | None = REQUEST_ID
    recipient: str | None
    confirmed_until: int | None
    not_before: int | None = -330
    not_on_or_after: int | None
    audiences: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    signed_in_at: int = -35
    context: str | None
    # signing, encrypting, sending
    signs: str
    key: str = "idp-signing"
    signature_algorithm: str = "rsa-sha256"
    digest_algorithm: str = "sha256"
    after: Edits = ()
    encrypt_for: str | None = None
    decrypt_with: str | None = None
    sent_as: Callable[[bytes], bytes] = form
    # how it is judged
    authn_contexts: str | None = None
    profiles: tuple[str, ...]
    #: The text of a profile over those.
    over: str | None = None
    now: datetime = NOW
    with_request: bool = True
    replayed: bool = False


def login_of(provider: Provider, service: Service) -> Login:
    """A login that works."""
    habits = provider.habits
    until = habits.minutes * 60 - 30
    signs = habits.signs
    if (service.wants_assertion_signed and signs == "response") or (
        service.wants_response_signed and signs == "assertion"
    ):
        signs = "both"
    attributes = [
        Attribute(name=name, values=(value,), name_format=habits.format_of(name))
        for name, value in (*habits.adds, *service.claims)
    ]
    return Login(
        provider=provider,
        service=service,
        sp_entity_id=service.entity_id,
        acs=service.acs,
        idp_entity_id=provider.entity_id,
        sso=provider.sso,
        destination=service.acs,
        issuer=provider.entity_id,
        assertion_issuer=provider.entity_id,
        name_id_format=service.name_id_format,
        name_id=service.name_id,
        recipient=service.acs,
        confirmed_until=until,
        not_on_or_after=until,
        audiences=(service.entity_id,),
        attributes=tuple(attributes),
        context=service.context,
        signs=signs,
        profiles=(provider.profile, service.profile),
        authn_contexts=service.context,
    )


def sp_metadata(login: Login) -> bytes:
    """The metadata of the service provider."""
    if login.sp_xml is not None:
        return login.sp_xml
    wants = "true" if login.signs != "response" else "false"
    keys = _key("signing", "sp-signing")
    if login.sp_encryption_key:
        keys += _key("encryption", login.sp_encryption_key)
    formats = "".join(
        f"<md:NameIDFormat>{item}</md:NameIDFormat>" for item in login.sp_name_id_formats
    )
    return (
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
        f"entityID={quoteattr(login.sp_entity_id)}>"
        f'<md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="{wants}" '
        'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f'{keys}{formats}<md:AssertionConsumerService Binding="{POST}" '
        f'Location={quoteattr(login.acs)} index="0" isDefault="true"/>'
        "</md:SPSSODescriptor></md:EntityDescriptor>"
    ).encode()


def idp_metadata(login: Login) -> bytes:
    """The metadata of the identity provider."""
    if login.idp_xml is not None:
        return login.idp_xml
    keys = "".join(_key("signing", name) for name in login.idp_keys)
    formats = "".join(
        f"<md:NameIDFormat>{item}</md:NameIDFormat>" for item in login.idp_name_id_formats
    )
    sso = "".join(
        f'<md:SingleSignOnService Binding="{binding}" Location={quoteattr(login.sso)}/>'
        for binding in (REDIRECT, POST)
    )
    return (
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
        f"entityID={quoteattr(login.idp_entity_id)}>"
        '<md:IDPSSODescriptor WantAuthnRequestsSigned="false" '
        'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f"{keys}{formats}{sso}</md:IDPSSODescriptor></md:EntityDescriptor>"
    ).encode()


def _key(use: str, name: str) -> str:
    return (
        f'<md:KeyDescriptor use="{use}"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
        f"<ds:X509Data><ds:X509Certificate>{certificate_base64(name)}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )


def request(login: Login) -> bytes | None:
    """The AuthnRequest; None where the login began at the identity provider."""
    if login.request_id is None:
        return None
    policy = f" Format={quoteattr(login.request_format)}" if login.request_format else ""
    classes = "".join(
        f'<saml:AuthnContextClassRef xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{item}'
        "</saml:AuthnContextClassRef>"
        for item in login.request_contexts
    )
    wished = (
        f'<samlp:RequestedAuthnContext Comparison="exact">{classes}</samlp:RequestedAuthnContext>'
        if classes
        else ""
    )
    return (
        '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
        f'ID="{login.request_id}" Version="2.0" IssueInstant="{at(login.request_at)}" '
        f"Destination={quoteattr(login.sso)} "
        f"AssertionConsumerServiceURL={quoteattr(login.request_acs or login.acs)} "
        f'ProtocolBinding="{POST}">'
        '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">'
        f"{escape(login.request_issuer or login.sp_entity_id)}</saml:Issuer>"
        f'<samlp:NameIDPolicy{policy} AllowCreate="true"/>{wished}</samlp:AuthnRequest>'
    ).encode()


def response(login: Login) -> bytes:
    """The response as it was sent: signed, perhaps changed afterwards, perhaps encrypted."""
    xml = _response_text(login).encode()
    signs = login.signs if login.with_assertion else {"both": "response"}.get(login.signs, "none")
    if login.with_assertion and signs in ("assertion", "both"):
        xml = _signed(login, xml, login.assertion_id)
    if login.encrypt_for and login.with_assertion:
        xml = encrypt_assertion(xml, certificate=certificate_pem(login.encrypt_for))
    if signs in ("response", "both"):
        xml = _signed(login, xml, login.response_id)
    return edit(xml.decode(), login.after).encode()


def _signed(login: Login, xml: bytes, target: str) -> bytes:
    return sign(
        xml,
        key=key_pem(login.key),
        certificate=certificate_pem(login.key),
        target_id=target,
        signature_algorithm=login.signature_algorithm,
        digest_algorithm=login.digest_algorithm,
    )


def _response_text(login: Login) -> str:
    name = _prefix(login)
    attributes = _optional(
        ("Destination", login.destination), ("InResponseTo", login.in_response_to)
    )
    return (
        f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
        f'ID="{login.response_id}" Version="2.0" IssueInstant="{at(login.issued_at)}"{attributes}>'
        f"<{name}Issuer {_declared(login)}>{escape(login.issuer)}</{name}Issuer>"
        f"{login.status}{_assertion(login) if login.with_assertion else ''}</samlp:Response>"
    )


def _assertion(login: Login) -> str:
    name = _prefix(login)
    issuer = (
        ""
        if login.assertion_issuer is None
        else f"<{name}Issuer>{escape(login.assertion_issuer)}</{name}Issuer>"
    )
    window = _optional(
        ("NotBefore", None if login.not_before is None else at(login.not_before)),
        ("NotOnOrAfter", None if login.not_on_or_after is None else at(login.not_on_or_after)),
    )
    audiences = "".join(
        f"<{name}Audience>{escape(item)}</{name}Audience>" for item in login.audiences
    )
    if audiences:
        audiences = f"<{name}AudienceRestriction>{audiences}</{name}AudienceRestriction>"
    return (
        f'<{name}Assertion {_declared(login)} ID="{login.assertion_id}" Version="2.0" '
        f'IssueInstant="{at(login.issued_at)}">{issuer}{_subject(login)}'
        f"<{name}Conditions{window}>{audiences}</{name}Conditions>"
        f"{_statements(login)}</{name}Assertion>"
    )


def _subject(login: Login) -> str:
    name = _prefix(login)
    form = _optional(("Format", login.name_id_format))
    name_id = (
        ""
        if login.name_id is None
        else f"<{name}NameID{form}>{escape(login.name_id)}</{name}NameID>"
    )
    until = None if login.confirmed_until is None else at(login.confirmed_until)
    data = _optional(
        ("InResponseTo", login.confirmed_for),
        ("NotOnOrAfter", until),
        ("Recipient", login.recipient),
    )
    return (
        f'<{name}Subject>{name_id}<{name}SubjectConfirmation Method="{login.method}">'
        f"<{name}SubjectConfirmationData{data}/></{name}SubjectConfirmation></{name}Subject>"
    )


def _statements(login: Login) -> str:
    name = _prefix(login)
    attributes = "".join(_attribute(name, item) for item in login.attributes)
    if attributes:
        attributes = f"<{name}AttributeStatement>{attributes}</{name}AttributeStatement>"
    context = (
        ""
        if login.context is None
        else f"<{name}AuthnContextClassRef>{escape(login.context)}</{name}AuthnContextClassRef>"
    )
    return (
        f'{attributes}<{name}AuthnStatement AuthnInstant="{at(login.signed_in_at)}" '
        f'SessionIndex="{login.assertion_id}"><{name}AuthnContext>{context}</{name}AuthnContext>'
        f"</{name}AuthnStatement>"
    )


def _attribute(name: str, attribute: Attribute) -> str:
    form = _optional(("NameFormat", attribute.name_format))
    values = "".join(
        f"<{name}AttributeValue/>"
        if value is None
        else f"<{name}AttributeValue>{escape(value)}</{name}AttributeValue>"
        for value in attribute.values
    )
    return f"<{name}Attribute Name={quoteattr(attribute.name)}{form}>{values}</{name}Attribute>"


def _prefix(login: Login) -> str:
    prefix = login.provider.habits.prefix
    return f"{prefix}:" if prefix else ""


def _declared(login: Login) -> str:
    prefix = login.provider.habits.prefix
    name = f"xmlns:{prefix}" if prefix else "xmlns"
    return f'{name}="urn:oasis:names:tc:SAML:2.0:assertion"'


def _optional(*pairs: tuple[str, str | None]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in pairs if value is not None)


def names_of(attributes: Sequence[Attribute]) -> list[str]:
    """The names of attributes, in their order."""
    return [item.name for item in attributes]
