"""Rules on the compression of a message, which HTTP-Redirect has and HTTP-POST has not."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.rules.case import Case
from samlcheck.rules.citations import bindings, cve, rfc
from samlcheck.rules.message.captures import of_capture, of_message
from samlcheck.rules.message.carried import BASE64, DEFLATED, ZLIB
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    CAPTURE,
    ERROR,
    SP,
    USER,
    Hit,
    example,
    rule,
)
from samlcheck.xml import Document

_GOOD = (example("raw", raw=BASE64, without=["request", "sp", "idp"]),)
_URL = "https://idp.example.org/saml/sso/redirect?SAMLRequest="


def _quoted(text: str) -> str:
    return text.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")


@rule(
    "transport-deflate-on-post",
    on=Document,
    severity=ERROR,
    cites=[bindings("3.5.4")],
    tags=[BLOCKS_LOGIN],
    owner=CAPTURE,
    bad=[
        example(
            "raw",
            raw=f'<form method="post"><input name="SAMLRequest" value="{DEFLATED}"></form>',
            without=["request", "sp", "idp"],
        )
    ],
    good=_GOOD,
)
def deflate_on_post(document: Document, case: Case) -> Iterator[Hit]:
    """The message is compressed although it is sent in a form.

    HTTP-POST sends the Base64 of the XML; here the Base64 holds compressed data, which only
    HTTP-Redirect uses.

    Why: most receivers do not inflate a form value and find no XML.
    Fix: Let the sender leave out the compression for HTTP-POST.
    """
    yield from of_capture(document, case, "transport-deflate-on-post", ERROR)


@rule(
    "transport-not-deflated-on-redirect",
    on=Document,
    severity=ERROR,
    cites=[bindings("3.4.4.1")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[example("raw", raw=_URL + _quoted(BASE64), without=["request", "sp", "idp"])],
    good=[example("raw", raw=_URL + _quoted(DEFLATED), without=["request", "sp", "idp"])],
)
def not_deflated_on_redirect(document: Document, case: Case) -> Iterator[Hit]:
    """The message in the URL is not compressed.

    HTTP-Redirect sends DEFLATE data in Base64; here the Base64 holds the XML itself.

    Why: a receiver inflates the value and gets an error.
    Fix: Compress the XML with DEFLATE (RFC 1951, without a header) before the Base64 encoding.
    """
    yield from of_capture(document, case, "transport-not-deflated-on-redirect", ERROR)


@rule(
    "transport-wrong-compression-header",
    on=Document,
    severity=ERROR,
    cites=[bindings("3.4.4.1"), rfc(1951)],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[example("raw", raw=_URL + _quoted(ZLIB), without=["request", "sp", "idp"])],
    good=[example("raw", raw=_URL + _quoted(DEFLATED), without=["request", "sp", "idp"])],
)
def wrong_compression_header(document: Document, case: Case) -> Iterator[Hit]:
    """The message is compressed with a zlib or gzip header.

    HTTP-Redirect uses raw DEFLATE data; libraries add a header unless told not to.

    Why: a receiver that keeps to RFC 1951 cannot inflate it.
    Fix: Tell the compression library to write raw data, such as with a window size of -15 in zlib.
    """
    yield from of_capture(document, case, "transport-wrong-compression-header", ERROR)


@rule(
    "transport-decompression-bomb",
    on=Document,
    severity=ERROR,
    cites=[
        bindings("3.4.4.1"),
        rfc(1951),
        cve("CVE-2025-25293", "compressed messages that exhaust the receiver"),
    ],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example("raw", raw=DEFLATED.removesuffix("BA==") + "BEFB", without=["request", "sp", "idp"])
    ],
    good=_GOOD,
)
def decompression_bomb(document: Document, case: Case) -> Iterator[Hit]:
    """The compressed data inflates far beyond a message, or more follows it.

    A few octets of compressed data would give more than is ever read, or octets stand behind the
    end of the compressed message.

    Why: the first exhausts the memory of a receiver; the second lets two programs read two
    different messages.
    Fix: Do not trust it; find out who sends it, and give it to those in charge of security at the
    service provider.
    """
    yield from of_message(document, case, "transport-decompression-bomb")


RULES = (
    deflate_on_post,
    not_deflated_on_redirect,
    wrong_compression_header,
    decompression_bomb,
)
