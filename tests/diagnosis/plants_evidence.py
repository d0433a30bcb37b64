"""What is wrong with the metadata of the two sides."""

from __future__ import annotations

from attrs import evolve

from tests.diagnosis.login import Login, idp_metadata, sp_metadata
from tests.diagnosis.parties import profile_of
from tests.diagnosis.plants import Plant, planted


def _looks_at_dates(login: Login) -> bool:
    """Tell whether the service provider refuses certificates that have expired."""
    changes = profile_of(*login.profiles).severities
    return any(item.rule == "cert-expired" and item.to == "error" for item in changes)


def _swapped(login: Login) -> Login:
    return evolve(login, sp_xml=idp_metadata(login), idp_xml=sp_metadata(login))


METADATA: tuple[Plant, ...] = (
    planted(
        "certificate expired",
        "cert-all-expired",
        "idp",
        or_rules=("cert-expired",),
        fits=_looks_at_dates,
        idp_keys=("expired",),
        key="expired",
    ),
    planted("metadata the wrong way round", "ent-wrong-role-for-profile", "user", _swapped),
    planted(
        "metadata is a web page",
        "profile-wrong-artefact",
        "user",
        idp_xml=b"<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>",
    ),
    planted(
        "metadata is a bare certificate",
        "profile-wrong-artefact",
        "user",
        idp_xml=b"-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n",
    ),
)
