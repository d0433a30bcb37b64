"""A message as it stands, and as far as signatures vouch for it: what `samlcheck show` prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import attrs
from lxml.etree import _Element as Element

from samlcheck.engine.api import Bytes, MetadataGiven, context_of, input_of
from samlcheck.engine.markup import Markup, ViewLine
from samlcheck.engine.message_facts import message_kind
from samlcheck.engine.messages import cases_of, evidence_of, origin_of, read_messages
from samlcheck.model import Signature, walk
from samlcheck.records import frozen
from samlcheck.rules.case import Case
from samlcheck.rules.detached import SIMPLE_SIGN
from samlcheck.xml import Document
from samlcheck.xml.quotations import guarded, masked, personal, revealed

#: What each status of a signature means for the reader.
_STATUS: Final = {
    "valid": "verifies with a trusted key",
    "no-key": "no trusted key was given to verify it with",
    "wrong-key": "intact, but made with a key that is not trusted",
    "altered": "does not verify",
    "malformed": "is not of the form that SAML requires",
    "refused": "does not verify",
    "unsupported": "cannot be tried",
    "unexamined": "was not examined: there are too many",
}


@frozen(kw_only=True)
class SignatureView:
    """A signature of a message: what it covers, whose it is, and whether it holds.

    `covers` is the path of the element, or words where the signature is beside the message.
    `status` is a word for programs, `words` says it in full.
    """

    number: int
    covers: str
    status: str
    words: str
    algorithm: str | None
    signed_by: str | None


@frozen(kw_only=True)
class VerifiedView:
    """The part of a message that a valid signature covers, read from the octets that it covers."""

    signature: int
    lines: tuple[ViewLine, ...]


@frozen(kw_only=True)
class MessageView:
    """A message for reading: literally, and as far as trusted signatures vouch for it.

    `problems` says why there are no lines, when the message could not be read. `parameters` are the
    SAML parameters beside the message.
    """

    source: str
    origin: tuple[str, ...]
    message_kind: str | None
    evaluated_at: str
    problems: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]
    signatures: tuple[SignatureView, ...]
    lexical: tuple[ViewLine, ...]
    verified: tuple[VerifiedView, ...]


def show_message(
    captured: Bytes,
    *,
    now: datetime,
    sp: MetadataGiven | None = None,
    idp: MetadataGiven | None = None,
    decryption_keys: Sequence[bytes] = (),
    show_values: bool = False,
) -> tuple[MessageView, ...]:
    """Return a view of each message in a capture, for reading.

    :param now: the instant to which times are set in relation.
    :param sp: SP metadata, whose keys sign requests.
    :param idp: IdP metadata, whose keys sign responses; without metadata nothing is verified.
    :param decryption_keys: RSA private keys in PEM or DER, for what is encrypted.
    :param show_values: give NameID and attribute values in clear; else by their length.
    :raises ValueError: for a `now` without time zone or a key that is none; never for the capture.
    """
    context = context_of(now, None, None, (), ())
    evidence = evidence_of(context, sp, idp, decryption_keys)
    reads = list(read_messages(input_of(captured, "message")))
    cases = cases_of(reads, evidence, ())
    settle = revealed if show_values else masked
    return tuple(
        _settled(_view(case, origin_of(read)), settle)
        for case, read in zip(cases, reads, strict=True)
    )


def _view(case: Case, origin: tuple[str, ...]) -> MessageView:
    document = case.given_documents[0]
    signatures = list(signatures_in(case))
    return MessageView(
        source=document.source,
        origin=origin,
        message_kind=message_kind(case),
        evaluated_at=case.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        problems=tuple(guarded(item)[0] for item in document.defects),
        parameters=tuple(_parameters(case)),
        signatures=tuple(described(case, signatures)),
        lexical=tuple(_lexical(case, document, signatures)),
        verified=tuple(_verified(case, signatures)),
    )


def _parameters(case: Case) -> Iterator[tuple[str, str]]:
    """Yield what came beside the message; the message itself and long values are not repeated."""
    for name, value in () if case.sent is None else case.sent.parameters:
        text = value.decode("utf-8", "replace")
        if name == "RelayState":
            yield name, personal(text)
        elif name not in ("SAMLRequest", "SAMLResponse"):
            yield name, text if len(text) <= 120 else f"{text[:16]}... ({len(text)} characters)"


def signatures_in(case: Case) -> Iterator[Signature]:
    """Yield the signatures in the message, in what it stands in, and in what was decrypted."""
    roots = [*case.carriers, *([] if case.message is None else [case.message])]
    roots += [item.assertion for item in case.decrypted if item.assertion is not None]
    for root in roots:
        for node in walk(root):
            if isinstance(node, Signature):
                yield node


def described(case: Case, signatures: list[Signature]) -> Iterator[SignatureView]:
    """Yield what is to be told of signatures of a message, and of the one beside it."""
    number = 0
    for number, signature in enumerate(signatures, 1):
        check = case.check(signature)
        document = case.document_of(signature)
        covers = check.covers
        method = signature.signature_method
        yield SignatureView(
            number=number,
            covers="nothing that can be told"
            if covers is None or document is None
            else document.xpath(covers),
            status=check.status,
            words=_STATUS.get(check.status, check.status),
            algorithm=None if method is None else method.algorithm,
            signed_by=None if check.signed_by is None else check.signed_by.words,
        )
    beside = case.detached
    if beside is not None and case.sent is not None:
        what = "the message, RelayState and SigAlg, as the form has them"
        if case.sent.binding != SIMPLE_SIGN:
            what = "the query string: the message, RelayState and SigAlg"
        yield SignatureView(
            number=number + 1,
            covers=what,
            status=beside.status,
            words=_STATUS.get(beside.status, beside.status),
            algorithm=beside.algorithm,
            signed_by=None if beside.signed_by is None else beside.signed_by.words,
        )


def _lexical(case: Case, document: Document, signatures: list[Signature]) -> Iterator[ViewLine]:
    """Yield the message as it stands, decrypted parts below what held them."""
    if document.root is None:
        return
    covered: dict[Element, str] = {}
    for number, signature in enumerate(signatures, 1):
        check = case.check(signature)
        if check.covers is not None:
            words = f"signature {number} covers this: {_STATUS.get(check.status, check.status)}"
            covered[check.covers] = words
    inner = {item.encrypted.element: item for item in case.decrypted}

    def note(element: Element) -> str | None:
        told = covered.get(element)
        opened = inner.get(element)
        if told is None and opened is not None:
            return "decrypted below" if opened.document is not None else "could not be decrypted"
        return told

    def place(element: Element) -> int | None:
        found = case.document_of(element)
        return None if found is None else found.positions.tag(element).line

    markup = Markup(now=case.now, notes=note, place=place)
    yield from markup.lines(document.root)
    for number, item in enumerate(case.decrypted, 1):
        if item.document is not None and item.document.root is not None:
            yield ViewLine(depth=0, text="", note=f"decrypted EncryptedAssertion {number}:")
            yield from markup.lines(item.document.root)


def _verified(case: Case, signatures: list[Signature]) -> Iterator[VerifiedView]:
    """Yield what each valid signature covers, from the octets that it was made over."""
    markup = Markup(now=case.now, notes=lambda _: None, place=lambda _: None)
    number = 0
    for number, signature in enumerate(signatures, 1):
        check = case.check(signature)
        if check.status == "valid" and check.verified is not None:
            yield VerifiedView(signature=number, lines=tuple(markup.lines(check.verified)))
    beside, document = case.detached, case.given_documents[0]
    if beside is not None and beside.status == "valid" and document.root is not None:
        yield VerifiedView(signature=number + 1, lines=tuple(markup.lines(document.root)))


def _settled(view: MessageView, settle: Callable[[str], str]) -> MessageView:
    """Return a view with its personal values masked, or in clear."""

    def lines(found: Iterable[ViewLine]) -> tuple[ViewLine, ...]:
        return tuple(attrs.evolve(line, text=settle(line.text)) for line in found)

    return attrs.evolve(
        view,
        problems=tuple(settle(item) for item in view.problems),
        parameters=tuple((name, settle(value)) for name, value in view.parameters),
        lexical=lines(view.lexical),
        verified=tuple(attrs.evolve(item, lines=lines(item.lines)) for item in view.verified),
    )
