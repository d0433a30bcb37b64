"""Which profiles fit documents, by the identifiers and locations that stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from samlcheck.profiles.library import resolve
from samlcheck.profiles.profile import Profile
from samlcheck.profiles.template import MAX_VALUE

#: What a value is, and its words in a sentence.
SP_ID, ACS, IDP_ID, SSO = "sp.entity_id", "sp.acs", "idp.entity_id", "idp.sso"
_WORDS: Final = {
    SP_ID: "the entityID of the SP",
    ACS: "the reply URL",
    IDP_ID: "the entityID of the IdP",
    SSO: "the sign-on URL",
}
#: So many values of a kind are looked at: an SP can list thousands of reply URLs.
_MOST: Final = 20


# Plain classes: every check of the command imports them, and few choose anything.


class Chosen:
    """A profile that fits, how surely, and why.

    `confidence` is high when the identifier and a location fit, medium when only one of them does.
    `grounds` are the values that fit: what each is, and its text.
    """

    def __init__(self, profile: str, grounds: tuple[tuple[str, str], ...]) -> None:
        """Take the id of the profile and what speaks for it."""
        self.profile = profile
        self.grounds = grounds
        self.confidence = "high" if len(grounds) > 1 else "medium"

    def __str__(self) -> str:
        """The choice as a report states it."""
        because = " and ".join(f"{_WORDS[place]} {value!r}" for place, value in self.grounds)
        return f"{self.profile} ({self.confidence} confidence, by {because})"


class Choice:
    """The profiles that fit documents, at most one of each side.

    `undecided` names the profiles that fit equally well; none of them is chosen.
    """

    def __init__(self, chosen: tuple[Chosen, ...], undecided: tuple[str, ...] = ()) -> None:
        """Take what was chosen, and what could not be told apart."""
        self.chosen = chosen
        self.undecided = undecided


def choose(evidence: Iterable[tuple[str, str | None]]) -> Choice:
    """Choose by pairs of what a value is (SP_ID, ACS, IDP_ID, SSO) and the value.

    No profile file is read: the generated catalogue has what each is recognised by.
    """
    from samlcheck.profiles.catalogue import MATCHES

    found: dict[str, dict[str, tuple[str, int]]] = {}
    seen: dict[str, int] = {}
    for place, value in evidence:
        if not value or len(value) > MAX_VALUE or seen.get(place, 0) >= _MOST:
            continue
        seen[place] = seen.get(place, 0) + 1
        lowered = value.lower()
        for needle, expression, profile in MATCHES[place]:
            if needle in lowered and re.fullmatch(expression, value):
                places = found.setdefault(profile, {})
                places.setdefault(place, (value, len(needle)))
    return _decide(found)


class Automatic:
    """A profile that is to be chosen from the documents, with a file of the user's own over it."""

    def __init__(self, own: str | None = None, name: str = "") -> None:
        """Take the text of the file, and the name under which messages speak of it."""
        self.own = own
        self.name = name

    def load(self, profiles: Iterable[str] = ()) -> Profile:
        """Load what was chosen, without the sides that the file itself names a profile for.

        :raises ProfileError: for a file with mistakes.
        """
        from samlcheck.profiles.loader import load_profile, load_profile_text

        if self.own is None:
            return load_profile(*profiles)
        taken = self.sides()
        over = [item for item in profiles if item.partition("/")[0] not in taken]
        return load_profile_text(self.own, name=self.name, over=over)

    def sides(self) -> frozenset[str]:
        """Return the sides, "idp" and "sp", that the file states itself."""
        if self.own is None:
            return frozenset()
        header = self.stated().get("profile", {})
        named = [header.get(key, ()) for key in ("extends", "idp", "sp")]
        ids = [item for value in named for item in ([value] if isinstance(value, str) else value)]
        kinds = {resolve(str(item)) or "" for item in ids}
        return frozenset({header.get("kind"), *(item.partition("/")[0] for item in kinds)})

    def stated(self) -> Mapping[str, Any]:
        """Return what the file itself states, as TOML has it.

        :raises ProfileError: for a file that is not TOML.
        """
        if self.own is None:
            return {}
        from samlcheck.profiles.layers import parse_layer

        return parse_layer(self.own, self.name).document


def _decide(found: dict[str, dict[str, tuple[str, int]]]) -> Choice:
    chosen: list[Chosen] = []
    undecided: list[str] = []
    for side in ("idp/", "sp/"):
        # What fits in more places goes before what fits in one by a longer text.
        ranked = sorted(
            (
                (len(p), max(n for _, n in p.values()), name)
                for name, p in found.items()
                if name.startswith(side)
            ),
            reverse=True,
        )
        if len(ranked) > 1 and ranked[0][:2] == ranked[1][:2]:
            undecided += sorted(name for *rank, name in ranked if tuple(rank) == ranked[0][:2])
        elif ranked:
            places = found[ranked[0][2]]
            grounds = tuple((place, value) for place, (value, _) in places.items())
            chosen.append(Chosen(ranked[0][2], grounds))
    return Choice(tuple(chosen), tuple(undecided))
