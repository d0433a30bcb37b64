"""Which small difference keeps two values from being equal. Explains, never accepts.

Comparison in SAML is exact, code point by code point (SAML Core 1.3.1, 8.3.6); these words are for
the person who typed one of the two values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from samlcheck.xml.uri import DEFAULT_PORTS, split_uri

_INVISIBLE: Final = frozenset(
    "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
)
_PREFIXES: Final = ("spn:", "api://")


def _strip_blank(text: str) -> str:
    return text.strip()


def _no_blank(text: str) -> str:
    return "".join(text.split())


def _strip_invisible(text: str) -> str:
    if text.isascii():
        return text
    return "".join(character for character in text if character not in _INVISIBLE)


def _strip_slash(text: str) -> str:
    """Take one slash away at the end of the path, which may stand before a query string."""
    end = min((at for at in (text.find("?"), text.find("#")) if at >= 0), default=len(text))
    path = text[:end]
    return path[:-1] + text[end:] if path.endswith("/") else text


def _lower(text: str) -> str:
    return text.lower()


def _no_scheme(text: str) -> str:
    uri = split_uri(text)
    return text[len(uri.scheme) :] if uri.is_web and uri.scheme is not None else text


def _without_port(text: str, *, default_only: bool) -> str:
    if text.count(":") < 2:
        return text
    uri = split_uri(text)
    if not uri.is_web or uri.scheme is None or uri.host is None or uri.port is None:
        return text
    if default_only and (uri.scheme.lower(), uri.port) not in DEFAULT_PORTS:
        return text
    return text.replace(f"{uri.host}:{uri.port}", uri.host, 1)


def _no_default_port(text: str) -> str:
    return _without_port(text, default_only=True)


def _no_port(text: str) -> str:
    return _without_port(text, default_only=False)


def _no_query(text: str) -> str:
    return text.partition("?")[0]


def _no_fragment(text: str) -> str:
    return text.partition("#")[0]


def _no_prefix(text: str) -> str:
    for prefix in _PREFIXES:
        text = text.removeprefix(prefix)
    return text


def _no_www(text: str) -> str:
    return text.replace("://www.", "://", 1)


def _decoded(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote

    return unquote(text)


#: What may differ, in the words of a finding, and how to take the difference away. The last ones
#: take away much, so they are only said when nothing smaller explains the difference.
_DIFFERENCES: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("surrounding white space", _strip_blank),
    ("white space", _no_blank),
    ("an invisible character", _strip_invisible),
    ("a trailing slash", _strip_slash),
    ("upper and lower case", _lower),
    ("http and https", _no_scheme),
    ("the default port", _no_default_port),
    ("the port", _no_port),
    ("percent-encoding", _decoded),
    ("a prefix such as spn: or api://", _no_prefix),
    ("the host prefix www.", _no_www),
    ("the query string", _no_query),
    ("the fragment", _no_fragment),
)
#: All of them, in an order in which one does not hide what another takes away.
_ALL: Final[tuple[Callable[[str], str], ...]] = (
    _no_query,
    _no_fragment,
    _decoded,
    _strip_invisible,
    _no_blank,
    _lower,
    _no_prefix,
    _no_port,
    _no_scheme,
    _no_www,
    _strip_slash,
)


#: No name or address is nearly as long; what is longer is not compared beyond equality.
_LONGEST: Final = 4096


def difference(one: str, other: str) -> str | None:
    """Name the one or two small differences between unequal values; None when they differ more.

    The words complete a sentence such as "they differ only in ...". A value of which nothing is
    left once the difference is taken away is like no other.
    """
    if one == other or max(len(one), len(other)) > _LONGEST:
        return None
    for words, normal in _DIFFERENCES:
        if _same(normal(one), normal(other)):
            return words
    if _bare(one) != _bare(other):
        return None
    for number, (first, normal) in enumerate(_DIFFERENCES):
        for second, also in _DIFFERENCES[number + 1 :]:
            if _same(also(normal(one)), also(normal(other))) or _same(
                normal(also(one)), normal(also(other))
            ):
                return f"{first} and in {second}"
    return None


def _bare(text: str) -> str:
    """Return what is left of a value when everything small is taken away; rules out most pairs."""
    for normal in _ALL:
        text = normal(text)
    return text


def _same(one: str, other: str) -> bool:
    return one == other and any(character.isalnum() for character in one)


def nearest(value: str, candidates: Iterable[str]) -> tuple[str, str] | None:
    """Return the first candidate that differs from a value only a little, and in what."""
    for candidate in candidates:
        words = difference(value, candidate)
        if words is not None:
            return candidate, words
    return None


def differing_parts(one: str, other: str) -> tuple[str, ...]:
    """Name the components in which two web addresses differ; empty unless both are ones."""
    if max(len(one), len(other)) > _LONGEST:
        return ()
    left, right = split_uri(one), split_uri(other)
    if not left.is_web or not right.is_web:
        return ()
    pairs = (
        ("the scheme", left.scheme, right.scheme),
        ("the user name", left.userinfo, right.userinfo),
        ("the host", left.host, right.host),
        ("the port", left.port, right.port),
        ("the path", left.path, right.path),
        ("the query string", left.query, right.query),
        ("the fragment", left.fragment, right.fragment),
    )
    return tuple(words for words, mine, theirs in pairs if mine != theirs)


_CLAIMS: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_MS_CLAIMS: Final = "http://schemas.microsoft.com/ws/2008/06/identity/claims/"
_MACE: Final = "urn:mace:dir:attribute-def:"

#: Names under which one piece of information is commonly sent: short names first, then URIs.
_SPELLINGS: Final[tuple[tuple[str, ...], ...]] = (
    (
        "mail",
        "email",
        "emailaddress",
        "e-mail",
        _CLAIMS + "emailaddress",
        "urn:oid:0.9.2342.19200300.100.1.3",
    ),
    ("givenname", "firstname", "first_name", _CLAIMS + "givenname", "urn:oid:2.5.4.42"),
    ("sn", "surname", "lastname", "last_name", _CLAIMS + "surname", "urn:oid:2.5.4.4"),
    ("uid", "userid", "user_id", "urn:oid:0.9.2342.19200300.100.1.1"),
    ("displayname", "urn:oid:2.16.840.1.113730.3.1.241"),
    ("cn", "commonname", "urn:oid:2.5.4.3"),
    ("edupersonprincipalname", "eppn", "urn:oid:1.3.6.1.4.1.5923.1.1.1.6"),
    ("edupersonscopedaffiliation", "urn:oid:1.3.6.1.4.1.5923.1.1.1.9"),
    ("edupersonentitlement", "entitlement", "urn:oid:1.3.6.1.4.1.5923.1.1.1.7"),
    ("upn", "userprincipalname", _CLAIMS + "upn"),
    ("name", "username", _CLAIMS + "name"),
    (
        "groups",
        "group",
        "memberof",
        _MS_CLAIMS + "groups",
        "http://schemas.xmlsoap.org/claims/group",
    ),
    ("role", "roles", _MS_CLAIMS + "role"),
)


def attribute_name_difference(
    sent: str, wanted: str, aliases: Iterable[str] = (), friendly_name: str | None = None
) -> str | None:
    """Say how the Name of an attribute that was sent relates to the one that is wanted.

    None when they have nothing in common. `aliases` are other spellings of the wanted name,
    `friendly_name` is the FriendlyName that was sent. The words complete a sentence such as
    "they differ ..." or "it is ...".
    """
    if sent == wanted:
        return None
    small = difference(sent, wanted)
    if small is not None:
        return f"the two differ only in {small}"
    if _last_segment(sent).lower() == wanted.lower():
        return "it has a namespace in front of the name"
    if _last_segment(wanted).lower() == sent.lower():
        return "it lacks the namespace in front of the name"
    if sent.lower() in {alias.lower() for alias in aliases} or _one_concept(sent, wanted):
        if "://" in sent and "://" not in wanted:
            return "that is the same information under a name with a namespace"
        return "that is another name for the same information"
    if friendly_name and friendly_name.lower() == wanted.lower():
        return "only its FriendlyName is the one that is wanted"
    return None


def _last_segment(name: str) -> str:
    """Return what follows the last slash of a URI or the last colon of a URN; else nothing."""
    if "://" in name:
        return name.rstrip("/").rpartition("/")[2]
    if name.startswith(_MACE):
        return name[len(_MACE) :]
    return ""


def _one_concept(one: str, other: str) -> bool:
    first, second = one.lower(), other.lower()
    return any(
        first in spellings and second in spellings
        for spellings in (tuple(item.lower() for item in row) for row in _SPELLINGS)
    )
