"""Rules on mdui:DisplayName: length, words that do not belong there, agreement with other names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from samlcheck.model import EntityDescriptor, LocalizedText, UIInfo
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui, saml2int
from samlcheck.rules.metadata.extensions import (
    FEDERATION_IDP,
    FEDERATION_SP,
    REFEDS_UI,
    items_of,
    short,
)
from samlcheck.rules.rule import INFO, OFF, Hit, Place, example, hit, rule
from samlcheck.xml.names import split_clark
from samlcheck.xml.uri import split_uri

_LONG: Final = 33
_LONGEST: Final = 256
_NAME: Final = '<mdui:DisplayName xml:lang="en">Example Library<'
_IDP_NAME: Final = '<mdui:DisplayName xml:lang="en">Example University<'
_GOOD: Final = (example("sp"), example("idp"))
_FEDERATION_GOOD: Final = (
    example("sp", profile="federation", also=FEDERATION_SP),
    example("idp", profile="federation", also=FEDERATION_IDP),
)
#: Words that say something of a federation or of a stage of work, not of the entity.
_RESERVED: Final = ("edugain", "test", "testing", "demo", "localhost")


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def english(texts: Sequence[LocalizedText]) -> LocalizedText | None:
    """Return the first text whose language is English."""
    for text in texts:
        if (text.lang or "").lower().partition("-")[0] == "en":
            return text
    return None


@rule(
    "ui-displayname-long",
    on=UIInfo,
    severity=INFO,
    cites=[saml2int("SDP-G02"), REFEDS_UI],
    bad=[
        example("sp", (_NAME, f'<mdui:DisplayName xml:lang="en">{"Example " * 40}<')),
        example("idp", (_IDP_NAME, f'<mdui:DisplayName xml:lang="en">{"Example " * 5}<')),
    ],
    good=[*_GOOD, example("sp", (_NAME, f'<mdui:DisplayName xml:lang="en">{"Example " * 5}<'))],
)
def display_name_long(info: UIInfo, case: Case) -> Iterator[Hit]:
    """A name for people is too long for a list.

    mdui:DisplayName has more than 256 characters, or more than 33 at an identity provider, which
    is what a common discovery page shows.

    Why: the end of the name is cut off, and often the end is what tells two names apart.
    Fix: Put the part that tells it apart first, and use the short form that people know.
    """
    at_idp = _role_name(info) == "IDPSSODescriptor"
    limit = _LONG if at_idp else _LONGEST
    for name in info.display_names:
        length = len(" ".join(name.text.split()))
        if length > limit:
            yield hit(
                name,
                f"The mdui:DisplayName {short(name.value)} has {length} characters",
                expected=f"at most {limit} characters",
                actual=f"{length} characters",
            )


def _role_name(info: UIInfo) -> str:
    parent = info.element.getparent()
    role = None if parent is None else parent.getparent()
    return "" if role is None else split_clark(str(role.tag))[1]


@rule(
    "ui-displayname-reserved",
    on=EntityDescriptor,
    severity=OFF,
    cites=[mdui("2.1.2")],
    bad=[
        example(
            "sp",
            (_NAME, f'<mdui:DisplayName xml:lang="en">{name}<'),
            profile="federation",
            also=(*FEDERATION_SP, "ui-displayname-vs-servicename"),
        )
        for name in ("https://sp.example.org/saml", "sp.example.org", "Example Library (test)")
    ],
    good=[*_GOOD, *_FEDERATION_GOOD],
)
def display_name_reserved(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A name for people is an address, or says something else than who it is.

    mdui:DisplayName is a URL, the entityID or a host name, or it contains a word such as test or
    eduGAIN.

    Why: people look for the name of an institution or a service; such a name tells them nothing,
    and a test entity among the others gets real logins.
    Fix: Write the name that people use; keep tests out of metadata that others load.
    """
    for role in entity.roles:
        for info in items_of(role.extensions, UIInfo):
            for name in info.display_names:
                reason = _reserved(name.value, entity)
                if reason is not None:
                    yield hit(
                        name,
                        f"The mdui:DisplayName {short(name.value)} {reason}",
                        expected="the name that people use",
                        actual=name.value,
                    )


def _reserved(name: str, entity: EntityDescriptor) -> str | None:
    """Return why a name is none, to complete a sentence."""
    if name == (entity.entity_id or "").strip():
        return "is the entityID"
    uri = split_uri(name)
    if uri.is_web or name.lower().startswith("urn:"):
        return "is an address"
    labels = name.split(".")
    if len(labels) > 2 and all(labels) and not any(sign.isspace() for sign in name):
        return "is a host name"
    words = "".join(sign if sign.isalnum() else " " for sign in name.lower()).split()
    word = next((word for word in words if word in _RESERVED), None)
    return None if word is None else f"contains the word {word!r}"


@rule(
    "ui-displayname-vs-orgname",
    on=EntityDescriptor,
    severity=OFF,
    cites=[mdui("2.1.2")],
    bad=[
        example(
            "idp",
            (_IDP_NAME, '<mdui:DisplayName xml:lang="en">Sample University<'),
            profile="federation",
            also=FEDERATION_IDP,
        )
    ],
    good=[*_GOOD, *_FEDERATION_GOOD],
)
def display_name_vs_organization(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The identity provider and its organization have different English names.

    mdui:DisplayName of md:IDPSSODescriptor is compared with md:OrganizationDisplayName; letter
    case and blanks do not count.

    Why: some discovery pages show the one and some the other, so people do not find their
    institution under the name that they remember.
    Fix: Use the same name in both, unless the organization runs several identity providers.
    """
    organization = entity.organization
    known = None if organization is None else english(organization.display_names)
    if known is None:
        return
    for role in entity.idp_roles:
        for info in items_of(role.extensions, UIInfo):
            yield from _differing(english(info.display_names), known, "organization")


@rule(
    "ui-displayname-vs-servicename",
    on=EntityDescriptor,
    severity=OFF,
    cites=[mdui("2.1.2"), mdui("2.1.3")],
    bad=[
        example(
            "sp",
            (_NAME, '<mdui:DisplayName xml:lang="en">Sample Library<'),
            profile="federation",
            also=FEDERATION_SP,
        )
    ],
    good=[*_GOOD, *_FEDERATION_GOOD],
)
def display_name_vs_service(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The service has two English names, or two English descriptions.

    mdui:DisplayName and mdui:Description are compared with md:ServiceName and
    md:ServiceDescription of the first md:AttributeConsumingService; letter case and blanks do not
    count.

    Why: login pages show the one and consent pages the other, and people think of two services.
    Fix: Use the same texts in both.
    """
    for role in entity.sp_roles:
        services = role.attribute_consuming_services[:1]
        for info in items_of(role.extensions, UIInfo):
            for service in services:
                pairs = (
                    (info.display_names, service.service_names),
                    (info.descriptions, service.service_descriptions),
                )
                for mine, theirs in pairs:
                    yield from _differing(english(mine), english(theirs), "attribute service")


def _differing(
    shown: LocalizedText | None, known: LocalizedText | None, whose: str
) -> Iterator[Hit]:
    if shown is None or known is None or _folded(shown.text) == _folded(known.text):
        return
    yield hit(
        shown,
        f"The mdui:{_local(shown)} {short(shown.value)} differs from the md:{_local(known)} "
        f"{short(known.value)}",
        expected=known.value,
        actual=shown.value,
        related=[Place(known, None, f"the text of the {whose}")],
    )


def _local(text: LocalizedText) -> str:
    return split_clark(str(text.element.tag))[1]


RULES = (
    display_name_long,
    display_name_reserved,
    display_name_vs_organization,
    display_name_vs_service,
)
