"""Lexical types of SAML values: each reader keeps the text and says what is wrong with it."""

from __future__ import annotations

from typing import Final

from samlcheck.xml.characters import is_ncname
from samlcheck.xml.defect import code_point, quote
from samlcheck.xml.instants import Duration, parse_datetime, parse_duration
from samlcheck.xml.values import BLANKS, Lexical, compiled

__all__ = [
    "Duration",
    "Lexical",
    "is_ncname",
    "parse_boolean",
    "parse_datetime",
    "parse_duration",
    "parse_unsigned_short",
    "uri_problem",
]

_MOST_UNSIGNED_SHORT: Final = 65535
_INTEGER: Final = r"([+-]?)0*([0-9]+)"

#: What no URI holds unescaped (RFC 3986 section 2); letters beyond ASCII are left to anyURI.
_NOT_IN_URI: Final = r"[\s\x00-\x20\x7f<>\"\\^`{|}]"
_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.\-]*"
_BAD_ESCAPE: Final = r"%(?![0-9A-Fa-f]{2}).{0,2}"
_HOST_AND_PORT: Final = r"(?:localhost|[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+):[0-9]{1,5}(?:/|$)"
#: A URN without anything that would have to be looked at twice.
_USUAL_URN: Final = r"urn:[A-Za-z0-9:._\-]+\Z"
_AUTHORITY: Final = r"//([^/?#]*)"


def parse_boolean(text: str) -> Lexical[bool]:
    """Read an xs:boolean: true, false, 1 or 0; other letter case is a problem with a value."""
    stripped = text.strip(BLANKS)
    lower = stripped.lower()
    if lower not in ("true", "false", "1", "0"):
        problem = "is not one of true, false, 1 and 0" if stripped else "is empty"
        return Lexical(text=text, value=None, problem=problem)
    cased = None if stripped == lower else "is not in lower case, as xs:boolean has to be"
    return Lexical(text=text, value=lower in ("true", "1"), problem=cased)


def parse_unsigned_short(text: str) -> Lexical[int]:
    """Read an xs:unsignedShort, 0 to 65535."""
    stripped = text.strip(BLANKS)
    match = compiled(_INTEGER).fullmatch(stripped)
    if match is None:
        problem = "is not a whole number" if stripped else "is empty"
        return Lexical(text=text, value=None, problem=problem)
    if len(match[2]) > 5 or int(match[2]) > _MOST_UNSIGNED_SHORT:
        problem = f"is not between 0 and {_MOST_UNSIGNED_SHORT}"
        return Lexical(text=text, value=None, problem=problem)
    if match[1] == "-" and int(match[2]):
        return Lexical(text=text, value=None, problem="is negative")
    return Lexical(text=text, value=int(match[2]), problem=None)


def uri_problem(text: str) -> str | None:
    """Return what keeps text from being an absolute URI reference, None for a good one.

    The phrase completes a sentence that starts with the value, such as "has no scheme". Text
    is taken as it is: white space around it is a problem too. Letters beyond ASCII are allowed,
    as anyURI does.
    """
    if not text:
        return "is empty"
    if compiled(_USUAL_URN).match(text):
        return None
    wrong = compiled(_NOT_IN_URI).search(text)
    if wrong is not None:
        return _wrong_character(text, wrong.start())
    scheme = compiled(_SCHEME).match(text)
    if scheme is None or text[scheme.end() : scheme.end() + 1] != ":":
        return "has no scheme, such as https: or urn:"
    if compiled(_HOST_AND_PORT).match(text):
        return "has no scheme: it starts with a host name and a port"
    rest = text[scheme.end() + 1 :]
    if not rest:
        return f"has nothing after its scheme {scheme[0]}:"
    escape = compiled(_BAD_ESCAPE).search(text)
    if escape is not None:
        return f"has a % that two hexadecimal digits do not follow: {quote(escape[0])}"
    if text.count("#") > 1:
        return "has a second #"
    if scheme[0].lower() in ("http", "https"):
        return _web_problem(scheme[0], rest)
    return None


def _wrong_character(text: str, position: int) -> str:
    """Return what is wrong with a text that holds a character which no URI holds."""
    character = text[position]
    if not text.strip():
        return "is nothing but white space"
    if character.isspace():
        if position == 0:
            return "starts with white space"
        if not text[position:].strip():
            return "ends with white space"
        return f"contains white space ({code_point(character)}) at character {position + 1}"
    if not character.isprintable():
        return f"contains the control character {code_point(character)}"
    return f"contains {quote(character)}, which a URI holds only percent-encoded"


def _web_problem(scheme: str, rest: str) -> str | None:
    """Return what is wrong with the authority of an http or https URI."""
    authority = compiled(_AUTHORITY).match(rest)
    if authority is None:
        return f"has no // after {scheme}:"
    host = authority[1].rpartition("@")[2]
    port = ""
    if host.startswith("["):
        host, bracket, after = host.partition("]")
        if not bracket or (after and not after.startswith(":")):
            return "has a malformed IPv6 address"
        port = after[1:]
    else:
        host, _, port = host.partition(":")
    if not host:
        return "has no host"
    if port and not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= 65535):
        return f"has an impossible port {quote(port)}"
    return None
