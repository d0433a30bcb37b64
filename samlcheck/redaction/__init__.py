"""Make captures that can be sent to a vendor: who logged in is replaced, why it failed is kept.

Pure, as all below the command line: octets in, a text out.
"""

from samlcheck.redaction.api import Redacted, redact
from samlcheck.redaction.errors import RedactionError

__all__ = ["Redacted", "RedactionError", "redact"]
