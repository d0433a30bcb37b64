"""The one thing that is wrong with each broken login, and what the diagnosis has to call it."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from tests.diagnosis.login import Login


def _always(_login: Login) -> bool:
    return True


@attrs.frozen(kw_only=True)
class Plant:
    """One cause: how it is planted, the rules that name it, and who has to act."""

    name: str
    #: The rule whose finding has to come first; others are as good a name for the same thing.
    rules: tuple[str, ...]
    owner: str
    make: Callable[[Login], Login]
    #: Which logins it can be planted in.
    fits: Callable[[Login], bool] = _always

    def __str__(self) -> str:
        return self.name


def planted(
    name: str,
    rule: str,
    owner: str,
    make: Callable[[Login], Login] | None = None,
    *,
    or_rules: tuple[str, ...] = (),
    fits: Callable[[Login], bool] = _always,
    **changes: object,
) -> Plant:
    """A plant that changes fields of a login, or makes another one of it."""
    if make is None:

        def make(login: Login) -> Login:
            return attrs.evolve(login, **changes)

    return Plant(name=name, rules=(rule, *or_rules), owner=owner, make=make, fits=fits)
