"""Compiles the XML Schemas of the SAML family, which come with the package."""

from __future__ import annotations

import os.path
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from lxml import etree

from samlcheck.xml.parser import new_parser

if TYPE_CHECKING:

    class _DataLoader(Protocol):
        def get_data(self, path: str) -> bytes: ...


#: The schema that imports all others.
DRIVER: Final = "saml-family.xsd"


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
