"""`samlcheck explain` for what is no rule: error codes, error texts, vendors."""

from __future__ import annotations

import re

from samlcheck.render.style import Style

#: A text may be several things; more are not worth reading.
_MOST = 3
#: Symptoms that are so much less sure than the surest are left out.
_CLOSE = 30


def explained(text: str, style: Style) -> str | None:
    """Return what an error code or text means, or which codes of a vendor are known; None if none.

    A vendor's name alone lists its codes.
    """
    from samlcheck.render.symptom import render_symptoms, render_vendor
    from samlcheck.symptoms import find, vendor_of

    vendor = vendor_of(text)
    if vendor is not None:
        return render_vendor(vendor, style)
    found = find(text)
    close = [item for item in found if item.score >= found[0].score - _CLOSE][:_MOST]
    if not close:
        return _unknown_code(text)
    from samlcheck.rules.registry import all_rules

    titles = {rule.id: rule.title for rule in all_rules()}
    return render_symptoms(close, titles, style)


def _unknown_code(text: str) -> str | None:
    """Return where to look a code up that is known to be of a vendor and not what it means."""
    from samlcheck.symptoms import all_vendors

    for vendor in all_vendors():
        prefix = (vendor.prefix or "").lower()
        if prefix and re.fullmatch(rf"{prefix}\d{{4,8}}", text.strip().lower()):
            source = vendor.rows[0].source
            return (
                f"{text.strip()} is a code of {vendor.name} that the catalogue does not have.\n"
                f"source:   {source.title} <{source.url}>\n"
            )
    return None
