"""Rules on material of other sign-on protocols, which is named and not judged."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import OtherMessage
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.message.captures import of_capture
from samlcheck.rules.rule import ERROR, USER, Hit, example, hit, rule
from samlcheck.xml import Document
from samlcheck.xml.names import SAML11, SAML11P, WSTRUST, WSTRUST05, display, split_clark

_FOREIGN = (SAML11P, SAML11, WSTRUST, WSTRUST05)


@rule(
    "transport-legacy-protocol",
    on=(Document, OtherMessage),
    severity=ERROR,
    cites=[core("4.1")],
    owner=USER,
    bad=[
        example("raw", raw='<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol"/>'),
        example(
            "raw",
            raw='<t:RequestSecurityTokenResponse xmlns:t="http://schemas.xmlsoap.org/ws/2005/02/'
            'trust"/>',
        ),
        example("raw", raw="wa=wsignin1.0&wresult=x&wctx=y"),
        example("raw", raw="https://sp.example.org/callback?code=Ab12&state=9f"),
        example("raw", raw="eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"),
        example("raw", raw='{"token_type": "Bearer", "id_token": "e30"}'),
    ],
    good=[example("response"), example("request")],
)
def legacy_protocol(subject: Document | OtherMessage, case: Case) -> Iterator[Hit]:
    """The material is of another protocol than SAML 2.0.

    SAML 1.1, WS-Federation (WS-Trust), OpenID Connect, OAuth 2.0 and others are recognised by
    their documents, tokens and parameters.

    Why: both sides are set up for different protocols, or the capture is of another login. Nothing
    in it can be judged by the rules of SAML 2.0.
    Fix: Look up which protocol the application is registered for at the identity provider. If it
    is to be SAML 2.0, change it on the side that speaks something else.
    """
    if isinstance(subject, Document):
        yield from of_capture(subject, case, "transport-legacy-protocol", ERROR)
        return
    if split_clark(str(subject.element.tag))[0] in _FOREIGN:
        yield hit(
            subject,
            f"The message is {subject.kind}, not SAML 2.0",
            expected="a SAML 2.0 message",
            actual=display(str(subject.element.tag)),
        )


RULES = (legacy_protocol,)
