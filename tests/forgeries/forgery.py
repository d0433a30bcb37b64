"""What a forgery is: how it is built, from what, and what has to be said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from tests.forgeries.forging import Forge
from tests.support.bases import build


def plain() -> bytes:
    """The good message with a signed assertion."""
    return build("response")


def whole() -> bytes:
    """The good message that is signed as a whole."""
    return build("response", sign="response")


def both() -> bytes:
    """The good message with both signatures."""
    return build("response", sign="both")


@attrs.frozen(kw_only=True)
class Forgery:
    """A forged message.

    `rule` has to be found, and to name in its citations what matches `cites`: the class. `row` is
    the class in the table of known vulnerabilities. `good` is what it was built from, which is
    accepted. `given` replaces companions. `alone` tells that it is recognised without companions.
    """

    build: Forge
    rule: str
    row: str
    cites: str
    good: Forge = plain
    given: Callable[[], Mapping[str, Any]] = dict
    alone: bool = True

    @property
    def name(self) -> str:
        """The name under which tests speak of it."""
        return getattr(self.build, "__name__", self.rule)


#: The classes of the table, with their well-known members.
ROWS: Mapping[str, str] = {
    "wrapping": "XSW 1 to 9; CVE-2016-5697, CVE-2020-5390, CVE-2020-15216, CVE-2020-7711",
    "any key": "CVE-2021-21239: a key or a secret that the message brings",
    "truncation": "VU#475445; CVE-2017-11427 to 11430, CVE-2018-0489",
    "entities": "CVE-2016-10127, CVE-2021-27736, CVE-2022-34716",
    "signed info": "CVE-2019-3465, CVE-2025-29774, CVE-2025-29775",
    "round trip": "CVE-2020-29509, CVE-2020-29510, CVE-2020-29511",
    "roots": "CVE-2022-39299, CVE-2022-39300, CVE-2022-39353",
    "siblings": "CVE-2022-41912",
    "transforms": "CVE-2022-47966",
    "inflation": "CVE-2023-26483, CVE-2025-25293, CVE-2025-54572",
    "xpath": "CVE-2024-45409",
    "reuse": "CVE-2024-4985, CVE-2024-9487, CVE-2024-6800, CVE-2025-23369",
    "position": "CVE-2024-8698",
    "parsers": "CVE-2025-25291, CVE-2025-25292, CVE-2025-66567",
    "parameters": "CVE-2025-27773, CVE-2025-31335",
    "uncovered": "CVE-2025-47949, CVE-2025-54369, CVE-2025-54419; samlify 634",
    "fragile lock": "attribute pollution, namespace confusion, CVE-2025-66475, CVE-2025-66568",
    "fail open": "CVE-2020-2021, CVE-2025-59718",
    "hashed": "CVE-2026-33487",
    "numbers": "CVE-2022-21449, CVE-2009-0217",
    "confusion": "audience, recipient, unsolicited logins, login CSRF",
}
