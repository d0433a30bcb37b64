"""The project's schemas accept and reject what the published ones do.

SAMLCHECK_SCHEMA_EDITS=all makes every single edit of every seed, and many more combinations.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.xml.schema import load_schema
from tests.corpus import corpus
from tests.schemas import mutations, reference
from tests.schemas.seeds import INVALID, seeds
from tests.support.bases import Base, build, load

pytestmark = pytest.mark.skipif(not reference.present(), reason=reference.ABSENT)

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "docs" / "examples" / "webex"
ALL = os.environ.get("SAMLCHECK_SCHEMA_EDITS") == "all"
#: Of the single edits the normal run makes one in so many; a prime, so that no kind is left out.
STEP = 1 if ALL else 7

OURS = load_schema()


NAMES: tuple[Base, ...] = ("sp", "idp", "aggregate", "response", "request")
BASES = {name: load(name).encode() for name in NAMES}


def _verdicts(octets: bytes) -> tuple[bool, bool]:
    """The published verdict and ours, each over a tree of its own: validation leaves traces."""
    published = reference.schema().validate(etree.fromstring(octets))
    return published, OURS.validate(etree.fromstring(octets))


def _compare(octets: bytes, original: bytes, what: str) -> bool | None:
    """The verdict on which both agree; fails with the difference to the original when not.

    None for a document that is refused before any schema: xml:id with a bad value.
    """
    try:
        published, ours = _verdicts(octets)
    except etree.XMLSyntaxError:
        return None
    if published == ours:
        return ours
    log = reference.schema().error_log if ours else OURS.error_log
    messages = "\n".join(entry.message for entry in log)  # type: ignore[attr-defined]
    before, after = (
        text.replace(b"><", b">\n<").decode().splitlines() for text in (original, octets)
    )
    changed = "\n".join(difflib.unified_diff(before, after, "original", "edited", lineterm="", n=2))
    pytest.fail(f"{what}: published {published}, ours {ours}\n{messages}\n{changed}")


@pytest.mark.parametrize("name", NAMES)
def test_base_documents(name: Base) -> None:
    for octets in (BASES[name], build(name)):
        assert _compare(octets, octets, name)


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.xml")), ids=lambda file: file.name)
def test_worked_example(file: Path) -> None:
    """The metadata of Entra ID has roles of WS-Federation, whose types neither side knows."""
    octets = file.read_bytes()
    assert _compare(octets, octets, file.name) is (b"wsfed/federation" not in octets)


@pytest.mark.parametrize("name", sorted(seeds()))
def test_seeds(name: str) -> None:
    octets = seeds()[name]
    assert _compare(octets, octets, name) is not name.startswith(INVALID)


def _corpus() -> list[Path]:
    return [*corpus.metadata_files(), *sorted((corpus.FOLDER / "responses").glob("*.xm*"))]


@pytest.mark.skipif(not corpus.present(), reason=corpus.ABSENT)
def test_real_documents() -> None:
    compared = 0
    for file in _corpus():
        octets = file.read_bytes()
        compared += _compare(octets, octets, file.name) is not None
    assert compared > 50


def _single_edits(root: Element) -> Iterator[tuple[int, str, mutations.Edit]]:
    for index, element in enumerate(root.iter("*")):
        for label, edit in mutations.edits(element):
            yield index, label, edit


@pytest.mark.parametrize("kind", sorted({name.partition("-")[0] for name in seeds()} - {"invalid"}))
def test_single_edits(kind: str) -> None:
    verdicts: list[bool | None] = []
    number = 0
    for name, octets in seeds().items():
        if not name.startswith(f"{kind}-"):
            continue
        root = mutations.declare_prefixes(etree.fromstring(octets))
        original = etree.tostring(root)
        for index, label, edit in _single_edits(root):
            number += 1
            if number % STEP == 0:
                copy = deepcopy(root)
                target = list(copy.iter("*"))[index]
                edit(target)
                what = f"{name}, {etree.QName(target).localname}: {label}"
                verdicts.append(_compare(etree.tostring(copy), original, what))
    # Both sides of the line are seen often.
    assert min(verdicts.count(True), verdicts.count(False)) >= 100


DOCUMENTS = {
    name: mutations.declare_prefixes(etree.fromstring(octets))
    for name, octets in {**BASES, **seeds()}.items()
    if not name.startswith(INVALID)
}
DONORS = [part for name in seeds() if name in DOCUMENTS for part in DOCUMENTS[name].iter("*")]


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, bytes]:
    """The name of a document, and its octets after one to three edits."""
    name = draw(st.sampled_from(sorted(DOCUMENTS)))
    root = deepcopy(DOCUMENTS[name])
    for _ in range(draw(st.integers(1, 3))):
        elements = list(root.iter("*"))
        target = draw(st.sampled_from(elements))
        if draw(st.booleans()):
            donor = draw(st.sampled_from(DONORS))
            edit = mutations.graft(donor, draw(st.integers(0, 9)), replace=draw(st.booleans()))
        else:
            edit = draw(st.sampled_from([one for _, one in mutations.edits(target)]))
        edit(target)
    return name, etree.tostring(root)


@given(edited())
@settings(deadline=None, max_examples=40_000 if ALL else 2_000)
def test_combined_edits(case: tuple[str, bytes]) -> None:
    name, octets = case
    _compare(octets, etree.tostring(DOCUMENTS[name]), name)
