"""Predictions: what an IdP product is known to send against what an SP product demands.

They need no message: the profiles of the two products say it. What an administrator has set
otherwise stands in no document, so they are worded as predictions and warn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from samlcheck.rules.case import Case, Pair
from samlcheck.rules.citations import core, metadata
from samlcheck.rules.near_miss import attribute_name_difference
from samlcheck.rules.pair.products import IDP_OTHERS, SP_OTHERS, methods_by_class, product
from samlcheck.rules.pair.words import format_words
from samlcheck.rules.rule import IDP, INFO, SP, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import any_of
from samlcheck.xml.names import AUTHN_CONTEXT_PREFIX

#: So many ways to sign in, or claims, are named in one message.
_MOST: Final = 8
_ENTRA_WEBEX: Final = "entra webex-meetings"
_OTHERS: Final = (*IDP_OTHERS, "profile-acs-unexpected")
_CLAIMS: Final = ("pair-claims-predicted-missing", *_OTHERS)
_MFA: Final = (
    "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport;"
    "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
)


def _listed(classes: Mapping[str, list[str]], wanted: Iterable[str]) -> str:
    """Return classes with the ways to sign in that give them, in words."""
    named = [f"{_short(item)} after {', '.join(classes[item])}" for item in wanted]
    more = f" and {len(named) - _MOST} more" if len(named) > _MOST else ""
    return "; ".join(named[:_MOST]) + more


def _short(reference: str) -> str:
    """Return a class by its last word, where it is one of the SAML classes, and quoted."""
    return repr(reference.removeprefix(AUTHN_CONTEXT_PREFIX))


def _near(refused: Iterable[str], allowed: Iterable[str]) -> str:
    """Say which class of the list is meant by one that differs in letter case only."""
    by_letters = {item.lower(): item for item in allowed}
    for item in refused:
        other = by_letters.get(item.lower())
        if other is not None:
            return f"; {_short(item)} and {_short(other)} differ only in upper and lower case"
    return ""


@rule(
    "authn-context-predicted-mismatch",
    on=Pair,
    severity=WARNING,
    cites=[core("2.7.2.2")],
    owner=SP,
    needs=["profile"],
    bad=[
        example("pair", profile=_ENTRA_WEBEX, authn_contexts=_MFA, also=_CLAIMS),
        example("pair", profile=_ENTRA_WEBEX, also=_CLAIMS),
    ],
    good=[example("pair")],
)
def context_mismatch(pair: Pair, case: Case) -> Iterator[Hit]:
    """The service provider will refuse users by how they sign in.

    The profile of the identity provider says which authentication context class it states for each
    way to sign in, and the service provider accepts a list of classes, letter for letter. For at
    least one way the class is not in the list. What single tenants have set otherwise is not known.

    Why: the login works for some users and not for others, or for nobody, depending on whether
    they use a password, an app or a key.
    Fix: Enter the classes that the identity provider states in the list of the service provider,
    or let the identity provider ask for a way to sign in that is in the list.
    """
    emits, allowed = case.profile.emits, case.context.allowed_authn_contexts
    if emits is None or not emits.authn_contexts or not allowed:
        return
    classes = methods_by_class(emits)
    refused = [item for item in classes if item not in allowed]
    if not refused:
        return
    fits = [item for item in classes if item in allowed]
    idp, sp = product(case, "idp"), product(case, "sp")
    message = (
        f"Users of {idp} are likely to be refused by {sp}: by its documentation it states "
        f"{_listed(classes, refused)}, which the list does not have"
    )
    message += f"; it has {_listed(classes, fits)}" if fits else "; no way to sign in gives one"
    yield hit(
        pair.sp_role,
        message + _near(refused, allowed),
        expected=";".join(dict.fromkeys((*allowed, *refused))),
        actual=";".join(allowed),
        hint="Enter the list that is expected at the service provider, or only the classes of the "
        "ways to sign in that your users have.",
        related=[Place(pair.idp_role, None, "the identity provider")],
    )


@rule(
    "pair-claims-predicted-missing",
    on=Pair,
    severity=WARNING,
    cites=[metadata("2.4.4.2"), core("2.7.3.1")],
    owner=IDP,
    needs=["profile"],
    bad=[
        example(
            "pair",
            profile=_ENTRA_WEBEX,
            authn_contexts=_MFA,
            also=["authn-context-predicted-mismatch", *_OTHERS],
        )
    ],
    good=[example("pair"), example("pair", profile="webex-meetings", also=SP_OTHERS)],
)
def claims_missing(pair: Pair, case: Case) -> Iterator[Hit]:
    """The identity provider does not send the claims that are needed unless it is set up to.

    The profile of the service provider requires claims under exact names, and the profile of the
    identity provider says which it sends by default. Some are not among these; where the same
    information is sent under another name, that is told.

    Why: the first login fails, or makes an account without a name or address, until the claims
    are added.
    Fix: Add each claim at the identity provider under exactly this name before the first login.
    Nothing is to be done where that has been done: it stands in no metadata.
    """
    emits = case.profile.emits
    if emits is None or not emits.claims:
        return
    missing = [
        claim
        for claim in case.profile.claims
        if claim.presence == "required"
        and not {claim.name, *claim.also_accepted} & set(emits.claims)
    ]
    if not missing:
        return
    words = []
    for claim in missing:
        likely = next(
            (
                sent
                for sent in emits.claims
                if sent in claim.aliases or attribute_name_difference(sent, claim.name)
            ),
            None,
        )
        words.append(f"{claim.name!r}" + (f" (it sends {likely!r})" if likely else ""))
    sources = dict.fromkeys(
        f"{claim.name} from {claim.source_hint[console]}"
        for claim in missing
        for console in case.profile.consoles
        if console in claim.source_hint
    )
    hint = f"Add the claims, usually {', '.join(sources)}. " if sources else ""
    yield hit(
        pair.idp_role,
        f"{product(case, 'idp')} is not known to send {', '.join(words[:_MOST])} by default, "
        f"which {product(case, 'sp')} requires",
        expected=", ".join(claim.name for claim in missing),
        hint=f"{hint}Where that has been done already, nothing is left to do." if hint else None,
    )


@rule(
    "pair-nameid-predicted-mismatch",
    on=Pair,
    severity=WARNING,
    cites=[metadata("2.4.2"), core("8.3")],
    owner=IDP,
    unless=["pair-nameid-no-overlap"],
    bad=[
        example(
            "pair",
            profile="shibboleth slack",
            also=["pair-signature-predicted-mismatch", *SP_OTHERS],
        )
    ],
    good=[example("pair"), example("pair", profile="entra slack", also=_CLAIMS)],
)
def name_id_mismatch(pair: Pair, case: Case) -> Iterator[Hit]:
    """The identity provider will send a NameID format that the service provider refuses.

    The profile of the identity provider says which formats it can send, the default first, and the
    profile of the service provider which it accepts. It is advice where the SP metadata lists one
    that both know, as products that load it may follow it.

    Why: the user is not recognised, or the service provider refuses the login.
    Fix: Set the format of the name identifier at the identity provider to one that is accepted.
    """
    emits, accepted = case.profile.emits, case.profile.name_id_formats
    if emits is None or not emits.name_id_formats or not accepted:
        return
    if emits.name_id_formats[0] in accepted:
        return
    common = [item for item in emits.name_id_formats if item in accepted]
    listed = pair.sp_role.name_id_formats
    idp, sp = product(case, "idp"), product(case, "sp")
    default = format_words(emits.name_id_formats[0])
    message = f"{idp} is known to send the NameID format {default} by default, "
    message += f"which {sp} does not accept"
    if not common:
        message += ", and none of the others that it can send"
    yield hit(
        pair.idp_role,
        message,
        expected=any_of(common or accepted),
        actual=emits.name_id_formats[0],
        severity=INFO if any(item.value in common for item in listed) else None,
    )


RULES = (context_mismatch, claims_missing, name_id_mismatch)
