"""Octets to a safely parsed document with exact positions, and the lexical types of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from samlcheck.xml.defect import Defect
from samlcheck.xml.document import Document
from samlcheck.xml.lexical import (
    Duration,
    Lexical,
    is_ncname,
    parse_boolean,
    parse_datetime,
    parse_duration,
    parse_unsigned_short,
    uri_problem,
)
from samlcheck.xml.limits import MESSAGE_LIMITS, METADATA_LIMITS, Limits
from samlcheck.xml.nodes import splits, text_of, xpath_of
from samlcheck.xml.parser import detach, new_parser
from samlcheck.xml.read import read_document

if TYPE_CHECKING:
    from samlcheck.xml.positions import PositionIndex, Span

__all__ = [
    "MESSAGE_LIMITS",
    "METADATA_LIMITS",
    "Defect",
    "Document",
    "Duration",
    "Lexical",
    "Limits",
    "PositionIndex",
    "Span",
    "detach",
    "is_ncname",
    "new_parser",
    "parse_boolean",
    "parse_datetime",
    "parse_duration",
    "parse_unsigned_short",
    "read_document",
    "splits",
    "text_of",
    "uri_problem",
    "xpath_of",
]


def __getattr__(name: str) -> object:
    """Load the position index when it is first named: a clean run has no use for it."""
    if name in ("PositionIndex", "Span"):
        from samlcheck.xml import positions

        return getattr(positions, name)
    raise AttributeError(name)
