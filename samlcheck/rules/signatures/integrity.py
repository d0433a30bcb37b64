"""Rules on whether what was signed is unchanged: the content, and SignedInfo itself."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Signature
from samlcheck.rules.case import MOST_SIGNATURES, MOST_SIGNATURES_OF_ONE, Case
from samlcheck.rules.citations import core, xmldsig, xmldsig_practices
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    CAPTURE,
    ERROR,
    USER,
    WARNING,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.signatures.form import NO_TRUST, sender, signer
from samlcheck.rules.signatures.shape import SECOND
from samlcheck.rules.wording import signed_thing

_OTHER_CONTENT = (
    "sig-reference-",
    "sig-transform-",
    "sig-no-enveloped-transform",
    "sig-digest-of-empty",
)

_CAPTURE_AGAIN = (
    "Capture the message again as Base64, without formatting; this says nothing about the login "
    "itself."
)
_FETCH_AGAIN = "Fetch the metadata again; it was changed after its publisher signed it."
#: What was done to the content, in the words of the finding, and advice where it differs.
_CHANGES: dict[str | None, tuple[str, str | None]] = {
    None: ("was changed after it was signed: its digest does not match", None),
    "reindented": (
        "was re-indented after signing: without the added white space its digest matches",
        _CAPTURE_AGAIN,
    ),
    "line-ends": (
        "got other line ends after signing: with those changed back its digest matches",
        _CAPTURE_AGAIN,
    ),
    "character-set": (
        "was read in the wrong character set after signing: taken as UTF-8 its digest matches",
        "Capture the message again as Base64; if it came so, a program between sender and receiver "
        "reads UTF-8 as another character set.",
    ),
}


@rule(
    "sig-digest-mismatch",
    on=Signature,
    severity=ERROR,
    cites=[xmldsig("3.2.1"), core("5.4")],
    tags=[BLOCKS_LOGIN],
    owner=CAPTURE,
    bad=[
        example("response", after=[(">Lind<", ">Smith<")]),
        example(
            "idp",
            sign="root",
            after=[("Example University", "Other University")],
            also=["sig-no-keyed-trust"],
        ),
    ],
    good=[example("response"), example("response", sign="both")],
)
def digest_mismatch(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signed content was changed after signing.

    The digest in the signature is not the digest of the content. When it is once the white space
    between the tags is removed, the document was only laid out anew; other line ends and a wrong
    character set are recognized, too. Anything else is a change of what it says.

    Why: every receiver refuses the document, and rightly: it is not what its author signed.
    Fix: Take the message as it came over the wire, in Base64, never from an editor or a viewer
    that formats XML. If it did come so, find out who changed it on the way, and do not trust it.
    Metadata is fetched again from its publisher.
    """
    check = case.check(signature)
    if any(item.fatal and item.rule.startswith(_OTHER_CONTENT) for item in check.shape):
        return  # the digest is of something else than the content: that is told there
    if _inner_content_changed(signature, case):
        return  # a changed assertion changes the response around it, too
    for reference in check.references:
        if reference.matches is not False:
            continue
        what, hint = _CHANGES[reference.change]
        yield hit(
            reference.reference.digest_value or signature,
            f"{signed_thing(signature)} {what}",
            expected=f"digest {reference.actual} of the content as it is now",
            actual=f"digest {reference.expected} of the content as it was signed",
            hint=_FETCH_AGAIN if case.kind == "metadata" else hint,
            owner=_handler(case),
            related=[Place(reference.target, "ID", "the signed element")],
            artefact=hint is not None and case.kind == "message",
        )


def _handler(case: Case) -> str | None:
    """Return who acts on metadata that was changed; None leaves it to the rule."""
    return USER if case.kind == "metadata" else None


def _inner_content_changed(signature: Signature, case: Case) -> bool:
    """Tell whether an assertion inside a signed response has a digest that does not match."""
    response = case.response
    if response is None or signature not in response.signatures:
        return False
    return any(
        reference.matches is False
        for assertion in response.assertions
        for inner in assertion.signatures
        for reference in case.check(inner).references
    )


@rule(
    "sig-signedinfo-invalid",
    on=Signature,
    severity=ERROR,
    cites=[xmldsig("3.2.2"), core("5.4")],
    tags=[BLOCKS_LOGIN],
    owner=CAPTURE,
    unless=[
        "sig-alg-md5",
        "sig-alg-key-type-mismatch",
        "sig-keyinfo-only-trust",
        "xml-relative-namespace-uri",
    ],
    bad=[
        example(
            "response",
            after=[
                (
                    "http://www.w3.org/2001/04/xmlenc#sha256",
                    "http://www.w3.org/2001/04/xmlenc#sha512",
                )
            ],
            also=["sig-digest-mismatch"],
        )
    ],
    good=[example("response")],
)
def signed_info_invalid(signature: Signature, case: Case) -> Iterator[Hit | Unknown]:
    """The signature value does not verify with any key at hand.

    Neither a signing key of the metadata given nor the certificate in the message made this
    signature value over this SignedInfo.

    Why: the signature proves nothing, so every receiver refuses the document.
    Fix: Compare the certificate that the sender signs with to those in its metadata; if they are
    the same, the SignedInfo was changed after signing.
    """
    check = case.check(signature)
    of_metadata = case.kind == "metadata"
    thing = signed_thing(signature, definite=False)
    if check.status == "malformed" or signature.signature_value is None:
        return
    if check.status == "unexamined":
        yield Unknown(str(check.detail))
        return
    if check.status in ("unsupported", "refused"):
        yield hit(
            signature.signature_value,
            f"The signature over {thing} cannot be verified: {check.detail}",
            hint="Nobody can verify it; let the sender sign with common algorithms and namespaces.",
            owner=signer(case) or USER,
        )
        return
    if check.signed_by is not None and not check.value_matches_after_reindent:
        return
    if check.value_matches_after_reindent and not check.content_intact:
        return  # the digest finding tells of the same re-indentation
    if check.value_matches_after_reindent:
        yield hit(
            signature.signature_value,
            "SignedInfo was re-indented after signing: without the added white space it verifies",
            hint=_FETCH_AGAIN if of_metadata else _CAPTURE_AGAIN,
            owner=_handler(case),
        )
    elif check.key_fits_other_content is not None:
        yield hit(
            signature.signature_value,
            "SignedInfo was changed after signing: the value was made by "
            f"{check.key_fits_other_content.words}, but over other content",
            hint=_FETCH_AGAIN if of_metadata else None,
            owner=_handler(case),
            related=[Place(check.key_fits_other_content.node, None, "the key that made it")],
        )
    elif check.status == "no-key" or (case.kind == "message" and sender(case) is None):
        yield Unknown(NO_TRUST)
    else:
        yield hit(
            signature.signature_value,
            f"The signature over {thing} verifies with no key at hand",
            expected="a value made with the key of the certificate in the signature"
            if of_metadata
            else "a value made with a signing key of the sender's metadata",
            hint=_FETCH_AGAIN if of_metadata else None,
            owner=signer(case) or USER,
        )


@rule(
    "sig-too-many",
    on=Signature,
    severity=WARNING,
    cites=[xmldsig_practices("2.1")],
    bad=[
        example(
            "response",
            after=[("<saml:Subject>", f"{SECOND * MOST_SIGNATURES}<saml:Subject>")],
            also=["sig-multiple-in-element", "sig-signedinfo-invalid", "sig-digest-mismatch"],
        )
    ],
    good=[example("response", sign="both")],
)
def too_many(signature: Signature, case: Case) -> Iterator[Hit]:
    """The document has more signatures than are examined.

    Of a message the first 32 signatures are examined, and so many of a metadata document that cover
    more or less than the element that they stand in; besides, up to 8 that cover one and the same
    element. This signature is one more: only its form was judged.

    Why: each signature may cover the whole document, so that a small document with many of them
    keeps a receiver busy for hours. No product writes so many.
    Fix: Find out who wrote the document; let it have one signature for each signed element.
    """
    check = case.check(signature)
    if check.status == "unexamined":
        yield hit(
            signature,
            f"The signature was not examined: {check.detail}",
            expected=f"at most {MOST_SIGNATURES} signatures, "
            f"and {MOST_SIGNATURES_OF_ONE} of one element",
            owner=signer(case) or USER,
        )


RULES = (digest_mismatch, signed_info_invalid, too_many)
