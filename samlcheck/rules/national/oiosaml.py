"""Rules of OIOSAML 3, the SAML profile of Denmark, on service providers at NemLog-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import SPSSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation
from samlcheck.rules.metadata.attribute_registry import FORMAT_URI
from samlcheck.rules.pair.words import binding_words
from samlcheck.rules.rule import OFF, Hit, example, hit, rule
from samlcheck.xml.names import HTTP_POST

_PROFILE: Final = Citation(
    "OIOSAML Web SSO Profile 3.0",
    None,
    "https://digst.dk/it-loesninger/standarder/oiosaml-profiler/",
)
_VERSION: Final = "https://data.gov.dk/model/core/specVersion"
_LEVEL: Final = "https://data.gov.dk/concept/core/nsis/loa"
_MAIL: Final = 'FriendlyName="mail" Name="urn:oid:0.9.2342.19200300.100.1.3"'
_NAME: Final = 'FriendlyName="sn" Name="urn:oid:2.5.4.4"'
_BOTH: Final = (
    (_MAIL, f'FriendlyName="specVer" Name="{_VERSION}"'),
    (_NAME, f'FriendlyName="loa" Name="{_LEVEL}"'),
)
_ENABLED: Final = ["oiosaml3-sp"]


@rule(
    "oiosaml3-sp",
    on=SPSSODescriptor,
    severity=OFF,
    cites=[_PROFILE],
    bad=[
        example("sp", enable=_ENABLED),
        example(
            "sp",
            *_BOTH,
            (
                'HTTP-POST" Location="https://sp.example.org/saml/acs/reading-room',
                'HTTP-Artifact" Location="https://sp.example.org/saml/acs/reading-room',
            ),
            enable=_ENABLED,
        ),
    ],
    good=[example("sp", *_BOTH, enable=_ENABLED)],
)
def service_provider(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The service provider's metadata is not what NemLog-in takes.

    All AssertionConsumerServices have the binding HTTP-POST, requested attributes have the
    NameFormat for URIs, and the version of the specification and the level of assurance are among
    them.

    Why: NemLog-in refuses the metadata when they are uploaded.
    Fix: Remove other bindings, and request the two attributes.
    """
    for service in role.assertion_consumer_services:
        if service.binding != HTTP_POST:
            yield hit(
                service,
                f"An AssertionConsumerService has the binding {binding_words(service.binding)}",
                attribute="Binding",
                expected=HTTP_POST,
                actual=service.binding,
            )
    requested = [
        item
        for service in role.attribute_consuming_services
        for item in service.requested_attributes
    ]
    for item in requested:
        if item.name_format != FORMAT_URI:
            yield hit(
                item,
                f"The requested attribute {item.name!r} has not the NameFormat for URIs",
                attribute="NameFormat",
                expected=FORMAT_URI,
                actual=item.name_format,
            )
    names = {item.name for item in requested}
    for name in (_VERSION, _LEVEL):
        if name not in names:
            yield hit(
                role,
                f"The service provider does not request the attribute {name!r}",
                expected=f"a RequestedAttribute with the Name {name}",
            )


RULES = (service_provider,)
