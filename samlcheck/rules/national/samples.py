"""Edits for the examples of rules of single federations."""

from __future__ import annotations

from typing import Final

from samlcheck.rules.national.common import CIE_NAMESPACE, FPA_NAMESPACE, SPID_NAMESPACE
from samlcheck.rules.rule import Edit

_TECHNICAL: Final = '  <md:ContactPerson contactType="technical">'
PUBLIC: Final = "<spid:IPACode>c_h501</spid:IPACode><spid:Public/>"
PRIVATE: Final = "<spid:VATNumber>IT12345678901</spid:VATNumber><spid:Private/>"
CIE_PUBLIC: Final = (
    "<cie:Public/><cie:IPACode>c_h501</cie:IPACode><cie:Municipality>H501</cie:Municipality>"
)


def contact(kind: str, inner: str, *, company: str = "", attributes: str = "") -> str:
    """Return the text of a contact person with extensions."""
    shown = f"\n    <md:Company>{company}</md:Company>" if company else ""
    extensions = f"\n    <md:Extensions>{inner}</md:Extensions>" if inner else ""
    return (
        f'  <md:ContactPerson xmlns:spid="{SPID_NAMESPACE}" xmlns:fpa="{FPA_NAMESPACE}" '
        f'xmlns:cie="{CIE_NAMESPACE}" contactType="{kind}"{attributes}>{extensions}{shown}\n'
        f"    <md:EmailAddress>mailto:{kind}@sp.example.org</md:EmailAddress>\n"
        "  </md:ContactPerson>\n"
    )


def with_contacts(*texts: str) -> Edit:
    """Return the edit that adds contact persons before the others."""
    return _TECHNICAL, "".join(texts) + _TECHNICAL


def only_contacts(*texts: str) -> tuple[Edit, ...]:
    """Return the edits that put contact persons in the place of those of the SP."""
    technical = (
        f"{_TECHNICAL}\n    <md:GivenName>Library Systems</md:GivenName>\n"
        "    <md:EmailAddress>mailto:systems@sp.example.org</md:EmailAddress>\n"
        "  </md:ContactPerson>\n"
    )
    support = (
        '  <md:ContactPerson contactType="support">\n'
        "    <md:GivenName>Library Help Desk</md:GivenName>\n"
        "    <md:EmailAddress>mailto:help@sp.example.org</md:EmailAddress>\n"
        "  </md:ContactPerson>\n"
    )
    return (support, ""), (technical, "".join(texts))
