"""Rules on logos that are inside the metadata, as data: URIs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Logo
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui, rfc
from samlcheck.rules.metadata.logo_images import (
    KNOWN,
    SVG,
    DataUri,
    active_content,
    dimensions,
    is_data_uri,
    read_data_uri,
    read_svg,
    sniff,
)
from samlcheck.rules.rule import INFO, WARNING, Hit, example, hit, rule

_LOGO: Final = '<mdui:Logo height="60" width="80">https://sp.example.org/logo.png</mdui:Logo>'
_LONGEST: Final = 40_000
#: The first octets of a PNG image of 80 x 60 pixels, enough for who looks at the header.
_PNG: Final = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAFAAAAA8CAYAAADxJz2M"
_SVG: Final = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%3E{}%3C/svg%3E"
_SVG_GOOD: Final = _SVG.format("%3Ccircle%20r='9'/%3E")


def _logo(url: str, size: str = 'height="60" width="80"') -> str:
    return f"<mdui:Logo {size}>{url}</mdui:Logo>"


_GOOD: Final = (
    example("sp"),
    example("sp", (_LOGO, _logo(_PNG))),
    example("sp", (_LOGO, _logo(_SVG_GOOD))),
)


def _image(logo: Logo) -> DataUri | None:
    """Return the image inside a logo that can be looked into."""
    if not is_data_uri(logo.value):
        return None
    uri = read_data_uri(logo.value)
    return uri if uri.problem is None else None


@rule(
    "ui-logo-data-invalid",
    on=Logo,
    severity=WARNING,
    cites=[rfc(2397), mdui("2.1.5")],
    bad=[
        example("sp", (_LOGO, _logo("data:image/png;base64"))),
        example("sp", (_LOGO, _logo("data:image/png;base64,iVBORw0KG*oAAAANSUhEUg"))),
        example("sp", (_LOGO, _logo("data:text/html,logo"))),
        example("sp", (_LOGO, _logo(_PNG.replace("image/png", "image/gif")))),
        example("sp", (_LOGO, _logo(_PNG.replace("image/png", "")))),
        example("sp", (_LOGO, _logo(_SVG.format("%3Ccircle%3E")))),
    ],
    good=_GOOD,
)
def logo_data_invalid(logo: Logo, case: Case) -> Iterator[Hit]:
    """A logo inside the metadata is not an image.

    The data: URI cannot be taken apart, names no image type, or its octets are of another type.

    Why: browsers show a broken image, or nothing.
    Fix: Make the data: URI again from the image file, or publish the image and write its https
    URL.
    """
    if not is_data_uri(logo.value):
        return
    uri = read_data_uri(logo.value)
    problem = uri.problem or _type_problem(uri)
    if problem is not None:
        yield hit(
            logo,
            f"The data: URI of the mdui:Logo {problem}",
            expected="data:image/png;base64, and a PNG image",
            actual=logo.value[:40],
        )


def _type_problem(uri: DataUri) -> str | None:
    """Return how the octets and the type of an image disagree, to complete a sentence."""
    if not uri.media_type:
        return "names no media type"
    if not uri.media_type.startswith("image/"):
        return f"has the media type {uri.media_type!r}, which is no image"
    if not uri.octets:
        return "holds no data"
    found = sniff(uri.octets)
    if found != uri.media_type and (found is not None or uri.media_type in KNOWN):
        is_what = "no such image" if found is None else found
        return f"says {uri.media_type}, but its data is {is_what}"
    if found == SVG and any(
        defect.rule == "xml-not-well-formed" for defect in read_svg(uri.octets).defects
    ):
        return "holds an SVG image that is not well-formed XML"
    return None


@rule(
    "ui-logo-data-too-long",
    on=Logo,
    severity=WARNING,
    cites=[rfc(2397)],
    bad=[example("sp", (_LOGO, _logo(_PNG + "A" * 40_000)))],
    good=_GOOD,
)
def logo_data_too_long(logo: Logo, case: Case) -> Iterator[Hit]:
    """A logo makes the metadata large.

    The data: URI of mdui:Logo has more than 40,000 characters, the limit of federations.

    Why: everybody who loads the metadata loads the image, many times a day; some federations
    take such logos out.
    Fix: Publish the image and write its https URL, or make the image smaller.
    """
    length = len(logo.value)
    if is_data_uri(logo.value) and length > _LONGEST:
        yield hit(
            logo,
            f"The data: URI of the mdui:Logo has {length} characters",
            expected=f"at most {_LONGEST} characters",
            actual=f"{length} characters",
        )


@rule(
    "ui-logo-dimensions-mismatch",
    on=Logo,
    severity=WARNING,
    cites=[mdui("2.1.5")],
    unless=["ui-logo-size-attrs"],
    bad=[
        example("sp", (_LOGO, _logo(_PNG, 'height="80" width="60"'))),
        example("sp", (_LOGO, _logo(_PNG, 'height="120" width="160"'))),
    ],
    good=_GOOD,
)
def logo_dimensions_mismatch(logo: Logo, case: Case) -> Iterator[Hit]:
    """A logo has another size than the metadata says.

    width and height are compared with the header of a PNG, GIF or JPEG image inside the metadata.
    Another proportion is a warning, another size of the same proportion is only noted.

    Why: readers choose and place the logo by the stated size, so it is shown distorted, blurred
    or scaled.
    Fix: State the width and height that the image has.
    """
    from samlcheck.rules.metadata.logos import pixels

    image = _image(logo)
    real = None if image is None else dimensions(image.octets)
    width, height = pixels(logo.width), pixels(logo.height)
    if real is None or width is None or height is None or (width, height) == real:
        return
    # One pixel of rounding in either number is no other proportion.
    distorted = abs(width * real[1] - height * real[0]) > max(*real, width, height)
    yield hit(
        logo,
        f"The mdui:Logo states {width} x {height} pixels, but the image has {real[0]} x {real[1]}",
        attribute="width" if width != real[0] else "height",
        expected=f"{real[0]} x {real[1]}",
        actual=f"{width} x {height}",
        severity=WARNING if distorted else INFO,
    )


@rule(
    "ui-logo-svg-active",
    on=Logo,
    severity=WARNING,
    cites=[mdui("2.1.5")],
    bad=[
        example("sp", (_LOGO, _logo(_SVG.format("%3Cscript%3Ealert(1)%3C/script%3E")))),
        example("sp", (_LOGO, _logo(_SVG.format("%3Ccircle%20onload='alert(1)'/%3E")))),
        example("sp", (_LOGO, _logo(_SVG.format("%3Cimage%20href='https://x.example.org'/%3E")))),
    ],
    good=_GOOD,
)
def logo_svg_active(logo: Logo, case: Case) -> Iterator[Hit]:
    """A logo can run a script or load something.

    An SVG image inside the metadata has a script, an event attribute, foreign content, entities of
    its own, or refers to something outside of it.

    Why: a page that embeds the image in its own code runs the script in its own name, and outside
    references tell others who signs in where.
    Fix: Export the logo as a PNG image, or as plain SVG without scripts and references.
    """
    image = _image(logo)
    if image is None or (sniff(image.octets) != SVG and image.media_type != SVG):
        return
    found = list(dict.fromkeys(active_content(read_svg(image.octets))))
    if found:
        yield hit(
            logo,
            f"The SVG image of the mdui:Logo has {found[0]}",
            expected="an image without scripts and outside references",
            actual=", ".join(found[:5]),
        )


RULES = (logo_data_invalid, logo_data_too_long, logo_dimensions_mismatch, logo_svg_active)
