"""Rules on identifiers and locations for which the chosen profile has templates."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import EntitiesDescriptor, EntityDescriptor
from samlcheck.rules.case import Case, Given
from samlcheck.rules.citations import metadata
from samlcheck.rules.metadata.expectations import ACS, CONFLICT, ENTITY_ID, SSO, judged
from samlcheck.rules.rule import ERROR, USER, WARNING, Edit, Hit, example, hit, rule

_TENANT = "11111111-2222-3333-4444-555555555555"
_OTHER_TENANT = "99999999-2222-3333-4444-555555555555"


def _webex(site: str = "contoso", query: str = "contoso") -> tuple[Edit, Edit]:
    """Return an example's edits that make the base SP a Webex site."""
    return (
        ('entityID="https://sp.example.org/saml"', 'entityID="https://contoso.webex.com"'),
        (
            'Location="https://sp.example.org/saml/acs"',
            f'Location="https://{site}.webex.com/dispatcher/SAML2AuthService?siteurl={query}"',
        ),
    )


def _entra(entity_id: str, tenant: str = _TENANT) -> tuple[Edit, ...]:
    """Return an example's edits that make the base IdP an Entra tenant."""
    location = f"https://login.microsoftonline.com/{tenant}/saml2"
    return (
        ('entityID="https://idp.example.org/saml"', f'entityID="{entity_id}"'),
        ("https://idp.example.org/saml/sso/redirect", location),
        ("https://idp.example.org/saml/sso/post", location),
    )


@rule(
    ENTITY_ID,
    on=(EntityDescriptor, Given),
    severity=WARNING,
    cites=[metadata("2.3.2")],
    bad=[
        example(
            "sp", *_webex(), ('contoso.webex.com"', 'contoso.webex.com/"'), profile="webex-meetings"
        ),
        example("idp", *_entra(f"https://sts.windows.net/{_TENANT}"), profile="entra"),
    ],
    good=[
        example("sp", *_webex(), profile="webex-meetings"),
        example("idp", *_entra(f"https://sts.windows.net/{_TENANT}/"), profile="entra"),
    ],
)
def entity_id_unexpected(subject: EntityDescriptor | Given, case: Case) -> Iterator[Hit]:
    """The entityID is not of the form that the profile expects.

    The profile names the forms that the product gives its entityID, letter for letter. How severe
    another form is, is said by the profile too.

    Why: the other side has to be given exactly the entityID that the product uses; a form that
    the product does not use points to the wrong file, the wrong product or a hand edit.
    Fix: Compare the entityID with the one shown in the product; if it is on purpose, accept it in
    a profile of your own.
    """
    yield from judged(subject, case, ENTITY_ID)


@rule(
    ACS,
    on=(EntityDescriptor, Given),
    severity=WARNING,
    cites=[metadata("2.4.4")],
    bad=[
        example(
            "sp",
            *_webex(),
            ("/dispatcher/SAML2AuthService?siteurl=contoso", "/dispatcher/SAML2AuthService"),
            profile="webex-meetings",
        )
    ],
    good=[example("sp", *_webex(), profile="webex-meetings")],
)
def acs_unexpected(subject: EntityDescriptor | Given, case: Case) -> Iterator[Hit]:
    """The default reply URL is not of the form that the profile expects.

    The profile names the forms of the product's AssertionConsumerService, query string included.
    The one that is the default has to have such a form; others may be anything.

    Why: a response that is sent to another location does not reach the product.
    Fix: Export the SP metadata again; if the location is on purpose, accept it in a profile of
    your own.
    """
    yield from judged(subject, case, ACS)


@rule(
    SSO,
    on=(EntityDescriptor, Given),
    severity=WARNING,
    cites=[metadata("2.4.3")],
    bad=[example("idp", *_entra(f"https://sts.windows.net/{_TENANT}/", "common"), profile="entra")],
    good=[example("idp", *_entra(f"https://sts.windows.net/{_TENANT}/"), profile="entra")],
)
def sso_unexpected(subject: EntityDescriptor | Given, case: Case) -> Iterator[Hit]:
    """A sign-on URL is not of the form that the profile expects.

    The profile names the forms of the product's SingleSignOnService for HTTP-Redirect and
    HTTP-POST.

    Why: a request that is sent to another location is answered by another product, tenant or
    cloud, or by nobody.
    Fix: Download the IdP metadata again; if the location is on purpose, accept it in a profile of
    your own.
    """
    yield from judged(subject, case, SSO)


@rule(
    CONFLICT,
    on=(EntityDescriptor, Given),
    severity=ERROR,
    cites=[metadata("2.3.2")],
    bad=[
        example("sp", *_webex(query="fabrikam"), profile="webex-meetings"),
        example("sp", *_webex("fabrikam", "fabrikam"), profile="webex-meetings"),
        example(
            "idp", *_entra(f"https://sts.windows.net/{_TENANT}/", _OTHER_TENANT), profile="entra"
        ),
    ],
    good=[
        example("sp", *_webex(query="Contoso"), profile="webex-meetings"),
        example("idp", *_entra(f"https://sts.windows.net/{_TENANT}/"), profile="entra"),
    ],
)
def variable_conflict(subject: EntityDescriptor | Given, case: Case) -> Iterator[Hit]:
    """Two values of the metadata belong to different customers, sites or tenants.

    The profile's templates share variables, such as the site or the tenant. A variable that one
    value settles has to have the same text in every other value.

    Why: parts of two integrations were mixed. The login ends at the wrong site, or is refused
    because the identifier and the location do not belong together.
    Fix: Export the metadata again from the one site or tenant that is meant.
    """
    yield from judged(subject, case, CONFLICT)


@rule(
    "profile-waiver-expired",
    on=(EntityDescriptor, Given),
    severity=WARNING,
    cites=[metadata("2.3.2")],
    owner=USER,
    bad=[example("sp", waive=[("org-missing", "2026-11-22")])],
    good=[example("sp", waive=[("org-missing", "2026-11-23")])],
)
def waiver_expired(subject: EntityDescriptor | Given, case: Case) -> Iterator[Hit]:
    """A finding was put up with until a day that is past.

    The profile waives a rule with a reason and an end date. The waiver counts on that day for the
    last time; from then on the rule has its own severity again.

    Why: a waiver that nobody ends hides a fault for good.
    Fix: Mend what was waived and remove the waiver from the profile, or agree on a new date.
    """
    entity = subject.entity if isinstance(subject, Given) else subject
    alone = not isinstance(case.metadata, EntitiesDescriptor)
    if entity is None or getattr(subject, "side", None) == "idp":
        return
    for waiver in case.profile.waivers:
        concerned = alone if waiver.entity is None else waiver.entity == entity.entity_id
        if concerned and not waiver.holds(case.now):
            yield hit(
                entity,
                f"The waiver of {waiver.rule} ended on {waiver.until}; its reason was: "
                f"{waiver.reason}",
                attribute="entityID",
                expected="a waiver that is agreed on anew, or none",
            )


RULES = (waiver_expired, entity_id_unexpected, acs_unexpected, sso_unexpected, variable_conflict)
