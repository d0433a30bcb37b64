"""Rules on the octets of a message: how its parameter is encoded, and in which characters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import bindings, xml
from samlcheck.rules.message.captures import is_message
from samlcheck.rules.message.carried import DEFLATED, response_with
from samlcheck.rules.rule import ERROR, INFO, SP, WARNING, Hit, example, hit, rule
from samlcheck.rules.signatures.form import signer
from samlcheck.xml import Document

_DEFLATE: Final = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"
_URL: Final = "https://idp.example.org/saml/sso/redirect?SAMLRequest="
_VALUE: Final = DEFLATED.replace("+", "%2B")
_REFUSED: Final = ("status-not-success",)
_GOOD = (
    example("raw", raw=f"{_URL}{_VALUE}&SAMLEncoding={_DEFLATE}", without=["request", "sp", "idp"]),
)


@rule(
    "transport-unknown-saml-encoding",
    on=Sent,
    severity=ERROR,
    cites=[bindings("3.4.4")],
    owner=SP,
    bad=[
        example("raw", raw=f"{_URL}{_VALUE}&SAMLEncoding=DEFLATE", without=["request", "sp", "idp"])
    ],
    good=_GOOD,
)
def unknown_saml_encoding(sent: Sent, case: Case) -> Iterator[Hit]:
    """SAMLEncoding names an encoding that nobody knows.

    The parameter SAMLEncoding names how the message is put into the query; the specification
    defines one value, the URN of DEFLATE, which is also what holds without the parameter.

    Why: a receiver cannot decode an encoding that it does not know, and refuses the message.
    Fix: Leave SAMLEncoding out.
    """
    for value in sent.values("SAMLEncoding"):
        text = value.decode("utf-8", "replace")
        if text != _DEFLATE:
            yield hit(
                case.message_document,
                f"SAMLEncoding is {text[:100]!r}",
                expected=_DEFLATE,
                actual=text[:100],
            )


@rule(
    "transport-base64-linebreaks-redirect",
    on=Sent,
    severity=ERROR,
    cites=[bindings("3.4.4.1")],
    owner=SP,
    bad=[
        example(
            "raw",
            raw=f"{_URL}{_VALUE[:76]}%0D%0A{_VALUE[76:]}",
            without=["request", "sp", "idp"],
        )
    ],
    good=_GOOD,
)
def linebreaks_in_redirect(sent: Sent, case: Case) -> Iterator[Hit]:
    """The Base64 in the address has line ends in it.

    HTTP-Redirect wants the Base64 text without line ends and other white space; in a form they are
    allowed.

    Why: some receivers refuse the value, and what the signature covers is no longer certain.
    Fix: Encode in Base64 without line wrapping; many libraries wrap at 76 characters unless told
    not to.
    """
    if sent.binding != "HTTP-Redirect" or sent.parameter is None:
        return
    for value in sent.values(sent.parameter):
        count = sum(value.count(mark) for mark in (b"\n", b"\r", b"\t"))
        if count:
            yield hit(
                case.message_document,
                f"{sent.parameter} has {count} line ends or tabs in its Base64 text",
                expected="Base64 without white space",
                actual=f"{count} line ends or tabs",
            )


@rule(
    "transport-charset",
    on=Document,
    severity=WARNING,
    cites=[xml("4.3.3")],
    bad=[
        example(
            "raw",
            raw=('<?xml version="1.0" encoding="ISO-8859-1"?>' + response_with("Responder")).encode(
                "latin-1"
            ),
            also=_REFUSED,
        ),
        example("raw", raw=b"\xef\xbb\xbf" + response_with("Responder").encode(), also=_REFUSED),
    ],
    good=[example("raw", raw=response_with("Responder"), also=_REFUSED)],
)
def charset(document: Document, case: Case) -> Iterator[Hit]:
    """The message is not written in plain UTF-8.

    The XML of the message is in another encoding, or begins with a byte order mark; the latter is
    only a note.

    Why: a receiver that puts the octets into a text of its own first reads them as UTF-8, and gets
    other letters, a signature that does not fit, or an error.
    Fix: Write messages in UTF-8 without a byte order mark.
    """
    if not is_message(document, case) or document.root is None or case.message is None:
        return
    if document.encoding not in (None, "UTF-8", "US-ASCII"):
        yield hit(
            document,
            f"The message is encoded in {document.encoding}",
            expected="UTF-8",
            actual=document.encoding,
            owner=signer(case),
        )
    elif document.data.startswith(b"\xef\xbb\xbf"):
        yield hit(
            document,
            "The message begins with a byte order mark",
            expected="UTF-8 without a byte order mark",
            severity=INFO,
            owner=signer(case),
        )


RULES = (unknown_saml_encoding, linebreaks_in_redirect, charset)
