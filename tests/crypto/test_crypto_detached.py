"""Detached signatures verify over the octets that were received, and over nothing else."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samlcheck.crypto import (
    DetachedCheck,
    KeyCandidate,
    query_variants,
    signed_parameters,
    verify_detached,
)
from samlcheck.crypto.certificates import read_certificate
from tests.support.algorithms import SIGNATURE
from tests.support.bases import build
from tests.support.detached import redirect_url, signature_of
from tests.support.keys import certificate_base64, key_pem

REQUEST = build("request")
RSA = [name for name in SIGNATURE if name.startswith("rsa")]
EC = [name for name in SIGNATURE if name.startswith("ecdsa")]
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def candidate(name: str, *, trusted: bool = True) -> KeyCandidate:
    return KeyCandidate(
        facts=read_certificate(certificate_base64(name)),
        node=None,
        owner=name,
        purpose="signing",
        trusted=trusted,
    )


OURS = (candidate("sp-signing"),)


def judged(query: bytes, candidates: tuple[KeyCandidate, ...] = OURS) -> DetachedCheck:
    found = signed_parameters(query)
    assert found is not None
    fields = dict(pair.split(b"=", 1) for pair in query.split(b"&") if b"=" in pair)
    decoded = {name: _decoded(value) for name, value in fields.items()}
    return verify_detached(
        decoded[b"SigAlg"].decode(), decoded[b"Signature"], query_variants(found), candidates
    )


def _decoded(value: bytes) -> bytes:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(value.replace(b"+", b" "))


def query(*, key: str = "sp-signing", algorithm: str = "rsa-sha256", **words: object) -> bytes:
    url = redirect_url(REQUEST, key=key_pem(key), algorithm=algorithm, **words)  # type: ignore[arg-type]
    return url.partition(b"?")[2]


@pytest.mark.parametrize("algorithm", RSA)
@pytest.mark.parametrize("relay_state", [None, "", "a b+c/\u00e4"])
def test_rsa_verifies(algorithm: str, relay_state: str | None) -> None:
    check = judged(query(algorithm=algorithm, relay_state=relay_state))

    assert ("valid", None) == (check.status, check.change)


@pytest.mark.parametrize("algorithm", EC)
@pytest.mark.parametrize("der", [True, False])
def test_ecdsa_verifies_in_both_forms(algorithm: str, *, der: bool) -> None:
    check = judged(query(key="ec", algorithm=algorithm, der=der), (candidate("ec"),))

    assert "valid" == check.status


@pytest.mark.parametrize(
    ("candidates", "status"),
    [
        ((), "no-key"),
        ((candidate("sp-signing", trusted=False),), "no-key"),
        ((candidate("idp-signing"),), "altered"),
        ((candidate("idp-signing"), candidate("sp-signing", trusted=False)), "wrong-key"),
        ((candidate("ec"),), "altered"),
    ],
)
def test_only_a_trusted_key_makes_it_valid(
    candidates: tuple[KeyCandidate, ...], status: str
) -> None:
    assert status == judged(query(), candidates).status


def _encoded_by(encode: object, order: tuple[str, ...] = ()) -> bytes:
    """A query string as it arrives in the usual encoding, signed over another one."""
    whole = query(relay_state="a b~c*")
    values = {
        name.decode(): _decoded(value).decode()
        for name, value in (pair.split(b"=", 1) for pair in whole.split(b"&"))
    }
    names = order or ("SAMLRequest", "RelayState", "SigAlg")
    signed = "&".join(f"{name}={encode(values[name])}" for name in names)  # type: ignore[operator]
    value = signature_of(signed.encode(), key_pem("sp-signing"), "rsa-sha256")
    start = whole.partition(b"&Signature=")[0]
    return start + f"&Signature={quote(value, safe='')}".encode()


def _lower(text: str) -> str:
    import re

    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quote(text, safe=""))


@pytest.mark.parametrize(
    ("encode", "change"),
    [
        (_lower, "lower-case"),
        (lambda text: quote(text, safe="").replace("%20", "+"), "plus"),
        (quote_plus, "plus"),
        (lambda text: quote(text, safe="*"), "other-escapes"),
        (lambda text: quote(text, safe="").replace("~", "%7E"), "other-escapes"),
        (str, "not-encoded"),
    ],
)
def test_another_encoding_is_explained_and_not_accepted(encode: object, change: str) -> None:
    check = judged(_encoded_by(encode))

    assert ("altered", change) == (check.status, check.change)


@pytest.mark.parametrize(
    "order",
    [
        ("RelayState", "SAMLRequest", "SigAlg"),
        ("SAMLRequest", "SigAlg", "RelayState"),
        ("SigAlg", "RelayState", "SAMLRequest"),
    ],
)
def test_another_order_is_explained_and_not_accepted(order: tuple[str, ...]) -> None:
    check = judged(_encoded_by(lambda text: quote(text, safe=""), order))

    assert ("altered", "order") == (check.status, check.change)
    assert check.variant is not None
    assert order == check.variant.order


def test_the_order_in_the_address_does_not_matter() -> None:
    pairs = query(relay_state="x").split(b"&")

    assert "valid" == judged(b"&".join(reversed(pairs))).status


def test_relay_state_that_was_added_is_told() -> None:
    check = judged(query().replace(b"&SigAlg=", b"&RelayState=y&SigAlg="))

    assert ("altered", "without-relay-state") == (check.status, check.change)


@pytest.mark.parametrize(
    "algorithm", ["", "urn:x", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"]
)
def test_what_cannot_be_tried_is_not_valid(algorithm: str) -> None:
    found = signed_parameters(query())
    assert found is not None

    check = verify_detached(algorithm, b"AAAA", query_variants(found), OURS)

    assert "unsupported" == check.status


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_changed_octet_is_valid(data: st.DataObject) -> None:
    whole = query(relay_state="page")
    signed = whole.partition(b"&Signature=")[0]
    at = data.draw(st.integers(min_value=0, max_value=len(signed) - 1))
    octet = data.draw(
        st.integers(min_value=33, max_value=126).filter(lambda item: item != signed[at])
    )
    changed = signed[:at] + bytes((octet,)) + signed[at + 1 :] + whole[len(signed) :]
    found = signed_parameters(changed)
    if found is None or b"&SigAlg=" not in changed:
        return

    assert "valid" != judged(changed).status


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=80))
def test_any_octets_give_an_answer(octets: bytes, value: bytes) -> None:
    found = signed_parameters(b"SAMLRequest=" + octets + b"&SigAlg=x")
    if found is not None:
        check = verify_detached(SIGNATURE["rsa-sha256"], value, query_variants(found), OURS)
        assert "valid" != check.status


def test_a_long_query_string_is_not_explained() -> None:
    found = signed_parameters(b"SAMLRequest=" + b"%2f" * 400_000 + b"&SigAlg=x")
    assert found is not None

    assert 1 == len(list(query_variants(found)))


def test_the_value_is_base64() -> None:
    found = signed_parameters(query())
    assert found is not None
    for value in (b"", b"!!!", base64.b64encode(b"")):
        check = verify_detached(SIGNATURE["rsa-sha256"], value, query_variants(found), OURS)
        assert "malformed" == check.status
