"""What responses of well-known identity providers need to be read with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, AuthnRequest, Response, Signature, Subject
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation, paper
from samlcheck.rules.message.vendors import (
    ADFS,
    GOOGLE,
    OKTA,
    RIPPLING,
    asked_of,
    issued_by,
    issuer_of,
)
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import IDP, INFO, SP, WARNING, Hit, Place, example, hit, rule

_ADFS_DOC: Final = paper(
    "AD FS, create a rule to transform an incoming claim: Name ID",
    "https://learn.microsoft.com/windows-server/identity/ad-fs/operations/"
    "create-a-rule-to-transform-an-incoming-claim",
)
_GOOGLE_DOC: Final = paper(
    "Google Workspace, set up your own custom SAML app",
    "https://support.google.com/a/answer/6087519",
)
_GOOGLE_ERRORS: Final = paper(
    "Google Workspace, SAML app error messages",
    "https://support.google.com/a/answer/6301076",
)
_OKTA_DOC: Final = paper(
    "Okta, Application Integration Wizard SAML field reference",
    "https://help.okta.com/oie/en-us/content/topics/apps/aiw-saml-reference.htm",
)
_RIPPLING_DOC: Final = Citation(
    "crewjam/saml pull request 320", None, "https://github.com/crewjam/saml/pull/320"
)
_ADFS_NAME: Final = "http://adfs.example.org/adfs/services/trust"
_GOOGLE_NAME: Final = "https://accounts.google.com/o/saml2?idpid=C01abcd23"
_OKTA_NAME: Final = "http://www.okta.com/exk1fcia6d6EMsf331d8"
_IDP: Final = "https://idp.example.org/saml"
_NAME_ID: Final = (
    '<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">'
    "maria.lind@example.org</saml:NameID>"
)
_ACS: Final = "https://sp.example.org/saml/acs"


def _sent(name: str) -> tuple[str, str]:
    """Return an edit that makes the base response one of another issuer."""
    return f"{_IDP}<", f"{name}<"


def _named(name: str) -> tuple[tuple[str, str], ...]:
    """Return the edit that gives the base identity provider another entityID."""
    return ((f'entityID="{_IDP}"', f'entityID="{name}"'),)


@rule(
    "adfs-nameid-rule",
    on=Subject,
    severity=INFO,
    cites=[_ADFS_DOC],
    owner=IDP,
    bad=[
        example(
            "response",
            _sent(_ADFS_NAME),
            (_NAME_ID, ""),
            idp=_named(_ADFS_NAME),
            also=["nameid-missing"],
        )
    ],
    good=[example("response"), example("response", _sent(_ADFS_NAME), idp=_named(_ADFS_NAME))],
)
def adfs_name_id(subject: Subject, case: Case) -> Iterator[Hit]:
    """AD FS sends no NameID, because no claim rule issues one.

    AD FS writes a NameID only where an issuance transform rule of the relying party trust has Name
    ID as its outgoing claim type.

    Why: most service providers look up the account by the NameID.
    Fix: Add a rule to the relying party trust that sends an attribute (such as the e-mail address)
    as Name ID, with the format that the service provider wants.
    """
    if subject.name_ids or subject.has_base_id or subject.encrypted_ids:
        return
    if issued_by(case, ADFS):
        yield hit(
            subject,
            "AD FS sent no NameID: no claim rule of this relying party trust issues Name ID",
            expected="a claim rule with the outgoing claim type Name ID",
        )


@rule(
    "adfs-encrypts-when-cert",
    on=Response,
    severity=INFO,
    cites=[
        paper(
            "AD FS, Set-AdfsRelyingPartyTrust: EncryptClaims",
            "https://learn.microsoft.com/powershell/module/adfs/set-adfsrelyingpartytrust",
        )
    ],
    owner=IDP,
    bad=[
        example("response", _sent(_ADFS_NAME), idp=_named(_ADFS_NAME), encrypt=True),
    ],
    good=[
        example("response", encrypt=True),
        example("response", _sent(_ADFS_NAME), idp=_named(_ADFS_NAME)),
    ],
)
def adfs_encrypts(response: Response, case: Case) -> Iterator[Hit]:
    """AD FS encrypts because the relying party trust has an encryption certificate.

    It encrypts assertions for each relying party whose metadata brought a key for encryption,
    unless that is switched off.

    Why: a service provider that published the key but does not decrypt refuses every login.
    Fix: Nothing has to be done where the service provider decrypts. Else take the certificate off
    the Encryption tab of the relying party trust, or run Set-AdfsRelyingPartyTrust with
    -EncryptClaims $false.
    """
    if response.encrypted_assertions and issued_by(case, ADFS):
        yield hit(
            response.encrypted_assertions[0],
            "AD FS encrypted the assertion, as it does for every relying party with an encryption "
            "certificate",
        )


def _http_name(case: Case) -> tuple[str, str] | None:
    """Return the issuer and the entityID of the metadata where they differ in http and https."""
    issuer = issuer_of(case)
    expected = None if case.idp is None else case.idp.entity_id
    if not expected or difference(issuer, expected) != "http and https":
        return None
    return issuer, expected


@rule(
    "adfs-issuer-http",
    on=Response,
    severity=INFO,
    cites=[
        paper(
            "AD FS, Set-AdfsProperties: Identifier",
            "https://learn.microsoft.com/powershell/module/adfs/set-adfsproperties",
        )
    ],
    owner=SP,
    needs=["idp"],
    bad=[
        example(
            "response",
            _sent(_ADFS_NAME),
            idp=_named(_ADFS_NAME.replace("http:", "https:")),
            also=["issuer-mismatch-response"],
        )
    ],
    good=[example("response"), example("response", _sent(_ADFS_NAME), idp=_named(_ADFS_NAME))],
)
def adfs_http(response: Response, case: Case) -> Iterator[Hit]:
    """AD FS names itself with http, and the other side expects https.

    The federation service identifier of AD FS starts with http:// by default. It is a name and not
    an address, so this is no weakness.

    Why: issuers are compared letter for letter.
    Fix: Enter the identifier at the service provider exactly as AD FS sends it, with http, best by
    loading the FederationMetadata.xml of AD FS.
    """
    pair = _http_name(case) if issued_by(case, ADFS) else None
    if pair is not None:
        yield hit(
            response.issuer or response,
            f"AD FS names itself {pair[0]!r}; with another scheme it is another name",
            expected=pair[0],
            actual=pair[1],
        )


@rule(
    "okta-http-idp",
    on=Response,
    severity=INFO,
    cites=[_OKTA_DOC],
    owner=SP,
    needs=["idp"],
    bad=[
        example(
            "response",
            _sent(_OKTA_NAME),
            idp=_named(_OKTA_NAME.replace("http:", "https:")),
            also=["issuer-mismatch-response"],
        )
    ],
    good=[example("response"), example("response", _sent(_OKTA_NAME), idp=_named(_OKTA_NAME))],
)
def okta_http(response: Response, case: Case) -> Iterator[Hit]:
    """Okta names itself with http, and the other side expects https.

    The issuer of an Okta application is http://www.okta.com/ and an identifier. It is a name and
    not an address, so this is no weakness.

    Why: issuers are compared letter for letter.
    Fix: Enter the Identity Provider Issuer at the service provider exactly as Okta shows it.
    """
    pair = _http_name(case) if issued_by(case, OKTA) else None
    if pair is not None:
        yield hit(
            response.issuer or response,
            f"Okta names itself {pair[0]!r}; with another scheme it is another name",
            expected=pair[0],
            actual=pair[1],
        )


@rule(
    "okta-audience-custom",
    on=Assertion,
    severity=INFO,
    cites=[_OKTA_DOC],
    owner=IDP,
    needs=["sp"],
    bad=[
        example(
            "response",
            _sent(_OKTA_NAME),
            ("<saml:Audience>https://sp.example.org/saml<", "<saml:Audience>our-library<"),
            idp=_named(_OKTA_NAME),
            also=["aud-mismatch"],
        )
    ],
    good=[example("response"), example("response", _sent(_OKTA_NAME), idp=_named(_OKTA_NAME))],
)
def okta_audience(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The audience is what was typed in at Okta.

    Okta sends what stands in the field Audience URI (SP Entity ID) of the application; it is free
    text.

    Why: the service provider compares it with its entityID letter for letter.
    Fix: In the Okta admin console: Applications, the application, General, SAML Settings, Edit:
    enter the entityID of the service provider as Audience URI (SP Entity ID).
    """
    own = None if case.sp is None else case.sp.entity_id
    audiences = [
        audience
        for conditions in assertion.conditions_all
        for restriction in conditions.audience_restrictions
        for audience in restriction.audiences
    ]
    if not own or not audiences or any(item.value == own for item in audiences):
        return
    if issued_by(case, OKTA):
        yield hit(
            audiences[0],
            f"Okta sends the audience {audiences[0].value!r}, which was entered there",
            expected=own,
            actual=audiences[0].value,
        )


@rule(
    "okta-recipient-destination",
    on=Response,
    severity=INFO,
    cites=[_OKTA_DOC],
    owner=IDP,
    bad=[
        example(
            "response",
            _sent(_OKTA_NAME),
            (f'Recipient="{_ACS}"', f'Recipient="{_ACS}/reading-room"'),
            idp=_named(_OKTA_NAME),
            without=["request"],
            also=["response-destination-vs-recipient"],
        )
    ],
    good=[example("response"), example("response", _sent(_OKTA_NAME), idp=_named(_OKTA_NAME))],
)
def okta_recipient(response: Response, case: Case) -> Iterator[Hit]:
    """Okta sends different addresses as Recipient and Destination.

    It takes both from the Single sign-on URL, unless "Use this for Recipient URL and Destination
    URL" is unticked.

    Why: a service provider compares both with its reply URL, so one of the two fails.
    Fix: In the SAML settings of the application at Okta, tick "Use this for Recipient URL and
    Destination URL", or correct the two fields.
    """
    if not response.destination or not issued_by(case, OKTA):
        return
    for assertion in case.assertions:
        for subject in assertion.subjects:
            for confirmation in subject.confirmations:
                data = confirmation.data
                if data is not None and data.recipient and data.recipient != response.destination:
                    yield hit(
                        data,
                        f"The Recipient URL at Okta is {data.recipient!r}, the Destination URL "
                        f"{response.destination!r}",
                        attribute="Recipient",
                        expected=response.destination,
                        actual=data.recipient,
                        related=[Place(response, "Destination", "the other address")],
                    )


@rule(
    "google-signs-one",
    on=Response,
    severity=INFO,
    cites=[_GOOGLE_DOC],
    owner=IDP,
    needs=["sp"],
    bad=[
        example(
            "response",
            _sent(_GOOGLE_NAME),
            sign="response",
            idp=_named(_GOOGLE_NAME),
            also=["sig-assertion-not-signed"],
        )
    ],
    good=[example("response"), example("response", _sent(_GOOGLE_NAME), idp=_named(_GOOGLE_NAME))],
)
def google_signs_one(response: Response, case: Case) -> Iterator[Hit]:
    """Google signs either the response or the assertion, never both.

    With "Signed response" ticked the response is signed, else the assertion. The service provider
    wants the assertion signed.

    Why: the service provider refuses a response of which only the other part is signed.
    Fix: In the Google admin console, untick "Signed response" in the service provider details of
    the app.
    """
    role = case.sp_role
    if role is None or not role.wants_signed_assertions or not response.signatures:
        return
    bare = [item for item in case.assertions if not item.signatures]
    if bare and issued_by(case, GOOGLE):
        yield hit(
            bare[0],
            "Signed response is ticked at Google, so it does not sign the assertion",
            expected="Signed response unticked",
        )


@rule(
    "google-entityid-case",
    on=AuthnRequest,
    severity=WARNING,
    cites=[_GOOGLE_ERRORS],
    owner=SP,
    needs=["sp", "idp"],
    bad=[
        example(
            "request",
            (
                "<saml:Issuer>https://sp.example.org/saml<",
                "<saml:Issuer>https://sp.example.org/SAML<",
            ),
            idp=_named(_GOOGLE_NAME),
            also=["req-issuer-mismatch"],
        )
    ],
    good=[example("request"), example("request", idp=_named(_GOOGLE_NAME))],
)
def google_entity_id_case(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """Google tells upper and lower case in the entityID apart.

    The Issuer of the request differs from the entityID of the SP metadata only in letter case.

    Why: Google compares it with the Entity ID entered for the app and answers app_not_configured.
    Fix: Enter the Entity ID in the Google admin console letter for letter as the service provider
    sends it.
    """
    own = None if case.sp is None else case.sp.entity_id
    sent = None if request.issuer is None else request.issuer.value
    if not own or not sent or sent == own or sent.lower() != own.lower():
        return
    if asked_of(request, case, GOOGLE):
        yield hit(
            request.issuer or request,
            f"For Google {sent!r} is another app than {own!r} (app_not_configured)",
            expected=own,
            actual=sent,
        )


@rule(
    "rippling-inresponseto",
    on=Response,
    severity=INFO,
    cites=[_RIPPLING_DOC],
    owner=IDP,
    bad=[
        example(
            "response",
            _sent("https://app.rippling.com/saml"),
            idp=_named("https://app.rippling.com/saml"),
            without=["request"],
        )
    ],
    good=[
        example("response"),
        example(
            "response",
            _sent("https://app.rippling.com/saml"),
            idp=_named("https://app.rippling.com/saml"),
        ),
    ],
)
def rippling_in_response_to(response: Response, case: Case) -> Iterator[Hit]:
    """Rippling may answer a request that was never sent.

    Its responses have InResponseTo also where the user started at Rippling. No request was given,
    so it cannot be told which is the case.

    Why: a service provider that looks for the request finds none and refuses the login.
    Fix: If the login was started at Rippling, let the service provider start it instead.
    """
    if case.request is None and response.in_response_to and issued_by(case, RIPPLING):
        yield hit(
            response,
            "InResponseTo of a response of Rippling may name no request at all",
            attribute="InResponseTo",
            actual=response.in_response_to,
        )


@rule(
    "keycloak-crlf",
    on=Signature,
    severity=INFO,
    cites=[
        Citation(
            "samlshield, test fixture of a Keycloak response",
            None,
            "https://github.com/stytchauth/samlshield",
        )
    ],
    owner=IDP,
    bad=[
        example(
            "response",
            after=[("<ds:SignatureValue>", "<ds:SignatureValue>&#13;\n")],
        )
    ],
    good=[example("response")],
)
def carriage_returns(signature: Signature, case: Case) -> Iterator[Hit]:
    """The Base64 of a signature has carriage returns in it.

    SignatureValue, a DigestValue or a certificate holds the character CR, written as &#13;. Java
    writes it so, Keycloak among others. It belongs to white space, which Base64 may have.

    Why: some receivers do not leave it out and cannot read the value. Where DigestValue has it, it
    is part of what is signed, so that nobody may take it out.
    Fix: Nothing has to be done where the login works. Else set the system property
    org.apache.xml.security.ignoreLineBreaks to true at the identity provider.
    """
    texts = [signature.signature_value, *(item.digest_value for item in signature.references)]
    if signature.key_info is not None:
        texts.extend(signature.key_info.certificates)
    found = next((item for item in texts if item is not None and "\r" in item.text), None)
    if found is not None:
        yield hit(found, "The Base64 text has carriage returns (&#13;) in it")


RULES = (
    adfs_name_id,
    adfs_encrypts,
    adfs_http,
    okta_http,
    okta_audience,
    okta_recipient,
    google_signs_one,
    google_entity_id_case,
    rippling_in_response_to,
    carriage_returns,
)
