"""Rules on the parameters in which a message travels, and on captures that hold no message."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.rules.case import Case
from samlcheck.rules.citations import bindings, paper
from samlcheck.rules.message.captures import of_capture, of_message
from samlcheck.rules.message.carried import BASE64
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    SP,
    USER,
    Hit,
    example,
    hit,
    rule,
)
from samlcheck.xml import Document

_FORM = "SAMLRequest=" + BASE64.replace("+", "%2B")
_GOOD = (example("raw", raw=_FORM, without=["request", "sp", "idp"]),)
_CONFUSION = paper(
    "CVE-2025-27773: signature confusion through repeated parameters",
    "https://nvd.nist.gov/vuln/detail/CVE-2025-27773",
)
#: One more octet than is ever decoded; the memory of it is only reserved.
_TOO_LARGE = bytes(8 * 1024 * 1024 + 1)


@rule(
    "transport-no-saml-parameter",
    on=Document,
    severity=ERROR,
    cites=[bindings("3.4.4.1"), bindings("3.5.4")],
    owner=USER,
    bad=[
        example("raw", raw="RelayState=catalogue"),
        example("raw", raw="SAMLResponse=&RelayState=catalogue"),
    ],
    good=_GOOD,
)
def no_saml_parameter(document: Document, case: Case) -> Iterator[Hit]:
    """No SAML message is among the parameters.

    A URL or form was given that has neither SAMLResponse nor SAMLRequest, or has it empty or
    written in another letter case.

    Why: the receiver looks for these names only, and reports a missing message.
    Fix: Take the parameter SAMLResponse from the POST to the service provider; where it is truly
    missing or misspelt, correct the page or the proxy that sends the form.
    """
    yield from of_capture(document, case, "transport-no-saml-parameter", ERROR)


@rule(
    "transport-both-request-and-response",
    on=Document,
    severity=ERROR,
    cites=[bindings("3.5.4"), _CONFUSION],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[example("raw", raw=f"{_FORM}&SAMLResponse=", also=["transport-no-saml-parameter"])],
    good=_GOOD,
)
def both_request_and_response(document: Document, case: Case) -> Iterator[Hit]:
    """A request and a response arrive together.

    One form or URL carries SAMLRequest as well as SAMLResponse.

    Why: software has verified one of the two and used the other, which let anybody log in.
    Fix: Do not trust it before you know who sends both. If you have only copied two exchanges into
    one text, check each of them by itself. Otherwise keep it and give it to those in charge of
    security at the service provider.
    """
    yield from of_message(document, case, "transport-both-request-and-response")


@rule(
    "transport-duplicate-parameter",
    on=Document,
    severity=ERROR,
    cites=[bindings("3.4.4.1"), _CONFUSION],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example("raw", raw=f"{_FORM}&RelayState=a&RelayState=b", without=["request", "sp", "idp"])
    ],
    good=_GOOD,
)
def duplicate_parameter(document: Document, case: Case) -> Iterator[Hit]:
    """A SAML parameter occurs more than once.

    SAMLRequest, SAMLResponse, RelayState, SigAlg or Signature stands twice in one form or URL.

    Why: software has verified the first occurrence and used the last, which let anybody log in.
    Fix: Do not trust it before you know who repeats the parameter. If you have only copied two
    exchanges into one text, check each of them by itself. Otherwise keep it and give it to those in
    charge of security at the service provider.
    """
    yield from of_message(document, case, "transport-duplicate-parameter")


@rule(
    "transport-unsupported-capture",
    on=Document,
    severity=ERROR,
    cites=[bindings("3.5.4")],
    owner=USER,
    bad=[
        example("raw", raw="Sign-in failed. Ask your administrator."),
        example("raw", raw='[{"SAMLResponse": "PHNh"}]'),
    ],
    good=_GOOD,
)
def unsupported_capture(document: Document, case: Case) -> Iterator[Hit]:
    """No SAML message was recognised in what was given.

    Nothing in it is XML, Base64, a URL, a form or an HTML page with a SAML message, or it is a
    kind of file that is not read yet.

    Why: nothing could be checked, so nothing is known about the login.
    Fix: Open the network tab of the browser, find the POST to the service provider, and copy the
    value of its parameter SAMLResponse.
    """
    yield from of_capture(document, case, "transport-unsupported-capture", ERROR)


@rule(
    "transport-message-too-large",
    on=Document,
    severity=ERROR,
    cites=[bindings("3.5.4")],
    owner=USER,
    bad=[example("raw", raw=_TOO_LARGE)],
    good=_GOOD,
)
def message_too_large(document: Document, case: Case) -> Iterator[Hit]:
    """The capture is larger than any message.

    What was given has more octets than are ever decoded.

    Why: nothing could be checked. Receivers have limits too, mostly far lower ones.
    Fix: Copy the one message out of the capture; where the message itself is so large, let the
    identity provider send fewer attribute values, such as groups.
    """
    yield from of_capture(document, case, "transport-message-too-large", ERROR)


@rule(
    "relaystate-too-long",
    on=Document,
    severity=ERROR,
    cites=[bindings("3.4.3"), bindings("3.5.3")],
    owner=SP,
    bad=[
        example(
            "raw", raw=f"{_FORM}&RelayState={'catalogue/' * 9}", without=["request", "sp", "idp"]
        )
    ],
    good=_GOOD,
)
def relay_state_too_long(document: Document, case: Case) -> Iterator[Hit]:
    """RelayState is longer than 80 octets.

    The specification says that it must not exceed 80 octets. It does not decide about the login.

    Why: some identity providers cut it off or refuse the request, and the user lands on the wrong
    page after a login that succeeded.
    Fix: Keep the address at the service provider and put only a short key into RelayState.
    """
    for _ in of_message(document, case, "relaystate-too-long"):
        state = "" if case.sent is None else case.sent.relay_state or ""
        length = len(state.encode("utf-8", "replace"))
        yield hit(
            document,
            f"RelayState is {length} octets long, so it may be cut off or refused",
            expected="at most 80 octets",
            actual=f"{length} octets",
        )


RULES = (
    no_saml_parameter,
    both_request_and_response,
    duplicate_parameter,
    unsupported_capture,
    message_too_large,
    relay_state_too_long,
)
