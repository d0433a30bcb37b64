"""The parts from which the examples of wrapping are put together.

A second start tag is put behind the signature, so that what follows it becomes the genuine part,
and what is forged is put around it.
"""

from __future__ import annotations

from typing import Final

from samlcheck.rules.citations import paper
from samlcheck.rules.message.carried import assertion_with
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN

USENIX: Final = paper(
    "On Breaking SAML: Be Whoever You Want to Be",
    "https://www.usenix.org/conference/usenixsecurity12/technical-sessions/presentation/somorovsky",
)
TAGS: Final = (ATTACK, BLOCKS_LOGIN)

ISSUER: Final = "<saml:Issuer>https://idp.example.org/saml</saml:Issuer>"
GENUINE_ID: Final = 'ID="_4c92e8f7061b4ad5935fd1a70e2b6c83"'
#: The genuine assertion as it starts without its signature, and how the message ends.
GENUINE_START: Final = (
    f'<saml:Assertion {GENUINE_ID} Version="2.0" IssueInstant="2026-11-23T09:59:30Z">\n    {ISSUER}'
)
END: Final = "</saml:Assertion>\n</samlp:Response>"
SIGNED_END: Final = "</ds:Signature>"
#: A forged assertion, and what of it follows its issuer.
FORGED: Final = assertion_with("_a5c1")
FORGED_REST: Final = FORGED.partition(ISSUER)[2]
