"""Places of elements, attributes and texts in hand-written sources."""

import pytest
from lxml.etree import _Element as Element

from samlcheck.xml import Document, Span, read_document


def read(text: str) -> tuple[Document, Element]:
    document = read_document(text.encode())
    assert document.root is not None, document.defects
    return document, document.root


def cut(document: Document, span: Span | None) -> str | None:
    return None if span is None else document.text[span.start : span.end]


def test_the_parts_of_an_element() -> None:
    document, root = read('<a>\n  <p:b xmlns:p="urn:p"\n\tc="1" p:c = \'2\' >text</p:b >\n</a>')
    places = document.positions
    child = root[0]
    assert "p:b" == cut(document, places.name(child))
    assert '<p:b xmlns:p="urn:p"\n\tc="1" p:c = \'2\' >' == cut(document, places.tag(child))
    assert cut(document, places.element(child)).endswith(">text</p:b >")
    assert "1" == cut(document, places.attribute(child, "c"))
    assert "2" == cut(document, places.attribute(child, "{urn:p}c"))
    assert "p:c" == cut(document, places.attribute_name(child, "{urn:p}c"))
    assert "c" == cut(document, places.attribute_name(child, "c"))
    assert "urn:p" == cut(document, places.attribute(child, "xmlns:p"))
    assert "text" == cut(document, places.text(child))
    assert document.text == cut(document, places.element(root))


def test_lines_and_columns() -> None:
    document, root = read('<a>\n  <b\n\tc="1"/>\n</a>')
    assert Span(line=3, column=5, end_line=3, end_column=6, start=13, end=14) == (
        document.positions.attribute(root[0], "c")
    )
    assert Span(line=2, column=3, end_line=3, end_column=9, start=6, end=17) == (
        document.positions.element(root[0])
    )


def test_what_is_not_there() -> None:
    document, root = read('<a b=""><!-- c --></a>')
    places = document.positions
    assert places.attribute(root, "c") is None
    assert places.attribute(root, "{urn:x}b") is None
    assert places.attribute_name(root, "xmlns") is None
    assert places.attribute(root[0], "b") is None
    assert places.text(root[0]) is None
    empty = places.attribute(root, "b")
    assert empty is not None
    assert empty.start == empty.end


def test_attributes_of_one_local_name_are_told_apart() -> None:
    document, root = read(
        "<r xmlns:p='urn:1' xmlns:q='urn:2'><e p:x='1' x='2' q:x='3' xml:x='4' xx='5'"
        " xmlns:p='urn:3'/><e p:x='6'/></r>"
    )
    places = document.positions
    names = ["{urn:3}x", "x", "{urn:2}x", "{http://www.w3.org/XML/1998/namespace}x", "xx"]
    assert list("12345") == [cut(document, places.attribute(root[0], name)) for name in names]
    assert places.attribute(root[0], "{urn:1}x") is None
    assert "6" == cut(document, places.attribute(root[1], "{urn:1}x"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", None),
        (" x ", " x "),
        ("\n", "\n"),
        ("<b/>", None),
        ("\n <b/>\n", None),
        ("\n <b/> x <b/>\n", "x"),
        (" x <!-- c --> y ", "x <!-- c --> y"),
        ("<!-- c -->x", "x"),
        ("x<?c?>", "x"),
        ("<b>no</b>x<b>no</b>y", "x<b>no</b>y"),
        ("<![CDATA[x]]>", "<![CDATA[x]]>"),
        ("<![CDATA[]]>", None),
        ("<![CDATA[]]>x", "<![CDATA[]]>x"),
        ("<![CDATA[<b>]]><b/> ", "<![CDATA[<b>]]>"),
        ("&#32;<b/>", "&#32;"),
        ("x</b ><b>", None),
    ],
)
def test_text(content: str, expected: str | None) -> None:
    document = read_document(f"<a>{content}</a>".encode())
    if document.root is None:
        assert expected is None
        return
    assert expected == cut(document, document.positions.text(document.root))


def test_text_of_an_empty_element_tag() -> None:
    document, root = read("<a>x<b/>y<b ></b></a>")
    assert document.positions.text(root[0]) is None
    assert document.positions.text(root[1]) is None


def test_markup_characters_inside_values_and_sections() -> None:
    document, root = read(
        """<a x='">' y=">'/>"><!-- <b> ' --><?p <b> " ?><![CDATA[<b>]]]]><b/></a>"""
    )
    assert "<b/>" == cut(document, document.positions.tag(root[2]))
    assert ">'/>" == cut(document, document.positions.attribute(root, "y"))
    assert "<!-- <b> ' -->" == cut(document, document.positions.element(root[0]))
    assert '<?p <b> " ?>' == cut(document, document.positions.tag(root[1]))


def test_nodes_beside_the_root() -> None:
    document, root = read("<?xml version='1.0'?>\n<!-- 1 --><?p 2?><a/><!-- 3 -->\n<?q 4?>")
    places = document.positions
    assert "<a/>" == cut(document, places.element(root))
    before, after = list(root.itersiblings(preceding=True)), list(root.itersiblings())
    expected = ["<?p 2?>", "<!-- 1 -->", "<!-- 3 -->", "<?q 4?>"]
    assert expected == [cut(document, places.element(node)) for node in before + after]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    document, root = read(f"<a>{end}{end}<b c='{end}1'/></a>")
    span = document.positions.attribute(root[0], "c")
    assert span is not None
    assert (3, 7, 4, 2) == (span.line, span.column, span.end_line, span.end_column)


def test_columns_count_characters() -> None:
    text = "<a>\U0001f600e\u0301\t<b/></a>"
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        document = read_document(data)
        assert document.root is not None
        span = document.positions.tag(document.root[0])
        assert (1, 8, 7) == (span.line, span.column, span.start)


def test_beyond_line_65535() -> None:
    lines = 70_500
    document, root = read("<a>" + "\n<b c='x'/>" * lines + "\n</a>")
    for number in (0, 65_533, 65_534, 65_535, lines - 1):
        span = document.positions.attribute(root[number], "c")
        assert span is not None
        assert (number + 2, 7) == (span.line, span.column)
    assert lines + 2 == document.positions.element(root).end_line


def test_many_children_with_comments_between() -> None:
    document, root = read("<a>" + "<!-- c --><b/>x<b><c/></b>" * 300 + "</a>")
    seen = [cut(document, document.positions.element(node)) for node in root]
    assert ["<!-- c -->", "<b/>", "<b><c/></b>"] * 300 == seen
    assert "<c/>" == cut(document, document.positions.element(root[-1][0]))


def test_elements_of_another_document_are_an_error_of_the_caller() -> None:
    document, _ = read("<a><b/></a>")
    _, other = read("<a><b/></a>")
    for element in (other, other[0]):
        with pytest.raises(ValueError, match="does not belong"):
            document.positions.tag(element)


def test_the_index_is_built_once() -> None:
    document, _ = read("<a/>")
    assert document.positions is document.positions


@pytest.mark.parametrize(
    ("inner", "expected"),
    [("x", "x"), (" x ", " x "), ("\n  x\n", "x"), ("\r\n\tx y\n", "x y"), (" \n ", " \n ")],
)
def test_value_leaves_layout_out(inner: str, expected: str) -> None:
    document = read_document(f"<a>{inner}</a>".encode())
    span = document.positions.value(document.root)
    assert span is not None
    assert expected == document.text[span.start : span.end]
