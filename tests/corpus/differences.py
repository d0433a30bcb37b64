"""Where the verdict or its ground differs from the peer's, and why. Complete: a test says so."""

from __future__ import annotations

_SETTINGS = (
    "The peer refuses its own settings (the assertion consumer service URL of the case is a "
    "placeholder) and never looks at the message; there is nothing to agree with."
)

#: File name to the reason of the difference.
DIFFERENCES: dict[str, str] = {
    "b64__response_with_ampersands.xml": _SETTINGS,
    "invalids__multiple_assertions.xml": _SETTINGS,
    "response1.xml": _SETTINGS,
    "response1_with_duplicate_attributes.xml": _SETTINGS,
    "response1_with_friendlyname.xml": _SETTINGS,
    "response4.xml": _SETTINGS,
    "response_node_text_attack.xml": _SETTINGS,
    "response_with_nested_nameid_values.xml": _SETTINGS,
}
