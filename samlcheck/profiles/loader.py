"""Profiles by name or from a text, each with the layers below it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from samlcheck.profiles.library import read_shipped, resolve, shipped
from samlcheck.profiles.profile import Profile, ProfileError
from samlcheck.profiles.words import KINDS

if TYPE_CHECKING:
    from samlcheck.profiles.layers import Layer

BASE: Final = "base/saml-websso"


def load_profile(*names: str) -> Profile:
    """Load shipped profiles and merge them: base below idp below sp below integration.

    A name is an id, "sp/webex-meetings", or its last part. The base SAML profile lies below
    all; without names it is the result. ProfileError for a name that is not shipped.
    """
    return _shipped(tuple(_shipped_ids(names)))


@lru_cache(maxsize=64)  # what is kept follows from the package's own data alone
def _shipped(profile_ids: tuple[str, ...]) -> Profile:
    if not profile_ids:
        # The defaults of Profile are this file; most runs need no other and save the parsing.
        return Profile(
            id=BASE,
            title="SAML 2.0 Web Browser SSO",
            kind="base",
            as_of=date(2026, 11, 23),
            layers=(BASE,),
        )
    return _combined(list(profile_ids), None)


def load_profile_text(text: str, *, name: str, over: Iterable[str] = ()) -> Profile:
    """Load a profile from the text of a TOML file, over the base and the shipped ones in `over`.

    `name` stands for the file in messages. The text may itself name shipped profiles to lie on,
    in `extends`, `idp` and `sp`. ProfileError has every mistake with its line.
    """
    from samlcheck.profiles.layers import parse_layer

    return _combined(_shipped_ids(over), parse_layer(text, name))


def layers_of(*names: str, text: str | None = None, name: str = "") -> list[Layer]:
    """The layers of shipped profiles, and of a file over them, lowest first."""
    from samlcheck.profiles.layers import parse_layer

    return _layers(_shipped_ids(names), None if text is None else parse_layer(text, name))


def available() -> tuple[tuple[str, str, str], ...]:
    """Id, title and kind of every shipped profile."""
    from samlcheck.profiles.catalogue import ROWS

    return tuple((row[0], row[1], row[0].partition("/")[0]) for row in ROWS)


def _shipped_ids(names: Iterable[str]) -> list[str]:
    found = {name: resolve(name) for name in names}
    unknown = [name for name, profile_id in found.items() if profile_id is None]
    if unknown:
        raise ProfileError(map(_unknown_profile, unknown))
    return [profile_id for profile_id in found.values() if profile_id is not None]


def _unknown_profile(name: str) -> str:
    from samlcheck.profiles.reading import near, quoted

    known = [*shipped(), *(profile_id.rpartition("/")[2] for profile_id in shipped())]
    hint = near(name, known) or "; `samlcheck profiles list` shows those that there are"
    return f"there is no profile {quoted(name)}{hint}"


def _combined(profile_ids: list[str], top: Layer | None) -> Profile:
    """Collect what the layers lie on, put all in order, check and merge."""
    from samlcheck.profiles.build import build_profile
    from samlcheck.profiles.layers import layered

    layers = _layers(profile_ids, top)
    return build_profile(layers, layered(layers))


def _layers(profile_ids: list[str], top: Layer | None) -> list[Layer]:
    found: dict[str, Layer] = {}
    for profile_id in (BASE, *profile_ids, *(_below(top) if top is not None else ())):
        _collect(profile_id, found)
    layers = [*found.values(), *([top] if top is not None else ())]
    layers.sort(key=_rank)
    return layers


def _collect(profile_id: str, found: dict[str, Layer]) -> None:
    """Add a shipped layer behind those that it extends."""
    if profile_id in found:
        return
    layer = _shipped_layer(profile_id)
    for below in _below(layer):
        _collect(below, found)
    found[profile_id] = layer


def _below(layer: Layer) -> list[str]:
    """The shipped profiles that a layer names; a name that is none is reported by its check."""
    names = [name for key in ("extends", "idp", "sp") for name in layer.names(key)]
    return [profile_id for profile_id in map(resolve, names) if profile_id is not None]


def _rank(layer: Layer) -> int:
    kind = layer.header("kind")
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def _shipped_layer(profile_id: str) -> Layer:
    from samlcheck.profiles.layers import parse_layer

    return parse_layer(read_shipped(profile_id), f"{profile_id}.toml", shipped=True)
