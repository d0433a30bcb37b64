"""A document read slice by slice gives what it gives as a whole, in one process or in several."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import samlcheck
from samlcheck import Finding, Input, Report
from samlcheck.aggregate.check import AggregateCheck
from samlcheck.aggregate.slices import NotSliceableError
from samlcheck.profiles import load_profile
from samlcheck.rules.case import Context
from tests.corpus import corpus
from tests.support.bases import NOW, load
from tests.support.keys import certificate_pem, key_pem
from tests.support.signing import sign

AGGREGATE = load("aggregate")
HEAD, *_ = re.split(r"(?=<md:EntityDescriptor)", AGGREGATE, maxsplit=1)
ENTITIES = re.findall(r"<md:EntityDescriptor.*?</md:EntityDescriptor>", AGGREGATE, re.DOTALL)
FOOT = "</md:EntitiesDescriptor>"


def _many(count: int, between: str = "\n  ") -> str:
    """An aggregate of many entities, no two of one name but for every seventh."""
    found = []
    for number in range(count):
        text = ENTITIES[number % len(ENTITIES)]
        name = f"e{number if number % 7 else 0}.example.org"
        found.append(re.sub(r'entityID="https://[a-z.]+', f'entityID="https://{name}', text))
    return HEAD + between.join(found) + FOOT


def _sliced(
    data: bytes, *, step: int, jobs: int = 1, now: datetime = NOW, trust: tuple[bytes, ...] = ()
) -> Report:
    found: list[Finding] = []
    context = Context(now=now, profile=load_profile(), trust=trust)
    check = AggregateCheck(
        lambda offset, size: data[offset : offset + size],
        "a.xml",
        context,
        listed="info",
        sink=found.append,
        step=step,
        jobs=jobs,
    )
    return attrs.evolve(check.run(), findings=tuple(found))


def _whole(data: bytes, now: datetime = NOW, trust: tuple[bytes, ...] = ()) -> Report:
    return samlcheck.check_metadata(Input(data=data, name="a.xml"), now=now, trust=trust)


def _key(finding: Finding) -> tuple[Any, ...]:
    """All that a finding says but for the excerpt, which may show what precedes a slice."""
    places = [attrs.evolve(item, excerpt=None) for item in (finding.location, *finding.related)]
    return (*attrs.astuple(attrs.evolve(finding, clear=None), recurse=False)[:8], *places)


def _same(one: Report, other: Report) -> None:
    for mine, theirs in zip(one.findings, other.findings, strict=True):
        assert _key(mine) == _key(theirs)
    assert one.outcomes == other.outcomes
    assert one.facts == other.facts
    assert one.summary == other.summary


@pytest.mark.parametrize("between", ["\n  ", "", "\r\n", "\r", "<!-- \u00e9 <md:x> -->\n"])
@pytest.mark.parametrize("step", [500, 7_000, 40_000])
def test_slices_give_what_the_whole_gives(between: str, step: int) -> None:
    data = _many(12, between).encode()
    whole = _whole(data)
    assert {"eid-duplicate", "xml-duplicate-id"} <= {item.rule for item in whole.findings}
    _same(whole, _sliced(data, step=step))


def test_two_processes_give_what_one_gives() -> None:
    data = _many(12).encode()
    _same(_sliced(data, step=9_000), _sliced(data, step=9_000, jobs=2))


@pytest.mark.parametrize("name", ["swamid-1.0.xml", "metadata.aaitest.xml"])
def test_real_aggregates_in_slices(name: str) -> None:
    if not corpus.present():
        pytest.skip(corpus.ABSENT)
    data = (corpus.FOLDER / "metadata" / name).read_bytes()
    now = datetime(2026, 1, 23, 10, tzinfo=UTC)
    _same(_whole(data, now), _sliced(data, step=60_000, now=now))


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize("pinned", ["idp-signing", "stranger", None])
def test_the_signature_of_the_whole_is_verified(
    jobs: int, changed: bool, pinned: str | None
) -> None:
    data = sign(
        _many(9).encode(),
        key=key_pem("idp-signing"),
        certificate=certificate_pem("idp-signing"),
    )
    if changed:
        data = data.replace(b"e5.example.org", b"e6.example.com")
    trust = () if pinned is None else (certificate_pem(pinned),)
    sliced = _sliced(data, step=9_000, jobs=jobs, trust=trust)
    rules = {item.rule for item in sliced.findings}
    assert changed == ("sig-digest-mismatch" in rules)
    assert (pinned is None) == ("sig-no-keyed-trust" in rules)
    assert (pinned == "stranger" and not changed) == ("sig-not-by-trusted-key" in rules)
    _same(_whole(data, trust=trust), sliced)


@pytest.mark.parametrize(
    "text",
    [
        AGGREGATE.replace("md:EntitiesDescriptor", "md:EntityDescriptor"),
        HEAD + FOOT,
        HEAD + ENTITIES[0] + FOOT,
        _many(4) + FOOT,
        _many(4).replace(FOOT, ""),
        _many(4, f"{FOOT}{HEAD}"),
        _many(4, "stray"),
        _many(4, "<?pi x?>"),
        HEAD + HEAD + ENTITIES[0] + ENTITIES[1] + FOOT + FOOT,
        HEAD + ENTITIES[0] + f"<!-- {ENTITIES[1]}" + FOOT,
        "<!DOCTYPE x>" + _many(4),
        "",
    ],
)
def test_what_is_no_flat_list_of_entities_is_read_as_a_whole(text: str) -> None:
    with pytest.raises(NotSliceableError):
        _sliced(text.encode(), step=900)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_mutations_are_the_same_in_slices_or_refused(random: random.Random) -> None:
    data = bytearray(_many(6).encode())
    for _ in range(random.randint(1, 4)):
        start = random.randrange(len(data))
        size = random.choice([0, 1, 3, 40])
        other = random.randrange(len(data))
        data[start : start + size] = data[other : other + random.choice([0, 1, 5, 60])]
    try:
        sliced = _sliced(bytes(data), step=6_000)
    except NotSliceableError:
        return
    _same(_whole(bytes(data)), sliced)
