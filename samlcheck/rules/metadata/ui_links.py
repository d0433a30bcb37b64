"""Rules on the links of mdui:UIInfo: information, privacy statement, and logo where it is one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Logo, Text, UIInfo
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui, rfc
from samlcheck.rules.metadata.extensions import short
from samlcheck.rules.rule import ATTACK, ERROR, INFO, Hit, example, hit, rule
from samlcheck.xml import uri_problem
from samlcheck.xml.names import display
from samlcheck.xml.uri import split_uri

_PRIVACY: Final = "https://sp.example.org/privacy"
_LOGO: Final = "https://sp.example.org/logo.png"
_GOOD: Final = (example("sp"), example("idp"))
#: Schemes that make a browser run or read something local when a person follows the link.
_DANGEROUS: Final = ("javascript", "vbscript", "data", "file", "blob", "view-source")


#: Nothing longer is a scheme; images in data: URIs have tens of thousands of characters.
_LONGEST_SCHEME: Final = 100
#: What browsers drop wherever it stands in an address.
_DROPPED: Final = {ord(sign): None for sign in "\t\r\n"}


def _links(info: UIInfo) -> tuple[Text, ...]:
    return (*info.information_urls, *info.privacy_statement_urls)


def _has_breaks(text: str) -> bool:
    return "\n" in text or "\t" in text or "\r" in text


def _scheme(text: str) -> str:
    # Browsers drop line breaks and tabs, and control characters in front, before they look.
    clean = text.translate(_DROPPED).lstrip() if _has_breaks(text) else text.lstrip()
    return (split_uri(clean[:_LONGEST_SCHEME]).scheme or "").lower()


def dangerous(link: Text) -> bool:
    """Tell whether following a link runs a script or reads something local."""
    scheme = _scheme(link.text)
    return scheme in _DANGEROUS and not (scheme == "data" and isinstance(link, Logo))


def _problem(text: str) -> str | None:
    """Return what is wrong with the address of a page, to complete a sentence."""
    if not text:
        return "is empty"
    problem = uri_problem(text)
    if problem is not None:
        return problem
    uri = split_uri(text)
    if not uri.is_web:
        return "is not a web address"
    return "has a colon without a port" if uri.port == "" else None


@rule(
    "ui-url-invalid",
    on=UIInfo,
    severity=ERROR,
    cites=[mdui("2.1.6"), mdui("2.1.7"), rfc(3986)],
    bad=[
        example("sp", (_PRIVACY, "www.sp.example.org/privacy")),
        example("sp", (_PRIVACY, "https:///privacy")),
        example("sp", (_PRIVACY, "")),
        example("sp", (_PRIVACY, "mailto:privacy@sp.example.org")),
    ],
    good=_GOOD,
)
def url_invalid(info: UIInfo, case: Case) -> Iterator[Hit]:
    """A link for people is not a web address.

    mdui:InformationURL or mdui:PrivacyStatementURL is not a complete http or https URL.

    Why: pages show it as a link, which then leads nowhere, or into the page that shows it.
    Fix: Write the whole address, starting with https://, or leave the element out.
    """
    for link in _links(info):
        problem = None if dangerous(link) else _problem(link.value)
        if problem is not None:
            yield hit(
                link,
                f"The {display(str(link.element.tag))} {short(link.value)} {problem}",
                expected="an https URL",
                actual=link.value,
            )


@rule(
    "ui-url-http",
    on=UIInfo,
    severity=INFO,
    cites=[mdui("2.1.6"), mdui("2.1.7")],
    bad=[example("sp", (_PRIVACY, "http://sp.example.org/privacy"))],
    good=_GOOD,
)
def url_http(info: UIInfo, case: Case) -> Iterator[Hit]:
    """A link for people is not protected by TLS.

    mdui:InformationURL or mdui:PrivacyStatementURL starts with http://.

    Why: whoever sits on the network can replace the page that people are sent to from a login.
    Fix: Serve the page by https and write https:// in the metadata.
    """
    for link in _links(info):
        if _problem(link.value) is None and _scheme(link.value) == "http":
            yield hit(
                link,
                f"The {display(str(link.element.tag))} {short(link.value)} is not an https URL",
                expected="an https URL",
                actual=link.value,
            )


@rule(
    "ui-url-dangerous-scheme",
    on=UIInfo,
    severity=ERROR,
    cites=[mdui("2.1.6"), mdui("2.1.7")],
    tags=[ATTACK],
    bad=[
        example("sp", (_PRIVACY, "javascript:alert(1)")),
        example("sp", (_PRIVACY, "data:text/html,privacy")),
        example("sp", (_LOGO, "javascript:alert(1)")),
    ],
    good=_GOOD,
)
def url_dangerous(info: UIInfo, case: Case) -> Iterator[Hit]:
    """A link for people would run a script.

    A link or logo of mdui:UIInfo has a scheme such as javascript: or file:; data: is fine for a
    logo only.

    Why: login and discovery pages of others show it, so the script runs in their name.
    Fix: Treat the document as hostile until its sender explains the link; write an https URL.
    """
    for link in (*_links(info), *info.logos):
        if dangerous(link):
            yield hit(
                link,
                f"The {display(str(link.element.tag))} {short(link.value)} has the dangerous "
                f"scheme {_scheme(link.text)}:",
                expected="an https URL",
                actual=link.value,
            )


RULES = (url_invalid, url_http, url_dangerous)
