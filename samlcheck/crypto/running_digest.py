"""The digest of a root element, computed while its children are read a slice at a time.

The canonical form of an element whose children are read in slices is that of its start tag, of
each slice in the context of the start tag, and of its end tag, one behind the other: neither
canonicalization looks at siblings (Canonical XML 1.1, 2.3; Exclusive XML Canonicalization, 3).
"""

from __future__ import annotations

import hashlib

from lxml.etree import _Element as Element

from samlcheck.crypto.algorithms import C14N_METHODS, DIGEST_METHODS, ENVELOPED
from samlcheck.crypto.canonical import signed_copy, transformed_octets
from samlcheck.model import Reference, Signature
from samlcheck.xml import detach


class RunningDigest:
    """The digest of the root element that one reference covers.

    :raises ValueError: when the reference does not cover the root, or is transformed in a way for
        which slices do not add up.
    """

    def __init__(self, signature: Signature, bare: Element) -> None:
        """Take the signature as the first slice has it, and the root without any entity."""
        if len(signature.references) != 1:
            raise ValueError("not one reference")
        self.signature = signature
        self.reference: Reference = signature.references[0]
        root = signature.element.getparent()
        if root is None or self.reference.uri not in ("", f"#{root.get('ID')}"):
            raise ValueError("the reference does not cover the root")
        methods = [item for item in self.reference.transforms if item.algorithm != ENVELOPED]
        if len(methods) > 1 or any(item.algorithm not in C14N_METHODS for item in methods):
            raise ValueError("transforms that do not work on slices")
        named = self.reference.digest_method
        known = DIGEST_METHODS.get(named.algorithm or "") if named is not None else None
        if known is None:
            raise ValueError("an unknown digest")
        self._hash = hashlib.new(known.hash, usedforsecurity=False)
        bare_octets = self.octets(bare)
        self._foot = bare_octets[bare_octets.rindex(b"</") :]
        self._head = len(bare_octets) - len(self._foot)
        self._first = True

    def octets(self, root: Element) -> bytes:
        """Return the canonical octets of a slice in its frame.

        :raises ValueError: when libxml2 refuses them.
        """
        alone = root if next(root.itersiblings(), None) is None else detach(root)
        return transformed_octets(alone, self.reference.transforms)

    def start(self, *, last: bool) -> None:
        """Take the first slice, in which the signature is, without the signature."""
        root = self.signature.element.getparent()
        if root is None:
            raise ValueError("the signature has no parent")
        copy = signed_copy(root, self.signature, self.reference.transforms)
        octets = self.octets(copy)
        self._hash.update(octets if last else octets[: -len(self._foot)])

    def add(self, octets: bytes, *, last: bool) -> None:
        """Take the canonical octets of another slice."""
        body = memoryview(octets)[self._head :]
        self._hash.update(body if last else body[: -len(self._foot)])

    def value(self) -> bytes:
        """Return the digest of what was taken."""
        return self._hash.digest()
