"""What passes for plain is read alike by two parsers, and does not change when written again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from samlcheck.xml import MESSAGE_LIMITS, new_parser, read_document
from samlcheck.xml.outline import difference, outline, second_outline
from samlcheck.xml.plain import is_plain
from tests.property.mutations import Step, change_text, text_step
from tests.support.bases import build

GOOD = build("response", sign="both")
_PIECES = st.sampled_from(
    (
        *(
            "<a>",
            "</a>",
            "<b/>",
            "<a:b xmlns:a='urn:x'>",
            "</a:b>",
            "x",
            " ",
            "\n",
            "&amp;",
            "&lt;",
        ),
        *(
            "'",
            "]]",
            ">",
            "<b c='d'/>",
            "<b c=' d\n'/>",
            "<b xmlns=''/>",
            "<?x?>",
            "<!---->",
            "&#13;",
        ),
        *(
            "<b xmlns='urn:y' c='&quot;'/>",
            "\t",
            "é",
            "<::x/>",
            "<b x:y='z'/>",
            "<b xml:id=' a '/>",
        ),
    )
)


def _agrees(data: bytes) -> bool:
    """Whether a document is plain; then two readings of it must agree."""
    document = read_document(data, limits=MESSAGE_LIMITS)
    if not is_plain(document):
        return False
    assert document.root is not None
    read = outline(document.root)
    second = second_outline(data)
    assert second is not None
    assert difference(read, second) is None
    written = etree.fromstring(etree.tostring(document.root, encoding="utf-8"), new_parser())
    assert outline(written) == read
    try:
        canonical = etree.tostring(document.root, method="c14n", exclusive=True)
    except etree.C14NError:  # a relative namespace name: there are no octets to read again
        return True
    again = etree.fromstring(canonical, new_parser())
    assert difference(outline(again), read) is None
    return True


def test_a_usual_message_is_plain() -> None:
    assert _agrees(GOOD)


@given(steps=st.lists(text_step, max_size=3))
@settings(deadline=None, max_examples=300)
def test_changed_messages(steps: list[Step]) -> None:
    message = GOOD
    for step in steps:
        message = change_text(message, step)
    _agrees(message)


@given(pieces=st.lists(_PIECES, max_size=12))
@settings(deadline=None, max_examples=500)
def test_small_documents(pieces: list[str]) -> None:
    _agrees(f"<a>{''.join(pieces)}</a>".encode())


@pytest.mark.parametrize(
    "odd", ["<!-- -->", "<?x?>", "<![CDATA[x]]>", "&#65;", "é", "\r", '<x xml:id="a"/>']
)
def test_what_is_not_plain(odd: str) -> None:
    changed = GOOD.replace(b"<samlp:Status>", odd.encode() + b"<samlp:Status>", 1)
    assert not _agrees(changed)
