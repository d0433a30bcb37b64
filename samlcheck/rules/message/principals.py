"""The rule on several assertions in one response: they are all about the same person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, NameID, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message.carried import assertion_with
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    personal,
    rule,
)
from samlcheck.xml.names import NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_UNSPECIFIED

_11: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:"
#: Formats in which an account has one name, so that two names are two accounts.
_ONE_NAME: Final = (
    NAMEID_EMAIL,
    NAMEID_PERSISTENT,
    f"{_11}X509SubjectName",
    f"{_11}WindowsDomainQualifiedName",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos",
)
_SECOND: Final = assertion_with("_a5c1")
_OTHER_PERSON: Final = _SECOND.replace("maria.lind@", "jonas.berg@")


def _named(assertion: Assertion) -> NameID | None:
    """Return the one NameID of an assertion, None where it names its subject otherwise."""
    subject = assertion.subjects[0] if len(assertion.subjects) == 1 else None
    if subject is None or subject.has_base_id:
        return None
    if any(item.content is None for item in subject.encrypted_ids):
        return None
    return subject.name_ids[0] if len(subject.name_ids) == 1 else None


def _space(name_id: NameID, case: Case) -> tuple[str, ...]:
    """Return in what a name is unique: its format and qualifiers, with what they default to."""
    idp = None if case.idp is None else case.idp.entity_id
    sp = None if case.sp is None else case.sp.entity_id
    return (
        name_id.format or NAMEID_UNSPECIFIED,
        name_id.name_qualifier or idp or "",
        name_id.sp_name_qualifier or sp or "",
    )


@rule(
    "response-assertions-different-subject",
    on=Response,
    severity=ERROR,
    cites=[profiles("4.1.4.2"), core("3.3.4")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["xsw-*", "sig-consumed-not-covered"],
    bad=[
        example(
            "response",
            ("</samlp:Response>", f"{_OTHER_PERSON}</samlp:Response>"),
            also=["response-multiple-assertions"],
        )
    ],
    good=[
        example("response"),
        example(
            "response",
            ("</samlp:Response>", f"{_SECOND}</samlp:Response>"),
            also=["response-multiple-assertions"],
        ),
    ],
)
def different_subjects(response: Response, case: Case) -> Iterator[Hit | Unknown]:
    """The assertions of the response name different persons.

    The NameID of each assertion is compared with that of the first. Two names of one format and
    the same qualifiers, in which an account has one name, are two persons. Where names are of
    different formats, or passing or unspecified ones, nobody can tell from the message.

    Why: all assertions of a response have to be about the same person. A receiver that verifies one
    and reads another logs in somebody else, although every signature is good.
    Fix: Let the identity provider send assertions of one person only. If it did not send these two
    together, somebody put them together: do not trust the message.
    """
    assertions = case.assertions
    names = [_named(item) for item in assertions]
    if len(assertions) < 2:
        return
    first = names[0]
    for name_id in names[1:]:
        if first is None or name_id is None:
            yield Unknown("an assertion does not name its subject by one NameID")
        elif _space(name_id, case) != _space(first, case):
            yield Unknown("the assertions name their subjects in different formats")
        elif name_id.text != first.text:
            yield from _two_names(first, name_id)


def _two_names(first: NameID, other: NameID) -> Iterator[Hit | Unknown]:
    if first.format not in _ONE_NAME:
        yield Unknown("whether two names of this format are of the same person is not known")
        return
    yield hit(
        other,
        f"One assertion is about '{personal(first.text)}', another about '{personal(other.text)}'",
        expected=personal(first.text),
        actual=personal(other.text),
        related=[Place(first, None, "whom the first assertion is about")],
    )


RULES = (different_subjects,)
