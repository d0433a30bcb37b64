"""Entity attributes and contacts for the examples of the rules."""

from __future__ import annotations

from typing import Final

from samlcheck.rules.rule import Edit
from samlcheck.xml.names import MDATTR, REMD, SAML

_URI: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
_ROLES: Final = {"sp": "  <md:SPSSODescriptor ", "idp": "  <md:IDPSSODescriptor "}
_CONTACT: Final = '  <md:ContactPerson contactType="technical">'


def attribute(name: str, *values: str, name_format: str | None = _URI) -> str:
    """Return the text of an entity attribute."""
    extra = f' NameFormat="{name_format}"' if name_format else ""
    inner = "".join(
        f"        <saml:AttributeValue>{value}</saml:AttributeValue>\n" for value in values
    )
    return f'      <saml:Attribute Name="{name}"{extra}>\n{inner}      </saml:Attribute>\n'


def container(*attributes: str) -> str:
    """Return the text of an mdattr:EntityAttributes."""
    return (
        f'    <mdattr:EntityAttributes xmlns:mdattr="{MDATTR}" xmlns:saml="{SAML}">\n'
        f"{''.join(attributes)}    </mdattr:EntityAttributes>\n"
    )


def extended(base: str, *containers: str) -> Edit:
    """Return the edit that gives an entity extensions, before its role."""
    start = _ROLES[base]
    return start, f"  <md:Extensions>\n{''.join(containers)}  </md:Extensions>\n{start}"


def asserting(base: str, name: str, *values: str) -> Edit:
    """Return the edit that gives an entity one entity attribute."""
    return extended(base, container(attribute(name, *values)))


def security_contact(inner: str) -> Edit:
    """Return the edit that adds a security contact."""
    kind = "http://refeds.org/metadata/contactType/security"
    return (
        _CONTACT,
        f'  <md:ContactPerson xmlns:remd="{REMD}" contactType="other" remd:contactType="{kind}">\n'
        f"{inner}  </md:ContactPerson>\n{_CONTACT}",
    )
