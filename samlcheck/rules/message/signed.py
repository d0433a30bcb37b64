"""Whether a message is signed at all, wherever its binding puts the signature."""

from __future__ import annotations

from typing import Final

from samlcheck.model import Envelope
from samlcheck.rules.case import Case
from samlcheck.rules.detached import signature_parameters
from samlcheck.xml.names import ECP, PAOS_NS

#: Why nothing is known of who sent an unsigned message over SOAP.
BACK_CHANNEL: Final = (
    "the message came over SOAP, where the connection can tell who sent it, and that is not in "
    "the capture"
)
_BY_CLIENT: Final = (f"{{{ECP}}}", f"{{{PAOS_NS}}}")


def signed_beside(case: Case) -> bool:
    """Tell whether a signature came beside the message, in its query string or form."""
    return bool(signature_parameters(case.sent))


def came_over_soap(case: Case) -> bool:
    """Tell whether the connection may protect a message: it came over SOAP, and not by a client.

    An enhanced client carries messages in envelopes too, whose headers tell of it.
    """
    headers = [
        str(header.tag)
        for item in case.carriers
        if isinstance(item, Envelope)
        for header in item.headers
    ]
    return bool(case.carriers) and not any(tag.startswith(_BY_CLIENT) for tag in headers)
