"""Each refusal of the security gate: its rule, its place, and that no tree is built."""

import pytest

from samlcheck.xml import Defect, Document, Limits, read_document

SMALL = Limits(max_bytes=400, max_depth=4, max_elements=6, max_attributes=3)


def only_defect(document: Document) -> Defect:
    assert document.root is None
    assert len(document.defects) == 1, document.defects
    return document.defects[0]


def refused(data: bytes, rule: str, line: int, column: int) -> Defect:
    defect = only_defect(read_document(data))
    assert (rule, line, column) == (defect.rule, defect.line, defect.column), defect
    return defect


def test_plain_document_is_accepted() -> None:
    document = read_document(b"<a/>", source="a.xml", origin=("Base64", "XML"))
    assert document.root is not None
    assert document.root.tag == "a"
    assert document.defects == ()
    assert "<Document a.xml of 4 bytes>" == repr(document)
    assert (document.source, document.origin) == ("a.xml", ("Base64", "XML"))
    assert document.text == "<a/>"
    assert document.encoding == "UTF-8"


@pytest.mark.parametrize(
    "data", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"\xff\xfe", b"\xfe\xff\0 \0\n"]
)
def test_empty_input(data: bytes) -> None:
    refused(data, "xml-empty-input", 1, 1)


def test_empty_input_names_what_there_is() -> None:
    assert "0 bytes" in refused(b"", "xml-empty-input", 1, 1).message
    assert "white space" in refused(b"\n", "xml-empty-input", 1, 1).message


def test_leading_white_space_without_declaration_is_accepted() -> None:
    document = read_document(b"\n\n  <a/>")
    assert document.root is not None
    assert document.defects == ()
    assert document.positions.tag(document.root).line == 3


@pytest.mark.parametrize(
    ("before", "line", "column", "said"),
    [
        (b" ", 1, 2, "white space"),
        (b"\n", 2, 1, "1 line break;"),
        (b"\r\n\r\n", 3, 1, "2 line breaks;"),
        (b"SAMLResponse: ", 1, 15, "SAMLResponse:"),
        (b"<!-- licence -->\n", 2, 1, "comment"),
        (b"<?xml version='1.0'?>\n", 2, 1, "another declaration"),
    ],
)
def test_something_before_the_declaration(before: bytes, line: int, column: int, said: str) -> None:
    data = before + b'<?xml version="1.0"?><a/>'
    assert said in refused(data, "xml-leading-whitespace", line, column).message


@pytest.mark.parametrize("declaration", [b"", b'<?xml version="1.0"?>'])
def test_second_byte_order_mark(declaration: bytes) -> None:
    data = b"\xef\xbb\xbf\xef\xbb\xbf" + declaration + b"<a/>"
    assert "two byte order marks" in refused(data, "xml-leading-whitespace", 1, 1).message


ENCODERS = [
    ("utf-8", b""),
    ("utf-8-sig", b""),
    ("utf-16-le", b"\xff\xfe"),
    ("utf-16-be", b"\xfe\xff"),
    ("latin-1", b"ISO-8859-1"),
    ("cp1252", b"windows-1252"),
    ("ascii", b"US-ASCII"),
]


@pytest.mark.parametrize(("codec", "extra"), ENCODERS)
@pytest.mark.parametrize("doctype", ["<!DOCTYPE a>", '<!DOCTYPE a SYSTEM "http://example.org/x">'])
def test_doctype_in_every_encoding(codec: str, extra: bytes, doctype: str) -> None:
    mark, declaration = extra, "<!-- c -->\n"
    if codec in ("latin-1", "cp1252", "ascii"):
        mark = b""
        declaration = f'<?xml version="1.0" encoding="{extra.decode()}"?>\n'
    data = mark + f"{declaration}{doctype}<a/>".encode(codec)
    assert doctype[:10] in (refused(data, "xml-doctype", 2, 1).actual or "")


def test_doctype_names_the_external_file() -> None:
    data = b'<!DOCTYPE a PUBLIC "-//X" "http://example.org/evil.dtd"><a/>'
    assert '"http://example.org/evil.dtd"' in refused(data, "xml-doctype", 1, 1).message


def test_html_page_is_called_one() -> None:
    page = b"<!DOCTYPE html>\n<html><body>Sign in</body></html>"
    assert "HTML page" in refused(page, "xml-doctype", 1, 1).message
    lower = b"<!doctype html>\n<html><br></html>"
    assert "HTML page" in refused(lower, "xml-not-well-formed", 1, 1).message


def test_entities_and_notations_are_each_reported() -> None:
    data = b"""<!DOCTYPE a [
  <!-- <!ENTITY no "x"> -->
  <!ENTITY lol "]>">
  <!ENTITY % pe SYSTEM "http://example.org/pe">
  <!NOTATION gif SYSTEM "viewer">
]><a>&lol;</a>"""
    document = read_document(data)
    assert document.root is None
    assert [
        ("xml-doctype", 1, 1),
        ("xml-entity-declaration", 3, 3),
        ("xml-entity-declaration", 4, 3),
        ("xml-notation", 5, 3),
    ] == [(item.rule, item.line, item.column) for item in document.defects]
    assert ['"lol"' in document.defects[1].message, '"pe"' in document.defects[2].message] == [
        True,
        True,
    ]


@pytest.mark.parametrize("ending", ["]><a/>", "]", "", "<!--", "<?x", '"'])
def test_unfinished_doctype_is_refused_all_the_same(ending: str) -> None:
    document = read_document(b"<!DOCTYPE a [<!ENTITY b 'c'>" + ending.encode())
    assert ["xml-doctype", "xml-entity-declaration"] == [item.rule for item in document.defects]


@pytest.mark.parametrize(
    "data",
    [
        b"<!-- <!DOCTYPE a> --><a/>",
        b"<?p <!DOCTYPE a> ?><a/>",
        b"<a><![CDATA[<!DOCTYPE a [<!ENTITY b 'c'>]>]]></a>",
        b"<a><!-- <!ENTITY b 'c'> --></a>",
        b"<a/><!-- <!DOCTYPE a> -->",
    ],
)
def test_doctype_that_is_only_text(data: bytes) -> None:
    document = read_document(data)
    assert document.root is not None
    assert document.defects == ()


@pytest.mark.parametrize(
    ("data", "column"), [(b"<a><!DOCTYPE a></a>", 4), (b"<a/><!DOCTYPE a>", 5)]
)
def test_doctype_in_the_wrong_place(data: bytes, column: int) -> None:
    refused(data, "xml-doctype", 1, column)


@pytest.mark.parametrize(
    ("data", "column"), [(b"<a>&b;</a>", 4), (b"<a c='&nbsp;'/>", 7), (b"<a>&a.b-c;</a>", 4)]
)
def test_reference_to_an_entity(data: bytes, column: int) -> None:
    refused(data, "xml-entity-declaration", 1, column)


def test_predefined_references_are_fine() -> None:
    assert read_document(b"<a b='&quot;&apos;'>&amp;&lt;&gt;&#65;&#x10FFFF;</a>").defects == ()


@pytest.mark.parametrize(
    "namespace", ["http://www.w3.org/2001/XInclude", "http://www.w3.org/2003/XInclude"]
)
def test_xinclude(namespace: str) -> None:
    data = f'<a>\n <i:include xmlns:i="{namespace}" href="/etc/passwd"/></a>'.encode()
    defect = refused(data, "xml-xinclude", 2, 2)
    assert '"/etc/passwd"' in defect.message


def test_xinclude_name_hidden_by_character_references() -> None:
    data = b'<x:fallback xmlns:x="http://www.w3.org/2001/XI&#110;clude"/>'
    refused(data, "xml-xinclude", 1, 1)


def test_too_many_bytes() -> None:
    defect = only_defect(read_document(b"<a>" + b"x" * 400 + b"</a>", limits=SMALL))
    assert (defect.rule, defect.line) == ("xml-depth-or-count", None)
    assert "407 bytes" in defect.message
    assert "400" in defect.message


def test_too_many_elements() -> None:
    good = b"<a>" + b"<b></b>" * 5 + b"<!-- < < --></a>"
    assert read_document(good, limits=SMALL).root is None  # the bound is an upper one
    assert read_document(good.replace(b" < < ", b""), limits=SMALL).root is not None
    defect = only_defect(read_document(b"<a>" + b"<b/>" * 6 + b"</a>", limits=SMALL))
    assert ("xml-depth-or-count", "7 elements") == (defect.rule, defect.actual)


def test_too_deep() -> None:
    assert read_document(b"<a><a><a><a/></a></a></a>", limits=SMALL).root is not None
    defect = only_defect(read_document(b"<a><a>\n<a><a><a/></a></a></a></a>", limits=SMALL))
    assert ("xml-depth-or-count", 2, 7) == (defect.rule, defect.line, defect.column)


def test_siblings_before_do_not_count_as_depth() -> None:
    text = "<a>" + "<b><c></c><c/></b>" * 50 + "<a>" * 64
    defect = only_defect(read_document((text + "</a>" * 65).encode()))
    assert ("xml-depth-or-count", len(text) - 2) == (defect.rule, defect.column)


@pytest.mark.parametrize("levels", [65, 257, 3000])
def test_too_deep_for_the_parser_itself(levels: int) -> None:
    defect = only_defect(read_document(b"<a>" * levels + b"</a>" * levels))
    assert ("xml-depth-or-count", 1, 64 * 3 + 1) == (defect.rule, defect.line, defect.column)
    assert "64 levels" in defect.message


def test_depth_at_the_limit_is_accepted() -> None:
    assert read_document(b"<a>" * 64 + b"</a>" * 64).root is not None


def test_too_many_attributes() -> None:
    names = [f'a{number}=">"' for number in range(129)]
    accepted = "<r>\n <e " + " ".join(names[:128]) + "/></r>"
    assert read_document(accepted.encode()).root is not None
    defect = only_defect(read_document(("<r>\n <e " + " ".join(names) + "/></r>").encode()))
    assert ("xml-depth-or-count", 2, 2) == (defect.rule, defect.line, defect.column)
    assert '"e" has 129 attributes' in defect.message


def test_shortest_attributes_are_counted_too() -> None:
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
    names = [*letters, *(first + second for first in letters for second in letters)][:129]
    data = "<e" + "".join(f' {name}=""' for name in names) + "/>"
    assert "129 attributes" in only_defect(read_document(data.encode())).message


def test_too_many_namespace_declarations() -> None:
    declarations = " ".join(f'xmlns:n{number}="urn:x:{number}"' for number in range(129))
    defect = only_defect(read_document(f"<e {declarations}/>".encode()))
    assert "129 namespace declarations" in defect.message


def test_equals_signs_in_text_are_no_attributes() -> None:
    assert read_document(b"<a b='c'>" + b" x=''" * 1000 + b"</a>").root is not None


def test_name_that_the_parser_finds_too_long() -> None:
    defect = only_defect(read_document(b"<" + b"a" * 60_000 + b"/>"))
    assert defect.rule == "xml-depth-or-count"


@pytest.mark.parametrize("size", [9_000_000, 11_000_000])
@pytest.mark.parametrize("wrap", [b"<a>%s</a>", b"<a b='%s'/>", b"<a><![CDATA[%s]]></a>"])
def test_long_text_is_accepted_up_to_the_limit(size: int, wrap: bytes) -> None:
    document = read_document(wrap % (b"x" * size))
    assert document.root is not None
    assert size == len((document.root.text or "") + document.root.get("b", ""))


def test_relative_namespace_name_does_not_hide_other_errors() -> None:
    # lxml alone accepts this: its check of the last log entry finds a warning there.
    document = read_document(b'<x:d><d xmlns="uv"/></x:d><b/>')
    assert document.root is None
    assert ["xml-undeclared-prefix", "transport-multiple-root-elements"] == [
        defect.rule for defect in document.defects
    ]
    assert read_document(b'<d xmlns="uv"/>').root is not None


def test_positions_of_a_refused_document_are_an_error_of_the_caller() -> None:
    document = read_document(b"<a")
    with pytest.raises(ValueError, match="refused"):
        _ = document.positions


def test_with_defects_keeps_all_else() -> None:
    document = read_document(b"<a/>", source="x")
    defect = Defect(rule="transport-not-base64", message="It is not Base64.")
    changed = document.with_defects((defect,))
    assert ((defect,), "x", "<a/>") == (changed.defects, changed.source, changed.text)
    assert changed.root is document.root
