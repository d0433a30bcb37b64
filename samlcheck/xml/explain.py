"""The parser's refusal in plain words, with the line and column counted in characters."""

from __future__ import annotations

from typing import Final

from samlcheck.xml import bounds
from samlcheck.xml.defect import Defect, quote
from samlcheck.xml.faults import BAD_NAMESPACE_NAME, NOT_WELL_FORMED, UNDECLARED_PREFIX, Fault
from samlcheck.xml.limits import Limits
from samlcheck.xml.line_index import LineIndex
from samlcheck.xml.parser import ParserError
from samlcheck.xml.wellformed import find_faults

_LIMIT_KINDS: Final = ("ERR_RESOURCE_LIMIT", "ERR_NAME_TOO_LONG")


def explain(text: str, log: tuple[ParserError, ...], limits: Limits) -> tuple[Defect, ...]:
    """Return the defects of a text that the parser refused; there is at least one.

    What the walk over the markup finds comes first; what only the parser knows (a limit, a
    namespace name that is no URI) is taken from its log.
    """
    lines = LineIndex(text)
    limit = next((entry for entry in log if entry.kind in _LIMIT_KINDS), None)
    if limit is not None:
        return (_over_limit(text, limit, limits, lines),)
    faults = find_faults(text)
    if all(fault.rule == UNDECLARED_PREFIX for fault in faults):
        other = next((entry for entry in log if entry.kind != "NS_ERR_UNDEFINED_NAMESPACE"), None)
        if other is not None:
            faults.append(_from_log(text, other))
    if not faults:
        faults.append(Fault(0, "The parser refuses the document without naming a reason."))
    return tuple(_defect(fault, lines) for fault in faults)


def _defect(fault: Fault, lines: LineIndex) -> Defect:
    """Return a fault as a defect."""
    line, column = lines.locate(fault.offset)
    return Defect(
        rule=fault.rule,
        message=fault.message,
        line=line,
        column=column,
        expected=fault.expected,
        actual=fault.actual,
    )


def _from_log(text: str, entry: ParserError) -> Fault:
    """Return what the parser says as a fault, at the place where it noticed."""
    if entry.kind == "WAR_NS_URI":
        message = f"A namespace name is not a URI, so the parser refuses it ({entry.message})."
        return Fault(_offset(text, entry), message, rule=BAD_NAMESPACE_NAME)
    message = (
        "The document is not well-formed XML up to this place; the parser says: "
        f"{quote(entry.message, 200)}."
    )
    return Fault(_offset(text, entry), message, rule=NOT_WELL_FORMED)


def _over_limit(text: str, entry: ParserError, limits: Limits, lines: LineIndex) -> Defect:
    """Return the defect of a limit of the parser itself."""
    if "depth" in entry.message:
        return bounds.depth_defect(text, limits)
    line, column = lines.locate(_offset(text, entry))
    message = f"A limit of the parser is exceeded: {quote(entry.message, 200)}."
    return Defect(rule=bounds.RULE, message=message, line=line, column=column)


def _offset(text: str, entry: ParserError) -> int:
    """Return the offset of a place that libxml2 names; it ends lines at LF only."""
    start = 0
    for _ in range(entry.line - 1):
        found = text.find("\n", start)
        if found < 0:
            break
        start = found + 1
    return min(start + max(entry.column - 1, 0), len(text))
