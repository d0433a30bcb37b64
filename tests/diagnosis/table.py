"""All plants, and the logins that they are planted in."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from tests.diagnosis import plants_addressing, plants_content, plants_evidence, plants_sending
from tests.diagnosis.login import Login, login_of
from tests.diagnosis.parties import provider, service
from tests.diagnosis.plants import Plant

IDPS = ("entra", "adfs", "okta", "google", "keycloak")
SPS = (
    "webex-meetings",
    "salesforce",
    "slack",
    "aws-iam",
    "servicenow",
    "gitlab",
    "fortigate",
    "atlassian-cloud",
)

PLANTS: tuple[Plant, ...] = (
    *plants_sending.TRANSPORT,
    *plants_sending.XML,
    *plants_content.STATUS,
    *plants_sending.ENCRYPTION,
    *plants_sending.SIGNATURE,
    *plants_addressing.ISSUER,
    *plants_addressing.ADDRESS,
    *plants_addressing.AUDIENCE,
    *plants_addressing.REQUEST,
    *plants_addressing.TIME,
    *plants_content.NAME_ID,
    *plants_content.CLAIMS,
    *plants_content.CONTEXT,
    *plants_evidence.METADATA,
)


@attrs.frozen(kw_only=True)
class Broken:
    """One broken login of the set."""

    plants: tuple[Plant, ...]
    login: Login

    def __str__(self) -> str:
        return f"{' + '.join(plant.name for plant in self.plants)}, {name_of(self.login)}"


def name_of(login: Login) -> str:
    """The two products of a login."""
    sides = (login.provider.profile, login.service.profile)
    return " and ".join(side.rpartition("/")[2] for side in sides)


def healthy() -> Iterator[Login]:
    """Every pair of an identity provider and a service provider, in a login that works."""
    for idp in IDPS:
        for sp in SPS:
            yield login_of(provider(idp), service(sp))


def one_cause(times: int = 2) -> Iterator[Broken]:
    """Each plant in some pairs that it fits, other pairs for each plant."""
    logins = list(healthy())
    for number, plant in enumerate(PLANTS):
        fitting = [login for login in logins if plant.fits(login)]
        chosen = (
            {(number * 7 + turn * 11) % len(fitting) for turn in range(times)} if fitting else ()
        )
        for place in sorted(chosen):
            yield Broken(plants=(plant,), login=plant.make(fitting[place]))


#: Pairs of plants that do not touch each other, the one that a receiver meets first in front.
TOGETHER: tuple[tuple[str, str], ...] = (
    ("reply URL of another site", "claim missing"),
    ("audience with a slash more or less", "class not in the list"),
    ("key of a stranger", "audience of another site"),
    ("not signed", "expired"),
    ("expired", "claim without a value"),
    ("issuer with or without the slash", "audience with a slash more or less"),
    ("recipient of another site", "no class"),
    ("names no request", "claim with a namespace"),
    ("destination of another site", "no NameID"),
    ("clock of the identity provider ten minutes ahead", "claim in other letters"),
    ("altered", "class not in the list"),
    ("audience of another site", "laid out again"),
    ("signature value broken", "recipient of another site"),
    ("SHA-1, which the service provider refuses", "audience is the reply URL"),
    ("no recipient", "claim with blanks only"),
    ("recipient of another site", "answers another request"),
    ("confirmation expired", "audience with a slash more or less"),
    ("no NameID", "claim missing"),
    ("no audience", "class in other letters"),
    ("key of the service provider", "no claims at all"),
    ("next key, not yet imported", "claim with blanks only"),
    ("no issuer of the assertion", "claim with a namespace"),
    ("reply URL in plain http", "audience in plain http"),
    ("window ends before it begins", "class not in the list"),
    ("certificate expired", "class not in the list"),
)


def two_causes() -> Iterator[Broken]:
    """Two plants in one login, each pair in one pair of products."""
    by_name = {plant.name: plant for plant in PLANTS}
    logins = list(healthy())
    for number, names in enumerate(TOGETHER):
        plants = tuple(by_name[name] for name in names)
        fitting = [login for login in logins if all(plant.fits(login) for plant in plants)]
        if not fitting:
            continue
        login = fitting[(number * 13) % len(fitting)]
        for plant in plants:
            login = plant.make(login)
        yield Broken(plants=plants, login=login)
