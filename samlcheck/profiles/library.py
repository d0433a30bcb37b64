"""The profile files that come with the package; this module alone reads them."""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:

    class _DataLoader(Protocol):
        def get_data(self, path: str) -> bytes: ...


def shipped() -> tuple[str, ...]:
    """Ids of the shipped profiles; the file of `sp/x` is data/sp/x.toml."""
    from samlcheck.profiles.catalogue import ROWS

    return tuple(row[0] for row in ROWS)


def read_shipped(profile_id: str) -> str:
    """The text of a shipped profile."""
    return read_data(*f"{profile_id}.toml".split("/"))


def read_data(*names: str) -> str:
    """The text of a file of the package's data, from a folder or from a zipped copy.

    Asks the loader of this module itself: what pkgutil.get_data does, without the 1 ms that
    importing pkgutil costs (importlib.resources: 10 ms).
    """
    loader = cast("_DataLoader", __spec__.loader)
    path = os.path.join(os.path.dirname(__file__), "data", *names)
    return loader.get_data(path).decode()


def resolve(name: str) -> str | None:
    """The id for an id or for its last part, "webex-meetings"; None when there is none."""
    for profile_id in shipped():
        if name in (profile_id, profile_id.rpartition("/")[2]):
            return profile_id
    return None
