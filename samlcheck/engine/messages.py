"""Checks of captured messages behind the public API: one message, or several in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from samlcheck.engine.api import (
    Bytes,
    Input,
    MetadataGiven,
    ParsedMetadata,
    ProfileChoice,
    UsageError,
    chosen_for,
    context_of,
    input_of,
    metadata_of,
    report_of,
)
from samlcheck.engine.exchange import answered_by, left_over, main_of, meant_entities
from samlcheck.engine.report import Report
from samlcheck.model import (
    Carrier,
    EntityDescriptor,
    Envelope,
    Message,
    build_carried,
    entities_of,
)
from samlcheck.records import frozen
from samlcheck.rules.case import Case, Context, Given, GivenRequest, Sent
from samlcheck.xml import MESSAGE_LIMITS, Defect, Document, read_document

if TYPE_CHECKING:
    from samlcheck.engine.exchanges import Seen
    from samlcheck.intake import Capture


@frozen(kw_only=True, eq=False)
class ParsedMessage:
    """A captured message: the model, or the defects that kept it from being read.

    `carriers` is what the message stands in inside the document, outermost first: a SOAP envelope,
    an ArtifactResponse.
    """

    document: Document
    message: Message | None
    carriers: tuple[Carrier, ...]
    defects: tuple[Defect, ...]
    origin: tuple[str, ...]
    relay_state: str | None


@frozen(kw_only=True, eq=False)
class _Read:
    """A message as it was read, and how it was captured."""

    parsed: ParsedMessage
    capture: Capture

    @property
    def sent(self) -> Sent:
        capture = self.capture
        return Sent(
            parameter=capture.parameter,
            binding=capture.binding,
            url=capture.url,
            relay_state=capture.relay_state,
            query=capture.query,
            parameters=capture.parameters,
            form_action=capture.form_action,
            form_method=capture.form_method,
            exchange=capture.exchange,
        )

    @property
    def captured_at(self) -> datetime | None:
        """The instant at which the message travelled, where a recording tells it.

        Of a redacted capture it is the one as of which it was judged before.
        """
        if self.capture.claim is not None and self.capture.claim.evaluated_at is not None:
            return self.capture.claim.evaluated_at
        return None if self.capture.exchange is None else self.capture.exchange.started

    @property
    def words(self) -> str:
        """Where the message stands in its capture."""
        exchange = self.capture.exchange
        return "the capture" if exchange is None else f"entry {exchange.entry}"


@frozen(kw_only=True, eq=False)
class _Evidence:
    """What all messages of a check are judged with."""

    context: Context
    sp: ParsedMetadata | None
    idp: ParsedMetadata | None
    decryption_keys: tuple[bytes, ...]
    as_captured: bool

    def context_for(self, read: _Read) -> Context:
        """Return the context for a message, as of its own time where that is meant."""
        at = read.captured_at if self.as_captured else None
        return self.context if at is None else attrs.evolve(self.context, now=at)

    @property
    def entity_ids(self) -> frozenset[str]:
        """The entityIDs of the service providers given."""
        entities = () if self.sp is None else self.sp.entities
        return frozenset(item.entity_id for item in entities if item.entity_id and item.sp)

    def given(self, message: Message | None) -> tuple[Given, ...]:
        """Return the metadata given, each with the entity that a message is about."""
        sides = zip(("sp", "idp"), (self.sp, self.idp), meant_entities(message), strict=True)
        return tuple(chosen_for(data, side, wanted) for side, data, wanted in sides if data)


def read_messages(given: Input) -> Iterator[_Read]:
    """Yield the messages in a capture; always at least one."""
    from samlcheck.intake import read_capture

    for capture in read_capture(given.data):
        document = read_document(
            capture.data, source=given.name, origin=capture.origin, limits=MESSAGE_LIMITS
        )
        defects = capture.defects + (document.defects if capture.data else ())
        document = document.with_defects(defects)
        carried = None if document.root is None else build_carried(document.root)
        parsed = ParsedMessage(
            document=document,
            message=None if carried is None else carried.message,
            carriers=() if carried is None else carried.carriers,
            defects=defects,
            origin=capture.origin,
            relay_state=capture.relay_state,
        )
        yield _Read(parsed=parsed, capture=capture)


def parse_message(captured: Bytes) -> ParsedMessage:
    """Return the model of a captured message in any of the accepted forms; never raises on it."""
    return _main(input_of(captured, "message")).parsed


def _main(given: Input) -> _Read:
    """Return the message that a capture of several is about."""
    found = list(read_messages(given))
    return found[main_of([item.parsed.message for item in found])]


def _case(
    read: _Read,
    evidence: _Evidence,
    earlier: Sequence[Case],
    request: _Read | None = None,
    left_over: tuple[str, ...] = (),
) -> Case:
    """Return the case of one message; `request` is what it was given as an answer to."""
    message = read.parsed.message
    given = evidence.given(message)
    documents = [read.parsed.document, *(item.document for item in given)]
    asked = answered_by(message, read.sent, earlier)
    if request is not None:
        asked = GivenRequest(
            document=request.parsed.document, message=request.parsed.message, sent=request.sent
        )
        documents.append(asked.document)
    return Case(
        kind="message",
        context=evidence.context_for(read),
        documents=documents,
        message=message,
        given=given,
        peers=_peers(given),
        given_request=asked,
        sent=attrs.evolve(read.sent, left_over=left_over),
        carriers=read.parsed.carriers,
        earlier=earlier,
        decryption_keys=evidence.decryption_keys,
    )


def origin_of(read: _Read) -> tuple[str, ...]:
    """Return the chain of encodings and envelopes that a message was taken out of."""
    around = [
        "SOAP envelope" if isinstance(item, Envelope) else "ArtifactResponse"
        for item in read.parsed.carriers
    ]
    return (*read.parsed.origin, *around)


def _peers(given: Iterable[Given]) -> list[EntityDescriptor]:
    """Return the other entities of the documents given, whose keys may explain a signature."""
    return [
        entity
        for item in given
        if item.metadata is not None
        for entity in entities_of(item.metadata)
        if entity is not item.entity
    ]


def cases_of(reads: Iterable[_Read], evidence: _Evidence, before: Sequence[Case]) -> list[Case]:
    """Return the cases of messages in their order, each with those before it."""
    cases = list(before)
    for read in reads:
        cases.append(_case(read, evidence, tuple(cases)))
    return cases[len(before) :]


def evidence_of(
    context: Context,
    sp: MetadataGiven | None,
    idp: MetadataGiven | None,
    decryption_keys: Sequence[bytes],
    *,
    as_captured: bool = False,
) -> _Evidence:
    """Return the evidence beside the messages, parsed once.

    :raises UsageError: for a key that is none.
    """
    if decryption_keys:
        from samlcheck.crypto import KeyFormatError, load_private_keys

        try:
            load_private_keys(decryption_keys)  # a wrong key is the caller's mistake: say so now
        except KeyFormatError as error:
            raise UsageError(str(error)) from None
    return _Evidence(
        context=context,
        sp=None if sp is None else metadata_of(sp, "SP metadata"),
        idp=None if idp is None else metadata_of(idp, "IdP metadata"),
        decryption_keys=tuple(decryption_keys),
        as_captured=as_captured,
    )


def _reported(case: Case, read: _Read) -> Report:
    """Return the report on a message; of a redacted one, with what its maker claims."""
    report = report_of(case, origin_of(read))
    if read.capture.claim is None:
        return report
    from samlcheck.engine.claims import with_claim

    return with_claim(report, read.capture.claim, case)


def check_message(  # noqa: PLR0913 - a word for each circumstance
    captured: Bytes,
    *,
    now: datetime,
    as_captured: bool = False,
    sp: MetadataGiven | None = None,
    idp: MetadataGiven | None = None,
    request: Bytes | None = None,
    earlier: Iterable[Bytes] = (),
    profile: ProfileChoice = None,
    authn_contexts: str | Iterable[str] | None = None,
    decryption_keys: Sequence[bytes] = (),
    symptom: str | None = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
) -> Report:
    """Check one captured message against the metadata of both sides.

    :param captured: XML, Base64, DEFLATE, URL, form body, HTTP requests, HTML form, HAR file or
        export of SAML-tracer. Of a capture with several messages the last login is judged, or the
        last one at the SP given, with the messages before it as `earlier`.
    :param as_captured: judge as of the instant that a recording tells, and as of `now` only where
        it tells none; the report says which in `evaluated_at`.
    :param sp: SP metadata; says whom the message must be meant for, and where it must go. Who
        judges many messages parses metadata once, with `parse_metadata`, and gives the result.
    :param idp: IdP metadata; its signing keys are the only ones that are trusted.
    :param request: the request that was answered, in any of the forms of a capture.
    :param earlier: other messages that went before, the oldest first; they are not judged, but
        show what is used twice, and the request among them counts as `request`.
    :param authn_contexts: class references that the SP allows, as a list or one `;` list; None
        takes those of the profile.
    :param decryption_keys: RSA private keys in PEM or DER; never logged, never in the report.
    :param symptom: what somebody saw of the failure, a code such as webex:13 or an error text; None
        takes what the capture shows.
    :raises ValueError: for a `now` without time zone, an unknown profile or a key that is none.
    """
    context = context_of(now, profile, authn_contexts, select, ignore)
    evidence = evidence_of(context, sp, idp, decryption_keys, as_captured=as_captured)
    found = list(read_messages(input_of(captured, "message")))
    before = [read for item in earlier for read in read_messages(input_of(item, "earlier message"))]
    asked = None if request is None else _main(input_of(request, "request"))
    report, _ = judge_main(found, evidence, before, asked)
    if symptom is None:
        return report
    from samlcheck.engine.symptoms import with_symptom

    return with_symptom(report, symptom)


def judge_main(
    found: Sequence[_Read], evidence: _Evidence, before: Sequence[_Read], asked: _Read | None
) -> tuple[Report, Case]:
    """Return the report on the message that a sequence of several is about, and its case.

    `asked` is what was given as the request that it answers, beside the sequence.
    """
    messages = [item.parsed.message for item in found]
    at = main_of(messages, evidence.entity_ids)
    cases = cases_of([*before, *found[:at]], evidence, ())
    several = len({item.parsed.document.source for item in found}) > 1
    words = [
        f"{item.words} in {item.parsed.document.source}" if several else item.words
        for item in found
    ]
    rest = tuple(left_over(messages, words, at))
    case = _case(found[at], evidence, cases, asked, rest)
    report = _reported(case, found[at])
    from samlcheck.engine.symptoms import with_symptom_seen

    report = with_symptom_seen(report, case)
    reads = [*before, *found]
    if asked is not None:
        reads.insert(len(cases), asked)
        cases.append(_case(asked, evidence, ()))
    return _with_exchanges(report, reads, [*cases, case]), case


def _seen(reads: Iterable[_Read]) -> list[Seen]:
    """Return messages as they were seen to travel."""
    from samlcheck.engine.exchanges import Seen

    return [
        Seen(message=read.parsed.message, sent=read.sent, source=read.parsed.document.source)
        for read in reads
    ]


def _with_exchanges(report: Report, reads: Sequence[_Read], cases: Sequence[Case]) -> Report:
    """Return a report with all messages as they travelled; the last of the cases is judged."""
    from samlcheck.engine.exchanges import exchanges_of
    from samlcheck.engine.pairing import pairings

    seen = _seen(reads)
    judged = len(cases) - 1
    findings = {judged: report.findings}
    for pair in pairings(seen):
        if pair.answer == judged:
            findings[pair.request] = _reported(cases[pair.request], reads[pair.request]).findings
    case = cases[judged]
    return attrs.evolve(
        report,
        exchanges=exchanges_of(seen, judged, sp=case.sp, idp=case.idp, findings=findings),
    )


def check_messages(  # noqa: PLR0913 - a word for each circumstance
    captured: Iterable[Bytes],
    *,
    now: datetime,
    as_captured: bool = False,
    sp: MetadataGiven | None = None,
    idp: MetadataGiven | None = None,
    earlier: Iterable[Bytes] = (),
    profile: ProfileChoice = None,
    authn_contexts: str | Iterable[str] | None = None,
    decryption_keys: Sequence[bytes] = (),
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
) -> tuple[Report, ...]:
    """Check several messages in the order in which they were sent; one report for each.

    Every message is judged with all those before it: a response is compared with the request that
    it answers, a logout with the login, and what is used twice is found.

    :param captured: captures in the forms that `check_message` takes, the oldest first; each may
        hold several messages.
    :param as_captured: judge each as of the instant that a recording tells, where it tells one.
    :param earlier: messages before them, which get no report.
    :raises ValueError: for a `now` without time zone, an unknown profile or a key that is none.
    """
    context = context_of(now, profile, authn_contexts, select, ignore)
    evidence = evidence_of(context, sp, idp, decryption_keys, as_captured=as_captured)
    before = [read for item in earlier for read in read_messages(input_of(item, "earlier message"))]
    known = cases_of(before, evidence, ())
    reads = [read for item in captured for read in read_messages(input_of(item, "message"))]
    cases = cases_of(reads, evidence, known)
    reports = [_reported(case, read) for case, read in zip(cases, reads, strict=True)]
    if not reports:
        return ()
    from samlcheck.engine.company import in_company

    return tuple(in_company(reports, _seen([*before, *reads]), cases[-1]))
