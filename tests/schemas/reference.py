"""The schemas that OASIS and W3C publish, as other packages carry them, compiled into one.

What no package carries is taken from the project's own schemas, over the published ones: content
that is checked only where its declaration is known is then checked by both sides.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from tests.support.oasis import schema_folder

OURS = Path(__file__).resolve().parent.parent.parent / "schemas"
ABSENT = "pysaml2, which carries the published schemas, is not installed"

#: Our file to the published one. The one of XML Signature 1.1 comes with signxml.
PUBLISHED = {
    "xml.xsd": "xml.xsd",
    "xmldsig.xsd": "xmldsig-core-schema.xsd",
    "xmldsig11.xsd": "xmldsig11-schema.xsd",
    "xmlenc.xsd": "xenc-schema.xsd",
    "xmlenc11.xsd": "xenc-schema-11.xsd",
    "saml-assertion.xsd": "saml-schema-assertion-2.0.xsd",
    "saml-protocol.xsd": "saml-schema-protocol-2.0.xsd",
    "saml-metadata.xsd": "saml-schema-metadata-2.0.xsd",
    "mdui.xsd": "sstc-saml-metadata-ui-v1.0.xsd",
    "mdattr.xsd": "sstc-metadata-attr.xsd",
    "alg.xsd": "sstc-saml-metadata-algsupport-v1.0.xsd",
}


def present() -> bool:
    """Tell whether the published schemas are here."""
    return schema_folder() is not None


def published(name: str) -> etree._Element:
    """The published schema for one of our files."""
    return etree.parse(_file(name), _parser()).getroot()


@cache
def schema() -> etree.XMLSchema:
    """The published schemas, imported by our driver."""
    parser = _parser()
    parser.resolvers.add(_Published())
    driver = (OURS / "saml-family.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(driver, parser))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(no_network=True, load_dtd=False)


def _file(name: str) -> Path:
    """The file that answers a name, ours or a published one; ours where nobody publishes it."""
    file = PUBLISHED.get(name, name)
    if file not in PUBLISHED.values():
        return OURS / file
    if file != PUBLISHED["xmldsig11.xsd"]:
        folder = schema_folder()
        assert folder is not None, ABSENT
        return folder / file
    spec = importlib.util.find_spec("signxml")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "schemas" / file


class _Published(etree.Resolver):
    """Answers by file name, whatever the folder or host."""

    def resolve(  # type: ignore[override]
        self, system_url: str, public_id: str | None, context: Any
    ) -> Any:
        name = system_url.rpartition("/")[2]
        # Two of the published schemas name a DTD, which is left empty.
        text = _file(name).read_bytes() if name.endswith(".xsd") else b""
        return self.resolve_string(text, context, base_url=system_url)
