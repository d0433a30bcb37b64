"""The two sides of a login, in the shape that the shipped profiles give them."""

from __future__ import annotations

import functools

import attrs

from samlcheck.profiles import Profile, load_profile, load_profile_text
from samlcheck.profiles.template import Template, Variable

CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
FORMATS = "urn:oasis:names:tc:SAML:1.1:nameid-format:"
FORMATS_2 = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
NAMES = "urn:oasis:names:tc:SAML:2.0:attrname-format:"
EMAIL = "britta.simon@contoso.example"
PERSISTENT = "Rk1vZ2tQb0pYcVdhU0x4ZQ"

#: What templates are filled with where the profile gives no example.
_WORDS = {"tenant": "3f2a9c64-7d1e-4b85-9a0c-52e8b7d6f143"}
#: Values of claims that have a form of their own, by the name of the claim.
_VALUES = {
    "https://aws.amazon.com/SAML/Attributes/Role": (
        "arn:aws:iam::111122223333:role/Reader,arn:aws:iam::111122223333:saml-provider/Contoso"
    ),
    "https://aws.amazon.com/SAML/Attributes/RoleSessionName": EMAIL,
}
_TYPED = {
    "email": EMAIL,
    "url": "https://people.contoso.example/britta",
    "uuid": "b61d0e27-94c3-4f5a-8e12-7a3c9d40f586",
    "int": "42",
    "bool": "true",
    "datetime": "2026-11-23T09:59:27Z",
}


@attrs.frozen(kw_only=True)
class Habits:
    """How an identity provider writes what it sends."""

    signs: str
    prefix: str = "saml"
    name_format: str | None = None
    #: Claims that it adds to those that the service provider wants.
    adds: tuple[tuple[str, str], ...] = ()
    minutes: int = 60

    def format_of(self, name: str) -> str | None:
        """The NameFormat of an attribute; a URI is no basic name."""
        return (
            NAMES + "uri"
            if self.name_format == NAMES + "basic" and ":" in name
            else self.name_format
        )


#: Seen in public samples of each product; what the profile states stands there.
HABITS = {
    "entra": Habits(
        signs="assertion",
        prefix="",
        adds=(
            ("http://schemas.microsoft.com/identity/claims/tenantid", _WORDS["tenant"]),
            ("http://schemas.microsoft.com/identity/claims/displayname", "Britta Simon"),
        ),
    ),
    "adfs": Habits(signs="assertion", prefix=""),
    "okta": Habits(signs="both", prefix="saml2", name_format=NAMES + "unspecified", minutes=5),
    "google": Habits(signs="response", prefix="saml2", minutes=5),
    "keycloak": Habits(signs="both", name_format=NAMES + "basic", minutes=5),
    "ping": Habits(signs="assertion", name_format=NAMES + "basic", minutes=5),
}


@attrs.frozen(kw_only=True)
class Provider:
    """An identity provider of a product."""

    profile: str
    entity_id: str
    sso: str
    habits: Habits


@attrs.frozen(kw_only=True)
class Service:
    """A service provider of a product: what it is called, and what it wants to be sent."""

    profile: str
    entity_id: str
    acs: str
    name_id_format: str
    name_id: str
    context: str
    #: Name and value of each claim that the profile requires.
    claims: tuple[tuple[str, str], ...]
    wants_assertion_signed: bool
    wants_response_signed: bool


def _filled(templates: tuple[Template, ...], otherwise: str) -> str:
    if not templates:
        return otherwise
    template = next((item for item in templates if item.status == "current"), templates[0])
    return template.expected({item.name: _word(item) for item in template.variables})


def _word(variable: Variable) -> str:
    return _WORDS.get(variable.name) or variable.default or variable.example or variable.name


@functools.cache
def profile_of(*names: str, over: str | None = None) -> Profile:
    """The merged profile of some products, perhaps under one of the integrator's own."""
    if over is None:
        return load_profile(*names)
    return load_profile_text(over, name="contoso.toml", over=names)


@functools.cache
def provider(name: str) -> Provider:
    """The identity provider of the profile idp/NAME."""
    profile = profile_of(f"idp/{name}")
    host = f"https://{name}.contoso.example"
    return Provider(
        profile=profile.id,
        entity_id=_filled(profile.idp_entity_ids, f"{host}/metadata"),
        sso=_filled(profile.sso_locations, f"{host}/sso"),
        habits=HABITS[name],
    )


@functools.cache
def service(name: str) -> Service:
    """The service provider of the profile sp/NAME."""
    profile = profile_of(f"sp/{name}")
    host = f"https://{name}.example.com"
    formats = profile.name_id_formats
    name_id_format = FORMATS + "emailAddress"
    if formats and name_id_format not in formats:
        name_id_format = formats[0]
    return Service(
        profile=profile.id,
        entity_id=_filled(profile.sp_entity_ids, f"{host}/saml"),
        acs=_filled(profile.acs_locations, f"{host}/saml/acs"),
        name_id_format=name_id_format,
        name_id=PERSISTENT if name_id_format == FORMATS_2 + "persistent" else EMAIL,
        context=_context(profile),
        claims=tuple(
            (claim.name, _value(claim.name, claim.value_type))
            for claim in profile.claims
            if claim.presence == "required"
        ),
        wants_assertion_signed=profile.signature_required in ("assertion", "both"),
        wants_response_signed=profile.signature_required in ("response", "both"),
    )


def _context(profile: Profile) -> str:
    """A class that the service provider accepts and that says how the user signed in."""
    presets = [item for classes in profile.authn_context_presets.values() for item in classes]
    known = (*profile.authn_contexts, *presets, CLASSES + "PasswordProtectedTransport")
    return next(item for item in known if not item.endswith("nspecified"))


def _value(name: str, kind: str | None) -> str:
    if name in _VALUES:
        return _VALUES[name]
    return _TYPED.get(kind or "", "Britta")
