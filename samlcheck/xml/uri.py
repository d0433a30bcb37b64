"""URI references taken apart as RFC 3986 appendix B does, without judging them."""

from __future__ import annotations

import re

from samlcheck.records import frozen

_PARTS = re.compile(r"^(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)

DEFAULT_PORTS = (("http", "80"), ("https", "443"))


@frozen(kw_only=True)
class Uri:
    """A URI reference in its components; a component that is absent is None, case is kept."""

    text: str
    scheme: str | None
    userinfo: str | None
    host: str | None
    port: str | None
    path: str
    query: str | None
    fragment: str | None

    @property
    def is_web(self) -> bool:
        """Tell whether the scheme is http or https, in any letter case."""
        return self.scheme is not None and self.scheme.lower() in ("http", "https")


def split_uri(text: str) -> Uri:
    """Return the components of a URI reference; any text has some."""
    match = _PARTS.match(text)
    if match is None:  # the expression matches any text; this satisfies the type checker
        return Uri(
            text=text,
            scheme=None,
            userinfo=None,
            host=None,
            port=None,
            path=text,
            query=None,
            fragment=None,
        )
    scheme, authority, path, query, fragment = match.groups()
    userinfo = host = port = None
    if authority is not None:
        before, at, after = authority.rpartition("@")
        userinfo = before if at else None
        if after.startswith("["):
            literal, bracket, rest = after.partition("]")
            host = literal + bracket
            port = rest[1:] if rest.startswith(":") else None
        else:
            host, colon, digits = after.partition(":")
            port = digits if colon else None
    return Uri(
        text=text,
        scheme=scheme,
        userinfo=userinfo,
        host=host,
        port=port,
        path=path,
        query=query,
        fragment=fragment,
    )
