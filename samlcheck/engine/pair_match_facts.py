"""What an SP and an IdP have in common: algorithms, attributes, contexts, logout, discovery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from samlcheck.engine.metadata_facts import NONE, Fact, listed
from samlcheck.model import (
    DiscoveryEndpoint,
    Endpoint,
    EntityDescriptor,
    Extensions,
    IDPSSODescriptor,
    RoleDescriptor,
    Scope,
    SPSSODescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.metadata.attribute_registry import SHORT_NAMES
from samlcheck.rules.metadata.category_registry import (
    ASSURANCE,
    CATEGORY,
    HIDE_FROM_DISCOVERY,
    SP_CATEGORIES,
    SUBJECT_ID_REQ,
    SUPPORT,
    values_of,
)
from samlcheck.rules.pair.algorithms import block_ciphers, declared
from samlcheck.rules.pair.words import binding_words
from samlcheck.xml.names import AUTHN_CONTEXT_PREFIX


def match_facts(case: Case) -> Iterator[Fact]:
    """Yield what the two agree on by their metadata; the case has both roles."""
    sp, idp, sp_role, idp_role = case.sp, case.idp, case.sp_role, case.idp_role
    if sp is None or idp is None or sp_role is None or idp_role is None:
        return
    yield "algorithms", _algorithms(sp, idp, sp_role, idp_role)
    yield "attributes", _attributes(sp, idp, sp_role, idp_role)
    yield "scopes", _scopes(idp, idp_role)
    yield "contexts", _contexts(case, idp)
    yield "logout", _logout(sp_role, idp_role)
    yield "discovery", _discovery(idp, sp_role)


def _short(algorithm: str | None) -> str:
    return (algorithm or NONE).rpartition("#")[2]


def _common(ours: Iterable[str | None], theirs: Iterable[str | None], words: str) -> str:
    """Say which algorithms both sides declare, or which side leaves the choice to the other."""
    mine, other = list(map(_short, ours)), list(map(_short, theirs))
    if not mine and not other:
        return f"{words} not declared"
    if mine and other:
        return f"{words} {listed(item for item in mine if item in other)}"
    return f"{words} {listed(mine or other)}, declared by the {'SP' if mine else 'IdP'} alone"


def _algorithms(
    sp: EntityDescriptor,
    idp: EntityDescriptor,
    sp_role: SPSSODescriptor,
    idp_role: IDPSSODescriptor,
) -> str:
    parts = [
        _common(
            (item.algorithm for item in declared(sp, sp_role, kind)),
            (item.algorithm for item in declared(idp, idp_role, kind)),
            words,
        )
        for kind, words in (("SigningMethod", "signature"), ("DigestMethod", "digest"))
    ]
    # The IdP encrypts and the SP decrypts: what the IdP itself decrypts says nothing about that.
    ciphers = [_short(item.algorithm) for item in block_ciphers(sp_role)]
    parts.append(f"encryption {listed(ciphers)}" if ciphers else "encryption not declared")
    return "; ".join(parts)


def _attributes(
    sp: EntityDescriptor,
    idp: EntityDescriptor,
    sp_role: SPSSODescriptor,
    idp_role: IDPSSODescriptor,
) -> str:
    wanted: dict[str, bool] = {}
    for service in sp_role.attribute_consuming_services:
        for item in service.requested_attributes:
            if item.name:
                wanted[item.name] = wanted.get(item.name, False) or item.required
    words = [
        SHORT_NAMES.get(name, name) + (" (required)" if required else "")
        for name, required in wanted.items()
    ]
    words += [name for name in values_of(sp, CATEGORY) if name in SP_CATEGORIES]
    words += [f"subject identifier: {name}" for name in values_of(sp, SUBJECT_ID_REQ)]
    offered = {item.name for item in idp_role.attributes if item.name}
    if not words:
        return "the SP asks for none by its metadata"
    if offered:
        common = sum(name in offered for name in wanted)
        return f"{listed(words)}; the IdP lists {common} of these"
    if values_of(idp, SUPPORT):
        return f"{listed(words)}; the IdP lists categories that it supports"
    return f"{listed(words)}; the IdP does not say what it offers"


def _items(entity: EntityDescriptor, role: RoleDescriptor) -> Iterator[object]:
    groups: tuple[Extensions | None, ...] = (role.extensions, entity.extensions)
    for group in groups:
        if group is not None:
            yield from group.items


def _scopes(idp: EntityDescriptor, role: IDPSSODescriptor) -> str:
    return listed(
        f"{item.value} (pattern)" if item.regexp is not None and item.regexp.value else item.value
        for item in _items(idp, role)
        if isinstance(item, Scope)
    )


def _contexts(case: Case, idp: EntityDescriptor) -> str:
    accepted = case.context.allowed_authn_contexts
    levels = list(values_of(idp, ASSURANCE))
    names = listed(name.removeprefix(AUTHN_CONTEXT_PREFIX) for name in accepted)
    words = f"the SP accepts {names}" if accepted else "what the SP accepts is not given"
    return f"{words}; the IdP is certified for {listed(levels)}" if levels else words


def _logout(sp: SPSSODescriptor, idp: IDPSSODescriptor) -> str:
    ours, theirs = sp.single_logout_services, idp.single_logout_services
    if not ours or not theirs:
        lacking = [name for name, items in (("SP", ours), ("IdP", theirs)) if not items]
        return f"not possible, no service at the {' and the '.join(lacking)}"
    common = [item for item in ours if _has_binding(theirs, item.binding)]
    if not common:
        return "not possible, no binding in common"
    return listed(binding_words(item.binding) for item in common)


def _has_binding(endpoints: Iterable[Endpoint], binding: str | None) -> bool:
    return any(item.binding == binding for item in endpoints)


def _discovery(idp: EntityDescriptor, sp: SPSSODescriptor) -> str:
    extensions = sp.extensions
    returns = [
        item.location or NONE
        for item in (extensions.items if extensions is not None else ())
        if isinstance(item, DiscoveryEndpoint) and item.kind == "DiscoveryResponse"
    ]
    hidden = HIDE_FROM_DISCOVERY in values_of(idp, CATEGORY)
    shown = "the IdP is hidden" if hidden else "the IdP is not hidden"
    return f"returns to {listed(returns)}; {shown}" if returns else f"no return address; {shown}"
