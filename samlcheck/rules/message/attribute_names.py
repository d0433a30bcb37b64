"""Rules on how the attributes that were sent are named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    Assertion,
    Attribute,
    AttributeConsumingService,
    AttributeStatement,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata, paper
from samlcheck.rules.message.claims import consuming_service, near_misses, wanted
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    SP,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import any_of
from samlcheck.xml import is_ncname, uri_problem

_FORMATS: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:"
_URI: Final = f"{_FORMATS}uri"
_BASIC: Final = f"{_FORMATS}basic"
_UNSPECIFIED: Final = f"{_FORMATS}unspecified"
_MAIL: Final = f"""<saml:Attribute FriendlyName="mail" Name="urn:oid:0.9.2342.19200300.100.1.3" \
NameFormat="{_URI}">"""
_GIVEN: Final = f"""<saml:Attribute FriendlyName="givenName" Name="urn:oid:2.5.4.42" \
NameFormat="{_URI}">"""
_END: Final = "</saml:AttributeStatement>"
#: Names that passport-saml and node-saml give to what they read from the assertion itself.
_IDENTITY_FIELDS: Final = frozenset(
    (
        "issuer",
        "sessionIndex",
        "nameID",
        "nameIDFormat",
        "nameQualifier",
        "spNameQualifier",
        "inResponseTo",
    )
)
_NODE_SAML: Final = paper(
    "node-saml, type Profile: attributes stand beside the fields of the assertion",
    "https://github.com/node-saml/node-saml/blob/master/src/types.ts",
)
_GOOD: Final = (example("response"),)


def _another(name: str, more: str = "") -> tuple[str, str]:
    """Return an edit that adds an attribute at the end."""
    value = "<saml:AttributeValue>x</saml:AttributeValue>"
    return _END, f'<saml:Attribute Name="{name}"{more}>{value}</saml:Attribute>{_END}'


@rule(
    "attr-statement-empty",
    on=AttributeStatement,
    severity=ERROR,
    cites=[core("2.7.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example(
            "response",
            ("</saml:Conditions>", "</saml:Conditions><saml:AttributeStatement/>"),
        )
    ],
    good=_GOOD,
)
def statement_empty(statement: AttributeStatement, case: Case) -> Iterator[Hit]:
    """A statement of attributes is empty.

    AttributeStatement has at least one Attribute or EncryptedAttribute.

    Why: the schema does not allow it, so service providers that validate refuse the login.
    Fix: Make the identity provider leave AttributeStatement out where it has no attributes to
    send, and check which attributes it should have sent for this user.
    """
    if not statement.attributes and not statement.encrypted_attributes:
        yield hit(
            statement,
            "The AttributeStatement holds no attribute",
            expected="saml:Attribute or saml:EncryptedAttribute, or no AttributeStatement",
        )


@rule(
    "attr-nameformat-mismatch",
    on=Assertion,
    severity=WARNING,
    cites=[metadata("2.4.4.2"), core("2.7.3.1")],
    owner=IDP,
    needs=["sp"],
    bad=[
        example("response", (_MAIL, _MAIL.replace(_URI, _BASIC))),
        example("response", (_MAIL, _MAIL.replace(f' NameFormat="{_URI}"', ""))),
    ],
    good=_GOOD,
)
def name_format_mismatch(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """An attribute has another NameFormat than the service provider asks for.

    The SP metadata asks for the attribute by Name and NameFormat, or the profile does; what was
    sent has the same Name and another NameFormat. An absent one means unspecified.

    Why: a service provider that compares both, as Shibboleth does, does not recognise the
    attribute and takes it for missing.
    Fix: Set the name format of the attribute at the identity provider to the one shown.
    """
    yield from _formats_of_profile(assertion, case)
    service = consuming_service(case)
    if service is None:
        return
    asked = {
        item.name: item
        for item in service.requested_attributes
        if item.name and item.name_format and item.name_format != _UNSPECIFIED
    }
    for attribute in assertion.attributes() if asked else ():
        item = asked.get(attribute.name or "")
        used = attribute.name_format or _UNSPECIFIED
        if item is not None and used != item.name_format:
            yield hit(
                attribute,
                f"The attribute {attribute.name!r} has the NameFormat {used!r}, the SP metadata "
                f"asks for {item.name_format!r}",
                attribute="NameFormat",
                expected=item.name_format,
                actual=used,
                related=[Place(item, "NameFormat", "what the SP metadata asks for")],
            )


def _formats_of_profile(assertion: Assertion, case: Case) -> Iterator[Hit]:
    formats = {
        name: claim.name_format
        for claim in case.profile.claims
        if claim.name_format is not None
        for name in (claim.name, *claim.also_accepted)
    }
    for attribute in assertion.attributes() if formats else ():
        wanted_format = formats.get(attribute.name or "")
        used = attribute.name_format or _UNSPECIFIED
        if wanted_format is not None and used != wanted_format:
            yield hit(
                attribute,
                f"The claim {attribute.name!r} has the NameFormat {used!r}, the service provider "
                f"takes {wanted_format!r}",
                attribute="NameFormat",
                expected=wanted_format,
                actual=used,
            )


@rule(
    "attr-nameformat-uri-not-uri",
    on=Assertion,
    severity=WARNING,
    cites=[core("8.2.2"), core("1.3.2")],
    owner=IDP,
    bad=[
        example("response", _another("badge", f' NameFormat="{_URI}"'), also=["attr-not-requested"])
    ],
    good=_GOOD,
)
def name_not_uri(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The name of an attribute is no URI, though its NameFormat says so.

    With the NameFormat uri the Name is an absolute URI, such as urn:oid:2.5.4.42.

    Why: most service providers compare the Name alone and do not mind; a strict one does not
    recognise the attribute.
    Fix: Set the name format to basic or unspecified at the identity provider, or send a URI as the
    name; what the service provider looks for decides which.
    """
    for attribute in assertion.attributes():
        name = attribute.name or ""
        if attribute.name_format != _URI:
            continue
        problem = uri_problem(name)
        if problem is not None:
            yield hit(
                attribute,
                f"The attribute {name!r} has the NameFormat uri, but its name {problem}",
                attribute="Name",
                expected="an absolute URI, or another NameFormat",
                actual=name,
            )


@rule(
    "attr-nameformat-basic-not-name",
    on=Assertion,
    severity=WARNING,
    cites=[core("8.2.3")],
    owner=IDP,
    bad=[
        example(
            "response",
            _another("http://schemas.example.org/claims/role", f' NameFormat="{_BASIC}"'),
            also=["attr-not-requested"],
        )
    ],
    good=[
        *_GOOD,
        example(
            "response",
            _another("urn:oid:2.5.4.12", f' NameFormat="{_BASIC}"'),
            also=["attr-not-requested"],
        ),
    ],
)
def name_not_basic(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The name of an attribute is not as its NameFormat basic demands.

    With the NameFormat basic the Name is an XML name: letters, digits, full stops, hyphens,
    underscores and colons, starting with none of the first three but a letter.

    Why: most service providers compare the Name alone and do not mind; a strict one refuses it.
    Fix: Set the name format to uri for a name that is a URI, else to unspecified, at the identity
    provider.
    """
    for attribute in assertion.attributes():
        name = attribute.name or ""
        if attribute.name_format == _BASIC and not is_ncname(name.replace(":", "_")):
            yield hit(
                attribute,
                f"The attribute {name!r} has the NameFormat basic, but its name is no XML name",
                attribute="Name",
                expected="an XML name, or another NameFormat",
                actual=name,
            )


@rule(
    "attr-profile-field-collision",
    on=Assertion,
    severity=WARNING,
    cites=[_NODE_SAML],
    owner=IDP,
    bad=[example("response", _another("nameID"), also=["attr-not-requested"])],
    good=_GOOD,
)
def field_collision(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """An attribute is named like a part of the assertion.

    Its Name is one that well-known software gives to what it reads from the assertion itself, such
    as nameID, issuer or sessionIndex.

    Why: where both land in one record, the attribute may take the place of the real name
    identifier, and the user becomes somebody else.
    Fix: Give the attribute another name at the identity provider.
    """
    for attribute in assertion.attributes():
        if attribute.name in _IDENTITY_FIELDS:
            yield hit(
                attribute,
                f"The attribute {attribute.name!r} is named like a part of the assertion itself",
                attribute="Name",
                expected="another name",
                actual=attribute.name,
            )


@rule(
    "attr-friendlyname-used",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.7.3.1")],
    owner=SP,
    bad=[
        example("response", (_GIVEN, _GIVEN.replace('"givenName"', '"mail"'))),
        example(
            "response",
            _another("urn:example:org:name", ' FriendlyName="givenName"'),
            also=["attr-not-requested"],
        ),
    ],
    good=_GOOD,
)
def friendly_name_used(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """Two attributes share a FriendlyName, or one has that of another attribute.

    FriendlyName is for people and must not identify an attribute. Here it would identify the wrong
    one: it stands on two attributes of different names, or is the usual short name of another
    attribute.

    Why: a service provider that maps attributes by FriendlyName, against the specification, reads
    the value of one for the other, or refuses the response.
    Fix: Let the service provider map attributes by Name, and correct FriendlyName at the identity
    provider.
    """
    from samlcheck.rules.metadata.attribute_registry import BY_SHORT_NAME, SHORT_NAMES

    seen: dict[str, Attribute] = {}
    for attribute in assertion.attributes():
        friendly, name = attribute.friendly_name, attribute.name
        if not friendly or not name:
            continue
        first = seen.setdefault(friendly, attribute)
        meant = BY_SHORT_NAME.get(friendly.lower())
        if first.name != name:
            yield hit(
                attribute,
                f"The attributes {first.name!r} and {name!r} have the same FriendlyName "
                f"{friendly!r}",
                attribute="FriendlyName",
                expected="a FriendlyName of its own",
                actual=friendly,
                related=[Place(first, "FriendlyName", "the other attribute")],
            )
        elif meant is not None and meant != name and name in SHORT_NAMES:
            yield hit(
                attribute,
                f"The attribute {name!r} has the FriendlyName {friendly!r}, which is that of "
                f"{meant!r}",
                attribute="FriendlyName",
                expected=SHORT_NAMES[name],
                actual=friendly,
            )


@rule(
    "attr-not-requested",
    on=Assertion,
    severity=INFO,
    cites=[metadata("2.4.4.2")],
    owner=IDP,
    needs=["sp"],
    bad=[example("response", _another("urn:oid:2.5.4.12"))],
    good=_GOOD,
)
def not_requested(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """Attributes were sent that nobody asked for.

    The SP metadata lists the attributes that the service provider wants, and others were sent.

    Why: what a service does not need it ought not to get; privacy rules of many federations and
    laws say so.
    Fix: Take the attributes out of what the identity provider releases to this service provider,
    or add them to the SP metadata if they are needed.
    """
    service = consuming_service(case)
    if service is None or not service.requested_attributes:
        return
    known = case.once(_asked_for, service)
    surplus = [item for item in assertion.attributes() if item.name and item.name not in known]
    if surplus:
        names = list(dict.fromkeys(item.name or "" for item in surplus))
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        yield hit(
            surplus[0],
            f"The SP metadata does not ask for {any_of(names[:8])}{more}",
            attribute="Name",
            related=[Place(service, None, "what the SP metadata asks for")],
        )


def _asked_for(service: AttributeConsumingService, case: Case) -> set[str]:
    """Return the names of the attributes asked for, and of what was sent in their place."""
    known = {name for item in wanted(case) for name in item.names}
    known.update(item.name for item in service.requested_attributes if item.name)
    known.update(miss.sent.name or "" for miss in near_misses(case))
    return known


RULES = (
    statement_empty,
    name_format_mismatch,
    name_not_uri,
    name_not_basic,
    field_collision,
    friendly_name_used,
    not_requested,
)
