"""What a signature's references point at, and how they transform it; judged without any key.

Sources: SAML Core 5.4.2 and 5.4.4, SAML Metadata 3.1, XML Signature 1.1 section 4.4.3.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element as Element

from samlcheck.crypto.algorithms import C14N_METHODS, ENVELOPED, EXCLUSIVE
from samlcheck.model import Node, Reference, Signature
from samlcheck.records import frozen
from samlcheck.xml.names import XML, clark, display

ID_ATTRIBUTES = ("ID", "Id", "id", clark(XML, "id"))
_ID_NAMES = frozenset(ID_ATTRIBUTES)
#: So many references of a signature are looked at. SAML allows one, so any more are wrong anyway.
MOST_REFERENCES = 8


@frozen(kw_only=True)
class ShapeProblem:
    """One departure from the required form; `fatal` means that no receiver may accept it."""

    rule: str
    node: Node | Element
    message: str
    attribute: str | None = None
    expected: str | None = None
    actual: str | None = None
    fatal: bool = True


class IdIndex:
    """The elements of one document by their ID-like attributes, looked for once.

    It keeps those elements alive, so it is to live no longer than one run.
    """

    __slots__ = ("_attributes", "_by_id", "root")

    def __init__(self, root: Element) -> None:
        self.root = root
        self._by_id: dict[str, list[Element]] | None = None
        self._attributes = 0

    def elements(self, value: str) -> list[Element]:
        """Return all elements that carry an ID-like attribute with that value, in order."""
        return self._found().get(value, [])

    @property
    def all_differ(self) -> bool:
        """Tell whether no two ID-like attributes of the document have the same value."""
        return len(self._found()) == self._attributes

    def _found(self) -> dict[str, list[Element]]:
        found = self._by_id
        if found is None:
            found = self._by_id = {}
            for element in self.root.iter("*"):
                names = _ID_NAMES.intersection(map(str, element.keys()))
                if names:
                    self._attributes += len(names)
                    for one in dict.fromkeys(element.get(name, "") for name in names):
                        found.setdefault(one, []).append(element)
        return found


def target_of(reference: Reference, ids: IdIndex) -> list[Element]:
    """Return the elements that a same-document reference may mean; none for other URIs."""
    if reference.uri == "":
        return [ids.root]
    if reference.uri is None or not reference.uri.startswith("#"):
        return []
    fragment = reference.uri[1:]
    if not fragment or fragment.startswith("xpointer("):
        return []
    return ids.elements(fragment)


def reference_problems(
    signature: Signature, reference: Reference, ids: IdIndex
) -> Iterator[ShapeProblem]:
    """Yield what is wrong with where a reference points: SAML wants the ID of the parent."""
    uri = reference.uri
    if uri is None:
        yield ShapeProblem(
            rule="sig-reference-no-uri",
            node=reference,
            message="The Reference has no URI attribute, so it does not say what it covers",
            expected='URI="#" followed by the ID of the signed element',
        )
        return
    targets = target_of(reference, ids)
    if uri == "":
        is_root = bool(targets) and targets[0] is signature.parent
        yield ShapeProblem(
            rule="sig-reference-empty-uri",
            node=reference,
            attribute="URI",
            message="The Reference is empty, which means the whole document",
            expected='URI="#" followed by the ID of the signed element',
            actual='URI=""',
            fatal=not is_root,
        )
        return
    if not uri.startswith("#") or uri.startswith("#xpointer("):
        yield ShapeProblem(
            rule="sig-reference-not-fragment",
            node=reference,
            attribute="URI",
            message=f"The Reference points to {uri!r}, which is not an ID in this document",
            expected='URI="#" followed by the ID of the signed element',
            actual=uri,
        )
        return
    if not targets:
        yield ShapeProblem(
            rule="sig-reference-dangling",
            node=reference,
            attribute="URI",
            message=f"The signature covers {uri!r}, but no element of the document has that ID",
            expected=_parent_reference(signature),
            actual=uri,
        )
    elif len(targets) > 1:
        yield ShapeProblem(
            rule="sig-reference-ambiguous",
            node=reference,
            attribute="URI",
            message=f"The signature covers {uri!r}, but {len(targets)} elements have that ID",
            expected="an ID that occurs once",
            actual=", ".join(display(str(target.tag)) for target in targets[:5]),
        )
    elif targets[0] is not signature.parent:
        parent = "its parent" if signature.parent is None else display(str(signature.parent.tag))
        yield ShapeProblem(
            rule="sig-reference-wrong-target",
            node=reference,
            attribute="URI",
            message=(
                f"The signature stands in {parent} but covers another element, "
                f"{display(str(targets[0].tag))} ({uri!r})"
            ),
            expected=_parent_reference(signature),
            actual=uri,
        )


def _parent_reference(signature: Signature) -> str | None:
    if signature.parent is None:
        return None
    for name in ID_ATTRIBUTES:
        value = signature.parent.get(name)
        if value:
            return f"#{value}"
    return "the ID of the signed element"


def _repeated(reference: Reference) -> Iterator[ShapeProblem]:
    """Yield the one transform that stands there twice; more than two are told by their number."""
    transforms = reference.transforms
    if len(transforms) == 2 and transforms[0].algorithm == transforms[1].algorithm:
        yield ShapeProblem(
            rule="sig-transform-duplicate",
            node=transforms[1],
            attribute="Algorithm",
            message=f"The signature applies the transform {transforms[1].algorithm!r} twice",
            expected="each transform once",
            actual=transforms[1].algorithm,
            fatal=False,
        )


def transform_problems(reference: Reference) -> Iterator[ShapeProblem]:
    """Yield what is wrong with a reference's transforms: SAML wants two well-known ones."""
    algorithms = [transform.algorithm or "" for transform in reference.transforms]
    for transform in reference.transforms:
        algorithm = transform.algorithm or ""
        if algorithm == ENVELOPED:
            continue
        c14n = C14N_METHODS.get(algorithm)
        if c14n is None:
            yield ShapeProblem(
                rule="sig-transform-not-allowed",
                node=transform,
                attribute="Algorithm",
                message=f"The signature applies the transform {algorithm!r}",
                expected="only enveloped-signature and exclusive canonicalization",
                actual=algorithm,
            )
        elif not c14n[0]:
            yield ShapeProblem(
                rule="sig-c14n-not-allowed",
                node=transform,
                attribute="Algorithm",
                message=f"The signed content is canonicalized with {algorithm!r}",
                expected=EXCLUSIVE,
                actual=algorithm,
                fatal=False,
            )
    if next(iter(algorithms), None) != ENVELOPED:
        first = "has the enveloped-signature transform, but not first"
        missing = "lacks the enveloped-signature transform"
        yield ShapeProblem(
            rule="sig-no-enveloped-transform",
            node=reference,
            message=f"The signature {first if ENVELOPED in algorithms else missing}",
            expected=ENVELOPED,
            actual=", ".join(algorithms) or "no transform",
        )
    yield from _repeated(reference)
    if len(algorithms) > 2:
        yield ShapeProblem(
            rule="sig-transform-count",
            node=reference,
            message=f"The signature applies {len(algorithms)} transforms",
            expected="at most two",
            actual=str(len(algorithms)),
        )
