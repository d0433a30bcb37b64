"""The seed documents: together they hold every element and attribute of the schemas.

A file of the folder `seeds` holds several; each child of its root is a document of its own.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lxml import etree

from samlcheck.xml.parser import detach

FOLDER = Path(__file__).resolve().parent / "seeds"

#: The start of the names of seeds that no schema accepts; all others are valid.
INVALID = "invalid-"


@cache
def seeds() -> dict[str, bytes]:
    """Name to octets; a name is the file's, the number in the file and that of the root."""
    found = {}
    for file in sorted(FOLDER.glob("*.xml")):
        root = etree.parse(file).getroot()
        for number, child in enumerate(root.iterchildren(etree.Element), 1):
            name = f"{file.stem}-{number}-{etree.QName(child).localname}"
            found[name] = etree.tostring(detach(child))
    return found
