"""Signature wrapping: a genuine signature is shown, and something else is read."""

from __future__ import annotations

import copy

from lxml import etree

from tests.forgeries.forgery import Forgery, both, whole
from tests.forgeries.forging import (
    DS,
    FORGED_USER,
    NAME_ID,
    SAML,
    SAMLP,
    forged,
    name_somebody_else,
    octets,
    put_extensions,
    signature_of,
    signed,
    status_of,
    unsigned_copy,
)
from tests.support.bases import build
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_pem

USENIX = "On Breaking SAML"


def _forged_response() -> tuple[etree._Element, etree._Element]:
    """A response with another one's signature, and the response that the signature is over."""
    root, _ = signed("both")
    original = unsigned_copy(root)
    root.set("ID", "_f0e0")
    name_somebody_else(root)
    return root, original


def _forged_assertion() -> tuple[etree._Element, etree._Element, etree._Element]:
    """A message whose assertion has another one's signature, and what the signature is over."""
    root, assertion = signed()
    original = unsigned_copy(assertion)
    assertion.set("ID", "_f0e1")
    name_somebody_else(assertion)
    return root, assertion, original


def xsw_1() -> bytes:
    root, original = _forged_response()
    signature_of(root).append(original)
    return octets(root)


def xsw_2() -> bytes:
    root, original = _forged_response()
    signature_of(root).addprevious(original)
    return octets(root)


def xsw_3() -> bytes:
    root, assertion = signed()
    assertion.addprevious(forged(assertion))
    return octets(root)


def xsw_4() -> bytes:
    root, assertion = signed()
    evil = forged(assertion)
    root.replace(assertion, evil)
    evil.append(assertion)
    return octets(root)


def xsw_5() -> bytes:
    root, _, original = _forged_assertion()
    root.append(original)
    return octets(root)


def xsw_5_with_the_same_id() -> bytes:
    root, assertion, original = _forged_assertion()
    assertion.set("ID", str(original.get("ID")))
    root.append(original)
    return octets(root)


def xsw_6() -> bytes:
    root, assertion, original = _forged_assertion()
    signature_of(assertion).append(original)
    return octets(root)


def xsw_7() -> bytes:
    root, assertion = signed()
    put_extensions(root, forged(assertion, element_id=str(assertion.get("ID"))))
    return octets(root)


def xsw_8() -> bytes:
    root, assertion, original = _forged_assertion()
    etree.SubElement(signature_of(assertion), f"{{{DS}}}Object").append(original)
    return octets(root)


def _second_info(assertion: etree._Element) -> etree._Element:
    """A SignedInfo that means the forged assertion, as a forger writes it."""
    genuine = signature_of(assertion).find(f"{{{DS}}}SignedInfo")
    assert genuine is not None
    second = copy.deepcopy(genuine)
    reference = second.find(f"{{{DS}}}Reference")
    assert reference is not None
    reference.set("URI", f"#{assertion.get('ID')}")
    return second


def xsw_9() -> bytes:
    root, assertion, original = _forged_assertion()
    signature_of(assertion).insert(1, _second_info(assertion))
    root.append(original)
    return octets(root)


def xsw_9_with_the_forged_one_first() -> bytes:
    root, assertion, original = _forged_assertion()
    signature_of(assertion).insert(0, _second_info(assertion))
    root.append(original)
    return octets(root)


def unsigned_sibling() -> bytes:
    root, assertion = signed()
    root.append(forged(assertion))
    return octets(root)


def advice() -> bytes:
    root, assertion = signed()
    evil = forged(assertion)
    root.replace(assertion, evil)
    place = etree.Element(f"{{{SAML}}}Advice")
    evil.insert(3, place)
    place.append(assertion)
    return octets(root)


def status_detail() -> bytes:
    root, assertion = signed()
    etree.SubElement(status_of(root), f"{{{SAMLP}}}StatusDetail").append(forged(assertion))
    return octets(root)


def digest_in_status_detail() -> bytes:
    root, assertion = signed()
    detail = etree.SubElement(status_of(root), f"{{{SAMLP}}}StatusDetail")
    digest = etree.SubElement(detail, f"{{{DS}}}DigestValue")
    digest.text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    name_somebody_else(assertion)
    return octets(root)


def signature_in_status_detail() -> bytes:
    root, assertion = signed()
    detail = etree.SubElement(status_of(root), f"{{{SAMLP}}}StatusDetail")
    detail.append(signature_of(assertion))
    name_somebody_else(assertion)
    return octets(root)


def signed_metadata_inside() -> bytes:
    root, assertion = signed()
    root.replace(assertion, forged(assertion))
    put_extensions(root, etree.fromstring(build("idp", sign="root")))
    return octets(root)


def signed_logout_inside() -> bytes:
    root, assertion = signed()
    root.replace(assertion, forged(assertion))
    logout = etree.Element(f"{{{SAMLP}}}LogoutResponse", ID="_a1")
    logout.append(signature_of(assertion))
    put_extensions(root, logout)
    return octets(root)


def metadata_inside() -> bytes:
    root, _ = signed()
    put_extensions(root, etree.fromstring(build("idp")))
    return octets(root)


def somewhere_else() -> bytes:
    root, assertion = signed()
    wrapper = etree.Element("{urn:example:wrapper}Wrapper")
    root.replace(assertion, forged(assertion))
    root.append(wrapper)
    wrapper.append(assertion)
    return octets(root)


def name_in_key_info() -> bytes:
    """The signature is good: it does not cover its own KeyInfo."""
    root, _ = signed("response")
    key_info = signature_of(root).find(f"{{{DS}}}KeyInfo")
    assert key_info is not None
    etree.SubElement(key_info, NAME_ID).text = FORGED_USER
    return octets(root)


def subject_beside_the_assertion() -> bytes:
    root, assertion = signed()
    subject = next(iter(forged(assertion).iter(f"{{{SAML}}}Subject")))
    assertion.addprevious(subject)
    return octets(root)


def _sealed(message: bytes) -> bytes:
    return encrypt_assertion(message, certificate=certificate_pem("sp-encryption"))


def sealed() -> bytes:
    """The good message with an encrypted assertion."""
    return _sealed(build("response"))


def encrypted_sibling() -> bytes:
    root, assertion = signed()
    assertion.addprevious(forged(assertion))
    return _sealed(octets(root))


def encrypted_without_signature() -> bytes:
    """Anybody can encrypt for the service provider."""
    root, assertion = signed()
    root.replace(assertion, forged(assertion))
    return _sealed(octets(root))


def wrapped_in_encrypted() -> bytes:
    """The signature inside means what stands outside; both are one document once decrypted."""
    root, assertion, original = _forged_assertion()
    put_extensions(root, original)
    assert assertion.get("ID") != original.get("ID")
    return _sealed(octets(root))


def outside_means_inside() -> bytes:
    """The signature of the response means an ID that only decryption brings to light."""
    root, assertion = signed("response")
    for reference in signature_of(root).iter(f"{{{DS}}}Reference"):
        reference.set("URI", f"#{assertion.get('ID')}")
    return _sealed(octets(root))


def displaced_signature() -> bytes:
    """The assertion's signature in the place of the response's, before a forged assertion."""
    root, assertion = signed()
    signature = signature_of(assertion)
    assertion.remove(signature)
    status_of(root).addprevious(signature)
    assertion.addprevious(forged_without(assertion))
    return octets(root)


def forged_without(assertion: etree._Element) -> etree._Element:
    """A forged copy of an assertion that has no signature any more."""
    evil = copy.deepcopy(assertion)
    evil.tail = None
    evil.set("ID", "_f0e1")
    name_somebody_else(evil)
    return evil


def misplaced_signature() -> bytes:
    root, assertion = signed()
    status_of(root).append(signature_of(assertion))
    return octets(root)


def status_elsewhere() -> bytes:
    root, _ = signed()
    put_extensions(root, copy.deepcopy(status_of(root)))
    return octets(root)


def _wrap(build: object, rule: str, **more: object) -> Forgery:
    options = {"row": "wrapping", "cites": USENIX, **more}
    return Forgery(build=build, rule=rule, **options)  # type: ignore[arg-type]


FORGERIES = (
    _wrap(xsw_1, "xsw-1", good=both),
    _wrap(xsw_2, "xsw-2", good=both),
    _wrap(xsw_3, "xsw-3"),
    _wrap(xsw_4, "xsw-4"),
    _wrap(xsw_5, "xsw-5"),
    _wrap(xsw_5_with_the_same_id, "xsw-5"),
    _wrap(xsw_6, "xsw-6"),
    _wrap(xsw_7, "xsw-7"),
    _wrap(xsw_8, "xsw-8"),
    _wrap(xsw_9, "xsw-9", row="signed info", cites="CVE-2019-3465"),
    _wrap(xsw_9_with_the_forged_one_first, "xsw-9", row="signed info", cites="CVE-2019-3465"),
    _wrap(advice, "xsw-advice"),
    _wrap(somewhere_else, "xsw-liberal-vs-strict"),
    _wrap(name_in_key_info, "xsw-liberal-vs-strict", good=whole),
    _wrap(subject_beside_the_assertion, "xsw-liberal-vs-strict"),
    _wrap(status_elsewhere, "status-elsewhere"),
    _wrap(misplaced_signature, "sig-parent-not-signable", cites="SAML Core"),
    _wrap(unsigned_sibling, "xsw-unsigned-sibling", row="siblings", cites="CVE-2022-41912"),
    _wrap(
        encrypted_sibling,
        "response-mixed-signed-unsigned",
        row="siblings",
        cites="CVE-2022-41912",
    ),
    _wrap(status_detail, "xsw-statusdetail", row="xpath", cites="CVE-2024-45409"),
    _wrap(digest_in_status_detail, "xsw-statusdetail", row="xpath", cites="CVE-2024-45409"),
    _wrap(signature_in_status_detail, "xsw-statusdetail", row="xpath", cites="CVE-2024-45409"),
    _wrap(signed_metadata_inside, "xsw-foreign-signed-element", row="reuse", cites="CVE-2024-6800"),
    _wrap(signed_logout_inside, "xsw-foreign-signed-element", row="reuse", cites="CVE-2024-6800"),
    _wrap(metadata_inside, "response-foreign-message-inside", row="reuse", cites="CVE-2024-6800"),
    _wrap(
        encrypted_without_signature,
        "sig-encrypted-assertion-unsigned-envelope",
        row="reuse",
        cites="CVE-2024-4985",
        good=sealed,
    ),
    _wrap(
        wrapped_in_encrypted, "xsw-in-encrypted", row="reuse", cites="CVE-2024-9487", good=sealed
    ),
    _wrap(
        outside_means_inside, "xsw-in-encrypted", row="reuse", cites="CVE-2024-9487", good=sealed
    ),
    _wrap(displaced_signature, "sig-position", row="position", cites="CVE-2024-8698"),
)
