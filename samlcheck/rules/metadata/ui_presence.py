"""Rules on what of mdui:UIInfo is there at all; each runs where a profile asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from samlcheck.model import IDPSSODescriptor, Node, SPSSODescriptor, SSODescriptor, UIInfo
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui, saml2int
from samlcheck.rules.metadata.extensions import (
    FEDERATION_SP,
    IDP_ROLE,
    SP_ROLE,
    holder_tag,
    items_of,
)
from samlcheck.rules.rule import OFF, Hit, example, hit, rule
from samlcheck.xml.names import display


def _texts(name: str, description: str, host: str) -> tuple[str, ...]:
    """Return the elements of mdui:UIInfo in the base documents, each as its line."""
    lang = 'xml:lang="en"'
    return (
        f"<mdui:DisplayName {lang}>{name}</mdui:DisplayName>",
        f"<mdui:Description {lang}>{description}</mdui:Description>",
        f"<mdui:InformationURL {lang}>https://{host}/about</mdui:InformationURL>",
        f"<mdui:PrivacyStatementURL {lang}>https://{host}/privacy</mdui:PrivacyStatementURL>",
        f'<mdui:Logo height="60" width="80">https://{host}/logo.png</mdui:Logo>',
    )


def _ui_info(texts: tuple[str, ...]) -> str:
    lines = "".join(f"        {text}\n" for text in texts)
    return f"      <mdui:UIInfo>\n{lines}      </mdui:UIInfo>\n"


_SP_TEXTS: Final = _texts(
    "Example Library", "Loans, reservations and electronic journals.", "sp.example.org"
)
_IDP_TEXTS: Final = _texts(
    "Example University",
    "Sign-in for students and staff of Example University.",
    "idp.example.org",
)
_NAME, _DESCRIPTION, _INFORMATION, _PRIVACY, _LOGO = _SP_TEXTS
_GOOD: Final = (
    example("sp"),
    example("sp", profile="saml2int", also=["ea-subjectid-req-missing"]),
    example("idp", profile="saml2int"),
)


def _people_meet(info: UIInfo) -> bool:
    """Tell whether an mdui:UIInfo belongs to a role that people meet."""
    return holder_tag(info.element) in (IDP_ROLE, SP_ROLE)


def _absent(info: UIInfo, found: Sequence[Node], name: str) -> Iterator[Hit]:
    if not found and _people_meet(info):
        yield hit(info, f"The mdui:UIInfo has no mdui:{name}", expected=f"an mdui:{name}")


def _missing(role: SSODescriptor) -> Iterator[Hit]:
    if not items_of(role.extensions, UIInfo):
        yield hit(
            role,
            f"{display(str(role.element.tag))} has no mdui:UIInfo",
            expected="an mdui:UIInfo in its md:Extensions",
        )


@rule(
    "ui-missing-idp",
    on=IDPSSODescriptor,
    severity=OFF,
    cites=[mdui("2.1"), saml2int("SDP-MD09")],
    unless=["ui-misplaced"],
    bad=[example("idp", (_ui_info(_IDP_TEXTS), ""), profile="saml2int")],
    good=_GOOD,
)
def missing_idp(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The identity provider has no name or logo for people.

    There is no mdui:UIInfo in the md:Extensions of md:IDPSSODescriptor.

    Why: people choose their identity provider from a list; without it they see the entityID or
    the name of the organization.
    Fix: Add mdui:UIInfo with at least mdui:DisplayName and mdui:Logo.
    """
    yield from _missing(role)


@rule(
    "ui-missing-sp",
    on=SPSSODescriptor,
    severity=OFF,
    cites=[mdui("2.1"), saml2int("SDP-MD09")],
    unless=["ui-misplaced"],
    bad=[
        example(
            "sp",
            (f"    <md:Extensions>\n{_ui_info(_SP_TEXTS)}    </md:Extensions>\n", ""),
            profile="saml2int",
            also=["ea-subjectid-req-missing"],
        )
    ],
    good=_GOOD,
)
def missing_sp(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The service provider has no name or logo for people.

    There is no mdui:UIInfo in the md:Extensions of md:SPSSODescriptor.

    Why: the login page and the consent page show people which service they sign in to; without
    it they see the entityID.
    Fix: Add mdui:UIInfo with at least mdui:DisplayName, mdui:Logo and mdui:PrivacyStatementURL.
    """
    yield from _missing(role)


@rule(
    "ui-displayname-missing",
    on=UIInfo,
    severity=OFF,
    cites=[mdui("2.1.2"), saml2int("SDP-MD09")],
    unless=["ui-empty"],
    bad=[example("sp", (_NAME, ""), profile="saml2int", also=["ea-subjectid-req-missing"])],
    good=_GOOD,
)
def display_name_missing(info: UIInfo, case: Case) -> Iterator[Hit]:
    """There is no name to show.

    mdui:UIInfo has no mdui:DisplayName.

    Why: lists and login pages then show the entityID, or leave the entity out.
    Fix: Add mdui:DisplayName in each language that the users read, English among them.
    """
    yield from _absent(info, info.display_names, "DisplayName")


@rule(
    "ui-displayname-no-english",
    on=UIInfo,
    severity=OFF,
    cites=[mdui("2.1.2")],
    bad=[
        example(
            "sp",
            (_NAME, _NAME.replace('"en"', '"sv"')),
            profile="federation",
            also=FEDERATION_SP,
        )
    ],
    good=_GOOD,
)
def display_name_no_english(info: UIInfo, case: Case) -> Iterator[Hit]:
    """There is no English name to show.

    None of the mdui:DisplayName elements has xml:lang="en" or a variant of it.

    Why: people from other countries see a name that they cannot read, and software that falls
    back to English finds none.
    Fix: Add an mdui:DisplayName with xml:lang="en".
    """
    names = info.display_names
    if names and not any(_english(name.lang) for name in names):
        yield hit(
            names[0],
            "No mdui:DisplayName is in English",
            attribute="{http://www.w3.org/XML/1998/namespace}lang",
            expected='an mdui:DisplayName with xml:lang="en"',
            actual=names[0].lang,
        )


def _english(lang: str | None) -> bool:
    return (lang or "").lower().partition("-")[0] == "en"


@rule(
    "ui-description-missing",
    on=UIInfo,
    severity=OFF,
    cites=[mdui("2.1.3")],
    unless=["ui-empty"],
    bad=[example("sp", (_DESCRIPTION, ""), profile="federation", also=FEDERATION_SP)],
    good=_GOOD,
)
def description_missing(info: UIInfo, case: Case) -> Iterator[Hit]:
    """There is no description to show.

    mdui:UIInfo has no mdui:Description.

    Why: consent pages show it, so that people know what their data is released for.
    Fix: Add an mdui:Description of one sentence.
    """
    yield from _absent(info, info.descriptions, "Description")


@rule(
    "ui-information-url-missing",
    on=UIInfo,
    severity=OFF,
    cites=[mdui("2.1.6")],
    unless=["ui-empty"],
    bad=[example("sp", (_INFORMATION, ""), profile="federation", also=FEDERATION_SP)],
    good=_GOOD,
)
def information_url_missing(info: UIInfo, case: Case) -> Iterator[Hit]:
    """There is no link to more information.

    mdui:UIInfo has no mdui:InformationURL.

    Why: categories such as Research and Scholarship demand it, and people find no page that
    tells them what they sign in to.
    Fix: Add mdui:InformationURL with the address of a page about the service.
    """
    yield from _absent(info, info.information_urls, "InformationURL")


@rule(
    "ui-privacy-url-missing",
    on=UIInfo,
    severity=OFF,
    cites=[mdui("2.1.7"), saml2int("SDP-MD09")],
    unless=["ui-empty"],
    bad=[example("sp", (_PRIVACY, ""), profile="saml2int", also=["ea-subjectid-req-missing"])],
    good=_GOOD,
)
def privacy_url_missing(info: UIInfo, case: Case) -> Iterator[Hit]:
    """The service does not say what it does with personal data.

    The mdui:UIInfo of a service provider has no mdui:PrivacyStatementURL.

    Why: identity providers release personal data on the strength of that statement, and consent
    pages show it to people.
    Fix: Add mdui:PrivacyStatementURL with the address of the privacy statement.
    """
    if holder_tag(info.element) == SP_ROLE:
        yield from _absent(info, info.privacy_statement_urls, "PrivacyStatementURL")


@rule(
    "ui-logo-missing",
    on=UIInfo,
    severity=OFF,
    cites=[mdui("2.1.5"), saml2int("SDP-MD09")],
    unless=["ui-empty"],
    bad=[example("sp", (_LOGO, ""), profile="saml2int", also=["ea-subjectid-req-missing"])],
    good=_GOOD,
)
def logo_missing(info: UIInfo, case: Case) -> Iterator[Hit]:
    """There is no logo to show.

    mdui:UIInfo has no mdui:Logo.

    Why: people find an institution or a service by its logo faster than by its name.
    Fix: Add an mdui:Logo with an https URL and the size of the image.
    """
    yield from _absent(info, info.logos, "Logo")


RULES = (
    missing_idp,
    missing_sp,
    display_name_missing,
    display_name_no_english,
    description_missing,
    information_url_missing,
    privacy_url_missing,
    logo_missing,
)
