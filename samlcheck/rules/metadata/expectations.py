"""What the templates of a profile say of the identifiers and locations of an entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from samlcheck.model import (
    EntitiesDescriptor,
    EntityDescriptor,
    IDPSSODescriptor,
    Node,
    SPSSODescriptor,
    effective_default,
)
from samlcheck.profiles import Profile, Template, first_match
from samlcheck.records import frozen
from samlcheck.rules.case import Case, Given
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import Hit, Place, hit
from samlcheck.xml.names import HTTP_POST, HTTP_REDIRECT

ENTITY_ID = "profile-entityid-unexpected"
ACS = "profile-acs-unexpected"
SSO = "profile-sso-unexpected"
CONFLICT = "profile-variable-conflict"

#: The template whose form a value has, and the text of each use of a variable in it.
_Form = tuple[Template, tuple[tuple[str, str], ...]]


@frozen(kw_only=True, eq=False)
class _Expectation:
    """A value of the metadata and the templates that the profile has for it."""

    slug: str
    node: Node
    attribute: str
    words: str
    value: str
    templates: tuple[Template, ...]
    otherwise: str
    #: Only some values have to match; all have to agree with the others where they do.
    required: bool = True


def _expectations(
    entity: EntityDescriptor, side: str | None, profile: Profile
) -> list[_Expectation]:
    sp = entity.sp if side != "idp" else None
    idp = entity.idp if side != "sp" else None
    found: list[_Expectation] = []
    identifiers: tuple[Template, ...] = ()
    otherwise = profile.idp_entity_id_otherwise
    if sp is not None and profile.sp_entity_ids:
        identifiers, otherwise = profile.sp_entity_ids, profile.sp_entity_id_otherwise
    if idp is not None:
        identifiers += profile.idp_entity_ids
    if entity.entity_id and identifiers:
        found.append(
            _Expectation(
                slug=ENTITY_ID,
                node=entity,
                attribute="entityID",
                words="entityID",
                value=entity.entity_id,
                templates=identifiers,
                otherwise=otherwise,
            )
        )
    if sp is not None and profile.acs_locations:
        found.extend(_reply_urls(sp, profile))
    if idp is not None and profile.sso_locations:
        found.extend(_sign_on_urls(idp, profile))
    if sp is not None and profile.sp_logout_locations:
        found.extend(_logout_urls(sp, profile.sp_logout_locations))
    if idp is not None and profile.idp_logout_locations:
        found.extend(_logout_urls(idp, profile.idp_logout_locations))
    return found


def _reply_urls(role: SPSSODescriptor, profile: Profile) -> Iterator[_Expectation]:
    """Yield the default reply URL, which has to match, and then the others."""
    services = role.assertion_consumer_services
    default = effective_default(services)
    seen: set[str] = set()
    for service in sorted(services, key=lambda item: item is not default):
        if service.location and service.location not in seen:
            seen.add(service.location)
            yield _Expectation(
                slug=ACS,
                node=service,
                attribute="Location",
                words="default reply URL" if service is default else "reply URL",
                value=service.location,
                templates=profile.acs_locations,
                otherwise=profile.acs_otherwise,
                required=service is default,
            )


def _sign_on_urls(role: IDPSSODescriptor, profile: Profile) -> Iterator[_Expectation]:
    seen: set[str] = set()
    for service in role.single_sign_on_services:
        if not service.location or service.binding not in (HTTP_REDIRECT, HTTP_POST):
            continue
        if service.location not in seen:
            seen.add(service.location)
            yield _Expectation(
                slug=SSO,
                node=service,
                attribute="Location",
                words="sign-on URL",
                value=service.location,
                templates=profile.sso_locations,
                otherwise=profile.sso_otherwise,
            )


def _logout_urls(
    role: SPSSODescriptor | IDPSSODescriptor, templates: tuple[Template, ...]
) -> Iterator[_Expectation]:
    """Yield the logout URLs: another form is nobody's business, another customer is."""
    for location in dict.fromkeys(item.location for item in role.single_logout_services):
        if location:
            yield _Expectation(
                slug=CONFLICT,
                node=next(
                    item for item in role.single_logout_services if item.location == location
                ),
                attribute="Location",
                words="logout URL",
                value=location,
                templates=templates,
                otherwise="off",
                required=False,
            )


def judged(subject: EntityDescriptor | Given, case: Case, slug: str) -> Iterator[Hit]:
    """Yield the hits of one rule: values bind the variables in turn, later ones have to agree."""
    entity = subject.entity if isinstance(subject, Given) else subject
    if entity is None:
        return
    profile = case.profile
    wanted = _expectations(entity, getattr(subject, "side", None), profile)
    if isinstance(case.metadata, EntitiesDescriptor) and not any(
        _form(item) is not None for item in wanted
    ):
        return  # in an aggregate, entities of another kind are not the profile's business
    bound: Mapping[str, str] = profile.bound
    origins: dict[str, _Expectation | None] = dict.fromkeys(bound)
    for item in wanted:
        found = first_match(item.templates, item.value, bound)
        if found is not None:
            bound = found[1]
            origins.update((name, item) for name in bound if name not in origins)
            continue
        form = _form(item)
        if form is not None:
            if slug == CONFLICT:
                yield from _conflict(item, form, bound, origins)
        elif slug == item.slug and item.required and item.otherwise != "off":
            yield _unexpected(item, bound, profile)


def _form(item: _Expectation) -> _Form | None:
    """Return the template whose form a value has, whatever its variables, and their texts."""
    for template in item.templates:
        if template.exact and template.text == item.value:
            return template, ()
        uses = template.uses(item.value)
        if uses is not None:
            return template, uses
    return None


def _conflict(
    item: _Expectation,
    form: _Form,
    bound: Mapping[str, str],
    origins: Mapping[str, _Expectation | None],
) -> Iterator[Hit]:
    template, uses = form
    folded = {use.name for use in template.variables if use.case_insensitive}
    known = dict(bound)
    for name, text in uses:
        other = known.setdefault(name, text)
        if other == text or (name in folded and other.lower() == text.lower()):
            continue
        origin = origins.get(name, item)
        source = "the profile" if origin is None else f"the {origin.words}"
        message = f"The {item.words} {item.value!r} has the {name} {text!r}"
        yield hit(
            item.node,
            f"{message} and also {other!r}" if origin is item else f"{message}, {source} {other!r}",
            attribute=item.attribute,
            expected=template.expected(known),
            actual=item.value,
            related=[]
            if origin is None or origin is item
            else [Place(origin.node, origin.attribute, f"where the {name} is {other}")],
        )
        return


def _unexpected(item: _Expectation, bound: Mapping[str, str], profile: Profile) -> Hit:
    near = _near(item.value, item.templates, bound)
    current = [template for template in item.templates if template.status != "legacy"]
    expected = near or (current or item.templates)[0].expected(bound)
    what = None if near is None else difference(item.value, near)
    words = "" if what is None else f"; it differs from {near!r} only in {what}"
    return hit(
        item.node,
        f"The {item.words} is {item.value!r}, which the profile {profile.id} does not expect"
        + words,
        attribute=item.attribute,
        expected=expected,
        actual=item.value,
        severity=item.otherwise,
    )


def _near(value: str, templates: Iterable[Template], bound: Mapping[str, str]) -> str | None:
    """Return what the profile expects when the value differs from it only a little."""
    bare = value.strip()
    swapped = "http" + bare[5:] if bare.startswith("https:") else bare.replace("http:", "https:", 1)
    tried = (
        bare,
        bare.removesuffix("/"),
        bare + "/",
        swapped,
        bare.lower(),
        bare.partition("?")[0],
    )
    for changed in tried:
        if changed != value and first_match(templates, changed, bound) is not None:
            return changed
    texts = (template.expected(bound) for template in templates)
    return next((text for text in texts if difference(value, text) is not None), None)
