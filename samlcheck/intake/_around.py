"""What went on around the messages of a recording: redirects, pages, cookies, clocks."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from samlcheck.intake._capture import Page, Step
from samlcheck.intake._cookies import Jar, cookies_set, lost, sent_cookies, sessions
from samlcheck.intake._fields import MESSAGES, Field
from samlcheck.intake._layers import decode_entities
from samlcheck.intake._pages import codes_in, text_of, title_of
from samlcheck.records import frozen

# What a message or a reference to one is carried in.
CARRYING = (*MESSAGES, "SAMLart")
# A browser follows no longer chain of redirects; the next request is not far in a recording.
_MAX_STEPS = 20
_REACH = 200
# So many pages are kept after a message.
_MAX_PAGES = 6


@frozen(kw_only=True, eq=False, repr=False)
class Entry:
    """One request of a recording, and what came back.

    ``fields`` are those of a form body. ``body`` is another body that holds XML. ``page`` is the
    text of the answer. ``decoded`` is a message that the recorder has decoded, which counts where
    nothing else is left of it; ``hidden`` tells that the recorder has blotted values out.
    ``failure`` is why nothing came back.
    ``date`` is the answer's own instant, ``ended`` that at which it came by the browser's clock.
    """

    method: str
    url: str
    started: datetime | None = None
    fields: tuple[Field, ...] = ()
    body: bytes = b""
    status: int | None = None
    location: str | None = None
    page: bytes = b""
    decoded: bytes = b""
    hidden: bool = False
    cookie_headers: tuple[str, ...] = ()
    set_cookie_headers: tuple[str, ...] = ()
    failure: str | None = None
    date: datetime | None = None
    ended: datetime | None = None

    @property
    def carries(self) -> bool:
        """Tell whether the request carries a message or a reference to one."""
        named = any(field.parameter in CARRYING for field in self.fields)
        return named or any(f"{name}=" in self.url for name in CARRYING)

    @property
    def is_bare_post(self) -> bool:
        """Tell whether a form was sent here and the recording has lost what was in it."""
        return self.method == "POST" and not self.fields and not self.body

    @property
    def target(self) -> str | None:
        """Where the answer sends the browser, as a whole address without fragment."""
        if not self.location:
            return None
        location = self.location
        if "&" in location:
            octets = decode_entities(location.encode("utf-8", "surrogatepass"))
            location = octets.decode("utf-8", "replace")
        return joined(self.url, location)

    @property
    def cookies(self) -> tuple[tuple[str, str], ...]:
        """The cookies that were sent."""
        return sent_cookies(self.cookie_headers)

    @property
    def host(self) -> str:
        """The host of the address, in lower case; empty where it has none."""
        return _host(self.url)


def joined(base: str, address: str) -> str:
    """Return an address as seen from another; as it is where either is none."""
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _bare(address: str) -> str:
    """Return an address without its fragment."""
    return address.partition("#")[0]


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _site(host: str) -> str:
    """Return the last two labels of a host: hosts that share cookies agree in them."""
    return ".".join(host.split(".")[-2:])


class Surroundings:
    """The entries of one recording, and what is looked up in them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self._places: dict[str, list[int]] = {}
        self._leading: dict[str, list[int]] = {}
        self._messages: list[int] = []
        self._pages: dict[int, tuple[Page, ...]] = {}
        for place, entry in enumerate(entries):
            self._places.setdefault(_bare(entry.url), []).append(place)
            if entry.carries:
                self._messages.append(place)
            target = entry.target
            if target is not None:
                self._leading.setdefault(_bare(target), []).append(place)
        self.has_cookies = any(entry.cookie_headers for entry in entries)
        self._lost = self._cookies_lost() if self.has_cookies else {}

    def next(self, address: str, place: int) -> int | None:
        """Return the next entry with an address, within reach."""
        places = self._places.get(_bare(address), [])
        at = bisect_right(places, place)
        return places[at] if at < len(places) and places[at] <= place + _REACH else None

    def led_by(self, place: int) -> int | None:
        """Return the entry whose redirect led to an entry."""
        places = self._leading.get(_bare(self.entries[place].url), [])
        at = bisect_left(places, place) - 1
        return places[at] if at >= 0 and places[at] >= place - _REACH else None

    def steps(self, place: int) -> tuple[tuple[Step, ...], int]:
        """Return where the browser was sent on, and the entry at which it ended up."""
        steps: list[Step] = []
        while len(steps) < _MAX_STEPS:
            target = self.entries[place].target
            if target is None:
                break
            following = self.next(target, place)
            status = None if following is None else self.entries[following].status
            steps.append(Step(address=target, status=status))
            if following is None:
                break
            place = following
        return tuple(steps), place

    def pages(self, place: int) -> tuple[Page, ...]:
        """Return the pages that came between a message and the next one."""
        if place not in self._pages:
            end = next((item for item in self._messages if item > place), len(self.entries))
            shown = [entry for entry in self.entries[place:end] if _is_shown(entry)]
            kept = [entry for entry in shown[:-_MAX_PAGES] if codes_in(entry.page)]
            kept = [*kept[-_MAX_PAGES:], *shown[-_MAX_PAGES:]]
            self._pages[place] = tuple(map(_page, kept))[-_MAX_PAGES:]
        return self._pages[place]

    def _cookies_lost(self) -> Mapping[int, tuple[tuple[str, str | None], ...]]:
        """Return which cookies are lost at which message."""
        jar, found = Jar(), {}
        carrying = set(self._messages)
        sites = {_site(self.entries[place].host) for place in self._messages}
        for place, entry in enumerate(self.entries):
            if place in carrying and entry.method == "POST":
                parts = _bare(entry.url)
                scheme, _, rest = parts.partition("://")
                path = "/" + rest.partition("?")[0].partition("/")[2]
                meant = jar.meant_for(entry.host, path, encrypted=scheme.lower() == "https")
                found[place] = lost(meant, entry.cookies)
            if entry.set_cookie_headers and _site(entry.host) in sites:
                jar.take(entry.host, cookies_set(entry.set_cookie_headers))
        return found

    def lost_cookies(self, place: int) -> tuple[tuple[str, str | None], ...]:
        """Return the cookies that the site had set before and that were not sent, if none was."""
        return self._lost.get(place, ())

    def sessions(self, place: int, *, answer: bool, page: int | None) -> frozenset[str]:
        """Return digests for the cookies of the service provider around a message.

        They came with an answer; a request was made by the entry that led to it: the redirect, or
        the ``page`` that had its form.
        """
        entry = self.entries[place]
        if answer:
            return frozenset(sessions(entry.host, entry.cookies))
        maker = page if page is not None else self.led_by(place)
        if maker is None:
            return frozenset()
        source = self.entries[maker]
        cookies = cookies_set(source.set_cookie_headers)
        made = [(cookie.name, cookie.value) for cookie in cookies if not cookie.gone]
        return frozenset(sessions(source.host, (*source.cookies, *made)))

    def clock(self, place: int | None) -> timedelta | None:
        """Return how far the clock of the site that answered is ahead of the browser's."""
        entry = None if place is None else self.entries[place]
        if entry is None or entry.date is None or entry.ended is None:
            return None
        return entry.date - entry.ended


def _is_shown(entry: Entry) -> bool:
    """Tell whether an answer is a page, or a text that says why there is none."""
    start = entry.page[:200].lstrip()[:1]
    return start == b"<" or (bool(start) and (entry.status or 0) >= 400)


def _page(entry: Entry) -> Page:
    return Page(
        address=entry.url,
        status=entry.status,
        title=title_of(entry.page),
        text=text_of(entry.page),
        codes=codes_in(entry.page),
    )
