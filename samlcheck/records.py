"""`frozen`: attrs classes whose comparison and representation are shared code.

attrs writes and compiles these methods for each class anew, which is most of what a class costs,
and a run of the command sets up some sixty of them. Everything else is attrs.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

__all__ = ["frozen"]

if TYPE_CHECKING:
    from attrs import frozen
else:

    def frozen(
        cls: type | None = None,
        *,
        kw_only: bool = False,
        eq: bool = True,
        repr: bool = True,  # noqa: A002 -- as attrs calls it
    ) -> Any:
        """Make a frozen attrs class with slots; the options are those of `attrs.frozen`."""

        def decorate(cls: type) -> type:
            if repr and "__repr__" not in cls.__dict__:
                cls.__repr__ = _repr
            if eq:
                cls.__eq__ = _eq
                cls.__hash__ = _hash
            return attrs.frozen(cls, kw_only=kw_only, eq=False, repr=False)

        return decorate if cls is None else decorate(cls)


#: How the values that make an object equal to another are taken from it, by class.
_VALUES: dict[type, Callable[[Any], Any]] = {}


def _values(record: Any) -> Any:
    get = _VALUES.get(record.__class__)
    if get is None:
        names = [field.name for field in attrs.fields(record.__class__) if field.eq]
        get = _VALUES[record.__class__] = attrgetter(*names)
    return get(record)


def _eq(self: Any, other: object) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return _values(self) == _values(other)


def _hash(self: Any) -> int:
    return hash(_values(self))


def _repr(self: Any) -> str:
    shown = (field.name for field in attrs.fields(self.__class__) if field.repr)
    values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
    return f"{self.__class__.__qualname__}({values})"
