"""What the products of the two sides are called, and what an IdP product is known to state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from samlcheck.rules.case import Case

if TYPE_CHECKING:
    from samlcheck.profiles.product import Emission

#: What profiles of products say, too, of the documents that examples are made of.
IDP_OTHERS: Final = ("profile-entityid-unexpected", "profile-sso-unexpected")
SP_OTHERS: Final = ("profile-entityid-unexpected", "profile-acs-unexpected")

_GENERAL: Final = {"idp": "the identity provider", "sp": "the service provider"}


def product(case: Case, side: str) -> str:
    """Return what to call the product of a side: by its console, or in general."""
    for layer in case.profile.layers:
        kind, _, name = layer.partition("/")
        if kind == side and name in case.profile.consoles:
            return case.profile.consoles[name]
    return _GENERAL[side]


def methods_by_class(emits: Emission) -> dict[str, list[str]]:
    """Return which ways to sign in give each class, over all editions of the product.

    A way that gives another class in another edition stands under each of them.
    """
    found: dict[str, list[str]] = {}
    for edition in sorted(emits.authn_contexts, reverse=True):
        for method, reference in emits.authn_contexts[edition].items():
            methods = found.setdefault(reference, [])
            words = "any way to sign in" if method == "any" else method.replace("_", " ")
            if words not in methods:
                methods.append(words)
    return found
