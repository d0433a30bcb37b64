"""Rules on the texts of mdui:UIInfo and md:Organization: length, keywords, markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import LocalizedText, Organization, UIInfo
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui, metadata
from samlcheck.rules.metadata.extensions import REFEDS_UI, short
from samlcheck.rules.rule import INFO, WARNING, Hit, example, hit, rule
from samlcheck.xml.names import display, split_clark

_LONG: Final = 140
_MARKUP: Final = r"</?[A-Za-z][^<>]*>"
_REFERENCE: Final = r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,9});"
_DESCRIPTION: Final = ">Loans, reservations and electronic journals.</mdui:Description>"
_NAME: Final = ">Example Library</mdui:DisplayName>"
_END: Final = "      </mdui:UIInfo>"
_GOOD: Final = (example("sp"), example("idp"))
#: Names are shown in one line; in longer texts a line break is only a wrapped line.
_ONE_LINE: Final = ("DisplayName", "OrganizationName", "OrganizationDisplayName")


def _keywords(text: str) -> str:
    return f'        <mdui:Keywords xml:lang="en">{text}</mdui:Keywords>\n{_END}'


@rule(
    "ui-description-long",
    on=UIInfo,
    severity=INFO,
    cites=[REFEDS_UI],
    bad=[example("sp", (_DESCRIPTION, f">{'Loans and journals. ' * 8}</mdui:Description>"))],
    good=_GOOD,
)
def description_long(info: UIInfo, case: Case) -> Iterator[Hit]:
    """A description for people is long.

    mdui:Description has more than 140 characters, the most that federations advise.

    Why: login and consent pages have a line or two for it and cut off the rest.
    Fix: Say in one sentence what the service is for; the rest belongs on the page of
    mdui:InformationURL.
    """
    for text in info.descriptions:
        length = len(" ".join(text.text.split()))
        if length > _LONG:
            yield hit(
                text,
                f"The mdui:Description {short(text.value)} has {length} characters",
                expected=f"at most {_LONG} characters",
                actual=f"{length} characters",
            )


@rule(
    "ui-keywords-format",
    on=UIInfo,
    severity=WARNING,
    cites=[mdui("2.1.4")],
    bad=[
        example("sp", (_END, _keywords(""))),
        example("sp", (_END, _keywords("library, journals, loans"))),
        example("sp", (_END, _keywords("library + journals"))),
    ],
    good=[*_GOOD, example("sp", (_END, _keywords("library electronic+journals")))],
)
def keywords_format(info: UIInfo, case: Case) -> Iterator[Hit]:
    """Keywords are not written as a list of words.

    mdui:Keywords holds words with blanks between them; a blank inside a keyword is written as +.
    Commas and semicolons become part of a word.

    Why: a search for the word finds nothing, because the list holds another one.
    Fix: Put blanks between the keywords, and + in place of a blank inside one.
    """
    for text in info.keywords:
        problem = _keyword_problem(text.value.split())
        if problem is not None:
            yield hit(
                text,
                f"The mdui:Keywords {short(text.value)} {problem}",
                expected="words with blanks between them, such as 'library electronic+journals'",
                actual=text.value,
            )


def _keyword_problem(words: list[str]) -> str | None:
    if not words:
        return "is empty"
    for word in words:
        if word[-1] in ",;" or (len(words) == 1 and re.search("[,;]", word)):
            return "has commas or semicolons between the keywords"
        if word.strip("+") != word or "++" in word:
            return f"has a + that joins nothing in {word!r}"
    return None


@rule(
    "ui-html-in-text",
    on=(UIInfo, Organization),
    severity=WARNING,
    cites=[mdui("2.1.2"), mdui("2.1.3"), metadata("2.2.4")],
    bad=[
        example("sp", (_NAME, ">Example &lt;b>Library&lt;/b></mdui:DisplayName>")),
        example("sp", (_DESCRIPTION, ">Loans &amp;amp; reservations.</mdui:Description>")),
        example("sp", (_NAME, ">Example\n            Library</mdui:DisplayName>")),
    ],
    good=[
        *_GOOD,
        example("sp", (_DESCRIPTION, ">Loans &amp; journals,\n  for all.</mdui:Description>")),
    ],
)
def html_in_text(node: UIInfo | Organization, case: Case) -> Iterator[Hit]:
    """A text for people has markup in it.

    Names and descriptions are plain text. HTML tags and references that were escaped twice do
    not belong there. A line break inside a name is only noted.

    Why: pages show the markup as it is written, or drop it; where they trust it, it is a way to
    bring a script into them.
    Fix: Write plain text in one line; escape & and < once, as XML asks for.
    """
    for text in _texts(node):
        problem = _text_problem(text)
        wrapped = problem is None and _in_one_line(text) and "\n" in text.value
        if problem is not None or wrapped:
            yield hit(
                text,
                f"The {display(str(text.element.tag))} {short(text.value)} "
                f"{problem or 'has a line break in it'}",
                expected="plain text",
                actual=text.value,
                severity=INFO if wrapped else WARNING,
            )


def _texts(node: UIInfo | Organization) -> tuple[LocalizedText, ...]:
    if isinstance(node, Organization):
        return (*node.names, *node.display_names)
    return (*node.display_names, *node.descriptions)


def _text_problem(text: LocalizedText) -> str | None:
    if len(text.element):
        return None  # the schema allows no elements in it, and the rules on structure say so
    for pattern, words in ((_MARKUP, "the HTML tag"), (_REFERENCE, "the HTML reference")):
        found = re.search(pattern, text.text)
        if found is not None:
            return f"has {words} {short(found[0])} in it"
    return None


def _in_one_line(text: LocalizedText) -> bool:
    return split_clark(str(text.element.tag))[1] in _ONE_LINE


RULES = (description_long, keywords_format, html_in_text)
