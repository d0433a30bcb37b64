"""The project's schemas declare what the published ones declare, whatever their layout."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.schemas import reference
from tests.schemas.declarations import Declarations

needs_published = pytest.mark.skipif(not reference.present(), reason=reference.ABSENT)


@pytest.fixture(scope="module")
def published() -> Declarations:
    return Declarations([reference.published(name) for name in reference.PUBLISHED])


@pytest.fixture(scope="module")
def ours() -> Declarations:
    files = [etree.parse(reference.OURS / name).getroot() for name in reference.PUBLISHED]
    return Declarations(files)


@needs_published
@pytest.mark.parametrize("kind", ["element", "type", "attribute"])
def test_the_same_names_are_declared(
    kind: str, published: Declarations, ours: Declarations
) -> None:
    assert set(published.named(kind)) == set(ours.named(kind))


@needs_published
def test_elements_are_the_same(published: Declarations, ours: Declarations) -> None:
    theirs = published.named("element")
    for name, node in ours.named("element").items():
        assert published.element(theirs[name]) == ours.element(node), name


@needs_published
def test_types_are_the_same(published: Declarations, ours: Declarations) -> None:
    theirs = published.named("type")
    for name, node in ours.named("type").items():
        assert published.type(theirs[name]) == ours.type(node), name


@needs_published
def test_attributes_are_the_same(published: Declarations, ours: Declarations) -> None:
    theirs = published.named("attribute")
    for name, node in ours.named("attribute").items():
        assert published.attribute(theirs[name]) == ours.attribute(node), name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<xs:element ref="t:b" minOccurs="0"/>', '<xs:element ref="t:b"/>'),
        ('<xs:element ref="t:b" minOccurs="0"/>', '<xs:element ref="t:a" minOccurs="0"/>'),
        ('name="x"', 'name="y"'),
        ('type="xs:ID"', 'type="xs:NCName"'),
        ('type="xs:ID"', 'type="xs:ID" use="required"'),
        ('value="1024"', 'value="1025"'),
        ("##other", "##any"),
        ('processContents="lax"', ""),
        ("<xs:choice>", '<xs:choice maxOccurs="2">'),
        ('name="T"', 'name="T" mixed="true"'),
        ('name="T"', 'name="T" abstract="true"'),
    ],
)
def test_the_comparison_sees_a_difference(old: str, new: str) -> None:
    text = """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="t" targetNamespace="t">
        <xs:simpleType name="S">
          <xs:restriction base="xs:anyURI"><xs:maxLength value="1024"/></xs:restriction>
        </xs:simpleType>
        <xs:element name="a"/>
        <xs:element name="b"/>
        <xs:complexType name="T">
          <xs:sequence>
            <xs:choice>
              <xs:element ref="t:a"/>
              <xs:any namespace="##other" processContents="lax"/>
            </xs:choice>
            <xs:element ref="t:b" minOccurs="0"/>
          </xs:sequence>
          <xs:attribute name="x" type="xs:ID"/>
        </xs:complexType>
      </xs:schema>"""
    assert old in text
    one = Declarations([etree.fromstring(text)])
    two = Declarations([etree.fromstring(text.replace(old, new))])
    assert [one.type(node) for node in one.named("type").values()] != [
        two.type(node) for node in two.named("type").values()
    ]
