"""Which hosts cannot be reached, or are not unique, outside the network of their owner."""

from __future__ import annotations

import re
from typing import Final

#: Top-level domains that never resolve publicly (RFC 2606, RFC 6761, RFC 6762, ICANN .internal),
#: and those that private networks use as if they were theirs.
_PRIVATE_TOP: Final = (
    "test",
    "example",
    "invalid",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "lan",
    "corp",
    "private",
)
#: An https URL of a host that is named in full, with nothing in it that any rule objects to.
_PLAIN: Final = re.compile(
    r"https://[A-Za-z0-9.-]+\.([A-Za-z]{2,63})(?:/[A-Za-z0-9._~!$'()*+,;=:@/?&-]*)?"
)
_NOT_PUBLIC: Final = frozenset((*_PRIVATE_TOP, "localhost"))
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]", "localhost.localdomain")


def is_plain(text: str) -> bool:
    """Tell quickly that a text is an ordinary https URL of a public host, without a port."""
    match = _PLAIN.fullmatch(text)
    return match is not None and match[1].lower() not in _NOT_PUBLIC and text.find("//", 8) < 0


def is_loopback(host: str | None) -> bool:
    """Tell whether a host is the reader's own machine."""
    lower = (host or "").lower().rstrip(".")
    return lower in _LOOPBACK or lower.endswith(".localhost")


def host_problem(host: str) -> str | None:
    """Return why a host is no public name, None for a fully qualified one.

    The phrase completes a sentence that starts with the host.
    """
    lower = host.lower().rstrip(".")
    labels = lower.split(".")
    if is_loopback(lower):
        return "is the reader's own machine"
    if lower.startswith("["):
        return "is an IP address"
    if len(labels) == 4 and all(label.isascii() and label.isdigit() for label in labels):
        return "is a private IP address" if _is_private(labels) else "is an IP address"
    if len(labels) == 1:
        return "is a name without a domain"
    if labels[-1] in _PRIVATE_TOP:
        return f"is in .{labels[-1]}, which does not resolve publicly"
    return None


def _is_private(labels: list[str]) -> bool:
    """Tell whether a dotted IPv4 address is private (RFC 1918), loopback or link-local."""
    first, second = int(labels[0]), int(labels[1])
    return (
        first in (10, 127)
        or (first, second) in ((192, 168), (169, 254))
        or (first == 172 and 16 <= second <= 31)
    )
