"""Character offsets to lines and columns, both 1-based; lines end with LF, CR LF or a lone CR."""

from __future__ import annotations


def locate(text: str, offset: int) -> tuple[int, int]:
    """Return the line and column of an offset by counting, which suits a single look-up."""
    before = text[:offset]
    if before.endswith("\r") and text[offset : offset + 1] == "\n":
        line, column = locate(text, offset - 1)  # between CR and LF: the line has not ended
        return line, column + 1
    line = before.count("\n") + before.count("\r") - before.count("\r\n") + 1
    return line, offset - max(before.rfind("\n"), before.rfind("\r"))
