"""Rules on the smaller wishes of a request, and on what identity providers do not support."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import AuthnRequest
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata, profiles
from samlcheck.rules.requests.peers import entra_protocol, is_entra
from samlcheck.rules.rule import (
    ERROR,
    INFO,
    SP,
    WARNING,
    Edit,
    Hit,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import any_of
from samlcheck.xml.names import SAML, clark, display

_END: Final = "</samlp:AuthnRequest>"
_POLICY: Final = "  <samlp:NameIDPolicy"
_VERSION: Final = 'Version="2.0"'
_CONFIRMATION: Final = clark(SAML, "SubjectConfirmation")
_GOOD = (example("request"),)
_ENTRA: Final = (
    ('entityID="https://idp.example.org/saml"', 'entityID="https://sts.windows.net/1111/"'),
)


def _with(attributes: str) -> Edit:
    return _VERSION, f"{_VERSION} {attributes}"


@rule(
    "req-forceauthn-ispassive",
    on=AuthnRequest,
    severity=WARNING,
    cites=[core("3.4.1")],
    owner=SP,
    bad=[example("request", _with('ForceAuthn="true" IsPassive="true"'))],
    good=[*_GOOD, example("request", _with('IsPassive="true"'))],
)
def force_and_passive(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request wants a fresh login and forbids to ask the user for one.

    ForceAuthn and IsPassive are both true.

    Why: the identity provider may then only authenticate anew without showing anything, which
    hardly any can: it answers with NoPassive.
    Fix: Ask for one of the two.
    """
    force, passive = request.force_authn, request.is_passive
    if force is not None and passive is not None and force.value and passive.value:
        yield hit(
            request,
            "The request has ForceAuthn and IsPassive, both true",
            attribute="IsPassive",
            expected="one of the two",
            actual="both",
        )


@rule(
    "req-subject-confirmation",
    on=AuthnRequest,
    severity=ERROR,
    cites=[profiles("4.1.4.1")],
    owner=SP,
    bad=[
        example(
            "request",
            (
                _POLICY,
                "  <saml:Subject><saml:NameID>maria.lind@example.org</saml:NameID>"
                '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/>'
                f"</saml:Subject>\n{_POLICY}",
            ),
        )
    ],
    good=[
        *_GOOD,
        example(
            "request",
            (
                _POLICY,
                "  <saml:Subject><saml:NameID>maria.lind@example.org</saml:NameID></saml:Subject>\n"
                + _POLICY,
            ),
        ),
    ],
)
def subject_confirmation(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request says how its subject is to be confirmed.

    The Subject of the request holds a SubjectConfirmation.

    Why: a request for a login may name whom it is about, but must not say how the assertion is
    confirmed; strict identity providers refuse it.
    Fix: Leave SubjectConfirmation out of the Subject of the request.
    """
    if request.subject is None:
        return
    for confirmation in request.subject.iterchildren(_CONFIRMATION):
        yield hit(
            confirmation,
            "The Subject of the request holds a SubjectConfirmation",
            expected="a name identifier alone",
        )


@rule(
    "req-attributeconsumingserviceindex-unknown",
    on=AuthnRequest,
    severity=ERROR,
    cites=[core("3.4.1"), metadata("2.4.4.1")],
    owner=SP,
    needs=["sp"],
    bad=[example("request", _with('AttributeConsumingServiceIndex="7"'))],
    good=[*_GOOD, example("request", _with('AttributeConsumingServiceIndex="0"'))],
)
def attribute_index_unknown(request: AuthnRequest, case: Case) -> Iterator[Hit | Unknown]:
    """The request asks for a set of attributes that the SP metadata does not have.

    AttributeConsumingServiceIndex is looked for among the indexes of AttributeConsumingService.

    Why: the identity provider cannot tell which attributes are wanted: it refuses the request or
    sends its usual ones.
    Fix: Ask for an index that the SP metadata has, or give the identity provider metadata that has
    this one.
    """
    index, role = request.attribute_consuming_service_index, case.sp_role
    if index is None or index.value is None:
        return
    if role is None:
        yield Unknown("the SP metadata has no role for SAML 2.0")
        return
    known = [item.index for item in role.attribute_consuming_services if item.index is not None]
    if any(item.value == index.value for item in known):
        return
    texts = [item.text for item in known]
    yield hit(
        request,
        f"The request asks for the AttributeConsumingService with the index {index.text!r}, the SP "
        f"metadata has {any_of(texts) or 'none'}",
        attribute="AttributeConsumingServiceIndex",
        expected=any_of(texts) or "no AttributeConsumingServiceIndex",
        actual=index.text,
    )


def _unsupported(element: Element | None, case: Case) -> Iterator[Hit]:
    """Yield the finding on a part of a request that few identity providers support."""
    if element is None:
        return
    name = display(str(element.tag))
    entra = is_entra(case.idp)
    yield hit(
        element,
        f"The request has {name}"
        + (", which Entra ID does not support" if entra else ", which few products support"),
        severity=WARNING if entra else None,
        expected=f"no {name}",
    )


@rule(
    "req-conditions",
    on=AuthnRequest,
    severity=INFO,
    cites=[core("3.4.1"), entra_protocol()],
    owner=SP,
    bad=[
        example("request", (_END, f"<saml:Conditions/>{_END}")),
        example(
            "request",
            (_END, f"<saml:Conditions/>{_END}"),
            idp=_ENTRA,
            also=["entra-request-constraints"],
        ),
    ],
    good=_GOOD,
)
def conditions(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request states conditions for the assertion.

    The request holds saml:Conditions.

    Why: hardly any identity provider heeds them. Entra ID refuses what it does not support with
    AADSTS900236, or passes over it.
    Fix: Leave Conditions out of the request, unless this identity provider is known to heed them.
    """
    yield from _unsupported(request.conditions, case)


@rule(
    "req-scoping",
    on=AuthnRequest,
    severity=INFO,
    cites=[core("3.4.1.2"), entra_protocol()],
    owner=SP,
    bad=[
        example("request", (_END, f'<samlp:Scoping ProxyCount="1"/>{_END}')),
        example(
            "request",
            (_END, f'<samlp:Scoping ProxyCount="1"/>{_END}'),
            idp=_ENTRA,
            also=["entra-request-constraints"],
        ),
    ],
    good=_GOOD,
)
def scoping(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request says which identity providers may be asked on the way.

    The request holds samlp:Scoping, with ProxyCount, IDPList or RequesterID.

    Why: only proxies heed it. Entra ID refuses what it does not support with AADSTS900236, or
    passes over it.
    Fix: Leave Scoping out of the request, unless it goes to a proxy.
    """
    yield from _unsupported(request.scoping, case)


@rule(
    "req-extensions",
    on=AuthnRequest,
    severity=INFO,
    cites=[core("3.2.1"), entra_protocol()],
    owner=SP,
    unless=["message-wrapping-request"],
    bad=[
        example(
            "request",
            (
                _POLICY,
                f'  <samlp:Extensions><e xmlns="urn:example:e"/></samlp:Extensions>\n{_POLICY}',
            ),
        )
    ],
    good=_GOOD,
)
def extensions(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request has extensions.

    The request holds samlp:Extensions.

    Why: an identity provider understands those that both sides have agreed upon. Entra ID refuses
    what it does not support with AADSTS900236, or passes over it.
    Fix: Leave Extensions out of the request, unless this identity provider asks for them.
    """
    yield from _unsupported(request.extensions, case)


RULES = (
    force_and_passive,
    subject_confirmation,
    attribute_index_unknown,
    conditions,
    scoping,
    extensions,
)
