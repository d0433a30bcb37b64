"""Rules on shibmd:Scope, the domains in whose name an identity provider speaks.

Those on where it stands and on regular expressions join them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor, Extensions, Scope
from samlcheck.rules.case import Case
from samlcheck.rules.metadata import scope_places, scope_regexps, scope_suffixes
from samlcheck.rules.metadata.extensions import (
    SUBJECT_ID,
    base_domain,
    endpoint_hosts,
    items_of,
    short,
)
from samlcheck.rules.metadata.scope_regexps import (
    PATTERN_SIGNS,
    SCOPE,
    is_pattern,
    scope_edit,
)
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml.uri import split_uri

_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN: Final = rf"{_LABEL}(?:\.{_LABEL})+"
#: Registers of organizations are used as scopes in some countries: SE5590026042, 559002-6042.
_NUMBER: Final = r"[A-Za-z]{0,2}[0-9][0-9-]{4,18}[0-9]"
_LONGEST: Final = 127
_GOOD: Final = (example("sp"), example("idp"))


def _judged_literal(scope: Scope) -> str | None:
    """Return the value of a literal scope that can be judged as a domain."""
    value = scope.value
    if is_pattern(scope) or not value or any(sign.isspace() for sign in value):
        return None
    return None if any(sign in PATTERN_SIGNS for sign in value) else value


@rule(
    "scope-empty",
    on=Scope,
    severity=ERROR,
    cites=[SUBJECT_ID],
    bad=[example("idp", scope_edit("")), example("idp", scope_edit(" \n "))],
    good=_GOOD,
)
def scope_empty(scope: Scope, case: Case) -> Iterator[Hit]:
    """A scope is empty.

    shibmd:Scope holds no text.

    Why: it allows nothing, or in careless software anything; a template was not filled in.
    Fix: Write the domain of the organization, or remove the element.
    """
    if not scope.value:
        yield hit(scope, "A shibmd:Scope is empty", expected="a domain such as example.org")


@rule(
    "scope-whitespace",
    on=Scope,
    severity=ERROR,
    cites=[SUBJECT_ID],
    bad=[
        example("idp", scope_edit("example.org library.example.org")),
        example("idp", scope_edit("\n        example.org\n      ")),
    ],
    good=_GOOD,
)
def scope_whitespace(scope: Scope, case: Case) -> Iterator[Hit]:
    """A scope has white space in it.

    White space inside the value is an error. Around the value it is a warning: some software
    takes it away, other software compares it.

    Why: the scope is compared letter by letter with what follows the @ of an attribute, so the
    attribute is dropped and nobody sees why.
    Fix: Write one domain in each shibmd:Scope, without blanks and line breaks.
    """
    if not scope.value or scope.text == scope.value == "".join(scope.text.split()):
        return
    inside = scope.value != "".join(scope.value.split())
    yield hit(
        scope,
        f"The shibmd:Scope {short(scope.text)} has white space {'in' if inside else 'around'} it",
        expected="a domain without white space" if inside else scope.value,
        actual=scope.text,
        severity=ERROR if inside else WARNING,
    )


@rule(
    "scope-not-domain",
    on=Scope,
    severity=WARNING,
    cites=[SUBJECT_ID],
    bad=[
        example("idp", scope_edit("@example.org")),
        example("idp", scope_edit("https://example.org/")),
        example("idp", scope_edit("example")),
        example("idp", scope_edit("example_university.org")),
    ],
    good=[*_GOOD, example("idp", scope_edit("students.example.org"))],
)
def scope_not_domain(scope: Scope, case: Case) -> Iterator[Hit]:
    """A scope is not a domain.

    A scope is a DNS name with at least two labels, or the number of an organization; a regular
    expression is judged by other rules.

    Why: scopes are unique only because domains have owners; and attributes with another scope
    than this are dropped.
    Fix: Write the bare domain, without @, scheme, slash or underscore.
    """
    value = _judged_literal(scope)
    if value is None:
        return
    if len(value) <= _LONGEST and (re.fullmatch(_DOMAIN, value) or re.fullmatch(_NUMBER, value)):
        return
    yield hit(
        scope,
        f"The shibmd:Scope {short(value)} is not a domain",
        expected=_meant(value) or "a domain such as example.org",
        actual=value,
    )


def _meant(value: str) -> str | None:
    """Return the domain that a value most likely stands for."""
    bare = (split_uri(value).host or value).rpartition("@")[2].strip("./")
    return bare if bare != value and re.fullmatch(_DOMAIN, bare) else None


@rule(
    "scope-uppercase",
    on=Scope,
    severity=INFO,
    cites=[SUBJECT_ID],
    bad=[example("idp", scope_edit("Example.ORG"))],
    good=_GOOD,
)
def scope_upper_case(scope: Scope, case: Case) -> Iterator[Hit]:
    """A scope has upper case letters.

    The value of a shibmd:Scope that is a domain is not all lower case.

    Why: domains do not know letter case, but some software compares scopes with it, so that
    attributes with the scope in lower case are dropped.
    Fix: Write the scope in lower case, and send it so in attributes.
    """
    value = _judged_literal(scope)
    if value is not None and value != value.lower() and re.fullmatch(_DOMAIN, value):
        yield hit(
            scope,
            f"The shibmd:Scope {short(value)} has upper case letters",
            expected=value.lower(),
            actual=value,
        )


@rule(
    "scope-duplicate",
    on=Extensions,
    severity=INFO,
    cites=[SUBJECT_ID],
    bad=[example("idp", (SCOPE, SCOPE + SCOPE))],
    good=_GOOD,
)
def scope_duplicate(extensions: Extensions, case: Case) -> Iterator[Hit]:
    """A scope is listed twice.

    Two shibmd:Scope elements of one md:Extensions have the same value and the same regexp.

    Why: the second one says nothing new; perhaps another domain was meant.
    Fix: Remove it, or correct its value.
    """
    first: dict[tuple[str, bool], Scope] = {}
    for scope in items_of(extensions, Scope):
        before = first.setdefault((scope.value.lower(), is_pattern(scope)), scope)
        if before is not scope and scope.value:
            yield hit(
                scope,
                f"The shibmd:Scope {short(scope.value)} is listed twice",
                expected="each scope once",
                actual=scope.value,
                related=[Place(before, None, "the first one")],
            )


@rule(
    "scope-unrelated-domain",
    on=EntityDescriptor,
    severity=INFO,
    cites=[SUBJECT_ID],
    bad=[example("idp", scope_edit("contoso.com"))],
    good=[*_GOOD, example("idp", scope_edit("students.example.org"))],
)
def scope_unrelated(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A scope has nothing in common with the identity provider.

    The last two labels of a literal scope are neither those of the entityID, nor of an endpoint,
    nor of the URL of the organization. That is allowed.

    Why: whoever registers the entity has to make sure that it may speak for that domain; here
    nothing in the metadata shows it.
    Fix: Make sure that the organization owns the domain; hosted identity providers often differ.
    """
    own = base_domain(split_uri((entity.entity_id or "").strip()).host or "")
    strange = [
        (scope, value)
        for role in entity.idp_roles
        for scope in items_of(role.extensions, Scope)
        if (value := _judged_literal(scope)) is not None
        and base_domain(value) != own
        and re.fullmatch(_DOMAIN, value)
    ]
    known = _known_domains(entity) if strange else set()
    for scope, value in strange:
        if known and base_domain(value) not in known:
            yield hit(
                scope,
                f"The shibmd:Scope {short(value)} is not of a domain of the entity",
                expected=", ".join(sorted(known)),
                actual=value,
            )


def _known_domains(entity: EntityDescriptor) -> set[str]:
    """Return the domains of the entityID, the endpoints and the URL of the organization."""
    urls = [entity.entity_id or ""]
    if entity.organization is not None:
        urls += [url.value for url in entity.organization.urls]
    hosts = {host for url in urls if (host := split_uri(url.strip()).host)}
    return {base_domain(host) for host in hosts | endpoint_hosts(entity)}


RULES = (
    scope_empty,
    scope_whitespace,
    scope_not_domain,
    scope_upper_case,
    scope_duplicate,
    scope_unrelated,
    *scope_places.RULES,
    *scope_regexps.RULES,
    *scope_suffixes.RULES,
)
