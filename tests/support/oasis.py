"""Validates documents against the OASIS and W3C schemas that the pysaml2 package carries.

The schemas import each other by web address; each address is answered from that folder, so no
network is touched. The ignores stand where the type stubs of lxml are incomplete.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Any

from lxml import etree

_NAMESPACES = {
    "urn:oasis:names:tc:SAML:2.0:metadata": "saml-schema-metadata-2.0.xsd",
    "urn:oasis:names:tc:SAML:2.0:protocol": "saml-schema-protocol-2.0.xsd",
    "urn:oasis:names:tc:SAML:2.0:assertion": "saml-schema-assertion-2.0.xsd",
    "urn:oasis:names:tc:SAML:metadata:ui": "sstc-saml-metadata-ui-v1.0.xsd",
    "urn:oasis:names:tc:SAML:metadata:attribute": "sstc-metadata-attr.xsd",
    "http://www.w3.org/2000/09/xmldsig#": "xmldsig-core-schema.xsd",
    "http://www.w3.org/2001/04/xmlenc#": "xenc-schema.xsd",
    "http://www.w3.org/2009/xmlenc11#": "xenc-schema-11.xsd",
}


def schema_folder() -> Path | None:
    """The folder of the schemas, None where pysaml2 is not installed."""
    spec = importlib.util.find_spec("saml2")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "data" / "schemas"


def schema_errors(xml: bytes) -> list[str]:
    """What the schemas say against a document; nothing when it is valid."""
    schema = _schema()
    schema.validate(etree.fromstring(xml))
    return [f"{entry.line}: {entry.message}" for entry in schema.error_log]  # type: ignore[attr-defined]


@functools.cache
def _schema() -> etree.XMLSchema:
    folder = schema_folder()
    assert folder is not None, "pysaml2 is not installed"
    imports = "".join(
        f'<xs:import namespace="{namespace}" schemaLocation="{file}"/>'
        for namespace, file in _NAMESPACES.items()
    )
    driver = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    parser = etree.XMLParser(no_network=True, load_dtd=False)
    parser.resolvers.add(_FromFolder(folder))
    return etree.XMLSchema(etree.fromstring(driver.encode(), parser, base_url=f"{folder}/all.xsd"))


class _FromFolder(etree.Resolver):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def resolve(  # type: ignore[override]
        self, system_url: str, public_id: str | None, context: Any
    ) -> Any:
        file = self._folder / system_url.rpartition("/")[2]
        if file.suffix != ".xsd":
            return self.resolve_empty(context)  # type: ignore[attr-defined]
        return self.resolve_filename(str(file), context)  # type: ignore[attr-defined]
