"""Encrypted assertions open with the right key and still hold a signature that verifies."""

import pytest

from tests.support import bases
from tests.support.algorithms import BLOCK, TRANSPORT
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_pem, key_pem
from tests.support.oracle import xmlsec_decrypts, xmlsec_verifies

SP = certificate_pem("sp-encryption")


@pytest.mark.parametrize("block", BLOCK)
@pytest.mark.parametrize("transport", TRANSPORT)
def test_the_plaintext_is_the_signed_assertion(block: str, transport: str) -> None:
    encrypted = encrypt_assertion(
        bases.build("response"), certificate=SP, block=block, transport=transport
    )
    plain = xmlsec_decrypts(encrypted, key_pem("sp-encryption"))

    assert BLOCK[block] in encrypted.decode()
    assert TRANSPORT[transport][0] in encrypted.decode()
    assert b"maria.lind" not in encrypted
    assert plain is not None
    assert plain.startswith(b"<saml:Assertion ")
    assert xmlsec_verifies(plain, None, certificate_pem("idp-signing"))


def test_another_key_does_not_open_it() -> None:
    encrypted = encrypt_assertion(bases.build("response"), certificate=SP)

    assert xmlsec_decrypts(encrypted, key_pem("stranger")) is None


def test_the_rest_of_the_response_stays() -> None:
    plain = bases.build("response")
    encrypted = encrypt_assertion(plain, certificate=SP)
    start, end = plain.index(b"<saml:Assertion "), plain.index(b"</samlp:Response>")

    assert plain[:start] == encrypted[: encrypted.index(b"<saml:EncryptedAssertion")]
    assert encrypted.endswith(b"</saml:EncryptedAssertion>\n" + plain[end:])
