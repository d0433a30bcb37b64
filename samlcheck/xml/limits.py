"""Sizes above which a document is refused before anything is built from it."""

from __future__ import annotations

from typing import Final

from samlcheck.records import frozen

_MIB: Final = 1024 * 1024


@frozen(kw_only=True, eq=False)
class Limits:
    """The largest document that is read; each bound is inclusive."""

    max_bytes: int
    max_depth: int
    max_elements: int
    #: Attributes of one element; its namespace declarations are bounded by the same number.
    max_attributes: int


#: For metadata files: a national or inter-federation aggregate fits.
METADATA_LIMITS: Final = Limits(
    max_bytes=512 * _MIB, max_depth=64, max_elements=5_000_000, max_attributes=128
)

#: For one protocol message.
MESSAGE_LIMITS: Final = Limits(
    max_bytes=8 * _MIB, max_depth=64, max_elements=100_000, max_attributes=128
)
