"""Rules on when, in whose name and with which algorithm a request is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from samlcheck.model import AuthnRequest
from samlcheck.rules.case import Case
from samlcheck.rules.citations import algsupport, core, paper, profiles
from samlcheck.rules.detached import signature_parameters
from samlcheck.rules.message.issuer_form import no_entity
from samlcheck.rules.pair.algorithms import declared
from samlcheck.rules.requests.peers import is_adfs
from samlcheck.rules.rule import (
    ERROR,
    INFO,
    SP,
    WARNING,
    Edit,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import any_of, distance_words, stale_advice
from samlcheck.xml.names import NAMEID_ENTITY, NAMEID_TRANSIENT

_INSTANT: Final = 'IssueInstant="2026-11-23T09:59:00Z"'
_ISSUER: Final = "<saml:Issuer>"
_POLICY_FORMAT: Final = 'Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"'
_VERSION: Final = 'Version="2.0"'
_GOOD = (example("request"),)
#: How long a request is fresh; products take from three to ten minutes.
_FRESH: Final = timedelta(minutes=10)
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_CONSENTS: Final = (
    "unspecified",
    "obtained",
    "prior",
    "current-implicit",
    "current-explicit",
    "unavailable",
    "inapplicable",
)
_CONSENT: Final = "urn:oasis:names:tc:SAML:2.0:consent:"
_LONGEST_NAME: Final = 128


@rule(
    "req-issueinstant-window",
    on=AuthnRequest,
    severity=WARNING,
    cites=[
        core("3.2.1"),
        paper(
            "Microsoft Entra error codes: AADSTS76026",
            "https://learn.microsoft.com/entra/identity-platform/reference-error-codes",
        ),
    ],
    owner=SP,
    unless=["time-stale-capture"],
    bad=[
        example("request", (_INSTANT, 'IssueInstant="2026-11-23T10:20:00Z"')),
        example("request", at="2026-11-23T10:40:00+00:00"),
    ],
    good=[*_GOOD, example("request", at="2026-11-23T10:05:00+00:00")],
)
def instant_window(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request is from the future, or old.

    IssueInstant lies after the instant of the check, or more than ten minutes before it, by more
    than the clock difference allowed.

    Why: identity providers take a request for some minutes only; Entra ID answers AADSTS76026
    after that. Mostly a clock is wrong, or a sign-in page was left open or bookmarked.
    Fix: Set the clock of the service provider by NTP, and start each login anew.
    """
    issued = None if request.issue_instant is None else request.issue_instant.value
    if issued is None or request.issue_instant is None:
        return
    if issued > case.now + case.context.skew:
        words, advice = f"{distance_words(issued - case.now)} ahead", None
    elif issued + _FRESH + case.context.skew < case.now:
        words = f"{distance_words(case.now - issued)} ago"
        advice = stale_advice(case.now, issued + _FRESH, issued)
    else:
        return
    yield hit(
        request,
        f"The request was issued at {request.issue_instant.text}, {words}",
        attribute="IssueInstant",
        expected="an instant of the last ten minutes",
        actual=request.issue_instant.text,
        hint=advice,
    )


@rule(
    "req-issuer-format",
    on=AuthnRequest,
    severity=ERROR,
    cites=[profiles("4.1.4.1"), core("8.3.6")],
    owner=SP,
    bad=[
        example(
            "request",
            (
                _ISSUER,
                '<saml:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">',
            ),
        ),
        example(
            "request",
            (_ISSUER, '<saml:Issuer NameQualifier="example.org">'),
            note="A warning: some profiles of national schemes ask for it.",
        ),
    ],
    good=[*_GOOD, example("request", (_ISSUER, f'<saml:Issuer Format="{NAMEID_ENTITY}">'))],
)
def issuer_format(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The Issuer of the request has another format than an entity.

    The Format of the Issuer has to be absent or that of an entity. With that format no qualifiers
    are allowed; one that is there all the same is a warning.

    Why: strict identity providers refuse an Issuer that says it is not the name of an entity.
    Fix: Leave Format and the qualifiers of the Issuer out.
    """
    yield from no_entity(request.issuers, " of the request")


@rule(
    "req-nameidpolicy-allowcreate",
    on=AuthnRequest,
    severity=INFO,
    cites=[core("3.4.1.1")],
    owner=SP,
    bad=[example("request", (_POLICY_FORMAT, f'Format="{NAMEID_TRANSIENT}"'))],
    good=_GOOD,
)
def allow_create_transient(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request allows to create an identifier that is always created.

    NameIDPolicy asks for a transient identifier and has AllowCreate.

    Why: a transient identifier is new each time, so AllowCreate must not stand beside it, and is
    passed over.
    Fix: Leave AllowCreate out, or ask for a persistent identifier.
    """
    policy = request.name_id_policy
    if policy is None or policy.format != NAMEID_TRANSIENT or policy.allow_create is None:
        return
    yield hit(
        policy,
        "The request has AllowCreate beside a transient identifier",
        attribute="AllowCreate",
        expected="no AllowCreate",
        actual=policy.allow_create.text,
    )


@rule(
    "req-nameidpolicy-spnamequalifier",
    on=AuthnRequest,
    severity=WARNING,
    cites=[core("3.4.1.1")],
    owner=SP,
    bad=[
        example(
            "request",
            (
                "<samlp:NameIDPolicy ",
                '<samlp:NameIDPolicy SPNameQualifier="https://sp.example.org" ',
            ),
        )
    ],
    good=[
        *_GOOD,
        example(
            "request",
            (
                "<samlp:NameIDPolicy ",
                '<samlp:NameIDPolicy SPNameQualifier="https://sp.example.org/saml" ',
            ),
        ),
    ],
)
def sp_name_qualifier(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request asks for an identifier of another service provider.

    SPNameQualifier of NameIDPolicy is not the Issuer of the request.

    Why: it names the service provider or the group of them for which the identifier is made. An
    identity provider that knows no such group refuses the request.
    Fix: Leave SPNameQualifier out, unless both sides know the group named.
    """
    policy, issuer = request.name_id_policy, request.issuer
    if policy is None or not policy.sp_name_qualifier or issuer is None:
        return
    if policy.sp_name_qualifier != issuer.value:
        yield hit(
            policy,
            f"The SPNameQualifier is {policy.sp_name_qualifier!r}, the Issuer {issuer.value!r}",
            attribute="SPNameQualifier",
            expected=issuer.value,
            actual=policy.sp_name_qualifier,
        )


def _declaring(algorithm: str) -> Edit:
    space = "urn:oasis:names:tc:SAML:metadata:algsupport"
    element = f'<alg:SigningMethod xmlns:alg="{space}" Algorithm="{algorithm}"/>'
    return "<md:Extensions>", f"<md:Extensions>\n      {element}"


@rule(
    "req-sigalg-not-accepted",
    on=AuthnRequest,
    severity=ERROR,
    cites=[algsupport("2")],
    owner=SP,
    needs=["idp"],
    bad=[
        example("request", carry="redirect", idp=[_declaring(_MORE + "rsa-sha512")]),
        example(
            "request",
            carry="redirect",
            algorithm="rsa-sha1",
            idp=[('idp.example.org/saml"', 'idp.example.org/adfs/services/trust"')],
            also=["redirect-sigalg-weak"],
            note="AD FS expects SHA-256 unless it is told otherwise: a warning.",
        ),
    ],
    good=[
        *_GOOD,
        example("request", carry="redirect", idp=[_declaring(_MORE + "rsa-sha256")]),
    ],
)
def algorithm_not_accepted(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request is signed with an algorithm that the identity provider does not take.

    The signature algorithm is compared with the SigningMethod elements of the IdP metadata. An AD
    FS takes SHA-256 by default.

    Why: an identity provider refuses a signature by an algorithm that it is not set to take; AD FS
    answers MSIS7093.
    Fix: Set the signature algorithm of the service provider to one that the identity provider
    lists, such as RSA-SHA256.
    """
    used = _algorithm(request, case)
    if used is None or case.idp is None or case.idp_role is None:
        return
    listed = declared(case.idp, case.idp_role, "SigningMethod")
    names = [item.algorithm or "" for item in listed]
    if listed and used not in names:
        yield hit(
            request,
            f"The request is signed with {used}, which the IdP metadata does not list",
            expected=any_of(names),
            actual=used,
            related=[Place(listed[0], "Algorithm", "an algorithm that the IdP lists")],
        )
    elif not listed and is_adfs(case.idp) and used.endswith("rsa-sha1"):
        yield hit(
            request,
            "The request is signed with SHA-1, and an AD FS takes SHA-256 by default",
            severity=WARNING,
            expected=f"{_MORE}rsa-sha256",
            actual=used,
        )


def _algorithm(request: AuthnRequest, case: Case) -> str | None:
    """Return the algorithm by which a request is signed, in the XML or beside it."""
    if "SigAlg" in signature_parameters(case.sent) and case.sent is not None:
        return case.sent.values("SigAlg")[0].decode("utf-8", "replace")
    methods = [item.signature_method for item in request.signatures]
    return next((item.algorithm for item in methods if item is not None), None)


@rule(
    "req-provider-name",
    on=AuthnRequest,
    severity=INFO,
    cites=[core("3.4.1")],
    owner=SP,
    bad=[
        example("request", (_VERSION, f'{_VERSION} ProviderName=" "')),
        example("request", (_VERSION, f'{_VERSION} ProviderName="https://sp.example.org/"')),
    ],
    good=[*_GOOD, example("request", (_VERSION, f'{_VERSION} ProviderName="Example Library"'))],
)
def provider_name(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The name that the request gives to the service is none for people.

    ProviderName is empty, an address, or very long.

    Why: an identity provider may show it to the user on the sign-in page.
    Fix: Write a short name that users know, or leave ProviderName out.
    """
    name = request.provider_name
    if name is None:
        return
    if not name.strip():
        words = "is empty"
    elif "://" in name:
        words = f"is the address {name!r}"
    elif len(name) > _LONGEST_NAME:
        words = f"has {len(name)} characters"
    else:
        return
    yield hit(
        request,
        f"The ProviderName {words}",
        attribute="ProviderName",
        expected="a short name for people",
        actual=name,
    )


@rule(
    "req-consent",
    on=AuthnRequest,
    severity=INFO,
    cites=[core("3.2.1"), core("8.4")],
    owner=SP,
    bad=[
        example("request", (_VERSION, f'{_VERSION} Consent="{_CONSENT}given"')),
        example("request", (_VERSION, f'{_VERSION} Consent="yes"')),
    ],
    good=[*_GOOD, example("request", (_VERSION, f'{_VERSION} Consent="{_CONSENT}obtained"'))],
)
def consent(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The Consent of the request is none that SAML knows.

    Consent is no absolute URI, or claims to be one of SAML's and is not.

    Why: nobody can tell what the user is said to have agreed to.
    Fix: Write one of SAML's values, such as urn:oasis:names:tc:SAML:2.0:consent:unspecified, or
    leave Consent out.
    """
    value = request.consent
    if value is None:
        return
    ours = value.startswith(_CONSENT)
    if (ours and value.removeprefix(_CONSENT) not in _CONSENTS) or ":" not in value:
        yield hit(
            request,
            f"The Consent of the request is {value!r}",
            attribute="Consent",
            expected="a value of SAML, an absolute URI, or no Consent",
            actual=value,
        )


RULES = (
    instant_window,
    issuer_format,
    allow_create_transient,
    sp_name_qualifier,
    algorithm_not_accepted,
    provider_name,
    consent,
)
