"""What `samlcheck profiles` does, and which profile a command judges by."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from samlcheck.cli.files import read
from samlcheck.profiles import Profile, ProfileError, load_profile, load_profile_text

if TYPE_CHECKING:
    from samlcheck.profiles.choice import Automatic

#: The profile of a project; it is looked for in the working directory and the folders above it.
PROJECT_FILE: Final = "samlcheck.toml"
#: Says that the documents shall choose, as nothing does.
AUTOMATIC: Final = "auto"
#: So many folders above the working directory are looked into.
_MOST_ABOVE: Final = 20


def profile_of(names: Sequence[str]) -> Profile | Automatic:
    """Return the profile of built-in names and at most one file of the user's own over them.

    Without names the documents choose among the built-in ones, and the project's file lies above.

    :raises ProfileError: for an unknown name, a second file, or a file with mistakes.
    """
    if not names or AUTOMATIC in names:
        if len(names) > 1:
            raise ProfileError(["auto leaves the profile to the documents; name no other with it"])
        return _automatic()
    built_in = [name for name in names if not name.endswith(".toml")]
    own = [name for name in names if name.endswith(".toml")]
    if len(own) > 1:
        raise ProfileError([f"{own[1]}: only one profile file can be given"])
    if not own:
        return load_profile(*built_in)
    return load_profile_text(_text(own[0]), name=own[0], over=built_in)


def _automatic() -> Automatic:
    from samlcheck.profiles.choice import Automatic

    path = project_file(os.getcwd())
    return Automatic() if path is None else Automatic(own=_text(path), name=PROJECT_FILE)


def project_file(folder: str) -> str | None:
    """Return the project's profile file of a folder: its own, or the nearest above it.

    What lies above the root of a repository (the folder with .git) is no part of the project.
    """
    for _ in range(_MOST_ABOVE):
        path = os.path.join(folder, PROJECT_FILE)
        if os.path.isfile(path):
            return path
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = above
    return None


def _text(path: str) -> str:
    return read(path).octets.decode("utf-8", "replace")


def show_profiles(options: argparse.Namespace) -> str:
    """Return what `samlcheck profiles list`, `show` or `search` prints.

    :raises ProfileError: for an unknown name, or a file with mistakes.
    """
    from samlcheck.render import profiles as render

    as_json = options.format == "json"
    if options.action == "list":
        return render.render_list(options.kind, as_json=as_json)
    if options.action == "search":
        return render.render_search(options.words, as_json=as_json)
    return _shown(options.name, as_json=as_json, origins=options.origins)


def test_profile(options: argparse.Namespace) -> tuple[str, bool]:
    """Return what `samlcheck profiles test` prints, and whether every example is as it says.

    :raises ProfileError: for an unknown name, a file with mistakes, or one without examples.
    """
    from samlcheck.profiles.examples import found_by
    from samlcheck.profiles.library import read_shipped, resolve
    from samlcheck.profiles.loader import layers_of

    name = options.name
    known = resolve(name)
    if name.endswith(".toml") or known is None:
        text = _text(name)
        profile, layers = load_profile_text(text, name=name), layers_of(text=text, name=name)
    else:
        profile, layers = load_profile(known), layers_of(text=read_shipped(known), name=known)
    examples = layers[-1].document.get("examples", [])
    if not examples:
        raise ProfileError([f"{name}: has no [[examples]]"])
    lines, right = [], True
    for example in examples:
        expected, found = example["expect"], found_by(profile, example)
        right = right and expected == found
        lines.append(f"{'ok' if expected == found else 'differs':<8}{example['name']}")
        if expected != found:
            lines.append(f"        expected {', '.join(expected) or 'nothing'}")
            lines.append(f"        found    {', '.join(found) or 'nothing'}")
    return "\n".join(lines) + "\n", right


def _shown(name: str, *, as_json: bool, origins: bool) -> str:
    from samlcheck.profiles.documented import documented
    from samlcheck.profiles.library import resolve
    from samlcheck.profiles.loader import layers_of
    from samlcheck.render import profiles as render

    if name.endswith(".toml"):
        text = _text(name)
        profile, layers = load_profile_text(text, name=name), layers_of(text=text, name=name)
    elif resolve(name) is None and name.removeprefix("documented/") in documented():
        return render.render_documented(name.removeprefix("documented/"), as_json=as_json)
    else:
        profile, layers = load_profile(name), layers_of(name)
    return render.render_profile(profile, layers, as_json=as_json, with_origins=origins)
