"""Texts and values as markup for the HTML report; the only place that makes markup of texts.

A filter of a template never gets markup, and what it returns is escaped piece by piece.
"""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

from samlcheck.render.escape import escape

_QUOTED: Final = re.compile(r"'([^'\n]{1,2000})'")
#: After these a long value may be broken; what is copied has no break in it.
_BREAKS: Final = re.compile(r"(?<=[:/?&=;,._-])(?=[^:/?&=;,._-])")
_CODE: Final = Markup("<code>{}</code>")
_BREAK: Final = Markup("<wbr>")


def prose(text: str) -> Markup:
    """Return a text with its quoted values set as code."""
    pieces = _QUOTED.split(escape(text))
    return Markup("").join(
        _CODE.format(_broken(piece)) if place % 2 else piece for place, piece in enumerate(pieces)
    )


def value(text: str) -> Markup:
    """Return a value that may be broken where it has parts; quoted ones in it are set as code."""
    if "'" in text:
        return prose(text)
    return _CODE.format(_broken(escape(text)))


def _broken(text: str) -> Markup:
    return _BREAK.join(_BREAKS.split(text))
