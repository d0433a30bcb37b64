"""Peel one value down to its XML: URL-encoding, HTML entities, Base64 and compression."""

from samlcheck.intake._base64 import (
    BASE64,
    BASE64URL,
    FULLY_PLAUSIBLE,
    decode_base64,
    is_base64,
    resembles_base64,
)
from samlcheck.intake._inflate import COMPRESSIONS, inflate
from samlcheck.intake._kinds import kind_of, preview
from samlcheck.intake._layers import HTML_ENTITIES, URL_ENCODING, Layer, peel_entities, peel_percent
from samlcheck.intake._octets import (
    WHITE_SPACE,
    XML,
    encode_as_declared,
    has_controls,
    is_legible,
    is_text,
    looks_like_xml,
    utf_16_of,
)
from samlcheck.records import frozen
from samlcheck.xml import Defect

# More layers than any real mishap piles up; it bounds the work on hostile input.
_MAX_LAYERS = 12
_BASE64_STEPS = (BASE64, BASE64URL)
# These tell the truth about a value even when no XML comes out of it.
_CERTAIN = ("transport-not-base64", "transport-decompression-bomb")


@frozen(kw_only=True, eq=False, repr=False)
class Decoded:
    """What a value holds: the XML or b"", and the steps to it.

    ``inner`` is what the first Base64 layer gave, for saying what it is when it is not XML.
    """

    data: bytes
    steps: tuple[str, ...]
    defects: tuple[Defect, ...]
    inner: bytes

    @property
    def compression(self) -> str | None:
        """The compression among the steps, if there is one."""
        return next((step for step in self.steps if step in COMPRESSIONS), None)


def decode_value(value: bytes, *, subject: str, limit: int, named: bool) -> Decoded:
    """Decode a value as far as it goes.

    ``named`` tells that the value is that of a SAML parameter: then it has to be Base64, and
    what is wrong with it is reported even when nothing comes out.
    """
    steps: list[str] = []
    defects: list[Defect] = []
    inner = b""
    found = False
    while len(steps) < _MAX_LAYERS:
        layer = _peel(value, steps, subject, limit, named=named)
        if layer is None:
            sure = named or not (steps and steps[-1] in _BASE64_STEPS)
            found = looks_like_xml(value) and (sure or is_legible(value))
            break
        steps.append(layer.step)
        known = {defect.rule for defect in defects} & {"transport-truncated"}
        defects.extend(defect for defect in layer.defects if defect.rule not in known)
        value = layer.data
        if layer.refused:
            break
        if not inner and layer.step in _BASE64_STEPS:
            inner = value
    if not found:
        defects = _about_failure(defects, inner, subject, named=named)
        value = b""
    else:
        defects += _about_steps(steps, subject)
        if named and not _was_base64(steps):
            defects.append(_not_encoded(subject, value.find(b"<")))
        if not _was_base64(steps) and HTML_ENTITIES in steps:
            value = encode_as_declared(value)
        steps.append(XML)
    return Decoded(data=value, steps=tuple(steps), defects=tuple(defects), inner=inner)


def _peel(value: bytes, steps: list[str], subject: str, limit: int, *, named: bool) -> Layer | None:
    """Take the outermost encoding off, or return None when there is none left."""
    was_base64 = _was_base64(steps)
    xml = looks_like_xml(value)
    if xml and not (was_base64 and has_controls(value)):
        return None
    if steps and steps[-1] in _BASE64_STEPS:
        inflated = inflate(value, limit=limit)
        if inflated is not None:
            return inflated
    if xml or (was_base64 and not is_text(value)):
        return None
    layer = peel_percent(value) or peel_entities(value)
    if layer is not None:
        return layer
    worth_it = is_base64(value) if was_base64 else named or resembles_base64(value)
    if not worth_it:
        return None
    return decode_base64(
        value, subject=subject, plausibility=lambda data: _plausibility(data, limit)
    )


def _plausibility(data: bytes, limit: int) -> int:
    """Score decoded octets: up to FULLY_PLAUSIBLE for a whole message."""
    if looks_like_xml(data):
        text = data.strip(WHITE_SPACE + b"\x00")
        return 1 + _decodes(data) + (not has_controls(data)) + text.endswith(b">")
    layer = inflate(data, limit=limit)
    if layer is not None:
        return 1 if layer.defects else FULLY_PLAUSIBLE
    return 3 if is_base64(data) else 0


def _decodes(data: bytes) -> bool:
    try:
        data.decode(utf_16_of(data) or "utf-8")
    except UnicodeError:
        return False
    return True


def _was_base64(steps: list[str]) -> bool:
    return BASE64 in steps or BASE64URL in steps


def _about_steps(steps: list[str], subject: str) -> list[Defect]:
    """Report the layers that do not belong between a SAML parameter and its XML."""
    defects = []
    layers = steps.count(URL_ENCODING)
    if layers:
        defects.append(_residual(subject, layers))
    if HTML_ENTITIES in steps:
        defects.append(_entities(subject))
    base64_layers = sum(steps.count(step) for step in _BASE64_STEPS)
    if base64_layers > 1:
        defects.append(_double(subject, base64_layers))
    return defects


def _about_failure(
    defects: list[Defect], inner: bytes, subject: str, *, named: bool
) -> list[Defect]:
    """Keep what is certain about a value without XML in it, or else say what it holds."""
    certain = [defect for defect in defects if defect.rule in _CERTAIN]
    if certain or not named:
        return certain
    what = f"decodes to {kind_of(inner)}, which begins {preview(inner)}" if inner else "is no XML"
    unsupported = Defect(
        rule="transport-unsupported-capture",
        message=f"{subject} {what}: no SAML message was found in it",
        expected="a SAML message in XML",
        actual=kind_of(inner) if inner else None,
    )
    return [unsupported]


def _residual(subject: str, layers: int) -> Defect:
    count = "1 layer" if layers == 1 else f"{layers} layers"
    return Defect(
        rule="transport-residual-url-encoding",
        message=f"{subject} is still URL-encoded ({count}): it was copied as it stood in a URL "
        "or form body, or encoded too often by its sender",
        expected="no %XX escapes",
        actual=f"{count} of %XX escapes",
    )


def _entities(subject: str) -> Defect:
    return Defect(
        rule="transport-html-entity-residue",
        message=f"{subject} holds HTML character references: it was copied from the source of "
        "an HTML page, or escaped twice by its sender",
        expected="the characters themselves",
        actual="character references such as &#x2B; or &lt;",
    )


def _double(subject: str, layers: int) -> Defect:
    return Defect(
        rule="transport-double-base64",
        message=f"{subject} is encoded in Base64 {layers} times: a receiver decodes it once and "
        "finds no XML",
        expected="one layer of Base64",
        actual=f"{layers} layers of Base64",
    )


def _not_encoded(subject: str, offset: int) -> Defect:
    return Defect(
        rule="transport-not-base64",
        message=f"{subject} is not Base64: it is the XML itself, and the first foreign character "
        f"is '<' (U+003C) at offset {offset}",
        expected="the XML encoded in Base64",
        actual="the XML itself",
    )
