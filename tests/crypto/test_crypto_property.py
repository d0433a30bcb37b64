"""A signed message in which any one character is changed is never taken for the signed one."""

from __future__ import annotations

import string

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

import samlcheck
from samlcheck.crypto import verify_signature
from samlcheck.crypto.canonical import remove_keeping_tail
from samlcheck.model import Response
from samlcheck.model.signature import SIGNATURE
from tests.crypto.judging import trusted
from tests.support.bases import NOW, build
from tests.support.keys import certificate_base64

SIGNED = build("response", sign="both").decode()
KEY = trusted(certificate_base64("idp-signing"))
CHARACTERS = string.ascii_letters + string.digits + " \n\r\t<>&\"'/=#:;-+.!?[]{}\u00a0\u00e4\ufeff"


def _content(element: etree._Element) -> bytes:
    """What an element says: its canonical form without signatures and comments."""
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    for signature in list(copy.iter(SIGNATURE)):
        if signature is not copy:
            remove_keeping_tail(signature)
    return etree.tostring(copy, method="c14n", exclusive=True, with_comments=False)


def _response(text: str) -> Response | None:
    message = samlcheck.parse_message(text.encode("utf-8", "surrogatepass")).message
    return message if isinstance(message, Response) else None


ORIGINAL = _response(SIGNED)
assert ORIGINAL is not None
MEANINGS = {
    "Response": _content(ORIGINAL.element),
    "Assertion": _content(ORIGINAL.assertions[0].element),
}


def _judge(text: str) -> None:
    response = _response(text)
    if response is None:
        return
    for signed in (response, *response.assertions):
        for signature in signed.signatures:
            check = verify_signature(signature, (KEY,), now=NOW)
            if check.status == "valid":
                name = etree.QName(signed.element).localname
                assert check.covers is signed.element
                assert MEANINGS[name] == _content(signed.element)
                assert check.verified is not None
                assert MEANINGS[name] == _content(check.verified)


def test_the_unchanged_message_is_valid_twice() -> None:
    assert ORIGINAL is not None
    checks = [
        verify_signature(signature, (KEY,), now=NOW)
        for signed in (ORIGINAL, *ORIGINAL.assertions)
        for signature in signed.signatures
    ]

    assert ["valid", "valid"] == [check.status for check in checks]
    _judge(SIGNED)


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(SIGNED) - 1), st.sampled_from(CHARACTERS))
def test_replacing_a_character(place: int, character: str) -> None:
    _judge(SIGNED[:place] + character + SIGNED[place + 1 :])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(SIGNED)), st.sampled_from([*CHARACTERS, "<!---->", "<?x?>", "&#13;"]))
@example(SIGNED.index("maria"), "<!-- -->")
def test_inserting_a_character(place: int, inserted: str) -> None:
    _judge(SIGNED[:place] + inserted + SIGNED[place:])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 40))
def test_deleting_characters(place: int, count: int) -> None:
    _judge(SIGNED[:place] + SIGNED[place + count :])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(SIGNED)), st.integers(0, len(SIGNED)), st.integers(1, 600))
def test_copying_a_part_to_another_place(source: int, target: int, length: int) -> None:
    part = SIGNED[source : source + length]
    _judge(SIGNED[:target] + part + SIGNED[target:])
