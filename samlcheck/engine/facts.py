"""Effective values worth knowing even when all is well: short, without personal values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from samlcheck.engine.metadata_facts import Fact, listed, metadata_facts
from samlcheck.model import Assertion, AuthnRequest, ProtocolMessage
from samlcheck.rules.case import Case
from samlcheck.rules.wording import window_words
from samlcheck.xml.names import AUTHN_CONTEXT_PREFIX
from samlcheck.xml.secrets import without_secrets

_LONGEST = 400


def facts_of(case: Case) -> tuple[Fact, ...]:
    """Return the effective values of a case as (name, value) pairs, about ten at most."""
    found = [*_facts(case)]
    if case.sent is not None and case.sent.exchange is not None:
        from samlcheck.engine.recording_facts import recording_facts

        found += recording_facts(case)
    return tuple((name, _cut(value)) for name, value in found)


def _facts(case: Case) -> Iterable[Fact]:
    if case.kind == "metadata":
        return metadata_facts(case.metadata)
    if case.kind == "pair":
        from samlcheck.engine.pair_facts import pair_facts

        return pair_facts(case)
    from samlcheck.engine.message_facts import other_facts, request_facts

    message = case.message
    if isinstance(message, AuthnRequest):
        return request_facts(case, message)
    if isinstance(message, ProtocolMessage) and case.response is None:
        return other_facts(case, message)
    return _login_facts(case)


def _cut(text: str) -> str:
    text = without_secrets(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _login_facts(case: Case) -> Iterator[Fact]:
    response = case.response
    if response is not None and response.issue_instant is not None:
        yield "issued", response.issue_instant.text
    if response is not None and response.destination:
        yield "sent to", response.destination
    assertions = case.assertions
    if len(assertions) > 1:
        yield "assertions", f"{len(assertions)}; what follows is of the first"
    if assertions:
        yield from _assertion_facts(case, assertions[0])


def _assertion_facts(case: Case, assertion: Assertion) -> Iterator[Fact]:
    if assertion.issuer is not None:
        yield "issuer", assertion.issuer.text
    conditions = assertion.conditions
    if conditions is not None:
        restrictions = conditions.audience_restrictions
        yield "audience", listed(part.text for item in restrictions for part in item.audiences)
        yield "valid", window_words(conditions.not_before, conditions.not_on_or_after)
    classes = [part.value for item in assertion.authn_statements for part in item.class_refs]
    if classes:
        yield "context", listed(name.removeprefix(AUTHN_CONTEXT_PREFIX) for name in classes)
    yield "signed by", _signer(case, assertion)
    claims = listed(attribute.name or "(no Name)" for attribute in assertion.attributes())
    from samlcheck.engine.verdict import trusted

    # What is not to be trusted says so first, where nothing cuts it off.
    yield "claims", claims if trusted(case, assertion) else f"not verified: {claims}"


def _signer(case: Case, assertion: Assertion) -> str:
    signatures = case.covering(assertion)
    words = []
    for signature in signatures:
        check = case.check(signature)
        if check.signed_by is None:
            words.append("a key that is not known")
        else:
            facts = check.signed_by.facts
            known = "" if check.signed_by.trusted else "not trusted, "
            state = "" if check.content_intact else "content changed, "
            words.append(f"{facts.short_fingerprint} ({known}{state}{facts.subject})")
    return listed(words) if signatures else "nobody"
