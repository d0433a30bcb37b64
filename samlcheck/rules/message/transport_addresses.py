"""Rules on the addresses to which a message went: of the form, of the message, of the query."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from samlcheck.model import AuthnRequest, ProtocolMessage
from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import bindings, rfc
from samlcheck.rules.message.carried import DEFLATED, base64_of, response_with
from samlcheck.rules.message.confirmation import reply_urls
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    SP,
    WARNING,
    Hit,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import address_difference, any_of, received_words
from samlcheck.xml.uri import split_uri

_POST: Final = "HTTP-POST"
_POST_BINDING: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_REFUSED: Final = ("status-not-success",)
_ACS: Final = "https://sp.example.org/saml/acs"
_REDIRECT: Final = "https://idp.example.org/saml/sso/redirect?SAMLRequest=" + DEFLATED.replace(
    "+", "%2B"
)
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
#: RFC 9110 4.1 recommends that everybody supports addresses of 8,000 octets; IIS takes queries of
#: 2,048 unless told otherwise.
_LONG, _TOO_LONG = 2048, 8000


def _page(action: str, *, method: str = "post", text: str | None = None) -> str:
    value = base64_of(response_with("Responder") if text is None else text)
    return (
        f'<form method="{method}" action="{escape(action)}"><input type="hidden" '
        f'name="SAMLResponse" value="{value}"/></form>'
    )


@rule(
    "post-form-action-mismatch",
    on=Sent,
    severity=ERROR,
    cites=[bindings("3.5.4"), bindings("3.5.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["response-destination-vs-received"],
    bad=[
        example("raw", raw=_page(_ACS, method="get"), also=_REFUSED),
        example(
            "raw",
            raw=_page(
                "https://sp.example.org/saml/acs/old",
                text=response_with("Responder").replace(f' Destination="{_ACS}"', ""),
            ),
            also=_REFUSED,
        ),
    ],
    good=[example("raw", raw=_page(_ACS), also=_REFUSED)],
)
def form_action_mismatch(sent: Sent, case: Case) -> Iterator[Hit]:
    """The form does not post the response to a reply URL of the service provider.

    The form in the page of the identity provider has another method than POST, or its action is
    none of the reply URLs for HTTP-POST in the SP metadata. Where its action differs from the
    Destination of the response, that finding tells of it.

    Why: the response never reaches the part of the service provider that takes it; with GET it
    travels in the address, where it is too long and stays in logs.
    Fix: Configure the reply URL letter for letter as the SP metadata names it; a login page of your
    own has to keep the method post.
    """
    if case.response is None or sent.form_method is None:
        return
    if sent.form_method != "POST":
        yield hit(
            case.response,
            f"The form that carries the response has the method {sent.form_method or '(empty)'!r}",
            expected="post",
            actual=sent.form_method.lower(),
        )
    services = reply_urls(case)
    action = sent.form_action
    if not action or any(service.location == action for service in services):
        return  # one for another binding is told of as such
    locations = [
        service.location
        for service in services
        if service.location and service.binding == _POST_BINDING
    ]
    if not locations or not split_uri(action).is_web:
        return
    seen = f"'{received_words(action)}'"
    words = (address_difference(action, locations) or "").replace(repr(action), seen)
    yield hit(
        case.response,
        f"The form posts the response to {seen}, which is no reply URL of the service provider"
        + (f": {words}" if words else ""),
        expected=any_of(locations),
        actual=received_words(action),
    )


@rule(
    "endpoint-not-tls",
    on=Sent,
    severity=WARNING,
    cites=[bindings("3.1.2.1")],
    owner=SP,
    bad=[
        example(
            "raw",
            raw=_page("http://sp.example.org/saml/acs"),
            sp=[(_ACS, "http://sp.example.org/saml/acs")],
            also=[*_REFUSED, "response-destination-mismatch"],
        )
    ],
    good=[example("raw", raw=_page(_ACS), also=_REFUSED)],
)
def endpoint_not_tls(sent: Sent, case: Case) -> Iterator[Hit]:
    """The message was sent without TLS.

    The address to which the message went, or its Destination, begins with http:. Addresses of the
    same machine are left out.

    Why: whoever is between the two can read the assertion and use it first, or change a message
    that is not signed. Browsers warn of a form that goes from https to http.
    Fix: Serve the address over https, and publish it so in the metadata.
    """
    message = case.message
    addresses = [sent.form_action or sent.url]
    if isinstance(message, ProtocolMessage):
        addresses.append(message.destination)
    for address in addresses:
        parts = split_uri(address or "")
        if address and (parts.scheme or "").lower() == "http" and parts.host not in _LOOPBACK:
            yield hit(
                case.message_document,
                f"The message was sent to {received_words(address)}, without TLS",
                expected="an https address",
                actual=received_words(address),
                owner=IDP if isinstance(message, AuthnRequest) else SP,
            )
            return


@rule(
    "transport-redirect-url-too-long",
    on=Sent,
    severity=WARNING,
    cites=[rfc(9110, "4.1"), bindings("3.4.4.1")],
    owner=SP,
    bad=[
        example(
            "raw",
            raw=f"{_REDIRECT}&RelayState={'a' * 8000}",
            without=["request", "sp"],
            also=["relaystate-too-long", "req-unsigned"],
        )
    ],
    good=[
        example(
            "raw",
            raw=_REDIRECT,
            without=["request", "sp"],
            also=["req-unsigned"],
        )
    ],
)
def redirect_too_long(sent: Sent, case: Case) -> Iterator[Hit]:
    """The address that carries the message is very long.

    The query string of HTTP-Redirect has more than 8,000 octets; from 2,048 on it is a note, as
    some servers take no more unless they are configured to.

    Why: servers, proxies and browsers refuse or cut long addresses, with errors such as "URI Too
    Long" or "query string too long".
    Fix: Send the message by HTTP-POST, put only a short key into RelayState, or leave out what the
    request does not need, such as the certificate in an embedded signature.
    """
    length = len(sent.query or b"")
    if length > _LONG:
        yield hit(
            case.message_document,
            f"The query string has {length:,} octets",
            expected=f"at most {_TOO_LONG if length > _TOO_LONG else _LONG:,} octets",
            actual=f"{length:,} octets",
            severity=None if length > _TOO_LONG else INFO,
        )


RULES = (form_action_mismatch, endpoint_not_tls, redirect_too_long)
