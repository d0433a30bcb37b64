"""Rules on the metadata handed in, whether each file is what it was given as."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import entities_of
from samlcheck.rules.case import Case, Given, Pair
from samlcheck.rules.citations import metadata, profiles
from samlcheck.rules.pair import candidates
from samlcheck.rules.pair.artefacts import artefact_of, entities_words, root_words
from samlcheck.rules.rule import ERROR, USER, WARNING, Hit, Place, Unknown, example, hit, rule
from samlcheck.xml import Document
from samlcheck.xml.names import PROTOCOL_SAML2, display

_ROLES = {"sp": "md:SPSSODescriptor", "idp": "md:IDPSSODescriptor"}
_SIDES = {"sp": "SP", "idp": "IdP"}


@rule(
    "profile-wrong-artefact",
    on=(Given, Document),
    severity=ERROR,
    cites=[metadata("2.3")],
    owner=USER,
    bad=[
        example(
            "pair",
            sp=[("<md:EntityDescriptor", "<html"), ("</md:EntityDescriptor", "</html")],
        ),
        example("response", idp=[("md:EntityDescriptor", "md:Metadata")]),
    ],
    good=[example("pair"), example("response")],
)
def wrong_artefact(subject: Given | Document, case: Case) -> Iterator[Hit]:
    """The file given as metadata is something else.

    Metadata is an XML document with the root md:EntityDescriptor or md:EntitiesDescriptor. What
    was given is a certificate, a web page, a captured message, an address or the like.

    Why: identity providers offer several downloads side by side, and a link to metadata that
    needs a login saves the login page. Nothing can be compared without the metadata itself.
    Fix: Download the metadata XML, open it in an editor and check that it begins with an
    EntityDescriptor.
    """
    if isinstance(subject, Document):
        if case.kind in ("metadata", "diff") and subject.root is None:
            words = artefact_of(subject.data)
            if words is not None:
                yield _wrong(subject, f"The file is {words}, not SAML metadata", words)
        return
    document = subject.document
    if subject.metadata is not None:
        return
    name = _SIDES[subject.side]
    if document.root is not None:
        words = root_words(str(document.root.tag))
        yield hit(
            document.root,
            f"The file given as {name} metadata is {words}",
            expected="md:EntityDescriptor or md:EntitiesDescriptor",
            actual=str(document.root.tag),
        )
        return
    found = artefact_of(document.data)
    if found is not None:
        yield _wrong(document, f"The file given as {name} metadata is {found}", found)


def _wrong(document: Document, message: str, words: str) -> Hit:
    return hit(
        document,
        message,
        expected="an XML document that begins with md:EntityDescriptor",
        actual=words,
        line=1,
        column=1,
    )


def _swapped(given: Given, case: Case) -> Given | None:
    """Return the other side when each of the two documents would fit the other side."""
    other = next((item for item in case.given if item.side != given.side), None)
    if other is None or other.entity is not None or other.problem != "wrong-role":
        return None
    fits = _has_role(given, other.side) and _has_role(other, given.side)
    return other if fits else None


def _has_role(given: Given, side: str) -> bool:
    entities = entities_of(given.metadata) if given.metadata is not None else ()
    return any((item.sp if side == "sp" else item.idp) is not None for item in entities)


@rule(
    "ent-wrong-role-for-profile",
    on=Given,
    severity=ERROR,
    cites=[metadata("2.4"), profiles("4.1.2")],
    owner=USER,
    bad=[
        example("pair", idp=[("IDPSSODescriptor", "AttributeAuthorityDescriptor")]),
        example(
            "pair",
            sp=[("SPSSODescriptor", "IDPSSODescriptor")],
            idp=[("IDPSSODescriptor", "SPSSODescriptor")],
        ),
        example(
            "pair",
            sp=[("urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:1.1:protocol")],
        ),
    ],
    good=[example("pair")],
)
def wrong_role(given: Given, case: Case) -> Iterator[Hit | Unknown]:
    """The metadata given for one side describes something else.

    The SP metadata needs an md:SPSSODescriptor for SAML 2.0 and the IdP metadata an
    md:IDPSSODescriptor. Each document is looked at for that role, wherever in it.

    Why: without the role there are no endpoints and keys to compare, so most checks cannot run.
    Most often the two files were given the wrong way round.
    Fix: Give each file for the side that it describes, or export the metadata of the missing side.
    """
    if given.metadata is None:
        return
    if given.entity is not None:
        yield from _other_protocol(given)
        return
    other = _swapped(given, case)
    if other is not None and given.side == "idp":
        return  # said of the SP side already
    entities = list(entities_of(given.metadata))
    words = entities_words(entities)
    message = f"The metadata given for the {_SIDES[given.side]} is {words}"
    if other is not None:
        message += ": the two files are swapped"
    elif _same_entity(case):
        message += "; the same entity was given for both sides"
    roles = entities[0].roles if len(entities) == 1 else ()
    yield hit(
        roles[0] if roles else given.metadata,
        message,
        expected=_ROLES[given.side],
        actual=", ".join(dict.fromkeys(display(str(role.element.tag)) for role in roles)) or None,
        related=[] if other is None else [Place(other.metadata, None, "the other file")],
    )


def _same_entity(case: Case) -> bool:
    names = [
        {item.entity_id for item in entities_of(given.metadata)}
        for given in case.given
        if given.metadata is not None
    ]
    return len(names) > 1 and names[0] == names[1]


def _other_protocol(given: Given) -> Iterator[Hit | Unknown]:
    entity = given.entity
    role = None if entity is None else entity.sp if given.side == "sp" else entity.idp
    if role is None or role.is_saml2:
        return
    if role.protocols is not None:
        yield hit(
            role,
            f"The {display(str(role.element.tag))} of the {_SIDES[given.side]} is not for SAML 2.0",
            attribute="protocolSupportEnumeration",
            expected=PROTOCOL_SAML2,
            actual=role.protocols_text,
        )
    yield Unknown(f"{_SIDES[given.side]} metadata for SAML 2.0", leaves_open=True)


@rule(
    "pair-same-entityid",
    on=Pair,
    severity=WARNING,
    cites=[metadata("2.3.2")],
    owner=USER,
    bad=[
        example(
            "pair",
            sp=[
                (
                    'entityID="https://sp.example.org/saml"',
                    'entityID="https://idp.example.org/saml"',
                )
            ],
        )
    ],
    good=[example("pair")],
)
def same_entity_id(pair: Pair, case: Case) -> Iterator[Hit]:
    """The SP and the IdP have the same entityID.

    The entityID of the metadata given for the SP equals that of the IdP metadata, letter for
    letter.

    Why: an entityID names one entity. Either the same file was given twice, or one of the two
    copied the identifier of the other, and then each takes messages of the other for its own.
    Fix: Give the metadata of both sides; if both files are right, give the SP an entityID of its
    own.
    """
    if pair.sp.entity_id is None or pair.sp.entity_id != pair.idp.entity_id:
        return
    yield hit(
        pair.sp,
        f"The SP and the IdP have the same entityID {pair.sp.entity_id!r}",
        attribute="entityID",
        expected="an entityID other than that of the IdP",
        actual=pair.sp.entity_id,
        related=[Place(pair.idp, "entityID", "the IdP")],
    )


RULES = (wrong_artefact, wrong_role, *candidates.RULES, same_entity_id)
