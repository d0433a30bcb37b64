"""Effective values of a pair: how an SP and an IdP will work together by their metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from samlcheck.engine.metadata_facts import NONE, Fact, at, listed, valid_until, why_default
from samlcheck.engine.pair_match_facts import match_facts
from samlcheck.model import (
    IDPSSODescriptor,
    KeyDescriptor,
    SPSSODescriptor,
    SSODescriptor,
    effective_default,
)
from samlcheck.rules.case import Case
from samlcheck.rules.pair.endpoints import reply_endpoints, request_endpoints
from samlcheck.rules.pair.name_ids import formats_of
from samlcheck.rules.pair.security import certificates
from samlcheck.rules.pair.words import format_words


def pair_facts(case: Case) -> Iterator[Fact]:
    """Yield who the two are, what they will do, with which keys and until when."""
    for name, entity in (("SP", case.sp), ("IdP", case.idp)):
        if entity is not None:
            yield name, entity.entity_id or NONE
    sp, idp = case.sp_role, case.idp_role
    if sp is not None and idp is not None:
        yield from _exchange_facts(sp, idp)
    for name, role in (("SP keys", sp), ("IdP keys", idp)):
        if role is not None:
            yield name, _keys_by_use(case, role)
    if sp is not None and idp is not None:
        yield from match_facts(case)
    until = []
    for given in case.given:
        if given.metadata is not None and given.entity is not None:
            name = "SP" if given.side == "sp" else "IdP"
            until.append(f"{name} {valid_until(given.metadata, [given.entity])}")
    if until:
        yield "valid until", listed(until)


def _exchange_facts(sp: SPSSODescriptor, idp: IDPSSODescriptor) -> Iterator[Fact]:
    """Yield what the two will do by their metadata: request, response, assertion, NameID."""
    requests, replies = request_endpoints(sp, idp), reply_endpoints(sp, idp)
    signed = "signed" if sp.signs_requests else "not signed"
    if idp.wants_signed_requests:
        signed += ", the IdP wants it signed"
    yield "request", f"{at(requests[0])}, {signed}" if requests else "no binding in common"
    default = effective_default(sp.assertion_consumer_services)
    if default is not None and default in replies:
        yield "response", f"{at(default)}, {why_default(default, sp)}"
    elif replies:
        yield "response", f"{at(replies[0])}, the first that the IdP can use"
    else:
        yield "response", "no binding in common"
    wanted = "wanted signed" if sp.wants_signed_assertions else "signing left to the IdP"
    keys = "can be encrypted" if sp.encryption_keys else "cannot be encrypted, the SP has no key"
    yield "assertion", f"{wanted}, {keys}"
    yield "NameID", _common_formats(sp, idp)


def _common_formats(sp: SPSSODescriptor, idp: IDPSSODescriptor) -> str:
    ours, theirs = formats_of(sp), formats_of(idp)
    if ours and theirs:
        return listed(format_words(item) for item in ours if item in theirs)
    if not ours and not theirs:
        return "any, neither side names formats that it insists on"
    side, other = ("SP", theirs) if theirs else ("IdP", ours)
    names = listed(format_words(item) for item in other)
    return f"{names}; the {side} names none that it insists on"


def _keys_by_use(case: Case, role: SSODescriptor) -> str:
    """Return the keys by which others verify, and those to which they encrypt."""
    signing = list(_key_words(case, role.signing_keys))
    encryption = list(_key_words(case, role.encryption_keys))
    if signing == encryption and signing:
        return f"signing and encryption {listed(signing)}"
    return f"signing {listed(signing)}; encryption {listed(encryption)}"


def _key_words(case: Case, keys: Iterable[KeyDescriptor]) -> Iterator[str]:
    for node in certificates(keys):
        facts = case.certificate(node)
        if facts.not_after is None:
            yield "unreadable"
        else:
            yield f"{facts.short_fingerprint} (to {facts.not_after.date().isoformat()})"
