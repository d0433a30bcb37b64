"""Which element or attribute of SAML a wrong name most likely stands for.

The structure table is loaded when there is a wrong name to look up, not before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.xml.names import MD, PREFIXES, SAML, SAMLP, XSI, clark, split_clark

#: The namespaces that the structure table covers completely.
FAMILY: Final = (MD, SAML, SAMLP)
XSI_TYPE: Final = clark(XSI, "type")
#: Settings of entities and roles: `role-attr-on-wrong-element` tells where one is misplaced.
ROLE_ATTRIBUTES: Final = (
    "WantAuthnRequestsSigned",
    "AuthnRequestsSigned",
    "WantAssertionsSigned",
    "protocolSupportEnumeration",
    "errorURL",
    "entityID",
)
_CLOSE: Final = 0.8
#: Longer names are not misspelt ones, and comparing them takes long.
_LONGEST: Final = 64
#: So many different wrong names in one element are looked up.
_MOST: Final = 50


def meant(tag: str) -> str | None:
    """Return the SAML element that a name most likely stands for, None for a right or foreign one.

    It is one of the same local name in another namespace, or one spelt almost so.
    """
    from samlcheck.rules.structure.table import TABLE

    namespace, local = split_clark(tag)
    if tag in TABLE or len(local) > _LONGEST:
        return None
    if (
        namespace
        and namespace not in FAMILY
        and (namespace in PREFIXES or "saml:2.0" not in namespace.lower())
    ):
        return None
    first = (namespace, *(home for home in FAMILY if home != namespace))
    for home in first:
        if clark(home, local) in TABLE:
            return clark(home, local)
    names = [name for home in first for name in TABLE if split_clark(name)[0] == home]
    return closest(local, {split_clark(name)[1]: name for name in reversed(names)})


def closest(local: str, names: dict[str, str]) -> str | None:
    """Return the value of the key that a local name most likely stands for."""
    lower = local.lower()
    for key, name in names.items():
        if key.lower() == lower:
            return name
    if not local or len(local) > _LONGEST:
        return None
    from difflib import get_close_matches

    alike = [key for key in names if key[:1] == local[0] or key[-3:] == local[-3:]]
    close = get_close_matches(local, alike, n=1, cutoff=_CLOSE)
    return names[close[0]] if close else None


def meant_attribute(element: Element, name: str) -> str | None:
    """Return the attribute present that is most likely meant to be a certain absent one."""
    for written in element.attrib:
        local = split_clark(str(written))[1]
        if local.lower() == name.lower() and written != name:
            return str(written)
    return None


def stands_for(element: Element, tags: Iterable[str]) -> bool:
    """Tell whether a child is a misspelling of one of some names."""
    wanted = frozenset(tags)
    wrong = {str(child.tag) for child in element.iterchildren("*")} - wanted
    return any(meant(tag) in wanted for tag in sorted(wrong)[:_MOST])
