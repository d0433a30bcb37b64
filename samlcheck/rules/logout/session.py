"""Rules on the session that a logout request means to end, beside the login that began it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, LogoutRequest, NameID
from samlcheck.records import frozen
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    SP,
    WARNING,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    personal,
    rule,
)
from samlcheck.rules.senders import SP_SIDE
from samlcheck.rules.wording import all_of
from samlcheck.xml.names import NAMEID_UNSPECIFIED

_NAME_ID: Final = (
    '\n  <saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">'
    "maria.lind@example.org</saml:NameID>"
)
_INDEX: Final = "<samlp:SessionIndex>_e61d07c3b8f54920a1d4875c3f92be0a</samlp:SessionIndex>"
_LOGIN: Final = (example("response"),)
_GOOD = (
    example("logout", carry="redirect"),
    example("logout", carry="redirect", earlier=_LOGIN),
)
_NO_LOGIN: Final = "no login is among the messages before it"


@frozen(kw_only=True, eq=False)
class _Login:
    """An assertion that went before, and the sessions that it began."""

    assertion: Assertion
    name_ids: tuple[NameID, ...]
    indexes: tuple[str, ...]


def _logins(case: Case) -> list[_Login]:
    """Return the logins before a logout, the latest first."""
    return [
        _Login(
            assertion=assertion,
            name_ids=tuple(item for part in assertion.subjects for item in part.name_ids),
            indexes=tuple(
                item.session_index for item in assertion.authn_statements if item.session_index
            ),
        )
        for earlier in reversed(case.earlier)
        for assertion in earlier.assertions
    ]


def _differing(ours: NameID, theirs: NameID, case: Case) -> list[str]:
    """Name in what two identifiers differ; they match strongly when in nothing (Core 3.3.4).

    What is left out means its default: the format unspecified, the qualifiers the two sides.
    """
    idp = None if case.idp is None else case.idp.entity_id
    sp = None if case.sp is None else case.sp.entity_id
    pairs = (
        ("the value", ours.value, theirs.value, None),
        ("the Format", ours.format, theirs.format, NAMEID_UNSPECIFIED),
        ("the NameQualifier", ours.name_qualifier, theirs.name_qualifier, idp),
        ("the SPNameQualifier", ours.sp_name_qualifier, theirs.sp_name_qualifier, sp),
    )
    return [
        words
        for words, one, other, default in pairs
        if one != other and (one or default) != (other or default)
    ]


@rule(
    "slo-nameid-missing",
    on=LogoutRequest,
    severity=ERROR,
    cites=[core("3.7.1"), profiles("4.4.4.1")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("logout", (_NAME_ID, ""), carry="redirect"),
        example("logout", (">maria.lind@example.org<", "><"), carry="redirect"),
    ],
    good=_GOOD,
)
def name_id_missing(request: LogoutRequest, case: Case) -> Iterator[Hit]:
    """The logout request does not say who is to be logged out.

    It has no NameID, EncryptedID or BaseID, or the NameID is empty.

    Why: the receiver cannot find the session and answers with an error; Entra ID with AADSTS50070.
    Fix: Make the sender keep the NameID of the login, with its Format and qualifiers, and put it
    into the request as it was.
    """
    if not (request.name_ids or request.encrypted_ids or request.has_base_id):
        yield hit(
            request,
            "The logout request names nobody",
            owner=case.sending_owner,
            expected="the saml:NameID of the login",
        )
    for name_id in request.name_ids:
        if not name_id.value:
            yield hit(
                name_id,
                "The NameID of the logout request is empty",
                owner=case.sending_owner,
                expected="the NameID of the login",
            )


@rule(
    "slo-nameid-mismatch",
    on=LogoutRequest,
    severity=ERROR,
    cites=[profiles("4.4.4.1"), core("3.3.4")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    unless=["slo-nameid-missing"],
    bad=[
        example(
            "logout",
            ("nameid-format:emailAddress", "nameid-format:unspecified"),
            carry="redirect",
            earlier=_LOGIN,
        ),
        example(
            "logout",
            ("<saml:NameID ", '<saml:NameID SPNameQualifier="https://other.example.org" '),
            carry="redirect",
            earlier=_LOGIN,
        ),
        example("logout", (">maria.lind@", ">m.lind@"), carry="redirect", earlier=_LOGIN),
    ],
    good=_GOOD,
)
def name_id_mismatch(request: LogoutRequest, case: Case) -> Iterator[Hit | Unknown]:
    """The logout request names the user otherwise than the login did.

    The NameID is compared with those of the logins before it: value, Format and qualifiers. What is
    left out stands for its default.

    Why: the receiver looks the session up by all four, and does not find it.
    Fix: Make the sender keep the NameID of the login with its Format and qualifiers, and put it
    into the request as it was.
    """
    if request.encrypted_ids or not request.name_ids:
        return
    logins = [item for item in _logins(case) if item.name_ids]
    if not logins:
        return  # without a login there is nothing to compare, and the request can stand for itself
    ours = request.name_ids[0]
    told = [(_differing(ours, theirs, case), theirs) for item in logins for theirs in item.name_ids]
    if any(not parts for parts, _ in told):
        return
    indexes = {item.value for item in request.session_indexes}
    same = [item for item in logins if indexes & set(item.indexes)] or logins
    near = [(_differing(ours, theirs, case), theirs) for item in same for theirs in item.name_ids]
    parts, theirs = min(near, key=lambda item: len(item[0]))
    yield hit(
        ours,
        f"The NameID differs from that of the login in {all_of(parts)}",
        owner=case.sending_owner,
        expected=_words(theirs),
        actual=_words(ours),
        related=[Place(theirs, None, "the NameID of the login")],
    )


def _words(name_id: NameID) -> str:
    """Return an identifier with its format and qualifiers, its value marked."""
    parts = [f"'{personal(name_id.value)}'"]
    for name, value in (
        ("Format", name_id.format),
        ("NameQualifier", name_id.name_qualifier),
        ("SPNameQualifier", name_id.sp_name_qualifier),
    ):
        if value is not None:
            parts.append(f"{name} {value}")
    return ", ".join(parts)


@rule(
    "slo-sessionindex-missing",
    on=LogoutRequest,
    severity=ERROR,
    cites=[profiles("4.4.4.1"), core("3.7.1")],
    owner=SP,
    bad=[example("logout", (f"\n  {_INDEX}", ""), carry="redirect")],
    good=[
        *_GOOD,
        example(
            "logout",
            ("https://sp.example.org/saml<", "https://idp.example.org/saml<"),
            ("https://idp.example.org/saml/slo", "https://sp.example.org/saml/slo"),
            (f"\n  {_INDEX}", ""),
            carry="redirect",
            key="idp-next",
        ),
    ],
)
def session_index_missing(request: LogoutRequest, case: Case) -> Iterator[Hit]:
    """The logout request of a service provider does not say which session it means.

    The request has no SessionIndex, or an empty one. An identity provider may leave it out, to end
    all sessions of the user.

    Why: a user with two browsers has two sessions. Without SessionIndex an identity provider ends
    both, or refuses the request; Entra ID answers AADSTS50068.
    Fix: Make the service provider keep the SessionIndex of the login and put it into the request.
    """
    for index in request.session_indexes:
        if not index.value:
            yield hit(index, "The SessionIndex is empty", owner=case.sending_owner)
    if case.sender_side == SP_SIDE and not request.session_indexes:
        yield hit(
            request,
            "The logout request of the service provider has no SessionIndex",
            expected="samlp:SessionIndex",
        )


@rule(
    "slo-sessionindex-unknown",
    on=LogoutRequest,
    severity=WARNING,
    cites=[core("3.7.1"), profiles("4.4.4.1")],
    owner=SP,
    bad=[
        example(
            "logout",
            ("_e61d07c3b8f54920a1d4875c3f92be0a", "_00000000000000000000000000000000"),
            carry="redirect",
            earlier=_LOGIN,
        )
    ],
    good=_GOOD,
)
def session_index_unknown(request: LogoutRequest, case: Case) -> Iterator[Hit | Unknown]:
    """The logout request means a session that no login before it began.

    Each SessionIndex is looked for in the logins before the request.

    Why: the receiver finds no such session and answers with an error, Entra ID with AADSTS50068 or
    AADSTS50070; most often the index of an older login was kept.
    Fix: Make the sender keep the SessionIndex of the latest login of the session.
    """
    logins = [item for item in _logins(case) if item.indexes]
    if not logins:
        if request.session_indexes:
            yield Unknown(_NO_LOGIN)
        return
    known = {index for item in logins for index in item.indexes}
    for index in request.session_indexes:
        if index.value and index.value not in known:
            statement = logins[0].assertion.authn_statements[0]
            yield hit(
                index,
                f"The SessionIndex {index.value!r} is of none of the logins before the request",
                owner=case.sending_owner,
                expected=logins[0].indexes[0],
                actual=index.value,
                related=[Place(statement, "SessionIndex", "the session of the latest login")],
            )


RULES = (
    name_id_missing,
    name_id_mismatch,
    session_index_missing,
    session_index_unknown,
)
