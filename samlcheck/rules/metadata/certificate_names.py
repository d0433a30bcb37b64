"""Rules on the subjects, signatures and purposes of certificates; SAML uses none of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from samlcheck.model import EntityDescriptor, KeyDescriptor, X509Certificate
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdiop, paper, rfc
from samlcheck.rules.metadata.extensions import ENTITY
from samlcheck.rules.metadata.published import offends
from samlcheck.rules.metadata.sample_contents import ALTERED, SIGNS_ONLY
from samlcheck.rules.metadata.sample_subjects import (
    NATIONAL,
    NATIONAL_OTHER,
    OTHER_HOST,
    PERSON,
    SAME_HOST,
)
from samlcheck.rules.rule import INFO, OFF, WARNING, Hit, example, hit, rule
from samlcheck.rules.wording import all_of, any_of

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

_CERT: Final = "{cert:sp-signing}"
_ENCRYPTION: Final = "{cert:sp-encryption}"
_GOOD: Final = (example("sp"), example("idp"))
_AGID_29: Final = paper(
    "AgID: SPID, avviso 29 v3", "https://www.agid.gov.it/it/piattaforme/spid/avvisi-spid"
)
_SIGN: Final = frozenset(("digital_signature", "content_commitment"))
_ENCRYPT: Final = frozenset(("key_encipherment", "data_encipherment", "key_agreement"))
_URI, _IDENTIFIER = "2.5.4.83", "2.5.4.97"
#: What the subject of a certificate for SPID holds.
_NATIONAL: Final = {
    "2.5.4.10": "organizationName",
    "2.5.4.3": "commonName",
    _URI: "uri (2.5.4.83)",
    _IDENTIFIER: "organizationIdentifier (2.5.4.97)",
    "2.5.4.6": "countryName",
    "2.5.4.7": "localityName",
}
_PREFIXES: Final = ("PA:IT-", "VATIT-", "CF:IT-")


@rule(
    "cert-signature-invalid",
    on=X509Certificate,
    severity=WARNING,
    cites=[rfc(5280, "4.1.1.3"), mdiop("2.5.1")],
    unless=["key-rsa-small-factor"],
    bad=[example("sp", (_CERT, ALTERED))],
    good=[*_GOOD, example("aggregate", (_CERT, ALTERED))],
)
def signature_invalid(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """The signature of a self-signed certificate is wrong.

    A certificate whose issuer is its subject does not verify with its own key. It is looked at in
    the metadata of one entity; in aggregates it would take too long.

    Why: SAML does not look at that signature, but a wrong one means that the text was damaged or
    altered; if the damage is in the key, every signature is refused and nothing can be decrypted.
    Fix: Export the certificate again and copy its text whole.
    """
    if case.metadata is None or case.metadata.element.tag != ENTITY:
        return

    def wrong(facts: CertificateFacts) -> bool:
        return (
            facts.key_id is not None
            and facts.content is not None
            and facts.content.own_signature_holds is False
        )

    found = offends(node, case, wrong)
    if found is not None:
        facts, repeats = found
        yield hit(
            node,
            f"The certificate {facts.name} is self-signed, and its signature is wrong",
            expected="a certificate that verifies with its own key",
            related=repeats,
        )


@rule(
    "cert-keyusage-conflict",
    on=KeyDescriptor,
    severity=INFO,
    cites=[mdiop("2.5.1"), rfc(5280, "4.2.1.3")],
    bad=[example("sp", (_ENCRYPTION, SIGNS_ONLY), also=["enc-keytransport-key-mismatch"])],
    good=[*_GOOD, example("sp", (_CERT, SIGNS_ONLY))],
)
def key_usage_conflict(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """A certificate does not allow what its key is published for.

    The key usage extension of the certificate is compared with use of md:KeyDescriptor: signatures
    need digitalSignature or nonRepudiation, encryption needs keyEncipherment, dataEncipherment or
    keyAgreement.

    Why: SAML does not look at the extension, but some products do, and refuse the key.
    Fix: Make the next certificate with the right key usage, or without the extension.
    """
    for node in key.key_info.certificates if key.key_info is not None else ():
        content = case.certificate(node).content
        usages = None if content is None else content.key_usages
        if usages is None:
            continue
        lacking = []
        if key.use == "signing" and not usages & _SIGN:
            lacking = ["digitalSignature"]
        elif key.use == "encryption" and not usages & _ENCRYPT:
            lacking = ["keyEncipherment", "keyAgreement"]
        if lacking:
            yield hit(
                node,
                f"The key usage of the certificate {case.certificate(node).name} does not allow "
                f"{key.use}",
                expected=" or ".join(lacking),
                actual=", ".join(sorted(map(_camel, usages))) or "nothing",
            )


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


@rule(
    "cert-cn-san-inconsistent",
    on=X509Certificate,
    severity=OFF,
    cites=[rfc(9525), mdiop("2.5.1")],
    bad=[example("sp", (_CERT, OTHER_HOST), enable=["cert-cn-san-inconsistent"])],
    good=[*_GOOD, example("sp", (_CERT, SAME_HOST), enable=["cert-cn-san-inconsistent"])],
)
def common_name_inconsistent(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A certificate names two different hosts.

    The common name is a host name, and is not among the DNS names of the subjectAltName extension.

    Why: SAML looks at neither, but people tell certificates apart by their names; often it is a
    certificate that was meant for another machine.
    Fix: Make the next certificate with one host name in both places.
    """

    def inconsistent(facts: CertificateFacts) -> bool:
        names = None if facts.content is None else facts.content.host_names
        if names is None or "." not in names[0] or " " in names[0]:
            return False
        return names[0].lower() not in [name.lower() for name in names[1]]

    found = offends(node, case, inconsistent)
    if found is not None:
        facts, repeats = found
        names = facts.content.host_names if facts.content else None
        yield hit(
            node,
            f"The common name of the certificate {facts.name} is not among its DNS names",
            expected=any_of(names[1]) if names else None,
            actual=names[0] if names else None,
            related=repeats,
        )


@rule(
    "cert-personal-data",
    on=X509Certificate,
    severity=INFO,
    cites=[rfc(3739, "3.1.2"), mdiop("2.5.1")],
    bad=[example("sp", (_CERT, PERSON))],
    good=_GOOD,
)
def personal_data(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A certificate names a person.

    The subject has parts that describe a natural person, such as surname, givenName, initials or
    pseudonym.

    Why: metadata is public and is kept for years; and the certificate of one person is seldom the
    right one for a server.
    Fix: Make a certificate for the entity itself, with the name of the service or organization.
    """

    def personal(facts: CertificateFacts) -> bool:
        return facts.content is not None and bool(facts.content.personal_types)

    found = offends(node, case, personal)
    if found is not None:
        facts, repeats = found
        types = all_of(facts.content.personal_types) if facts.content else ""
        yield hit(
            node,
            f"The subject of the certificate has {types}",
            expected="the name of the service or organization",
            actual=types,
            related=repeats,
        )


@rule(
    "cert-subject-profile",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_AGID_29],
    bad=[
        example("sp", enable=["cert-subject-profile"]),
        example(
            "sp",
            (_CERT, NATIONAL_OTHER),
            (_ENCRYPTION, NATIONAL),
            enable=["cert-subject-profile"],
            also=["enc-keytransport-key-mismatch"],
        ),
    ],
    good=[
        *_GOOD,
        example(
            "sp",
            (_CERT, NATIONAL),
            (_ENCRYPTION, NATIONAL),
            enable=["cert-subject-profile"],
            also=["enc-keytransport-key-mismatch"],
        ),
    ],
)
def subject_profile(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The subject of a certificate is not the one that the federation asks for.

    In SPID the certificates of service providers state organizationName, commonName, countryName
    and localityName, the entityID as uri, and organizationIdentifier as PA:IT-, VATIT- or CF:IT-
    with the number of the organization.

    Why: the registrar of the federation refuses the metadata.
    Fix: Make a certificate whose subject has all these parts.
    """
    nodes = [
        node
        for role in entity.sp_roles
        for key in role.keys
        for node in (key.key_info.certificates if key.key_info is not None else ())
    ]
    seen: set[str] = set()
    for node in nodes:
        content = case.certificate(node).content
        if content is None or node.text in seen:
            continue
        seen.add(node.text)
        lacking = [name for oid, name in _NATIONAL.items() if content.subject_value(oid) is None]
        uri, code = content.subject_value(_URI), content.subject_value(_IDENTIFIER)
        problem = None
        if lacking:
            problem = f"lacks {all_of(lacking)}"
        elif uri != entity.entity_id:
            problem = f"has the uri {uri!r}, which is not the entityID"
        elif code is not None and not code.startswith(_PREFIXES):
            problem = f"has the organizationIdentifier {code!r}"
        if problem is not None:
            yield hit(
                node,
                f"The subject of the certificate {problem}",
                expected=", ".join(_NATIONAL.values()),
            )


RULES = (
    signature_invalid,
    key_usage_conflict,
    common_name_inconsistent,
    personal_data,
    subject_profile,
)
