"""Which product answers a request, as far as the metadata of the identity provider tells."""

from __future__ import annotations

from typing import Final

from samlcheck.model import EntityDescriptor
from samlcheck.rules.citations import Citation, paper

#: How the tenants of Microsoft Entra ID name themselves, in the clouds that there are.
_ENTRA: Final = (
    "https://sts.windows.net/",
    "https://sts.chinacloudapi.cn/",
    "https://sts.microsoftonline.de/",
)
_ADFS: Final = "/adfs/services/trust"


def entra_protocol() -> Citation:
    """Cite Microsoft's page on the requests that Entra ID takes."""
    return paper(
        "Microsoft identity platform, single sign-on SAML protocol",
        "https://learn.microsoft.com/entra/identity-platform/single-sign-on-saml-protocol",
    )


def is_entra(idp: EntityDescriptor | None) -> bool:
    """Tell whether an identity provider is a tenant of Microsoft Entra ID."""
    return idp is not None and (idp.entity_id or "").startswith(_ENTRA)


def is_adfs(idp: EntityDescriptor | None) -> bool:
    """Tell whether an identity provider is an AD FS."""
    return idp is not None and (idp.entity_id or "").lower().endswith(_ADFS)
