"""The verdict on a signature is that of the xmlsec library, over a matrix of documents."""

from __future__ import annotations

import re

import pytest

from tests.crypto.judging import (
    ASSERTION,
    METADATA,
    RESPONSE,
    both,
    check_of,
    mutated,
    sign_with_prefixes,
)
from tests.support.algorithms import C14N, SIGNATURE
from tests.support.bases import load
from tests.support.keys import certificate_pem, key_pem
from tests.support.oracle import xmlsec_verifies
from tests.support.signing import sign

TARGETS = {"response": RESPONSE, "assertion": ASSERTION, "metadata": METADATA}
_XSI = (
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def _on_root(declarations: str, xml: str) -> str:
    return xml.replace("<samlp:Response\n", f"<samlp:Response {declarations}\n")


def _default_namespace(xml: str) -> str:
    """The assertion in the default namespace, declared where it starts."""
    head, _, rest = xml.partition("<saml:Assertion ")
    body, _, tail = rest.partition("</saml:Assertion>")
    body = body.replace("<saml:", "<").replace("</saml:", "</")
    return (
        f'{head}<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" {body}</Assertion>{tail}'
    )


def _typed_values(xml: str) -> str:
    """The prefix xs is declared on the root and used in a value only."""
    typed = '<saml:AttributeValue xsi:type="xs:string">'
    return _on_root(_XSI, xml).replace("<saml:AttributeValue>", typed)


def _two_prefixes(xml: str) -> str:
    """One namespace under two prefixes, both used inside the assertion."""
    xml = _on_root('xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"', xml)
    return re.sub(r"(</?)saml:(Audience>)", r"\1a:\2", xml)


def _declared_twice(xml: str) -> str:
    again = '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" '
    return xml.replace("<saml:Assertion ", again)


def _unused_namespace(xml: str) -> str:
    return _on_root('xmlns:unused="urn:example:unused"', xml)


def _carriage_returns(xml: str) -> str:
    """CR as a reference in text and in an attribute; CR LF between the elements."""
    xml = xml.replace("Maria</", "Maria&#13;\n</").replace(
        'Name="urn:oid:2.5.4.4"', 'Name="a&#xD;"'
    )
    return xml.replace("\n", "\r\n")


def _entities_and_cdata(xml: str) -> str:
    xml = xml.replace(">Lind<", "><![CDATA[<Lind> & ]]>&#228;&amp;&gt;<")
    return xml.replace('SessionIndex="', "SessionIndex='&quot;&#9;&lt;").replace(
        'f92be0a">', "f92be0a'>"
    )


def _xml_attributes_above(xml: str) -> str:
    """What inclusive canonicalization takes over from above what is signed."""
    return _on_root('xml:lang="en" xml:space="preserve" xml:base="https://a.example/b/c"', xml)


def _xml_attributes_twice(xml: str) -> str:
    own = '<saml:Assertion xml:lang="de" xml:base="d/e" '
    return _xml_attributes_above(xml).replace("<saml:Assertion ", own)


def _no_namespace(xml: str) -> str:
    """An element without a namespace inside a default namespace."""
    value = '<saml:AttributeValue><a xmlns="urn:example:a"><b xmlns=""><c/></b></a>'
    return xml.replace("<saml:AttributeValue>Maria<", f"{value}<")


def _rebound_prefix(xml: str) -> str:
    """The prefix saml stands for something else inside a value."""
    value = '<saml:AttributeValue><saml:a xmlns:saml="urn:example:a" saml:b="1"/>'
    return xml.replace("<saml:AttributeValue>Maria<", f"{value}<")


def _other_alphabets(xml: str) -> str:
    return xml.replace(">Lind<", ">Линд \u6797 \U0001f600 e\u0301<")


LAYOUTS = {
    "declared-on-the-root": str,
    "default-namespace": _default_namespace,
    "unused-namespace": _unused_namespace,
    "typed-values": _typed_values,
    "two-prefixes": _two_prefixes,
    "declared-twice": _declared_twice,
    "carriage-returns": _carriage_returns,
    "entities-and-cdata": _entities_and_cdata,
    "xml-attributes-above": _xml_attributes_above,
    "xml-attributes-twice": _xml_attributes_twice,
    "no-namespace": _no_namespace,
    "rebound-prefix": _rebound_prefix,
    "other-alphabets": _other_alphabets,
}

#: What is done to the signed document: a pattern and its replacement.
MUTATIONS = {
    "none": None,
    "text": (r"<([a:]*|saml:)Audience>https", r"<\1Audience>http"),
    "attribute": (r"NotOnOrAfter=\"2026", 'NotOnOrAfter="2027'),
    "white-space": (r"(</?(?:saml:)?Subject>)", r" \1"),
    "comment": (r"maria\.lind@", "maria.<!-- x -->lind@"),
    "instruction": (r"maria\.lind@", "maria.<?x y?>lind@"),
    "digest": (r"(DigestValue>A*)[^A]", r"\1A"),
    "signed-info": (r"<ds:Reference ", '<ds:Reference Id="r" '),
    "signature-value": (r"(SignatureValue>A*)[^A]", r"\1A"),
}
METADATA_MUTATIONS = {
    "none": None,
    "text": ("Identity Team", "Identity Teams"),
    "attribute": ('xml:lang="en"', 'xml:lang="de"'),
    "white-space": ("<md:Organization>", " <md:Organization>"),
    "comment": ("Service Desk", "Service<!-- x --> Desk"),
    "digest": MUTATIONS["digest"],
    "signed-info": MUTATIONS["signed-info"],
}
#: A reference by ID leaves comments out, so inserting one changes nothing that is signed.
HARMLESS = ("none", "comment")


def _key(algorithm: str) -> str:
    return "ec" if algorithm.startswith("ecdsa") else "idp-signing"


def signed(target: str, layout: str = "declared-on-the-root", **options: str) -> bytes:
    """A base document in some layout, with one signature over the target."""
    key = _key(options.get("signature_algorithm", "rsa-sha256"))
    base = load("idp" if target == "metadata" else "response")
    return sign(
        LAYOUTS[layout](base).encode(),
        key=key_pem(key),
        certificate=certificate_pem(key),
        target_id=TARGETS[target],
        **options,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("algorithm", SIGNATURE)
def test_algorithms(algorithm: str, target: str) -> None:
    digest = algorithm.rpartition("-")[2]
    xml = signed(target, signature_algorithm=algorithm, digest_algorithm=digest)

    for name, change in (METADATA_MUTATIONS if target == "metadata" else MUTATIONS).items():
        status, verified = both(mutated(xml, change), TARGETS[target], _key(algorithm))

        assert (name in HARMLESS, name) == (verified, name)
        assert (verified, name) == (status == "valid", name), status


@pytest.mark.parametrize("target", ["response", "assertion"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("c14n", C14N)
def test_layouts(c14n: str, layout: str, target: str) -> None:
    xml = signed(target, layout, c14n=c14n)

    for name, change in MUTATIONS.items():
        status, verified = both(mutated(xml, change), TARGETS[target])

        assert (name in HARMLESS, name) == (verified, name)
        assert (verified, name) == (status == "valid", name), status


@pytest.mark.parametrize("prefixes", ["xs", "xs xsi", "xs saml #default", ""])
def test_prefix_lists(prefixes: str) -> None:
    xml = sign_with_prefixes(_typed_values(load("response")).encode(), ASSERTION, prefixes)
    rebound = ('xmlns:xs="http://www.w3.org/2001/XMLSchema"', 'xmlns:xs="urn:example:other"')

    assert ("valid", True) == both(xml, ASSERTION)
    # The prefix xs occurs in values only: its meaning is signed when the list names it.
    status, verified = both(mutated(xml, rebound), ASSERTION)
    assert ("xs" not in prefixes.split()) is verified
    assert verified is (status == "valid"), status


@pytest.mark.parametrize("target", TARGETS)
def test_another_key(target: str) -> None:
    xml = signed(target)

    assert ("altered", False) == both(xml, TARGETS[target], "stranger")
    assert ("altered", False) == both(xml, TARGETS[target], "ec")


@pytest.mark.parametrize("target", TARGETS)
def test_no_trusted_key_is_never_valid(target: str) -> None:
    from samlcheck.crypto import verify_signature
    from tests.crypto.judging import signatures
    from tests.support.bases import NOW

    check = verify_signature(signatures(signed(target))[0], (), now=NOW)

    assert "no-key" == check.status
    assert check.content_intact


def test_a_signature_prefix_and_a_missing_key_info_change_nothing() -> None:
    for options in ({"prefix": ""}, {"prefix": "dsig"}, {"key_info": False}):
        xml = signed("assertion", **options)  # type: ignore[arg-type]
        assert ("valid", True) == both(xml, ASSERTION)


#: Where the two differ on purpose: what is done, the status here, and why.
DIFFERENCES = {
    "reference-without-uri": (
        ((r'<ds:Reference URI="#[^"]*"', "<ds:Reference"), "malformed"),
        "SAML Core 5.4.2 requires a reference by ID; xmlsec fails as well, for want of content",
    ),
    "reference-to-the-parent-response": (
        ((f'URI="#{ASSERTION}"', f'URI="#{RESPONSE}"'), "malformed"),
        "SAML Core 5.4.2: a signature covers the element that it stands in",
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_forms_that_saml_forbids_are_malformed_whatever_the_arithmetic(name: str) -> None:
    (change, expected), reason = DIFFERENCES[name]

    assert expected == check_of(mutated(signed("assertion"), change), ASSERTION).status, reason


@pytest.mark.parametrize("c14n", C14N)
def test_xml_attributes_of_ancestors_are_signed_where_they_are_inherited(c14n: str) -> None:
    xml = signed("assertion", "xml-attributes-above", c14n=c14n)
    exclusive = c14n.startswith("exclusive")

    for change in ((' xml:lang="en"', ' xml:lang="de"'), (' xml:base="https://a.example/b/c"', "")):
        status, verified = both(mutated(xml, change), ASSERTION)
        assert exclusive is verified
        assert verified is (status == "valid"), status


def test_the_signed_view_is_what_was_digested() -> None:
    xml = mutated(signed("assertion"), MUTATIONS["comment"])
    verified = check_of(xml, ASSERTION).verified

    assert xmlsec_verifies(xml, ASSERTION, certificate_pem("idp-signing"))
    assert verified is not None
    name = verified.find(".//{urn:oasis:names:tc:SAML:2.0:assertion}NameID")
    assert name is not None
    assert "maria.lind@example.org" == name.text
