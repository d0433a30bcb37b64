"""The test support stays the independent side: it does not import what it judges."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
FILES = [*sorted((TESTS / "support").glob("*.py")), TESTS / "regenerate_webex_example.py"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_support_imports_neither_samlcheck_nor_signxml(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert None is re.search(r"^\s*(?:from|import) (?:samlcheck|signxml)\b", text, re.MULTILINE)
