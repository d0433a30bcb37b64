"""Rules on which languages the texts of an entity are in: in English, in the local one, in all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation, paper
from samlcheck.rules.rule import OFF, Hit, Place, example, hit, rule
from samlcheck.rules.structure.texts import Localized, texts_of
from samlcheck.xml.names import MDRPI, MDUI, clark, display

_SWAMID: Final = Citation(
    "SWAMID SAML WebSSO Technology Profile",
    None,
    "https://www.sunet.se/services/identifiering/swamid",
)
_EDUGAIN: Final = paper("eduGAIN SAML Profile", "https://technical.edugain.org/documents")
_ORGANIZATION: Final = (
    '    <md:OrganizationName xml:lang="en">Example Library</md:OrganizationName>\n'
)
_SWEDISH: Final = (
    _ORGANIZATION,
    _ORGANIZATION + _ORGANIZATION.replace('"en"', '"sv"').replace("Example Library", "Biblioteket"),
)
_IN_SWEDISH: Final = ('xml:lang="en"', 'xml:lang="sv"')
#: Texts of which rules of their own ask for English.
_OTHERS: Final = (clark(MDUI, "DisplayName"), clark(MDRPI, "RegistrationPolicy"))
_GOOD: Final = (example("sp"), example("idp"))

#: The texts of one name in one parent.
_Group = list[Localized]


def _groups(entity: EntityDescriptor, case: Case) -> list[_Group]:
    """Return the texts of an entity, those of one name in one parent together."""
    found: dict[tuple[Element | None, str], _Group] = {}
    for text in case.once(texts_of, entity).localized:
        found.setdefault((text.element.getparent(), text.tag), []).append(text)
    return list(found.values())


def _language(text: Localized) -> str:
    return text.lang.lower().partition("-")[0]


def _lacking(groups: list[_Group], language: str) -> list[_Group]:
    return [group for group in groups if all(_language(text) != language for text in group)]


def _gap(groups: list[_Group], language: str) -> Hit:
    first, *others = groups
    return hit(
        first[0].element,
        f"{display(first[0].tag)} is not given in the language {language!r}",
        expected=f'a {display(first[0].tag)} with xml:lang="{language}"',
        actual=", ".join(sorted({text.lang for text in first})),
        related=[Place(group[0].element, None, "nor this one") for group in others],
    )


@rule(
    "xsd-lang-coverage-gap",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_SWAMID],
    bad=[example("sp", _SWEDISH, enable=["xsd-lang-coverage-gap"], also=["org-lang-sets-differ"])],
    good=[example("sp", enable=["xsd-lang-coverage-gap"])],
)
def coverage_gap(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A text is not given in each language that the entity uses.

    One text of the entity is in a language in which another one is missing.

    Why: people who see the one text in their language see the other in a foreign one, on one page.
    Fix: Give each text in the same languages.
    """
    groups = _groups(entity, case)
    languages = {_language(text) for group in groups for text in group if text.lang}
    for language in sorted(languages):
        lacking = _lacking(groups, language)
        if lacking:
            yield _gap(lacking, language)


@rule(
    "xsd-lang-no-english",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_EDUGAIN, _SWAMID],
    bad=[example("sp", _IN_SWEDISH, enable=["xsd-lang-no-english"])],
    good=[
        example("sp", enable=["xsd-lang-no-english"]),
        example("sp", ('xml:lang="en"', 'xml:lang="en-GB"'), enable=["xsd-lang-no-english"]),
    ],
)
def no_english(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A text is not given in English.

    Names, descriptions and addresses of the entity are given, but not with xml:lang="en" or a
    variant of it.

    Why: federations exchange metadata across borders, and English is what people elsewhere read.
    Fix: Add the English text with xml:lang="en".
    """
    groups = [group for group in _groups(entity, case) if group[0].tag not in _OTHERS]
    lacking = _lacking(groups, "en")
    if lacking:
        yield _gap(lacking, "en")


@rule(
    "xsd-lang-no-local",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_SWAMID],
    bad=[
        example("sp", enable=["xsd-lang-no-local"], lists={"languages": ["sv"]}),
    ],
    good=[
        example("sp", _IN_SWEDISH, enable=["xsd-lang-no-local"], lists={"languages": ["sv"]}),
        example("sp", enable=["xsd-lang-no-local"], note="A profile without languages"),
    ],
)
def no_local(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A text is not given in a language of the federation.

    The profile names languages; a text of the entity lacks one of them.

    Why: the people of the federation see the name or description in a foreign language.
    Fix: Add the text in the language named.
    """
    wanted = case.profile.metadata.get("languages", ())
    groups = _groups(entity, case) if wanted else []
    for language in wanted:
        lacking = _lacking(groups, language.lower())
        if lacking:
            yield _gap(lacking, language)


RULES = (
    coverage_gap,
    no_english,
    no_local,
)
