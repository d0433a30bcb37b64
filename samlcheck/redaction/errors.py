"""Why a capture is not redacted."""

from __future__ import annotations


class RedactionError(ValueError):
    """A capture that cannot be made safe, so that nothing is returned; the text says why."""
