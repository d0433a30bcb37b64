"""What the answer says: its status, the user, the claims, how the user signed in."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from tests.diagnosis.login import Attribute, Login
from tests.diagnosis.parties import CLASSES, FORMATS, FORMATS_2, profile_of
from tests.diagnosis.plants import Plant, planted

_STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"


def _status(first: str, second: str | None = None, message: str | None = None) -> str:
    inner = f'<samlp:StatusCode Value="{_STATUS}{second}"/>' if second else ""
    words = f"<samlp:StatusMessage>{message}</samlp:StatusMessage>" if message else ""
    return (
        f'<samlp:Status><samlp:StatusCode Value="{_STATUS}{first}">{inner}</samlp:StatusCode>'
        f"{words}</samlp:Status>"
    )


def _failed(name: str, owner: str, *status: str | None) -> Plant:
    return planted(
        name,
        "status-not-success",
        owner,
        lambda login: evolve(login, status=_status(*status), with_assertion=False),  # type: ignore[arg-type]
    )


STATUS: tuple[Plant, ...] = (
    _failed("sign-in failed", "user", "Responder", "AuthnFailed"),
    _failed("NameID format refused", "sp", "Requester", "InvalidNameIDPolicy"),
    _failed("context refused", "sp", "Requester", "NoAuthnContext"),
    _failed("user not assigned", "idp", "Responder", "RequestDenied"),
    _failed("passive request", "sp", "Responder", "NoPassive"),
    planted(
        "code of Entra in the status message",
        "status-not-success",
        "sp",
        lambda login: evolve(
            login,
            with_assertion=False,
            status=_status(
                "Requester",
                "RequestUnsupported",
                "AADSTS75011: Authentication method 'X509, MultiFactor' by which the user "
                "authenticated with the service doesn't match requested authentication method "
                "'Password'.",
            ),
        ),
        or_rules=("status-message-vendor-code",),
        fits=lambda login: "entra" in login.provider.profile,
    ),
    planted("no status", "status-missing", "idp", status=""),
    planted("success without an assertion", "response-no-assertion", "idp", with_assertion=False),
)


def _formats(login: Login) -> tuple[str, ...]:
    return profile_of(*login.profiles).name_id_formats


NAME_ID: tuple[Plant, ...] = (
    planted("no NameID", "nameid-missing", "idp", name_id=None),
    planted("empty NameID", "nameid-empty", "idp", name_id=""),
    planted(
        "transient NameID",
        "nameid-format-unexpected",
        "idp",
        fits=lambda login: bool(_formats(login)) and FORMATS_2 + "transient" not in _formats(login),
        name_id_format=FORMATS_2 + "transient",
        name_id="_4f8a1c0e9b7d25c36e8f0a1b2c3d4e5f",
    ),
    planted(
        "another format than asked for",
        "nameid-format-policy-mismatch",
        "idp",
        request_format=FORMATS_2 + "persistent",
        fits=lambda login: login.name_id_format == FORMATS + "emailAddress",
    ),
)


def _claim(change: Callable[[Attribute], tuple[Attribute, ...]]) -> Callable[[Login], Login]:
    """Change the first claim that the service provider requires."""

    def make(login: Login) -> Login:
        wanted = login.service.claims[0][0]
        changed: list[Attribute] = []
        for item in login.attributes:
            changed.extend(change(item) if item.name == wanted else (item,))
        return evolve(login, attributes=tuple(changed))

    return make


def _wants_claims(login: Login) -> bool:
    return bool(login.service.claims)


def _wants_one_value(login: Login) -> bool:
    """Tell whether the first claim that is required may have one value only."""
    wanted = {name for name, _ in login.service.claims[:1]}
    return any(
        claim.single and claim.name in wanted for claim in profile_of(*login.profiles).claims
    )


def _swapped_case(attribute: Attribute) -> tuple[Attribute, ...]:
    head, slash, tail = attribute.name.rpartition("/")
    return (evolve(attribute, name=head + slash + tail.swapcase()),)


CLAIMS: tuple[Plant, ...] = (
    planted(
        "role without its provider",
        "aws-required-attributes",
        "idp",
        _claim(lambda item: (evolve(item, values=((item.values[0] or "").partition(",")[0],)),)),
        fits=lambda login: login.service.profile == "sp/aws-iam",
    ),
    planted(
        "claim missing",
        "attr-required-missing",
        "idp",
        _claim(lambda item: ()),
        or_rules=("attr-statement-missing",),
        fits=_wants_claims,
    ),
    planted(
        "claim with a namespace",
        "attr-required-missing",
        "idp",
        _claim(lambda item: (evolve(item, name=_CLAIMS + item.name),)),
        fits=lambda login: _wants_claims(login) and ":" not in login.service.claims[0][0],
    ),
    planted(
        "claim in other letters",
        "attr-required-missing",
        "idp",
        _claim(_swapped_case),
        fits=_wants_claims,
    ),
    planted(
        "claim without a value",
        "attr-required-empty",
        "idp",
        _claim(lambda item: (evolve(item, values=(None,)),)),
        fits=_wants_claims,
    ),
    planted(
        "claim with blanks only",
        "attr-required-empty",
        "idp",
        _claim(lambda item: (evolve(item, values=("  ",)),)),
        fits=_wants_claims,
    ),
    planted(
        "claim sent twice with two values",
        "attr-duplicate-conflicting",
        "idp",
        _claim(lambda item: (item, evolve(item, values=("another@contoso.example",)))),
        fits=_wants_one_value,
    ),
    planted(
        "no claims at all",
        "attr-statement-missing",
        "idp",
        fits=_wants_claims,
        attributes=(),
    ),
)


def _in_list(login: Login) -> Login:
    """The service provider accepts one class, and another one is sent."""
    return evolve(login, authn_contexts=login.context, context=CLASSES + "Kerberos")


CONTEXT: tuple[Plant, ...] = (
    planted("class not in the list", "authn-context-not-allowed", "sp", _in_list),
    planted(
        "class in other letters",
        "authn-context-not-allowed",
        "sp",
        lambda login: evolve(
            login,
            authn_contexts=CLASSES + "unspecified",
            context=CLASSES + "Unspecified",
        ),
    ),
    planted(
        "no class",
        "authn-context-missing",
        "idp",
        or_rules=("authn-classref-empty",),
        context=None,
    ),
    planted(
        "another class than asked for",
        "authn-context-not-requested",
        "idp",
        request_contexts=(CLASSES + "TimeSyncToken",),
    ),
)
