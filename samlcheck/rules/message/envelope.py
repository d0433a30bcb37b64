"""Rules on the envelope of a response: version, ID, time, and what it may contain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper, profiles
from samlcheck.rules.message import assertion, destination
from samlcheck.rules.message.assertion import future_hits, id_hits, issued_hits, version_hits
from samlcheck.rules.message.carried import assertion_with, response_with
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    CAPTURE,
    ERROR,
    IDP,
    INFO,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import all_of
from samlcheck.xml.names import MD, SAMLP, clark, display

_ISSUED = 'IssueInstant="2026-11-23T09:59:30Z"\n'
_GOOD = (example("response"),)
_NOT_SUCCESS: Final = ("status-missing", "status-not-success", "status-top-level-invalid")
#: Roots of messages and metadata, which have no place inside a response.
_FOREIGN: Final = (
    *(
        clark(SAMLP, local)
        for local in (
            "Response",
            "AuthnRequest",
            "LogoutRequest",
            "LogoutResponse",
            "ArtifactResolve",
            "ArtifactResponse",
            "AttributeQuery",
            "AuthnQuery",
            "AuthzDecisionQuery",
            "ManageNameIDRequest",
            "ManageNameIDResponse",
            "NameIDMappingRequest",
            "NameIDMappingResponse",
        )
    ),
    clark(MD, "EntityDescriptor"),
    clark(MD, "EntitiesDescriptor"),
)
_REUSE: Final = paper(
    "CVE-2024-6800: signed federation metadata reused to forge a response",
    "https://nvd.nist.gov/vuln/detail/CVE-2024-6800",
)


@rule(
    "response-version",
    on=Response,
    severity=ERROR,
    cites=[core("3.2.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", ('c7f58" Version="2.0"', 'c7f58" Version="2"')),
        example("response", ('c7f58" Version="2.0"', 'c7f58"')),
    ],
    good=_GOOD,
)
def response_version(response: Response, case: Case) -> Iterator[Hit]:
    """The version of the response is not 2.0.

    The attribute Version of the Response is absent or something other than `2.0`.

    Why: a receiver does not process messages of other versions.
    Fix: Let the identity provider write Version="2.0".
    """
    yield from version_hits(response, "response")


@rule(
    "response-id-missing",
    on=Response,
    severity=ERROR,
    cites=[core("3.2.2"), core("1.3.4")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", ('ID="_b07d5a3e1f6249c8bd93026ea41c7f58" Version', "Version")),
        example("response", ('ID="_b07d5a3e1f6249c8bd93026ea41c7f58" Version', 'ID="" Version')),
    ],
    good=_GOOD,
)
def response_id_missing(response: Response, case: Case) -> Iterator[Hit]:
    """The response has no ID.

    The attribute ID of the Response is absent or empty.

    Why: the ID is what a signature refers to and what replay is recognised by; schema validation
    fails without it.
    Fix: Let the identity provider write a new random ID into each response.
    """
    yield from id_hits(response, "response")


@rule(
    "response-issueinstant-missing",
    on=Response,
    severity=ERROR,
    cites=[core("3.2.2"), core("1.3.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", (_ISSUED, "\n")),
        example("response", (_ISSUED, 'IssueInstant="yesterday"\n')),
    ],
    good=_GOOD,
)
def response_issue_instant_missing(response: Response, case: Case) -> Iterator[Hit]:
    """The response does not say when it was issued.

    The attribute IssueInstant of the Response is absent or no instant.

    Why: it is required, so schema validation fails; and nobody can tell how old the response is.
    Fix: Let the identity provider write IssueInstant in UTC, such as 2026-11-23T10:00:00Z.
    """
    yield from issued_hits(response, "response")


@rule(
    "response-issueinstant-future",
    on=Response,
    severity=WARNING,
    cites=[core("3.2.2")],
    owner=IDP,
    unless=["cond-notbefore-future"],
    bad=[example("response", (_ISSUED, 'IssueInstant="2026-11-23T10:20:00Z"\n'))],
    good=[
        example("response"),
        example("response", (_ISSUED, 'IssueInstant="2026-11-23T10:01:00Z"\n')),
    ],
)
def response_issue_instant_future(response: Response, case: Case) -> Iterator[Hit]:
    """The response was issued in the future.

    IssueInstant lies after the instant of the check, by more than the clock difference allowed.

    Why: some receivers refuse such a response. Mostly a clock is wrong, or local time was written
    as if it were UTC.
    Fix: Set the clock of the identity provider by NTP; if it is right, give the instant of the
    login as the instant of the check.
    """
    yield from future_hits(response, "response", case)


@rule(
    "response-no-assertion",
    on=Response,
    severity=ERROR,
    cites=[profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=_NOT_SUCCESS,
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
    cites=[_REUSE, core("3.3.3")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=CAPTURE,
    unless=["xsw-1", "xsw-2"],
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
    Fix: Do not trust the message; find out who built it.
    """
    for element in response.element.iterdescendants(*_FOREIGN):
        if next(element.iterancestors(*_FOREIGN)) is response.element:
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
    response_version,
    response_id_missing,
    response_issue_instant_missing,
    response_issue_instant_future,
    *destination.RULES,
    response_no_assertion,
    response_multiple_assertions,
    foreign_message_inside,
    extensions_content,
    *assertion.RULES,
)
