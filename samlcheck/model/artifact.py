"""SAML artifacts: short references that the receiver exchanges for the message itself.

Source: SAML Bindings 3.6.4 (the format in general, and type 0x0004).
"""

from __future__ import annotations

import base64
import binascii

from samlcheck.records import frozen

#: The type of SAML 2.0, and the octets of such an artifact: type, index, source and handle.
TYPE_SAML2, LENGTH_SAML2 = 4, 44
#: The types of SAML 1.1.
TYPES_SAML11 = (1, 2)


@frozen(kw_only=True)
class Artifact:
    """An artifact taken apart; what it is too short for is None.

    `source_id` is the SHA-1 digest of the issuer's entityID, `handle` what names the message there.
    """

    length: int
    type_code: int | None
    endpoint_index: int | None
    source_id: bytes | None
    handle: bytes | None


def read_artifact(text: str) -> Artifact | None:
    """Return the artifact in Base64 text, or None when it is no Base64."""
    try:
        octets = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return Artifact(
        length=len(octets),
        type_code=int.from_bytes(octets[:2], "big") if len(octets) >= 2 else None,
        endpoint_index=int.from_bytes(octets[2:4], "big") if len(octets) >= 4 else None,
        source_id=octets[4:24] if len(octets) >= 24 else None,
        handle=octets[24:] if len(octets) > 24 else None,
    )
