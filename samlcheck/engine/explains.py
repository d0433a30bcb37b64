"""Which finding makes another one a mere consequence, as far as the run has left both standing.

Rules name what explains their hits in one document or element (`unless`), and such hits never
become findings. Here stand the relations between findings that each are true: of an assertion that
is ten minutes too old, the conditions have run out and the confirmation as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import Final

from samlcheck.engine.report import Finding
from samlcheck.records import frozen
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import ATTACK
from samlcheck.xml.uri import split_uri

Condition = Callable[[Finding, Finding], bool]

_QUOTED: Final = re.compile(r"'([^']{1,400})'")

#: Shorter values are equal by chance.
_TELLING: Final = 8
#: Findings that are all true of one forged message: the first of them stands for all.
_FORGERY: Final = (
    "xsw-*",
    "sig-consumed-not-covered",
    "sig-hashed-not-signed-element",
    "sig-multiple-in-element",
    "sig-parent-not-signable",
    "sig-position",
    "sig-reference-*",
    "sig-stray-dsig-node",
    "sig-object-child",
    "response-mixed-signed-unsigned",
    "response-foreign-message-inside",
    "response-assertions-different-subject",
    "message-wrapping-request",
    "parser-*",
    "text-extraction-differential",
    "xml-duplicate-id",
    "xml-lookalike-element",
    "xml-roundtrip-unstable",
    "xml-comment-in-*",
    "xml-mixed-content-value",
    "status-elsewhere",
)
_TOO_LATE: Final = (
    "cond-expired",
    "scd-notonorafter-expired",
    "authn-session-expired",
    "*-too-old",
    "response-issueinstant-old",
)
_TOO_EARLY: Final = (
    "cond-notbefore-future",
    "scd-notbefore-future",
    "assertion-issueinstant",
    "response-issueinstant-*",
    "*-future",
)
_NO_KEY_OF_ITS_OWN: Final = (
    "sig-keyinfo-only-trust",
    "sig-keyinfo-cert-mismatch",
    "sig-verifies-with-other-key",
    "sig-signedinfo-invalid",
)


@frozen
class _Link:
    """Any finding of `causes` explains any of `follows` when the condition holds."""

    causes: tuple[str, ...]
    follows: tuple[str, ...]
    condition: Condition


def _always(_cause: Finding, _other: Finding) -> bool:
    return True


def _both_attacks(cause: Finding, other: Finding) -> bool:
    return ATTACK in cause.tags and (ATTACK in other.tags or other.blocks)


def _same_thing(cause: Finding, other: Finding) -> bool:
    """Tell whether two findings are about one thing: in one place, or with a name in common."""
    one, two = cause.location, other.location
    same_place = one.source == two.source and one.xpath is not None and one.xpath == two.xpath
    return same_place or not _quoted(cause).isdisjoint(_quoted(other))


def _quoted(finding: Finding) -> set[str]:
    return set(_QUOTED.findall(" ".join((finding.message, finding.expected or ""))))


def _other_entity(cause: Finding, _other: Finding) -> bool:
    """Tell whether an issuer is somebody else, rather than the same one written otherwise."""
    if cause.expected is None or cause.actual is None:
        return False
    return difference(cause.actual, cause.expected) is None


_LINKS: Final = (
    _Link(_FORGERY, _FORGERY, _both_attacks),
    _Link(("xml-doctype",), ("xml-entity-*", "xml-notation"), _always),
    _Link(_TOO_LATE, _TOO_LATE, _always),
    _Link(_TOO_EARLY, _TOO_EARLY, _always),
    _Link((*_TOO_LATE, *_TOO_EARLY), ("time-*",), _always),
    _Link(("issuer-mismatch-*", "issuer-known-other-entity"), _NO_KEY_OF_ITS_OWN, _other_entity),
    _Link(("issuer-*",), ("entra-issuer-*", "issuer-*"), _always),
    _Link(("attr-required-*",), ("attr-*", "entra-*", "aws-*"), _same_thing),
    _Link(("attr-statement-*",), ("attr-required-*",), _always),
    _Link(("nameid-*", "subject-missing"), ("nameid-*",), _always),
    _Link(("authn-context-*", "authn-classref-*"), ("authn-context-*",), _always),
    _Link(("sig-none",), ("sig-*-not-signed", "attr-*-unsigned"), _always),
    _Link(("aud-*",), ("aud-*", "entra-audience-*"), _always),
    _Link(("sig-digest-mismatch", "sig-signedinfo-invalid"), ("sig-signedinfo-invalid",), _always),
)


def explains(cause: Finding, other: Finding) -> bool:
    """Tell whether one finding, once mended, takes another one along."""
    if cause is other or (other.blocks and not cause.blocks):
        return False
    return _by_value(cause, other) or _by_link(cause, other)


def _by_link(cause: Finding, other: Finding) -> bool:
    return any(
        _named(cause.rule, link.causes)
        and _named(other.rule, link.follows)
        and link.condition(cause, other)
        for link in _LINKS
    )


def _named(rule: str, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(rule, glob) for glob in globs)


def _by_value(cause: Finding, other: Finding) -> bool:
    """Tell whether both compare one value with another in two places, or one host with another.

    A reply URL that is entered wrongly shows in the Destination and in the Recipient; a login that
    is meant for another site has that site's name in all of them.
    """
    if None in (cause.actual, cause.expected, other.actual, other.expected):
        return False
    if cause.actual == other.actual and cause.expected == other.expected:
        return len(cause.actual or "") >= _TELLING
    found, wanted = _host(cause.actual), _host(cause.expected)
    if found is None or wanted is None or found == wanted:
        return False
    return found == _host(other.actual) and wanted == _host(other.expected)


def _host(text: str | None) -> str | None:
    """Return the host of a value, or of the first of several that are quoted."""
    found = _QUOTED.search(text or "")
    uri = split_uri(found.group(1) if found else text or "")
    return uri.host.lower() if uri.is_web and uri.host else None
