"""Rules of SAFIRE, the South African identity federation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Attribute, EntityDescriptor, Scope
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation
from samlcheck.rules.metadata.category_registry import attributes_of
from samlcheck.rules.metadata.sample_attributes import container, extended
from samlcheck.rules.rule import OFF, Hit, Place, example, hit, rule
from samlcheck.rules.wording import any_of

_REQUIREMENTS: Final = Citation(
    "SAFIRE: requirements for metadata", None, "https://safire.ac.za/technical/metadata/"
)
_PREFIX: Final = "urn:x-safire.ac.za:"
_SWITCH: Final = ("true", "false", "yes", "no")
#: What the values of an attribute may be.
_VALUES: Final = {
    "publish-to-edugain": _SWITCH,
    "participation-agreement": _SWITCH,
    "hidden": _SWITCH,
    "schacHomeOrganizationType": (
        "urn:schac:homeOrganizationType:int:university",
        "urn:schac:homeOrganizationType:int:NREN",
        "urn:schac:homeOrganizationType:int:other",
        "urn:schac:homeOrganizationType:za:research-council",
    ),
}
_IDP_ONLY: Final = ("schacHomeOrganization", "schacHomeOrganizationType", "scoping-disable")
_SP_ONLY: Final = ("consent-disable", "purpose-is-to")
_LONGEST: Final = 200
_ENABLED: Final = ["safire-attrs"]
_ALSO: Final = ("ea-name-unknown",)


def _attribute(name: str, value: str) -> str:
    return (
        f'      <saml:Attribute FriendlyName="{name}" Name="{_PREFIX}{name}" '
        'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">\n'
        f"        <saml:AttributeValue>{value}</saml:AttributeValue>\n"
        "      </saml:Attribute>\n"
    )


def _with(base: str, *attributes: str) -> tuple[str, str]:
    return extended(base, container(*attributes))


@rule(
    "safire-attrs",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_REQUIREMENTS],
    bad=[
        example("idp", _with("idp", _attribute("hidden", "maybe")), enable=_ENABLED, also=_ALSO),
        example(
            "idp",
            _with("idp", _attribute("schacHomeOrganization", "example.net")),
            enable=_ENABLED,
            also=_ALSO,
        ),
        example(
            "sp",
            _with("sp", _attribute("schacHomeOrganization", "example.org")),
            enable=_ENABLED,
            also=_ALSO,
        ),
    ],
    good=[
        example(
            "idp",
            _with(
                "idp",
                _attribute("hidden", "false"),
                _attribute("schacHomeOrganization", "example.org"),
            ),
            enable=_ENABLED,
            also=_ALSO,
        ),
        example("sp", enable=_ENABLED),
    ],
)
def registry_attributes(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The registry's own entity attributes of SAFIRE are not in order.

    Attributes under urn:x-safire.ac.za: are there once, have the values that the registry knows,
    and stand at the right kind of entity; schacHomeOrganization is one of the scopes of the
    identity provider, and purpose-is-to has at most 200 characters.

    Why: the hub of the federation works by these attributes.
    Fix: Correct the value, or ask the federation to do it.
    """
    seen: dict[str, Attribute] = {}
    for attribute in attributes_of(entity):
        if not (attribute.name or "").startswith(_PREFIX):
            continue
        name = (attribute.name or "").removeprefix(_PREFIX)
        first = seen.setdefault(name, attribute)
        if first is not attribute:
            yield hit(
                attribute,
                f"The attribute {name} is there twice",
                attribute="Name",
                expected="the attribute once",
                related=[Place(first, "Name", "the first one")],
            )
        yield from _right_entity(entity, attribute, name)
        yield from _right_value(entity, attribute, name)


def _right_entity(entity: EntityDescriptor, attribute: Attribute, name: str) -> Iterator[Hit]:
    if name in _IDP_ONLY and entity.sp_roles and not entity.idp_roles:
        yield hit(
            attribute,
            f"The attribute {name} is at a service provider",
            attribute="Name",
            expected="the attribute at identity providers only",
        )
    if name in _SP_ONLY and entity.idp_roles and not entity.sp_roles:
        yield hit(
            attribute,
            f"The attribute {name} is at an identity provider",
            attribute="Name",
            expected="the attribute at service providers only",
        )


def _right_value(entity: EntityDescriptor, attribute: Attribute, name: str) -> Iterator[Hit]:
    if not attribute.values:
        return
    value = attribute.values[0]
    allowed = _VALUES.get(name)
    if allowed is not None and value.value not in allowed:
        yield hit(
            value,
            f"The attribute {name} has the value {value.value!r}",
            expected=any_of(allowed),
            actual=value.value,
        )
    if name == "purpose-is-to" and len(value.value) > _LONGEST:
        yield hit(
            value,
            f"The attribute {name} has {len(value.value)} characters",
            expected=f"at most {_LONGEST} characters",
        )
    if name == "schacHomeOrganization" and entity.idp_roles:
        scopes = [
            item.value
            for role in entity.idp_roles
            for item in (role.extensions.items if role.extensions is not None else ())
            if isinstance(item, Scope)
        ]
        if value.value not in scopes:
            yield hit(
                value,
                f"schacHomeOrganization is {value.value!r}, which is none of the scopes",
                expected=any_of(scopes) or "a shibmd:Scope with the same value",
                actual=value.value,
            )


RULES = (registry_attributes,)
