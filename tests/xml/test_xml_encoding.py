"""Encodings: which are accepted, and what is said of the others."""

import pytest

from samlcheck.xml import read_document

BODY = "<a b='é€'>\r\nß</a>"
RULE = "xml-encoding-declared-mismatch"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (BODY.encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + BODY.encode(), "UTF-8"),
        (('<?xml version="1.0" encoding="utf-8"?>' + BODY).encode(), "UTF-8"),
        (("<?xml version='1.0' encoding = 'UTF8' ?>" + BODY).encode(), "UTF-8"),
        (("<?xml version='1.0'?>" + BODY).encode(), "UTF-8"),
        (b"\xff\xfe" + BODY.encode("utf-16-le"), "UTF-16LE"),
        (b"\xfe\xff" + BODY.encode("utf-16-be"), "UTF-16BE"),
        (
            b"\xfe\xff" + ("<?xml version='1.0' encoding='UTF-16'?>" + BODY).encode("utf-16-be"),
            "UTF-16BE",
        ),
        (
            b"\xff\xfe" + ("<?xml version='1.0' encoding='utf-16le'?>" + BODY).encode("utf-16-le"),
            "UTF-16LE",
        ),
        (("<?xml version='1.0' encoding='Windows-1252'?>" + BODY).encode("cp1252"), "windows-1252"),
    ],
)
def test_accepted(data: bytes, encoding: str) -> None:
    document = read_document(data)
    assert document.defects == ()
    assert document.root is not None
    assert (encoding, "é€", "\nß") == (
        document.encoding,
        document.root.get("b"),
        document.root.text,
    )
    assert document.text.endswith(BODY)
    assert not document.text.startswith("\ufeff")
    assert "é€" == document.text[slice(*_offsets(document))]


def _offsets(document: object) -> tuple[int, int]:
    span = document.positions.attribute(document.root, "b")  # type: ignore[attr-defined]
    return span.start, span.end


def test_latin_1_and_ascii() -> None:
    latin = read_document(
        "<?xml version='1.0' encoding='iso-8859-1'?><a>é\x85</a>".encode("latin-1")
    )
    assert latin.root is not None
    assert ("ISO-8859-1", "é\x85") == (latin.encoding, latin.root.text)
    ascii_only = read_document(b"<?xml version='1.0' encoding='US-ASCII'?><a>e</a>")
    assert ascii_only.root is not None
    assert ascii_only.encoding == "US-ASCII"


@pytest.mark.parametrize(
    ("data", "line", "column", "said"),
    [
        (b"<a>\xe9</a>", 1, 4, "read as UTF-8, for no declaration names another"),
        (b"<?xml version='1.0' encoding='UTF-8'?>\n<a>\xc3\xa9\xe9</a>", 2, 5, "as declared"),
        (b"<a><!-- \xff --></a>", 1, 9, "FF (hexadecimal)"),
        (b"<a/><?p \xc0\x80?>", 1, 9, "C0"),
        (b"<a>\xed\xa0\x80</a>", 1, 4, "UTF-8"),
        (b"<?xml version='1.0' encoding='us-ascii'?>\r\n<a>\xc3\xa9</a>", 2, 4, "US-ASCII"),
        (b"<?xml version='1.0' encoding='windows-1252'?><a>\x81</a>", 1, 49, "windows-1252"),
        (b"\xff\xfe<\0a\0>\0\0\xd8<\0/\0a\0>\0", 1, 4, "UTF-16LE"),
        (b"\xff\xfe<\0a\0/\0>\0\n", 1, 5, "UTF-16LE"),
    ],
)
def test_octets_that_are_not_so_encoded(data: bytes, line: int, column: int, said: str) -> None:
    document = read_document(data)
    assert document.root is None
    (defect,) = document.defects
    assert (RULE, line, column) == (defect.rule, defect.line, defect.column)
    assert said in defect.message


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<?xml version='1.0' encoding='UTF-16'?><a/>", "no byte order mark"),
        (b"<?xml version='1.0' encoding='Shift_JIS'?><a/>", '"Shift_JIS", which is not accepted'),
        (b"<?xml version='1.0' encoding='UTF-7'?><a/>", '"UTF-7"'),
        (b"\n<?xml version='1.0' encoding='EBCDIC-CP-US'?><a/>", '"EBCDIC-CP-US"'),
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "mark of UTF-8"),
        (
            b"\xff\xfe" + "<?xml version='1.0' encoding='UTF-8'?><a/>".encode("utf-16-le"),
            "mark of UTF-16LE",
        ),
        (
            b"\xff\xfe" + "<?xml version='1.0' encoding='UTF-16BE'?><a/>".encode("utf-16-le"),
            "mark of UTF-16LE",
        ),
        ("<a/>".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        ("<?xml version='1.0'?><a/>".encode("utf-16-be"), "UTF-16 without a byte order mark"),
        (b"\xff\xfe\0\0" + "<a/>".encode("utf-32-le"), "UTF-32 with a byte order mark"),
        ("<a/>".encode("utf-32-be"), "UTF-32"),
        ("<?xml version='1.0'?><a/>".encode("cp037"), "EBCDIC"),
    ],
)
def test_encodings_that_are_refused(data: bytes, said: str) -> None:
    document = read_document(data)
    assert document.root is None
    (defect,) = document.defects
    assert (RULE, 1, 1) == (defect.rule, defect.line, defect.column)
    assert said in defect.message
    assert isinstance(document.text, str)


@pytest.mark.parametrize("data", [b"0\x82\x04\xa5", b"PK\x03\x04\xff", b"\x1f\x8b\x08"])
def test_octets_that_are_no_text(data: bytes) -> None:
    (defect,) = read_document(data).defects
    assert ("xml-not-well-formed", 1, 1) == (defect.rule, defect.line, defect.column)
    assert "it is not XML" in defect.message
    assert (defect.actual or "").startswith(f"{data[0]:02X} {data[1]:02X}")


def test_padding_does_not_hide_the_declared_encoding() -> None:
    data = b"<?xml version='1.0'" + b" " * 5000 + b"encoding='UTF-7'?><a/>"
    assert [RULE] == [defect.rule for defect in read_document(data).defects]
