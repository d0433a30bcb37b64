"""The stand-ins of one capture: the same value has the same one wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Final

from samlcheck.redaction import _shapes as shapes
from samlcheck.redaction._vocabulary import is_ordinary

#: A shorter secret also stands in a text by chance: it is replaced, but not looked for elsewhere.
DISTINCTIVE: Final = 6
#: Values under these names are terms of a standard, and say nothing about a person.
_TERMS: Final = (
    "urn:oasis:names:tc:",
    "http://schemas.microsoft.com/",
    "http://schemas.xmlsoap.org/",
    "https://refeds.org/",
    "http://www.w3.org/",
)
_TERM: Final = re.compile(r"[A-Za-z0-9:/._-]{1,200}")
_WORD: Final = r"[A-Za-z0-9_-]"
# So many stand-ins of a pattern are tried, and so many letters are appended, before others are.
_TRIES: Final = 500
_LONGER: Final = 4
# A secret of so many characters is also looked for inside of stand-ins.
_WINDOW: Final = 4
# A word of so many letters is no word.
_TOKEN: Final = 12


class Known:
    """What a first pass over a capture found: what is public, and what is secret.

    `identifiers` are entityIDs, `endpoints` the addresses that messages and metadata name,
    `published` those of metadata alone, `ids` those of messages; `certified` is what certificates
    hold. `public` is all that is kept as it stands: names, endpoints, terms.
    """

    def __init__(self) -> None:
        self.identifiers: dict[str, None] = {}
        self.public: dict[str, None] = {}
        self.secrets: dict[str, None] = {}
        self.ids: dict[str, None] = {}
        self.endpoints: dict[str, None] = {}
        self.published: dict[str, None] = {}
        self.certified: dict[str, None] = {}
        self._corpus: str | None = None
        self._hosts: frozenset[str] | None = None

    def freeze(self) -> None:
        """Prepare for questions; nothing is added any more."""
        texts = [*self.identifiers, *self.public]
        self._corpus = "\n".join(texts).lower()
        found = (match[1] for text in texts for match in re.finditer(r"://([^/?#\s:]+)", text))
        self._hosts = frozenset(host.lower() for host in found) | frozenset(
            text.lower() for text in self.identifiers if shapes.HOST.fullmatch(text)
        )

    def keeps(self, value: str) -> bool:
        """Tell whether a value is public: an entityID, a part of one, or a term of a standard."""
        if value.startswith(_TERMS) and _TERM.fullmatch(value):
            return True
        if "@" in value or not value:
            return False
        if value in self.identifiers:
            return True
        if not (shapes.GUID.fullmatch(value) or shapes.URL.fullmatch(value)):
            return False
        apart = re.compile(rf"(?<!{_WORD}){re.escape(value)}(?!{_WORD})", re.IGNORECASE)
        return any(apart.search(text) for text in self.identifiers)

    def keeps_host(self, name: str) -> bool:
        """Tell whether a domain is that of an entity or endpoint, or above or below one."""
        lower = name.lower()
        return any(
            host == lower or host.endswith("." + lower) or lower.endswith("." + host)
            for host in self._hosts or ()
        )

    def told_anyway(self, value: str) -> bool:
        """Tell whether a value stands in what is public: an e-mail address in certificates only."""
        lower = value.lower()
        if any(lower in text for text in self.certified):
            return True
        return not shapes.EMAIL.search(value) and lower.strip("@.") in (self._corpus or "")

    def distinctive(self) -> list[str]:
        """Return the secrets that must not be left anywhere, the longest first."""
        found = (
            value
            for value in self.secrets
            if len(value) >= DISTINCTIVE
            and not is_ordinary(value)
            and not self.keeps(value)
            and not self.told_anyway(value)
        )
        return sorted(found, key=lambda value: (-len(value), value))


class StandIns:
    """Gives out stand-ins, and remembers what was secret in `met`.

    `known` is what an earlier pass found; without it nothing is public yet.
    """

    def __init__(self, known: Known | None = None) -> None:
        self.known = known or Known()
        self.met: Known = Known()
        self._made: dict[tuple[str, str], str] = {}
        self._numbers: dict[object, int] = {}
        self._taken: set[str] = {value.lower() for value in self.known.secrets}
        self._watched: dict[str, list[str]] = {}
        for value in self._taken:
            if len(value) >= _WINDOW:
                self._watched.setdefault(value[:_WINDOW], []).append(value)
        self._swept: dict[str, list[str]] = {}
        for value in self.known.distinctive() if known else ():
            self._swept.setdefault(value[:_WINDOW].lower(), []).append(value.lower())

    def secret(self, value: str) -> None:
        """Remember a value that has to vanish."""
        if any(map(shapes.kind_of, value)):
            self.met.secrets[value.strip()] = None

    def token(self, value: str) -> None:
        """Remember a value that has to vanish if it looks made up; words may stand elsewhere."""
        if len(value) >= _TOKEN or not value.islower():
            self.secret(value)

    def identifier(self, value: str) -> str:
        """Return an entityID, which is kept, without secrets that happen to stand in it."""
        self.met.identifiers[value.strip()] = None
        return self.swept(value)

    def public(self, value: str) -> str:
        """Return what is kept: a name, a term, an endpoint, without secrets in it."""
        self.met.public[value.strip()] = None
        return self.swept(value)

    def swept(self, text: str) -> str:
        """Return a text that is kept, with stand-ins for secrets that were met elsewhere."""
        lower = text.lower()
        if not self._swept or len(text) < DISTINCTIVE or len(lower) != len(text):
            return text
        pieces, position, kept = [], 0, 0
        while position <= len(text) - DISTINCTIVE:
            around = self._swept.get(lower[position : position + _WINDOW], ())
            found = next((item for item in around if lower.startswith(item, position)), None)
            if found is None:
                position += 1
                continue
            end = position + len(found)
            pieces += [text[kept:position], self.stand_in(text[position:end])]
            position = kept = end
        return "".join((*pieces, text[kept:]))

    def value(self, text: str) -> str:
        """Return the stand-in for a value about a person; white space around it stays."""
        core = text.strip()
        if not core or self.known.keeps(core):
            return text
        self.secret(core)
        start = text.index(core)
        return text[:start] + self.stand_in(core) + text[start + len(core) :]

    def numbered(self, value: str, word: str) -> str:
        """Return a word with the number of a value that is dropped, such as a cookie's."""
        if not value:
            return value
        self.token(value)
        key = ("dropped", value)
        if key not in self._made:
            self._made[key] = f"{word}-{self._next('dropped') + 1}"
        return self._made[key]

    def host(self, text: str) -> str:
        """Return the stand-in for a host name, itself where it is public."""
        name, colon, port = text.partition(":")
        if self.known.keeps_host(name) or "." not in name:
            return text if "." in name or name.lower() == "localhost" else self._filled(text)
        return self._once("host", name.lower(), lambda n: shapes.host(name, n)) + colon + port

    def stand_in(self, value: str) -> str:
        """Return the stand-in for a value, whether it is a secret or not."""
        if shapes.GUID.fullmatch(value):
            return self._once("guid", value, lambda n: shapes.guid(value, n))
        if shapes.IPV4.fullmatch(value) or shapes.IPV6.fullmatch(value):
            return self._once("address", value, lambda n: shapes.address(value, n))
        found = shapes.DATE.fullmatch(value)
        if found is not None:
            return self._once("date", value, lambda n: shapes.date(found, n))
        mail = shapes.EMAIL.fullmatch(value)
        if mail is not None:
            self.secret(mail[1])
            return f"{self.stand_in(mail[1])}@{self.host(mail[2])}"
        url = shapes.URL.fullmatch(value)
        if url is not None:
            return url[1] + self.host(url[2]) + self._filled(url[3])
        urn = shapes.URN.fullmatch(value)
        if urn is not None:
            return urn[1] + self._filled(urn[2])
        return self._filled(value)

    def _filled(self, value: str) -> str:
        """Return a stand-in with letters for letters and digits for digits."""
        if not any(map(shapes.kind_of, value)):
            return value
        key = shapes.folded(value)
        if ("filled", key) not in self._made:
            made = self._unused(shapes.pattern_of(key))
            self._taken.add(made)
            self._made["filled", key] = made
        return shapes.in_case_of(value, self._made["filled", key])

    def _unused(self, pattern: tuple[str, ...]) -> str:
        """Return the next stand-in of a pattern, longer where the pattern has none left."""
        for longer in range(_LONGER):
            whole = (*pattern, *[shapes.LETTERS] * longer)
            number = self._numbers.get(whole, 0)
            for tried, made in islice(shapes.candidates(whole, number), _TRIES):
                self._numbers[whole] = tried + 1
                if self._free(made):
                    return made
        return self._unused((shapes.LETTERS,) * (len(pattern) + 8))

    def _free(self, candidate: str) -> bool:
        """Tell whether a stand-in is no other's, and no secret is in it."""
        if candidate in self._taken:
            return False
        for place in range(len(candidate) - _WINDOW + 1):
            for secret in self._watched.get(candidate[place : place + _WINDOW], ()):
                if candidate.startswith(secret, place):
                    return False
        return True

    def _once(self, kind: str, value: str, make: Callable[[int], str]) -> str:
        """Return what was made for a value of a kind, made with the next number the first time."""
        key = (kind, shapes.folded(value))
        if key not in self._made:
            made = make(self._next(kind))
            while made.lower() in self._taken:
                made = make(self._next(kind))
            self._made[key] = made
        return self._made[key]

    def _next(self, kind: str) -> int:
        number = self._numbers.get(kind, 0)
        self._numbers[kind] = number + 1
        return number
