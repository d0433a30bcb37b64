"""Rules on which roles an entity has together, and on settings that profiles ask of its SP role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    EntityDescriptor,
    QueryDescriptor,
    SPSSODescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata
from samlcheck.rules.metadata.sources import CIE_RULES, SPID_RULES
from samlcheck.rules.rule import ERROR, INFO, OFF, Hit, Place, example, hit, rule
from samlcheck.xml import Lexical, text_of, uri_problem
from samlcheck.xml.names import MD, clark, display

_LOCATION: Final = clark(MD, "AdditionalMetadataLocation")
_PROTOCOL: Final = 'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"'
_END: Final = "</md:EntityDescriptor>"
_MEMBER: Final = "<md:AffiliateMember>https://sp.example.org/saml</md:AffiliateMember>"
_AFFILIATION: Final = (
    '  <md:AffiliationDescriptor affiliationOwnerID="https://sp.example.org/saml">\n'
    f"    {_MEMBER}\n  </md:AffiliationDescriptor>\n"
)
_SP_ROLE: Final = f"""\
  <md:SPSSODescriptor {_PROTOCOL}>
    <md:KeyDescriptor><ds:KeyInfo><ds:X509Data>\
<ds:X509Certificate>{{cert:idp-signing}}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
</md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
        Location="https://idp.example.org/saml/acs" index="0"/>
  </md:SPSSODescriptor>
  <md:Organization>"""
_AUTHORITY: Final = f"""\
  <md:AttributeAuthorityDescriptor {_PROTOCOL}>
    <md:KeyDescriptor><ds:KeyInfo><ds:X509Data>\
<ds:X509Certificate>{{cert:idp-signing}}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
</md:KeyDescriptor>
    <md:AttributeService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP"
        Location="https://idp.example.org:8443/saml/attributes"/>
  </md:AttributeAuthorityDescriptor>
  <md:Organization>"""


def _more(text: str) -> tuple[str, str]:
    """Return an example's edit that adds a location of more metadata to the SP."""
    return _END, f"  <md:AdditionalMetadataLocation {text}</md:AdditionalMetadataLocation>\n{_END}"


@rule(
    "ent-affiliation-with-role",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[metadata("2.3.2"), metadata("2.5")],
    bad=[example("sp", ("  <md:Organization>", f"{_AFFILIATION}  <md:Organization>"))],
    good=[example("sp"), example("idp")],
)
def affiliation_with_role(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity is an affiliation and has roles besides.

    md:EntityDescriptor holds either roles or one md:AffiliationDescriptor, never both.

    Why: an affiliation is a group of service providers and has no endpoints. Software that
    validates against the schema refuses the document, and other software picks one of the two.
    Fix: Give the affiliation an entity of its own, with an entityID of its own.
    """
    affiliation = entity.affiliation
    if affiliation is None:
        return
    more = list(entity.element.iterchildren(affiliation.element.tag))[1:]
    others: list[Place] = [Place(role, None, "a role") for role in entity.roles]
    others.extend(Place(item, None, "another affiliation") for item in more)
    if others:
        what = "roles" if entity.roles else "another affiliation"
        yield hit(
            affiliation,
            f"The entity is an affiliation and has {what} besides",
            expected="either roles or one md:AffiliationDescriptor",
            related=others,
        )


@rule(
    "ent-role-both-idp-sp",
    on=EntityDescriptor,
    severity=INFO,
    cites=[metadata("2.3.2")],
    bad=[example("idp", ("  <md:Organization>", _SP_ROLE))],
    good=[example("sp"), example("idp")],
)
def both_idp_and_sp(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity is an identity provider and a service provider at once.

    It has both an md:IDPSSODescriptor and an md:SPSSODescriptor, as proxies and AD FS do.

    Why: that is allowed, but some software and some federations want one entity for each, because
    rules and lists go by the entityID.
    Fix: Nothing, if it is a proxy on purpose; else leave the role out that is not in use.
    """
    if len(entity.roles) > 1 and entity.idp_roles and entity.sp_roles:
        yield hit(
            entity.sp_roles[0],
            "The entity is an identity provider and a service provider at once",
            related=[Place(entity.idp_roles[0], None, "the identity provider")],
        )


@rule(
    "ent-aa-unused",
    on=EntityDescriptor,
    severity=INFO,
    cites=[metadata("2.4.7")],
    bad=[example("idp", ("  <md:Organization>", _AUTHORITY))],
    good=[example("sp"), example("idp")],
)
def authority_unused(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An identity provider is an attribute authority, too.

    Beside an md:IDPSSODescriptor for SAML 2.0 the entity has an md:AttributeAuthorityDescriptor.

    Why: in SAML 2.0 attributes come with the login, and hardly any service asks for them in a
    second step, as with SAML 1; the endpoint stays open without being of use.
    Fix: Remove the md:AttributeAuthorityDescriptor if no service asks for attributes by itself.
    """
    if len(entity.roles) < 2:
        return
    authority = next(
        (
            role
            for role in entity.roles
            if isinstance(role, QueryDescriptor) and role.kind == "AttributeAuthorityDescriptor"
        ),
        None,
    )
    if authority is not None and any(role.is_saml2 for role in entity.idp_roles):
        yield hit(authority, "The identity provider is an attribute authority, too")


@rule(
    "role-additional-md-location",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[metadata("2.3.2.3"), core("1.3.2")],
    bad=[
        example("sp", _more('namespace="urn:example:metadata">/metadata.xml')),
        example("sp", _more('namespace="metadata">https://sp.example.org/metadata.xml')),
    ],
    good=[
        example("sp"),
        example("sp", _more('namespace="urn:example:metadata">https://sp.example.org/more.xml')),
    ],
)
def additional_location(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The place of additional metadata is not given as two URIs.

    md:AdditionalMetadataLocation holds the address of another document, and in namespace the
    namespace of that document's root element. Nothing is fetched from there.

    Why: a reader can neither find the document nor tell what kind it is.
    Fix: Write the whole address, with https:// and the host, and the namespace of its root
    element.
    """
    for element in entity.element.iterchildren(_LOCATION):
        for what, attribute, text in (
            ("The text", None, text_of(element).strip()),
            ("namespace", "namespace", (element.get("namespace") or "").strip()),
        ):
            problem = uri_problem(text) if text else None  # an absent one is told of elsewhere
            if problem is not None:
                yield hit(
                    element,
                    f'{what} "{text}" of md:AdditionalMetadataLocation {problem}',
                    attribute=attribute,
                    expected="an absolute URI",
                    actual=text,
                )


def _not_true(role: SPSSODescriptor, name: str, flag: Lexical[bool] | None) -> Iterator[Hit]:
    """Yield a hit when a flag of an SP role is not true."""
    if flag is not None and flag.value is not False:
        return  # true, or no boolean at all, which another rule tells of
    yield hit(
        role,
        f"{name} of {display(str(role.element.tag))} is {'absent' if flag is None else 'false'}",
        attribute=name,
        expected=f'{name}="true"',
        actual=None if flag is None else flag.text,
    )


@rule(
    "role-authnrequestssigned-required",
    on=SPSSODescriptor,
    severity=OFF,
    cites=[metadata("2.4.4"), SPID_RULES, CIE_RULES],
    bad=[
        example(
            "sp",
            ('AuthnRequestsSigned="true" ', ""),
            enable=["role-authnrequestssigned-required"],
        ),
        example(
            "sp",
            ('AuthnRequestsSigned="true"', 'AuthnRequestsSigned="0"'),
            enable=["role-authnrequestssigned-required"],
        ),
    ],
    good=[
        example("sp", enable=["role-authnrequestssigned-required"]),
        example("sp", ('AuthnRequestsSigned="true" ', "")),
    ],
)
def requests_signed_required(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The SP does not say that it signs its requests.

    AuthnRequestsSigned is absent or false. The profile in use requires it to be true.

    Why: identity providers of this profile refuse requests without a signature, and the metadata
    of SPs that do not announce one.
    Fix: Let the SP sign its requests and set AuthnRequestsSigned="true".
    """
    yield from _not_true(role, "AuthnRequestsSigned", role.authn_requests_signed)


@rule(
    "role-wantassertionssigned-required",
    on=SPSSODescriptor,
    severity=OFF,
    cites=[metadata("2.4.4"), CIE_RULES],
    bad=[
        example(
            "sp",
            ('WantAssertionsSigned="true" ', ""),
            enable=["role-wantassertionssigned-required"],
        )
    ],
    good=[
        example("sp", enable=["role-wantassertionssigned-required"]),
        example("sp", ('WantAssertionsSigned="true" ', "")),
    ],
)
def assertions_signed_required(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The SP does not ask for signed assertions.

    WantAssertionsSigned is absent or false. The profile in use requires it to be true.

    Why: then an identity provider may sign the response only, which is not enough in this profile.
    Fix: Set WantAssertionsSigned="true", and let the SP refuse assertions without a signature.
    """
    yield from _not_true(role, "WantAssertionsSigned", role.want_assertions_signed)


RULES = (
    affiliation_with_role,
    both_idp_and_sp,
    authority_unused,
    additional_location,
    requests_signed_required,
    assertions_signed_required,
)
