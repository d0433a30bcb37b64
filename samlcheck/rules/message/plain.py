"""Whether a document can be read in one way only, for `Case.once`."""

from __future__ import annotations

from samlcheck.rules.case import Case
from samlcheck.xml import Document
from samlcheck.xml.plain import is_plain


def plain(document: Document, case: Case) -> bool:
    """Tell whether every parser reads a document alike; see `is_plain`."""
    return is_plain(document)
