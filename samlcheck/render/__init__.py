"""Reports as text, one-line-per-finding text, and JSON."""

from samlcheck.render.style import Style

__all__ = ["Style"]
