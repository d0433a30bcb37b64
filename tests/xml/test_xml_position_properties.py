"""For generated documents, what stands at each span is what lxml says of the node."""

import re
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.xml import Document, Span, detach, new_parser, read_document, text_of, xpath_of
from samlcheck.xml.names import PREFIXES

PREFIX_TO_NAMESPACE = {"": "urn:d", "p": "urn:p", "q": "urn:q", "md": "urn:not-md"}
ENCODINGS = [
    ("utf-8", b"", ""),
    ("utf-8", b"", "UTF-8"),
    ("utf-8", b"\xef\xbb\xbf", ""),
    ("utf-16-le", b"\xff\xfe", "UTF-16"),
    ("utf-16-be", b"\xfe\xff", ""),
    ("latin-1", b"", "ISO-8859-1"),
    ("cp1252", b"", "windows-1252"),
]

blanks = st.sampled_from(["", " ", "\n", "\r\n", "\r", "\t "])
some_blanks = st.sampled_from([" ", "\n", "\r\n", "\r", "\t", " \n\t"])
names = st.sampled_from(["a", "b", "_c", "d.e-f", "\u00e9", "x1"])
prefixes = st.sampled_from(["", "", "p", "q", "md"])
namespaces = st.sampled_from(["'urn:d'", "'urn:p'", "'urn:s'"])
characters = st.sampled_from(
    [*"ab >'\"=/\t\n\r]-?\u00e9\u00ff", "\r\n", "&#13;", "&#x10FFFF;", "&lt;", "&amp;"]
)
pieces = st.lists(characters, max_size=6).map("".join)


@st.composite
def attribute_values(draw: st.DrawFn) -> str:
    quote = draw(st.sampled_from("\"'"))
    return quote + draw(pieces).replace(quote, "&quot;" if quote == '"' else "&apos;") + quote


@st.composite
def start_tags(draw: st.DrawFn) -> tuple[str, str]:
    """Draw an element name and the rest of its start tag, up to the closing mark."""
    prefix, local = draw(prefixes), draw(names)
    name = f"{prefix}:{local}" if prefix else local
    rest = ""
    declared = draw(st.sets(st.sampled_from(["xmlns", "xmlns:p", "xmlns:q"]), max_size=2))
    attributes = [(written, draw(namespaces)) for written in sorted(declared)]
    written_names = draw(st.sets(st.tuples(prefixes, names).map(":".join), max_size=4))
    attributes += [
        (name.removeprefix(":"), draw(attribute_values())) for name in sorted(written_names)
    ]
    for written, value in draw(st.permutations(attributes)):
        rest += draw(some_blanks) + written + draw(blanks) + "=" + draw(blanks) + value
    return name, rest + draw(blanks)


texts = pieces.map(lambda text: text.replace("]]>", ""))
comments = pieces.map(lambda text: f"<!-- </x><x a='{text.replace('-', '')}> -->")
instructions = pieces.map(lambda text: f"<?pi <y>{text.replace('?', '')}?>")
sections = pieces.map(lambda text: f"<![CDATA[</z>{text.replace(']', '')}]]>")
no_elements = st.one_of(texts, comments, instructions, sections)


@st.composite
def elements(draw: st.DrawFn, depth: int) -> str:
    name, rest = draw(start_tags())
    if draw(st.integers(0, 4)) == 0:
        return f"<{name}{rest}/>"
    return f"<{name}{rest}>{draw(contents(depth))}</{name}{draw(blanks)}>"


@st.composite
def contents(draw: st.DrawFn, depth: int) -> str:
    kinds = draw(st.lists(st.integers(0, 5), max_size=4))
    return "".join(
        draw(elements(depth + 1) if kind < 3 and depth < 4 else no_elements) for kind in kinds
    )


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    codec, mark, declared = draw(st.sampled_from(ENCODINGS))
    declaration = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    around = st.lists(st.one_of(comments, instructions, blanks), max_size=3).map("".join)
    declarations = "".join(
        f" xmlns{':' * bool(prefix)}{prefix}='{namespace}'"
        for prefix, namespace in PREFIX_TO_NAMESPACE.items()
    )
    content = draw(contents(0))
    # Only characters that every one of the encodings has; the wide ones come as extra text.
    wide = "\U0001f600\u20ac" if codec.startswith("utf") else ""
    text = f"{draw(around)}<root{declarations}>{wide}{content}</root>{draw(around)}"
    return mark + (declaration + text).encode(codec)


def parsed(data: bytes) -> tuple[Document, Element]:
    document = read_document(data)
    if document.root is None:  # a generated tag may repeat an attribute through two prefixes
        assert any("twice" in defect.message for defect in document.defects), document.defects
        return document, etree.Element("none")
    return document, document.root


def cut(document: Document, span: Span) -> str:
    return document.text[span.start : span.end]


def wrapped(source: str, scope: Element) -> Element:
    """Parse a piece of source inside an element that declares what was in scope."""
    declarations = "".join(
        f' xmlns{":" + prefix if prefix else ""}="{escape(namespace)}"'
        for prefix, namespace in scope.nsmap.items()
    )
    return etree.fromstring(f"<w{declarations}>{source}</w>".encode(), new_parser())


def attribute_value(source: str) -> str:
    """Read attribute source as XML 1.0 section 3.3.3 says."""
    flat = re.sub(r"[\n\t]", " ", re.sub(r"\r\n?", "\n", source))
    return re.sub(
        r"&(#x[0-9A-F]+|#[0-9]+|\w+);",
        lambda match: (
            {"amp": "&", "lt": "<", "quot": '"', "apos": "'"}.get(match[1])
            or chr(int("0" + match[1][1:], 16) if match[1][1] == "x" else int(match[1][1:]))
        ),
        flat,
    )


def naive_place(text: str, offset: int) -> tuple[int, int]:
    line = column = 1
    for index in range(offset):
        if text[index] == "\n" or (text[index] == "\r" and text[index + 1 : index + 2] != "\n"):
            line, column = line + 1, 1
        else:
            column += 1
    return line, column


MANY = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(documents())
def test_tags_and_attributes_are_where_the_index_says(data: bytes) -> None:
    document, root = parsed(data)
    if document.root is None:
        return
    for element in root.iter("*"):
        local = etree.QName(element).localname
        name = f"{element.prefix}:{local}" if element.prefix else local
        tag = cut(document, document.positions.tag(element))
        assert name == cut(document, document.positions.name(element))
        assert tag.startswith(f"<{name}")
        assert tag.endswith(">")
        assert len(element.attrib) == len(
            re.findall(r"=[ \t\r\n]*(\"[^\"]*\"|'[^']*')", tag)
        ) - len(re.findall(r"[ \t\r\n]xmlns[:=]", tag)) - len(
            re.findall(r"[ \t\r\n]xmlns[ \t\r\n]+=", tag)
        )
        for key, value in element.attrib.items():
            span = document.positions.attribute(element, str(key))
            named = document.positions.attribute_name(element, str(key))
            assert span is not None
            assert named is not None
            assert value == attribute_value(cut(document, span))
            assert etree.QName(key).localname == cut(document, named).rpartition(":")[2]
            assert document.text[span.start - 1] == document.text[span.end]
            assert document.text[span.end] in "\"'"


@MANY
@given(documents())
def test_texts_and_elements_are_where_the_index_says(data: bytes) -> None:
    document, root = parsed(data)
    if document.root is None:
        return
    for element in root.iter("*"):
        span = document.positions.text(element)
        if span is None:
            assert "" == text_of(element).strip(" \t\n")
        else:
            again = text_of(wrapped(cut(document, span), element))
            if len(element):
                assert text_of(element).strip(" \t\n") == again.strip(" \t\n")
            else:
                assert text_of(element) == again
        source = cut(document, document.positions.element(element))
        (copy,) = wrapped(source, element)
        assert etree.tostring(detach(element), method="c14n") == etree.tostring(
            detach(copy), method="c14n"
        )
    for node in root.iter(etree.Comment, etree.PI):
        assert str(node).replace("\r", "") == re.sub(
            r"\r\n?", "\n", cut(document, document.positions.element(node))
        ).replace("\r", "")


@MANY
@given(documents())
def test_lines_and_columns_agree_with_offsets(data: bytes) -> None:
    document, root = parsed(data)
    if document.root is None:
        return
    for node in root.iter():
        span = document.positions.element(node)
        assert naive_place(document.text, span.start) == (span.line, span.column)
        assert naive_place(document.text, span.end) == (span.end_line, span.end_column)


@MANY
@given(documents())
def test_paths_lead_back(data: bytes) -> None:
    document, root = parsed(data)
    if document.root is None:
        return
    conventional = {prefix: namespace for namespace, prefix in PREFIXES.items()}
    for node in root.iter():
        path = xpath_of(node)
        assert path == document.xpath(node)
        scope = {key: value for key, value in node.nsmap.items() if key} | conventional
        steps = [node, *node.iterancestors()]
        # A prefix that is bound anew on the way stands for two names; no one path can say that.
        if all(
            item.prefix == "md" or item.nsmap[item.prefix] == scope.get(item.prefix)
            for item in steps
            if isinstance(item.tag, str) and item.prefix
        ):
            assert [node] == root.xpath(path, namespaces=scope)


@MANY
@given(documents())
def test_detached_elements_have_the_canonical_form_of_a_reparse(data: bytes) -> None:
    document, root = parsed(data)
    if document.root is None:
        return
    for element in root.iter("*"):
        octets = etree.tostring(element, encoding="utf-8", with_tail=False)
        expected = etree.tostring(etree.fromstring(octets, new_parser()), method="c14n")
        copy = detach(element)
        assert expected == etree.tostring(copy, method="c14n")
        assert copy.getparent() is None
        assert copy.tail is None
        assert element.nsmap == copy.nsmap
