"""Rules on characters in values that nobody sees, and on values that are too long.

In messages and in metadata: blanks at the ends, invisible characters, letters that look alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import Assertion, EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, saml2int
from samlcheck.rules.rule import INFO, OFF, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.structure.texts import HOLDERS, Holder, texts_of
from samlcheck.rules.structure.units import sender
from samlcheck.xml import Document, text_of
from samlcheck.xml.names import DS, XENC, display, split_clark

_GOOD: Final = (example("sp"), example("idp"), example("response"))
_FORMAT: Final = "nameid-format:persistent<"
#: A letter of Greek or Cyrillic within a word that has Latin letters too.
_MIXED: Final = re.compile("[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z]")
#: Characters without a look of their own that writing some languages takes.
_NEEDED: Final = "\u00ad\u200c\u200d\u200e\u200f"
#: saml2int limits what deployments produce; keys and ciphertext are longer by nature.
_LONGEST: Final = 256
_WITHOUT_LIMIT: Final = (DS, XENC)


@rule(
    "xml-whitespace-in-value",
    on=(Document, *HOLDERS),
    severity=WARNING,
    cites=[core("1.3.1"), core("1.3.2")],
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
        example("sp", (_FORMAT, _FORMAT.replace("<", " <"))),
    ],
    good=_GOOD,
)
def whitespace_in_value(judged: Document | Holder, case: Case) -> Iterator[Hit]:
    """A value has white space around it.

    An Issuer, Audience, NameID, Destination, Recipient or status code of a message, or a URI in
    metadata such as a NameIDFormat, starts or ends with a blank. Where Issuer or Destination is
    compared with metadata given, that comparison tells of it. In metadata it is information, since
    a reader that goes by the schemas takes the blanks away.

    Why: values are compared character by character. Some receivers trim them and some do not, so
    the login works at one service and fails at another, or the user gets a second account.
    Fix: Remove the white space from the value in the configuration of the sender, or from the
    metadata.
    """
    if not isinstance(judged, Document):
        yield from _padded(case.once(texts_of, judged).padded)
        return
    if case.kind != "message":
        return
    from samlcheck.rules.message.compared import compared, told_elsewhere

    for value in compared(judged, case):
        bare = value.text.strip(" \t\r\n")
        if bare and bare != value.text and not told_elsewhere(value, case):
            yield value.hit(f"{value.words} has white space around its value", bare, case)


def _padded(elements: tuple[Element, ...]) -> Iterator[Hit]:
    """Yield one hit for all of an entity: mostly its metadata were indented by a program."""
    for element in elements[:1]:
        others = f", and {len(elements) - 1} more have" if len(elements) > 1 else " has"
        yield hit(
            element,
            f"{display(str(element.tag))}{others} white space around the value",
            expected=text_of(element).strip(),
            actual=text_of(element),
            severity=INFO,
            related=[Place(other, None, "here too") for other in elements[1:4]],
        )


@rule(
    "xml-invisible-or-confusable",
    on=(Document, *HOLDERS),
    severity=WARNING,
    cites=[core("1.3.1"), core("1.3.2")],
    bad=[
        example(
            "response",
            ("maria.lind@example.org</saml:NameID>", "maria.lind\u200b@example.org</saml:NameID>"),
        ),
        example(
            "response",
            ("maria.lind@example.org</saml:NameID>", "m\u0430ria.lind@example.org</saml:NameID>"),
        ),
        example("sp", (_FORMAT, _FORMAT.replace("<", "\u00a0<")), also=["nameid-format-unknown"]),
        example("sp", (">Example Library</md:Org", ">Example\u200b Library</md:Org")),
    ],
    good=[
        *_GOOD,
        example(
            "response",
            (
                "maria.lind@example.org</saml:NameID>",
                "\u043c\u0430\u0440\u0438\u044f@example.org</saml:NameID>",
            ),
            also=["attr-identity-mismatch"],
        ),
        example("sp", (">Example Library</md:Org", ">Bibliothèque\u00a0: l\u2019exemple</md:Org")),
    ],
)
def invisible_or_confusable(judged: Document | Holder, case: Case) -> Iterator[Hit]:
    """A value has a character that nobody sees or that looks like another.

    An Issuer, Audience, NameID, Destination or Recipient of a message, or an entityID, Location or
    other URI in metadata, holds an invisible character, a blank other than U+0020, or a Greek or
    Cyrillic letter in a Latin word. In names that people read only invisible characters are told
    of, as information.

    Why: the value looks right and is not equal to what it is compared with; or somebody has
    registered a name that looks like another's.
    Fix: Type the value anew instead of copying it; for a NameID, find out how it came about.
    """
    if not isinstance(judged, Document):
        yield from _odd_in_metadata(judged, case)
        return
    if case.kind != "message":
        return
    from samlcheck.rules.message.compared import compared

    for value in compared(judged, case):
        found = None if value.text.isascii() else _suspicious(value.text)
        if found is not None:
            yield value.hit(
                f"{value.words} {value.quoted} holds {_words(found)}",
                value.text.replace(found[1], ""),
                case,
            )


def _odd_in_metadata(holder: Holder, case: Case) -> Iterator[Hit]:
    for element, is_uri in case.once(texts_of, holder).beyond_ascii:
        found = _suspicious(text_of(element)) if is_uri else _invisible(text_of(element))
        if found is not None:
            name = display(str(element.tag))
            severity = None if is_uri else INFO
            yield hit(element, f"{name} holds {_words(found)}", severity=severity)
    if not isinstance(holder, EntityDescriptor):
        return
    if holder.entity_id is not None and not holder.entity_id.isascii():
        found = _suspicious(holder.entity_id)
        if found is not None:
            yield hit(holder, f"The entityID holds {_words(found)}", attribute="entityID")
    for role in holder.roles:
        for endpoint in role.endpoints():
            location = endpoint.location
            found = None if location is None or location.isascii() else _suspicious(location)
            if found is not None:
                words = f"The Location of {endpoint.service} holds {_words(found)}"
                yield hit(endpoint, words, attribute="Location", actual=location)


def _words(found: tuple[str, str]) -> str:
    return f"{found[0]}, U+{ord(found[1]):04X}"


def _invisible(text: str) -> tuple[str, str] | None:
    """Return the first character of a name that shows nothing and is not needed to write it."""
    import unicodedata

    for character in text:
        if unicodedata.category(character) == "Cf" and character not in _NEEDED:
            return "an invisible character", character
    return None


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


@rule(
    "xml-string-too-long",
    on=(EntityDescriptor, Assertion),
    severity=OFF,
    cites=[saml2int("SDP-G02")],
    bad=[
        example("sp", (">Library Systems<", f">{'x' * 257}<"), enable=["xml-string-too-long"]),
        example("response", (">Maria<", f">{'x' * 257}<"), enable=["xml-string-too-long"]),
    ],
    good=[example("sp", (">Library Systems<", f">{'x' * 257}<"))],
)
def string_too_long(judged: EntityDescriptor | Assertion, case: Case) -> Iterator[Hit]:
    """A value has more than 256 characters.

    The content of an element or the value of an attribute is longer than the deployment profile
    saml2int allows, which is checked where that profile is asked for. Certificates and embedded
    logos are not meant; the entityID has a rule of its own.

    Why: receivers keep values in database columns of limited width, and cut or refuse longer ones.
    Fix: Shorten the value.
    """
    message = case.kind == "message"
    for element in judged.element.iter("{*}*"):
        if split_clark(str(element.tag))[0] in _WITHOUT_LIMIT:
            continue
        text = (element.text or "").strip()
        if len(text) > _LONGEST and not text.startswith("data:"):
            yield _too_long(element, None, len(text), case)
        for name, value in () if message else element.items():
            if len(value) > _LONGEST and name != "entityID":
                yield _too_long(element, str(name), len(value), case)


def _too_long(element: Element, attribute: str | None, length: int, case: Case) -> Hit:
    name = display(str(element.tag))
    what = name if attribute is None else f"{display(attribute)} of {name}"
    return hit(
        element,
        f"{what} has {length} characters",
        attribute=attribute,
        expected=f"at most {_LONGEST} characters",
        actual=f"{length} characters",
        owner=sender(case),
    )


RULES = (whitespace_in_value, invisible_or_confusable, string_too_long)
