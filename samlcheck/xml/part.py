"""A document that stands for a part of a larger one, and where its places are in that one.

A large aggregate is read in slices of some entities. Each is parsed between the start tag of the
root element, with what stands before the first entity, and its end tag; so names, inherited
values and paths mean what they mean in the whole.
"""

from __future__ import annotations

from functools import cached_property

from lxml.etree import _Element as Element


class Part:
    """How the places of a part translate into those of the whole.

    The text of the part is `head`, taken over from `head_line` and `head_column` of the whole, and
    then what stands there from `line` and `column` on. Of the children of the root named
    `counted`, `before` come earlier in the whole.
    """

    def __init__(
        self,
        *,
        head: str,
        head_line: int,
        head_column: int,
        line: int,
        column: int,
        counted: str,
        before: int,
    ) -> None:
        self.head = head
        self.head_line = head_line
        self.head_column = head_column
        self.line = line
        self.column = column
        self.counted = counted
        self.before = before

    @cached_property
    def _end(self) -> tuple[int, int]:
        """The line and column of the part at which the head ends."""
        flat = self.head.replace("\r\n", "\n").replace("\r", "\n")
        return flat.count("\n") + 1, len(flat) - (flat.rfind("\n") + 1) + 1

    def in_whole(self, line: int, column: int) -> tuple[int, int]:
        """Return the line and column in the whole of a place in the part."""
        end_line, end_column = self._end
        if (line, column) < (end_line, end_column):
            return _shifted(line, column, (1, 1), (self.head_line, self.head_column))
        return _shifted(line, column, (end_line, end_column), (self.line, self.column))

    def holds(self, line: int, column: int) -> bool:
        """Tell whether a place of the part lies behind the head."""
        return (line, column) >= self._end

    def path_in_whole(self, path: str, element: Element) -> str:
        """Return the XPath in the whole of an element with a path in the part."""
        top = element
        while (parent := top.getparent()) is not None and parent.getparent() is not None:
            top = parent
        if parent is None or top.tag != self.counted:
            return path
        number = self.before + 1 + sum(1 for _ in top.itersiblings(self.counted, preceding=True))
        empty, root, step, *rest = path.split("/")
        name = step.partition("[")[0]
        return "/".join([empty, root, f"{name}[{number}]", *rest])


def _shifted(
    line: int, column: int, start: tuple[int, int], target: tuple[int, int]
) -> tuple[int, int]:
    """Return a place after its origin was moved from one place to another."""
    if line == start[0]:
        return target[0], target[1] + column - start[1]
    return target[0] + line - start[0], column
