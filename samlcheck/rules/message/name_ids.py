"""Rules on the name identifier: its Format and whom its qualifiers name."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Assertion, NameID, Subject
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata
from samlcheck.rules.message.attribute_values import shape_problem
from samlcheck.rules.message.claims import claims_example
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    WARNING,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    personal,
    rule,
)
from samlcheck.rules.wording import any_of
from samlcheck.xml.names import (
    NAMEID_ENCRYPTED,
    NAMEID_PERSISTENT,
    NAMEID_TRANSIENT,
    NAMEID_UNSPECIFIED,
)

_ANY_FORMAT = (NAMEID_UNSPECIFIED, NAMEID_ENCRYPTED)
_EMAIL = 'Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">maria'
_PERSISTENT = f'Format="{NAMEID_PERSISTENT}"'
_NO_REQUEST = ("request",)
_ADDRESS = ("nameid-persistent-length",)


def format_of(name_id: NameID) -> str:
    """Return the Format that counts: an absent one means unspecified (Core 2.2.2)."""
    return name_id.format or NAMEID_UNSPECIFIED


@rule(
    "nameid-format-policy-mismatch",
    on=Subject,
    severity=ERROR,
    cites=[core("3.4.1.1")],
    owner=IDP,
    needs=["request"],
    bad=[example("response", (_EMAIL, f"{_PERSISTENT}>maria"), also=_ADDRESS)],
    good=[
        example("response"),
        example(
            "response",
            (_EMAIL, f"{_PERSISTENT}>maria"),
            request=[("1.1:nameid-format:emailAddress", "1.1:nameid-format:unspecified")],
            also=_ADDRESS,
        ),
    ],
)
def name_id_format_policy_mismatch(subject: Subject, case: Case) -> Iterator[Hit | Unknown]:
    """The NameID has another Format than the request asked for.

    The NameIDPolicy of the request names a concrete Format. The identity provider answers with
    an identifier of that Format, or with an error status.

    Why: the service provider reads the value as what it asked for and finds no such account.
    Fix: Set the format of the name identifier at the identity provider to the one that is asked
    for, or let the service provider ask for the one that is sent.
    """
    policy = None if case.request is None else case.request.name_id_policy
    if policy is None or not policy.format or policy.format in _ANY_FORMAT:
        return
    for name_id in subject.name_ids:
        if format_of(name_id) != policy.format:
            yield hit(
                name_id,
                f"The NameID has the Format {format_of(name_id)!r}, "
                f"but the request asked for {policy.format!r}",
                attribute="Format",
                expected=policy.format,
                actual=format_of(name_id),
                related=[Place(policy, "Format", "what the request asked for")],
            )
            yield Unknown(
                "whether the service provider takes another Format than it asked for",
                leaves_open=True,
            )


@rule(
    "nameid-format-unexpected",
    on=Subject,
    severity=ERROR,
    cites=[metadata("2.4.2"), core("8.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example(
            "response",
            (_EMAIL, 'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos">maria'),
            without=_NO_REQUEST,
            note="Advice only: no profile says what the service provider accepts.",
        ),
        claims_example(
            (_EMAIL, f'Format="{NAMEID_TRANSIENT}">maria'),
            without=_NO_REQUEST,
            also=["nameid-transient-shape"],
        ),
    ],
    good=[
        example("response", (_EMAIL, f"{_PERSISTENT}>maria"), without=_NO_REQUEST, also=_ADDRESS)
    ],
)
def name_id_format_unexpected(subject: Subject, case: Case) -> Iterator[Hit]:
    """The NameID has a Format that the service provider does not list.

    The Format is compared with the list of the profile, which makes a mismatch an error, or else
    with the NameIDFormat elements of the SP metadata, which is advice.

    Why: the service provider reads the value as another kind of identifier, or refuses it.
    Fix: Set the format of the name identifier at the identity provider to one of those listed, or
    choose the one that is sent in the settings of the service provider.
    """
    accepted = case.profile.name_id_formats
    severity = None
    listed = () if case.sp_role is None else case.sp_role.name_id_formats
    if not accepted:
        accepted, severity = tuple(item.value for item in listed), INFO
        if NAMEID_UNSPECIFIED in accepted:
            return
    for name_id in subject.name_ids:
        used = format_of(name_id)
        if not accepted or used in accepted or (severity and used == NAMEID_UNSPECIFIED):
            continue
        yield hit(
            name_id,
            f"The NameID has the Format {used!r}, which the service provider does not list",
            attribute="Format",
            expected=any_of(accepted),
            actual=used,
            severity=severity,
            related=[Place(item, None, "a format that the SP lists") for item in listed[:1]],
        )


@rule(
    "nameid-value-format",
    on=Subject,
    severity=WARNING,
    cites=[core("2.2.2"), core("8.3")],
    owner=IDP,
    bad=[
        example(
            "response",
            (f"{_EMAIL}.lind@example.org<", f'Format="{NAMEID_UNSPECIFIED}">mlind<'),
            profile="figma",
            without=_NO_REQUEST,
        )
    ],
    good=[example("response"), example("response", profile="figma")],
)
def name_id_value_format(subject: Subject, case: Case) -> Iterator[Hit]:
    """The NameID has a value of another shape than the service provider expects.

    The profile says what the value looks like, whatever its Format: mostly an e-mail address.

    Why: the service provider looks for an account under the value and finds none.
    Fix: Take the name identifier at the identity provider from an attribute of the user that holds
    such a value.
    """
    shape = case.profile.name_id_shape
    for name_id in subject.name_ids if shape is not None else ():
        problem = None if shape is None else shape_problem(name_id.value, shape)
        if problem is None or not name_id.value.strip():
            continue
        why = case.profile.name_id_why
        yield hit(
            name_id,
            f"The NameID has the value {personal(name_id.value)}, which {problem}"
            + ("" if why is None else f"; {why}"),
            actual=personal(name_id.value),
        )


@rule(
    "nameid-spnamequalifier",
    on=Subject,
    severity=ERROR,
    cites=[core("8.3.7"), core("2.2.2")],
    owner=IDP,
    needs=["sp"],
    unless=["aud-mismatch"],
    bad=[
        example("response", (_EMAIL, f'SPNameQualifier="https://other.example.org/saml" {_EMAIL}'))
    ],
    good=[
        example("response"),
        example("response", (_EMAIL, f'SPNameQualifier="https://sp.example.org/saml" {_EMAIL}')),
    ],
)
def name_id_sp_name_qualifier(subject: Subject, case: Case) -> Iterator[Hit]:
    """The NameID was made for another service provider.

    SPNameQualifier names the service provider, or the affiliation, that the identifier was made
    for. It is neither the service provider given nor what the request asked for.

    Why: the identifier belongs to an account at somebody else, so the user is not found here.
    Fix: Make the identity provider issue an identifier for this service provider, or leave
    SPNameQualifier out.
    """
    entity_id = None if case.sp is None else case.sp.entity_id
    policy = None if case.request is None else case.request.name_id_policy
    known = {entity_id, None if policy is None else policy.sp_name_qualifier}
    known.update(
        peer.entity_id
        for peer in case.peers
        if peer.affiliation is not None
        and any(member.value == entity_id for member in peer.affiliation.members)
    )
    for name_id in subject.name_ids:
        qualifier = name_id.sp_name_qualifier
        if not qualifier or entity_id is None or qualifier in known:
            continue
        yield hit(
            name_id,
            f"The NameID was made for {qualifier!r}, not for {entity_id!r}",
            attribute="SPNameQualifier",
            expected=entity_id,
            actual=qualifier,
            related=[Place(case.sp, "entityID", "the entityID of the SP")],
        )


@rule(
    "nameid-namequalifier",
    on=Assertion,
    severity=WARNING,
    cites=[core("8.3.7"), core("8.3.8")],
    owner=IDP,
    bad=[
        example(
            "response",
            (_EMAIL, f'NameQualifier="https://old.example.org/saml" {_PERSISTENT}>maria'),
            without=_NO_REQUEST,
            also=_ADDRESS,
        )
    ],
    good=[
        example("response"),
        example(
            "response",
            (_EMAIL, f'NameQualifier="https://idp.example.org/saml" {_PERSISTENT}>maria'),
            without=_NO_REQUEST,
            also=_ADDRESS,
        ),
    ],
)
def name_id_name_qualifier(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The NameID names another identity provider as the one that made it.

    NameQualifier of a persistent or transient identifier is the entityID of the identity provider
    that made it. It is neither the issuer of the assertion nor the identity provider given.

    Why: the pair of qualifier and value is what the account is linked to; with another qualifier
    it is another account. It happens when the entityID of an identity provider was changed.
    Fix: Set NameQualifier to the entityID of the identity provider, or leave it out.
    """
    issuer = None if assertion.issuer is None else assertion.issuer.value
    known = {issuer, None if case.idp is None else case.idp.entity_id} - {None}
    if not known or assertion.subject is None:
        return
    for name_id in assertion.subject.name_ids:
        qualifier = name_id.name_qualifier
        if not qualifier or qualifier in known:
            continue
        if format_of(name_id) in (NAMEID_PERSISTENT, NAMEID_TRANSIENT):
            yield hit(
                name_id,
                f"The NameID has the NameQualifier {qualifier!r}, "
                "which is not the identity provider",
                attribute="NameQualifier",
                expected=any_of(sorted(item for item in known if item)),
                actual=qualifier,
            )


RULES = (
    name_id_format_policy_mismatch,
    name_id_format_unexpected,
    name_id_value_format,
    name_id_sp_name_qualifier,
    name_id_name_qualifier,
)
