"""The base documents are valid, consistent with each other and edited as asked."""

import re
from typing import get_args

import pytest

from tests.support import bases
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_base64, certificate_pem
from tests.support.oasis import schema_errors, schema_folder
from tests.support.oracle import xmlsec_verifies
from tests.support.templates import template

IDP = certificate_pem("idp-signing")
ASSERTION_ID = "_4c92e8f7061b4ad5935fd1a70e2b6c83"
METADATA: tuple[bases.Base, ...] = ("sp", "idp", "aggregate")

needs_schemas = pytest.mark.skipif(
    schema_folder() is None, reason="pysaml2, whose copy of the OASIS schemas is used, is absent"
)


@needs_schemas
@pytest.mark.parametrize("name", get_args(bases.Base))
@pytest.mark.parametrize("sign", [None, "default", "root"])
def test_base_is_valid_against_the_oasis_schemas(name: bases.Base, sign: bases.Sign) -> None:
    assert [] == schema_errors(bases.build(name, sign=sign))


@needs_schemas
def test_fully_signed_and_encrypted_responses_are_valid() -> None:
    response = bases.build("response", sign="both")

    assert [] == schema_errors(response)
    assert [] == schema_errors(
        encrypt_assertion(response, certificate=certificate_pem("sp-encryption"))
    )


@needs_schemas
@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("sp", ('index="1"', 'index="one"')),
        ("idp", ('contactType="support"', 'contactType="help"')),
        ("idp", ('height="60"', 'height="tall"')),
        ("aggregate", ('cacheDuration="PT6H"', 'cacheDuration="6 h"')),
        ("response", ("<saml:Audience>", "<saml:Audience><x/>")),
    ],
)
def test_the_schemas_do_refuse(name: bases.Base, edit: tuple[str, str]) -> None:
    assert [] != schema_errors(bases.build(name, [edit], sign=None))


@pytest.mark.parametrize("name", get_args(bases.Base))
def test_no_placeholder_is_left(name: bases.Base) -> None:
    assert None is re.search(r"\{[a-z]+:", bases.load(name))


@pytest.mark.parametrize("name", get_args(bases.Base))
def test_ids_are_unique(name: bases.Base) -> None:
    ids = re.findall(r'\bID="([^"]*)"', bases.load(name))

    assert len(ids) == len(set(ids)) > 0


def test_the_aggregate_holds_both_entities_and_one_validity() -> None:
    text = bases.load("aggregate")

    assert ["https://idp.example.org/saml", "https://sp.example.org/saml"] == re.findall(
        'entityID="([^"]*)"', text
    )
    assert 1 == text.count("validUntil=") == text.count("cacheDuration=")
    assert 1 == text.count("<?xml")


def test_the_response_answers_the_request() -> None:
    request, response = bases.load("request"), bases.load("response")
    request_id = re.search(r'\bID="([^"]*)"', request)
    acs = re.search(r'AssertionConsumerServiceURL="([^"]*)"', request)

    assert request_id is not None
    assert acs is not None
    assert 2 == response.count(f'InResponseTo="{request_id[1]}"')
    assert f'Destination="{acs[1]}"' in response
    assert f'Recipient="{acs[1]}"' in response
    assert f'Location="{acs[1]}" index="0" isDefault="true"' in bases.load("sp")
    assert "Signature" not in request


def test_the_default_signs_the_assertion_of_a_response_and_nothing_else() -> None:
    response = bases.build("response")

    assert xmlsec_verifies(response, ASSERTION_ID, IDP)
    assert not xmlsec_verifies(response, None, IDP)
    assert bases.load("request").encode() == bases.build("request")
    for name in METADATA:
        assert bases.load(name).encode() == bases.build(name)


@pytest.mark.parametrize(
    ("sign", "assertion", "response"),
    [
        ("assertion", True, False),
        ("response", False, True),
        ("root", False, True),
        ("both", True, True),
        (None, False, False),
    ],
)
def test_what_is_signed(sign: bases.Sign | None, assertion: bool, response: bool) -> None:
    xml = bases.build("response", sign=sign)

    assert assertion == xmlsec_verifies(xml, ASSERTION_ID, IDP)
    assert response == xmlsec_verifies(xml, None, IDP)


@pytest.mark.parametrize("name", METADATA)
def test_metadata_is_signed_at_the_root(name: bases.Base) -> None:
    assert xmlsec_verifies(bases.build(name, sign="root"), None, IDP)


def test_every_assertion_is_signed() -> None:
    text = template("response")
    start, end = text.index("  <saml:Assertion "), text.index("</samlp:Response>")
    second = text[start:end].replace(ASSERTION_ID, "_second")
    xml = bases.build("response", [("</samlp:Response>", second + "</samlp:Response>")])

    assert xmlsec_verifies(xml, ASSERTION_ID, IDP)
    assert xmlsec_verifies(xml, "_second", IDP)


def test_edits_come_before_the_signature_and_after_edits_behind_it() -> None:
    before = bases.build("response", [(">Lind<", ">Lund<")])
    behind = bases.build("response", after=[(">Lind<", ">Lund<")])

    assert b">Lund<" in before
    assert b">Lund<" in behind
    assert xmlsec_verifies(before, ASSERTION_ID, IDP)
    assert not xmlsec_verifies(behind, ASSERTION_ID, IDP)


def test_an_edit_replaces_every_occurrence() -> None:
    xml = bases.build("sp", [("Example Library", "Reading Room")])

    assert b"Example Library" not in xml
    assert 4 == xml.count(b"Reading Room")


def test_an_edit_may_name_another_certificate() -> None:
    xml = bases.build("idp", [("{cert:idp-next}", "{cert:expired}")]).decode()

    assert certificate_base64("expired") in xml
    assert certificate_base64("idp-next") not in xml


def test_after_edits_know_certificates_too() -> None:
    xml = bases.build("response", after=[("{cert:idp-signing}", "{cert:stranger}")]).decode()

    assert certificate_base64("stranger") in xml
    assert xmlsec_verifies(xml.encode(), ASSERTION_ID, IDP)


def test_an_edit_that_changes_nothing_is_an_error_that_names_it() -> None:
    with pytest.raises(AssertionError, match="no-such-text"):
        bases.build("response", [("no-such-text", "x")])
    with pytest.raises(AssertionError, match="no-such-text"):
        bases.build("response", after=[("no-such-text", "x")])


def test_a_response_without_an_assertion_asks_for_sign_none() -> None:
    with pytest.raises(AssertionError, match="sign=None"):
        bases.build(
            "response",
            [("<saml:Assertion ", "<saml:Advice "), ("</saml:Assertion>", "</saml:Advice>")],
        )
