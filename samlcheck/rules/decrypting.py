"""What the encrypted parts of a message hold: opened once, read through the same gate as all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from lxml.etree import _Element as Element

from samlcheck.model import (
    Assertion,
    Attribute,
    EncryptedElement,
    Message,
    NameID,
    Node,
    Response,
    build_assertion,
)
from samlcheck.model.node import Lean
from samlcheck.records import frozen
from samlcheck.xml import MESSAGE_LIMITS, Document, read_document
from samlcheck.xml.names import SAML, XENC, clark

if TYPE_CHECKING:
    from samlcheck.crypto import Decryption, PrivateKey

_ASSERTION: Final = clark(SAML, "Assertion")
_ENCRYPTED_KEY: Final = clark(XENC, "EncryptedKey")
#: Private-key operations that one message may cost.
_MOST_ATTEMPTS: Final = 200
_START_TAG: Final = re.compile(
    rb"""(\s*+<[A-Za-z_:][^\s/>"']*+(?:[^"'/>]++|"[^"]*+"|'[^']*+'|/(?!>))*+)/?>"""
)
#: Why octets cannot be read that are no XML at all, as a changed ciphertext makes them.
_GARBLED: Final = frozenset(
    (
        "xml-not-well-formed",
        "xml-empty-input",
        "xml-leading-whitespace",
        "xml-encoding-declared-mismatch",
    )
)


@frozen(kw_only=True, eq=False)
class Decrypted:
    """An encrypted element, what decryption gave, and what it holds, if that belongs there."""

    encrypted: EncryptedElement
    outcome: Decryption
    document: Document | None
    content: Lean | None


@frozen(kw_only=True, eq=False)
class DecryptedAssertion(Decrypted):
    """An EncryptedAssertion, what decryption gave, and the assertion if there is one."""

    @property
    def assertion(self) -> Assertion | None:
        """The assertion inside; None when it is not known."""
        return self.content if isinstance(self.content, Assertion) else None


class Decryptor:
    """Opens the encrypted elements of one message with the keys given."""

    def __init__(self, keys: Sequence[PrivateKey]) -> None:
        self._keys = keys
        self._left = _MOST_ATTEMPTS
        self._by_id: dict[Element, dict[str, list[Element]]] = {}

    def encrypted_keys(self, encrypted: EncryptedElement) -> tuple[Element, ...]:
        """Return the EncryptedKeys of an element: inside, beside, and named by RetrievalMethod."""
        own = encrypted.encrypted_keys
        if not encrypted.key_references:
            return own
        root = encrypted.element.getroottree().getroot()
        index = self._by_id.get(root)
        if index is None:
            index = self._by_id[root] = {}
            for key in root.iter(_ENCRYPTED_KEY):
                index.setdefault(key.get("Id") or "", []).append(key)
        named = [key for id_ in encrypted.key_references if id_ for key in index.get(id_, ())]
        return tuple(dict.fromkeys((*own, *named)))

    def opened(self, message: Message | None, document: Document | None) -> Iterator[Decrypted]:
        """Yield the outcome for each encrypted part of a message, those inside others included."""
        if isinstance(message, Response):
            for number, encrypted in enumerate(message.encrypted_assertions, 1):
                item = self._open(encrypted, number, document)
                yield item
                if isinstance(item.content, Assertion):
                    yield from self._parts(item.content, item.document)
            for assertion in message.assertions:
                yield from self._parts(assertion, document)
        elif message is not None:
            yield from self._parts(message, document)

    def _parts(self, node: Node, document: Document | None) -> Iterator[Decrypted]:
        for number, encrypted in enumerate(_sealed_parts(node), 1):
            yield self._open(encrypted, number, document)

    def _open(self, encrypted: EncryptedElement, number: int, outer: Document | None) -> Decrypted:
        read: dict[bytes, Document] = {}

        def document_of(plaintext: bytes) -> Document:
            found = read.get(plaintext)
            if found is None:
                found = read[plaintext] = read_document(
                    with_namespaces(plaintext, encrypted.element),
                    source=outer.source if outer else "-",
                    origin=(
                        *(outer.origin if outer else ()),
                        f"decrypted {encrypted.kind} {number}",
                    ),
                    limits=MESSAGE_LIMITS,
                )
            return found

        def is_readable(plaintext: bytes) -> bool:
            document = document_of(plaintext)
            return document.root is not None or any(
                defect.rule not in _GARBLED for defect in document.defects
            )

        outcome = self._outcome(encrypted, is_readable)
        document = None if outcome.plaintext is None else document_of(outcome.plaintext)
        content = None if document is None else _content(encrypted.kind, document.root)
        if content is not None:
            encrypted.reveal(content)
        kind = DecryptedAssertion if encrypted.kind == "EncryptedAssertion" else Decrypted
        return kind(encrypted=encrypted, outcome=outcome, document=document, content=content)

    def _outcome(
        self, encrypted: EncryptedElement, is_readable: Callable[[bytes], bool]
    ) -> Decryption:
        from samlcheck.crypto import Decryption, decrypt

        encrypted_keys = self.encrypted_keys(encrypted)
        wanted = len(encrypted_keys) * len(self._keys)
        if wanted and self._left <= 0:
            return Decryption(
                encrypted=encrypted,
                plaintext=None,
                problem="enc-decrypt-failed",
                detail="the message has more encrypted keys than are tried",
            )
        most = min(self._left, 64)
        self._left -= min(wanted, most)
        return decrypt(encrypted, encrypted_keys, self._keys, accepts=is_readable, most=most)


def _sealed_parts(node: Node) -> Iterator[EncryptedElement]:
    """Yield the encrypted name identifiers and attributes below a node, in document order."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, EncryptedElement):
            yield item
            continue
        below = [getattr(item, name) for name in item.part_names if name in _SEALING]
        parts = [part for value in below for part in value]
        parts.reverse()
        stack.extend(parts)


#: The fields in which encrypted parts are found; no others are read here, as some hold what they
#: hold only after decryption.
_SEALING: Final = ("subjects", "encrypted_ids", "attribute_statements", "encrypted_attributes")


def _content(kind: str, root: Element | None) -> Lean | None:
    """Return what an encrypted element holds, when it is what its kind holds."""
    if root is None:
        return None
    if kind == "EncryptedAssertion":
        return build_assertion(root) if root.tag == _ASSERTION else None
    if kind == "EncryptedID":
        return NameID(element=root) if root.tag == clark(SAML, "NameID") else None
    return Attribute(element=root) if root.tag == clark(SAML, "Attribute") else None


def with_namespaces(plaintext: bytes, context: Element) -> bytes:
    """Return decrypted octets with the namespace declarations of the place they came from.

    XML Encryption 1.1 section 4.4 lets the plaintext rely on its context; declarations that its
    root element makes itself win.
    """
    start = _START_TAG.match(plaintext)
    if start is None:
        return plaintext
    head = start.group(1)
    added = b""
    for prefix, uri in context.nsmap.items():
        name = b"xmlns" if prefix is None else b"xmlns:" + prefix.encode()
        if re.search(re.escape(name) + rb"\s*=", head) is None:
            escaped = uri.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
            added += b" " + name + b'="' + escaped.encode() + b'"'
    return head + added + plaintext[start.end(1) :]
