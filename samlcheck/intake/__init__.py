"""Turn whatever was captured of a SAML exchange into candidate XML, and name how it was encoded.

The XML is not parsed or trusted here: that is for ``samlcheck.xml``. What was wrong on the way
down to it is kept with the capture as defects.
"""

from samlcheck.intake._capture import Capture, Exchange, Page, Step
from samlcheck.intake._octets import encode_as_declared
from samlcheck.intake._pages import shown_text
from samlcheck.intake._read import read_capture

__all__ = [
    "Capture",
    "Exchange",
    "Page",
    "Step",
    "encode_as_declared",
    "read_capture",
    "shown_text",
]
