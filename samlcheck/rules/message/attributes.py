"""Rules on the attributes that the service provider wants: sent or not, and how named."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Assertion, Attribute
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata
from samlcheck.rules.message import attribute_repeats, attribute_values
from samlcheck.rules.message.claims import (
    NearMiss,
    Wanted,
    claims_example,
    filled,
    near_misses,
    sent,
    unreadable,
    wanted,
)
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
    rule,
)
from samlcheck.rules.wording import all_of
from samlcheck.xml.names import AUTHN_CONTEXT_PREFIX

_CLASS = AUTHN_CONTEXT_PREFIX + "PasswordProtectedTransport"
_URI = 'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"'
_MAIL = f"""<saml:Attribute FriendlyName="mail" Name="urn:oid:0.9.2342.19200300.100.1.3" {_URI}>
        <saml:AttributeValue>maria.lind@example.org</saml:AttributeValue>
      </saml:Attribute>"""
_EPPN = f"""<saml:Attribute FriendlyName="eduPersonPrincipalName" \
Name="urn:oid:1.3.6.1.4.1.5923.1.1.1.6" {_URI}>
        <saml:AttributeValue>mlind@example.org</saml:AttributeValue>
      </saml:Attribute>"""
_NAMES = f"""<saml:Attribute FriendlyName="givenName" Name="urn:oid:2.5.4.42" {_URI}>
        <saml:AttributeValue>Maria</saml:AttributeValue>
      </saml:Attribute>
      <saml:Attribute FriendlyName="sn" Name="urn:oid:2.5.4.4" {_URI}>
        <saml:AttributeValue>Lind</saml:AttributeValue>
      </saml:Attribute>"""
_STATEMENT = f"""<saml:AttributeStatement>
      {_MAIL}
      {_NAMES}
      {_EPPN}
    </saml:AttributeStatement>"""
_GOOD = (example("response"),)


@rule(
    "attr-statement-missing",
    on=Assertion,
    severity=ERROR,
    cites=[metadata("2.4.4.2"), core("2.7.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["xsw-*"],
    bad=[
        example("response", (_STATEMENT, ""), note="A warning: the metadata alone asks for them."),
        example("response", (_STATEMENT, ""), profile="webex-meetings", authn_contexts=_CLASS),
    ],
    good=_GOOD,
)
def statement_missing(assertion: Assertion, case: Case) -> Iterator[Hit | Unknown]:
    """No attributes were sent at all.

    The profile or the SP metadata names attributes that the service provider needs. The response
    has none, so they are told of together.

    Why: the service provider cannot create or recognise the account.
    Fix: Configure the attributes (claims) for this service provider at the identity provider.
    """
    needed = [item for item in wanted(case) if item.required]
    if assertion is not case.assertions[0] or not needed or sent(case):
        return
    unknown = list(unreadable(case))
    if unknown:
        yield from unknown
        return
    by_profile = any(item.claim is not None for item in needed)
    yield hit(
        assertion,
        "The assertion has no attributes, but the service provider needs "
        + all_of(f"the {item.words}" for item in needed),
        expected=all_of(item.name for item in needed),
        severity=None if by_profile else WARNING,
    )


@rule(
    "attr-required-missing",
    on=Assertion,
    severity=ERROR,
    cites=[metadata("2.4.4.2"), core("2.7.3.1")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["attr-statement-missing", "xsw-*"],
    bad=[
        example("response", (_EPPN, ""), note="A warning: the metadata alone asks for it."),
        claims_example(
            ('Name="email"', 'Name="emailaddress"'),
            also=["attr-name-near-miss"],
        ),
    ],
    good=[
        example("response"),
        example("response", (_NAMES, "")),
        claims_example(),
    ],
)
def required_missing(assertion: Assertion, case: Case) -> Iterator[Hit | Unknown]:
    """An attribute that the service provider needs was not sent.

    The attributes that the profile requires, and those that the SP metadata marks as required,
    are looked for by their exact Name. When something resembling it was sent, that is named.

    Why: the service provider cannot create or recognise the account. Without what the profile
    requires the login fails. What isRequired names in metadata the service needs as well, but
    metadata may be out of date, so that is a warning.
    Fix: Add the attribute (claim) for this service provider at the identity provider, under
    exactly this Name, and check that this user has a value in the attribute it is taken from:
    many identity providers leave out what is empty.
    """
    if assertion is not case.assertions[0]:
        return
    unknown = list(unreadable(case))
    if unknown:
        yield from unknown
        return
    names = {item.name for item in sent(case)}
    misses = near_misses(case)
    for item in wanted(case):
        if item.required and names.isdisjoint(item.names):
            yield _missing(item, [miss for miss in misses if miss.wanted.name == item.name], case)


def _missing(item: Wanted, misses: list[NearMiss], case: Case) -> Hit:
    message = f"The {item.words} is missing"
    related = [Place(miss.sent, "Name", "sent under another name") for miss in misses]
    if item.requested is not None:
        related.append(Place(item.requested, "Name", "where the SP metadata asks for it"))
    if misses:
        message += f": {misses[0].sent.name!r} was sent, and {misses[0].words}"
    statements = [part for one in case.assertions for part in one.attribute_statements]
    return hit(
        statements[0] if statements else case.assertions[0],
        message,
        expected=" or ".join(item.names),
        actual=misses[0].sent.name if misses else None,
        hint=_advice(item, misses[0] if misses else None, case),
        severity=item.severity,
        related=related,
    )


def _advice(item: Wanted, miss: NearMiss | None, case: Case) -> str | None:
    """Return what to do about a missing attribute: rename it, or take it from its usual source."""
    if miss is not None:
        return _rename(item, miss.sent)
    sources = [
        text
        for console, text in (item.claim.source_hint if item.claim else {}).items()
        if console in case.profile.consoles
    ]
    if not sources:
        return None
    return (
        f"Add the claim {item.name!r} at the identity provider, usually from {sources[0]}, and "
        "check that this user has a value there: what is empty is mostly left out."
    )


def _rename(item: Wanted, attribute: Attribute) -> str:
    advice = f"Send it under the Name {item.name!r}, letter for letter"
    if "://" in (attribute.name or "") and "://" not in item.name:
        advice += ", with the namespace of the claim left empty"
    return f"{advice}."


@rule(
    "attr-name-near-miss",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.7.3.1")],
    owner=IDP,
    bad=[
        example(
            "response",
            (
                f'Name="urn:oid:1.3.6.1.4.1.5923.1.1.1.6" {_URI}',
                'Name="eduPersonPrincipalName"',
            ),
            also=["attr-required-missing"],
        ),
        example(
            "response",
            ('Name="urn:oid:2.5.4.42"', 'Name="urn:OID:2.5.4.42"'),
            note="Advice only: the metadata asks for it, but does not require it.",
        ),
    ],
    good=_GOOD,
)
def name_near_miss(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """An attribute was sent under a name that only resembles the one that is wanted.

    Names of attributes are compared letter for letter. This one differs in the letter case, in a
    namespace, or is another common name for the same information.

    Why: for the service provider it is another attribute, so the one that it looks for is
    missing although the value is there.
    Fix: Change the Name at the identity provider to the one that is wanted, letter for letter.
    """
    if assertion is not case.assertions[0]:
        return
    for miss in near_misses(case):
        name, item = miss.sent.name or "", miss.wanted
        yield hit(
            miss.sent,
            f"Sent as {name!r}, must be {item.name!r}: {miss.words}",
            attribute="Name",
            expected=item.name,
            actual=name,
            hint=_rename(item, miss.sent),
            severity=None if item.required or _by_switch(item) else INFO,
        )


def _by_switch(item: Wanted) -> bool:
    """Tell whether a setting at the service provider, which nobody told, may require it."""
    return item.claim is not None and item.claim.required_if is not None


@rule(
    "attr-required-empty",
    on=Assertion,
    severity=ERROR,
    cites=[core("2.7.3.1.1"), metadata("2.4.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example(
            "response",
            ("<saml:AttributeValue>mlind@example.org<", "<saml:AttributeValue><"),
            note="A warning: the metadata alone asks for it.",
        ),
        claims_example(
            (">Maria<", "> <"),
        ),
    ],
    good=[example("response"), example("response", (">Maria<", "><"))],
)
def required_empty(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """An attribute that the service provider needs was sent without a value.

    It has no AttributeValue, or only values that are empty, white space or nil.

    Why: the service provider cannot create or recognise the account; an empty value may even
    erase what it has stored.
    Fix: Fill the attribute of this user that the claim is taken from, or choose another source
    for the claim at the identity provider.
    """
    if assertion is not case.assertions[0]:
        return
    for item in wanted(case):
        if not item.required and not (item.claim is not None and item.claim.non_empty):
            continue
        same = [attribute for attribute in sent(case) if attribute.name in item.names]
        if not same or any(filled(attribute) for attribute in same):
            continue
        yield hit(
            same[0].values[0] if same[0].values else same[0],
            f"The {item.words} was sent without a value",
            expected="a value",
            severity=item.severity if item.required else WARNING,
        )


RULES = (
    statement_missing,
    required_missing,
    required_empty,
    name_near_miss,
    *attribute_repeats.RULES,
    *attribute_values.RULES,
)
