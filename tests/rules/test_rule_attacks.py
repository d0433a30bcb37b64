"""Forged messages: each known shape is named, and no mutation of a signed message is accepted.

The forgeries are built with lxml from a message that is in order and signed with a real key.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import samlcheck
from samlcheck import Report
from tests.support.bases import NOW, Sign, build
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_base64, certificate_pem, key_pem

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
DS = "http://www.w3.org/2000/09/xmldsig#"
ASSERTION, NAME_ID = f"{{{SAML}}}Assertion", f"{{{SAML}}}NameID"
SIGNATURE, STATUS = f"{{{DS}}}Signature", f"{{{SAMLP}}}Status"
USER, FORGED_USER = "maria.lind@example.org", "admin@example.org"

Forge = Callable[[], bytes]


@functools.cache
def _companions() -> dict[str, bytes]:
    """The metadata of both sides, of which the SP is content with either signature."""
    content = [('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"')]
    return {"sp": build("sp", content), "idp": build("idp"), "request": build("request")}


def _check(message: bytes, *, alone: bool = False) -> Report:
    companions = {} if alone else _companions()
    keys = [key_pem("sp-encryption")] if b"EncryptedAssertion" in message else []
    return samlcheck.check_message(message, now=NOW, decryption_keys=keys, **companions)


# -- what the forgeries are made of ---------------------------------------------------------


def _signed(sign: Sign = "assertion") -> tuple[etree._Element, etree._Element]:
    """The root of a signed message and its assertion."""
    root = etree.fromstring(build("response", sign=sign))
    assertion = root.find(ASSERTION)
    assert assertion is not None
    return root, assertion


def _signature(element: etree._Element) -> etree._Element:
    found = element.find(SIGNATURE)
    assert found is not None
    return found


def _unsigned_copy(element: etree._Element) -> etree._Element:
    """A copy without its signature, which is what the signature was made over."""
    duplicate = copy.deepcopy(element)
    duplicate.tail = None
    duplicate.remove(_signature(duplicate))
    return duplicate


def _name_somebody_else(element: etree._Element) -> None:
    for name_id in element.iter(NAME_ID):
        name_id.text = FORGED_USER


def _forged(assertion: etree._Element, *, element_id: str = "_f0e1") -> etree._Element:
    """An assertion for somebody else, with an ID of its own and without a signature."""
    evil = _unsigned_copy(assertion)
    evil.set("ID", element_id)
    _name_somebody_else(evil)
    return evil


def _put_extensions(root: etree._Element, *content: etree._Element) -> None:
    extensions = etree.Element(f"{{{SAMLP}}}Extensions")
    extensions.extend(content)
    status = root.find(STATUS)
    assert status is not None
    status.addprevious(extensions)


def _octets(root: etree._Element) -> bytes:
    return etree.tostring(root)


# -- the shapes -----------------------------------------------------------------------------


def _forged_response() -> tuple[etree._Element, etree._Element]:
    """A response with another one's signature, and the response that the signature is over."""
    root, _ = _signed("both")
    original = _unsigned_copy(root)
    root.set("ID", "_f0e0")
    _name_somebody_else(root)
    return root, original


def xsw_1() -> bytes:
    root, original = _forged_response()
    _signature(root).append(original)
    return _octets(root)


def xsw_2() -> bytes:
    root, original = _forged_response()
    _signature(root).addprevious(original)
    return _octets(root)


def xsw_3() -> bytes:
    root, assertion = _signed()
    assertion.addprevious(_forged(assertion))
    return _octets(root)


def xsw_4() -> bytes:
    root, assertion = _signed()
    evil = _forged(assertion)
    root.replace(assertion, evil)
    evil.append(assertion)
    return _octets(root)


def _forged_assertion() -> tuple[etree._Element, etree._Element, etree._Element]:
    """A message whose assertion has another one's signature, and what the signature is over."""
    root, assertion = _signed()
    original = _unsigned_copy(assertion)
    assertion.set("ID", "_f0e1")
    _name_somebody_else(assertion)
    return root, assertion, original


def xsw_5() -> bytes:
    root, _, original = _forged_assertion()
    root.append(original)
    return _octets(root)


def xsw_5_with_the_same_id() -> bytes:
    root, assertion, original = _forged_assertion()
    assertion.set("ID", str(original.get("ID")))
    root.append(original)
    return _octets(root)


def xsw_6() -> bytes:
    root, assertion, original = _forged_assertion()
    _signature(assertion).append(original)
    return _octets(root)


def xsw_7() -> bytes:
    root, assertion = _signed()
    _put_extensions(root, _forged(assertion, element_id=str(assertion.get("ID"))))
    return _octets(root)


def xsw_8() -> bytes:
    root, assertion, original = _forged_assertion()
    etree.SubElement(_signature(assertion), f"{{{DS}}}Object").append(original)
    return _octets(root)


def unsigned_sibling() -> bytes:
    root, assertion = _signed()
    root.append(_forged(assertion))
    return _octets(root)


def advice() -> bytes:
    root, assertion = _signed()
    evil = _forged(assertion)
    root.replace(assertion, evil)
    place = etree.Element(f"{{{SAML}}}Advice")
    evil.insert(3, place)
    place.append(assertion)
    return _octets(root)


def status_detail() -> bytes:
    root, assertion = _signed()
    status = root.find(STATUS)
    assert status is not None
    etree.SubElement(status, f"{{{SAMLP}}}StatusDetail").append(_forged(assertion))
    return _octets(root)


def digest_in_status_detail() -> bytes:
    root, assertion = _signed()
    status = root.find(STATUS)
    assert status is not None
    detail = etree.SubElement(status, f"{{{SAMLP}}}StatusDetail")
    etree.SubElement(
        detail, f"{{{DS}}}DigestValue"
    ).text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    _name_somebody_else(assertion)
    return _octets(root)


def foreign_signed_element() -> bytes:
    root, assertion = _signed()
    root.replace(assertion, _forged(assertion))
    _put_extensions(root, etree.fromstring(build("idp", sign="root")))
    return _octets(root)


def somewhere_else() -> bytes:
    root, assertion = _signed()
    wrapper = etree.Element("{urn:example:wrapper}Wrapper")
    root.replace(assertion, _forged(assertion))
    root.append(wrapper)
    wrapper.append(assertion)
    return _octets(root)


def name_in_key_info() -> bytes:
    """The signature is good: it does not cover its own KeyInfo."""
    root, _ = _signed("response")
    key_info = _signature(root).find(f"{{{DS}}}KeyInfo")
    assert key_info is not None
    etree.SubElement(key_info, NAME_ID).text = FORGED_USER
    return _octets(root)


def subject_beside_the_assertion() -> bytes:
    root, assertion = _signed()
    subject = next(iter(_forged(assertion).iter(f"{{{SAML}}}Subject")))
    assertion.addprevious(subject)
    return _octets(root)


def encrypted_sibling() -> bytes:
    root, assertion = _signed()
    assertion.addprevious(_forged(assertion))
    return encrypt_assertion(_octets(root), certificate=certificate_pem("sp-encryption"))


def duplicate_id() -> bytes:
    root, assertion = _signed()
    root.set("ID", str(assertion.get("ID")))
    return _octets(root)


def comment_truncation() -> bytes:
    """The signature is good: the attacker owns the longer name and splits it behind the other."""
    longer = build("response", [(f"{USER}</saml:NameID>", f"{USER}.evil.example</saml:NameID>")])
    root = etree.fromstring(longer)
    name_id = next(root.iter(NAME_ID))
    comment = etree.Comment("")
    name_id.text, comment.tail = USER, ".evil.example"
    name_id.append(comment)
    return _octets(root)


def instruction_truncation() -> bytes:
    split = (f"{USER}</saml:NameID>", f"{USER}<?x?>.evil.example</saml:NameID>")
    return build("response", [split])


def element_in_audience() -> bytes:
    audience = "<saml:Audience>https://sp.example.org/saml"
    return build("response", [(audience, f'{audience}<x xmlns="urn:example:x">/</x>')])


def lookalike() -> bytes:
    root, _ = _signed()
    evil = etree.SubElement(root, "{urn:example:assertion}Assertion")
    etree.SubElement(evil, "{urn:example:assertion}NameID").text = FORGED_USER
    return _octets(root)


def second_id_attribute() -> bytes:
    root, assertion = _signed()
    root.set(f"{{{SAMLP}}}ID", str(assertion.get("ID")))
    return _octets(root)


def void_canonicalization() -> bytes:
    place = ("<saml:Conditions ", '<saml:Conditions xmlns:x="relative" ')
    return build("response", after=[place, (USER, FORGED_USER)])


def two_issuers() -> bytes:
    root, _ = _signed()
    issuer = root.find(f"{{{SAML}}}Issuer")
    assert issuer is not None
    issuer.addnext(copy.deepcopy(issuer))
    return _octets(root)


def misplaced_signature() -> bytes:
    root, assertion = _signed()
    signature = _signature(assertion)
    status = root.find(STATUS)
    assert status is not None
    status.append(signature)
    return _octets(root)


SHAPES: list[tuple[Forge, str]] = [
    (xsw_1, "xsw-1"),
    (xsw_2, "xsw-2"),
    (xsw_3, "xsw-3"),
    (xsw_4, "xsw-4"),
    (xsw_5, "xsw-5"),
    (xsw_5_with_the_same_id, "xsw-5"),
    (xsw_6, "xsw-6"),
    (xsw_7, "xsw-7"),
    (xsw_8, "xsw-8"),
    (unsigned_sibling, "xsw-unsigned-sibling"),
    (advice, "xsw-advice"),
    (status_detail, "xsw-statusdetail"),
    (digest_in_status_detail, "xsw-statusdetail"),
    (foreign_signed_element, "xsw-foreign-signed-element"),
    (somewhere_else, "xsw-liberal-vs-strict"),
    (name_in_key_info, "xsw-liberal-vs-strict"),
    (subject_beside_the_assertion, "xsw-liberal-vs-strict"),
    (encrypted_sibling, "response-mixed-signed-unsigned"),
    (duplicate_id, "xml-duplicate-id"),
    (comment_truncation, "xml-comment-in-value"),
    (instruction_truncation, "xml-processing-instruction"),
    (element_in_audience, "xml-mixed-content-value"),
    (lookalike, "xml-lookalike-element"),
    (second_id_attribute, "xml-attribute-pollution"),
    (void_canonicalization, "xml-relative-namespace-uri"),
    (two_issuers, "issuer-multiple"),
    (misplaced_signature, "sig-parent-not-signable"),
]
_IDS = [forge.__name__ for forge, _ in SHAPES]


def _attacks(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings if "attack" in finding.tags}


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
def test_the_message_that_forgeries_start_from_is_accepted(sign: Sign) -> None:
    report = _check(build("response", sign=sign))
    assert ("accepted", ()) == (report.verdict, report.findings)


@pytest.mark.parametrize(("forge", "rule"), SHAPES, ids=_IDS)
def test_forgery_is_rejected_and_named(forge: Forge, rule: str) -> None:
    report = _check(forge())
    assert rule in _attacks(report)
    assert report.verdict == "rejected"


@pytest.mark.parametrize(("forge", "rule"), SHAPES, ids=_IDS)
def test_forgery_is_named_without_any_metadata(forge: Forge, rule: str) -> None:
    report = _check(forge(), alone=True)
    assert rule in _attacks(report)
    assert report.verdict == "rejected"


@pytest.mark.parametrize(("forge", "rule"), SHAPES[:11], ids=_IDS[:11])
def test_wrapping_shape_has_one_name(forge: Forge, rule: str) -> None:
    shapes = {slug for slug in _attacks(_check(forge())) if slug.startswith("xsw-")}
    assert {rule} == shapes


@pytest.mark.parametrize(
    ("forge", "rule"),
    # A doubled ID is mostly a fault of the sender's software.
    [
        pytest.param(*item, id=name)
        for item, name in zip(SHAPES, _IDS, strict=True)
        if "-id" not in item[1]
    ],
)
def test_forgery_is_not_the_fault_of_an_operator(forge: Forge, rule: str) -> None:
    finding = next(item for item in _check(forge()).findings if item.rule == rule)
    assert finding.owner in ("capture", "user")
    assert "not trust" in finding.hint


@pytest.mark.parametrize(("name", "blocked"), [("idp-encryption", True), ("sp-encryption", False)])
def test_certificate_in_the_encrypted_key_tells_for_whom_it_is(name: str, blocked: bool) -> None:
    sealed = encrypt_assertion(build("response"), certificate=certificate_pem(name)).decode()
    key_info = (
        f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate_base64(name)}"
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
    )
    end = "</xenc:EncryptionMethod><xenc:CipherData>"
    message = sealed.replace(end, end.replace("<xenc:Cipher", f"{key_info}<xenc:Cipher"), 1)
    assert message != sealed
    report = _check(message.encode())
    found = {finding.rule for finding in report.findings if finding.blocks}
    assert ({"enc-wrong-recipient"} if blocked else set()) == found
    assert report.verdict == ("rejected" if blocked else "accepted")


# -- arbitrary mutations --------------------------------------------------------------------

_NAMES = [ASSERTION, NAME_ID, SIGNATURE, STATUS, f"{{{SAMLP}}}Response", "{urn:example:x}Other"]
_TEXTS = [
    "",
    " ",
    FORGED_USER,
    USER,
    "https://sp.example.org/saml",
    "https://evil.example/",
    "2099-01-01T00:00:00Z",
    "_4c92e8f7061b4ad5935fd1a70e2b6c83",
]
_number = st.integers(min_value=0, max_value=400)
_tree_step = st.one_of(
    st.tuples(st.sampled_from(["drop", "duplicate", "comment", "instruction"]), _number),
    st.tuples(st.sampled_from(["move", "wrap", "rename"]), _number, _number),
    st.tuples(st.sampled_from(["text", "attribute", "drop-attribute"]), _number, _number),
)
_octet_step = st.one_of(
    st.tuples(st.just("truncate"), st.integers(1, 12000)),
    st.tuples(st.just("flip"), st.integers(0, 12000), st.integers(1, 255)),
)


def _mutate_tree(root: etree._Element, step: tuple[object, ...]) -> None:
    """Change one thing in a tree; a step that does not apply changes nothing."""
    kind, first, *rest = step
    nodes = list(root.iter("*"))
    node = nodes[int(str(first)) % len(nodes)]
    other = int(str(rest[0])) if rest else 0
    if node is not root and kind in ("drop", "duplicate", "move", "wrap"):
        _move(str(kind), node, nodes[other % len(nodes)], _NAMES[other % len(_NAMES)])
    elif kind in ("comment", "instruction"):
        extra = etree.Comment("x") if kind == "comment" else etree.ProcessingInstruction("x", "y")
        extra.tail, node.text = node.text, None
        node.insert(0, extra)
    elif kind == "rename":
        node.tag = _NAMES[other % len(_NAMES)]
    elif kind == "text":
        node.text = _TEXTS[other % len(_TEXTS)]
    elif kind in ("attribute", "drop-attribute") and node.attrib:
        name = sorted(map(str, node.attrib))[other % len(node.attrib)]
        if kind == "attribute":
            node.set(name, _TEXTS[other % len(_TEXTS)])
        else:
            del node.attrib[name]


def _move(kind: str, node: etree._Element, target: etree._Element, name: str) -> None:
    parent = node.getparent()
    assert parent is not None
    if kind == "drop":
        parent.remove(node)
    elif kind == "duplicate":
        node.addnext(copy.deepcopy(node))
    elif kind == "wrap":
        wrapper = etree.Element(name)
        parent.replace(node, wrapper)
        wrapper.append(node)
    elif target is not node and node not in target.iterancestors():
        target.append(node)


def _mutate_octets(data: bytes, step: tuple[object, ...]) -> bytes:
    kind, first, *rest = step
    place = int(str(first)) % max(1, len(data))
    if kind == "truncate":
        return data[:place]
    changed = bytearray(data)
    if changed:
        changed[place] ^= int(str(rest[0]))
    return bytes(changed)


def _said(data: bytes) -> list[tuple[object, ...]]:
    """Everything that a receiver could read about the user, wherever it stands, in order."""
    root = etree.fromstring(data)
    local = (
        "NameID Audience SubjectConfirmation SubjectConfirmationData Conditions AuthnStatement "
        "AuthnContextClassRef Attribute AttributeValue"
    )
    found = [
        (str(element.tag), sorted(element.attrib.items()), "".join(element.itertext()).strip())
        for element in root.iter(*(f"{{{SAML}}}{name}" for name in local.split()))
    ]
    issuers = [
        (issuer.text, issuer.get("Format"))
        for assertion in root.iter(ASSERTION)
        for issuer in assertion.iter(f"{{{SAML}}}Issuer")
    ]
    return [*found, *issuers]


@functools.cache
def _signed_octets(sign: Sign) -> bytes:
    return build("response", sign=sign)


def _judged(message: bytes) -> Report:
    report = _check(message)
    assert report == _check(message), "the same input gives the same report"
    assert report.verdict in ("accepted", "rejected", "undetermined")
    assert "tool-rule-crashed" not in {finding.rule for finding in report.findings}
    return report


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    sign=st.sampled_from(["assertion", "response", "both"]),
    tree_steps=st.lists(_tree_step, max_size=4),
    octet_steps=st.lists(_octet_step, max_size=1),
)
def test_no_mutation_that_changes_what_is_said_is_accepted(
    sign: Sign, tree_steps: list[tuple[object, ...]], octet_steps: list[tuple[object, ...]]
) -> None:
    original = _signed_octets(sign)
    root = etree.fromstring(original)
    for step in tree_steps:
        _mutate_tree(root, step)
    message = _octets(root)
    for step in octet_steps:
        message = _mutate_octets(message, step)
    if _judged(message).verdict == "accepted":
        assert _said(original) == _said(message)


@settings(max_examples=50, deadline=None)
@given(data=st.binary(max_size=400))
def test_arbitrary_octets_are_never_accepted(data: bytes) -> None:
    assert _judged(data).verdict != "accepted"
