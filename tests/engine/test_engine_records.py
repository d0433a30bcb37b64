"""`frozen` makes what `attrs.frozen` makes, in everything but the cost of setting it up."""

from __future__ import annotations

import copy
import pickle

import attrs
import pytest

from samlcheck.records import frozen


@frozen(kw_only=True)
class Ours:
    """A record."""

    name: str
    count: int = 0
    hidden: str = attrs.field(default="x", repr=False)
    aside: int = attrs.field(default=0, eq=False)


@attrs.frozen(kw_only=True)
class Theirs:
    """The same by attrs alone."""

    name: str
    count: int = 0
    hidden: str = attrs.field(default="x", repr=False)
    aside: int = attrs.field(default=0, eq=False)


@frozen(eq=False)
class Single:
    """A record that equals only itself."""

    name: str


@pytest.mark.parametrize("change", [{}, {"count": 2}, {"hidden": "y"}, {"aside": 5}])
def test_equality_and_hash_are_those_of_attrs(change: dict[str, int]) -> None:
    ours = Ours(name="a") == Ours(**{"name": "a", **change})  # type: ignore[arg-type]
    theirs = Theirs(name="a") == Theirs(**{"name": "a", **change})  # type: ignore[arg-type]

    assert theirs == ours
    assert ours == (hash(Ours(name="a")) == hash(Ours(**{"name": "a", **change})))  # type: ignore[arg-type]


def test_no_other_class_is_equal() -> None:
    assert Ours(name="a") != Theirs(name="a")
    assert Ours(name="a") != "a"


def test_the_representation_is_that_of_attrs() -> None:
    assert repr(Theirs(name="a")).replace("Theirs", "Ours") == repr(Ours(name="a"))


def test_records_are_frozen_and_have_no_dict() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Ours(name="a").name = "b"  # type: ignore[misc]
    assert not hasattr(Ours(name="a"), "__dict__")


def test_copies_and_pickles_are_equal() -> None:
    value = Ours(name="a", count=3)
    assert value == copy.deepcopy(value) == pickle.loads(pickle.dumps(value))
    assert Ours(name="a", count=4) == attrs.evolve(value, count=4)


def test_without_eq_only_the_same_object_is_equal() -> None:
    one = Single("a")
    assert one == one  # noqa: PLR0124 -- what is tested
    assert one != Single("a")
    assert "Single(name='a')" == repr(one)
