"""Plain words and exact places for what is not well-formed."""

import pytest

from samlcheck.xml import read_document

NOT = "xml-not-well-formed"
ROOTS = "transport-multiple-root-elements"


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("hello", 1, 1, 'starts with the text "hello"'),
        ("<!-- only -->\n", 2, 1, "contains no element"),
        ("<a>\n<b></a>", 2, 4, '"</a>" does not match the start tag "<b>" of line 2, column 1'),
        ("<A></a>", 1, 4, '"</a>" does not match the start tag "<A>"'),
        ("</a>", 1, 1, "closes an element that is not open"),
        ("<a/></a>", 1, 5, "closes an element that is not open"),
        ("<a></ a>", 1, 4, '"</ a>" is malformed'),
        ("<a b='1'\n b='2'/>", 2, 2, 'attribute "b" twice'),
        ("<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>", 1, 36, 'first time written "p:x"'),
        ("<a xmlns:p='u' xmlns:p='v'/>", 1, 16, 'attribute "xmlns:p" twice'),
        ("<a>x & y</a>", 1, 6, "&amp;"),
        ("<a>?a=1&b=2</a>", 1, 8, "also inside a URL"),
        ("<a b='?a=1&b=2'/>", 1, 11, "also inside a URL"),
        ("<a>&amp x</a>", 1, 4, '"&amp" does not end in ";"'),
        ("<a>&#0;</a>", 1, 4, '"&#0;" names no character'),
        ("<a>&#xD800;</a>", 1, 4, "names no character"),
        ("<a>&#99999999999999999999;</a>", 1, 4, "names no character"),
        ("<a>\u00e9\U0001f600\x01</a>", 1, 6, "U+0001 cannot stand"),
        ("<a>\x00</a>", 1, 4, "U+0000"),
        ("<a>\uffff</a>", 1, 4, "U+FFFF"),
        ("<a b='\x0b'/>", 1, 7, "U+000B"),
        ("<a b=1/>", 1, 6, "not in quotes"),
        ("<a b=\u201cx\u201d/>", 1, 6, "typographic quotes"),
        ("<a b/>", 1, 5, '"b" of the element "a" has no value'),
        ("<a b='x>\n<c/></a>", 2, 1, "closing quote is missing"),
        ("<a b='1'c='2'/>", 1, 9, "no white space before the attribute"),
        ("<a b='1'", 1, 9, "cut off: it ends inside the start tag"),
        ("<a b='1' <c/></a>", 1, 10, "is not closed"),
        ("<a / b='1'/>", 1, 4, 'stray "/"'),
        ("<a\u00a0b='1'/>", 1, 3, "looks like white space"),
        ("<a b\u00a0='1'/>", 1, 5, "looks like white space"),
        ("<1a/>", 1, 2, "is not an element name"),
        ("<a 1b='2'/>", 1, 4, "is not an attribute name"),
        ("<a:b:c/>", 1, 2, "is not an element name"),
        ("<a>1 < 2</a>", 1, 6, "&lt;"),
        ("<a>]]></a>", 1, 4, "outside a CDATA section"),
        ("<a><!-- b -- c --></a>", 1, 11, 'contains "--"'),
        ("<a><? b?></a>", 1, 4, "no proper name"),
        ("<a><?b?c?></a>", 1, 4, "no proper name"),
        ("<a><?XML b?></a>", 1, 4, "reserved"),
        ("<a><?xml version='1.0'?></a>", 1, 4, "stands inside the document"),
        ("<![CDATA[x]]><a/>", 1, 1, "CDATA section stands before"),
        ("<a><!ELEMENT b></a>", 1, 4, "neither a tag nor a comment"),
        ("<?xml version='2.0'?><a/>", 1, 1, "is malformed"),
        ("<?xml version='1.0' standalone='maybe'?><a/>", 1, 1, "is malformed"),
        ("<?xml?><a/>", 1, 1, "is malformed"),
        ("<a xmlns:b=''/>", 1, 4, "empty namespace name"),
    ],
)
def test_not_well_formed(text: str, line: int, column: int, said: str) -> None:
    document = read_document(text.encode())
    assert document.root is None
    first = document.defects[0]
    assert (NOT, line, column) == (first.rule, first.line, first.column), first
    assert said in first.message


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("<a><b>", "its root element"),
        ("<a><b", "the start tag"),
        ("<a><b c", "the attribute"),
        ("<a><b c=", "the attribute"),
        ("<a><b c='d", "the value of the attribute"),
        ("<a><b></b", "an end tag"),
        ("<a><", "a tag"),
        ("<a><b></", "an end tag"),
        ("<a><!-- b", "a comment"),
        ("<a><!-- b --", "a comment"),
        ("<a><!", "the start of markup"),
        ("<a><![CDA", "the start of markup"),
        ("<a><![CDATA[ b ]]", "a CDATA section"),
        ("<a><?b", "a processing instruction"),
        ("<a><?b ?", "a processing instruction"),
        ("<?xml version='1.0'", "the XML declaration"),
    ],
)
def test_cut_off(text: str, inside: str) -> None:
    document = read_document(("<!-- é -->\r\n" * (text[1] != "?") + text).encode())
    (defect,) = document.defects
    line = 1 if text[1] == "?" else 2
    assert (NOT, line, len(text) + 1) == (defect.rule, defect.line, defect.column)
    assert f"cut off: it ends inside {inside}" in defect.message
    if text.startswith("<a"):
        assert "is not closed" in defect.message


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("<a/><b/>", 5, 'the element "b" follows'),
        ("<a></a><!-- c --><b/>", 18, 'the element "b" follows'),
        ("<a/>text", 5, 'The text "text" follows'),
        ("<a/>&amp;", 5, "follows the end"),
        ("<a/><![CDATA[x]]>", 5, "follows the end"),
        ("<a/><?xml version='1.0'?><a/>", 5, "another XML declaration follows"),
    ],
)
def test_more_after_the_root(text: str, column: int, said: str) -> None:
    document = read_document(text.encode())
    assert document.root is None
    (defect,) = document.defects
    assert (ROOTS, 1, column) == (defect.rule, defect.line, defect.column)
    assert said in defect.message


def test_comments_and_white_space_after_the_root_are_fine() -> None:
    assert read_document(b"<a/>\n<!-- b --> <?c?>\r\n").defects == ()


def test_undeclared_prefixes_are_each_reported_once() -> None:
    text = "<x:a>\n<x:b ds:c='1'/><x:d xmlns:x='urn:x'/><e xml:lang='en'/></x:a>"
    document = read_document(text.encode())
    assert document.root is None
    assert [("xml-undeclared-prefix", 1, 2), ("xml-undeclared-prefix", 2, 6)] == [
        (item.rule, item.line, item.column) for item in document.defects
    ]
    assert 'uses the prefix "x"' in document.defects[0].message
    assert document.defects[1].expected == 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'


def test_the_prefix_xmlns_is_reserved() -> None:
    (defect,) = read_document(b"<xmlns:a/>").defects
    assert ("xml-undeclared-prefix", 2) == (defect.rule, defect.column)
    assert "reserved" in defect.message


def test_a_declaration_ends_with_its_element() -> None:
    document = read_document(b"<a><p:b xmlns:p='urn:p'/><p:c/></a>")
    assert [("xml-undeclared-prefix", 27)] == [
        (item.rule, item.column) for item in document.defects
    ]


def test_faults_that_leave_the_structure_clear_are_all_reported() -> None:
    text = "<a>\n<b x='1' x='2'/>\n&nbsp;\n<p:c/>\x02 & \n<d></e></a>"
    document = read_document(text.encode())
    assert [
        (2, "xml-not-well-formed"),
        (3, "xml-entity-declaration"),
        (4, "xml-undeclared-prefix"),
        (4, "xml-not-well-formed"),
        (4, "xml-not-well-formed"),
        (5, "xml-not-well-formed"),
    ] == [(item.line, item.rule) for item in document.defects]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<a xmlns:xmlns='u'/>", "reserved for xmlns"),
        ("<a xmlns:xml='u'/>", "reserved prefix xml"),
        ("<a xmlns='http://www.w3.org/XML/1998/namespace'/>", "reserved prefix xml"),
    ],
)
def test_reserved_names_have_their_own_rule(text: str, said: str) -> None:
    (defect,) = read_document(text.encode()).defects
    assert ("xml-reserved-namespace-misuse", 1, 4) == (defect.rule, defect.line, defect.column)
    assert said in defect.message


def test_the_number_of_defects_is_bounded() -> None:
    document = read_document(b"<a>" + b"& " * 1000 + b"</a>")
    assert len(document.defects) == 20


def test_namespace_name_that_is_no_uri() -> None:
    document = read_document(b"<a>\n<b xmlns:x='not a uri'/></a>")
    (defect,) = document.defects
    assert ("xml-namespace-control-char", 2) == (defect.rule, defect.line)
    assert "not a uri" in defect.message


def test_places_beyond_line_65535() -> None:
    document = read_document(b"<a>" + b"\n" * 70_000 + "é<b></c></a>".encode())
    (defect,) = document.defects
    assert (70_001, 5) == (defect.line, defect.column)
    assert "line 70001, column 2" in defect.message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind_count(end: str) -> None:
    document = read_document(f"<a>{end}{end}<b></c></a>".encode())
    assert (3, 4) == (document.defects[0].line, document.defects[0].column)
