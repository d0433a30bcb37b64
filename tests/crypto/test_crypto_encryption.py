"""What decryption gives is what the xmlsec library gives, over a matrix of encrypted parts."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
import xmlsec
from lxml import etree

from samlcheck.crypto import Decryption, decrypt, load_private_keys
from samlcheck.model.message import EncryptedElement
from samlcheck.rules.decrypting import Decryptor
from tests.support.algorithms import BLOCK, DS, TRANSPORT
from tests.support.encrypting import encrypt_octets
from tests.support.keys import certificate_pem, key_pem

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_XENC = "http://www.w3.org/2001/04/xmlenc#"
PLAIN = (
    f'<saml:NameID xmlns:saml="{_SAML}" Format="urn:example:a">'.encode()
    + b"maria.lind@example.org and more, so that it is some blocks long</saml:NameID>"
)
KEY = load_private_keys([key_pem("sp-encryption")])
STRANGER = load_private_keys([key_pem("stranger")])

Mutation = Callable[[str], str]


def _value(place: int, change: Callable[[bytearray], bytearray]) -> Mutation:
    """A change of the octets of one CipherValue: 0 is the wrapped key, 1 the data."""

    def apply(text: str) -> str:
        found = list(re.finditer(r"(<xenc:CipherValue>)([^<]*)(</xenc:CipherValue>)", text))[place]
        octets = bytearray(base64.b64decode(found[2]))
        changed = base64.b64encode(bytes(change(octets))).decode()
        return text[: found.start(2)] + changed + text[found.end(2) :]

    return apply


def _flip(at: int, bit: int = 1) -> Callable[[bytearray], bytearray]:
    def change(octets: bytearray) -> bytearray:
        octets[at] ^= bit
        return octets

    return change


MUTATIONS: dict[str, Mutation] = {
    "none": str,
    "line breaks": lambda text: text.replace("<xenc:CipherValue>", "<xenc:CipherValue>\n  "),
    "wrapped key": _value(0, _flip(20)),
    "wrapped key cut": _value(0, lambda octets: octets[:-1]),
    "first octet": _value(1, _flip(0)),
    "first block": _value(1, _flip(5, 0x80)),
    "middle": _value(1, _flip(40)),
    "last octet": _value(1, _flip(-1)),
    "last octet to no padding": _value(1, _flip(-17, 0xFF)),
    "cut by a block": _value(1, lambda octets: octets[:-16]),
    "cut by an octet": _value(1, lambda octets: octets[:-1]),
    "tag of four octets": _value(1, lambda octets: octets[:-12]),
    "nonce alone": _value(1, lambda octets: octets[:12]),
    "nothing": _value(1, lambda octets: bytearray()),
    "not Base64": lambda text: text.replace("<xenc:CipherValue>", "<xenc:CipherValue>!"),
}


def sealed(block: str, transport: str) -> str:
    """An EncryptedID that holds a NameID, its EncryptedKey inside."""
    data = encrypt_octets(
        PLAIN, certificate=certificate_pem("sp-encryption"), block=block, transport=transport
    )
    return f'<saml:EncryptedID xmlns:saml="{_SAML}">{data.decode()}</saml:EncryptedID>'


def beside(text: str) -> str:
    """The EncryptedKey stands beside the EncryptedData."""
    key = re.search(r"<xenc:EncryptedKey>.*</xenc:EncryptedKey>", text, re.DOTALL)
    assert key is not None
    moved = key[0].replace("<xenc:EncryptedKey>", f'<xenc:EncryptedKey xmlns:xenc="{_XENC}">')
    text = text.replace(key[0], "")
    return text.replace("</saml:EncryptedID>", f"{moved}</saml:EncryptedID>")


def retrieved(text: str) -> str:
    """The EncryptedKey stands beside the EncryptedData, which names it by its Id."""
    text = beside(text).replace("<xenc:EncryptedKey ", '<xenc:EncryptedKey Id="_k" ')
    method = f'<ds:RetrievalMethod Type="{_XENC}EncryptedKey" URI="#_k"/>'
    return re.sub(r"(<ds:KeyInfo[^>]*>)\s*(</ds:KeyInfo>)", rf"\1{method}\2", text)


LAYOUTS: dict[str, Callable[[str], str]] = {"inside": str, "beside": beside, "retrieved": retrieved}


def element_of(text: str) -> EncryptedElement:
    return EncryptedElement(element=etree.fromstring(text))


def readable(plaintext: bytes) -> bool:
    try:
        etree.fromstring(plaintext)
    except etree.XMLSyntaxError:
        return False
    return True


def opened(text: str, keys: tuple[object, ...] = KEY) -> Decryption:
    encrypted = element_of(text)
    keys_of = Decryptor(()).encrypted_keys(encrypted)
    return decrypt(encrypted, keys_of, keys, accepts=readable)  # type: ignore[arg-type]


def xmlsec_opens(text: str, key: str = "sp-encryption") -> bytes | None:
    """What xmlsec makes of it; it looks for the key in the KeyInfo only, so it is put there."""
    root = etree.fromstring(text)
    data = root.find(f"{{{_XENC}}}EncryptedData")
    assert data is not None
    info = data.find(f"{{{DS}}}KeyInfo")
    for wrapped in root.findall(f"{{{_XENC}}}EncryptedKey"):
        assert info is not None
        for child in list(info):
            info.remove(child)
        info.append(wrapped)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(key_pem(key), xmlsec.constants.KeyDataFormatPem))
    try:
        plain = xmlsec.EncryptionContext(manager).decrypt(data)
    except (xmlsec.Error, etree.XMLSyntaxError):
        return None
    return None if plain is None else etree.tostring(plain, with_tail=False)


def _canonical(xml: bytes | None) -> bytes | None:
    return None if xml is None else etree.tostring(etree.fromstring(xml), method="c14n")


@pytest.mark.parametrize("transport", TRANSPORT)
@pytest.mark.parametrize("block", BLOCK)
def test_matrix(block: str, transport: str) -> None:
    whole = sealed(block, transport)
    for layout, arranged in LAYOUTS.items():
        text = arranged(whole)
        names = MUTATIONS if layout == "inside" else ("none", "wrapped key", "middle")
        for name in names:
            mutate = MUTATIONS[name]
            mutated = mutate(whole) if layout == "inside" else arranged(mutate(whole))
            expected, found = xmlsec_opens(mutated), opened(mutated).plaintext

            assert _canonical(expected) == _canonical(found), (layout, name)
            if name in ("none", "line breaks"):
                assert PLAIN == found, (layout, name)
        assert opened(text, STRANGER).plaintext is None
        assert xmlsec_opens(text, "stranger") is None


def test_several_keys_are_tried() -> None:
    for block in BLOCK:
        text = sealed(block, "rsa-oaep")
        assert PLAIN == opened(text, (*STRANGER, *KEY)).plaintext
        assert PLAIN == opened(text, (*KEY, *STRANGER)).plaintext


def test_the_encrypted_key_of_another_recipient_is_passed_over() -> None:
    other = encrypt_octets(
        PLAIN, certificate=certificate_pem("stranger"), block="aes256-cbc", transport="rsa-1_5"
    ).decode()
    key = re.search(r"<xenc:EncryptedKey>.*</xenc:EncryptedKey>", other, re.DOTALL)
    assert key is not None
    text = sealed("aes256-cbc", "rsa-1_5")
    for before in (f"{key[0]}<xenc:EncryptedKey>", "<xenc:EncryptedKey>"):
        two = text.replace("<xenc:EncryptedKey>", before, 1)
        if before == "<xenc:EncryptedKey>":
            two = text.replace("</xenc:EncryptedKey>", f"</xenc:EncryptedKey>{key[0]}", 1)
        assert PLAIN == opened(two).plaintext


@pytest.mark.parametrize("transport", ["rsa-1_5", "rsa-oaep", "rsa-oaep-sha256"])
@pytest.mark.parametrize("block", BLOCK)
def test_every_failure_reads_the_same(block: str, transport: str) -> None:
    text = sealed(block, transport)
    told = {
        (outcome.problem, outcome.detail)
        for name, mutate in MUTATIONS.items()
        if name not in ("nothing", "not Base64")  # which everybody can see
        for outcome in [opened(mutate(text))]
        if outcome.plaintext is None
    }
    told.add((opened(text, STRANGER).problem, opened(text, STRANGER).detail))

    assert {("enc-decrypt-failed", "none of the keys given decrypts it")} == told


def test_every_octet_of_a_block_reads_the_same() -> None:
    """The classic attack on CBC: 256 changes of the octet before the padding tell it apart."""
    for block in ("aes128-cbc", "tripledes-cbc"):
        text, size = sealed(block, "rsa-oaep"), 16 if block.startswith("aes") else 8
        told = set()
        for octet in range(1, 256):
            outcome = opened(_value(1, _flip(-1 - size, octet))(text))
            told.add((outcome.problem, outcome.detail, outcome.plaintext is None))

        # A longer padding cuts the end tag off; the plaintext is whole or nothing.
        assert told <= {("enc-decrypt-failed", "none of the keys given decrypts it", True)}


def test_what_everybody_can_see_is_told() -> None:
    text = sealed("aes256-gcm", "rsa-oaep")
    unknown = text.replace(f"{_XENC}rsa-oaep-mgf1p", "urn:example:wrap")

    assert "the key transport 'urn:example:wrap' is not supported" == opened(unknown).detail
    unknown = text.replace("xmlenc11#aes256-gcm", "xmlenc11#aes512-gcm")
    assert (opened(unknown).detail or "").endswith("aes512-gcm' is not supported")
    assert "enc-no-key" == opened(text, ()).problem
    assert "enc-keyinfo-missing" == opened(re.sub("xenc:EncryptedKey", "xenc:Other", text)).problem
