"""Rules on the NameIDFormat elements of a role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import QueryDescriptor, SSODescriptor, Text
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata
from samlcheck.rules.metadata import name_id_support
from samlcheck.rules.rule import ERROR, INFO, Hit, Place, example, hit, rule
from samlcheck.xml.names import (
    NAMEID_EMAIL,
    NAMEID_ENCRYPTED,
    NAMEID_ENTITY,
    NAMEID_PERSISTENT,
    NAMEID_TRANSIENT,
    NAMEID_UNSPECIFIED,
)

_SAML11: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:"
_SAML20: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
_OASIS: Final = "urn:oasis:names:tc:saml:"

#: The formats of SAML Core 8.3, those that SAML 1.1 brought along first.
_FORMATS: Final = (
    NAMEID_UNSPECIFIED,
    NAMEID_EMAIL,
    f"{_SAML11}X509SubjectName",
    f"{_SAML11}WindowsDomainQualifiedName",
    f"{_SAML20}kerberos",
    NAMEID_ENTITY,
    NAMEID_PERSISTENT,
    NAMEID_TRANSIENT,
    NAMEID_ENCRYPTED,
)
#: Formats of other publishers that are in wide use.
_OTHERS: Final = ("urn:mace:shibboleth:1.0:nameIdentifier",)

_EMAIL: Final = f"<md:NameIDFormat>{NAMEID_EMAIL}<"
_PERSISTENT: Final = f"<md:NameIDFormat>{NAMEID_PERSISTENT}<"


def _local(text: str) -> str:
    return text.rpartition(":")[2].lower()


def _meant(text: str) -> str | None:
    """Return the format of SAML that an identifier in OASIS's name space is meant to be."""
    if text in _FORMATS or not text.lower().startswith(_OASIS):
        return None
    return next((item for item in _FORMATS if _local(item) == _local(text)), None)


def _formats(role: SSODescriptor | QueryDescriptor) -> Iterator[tuple[Text, str]]:
    for node in role.name_id_formats:
        text = node.value
        if text:
            yield node, text


@rule(
    "nameid-format-wrong-version",
    on=(SSODescriptor, QueryDescriptor),
    severity=ERROR,
    cites=[core("8.3")],
    bad=[
        example("sp", (_EMAIL, f"<md:NameIDFormat>{_SAML20}emailAddress<")),
        example("idp", (_PERSISTENT, f"<md:NameIDFormat>{_SAML11}persistent<")),
    ],
    good=[example("sp"), example("idp")],
)
def format_wrong_version(role: SSODescriptor | QueryDescriptor, case: Case) -> Iterator[Hit]:
    """A NameID format has the wrong SAML version or spelling.

    unspecified, emailAddress, X509SubjectName and WindowsDomainQualifiedName belong to SAML 1.1,
    also in SAML 2.0; kerberos, entity, persistent, transient and encrypted belong to 2.0.

    Why: formats are compared character by character. No such format exists, so the partner finds
    none that it knows, and refuses the login or sends something else.
    Fix: Write the identifier as shown, in the metadata and in the settings of the software.
    """
    for node, text in _formats(role):
        right = _meant(text)
        if right is not None:
            yield hit(
                node,
                f'The NameIDFormat "{text}" does not exist; {right} is meant',
                expected=right,
                actual=text,
            )


@rule(
    "nameid-format-unknown",
    on=(SSODescriptor, QueryDescriptor),
    severity=INFO,
    cites=[core("8.3"), metadata("2.4.2")],
    bad=[example("sp", (_EMAIL, "<md:NameIDFormat>urn:example:employee-number<"))],
    good=[
        example("sp"),
        example("sp", (_EMAIL, "<md:NameIDFormat>urn:mace:shibboleth:1.0:nameIdentifier<")),
    ],
)
def format_unknown(role: SSODescriptor | QueryDescriptor, case: Case) -> Iterator[Hit]:
    """A NameID format is not one of SAML.

    Formats may be agreed upon freely; this one is none of those that the specification lists.

    Why: a partner that does not know the format cannot send it, or ignores the list.
    Fix: Keep it if the partners have agreed on it, else use persistent, transient, emailAddress
    or unspecified.
    """
    for node, text in _formats(role):
        if text not in _FORMATS and text not in _OTHERS and _meant(text) is None:
            yield hit(
                node,
                f'The NameIDFormat "{text}" is not one of SAML',
                expected="a format of SAML, or one that both sides have agreed on",
                actual=text,
            )


@rule(
    "nameid-format-duplicate",
    on=(SSODescriptor, QueryDescriptor),
    severity=INFO,
    cites=[metadata("2.4.2")],
    bad=[example("sp", (_PERSISTENT, _EMAIL))],
    good=[example("sp"), example("idp")],
)
def format_duplicate(role: SSODescriptor | QueryDescriptor, case: Case) -> Iterator[Hit]:
    """A role lists a NameID format twice.

    The list names what is supported; a second mention adds nothing.

    Why: mostly another format was to be entered, which is now missing.
    Fix: Remove the second mention, or correct it to the format that was meant.
    """
    first: dict[str, Text] = {}
    for node, text in _formats(role):
        before = first.setdefault(text, node)
        if before is not node:
            yield hit(
                node,
                f'The NameIDFormat "{text}" is listed twice',
                expected="each format once",
                actual=text,
                related=[Place(before, None, "the first mention")],
            )


RULES = (
    format_wrong_version,
    format_unknown,
    format_duplicate,
    *name_id_support.RULES,
)
