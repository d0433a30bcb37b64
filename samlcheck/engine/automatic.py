"""The profile of a check, chosen from its documents where nobody named one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import attrs

from samlcheck.model import AuthnRequest, EntityDescriptor, Response
from samlcheck.profiles import Profile
from samlcheck.profiles.choice import ACS, IDP_ID, SP_ID, SSO, Automatic, Chosen, choose
from samlcheck.rules.case import Case

_Evidence = Iterator[tuple[str, str | None]]


def settle(case: Case, entity: EntityDescriptor | None = None) -> None:
    """Give a case the profile that fits its documents, where the context leaves it open.

    Of a metadata document it is the entity given, or the only one; an aggregate has no profile.
    """
    automatic = case.context.automatic
    if automatic is None or case.kind == "diff":
        return
    choice = choose(_evidence(case, entity))
    taken = automatic.sides()
    kept = tuple(item for item in choice.chosen if item.profile.partition("/")[0] not in taken)
    words = _words(kept, choice.undecided)
    if kept or words:
        profile = case.context.profile
        if kept:
            ids = tuple(item.profile for item in kept)
            own = automatic.own is not None
            profile = _cautious(automatic.load(ids), ids, automatic) if own else _shipped(ids)
        case.judge_under(attrs.evolve(case.context, profile=profile, choice=words))


@cache  # what is kept follows from the package alone, never from input
def _shipped(ids: tuple[str, ...]) -> Profile:
    automatic = Automatic()
    return _cautious(automatic.load(ids), ids, automatic)


def _cautious(profile: Profile, chosen: Iterable[str], automatic: Automatic) -> Profile:
    """Return a profile without what only the customer can know, where he has not named the SP.

    The list of accepted contexts, claims that depend on a switch: a login may be in order without
    them. And what has another form than the product's is worth a warning, no more.
    """
    if not any(item.startswith("sp/") for item in chosen):
        return profile
    contexts = profile.authn_contexts
    if profile.authn_context_is_setting and "authn_context" not in automatic.stated():
        contexts = ()
    return attrs.evolve(
        profile,
        authn_contexts=contexts,
        claims=tuple(
            attrs.evolve(claim, presence="optional") if claim.required_if is not None else claim
            for claim in profile.claims
        ),
        sp_entity_id_otherwise=_capped(profile.sp_entity_id_otherwise),
        acs_otherwise=_capped(profile.acs_otherwise),
    )


def _capped(severity: str) -> str:
    return "warning" if severity == "error" else severity


def _words(chosen: tuple[Chosen, ...], undecided: tuple[str, ...]) -> tuple[str, ...]:
    words = [str(item) for item in chosen]
    if undecided:
        words.append(f"none of {', '.join(undecided)}, which fit equally well")
    return tuple(words)


def _evidence(case: Case, entity: EntityDescriptor | None) -> _Evidence:
    if entity is None and isinstance(case.metadata, EntityDescriptor):
        entity = case.metadata
    if entity is not None:
        yield from _of_sp(entity)
        yield from _of_idp(entity)
    if case.sp is not None:
        yield from _of_sp(case.sp)
    if case.idp is not None:
        yield from _of_idp(case.idp)
    if isinstance(case.message, AuthnRequest):
        yield from _of_request(case.message)
    elif isinstance(case.message, Response):
        yield from _of_response(case.message, case)


def _of_sp(entity: EntityDescriptor) -> _Evidence:
    if entity.sp is not None:
        yield SP_ID, entity.entity_id
        for service in entity.sp.assertion_consumer_services:
            yield ACS, service.location


def _of_idp(entity: EntityDescriptor) -> _Evidence:
    if entity.idp is not None:
        yield IDP_ID, entity.entity_id
        for service in entity.idp.single_sign_on_services:
            yield SSO, service.location


def _of_request(request: AuthnRequest) -> _Evidence:
    yield SP_ID, None if request.issuer is None else request.issuer.value
    yield ACS, request.assertion_consumer_service_url
    yield SSO, request.destination


def _of_response(response: Response, case: Case) -> _Evidence:
    yield IDP_ID, None if response.issuer is None else response.issuer.value
    yield ACS, response.destination
    for assertion in case.assertions:
        yield IDP_ID, None if assertion.issuer is None else assertion.issuer.value
        if assertion.conditions is not None:
            for restriction in assertion.conditions.audience_restrictions:
                yield from ((SP_ID, item.value) for item in restriction.audiences)
        for subject in assertion.subjects:
            for confirmation in subject.confirmations:
                yield ACS, None if confirmation.data is None else confirmation.data.recipient
