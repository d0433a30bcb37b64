"""Rules on the endpoints over which an SP and an IdP would exchange messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from samlcheck.model import (
    Endpoint,
    IDPSSODescriptor,
    IndexedEndpoint,
    SPSSODescriptor,
    effective_default,
)
from samlcheck.rules.case import Case, Pair
from samlcheck.rules.citations import metadata, profiles
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.pair.words import binding_words
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml.names import (
    HTTP_ARTIFACT,
    HTTP_POST,
    HTTP_POST_SIMPLESIGN,
    HTTP_REDIRECT,
)

_SSO = "https://idp.example.org/saml/sso/"


def request_endpoints(sp: SPSSODescriptor, idp: IDPSSODescriptor) -> tuple[Endpoint, ...]:
    """Return the IdP's sign-on services that a browser can bring this SP's request to.

    The preferred one, HTTP-Redirect, comes first.
    """
    usable = [HTTP_REDIRECT, HTTP_POST, HTTP_POST_SIMPLESIGN]
    if sp.artifact_resolution_services:
        usable.append(HTTP_ARTIFACT)
    return _with(idp.single_sign_on_services, usable)


def reply_endpoints(sp: SPSSODescriptor, idp: IDPSSODescriptor) -> tuple[IndexedEndpoint, ...]:
    """Return the SP's consumer services that this IdP can answer to, in document order."""
    usable = {HTTP_POST, HTTP_POST_SIMPLESIGN}
    if idp.artifact_resolution_services:
        usable.add(HTTP_ARTIFACT)
    return tuple(
        item for item in sp.assertion_consumer_services if item.binding in usable and item.location
    )


def _with(endpoints: Iterable[Endpoint], bindings: list[str]) -> tuple[Endpoint, ...]:
    found = [item for item in endpoints if item.binding in bindings and item.location]
    return tuple(sorted(found, key=lambda item: bindings.index(item.binding or "")))


def _offered(endpoints: Iterable[Endpoint]) -> str:
    return ", ".join(dict.fromkeys(binding_words(item.binding) for item in endpoints)) or "none"


def _near(endpoints: Iterable[Endpoint], wanted: tuple[str, ...]) -> str:
    """Name a binding that would be one of those wanted but for a small difference."""
    for item in endpoints:
        found = nearest(item.binding or "", wanted)
        if found is not None:
            return f"; {item.binding!r} differs from {found[0]} in {found[1]}"
    return ""


@rule(
    "pair-no-common-sso-binding",
    on=Pair,
    severity=ERROR,
    cites=[profiles("4.1.3.3"), metadata("2.4.3")],
    bad=[
        example(
            "pair",
            idp=[
                (f'HTTP-Redirect" Location="{_SSO}', f'SOAP" Location="{_SSO}'),
                (f'HTTP-POST" Location="{_SSO}', f'SOAP" Location="{_SSO}'),
            ],
        )
    ],
    good=[
        example("pair"),
        example("pair", idp=[(f'HTTP-Redirect" Location="{_SSO}', f'SOAP" Location="{_SSO}')]),
    ],
)
def no_common_sso_binding(pair: Pair, case: Case) -> Iterator[Hit]:
    """The SP has no way to send its request to the IdP.

    The IdP needs an md:SingleSignOnService with a binding that works in a browser: HTTP-Redirect
    or HTTP-POST, or HTTP-Artifact when the SP has an md:ArtifactResolutionService.

    Why: an SP that finds no binding it can use cannot start a login; only logins that begin at
    the IdP could work.
    Fix: Publish a SingleSignOnService with the binding HTTP-Redirect or HTTP-POST.
    """
    if request_endpoints(pair.sp_role, pair.idp_role):
        return
    services = pair.idp_role.single_sign_on_services
    yield hit(
        services[0] if services else pair.idp_role,
        f"The IdP has no sign-on service that the SP can use; it offers {_offered(services)}"
        + _near(services, (HTTP_REDIRECT, HTTP_POST)),
        attribute="Binding" if services else None,
        expected=f"{HTTP_REDIRECT} or {HTTP_POST}",
        actual=services[0].binding if services else None,
    )


@rule(
    "pair-no-common-response-binding",
    on=Pair,
    severity=ERROR,
    cites=[profiles("4.1.3.5"), metadata("2.4.4")],
    bad=[
        example("pair", sp=[("bindings:HTTP-POST", "bindings:PAOS")]),
        example("pair", sp=[("bindings:HTTP-POST", "bindings:HTTP-Artifact")]),
    ],
    good=[
        example("pair"),
        example("pair", sp=[('acs/reading-room" index="1"', 'acs/desk" index="2"')]),
    ],
)
def no_common_response_binding(pair: Pair, case: Case) -> Iterator[Hit]:
    """The IdP has no way to send its response to the SP.

    The SP needs an md:AssertionConsumerService with the binding HTTP-POST, or HTTP-Artifact when
    the IdP has an md:ArtifactResolutionService. HTTP-Redirect is not allowed for responses.

    Why: without a usable consumer service no login can end at the SP.
    Fix: Publish an AssertionConsumerService with the binding HTTP-POST.
    """
    if reply_endpoints(pair.sp_role, pair.idp_role):
        return
    services = pair.sp_role.assertion_consumer_services
    lacking = (
        "; HTTP-Artifact needs an artifact resolution service, which the IdP does not have"
        if any(item.binding == HTTP_ARTIFACT for item in services)
        else _near(services, (HTTP_POST,))
    )
    yield hit(
        services[0] if services else pair.sp_role,
        f"The SP has no consumer service that the IdP can use; it offers {_offered(services)}"
        + lacking,
        attribute="Binding" if services else None,
        expected=HTTP_POST,
        actual=services[0].binding if services else None,
    )


@rule(
    "pair-default-acs-unusable",
    on=Pair,
    severity=WARNING,
    cites=[metadata("2.2.3"), profiles("4.1.3.5")],
    unless=["pair-no-common-response-binding"],
    bad=[
        example(
            "pair",
            sp=[
                (
                    'HTTP-POST" Location="https://sp.example.org/saml/acs" index="0"',
                    'HTTP-Artifact" Location="https://sp.example.org/saml/acs" index="0"',
                )
            ],
        )
    ],
    good=[
        example("pair"),
        example(
            "pair",
            sp=[
                (
                    'HTTP-POST" Location="https://sp.example.org/saml/acs/reading-room"',
                    'HTTP-Artifact" Location="https://sp.example.org/saml/acs/reading-room"',
                )
            ],
        ),
    ],
)
def default_acs_unusable(pair: Pair, case: Case) -> Iterator[Hit]:
    """The IdP cannot use the reply URL that is the SP's default.

    The default is the first AssertionConsumerService with isDefault="true", else the first
    without isDefault, else the first. Its binding is one that this IdP cannot answer with, though
    another consumer service has a binding that it can.

    Why: the default is where responses go that answer no request, and requests that name no
    reply URL. The IdP has to guess another one, or gives up.
    Fix: Set isDefault="true" on an AssertionConsumerService with the binding HTTP-POST.
    """
    usable = reply_endpoints(pair.sp_role, pair.idp_role)
    default = effective_default(pair.sp_role.assertion_consumer_services)
    if default is None or default.location is None or default in usable or not usable:
        return
    yield hit(
        default,
        f"The default reply URL {default.location!r} has the binding "
        f"{binding_words(default.binding)}, with which the IdP cannot answer",
        attribute="Binding",
        expected=HTTP_POST,
        actual=default.binding,
        related=[Place(usable[0], "Location", "a reply URL that the IdP can use")],
    )


@rule(
    "pair-slo-asymmetric",
    on=Pair,
    severity=INFO,
    cites=[profiles("4.4.3"), metadata("2.4.2")],
    bad=[
        example("pair", sp=[("SingleLogoutService", "ManageNameIDService")]),
        example(
            "pair",
            idp=[
                (
                    'HTTP-Redirect" Location="https://idp.example.org/saml/slo"',
                    'SOAP" Location="https://idp.example.org/saml/slo"',
                )
            ],
        ),
    ],
    good=[
        example("pair"),
        example(
            "pair",
            sp=[("SingleLogoutService", "ManageNameIDService")],
            idp=[("SingleLogoutService", "ManageNameIDService")],
        ),
    ],
)
def slo_asymmetric(pair: Pair, case: Case) -> Iterator[Hit]:
    """Single logout cannot work between the two.

    Only one side has an md:SingleLogoutService, or the two have no binding in common.

    Why: a user who signs out on one side stays signed in on the other without being told.
    Fix: Publish a SingleLogoutService on both sides with the same binding, or switch single
    logout off on both.
    """
    sp, idp = pair.sp_role, pair.idp_role
    ours, theirs = sp.single_logout_services, idp.single_logout_services
    if bool(ours) != bool(theirs):
        lacking, name, other = (idp, "IdP", "SP") if ours else (sp, "SP", "IdP")
        yield hit(
            lacking,
            f"The {name} has no single logout service, the {other} has one",
            expected="an md:SingleLogoutService",
            related=[Place((ours or theirs)[0], None, f"the service of the {other}")],
        )
    elif ours and not {item.binding for item in ours} & {item.binding for item in theirs}:
        yield hit(
            ours[0],
            f"Single logout has no binding in common: the SP has {_offered(ours)}, "
            f"the IdP {_offered(theirs)}",
            attribute="Binding",
            expected=_offered(theirs),
            actual=_offered(ours),
            related=[Place(theirs[0], "Binding", "the service of the IdP")],
        )


RULES = (
    no_common_sso_binding,
    no_common_response_binding,
    default_acs_unusable,
    slo_asymmetric,
)
