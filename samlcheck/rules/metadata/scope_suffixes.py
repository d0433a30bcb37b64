"""Rules on scopes and the public suffix list, where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Scope
from samlcheck.rules.case import Case
from samlcheck.rules.citations import paper
from samlcheck.rules.metadata.extensions import FEDERATION_IDP, SUBJECT_ID, short
from samlcheck.rules.metadata.public_suffixes import MISSING, public_suffixes
from samlcheck.rules.metadata.scope_regexps import PATTERN_SIGNS, is_pattern, scope_edit
from samlcheck.rules.rule import OFF, Hit, Unknown, example, hit, rule

#: No domain name is longer (RFC 1035 2.3.4).
_LONGEST: Final = 253
_LIST: Final = paper("Public Suffix List", "https://publicsuffix.org/")
_ALSO: Final = ("scope-unrelated-domain", *FEDERATION_IDP)
_GOOD: Final = (
    example("sp"),
    example("idp", profile="federation", also=FEDERATION_IDP),
    example("idp", scope_edit("example.ac.uk"), profile="federation", also=_ALSO),
)


def _domain(scope: Scope) -> str | None:
    """Return a literal scope that has the form of a domain."""
    value = scope.value
    if "." not in value or len(value) > _LONGEST or is_pattern(scope):
        return None
    odd = any(sign.isspace() or sign in PATTERN_SIGNS or sign in "@/:_" for sign in value)
    return None if odd or not value.replace(".", "").strip("0123456789-") else value


@rule(
    "scope-public-suffix",
    on=Scope,
    severity=OFF,
    cites=[_LIST, SUBJECT_ID],
    bad=[
        example("idp", scope_edit("ac.uk"), profile="federation", also=_ALSO),
        example("idp", scope_edit("kobe.jp"), profile="federation", also=_ALSO),
    ],
    good=_GOOD,
)
def public_suffix(scope: Scope, case: Case) -> Iterator[Hit | Unknown]:
    """A scope is a domain under which anybody registers names.

    The value of a literal shibmd:Scope is a public suffix such as ac.uk or edu.au. The rule needs
    the public suffix list, which the extra psl of samlcheck installs.

    Why: the identity provider claims to speak for all organizations with a domain below it; most
    likely the name of its own organization is missing.
    Fix: Write the domain of the organization, unless it really owns the whole suffix.
    """
    value = _domain(scope)
    if value is None:
        return
    suffixes = public_suffixes()
    if suffixes is None:
        yield Unknown(MISSING)
    elif suffixes.is_suffix(value):
        yield hit(
            scope,
            f"The shibmd:Scope {short(value)} is a public suffix",
            expected="the domain of one organization",
            actual=value,
        )


@rule(
    "scope-not-under-psl",
    on=Scope,
    severity=OFF,
    cites=[_LIST, SUBJECT_ID],
    bad=[example("idp", scope_edit("idp.campus"), profile="federation", also=_ALSO)],
    good=_GOOD,
)
def not_public(scope: Scope, case: Case) -> Iterator[Hit | Unknown]:
    """A scope is a domain that nobody can own.

    The value of a literal shibmd:Scope is under no suffix of the public suffix list, so that its
    last label is no top-level domain. The rule needs that list, which the extra psl of samlcheck
    installs.

    Why: scopes are unique only because domains have owners; two organizations can have the same
    private domain.
    Fix: Use a domain that the organization has registered.
    """
    value = _domain(scope)
    if value is None:
        return
    suffixes = public_suffixes()
    if suffixes is None:
        yield Unknown(MISSING)
    elif suffixes.suffix(value) is None:
        yield hit(
            scope,
            f"The shibmd:Scope {short(value)} is under no public suffix",
            expected="a domain under a top-level domain",
            actual=value,
        )


RULES = (public_suffix, not_public)
