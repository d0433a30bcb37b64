"""Rules on signatures whose octets are not what the document says: two views of one message."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Assertion, Signature
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper, xmldsig
from samlcheck.rules.message.covered import not_computable
from samlcheck.rules.message.forged import TAGS
from samlcheck.rules.message.status_codes import FAILURES
from samlcheck.rules.rule import ERROR, USER, Hit, Place, example, hit, rule
from samlcheck.xml.names import display

_GOOD = (example("response"), example("response", sign="both"))
_SECOND = (
    '<ds:Reference URI="#_b07d5a3e1f6249c8bd93026ea41c7f58"><ds:Transforms><ds:Transform Algorithm='
    '"http://www.w3.org/2000/09/xmldsig#enveloped-signature"/></ds:Transforms><ds:DigestMethod '
    'Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>AAAA</ds:DigestValue>'
    "</ds:Reference>"
)
_VOID = paper(
    "CVE-2025-66475: signatures over a canonical form that is empty",
    "https://nvd.nist.gov/vuln/detail/CVE-2025-66475",
)


@rule(
    "sig-c14n-empty-output",
    on=Assertion,
    severity=ERROR,
    cites=[xmldsig("4.4.3.4"), _VOID],
    tags=TAGS,
    owner=USER,
    unless=[*FAILURES, "xsw-*"],
    bad=[
        example(
            "response",
            after=[("<saml:Conditions ", '<saml:Conditions xmlns:x="relative" ')],
            also=["xml-relative-namespace-uri"],
        )
    ],
    good=_GOOD,
)
def no_canonical_form(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """What the signature covers has no canonical form.

    Canonicalization of the signed element fails, or gives nothing at all.

    Why: software that overlooks the failure digests an empty text, so that one signature fits
    every content.
    Fix: Do not trust the message; find out who built it, and give the message to those in charge of
    security at the service provider.
    """
    for signature in case.covering(assertion):
        check = case.check(signature)
        if not_computable(check) or any(item.empty for item in check.references):
            yield hit(
                signature,
                "What the signature covers has no canonical form, so it covers nothing",
                expected="content that can be canonicalized",
            )


@rule(
    "sig-hashed-not-signed-element",
    on=Signature,
    severity=ERROR,
    cites=[
        core("5.4.2"),
        paper(
            "CVE-2026-33487: another element than the verified one is handed out",
            "https://nvd.nist.gov/vuln/detail/CVE-2026-33487",
        ),
    ],
    tags=TAGS,
    owner=USER,
    unless=["xsw-*"],
    bad=[
        example(
            "response",
            after=[
                ("</ds:Reference></ds:SignedInfo>", f"</ds:Reference>{_SECOND}</ds:SignedInfo>")
            ],
        )
    ],
    good=_GOOD,
)
def several_elements(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature covers two elements, and a receiver may take the wrong one.

    ds:SignedInfo has several references, and they mean different elements.

    Why: software that verifies each reference and then hands out the first or the last element
    takes one for signed whose digest it compared with that of another.
    Fix: Do not trust the message; find out who built it, and give the message to those in charge of
    security at the service provider.
    """
    references = case.check(signature).references
    targets = [item.target for item in references if item.target is not None]
    other = next((item for item in targets if item is not targets[0]), None)
    if case.kind == "message" and other is not None:
        yield hit(
            references[1].reference,
            f"The signature covers {display(str(targets[0].tag))} and {display(str(other.tag))}",
            expected="one reference",
            related=[Place(item, "ID", "what it covers") for item in (targets[0], other)],
        )


RULES = (no_canonical_form, several_elements)
