"""Effective values worth knowing even when all is well."""

from __future__ import annotations

from samlcheck.model import Assertion, EntityDescriptor, Response, effective_default, entities_of
from samlcheck.rules.case import Case

_POST = "urn:oasis:names:tc:SAML:2.0:bindings:"


def _short(uri: str | None) -> str:
    return "(none)" if uri is None else uri.removeprefix(_POST)


def _entity_facts(entity: EntityDescriptor) -> list[tuple[str, str]]:
    facts = [("entityID", entity.entity_id or "(none)")]
    sp, idp = entity.sp, entity.idp
    if sp is not None:
        default = effective_default(sp.assertion_consumer_services)
        if default is not None:
            facts.append(("default reply URL", f"{default.location} ({_short(default.binding)})"))
    if idp is not None:
        for endpoint in idp.single_sign_on_services:
            facts.append((f"sign-on URL ({_short(endpoint.binding)})", endpoint.location or ""))
    return facts


def _message_facts(case: Case) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    message = case.message
    if isinstance(message, Response) and message.issue_instant is not None:
        facts.append(("issued", message.issue_instant.text))
    for assertion in case.assertions:
        facts.extend(_assertion_facts(assertion))
    return facts


def _assertion_facts(assertion: Assertion) -> list[tuple[str, str]]:
    facts = []
    if assertion.issuer is not None:
        facts.append(("issuer", assertion.issuer.text))
    conditions = assertion.conditions
    if conditions is not None:
        start = conditions.not_before.text if conditions.not_before else "(open)"
        end = conditions.not_on_or_after.text if conditions.not_on_or_after else "(open)"
        facts.append(("valid", f"{start} to {end}"))
        audiences = [
            audience.text
            for restriction in conditions.audience_restrictions
            for audience in restriction.audiences
        ]
        facts.append(("audience", ", ".join(audiences) or "(none)"))
    names = [attribute.name or "(no Name)" for attribute in assertion.attributes()]
    facts.append(("claims", ", ".join(names) or "(none)"))
    return facts


def facts_of(case: Case) -> tuple[tuple[str, str], ...]:
    """Return the effective values of a case as (name, value) pairs, without personal values."""
    facts: list[tuple[str, str]] = []
    if case.kind == "metadata" and case.metadata is not None:
        entities = list(entities_of(case.metadata))
        if len(entities) == 1:
            facts = _entity_facts(entities[0])
        else:
            facts = [("entities", str(len(entities)))]
    elif case.kind == "pair":
        for side, entity in (("SP", case.sp), ("IdP", case.idp)):
            if entity is not None:
                facts.extend((f"{side} {name}", value) for name, value in _entity_facts(entity))
    elif case.kind == "message":
        facts = _message_facts(case)
    return tuple(facts)


