"""The three checks and the two parsers behind the public API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from samlcheck.engine.facts import facts_of
from samlcheck.engine.metadata import judge_metadata
from samlcheck.engine.plan import Plan
from samlcheck.engine.report import Report
from samlcheck.engine.reporting import make_report
from samlcheck.engine.run import judge
from samlcheck.engine.verdict import verdict_of
from samlcheck.model import (
    Assertion,
    AuthnRequest,
    Carrier,
    EntityDescriptor,
    Message,
    Metadata,
    OtherMessage,
    Response,
    build_carried,
    build_metadata,
    entities_of,
)
from samlcheck.profiles import Profile, load_profile
from samlcheck.rules.case import Case, Context, Given, GivenRequest, Sent
from samlcheck.rules.registry import all_ids, matches
from samlcheck.xml import MESSAGE_LIMITS, METADATA_LIMITS, Defect, Document, read_document

if TYPE_CHECKING:
    from samlcheck.intake import Capture


class UsageError(ValueError):
    """An argument that cannot be meant: a glob that matches no rule, a key that is none."""


@attrs.frozen(kw_only=True)
class Input:
    """Octets with the name under which findings speak of them, such as a file name."""

    data: bytes | str = attrs.field(validator=attrs.validators.instance_of((bytes, str)))
    name: str

    @property
    def octets(self) -> bytes:
        """The octets; text is encoded as its XML declaration says, else as UTF-8."""
        if isinstance(self.data, bytes):
            return self.data
        from samlcheck.intake import encode_as_declared

        return encode_as_declared(self.data.encode("utf-8", "surrogatepass"))


Bytes = bytes | str | Input
ProfileChoice = str | Profile | Iterable[str] | None


@attrs.frozen(kw_only=True, eq=False)
class ParsedMetadata:
    """A metadata document: the model, or the defects that kept it from being read."""

    document: Document
    metadata: Metadata | None
    defects: tuple[Defect, ...]

    @property
    def entities(self) -> tuple[EntityDescriptor, ...]:
        """All entities of the document, in document order."""
        return () if self.metadata is None else tuple(entities_of(self.metadata))


@attrs.frozen(kw_only=True, eq=False)
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


def _input(data: Bytes, name: str) -> Input:
    if isinstance(data, Input):
        return data
    if isinstance(data, str | bytes):
        return Input(data=data, name=name)
    if isinstance(data, bytearray | memoryview):
        return Input(data=bytes(data), name=name)
    raise TypeError(f"expected bytes, str or Input, not {type(data).__name__}")


def _globs(globs: str | Iterable[str]) -> tuple[str, ...]:
    """Return globs over rule ids, one or several.

    :raises UsageError: for a glob that matches no rule of any kind of check.
    """
    given = (globs,) if isinstance(globs, str) else tuple(globs)
    for glob in given:
        if not any(matches(slug, glob) for slug in all_ids()):
            raise UsageError(f"no rule matches {glob!r}; `samlcheck rules` lists them")
    return given


def _texts(texts: str | Iterable[str] | None) -> tuple[str, ...] | None:
    """Return class references given as a list or as one list with semicolons."""
    if texts is None:
        return None
    given = tuple(texts.split(";") if isinstance(texts, str) else texts)
    if not all(isinstance(text, str) for text in given):
        raise TypeError("authn_contexts must be text, or texts")
    return tuple(text.strip() for text in given if text.strip())


def _profile(choice: ProfileChoice) -> Profile:
    if isinstance(choice, Profile):
        return choice
    if choice is None:
        return load_profile()
    return load_profile(choice) if isinstance(choice, str) else load_profile(*choice)


def _context(
    now: datetime,
    profile: ProfileChoice,
    authn_contexts: str | Iterable[str] | None,
    select: str | Iterable[str],
    ignore: str | Iterable[str],
) -> Context:
    return Context(
        now=now,
        profile=_profile(profile),
        authn_contexts=_texts(authn_contexts),
        select=_globs(select),
        ignore=_globs(ignore),
    )


def parse_metadata(data: Bytes) -> ParsedMetadata:
    """Return the model of a metadata document; never raises on its content."""
    given = _input(data, "metadata")
    document = read_document(given.octets, source=given.name, limits=METADATA_LIMITS)
    metadata = None if document.root is None else build_metadata(document.root)
    return ParsedMetadata(document=document, metadata=metadata, defects=document.defects)


def _read_message(given: Input) -> tuple[ParsedMessage, Capture]:
    from samlcheck.intake import read_capture

    captures = read_capture(given.data)
    capture = captures[0]
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
    return parsed, capture


def parse_message(captured: Bytes) -> ParsedMessage:
    """Return the model of a captured message in any of the accepted forms; never raises on it."""
    return _read_message(_input(captured, "message"))[0]


def _given(data: Bytes | None, side: str, wanted: str | None = None) -> Given | None:
    if data is None:
        return None
    source = _input(data, f"{side.upper() if side == 'sp' else 'IdP'} metadata")
    parsed = parse_metadata(source)
    entities = parsed.entities
    with_role = [item for item in entities if (item.sp if side == "sp" else item.idp) is not None]
    meant = [item for item in with_role if item.entity_id == wanted]
    chosen = meant[0] if meant else None
    problem = "duplicate" if len(meant) > 1 else None
    if chosen is None and with_role:
        chosen = with_role[0]
        if len(with_role) > 1:
            problem = "several"
    elif chosen is None and entities:
        problem = "wrong-role"
    elif chosen is None and parsed.document.root is not None:
        problem = "not-metadata"
    return Given(
        side=side,
        document=parsed.document,
        metadata=parsed.metadata,
        entity=chosen,
        problem=problem,
    )


def _report(case: Case, origin: tuple[str, ...] = ()) -> Report:
    plan = Plan(case.kind, case.context)
    judged = judge_metadata(case, plan) if case.kind == "metadata" else judge(case, plan)
    verdict, because = verdict_of(case, judged, plan.selected)
    return make_report(
        case.context,
        plan,
        sources=tuple(document.source for document in case.given_documents),
        origin=origin,
        verdict=verdict,
        because=because,
        findings=judged.findings,
        totals=judged.totals,
        facts=facts_of(case),
    )


def check_metadata(
    data: Bytes,
    *,
    now: datetime,
    profile: ProfileChoice = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
) -> Report:
    """Check one metadata document, a single entity or an aggregate.

    :param data: the document's octets.
    :param now: the aware instant at which validity is judged.
    :param profile: profile name or names; None is the neutral base.
    :param select: globs over rule ids to run; none means all.
    :param ignore: globs over rule ids to leave out.
    :raises ValueError: for a `now` without time zone, an unknown profile or a glob that matches no
        rule; never for the data.
    """
    parsed = parse_metadata(data)
    case = Case(
        kind="metadata",
        context=_context(now, profile, None, select, ignore),
        documents=(parsed.document,),
        metadata=parsed.metadata,
    )
    return _report(case)


def check_pair(
    *,
    sp: Bytes,
    idp: Bytes,
    now: datetime,
    profile: ProfileChoice = None,
    authn_contexts: str | Iterable[str] | None = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
) -> Report:
    """Check whether an SP and an IdP can work together, from their metadata.

    :raises ValueError: for a `now` without time zone, an unknown profile or a glob that matches no
        rule; never for the data.
    """
    sides = (_given(_input(sp, "SP metadata"), "sp"), _given(_input(idp, "IdP metadata"), "idp"))
    given = [item for item in sides if item is not None]
    case = Case(
        kind="pair",
        context=_context(now, profile, authn_contexts, select, ignore),
        documents=tuple(item.document for item in given),
        given=given,
    )
    return _report(case)


def _issuer_of(message: Message | None) -> str | None:
    if message is None or isinstance(message, OtherMessage):
        return None
    if message.issuer is not None:
        return message.issuer.value
    if isinstance(message, Response) and message.assertions:
        return _issuer_of(message.assertions[0])
    return None


def _audience_of(message: Message | None) -> str | None:
    assertions = message.assertions if isinstance(message, Response) else ()
    if isinstance(message, Assertion):
        assertions = (message,)
    for assertion in assertions:
        for conditions in assertion.conditions_all:
            for restriction in conditions.audience_restrictions:
                for audience in restriction.audiences:
                    return audience.value
    return None


def _meant_entities(message: Message | None) -> tuple[str | None, str | None]:
    """Return the entityIDs of the SP and the IdP that a message names, None where it does not."""
    issuer = _issuer_of(message)
    if isinstance(message, Response | Assertion):
        return _audience_of(message), issuer
    if isinstance(message, AuthnRequest):
        return issuer, None
    return issuer, issuer  # either side may have sent it


def check_message(
    captured: Bytes,
    *,
    now: datetime,
    sp: Bytes | None = None,
    idp: Bytes | None = None,
    request: Bytes | None = None,
    profile: ProfileChoice = None,
    authn_contexts: str | Iterable[str] | None = None,
    decryption_keys: Sequence[bytes] = (),
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
) -> Report:
    """Check one captured message against the metadata of both sides.

    :param captured: XML, Base64, DEFLATE, URL, form body, HTTP request or HTML form.
    :param sp: SP metadata; says whom the message must be meant for, and where it must go.
    :param idp: IdP metadata; its signing keys are the only ones that are trusted.
    :param request: the AuthnRequest that was answered, in any of the forms of a capture.
    :param authn_contexts: class references that the SP allows, as a list or one `;` list; None
        takes those of the profile.
    :param decryption_keys: RSA private keys in PEM or DER; never logged, never in the report.
    :raises ValueError: for a `now` without time zone, an unknown profile or a key that is none.
    """
    if decryption_keys:
        from samlcheck.crypto import KeyFormatError, load_private_keys

        try:
            load_private_keys(decryption_keys)  # a wrong key is the caller's mistake: say so now
        except KeyFormatError as error:
            raise UsageError(str(error)) from None
    parsed, capture = _read_message(_input(captured, "message"))
    asked = None if request is None else _read_message(_input(request, "request"))[0]
    wanted_sp, wanted_idp = _meant_entities(parsed.message)
    given = [
        item
        for item in (_given(sp, "sp", wanted_sp), _given(idp, "idp", wanted_idp))
        if item is not None
    ]
    documents = [parsed.document, *(item.document for item in given)]
    if asked is not None:
        documents.append(asked.document)
    case = Case(
        kind="message",
        context=_context(now, profile, authn_contexts, select, ignore),
        documents=documents,
        message=parsed.message,
        given=given,
        peers=_peers(given),
        given_request=None
        if asked is None
        else GivenRequest(document=asked.document, message=asked.message),
        sent=Sent(
            parameter=capture.parameter,
            binding=capture.binding,
            url=capture.url,
            relay_state=capture.relay_state,
            query=capture.query,
            parameters=capture.parameters,
        ),
        carriers=parsed.carriers,
        decryption_keys=decryption_keys,
    )
    return _report(case, parsed.origin)


def _peers(given: Iterable[Given]) -> list[EntityDescriptor]:
    """Return the other entities of the documents given, whose keys may explain a signature."""
    return [
        entity
        for item in given
        if item.metadata is not None
        for entity in entities_of(item.metadata)
        if entity is not item.entity
    ]
