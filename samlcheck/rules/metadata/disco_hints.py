"""Rules on mdui:DiscoHints, by which a discovery service proposes an identity provider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    DiscoHints,
    EntityAttributes,
    EntityDescriptor,
    IDPSSODescriptor,
    RoleDescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui, paper
from samlcheck.rules.metadata.extensions import (
    FEDERATION_IDP,
    IDP_ROLE,
    items_of,
    misplaced,
    place_words,
)
from samlcheck.rules.rule import ERROR, INFO, OFF, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml import Document
from samlcheck.xml.names import MDATTR, MDUI, SAML, clark

_HINTS: Final = clark(MDUI, "DiscoHints")
_HIDDEN: Final = "http://refeds.org/category/hide-from-discovery"
_CATEGORY: Final = "http://macedir.org/entity-category"
_UI_INFO: Final = "      <mdui:UIInfo>"
_END: Final = "      </mdui:UIInfo>"
_IDP_ROLE: Final = '  <md:IDPSSODescriptor WantAuthnRequestsSigned="true"'
_SOME: Final = "<mdui:DiscoHints><mdui:DomainHint>example.org</mdui:DomainHint></mdui:DiscoHints>"
_BESIDE: Final = tuple(slug for slug in FEDERATION_IDP if slug != "disc-hints-missing")
_HIDE: Final = (
    f'<mdattr:EntityAttributes xmlns:mdattr="{MDATTR}"><saml:Attribute xmlns:saml="{SAML}" '
    f'Name="{_CATEGORY}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">'
    f"<saml:AttributeValue>{_HIDDEN}</saml:AttributeValue></saml:Attribute>"
    "</mdattr:EntityAttributes>"
)


def _with(hints: str) -> tuple[str, str]:
    return (_END, f"{_END}\n      {hints}")


_GOOD: Final = (example("sp"), example("idp"), example("idp", _with(_SOME)))


@rule(
    "disc-hints-missing",
    on=IDPSSODescriptor,
    severity=OFF,
    cites=[mdui("2.2")],
    unless=["disc-hints-misplaced"],
    bad=[example("idp", profile="federation", also=_BESIDE)],
    good=[*_GOOD, example("idp", _with(_SOME), profile="federation", also=_BESIDE)],
)
def hints_missing(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The identity provider gives discovery services no hints.

    There is no mdui:DiscoHints in the md:Extensions of md:IDPSSODescriptor.

    Why: a discovery service can propose the right institution by network, domain or place; without
    hints people search a long list.
    Fix: Add mdui:DiscoHints with the domains and networks of the institution.
    """
    if not items_of(role.extensions, DiscoHints):
        yield hit(
            role,
            "The identity provider has no mdui:DiscoHints",
            expected="an mdui:DiscoHints in its md:Extensions",
        )


@rule(
    "disc-hints-misplaced",
    on=Document,
    severity=ERROR,
    cites=[mdui("2.2")],
    bad=[
        example("sp", (_UI_INFO, f"      {_SOME}\n{_UI_INFO}")),
        example("idp", (_IDP_ROLE, f"  <md:Extensions>{_SOME}</md:Extensions>\n{_IDP_ROLE}")),
    ],
    good=_GOOD,
)
def hints_misplaced(document: Document, case: Case) -> Iterator[Hit]:
    """Hints for discovery stand where nobody looks for them.

    mdui:DiscoHints belongs in the md:Extensions of md:IDPSSODescriptor.

    Why: discovery services read it there only; at a service provider it means nothing.
    Fix: Move mdui:DiscoHints into the md:Extensions of md:IDPSSODescriptor, or remove it.
    """
    for element in misplaced(document, _HINTS, (IDP_ROLE,)):
        yield hit(
            element,
            f"mdui:DiscoHints {place_words(element)}",
            expected="the md:Extensions of md:IDPSSODescriptor",
        )


@rule(
    "disc-hints-duplicate",
    on=RoleDescriptor,
    severity=ERROR,
    cites=[mdui("2.2")],
    bad=[example("idp", _with(_SOME + _SOME))],
    good=_GOOD,
)
def hints_duplicate(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A role has more than one mdui:DiscoHints.

    At most one mdui:DiscoHints may stand in one md:Extensions; it holds all hints.

    Why: readers take the first one or the last, so part of the hints is never used.
    Fix: Put all hints into one mdui:DiscoHints.
    """
    found = items_of(role.extensions, DiscoHints)
    for hints in found[1:]:
        yield hit(
            hints,
            f"The role has {len(found)} mdui:DiscoHints elements",
            expected="one mdui:DiscoHints",
            actual=str(len(found)),
            related=[Place(found[0], None, "the first one")],
        )


@rule(
    "disc-hints-empty",
    on=DiscoHints,
    severity=WARNING,
    cites=[mdui("2.2.1")],
    bad=[example("idp", _with("<mdui:DiscoHints/>"))],
    good=_GOOD,
)
def hints_empty(hints: DiscoHints, case: Case) -> Iterator[Hit]:
    """An mdui:DiscoHints holds nothing.

    The element is there but has no child element.

    Why: it says nothing to anybody; most often the form that wrote it was left empty.
    Fix: Add a hint, or leave mdui:DiscoHints out.
    """
    if next(hints.element.iterchildren("*"), None) is None:
        yield hit(hints, "The mdui:DiscoHints is empty", expected="at least one hint")


@rule(
    "disc-hidden-but-hints",
    on=EntityDescriptor,
    severity=INFO,
    cites=[paper("REFEDS: Hide From Discovery", "https://refeds.org/category/hide-from-discovery")],
    bad=[
        example(
            "idp",
            _with(_SOME),
            (_IDP_ROLE, f"  <md:Extensions>{_HIDE}</md:Extensions>\n{_IDP_ROLE}"),
        )
    ],
    good=_GOOD,
)
def hidden_but_hints(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The identity provider hides from discovery and gives hints for it.

    The entity is in the category hide-from-discovery and has mdui:DiscoHints.

    Why: the hints are never used; one of the two is left over from an earlier state.
    Fix: Remove the category when people shall find the identity provider, else the hints.
    """
    hidden = [
        value
        for attributes in items_of(entity.extensions, EntityAttributes)
        for attribute in attributes.attributes
        if attribute.name == _CATEGORY
        for value in attribute.values
        if value.value == _HIDDEN
    ]
    if not hidden:
        return
    for role in entity.idp_roles:
        for hints in items_of(role.extensions, DiscoHints):
            yield hit(
                hints,
                "The identity provider hides from discovery and has mdui:DiscoHints",
                expected="one of the two",
                related=[Place(hidden[0], None, "the category that hides it")],
            )


RULES = (hints_missing, hints_misplaced, hints_duplicate, hints_empty, hidden_but_hints)
