"""Where the verdict or its ground differs from the peer's, and why. Complete: a test says so."""

from __future__ import annotations

_SETTINGS = (
    "The peer refuses its own settings (the assertion consumer service URL of the case is a "
    "placeholder) and never looks at the message; there is nothing to agree with."
)

_ENCRYPTED_ATTRIBUTE = (
    "The peer does not implement EncryptedAttribute and stops there. SAML Core 2.7.3 allows it, so "
    "here it is the warning attr-encrypted; the message is rejected because nothing in it is signed "
    "and its Recipient is another one."
)

#: File name to the reason of the difference.
DIFFERENCES: dict[str, str] = {
    "invalids__empty_nameid.xml": (
        "The peer accepts a NameID without content. SAML Core 1.3.1 requires a string value to have at "
        "least one character that is not white space, so the assertion names nobody (nameid-empty)."
    ),
    "invalids__no_saml2.xml": (
        "The message is of SAML 1.1, which no SAML 2.0 receiver takes for a login. It is named as such "
        "(transport-message-kind-mismatch); the verdict is undetermined, since nothing is known about "
        "the login that was meant."
    ),
    "invalids__encrypted_attrs.xml": _ENCRYPTED_ATTRIBUTE,
    "invalids__response_encrypted_attrs.xml": _ENCRYPTED_ATTRIBUTE,
    "response_without_assertion_reference_uri.xml": (
        "The peer looks for Conditions in the element whose ID the signature names, finds no such ID and "
        "reports Conditions as missing, although they are there. The cause is named here: the "
        "assertion's signature has an empty reference, which does not mean the assertion."
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
    "b64__response_with_ampersands.xml": _SETTINGS,
    "invalids__multiple_assertions.xml": _SETTINGS,
    "response1.xml": _SETTINGS,
    "response1_with_duplicate_attributes.xml": _SETTINGS,
    "response1_with_friendlyname.xml": _SETTINGS,
    "response4.xml": _SETTINGS,
    "response_node_text_attack.xml": _SETTINGS,
    "response_with_nested_nameid_values.xml": _SETTINGS,
}
