"""Rules on where a request wants the response, by which binding, and where it was sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import AuthnRequest, Endpoint
from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import bindings, metadata, paper, profiles
from samlcheck.rules.message.confirmation import reply_urls
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    SP,
    USER,
    WARNING,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import any_of
from samlcheck.xml.names import (
    HTTP_ARTIFACT,
    HTTP_POST,
    HTTP_POST_SIMPLESIGN,
    HTTP_REDIRECT,
    PAOS,
)
from samlcheck.xml.uri import split_uri

_URL: Final = 'AssertionConsumerServiceURL="https://sp.example.org/saml/acs"'
_BINDING: Final = f'ProtocolBinding="{HTTP_POST}"'
_GOOD = (example("request"), example("request", (_URL, "")))
#: The bindings by which an assertion may come, in this profile and in that of enhanced clients.
_FIT: Final = (HTTP_POST, HTTP_ARTIFACT, HTTP_POST_SIMPLESIGN, PAOS)
_LOCAL: Final = ("localhost", "127.0.0.1", "[::1]")
_SCRIPT: Final = paper(
    "CVE-2023-45683: script in the reply URL of a request",
    "https://nvd.nist.gov/vuln/detail/CVE-2023-45683",
)


def _reply(url: str) -> tuple[str, str]:
    return _URL, f'AssertionConsumerServiceURL="{url}"'


@rule(
    "req-acs-not-https",
    on=AuthnRequest,
    severity=WARNING,
    cites=[bindings("3.1.2.1")],
    owner=SP,
    bad=[
        example(
            "request",
            _reply("http://sp.example.org/saml/acs"),
            also=["req-acs-url-not-registered"],
        )
    ],
    good=[
        *_GOOD,
        example(
            "request",
            _reply("http://localhost:8080/saml/acs"),
            also=["req-acs-url-not-registered"],
        ),
    ],
)
def acs_not_https(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The reply URL of the request is not protected by TLS.

    AssertionConsumerServiceURL begins with http: and is not on the user's own machine.

    Why: the response would cross the network in clear, so that anybody on the way can use it; and
    many identity providers refuse such an address.
    Fix: Serve the reply URL by https, and register that address.
    """
    url = request.assertion_consumer_service_url
    parts = None if url is None else split_uri(url.strip())
    if parts is None or (parts.scheme or "").lower() != "http" or parts.host in _LOCAL:
        return
    yield hit(
        request,
        f"The reply URL {url!r} is not served over TLS",
        attribute="AssertionConsumerServiceURL",
        expected="an https address",
        actual=url,
    )


@rule(
    "req-acs-javascript",
    on=AuthnRequest,
    severity=ERROR,
    cites=[_SCRIPT, bindings("3.5.4")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example("request", _reply("javascript:alert(1)"), also=["req-acs-url-not-registered"]),
        example("request", _reply("data:text/html,%3Cb%3E"), also=["req-acs-url-not-registered"]),
    ],
    good=_GOOD,
)
def acs_script(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The reply URL of the request is no web address.

    AssertionConsumerServiceURL has another scheme than http or https, such as javascript: or data:.

    Why: the identity provider makes the browser post the response to this address. A script in it
    would run with the rights of the identity provider's pages.
    Fix: Do not answer the request. Find out who sent it, and give it to those in charge of security
    at the identity provider.
    """
    url = request.assertion_consumer_service_url
    parts = None if url is None else split_uri(url.strip())
    if parts is not None and parts.scheme is not None and not parts.is_web:
        yield hit(
            request,
            f"The reply URL has the scheme {parts.scheme!r}",
            attribute="AssertionConsumerServiceURL",
            expected="an https address",
            actual=url,
        )


@rule(
    "req-acs-userinfo",
    on=AuthnRequest,
    severity=ERROR,
    cites=[_SCRIPT, bindings("3.5.4")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example(
            "request",
            _reply("https://sp.example.org@attacker.example/saml/acs"),
            also=["req-acs-url-not-registered"],
        )
    ],
    good=_GOOD,
)
def acs_userinfo(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The reply URL of the request has a user name in it.

    AssertionConsumerServiceURL has something before an @ in front of the host.

    Why: `https://sp.example.org@attacker.example/` looks like the service provider and leads to
    somebody else, who would get the response.
    Fix: Do not answer the request. Find out who sent it, and give it to those in charge of security
    at the identity provider.
    """
    url = request.assertion_consumer_service_url
    parts = None if url is None else split_uri(url.strip())
    if parts is not None and parts.userinfo is not None:
        yield hit(
            request,
            f"The reply URL leads to the host {parts.host!r}, with a user name before it",
            attribute="AssertionConsumerServiceURL",
            expected="an address without '@' before the host",
            actual=url,
        )


@rule(
    "req-protocolbinding",
    on=AuthnRequest,
    severity=ERROR,
    cites=[profiles("4.1.2"), metadata("2.2.2")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("request", (_BINDING, f'ProtocolBinding="{HTTP_REDIRECT}"')),
        example("request", (_BINDING, f'ProtocolBinding="{HTTP_ARTIFACT}"')),
    ],
    good=[*_GOOD, example("request", (f"\n    {_BINDING}", ""))],
)
def protocol_binding(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request asks for the response by a binding that does not fit.

    ProtocolBinding is HTTP-Redirect or no binding at all; or the reply URL asked for has another
    binding in the SP metadata.

    Why: a response must not come by HTTP-Redirect, and at an address for one binding nobody
    understands another. Identity providers answer with an error, Entra ID with AADSTS75003.
    Fix: Ask for HTTP-POST, or for the binding that the SP metadata has for this reply URL.
    """
    asked = request.protocol_binding
    if asked is None:
        return
    if asked not in _FIT:
        yield hit(
            request,
            f"The request asks for the response by {asked!r}",
            attribute="ProtocolBinding",
            expected=HTTP_POST,
            actual=asked,
        )
        return
    url = request.assertion_consumer_service_url
    services = [item for item in reply_urls(case) if item.location == url]
    known = [item.binding for item in services if item.binding]
    if known and asked not in known:
        yield hit(
            request,
            f"The request asks for the response by {asked!r}, the SP metadata has "
            f"{any_of(known)} for this reply URL",
            attribute="ProtocolBinding",
            expected=any_of(known),
            actual=asked,
            related=[Place(services[0], "Binding", "the reply URL in the SP metadata")],
        )


@rule(
    "req-sent-to-wrong-endpoint",
    on=Sent,
    severity=ERROR,
    cites=[metadata("2.4.3"), bindings("3.4.5.2")],
    owner=SP,
    needs=["idp"],
    unless=["req-destination-mismatch"],
    bad=[
        example(
            "request",
            carry="redirect",
            after=[("https://idp.example.org/saml/sso/redirect?", "https://idp.example.org/sso?")],
        ),
        example(
            "request",
            carry="redirect",
            after=[("/saml/sso/redirect?", "/saml/sso/post?")],
        ),
    ],
    good=[example("request", carry="redirect"), example("request")],
)
def sent_to_wrong_endpoint(sent: Sent, case: Case) -> Iterator[Hit | Unknown]:
    """The request went to another address than the metadata of the identity provider names.

    The address in the capture, without its query string, and the binding are compared with the
    SingleSignOnService elements of the IdP metadata.

    Why: at another address nobody may be listening, or another tenant; at that of another binding
    the message is not understood.
    Fix: Load the current metadata of the identity provider at the service provider, and send the
    request to the address that has the binding used.
    """
    if not isinstance(case.message, AuthnRequest) or sent.url is None or "://" not in sent.url:
        return
    services = () if case.idp_role is None else case.idp_role.single_sign_on_services
    if not services:
        yield Unknown("the IdP metadata has no SingleSignOnService")
        return
    there = [item for item in services if _bare(item) == sent.url]
    used = f"urn:oasis:names:tc:SAML:2.0:bindings:{sent.binding}"
    if there and (sent.binding is None or any(item.binding == used for item in there)):
        return
    expected = any_of(item.location or "" for item in services if item.binding == used)
    yield hit(
        case.message,
        f"The request was sent to {sent.url!r} by {sent.binding}, "
        + ("which has another binding there" if there else "which the IdP metadata does not name"),
        expected=expected or "an address that the IdP metadata has for this binding",
        actual=sent.url,
        related=[Place(services[0], "Location", "an address that the IdP metadata names")],
    )


def _bare(service: Endpoint) -> str:
    """Return the location of an endpoint without its query string, as a capture has it."""
    return (service.location or "").partition("?")[0]


RULES = (acs_not_https, acs_script, acs_userinfo, protocol_binding, sent_to_wrong_endpoint)
