"""Rules on xml:lang: each text for people says in which language it is, and once in each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model.node import XML_LANG
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui, metadata, rfc, xml
from samlcheck.rules.rule import ERROR, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.structure.elements import GOOD
from samlcheck.rules.structure.language_tags import LANGUAGES, is_language, language_doubt
from samlcheck.rules.structure.texts import HOLDERS, Holder, texts_of
from samlcheck.rules.structure.units import UNITS, Unit, told
from samlcheck.xml.names import MDRPI, MDUI, clark, display, split_clark

_NAME: Final = '<mdui:DisplayName xml:lang="en">'
_DISPLAY: Final = '<mdui:DisplayName xml:lang="en">Example Library</mdui:DisplayName>'
_SERVICE: Final = '<md:ServiceName xml:lang="en">Example Library</md:ServiceName>'
_POLICY: Final = clark(MDRPI, "RegistrationPolicy")
#: Of a mistake that an entity makes everywhere, so many places are shown.
_SHOWN: Final = 5


@rule(
    "xsd-lang-missing",
    on=UNITS,
    severity=ERROR,
    cites=[metadata("2.2.4"), metadata("2.2.5")],
    bad=[
        example("sp", ('<md:ServiceName xml:lang="en">', "<md:ServiceName>")),
        example("sp", (_NAME, "<mdui:DisplayName>")),
    ],
    good=GOOD,
)
def lang_missing(unit: Unit, case: Case) -> Iterator[Hit]:
    """A text for people does not say in which language it is.

    Names, descriptions and addresses that may be given in several languages need xml:lang each.

    Why: the schema requires it, so validating software refuses the document; other software does
    not know to whom it may show the text.
    Fix: Add xml:lang with the language of the text, such as xml:lang="en".
    """
    yield from told(unit, case, "xsd-lang-missing")


@rule(
    "xsd-lang-empty",
    on=HOLDERS,
    severity=WARNING,
    cites=[xml("2.12"), metadata("2.2.4")],
    bad=[example("sp", (_NAME, '<mdui:DisplayName xml:lang="">'))],
    good=GOOD,
)
def lang_empty(holder: Holder, case: Case) -> Iterator[Hit]:
    """The language of a text is left empty.

    xml:lang is there, but says nothing. XML reads that as: the language is not known.

    Why: software that chooses texts by language never finds this one; some refuse it.
    Fix: Write the language of the text, such as xml:lang="en".
    """
    empty = [text.element for text in case.once(texts_of, holder).localized if not text.lang]
    if empty:
        yield hit(
            empty[0],
            f"The xml:lang of {display(str(empty[0].tag))} is empty",
            attribute=XML_LANG,
            expected="the language of the text",
            actual="",
            related=_here_too(empty),
        )


def _here_too(elements: list[Element]) -> list[Place]:
    return [Place(element, XML_LANG, "here too") for element in elements[1 : _SHOWN + 1]]


@rule(
    "xsd-lang-invalid",
    on=UNITS,
    severity=WARNING,
    cites=[rfc(5646, "2.1"), rfc(5646, "2.2")],
    bad=[
        example("sp", (_NAME, '<mdui:DisplayName xml:lang="gb">')),
        example("sp", (_NAME, '<mdui:DisplayName xml:lang="en-UK">')),
        example("sp", (_NAME, '<mdui:DisplayName xml:lang="english">')),
        example("sp", (_NAME, '<mdui:DisplayName xml:lang="en_US">')),
    ],
    good=[
        *GOOD,
        example("sp", (_NAME, '<mdui:DisplayName xml:lang="en-GB">')),
        example("sp", (_NAME, '<mdui:DisplayName xml:lang="zh-Hant-TW">')),
        example("sp", (_NAME, '<mdui:DisplayName xml:lang="sma">')),
    ],
)
def lang_invalid(unit: Unit, case: Case) -> Iterator[Hit]:
    """A language is given by a code that does not exist.

    xml:lang holds a language tag: the code of a language of two letters, or of three where it has
    none of two, and perhaps a country, as in en or pt-BR. Codes of countries are none of
    languages. What does not even have the form of a tag breaks the schema and is an error.

    Why: software that chooses texts by language never finds this one.
    Fix: Write the code of the language, such as en, sv for Swedish or cs for Czech.
    """
    yield from told(unit, case, "xsd-lang-invalid")
    if not isinstance(unit, HOLDERS):
        return
    doubtful: dict[str, list[Element]] = {}
    for text in case.once(texts_of, unit).localized:
        if text.lang not in LANGUAGES and is_language(text.lang):
            doubtful.setdefault(text.lang, []).append(text.element)
    for lang, elements in doubtful.items():
        doubt = language_doubt(lang)
        if doubt is not None:
            yield hit(
                elements[0],
                f'The xml:lang "{lang}" {doubt.problem}'
                + (f"; {doubt.meant} is meant" if doubt.meant else ""),
                attribute=XML_LANG,
                expected=doubt.meant or "a language tag such as en or pt-BR",
                actual=lang,
                related=_here_too(elements),
            )


@rule(
    "xsd-lang-duplicate",
    on=HOLDERS,
    severity=ERROR,
    cites=[mdui("2.1.2"), mdui("2.1.3"), metadata("2.3.2.1"), metadata("2.4.4.1")],
    bad=[
        example("sp", (_DISPLAY, _DISPLAY + _DISPLAY.replace("Example Library", "Library"))),
        example("sp", (_SERVICE, _SERVICE + _SERVICE.replace('"en"', '"EN"'))),
    ],
    good=[
        *GOOD,
        example("sp", (_DISPLAY, _DISPLAY + _DISPLAY.replace('"en"', '"en-GB"'))),
    ],
)
def lang_duplicate(holder: Holder, case: Case) -> Iterator[Hit]:
    """A text is given twice in one language.

    Of the texts for people with the same name and parent, each has a language of its own; letter
    case does not count. For those of MDUI and MDRPI the specification says so; for the names of
    organizations and services it is a warning.

    Why: readers take the first or the last of the two, so partners show different texts.
    Fix: Remove one of them, or correct its xml:lang.
    """
    seen: dict[tuple[Element | None, str, str], Element] = {}
    for element, tag, lang in case.once(texts_of, holder).localized:
        first = seen.setdefault((element.getparent(), tag, lang.lower()), element)
        if first is not element and tag != _POLICY:  # rpi-policy-lang tells of the policies
            strict = split_clark(tag)[0] in (MDUI, MDRPI)
            yield hit(
                element,
                f"{display(tag)} is given twice in the language {lang!r}",
                attribute=XML_LANG,
                expected="a language that no other one has",
                actual=lang,
                severity=ERROR if strict else WARNING,
                related=[Place(first, XML_LANG, "the first one")],
            )


RULES = (
    lang_missing,
    lang_empty,
    lang_invalid,
    lang_duplicate,
)
