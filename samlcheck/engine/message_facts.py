"""Effective values of messages that are no login, and the name of each kind."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.engine.metadata_facts import NONE, Fact, listed
from samlcheck.model import (
    ArtifactResolve,
    AttributeQuery,
    AuthnRequest,
    LogoutRequest,
    ProtocolMessage,
    StatusResponse,
)
from samlcheck.rules.case import Case
from samlcheck.rules.detached import signature_parameters
from samlcheck.rules.message.status_codes import short_name
from samlcheck.rules.pair.words import format_words
from samlcheck.xml.names import split_clark


def message_kind(case: Case) -> str | None:
    """Return the name of the message: its element without prefix, or Artifact for SAMLart.

    None when no message was found, or for metadata and pairs.
    """
    if case.kind != "message":
        return None
    if case.message is not None:
        return split_clark(str(case.message.element.tag))[1]
    return "Artifact" if case.sent is not None and case.sent.brings_artifact else None


def request_facts(case: Case, request: AuthnRequest) -> Iterator[Fact]:
    """Yield the effective values of a request for a login."""
    yield from _common(request)
    index = request.assertion_consumer_service_index
    if request.assertion_consumer_service_url is not None:
        yield "reply URL", request.assertion_consumer_service_url
    else:
        yield "reply URL", "the default" if index is None else f"that of index {index.text}"
    if request.name_id_policy is not None and request.name_id_policy.format:
        yield "NameID", format_words(request.name_id_policy.format)
    yield "signed by", signer_words(case, request)


def other_facts(case: Case, message: ProtocolMessage) -> Iterator[Fact]:
    """Yield the effective values of any other message."""
    yield from _common(message)
    if isinstance(message, StatusResponse):
        yield "answers", message.in_response_to or NONE
        codes = [] if message.status is None else list(message.status.codes)
        chain = codes[:1]
        while chain and chain[-1].nested:
            chain.append(chain[-1].nested[0])
        yield "status", " > ".join(short_name(code) or "(no value)" for code in chain) or NONE
    if isinstance(message, LogoutRequest):
        yield "sessions", listed(item.value for item in message.session_indexes)
        if message.not_on_or_after is not None:
            yield "valid", f"until {message.not_on_or_after.text}"
    if isinstance(message, ArtifactResolve):
        yield "artifacts", str(len(message.artifacts))
    if isinstance(message, AttributeQuery):
        yield "asks for", listed(item.name or "(no Name)" for item in message.attributes)
    yield "signed by", signer_words(case, message)


def _common(message: ProtocolMessage) -> Iterator[Fact]:
    yield "issuer", NONE if message.issuer is None else message.issuer.text
    yield "sent to", message.destination or NONE
    if message.issue_instant is not None:
        yield "issued", message.issue_instant.text


def signer_words(case: Case, message: ProtocolMessage) -> str:
    """Say who signed a message, in the XML or beside it."""
    words = []
    if signature_parameters(case.sent):
        check = case.detached
        if check is None or check.signed_by is None:
            words.append("a key that is not known, beside the message")
        else:
            facts = check.signed_by.facts
            known = "" if check.signed_by.trusted else "not trusted, "
            state = "" if check.change is None else "over other octets, "
            words.append(f"{facts.short_fingerprint} ({known}{state}{facts.subject})")
    for signature in message.signatures:
        found = case.check(signature)
        if found.signed_by is None:
            words.append("a key that is not known")
        else:
            facts = found.signed_by.facts
            known = "" if found.signed_by.trusted else "not trusted, "
            state = "" if found.content_intact else "content changed, "
            words.append(f"{facts.short_fingerprint} ({known}{state}{facts.subject})")
    return listed(words) if words else "nobody, as far as the capture tells"
