"""Rules on mdui:UIInfo, what people see of an entity; those on its content join them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import QueryDescriptor, RoleDescriptor, UIInfo
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui
from samlcheck.rules.metadata import ui_links, ui_names, ui_presence, ui_texts
from samlcheck.rules.metadata.extensions import ROLES, items_of, misplaced, place_words
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml import Document
from samlcheck.xml.names import MDUI, clark, display

_UI_INFO: Final = clark(MDUI, "UIInfo")
_START: Final = "    <md:Extensions>\n      <mdui:UIInfo>"
_ROLE: Final = '  <md:SPSSODescriptor AuthnRequestsSigned="true"'
_STRAY: Final = (
    '<mdui:UIInfo><mdui:DisplayName xml:lang="en">Example Library</mdui:DisplayName></mdui:UIInfo>'
)
_AUTHORITY: Final = f"""\
  <md:AttributeAuthorityDescriptor
      protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:Extensions>{_STRAY}</md:Extensions>
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo>
        <ds:X509Data><ds:X509Certificate>{{cert:idp-signing}}</ds:X509Certificate></ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
    <md:AttributeService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP"
        Location="https://idp.example.org:8443/saml/attributes"/>
  </md:AttributeAuthorityDescriptor>
"""
_GOOD: Final = (example("sp"), example("idp"), example("aggregate"))


@rule(
    "ui-misplaced",
    on=Document,
    severity=ERROR,
    cites=[mdui("2.1.1")],
    bad=[
        example("sp", (_ROLE, f"  <md:Extensions>{_STRAY}</md:Extensions>\n{_ROLE}")),
        example(
            "sp",
            (
                '<mdui:Logo height="60" width="80">https://sp.example.org/logo.png</mdui:Logo>',
                _STRAY,
            ),
        ),
    ],
    good=_GOOD,
)
def ui_misplaced(document: Document, case: Case) -> Iterator[Hit]:
    """Texts for people stand where nobody looks for them.

    mdui:UIInfo belongs in the md:Extensions of a role, such as md:IDPSSODescriptor.

    Why: software looks for it there and nowhere else, so names and logos are not shown.
    Fix: Move mdui:UIInfo into the md:Extensions of the role that it describes.
    """
    for element in misplaced(document, _UI_INFO, ROLES):
        yield hit(
            element,
            f"mdui:UIInfo {place_words(element)}",
            expected="the md:Extensions of a role",
        )


@rule(
    "ui-duplicate",
    on=RoleDescriptor,
    severity=ERROR,
    cites=[mdui("2.1")],
    bad=[example("sp", (_START, f"    <md:Extensions>\n      {_STRAY}\n      <mdui:UIInfo>"))],
    good=_GOOD,
)
def ui_duplicate(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A role has more than one mdui:UIInfo.

    At most one mdui:UIInfo may stand in one md:Extensions; it holds all languages and logos.

    Why: readers take the first one or the last, so part of the texts and logos is never shown.
    Fix: Put all their elements into one mdui:UIInfo.
    """
    found = items_of(role.extensions, UIInfo)
    for info in found[1:]:
        yield hit(
            info,
            f"{display(str(role.element.tag))} has {len(found)} mdui:UIInfo elements",
            expected="one mdui:UIInfo",
            actual=str(len(found)),
            related=[Place(found[0], None, "the first one")],
        )


@rule(
    "ui-empty",
    on=UIInfo,
    severity=WARNING,
    cites=[mdui("2.1.1")],
    bad=[
        example(
            "idp",
            ("  <md:Organization>", f"{_AUTHORITY}  <md:Organization>"),
            (_STRAY, "<mdui:UIInfo/>"),
            also=["ui-on-aa", "ent-aa-unused"],
        )
    ],
    good=_GOOD,
)
def ui_empty(info: UIInfo, case: Case) -> Iterator[Hit]:
    """An mdui:UIInfo holds nothing.

    The element is there but has no child element.

    Why: it says nothing to anybody; most often the form that wrote it was left empty.
    Fix: Add at least an mdui:DisplayName, or leave mdui:UIInfo out.
    """
    if next(info.element.iterchildren("*"), None) is None:
        yield hit(info, "The mdui:UIInfo is empty", expected="at least an mdui:DisplayName")


@rule(
    "ui-on-aa",
    on=QueryDescriptor,
    severity=INFO,
    cites=[mdui("2.1.1")],
    bad=[
        example(
            "idp",
            ("  <md:Organization>", f"{_AUTHORITY}  <md:Organization>"),
            also=["ent-aa-unused"],
        )
    ],
    good=_GOOD,
)
def ui_on_authority(role: QueryDescriptor, case: Case) -> Iterator[Hit]:
    """An attribute authority has texts for people.

    mdui:UIInfo stands in a role that other software queries, such as
    md:AttributeAuthorityDescriptor. That is allowed.

    Why: people never meet this role, so the texts are not shown; federations take them out.
    Fix: Keep mdui:UIInfo in the role of the identity provider or service provider only.
    """
    for info in items_of(role.extensions, UIInfo):
        yield hit(
            info,
            f"mdui:UIInfo stands in {display(str(role.element.tag))}, which people never meet",
            expected="md:IDPSSODescriptor or md:SPSSODescriptor",
        )


RULES = (
    ui_misplaced,
    ui_duplicate,
    ui_empty,
    ui_on_authority,
    *ui_presence.RULES,
    *ui_names.RULES,
    *ui_texts.RULES,
    *ui_links.RULES,
)
