"""The values of a message that are compared as a whole, character by character."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml.etree import _Element as Element

from samlcheck.model import Text
from samlcheck.rules.case import Case
from samlcheck.rules.message.values import NAME_ID, is_personal, judged_root, shown
from samlcheck.rules.rule import Hit, hit, personal
from samlcheck.xml import Document, text_of
from samlcheck.xml.names import SAML, SAMLP, clark, display

_NAMES: Final = (clark(SAML, "Issuer"), clark(SAML, "Audience"), NAME_ID)
#: Elements with an attribute that is compared as a whole, and that attribute.
_ADDRESSES: Final = {
    clark(SAMLP, "Response"): "Destination",
    clark(SAMLP, "AuthnRequest"): "AssertionConsumerServiceURL",
    clark(SAML, "SubjectConfirmationData"): "Recipient",
    clark(SAMLP, "StatusCode"): "Value",
}


class Compared(NamedTuple):
    """A value that is compared code point by code point, and where it stands."""

    element: Element
    attribute: str | None
    text: str

    @property
    def words(self) -> str:
        """Return the name of the attribute or element that holds the value."""
        return self.attribute or display(str(self.element.tag))

    @property
    def quoted(self) -> str:
        """Return the value for a message, marked where it is personal."""
        return repr(self.text) if self.attribute else shown(self.element, self.text)

    def hit(self, message: str, expected: str, case: Case) -> Hit:
        """Return a hit at the value, which is marked as personal where it is."""
        owner = case.sending_owner
        if self.attribute is not None:
            return hit(
                self.element,
                message,
                attribute=self.attribute,
                expected=expected,
                actual=self.text,
                owner=owner,
            )
        secret = is_personal(self.element)
        return hit(
            Text(element=self.element),
            message,
            expected=personal(expected) if secret else expected,
            actual=personal(self.text) if secret else self.text,
            owner=owner,
        )


def compared(document: Document, case: Case) -> tuple[Compared, ...]:
    """Return the names and addresses of a message in document order, each kind by itself."""
    return case.once(_compared, document)


def _compared(document: Document, case: Case) -> tuple[Compared, ...]:
    return tuple(_found(document, case))


def _found(document: Document, case: Case) -> Iterator[Compared]:
    root = judged_root(document, case)
    if root is None:
        return
    for element in root.iter(*_NAMES):
        yield Compared(element, None, text_of(element))
    for element in root.iter(*_ADDRESSES):
        name = _ADDRESSES[str(element.tag)]
        value = element.get(name)
        if value is not None:
            yield Compared(element, name, value)


def told_elsewhere(value: Compared, case: Case) -> bool:
    """Tell whether a rule compares a value with metadata exactly, blanks and all."""
    if value.element.tag == _NAMES[0]:
        return case.idp is not None and case.response is not None
    return value.attribute == "Destination" and case.sp is not None
