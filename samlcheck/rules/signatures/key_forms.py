"""Rules on how a signature names its key: not at all, by the bare key, by a broken certificate."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Signature
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, xmldsig
from samlcheck.rules.rule import INFO, WARNING, Hit, example, hit, rule
from samlcheck.rules.signatures.form import signer

_GOOD = (example("response"), example("response", sign="both"))
_DATA = "<ds:X509Data><ds:X509Certificate>{cert:idp-signing}</ds:X509Certificate></ds:X509Data>"
_INFO = f"<ds:KeyInfo>{_DATA}</ds:KeyInfo>"


@rule(
    "sig-keyinfo-missing",
    on=Signature,
    severity=INFO,
    cites=[core("5.4.5"), xmldsig("4.5")],
    bad=[
        example("response", after=[(_INFO, "")]),
        example(
            "response",
            after=[(_INFO, "<ds:KeyInfo/>")],
            also=["xsd-missing-required-child"],
        ),
    ],
    good=_GOOD,
)
def key_info_missing(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature does not say with which key it was made.

    There is no ds:KeyInfo, or an empty one. That is allowed, as the receiver has the keys from
    metadata.

    Why: a few receivers want the certificate there and refuse a signature without it.
    Fix: Let the sender embed the certificate of its signing key.
    """
    if case.kind != "message" or case.check(signature).status != "valid":
        return  # what is wrong with it matters more
    info = signature.key_info
    if info is None or next(info.element.iterchildren("*"), None) is None:
        yield hit(
            signature if info is None else info,
            "The signature carries no certificate and does not name its key",
            owner=signer(case),
        )


@rule(
    "sig-keyinfo-keyvalue-only",
    on=Signature,
    severity=INFO,
    cites=[core("5.4.5"), xmldsig("4.5.2")],
    bad=[
        example(
            "response",
            after=[
                (
                    _DATA,
                    "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB"
                    "</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>",
                )
            ],
        )
    ],
    good=_GOOD,
)
def key_value_only(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature carries a bare key and no certificate.

    ds:KeyInfo holds a ds:KeyValue or dsig11:DEREncodedKeyValue, and no ds:X509Certificate.

    Why: a few receivers look for a certificate there and refuse a signature without it.
    Fix: Let the sender embed the certificate of its signing key.
    """
    if case.kind != "message" or case.check(signature).status != "valid":
        return  # what is wrong with it matters more
    info = signature.key_info
    if info is not None and info.key_values and not info.certificates:
        yield hit(
            info.key_values[0],
            "The signature carries a bare key and no certificate",
            owner=signer(case),
        )


@rule(
    "sig-keyinfo-bad-cert",
    on=Signature,
    severity=WARNING,
    cites=[xmldsig("4.5.4")],
    bad=[
        example(
            "response",
            after=[
                (
                    "<ds:X509Certificate>{cert:idp-signing}<",
                    "<ds:X509Certificate>-----BEGIN CERTIFICATE-----{cert:idp-signing}"
                    "-----END CERTIFICATE-----<",
                )
            ],
        ),
        example("response", after=[("<ds:X509Certificate>MI", "<ds:X509Certificate>")]),
    ],
    good=_GOOD,
)
def bad_certificate(signature: Signature, case: Case) -> Iterator[Hit]:
    """A certificate in the signature cannot be read.

    The text of ds:X509Certificate is not the Base64 of one certificate: it has PEM lines around it,
    is cut off, or is something else.

    Why: receivers that compare it with the one they have, or that read it at all, refuse the
    message although the signature may be good.
    Fix: Let the sender embed its certificate as the Base64 text of the DER form, without the BEGIN
    and END lines.
    """
    for node in () if signature.key_info is None else signature.key_info.certificates:
        facts = case.certificate(node)
        if facts.problem is not None:
            yield hit(
                node,
                "The certificate in the signature cannot be read as it is"
                + (f": {facts.detail}" if facts.detail else ""),
                expected="the Base64 text of one DER certificate",
                owner=signer(case),
            )


RULES = (key_info_missing, key_value_only, bad_certificate)
