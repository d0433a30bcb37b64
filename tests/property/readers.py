"""What a careless receiver may read of a message: several ways, none of them samlcheck's own.

A forgery succeeds as soon as one of these reads something else than was signed.
"""

from __future__ import annotations

from lxml import etree

from tests.forgeries.forging import ASSERTION, SAML
from tests.support.keys import key_pem
from tests.support.oracle import xmlsec_decrypts

_LOCAL = (
    "NameID",
    "Audience",
    "SubjectConfirmation",
    "SubjectConfirmationData",
    "Conditions",
    "AuthnStatement",
    "AuthnContextClassRef",
    "Attribute",
    "AttributeValue",
)
_ENCRYPTED = f"{{{SAML}}}EncryptedAssertion"
_DATA = "{http://www.w3.org/2001/04/xmlenc#}EncryptedData"
Said = frozenset[tuple[str, ...]]


def opened(message: bytes) -> etree._Element:
    """The message with its encrypted assertions replaced by what is in them."""
    root = etree.fromstring(message)
    for sealed in list(root.iter(_ENCRYPTED)):
        if next(sealed.iter(_DATA), None) is None:
            continue
        plain = xmlsec_decrypts(etree.tostring(sealed), key_pem("sp-encryption"))
        parent = sealed.getparent()
        if plain is not None and parent is not None:
            parent.replace(sealed, etree.fromstring(plain))
    return root


def strict(root: etree._Element) -> Said:
    """By full names, in the assertions that are children of the root, all of the text."""
    return frozenset(
        (*_facts(element), "".join(element.itertext()).strip())
        for assertion in root.iterchildren(ASSERTION)
        for element in assertion.iter(*(f"{{{SAML}}}{name}" for name in (*_LOCAL, "Issuer")))
    )


def liberal(root: etree._Element) -> Said:
    """By local names, wherever in the message, all of the text."""
    return frozenset(
        (*_facts(element), "".join(element.itertext()).strip())
        for element in root.iter("{*}*")
        if etree.QName(element).localname in _LOCAL
    )


def first_text(root: etree._Element) -> Said:
    """By local names, wherever in the message, the text before the first child."""
    return frozenset(
        (*_facts(element), (element.text or "").strip())
        for element in root.iter("{*}*")
        if etree.QName(element).localname in _LOCAL
    )


def _facts(element: etree._Element) -> tuple[str, ...]:
    attributes = [f"{key}={value}" for key, value in sorted(map(_pair, element.items()))]
    return (etree.QName(element).localname, *attributes)


def _pair(item: tuple[object, object]) -> tuple[str, str]:
    return str(item[0]), str(item[1])


READERS = (strict, liberal, first_text)


def everything(message: bytes) -> tuple[Said, ...]:
    """What each reader takes from a message."""
    root = opened(message)
    return tuple(reader(root) for reader in READERS)
