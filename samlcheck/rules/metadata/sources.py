"""Documents of federations and communities that rules on metadata cite."""

from __future__ import annotations

from typing import Final

from samlcheck.rules.citations import Citation, paper

EDUGAIN_VALIDATION: Final = paper(
    "eduGAIN: metadata aggregation practice statement",
    "https://wiki.geant.org/display/eduGAIN/Metadata+Aggregation+Practice+Statement",
)
SPID_RULES: Final = paper(
    "SPID: regole tecniche", "https://docs.italia.it/italia/spid/spid-regole-tecniche/"
)
CIE_RULES: Final = paper(
    "CIE: specifiche SAML", "https://docs.italia.it/italia/cie/cie-eid-saml-docs/"
)
ERROR_URL: Final = paper(
    "REFEDS: SAML V2.0 metadata deployment profile for errorURL 1.0",
    "https://refeds.org/specifications/errorurl-v1",
)
SAML1_METADATA: Final = Citation(
    "SAML V1.x Metadata Profile",
    None,
    "https://docs.oasis-open.org/security/saml/Post2.0/sstc-saml1x-metadata-os.html",
)
HOLDER_OF_KEY: Final = Citation(
    "SAML Holder-of-Key Web Browser SSO",
    None,
    "https://docs.oasis-open.org/security/saml/Post2.0/sstc-saml-holder-of-key-browser-sso.html",
)
ECP: Final = Citation(
    "SAML Enhanced Client or Proxy 2.0",
    None,
    "https://docs.oasis-open.org/security/saml/Post2.0/saml-ecp/v2.0/",
)
