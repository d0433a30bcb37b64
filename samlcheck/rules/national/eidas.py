"""Rules of the eIDAS interoperability framework on nodes of the member states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from samlcheck.model import EntityDescriptor, KeyDescriptor, RoleDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation
from samlcheck.rules.metadata.category_registry import ASSURANCE, values_of
from samlcheck.rules.metadata.sample_attributes import asserting
from samlcheck.rules.national.common import EIDAS_NAMESPACE, extensions, value_of
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.rule import OFF, Edit, Hit, example, hit, rule
from samlcheck.rules.wording import any_of

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

_FORMAT: Final = Citation(
    "eIDAS SAML Message Format 1.2",
    None,
    "https://ec.europa.eu/digital-building-blocks/sites/display/DIGITAL/eIDAS+eID+Profile",
)
_CRYPTO: Final = Citation(
    "eIDAS Cryptographic Requirements 1.2",
    None,
    "https://ec.europa.eu/digital-building-blocks/sites/display/DIGITAL/eIDAS+eID+Profile",
)
_LEVELS: Final = tuple(
    f"http://eidas.europa.eu/{kind}LoA/{level}"
    for kind in ("", "NotNotified/")
    for level in ("low", "substantial", "high")
)
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_VERSION: Final = "http://eidas.europa.eu/entity-attributes/protocol-version"
_APPLICATION: Final = "http://eidas.europa.eu/entity-attributes/application-identifier"
#: The shortest keys that are allowed, in bits.
_SHORTEST: Final = {"RSA": 3072, "EC": 256}
_AES: Final = "xmlenc11#aes128-gcm"


def _extended(base: str, inner: str) -> Edit:
    start = f"  <md:{base}SSODescriptor "
    return start, (f"  <md:Extensions>\n    <e:{inner}\n  </md:Extensions>\n{start}")


def _element(name: str, value: str) -> str:
    return f'{name} xmlns:e="{EIDAS_NAMESPACE}">{value}</e:{name}>'


def _is_node(entity: EntityDescriptor) -> bool:
    return bool(entity.sp_roles or entity.idp_roles)


@rule(
    "eidas-node-country",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_FORMAT],
    bad=[
        example("idp", enable=["eidas-node-country"]),
        example(
            "sp",
            _extended("SP", _element("NodeCountry", "Sweden")),
            enable=["eidas-node-country"],
        ),
    ],
    good=[
        example(
            "sp", _extended("SP", _element("NodeCountry", "SE")), enable=["eidas-node-country"]
        ),
    ],
)
def node_country(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A node does not say which country it belongs to.

    eidas:NodeCountry stands in the md:Extensions of the entity or of its role, with the code of
    the country or of the international organization in two capital letters.

    Why: the other nodes choose by it to which country a user is sent.
    Fix: Add eidas:NodeCountry with the code of ISO 3166-1.
    """
    if not _is_node(entity):
        return
    holders = [entity.element, *(role.element for role in entity.roles)]
    found = [
        item
        for holder in holders
        for item in extensions(holder, EIDAS_NAMESPACE).get("NodeCountry", ())
    ]
    if not found:
        yield hit(entity, "The node has no eidas:NodeCountry", expected="eidas:NodeCountry")
    for element in found:
        code = value_of([element])
        if _COUNTRY.fullmatch(code) is None:
            yield hit(
                element,
                f"The eidas:NodeCountry {code!r} is not a code of two capital letters",
                expected="a code of ISO 3166-1, such as SE",
                actual=code,
            )


@rule(
    "eidas-sptype",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_FORMAT],
    bad=[
        example("sp", _extended("SP", _element("SPType", "municipal")), enable=["eidas-sptype"]),
        example("idp", _extended("IDP", _element("SPType", "public")), enable=["eidas-sptype"]),
    ],
    good=[
        example("sp", _extended("SP", _element("SPType", "public")), enable=["eidas-sptype"]),
        example("sp", enable=["eidas-sptype"], note="It may stand in the request instead"),
    ],
)
def sp_type(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The sector of a connector is not one of the two that there are.

    eidas:SPType in the metadata of a connector says that it serves only the public or only the
    private sector; a connector for both says it in each request. An eIDAS service has none.

    Why: services answer the private sector only on conditions, and refuse a value that they do
    not know.
    Fix: Write public or private, or leave the element out and say it in the requests.
    """
    for element in extensions(entity.element, EIDAS_NAMESPACE).get("SPType", ()):
        value = value_of([element])
        if not entity.sp_roles:
            yield hit(element, "An eIDAS service has no eidas:SPType", expected="no eidas:SPType")
        elif value not in ("public", "private"):
            yield hit(
                element,
                f"The eidas:SPType is {value!r}",
                expected="public or private",
                actual=value,
            )


@rule(
    "eidas-loa",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_FORMAT],
    bad=[
        example("idp", enable=["eidas-loa"]),
        example(
            "idp",
            asserting("idp", ASSURANCE, "http://eidas.europa.eu/LoA/High"),
            enable=["eidas-loa"],
            also=["ea-value-unknown"],
        ),
    ],
    good=[
        example(
            "idp",
            asserting("idp", ASSURANCE, "http://eidas.europa.eu/LoA/high"),
            enable=["eidas-loa"],
            also=["ea-value-unknown"],
        ),
        example("sp", enable=["eidas-loa"]),
    ],
)
def level_of_assurance(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An eIDAS service does not say which levels of assurance it has.

    The entity attribute assurance-certification holds the highest level that the service supports,
    for notified means under http://eidas.europa.eu/LoA/, for others under
    http://eidas.europa.eu/NotNotified/LoA/.

    Why: a connector asks only for levels that the service says it has.
    Fix: Add the level, exactly as it is written in the specification.
    """
    if not entity.idp_roles:
        return
    stated = values_of(entity, ASSURANCE)
    if any(level in stated for level in _LEVELS):
        return
    for text, value in stated.items():
        near = nearest(text, _LEVELS)
        if near is not None:
            yield hit(
                value,
                f"The level {text!r} differs from {near[0]!r} in {near[1]}",
                expected=near[0],
                actual=text,
            )
            return
    yield hit(
        entity,
        "The service states no eIDAS level of assurance",
        expected=any_of(_LEVELS[:3]),
        actual=", ".join(stated) or None,
    )


@rule(
    "eidas-protocol-version",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_FORMAT],
    bad=[example("sp", enable=["eidas-protocol-version"])],
    good=[
        example(
            "sp",
            (
                "  <md:SPSSODescriptor ",
                asserting("sp", _VERSION, "1.2")[1].replace(
                    "    </mdattr:EntityAttributes>",
                    f'      <saml:Attribute Name="{_APPLICATION}" NameFormat="urn:oasis:names:tc:'
                    'SAML:2.0:attrname-format:uri"><saml:AttributeValue>example:1.0'
                    "</saml:AttributeValue></saml:Attribute>\n    </mdattr:EntityAttributes>",
                ),
            ),
            enable=["eidas-protocol-version"],
            also=["ea-name-unknown"],
        )
    ],
)
def protocol_version(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A node does not say which version of the specifications and which software it runs.

    The entity attributes protocol-version and application-identifier of eIDAS are recommended.

    Why: when versions differ, operators of other nodes see by it what to expect.
    Fix: Add both entity attributes.
    """
    if not _is_node(entity):
        return
    for name in (_VERSION, _APPLICATION):
        if not values_of(entity, name):
            yield hit(
                entity,
                f"The node has no entity attribute {name.rpartition('/')[2]!r}",
                expected=name,
            )


@rule(
    "eidas-crypto",
    on=RoleDescriptor,
    severity=OFF,
    cites=[_CRYPTO],
    bad=[
        example("sp", enable=["eidas-crypto"]),
        example(
            "sp",
            ("{cert:sp-signing}", "{cert:ec}"),
            ("{cert:sp-encryption}", "{cert:ec}"),
            (_AES, "xmlenc#aes128-cbc"),
            ("2009/xmlenc#", "2001/04/xmlenc#"),
            enable=["eidas-crypto"],
            also=["enc-keytransport-key-mismatch"],
        ),
    ],
    good=[
        example(
            "sp",
            ("{cert:sp-signing}", "{cert:ec}"),
            ("{cert:sp-encryption}", "{cert:ec}"),
            enable=["eidas-crypto"],
            also=["enc-keytransport-key-mismatch"],
        )
    ],
)
def cryptography(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A key or an algorithm is weaker than eIDAS allows.

    RSA keys have at least 3072 bits and elliptic curve keys at least 256. Content is encrypted by
    AES in GCM mode, and keys not by RSA with PKCS #1 v1.5 padding.

    Why: nodes refuse what the cryptographic requirements do not allow.
    Fix: Make a key of sufficient length, or change the list of algorithms.
    """
    for key in role.keys:
        yield from _short_keys(key, case)
        for method in key.encryption_methods:
            algorithm = method.algorithm or ""
            if algorithm.endswith(("-cbc", "#rsa-1_5")):
                yield hit(
                    method,
                    f"The algorithm {algorithm.rpartition('#')[2]} is not allowed",
                    attribute="Algorithm",
                    expected="AES in GCM mode and RSA-OAEP or ECDH-ES",
                    actual=method.algorithm,
                )


def _short_keys(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    for certificate in key.key_info.certificates if key.key_info is not None else ():
        facts: CertificateFacts = case.certificate(certificate)
        least = _SHORTEST.get(facts.key.type) if facts.key is not None else None
        if facts.key is not None and least is not None and (facts.key.bits or least) < least:
            yield hit(
                certificate,
                f"The {facts.key.type} key has {facts.key.bits} bits",
                expected=f"at least {least} bits",
                actual=f"{facts.key.bits} bits",
            )


RULES = (node_country, sp_type, level_of_assurance, protocol_version, cryptography)
