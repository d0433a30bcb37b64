"""Canonical octets of an element, with the enveloped signature taken out.

Source: Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0, XML Signature 1.1 6.6.4.
"""

from __future__ import annotations

from urllib.parse import urljoin

from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.crypto.algorithms import C14N_METHODS, ENVELOPED, EXCLUSIVE, INCLUSIVE, INCLUSIVE_11
from samlcheck.model import Signature, Transform
from samlcheck.model.signature import SIGNATURE
from samlcheck.xml import detach
from samlcheck.xml.names import XML, clark

_XML_ATTRIBUTE = f"{{{XML}}}"
_BASE = clark(XML, "base")
#: What Canonical XML 1.1 takes over as it is; of the others it only joins xml:base.
_SIMPLE = (clark(XML, "lang"), clark(XML, "space"))


def canonicalize(
    element: Element,
    algorithm: str,
    prefixes: tuple[str, ...] | None,
    *,
    comments: bool = True,
) -> bytes:
    """Return the canonical octets of a detached tree's root.

    :param comments: False leaves comments out even where the algorithm would keep them.
    :raises ValueError: when the algorithm is unknown or libxml2 refuses the tree.
    """
    method = C14N_METHODS.get(algorithm)
    if method is None:
        raise ValueError(f"unknown canonicalization {algorithm!r}")
    exclusive, with_comments = method
    try:
        return etree.tostring(
            element,
            method="c14n",
            exclusive=exclusive,
            with_comments=with_comments and comments,
            inclusive_ns_prefixes=list(prefixes or ()) if exclusive else None,
        )
    except (etree.LxmlError, ValueError) as error:
        raise ValueError("the canonical form cannot be computed") from error


def inherited(element: Element, algorithm: str) -> dict[str, str]:
    """Return the xml: attributes that an inclusive canonicalization takes from above an element.

    Canonical XML 1.0 section 2.4 takes all that the element has not itself, the nearest first;
    Canonical XML 1.1 section 2.4 takes xml:lang and xml:space, and joins the xml:base values.
    """
    if algorithm not in C14N_METHODS or C14N_METHODS[algorithm][0]:
        return {}
    found: dict[str, str] = {}
    for ancestor in element.iterancestors():
        for key, value in ancestor.attrib.items():
            name = str(key)
            if name.startswith(_XML_ATTRIBUTE) and name not in element.attrib:
                found.setdefault(name, str(value))
    if algorithm.startswith(INCLUSIVE_11):
        found = {name: value for name, value in found.items() if name in _SIMPLE}
        base = _joined_base(element)
        if base:
            found[_BASE] = base
    return found


def _joined_base(element: Element) -> str | None:
    """Return the xml:base that holds for an element, when one above it has a share in it."""
    outer = [item.get(_BASE) for item in element.iterancestors()]
    if not any(outer):
        return None
    base = ""
    for value in (*reversed(outer), element.get(_BASE)):
        base = urljoin(base, value) if value else base
    return base


def inherit(copy: Element, element: Element, algorithm: str) -> Element:
    """Give a detached copy of an element what inclusive canonicalization takes from above."""
    for name, value in inherited(element, algorithm).items():
        copy.set(name, value)
    return copy


def _path(ancestor: Element, descendant: Element) -> list[int] | None:
    """Return the child positions that lead from an ancestor down to a node."""
    path: list[int] = []
    node = descendant
    while node is not ancestor:
        parent = node.getparent()
        if parent is None:
            return None
        path.append(parent.index(node))
        node = parent
    path.reverse()
    return path


def remove_keeping_tail(node: Element) -> None:
    """Take a node out of its tree; the text behind it stays."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        previous = node.getprevious()
        if previous is None:
            parent.text = (parent.text or "") + node.tail
        else:
            previous.tail = (previous.tail or "") + node.tail
    parent.remove(node)


def octets_in_place(
    target: Element, signature: Signature, transforms: tuple[Transform, ...]
) -> bytes | None:
    """Return the octets of a reference without copying what it covers; None for an unusual one.

    Exclusive canonicalization writes an element alike whether a sibling of it is there or not, so
    an enveloped signature can be cut out of the octets of its parent, once it is found there
    beyond doubt: as many tags of its name are in the octets as elements are in the tree. Canonical
    octets have a less-than sign only where a tag starts, or in a processing instruction, which
    would be one too many.
    """
    node = signature.element
    if [item.algorithm for item in transforms] != [ENVELOPED, EXCLUSIVE]:
        return None
    prefixes = transforms[1].inclusive_prefixes
    if node.getparent() is not target or not _declares(target, prefixes):
        return None
    octets = _exclusive(target, prefixes)
    if octets is None or next(node.iterdescendants(SIGNATURE), None) is not None:
        return None
    name = b"Signature" if node.prefix is None else f"{node.prefix}:Signature".encode()
    alike = [item for item in target.iter(SIGNATURE) if item.prefix == node.prefix]
    starts = _starts(octets, name)
    if len(starts) != len(alike):
        return None
    start = starts[alike.index(node)]
    end = octets.find(b"</" + name + b">", start)
    return octets[:start] + octets[end + len(name) + 3 :]


def _starts(octets: bytes, name: bytes) -> list[int]:
    """Return where the start tags of a name are in canonical octets."""
    mark, found = b"<" + name, []
    at = octets.find(mark)
    while at >= 0:
        if octets[at + len(mark) : at + len(mark) + 1] in (b" ", b">"):
            found.append(at)
        at = octets.find(mark, at + 1)
    return found


def _exclusive(element: Element, prefixes: tuple[str, ...] | None) -> bytes | None:
    """Return the exclusive canonical octets of an element in its place, without comments."""
    try:
        return etree.tostring(
            element,
            method="c14n",
            exclusive=True,
            with_comments=False,
            with_tail=False,
            inclusive_ns_prefixes=list(prefixes) if prefixes else None,
        )
    except (etree.LxmlError, ValueError):
        return None


def _declares(element: Element, prefixes: tuple[str, ...] | None) -> bool:
    """Tell whether no prefix out of a list has its meaning from above an element.

    libxml2 looks for these in the element and below, when it canonicalizes in place.
    """
    parent = element.getparent()
    if not prefixes or parent is None:
        return True
    here, above = element.nsmap, parent.nsmap
    keys = [None if prefix == "#default" else prefix for prefix in prefixes]
    return all(here.get(key) is None or here[key] != above.get(key) for key in keys)


def signed_copy(
    target: Element, signature: Signature, transforms: tuple[Transform, ...]
) -> Element:
    """Return a detached copy of the signed element, without the signature where enveloped."""
    path = _path(target, signature.element)
    copy = inherit(detach(target), target, last_canonicalization(transforms)[0])
    if path is not None and any(item.algorithm == ENVELOPED for item in transforms):
        node = copy
        for position in path:
            node = node[position]
        remove_keeping_tail(node)
    return copy


def last_canonicalization(
    transforms: tuple[Transform, ...],
) -> tuple[str, tuple[str, ...] | None]:
    """Return the canonicalization that makes the octets which are digested, and its prefixes.

    Without one it is Canonical XML 1.0 (XML Signature 1.1, 4.4.3.2).
    """
    for transform in reversed(transforms):
        if transform.algorithm != ENVELOPED:
            return transform.algorithm or "", transform.inclusive_prefixes
    return INCLUSIVE, None


def transformed_octets(copy: Element, transforms: tuple[Transform, ...]) -> bytes:
    """Return the octets that a reference digests: the last canonicalization decides.

    A reference by ID, or to the whole document, selects no comments, whatever canonicalization
    follows (XML Signature 1.1, 4.4.3.3).

    :raises ValueError: when a transform is unknown or canonicalization fails.
    """
    for transform in transforms:
        if transform.algorithm != ENVELOPED and transform.algorithm not in C14N_METHODS:
            raise ValueError(f"unknown transform {transform.algorithm!r}")
    algorithm, prefixes = last_canonicalization(transforms)
    return canonicalize(copy, algorithm, prefixes, comments=False)


def signed_info_octets(signature: Signature) -> bytes:
    """Return the canonical octets of SignedInfo, which the signature value covers.

    :raises ValueError: when there is none, or its canonicalization is unknown or fails.
    """
    if not signature.signed_infos or signature.c14n_method is None:
        raise ValueError("SignedInfo or CanonicalizationMethod is missing")
    method = signature.c14n_method
    info, algorithm = signature.signed_infos[0], method.algorithm or ""
    if algorithm == EXCLUSIVE and _declares(info, method.inclusive_prefixes):
        octets = _exclusive(info, method.inclusive_prefixes)
        if octets is not None:
            return octets
    return canonicalize(
        inherit(detach(info), info, algorithm), algorithm, method.inclusive_prefixes
    )


def without_blank_text(element: Element) -> Element:
    """Return a detached copy in which text that is only white space between tags is gone."""
    copy = detach(element)
    for node in copy.iter():
        if len(node) and node.text is not None and not node.text.strip():
            node.text = None
        if node is not copy and node.tail is not None and not node.tail.strip():
            node.tail = None
    return copy
