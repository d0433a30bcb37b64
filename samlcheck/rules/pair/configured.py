"""Rules on what administrators typed in the consoles, as a profile of their own says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.profiles.template import first_match
from samlcheck.rules.case import Case, Pair
from samlcheck.rules.citations import metadata, paper
from samlcheck.rules.near_miss import difference
from samlcheck.rules.pair.products import product
from samlcheck.rules.rule import ERROR, IDP, INFO, SP, WARNING, Hit, Place, example, hit, rule

_SSO: Final = "https://idp.example.org/saml/sso/redirect"
_SLO: Final = "https://idp.example.org/saml/slo"
_WS_LOGOUT: Final = "https://login.microsoftonline.com/common/wsfederation?wa=wsignout1.0"
_LOGOUT_DOC: Final = paper(
    "Microsoft identity platform, single sign-out SAML protocol",
    "https://learn.microsoft.com/entra/identity-platform/single-sign-out-saml-protocol",
)


def _typed(**values: str) -> str:
    """Return the table of an example's own profile."""
    return "[configured]\n" + "\n".join(f'{key} = "{text}"' for key, text in values.items())


def is_ws_federation(url: str) -> bool:
    """Tell whether an address is one of WS-Federation, which no SAML message is sent to."""
    lower = url.lower()
    return "wa=wsignout" in lower or lower.endswith("/wsfed") or "/wsfederation" in lower


@rule(
    "profile-idp-url-mismatch",
    on=Pair,
    severity=WARNING,
    cites=[metadata("2.3.2"), metadata("2.4.3")],
    owner=SP,
    bad=[
        example("pair", over=_typed(login_url="https://idp.example.org/saml/sso")),
        example("pair", over=_typed(idp_identifier="https://idp.example.org/saml/")),
        example("pair", over=_typed(logout_url="https://idp.example.org/logout")),
    ],
    good=[
        example("pair"),
        example(
            "pair",
            over=_typed(
                login_url=_SSO, idp_identifier="https://idp.example.org/saml", logout_url=_SLO
            ),
        ),
    ],
)
def idp_url_mismatch(pair: Pair, case: Case) -> Iterator[Hit]:
    """What was typed at the service provider is not what the IdP metadata has.

    The login address, the identifier and the logout address of the identity provider, as the table
    [configured] of a profile has them, are compared with the metadata, letter for letter.

    Why: users are sent to an address that does not answer, or every assertion is refused because
    its issuer has another name. A wrong identifier is an error.
    Fix: Copy the values from the metadata, with every slash, or import the metadata itself.
    """
    role, typed = pair.idp_role, case.profile.configured
    services = (
        ("login_url", role.single_sign_on_services, "login URL"),
        ("logout_url", role.single_logout_services, "logout URL"),
    )
    for key, endpoints, words in services:
        value = typed.get(key)
        known = [item.location for item in endpoints if item.location]
        if value and known and value not in known and not is_ws_federation(value):
            yield _differs(pair, words, value, known, Place(endpoints[0], "Location", "it has"))
    value, name = typed.get("idp_identifier"), pair.idp.entity_id
    if value and name and value != name:
        place = Place(pair.idp, "entityID", "the metadata")
        yield _differs(pair, "identifier", value, [name], place, severity=ERROR)


def _differs(
    pair: Pair,
    words: str,
    value: str,
    known: list[str],
    place: Place,
    severity: str | None = None,
) -> Hit:
    near = next((found for item in known if (found := difference(value, item))), None)
    told = f"; they differ in {near}" if near else ""
    return hit(
        place.subject,
        f"The {words} typed at the service provider is {value!r}, which the IdP metadata does "
        f"not have{told}",
        attribute=place.attribute,
        expected=known[0],
        actual=value,
        severity=severity,
    )


@rule(
    "entra-logout-url-is-wsfed",
    on=Pair,
    severity=INFO,
    cites=[_LOGOUT_DOC],
    owner=SP,
    bad=[example("pair", over=_typed(logout_url=_WS_LOGOUT))],
    good=[example("pair"), example("pair", over=_typed(logout_url=_SLO))],
)
def logout_url_is_ws_federation(pair: Pair, case: Case) -> Iterator[Hit]:
    """The logout address is one of WS-Federation.

    Consoles of Entra ID have shown `.../common/wsfederation?wa=wsignout1.0` as Logout URL. It
    signs the user out when it is opened, but takes no SAML message.

    Why: a service provider that sends a LogoutRequest there gets no answer.
    Fix: Enter the Location of the SingleLogoutService in the metadata, if single logout is wanted.
    """
    value = case.profile.configured.get("logout_url")
    if not value or not is_ws_federation(value):
        return
    services = pair.idp_role.single_logout_services
    yield hit(
        services[0] if services else pair.idp_role,
        f"The logout URL typed at the service provider is {value!r}, which is one of WS-Federation",
        attribute="Location" if services else None,
        expected=services[0].location if services else "no logout URL",
        actual=value,
    )


@rule(
    "profile-signon-url-unexpected",
    on=Pair,
    severity=INFO,
    cites=[metadata("2.4.4")],
    owner=IDP,
    bad=[
        example(
            "pair",
            profile="salesforce",
            over=_typed(sign_on_url="https://contoso.example/start"),
            also=["profile-entityid-unexpected", "profile-acs-unexpected"],
        )
    ],
    good=[
        example("pair"),
        example(
            "pair",
            profile="salesforce",
            over=_typed(sign_on_url="https://contoso.my.salesforce.com"),
            also=["profile-entityid-unexpected", "profile-acs-unexpected"],
        ),
    ],
)
def sign_on_url_unexpected(pair: Pair, case: Case) -> Iterator[Hit]:
    """The address at which a login is to begin is not one that the product has.

    The sign-on URL typed at the identity provider, as the table [configured] of a profile has it,
    matches none of the addresses that the profile of the service provider knows. Editions of a
    vendor's text disagree on these, so this is advice.

    Why: a tile in the portal of the identity provider leads to an address that starts no login.
    Fix: Enter the address at which users open the service provider.
    """
    value, templates = case.profile.configured.get("sign_on_url"), case.profile.sign_on_urls
    if not value or not templates or first_match(templates, value, case.profile.bound):
        return
    yield hit(
        pair.sp_role,
        f"The sign-on URL typed at the identity provider is {value!r}, which "
        f"{product(case, 'sp')} is not known to have",
        expected=" or ".join(item.expected(case.profile.bound) for item in templates),
        actual=value,
    )


@rule(
    "profile-signon-url-missing",
    on=Pair,
    severity=WARNING,
    cites=[metadata("2.4.4")],
    owner=IDP,
    bad=[
        example(
            "pair",
            profile="gitlab",
            over=_typed(identifier="https://sp.example.org/saml"),
            also=["profile-acs-unexpected"],
        )
    ],
    good=[
        example("pair"),
        example("pair", profile="gitlab", also=["profile-acs-unexpected"]),
    ],
)
def sign_on_url_missing(pair: Pair, case: Case) -> Iterator[Hit]:
    """Logins have to begin at the service provider, and the identity provider has no address of it.

    The profile says that this service provider takes no login that begins at the identity
    provider, and the table [configured] has what was typed at the identity provider, but no
    sign_on_url.

    Why: the tile in the portal of the identity provider sends an answer to no request, which the
    service provider refuses.
    Fix: Enter the sign-on URL of the service provider at the identity provider.
    """
    typed, profile = case.profile.configured, case.profile
    at_idp = any(key in typed for key in ("identifier", "reply_url", "sign_on_url"))
    if not at_idp or typed.get("sign_on_url") or profile.idp_initiated == "allowed":
        return
    yield hit(
        pair.sp_role,
        f"No sign-on URL is typed at the identity provider, and {product(case, 'sp')} "
        + (
            "takes no login that begins there"
            if profile.idp_initiated == "forbidden"
            else "may be set to take no login that begins there"
        ),
        expected=" or ".join(item.expected(profile.bound) for item in profile.sign_on_urls)
        or "the address at which users open the service provider",
    )


RULES = (
    idp_url_mismatch,
    logout_url_is_ws_federation,
    sign_on_url_unexpected,
    sign_on_url_missing,
)
