"""Rules on characters in values that nobody sees: blanks at the ends, invisible ones, doubles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml.etree import _Element as Element

from samlcheck.model import Text
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.message.values import NAME_ID, is_personal, judged_root, shown
from samlcheck.rules.rule import IDP, WARNING, Hit, example, hit, personal, rule
from samlcheck.xml import Document, text_of
from samlcheck.xml.names import SAML, SAMLP, clark, display

_NAMES: Final = (clark(SAML, "Issuer"), clark(SAML, "Audience"), NAME_ID)
#: Elements with an attribute that is compared as a whole, and that attribute.
_ADDRESSES: Final = {
    clark(SAMLP, "Response"): "Destination",
    clark(SAMLP, "AuthnRequest"): "AssertionConsumerServiceURL",
    clark(SAML, "SubjectConfirmationData"): "Recipient",
    clark(SAMLP, "StatusCode"): "Value",
}
_GOOD = (example("response"),)

#: A letter of Greek or Cyrillic within a word that has Latin letters too.
_MIXED: Final = re.compile("[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z]")


class _Compared(NamedTuple):
    """A value that is compared code point by code point, and where it stands."""

    element: Element
    attribute: str | None
    text: str

    @property
    def words(self) -> str:
        return self.attribute or display(str(self.element.tag))

    def hit(self, message: str, expected: str, case: Case) -> Hit:
        """Return a hit at the value, which is marked as personal where it is."""
        owner = case.sending_owner
        if self.attribute is not None:
            return hit(
                self.element,
                message,
                attribute=self.attribute,
                expected=expected,
                actual=self.text,
                owner=owner,
            )
        secret = is_personal(self.element)
        return hit(
            Text(element=self.element),
            message,
            expected=personal(expected) if secret else expected,
            actual=personal(self.text) if secret else self.text,
            owner=owner,
        )


def _compared(document: Document, case: Case) -> Iterator[_Compared]:
    root = judged_root(document, case)
    if root is None:
        return
    for element in root.iter(*_NAMES):
        yield _Compared(element, None, text_of(element))
    for element in root.iter(*_ADDRESSES):
        name = _ADDRESSES[str(element.tag)]
        value = element.get(name)
        if value is not None:
            yield _Compared(element, name, value)


@rule(
    "xml-whitespace-in-value",
    on=Document,
    severity=WARNING,
    cites=[core("1.3.1"), core("1.3.2")],
    owner=IDP,
    bad=[
        example(
            "response",
            (
                "<saml:Audience>https://sp.example.org/saml<",
                "<saml:Audience> https://sp.example.org/saml\n        <",
            ),
        ),
        example(
            "response",
            ("maria.lind@example.org</saml:NameID>", "maria.lind@example.org </saml:NameID>"),
        ),
    ],
    good=_GOOD,
)
def whitespace_in_value(document: Document, case: Case) -> Iterator[Hit]:
    """A value has white space around it.

    An Issuer, Audience, NameID, Destination, Recipient or status code starts or ends with a blank.
    Where Issuer or Destination is compared with metadata given, that comparison tells of it.

    Why: values are compared character by character. Some receivers trim them and some do not, so
    the login works at one service and fails at another, or the user gets a second account.
    Fix: Remove the white space from the value in the configuration of the identity provider.
    """
    for value in _compared(document, case):
        bare = value.text.strip(" \t\r\n")
        if bare and bare != value.text and not _told_elsewhere(value, case):
            yield value.hit(f"{value.words} has white space around its value", bare, case)


def _told_elsewhere(value: _Compared, case: Case) -> bool:
    """Tell whether a rule compares a value with metadata exactly, blanks and all."""
    if value.element.tag == _NAMES[0]:
        return case.idp is not None and case.response is not None
    return value.attribute == "Destination" and case.sp is not None


@rule(
    "xml-invisible-or-confusable",
    on=Document,
    severity=WARNING,
    cites=[core("1.3.1"), core("1.3.2")],
    owner=IDP,
    bad=[
        example(
            "response",
            ("maria.lind@example.org</saml:NameID>", "maria.lind\u200b@example.org</saml:NameID>"),
        ),
        example(
            "response",
            ("maria.lind@example.org</saml:NameID>", "m\u0430ria.lind@example.org</saml:NameID>"),
        ),
    ],
    good=[
        example("response"),
        example(
            "response",
            (
                "maria.lind@example.org</saml:NameID>",
                "\u043c\u0430\u0440\u0438\u044f@example.org</saml:NameID>",
            ),
            also=["attr-identity-mismatch"],
        ),
    ],
)
def invisible_or_confusable(document: Document, case: Case) -> Iterator[Hit]:
    """A value has a character that nobody sees or that looks like another.

    An Issuer, Audience, NameID, Destination or Recipient holds an invisible character, a blank
    other than U+0020, or a Greek or Cyrillic letter in a Latin word.

    Why: the value looks right and is not equal to what it is compared with; or somebody has
    registered a name that looks like another's.
    Fix: Type the value anew instead of copying it; for a NameID, find out how it came about.
    """
    for value in _compared(document, case):
        found = None if value.text.isascii() else _suspicious(value.text)
        if found is not None:
            words, character = found
            text = repr(value.text) if value.attribute else shown(value.element, value.text)
            yield value.hit(
                f"{value.words} {text} holds {words}, U+{ord(character):04X}",
                value.text.replace(character, ""),
                case,
            )


def _suspicious(text: str) -> tuple[str, str] | None:
    """Return the first suspicious character of a text, and what it is."""
    import unicodedata

    for character in text:
        category = unicodedata.category(character)
        if category in ("Cf", "Zl", "Zp") or (category == "Cc" and character not in "\t\r\n"):
            return "an invisible character", character
        if category == "Zs" and character != " ":
            return "a blank that is not the usual one", character
        plain = unicodedata.normalize("NFKC", character)
        if category.startswith("L") and plain != character and plain.isascii():
            return f"a character that looks like {plain!r}", character
    mixed = _MIXED.search(text)
    if mixed is None:
        return None
    other = next(character for character in mixed[0] if not character.isascii())
    return "a Greek or Cyrillic letter in a Latin word", other


RULES = (whitespace_in_value, invisible_or_confusable)
