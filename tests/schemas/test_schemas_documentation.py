"""Every declaration of the schemas says in one sentence what it is, and where it is specified."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from tests.schemas import reference

XS = "{http://www.w3.org/2001/XMLSchema}"
FILES = sorted(file.name for file in reference.OURS.glob("*.xsd"))
DRIVER = "saml-family.xsd"

DECLARATIONS = [f"{XS}{kind}" for kind in ("element", "complexType", "simpleType")]
#: Attributes of a type are explained by its sentence; what other files can use has its own.
SHARED = [f"{XS}{kind}" for kind in ("attribute", "attributeGroup", "group")]

DOCUMENTS = (
    "Exclusive XML Canonicalization",
    "MDATTR",
    "MDRPI",
    "MDUI",
    "REFEDS Security Contact",
    "SAML Algorithm Support",
    "SAML Core",
    "SAML Holder-of-Key Web Browser SSO",
    "SAML IdP Discovery",
    "SAML Metadata",
    "SAML Request Initiation",
    "SAML Subject Identifier Attributes",
    "Shibboleth Metadata Extensions",
    "XML 1.0",
    "XML Base",
    "XML Encryption 1.1",
    "XML Signature 1.1",
    "xml:id",
)
CLAUSE = r"[1-9]\d*(\.\d+)*"
SENTENCE = re.compile(
    rf"[A-Z][^.()]* \(({'|'.join(map(re.escape, DOCUMENTS))})"
    rf"( {CLAUSE}((, {CLAUSE})* and {CLAUSE})?)?\)\."
)


def _documentation(node: etree._Element) -> str:
    return node.findtext(f"{XS}annotation/{XS}documentation", "")


def _documented(name: str) -> list[etree._Element]:
    root = etree.parse(reference.OURS / name).getroot()
    declarations = [node for node in root.iter(*DECLARATIONS) if node.get("name")]
    return declarations + [node for node in root.iterchildren(*SHARED) if node.get("name")]


@pytest.mark.parametrize("name", FILES)
def test_every_declaration_is_documented(name: str) -> None:
    wrong = {
        node.get("name"): _documentation(node)
        for node in _documented(name)
        if not SENTENCE.fullmatch(_documentation(node))
    }
    assert wrong == {}


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_documented(name: str) -> None:
    assert _documentation(etree.parse(reference.OURS / name).getroot()).strip()


def test_there_are_declarations() -> None:
    assert sum(len(_documented(name)) for name in FILES) > 350


ORDER = ("import", "simpleType", "attribute", "attributeGroup", "group", "complexType", "element")


@pytest.mark.parametrize("name", FILES)
def test_declarations_are_in_order(name: str) -> None:
    root = etree.parse(reference.OURS / name).getroot()
    kinds = [etree.QName(node).localname for node in root.iterchildren(f"{XS}*")]
    ranks = [ORDER.index(kind) for kind in kinds if kind != "annotation"]
    assert sorted(ranks) == ranks


def test_the_driver_imports_every_other_file() -> None:
    root = etree.parse(reference.OURS / DRIVER).getroot()
    imported = {
        node.get("schemaLocation"): node.get("namespace") for node in root.iter(f"{XS}import")
    }
    targets = {
        name: etree.parse(reference.OURS / name).getroot().get("targetNamespace")
        for name in FILES
        if name != DRIVER
    }
    assert targets == imported
