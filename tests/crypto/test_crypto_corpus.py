"""The signatures of real documents: the same verdict as xmlsec, or a reason."""

from __future__ import annotations

import base64
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xmlsec
from lxml import etree

import samlcheck
from samlcheck.crypto import verify_signature
from samlcheck.crypto.certificates import read_certificate
from samlcheck.model import Signature, walk
from tests.corpus.corpus import ABSENT, FOLDER, cases, metadata_files, present
from tests.crypto.judging import signatures, trusted

pytestmark = pytest.mark.skipif(not present(), reason=ABSENT)

#: Signatures that xmlsec verifies and that are no SAML signatures.
REASONS = {
    "invalids__signature_wrapping_attack2.xml": (
        "sig-reference-wrong-target",
        "the signature covers another element than the one that it stands in",
    ),
    "response_without_assertion_reference_uri.xml": (
        "sig-reference-empty-uri",
        "the assertion's signature refers to the whole document",
    ),
    "signed_metadata_settings2.xml": (
        "sig-reference-no-uri",
        "SAML Core 5.4.2 requires a reference by ID; xmlsec takes the whole document",
    ),
}


def _xmlsec_verifies(signature: Signature, der: bytes) -> bool:
    tree = signature.element.getroottree()
    root = etree.fromstring(etree.tostring(tree), etree.XMLParser(huge_tree=True))
    element = root.find(tree.getelementpath(signature.element))
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    pem = f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(pem.encode(), xmlsec.constants.KeyDataFormatCertPem)
    try:
        xmlsec.tree.add_ids(root, ["ID"])
        context.verify(element)
    except xmlsec.Error:
        return False
    return True


def _compare(name: str, signature: Signature, certificate: str, now: datetime) -> None:
    key = trusted(certificate)
    check = verify_signature(signature, (key,), now=now)
    if key.facts.der is None:
        assert "valid" != check.status
        return
    verified = _xmlsec_verifies(signature, key.facts.der)
    if verified and check.status != "valid":
        assert name in REASONS, f"xmlsec verifies it, samlcheck says {check.status}"
        assert REASONS[name][0] in {problem.rule for problem in check.shape}
        return
    assert verified is (check.status == "valid"), check.status


@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case["file"]))
def test_responses(case: dict[str, str]) -> None:
    parsed = samlcheck.parse_message((FOLDER / "responses" / case["file"]).read_bytes())
    nodes = () if parsed.message is None else walk(parsed.message)
    for node in nodes:
        if isinstance(node, Signature):
            now = datetime.fromisoformat(case["now"])
            _compare(case["file"], node, case["idp_certificate"] or "", now)


@pytest.mark.parametrize("file", metadata_files(), ids=lambda file: file.name)
def test_metadata_against_the_certificates_it_embeds(file: Path) -> None:
    parsed = samlcheck.parse_metadata(file.read_bytes())
    for node in () if parsed.metadata is None else walk(parsed.metadata):
        if isinstance(node, Signature) and node.key_info is not None:
            for certificate in node.key_info.certificates:
                _compare(file.name, node, certificate.text, datetime(2012, 1, 1, tzinfo=UTC))


def test_the_signature_of_a_real_aggregate_is_valid() -> None:
    (signature,) = signatures((FOLDER / "metadata" / "swamid-1.0.xml").read_bytes())
    assert signature.key_info is not None
    certificate = signature.key_info.certificates[0].text

    assert read_certificate(certificate).problem is None
    check = verify_signature(
        signature, (trusted(certificate),), now=datetime(2012, 1, 1, tzinfo=UTC)
    )
    assert "valid" == check.status
