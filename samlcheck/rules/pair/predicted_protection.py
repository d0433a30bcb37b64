"""Predictions on what protects an assertion: signatures, encryption, lifetime, certificates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from samlcheck.rules.case import Case, Pair
from samlcheck.rules.citations import core, metadata, profiles
from samlcheck.rules.metadata.published import SIGNING, published
from samlcheck.rules.pair.products import IDP_OTHERS, SP_OTHERS, product
from samlcheck.rules.rule import ERROR, IDP, INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import duration_words, instant_words

#: What each setting of a signer satisfies.
_SATISFIES: Final = {
    "response": {"response", "either"},
    "assertion": {"assertion", "either"},
    "both": {"response", "assertion", "both", "either"},
}
_SIGNED_WORDS: Final = {
    "response": "the response",
    "assertion": "the assertion",
    "both": "the response and the assertion",
    "either": "the response or the assertion",
    "none": "nothing",
}
#: From here on a certificate that runs out is worth a plan.
_SOON: Final = timedelta(days=30)
_SIGNS: Final = ("pair-signature-predicted-mismatch",)
_DATES: Final = ("cert-expired", "cert-all-expired")


def _needed(pair: Pair, case: Case) -> str:
    """Return what has to be signed, by the profile and by the metadata of the SP."""
    wanted = case.profile.signature_required
    flag = pair.sp_role.want_assertions_signed
    if flag is not None and flag.value is True:
        return {"response": "both", "either": "assertion", "none": "assertion"}.get(wanted, wanted)
    return wanted


def _severity(needed: str, fitting: Sequence[str], case: Case) -> str | None:
    """Return how grave it is: what only the metadata asks for, many products follow unasked."""
    if case.profile.signature_required != needed:
        return INFO
    return None if fitting else ERROR


@rule(
    "pair-signature-predicted-mismatch",
    on=Pair,
    severity=WARNING,
    cites=[profiles("4.1.4.5"), metadata("2.4.4")],
    owner=IDP,
    bad=[
        example("pair", profile="onelogin", also=IDP_OTHERS),
        example("pair", profile="auth0", over='[signature]\nrequire = "both"', also=IDP_OTHERS),
    ],
    good=[
        example("pair"),
        example("pair", profile="okta", also=IDP_OTHERS),
        example("pair", profile="okta", over='[signature]\nrequire = "both"', also=IDP_OTHERS),
    ],
)
def signature_mismatch(pair: Pair, case: Case) -> Iterator[Hit]:
    """The identity provider will not sign what has to be signed, unless it is set up to.

    The profile of the identity provider says what it signs by default and what else it can be set
    to sign. The profile of the service provider says what has to be signed. Where it is only
    WantAssertionsSigned in the metadata, it is advice: many products follow that by themselves.

    Why: the service provider refuses the first login, because the part that it checks is unsigned.
    Fix: Set at the identity provider that what is needed is signed. Nothing is to be done where
    that has been done: it stands in no metadata.
    """
    emits = case.profile.emits
    if emits is None or emits.signature not in _SATISFIES:
        return
    needed = _needed(pair, case)
    if needed == "none" or needed in _SATISFIES[emits.signature]:
        return
    fitting = [item for item in emits.signature_options if needed in _SATISFIES.get(item, ())]
    message = (
        f"{product(case, 'idp')} is known to sign {_SIGNED_WORDS[emits.signature]} by default, and "
        f"{product(case, 'sp')} needs {_SIGNED_WORDS[needed]} signed"
    )
    if not fitting:
        message += ", which it cannot be set to"
    yield hit(
        pair.sp_role,
        message,
        attribute="WantAssertionsSigned",
        expected=f"{_SIGNED_WORDS[needed]} signed",
        actual=f"{_SIGNED_WORDS[emits.signature]} signed",
        severity=_severity(needed, fitting, case),
        related=[Place(pair.idp_role, None, "the identity provider")],
    )


@rule(
    "pair-encryption-predicted-mismatch",
    on=Pair,
    severity=WARNING,
    cites=[metadata("2.4.1.1"), core("2.3.4")],
    owner=IDP,
    bad=[
        example("pair", profile="shibboleth", over="[encryption]\naccept = false", also=_SIGNS),
        example(
            "pair", profile="google", over='[encryption]\nrequire = "assertion"', also=IDP_OTHERS
        ),
    ],
    good=[
        example("pair"),
        example("pair", profile="okta", over="[encryption]\naccept = false", also=IDP_OTHERS),
        example("pair", profile="shibboleth", also=_SIGNS),
    ],
)
def encryption_mismatch(pair: Pair, case: Case) -> Iterator[Hit]:
    """The identity provider will encrypt what the service provider cannot read, or the reverse.

    The profile of the identity provider says when it encrypts assertions: never, when it is asked
    to, or as soon as the SP metadata has a key for it. The profile of the service provider says
    whether it needs encryption, and whether it can decrypt at all.

    Why: the service provider refuses the login, or cannot read it.
    Fix: Switch encryption on or off at the identity provider as the service provider needs it;
    take the key for encryption out of the SP metadata if that cannot decrypt.
    """
    emits, profile = case.profile.emits, case.profile
    if emits is None or emits.encrypts is None:
        return
    idp, sp = product(case, "idp"), product(case, "sp")
    keys = pair.sp_role.encryption_keys
    if not profile.encryption_accepted and emits.encrypts == "when-key-known" and keys:
        yield hit(
            keys[0],
            f"{idp} is known to encrypt as soon as the SP metadata has a key, and {sp} is not "
            "known to decrypt",
            expected="no key for encryption in the SP metadata, or encryption switched off",
            related=[Place(pair.idp_role, None, "the identity provider")],
        )
    elif profile.encryption_required != "none" and emits.encrypts != "when-key-known":
        never = emits.encrypts == "never"
        yield hit(
            pair.idp_role,
            f"{sp} needs an encrypted {profile.encryption_required}, and {idp} is "
            + ("not known to encrypt at all" if never else "known to encrypt only when told to"),
            expected=f"an encrypted {profile.encryption_required}",
            severity=ERROR if never else None,
        )


@rule(
    "pair-lifetime-predicted-excess",
    on=Pair,
    severity=WARNING,
    cites=[core("2.5.1.2")],
    owner=IDP,
    bad=[
        example(
            "pair", profile="entra", over='[conditions]\nmax_lifetime = "PT5M"', also=IDP_OTHERS
        )
    ],
    good=[
        example("pair"),
        example(
            "pair", profile="entra", over='[conditions]\nmax_lifetime = "PT70M"', also=IDP_OTHERS
        ),
    ],
)
def lifetime_excess(pair: Pair, case: Case) -> Iterator[Hit]:
    """Assertions of the identity provider will be valid for longer than the profile accepts.

    The profile of the identity provider says for how long an assertion is valid, from NotBefore to
    NotOnOrAfter. The other profiles say how long that may be at most.

    Why: a service provider that limits the time refuses every login.
    Fix: Shorten the lifetime of the assertions for this service provider at the identity provider.
    """
    emits, most = case.profile.emits, case.profile.max_lifetime
    if emits is None or emits.lifetime is None or most is None or emits.lifetime <= most:
        return
    yield hit(
        pair.idp_role,
        f"Assertions of {product(case, 'idp')} are known to be valid for "
        f"{duration_words(emits.lifetime)} by default, and {product(case, 'sp')} accepts at most "
        f"{duration_words(most)}",
        expected=f"at most {duration_words(most)}",
        actual=duration_words(emits.lifetime),
    )


@rule(
    "pair-certificate-predicted-refusal",
    on=Pair,
    severity=WARNING,
    cites=[metadata("2.4.1.1")],
    owner=IDP,
    bad=[
        example(
            "pair",
            profile="webex-meetings",
            idp=[("{cert:idp-signing}", "{cert:expired}"), ("{cert:idp-next}", "{cert:expired}")],
            also=SP_OTHERS,
        ),
        example(
            "pair",
            profile="webex-meetings",
            sp=[('validUntil="2027-01-20', 'validUntil="2029-03-01')],
            idp=[('validUntil="2027-01-20', 'validUntil="2029-03-01')],
            at="2029-02-20T10:00:00Z",
            also=SP_OTHERS,
        ),
    ],
    good=[
        example("pair"),
        example("pair", idp=[("{cert:idp-next}", "{cert:expired}")]),
        example("pair", profile="webex-meetings", also=SP_OTHERS),
    ],
)
def certificate_refusal(pair: Pair, case: Case) -> Iterator[Hit]:
    """The service provider will refuse the certificate of the identity provider for its dates.

    SAML takes the key alone from a certificate, but the profile says that this service provider
    looks at the dates. No signing certificate of the identity provider is valid for another 30
    days.

    Why: every login is refused from the day on which the certificate has expired, or is already.
    Fix: Make a new signing certificate at the identity provider and give the service provider the
    new metadata before it is used.
    """
    if not any(change.rule in _DATES and change.to == ERROR for change in case.profile.severities):
        return
    signing = [
        item
        for item in published(pair.idp_role, case, lambda facts: facts.not_after is not None)
        if item.serves(SIGNING) and item.facts.not_after is not None
    ]
    if not signing:
        return
    last = max(signing, key=lambda item: item.facts.not_after or case.now)
    end = last.facts.not_after or case.now
    if end >= case.now + _SOON:
        return
    when = "has expired" if end < case.now else "expires soon"
    yield hit(
        last.node,
        f"The signing certificate {last.facts.name} of the identity provider {when}, and "
        f"{product(case, 'sp')} refuses expired certificates",
        expected="a signing certificate that is valid for another 30 days",
        actual=instant_words(end),
        severity=ERROR if end < case.now else None,
    )


RULES = (
    signature_mismatch,
    encryption_mismatch,
    lifetime_excess,
    certificate_refusal,
)
