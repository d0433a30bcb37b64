"""Integration profiles: what one identity provider emits and what one service provider demands.

A profile is data: TOML files that are layered base, idp, sp, integration. It changes no
document; rules read it to compare values and to set severities, and reports quote its reasons.
"""

from samlcheck.profiles.loader import available, load_profile, load_profile_text
from samlcheck.profiles.profile import (
    Claim,
    Profile,
    ProfileError,
    Relation,
    SeverityChange,
    VendorCode,
)
from samlcheck.profiles.template import Template, Variable, first_match

__all__ = [
    "Claim",
    "Profile",
    "ProfileError",
    "Relation",
    "SeverityChange",
    "Template",
    "Variable",
    "VendorCode",
    "available",
    "first_match",
    "load_profile",
    "load_profile_text",
]
