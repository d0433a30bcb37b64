"""Compiles the XML Schemas of the SAML family, which come with the package."""

from __future__ import annotations

import os.path
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, cast

from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.xml.nodes import text_of
from samlcheck.xml.parser import new_parser

if TYPE_CHECKING:

    class _DataLoader(Protocol):
        def get_data(self, path: str) -> bytes: ...


#: The schema that imports all others.
DRIVER: Final = "saml-family.xsd"
#: libxml2 names each error by counting siblings, so a huge element is not given to it at once.
MOST_ELEMENTS: Final = 2000
#: libxml2 cuts names in paths off at about a hundred octets.
_LONG_NAME: Final = 90
#: Nobody mends more at a time, and each is looked up in the tree.
_MOST_ERRORS: Final = 200


def read_shipped_schema(name: str) -> bytes:
    """Read a schema file of the package: from a wheel, from a checkout, or from either in a zip.

    A wheel has the schemas inside the package, a checkout beside it. The loader of this module
    knows how to read both; OSError when there is no such file.
    """
    loader = cast("_DataLoader", __spec__.loader)
    package = os.path.dirname(os.path.dirname(__file__))
    try:
        return loader.get_data(os.path.join(package, "_schemas", name))
    except OSError:
        return loader.get_data(os.path.join(os.path.dirname(package), "schemas", name))


def load_schema(read: Callable[[str], bytes] = read_shipped_schema) -> etree.XMLSchema:
    """Compile the schemas of the SAML family into one; costs some 7 ms, so keep the result.

    The result judges a document only by what was compiled: xsi:schemaLocation in the document
    is ignored. It keeps the errors of its latest validation, so it is not for two threads at
    once. Validation tells libxml2 which attributes of the tree are of type xs:ID.

    :param read: returns the octets of a schema by its file name; nothing else is ever read.
    :raises OSError: when `read` does so for the driver.
    :raises lxml.etree.XMLSchemaParseError: when a schema is wrong, or imports what is not there.
    """
    parser = new_parser(huge=False)
    parser.resolvers.add(_OnlyShipped(read))
    return etree.XMLSchema(etree.fromstring(read(DRIVER), parser))


class SchemaError(NamedTuple):
    """What libxml2 says against an element: where, of which kind, and in its words.

    `path` leads from the element that was validated to the one in error; see ``element_at``.
    """

    path: str
    kind: str
    message: str


def schema_errors(element: Element) -> tuple[SchemaError, ...] | None:
    """Return what the schemas say against an element as it stands; empty when it is valid.

    None when there are too many elements in it to be validated at once.
    """
    schema, is_large, lock = _validator()
    if is_large(element):
        return None
    with lock:
        if schema.validate(element):
            return ()
        log: Any = schema.error_log
        return tuple(
            SchemaError(entry.path or "/*", entry.type_name, entry.message)
            for entry in log[:_MOST_ERRORS]
        )


@cache
def _validator() -> tuple[etree.XMLSchema, Callable[[Element], Any], Lock]:
    """Return the compiled schemas, which are package data, and what it takes to use them."""
    return load_schema(), etree.XPath(f"descendant::*[{MOST_ELEMENTS + 1}]"), Lock()


def element_at(element: Element, path: str) -> Element:
    """Return the element to which a path of libxml2 leads from the one that was validated."""
    for step in path.split("/")[2:]:
        if step.startswith("@"):
            break
        name, _, number = step.partition("[")
        left = int(number.rstrip("]") or 1) - 1
        for child in element.iterchildren("*"):
            if name in ("*", _name(child)) or _is_cut(name, child):
                if not left:
                    element = child
                    break
                left -= 1
    return element


def _is_cut(name: str, element: Element) -> bool:
    """Tell whether a name in a path is what libxml2 leaves of the long name of an element."""
    return len(name) >= _LONG_NAME and _name(element).startswith(name)


def shell_of(element: Element) -> Element:
    """Return a copy of an element in a document of its own, with its text and no children."""
    scope: Any = element.nsmap
    attributes: Any = element.attrib
    shell = etree.Element(element.tag, dict(attributes), nsmap=scope)
    shell.text = text_of(element)
    return shell


def _name(element: Element) -> str:
    local = str(element.tag).rpartition("}")[2]
    return f"{element.prefix}:{local}" if element.prefix else local


class _OnlyShipped(etree.Resolver):
    """Answers the file name of a schema with its octets, and anything else with an error.

    Without the error lxml would go on to the file system and the network.
    """

    def __init__(self, read: Callable[[str], bytes]) -> None:
        super().__init__()
        self._read = read

    def resolve(  # type: ignore[override]
        self, system_url: str, public_id: str | None, context: Any
    ) -> Any:
        if not system_url.endswith(".xsd") or any(mark in system_url for mark in "/\\:"):
            raise FileNotFoundError(f"not a schema of the package: {system_url!r}")
        return self.resolve_string(self._read(system_url), context, base_url=system_url)
