"""What certificates say beside their key is read, and no octets make reading fail."""

from __future__ import annotations

import base64

import pytest

from samlcheck.crypto import load_certificate
from samlcheck.crypto.certificate_content import CertificateContent
from samlcheck.crypto.der import names_agree
from samlcheck.rules.metadata import sample_contents, sample_subjects


def _content(sample: str) -> CertificateContent:
    content = load_certificate(base64.b64decode(sample)).content
    assert content is not None
    return content


def test_what_the_samples_say() -> None:
    assert _content(sample_contents.AUTHORITY).is_authority
    assert not _content(sample_contents.ISSUED).is_authority
    assert _content(sample_contents.ISSUED).is_self_issued is False
    assert _content(sample_contents.ISSUED).issuer == "CN=Example CA"
    assert _content(sample_contents.PUBLIC_WEB).is_for_public_web
    assert not _content(sample_contents.ISSUED).is_for_public_web
    assert _content(sample_contents.SIGNS_ONLY).key_usages == {"digital_signature"}
    assert _content(sample_contents.AUTHORITY).key_usages is None
    assert _content(sample_contents.ALTERED).own_signature_holds is False
    assert _content(sample_contents.AUTHORITY).own_signature_holds is True
    assert _content(sample_contents.ISSUED).own_signature_holds is None
    assert _content(sample_subjects.OTHER_HOST).host_names == (
        "sp.example.org",
        ("login.example.org",),
    )
    assert _content(sample_subjects.PERSON).personal_types == ("givenName", "surname")


@pytest.mark.parametrize("sample", [sample_contents.ISSUED, sample_contents.AUTHORITY])
def test_no_octets_make_the_names_unreadable_with_an_error(sample: str) -> None:
    der = base64.b64decode(sample)
    for end in range(len(der)):
        names_agree(der[:end])
    for place in range(40):
        for value in (0, 0x30, 0x7F, 0x80, 0x84, 0xFF):
            names_agree(der[:place] + bytes([value]) + der[place + 1 :])
