"""Namespace names, conventional prefixes and Clark-notation builders of the SAML family."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

MD: Final = "urn:oasis:names:tc:SAML:2.0:metadata"
SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
DSIG11: Final = "http://www.w3.org/2009/xmldsig11#"
XENC: Final = "http://www.w3.org/2001/04/xmlenc#"
XENC11: Final = "http://www.w3.org/2009/xmlenc11#"
EXC_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
XML: Final = "http://www.w3.org/XML/1998/namespace"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XS: Final = "http://www.w3.org/2001/XMLSchema"
MDUI: Final = "urn:oasis:names:tc:SAML:metadata:ui"
MDRPI: Final = "urn:oasis:names:tc:SAML:metadata:rpi"
MDATTR: Final = "urn:oasis:names:tc:SAML:metadata:attribute"
SHIBMD: Final = "urn:mace:shibboleth:metadata:1.0"
ALG: Final = "urn:oasis:names:tc:SAML:metadata:algsupport"
IDPDISC: Final = "urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol"
INIT: Final = "urn:oasis:names:tc:SAML:profiles:SSO:request-init"
REMD: Final = "http://refeds.org/metadata"
HOKSSO: Final = "urn:oasis:names:tc:SAML:2.0:profiles:holder-of-key:SSO:browser"
FED: Final = "http://docs.oasis-open.org/wsfed/federation/200706"
WSA: Final = "http://www.w3.org/2005/08/addressing"
AUTH: Final = "http://docs.oasis-open.org/wsfed/authorization/200706"
SAML11P: Final = "urn:oasis:names:tc:SAML:1.0:protocol"
SAML11: Final = "urn:oasis:names:tc:SAML:1.0:assertion"
SOAP11: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12: Final = "http://www.w3.org/2003/05/soap-envelope"
PAOS_NS: Final = "urn:liberty:paos:2003-08"
ECP: Final = "urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp"
WSTRUST: Final = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
WSTRUST05: Final = "http://schemas.xmlsoap.org/ws/2005/02/trust"

#: Namespace name to the prefix that the specifications use for it.
PREFIXES: Final = MappingProxyType(
    {
        MD: "md",
        SAML: "saml",
        SAMLP: "samlp",
        DS: "ds",
        DSIG11: "dsig11",
        XENC: "xenc",
        XENC11: "xenc11",
        EXC_C14N: "ec",
        XML: "xml",
        XSI: "xsi",
        XS: "xs",
        MDUI: "mdui",
        MDRPI: "mdrpi",
        MDATTR: "mdattr",
        SHIBMD: "shibmd",
        ALG: "alg",
        IDPDISC: "idpdisc",
        INIT: "init",
        REMD: "remd",
        HOKSSO: "hoksso",
        FED: "fed",
        WSA: "wsa",
        AUTH: "auth",
        SOAP11: "soap",
        SOAP12: "soap12",
        PAOS_NS: "paos",
        ECP: "ecp",
        SAML11P: "saml1p",
        SAML11: "saml1",
        WSTRUST: "trust",
        WSTRUST05: "trust05",
    }
)

#: The protocolSupportEnumeration token of SAML 2.0 (SAML Metadata 2.4.1).
PROTOCOL_SAML2: Final = SAMLP

_BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:"
HTTP_POST: Final = _BINDINGS + "HTTP-POST"
HTTP_REDIRECT: Final = _BINDINGS + "HTTP-Redirect"
HTTP_ARTIFACT: Final = _BINDINGS + "HTTP-Artifact"
HTTP_POST_SIMPLESIGN: Final = _BINDINGS + "HTTP-POST-SimpleSign"
SOAP: Final = _BINDINGS + "SOAP"
PAOS: Final = _BINDINGS + "PAOS"
URI_BINDING: Final = _BINDINGS + "URI"

BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
HOLDER_OF_KEY: Final = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"
SENDER_VOUCHES: Final = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"

STATUS_SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"
STATUS_PREFIX: Final = "urn:oasis:names:tc:SAML:2.0:status:"

NAMEID_UNSPECIFIED: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
NAMEID_EMAIL: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
NAMEID_ENTITY: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
NAMEID_ENCRYPTED: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted"
NAMEID_PERSISTENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
NAMEID_TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"

AUTHN_CONTEXT_PREFIX: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:"


def clark(namespace: str, local: str) -> str:
    """Return ``{namespace}local``, the form in which lxml names elements and attributes."""
    return f"{{{namespace}}}{local}"


def split_clark(tag: str) -> tuple[str, str]:
    """Return (namespace, local name) of a Clark-notation name; the namespace may be empty."""
    if tag.startswith("{"):
        namespace, _, local = tag[1:].partition("}")
        return namespace, local
    return "", tag


def display(tag: str) -> str:
    """Return a Clark-notation name with its conventional prefix, as people write it."""
    namespace, local = split_clark(tag)
    prefix = PREFIXES.get(namespace)
    return f"{prefix}:{local}" if prefix else local
