"""Captures that confuse, and truly signed messages that were made for another login."""

from __future__ import annotations

import base64
import zlib
from urllib.parse import quote

from lxml import etree

from tests.forgeries.forgery import Forgery
from tests.forgeries.forging import (
    FORGED_USER,
    REQUEST_ID,
    SAML,
    Edit,
    second_assertion,
)
from tests.support.bases import build

_AUDIENCE: Edit = (
    "<saml:Audience>https://sp.example.org/saml",
    "<saml:Audience>https://other.example.org/saml",
)
_DATA = f'<saml:SubjectConfirmationData InResponseTo="{REQUEST_ID}"'
_RECIPIENT: Edit = (
    'Recipient="https://sp.example.org/saml/acs"',
    'Recipient="https://other.example.org/saml/acs"',
)


def _field(message: bytes) -> str:
    return quote(base64.b64encode(message).decode(), safe="")


def posted() -> bytes:
    """The good message as a browser posts it."""
    return f"SAMLResponse={_field(build('response'))}".encode()


def two_responses_in_one_form() -> bytes:
    forged = build("response", sign=None).replace(b"maria.lind@", b"admin@")
    return f"SAMLResponse={_field(forged)}&SAMLResponse={_field(build('response'))}".encode()


def request_and_response_in_one_form() -> bytes:
    fields = (
        f"SAMLRequest={_field(build('request'))}",
        f"SAMLResponse={_field(build('response'))}",
    )
    return "&".join(fields).encode()


def inflated() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(b"<a>" + b" " * 60_000_000) + packer.flush()
    value = quote(base64.b64encode(bomb).decode(), safe="")
    return f"https://sp.example.org/saml/acs?SAMLResponse={value}".encode()


def for_another_audience() -> bytes:
    return build("response", [_AUDIENCE])


def for_another_recipient() -> bytes:
    return build("response", [_RECIPIENT])


def answer_to_another_request() -> bytes:
    return build("response", [(REQUEST_ID, "_f0e2")])


def stolen_assertion_in_an_own_response() -> bytes:
    """An assertion that answers no request, in a response that claims to answer one."""
    return build("response", [(_DATA, "<saml:SubjectConfirmationData")])


def two_persons() -> bytes:
    other = ("maria.lind@example.org</saml:NameID>", f"{FORGED_USER}</saml:NameID>")
    return build("response", [second_assertion(other)])


def signed_request() -> bytes:
    """A good request that is signed."""
    return build("request", sign="root", key="sp-signing")


def wrapped_request() -> bytes:
    root = etree.fromstring(signed_request())
    original = etree.fromstring(signed_request())
    root.set("ID", "_f0e2b07d5a3e1f6249c8bd93026ea41c")
    root.set("AssertionConsumerServiceURL", "https://evil.example/acs")
    place = etree.Element("{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
    place.append(original)
    issuer = root.find(f"{{{SAML}}}Issuer")
    assert issuer is not None
    signature = issuer.getnext()
    assert signature is not None
    signature.addnext(place)
    return etree.tostring(root)


def _login(build_: object, rule: str, row: str, cites: str, **more: object) -> Forgery:
    return Forgery(build=build_, rule=rule, row=row, cites=cites, **more)  # type: ignore[arg-type]


FORGERIES = (
    _login(
        two_responses_in_one_form,
        "transport-duplicate-parameter",
        "parameters",
        "CVE-2025-27773",
        good=posted,
    ),
    _login(
        request_and_response_in_one_form,
        "transport-both-request-and-response",
        "parameters",
        "CVE-2025-27773",
        good=posted,
    ),
    _login(inflated, "transport-decompression-bomb", "inflation", "CVE-2025-25293"),
    _login(for_another_audience, "aud-mismatch", "confusion", "SAML Core", alone=False),
    _login(for_another_recipient, "scd-recipient-mismatch", "confusion", "SAML", alone=False),
    _login(
        answer_to_another_request,
        "response-inresponseto-mismatch",
        "confusion",
        "SAML",
        alone=False,
    ),
    _login(
        stolen_assertion_in_an_own_response,
        "response-inresponseto-unsigned",
        "confusion",
        "SAML",
        given=lambda: {"request": None},
    ),
    _login(two_persons, "response-assertions-different-subject", "confusion", "SAML"),
    _login(
        wrapped_request, "message-wrapping-request", "uncovered", "samlify", good=signed_request
    ),
)
