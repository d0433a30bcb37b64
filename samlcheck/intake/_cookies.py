"""Cookies of a recording: what was set, what was sent, and which of them got lost on the way.

Source: RFC 6265, sections 4.1, 4.2 and 5. Values are used to tell sessions apart, and for nothing
else: only names leave this module, and digests that stand for a name and its value.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from samlcheck.records import frozen

# No site sets as many; they bound the work on hostile input.
MAX_COOKIES = 100
_LONGEST = 8192
# A shorter value is no session: it is a language, or a switch.
_SHORTEST_SESSION = 8


@frozen(kw_only=True, eq=False, repr=False)
class SetCookie:
    """A cookie that an answer sets; `gone` where it deletes it."""

    name: str
    value: str
    domain: str | None
    path: str | None
    same_site: str | None
    secure: bool
    gone: bool


def sent_cookies(headers: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the cookies of the Cookie headers of a request."""
    found: list[tuple[str, str]] = []
    for text in headers:
        for pair in text[:_LONGEST].split(";")[:MAX_COOKIES]:
            name, mark, value = pair.partition("=")
            if mark and name.strip():
                found.append((name.strip(), value.strip()))
    return tuple(found[:MAX_COOKIES])


def cookies_set(headers: Iterable[str]) -> Iterator[SetCookie]:
    """Yield the cookies that the Set-Cookie headers of an answer set; some tools join them."""
    for text in list(headers)[:MAX_COOKIES]:
        for line in text[:_LONGEST].splitlines():
            cookie = _set_cookie(line)
            if cookie is not None:
                yield cookie


def _set_cookie(line: str) -> SetCookie | None:
    first, *rest = line.split(";")[:20]
    name, mark, value = first.partition("=")
    if not mark or not name.strip():
        return None
    words: dict[str, str] = {}
    for part in rest:
        key, _, text = part.partition("=")
        words.setdefault(key.strip().lower(), text.strip())
    ages = words.get("max-age", "")
    gone = not value.strip() or ages.startswith("-") or ages == "0"
    return SetCookie(
        name=name.strip(),
        value=value.strip(),
        domain=words.get("domain", "").lstrip(".").lower() or None,
        path=words.get("path") or None,
        same_site=words.get("samesite", "").capitalize() or None,
        secure="secure" in words,
        gone=gone or "1970" in words.get("expires", ""),
    )


class Jar:
    """The cookies that were set so far, as a browser keeps them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[SetCookie, bool]] = {}

    def take(self, host: str, cookies: Iterable[SetCookie]) -> None:
        """Take in what an answer of a host sets."""
        for cookie in cookies:
            domain = cookie.domain
            widened = domain is not None and (host == domain or host.endswith(f".{domain}"))
            place = (str(domain) if widened else host, cookie.name)
            if cookie.gone:
                self._kept.pop(place, None)
            elif len(self._kept) < MAX_COOKIES * 10:
                self._kept[place] = cookie, widened

    def meant_for(self, host: str, path: str, *, encrypted: bool) -> Iterator[SetCookie]:
        """Yield the cookies that belong into a request, as far as address and path decide."""
        for (domain, _), (cookie, widened) in self._kept.items():
            there = host == domain or (widened and host.endswith(f".{domain}"))
            below = cookie.path is None or path.startswith(cookie.path.rstrip("/") or "/")
            if there and below and (encrypted or not cookie.secure):
                yield cookie


def lost(
    meant: Iterable[SetCookie], sent: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str | None], ...]:
    """Return the cookies that belong into a request, where it has none of them."""
    expected = {cookie.name: cookie.same_site for cookie in meant}
    if not expected or expected.keys() & {name for name, _ in sent}:
        return ()
    return tuple(expected.items())


def sessions(host: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield digests that stand for cookies of a host which may name a session."""
    for name, value in pairs:
        if len(value) >= _SHORTEST_SESSION:
            text = "\0".join((host, name, value))
            yield sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
