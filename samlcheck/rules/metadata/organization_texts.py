"""Rules on the languages and names of an organization."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from samlcheck.model import EntityDescriptor, LocalizedText, Organization, UIInfo
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, paper
from samlcheck.rules.metadata.extensions import items_of, short
from samlcheck.rules.metadata.operators import folded
from samlcheck.rules.rule import INFO, OFF, Hit, Place, example, hit, rule
from samlcheck.rules.wording import all_of

_NAME: Final = '    <md:OrganizationName xml:lang="en">Example Library</md:OrganizationName>\n'
_GOOD: Final = (example("sp"), example("idp"))
_SWEDEN_CONNECT: Final = paper(
    "Sweden Connect: deployment profile",
    "https://docs.swedenconnect.se/technical-framework/latest/"
    "02_-_Deployment_Profile_for_the_Swedish_eID_Framework.html",
)


def _languages(texts: Sequence[LocalizedText]) -> set[str]:
    return {(text.lang or "").lower() for text in texts}


@rule(
    "org-lang-sets-differ",
    on=Organization,
    severity=INFO,
    cites=[metadata("2.3.2.1")],
    bad=[example("sp", (_NAME, _NAME + _NAME.replace('"en"', '"sv"')))],
    good=_GOOD,
)
def languages_differ(organization: Organization, case: Case) -> Iterator[Hit]:
    """The organization is not described in the same languages throughout.

    md:OrganizationName, md:OrganizationDisplayName and md:OrganizationURL are each given in some
    languages, and these are not the same. That is allowed.

    Why: pages that pick a language for the name find no address in it, or the other way round.
    Fix: Give all three in each language, or leave the language out of all.
    """
    parts = (
        ("OrganizationName", organization.names),
        ("OrganizationDisplayName", organization.display_names),
        ("OrganizationURL", organization.urls),
    )
    found = {name: _languages(texts) for name, texts in parts if texts}
    everything = set().union(*found.values())
    lacking = [
        f"{name} lacks {all_of(sorted(map(repr, everything - languages)))}"
        for name, languages in found.items()
        if everything - languages
    ]
    if lacking:
        yield hit(
            organization,
            f"The parts of the Organization are in different languages: {all_of(lacking)}",
            expected="the same languages in all three",
        )


@rule(
    "org-display-is-service",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_SWEDEN_CONNECT],
    bad=[
        example(
            "sp",
            (_NAME, _NAME.replace("Example Library", "City of Example")),
            enable=["org-display-is-service"],
        )
    ],
    good=[*_GOOD, example("sp", enable=["org-display-is-service"])],
)
def display_is_service(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The display name of the organization is that of the service.

    md:OrganizationDisplayName is the same as mdui:DisplayName of the service provider in the same
    language, while md:OrganizationName is another one.

    Why: pages that show who runs a service then show the name of the service twice.
    Fix: Write the name of the organization into md:OrganizationDisplayName.
    """
    organization = entity.organization
    if organization is None:
        return
    shown = {
        ((name.lang or "").lower(), folded(name.value))
        for role in entity.sp_roles
        for info in items_of(role.extensions, UIInfo)
        for name in info.display_names
    }
    names = {(name.lang or "").lower(): name for name in organization.names}
    for display in organization.display_names:
        language = (display.lang or "").lower()
        name = names.get(language)
        mine = folded(display.value)
        if (language, mine) in shown and name is not None and folded(name.value) != mine:
            yield hit(
                display,
                f"The OrganizationDisplayName {short(display.value)} is the name of the service",
                expected=name.value,
                actual=display.value,
                related=[Place(name, None, "the name of the organization")],
            )


RULES = (languages_differ, display_is_service)
