"""What an error code or an error text means, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from samlcheck.render.escape import escape
from samlcheck.render.style import Style
from samlcheck.symptoms import Found, Vendor

_TRUST = {
    "documented": "documented by the vendor or in the source",
    "reported": "reported by users",
    "general": "general knowledge of the protocol",
}


def render_symptoms(found: Sequence[Found], titles: Mapping[str, str], style: Style) -> str:
    """Return what symptoms mean, the surest first.

    :param titles: what each rule is called, by its id.
    """
    return "\n".join(_symptom(item, titles, style) for item in found)


def _symptom(found: Found, titles: Mapping[str, str], style: Style) -> str:
    row, vendor = found.row, found.vendor
    means = row.means[:1].upper() + row.means[1:]
    known = found.label.startswith(vendor.name) or vendor.id in ("toolkits", "pattern")
    heading = found.label if known else f"{found.label} ({vendor.name})"
    lines = [style.paint(escape(heading), "bold"), "", style.wrap(escape(f"{means}.")), ""]
    if row.look_at:
        lines.append("Findings that explain it, the likeliest first:")
        width = max(len(rule) for rule in row.look_at)
        for rule in row.look_at:
            title = escape(titles.get(rule, ""))
            lines.append(style.wrap(title, f"  {rule:<{width}}  ", " " * (width + 4)))
    else:
        lines.append("No document shows the cause.")
    if row.send:
        lines.append(style.wrap(escape(f"Ask for {row.send}.")))
    others = [item for item in (*row.codes, *row.texts) if item.lower() not in found.label.lower()]
    if others:
        lines.append(style.wrap(escape(", ".join(others)), "also:     ", "          "))
    trust = f"{row.source.title} <{row.source.url}>; {_TRUST[row.trust]}, as of {vendor.as_of}"
    lines.append(style.wrap(escape(trust), "source:   ", "          "))
    return "\n".join(lines) + "\n"


def render_vendor(vendor: Vendor, style: Style) -> str:
    """Return all symptoms of a vendor, one line or two for each."""
    lines = [style.paint(escape(f"{vendor.name}: error codes and texts"), "bold"), ""]
    for row in vendor.rows:
        names = [*row.codes, *(f'"{text}"' for text in row.texts)]
        lines.append(escape(", ".join(names)))
        lines.append(style.wrap(escape(row.means), "    ", "    "))
    lines.append(f'\n`samlcheck explain "{vendor.id} CODE"` says which findings explain it.')
    return "\n".join(lines) + "\n"
