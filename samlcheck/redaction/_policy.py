"""What of a message is kept, and what is replaced: whatever is not listed here is replaced."""

from __future__ import annotations

from typing import Final

from samlcheck.xml.names import (
    DS,
    DSIG11,
    ECP,
    EXC_C14N,
    PAOS_NS,
    SAML,
    SAMLP,
    SOAP11,
    SOAP12,
    XENC,
    XENC11,
)

IDENTIFIER: Final = "identifier"
TERM: Final = "term"
PLAIN: Final = "plain"
ENDPOINT: Final = "endpoint"
VALUE: Final = "value"
SESSION: Final = "session"
TOLD: Final = "told"
SEALED: Final = "sealed"
PROOF: Final = "proof"
ARTIFACT: Final = "artifact"
ADDRESS: Final = "address"

#: Namespaces whose attributes below are known by their names.
KNOWN: Final = frozenset(
    (SAML, SAMLP, DS, DSIG11, XENC, XENC11, EXC_C14N, SOAP11, SOAP12, ECP, PAOS_NS)
)

#: What to do with the text of an element; without a row it is about a person.
TEXTS: Final = {
    (SAML, "Issuer"): IDENTIFIER,
    (SAML, "Audience"): IDENTIFIER,
    (SAML, "AuthenticatingAuthority"): IDENTIFIER,
    (SAMLP, "RequesterID"): IDENTIFIER,
    (SAML, "AuthnContextClassRef"): TERM,
    (SAML, "AuthnContextDeclRef"): TERM,
    (SAML, "AssertionIDRef"): PLAIN,
    (SAML, "AssertionURIRef"): ENDPOINT,
    (SAMLP, "GetComplete"): ENDPOINT,
    (SAMLP, "SessionIndex"): SESSION,
    (SAMLP, "Artifact"): ARTIFACT,
    (SAMLP, "StatusMessage"): TOLD,
    (SAMLP, "StatusDetail"): TOLD,
    (SOAP11, "faultstring"): TOLD,
    (SOAP11, "faultcode"): PLAIN,
    (SOAP12, "Text"): TOLD,
    (SOAP12, "Value"): PLAIN,
    (XENC, "CipherValue"): SEALED,
    (DS, "SignatureValue"): PROOF,
    (DS, "DigestValue"): PROOF,
}
#: The content of these elements is kept by name: what certificates and keys are made of.
KEPT_TEXTS: Final = frozenset(
    (namespace, local)
    for namespace, names in (
        (
            DS,
            "X509Certificate X509IssuerName X509SerialNumber X509SKI X509SubjectName X509CRL"
            " Modulus Exponent P Q G Y J Seed PgenCounter HMACOutputLength XPath KeyName",
        ),
        (DSIG11, "PublicKey X509Digest"),
        (XENC, "KeySize OAEPparams CarriedKeyName"),
        (XENC11, "MGF"),
    )
    for local in names.split()
)
#: Whatever stands in these elements is about a person, of any name.
AROUND: Final = frozenset(
    (
        (SAML, "NameID"),
        (SAML, "BaseID"),
        (SAML, "AttributeValue"),
        (SAMLP, "NewID"),
    )
)

_PLAIN: Final = """
ID Id id InResponseTo Version IssueInstant Consent ForceAuthn IsPassive Count AllowCreate Comparison
AssertionConsumerServiceIndex AttributeConsumingServiceIndex NotBefore NotOnOrAfter AuthnInstant
SessionNotOnOrAfter Reason Decision URI Type MimeType Target PrefixList mustUnderstand actor Action
"""
_TERMS: Final = """
Value Method Name NameFormat FriendlyName Format Algorithm ProtocolBinding Namespace Encoding
OriginalName encodingStyle ProviderName
"""
_ENDPOINTS: Final = """
Destination AssertionConsumerServiceURL Recipient Loc Resource Location responseConsumerURL
"""
#: What to do with an attribute of an element of a known namespace; without a row it is replaced.
ATTRIBUTES: Final = {
    **dict.fromkeys(_PLAIN.split(), PLAIN),
    **dict.fromkeys(_TERMS.split(), TERM),
    **dict.fromkeys(("NameQualifier", "SPNameQualifier", "ProviderID"), IDENTIFIER),
    **dict.fromkeys(_ENDPOINTS.split(), ENDPOINT),
    "SessionIndex": SESSION,
    "Address": ADDRESS,
    "DNSName": ADDRESS,
    "SPProvidedID": VALUE,
}
#: Attributes that are kept also inside of a value about a person.
INSIDE: Final = frozenset(("Format", "NameQualifier", "SPNameQualifier"))
