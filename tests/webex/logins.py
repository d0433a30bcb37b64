"""Steps that show in a login: claims, name identifiers, contexts, keys, times, the flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.webex.documents import ACS, TENANT, Capture, response
from tests.webex.step import ASSERTION, STATEMENT, Said, Step
from tests.webex.uploads import OTHER_TENANT, asks_for_claims

_CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_END = "</AttributeStatement>"
_MAIL = "britta.simon@contoso.example"
_NAME_ID = f"{ASSERTION}/saml:Subject/saml:NameID"
_CLASS = f"{ASSERTION}/saml:AuthnStatement/saml:AuthnContext"
_REQUEST = "_d3a81f6e40c94b7a9f25e10c86b7d942"
_ISSUER = f"https://sts.windows.net/{TENANT}/"
_DEFAULTS = (
    ("givenname", "Britta"),
    ("surname", "Simon"),
    ("emailaddress", _MAIL),
    ("name", _MAIL),
)


def _claim(name: str, value: str) -> str:
    return f'<Attribute Name="{name}"><AttributeValue>{value}</AttributeValue></Attribute>'


def _capture(file: str, *edits: tuple[str, str], key: str = "idp-signing") -> Callable[[], bytes]:
    capture = Capture(file=f"steps/{file}", edits=edits, key=key)
    return lambda: capture.saved_as(response(capture))


def _login(
    row: int, words: str, *edits: tuple[str, str], key: str = "idp-signing", **more: Any
) -> Step:
    file = f"{row:02}-login-{words}.txt"
    return Step(
        row=row, file=file, judged_as="login", content=_capture(file, *edits, key=key), **more
    )


def _missing(*names: str) -> tuple[Said, ...]:
    return tuple(Said("attr-required-missing", "idp", STATEMENT) for _ in names)


def _near(place: int) -> Said:
    return Said("attr-name-near-miss", "idp", f"{STATEMENT}/saml:Attribute[{place}]/@Name")


LOGINS: tuple[Step, ...] = (
    _login(1, "sso-off"),
    _login(
        5,
        "query-dropped",
        (f'Destination="{ACS}"', f'Destination="{ACS.partition("?")[0]}"'),
        said=(Said("response-destination-mismatch", "idp", "/samlp:Response/@Destination"),),
        says=("the query string",),
    ),
    _login(
        9,
        "default-claims",
        (_END, "".join(_claim(_CLAIMS + name, value) for name, value in _DEFAULTS) + _END),
        sp=asks_for_claims,
        noted=(Said("attr-not-requested", "idp"),),
    ),
    _login(
        10,
        "firstname-as-givenname",
        ('Name="firstname"', 'Name="givenname"'),
        said=(*_missing("firstname"), _near(6)),
        says=("'firstname'", "'givenname'", "or 31"),
    ),
    _login(
        11,
        "lastname-blank",
        (">Simon<", "> <"),
        said=(
            Said(
                "attr-required-empty", "idp", f"{STATEMENT}/saml:Attribute[7]/saml:AttributeValue"
            ),
        ),
        says=("'lastname'", "without a value"),
    ),
    _login(
        12,
        "no-mailbox",
        (_claim("email", _MAIL), ""),
        (_claim("uid", _MAIL), ""),
        said=_missing("email", "uid"),
        says=("user.mail", "what is empty is mostly left out"),
    ),
    _login(
        12,
        "email-no-address",
        (_claim("email", _MAIL), _claim("email", "britta")),
        (_claim("uid", _MAIL), _claim("uid", "britta")),
        said=(
            Said("attr-value-format", "idp", f"{STATEMENT}/saml:Attribute[8]/saml:AttributeValue"),
            Said("attr-value-format", "idp", f"{STATEMENT}/saml:Attribute[9]/saml:AttributeValue"),
        ),
        says=("an e-mail address",),
    ),
    _login(
        13,
        "uid-not-email",
        (_claim("uid", _MAIL), _claim("uid", "b.simon@contoso.example")),
        said=(Said("profile-relation-broken", "idp"),),
        says=("'uid' and 'email'",),
    ),
    _login(
        14,
        "namespace-not-blank",
        ('Name="firstname"', f'Name="{_CLAIMS}firstname"'),
        said=(*_missing("firstname"), _near(6)),
        says=("namespace",),
    ),
    _login(
        15,
        "capital-letter",
        ('Name="email"', 'Name="Email"'),
        said=(*_missing("email"), _near(8)),
        says=("upper and lower case",),
    ),
    _login(
        16,
        "claim-twice",
        (_END, _claim("uid", "b.simon@contoso.example") + _END),
        said=(Said("attr-duplicate-conflicting", "idp", f"{STATEMENT}/saml:Attribute[10]/@Name"),),
        says=("2 times with different values",),
    ),
    _login(
        20,
        "issuer-without-slash",
        (_ISSUER, _ISSUER.rstrip("/")),
        said=(Said("issuer-mismatch-response", "idp", "/samlp:Response/saml:Issuer"),),
        says=("a trailing slash",),
    ),
    _login(
        20,
        "issuer-of-other-tenant",
        (_ISSUER, _ISSUER.replace(TENANT, OTHER_TENANT)),
        said=(Said("issuer-mismatch-response", "idp", "/samlp:Response/saml:Issuer"),),
        says=(OTHER_TENANT,),
    ),
    _login(
        22,
        "key-not-imported",
        key="stranger",
        said=(
            Said(
                "sig-keyinfo-only-trust",
                "sp",
                f"{ASSERTION}/ds:Signature/ds:KeyInfo/ds:X509Data/ds:X509Certificate",
            ),
        ),
        says=("metadata does not name",),
    ),
    _login(22, "next-key", key="idp-next"),
    _login(
        26,
        "class-not-listed",
        (f"{_CLASSES}PasswordProtectedTransport", f"{_CLASSES}MobileTwoFactorContract"),
        said=(Said("authn-context-not-allowed", "sp", f"{_CLASS}/saml:AuthnContextClassRef"),),
        says=("MobileTwoFactorContract", "Webex error 13"),
    ),
    _login(
        26,
        "no-class",
        (f"<AuthnContextClassRef>{_CLASSES}PasswordProtectedTransport</AuthnContextClassRef>", ""),
        said=(Said("authn-context-missing", "idp", _CLASS),),
        says=("Webex error 13",),
    ),
    _login(
        29,
        "no-firstname",
        (_claim("firstname", "Britta"), ""),
        said=_missing("firstname"),
        says=("'firstname'", "user.givenname", "or 31"),
    ),
    _login(
        29,
        "no-firstname-accounts-by-hand",
        (_claim("firstname", "Britta"), ""),
        profile="29-accounts-by-hand.toml",
    ),
    _login(
        30,
        "other-request",
        (_REQUEST, "_0c94b7a9f25e10c86b7d942d3a81f6e4"),
        said=(Said("response-inresponseto-mismatch", "idp", "/samlp:Response/@InResponseTo"),),
        says=(_REQUEST, "Webex error 28"),
    ),
    _login(
        30,
        "names-no-request",
        (f' InResponseTo="{_REQUEST}"', ""),
        said=(Said("response-inresponseto-missing", "idp", "/samlp:Response"),),
    ),
    _login(
        31,
        "no-lastname-by-default",
        (_claim("lastname", "Simon"), ""),
        profile="31-says-nothing.toml",
        said=_missing("lastname"),
        says=("'lastname'",),
    ),
    _login(
        32,
        "no-role",
        profile="32-wants-a-role.toml",
        said=_missing("role"),
        says=("/claims/role'", "user.assignedroles"),
    ),
    _login(
        33,
        "other-domain",
        (f'emailAddress">{_MAIL}<', 'emailAddress">britta.simon@fabrikam.example<'),
        noted=(Said("attr-identity-mismatch", "idp", _NAME_ID),),
    ),
    _login(
        34,
        "from-the-tile",
        (f' InResponseTo="{_REQUEST}"', ""),
        without=("request",),
        noted=(Said("response-inresponseto-unsolicited", "idp", "/samlp:Response"),),
    ),
    _login(
        34,
        "from-the-tile-refused",
        (f' InResponseTo="{_REQUEST}"', ""),
        without=("request",),
        profile="34-begins-at-webex.toml",
        said=(Said("response-inresponseto-unsolicited", "idp", "/samlp:Response"),),
        says=("which the service provider refuses",),
    ),
    _login(
        36,
        "transient-name",
        (
            f'1.1:nameid-format:emailAddress">{_MAIL}<',
            '2.0:nameid-format:transient">_4f8a1c0e9b7d25c36e8f0a1b2c3d4e5f<',
        ),
        without=("request",),
        said=(Said("nameid-format-unexpected", "idp", f"{_NAME_ID}/@Format"),),
        says=("Webex error 25",),
    ),
    _login(
        36,
        "name-no-address",
        (f'emailAddress">{_MAIL}<', 'emailAddress">britta<'),
        said=(Said("nameid-email-not-addr-spec", "idp", _NAME_ID),),
    ),
    _login(
        37,
        "clock-ahead",
        ("2026-11-23T09:5", "2026-11-23T10:1"),
        ("2026-11-23T10:59", "2026-11-23T11:19"),
        said=(Said("cond-notbefore-future", "idp", f"{ASSERTION}/saml:Conditions/@NotBefore"),),
        says=("not valid yet",),
    ),
)
