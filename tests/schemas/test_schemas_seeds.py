"""The seed documents hold everything that the schemas declare."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from lxml import etree

from tests.schemas import reference
from tests.schemas.declarations import Declarations
from tests.schemas.mutations import XSI
from tests.schemas.seeds import seeds

FILES = sorted(reference.OURS.glob("*.xsd"))
DECLARED = Declarations([etree.parse(file).getroot() for file in FILES])


@cache
def _used() -> dict[str, set[str]]:
    """Every element that a seed has, with all attributes that it has anywhere."""
    found: dict[str, set[str]] = defaultdict(set)
    for octets in seeds().values():
        for element in etree.fromstring(octets).iter("*"):
            found[element.tag].update(map(str, element.attrib))
    return found


def test_every_element_occurs() -> None:
    declared = {name for name, _ in DECLARED.elements()}
    assert len(declared) > 200
    assert declared - set(_used()) == set()


def test_every_attribute_occurs_on_every_element_that_has_it() -> None:
    missing = {
        name: absent
        for name, node in DECLARED.elements()
        if (absent := DECLARED.attribute_names(node) - _used()[name])
    }
    assert missing == {}


def test_every_global_attribute_occurs() -> None:
    used = set().union(*_used().values())
    assert set(DECLARED.named("attribute")) - used == set()


def test_every_type_occurs() -> None:
    """A type is that of an element or attribute, or the base of one, or named by xsi:type."""
    named = set()
    for octets in seeds().values():
        for element in etree.fromstring(octets).iter("*"):
            if (value := element.get(f"{XSI}type")) is not None:
                prefix, _, local = value.rpartition(":")
                named.add(f"{{{element.nsmap[prefix]}}}{local}")
    types = DECLARED.named("type")
    found = named | {DECLARED.element(node)[0] for _, node in DECLARED.elements()}
    for node in types.values():
        said = DECLARED.type(node)
        found.add(said.base)
        found.update(kind for _, _, kind, _ in (a for a in said.attributes if len(a) == 4))
    assert set(types) - found == set()
