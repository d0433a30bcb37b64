"""The content models of the core schemas as a table: what each SAML element may and must hold.

The schemas decide what is wrong; the table is for saying it well, and is loaded only then. Each
row gives the child elements in their order, and the attributes, in a short notation:

- a name without prefix is of the row's own namespace; `(a|b)` is any one of several;
- a mark behind a child tells how often it may occur: none once, `?`, `*`, `+`;
- `##other` stands for elements of other namespaces, `##any` for any elements at all;
- `#text` is a simple value, `#open` what the schema leaves open, `#abstract` what xsi:type fills;
- an attribute is `name:type`, with `!` where it is required; `*` is any foreign attribute;
- `=rule` names the rule that tells of a child or attribute that is absent or badly written, and
  `=rule/other` or `=/other` the one that tells of a child too many.

Source: the schemas of SAML 2.0 for metadata, assertions and protocols.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from samlcheck.rules.structure.rows import Row, rows
from samlcheck.xml.names import MD, SAML, SAMLP

_ENDPOINT = (
    "##other*",
    "Binding:uri!=ep-location-missing Location:uri!=ep-location-missing ResponseLocation:uri *",
)
_INDEXED = (
    "##other*",
    f"{_ENDPOINT[1]} index:unsignedShort!=ep-index-missing isDefault:boolean",
)
_SIGNATURE = "ds:Signature?=/sig-multiple-in-element"
_TEXT = ("#text", "")
_URI = ("#text:uri", "")
_NAME = ("#text", "xml:lang:string!")
_TIMES = "validUntil:dateTime cacheDuration:duration=val-cacheduration-invalid"

_ROLE = f"{_SIGNATURE} Extensions? KeyDescriptor* Organization? ContactPerson*"
_ROLE_ATTRIBUTES = (
    f"ID:ID {_TIMES} protocolSupportEnumeration:list!=role-protocol-missing errorURL:uri *"
)
_SSO = f"{_ROLE} ArtifactResolutionService* SingleLogoutService* ManageNameIDService* NameIDFormat*"
_QUERIED = "AssertionIDRequestService* NameIDFormat*"
_ROLES = (
    "RoleDescriptor|IDPSSODescriptor|SPSSODescriptor|AuthnAuthorityDescriptor|"
    "AttributeAuthorityDescriptor|PDPDescriptor"
)

_METADATA: Final = {
    "EntitiesDescriptor": (
        f"{_SIGNATURE} Extensions? (EntityDescriptor|EntitiesDescriptor)+=agg-empty",
        f"ID:ID Name:string {_TIMES}",
    ),
    "EntityDescriptor": (
        f"{_SIGNATURE} Extensions? ({_ROLES}|AffiliationDescriptor)+=ent-no-roles"
        "/ent-affiliation-with-role "
        "Organization? ContactPerson* AdditionalMetadataLocation*",
        f"ID:ID entityID:uri!=eid-missing {_TIMES} *",
    ),
    "Extensions": ("##other+", ""),
    "Organization": (
        "Extensions? OrganizationName+ OrganizationDisplayName+ OrganizationURL+",
        "*",
    ),
    "OrganizationName": _NAME,
    "OrganizationDisplayName": _NAME,
    "OrganizationURL": ("#text:uri", _NAME[1]),
    "ContactPerson": (
        "Extensions? Company? GivenName? SurName? EmailAddress* TelephoneNumber*",
        "contactType:string!=contact-type-invalid *",
    ),
    "Company": _TEXT,
    "GivenName": _TEXT,
    "SurName": _TEXT,
    "EmailAddress": _URI,
    "TelephoneNumber": _TEXT,
    "AdditionalMetadataLocation": ("#text:uri", "namespace:uri!"),
    "RoleDescriptor": (f"#abstract {_ROLE}", _ROLE_ATTRIBUTES),
    "KeyDescriptor": ("ds:KeyInfo EncryptionMethod*", "use:string=key-use-invalid"),
    "EncryptionMethod": ("xenc:KeySize? xenc:OAEPparams? xenc:##other*", "Algorithm:uri!"),
    "ArtifactResolutionService": _INDEXED,
    "SingleLogoutService": _ENDPOINT,
    "ManageNameIDService": _ENDPOINT,
    "NameIDFormat": _URI,
    "IDPSSODescriptor": (
        f"{_SSO} SingleSignOnService+=ep-sso-missing NameIDMappingService* "
        "AssertionIDRequestService* AttributeProfile* saml:Attribute*",
        f"WantAuthnRequestsSigned:boolean {_ROLE_ATTRIBUTES}",
    ),
    "SingleSignOnService": _ENDPOINT,
    "NameIDMappingService": _ENDPOINT,
    "AssertionIDRequestService": _ENDPOINT,
    "AttributeProfile": _URI,
    "SPSSODescriptor": (
        f"{_SSO} AssertionConsumerService+=ep-acs-missing AttributeConsumingService*",
        f"AuthnRequestsSigned:boolean WantAssertionsSigned:boolean {_ROLE_ATTRIBUTES}",
    ),
    "AssertionConsumerService": _INDEXED,
    "AttributeConsumingService": (
        "ServiceName+=acs-attr-no-servicename ServiceDescription* "
        "RequestedAttribute+=acs-attr-no-requested",
        "index:unsignedShort! isDefault:boolean",
    ),
    "ServiceName": _NAME,
    "ServiceDescription": _NAME,
    "RequestedAttribute": (
        "saml:AttributeValue*",
        "Name:string!=reqattr-name-missing NameFormat:uri FriendlyName:string isRequired:boolean *",
    ),
    "AuthnAuthorityDescriptor": (f"{_ROLE} AuthnQueryService+ {_QUERIED}", _ROLE_ATTRIBUTES),
    "AuthnQueryService": _ENDPOINT,
    "PDPDescriptor": (f"{_ROLE} AuthzService+ {_QUERIED}", _ROLE_ATTRIBUTES),
    "AuthzService": _ENDPOINT,
    "AttributeAuthorityDescriptor": (
        f"{_ROLE} AttributeService+ {_QUERIED} AttributeProfile* saml:Attribute*",
        _ROLE_ATTRIBUTES,
    ),
    "AttributeService": _ENDPOINT,
    "AffiliationDescriptor": (
        f"{_SIGNATURE} Extensions? AffiliateMember+ KeyDescriptor*",
        f"affiliationOwnerID:uri! ID:ID {_TIMES} *",
    ),
    "AffiliateMember": _URI,
}

_QUALIFIERS = "NameQualifier:string SPNameQualifier:string"
_NAME_ID = ("#text", f"{_QUALIFIERS} Format:uri SPProvidedID:string")
_ENCRYPTED = ("xenc:EncryptedData xenc:EncryptedKey*", "")
_IDENTIFIER = "(BaseID|NameID|EncryptedID)"
_REFERENCED = "AssertionIDRef|AssertionURIRef|Assertion|EncryptedAssertion"

_ASSERTION: Final = {
    "Assertion": (
        f"Issuer=issuer-missing-assertion/issuer-multiple {_SIGNATURE} Subject? "
        "Conditions?=/cond-multiple Advice? "
        "(Statement|AuthnStatement|AuthzDecisionStatement|AttributeStatement)*",
        "ID:ID!=assertion-id Version:string!=assertion-version "
        "IssueInstant:dateTime!=assertion-issueinstant",
    ),
    "BaseID": ("#abstract", _QUALIFIERS),
    "NameID": _NAME_ID,
    "Issuer": _NAME_ID,
    "EncryptedID": _ENCRYPTED,
    "EncryptedAssertion": _ENCRYPTED,
    "EncryptedAttribute": _ENCRYPTED,
    "AssertionIDRef": ("#text:NCName", ""),
    "AssertionURIRef": _URI,
    "Subject": (f"{_IDENTIFIER}? SubjectConfirmation*", ""),
    "SubjectConfirmation": (
        f"{_IDENTIFIER}? SubjectConfirmationData?",
        "Method:uri!=sc-method-missing",
    ),
    "SubjectConfirmationData": (
        "##any*",
        "NotBefore:dateTime=time-bad-lexical NotOnOrAfter:dateTime=scd-notonorafter-bad-format "
        "Recipient:uri InResponseTo:NCName Address:string *",
    ),
    "Conditions": (
        "(Condition|AudienceRestriction|OneTimeUse|ProxyRestriction)*",
        "NotBefore:dateTime=time-bad-lexical NotOnOrAfter:dateTime=time-bad-lexical",
    ),
    "Condition": ("#abstract", ""),
    "AudienceRestriction": ("Audience+=aud-empty", ""),
    "Audience": _URI,
    "OneTimeUse": ("", ""),
    "ProxyRestriction": ("Audience*", "Count:nonNegativeInteger"),
    "Advice": (f"({_REFERENCED}|##other)*", ""),
    "Statement": ("#abstract", ""),
    "AuthnStatement": (
        "SubjectLocality? AuthnContext=authn-context-missing",
        "AuthnInstant:dateTime!=authn-instant-missing SessionIndex:string "
        "SessionNotOnOrAfter:dateTime=time-bad-lexical",
    ),
    "SubjectLocality": ("", "Address:string DNSName:string"),
    "AuthnContext": (
        "AuthnContextClassRef? (AuthnContextDecl|AuthnContextDeclRef)? AuthenticatingAuthority*",
        "",
    ),
    "AuthnContextClassRef": _URI,
    "AuthnContextDeclRef": _URI,
    "AuthnContextDecl": ("#open", ""),
    "AuthenticatingAuthority": _URI,
    "AuthzDecisionStatement": ("Action+ Evidence?", "Resource:uri! Decision:string!"),
    "Action": ("#text", "Namespace:uri!"),
    "Evidence": (f"({_REFERENCED})+", ""),
    "AttributeStatement": ("(Attribute|EncryptedAttribute)+=attr-statement-empty", ""),
    "Attribute": ("AttributeValue*", "Name:string! NameFormat:uri FriendlyName:string *"),
    "AttributeValue": ("#open", ""),
}

_MESSAGE = f"saml:Issuer? {_SIGNATURE} Extensions?"
_ANSWER = f"{_MESSAGE} Status"
_MESSAGE_ATTRIBUTES = "ID:ID! Version:string! IssueInstant:dateTime! Destination:uri Consent:uri"
#: Those of the kinds of message that are judged and have no rule of their own for each.
_JUDGED_ATTRIBUTES = (
    "ID:ID!=message-fields Version:string!=message-fields IssueInstant:dateTime!=message-fields "
    "Destination:uri Consent:uri"
)
_ANSWER_ATTRIBUTES = f"{_MESSAGE_ATTRIBUTES} InResponseTo:NCName"
_SAML_IDENTIFIER = "(saml:BaseID|saml:NameID|saml:EncryptedID)"

_PROTOCOL: Final = {
    "Extensions": ("##other+", ""),
    "Status": (
        "StatusCode=status-missing StatusMessage? StatusDetail?",
        "",
    ),
    "StatusCode": ("StatusCode?", "Value:uri!=status-missing"),
    "StatusMessage": _TEXT,
    "StatusDetail": ("##any*", ""),
    "AssertionIDRequest": (f"{_MESSAGE} saml:AssertionIDRef+", _MESSAGE_ATTRIBUTES),
    "SubjectQuery": (f"#abstract {_MESSAGE} saml:Subject", _MESSAGE_ATTRIBUTES),
    "AuthnQuery": (
        f"{_MESSAGE} saml:Subject RequestedAuthnContext?",
        f"{_MESSAGE_ATTRIBUTES} SessionIndex:string",
    ),
    "RequestedAuthnContext": (
        "(saml:AuthnContextClassRef|saml:AuthnContextDeclRef)+=req-requestedauthncontext-empty",
        "Comparison:string",
    ),
    "AttributeQuery": (f"{_MESSAGE} saml:Subject saml:Attribute*", _JUDGED_ATTRIBUTES),
    "AuthzDecisionQuery": (
        f"{_MESSAGE} saml:Subject saml:Action+ saml:Evidence?",
        f"{_MESSAGE_ATTRIBUTES} Resource:uri!",
    ),
    "AuthnRequest": (
        f"{_MESSAGE} saml:Subject? NameIDPolicy? saml:Conditions? RequestedAuthnContext? Scoping?",
        "ID:ID!=req-id Version:string!=req-version IssueInstant:dateTime!=req-issueinstant "
        "Destination:uri Consent:uri ForceAuthn:boolean "
        "IsPassive:boolean ProtocolBinding:uri "
        "AssertionConsumerServiceIndex:unsignedShort AssertionConsumerServiceURL:uri "
        "AttributeConsumingServiceIndex:unsignedShort ProviderName:string",
    ),
    "NameIDPolicy": (
        "",
        "Format:uri SPNameQualifier:string AllowCreate:boolean",
    ),
    "Scoping": ("IDPList? RequesterID*", "ProxyCount:nonNegativeInteger"),
    "RequesterID": _URI,
    "IDPList": ("IDPEntry+ GetComplete?", ""),
    "IDPEntry": ("", "ProviderID:uri! Name:string Loc:uri"),
    "GetComplete": _URI,
    "Response": (
        f"saml:Issuer?=/issuer-multiple {_SIGNATURE} Extensions? Status=status-missing "
        "(saml:Assertion|saml:EncryptedAssertion)*",
        "ID:ID!=response-id-missing Version:string!=response-version "
        "IssueInstant:dateTime!=response-issueinstant-missing Destination:uri Consent:uri "
        "InResponseTo:NCName",
    ),
    "ArtifactResolve": (f"{_MESSAGE} Artifact", _JUDGED_ATTRIBUTES),
    "Artifact": _TEXT,
    "ArtifactResponse": (f"{_ANSWER} ##any?", f"{_JUDGED_ATTRIBUTES} InResponseTo:NCName"),
    "ManageNameIDRequest": (
        f"{_MESSAGE} (saml:NameID|saml:EncryptedID) (NewID|NewEncryptedID|Terminate)",
        _MESSAGE_ATTRIBUTES,
    ),
    "NewID": _TEXT,
    "NewEncryptedID": _ENCRYPTED,
    "Terminate": ("", ""),
    "ManageNameIDResponse": (_ANSWER, _ANSWER_ATTRIBUTES),
    "LogoutRequest": (
        f"{_MESSAGE} {_SAML_IDENTIFIER}=slo-nameid-missing SessionIndex*",
        "ID:ID!=slo-request-fields Version:string!=slo-request-fields "
        "IssueInstant:dateTime!=slo-request-fields Destination:uri Consent:uri Reason:string "
        "NotOnOrAfter:dateTime",
    ),
    "SessionIndex": _TEXT,
    "LogoutResponse": (_ANSWER, f"{_JUDGED_ATTRIBUTES} InResponseTo:NCName"),
    "NameIDMappingRequest": (f"{_MESSAGE} {_SAML_IDENTIFIER} NameIDPolicy", _MESSAGE_ATTRIBUTES),
    "NameIDMappingResponse": (f"{_ANSWER} (saml:NameID|saml:EncryptedID)", _ANSWER_ATTRIBUTES),
}

#: Every element of the three schemas by its Clark name.
TABLE: Final[Mapping[str, Row]] = MappingProxyType(
    {**rows(MD, _METADATA), **rows(SAML, _ASSERTION), **rows(SAMLP, _PROTOCOL)}
)
