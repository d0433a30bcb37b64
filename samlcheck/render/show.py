"""A message for reading: as text for people, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from samlcheck.engine.markup import ViewLine
from samlcheck.engine.view import MessageView, SignatureView
from samlcheck.render.escape import escape
from samlcheck.render.style import Style

FORMAT = "samlcheck.show/1"
_GOOD, _OPEN = "good", "warning"
#: How far the lines of a message may be moved to the right.
_DEEPEST = 40


def render_show(views: Sequence[MessageView], style: Style) -> str:
    """Return the views of a capture as text."""
    return "\n".join("\n".join(_view_lines(view, style)) + "\n" for view in views)


def _view_lines(view: MessageView, style: Style) -> list[str]:
    kind = f"{view.message_kind}, " if view.message_kind else ""
    chain = escape(" -> ".join(view.origin) or "nothing")
    lines = [
        style.paint(f"{escape(view.source)}: {kind}{chain}", "bold"),
        f"times are seen from {view.evaluated_at}",
        "",
    ]
    lines.extend(style.wrap(escape(item), "  ") for item in view.problems)
    lines.extend(f"  {name}: {escape(value)}" for name, value in view.parameters)
    if view.parameters or view.problems:
        lines.append("")
    if view.lexical:
        lines.append(style.paint("As it stands:", "bold"))
        lines.extend(_written(view.lexical, style))
        lines.append("")
        lines.extend(_signature_lines(view, style))
    return lines


def _signature_lines(view: MessageView, style: Style) -> list[str]:
    """Return the signatures, and the message as far as each of them vouches for it."""
    if not view.signatures:
        return [style.paint("Nothing is signed.", _OPEN)]
    lines = [style.paint("Signatures:", "bold")]
    for item in view.signatures:
        good = _GOOD if item.status == "valid" else _OPEN
        lines.append(f"  {item.number}. {style.paint(item.words, good)}")
        lines.append(style.wrap(escape(f"covers {item.covers}"), "     "))
        lines.extend(
            style.wrap(escape(f"{name} {value}"), "     ")
            for name, value in (("by", item.signed_by), ("algorithm", item.algorithm))
            if value
        )
    if not view.verified:
        return [*lines, "", style.paint("No trusted signature vouches for any of it.", _OPEN)]
    for part in view.verified:
        lines += ["", style.paint(f"What signature {part.signature} vouches for:", "bold")]
        lines.extend(_written(part.lines, style))
    return lines


def _written(found: Iterable[ViewLine], style: Style) -> list[str]:
    """Return lines with their number in the document, and what is said of them behind them."""
    lines = []
    for item in found:
        number = "" if item.line is None else str(item.line)
        text = f"{number:>5}  {'  ' * min(item.depth, _DEEPEST)}{escape(item.text)}"
        note = "" if item.note is None else style.paint(f"   <- {escape(item.note)}", "dim")
        lines.append(text.rstrip() + note)
    return lines


def _lines_data(found: Iterable[ViewLine]) -> list[dict[str, Any]]:
    return [
        {"depth": item.depth, "text": item.text, "note": item.note, "line": item.line}
        for item in found
    ]


def _signature_data(item: SignatureView) -> dict[str, Any]:
    return {
        "number": item.number,
        "covers": item.covers,
        "status": item.status,
        "words": item.words,
        "algorithm": item.algorithm,
        "signed_by": item.signed_by,
    }


def _view_data(view: MessageView) -> dict[str, Any]:
    return {
        "source": view.source,
        "origin": list(view.origin),
        "message_kind": view.message_kind,
        "evaluated_at": view.evaluated_at,
        "problems": list(view.problems),
        "parameters": [{"name": name, "value": value} for name, value in view.parameters],
        "signatures": [_signature_data(item) for item in view.signatures],
        "lexical": _lines_data(view.lexical),
        "verified": [
            {"signature": item.signature, "lines": _lines_data(item.lines)}
            for item in view.verified
        ],
    }


def render_show_json(views: Sequence[MessageView]) -> str:
    """Return the views of a capture as JSON text in ASCII."""
    data = {"format": FORMAT, "messages": [_view_data(view) for view in views]}
    return json.dumps(data, indent=2) + "\n"
