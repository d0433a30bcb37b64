"""Recognise octets by their beginning: XML, HTML, text, and in which encoding."""

import re

WHITE_SPACE = b" \t\r\n"
XML = "XML"

# How far into a page its first element is looked for.
_PROLOG_LIMIT = 65536
# So many octets of text do not come out of arbitrary Base64 by chance.
_LEGIBLE = 24

_XML_8_BIT = rb"(?:\xef\xbb\xbf)?[ \t\r\n]*<[A-Za-z_:?!]"
_XML_WIDE = (
    rb"(?:\xff\xfe)?(?:[ \t\r\n]\x00)*<\x00[A-Za-z_:?!]\x00"
    rb"|(?:\xfe\xff)?(?:\x00[ \t\r\n])*\x00<\x00[A-Za-z_:?!]"
    rb"|(?:\xff\xfe\x00\x00)?<\x00\x00\x00"
    rb"|(?:\x00\x00\xfe\xff)?\x00\x00\x00<"
    rb"|\x4c\x6f\xa7\x94"  # "<?xm" in EBCDIC
)
_CONTROL = rb"[\x00-\x08\x0b\x0c\x0e-\x1f]"

# No SAML element has such a name, and a page or a piece of one mostly begins with one of these.
_FIRST_TAGS = frozenset(
    b"html head body form input textarea button div center table script noscript style meta".split()
)
# What an XML declaration can name, when a string has to become octets again.
_CODECS = {
    b"utf-16": ("utf-16-le", b"\xff\xfe"),
    b"utf-16le": ("utf-16-le", b""),
    b"utf-16be": ("utf-16-be", b""),
    b"iso-8859-1": ("iso-8859-1", b""),
    b"us-ascii": ("ascii", b""),
    b"windows-1252": ("cp1252", b""),
}


def looks_like_xml(data: bytes) -> bool:
    """Tell whether the first octets are those of an XML document, in any encoding.

    White space before the first ``<`` is accepted: whether it may stand there is for the parser.
    """
    return re.match(_XML_8_BIT, data) is not None or is_wide_xml(data)


def is_wide_xml(data: bytes) -> bool:
    """Tell whether the first octets are those of XML in UTF-16, UTF-32 or EBCDIC."""
    return re.match(_XML_WIDE, data) is not None


def looks_like_html(text: bytes) -> bool:
    """Tell whether the first element is one of HTML; XHTML may have an XML declaration."""
    space = re.compile(rb"[ \t\r\n]*")
    position = 0
    while text.startswith((b"<?", b"<!"), position):
        closing = b"-->" if text.startswith(b"<!--", position) else b">"
        end = text.find(closing, position, _PROLOG_LIMIT)
        if end < 0:
            return False
        position = end + len(closing)
        position = space.match(text, position).end()  # type: ignore[union-attr]
    first = re.compile(rb"<([A-Za-z][^\s/>]*)").match(text, position)
    return first is not None and first[1].lower() in _FIRST_TAGS


def has_controls(data: bytes) -> bool:
    """Tell whether the first octets hold control characters, as compressed data does."""
    return re.search(_CONTROL, data[:64]) is not None


def is_text(data: bytes) -> bool:
    """Tell whether the octets are UTF-8 without control characters."""
    if re.search(_CONTROL, data) is not None:
        return False
    try:
        data.decode()
    except UnicodeError:
        return False
    return True


def is_legible(xml: bytes) -> bool:
    """Tell whether XML goes on as text after its first characters.

    Prose is Base64 by its alphabet, and words such as "PHP" decode to something that begins "<".
    """
    if is_wide_xml(xml):
        return True
    head = xml[:_LEGIBLE]
    return not has_controls(head) and "\ufffd" not in head.decode("utf-8", "replace").rstrip(
        "\ufffd"
    )


def utf_16_of(octets: bytes) -> str | None:
    """Return the codec of octets that are UTF-16, by byte order mark or by their zero octets."""
    if octets.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return None
    if octets.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if octets.startswith(b"\xfe\xff"):
        return "utf-16-be"
    zeros = tuple(octet == 0 for octet in octets[:4])
    if zeros == (False, True, False, True):
        return "utf-16-le"
    if zeros == (True, False, True, False):
        return "utf-16-be"
    return None


def encode_as_declared(text: bytes) -> bytes:
    """Return UTF-8 XML in the encoding that its own declaration names.

    Only for XML that was captured as characters: a string that says ``encoding="utf-16"`` is not
    at fault, octets that say so and are not would be.
    """
    declaration = re.match(
        rb"<\?xml[^>]{0,200}?encoding[ \t\r\n]*=[ \t\r\n]*[\"']([\w.-]{1,40})", text
    )
    codec, mark = _CODECS.get(declaration[1].lower() if declaration else b"", ("", b""))
    if not codec:
        return text
    try:
        return mark + text.decode("utf-8").encode(codec)
    except UnicodeError:
        return text
