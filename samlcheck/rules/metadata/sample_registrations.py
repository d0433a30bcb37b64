"""The registration of the examples on mdrpi:RegistrationInfo, and the edits that put it in."""

from __future__ import annotations

from typing import Final

from samlcheck.rules.metadata.extensions import FEDERATION_SP
from samlcheck.rules.rule import example
from samlcheck.xml.names import MDRPI

_SP_ROLE: Final = '  <md:SPSSODescriptor AuthnRequestsSigned="true"'
AUTHORITY: Final = "https://federation.example.org"
POLICY: Final = (
    '<mdrpi:RegistrationPolicy xml:lang="en">https://federation.example.org/policy'
    "</mdrpi:RegistrationPolicy>"
)
REGISTRATION: Final = (
    f'<mdrpi:RegistrationInfo xmlns:mdrpi="{MDRPI}" registrationAuthority="{AUTHORITY}" '
    f'registrationInstant="2025-03-01T09:00:00Z">{POLICY}</mdrpi:RegistrationInfo>'
)
#: What a federation finds missing in the SP of the examples beside its registration.
BESIDE: Final = tuple(slug for slug in FEDERATION_SP if slug != "rpi-missing")


def registered(registration: str) -> tuple[str, str]:
    """Return the edit that registers the SP of the examples."""
    return (_SP_ROLE, f"  <md:Extensions>{registration}</md:Extensions>\n{_SP_ROLE}")


REGISTERED: Final = example("sp", registered(REGISTRATION))
IN_FEDERATION: Final = example("sp", registered(REGISTRATION), profile="federation", also=BESIDE)
