"""Rules on what was handed in beside a message."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import OtherMessage
from samlcheck.rules.case import Case, GivenRequest
from samlcheck.rules.citations import core
from samlcheck.rules.rule import ERROR, USER, Hit, example, hit, rule
from samlcheck.rules.senders import answers, asked_for
from samlcheck.xml.names import display


@rule(
    "req-not-authnrequest",
    on=GivenRequest,
    severity=ERROR,
    cites=[core("3.4.1")],
    owner=USER,
    bad=[
        example(
            "response",
            request=[
                ("<samlp:AuthnRequest", "<samlp:LogoutRequest"),
                ("</samlp:AuthnRequest", "</samlp:LogoutRequest"),
            ],
        )
    ],
    good=[example("response"), example("response", without=["request"])],
)
def request_is_none(given: GivenRequest, case: Case) -> Iterator[Hit]:
    """What was given as the request is something else.

    The document given as the request that was answered is not of the kind that the message
    answers: an AuthnRequest for a login, a LogoutRequest for a LogoutResponse.

    Why: nothing of the response can be compared with it, so the verdict would rest on less than it
    seems to.
    Fix: Give the request that belongs to this response, in any form in which it was captured, or
    leave it out.
    """
    if given.message is None or answers(case.message, given.message):
        return
    root = given.message.element
    kind = given.message.kind if isinstance(given.message, OtherMessage) else display(str(root.tag))
    yield hit(
        root,
        f"The file given as the request is {kind}",
        expected=f"samlp:{asked_for(case.message)}",
        actual=display(str(root.tag)),
    )


RULES = (request_is_none,)
