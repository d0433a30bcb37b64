"""What comes into intake and what leaves it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from samlcheck.records import frozen
from samlcheck.xml import Defect

if TYPE_CHECKING:
    from samlcheck.intake._redacted import Claim

POST = "HTTP-POST"
REDIRECT = "HTTP-Redirect"
SIMPLE_SIGN = "HTTP-POST-SimpleSign"
ARTIFACT = "HTTP-Artifact"


@frozen(kw_only=True)
class Step:
    """Where an answer sent the browser, and what that request was answered: a status, or None."""

    address: str
    status: int | None


@frozen(kw_only=True)
class Page:
    """A page that the browser got: its whole address, its title, the beginning of what it shows.

    ``codes`` are the error codes of vendors in it, also in its scripts.
    """

    address: str
    status: int | None
    title: str | None
    text: str | None
    codes: tuple[str, ...] = ()


@frozen(kw_only=True)
class Exchange:
    """What a recording of browser traffic tells of the request that carried a message.

    ``entry`` is its number in the recording, from 1, of ``entries``. ``sent`` is False for a form
    that a page held and that was not seen to be sent. ``address`` is the whole URL, and may tell of
    a person, as may the page: ``page_title`` and ``page_text`` are the beginning of what the
    browser showed in the end, written by whoever answered. ``steps`` are the redirects it followed.
    ``pages`` are those that came before the next message and may tell how the login ended.
    ``cookies`` are the names of those that the browser sent, None where the recording has none at
    all; ``lost_cookies`` of those that the site had set before, with their SameSite, where none of
    them was sent. ``sessions`` stands for the cookies of the service provider: two messages that
    share one belong to one session. ``failure`` is why there was no answer, as the browser says.
    ``clock`` is how far the clock of the site that answered is ahead of the browser's,
    ``sender_clock`` that of the site which the message came from.
    """

    entry: int
    entries: int
    method: str
    address: str
    started: datetime | None
    sent: bool
    status: int | None
    location: str | None
    steps: tuple[Step, ...]
    page_title: str | None
    page_text: str | None
    pages: tuple[Page, ...] = ()
    cookies: tuple[str, ...] | None = None
    lost_cookies: tuple[tuple[str, str | None], ...] = ()
    sessions: frozenset[str] = frozenset()
    failure: str | None = None
    clock: timedelta | None = None
    sender_clock: timedelta | None = None


@frozen(kw_only=True)
class Capture:
    """One SAML message candidate, with the way it was found.

    ``data`` is the XML candidate, empty when nothing could be decoded, or when an artifact came
    instead. ``origin`` names the encodings in human words, outermost first. ``parameter`` is
    ``SAMLResponse``, ``SAMLRequest``, ``SAMLart`` or None, and ``binding`` ``HTTP-POST``,
    ``HTTP-POST-SimpleSign``, ``HTTP-Redirect``, ``HTTP-Artifact`` or None, when the capture does
    not tell. ``url`` is where the message was sent, without the query string. ``query`` holds the
    octets of a Redirect query string as they were captured, percent-encoding and all: its
    signature covers them. Only line wrapping and ``&amp;`` are undone in it, the latter with a
    defect. ``parameters`` are the SAML parameters among what arrived together, by the names that
    the bindings give them and as the receiver decodes them, in their order. ``form_action`` and
    ``form_method`` are those of the HTML form that carried the message, where one was captured.
    ``exchange`` is what a recording tells of the request. ``claim`` is what the maker of a redacted
    capture says of the message before it was redacted.
    """

    data: bytes
    origin: tuple[str, ...]
    parameter: str | None
    binding: str | None
    relay_state: str | None
    url: str | None
    query: bytes | None
    defects: tuple[Defect, ...]
    parameters: tuple[tuple[str, bytes], ...] = ()
    form_action: str | None = None
    form_method: str | None = None
    exchange: Exchange | None = None
    claim: Claim | None = None


@frozen(kw_only=True, eq=False, repr=False)
class Source:
    """The captured octets beside the text that is left without the noise around it.

    ``text`` is the capture without byte order mark, leading white space and ``noise`` (quotation
    marks, Markdown fences), in UTF-8 when the octets were UTF-16 and else in the octets' own
    encoding. ``was_text`` tells that the capture was a string, whose octets nobody knows.
    """

    octets: bytes
    text: bytes
    noise: tuple[str, ...]
    indented: bool
    utf_16: str | None
    was_text: bool
    max_bytes: int

    @property
    def around(self) -> tuple[str, ...]:
        """Name what was taken off to get at the text, outermost first."""
        return ("UTF-16 text", *self.noise) if self.utf_16 else self.noise


def bare_capture(
    data: bytes,
    origin: tuple[str, ...],
    defects: tuple[Defect, ...] = (),
    *,
    binding: str | None = None,
) -> Capture:
    """Return a capture of which no parameter, address or relay state is known."""
    return Capture(
        data=data,
        origin=origin,
        parameter=None,
        binding=binding,
        relay_state=None,
        url=None,
        query=None,
        defects=defects,
    )
