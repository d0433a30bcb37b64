"""Rules on the audience: whether the assertion is meant for this service provider."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Conditions, Text
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message.confirmation import reply_urls
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import any_of

_AUDIENCE = "<saml:Audience>https://sp.example.org/saml</saml:Audience>"
_RESTRICTION = f"""<saml:AudienceRestriction>
        {_AUDIENCE}
      </saml:AudienceRestriction>"""
_OTHER = _RESTRICTION.replace("sp.example.org", "other.example.org")
_NO_ENTITY_ID = "the SP metadata has no entityID"
_BLANKS = "receivers differ in whether they strip the white space around an Audience"
_GOOD = (example("response"),)


def _named(conditions: Conditions) -> list[list[Text]]:
    """Return the audiences of each restriction that has some, blank ones left out."""
    lists = [
        [audience for audience in restriction.audiences if audience.value]
        for restriction in conditions.audience_restrictions
    ]
    return [audiences for audiences in lists if audiences]


def _meant(audiences: list[Text], entity_id: str) -> bool:
    """Tell whether the service provider is named; what has blanks around it is told by itself."""
    return any(audience.value == entity_id for audience in audiences)


def _meant_exactly(audiences: list[Text], entity_id: str) -> bool:
    return any(audience.text == entity_id for audience in audiences)


@rule(
    "aud-missing",
    on=Conditions,
    severity=ERROR,
    cites=[profiles("4.1.4.2"), core("3.4.1.4")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_RESTRICTION, ""))],
    good=_GOOD,
)
def audience_missing(conditions: Conditions, case: Case) -> Iterator[Hit]:
    """The assertion does not say for whom it is meant.

    An assertion that logs somebody in has an AudienceRestriction with the entityID of the
    service provider.

    Why: without it an assertion made for one service could be used at any other, so strict
    service providers refuse it; others let it pass.
    Fix: Make the identity provider send an AudienceRestriction; in many consoles it is the field
    Audience, Identifier or SP entity ID.
    """
    if not conditions.audience_restrictions:
        entity_id = None if case.sp is None else case.sp.entity_id
        yield hit(
            conditions,
            "The Conditions have no AudienceRestriction",
            expected=entity_id or "the entityID of the service provider",
            severity=None if case.profile.audience_required else INFO,
        )


@rule(
    "aud-empty",
    on=Conditions,
    severity=ERROR,
    cites=[core("2.5.1.4"), core("1.3.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", (_AUDIENCE, "<saml:Audience/>")),
        example("response", (_RESTRICTION, _RESTRICTION.replace(_AUDIENCE, ""))),
    ],
    good=_GOOD,
)
def audience_empty(conditions: Conditions, case: Case) -> Iterator[Hit]:
    """The AudienceRestriction names nobody.

    It has no Audience, or only empty ones.

    Why: the restriction holds for no service provider at all; some software takes it for no
    restriction instead, which is worse.
    Fix: Enter the entityID of the service provider at the identity provider, in the field
    Audience, Identifier or SP entity ID.
    """
    for restriction in conditions.audience_restrictions:
        if any(audience.value for audience in restriction.audiences):
            continue
        entity_id = None if case.sp is None else case.sp.entity_id
        yield hit(
            restriction.audiences[0] if restriction.audiences else restriction,
            "The Audience is empty"
            if restriction.audiences
            else "The AudienceRestriction has no Audience",
            expected=entity_id or "the entityID of the service provider",
        )


@rule(
    "aud-mismatch",
    on=Conditions,
    severity=ERROR,
    cites=[core("2.5.1.4"), profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["sp"],
    bad=[
        example("response", (_AUDIENCE, _AUDIENCE.replace("/saml<", "/saml/<"))),
        example("response", (_AUDIENCE, _AUDIENCE.replace("/saml<", "/saml/acs<"))),
        example("response", (_RESTRICTION, _OTHER)),
    ],
    good=[
        example("response"),
        example(
            "response",
            (_AUDIENCE, _AUDIENCE.replace("sp.example", "other.example") + _AUDIENCE),
            also=["aud-too-broad"],
        ),
    ],
)
def audience_mismatch(conditions: Conditions, case: Case) -> Iterator[Hit | Unknown]:
    """The assertion is meant for another service provider.

    The entityID of the SP metadata is not among the audiences. They are compared letter for
    letter: a slash, a letter in another case or another scheme makes another audience.

    Why: a service provider refuses assertions that were made for somebody else.
    Fix: Enter the entityID of the service provider at the identity provider letter for letter, in
    the field Audience, Identifier or SP entity ID.
    """
    named = _named(conditions)
    if case.sp is None or not named:
        return
    wanted = case.sp.entity_id
    if not wanted:
        yield Unknown(_NO_ENTITY_ID)
        return
    if any(_meant_exactly(audiences, wanted) for audiences in named):
        return
    if any(_meant(audiences, wanted) for audiences in named):
        yield Unknown(_BLANKS)
        return
    audiences = [audience for one in named for audience in one]
    near = next((item for item in audiences if difference(item.value, wanted)), audiences[0])
    told = _explained(near.value, wanted, case)
    yield hit(
        near,
        f"The assertion is meant for {any_of(item.value for item in audiences)}, not for "
        f"{wanted!r}" + ("" if told is None else f": {told}"),
        expected=wanted,
        actual=", ".join(item.value for item in audiences),
        related=[Place(case.sp, "entityID", "the entityID of the SP")],
    )


def _explained(value: str, wanted: str, case: Case) -> str | None:
    """Say what the audience is instead, when that can be told."""
    words = difference(value, wanted)
    if words is not None:
        return f"the two differ only in {words}"
    if any(service.location == value for service in reply_urls(case)):
        return "that is the reply URL (AssertionConsumerService) of the service provider"
    if case.idp is not None and case.idp.entity_id == value:
        return "that is the entityID of the identity provider itself"
    if any(peer.entity_id == value for peer in case.peers):
        return "that is another entity of the metadata given"
    return None


@rule(
    "aud-multi-restriction-and",
    on=Conditions,
    severity=ERROR,
    cites=[core("2.5.1.4")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["sp"],
    bad=[example("response", (_RESTRICTION, _RESTRICTION + _OTHER))],
    good=[example("response"), example("response", (_RESTRICTION, _RESTRICTION * 2))],
)
def audience_restrictions_all(conditions: Conditions, case: Case) -> Iterator[Hit | Unknown]:
    """One of several AudienceRestriction elements leaves the service provider out.

    Audiences within one AudienceRestriction are a choice; several AudienceRestriction elements
    have to hold together, so each must name the service provider.

    Why: a receiver that follows the specification refuses the assertion although its entityID
    occurs in it; a lenient one accepts it.
    Fix: Make the identity provider put all audiences into one AudienceRestriction.
    """
    named = _named(conditions)
    if case.sp is None or len(named) < 2:
        return
    wanted = case.sp.entity_id
    if not wanted:
        yield Unknown(_NO_ENTITY_ID)
        return
    if not any(_meant(audiences, wanted) for audiences in named):
        return  # aud-mismatch tells of it
    for audiences in named:
        if _meant(audiences, wanted):
            if not _meant_exactly(audiences, wanted):
                yield Unknown(_BLANKS)
        else:
            yield hit(
                audiences[0],
                f"This AudienceRestriction names {any_of(item.value for item in audiences)} but "
                f"not {wanted!r}, which another one names: all of them have to",
                expected=wanted,
                actual=", ".join(item.value for item in audiences),
            )


RULES = (
    audience_missing,
    audience_empty,
    audience_mismatch,
    audience_restrictions_all,
)
