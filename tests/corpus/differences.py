"""Where the verdict or its ground differs from the peer's, and why, with the clause.

Complete: a test says so.
"""

from __future__ import annotations

#: File name to the reason of the difference.
DIFFERENCES: dict[str, str] = {
    "invalids__empty_nameid.xml": (
        "The peer accepts a NameID without content. SAML Core 1.3.1 requires a string value to have at "
        "least one character that is not white space, so the assertion names nobody (nameid-empty)."
    ),
    "invalids__no_saml2.xml": (
        "The message is of SAML 1.1, which no SAML 2.0 receiver takes for a login (SAML Core 4.1). It is "
        "named as such (transport-message-kind-mismatch); the verdict is undetermined, since nothing is "
        "known about the login that was meant."
    ),
    "response_without_assertion_reference_uri.xml": (
        "The peer looks for Conditions in the element whose ID the signature names, finds no such ID and "
        "reports Conditions as missing, although they are there. The cause is named here: the "
        "assertion's signature has an empty reference, which does not mean the assertion (SAML Core "
        "5.4.2)."
    ),
    "response_without_reference_uri.xml": (
        "As before, the peer does not find Conditions because the signature names no ID. The empty "
        "reference stands in the root and so covers the whole document; the pinned key made it. SAML Core "
        "5.4.2 wants an ID there, which is the error sig-reference-empty-uri, but nothing is uncovered, so it blocks no login."
    ),
    "signed_encrypted_assertion.xml": (
        "The peer takes a bearer confirmation without Recipient as good. SAML Profiles 4.1.4.2 requires "
        "the Recipient, so a conforming receiver refuses it (scd-recipient-missing)."
    ),
    "valid_response_without_inresponseto.xml": (
        "The assertion says which request it answers and the response around it says that it answers "
        "none; the peer looks at neither. An answer to a request has InResponseTo in the response "
        "(SAML Core 3.2.2), so the two contradict each other (response-inresponseto-inconsistent)."
    ),
}
