"""Rules on the form of name identifiers: their Format attribute and what each Format demands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import NameID, Subject
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.message.attribute_values import is_address
from samlcheck.rules.message.name_ids import format_of
from samlcheck.rules.rule import (
    ERROR,
    IDP,
    INFO,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    personal,
    rule,
)
from samlcheck.rules.wording import all_of
from samlcheck.xml.names import (
    NAMEID_ENCRYPTED,
    NAMEID_PERSISTENT,
    NAMEID_TRANSIENT,
    NAMEID_UNSPECIFIED,
    SAML,
    clark,
)

_NAME: Final = "maria.lind@example.org</saml:NameID>"
_EMAIL: Final = 'Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"'
_NO_REQUEST: Final = ("request",)
_NAME_ID: Final = clark(SAML, "NameID")
#: Core 8.3.7 and 8.3.8 allow no more characters than this.
_LONGEST: Final = 256
_OPAQUE: Final = "_b31cf0a7d9e24c6ba1d05f3e8c7a2946</saml:NameID>"
_PERSISTENT: Final = (_EMAIL, f'Format="{NAMEID_PERSISTENT}"')
_TRANSIENT: Final = (_EMAIL, f'Format="{NAMEID_TRANSIENT}"')
_POLICY: Final = "  <samlp:NameIDPolicy"
_GOOD: Final = (example("response"),)


def _asked(value: str, attributes: str = _EMAIL) -> tuple[str, str]:
    """Return an edit of the base request that asks for one user."""
    name_id = f"<saml:NameID {attributes}>{value}</saml:NameID>"
    return _POLICY, f"  <saml:Subject>{name_id}</saml:Subject>\n{_POLICY}"


@rule(
    "nameid-format-absent",
    on=Subject,
    severity=INFO,
    cites=[core("2.2.2"), core("8.3.1")],
    owner=IDP,
    unless=["nameid-format-policy-mismatch", "nameid-format-unexpected"],
    bad=[example("response", (f" {_EMAIL}", ""), without=_NO_REQUEST)],
    good=_GOOD,
)
def format_missing(subject: Subject, case: Case) -> Iterator[Hit]:
    """The NameID does not say of which kind it is.

    It has no Format attribute, which means the same as the unspecified format.

    Why: what the value means is left to an agreement of the two sides; after a change at the
    identity provider the service provider may read another kind of value as the old one.
    Fix: Choose the Format of the name identifier at the identity provider, unless the service
    provider is content with unspecified.
    """
    for name_id in subject.name_ids:
        if name_id.format is None:
            yield hit(
                name_id,
                "The NameID has no Format, which means unspecified",
                attribute="Format",
                expected="a Format, such as persistent or emailAddress",
            )


@rule(
    "nameid-format-empty",
    on=Subject,
    severity=ERROR,
    cites=[core("1.3.2"), core("2.2.2")],
    owner=IDP,
    bad=[example("response", (_EMAIL, 'Format=""'), without=_NO_REQUEST)],
    good=_GOOD,
)
def format_empty(subject: Subject, case: Case) -> Iterator[Hit]:
    """The Format of the NameID is empty.

    The attribute is there and holds nothing. Every URI in SAML has at least one character.

    Why: some receivers take it for unspecified, others compare it with the formats they know and
    refuse the login.
    Fix: Choose a Format at the identity provider, or let it leave out the attribute.
    """
    for name_id in subject.name_ids:
        if name_id.format is not None and not name_id.format.strip():
            yield hit(
                name_id,
                "The Format of the NameID is empty",
                attribute="Format",
                expected="a URI, or no Format",
                actual=name_id.format,
            )


def _too_long(name_id: NameID, name: str) -> Iterator[Hit]:
    if len(name_id.value) > _LONGEST:
        yield hit(
            name_id,
            f"The {name} NameID has {len(name_id.value)} characters",
            expected=f"at most {_LONGEST} characters",
            actual=f"{len(name_id.value)} characters",
            severity=ERROR,
        )


@rule(
    "nameid-transient-shape",
    on=Subject,
    severity=WARNING,
    cites=[core("8.3.8")],
    owner=IDP,
    bad=[
        example("response", _TRANSIENT, without=_NO_REQUEST),
        example(
            "response",
            _TRANSIENT,
            (_NAME, f"_{'b31cf0a7' * 33}</saml:NameID>"),
            without=_NO_REQUEST,
        ),
    ],
    good=[*_GOOD, example("response", _TRANSIENT, (_NAME, _OPAQUE), without=_NO_REQUEST)],
)
def transient_shape(subject: Subject, case: Case) -> Iterator[Hit]:
    """The NameID claims to be transient and does not look like it.

    With the Format transient the value is made at random for one session and has at most 256
    characters. This one is longer, or is an e-mail address.

    Why: a service provider keeps no account under a transient identifier, so a user who is meant
    to be recognised is new at each login; and one that is too long may be cut off.
    Fix: Send the Format that the value really has (emailAddress or persistent), or let the
    identity provider generate the value.
    """
    for name_id in subject.name_ids:
        if format_of(name_id) != NAMEID_TRANSIENT:
            continue
        yield from _too_long(name_id, "transient")
        if is_address(name_id.value):
            yield hit(
                name_id,
                f"The transient NameID {personal(name_id.value)} is an e-mail address",
                expected="a random value that is used once",
                actual=personal(name_id.value),
            )


@rule(
    "nameid-persistent-length",
    on=Subject,
    severity=INFO,
    cites=[core("8.3.7")],
    owner=IDP,
    bad=[
        example(
            "response",
            _PERSISTENT,
            (_NAME, f"_{'b31cf0a7' * 33}</saml:NameID>"),
            without=_NO_REQUEST,
        ),
        example(
            "response",
            _PERSISTENT,
            without=_NO_REQUEST,
            note="Advice only: it works, but it tells each service who the user is.",
        ),
    ],
    good=[*_GOOD, example("response", _PERSISTENT, (_NAME, _OPAQUE), without=_NO_REQUEST)],
)
def persistent_length(subject: Subject, case: Case) -> Iterator[Hit]:
    """The NameID claims to be persistent and is too long, or tells who the user is.

    With the Format persistent the value has at most 256 characters, and nothing in it corresponds
    to the user's real identifiers. A value that is too long is an error; one that is an e-mail
    address is for information.

    Why: a longer value may be cut off, so that two users become one. An address changes with the
    user's name, and it lets services compare their users, which the format is made to prevent.
    Fix: Let the identity provider generate an opaque value per service provider, or send the
    Format emailAddress for an e-mail address.
    """
    for name_id in subject.name_ids:
        if format_of(name_id) != NAMEID_PERSISTENT:
            continue
        yield from _too_long(name_id, "persistent")
        if is_address(name_id.value):
            yield hit(
                name_id,
                f"The persistent NameID {personal(name_id.value)} is an e-mail address",
                expected="an opaque value",
                actual=personal(name_id.value),
            )


@rule(
    "subject-mismatch-request",
    on=Subject,
    severity=ERROR,
    cites=[core("3.4.1.4"), core("3.3.4")],
    owner=IDP,
    needs=["request"],
    unless=["response-inresponseto-mismatch"],
    bad=[
        example("response", request=[_asked("p.berg@example.org")]),
        example(
            "response",
            request=[_asked("maria.lind@example.org", f'Format="{NAMEID_UNSPECIFIED}"')],
        ),
    ],
    good=[*_GOOD, example("response", request=[_asked("maria.lind@example.org")])],
)
def subject_mismatch(subject: Subject, case: Case) -> Iterator[Hit]:
    """The response is about another user than the request asked for.

    The request has a Subject. The answer names the same identifier, with the same Format and
    qualifiers, or is an error.

    Why: the service provider asked for one user to sign in, for example to confirm a payment, and
    somebody else did; or the two sides know the user under different identifiers.
    Fix: Make the identity provider let only the user sign in who was asked for, under the same
    identifier, or let the service provider leave Subject out of its requests.
    """
    asked = None if case.request is None else case.request.subject
    element = None if asked is None else asked.find(_NAME_ID)
    if element is None:
        return
    wanted = NameID(element=element)
    if format_of(wanted) == NAMEID_ENCRYPTED:
        return
    for name_id in subject.name_ids:
        parts = _unequal(name_id, wanted)
        if parts:
            yield hit(
                name_id,
                f"The NameID {personal(name_id.value)} differs from the one that the request asked "
                f"for, {personal(wanted.value)}, in {all_of(parts)}",
                expected=personal(wanted.value),
                actual=personal(name_id.value),
                related=[Place(wanted, None, "who was asked for")],
            )


def _unequal(one: NameID, other: NameID) -> list[str]:
    """Name what keeps two name identifiers from being identical."""
    pairs = (
        ("the value", one.value, other.value),
        ("the Format", format_of(one), format_of(other)),
        ("NameQualifier", one.name_qualifier or None, other.name_qualifier or None),
        ("SPNameQualifier", one.sp_name_qualifier or None, other.sp_name_qualifier or None),
    )
    absent = ("NameQualifier", "SPNameQualifier")
    return [
        name
        for name, mine, theirs in pairs
        if mine != theirs and not (name in absent and theirs is None)
    ]


RULES = (
    format_missing,
    format_empty,
    transient_shape,
    persistent_length,
    subject_mismatch,
)
