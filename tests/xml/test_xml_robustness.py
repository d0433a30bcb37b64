"""Any octets give a document: nothing raises, and the same octets give the same result."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from samlcheck.xml import MESSAGE_LIMITS, Document, Limits, read_document, text_of, xpath_of

VALID = (
    '<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- c\u00f6mment -->\n'
    '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"\n'
    ' entityID="https://sp.example.org/?a=1&amp;b=2">\n'
    "  <md:Extensions><x xmlns='urn:x' y=\"'>'\">"
    "t\u00e9xt<![CDATA[<&>]]><?pi d?></x></md:Extensions>\n"
    '  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>\n'
    "</md:EntityDescriptor><!-- end -->\n"
)
FORMS = [
    VALID.encode(),
    b"\xef\xbb\xbf" + VALID.encode(),
    b"\xff\xfe" + VALID.replace("UTF-8", "UTF-16").encode("utf-16-le"),
    VALID.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
]
TIGHT = Limits(max_bytes=2000, max_depth=2, max_elements=3, max_attributes=1)


def described(document: Document) -> tuple[object, ...]:
    """Look at everything that a document offers, and return it for comparison."""
    assert (document.root is None) == bool(document.defects)
    for defect in document.defects:
        assert defect.rule
        assert defect.message.endswith((".", ";"))
        assert (defect.line is None) == (defect.column is None)
        if defect.line is not None and defect.column is not None:
            lines = document.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            assert 1 <= defect.line <= len(lines)
            assert 1 <= defect.column <= len(lines[defect.line - 1]) + 2
    seen: list[object] = [document.text, document.encoding, document.defects]
    if document.root is not None:
        for node in document.root.iter():
            seen += [document.positions.element(node), xpath_of(node)]
            if isinstance(node.tag, str):
                seen += [document.positions.text(node), text_of(node)]
                seen += [document.positions.attribute(node, str(name)) for name in node.attrib]
        seen.append(etree.tostring(document.root))
    return tuple(seen)


def check(data: bytes) -> None:
    assert described(read_document(data)) == described(read_document(data))
    described(read_document(data, limits=TIGHT))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
@example(b"\xff\xfe\xff")
@example(b"<" * 50)
@example(b"<a>\xff\xfe</a>")
def test_arbitrary_octets(data: bytes) -> None:
    check(data)


TOKENS = [
    b"<", b">", b"/", b"&", b";", b"'", b'"', b"=", b" ", b"\n", b"\r", b"a", b":", b"-", b"?",
    b"!", b"<a>", b"</a>", b"<a/>", b"<a b='c'", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?p ",
    b"?>", b"<?xml version='1.0'?>", b"<?xml version='1.0' encoding='latin-1'?>", b"<!DOCTYPE a",
    b"<!ENTITY b 'c'>", b"[", b"]", b"&amp;", b"&#0;", b"&b;", b"xmlns='uv'", b"xmlns:p='u'", b"p:",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\xc3\xa9", b"\xe9",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=25).map(b"".join))
def test_arbitrary_markup(data: bytes) -> None:
    check(data)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FORMS), st.data())
def test_truncations(form: bytes, data: st.DataObject) -> None:
    cut = form[: data.draw(st.integers(0, len(form) - 1))]
    check(cut)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FORMS), st.data())
def test_octets_changed_added_and_dropped(form: bytes, data: st.DataObject) -> None:
    changed = bytearray(form)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(changed) - 1))
        change = data.draw(st.one_of(st.integers(0, 255), st.sampled_from([b"", *TOKENS])))
        changed[place : place + 1] = bytes([change]) if isinstance(change, int) else change
    check(bytes(changed))


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_themselves_are_accepted(form: bytes) -> None:
    assert read_document(form).defects == ()


def test_every_truncation_of_a_document_is_refused() -> None:
    whole = VALID.strip().removesuffix("<!-- end -->").encode()
    assert read_document(whole).root is not None
    for length in range(len(whole)):
        document = read_document(whole[:length])
        assert document.root is None, length
        # White space, or the first octet of a character, may be all that is left of it.
        assert document.defects, length


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE a [" + b"<!--" * 500_000,
        b"<!DOCTYPE a [" + b"<?" * 500_000,
        b"<!DOCTYPE a [" + b'<"' * 500_000,
        b"<!--" * 500_000,
        b"<a b='" * 300_000,
        b'<a "' * 300_000,
        b"<a>" + b"&" * 1_000_000,
        b"<a>&#" + b"1" * 2_000_000 + b";</a>",
        b"<a>&" + b"b" * 2_000_000 + b";</a>",
        b"<" + b"a" * 2_000_000 + b"\xc2\xa0>",
        b"<a>" + b"<b xmlns:c='u'>" * 30_000 + b"&",
        b" " * 2_000_000,
        b"<?xml version='1.0' " + b" " * 2_000_000 + b"<a/>",
        b"<a " + b"b" * 2_000_000,
        b"\x01" * 1_000_000,
    ],
)
def test_hostile_input_takes_linear_time(data: bytes) -> None:
    document = read_document(data, limits=MESSAGE_LIMITS)
    assert document.root is None
    assert document.defects
    assert all(len(defect.message) < 1000 for defect in document.defects)


def test_samples_of_the_test_suite_are_read() -> None:
    files = sorted(Path(__file__).parents[1].glob("bases/**/*.xml"))
    for file in files:
        document = read_document(file.read_bytes())
        if document.root is not None:
            described(document)
