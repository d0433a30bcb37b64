"""samlcheck judges SAML 2.0 metadata and messages and says what is wrong, where, and who must act.

>>> from datetime import UTC, datetime
>>> import samlcheck
>>> report = samlcheck.check_metadata(b"<html/>", now=datetime(2026, 11, 23, tzinfo=UTC))
>>> report.findings[0].rule
'xml-wrong-root'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from samlcheck.aggregate.entities import UnknownEntityError, check_metadata, check_pair
    from samlcheck.engine.about import Symptom
    from samlcheck.engine.api import Input, ParsedMetadata, UsageError, parse_metadata
    from samlcheck.engine.diagnosing import diagnose
    from samlcheck.engine.diff_api import diff_metadata
    from samlcheck.engine.messages import (
        ParsedMessage,
        check_message,
        check_messages,
        parse_message,
    )
    from samlcheck.engine.report import Finding, Location, Outcome, Report
    from samlcheck.engine.story import Cause, Story, story_of
    from samlcheck.engine.view import MessageView, show_message
    from samlcheck.profiles import Profile, ProfileError, load_profile, load_profile_text
    from samlcheck.redaction import Redacted, RedactionError, redact
    from samlcheck.render.html_report import render_html

__all__ = [
    "Cause",
    "Finding",
    "Input",
    "Location",
    "MessageView",
    "Outcome",
    "ParsedMessage",
    "ParsedMetadata",
    "Profile",
    "ProfileError",
    "Redacted",
    "RedactionError",
    "Report",
    "Story",
    "Symptom",
    "UnknownEntityError",
    "UsageError",
    "__version__",
    "check_message",
    "check_messages",
    "check_metadata",
    "check_pair",
    "diagnose",
    "diff_metadata",
    "load_profile",
    "load_profile_text",
    "parse_message",
    "parse_metadata",
    "redact",
    "render_html",
    "show_message",
    "story_of",
]

_HOMES = {
    "samlcheck.engine.about": ("Symptom",),
    "samlcheck.engine.view": ("MessageView", "show_message"),
    "samlcheck.aggregate.entities": ("UnknownEntityError", "check_metadata", "check_pair"),
    "samlcheck.engine.diagnosing": ("diagnose",),
    "samlcheck.engine.diff_api": ("diff_metadata",),
    "samlcheck.engine.messages": (
        "ParsedMessage",
        "check_message",
        "check_messages",
        "parse_message",
    ),
    "samlcheck.engine.report": ("Finding", "Location", "Outcome", "Report"),
    "samlcheck.engine.story": ("Cause", "Story", "story_of"),
    "samlcheck.redaction": ("Redacted", "RedactionError", "redact"),
    "samlcheck.render.html_report": ("render_html",),
    "samlcheck.profiles": ("Profile", "ProfileError", "load_profile", "load_profile_text"),
}


def __getattr__(name: str) -> object:
    """Import the public names on first use, so that `samlcheck --version` starts at once."""
    if name not in __all__:
        raise AttributeError(f"module 'samlcheck' has no attribute {name!r}")
    from importlib import import_module

    homes = (module for module, names in _HOMES.items() if name in names)
    found = getattr(import_module(next(homes, "samlcheck.engine.api")), name)
    globals()[name] = found  # the next one who asks finds it at once
    return found
