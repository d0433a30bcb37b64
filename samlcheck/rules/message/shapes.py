"""Where signatures point and assertions stand: what the rules on wrapping look at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import Assertion, Response, Signature
from samlcheck.rules.case import Case
from samlcheck.rules.message.values import ATTRIBUTE_VALUE
from samlcheck.rules.rule import Hit, Place, hit
from samlcheck.xml.names import DS, SAML, SAMLP, clark

SIGNATURE: Final = clark(DS, "Signature")
ASSERTION: Final = clark(SAML, "Assertion")
RESPONSE: Final = clark(SAMLP, "Response")
ADVICE: Final = clark(SAML, "Advice")
OBJECT: Final = clark(DS, "Object")
SIGNED_INFO: Final = clark(DS, "SignedInfo")
_REFERENCE: Final = clark(DS, "Reference")
EXTENSIONS: Final = clark(SAMLP, "Extensions")
STATUS_DETAIL: Final = clark(SAMLP, "StatusDetail")
#: A forger's signature may hold any number of references; the first few tell what it is.
_MOST_URIS: Final = 20


def is_inside(node: Element, outer: Element) -> bool:
    """Tell whether a node is a descendant of another."""
    return any(parent is outer for parent in node.iterancestors())


def targets_of(signature: Signature, case: Case) -> list[Element]:
    """Return the elements that a signature's references may mean by their ID, each once."""
    ids = case.ids(signature.element)
    uris = dict.fromkeys(item.uri for item in signature.references)
    targets = (ids.elements(uri[1:]) for uri in uris if uri is not None and uri.startswith("#"))
    return list(dict.fromkeys(chain.from_iterable(targets)))


def all_targets_of(signature: Signature, case: Case) -> list[Element]:
    """Return the elements that the references inside a signature mean, of every SignedInfo."""
    ids = case.ids(signature.element)
    uris = dict.fromkeys(
        item.get("URI", "") for item in signature.element.iterdescendants(_REFERENCE)
    )
    return [
        target
        for uri in list(uris)[:_MOST_URIS]
        if uri.startswith("#")
        for target in ids.elements(uri[1:])
    ]


def strays_of(node: Response | Assertion, case: Case) -> Iterator[tuple[Signature, Element]]:
    """Yield the signatures in a node that mean another Response or Assertion, and which one.

    Of two elements with the same ID the one that has a signature of its own is a copy and not what
    was taken out of its signature; the rules on IDs tell of it. What a second SignedInfo means is
    told by `xsw-9`.
    """
    for signature in node.signatures:
        if case.check(signature).covers is node.element or len(signature.signed_infos) > 1:
            continue
        targets = targets_of(signature, case)
        shared = node.element in targets
        for target in targets:
            if target is node.element or target.tag not in (ASSERTION, RESPONSE):
                continue
            if not (shared and is_signed(target)):
                yield signature, target


def is_signed(element: Element) -> bool:
    """Tell whether an element has a signature as its child."""
    return element.find(SIGNATURE) is not None


def signs_itself(assertion: Assertion, case: Case) -> bool:
    """Tell whether a signature in an assertion means this assertion and nothing else."""
    return any(case.check(item).covers is assertion.element for item in assertion.signatures)


def lies_open(assertion: Assertion, case: Case) -> bool:
    """Tell whether no signature stands where it could cover an assertion that is read."""
    return not case.covering(assertion)


def hidden_in(assertion: Assertion) -> Iterator[Element]:
    """Yield the signed assertions inside an assertion, other than those in attribute values."""
    for inner in assertion.element.iterdescendants(ASSERTION):
        in_value = any(
            parent.tag == ATTRIBUTE_VALUE and is_inside(parent, assertion.element)
            for parent in inner.iterancestors()
        )
        if is_signed(inner) and not in_value:
            yield inner


def stands_under(node: Element, tag: str, outer: Element) -> bool:
    """Tell whether an element of a name stands between a node and an outer one."""
    return any(is_inside(parent, outer) for parent in node.iterancestors(tag))


def stray_hit(signature: Signature, target: Element, message: str) -> Hit:
    """Return the finding on a signature that means another element than its parent."""
    return hit(
        signature,
        message,
        expected="a signature over the element that it stands in",
        related=[Place(target, "ID", "what the signature covers")],
    )
