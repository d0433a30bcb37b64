"""Rules on how a message is encoded: URL-encoding, HTML escaping, Base64."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from samlcheck.rules.case import Case
from samlcheck.rules.citations import bindings, rfc
from samlcheck.rules.documents import is_cut_off
from samlcheck.rules.message.captures import is_message, of_capture
from samlcheck.rules.message.carried import BASE64, MAPPING, base64_of
from samlcheck.rules.rule import (
    CAPTURE,
    ERROR,
    INFO,
    USER,
    WARNING,
    Hit,
    Unknown,
    example,
    rule,
)
from samlcheck.xml import Document

_ESCAPED = BASE64.replace("+", "%2B").replace("/", "%2F")
_GOOD = (example("raw", raw=BASE64, without=["request", "sp", "idp"]),)


def _as_sent(document: Document, case: Case, slug: str) -> Iterator[Hit | Unknown]:
    """Yield what is wrong with an encoding: an error where the message was captured as it was sent.

    A bare value was copied by somebody, and may have been right before that.
    """
    as_sent = is_message(document, case) and case.sent is not None and case.sent.parameter
    for found in of_capture(document, case, slug, WARNING):
        yield attrs.evolve(found, severity=ERROR) if as_sent else found
        if as_sent:
            yield Unknown("whether the receiver was sent it in this encoding", leaves_open=True)


@rule(
    "transport-not-base64",
    on=Document,
    severity=ERROR,
    cites=[bindings("3.5.4"), rfc(2045, "6.8")],
    owner=USER,
    bad=[
        example("raw", raw="SAMLResponse=%C3%A4%C3%B6%C3%BC%21"),
        example("raw", raw=BASE64[:100] + "*" + BASE64[100:], without=["request", "sp", "idp"]),
    ],
    good=_GOOD,
)
def not_base64(document: Document, case: Case) -> Iterator[Hit]:
    """The message is not whole Base64.

    The value has characters outside of the Base64 alphabet, or does not end as Base64 has to. Where
    a message comes out all the same, it is a warning and the message is judged.

    Why: some decoders skip foreign characters, as RFC 2045 tells them to, and others refuse the
    whole message.
    Fix: Copy the value again, from the network tab of the browser and not from a log or a mail.
    """
    for found in of_capture(document, case, "transport-not-base64", ERROR):
        yield found if document.root is None else attrs.evolve(found, severity=WARNING)


@rule(
    "transport-base64url-alphabet",
    on=Document,
    severity=WARNING,
    cites=[bindings("3.5.4"), rfc(4648, "5")],
    owner=CAPTURE,
    bad=[
        example(
            "raw", raw=BASE64.replace("+", "-").replace("/", "_"), without=["request", "sp", "idp"]
        )
    ],
    good=_GOOD,
)
def base64url_alphabet(document: Document, case: Case) -> Iterator[Hit | Unknown]:
    """The message is written in the URL-safe Base64 alphabet.

    The value has `-` and `_` where SAML's Base64 has `+` and `/`. In a form or URL as it was sent
    it is an error, and the verdict stays open.

    Why: most receivers refuse it or read other octets.
    Fix: Encode the message with the standard alphabet and escape it as a URL parameter after that.
    """
    yield from _as_sent(document, case, "transport-base64url-alphabet")


@rule(
    "transport-plus-became-space",
    on=Document,
    severity=WARNING,
    cites=[bindings("3.5.4")],
    owner=CAPTURE,
    bad=[
        example(
            "raw",
            raw=f"SAMLRequest={BASE64.replace('+', ' ')}&RelayState=%2F",
            without=["request", "sp", "idp"],
        )
    ],
    good=_GOOD,
)
def plus_became_space(document: Document, case: Case) -> Iterator[Hit | Unknown]:
    """The message has blanks where plus signs belong.

    A form value was decoded once too often, or was sent with a bare `+`. In a form or URL as it was
    sent it is an error, and the verdict stays open.

    Why: the receiver gets other octets than were sent, so the message is unreadable or its
    signature fails.
    Fix: Send `+` as `%2B`, and let nothing between the browser and the receiver decode the form.
    """
    yield from _as_sent(document, case, "transport-plus-became-space")


@rule(
    "transport-residual-url-encoding",
    on=Document,
    severity=INFO,
    cites=[bindings("3.5.4")],
    owner=USER,
    bad=[example("raw", raw=_ESCAPED, without=["request", "sp", "idp"])],
    good=_GOOD,
)
def residual_url_encoding(document: Document, case: Case) -> Iterator[Hit]:
    """The message is still URL-encoded.

    The value has escapes such as `%2B`, which were taken off before it was read.

    Why: mostly it was copied from a URL or a raw form body, which does no harm here. If the sender
    made it so, no receiver can read it.
    Fix: Nothing, if you copied it so; otherwise let the sender escape the value once only.
    """
    yield from of_capture(document, case, "transport-residual-url-encoding", INFO)


@rule(
    "transport-html-entity-residue",
    on=Document,
    severity=INFO,
    cites=[bindings("3.5.4")],
    owner=USER,
    bad=[example("raw", raw=BASE64.replace("+", "&#x2B;"), without=["request", "sp", "idp"])],
    good=_GOOD,
)
def html_entity_residue(document: Document, case: Case) -> Iterator[Hit]:
    """The message holds HTML character references.

    The value has references such as `&#x2B;`, which were replaced before it was read.

    Why: mostly it was copied from the source of an HTML page, which does no harm here. If the
    sender escaped it twice, no receiver can read it.
    Fix: Nothing, if you copied it so; otherwise let the sender escape the value once only.
    """
    yield from of_capture(document, case, "transport-html-entity-residue", INFO)


@rule(
    "transport-double-base64",
    on=Document,
    severity=WARNING,
    cites=[bindings("3.5.4")],
    owner=CAPTURE,
    bad=[
        example(
            "raw",
            raw=base64_of(base64_of(MAPPING)),
            also=["transport-message-kind-mismatch"],
        )
    ],
    good=_GOOD,
)
def double_base64(document: Document, case: Case) -> Iterator[Hit | Unknown]:
    """The message is encoded in Base64 twice.

    Below the Base64 of the parameter there is Base64 again, and the XML only below that. In a form
    or URL as it was sent it is an error, and the verdict stays open.

    Why: a receiver decodes once and finds no XML.
    Fix: Encode the XML once. If a tool wrapped the capture, take the inner value.
    """
    yield from _as_sent(document, case, "transport-double-base64")


@rule(
    "transport-truncated",
    on=Document,
    severity=ERROR,
    cites=[bindings("3.5.4")],
    owner=CAPTURE,
    bad=[
        example("raw", raw=BASE64[:301]),
        example(
            "response",
            after=[("</saml:Assertion>", ""), ("</samlp:Response>", "")],
            without=["idp"],
        ),
    ],
    good=_GOOD,
)
def truncated(document: Document, case: Case) -> Iterator[Hit]:
    """The message is cut off.

    Its Base64, its compressed data or its XML ends in the middle. That says nothing about the
    login: the verdict stays open.

    Why: what is missing cannot be read, so the signature cannot be checked either.
    Fix: Copy the whole value; logs, address bars and ticket systems cut long lines. If the network
    tab shows it cut as well, a proxy or a limit of the receiver cuts it.
    """
    yield from of_capture(document, case, "transport-truncated", ERROR)
    for found in of_capture(document, case, "xml-not-well-formed", ERROR):
        if is_cut_off(found):
            yield found


RULES = (
    not_base64,
    base64url_alphabet,
    plus_became_space,
    residual_url_encoding,
    html_entity_residue,
    double_base64,
    truncated,
)
