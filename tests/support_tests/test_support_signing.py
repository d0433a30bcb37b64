"""Signatures made by the test support verify with xmlsec, and only while nothing is changed."""

import pytest
from lxml import etree

from tests.support import bases
from tests.support.algorithms import C14N, DIGEST, DS, SIGNATURE
from tests.support.keys import certificate_pem, key_pem
from tests.support.oracle import xmlsec_verifies
from tests.support.signing import Position, sign

IDP = certificate_pem("idp-signing")
ASSERTION_ID = "_4c92e8f7061b4ad5935fd1a70e2b6c83"


def _key_for(signature_algorithm: str) -> str:
    return "ec" if signature_algorithm.startswith("ecdsa") else "idp-signing"


@pytest.mark.parametrize("signature_algorithm", SIGNATURE)
def test_each_signature_algorithm_verifies_with_its_own_key_only(signature_algorithm: str) -> None:
    key = _key_for(signature_algorithm)
    signed = bases.build("response", key=key, signature_algorithm=signature_algorithm)

    assert SIGNATURE[signature_algorithm] in signed.decode()
    assert xmlsec_verifies(signed, ASSERTION_ID, certificate_pem(key))
    assert not xmlsec_verifies(signed, ASSERTION_ID, certificate_pem("stranger"))


@pytest.mark.parametrize("digest_algorithm", DIGEST)
@pytest.mark.parametrize("c14n", C14N)
def test_each_digest_and_canonicalization_verifies(digest_algorithm: str, c14n: str) -> None:
    signed = bases.build("response", digest_algorithm=digest_algorithm, c14n=c14n)

    assert f'DigestMethod Algorithm="{DIGEST[digest_algorithm]}"' in signed.decode()
    assert f'CanonicalizationMethod Algorithm="{C14N[c14n]}"' in signed.decode()
    assert xmlsec_verifies(signed, ASSERTION_ID, IDP)


@pytest.mark.parametrize("key", ["weak", "expired", "ec", "stranger"])
def test_odd_keys_sign_as_well(key: str) -> None:
    signed = bases.build("sp", sign="root", key=key)

    assert xmlsec_verifies(signed, None, certificate_pem(key))
    assert not xmlsec_verifies(signed, None, IDP)


def test_rsa_signatures_are_reproducible() -> None:
    assert bases.build("response", sign="both") == bases.build("response", sign="both")


def test_a_change_after_signing_breaks_the_signature() -> None:
    altered = bases.build("response", after=[(">Lind<", ">Lund<")])

    assert not xmlsec_verifies(altered, ASSERTION_ID, IDP)


def test_a_change_outside_the_signed_element_does_not() -> None:
    altered = bases.build("response", after=[("status:Success", "status:Responder")])

    assert xmlsec_verifies(altered, ASSERTION_ID, IDP)


def test_only_the_signature_is_added_to_the_text() -> None:
    odd = (
        b"<?xml version='1.0'?>\n<r xmlns='urn:x'\n   ID='_1' b=\"a'>\"><Issuer>i</Issuer>"
        b"<!-- c --><v><![CDATA[x]]>&#xe9;</v></r>\n"
    )
    signed = sign(odd, key=key_pem("weak"), certificate=certificate_pem("weak"))
    start, end = signed.index(b"<ds:Signature "), signed.index(b"</ds:Signature>")

    assert odd == signed[:start] + signed[end + len("</ds:Signature>") :]
    assert signed[:start].endswith(b"</Issuer>")
    assert xmlsec_verifies(signed, None, certificate_pem("weak"))


@pytest.mark.parametrize("issuer", ["<Issuer/>", "<Issuer></Issuer>"])
def test_an_empty_issuer_is_still_followed_by_the_signature(issuer: str) -> None:
    xml = f'<r xmlns="urn:x" ID="_1"><x><Issuer/></x>{issuer}<y/></r>'.encode()
    signed = sign(xml, key=key_pem("weak"), certificate=certificate_pem("weak"))

    assert f"</x>{issuer}<ds:Signature".encode() in signed
    assert xmlsec_verifies(signed, None, certificate_pem("weak"))


@pytest.mark.parametrize(("position", "index"), [("after-issuer", 1), ("first", 0)])
def test_position_in_the_assertion(position: Position, index: int) -> None:
    signed = bases.build("response", position=position)
    assertion = etree.fromstring(signed).find("{*}Assertion")

    assert assertion is not None
    assert f"{{{DS}}}Signature" == assertion[index].tag
    assert xmlsec_verifies(signed, ASSERTION_ID, IDP)


def test_metadata_is_signed_in_first_place() -> None:
    assert f"{{{DS}}}Signature" == etree.fromstring(bases.build("idp", sign="root"))[0].tag


def test_key_info_can_be_left_out() -> None:
    signed = bases.build("response", key_info=False)

    assert b"KeyInfo" not in signed
    assert xmlsec_verifies(signed, ASSERTION_ID, IDP)


def test_a_root_without_an_id_is_referenced_by_the_empty_uri() -> None:
    signed = bases.build("sp", [('ID="_5d3c0b7e9a1f4628b6e47c2d8f01a935"', "")], sign="root")

    assert 'Reference URI=""' in signed.decode()
    assert xmlsec_verifies(signed, None, IDP)


def test_an_element_is_signed_as_well_as_bytes() -> None:
    element = etree.fromstring(b'<r ID="_1"><v>1</v></r>')
    signed = sign(element, key=key_pem("weak"), certificate=certificate_pem("weak"), prefix="")

    assert signed.startswith(b'<r ID="_1"><Signature xmlns=')
    assert xmlsec_verifies(signed, "_1", certificate_pem("weak"))


def test_an_unsigned_element_does_not_verify() -> None:
    signed = bases.build("response", sign="assertion")

    assert not xmlsec_verifies(signed, None, IDP)
    assert not xmlsec_verifies(signed, "_absent", IDP)
