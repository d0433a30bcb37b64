"""Rules on what a response contains: one assertion, and nothing that has no place in it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element as Element

from samlcheck.model import Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message.carried import assertion_with, response_with
from samlcheck.rules.message.foreign import FOREIGN, REUSE, outermost
from samlcheck.rules.message.status_codes import FAILURES
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    USER,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import all_of
from samlcheck.xml.names import display

_GOOD = (example("response"),)


@rule(
    "response-no-assertion",
    on=Response,
    severity=ERROR,
    cites=[profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=FAILURES,
    bad=[example("raw", raw=response_with("Success"))],
    good=_GOOD,
)
def response_no_assertion(response: Response, case: Case) -> Iterator[Hit]:
    """The response tells of success and has no assertion.

    A successful Response has at least one Assertion or EncryptedAssertion as its child.

    Why: without one nobody is logged in.
    Fix: Look into the log of the identity provider for the reason; often a rule that issues
    claims is missing there.
    """
    if not response.assertions and not response.encrypted_assertions:
        yield hit(
            response,
            "The response has no assertion",
            expected="a saml:Assertion or saml:EncryptedAssertion",
        )


@rule(
    "response-multiple-assertions",
    on=Response,
    severity=WARNING,
    cites=[profiles("4.1.4.2")],
    owner=IDP,
    unless=["xsw-*", "response-foreign-message-inside", "sig-consumed-not-covered"],
    bad=[
        example(
            "response",
            ("</samlp:Response>", f"{assertion_with('_a5c1')}</samlp:Response>"),
        )
    ],
    good=_GOOD,
)
def response_multiple_assertions(response: Response, case: Case) -> Iterator[Hit]:
    """The response has several assertions.

    More than one Assertion or EncryptedAssertion stands in the Response.

    Why: it is allowed, but most service providers refuse it or read only one of them, and it is
    how forged assertions are smuggled in.
    Fix: Let the identity provider put everything into one assertion.
    """
    found: list[Element] = [item.element for item in response.assertions]
    found.extend(item.element for item in response.encrypted_assertions)
    if len(found) > 1:
        yield hit(
            found[1],
            f"The response has {len(found)} assertions",
            expected="1",
            actual=str(len(found)),
            related=[Place(found[0], None, "the first assertion")],
        )


@rule(
    "response-foreign-message-inside",
    on=Response,
    severity=ERROR,
    cites=[REUSE, core("3.3.3")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    unless=["xsw-1", "xsw-2", "xsw-foreign-signed-element"],
    bad=[
        example(
            "response",
            (
                "<samlp:Status>",
                '<samlp:Extensions><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:'
                'metadata" entityID="https://idp.example.org/saml"/></samlp:Extensions>'
                "<samlp:Status>",
            ),
        )
    ],
    good=_GOOD,
)
def foreign_message_inside(response: Response, case: Case) -> Iterator[Hit]:
    """Another message or metadata stands inside the response.

    A Response, a request, a logout message or an entity's metadata was found within the Response.

    Why: what is truly signed elsewhere, such as public metadata, is put inside a forged response,
    so that a careless receiver finds a good signature.
    Fix: Do not trust the message; find out who built it, and give the message to those in charge of
    security at the service provider.
    """
    for element in outermost(response.element, FOREIGN):
        parent = element.getparent()
        where = "" if parent is None else f" in {display(str(parent.tag))}"
        yield hit(
            element,
            f"{display(str(element.tag))} stands{where} inside the response",
            expected="no message or metadata inside",
        )


@rule(
    "response-extensions-content",
    on=Response,
    severity=INFO,
    cites=[core("3.2.2")],
    owner=IDP,
    unless=["xsw-*", "response-foreign-message-inside", "xml-lookalike-element"],
    bad=[
        example(
            "response",
            (
                "<samlp:Status>",
                '<samlp:Extensions><x:State xmlns:x="urn:example:x"/></samlp:Extensions>'
                "<samlp:Status>",
            ),
        )
    ],
    good=_GOOD,
)
def extensions_content(response: Response, case: Case) -> Iterator[Hit]:
    """The response has extensions.

    The Response holds samlp:Extensions; what stands in it is named.

    Why: few identity providers use extensions, and receivers ignore them unless both sides agreed.
    Fix: Nothing, if both sides agreed on it; otherwise find out why it is there.
    """
    extensions = response.extensions
    if extensions is None:
        return
    found = dict.fromkeys(display(str(child.tag)) for child in extensions.iterchildren("*"))
    yield hit(extensions, f"The response has extensions: {all_of(found) or 'none inside'}")


RULES = (
    response_no_assertion,
    response_multiple_assertions,
    foreign_message_inside,
    extensions_content,
)
