"""Rules on what several logins, given together, say of a person: the same name, an own session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, NameID
from samlcheck.rules.case import Case, History
from samlcheck.rules.citations import core
from samlcheck.rules.rule import (
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
from samlcheck.xml.names import NAMEID_TRANSIENT, NAMEID_UNSPECIFIED

_CLAIMS: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
#: Attributes whose value belongs to one person: eduPerson 202208, RFC 4524, SAML Subject Identifier
#: Attributes 1.0, and the claims of AD FS and Entra ID.
_PERSONAL: Final = (
    "urn:oasis:names:tc:SAML:attribute:subject-id",
    "urn:oasis:names:tc:SAML:attribute:pairwise-id",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.6",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.13",
    "http://schemas.microsoft.com/identity/claims/objectidentifier",
    f"{_CLAIMS}upn",
    "urn:oid:0.9.2342.19200300.100.1.3",
    f"{_CLAIMS}emailaddress",
    "mail",
    "email",
)
_NEW_IDS: Final = (
    ("_4c92e8f7061b4ad5935fd1a70e2b6c83", "_11111111061b4ad5935fd1a70e2b6c83"),
    ("_b07d5a3e1f6249c8bd93026ea41c7f58", "_222222221f6249c8bd93026ea41c7f58"),
    ("_8e5f1c2a90b74d36ae21f47b03c9d815", "_3333333390b74d36ae21f47b03c9d815"),
)
_NEW_SESSION: Final = ("_e61d07c3b8f54920a1d4875c3f92be0a", "_44444444b8f54920a1d4875c3f92be0a")
_EMAIL: Final = (
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    ">maria.lind@example.org</saml:NameID>",
)
_PERSISTENT: Final = (
    (_EMAIL[0], "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"),
    (_EMAIL[1], ">_81c5e0</saml:NameID>"),
)
_TRANSIENT: Final = (
    (_EMAIL[0], NAMEID_TRANSIENT),
    (_EMAIL[1], ">_77aa01</saml:NameID>"),
)
_OTHER_PERSON: Final = (
    (_EMAIL[1], ">jonas.berg@example.org</saml:NameID>"),
    (
        ">maria.lind@example.org</saml:AttributeValue>",
        ">jonas.berg@example.org</saml:AttributeValue>",
    ),
    (">mlind@example.org<", ">jberg@example.org<"),
)


def _logins(case: Case) -> Iterator[tuple[Assertion, Assertion]]:
    """Yield each assertion with the earlier ones of the same issuer that are others than itself."""
    for assertion in case.assertions:
        for earlier in reversed(case.earlier):
            for other in earlier.assertions:
                ours, theirs = assertion.issuer, other.issuer
                if ours is None or theirs is None or ours.text != theirs.text:
                    continue
                if assertion.id != other.id:
                    yield assertion, other


def _name(assertion: Assertion) -> NameID | None:
    subject = assertion.subjects[0] if len(assertion.subjects) == 1 else None
    return subject.name_ids[0] if subject is not None and len(subject.name_ids) == 1 else None


def _identifiers(assertion: Assertion) -> dict[str, str]:
    """Return what an assertion says that belongs to one person, by the name of the attribute."""
    return {
        attribute.name: attribute.values[0].value
        for attribute in assertion.attributes()
        if attribute.name in _PERSONAL
        and len(attribute.values) == 1
        and attribute.values[0].value.strip()
    }


def _format(name_id: NameID) -> str:
    return name_id.format or NAMEID_UNSPECIFIED


@rule(
    "nameid-changed-between-messages",
    on=History,
    severity=WARNING,
    cites=[core("8.3")],
    owner=IDP,
    bad=[
        example(
            "response",
            *_PERSISTENT,
            request=_PERSISTENT[:1],
            earlier=[example("response", *_NEW_IDS)],
        ),
        example(
            "response",
            *_PERSISTENT,
            request=_PERSISTENT[:1],
            earlier=[
                example("response", *_NEW_IDS, _PERSISTENT[0], (_EMAIL[1], ">_92d6</saml:NameID>"))
            ],
        ),
    ],
    good=[
        example("response", earlier=[example("response", *_NEW_IDS)]),
        example(
            "response",
            *_TRANSIENT,
            request=_TRANSIENT[:1],
            earlier=[
                example("response", *_NEW_IDS, _TRANSIENT[0], (_EMAIL[1], ">_12</saml:NameID>"))
            ],
        ),
        example("response", earlier=[example("response", *_NEW_IDS, _NEW_SESSION, *_OTHER_PERSON)]),
    ],
)
def name_changed(history: History, case: Case) -> Iterator[Hit]:
    """One person has another NameID than in an earlier login.

    Two assertions of one identity provider agree in an attribute that belongs to one person, such
    as an e-mail address or eduPersonPrincipalName, and name the person by different NameIDs. Where
    both are transient they have to differ, so that is not told.

    Why: a service provider that knows its users by the NameID takes the person for somebody new:
    the account is empty, or linking it fails. Mostly the format or the source of the NameID was
    changed at the identity provider.
    Fix: Let the identity provider send the NameID as before, or have the accounts of the service
    provider linked to the new one.
    """
    for assertion, other in _logins(case):
        ours, theirs = _name(assertion), _name(other)
        if (
            ours is None
            or theirs is None
            or (ours.text, _format(ours))
            == (
                theirs.text,
                _format(theirs),
            )
        ):
            continue
        if _format(ours) == _format(theirs) == NAMEID_TRANSIENT:
            continue
        before = _identifiers(other)
        same = next((n for n, v in _identifiers(assertion).items() if before.get(n) == v), None)
        if same is None:
            continue
        changed = _format(ours) != _format(theirs)
        how = f"of the format {_format(theirs)!r}" if changed else f"'{personal(theirs.text)}'"
        yield hit(
            ours,
            f"The NameID was {how} in an earlier login of the same person, going by {same!r}",
            attribute="Format" if changed and ours.format else None,
            expected=_format(theirs) if changed else personal(theirs.text),
            actual=_format(ours) if changed else personal(ours.text),
            related=[Place(theirs, None, "the NameID of the earlier login")],
        )
        return


@rule(
    "authn-sessionindex-reused",
    on=History,
    severity=INFO,
    cites=[core("2.7.2")],
    owner=IDP,
    bad=[example("response", earlier=[example("response", *_NEW_IDS, *_OTHER_PERSON)])],
    good=[
        example("response", earlier=[example("response", *_NEW_IDS)]),
        example("response", earlier=[example("response", *_NEW_IDS, _NEW_SESSION, *_OTHER_PERSON)]),
    ],
)
def session_index_reused(history: History, case: Case) -> Iterator[Hit]:
    """Two persons have the same SessionIndex.

    An assertion has the SessionIndex of an earlier one of the same identity provider, about
    somebody else. SAML allows it, even recommends small numbers that come again and again, so that
    nobody can be followed by it.

    Why: some service providers look for the session to end by the SessionIndex alone, without the
    NameID; they then sign out the wrong person.
    Fix: Nothing is wrong as long as the service provider compares the NameID, too.
    """
    for assertion, other in _logins(case):
        if not _differ(assertion, other):
            continue
        earlier = {item.session_index for item in other.authn_statements if item.session_index}
        for statement in assertion.authn_statements:
            if statement.session_index in earlier:
                yield hit(
                    statement,
                    f"The SessionIndex {statement.session_index!r} belongs to another person's "
                    "session, too",
                    attribute="SessionIndex",
                    actual=statement.session_index,
                    related=[Place(other, None, "the other person's assertion")],
                )
                return


def _differ(one: Assertion, other: Assertion) -> bool:
    """Tell whether two assertions are about two persons: no identifier agrees, and one differs."""
    ours, theirs = _identifiers(one), _identifiers(other)
    shared = [name for name in ours if name in theirs]
    return bool(shared) and all(ours[name] != theirs[name] for name in shared)


RULES = (name_changed, session_index_reused)
