"""Offsets to lines and columns: the two ways agree with a third, which splits the text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from samlcheck.xml.line_index import LineIndex
from samlcheck.xml.lines import locate


@given(st.lists(st.sampled_from(["\n", "\r", "\r\n", "a", "\u2028", "\U0001f600"]), max_size=20))
def test_all_offsets_of_a_text(parts: list[str]) -> None:
    text = "".join(parts)
    index = LineIndex(text)
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]
    for offset in range(len(text) + 1):
        line = max(number for number, start in enumerate(starts, 1) if start <= offset)
        expected = (line, offset - starts[line - 1] + 1)
        assert expected == index.locate(offset)
        assert expected == locate(text, offset)
