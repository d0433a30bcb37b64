"""Inflate raw DEFLATE, zlib and gzip data under a hard limit."""

from samlcheck.intake._layers import Layer
from samlcheck.intake._octets import looks_like_xml
from samlcheck.xml import Defect

DEFLATE = "DEFLATE"
ZLIB = "zlib"
GZIP = "gzip"
COMPRESSIONS = (DEFLATE, ZLIB, GZIP)

# How zlib is told which wrapper to expect.
_WINDOW_BITS = {DEFLATE: -15, ZLIB: 15, GZIP: 31}
# How much of a damaged stream is worth decoding octet by octet.
_MAX_SALVAGE = 65536


def inflate(data: bytes, *, limit: int) -> Layer | None:
    """Return what the compressed data holds, or None when it is not compressed XML.

    A stream that inflates to more than ``limit`` octets is refused, whatever it holds.
    """
    for step in _candidates(data):
        layer = _inflate_as(step, data, limit)
        if layer is not None:
            return layer
    return None


def _candidates(data: bytes) -> tuple[str, ...]:
    """Name the compressions that the first two octets allow, the one with a header first."""
    if data[:2] == b"\x1f\x8b":
        return (GZIP,)
    # RFC 1950: method 8 in the low half of the first octet, and a multiple of 31 over both.
    if len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0:
        return (ZLIB, DEFLATE)
    return (DEFLATE,)


def _inflate_as(step: str, data: bytes, limit: int) -> Layer | None:
    import zlib

    stream = zlib.decompressobj(_WINDOW_BITS[step])
    try:
        inflated = stream.decompress(data, limit + 1)
    except zlib.error as error:
        return _salvaged(step, data, limit, str(error))
    if len(inflated) > limit:
        return Layer(step=step, data=b"", defects=(_bomb(step, data, limit),), refused=True)
    if not looks_like_xml(inflated):
        return None
    if not stream.eof:
        return Layer(step=step, data=inflated, defects=(_ends_early(step, inflated),))
    if stream.unused_data:
        trailing = _trailing(step, len(stream.unused_data))
        return Layer(step=step, data=inflated, defects=(trailing,))
    return Layer(step=step, data=inflated)


def _salvaged(step: str, data: bytes, limit: int, reason: str) -> Layer | None:
    """Return what a damaged stream gives before the place where it breaks."""
    import zlib

    stream = zlib.decompressobj(_WINDOW_BITS[step])
    inflated = bytearray()
    try:
        for position in range(min(len(data), _MAX_SALVAGE)):
            inflated += stream.decompress(data[position : position + 1])
            if len(inflated) > limit:
                return Layer(step=step, data=b"", defects=(_bomb(step, data, limit),), refused=True)
    except zlib.error:
        pass
    if not looks_like_xml(bytes(inflated)):
        return None
    broken = Defect(
        rule="transport-truncated",
        message=f"the {step} data is damaged after {len(inflated)} inflated octets ({reason}): "
        "the rest of the message is lost",
        expected=f"a {step} stream that is whole",
        actual=reason,
    )
    return Layer(step=step, data=bytes(inflated), defects=(broken,))


def _bomb(step: str, data: bytes, limit: int) -> Defect:
    return Defect(
        rule="transport-decompression-bomb",
        message=f"{len(data)} octets of {step} data inflate to more than {limit} octets: "
        "the message was not looked at",
        expected=f"at most {limit} octets",
        actual=f"more than {limit} octets",
    )


def _ends_early(step: str, inflated: bytes) -> Defect:
    return Defect(
        rule="transport-truncated",
        message=f"the {step} data ends before its end mark, after {len(inflated)} inflated "
        "octets: the message was cut off",
        expected=f"a {step} stream with its end",
        actual="the stream stops in the middle",
    )


def _trailing(step: str, count: int) -> Defect:
    return Defect(
        rule="transport-decompression-bomb",
        message=f"{count} octets follow the end of the {step} data: they are not part of the "
        "message and a receiver may read them as a second one",
        expected="nothing after the compressed message",
        actual=f"{count} octets more",
    )
