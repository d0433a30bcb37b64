"""Builds forged and unusual messages from good ones, and judges them beside good metadata."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

from lxml import etree

import samlcheck
from samlcheck import Report
from tests.support.bases import NOW, Sign, build, load
from tests.support.keys import key_pem

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
DS = "http://www.w3.org/2000/09/xmldsig#"
ASSERTION, NAME_ID = f"{{{SAML}}}Assertion", f"{{{SAML}}}NameID"
SIGNATURE, STATUS = f"{{{DS}}}Signature", f"{{{SAMLP}}}Status"
RESPONSE_ID, ASSERTION_ID = (
    "_b07d5a3e1f6249c8bd93026ea41c7f58",
    "_4c92e8f7061b4ad5935fd1a70e2b6c83",
)
REQUEST_ID = "_8e5f1c2a90b74d36ae21f47b03c9d815"
USER, FORGED_USER = "maria.lind@example.org", "admin@example.org"

Forge = Callable[[], bytes]
Edit = tuple[str, str]


@functools.cache
def companions() -> dict[str, bytes]:
    """The metadata of both sides, of which the SP is content with either signature."""
    content = [('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"')]
    return {"sp": build("sp", content), "idp": build("idp"), "request": build("request")}


def check(message: bytes, *, alone: bool = False, **given: Any) -> Report:
    """The report on a message beside the good companions, some of which `given` replaces."""
    keys = [key_pem("sp-encryption")] if b"EncryptedAssertion" in message else []
    documents = {} if alone else companions()
    return samlcheck.check_message(
        message, **{"now": NOW, "decryption_keys": keys, **documents, **given}
    )


def rules(report: Report) -> set[str]:
    """The ids of what was found."""
    return {finding.rule for finding in report.findings}


def blocking(report: Report) -> set[str]:
    """The ids of what refuses the login."""
    return {finding.rule for finding in report.findings if finding.blocks}


def attacks(report: Report) -> set[str]:
    """The ids of what looks forged."""
    return {finding.rule for finding in report.findings if "attack" in finding.tags}


def assertion_text(*edits: Edit, element_id: str = "_9a1b") -> str:
    """The assertion of the good response as text, with an ID of its own and some edits."""
    whole = load("response")
    start, end = whole.index("<saml:Assertion "), whole.index("</samlp:Response>")
    text = whole[start:end].rstrip().replace(ASSERTION_ID, element_id)
    for old, new in edits:
        assert old in text, f"the assertion does not hold {old!r}"
        text = text.replace(old, new)
    return text


def second_assertion(*edits: Edit) -> Edit:
    """The edit that adds another assertion behind the first."""
    return "</samlp:Response>", f"{assertion_text(*edits)}</samlp:Response>"


def signed(sign: Sign = "assertion", *edits: Edit) -> tuple[etree._Element, etree._Element]:
    """The root of a signed message and its assertion."""
    root = etree.fromstring(build("response", edits, sign=sign))
    assertion = root.find(ASSERTION)
    assert assertion is not None
    return root, assertion


def signature_of(element: etree._Element) -> etree._Element:
    """The signature that is a child of an element."""
    found = element.find(SIGNATURE)
    assert found is not None
    return found


def unsigned_copy(element: etree._Element) -> etree._Element:
    """A copy without its signature, which is what the signature was made over."""
    duplicate = copy.deepcopy(element)
    duplicate.tail = None
    duplicate.remove(signature_of(duplicate))
    return duplicate


def name_somebody_else(element: etree._Element) -> None:
    """Change every NameID in an element."""
    for name_id in element.iter(NAME_ID):
        name_id.text = FORGED_USER


def forged(assertion: etree._Element, *, element_id: str = "_f0e1") -> etree._Element:
    """An assertion for somebody else, with an ID of its own and without a signature."""
    evil = unsigned_copy(assertion)
    evil.set("ID", element_id)
    name_somebody_else(evil)
    return evil


def put_extensions(root: etree._Element, *content: etree._Element) -> None:
    """Give a response extensions with some content, in the place that the schema has for them."""
    extensions = etree.Element(f"{{{SAMLP}}}Extensions")
    extensions.extend(content)
    status_of(root).addprevious(extensions)


def status_of(root: etree._Element) -> etree._Element:
    """The status of a response."""
    status = root.find(STATUS)
    assert status is not None
    return status


def octets(root: etree._Element) -> bytes:
    """A tree as text."""
    return etree.tostring(root)
