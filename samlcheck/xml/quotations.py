"""Marks around personal values inside texts, and which quotations of a document need them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from samlcheck.xml.names import PREFIXES

if TYPE_CHECKING:
    from samlcheck.xml.defect import Defect

# Two private-use characters bracket personal values inside texts, so that one function can mask
# them in whatever sentence they stand.
_OPEN, _CLOSE = "\ue000", "\ue001"


def personal(text: str | None) -> str:
    """Mark a value as personal (NameID, attribute value): it is masked unless asked for."""
    return f"{_OPEN}{revealed(text or '')}{_CLOSE}"


def masked(text: str) -> str:
    """Return a text with each personal value replaced by its length."""
    parts = text.split(_OPEN)
    out = [parts[0]]
    for part in parts[1:]:
        value, _, rest = part.partition(_CLOSE)
        out.append(f"(masked, {len(value)} characters)" if value else "(empty)")
        out.append(rest)
    return "".join(out)


def revealed(text: str) -> str:
    """Return a text with its personal values in clear."""
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def is_marked(text: str) -> bool:
    """Tell whether a text has marks of personal values in it."""
    return _OPEN in text or _CLOSE in text


#: Names that markup of SAML has, which a quotation of a message may show. Any other name may be
#: a value that a missing or stray character has made into one.
_NAMES: Final = frozenset(
    """
    Response AuthnRequest LogoutRequest LogoutResponse ArtifactResolve ArtifactResponse Status
    StatusCode StatusMessage StatusDetail Assertion EncryptedAssertion Issuer Subject NameID BaseID
    EncryptedID NameIDPolicy RequestedAuthnContext SubjectConfirmation SubjectConfirmationData
    Conditions AudienceRestriction Audience OneTimeUse ProxyRestriction AuthnStatement AuthnContext
    AuthnContextClassRef AuthnContextDecl AuthnContextDeclRef AuthenticatingAuthority
    SubjectLocality AttributeStatement Attribute AttributeValue EncryptedAttribute Advice Extensions
    Scoping IDPList IDPEntry RequesterID SessionIndex Signature SignedInfo CanonicalizationMethod
    SignatureMethod Reference Transforms Transform DigestMethod DigestValue SignatureValue KeyInfo
    KeyName KeyValue RSAKeyValue Modulus Exponent X509Data X509Certificate X509IssuerSerial
    X509SubjectName Object EncryptedData EncryptedKey EncryptionMethod CipherData CipherValue
    RetrievalMethod DataReference InclusiveNamespaces Envelope Header Body EntityDescriptor
    EntitiesDescriptor SPSSODescriptor IDPSSODescriptor KeyDescriptor AssertionConsumerService
    SingleSignOnService SingleLogoutService NameIDFormat Organization ContactPerson
    ID Version IssueInstant Destination InResponseTo Consent ForceAuthn IsPassive ProtocolBinding
    AssertionConsumerServiceURL AssertionConsumerServiceIndex AttributeConsumingServiceIndex
    ProviderName Format NameQualifier SPNameQualifier SPProvidedID AllowCreate Comparison Method
    Recipient NotBefore NotOnOrAfter Address DNSName AuthnInstant SessionNotOnOrAfter Name
    NameFormat FriendlyName OriginalName Value Algorithm URI Id Type PrefixList Reason
    entityID validUntil cacheDuration Location ResponseLocation Binding index isDefault use
    protocolSupportEnumeration type nil lang include href xml xmlns html
    """.split()  # noqa: SIM905 - so many words read better like this
)
_PREFIX: Final = r"(?:ns|q|p)\d{1,2}|saml2p?|saml1p?|dsig|soap(?:env)?|SOAP-ENV|S|xi|xmlns"
_NAME: Final = r"[\w.:-]{1,60}"
_NEAR_FROM: Final = 6
_PLAIN: Final = (
    r"\W{0,4}|.|&(?:amp|lt|gt|quot|apos);?|&#x?[0-9A-Fa-f]{1,7};?"
    r"|U\+[0-9A-F]{4,6}(?: U\+[0-9A-F]{4,6})*|%[0-9A-Fa-f]{2}|\"(?: |\\[nrt])*\""
)
_QUOTED: Final = f'"{_OPEN}[^{_CLOSE}]*{_CLOSE}"|"""|"([^"]*)"'
_FROM_PARSER: Final = " so the parser refuses it ("
#: Rules whose defects give numbers, encodings and such as the value found.
_COUNTED: Final = ("xml-depth-or-count", "xml-encoding-declared-mismatch", "xml-empty-input")


def guarded(defect: Defect) -> tuple[str, str | None, str | None]:
    """Return the message, expected and actual value with what they quote of a document marked.

    Well-known names of markup stay in clear. What unpacking found marks its quotations itself.
    """
    message, actual = defect.marked
    expected = defect.expected
    if not (defect.rule.startswith("xml-") or defect.rule == "transport-multiple-root-elements"):
        return message, expected, actual
    head, parser, tail = message.partition(_FROM_PARSER)
    message = re.sub(_QUOTED, _guarded_quotation, head)
    if parser:
        message += f"{parser}{personal(tail.removesuffix(').'))})."
    if (
        expected is not None
        and expected.startswith(("</", "xmlns:"))
        and not _tells_nothing(expected)
    ):
        expected = personal(expected)
    if actual is not None and defect.rule not in _COUNTED and not _tells_nothing(actual):
        actual = personal(actual)
    return message, expected, actual


def _guarded_quotation(match: re.Match[str]) -> str:
    """Return a quotation, marked unless it is mere markup."""
    text = match[1]
    if text is None or _tells_nothing(text):
        return match[0]
    return f'"{personal(text)}"'


def _tells_nothing(text: str) -> bool:
    """Tell whether a text is markup of SAML alone, which says nothing about anybody."""
    if re.fullmatch(_PLAIN, text):
        return True
    match = re.fullmatch(rf"</?({_NAME})[ \t\r\n]*/?>?|({_NAME})|xmlns:({_NAME})=\"[^\"]*\"", text)
    if match is None:
        return False
    if match[3] is not None:
        return _is_prefix(match[3])
    prefix, _, local = str(match[1] or match[2]).rpartition(":")
    if prefix == "xmlns":
        return _is_prefix(local)
    return (not prefix or _is_prefix(prefix)) and (_is_name(local) or _is_prefix(local))


def _is_prefix(text: str) -> bool:
    return text in PREFIXES.values() or re.fullmatch(_PREFIX, text) is not None


def _is_name(text: str) -> bool:
    """Tell whether a name is known, or one character away from a known one."""
    if text in _NAMES:
        return True
    return any(_one_apart(text, name) for name in _NAMES if len(name) >= _NEAR_FROM)


def _one_apart(one: str, other: str) -> bool:
    """Tell whether one character added, lost or replaced makes one word the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if len({*pair}) > 1), None
    )
    if same is None:
        return True
    rest, other_rest = one[same:], other[same:]
    return rest[1:] in (other_rest, other_rest[1:]) or rest == other_rest[1:]
