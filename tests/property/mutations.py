"""Changes to a signed message, as an attacker makes them: on the tree, then on the text."""

from __future__ import annotations

import copy
import re

from hypothesis import strategies as st
from lxml import etree

from tests.forgeries.forging import (
    ASSERTION,
    ASSERTION_ID,
    DS,
    FORGED_USER,
    NAME_ID,
    RESPONSE_ID,
    SAML,
    SAMLP,
    SIGNATURE,
    USER,
)

Step = tuple[object, ...]

_INTERESTING = tuple(
    f"{{{namespace}}}{name}"
    for namespace, names in (
        (
            SAML,
            "Assertion EncryptedAssertion Issuer Subject NameID SubjectConfirmation "
            "SubjectConfirmationData Conditions AudienceRestriction Audience AuthnStatement "
            "AuthnContextClassRef AttributeStatement Attribute AttributeValue Advice",
        ),
        (SAMLP, "Response Status StatusCode StatusDetail Extensions"),
        (DS, "Signature SignedInfo Reference Transforms DigestValue KeyInfo X509Data Object"),
    )
    for name in names.split()
)
_WRAPPERS = (
    *_INTERESTING,
    "{urn:example:x}Other",
    "{urn:example:x}Assertion",
    "Assertion",
    "{http://www.w3.org/2000/09/xmldsig}Signature",
)
_TEXTS = (
    "",
    " ",
    FORGED_USER,
    USER,
    "https://sp.example.org/saml",
    "https://evil.example/",
    "2099-01-01T00:00:00Z",
    "2026-11-23T09:59:30Z",
    ASSERTION_ID,
    RESPONSE_ID,
    f"#{ASSERTION_ID}",
    f"#{RESPONSE_ID}",
    "#_f0e1",
    "_f0e1",
)
_ATTRIBUTES = (
    "ID",
    "Id",
    "id",
    "{http://www.w3.org/XML/1998/namespace}id",
    "URI",
    "Algorithm",
    "Recipient",
    "NotOnOrAfter",
    "NotBefore",
    "InResponseTo",
    "Destination",
    "Format",
    "Method",
    "Value",
    "Name",
)
_index = st.integers(0, 30)
_choice = st.integers(0, 200)

#: A change, the element that it concerns, and up to two choices.
tree_step: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.sampled_from(["forge", "forge-same-id"]), _index, _choice, _choice),
    st.tuples(st.sampled_from(["move", "copy", "wrap", "swap"]), _index, _choice, _choice),
    st.tuples(st.sampled_from(["rename", "namespace", "drop"]), _index, _choice),
    st.tuples(st.sampled_from(["text", "split", "value"]), _index, _choice, _choice),
    st.tuples(st.sampled_from(["unsign", "resign-elsewhere"]), _index, _choice),
)
text_step: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.sampled_from(["rebind", "cdata", "reference", "declare"]), _choice, _choice),
    st.tuples(st.just("flip"), st.integers(0, 12000), st.integers(1, 255)),
    st.tuples(st.just("insert"), st.integers(0, 12000), _choice),
)
_INSERTED = (
    "<!---->",
    "<?x?>",
    "<![CDATA[",
    "]]>",
    "&#13;",
    "&#x200B;",
    "<x/>",
    FORGED_USER,
    "<!DOCTYPE r>",
    ' xmlns:saml="urn:example:x"',
    ' xmlns="urn:oasis:names:tc:SAML:2.0:assertion"',
    f' ID="{ASSERTION_ID}"',
)


def change_tree(root: etree._Element, step: Step) -> None:
    """Change one thing in a tree; a step that does not apply changes nothing."""
    kind = str(step[0])
    numbers = [int(str(item)) for item in step[1:]] + [0, 0]
    nodes = list(root.iter(*_INTERESTING)) or [root]
    node, other = nodes[numbers[0] % len(nodes)], nodes[numbers[1] % len(nodes)]
    if kind.startswith("forge"):
        _forge(root, other, numbers, same_id=kind == "forge-same-id")
    elif kind in ("move", "copy", "swap"):
        _place(kind, node, other, numbers[2])
    elif kind in ("text", "split", "value"):
        _say(kind, node, numbers)
    elif kind in ("unsign", "resign-elsewhere"):
        _signature(kind, root, other, numbers[0])
    else:
        _rename(kind, node, numbers[1])


def _forge(
    root: etree._Element, place: etree._Element, numbers: list[int], *, same_id: bool
) -> None:
    """Put a copy of an assertion that names somebody else somewhere."""
    assertions = list(root.iter(ASSERTION))
    if not assertions:
        return
    evil = copy.deepcopy(assertions[numbers[0] % len(assertions)])
    evil.tail = None
    if not same_id:
        evil.set("ID", "_f0e1")
    for signature in list(evil.iter(SIGNATURE)):
        if numbers[2] % 3:
            parent = signature.getparent()
            if parent is not None:
                parent.remove(signature)
    for name_id in evil.iter(NAME_ID):
        name_id.text = FORGED_USER
    _put(evil, place, numbers[2])


def _put(node: etree._Element, place: etree._Element, how: int) -> None:
    """Put a node before, behind, first or last inside another; not beside the root."""
    if how % 4 == 0 or (place.getparent() is None and how % 4 < 3):
        place.append(node)
    elif how % 4 == 1:
        place.addprevious(node)
    elif how % 4 == 2:
        place.addnext(node)
    else:
        place.insert(0, node)


def _place(kind: str, node: etree._Element, place: etree._Element, how: int) -> None:
    if kind == "copy":
        duplicate = copy.deepcopy(node)
        duplicate.tail = None
        _put(duplicate, place, how)
        return
    parent = node.getparent()
    if parent is None or place is node or node in place.iterancestors():
        return
    if kind == "move":
        _put(node, place, how)
    elif place.getparent() is not None and place not in node.iterancestors():
        one, two = copy.deepcopy(node), copy.deepcopy(place)
        parent.replace(node, two)
        other = place.getparent()
        if other is not None:
            other.replace(place, one)


def _say(kind: str, node: etree._Element, numbers: list[int]) -> None:
    text = _TEXTS[numbers[1] % len(_TEXTS)]
    if kind == "text":
        node.text = text
    elif kind == "value":
        names = [*map(str, node.attrib), *_ATTRIBUTES]
        node.set(names[numbers[2] % len(names)], text)
    else:
        extra = etree.Comment("x") if numbers[2] % 2 else etree.ProcessingInstruction("x", "y")
        whole = node.text or ""
        cut = numbers[1] % (len(whole) + 1)
        node.text, extra.tail = whole[:cut], whole[cut:] + (".evil.example" if cut else "")
        node.insert(0, extra)


def _rename(kind: str, node: etree._Element, choice: int) -> None:
    name = _WRAPPERS[choice % len(_WRAPPERS)]
    parent = node.getparent()
    if kind == "rename":
        node.tag = name
    elif kind == "namespace":
        node.tag = f"{{urn:example:x}}{etree.QName(node).localname}"
    elif parent is not None and kind == "drop":
        parent.remove(node)
    elif parent is not None:  # wrap
        wrapper = etree.Element(name)
        parent.replace(node, wrapper)
        wrapper.append(node)


def _signature(kind: str, root: etree._Element, place: etree._Element, number: int) -> None:
    """Take a signature away, or put it somewhere else."""
    signatures = list(root.iter(SIGNATURE))
    if not signatures:
        return
    signature = signatures[number % len(signatures)]
    parent = signature.getparent()
    if parent is None or place is signature or signature in place.iterancestors():
        return
    parent.remove(signature)
    if kind == "resign-elsewhere":
        place.insert(min(1, len(place)), signature)


def change_text(message: bytes, step: Step) -> bytes:
    """Change one thing in the text."""
    kind, first, second = str(step[0]), int(str(step[1])), int(str(step[2]))
    place = first % max(1, len(message))
    if kind == "flip":
        changed = bytearray(message)
        changed[place] ^= second
        return bytes(changed)
    if kind == "insert":
        extra = _INSERTED[second % len(_INSERTED)].encode()
        return message[:place] + extra + message[place:]
    text = message.decode("utf-8", "replace")
    if kind in ("rebind", "declare"):
        tags = list(re.finditer(r"<[A-Za-z][^\s/>]*", text))
        at = tags[first % len(tags)].end() if tags else 0
        prefix = ("saml", "samlp", "ds", "xs")[second % 4]
        space = ("urn:example:x", SAML, SAMLP, DS, "relative")[second % 5]
        name = f"xmlns:{prefix}" if kind == "rebind" else "xmlns"
        return f'{text[:at]} {name}="{space}"{text[at:]}'.encode()
    values = list(re.finditer(r">([^<>&\s][^<>&]*)<", text))
    if not values:
        return message
    found = values[first % len(values)]
    value = found[1]
    new = f"<![CDATA[{value}]]>" if kind == "cdata" else f"&#{ord(value[0])};{value[1:]}"
    return f"{text[: found.start(1)]}{new}{text[found.end(1) :]}".encode()
