"""The rule on reply URLs that two service providers of one document claim."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, profiles
from samlcheck.rules.metadata.operators import different_operators
from samlcheck.rules.rule import WARNING, Edit, Hit, Place, example, hit, rule
from samlcheck.rules.sets import Members

_START: Final = 'validUntil="2027-01-20T00:00:00Z" cacheDuration="PT6H">'


def _another_sp(key: str, organization: str = "Example Archive") -> Edit:
    """Return the edit that adds a service provider with the reply URL of the first."""
    return (
        _START,
        f"""{_START}
  <md:EntityDescriptor entityID="https://archive.example.org/saml">
    <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
      <md:KeyDescriptor>
        <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
          <ds:X509Data><ds:X509Certificate>{{cert:{key}}}</ds:X509Certificate></ds:X509Data>
        </ds:KeyInfo>
      </md:KeyDescriptor>
      <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>
      <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
          Location="https://sp.example.org/saml/acs" index="0"/>
    </md:SPSSODescriptor>
    <md:Organization>
      <md:OrganizationName xml:lang="en">{organization}</md:OrganizationName>
      <md:OrganizationDisplayName xml:lang="en">{organization}</md:OrganizationDisplayName>
      <md:OrganizationURL xml:lang="en">https://archive.example.org/</md:OrganizationURL>
    </md:Organization>
    <md:ContactPerson contactType="technical">
      <md:EmailAddress>mailto:it@archive.example.org</md:EmailAddress>
    </md:ContactPerson>
  </md:EntityDescriptor>""",
    )


def _certificates(entity: EntityDescriptor) -> frozenset[str]:
    return frozenset(
        "".join(certificate.text.split())
        for role in entity.sp_roles
        for key in role.keys
        if key.key_info is not None
        for certificate in key.key_info.certificates
    )


def _replies(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    """Yield the reply URLs of an entity."""
    for role in entity.sp_roles:
        for service in role.assertion_consumer_services:
            location = (service.location or "").strip()
            if location:
                place = Place(service, "Location", f"the reply URL of {entity.entity_id}")
                yield location, place


@rule(
    "set-acs-hijack",
    on=Members,
    facts=_replies,
    severity=WARNING,
    cites=[metadata("2.4.4"), profiles("4.1.4.1")],
    unless=["eid-duplicate"],
    bad=[example("aggregate", _another_sp("stranger"))],
    good=[
        example("aggregate"),
        example(
            "aggregate",
            _another_sp("stranger", "Example Library"),
            also=["agg-duplicate-endpoint"],
            note="The same organization",
        ),
        example(
            "aggregate",
            _another_sp("sp-signing"),
            also=["agg-duplicate-endpoint"],
            note="The same key",
        ),
    ],
)
def claimed_twice(claiming: Members, case: Case) -> Iterator[Hit]:
    """Two service providers of different operators have the same reply URL.

    The location of an AssertionConsumerService is that of another entity, too; the two have no
    certificate in common, and different organizations run or registered them.

    Why: an identity provider sends assertions for one of them to the server of the other. Whoever
    registers an entity with the reply URL of another party, or gets its own URL into the metadata
    of that party, can receive logins that are not meant for it.
    Fix: Find out to whom the server belongs, and let the other entity name its own.
    """
    first, *others = claiming
    mine = _certificates(first.entity)
    for other in others:
        if different_operators(first.entity, other.entity) and not mine & _certificates(
            other.entity
        ):
            yield hit(
                other.place.subject,
                f"The reply URL {claiming.key!r} is also that of {first.name}, which has other "
                "keys and another operator",
                attribute="Location",
                expected="a location of its own",
                actual=claiming.key,
                related=[first.place],
            )


RULES = (claimed_twice,)
