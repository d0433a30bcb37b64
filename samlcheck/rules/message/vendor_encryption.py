"""What is to be known of the encryption and the signatures that certain products make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import EncryptedElement
from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import bindings, paper, xmlenc
from samlcheck.rules.message.vendors import (
    ADFS,
    KEYCLOAK,
    ONELOGIN,
    SHIBBOLETH,
    issued_by,
    issuer_of,
)
from samlcheck.rules.rule import IDP, INFO, SP, Hit, example, hit, rule
from samlcheck.xml.names import DS, XENC, XENC11, clark

_METHOD: Final = clark(XENC, "EncryptionMethod")
_DIGEST: Final = clark(DS, "DigestMethod")
_OAEP: Final = (f"{XENC}rsa-oaep-mgf1p", f"{XENC11}rsa-oaep")
_IDP: Final = "https://idp.example.org/saml"
_SHIBBOLETH_NAME: Final = "https://idp.example.org/idp/shibboleth"
_KEYCLOAK_NAME: Final = "https://login.example.org/realms/library"
_ADFS_NAME: Final = "http://adfs.example.org/adfs/services/trust"
_LOWER: Final = re.compile(rb"%(?:[0-9][a-f]|[a-f][0-9A-Fa-f])")
_LOWER_DOC: Final = paper(
    "python3-saml: lowercase_urlencoding for AD FS and Azure AD",
    "https://github.com/SAML-Toolkits/python3-saml#readme",
)
_ONELOGIN_NAME: Final = "https://app.onelogin.com/saml/metadata/6c1c178c"
_DIGEST_TEXT: Final = f'<ds:DigestMethod xmlns:ds="{DS}" Algorithm="{XENC}sha256"/>'
_SHIBBOLETH_DOC: Final = paper(
    "Shibboleth IdP, GCM encryption",
    "https://shibboleth.atlassian.net/wiki/spaces/IDP4/pages/1265631597/GCMEncryption",
)
_KEYCLOAK_DOC: Final = paper(
    "Spring Security issue 9325: Keycloak signs the query of a redirect, not the XML",
    "https://github.com/spring-projects/spring-security/issues/9325",
)
#: The methods that the base service provider lists; without them nobody knows what it can.
_LISTED: Final = (
    '      <md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>\n'
    '      <md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes128-gcm"/>\n'
)


def _sent(name: str) -> tuple[str, str]:
    """Return an edit that makes the base response one of another issuer."""
    return f"{_IDP}<", f"{name}<"


def _named(name: str) -> tuple[tuple[str, str], ...]:
    """Return the edit that gives the base identity provider another entityID."""
    return ((f'entityID="{_IDP}"', f'entityID="{name}"'),)


@rule(
    "shib-gcm-default",
    on=EncryptedElement,
    severity=INFO,
    cites=[_SHIBBOLETH_DOC],
    owner=SP,
    needs=["sp"],
    bad=[
        example(
            "response",
            _sent(_SHIBBOLETH_NAME),
            encrypt=True,
            sp=[(_LISTED, "")],
            idp=_named(_SHIBBOLETH_NAME),
        )
    ],
    good=[
        example("response", encrypt=True),
        example("response", _sent(_SHIBBOLETH_NAME), encrypt=True, idp=_named(_SHIBBOLETH_NAME)),
    ],
)
def shibboleth_gcm(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """A Shibboleth identity provider encrypts with AES-GCM by default.

    Since version 4 it uses AES-GCM where the SP metadata does not say what the service provider
    supports, as is the case here.

    Why: old service provider software cannot decrypt AES-GCM; the login then fails at the service
    provider, without an error at the identity provider.
    Fix: If the service provider cannot decrypt, list the ciphers that it supports as
    EncryptionMethod in its metadata; the identity provider then chooses one of them.
    """
    algorithm, role = encrypted.block_algorithm or "", case.sp_role
    if role is None or not algorithm.endswith("-gcm") or not issued_by(case, SHIBBOLETH):
        return
    listed = [
        method.algorithm
        for key in role.encryption_keys
        for method in key.encryption_methods
        if (method.algorithm or "").endswith(("-cbc", "-gcm"))
    ]
    if not listed:
        yield hit(
            encrypted,
            f"Shibboleth chose {algorithm.rpartition('#')[2]}, as the SP metadata lists no cipher",
            actual=algorithm,
        )


@rule(
    "onelogin-no-digestmethod",
    on=EncryptedElement,
    severity=INFO,
    cites=[xmlenc("5.5.2")],
    owner=SP,
    bad=[
        example(
            "response",
            _sent(_ONELOGIN_NAME),
            encrypt=True,
            without=["key"],
            after=[(_DIGEST_TEXT, "")],
            idp=_named(_ONELOGIN_NAME),
            also=["enc-no-key", "enc-alg-oaep-digest"],
        )
    ],
    good=[
        example("response", encrypt=True),
        example("response", _sent(_ONELOGIN_NAME), encrypt=True, idp=_named(_ONELOGIN_NAME)),
    ],
)
def onelogin_digest(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """OneLogin leaves out the hash of RSA-OAEP.

    Its EncryptionMethod has no DigestMethod. That means SHA-1, by XML Encryption.

    Why: libraries that insist on DigestMethod, or take another hash, cannot decrypt.
    Fix: If the service provider cannot decrypt, update its library, or let it take SHA-1 where the
    hash is not named.
    """
    if not issued_by(case, ONELOGIN):
        return
    for encrypted_key in case.encrypted_keys(encrypted):
        method = encrypted_key.find(_METHOD)
        if method is None or method.get("Algorithm") not in _OAEP:
            continue
        if method.find(_DIGEST) is None:
            yield hit(method, "OneLogin names no DigestMethod for RSA-OAEP, which means SHA-1")


@rule(
    "keycloak-redirect-signature",
    on=Sent,
    severity=INFO,
    cites=[_KEYCLOAK_DOC, bindings("3.4.4.1")],
    owner=IDP,
    bad=[
        example(
            "logout-response",
            _sent(_KEYCLOAK_NAME),
            carry="redirect",
            idp=_named(_KEYCLOAK_NAME),
        )
    ],
    good=[example("response"), example("logout-response", carry="redirect")],
)
def keycloak_redirect(sent: Sent, case: Case) -> Iterator[Hit]:
    """Keycloak signs the address and not the message.

    The message came by HTTP-Redirect with a signature in the query, as the binding has it; the
    message itself is not signed.

    Why: a receiver that looks for a signature in the XML finds none and refuses the message.
    Fix: Let the receiver verify the signature of the query; or let Keycloak send the message by
    HTTP-POST (Force POST Binding), which it then signs itself.
    """
    message = case.message
    signed = getattr(message, "signatures", ())
    if sent.binding != "HTTP-Redirect" or signed or not sent.values("Signature"):
        return
    if KEYCLOAK.fullmatch(_issuer(case)) is not None:
        yield hit(
            message,
            "Keycloak signed the query and not the message, as it does with HTTP-Redirect",
        )


def _issuer(case: Case) -> str:
    """Return the issuer of a message of any kind."""
    issuer = getattr(case.message, "issuer", None)
    return issuer_of(case) if issuer is None else str(issuer.value)


@rule(
    "adfs-lowercase-urlencoding",
    on=Sent,
    severity=INFO,
    cites=[_LOWER_DOC, bindings("3.4.4.1")],
    owner=SP,
    bad=[
        example(
            "logout-response",
            _sent(_ADFS_NAME),
            carry="redirect",
            after=[("SigAlg=http%3A%2F%2F", "SigAlg=http%3a%2f%2f")],
            idp=_named(_ADFS_NAME),
            also=["redirect-signature-recoded"],
        )
    ],
    good=[
        example("logout-response", carry="redirect"),
        example(
            "logout-response",
            _sent(_ADFS_NAME),
            carry="redirect",
            idp=_named(_ADFS_NAME),
        ),
    ],
)
def adfs_lower_case(sent: Sent, case: Case) -> Iterator[Hit]:
    """AD FS writes the escapes of its addresses in lower case.

    The query string of a message from AD FS has %2f in place of %2F, and AD FS signs it so.

    Why: a receiver that decodes the parameters and encodes them anew for the verification writes
    upper case, and the signature fails; it shows first in logout.
    Fix: Let the receiver verify the query string as it was received. In python3-saml set
    lowercase_urlencoding to true, in ruby-saml lowercase_url_encoding.
    """
    if sent.binding != "HTTP-Redirect" or not sent.query:
        return
    if ADFS.fullmatch(_issuer(case)) is not None and _LOWER.search(sent.query) is not None:
        yield hit(
            case.message,
            "AD FS wrote the escapes of the query string in lower case, such as %2f",
        )


RULES = (shibboleth_gcm, onelogin_digest, keycloak_redirect, adfs_lower_case)
