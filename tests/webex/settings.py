"""Steps in the consoles: what was typed there, as a profile of one's own says it."""

from __future__ import annotations

from collections.abc import Callable

from tests.webex.documents import ACS, TENANT
from tests.webex.step import IDP_ROLE, SP_ROLE, Said, Step
from tests.webex.uploads import OTHER_TENANT

_CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
_LOGOUT = f"{IDP_ROLE}/md:SingleLogoutService"
_LOGIN = f"https://login.microsoftonline.com/{TENANT}/saml2"
_FITTING = (
    "Password",
    "MobileOneFactorUnregistered",
    "MobileTwoFactorContract",
    "TimeSyncToken",
    "Telephony",
    "SmartcardPKI",
    "SoftwarePKI",
    "Unspecified",
    "Kerberos",
    "X509",
)


def _profile(words: str, text: str) -> Callable[[], bytes]:
    """A profile of one's own over those of the two products."""
    head = f'schema = 1\n\n[profile]\nid = "contoso/{words}"\nkind = "integration"\n'
    return f'{head}idp = "idp/entra"\nsp = "sp/webex-meetings"\n\n{text.strip()}\n'.encode


def _typed(**values: str) -> str:
    rows = "".join(f'{key} = "{value}"\n' for key, value in values.items())
    return f"[configured]\n{rows}"


def _settings(
    row: int,
    words: str,
    text: str,
    *said: Said,
    noted: tuple[Said, ...] = (),
    says: tuple[str, ...] = (),
) -> Step:
    return Step(
        row=row,
        file=f"{row:02}-{words}.toml",
        judged_as="profile",
        content=_profile(words, text),
        said=said,
        noted=noted,
        says=says,
    )


_SEED_MFA = '[authn_context]\nuse = "seed-mfa"'
_IDENTITY = f'identifier = "https://contoso.webex.com"\nreply_url = "{ACS}"\n'

SETTINGS: tuple[Step, ...] = (
    _settings(
        7,
        "sign-on-url-unknown",
        _typed(sign_on_url="https://start.contoso.example"),
        noted=(Said("profile-signon-url-unexpected", "idp", SP_ROLE),),
    ),
    _settings(7, "sign-on-url-of-2019", _typed(sign_on_url=ACS)),
    _settings(7, "sign-on-url-of-2026", _typed(sign_on_url="https://contoso.my.webex.com")),
    _settings(
        8,
        "sign-on-url-missing",
        f"[configured]\n{_IDENTITY}",
        Said("profile-signon-url-missing", "idp", SP_ROLE),
        says=("No sign-on URL",),
    ),
    _settings(
        19,
        "login-url-of-other-tenant",
        _typed(login_url=_LOGIN.replace(TENANT, OTHER_TENANT)),
        Said("profile-idp-url-mismatch", "sp", f"{IDP_ROLE}/md:SingleSignOnService[1]/@Location"),
        says=("login URL", OTHER_TENANT),
    ),
    _settings(
        20,
        "identifier-without-slash",
        _typed(idp_identifier=f"https://sts.windows.net/{TENANT}"),
        Said("profile-idp-url-mismatch", "sp", "/md:EntityDescriptor/@entityID"),
        says=("identifier", "a trailing slash"),
    ),
    _settings(
        21,
        "logout-url-of-ws-federation",
        _typed(logout_url="https://login.microsoftonline.com/common/wsfederation?wa=wsignout1.0"),
        noted=(Said("entra-logout-url-is-wsfed", "sp", f"{_LOGOUT}/@Location"),),
    ),
    _settings(
        24,
        "class-misspelt",
        f'[authn_context]\nconfigured = "{_CLASSES}PasswordProtectedTransprt;{_CLASSES}X509"',
        Said("authn-context-unknown-class", "sp", SP_ROLE),
        says=("PasswordProtectedTransprt",),
    ),
    _settings(
        25,
        "list-with-comma",
        f'[authn_context]\nconfigured = "{_CLASSES}PasswordProtectedTransport,{_CLASSES}X509"',
        Said("profile-list-syntax", "sp", SP_ROLE),
        says=("2 classes in one item",),
    ),
    _settings(
        27,
        "list-of-2019",
        _SEED_MFA,
        Said("authn-context-predicted-mismatch", "sp", SP_ROLE),
        says=("'Password' after password", "'X509' after certificate single factor"),
    ),
    _settings(
        27,
        "list-that-fits",
        "[authn_context]\nallowed = [\n"
        + "".join(f'  "{_CLASSES}{name}",\n' for name in _FITTING)
        + '  "urn:federation:authentication:windows",\n]',
    ),
    _settings(
        29,
        "accounts-by-hand",
        f"{_SEED_MFA}\n\n[switches]\nauto_account_creation = false",
        Said("authn-context-predicted-mismatch", "sp", SP_ROLE),
    ),
    _settings(
        31,
        "says-nothing",
        _SEED_MFA,
        Said("authn-context-predicted-mismatch", "sp", SP_ROLE),
    ),
    _settings(
        32,
        "wants-a-role",
        """[authn_context]
use = "seed-mfa"

[[claims]]
name = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
presence = "required"
source_hint = { entra = "user.assignedroles, of a role that the user is assigned to" }
why = "Webex makes hosts and attendees by it"
""",
        Said("authn-context-predicted-mismatch", "sp", SP_ROLE),
    ),
    _settings(
        34,
        "begins-at-webex",
        f'{_SEED_MFA}\n\n[sp.flow]\nidp_initiated = "forbidden"',
        Said("authn-context-predicted-mismatch", "sp", SP_ROLE),
    ),
)
