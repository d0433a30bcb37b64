"""How rules report what unpacking a captured message brought to light."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from samlcheck.rules.case import Case
from samlcheck.rules.documents import defects
from samlcheck.rules.rule import ERROR, WARNING, Hit
from samlcheck.xml import Document


def is_message(document: Document, case: Case) -> bool:
    """Tell whether a document is the message itself, and neither a companion nor decrypted."""
    return case.kind == "message" and document is case.given_documents[0]


def of_message(document: Document, case: Case, slug: str) -> Iterable[Hit]:
    """Return the defects of that name which the message itself has, as sentences."""
    return _of_message(document, case, slug) if document.defects else ()


def _of_message(document: Document, case: Case, slug: str) -> Iterator[Hit]:
    if is_message(document, case):
        for found in defects(document, slug):
            sentence = found.message[:1].upper() + found.message[1:]
            yield attrs.evolve(found, message=sentence)


def of_capture(document: Document, case: Case, slug: str, severity: str) -> Iterable[Hit]:
    """Return the defects of that name of the message and of the request given beside it.

    The request is only evidence: what is wrong with its capture decides nothing about the login,
    so an error becomes a warning there.
    """
    return _of_capture(document, case, slug, severity) if document.defects else ()


def _of_capture(document: Document, case: Case, slug: str, severity: str) -> Iterator[Hit]:
    yield from of_message(document, case, slug)
    if case.kind != "message" or document not in case.given_documents[1:]:
        return
    if any(item.document is document for item in case.given):
        return
    lowered = WARNING if severity == ERROR else severity
    for found in defects(document, slug):
        words = found.message
        words = f"t{words[1:]}" if words.startswith("The ") else words
        yield attrs.evolve(found, severity=lowered, message=f"In the request given, {words}")
