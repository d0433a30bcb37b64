"""Rules on the structure of SAML elements: the right ones, in the right order.

The schemas decide, and these rules say it in words. What has a rule of its own (no endpoint, no
Status, no Issuer) is left to that rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation, core, metadata
from samlcheck.rules.rule import BLOCKS_LOGIN, ERROR, Hit, example, rule
from samlcheck.rules.structure.foreign import saml_content
from samlcheck.rules.structure.units import UNITS, Unit, told

SCHEMAS: Final = Citation(
    "SAML 2.0 schemas", None, "https://docs.oasis-open.org/security/saml/v2.0/"
)
_EXTENSION_SCHEMAS: Final = Citation(
    "Schemas of the metadata extensions",
    None,
    "https://docs.oasis-open.org/security/saml/Post2.0/",
)
#: Forged shapes break the schema too; they have better names.
ATTACKS: Final = (
    "xsw-*",
    "xml-attribute-pollution",
    "xml-lookalike-element",
    "xml-mixed-content-value",
    "response-foreign-message-inside",
    "message-wrapping-request",
    "status-elsewhere",
    "xml-comment-in-digestvalue",
    "sig-multiple-signedinfo",
    "sig-stray-dsig-node",
    "sig-manifest",
    "sig-keyinfo-retrievalmethod",
)
GOOD: Final = (example("sp"), example("idp"), example("aggregate"), example("response"))

_LOGOUT: Final = (
    '<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
    'Location="https://sp.example.org/saml/slo"/>'
)
_LAST_FORMAT: Final = "nameid-format:transient</md:NameIDFormat>"
_NAME: Final = '<md:OrganizationName xml:lang="en">Example Library</md:OrganizationName>'
_ROLE: Final = "<md:SPSSODescriptor "
_ATTRIBUTE: Final = (
    '<saml:Attribute xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Name="urn:oid:2.5.4.42"/>'
)
_IN_MESSAGE: Final = (
    '<samlp:Extensions><md:Company xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">x'
    "</md:Company></samlp:Extensions>"
)
_DISPLAY_NAME: Final = '<mdui:DisplayName xml:lang="en">Example Library</mdui:DisplayName>'


@rule(
    "xsd-missing-required-child",
    on=UNITS,
    severity=ERROR,
    cites=[SCHEMAS],
    tags=[BLOCKS_LOGIN],
    unless=ATTACKS,
    bad=[example("sp", (f"    {_NAME}\n", ""))],
    good=GOOD,
)
def missing_required_child(unit: Unit, case: Case) -> Iterator[Hit]:
    """An element lacks a child element that it must have.

    Each SAML element is compared with the schema of SAML 2.0. Elements whose absence has a rule of
    its own, such as endpoints, roles, Status or Issuer, are left to that rule.

    Why: software that validates against the schema refuses the whole document, and other software
    fails later, where it needs what is missing.
    Fix: Add the element named, or remove the one that is incomplete.
    """
    yield from told(unit, case, "xsd-missing-required-child")


@rule(
    "xsd-empty-extensions",
    on=UNITS,
    severity=ERROR,
    cites=[SCHEMAS],
    tags=[BLOCKS_LOGIN],
    unless=ATTACKS,
    bad=[example("sp", (_ROLE, f"<md:Extensions/>\n  {_ROLE}"))],
    good=GOOD,
)
def empty_extensions(unit: Unit, case: Case) -> Iterator[Hit]:
    """An Extensions element is empty.

    md:Extensions and samlp:Extensions hold at least one element; without one they are left out.

    Why: software that validates against the schema refuses the whole document because of it. It
    mostly remains when a filter takes the extensions out one by one.
    Fix: Remove the empty element.
    """
    yield from told(unit, case, "xsd-empty-extensions")


@rule(
    "xsd-child-order",
    on=UNITS,
    severity=ERROR,
    cites=[SCHEMAS],
    tags=[BLOCKS_LOGIN],
    unless=ATTACKS,
    bad=[
        example("sp", (_LOGOUT, ""), (_LAST_FORMAT, f"{_LAST_FORMAT}\n    {_LOGOUT}")),
    ],
    good=GOOD,
)
def child_order(unit: Unit, case: Case) -> Iterator[Hit]:
    """The child elements of an element stand in the wrong order.

    The schemas of SAML 2.0 fix the order of child elements. The finding names the element that
    has to move, and the whole order.

    Why: software that validates against the schema refuses the whole document, although nothing
    is missing; other software reads it, so the mistake shows up only with some partners.
    Fix: Move the element named to its place in the order shown.
    """
    yield from told(unit, case, "xsd-child-order")


@rule(
    "xsd-core-invalid",
    on=UNITS,
    severity=ERROR,
    cites=[SCHEMAS],
    tags=[BLOCKS_LOGIN],
    unless=ATTACKS,
    bad=[
        example("sp", ("md:SingleLogoutService", "md:SingleLogOutService")),
        example("sp", ('isDefault="true"/>', 'isdefault="true"/>')),
        example("sp", ("<md:ServiceName ", "Library<md:ServiceName ")),
    ],
    good=GOOD,
)
def core_invalid(unit: Unit, case: Case) -> Iterator[Hit]:
    """An element or attribute is not what the schemas allow there.

    Judged by the schemas of SAML 2.0, XML Signature and XML Encryption: elements that do not
    exist or are not allowed in that place, that occur too often, text between elements,
    attributes that do not exist or are absent, and values that are not of their type. For a
    misspelt name the right one is given.

    Why: software that validates against the schema refuses the whole document; other software
    silently passes over what it does not know, so that a misspelt setting has no effect.
    Fix: Correct the name or the place shown; for extensions use md:Extensions and a namespace.
    """
    yield from told(unit, case, "xsd-core-invalid")


@rule(
    "xsd-extension-invalid",
    on=UNITS,
    severity=ERROR,
    cites=[_EXTENSION_SCHEMAS],
    bad=[
        example("sp", (_DISPLAY_NAME, _DISPLAY_NAME.replace("DisplayName", "Displayname"))),
        example("idp", ('regexp="false"', 'regexp="false" xml:lang="en"')),
    ],
    good=GOOD,
)
def extension_invalid(unit: Unit, case: Case) -> Iterator[Hit]:
    """An extension does not follow its own schema.

    The schemas of SAML let anything pass as an extension. Those of MDUI, MDRPI, entity attributes,
    algorithm support, discovery, request initiation, holder of key, Shibboleth and REFEDS are
    judged by the schemas that belong to them.

    Why: readers of the extension pass over what they do not know, so that a misspelt setting has
    no effect; registrars and federations that validate extensions refuse the document.
    Fix: Correct the element or attribute shown as the finding says.
    """
    yield from told(unit, case, "xsd-extension-invalid")


@rule(
    "xsd-extension-unqualified",
    on=UNITS,
    severity=ERROR,
    cites=[metadata("2.3.1"), metadata("2.3.2"), core("3.2.1"), core("2.7.3.1")],
    tags=[BLOCKS_LOGIN],
    unless=ATTACKS,
    bad=[
        example("sp", ("<mdui:UIInfo>", '<Note xmlns="">x</Note><mdui:UIInfo>')),
        example("sp", ("<mdui:UIInfo>", "<md:NameIDFormat>urn:a</md:NameIDFormat><mdui:UIInfo>")),
        example("sp", ("<mdui:UIInfo>", f"{_ATTRIBUTE}<mdui:UIInfo>")),
        example(
            "response",
            ("<samlp:Status>", f"{_IN_MESSAGE}<samlp:Status>"),
            also=["response-extensions-content"],
        ),
    ],
    good=GOOD,
)
def extension_unqualified(unit: Unit, case: Case) -> Iterator[Hit]:
    """An extension has no namespace of its own.

    What stands where SAML leaves room for extensions, elements and attributes alike, is in a
    namespace, and not in one of SAML itself.

    Why: software that validates against the schema refuses the whole document. Often an element
    of SAML has slipped into md:Extensions, where nobody looks for it.
    Fix: Move an element of SAML to its place; give an extension the namespace of its specification.
    """
    yield from told(unit, case, "xsd-extension-unqualified")
    yield from saml_content(unit, case)


RULES = (
    missing_required_child,
    empty_extensions,
    child_order,
    core_invalid,
    extension_invalid,
    extension_unqualified,
)
