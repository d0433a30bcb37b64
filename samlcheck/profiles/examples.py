"""The examples of a profile: inputs and the rules that have to fire on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from samlcheck.profiles.profile import Profile
from samlcheck.profiles.template import Template, first_match

_ENTITY_ID: Final = "profile-entityid-unexpected"
_CONFLICT: Final = "profile-variable-conflict"
_MISSING: Final = "attr-required-missing"
_NEAR: Final = "attr-name-near-miss"


def found_by(profile: Profile, example: Mapping[str, Any]) -> list[str]:
    """Return the rules that fire on one example, in the order in which they are listed.

    An example has identifiers and locations, and perhaps the names of the claims that are sent.
    """
    sp, idp = example.get("sp", {}), example.get("idp", {})
    bound: dict[str, str] = dict(profile.bound)
    found: list[str] = []
    for rule, templates, value in (
        (_ENTITY_ID, profile.sp_entity_ids, sp.get("entity_id")),
        ("profile-acs-unexpected", profile.acs_locations, sp.get("acs")),
        (_ENTITY_ID, profile.idp_entity_ids, idp.get("entity_id")),
        ("profile-sso-unexpected", profile.sso_locations, idp.get("sso")),
    ):
        found.extend(_of_place(rule, templates, value, bound))
    if "claims" in example:
        found.extend(_of_claims(profile, example["claims"]))
    return found


def _of_place(
    rule: str, templates: tuple[Template, ...], value: str | None, bound: dict[str, str]
) -> Iterator[str]:
    """Yield what is found for one identifier or location; its variables are bound from then on."""
    if value is None or not templates:
        return
    match = first_match(templates, value, bound)
    if match is not None:
        bound.update(match[1])
    elif any(template.uses(value) is not None for template in templates):
        yield _CONFLICT
    else:
        yield rule


def _of_claims(profile: Profile, names: Iterable[str]) -> Iterator[str]:
    sent = set(names)
    missing = [
        claim
        for claim in profile.claims
        if claim.presence == "required" and sent.isdisjoint((claim.name, *claim.also_accepted))
    ]
    if missing:
        yield _MISSING
    if any(not sent.isdisjoint(claim.aliases) for claim in missing):
        yield _NEAR
