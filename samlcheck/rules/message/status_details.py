"""Rules on what a status says besides its codes, and on codes elsewhere in the message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper
from samlcheck.rules.message.carried import response_with
from samlcheck.rules.message.foreign import FOREIGN
from samlcheck.rules.message.forged import TAGS, USENIX
from samlcheck.rules.message.status_codes import SECOND_LEVEL, chain_of, known_name
from samlcheck.rules.message.values import ATTRIBUTE_VALUE
from samlcheck.rules.rule import ERROR, IDP, INFO, SP, USER, WARNING, Hit, example, hit, rule
from samlcheck.xml import text_of
from samlcheck.xml.names import SAMLP, STATUS_PREFIX, clark, display

_STATUS: Final = clark(SAMLP, "Status")
_CODE: Final = clark(SAMLP, "StatusCode")
_GOOD = (example("response"), example("response", sign="both"))
_CODES: Final = re.compile(r"\b(?:AADSTS\d{3,8}|AADB2C\d{4,6}|MSIS\d{3,5}|ErrorCode nr\d{1,3})\b")
#: What vendors' codes in a StatusMessage mean, and who acts. Sources, seen 2026-11: Microsoft,
#: "Microsoft Entra authentication and authorization error codes"; AgID, "SPID Tabella errori".
_MEANINGS: Final = {
    "AADSTS50105": ("the user is not assigned to the application", IDP),
    "AADSTS50011": ("the reply URL of the request is not registered", SP),
    "AADSTS700016": ("the application's identifier is not known in the tenant", SP),
    "AADSTS75011": ("the user signed in by another method than the request asked for", SP),
    "AADSTS75016": ("the NameIDPolicy of the request is not valid", SP),
    "AADSTS76021": ("the request has to be signed", SP),
    "AADSTS76026": ("the request is too old", SP),
    "ErrorCode nr19": ("the user entered wrong credentials too often", USER),
    "ErrorCode nr20": ("the user has no credentials of the level that was asked for", USER),
    "ErrorCode nr21": ("the user let the time for signing in pass", USER),
    "ErrorCode nr22": ("the user did not consent to sending the data", USER),
    "ErrorCode nr23": ("the user's identity or credentials are suspended", USER),
    "ErrorCode nr25": ("the user cancelled the login", USER),
}
_LEARN: Final = paper(
    "Microsoft Entra authentication and authorization error codes",
    "https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes",
)


def _answer(second: str, message: str = "") -> str:
    """Return a response that tells of an error, with a second code and a message."""
    text = f"<samlp:StatusMessage>{message}</samlp:StatusMessage>" if message else ""
    return response_with("Responder").replace(
        "/></samlp:Status>",
        f'><samlp:StatusCode Value="{STATUS_PREFIX}{second}"/></samlp:StatusCode>{text}'
        "</samlp:Status>",
    )


@rule(
    "status-elsewhere",
    on=Response,
    severity=ERROR,
    cites=[USENIX, core("3.2.2.1")],
    tags=TAGS,
    owner=USER,
    unless=["xsw-*", "response-foreign-message-inside"],
    bad=[
        example(
            "response",
            (
                "<samlp:Status>",
                f'<samlp:Extensions><samlp:StatusCode Value="{STATUS_PREFIX}Success"/>'
                "</samlp:Extensions><samlp:Status>",
            ),
            also=["response-extensions-content"],
        )
    ],
    good=_GOOD,
)
def status_elsewhere(response: Response, case: Case) -> Iterator[Hit]:
    """A status stands where none belongs.

    A samlp:Status other than the child of the Response, or a samlp:StatusCode outside of one, was
    found in the message.

    Why: a receiver that looks for a status code anywhere takes a failure for success.
    Fix: Do not trust the message; find out who built it, and give the message to those in charge of
    security at the service provider.
    """
    for element in response.element.iterdescendants(_STATUS, _CODE):
        parent = element.getparent()
        nested = element.tag == _CODE and parent is not None and parent.tag in (_STATUS, _CODE)
        if parent is None or nested:
            continue
        if parent is response.element and element.tag == _STATUS:
            continue
        if next(element.iterancestors(ATTRIBUTE_VALUE, *FOREIGN), None) is response.element:
            yield hit(
                element,
                f"{display(str(element.tag))} stands in {display(str(parent.tag))}",
                expected="one samlp:Status, as a child of the response",
            )


@rule(
    "status-message-vendor-code",
    on=Response,
    severity=INFO,
    cites=[core("3.2.2.3"), _LEARN],
    owner=IDP,
    bad=[
        example(
            "raw",
            raw=_answer("AuthnFailed", "ErrorCode nr25"),
            also=["status-not-success"],
        )
    ],
    good=[
        example("response"),
        example("raw", raw=_answer("AuthnFailed", "No"), also=["status-not-success"]),
    ],
)
def vendor_code(response: Response, case: Case) -> Iterator[Hit]:
    """The status message holds a code of the vendor.

    StatusMessage or StatusDetail has a code such as AADSTS50105, MSIS7070 or ErrorCode nr25.

    Why: it says more exactly than SAML's own codes what went wrong.
    Fix: Look the code up in the vendor's documentation.
    """
    known = {item.code: item.meaning for item in case.profile.symptoms}
    for status in response.statuses:
        texts = [status.message.element] if status.message is not None else []
        texts.extend([] if status.detail is None else status.detail.iter("*"))
        for element in texts:
            found = _CODES.search(text_of(element))
            if found is None:
                continue
            code = found.group()
            meaning, owner = _MEANINGS.get(code, (known.get(code), None))
            told = None if meaning else _meaning(code)
            yield hit(
                element,
                f"The identity provider gives the code {code}"
                + (f", which means that {meaning}" if meaning else f": {told}" if told else ""),
                actual=code,
                owner=owner,
            )
            break


def _meaning(code: str) -> str | None:
    """Return what a code means by the catalogue of symptoms."""
    from samlcheck.symptoms import find

    found = find(code)
    return found[0].row.means if found else None


@rule(
    "status-nopassive-unsigned",
    on=Response,
    severity=WARNING,
    cites=[core("3.4.1"), core("3.2.2.2")],
    owner=IDP,
    bad=[example("raw", raw=_answer("NoPassive"), also=["status-not-success"])],
    good=_GOOD,
)
def no_passive_unsigned(response: Response, case: Case) -> Iterator[Hit]:
    """A NoPassive answer is not signed.

    The Response says that the user has no session and that it must not ask for one, and nothing
    signs it.

    Why: service providers act on this answer without showing an error; anybody can send it to make
    a user appear signed out.
    Fix: Let the identity provider sign its error responses, too.
    """
    if response.signatures:
        return
    for status in response.statuses:
        for top in status.codes:
            for code in chain_of(top):
                if known_name(code, SECOND_LEVEL) == "NoPassive":
                    yield hit(
                        code,
                        "The answer NoPassive is not signed",
                        attribute="Value",
                        expected="a signature on the response",
                    )
                    return


RULES = (status_elsewhere, vendor_code, no_passive_unsigned)
