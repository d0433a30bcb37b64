"""Rules on what an SP and an IdP say of themselves by entity attributes, held side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import AttributeValue
from samlcheck.rules.case import Case, Pair
from samlcheck.rules.citations import Citation, rfc
from samlcheck.rules.metadata.attribute_registry import PAIRWISE_ID, SUBJECT_ID
from samlcheck.rules.metadata.category_bundles import SWEDISH_PROPERTY, SWEDISH_SERVICE
from samlcheck.rules.metadata.category_registry import (
    ASSURANCE,
    CATEGORY,
    COCO_2,
    HIDE_FROM_DISCOVERY,
    PERSONALIZED,
    PSEUDONYMOUS,
    RESEARCH_AND_SCHOLARSHIP,
    SP_CATEGORIES,
    SUBJECT_ID_REQ,
    SUBJECT_IDENTIFIERS,
    SUPPORT,
    specification,
    values_of,
)
from samlcheck.rules.metadata.sample_attributes import asserting
from samlcheck.rules.pair.attributes import has_scope
from samlcheck.rules.rule import INFO, WARNING, Hit, Place, Unknown, example, hit, rule
from samlcheck.rules.wording import all_of, any_of

_ASSURANCE_PROFILES: Final = Citation(
    "SAML Identity Assurance Profiles",
    None,
    "https://docs.oasis-open.org/security/saml/Post2.0/sstc-saml-assurance-profile-cs-01.html",
)
_SWEDISH: Final = Citation(
    "Entity Categories for the Swedish eID Framework",
    "1.3",
    "https://docs.swedenconnect.se/technical-framework/latest/"
    "06_-_Entity_Categories_for_the_Swedish_eID_Framework.html",
)
_LOA: Final = "http://id.elegnamnden.se/loa/1.0/loa"
_SCOPE: Final = '<shibmd:Scope regexp="false">example.org</shibmd:Scope>'
_PNR: Final = "http://id.elegnamnden.se/ec/1.0/loa{}-pnr"
_RS: Final = RESEARCH_AND_SCHOLARSHIP
#: What a service provider may ask for, and which attributes satisfy it.
_WISHES: Final = {
    "subject-id": (SUBJECT_ID,),
    "pairwise-id": (PAIRWISE_ID,),
    "any": (PAIRWISE_ID, SUBJECT_ID),
}
#: The categories whose support means that the attribute is sent.
_SENT_BY: Final = {SUBJECT_ID: PERSONALIZED, PAIRWISE_ID: PSEUDONYMOUS}


@rule(
    "pair-category-unsupported",
    on=Pair,
    severity=INFO,
    cites=[rfc(8409), _SWEDISH],
    bad=[
        example(
            "pair",
            sp=[asserting("sp", CATEGORY, _RS)],
            idp=[asserting("idp", SUPPORT, COCO_2)],
        ),
        example(
            "pair",
            sp=[asserting("sp", CATEGORY, _PNR.format(3))],
            idp=[asserting("idp", CATEGORY, _PNR.format(2))],
        ),
    ],
    good=[
        example("pair"),
        example("pair", sp=[asserting("sp", CATEGORY, _RS)], note="The IdP says nothing"),
        example(
            "pair",
            sp=[asserting("sp", CATEGORY, _RS)],
            idp=[asserting("idp", SUPPORT, _RS)],
        ),
        example(
            "pair",
            sp=[asserting("sp", CATEGORY, _PNR.format(3), _PNR.format(4))],
            idp=[asserting("idp", CATEGORY, _PNR.format(3))],
        ),
    ],
)
def category_unsupported(pair: Pair, case: Case) -> Iterator[Hit]:
    """The IdP does not say that it supports the entity categories of the SP.

    The SP asserts categories by which it asks for attributes. The IdP lists the categories that it
    supports, and one of them is not on that list; an IdP without a list says nothing. In the
    Swedish eID Framework the IdP declares the service categories themselves; when it declares none
    of those of the SP, or lacks a property that the SP asks for, that is a warning.

    Why: the attributes that belong to the category are then released by a decision for this one
    SP, or not at all.
    Fix: Let the IdP support the category and publish that, or agree on the attributes directly.
    """
    asserted = values_of(pair.sp, CATEGORY)
    if not asserted:
        return
    yield from _not_supported(pair, asserted)
    yield from _not_matched(pair, asserted)


def _not_supported(pair: Pair, asserted: dict[str, AttributeValue]) -> Iterator[Hit]:
    wanted = [name for name in asserted if name in SP_CATEGORIES]
    supported = values_of(pair.idp, SUPPORT) if wanted else {}
    lacking = [name for name in wanted if name not in supported]
    if supported and lacking:
        yield hit(
            asserted[lacking[0]],
            f"The IdP does not list support for {all_of(map(repr, lacking))}, which the SP asserts",
            expected=f"one of {', '.join(supported)}",
            actual=lacking[0],
            related=[Place(next(iter(supported.values())), None, "what the IdP supports")],
        )


def _not_matched(pair: Pair, asserted: dict[str, AttributeValue]) -> Iterator[Hit]:
    """Yield what the matching rules of the Swedish eID Framework do not let pass."""
    services = [name for name in asserted if name.startswith(SWEDISH_SERVICE)]
    properties = [name for name in asserted if name.startswith(SWEDISH_PROPERTY)]
    if not services and not properties:
        return
    declared = values_of(pair.idp, CATEGORY)
    if services and not any(name in declared for name in services):
        theirs = [name for name in declared if name.startswith(SWEDISH_SERVICE)]
        yield hit(
            asserted[services[0]],
            f"The IdP declares none of the service categories of the SP: "
            f"{all_of(map(repr, services))}",
            expected=", ".join(theirs) or None,
            actual=", ".join(services),
            severity=WARNING,
            related=[Place(declared[theirs[0]], None, "what the IdP declares")] if theirs else [],
        )
    for name in properties:
        if name not in declared:
            yield hit(
                asserted[name],
                f"The IdP does not declare the property {name!r} that the SP asks for",
                severity=WARNING,
            )


@rule(
    "pair-subjectid-unsatisfiable",
    on=Pair,
    severity=WARNING,
    cites=[SUBJECT_IDENTIFIERS],
    bad=[
        example("pair", sp=[asserting("sp", SUBJECT_ID_REQ, "pairwise-id")], idp=[(_SCOPE, "")]),
        example(
            "pair",
            sp=[asserting("sp", SUBJECT_ID_REQ, "subject-id")],
            idp=[
                (
                    "  </md:IDPSSODescriptor>",
                    '    <saml:Attribute xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" '
                    f'Name="{PAIRWISE_ID}"/>\n  </md:IDPSSODescriptor>',
                )
            ],
            also=["pair-attributes-not-offered"],
        ),
    ],
    good=[
        example("pair", sp=[asserting("sp", SUBJECT_ID_REQ, "any")]),
        example(
            "pair",
            sp=[asserting("sp", SUBJECT_ID_REQ, "none")],
            idp=[(_SCOPE, "")],
            also=["pair-scope-missing-for-scoped"],
        ),
    ],
)
def subject_id_unsatisfiable(pair: Pair, case: Case) -> Iterator[Hit]:
    """The SP requires a subject identifier that the IdP cannot give.

    By the entity attribute subject-id:req the SP requires subject-id, pairwise-id or either. Both
    end in a scope, but the IdP publishes none; or the IdP lists its attributes, and the identifier
    is not among them.

    Why: the SP has nothing to recognise the user by, or drops a value whose scope it cannot check.
    Fix: Let the IdP publish its domains as shibmd:Scope and release the identifier.
    """
    signals = values_of(pair.sp, SUBJECT_ID_REQ)
    wish = next((value for name, value in signals.items() if name in _WISHES), None)
    if wish is None:
        return
    names = _WISHES[wish.value]
    related = [Place(wish, None, "what the SP requires")]
    if not has_scope(pair.idp, pair.idp_role):
        yield hit(
            pair.idp_role,
            f"The SP requires a subject identifier ({wish.value}), and the IdP publishes no scope",
            expected="a shibmd:Scope",
            related=related,
        )
    offered = [item for item in pair.idp_role.attributes if item.name]
    supported = values_of(pair.idp, SUPPORT)
    given = {item.name for item in offered}
    given |= {name for name, category in _SENT_BY.items() if category in supported}
    if offered and not given & set(names):
        yield hit(
            offered[0],
            f"The SP requires a subject identifier ({wish.value}), which the IdP does not list",
            attribute="Name",
            expected=" or ".join(names),
            related=related,
        )


def _family(reference: str) -> str:
    """Return the register that an assurance level belongs to: the URI up to its last part."""
    return reference.rpartition("/")[0]


@rule(
    "pair-authncontext-unsupported",
    on=Pair,
    severity=WARNING,
    cites=[_ASSURANCE_PROFILES],
    bad=[
        example(
            "pair",
            idp=[asserting("idp", ASSURANCE, f"{_LOA}2")],
            authn_contexts=f"{_LOA}3;{_LOA}4",
        )
    ],
    good=[
        example(
            "pair",
            idp=[asserting("idp", ASSURANCE, f"{_LOA}3")],
            authn_contexts=f"{_LOA}3;{_LOA}4",
        ),
        example(
            "pair",
            idp=[asserting("idp", ASSURANCE, "https://refeds.org/sirtfi")],
            authn_contexts="urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
            note="The IdP says nothing about such contexts",
        ),
        example("pair", idp=[asserting("idp", ASSURANCE, f"{_LOA}3")]),
    ],
)
def authn_context_unsupported(pair: Pair, case: Case) -> Iterator[Hit | Unknown]:
    """The IdP is not certified for a level of assurance that the SP accepts.

    The IdP publishes the levels that it was approved for as assurance-certification. All
    authentication contexts that the SP accepts belong to the same register, and none is among
    them. Contexts of other registers are not compared.

    Why: the IdP answers with NoAuthnContext, or with a context that the SP refuses.
    Fix: Accept a level at the SP that the IdP has, or choose an IdP that has the level.
    """
    levels = values_of(pair.idp, ASSURANCE)
    if not levels:
        return
    accepted = case.context.allowed_authn_contexts
    if not accepted:
        yield Unknown("the authentication contexts that the SP accepts were not given")
        return
    families = {_family(name) for name in levels}
    if any(name in levels or _family(name) not in families for name in accepted):
        return
    comparable = [name for name in levels if _family(name) in set(map(_family, accepted))]
    yield hit(
        levels[comparable[0]],
        f"The SP accepts {any_of(accepted)}, but the IdP is certified for "
        f"{all_of(map(repr, comparable))} only",
        expected=" or ".join(accepted),
        actual=", ".join(comparable),
    )


@rule(
    "pair-hidden-from-discovery",
    on=Pair,
    severity=INFO,
    cites=[specification(HIDE_FROM_DISCOVERY, "REFEDS Hide From Discovery")],
    bad=[example("pair", idp=[asserting("idp", CATEGORY, HIDE_FROM_DISCOVERY)])],
    good=[example("pair")],
)
def hidden(pair: Pair, case: Case) -> Iterator[Hit]:
    """Discovery services do not show the IdP to users of the SP.

    The IdP is in the category hide-from-discovery.

    Why: users who choose their organisation from a list do not find it; logins work only by a
    link that names the IdP, or when the SP knows it by configuration.
    Fix: Give users such a link, or take the IdP out of the category when it is ready for everybody.
    """
    category = values_of(pair.idp, CATEGORY).get(HIDE_FROM_DISCOVERY)
    if category is not None:
        yield hit(category, "The IdP is hidden from discovery services")


RULES = (category_unsupported, subject_id_unsatisfiable, authn_context_unsupported, hidden)
