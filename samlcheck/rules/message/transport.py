"""Rules on how a message travelled, and whether it is the kind of message that it should be."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from samlcheck.model import Envelope, Message, OtherMessage, Response
from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import bindings, core, profiles
from samlcheck.rules.message import (
    legacy,
    transport_compression,
    transport_encoding,
    transport_fields,
)
from samlcheck.rules.message.captures import is_message
from samlcheck.rules.message.carried import BASE64, DEFLATED, MAPPING, base64_of, response_with
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    USER,
    WARNING,
    Hit,
    example,
    hit,
    personal,
    rule,
)
from samlcheck.xml import Document
from samlcheck.xml.names import MD, SAML, SAMLP, SOAP11, SOAP12, display, split_clark

REDIRECT: Final = "HTTP-Redirect"
_EXPECTED: Final = "a SAML 2.0 message"

#: What each parameter may hold, the usual message first.
_FITTING: Final = MappingProxyType(
    {
        "SAMLRequest": ("AuthnRequest", "LogoutRequest", "ManageNameIDRequest"),
        "SAMLResponse": ("Response", "LogoutResponse", "ManageNameIDResponse"),
    }
)
_ERROR_RESPONSE = (
    "https://sp.example.org/saml/acs?SAMLResponse="
    "fZFPa8MwDMW%2FSvC9tZ0%2FTWLSwFgvhe2yjh52GYqtbIHEDpYD%2FfhL05W1DHqUeL%2BnJ6kiGPpRvSGN"
    "zhJGp6G3pJbmlk3eKgfUkbIwIKmg1eHp9UXFa6FG74LTrmc3yGMCiNCHzlkW7Xdb9tmI3GSQoGw3cVrqojFl"
    "IuINQip13mYFi47oadZv2YzPENGEe0sBbJhbs3Ql5SpO3kWpslIl4oNFO6TQWQgL9R3CSIpzGtd4gmHsce38"
    "Fz8n5aBpdrTXvd%2FdHKjArJU6hlI0eWqSDWAs2zRvRKJLU8iM1dWZVUsQX1%2FtO%2FPfv%2BK3yupy5EOA"
    "MNF99ewMRkfoJ3x8PFrUv38y6BmvLzP%2BbPn9K%2Bsf"
)


@rule(
    "transport-response-over-redirect",
    on=Sent,
    severity=ERROR,
    cites=[profiles("4.1.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("raw", raw=_ERROR_RESPONSE, also=["status-not-success"])],
    good=[
        example(
            "raw",
            raw=f"SAMLRequest={DEFLATED.replace('+', '%2B')}",
            without=["request", "sp", "idp"],
        )
    ],
)
def response_over_redirect(sent: Sent, case: Case) -> Iterator[Hit]:
    """The response was sent by HTTP-Redirect.

    A response with an assertion has to come by HTTP-POST or HTTP-Artifact.

    Why: the profile forbids it, because a response is too long for a URL; receivers refuse it, and
    what is signed in a URL is not the assertion.
    Fix: Let the identity provider send the response by HTTP-POST to the reply URL.
    """
    if sent.binding == REDIRECT and case.response is not None:
        yield hit(
            case.response,
            "The response was sent by HTTP-Redirect",
            expected="HTTP-POST",
            actual=REDIRECT,
        )


@rule(
    "transport-response-as-request",
    on=Sent,
    severity=ERROR,
    cites=[bindings("3.5.4")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example(
            "raw",
            raw="SAMLRequest=" + base64_of(response_with("Requester")).replace("+", "%2B"),
            also=["status-not-success"],
        )
    ],
    good=[
        example(
            "raw",
            raw="SAMLResponse=" + base64_of(response_with("Requester")).replace("+", "%2B"),
            also=["status-not-success"],
        )
    ],
)
def response_as_request(sent: Sent, case: Case) -> Iterator[Hit]:
    """The response was sent in the parameter of requests.

    A Response travels in SAMLResponse; here it is in SAMLRequest.

    Why: the service provider looks for SAMLResponse, and takes what is in SAMLRequest for a
    request, so it finds no response.
    Fix: Let the identity provider send the response in SAMLResponse.
    """
    if sent.parameter == "SAMLRequest" and case.response is not None:
        yield hit(
            case.response,
            "The parameter SAMLRequest holds a SAML 2.0 Response",
            expected="SAMLResponse",
            actual="SAMLRequest",
        )


def _kind(message: Message) -> str:
    """Return a noun phrase for a message, with its article."""
    if isinstance(message, OtherMessage):
        return message.kind
    return f"a SAML 2.0 {split_clark(str(message.element.tag))[1]}"


def _against_parameter(sent: Sent, message: Message) -> Iterator[Hit]:
    if sent.parameter == "SAMLRequest" and isinstance(message, Response):
        return  # another rule tells of it
    namespace, local = split_clark(str(message.element.tag))
    fitting = _FITTING.get(sent.parameter or "")
    if fitting is None or (namespace == SAMLP and local in fitting):
        return
    yield hit(
        message,
        f"The parameter {sent.parameter} holds {_kind(message)}",
        expected=f"a SAML 2.0 {fitting[0]}",
        actual=display(str(message.element.tag)),
    )


def _of_other_kind(message: OtherMessage) -> Iterator[Hit]:
    namespace, _ = split_clark(str(message.element.tag))
    found = display(str(message.element.tag))
    if namespace in (SAML, SAMLP):
        words = f"The message is {message.kind}; samlcheck does not judge this kind"
        yield hit(message, words, severity=WARNING, actual=found)
    elif namespace in (SOAP11, SOAP12):
        fault = Envelope(element=message.element).fault_words
        told = f": '{personal(fault)}'" if fault else ""
        yield hit(message, f"The message is {message.kind}{told}", expected=_EXPECTED, actual=found)


@rule(
    "transport-message-kind-mismatch",
    on=(Sent, OtherMessage, Document),
    severity=ERROR,
    cites=[bindings("3.5.4"), core("3.3.3")],
    owner=USER,
    bad=[
        example(
            "raw",
            raw=f"SAMLResponse={BASE64.replace('+', '%2B')}",
            without=["request", "sp", "idp"],
        ),
        example("raw", raw=MAPPING),
        example(
            "raw", raw='<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>'
        ),
        example("raw", raw='<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"/>'),
        example(
            "raw",
            raw='<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
            "<faultcode>s:Client</faultcode><faultstring>Unknown artifact</faultstring></s:Fault>"
            "</s:Body></s:Envelope>",
        ),
        example("raw", raw="<catalogue/>"),
    ],
    good=[
        example("response"),
        example(
            "raw", raw=f"SAMLRequest={BASE64.replace('+', '%2B')}", without=["request", "sp", "idp"]
        ),
    ],
)
def message_kind_mismatch(subject: Sent | OtherMessage | Document, case: Case) -> Iterator[Hit]:
    """The message is not of the kind that belongs here.

    SAMLResponse has to hold a response and SAMLRequest a request. Metadata, foreign documents and
    SOAP faults are named as what they are; a few SAML 2.0 messages, such as those that manage
    name identifiers, are read but not judged.

    Why: nobody logs in with such a message, so it tells nothing about the login that is looked for.
    Fix: Give the message of the login itself: the value of SAMLResponse in the POST to the service
    provider, or of SAMLRequest in the redirect to the identity provider.
    """
    message = case.message
    if isinstance(subject, Sent):
        if message is not None:
            yield from _against_parameter(subject, message)
    elif isinstance(subject, OtherMessage):
        if case.sent is None or not any(_against_parameter(case.sent, subject)):
            yield from _of_other_kind(subject)
    elif is_message(subject, case) and subject.root is not None and message is None:
        namespace, _ = split_clark(str(subject.root.tag))
        what = "SAML metadata" if namespace == MD else "not a SAML message"
        yield hit(
            subject.root,
            f"The document is {what}: its root element is {display(str(subject.root.tag))}",
            expected="samlp:Response",
            actual=display(str(subject.root.tag)),
        )


RULES = (
    *legacy.RULES,
    *transport_fields.RULES,
    *transport_encoding.RULES,
    *transport_compression.RULES,
    response_over_redirect,
    response_as_request,
    message_kind_mismatch,
)
