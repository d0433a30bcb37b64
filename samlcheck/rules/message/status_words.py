"""What of an identity provider's own words can be shown to everybody: its message to the user.

The text is free, and names the user often enough. Words that no name is, codes of errors and
identifiers of SAML are shown; the rest is marked as personal.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from samlcheck.rules.rule import personal

#: Common words of such messages, none of which is a usual name of a person.
_WORDS: Final = frozenset(
    """
    a about abort aborted accept accepted acceptable access account accounts action active actor
    additional address admin administrator after again agent agreement algorithm all allow allowed
    already also an and another answer any app application applications approved are as asked
    assertion assigned assignment at attempt attempts attribute attributes audience authenticate
    authenticated authenticating authentication authenticator authn authnrequest authority
    authorization authorized available bad be because been before between binding block blocked
    browser but by call called can cancelled canceled cannot certificate certificates change changed
    check claim claims class client clock code codes comparison condition conditional conditions
    configuration configured configure consent consumer contact contain contained contains content
    context cookie correct correctly could couldn't created credential credentials current data date
    decrypt decrypted decryption default defined denied destination detail details device
    did didn't different digest directory disabled discovery do document does doesn't domain don't
    due during e-mail each either element email empty enabled encrypted encryption endpoint enough
    enrolled entity entityid error errors event exception exist exists expected expire expired
    external fail failed fails failure federated federation field file first for force format found
    from function further general generate generated get given group groups had handle handled
    happened has hasn't have header help here host how http https id identified identifier identity
    idp if in inactive include included incorrect index information initiated input instance instant
    interaction interactive internal invalid invalidnameidpolicy is isn't issue issued issuer it its
    key known last later level licence license list local locked log logged login logout lookup made
    make manager matched matches matching maximum member message metadata method mfa minutes
    mismatch missing mode module more multi-factor multiple must name named nameid namespace need
    needed needs network new no node none not null number object occurred of off ok on once one only
    operation option or organization organisation other our out outside page parameter parse
    parsing partner party passive password past perform performed period permission permissions
    permitted please policy policies port possible post prefix present previous principal privileges
    problem process processed processing profile protocol proxy provide provided provider provision
    provisioned public query reason received recipient record redirect reference refresh refused
    register registered registration reject rejected relaystate release released rely relying
    reply report request requested requester requestor requests require required requirement
    requires resource responder response responses restart result retry return returned role roles
    root rule saml saml2 same samlrequest samlresponse satisfied satisfy schema scope second seconds
    secret section secure security see seen select selected send sender sent server service services
    session set setting settings should show side sign sign-in signature signatures signed signin
    signing single so software some something source specific specified specify sso start state
    statement status step still stored strong subject subordinate success successful successfully
    such support supported suspended system target team technical temporarily tenant than that the
    their then there these this time timeout timestamp to token too transform transient trust
    trusted try trying two type unable unavailable unauthorized unexpected unique unknown
    unrecognized unspecified unsupported untrusted until update uri url use used user username users
    uses using valid validate validated validation value values verification verified verify version
    was way we wasn't were what when where whether which while who window with within without work
    working wrong xml yet you your
    """.split()  # noqa: SIM905 - so many words read better like this
)
_NAMES: Final = frozenset(
    """
    SAML SAML2 SSO IdP IDP SP ACS URL URI ID MFA XML HTTP HTTPS POST I AuthnRequest AuthnContext
    AuthnContextClassRef AuthnContextDecl NameID NameIDPolicy NameIDFormat EntityID entityID Issuer
    Audience Destination Recipient AssertionConsumerServiceURL AssertionConsumerServiceIndex
    ProtocolBinding RequestedAuthnContext ForceAuthn IsPassive InResponseTo RelayState NotBefore
    NotOnOrAfter IssueInstant SAMLRequest SAMLResponse AllowCreate Success Requester Responder
    VersionMismatch AuthnFailed InvalidAttrNameOrValue InvalidNameIDPolicy NoAuthnContext
    NoAvailableIDP NoPassive NoSupportedIDP PartialLogout ProxyCountExceeded RequestDenied
    RequestUnsupported RequestVersionDeprecated RequestVersionTooHigh RequestVersionTooLow
    ResourceNotRecognized TooManyResponses UnknownAttrProfile UnknownPrincipal UnsupportedBinding
    Okta Keycloak Shibboleth SimpleSAMLphp Entra Azure Microsoft Google Ping OneLogin Webex
    """.split()  # noqa: SIM905
)
#: Codes such as AADSTS50105 or MSIS7042, instants, small numbers, the names that SAML gives.
_CODE: Final = (
    r"[A-Z]{2,12}[-_]?\d{2,8}|0x[0-9A-Fa-f]{1,8}|\d{1,3}"
    r"|\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?"
    r"|\d\d:\d\d(?::\d\d)?Z?|urn:oasis:names:tc:SAML:[A-Za-z0-9.:-]{1,80}"
)
_PIECES: Final = r"\s+|[^\s]+"
_AROUND: Final = r"([^\w]*)(.*?)([^\w]*)"
_ENDS_SENTENCE: Final = (".", "!", "?", ":", ";")
_LONGEST: Final = 600


def told(text: str, known: Collection[str]) -> str:
    """Return a message for everybody: what may be about a person is marked as personal.

    :param known: texts that are shown as well, such as the entity IDs of both sides.
    """
    shown: list[str] = []
    hidden: list[str] = []
    starts = True
    for token in re.findall(_PIECES, text[:_LONGEST]):
        if token.isspace():
            (hidden if hidden else shown).append(token)
        elif _is_harmless(token, known, starts=starts):
            shown += _closed(hidden)
            hidden = []
            shown.append(token)
        else:
            hidden.append(token)
        starts = token.endswith(_ENDS_SENTENCE) or (starts and token.isspace())
    return "".join(shown + _closed(hidden)) + ("..." if len(text) > _LONGEST else "")


def _closed(hidden: list[str]) -> list[str]:
    """Return a run of hidden tokens as one value, without the white space behind it."""
    run = "".join(hidden)
    bare = run.rstrip()
    return [personal(bare), run[len(bare) :]] if bare else []


def _is_harmless(token: str, known: Collection[str], *, starts: bool) -> bool:
    match = re.fullmatch(_AROUND, token, re.DOTALL)
    word = match[2] if match is not None else token
    if not word or word in _WORDS or word in _NAMES or word in known:
        return True
    if starts and word[:1].isupper() and word[:1].lower() + word[1:] in _WORDS:
        return True
    return re.fullmatch(_CODE, word) is not None
