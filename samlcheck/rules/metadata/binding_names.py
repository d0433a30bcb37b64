"""The URIs of bindings, and which of them a wrong one is meant to be."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from samlcheck.xml.names import (
    HOKSSO,
    HTTP_ARTIFACT,
    HTTP_POST,
    HTTP_POST_SIMPLESIGN,
    HTTP_REDIRECT,
    PAOS,
    SOAP,
    URI_BINDING,
)

#: The bindings of SAML 2.0, and the holder-of-key profile that stands in their place.
SAML2_BINDINGS: Final = (
    HTTP_REDIRECT,
    HTTP_POST,
    HTTP_POST_SIMPLESIGN,
    HTTP_ARTIFACT,
    SOAP,
    PAOS,
    URI_BINDING,
    HOKSSO,
)
_SAML1_POST: Final = "urn:oasis:names:tc:SAML:1.0:profiles:browser-post"
_SAML1_ARTIFACT: Final = "urn:oasis:names:tc:SAML:1.0:profiles:artifact-01"
_SAML1_SOAP: Final = "urn:oasis:names:tc:SAML:1.0:bindings:SOAP-binding"
#: Bindings of other protocols, which metadata may list beside those of SAML 2.0.
OTHER_BINDINGS: Final = (
    _SAML1_POST,
    _SAML1_ARTIFACT,
    _SAML1_SOAP,
    "urn:mace:shibboleth:1.0:profiles:AuthnRequest",
    "urn:mace:shibboleth:2.0:profiles:AuthnRequest",
    "http://schemas.xmlsoap.org/ws/2003/07/secext",
    "http://docs.oasis-open.org/wsfed/federation/200706",
)
#: The last part of a binding's name, letters alone and in lower case, to the binding.
_BY_NAME: Final[Mapping[str, str]] = MappingProxyType(
    {
        "httppost": HTTP_POST,
        "post": HTTP_POST,
        "browserpost": HTTP_POST,
        "httpredirect": HTTP_REDIRECT,
        "redirect": HTTP_REDIRECT,
        "httpget": HTTP_REDIRECT,
        "get": HTTP_REDIRECT,
        "httpartifact": HTTP_ARTIFACT,
        "artifact": HTTP_ARTIFACT,
        "httppostsimplesign": HTTP_POST_SIMPLESIGN,
        "postsimplesign": HTTP_POST_SIMPLESIGN,
        "simplesign": HTTP_POST_SIMPLESIGN,
        "soap": SOAP,
        "soapbinding": SOAP,
        "httpsoap": SOAP,
        "paos": PAOS,
    }
)


def meant_binding(text: str) -> str | None:
    """Return the binding that an unknown URI is most likely meant to be."""
    lower = text.lower()
    if (
        text in SAML2_BINDINGS
        or text in OTHER_BINDINGS
        or lower.startswith(("urn:mace:", "http:", "https:"))
    ):
        return None
    if ":" in text and "saml" not in lower:
        return None
    name = "".join(sign for sign in lower.rpartition(":")[2] if sign.isalpha())
    found = _BY_NAME.get(name)
    if "saml:1." in lower:
        saml1 = {HTTP_POST: _SAML1_POST, HTTP_ARTIFACT: _SAML1_ARTIFACT, SOAP: _SAML1_SOAP}
        if name in ("browserpost", "artifact", "soapbinding"):
            return saml1[found or SOAP]
    return found
