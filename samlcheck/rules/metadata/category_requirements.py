"""Rules on what an entity has to publish for the category or certification that it asserts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from samlcheck.model import ContactPerson, EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.metadata.category_registry import (
    ANONYMOUS,
    CATEGORY,
    COCO_1,
    COCO_2,
    PERSONALIZED,
    PSEUDONYMOUS,
    RESEARCH_AND_SCHOLARSHIP,
    SUBJECT_ID_REQ,
    specification,
    ui_texts,
    values_of,
)
from samlcheck.rules.metadata.sample_attributes import asserting
from samlcheck.rules.rule import ERROR, WARNING, Hit, example, hit, rule
from samlcheck.rules.wording import all_of
from samlcheck.xml.names import HTTP_POST

_RS: Final = RESEARCH_AND_SCHOLARSHIP
_INFORMATION: Final = (
    '        <mdui:InformationURL xml:lang="en">https://sp.example.org/about'
    "</mdui:InformationURL>\n"
)
_PRIVACY: Final = (
    '        <mdui:PrivacyStatementURL xml:lang="en">https://sp.example.org/privacy'
    "</mdui:PrivacyStatementURL>\n"
)


def _has_ui(field: str, *, english: bool = False) -> Callable[[EntityDescriptor], bool]:
    """Return the test whether the SP roles show a text of a kind, perhaps in English."""

    def test(entity: EntityDescriptor) -> bool:
        texts = ui_texts(entity, field)
        return any(not english or (text.lang or "").lower()[:2] == "en" for text in texts)

    return test


def _contacts(entity: EntityDescriptor) -> list[ContactPerson]:
    return [*entity.contacts, *(person for role in entity.roles for person in role.contacts)]


def _has_technical(entity: EntityDescriptor) -> bool:
    return any(contact.contact_type == "technical" for contact in _contacts(entity))


def _takes_post(entity: EntityDescriptor) -> bool:
    return any(
        service.binding == HTTP_POST
        for role in entity.sp_roles
        for service in role.assertion_consumer_services
    )


def _requests(entity: EntityDescriptor) -> bool:
    return any(
        service.requested_attributes
        for role in entity.sp_roles
        for service in role.attribute_consuming_services
    )


def _asks(entity: EntityDescriptor) -> bool:
    needed = values_of(entity, SUBJECT_ID_REQ)
    return _requests(entity) or any(need in needed for need in ("pairwise-id", "subject-id", "any"))


_DISPLAY_NAME: Final = ("mdui:DisplayName", _has_ui("display_names"))
_INFORMATION_URL: Final = ("mdui:InformationURL", _has_ui("information_urls"))
_PRIVACY_URL: Final = ("mdui:PrivacyStatementURL", _has_ui("privacy_statement_urls"))
_ENGLISH: Final = " in English"
_ENGLISH_NAME: Final = (_DISPLAY_NAME[0] + _ENGLISH, _has_ui("display_names", english=True))
_ENGLISH_PRIVACY: Final = (
    _PRIVACY_URL[0] + _ENGLISH,
    _has_ui("privacy_statement_urls", english=True),
)
_ENGLISH_TEXT: Final = ("mdui:Description" + _ENGLISH, _has_ui("descriptions", english=True))
_CONTACT: Final = ("a ContactPerson", lambda entity: bool(_contacts(entity)))

_Need = tuple[str, Callable[[EntityDescriptor], bool]]
#: What the definition of a category demands of the metadata.
_NEEDS: Final[Mapping[str, tuple[_Need, ...]]] = MappingProxyType(
    {
        RESEARCH_AND_SCHOLARSHIP: (
            ("an AssertionConsumerService for HTTP-POST", _takes_post),
            _DISPLAY_NAME,
            _INFORMATION_URL,
            ("a technical contact", _has_technical),
        ),
        COCO_1: (_ENGLISH_PRIVACY, ("a RequestedAttribute", _requests)),
        COCO_2: (
            _ENGLISH_NAME,
            _ENGLISH_TEXT,
            _ENGLISH_PRIVACY,
            ("a RequestedAttribute or subject-id:req", _asks),
        ),
        ANONYMOUS: (_DISPLAY_NAME, _INFORMATION_URL, _CONTACT),
        PSEUDONYMOUS: (_DISPLAY_NAME, _INFORMATION_URL, _PRIVACY_URL, _CONTACT),
        PERSONALIZED: (_DISPLAY_NAME, _INFORMATION_URL, _PRIVACY_URL, _CONTACT),
    }
)


def _lacking(entity: EntityDescriptor, needs: Iterable[_Need]) -> list[str]:
    return [words for words, met in needs if not met(entity)]


def _unmet(entity: EntityDescriptor, category: str) -> Iterator[Hit]:
    """Yield one hit with all that a category demands and the entity does not publish."""
    value = values_of(entity, CATEGORY).get(category)
    if value is None or not entity.sp_roles:
        return
    lacking = _lacking(entity, _NEEDS[category])
    if lacking:
        yield hit(
            value,
            f"The entity asserts {category!r} but lacks {all_of(lacking)}",
            expected=all_of(words for words, _ in _NEEDS[category]),
        )


@rule(
    "ea-rs-requirements",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[specification(_RS, "REFEDS Research and Scholarship", "4.3")],
    bad=[example("sp", asserting("sp", CATEGORY, _RS), (_INFORMATION, ""))],
    good=[example("sp", asserting("sp", CATEGORY, _RS))],
)
def research_and_scholarship(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The requirements of Research and Scholarship are not met.

    A service provider of this category takes responses by HTTP-POST, shows mdui:DisplayName and
    mdui:InformationURL, and names a technical contact.

    Why: the category is withdrawn from entities that do not meet them, and with it the attributes.
    Fix: Add what is missing to the metadata, or do not assert the category.
    """
    yield from _unmet(entity, RESEARCH_AND_SCHOLARSHIP)


@rule(
    "ea-coco1-requirements",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[specification(COCO_1, "SAML 2 Profile for the Code of Conduct")],
    bad=[
        example(
            "sp", asserting("sp", CATEGORY, COCO_1), (_PRIVACY, ""), also=["ea-category-deprecated"]
        )
    ],
    good=[example("sp", asserting("sp", CATEGORY, COCO_1, COCO_2))],
)
def code_of_conduct_1(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The requirements of the Code of Conduct, version 1, are not met.

    A service provider of this category shows mdui:PrivacyStatementURL in English and lists its
    RequestedAttributes; mdui:DisplayName and mdui:Description in English are recommended.

    Why: without them an identity provider cannot tell what the data is for, and sends none.
    Fix: Add what is missing to the metadata, or do not assert the category.
    """
    yield from _unmet(entity, COCO_1)
    value = values_of(entity, CATEGORY).get(COCO_1)
    lacking = _lacking(entity, (_ENGLISH_NAME, _ENGLISH_TEXT))
    if value is not None and entity.sp_roles and lacking:
        yield hit(
            value,
            f"The entity asserts {COCO_1!r} without {all_of(lacking)}, which is recommended",
            expected=all_of(lacking),
            severity=WARNING,
        )


@rule(
    "ea-coco2-requirements",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[specification(COCO_2, "REFEDS Code of Conduct 2", "5.1, 5.2")],
    bad=[example("sp", asserting("sp", CATEGORY, COCO_2), (_PRIVACY, ""))],
    good=[example("sp", asserting("sp", CATEGORY, COCO_2))],
)
def code_of_conduct_2(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The requirements of the Code of Conduct, version 2, are not met.

    A service provider of this category shows mdui:DisplayName, mdui:Description and
    mdui:PrivacyStatementURL in English, and says which attributes it needs, by RequestedAttribute
    or by subject-id:req.

    Why: without them an identity provider cannot tell what the data is for, and sends none.
    Fix: Add what is missing to the metadata, or do not assert the category.
    """
    yield from _unmet(entity, COCO_2)


@rule(
    "ea-anonymous-requirements",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[specification(ANONYMOUS, "REFEDS Anonymous Access", "RC1")],
    bad=[example("sp", asserting("sp", CATEGORY, ANONYMOUS), (_INFORMATION, ""))],
    good=[example("sp", asserting("sp", CATEGORY, ANONYMOUS))],
)
def anonymous_access(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The requirements of Anonymous Access are not met.

    A service provider of this category shows mdui:DisplayName and mdui:InformationURL, and names
    a contact.

    Why: the category is not given to entities that do not meet them.
    Fix: Add what is missing to the metadata, or do not assert the category.
    """
    yield from _unmet(entity, ANONYMOUS)


@rule(
    "ea-pseudonymous-requirements",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[specification(PSEUDONYMOUS, "REFEDS Pseudonymous Access")],
    bad=[example("sp", asserting("sp", CATEGORY, PSEUDONYMOUS), (_PRIVACY, ""))],
    good=[example("sp", asserting("sp", CATEGORY, PSEUDONYMOUS))],
)
def pseudonymous_access(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The requirements of Pseudonymous Access are not met.

    A service provider of this category shows mdui:DisplayName, mdui:InformationURL and
    mdui:PrivacyStatementURL, and names a contact.

    Why: the category is not given to entities that do not meet them.
    Fix: Add what is missing to the metadata, or do not assert the category.
    """
    yield from _unmet(entity, PSEUDONYMOUS)


@rule(
    "ea-personalized-requirements",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[specification(PERSONALIZED, "REFEDS Personalized Access", "RC3")],
    bad=[example("sp", asserting("sp", CATEGORY, PERSONALIZED), (_PRIVACY, ""))],
    good=[example("sp", asserting("sp", CATEGORY, PERSONALIZED))],
)
def personalized_access(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The requirements of Personalized Access are not met.

    A service provider of this category shows mdui:DisplayName, mdui:InformationURL and
    mdui:PrivacyStatementURL, and names a contact.

    Why: the category is not given to entities that do not meet them.
    Fix: Add what is missing to the metadata, or do not assert the category.
    """
    yield from _unmet(entity, PERSONALIZED)


RULES = (
    research_and_scholarship,
    code_of_conduct_1,
    code_of_conduct_2,
    anonymous_access,
    pseudonymous_access,
    personalized_access,
)
