"""All plants, and the logins that they are planted in."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from tests.diagnosis import plants_addressing, plants_content, plants_evidence, plants_sending
from tests.diagnosis.login import Login, login_of
from tests.diagnosis.parties import provider, service
from tests.diagnosis.plants import Plant

IDPS = ("entra",)
SPS = ("webex-meetings",)

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
