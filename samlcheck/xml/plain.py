"""Octets in which nothing can be read in two ways, told from the octets alone.

Most messages are like that, and need not be read by a second parser, or written and read again, to
find out that both give the same.
"""

from __future__ import annotations

from typing import Final

from samlcheck.xml.document import Document

#: How a plain document may start, besides a root element.
_STARTS: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>',
    b'<?xml version="1.0" encoding="utf-8"?>',
    b"<?xml version='1.0' encoding='UTF-8'?>",
    b'<?xml version="1.0"?>',
)
#: What a plain document has none of: comments, CDATA sections, instructions, carriage returns,
#: tabs (which attributes do not keep), names of xml: attributes that parsers treat in their own
#: way, namespace names that are reserved or can be taken for something else, DEL.
_ODD: Final = (b"<!", b"<?", b"\r", b"\t", b"xml:", b"xmlns:xml", b"/xmlns/", b"{", b"}", b"\x7f")
#: The only references that it may have.
_PREDEFINED: Final = (b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&apos;")


def is_plain(document: Document) -> bool:
    """Tell whether a document, which libxml2 has accepted, is read alike by every parser.

    It is ASCII without comments, CDATA sections, processing instructions, a DOCTYPE and references
    to characters, and has only the usual XML declaration. What is not plain may be in order, too.
    """
    data = document.data
    if not data.isascii() or document.root is None:
        return False
    for start in _STARTS:
        if data.startswith(start):
            data = data[len(start) :]
            break
    if any(odd in data for odd in _ODD):
        return False
    references = data.count(b"&")
    return not references or references == sum(data.count(known) for known in _PREDEFINED)
