"""The rows of the catalogue, and the files that come with the package."""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from samlcheck.records import frozen

if TYPE_CHECKING:

    class _DataLoader(Protocol):
        def get_data(self, path: str) -> bytes: ...


#: The vendors whose symptoms are known; the file of `entra` is data/entra.toml.
SHIPPED: Final = (
    "saml",
    "entra",
    "adfs",
    "google",
    "okta",
    "auth0",
    "keycloak",
    "webex",
    "salesforce",
    "aws",
    "shibboleth",
    "elastic",
    "spring",
    "toolkits",
    "pattern",
)


@frozen(kw_only=True)
class Source:
    """Where a row comes from."""

    title: str
    url: str


@frozen(kw_only=True)
class Row:
    """One symptom: the codes or texts by which it is known, and what they mean.

    `texts` are fragments of error texts in lower case, in which `*` stands for anything. `look_at`
    holds the ids of the rules whose findings explain it, the likeliest first; it is empty where no
    document can show the cause. `send` says what to ask for then. `trust` is documented, reported
    (by users) or general (knowledge of the protocol).
    """

    codes: tuple[str, ...]
    texts: tuple[str, ...]
    means: str
    look_at: tuple[str, ...]
    send: str | None
    source: Source
    trust: str


@frozen(kw_only=True)
class Vendor:
    """The symptoms of one vendor. `side` is the side that mostly shows them: sp or idp.

    `prefix` begins its codes, `hosts` are where its error pages are.
    """

    id: str
    name: str
    side: str
    aliases: tuple[str, ...]
    prefix: str | None
    hosts: tuple[str, ...]
    as_of: str
    rows: tuple[Row, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that the vendor is called, in lower case."""
        return tuple(dict.fromkeys((self.id, self.name.lower(), *self.aliases)))


def read_shipped(vendor_id: str) -> str:
    """The text of a shipped file, from a folder or from a zipped copy of the package."""
    loader = cast("_DataLoader", __spec__.loader)
    path = os.path.join(os.path.dirname(__file__), "data", f"{vendor_id}.toml")
    return loader.get_data(path).decode()


@cache
def all_vendors() -> tuple[Vendor, ...]:
    """Return all vendors, read once; a test checks the files against their schema."""
    import tomllib

    return tuple(vendor_from(name, tomllib.loads(read_shipped(name))) for name in SHIPPED)


def vendor_from(vendor_id: str, data: Mapping[str, Any]) -> Vendor:
    """Return a vendor from a file that is in order."""
    sources = {name: Source(**value) for name, value in data["sources"].items()}
    return Vendor(
        id=vendor_id,
        name=data["name"],
        side=data["side"],
        aliases=tuple(data["aliases"]),
        prefix=data.get("prefix"),
        hosts=tuple(data.get("hosts", ())),
        as_of=str(data["as_of"]),
        rows=tuple(
            Row(
                codes=tuple(row.get("codes", ())),
                texts=tuple(text.lower() for text in row.get("texts", ())),
                means=row["means"],
                look_at=tuple(row.get("look_at", ())),
                send=row.get("send"),
                source=sources[row["source"]],
                trust=row["trust"],
            )
            for row in data["rows"]
        ),
    )
