"""Rules on metadata of Microsoft Entra ID, which tells its tenant in several places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from samlcheck.model import EntityDescriptor, IDPSSODescriptor
from samlcheck.rules.case import Case, Given
from samlcheck.rules.citations import metadata, paper
from samlcheck.rules.metadata.published import SIGNING, published
from samlcheck.rules.rule import ERROR, WARNING, Hit, Place, example, hit, rule

_DOCUMENTATION = paper(
    "Microsoft identity platform, federation metadata",
    "https://learn.microsoft.com/entra/identity-platform/federation-metadata",
)
_TENANT = "11111111-2222-3333-4444-555555555555"
_GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ISSUER = r"https://sts\.(?:windows\.net|chinacloudapi\.cn|microsoftonline\.de)/([^/]+)(/?)"
_LOGIN = (
    r"https://login\.(?:microsoftonline\.(?:com|us|de)|partner\.microsoftonline\.cn|"
    r"chinacloudapi\.cn)/(" + _GUID + r")/saml2"
)
#: Names that Entra takes for any tenant in an address, but never sends as an issuer.
_ANY_TENANT = ("common", "organizations", "consumers", "{tenant}", "{tenantid}")


def _entra(tenant: str, location: str = _TENANT) -> tuple[tuple[str, str], ...]:
    """Return an example's edits that make the base IdP an Entra tenant."""
    url = f"https://login.microsoftonline.com/{location}/saml2"
    return (
        ('entityID="https://idp.example.org/saml"', f'entityID="https://sts.windows.net/{tenant}"'),
        ("https://idp.example.org/saml/sso/redirect", url),
        ("https://idp.example.org/saml/sso/post", url),
    )


@rule(
    "entra-issuer-tenant",
    on=(EntityDescriptor, Given),
    severity=ERROR,
    cites=[metadata("2.3.2"), _DOCUMENTATION],
    unless=["profile-entityid-unexpected", "profile-sso-unexpected", "profile-variable-conflict"],
    bad=[
        example("idp", *_entra(_TENANT)),
        example("idp", *_entra("common/")),
        example("idp", *_entra(f"{_TENANT}/", "99999999-2222-3333-4444-555555555555")),
    ],
    good=[example("idp", *_entra(f"{_TENANT}/")), example("idp")],
)
def issuer_tenant(subject: EntityDescriptor | Given, case: Case) -> Iterator[Hit]:
    """The entityID of an Entra tenant cannot be the issuer of its assertions.

    Entra ID names itself `https://sts.windows.net/`, the identifier of the tenant, and a slash at
    the end. The slash is missing, a word for any tenant stands in its place, or the tenant is not
    the one of the sign-on URLs.

    Why: issuers are compared letter for letter, so the SP refuses every assertion.
    Fix: Download the Federation Metadata XML of the application from the Entra admin center, or
    copy the Microsoft Entra Identifier from there with its slash.
    """
    entity = subject.entity if isinstance(subject, Given) else subject
    if entity is None or entity.idp is None or entity.entity_id is None:
        return
    issuer = re.fullmatch(_ISSUER, entity.entity_id)
    if issuer is None:
        return
    tenant, slash = issuer.groups()
    if tenant.lower() in _ANY_TENANT:
        yield hit(
            entity,
            f"The entityID has {tenant!r} where the identifier of one tenant belongs",
            attribute="entityID",
            expected="https://sts.windows.net/, the tenant's identifier and a slash",
            actual=entity.entity_id,
        )
    elif not slash:
        yield hit(
            entity,
            f"The entityID {entity.entity_id!r} lacks the slash at the end",
            attribute="entityID",
            expected=entity.entity_id + "/",
            actual=entity.entity_id,
        )
    elif re.fullmatch(_GUID, tenant.lower()):
        yield from _other_tenant(entity, tenant)


def _other_tenant(entity: EntityDescriptor, tenant: str) -> Iterator[Hit]:
    """Yield a hit at the first sign-on URL of another tenant than the entityID's."""
    for service in entity.idp.single_sign_on_services if entity.idp is not None else ():
        found = re.fullmatch(_LOGIN, service.location or "", re.IGNORECASE)
        if found is not None and found[1].lower() != tenant.lower():
            yield hit(
                service,
                f"The sign-on URL is of the tenant {found[1]!r}, the entityID of {tenant!r}",
                attribute="Location",
                expected=(service.location or "").replace(found[1], tenant),
                actual=service.location,
                related=[Place(entity, "entityID", "the tenant of the entityID")],
            )
            return


@rule(
    "entra-metadata-not-app-specific",
    on=IDPSSODescriptor,
    severity=WARNING,
    cites=[_DOCUMENTATION],
    bad=[
        example(
            "idp",
            *_entra(f"{_TENANT}/"),
            ("{cert:idp-signing}", "{cert:entra-tenant}"),
            ("{cert:idp-next}", "{cert:entra-tenant}"),
            profile="entra",
            also=["cert-duplicate-in-role"],
        )
    ],
    good=[
        example("idp", *_entra(f"{_TENANT}/"), profile="entra"),
        example(
            "idp",
            *_entra(f"{_TENANT}/"),
            ("{cert:idp-next}", "{cert:entra-tenant}"),
            profile="entra",
        ),
        example("idp"),
    ],
)
def not_app_specific(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The metadata is that of the whole tenant, not that of the application.

    Entra ID makes a certificate for each application, and serves metadata with it at an address
    that ends in ?appid= and the identifier of the application. The certificates of this document
    are those of the tenant, by their subject.

    Why: the assertions for the application are signed with the key of the application, which this
    document does not have, so the service provider refuses every one of them.
    Fix: Copy the App Federation Metadata Url from the single sign-on page of the application, and
    give the service provider what it serves.
    """
    app, tenant = (case.profile.certificate_subjects.get(key) for key in ("app", "tenant"))
    if not app or not tenant or not role.signing_keys:
        return
    signing = [
        item
        for item in published(role, case, lambda facts: tenant in facts.subject)
        if item.serves(SIGNING)
    ]
    if signing and all(tenant in item.facts.subject for item in signing):
        yield hit(
            signing[0].node,
            f"The certificate {signing[0].facts.name} is one of the whole tenant: the metadata of "
            "the application has one of its own",
            expected=f"a certificate with {app}",
            actual=signing[0].facts.name,
        )


RULES = (issuer_tenant, not_app_specific)
