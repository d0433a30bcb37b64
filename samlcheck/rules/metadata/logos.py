"""Rules on mdui:Logo as the metadata states it; those on images inside the metadata join them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import Logo, UIInfo
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui, rfc, saml2int
from samlcheck.rules.metadata import logo_data
from samlcheck.rules.metadata.extensions import FEDERATION_SP, REFEDS_UI, short
from samlcheck.rules.metadata.logo_images import is_data_uri
from samlcheck.rules.metadata.ui_links import dangerous
from samlcheck.rules.rule import ERROR, INFO, OFF, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml.defect import code_point

_LOGO: Final = '<mdui:Logo height="60" width="80">https://sp.example.org/logo.png</mdui:Logo>'
_GOOD: Final = (example("sp"), example("idp"))
_WIDTHS: Final = range(64, 351)
_HEIGHTS: Final = range(60, 147)
_MOST_DIGITS: Final = 6
#: What no URI holds unescaped (RFC 3986 section 2), besides white space and control characters.
_NOT_IN_URI: Final = '<>"\\^`{|}'
_NEVER: Final = re.compile(r'[ <>"\\^`{|}]')


def _logo(url: str, size: str = 'height="60" width="80"') -> str:
    return f"<mdui:Logo {size}>{url}</mdui:Logo>"


def pixels(text: str | None) -> int | None:
    """Return a width or height as a number of pixels; None when it is not a positive one."""
    digits = (text or "").strip().removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _MOST_DIGITS:
        return None
    return int(digits) or None


@rule(
    "ui-logo-not-https",
    on=Logo,
    severity=WARNING,
    cites=[mdui("2.1.5"), saml2int("SDP-MD10")],
    bad=[
        example("sp", (_LOGO, _logo("http://sp.example.org/logo.png"))),
        example("sp", (_LOGO, _logo("/images/logo.png"))),
        example("sp", (_LOGO, _logo(""))),
    ],
    good=_GOOD,
)
def logo_not_https(logo: Logo, case: Case) -> Iterator[Hit]:
    """A logo has no https address.

    mdui:Logo is neither an https URL nor a data: URI with the image in it.

    Why: login pages are served by https, and browsers block or upgrade images that are not; a
    relative address leads nowhere.
    Fix: Serve the image by https and write the whole URL.
    """
    value = logo.value
    if dangerous(logo) or is_data_uri(value) or value.lower().startswith("https://"):
        return
    yield hit(
        logo,
        f"The mdui:Logo {short(value)} is not an https URL" if value else "The mdui:Logo is empty",
        expected="an https URL",
        actual=value,
    )


@rule(
    "ui-logo-size-attrs",
    on=Logo,
    severity=ERROR,
    cites=[mdui("2.1.5")],
    bad=[
        example("sp", (_LOGO, _LOGO.replace(' width="80"', ""))),
        example("sp", (_LOGO, _LOGO.replace('"60"', '"0"'))),
        example("sp", (_LOGO, _LOGO.replace('"60"', '"60px"'))),
    ],
    good=_GOOD,
)
def logo_size_attributes(logo: Logo, case: Case) -> Iterator[Hit]:
    """A logo does not say how large it is.

    width and height of mdui:Logo are required, and each is a positive whole number of pixels.

    Why: readers choose among the logos by their size; without it the metadata does not follow the
    schema and the logo is passed over.
    Fix: State the width and height of the image in pixels, as bare numbers.
    """
    for name, text in (("width", logo.width), ("height", logo.height)):
        if pixels(text) is None:
            yield hit(
                logo,
                f"The mdui:Logo has no {name}"
                if text is None
                else f"The {name} {text!r} of the mdui:Logo is not a positive whole number",
                attribute=name,
                expected="a positive number of pixels",
                actual=text,
            )


@rule(
    "ui-logo-url-chars",
    on=Logo,
    severity=ERROR,
    cites=[rfc(3986, "2"), mdui("2.1.5")],
    bad=[
        example("sp", (_LOGO, _logo("https://sp.example.org/our logo.png"))),
        example("sp", (_LOGO, _logo("https://sp.example.org/\n    logo.png"))),
        example("sp", (_LOGO, _logo("https://sp.example.org/logo\u00a0.png"))),
    ],
    good=[*_GOOD, example("sp", (_LOGO, _logo("\n  https://sp.example.org/logo.png\n")))],
)
def logo_url_characters(logo: Logo, case: Case) -> Iterator[Hit]:
    """The address of a logo has characters that no URL holds.

    A blank, line break, no-break space or another character that a URL holds only
    percent-encoded stands inside mdui:Logo. White space inside a data: URI is a warning.

    Why: discovery pages pass the address into scripts and lists, where a line break has broken
    the whole page; others request a wrong address.
    Fix: Write the URL in one line and percent-encode what is special, such as %20 for a blank.
    """
    value = logo.value
    if value.isascii() and value.isprintable() and _NEVER.search(value) is None:
        return
    data = is_data_uri(value)
    found = next((sign for sign in value if _foreign(sign)), None)
    if found is None or (data and not found.isspace()):
        return
    yield hit(
        logo,
        f"The mdui:Logo {short(value)} contains {_sign_words(found)}",
        expected="a URL without white space",
        actual=found,
        severity=WARNING if data else ERROR,
    )


def _foreign(sign: str) -> bool:
    return sign.isspace() or not sign.isprintable() or sign in _NOT_IN_URI


def _sign_words(sign: str) -> str:
    if sign in "\r\n":
        return "a line break"
    if sign.isspace():
        return f"white space ({code_point(sign)})"
    return f"the character {code_point(sign)}"


@rule(
    "ui-logo-recommended-size",
    on=UIInfo,
    severity=OFF,
    cites=[REFEDS_UI],
    unless=["ui-logo-size-attrs"],
    bad=[
        example(
            "sp",
            (_LOGO, _LOGO.replace('"60"', '"1200"').replace('"80"', '"1600"')),
            profile="federation",
            also=FEDERATION_SP,
        )
    ],
    good=[*_GOOD, example("sp", profile="federation", also=FEDERATION_SP)],
)
def logo_recommended_size(info: UIInfo, case: Case) -> Iterator[Hit]:
    """No logo has a size that login pages like to show.

    At least one logo is 64 to 350 pixels wide and 60 to 146 pixels high.

    Why: much larger images are slow and get scaled, much smaller ones are blurred; the place for
    logos is small on discovery and login pages alike.
    Fix: Add a logo of about 80 x 60 pixels, wider than high, with a transparent background.
    """
    sizes = [(pixels(logo.width), pixels(logo.height)) for logo in info.logos]
    if sizes and not any(width in _WIDTHS and height in _HEIGHTS for width, height in sizes):
        first = info.logos[0]
        yield hit(
            first,
            f"No mdui:Logo has a recommended size; the first is {first.width} x {first.height}",
            attribute="width",
            expected="64 to 350 pixels wide and 60 to 146 pixels high",
            actual=f"{first.width} x {first.height}",
        )


@rule(
    "ui-logo-duplicate",
    on=UIInfo,
    severity=INFO,
    cites=[mdui("2.1.5")],
    bad=[example("sp", (_LOGO, f"{_LOGO}\n        {_LOGO}"))],
    good=[
        *_GOOD,
        example("sp", (_LOGO, _LOGO + _LOGO.replace("<mdui:Logo", '<mdui:Logo xml:lang="sv"'))),
    ],
)
def logo_duplicate(info: UIInfo, case: Case) -> Iterator[Hit]:
    """The same logo is listed twice.

    Two mdui:Logo elements have the same address, size and language.

    Why: the second one says nothing new; usually another size or language was meant.
    Fix: Remove it, or correct its address, size or language.
    """
    first: dict[tuple[str | None, ...], Logo] = {}
    for logo in info.logos:
        before = first.setdefault((logo.value, logo.width, logo.height, logo.lang), logo)
        if before is not logo:
            yield hit(
                logo,
                f"The mdui:Logo {short(logo.value)} is listed twice with the same size",
                expected="each logo once",
                related=[Place(before, None, "the first one")],
            )


RULES = (
    logo_not_https,
    logo_size_attributes,
    logo_url_characters,
    logo_recommended_size,
    logo_duplicate,
    *logo_data.RULES,
)
