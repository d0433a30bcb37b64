"""Logins between toolkits: a healthy one, and misconfigured ones, each in one thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

IDP = "https://idp.example.org/saml"
SP = "https://sp.example.org/saml"
ACS = "https://sp.example.org/saml/acs"
REQUEST = "_8e5f1c2a90b74d36ae21f47b03c9d815"
USER = "maria.lind@example.org"
_FAILED = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class Scenario:
    """One way to set up the two sides.

    `idp` changes what the identity provider does, `sp` what the service provider expects. `names`
    are the rules that tell of it. Toolkits that do not look at it are named in `unseen_by`.
    """

    title: str
    idp: Mapping[str, Any] = _NOTHING
    sp: Mapping[str, Any] = _NOTHING
    altered: Callable[[str], str] | None = None
    names: tuple[str, ...] = ()
    unseen_by: tuple[str, ...] = ()
    why_unseen: str = ""


def _another_user(xml: str) -> str:
    return xml.replace(USER, "admin@example.org")


SCENARIOS = (
    Scenario(title="healthy"),
    Scenario(
        title="the identity provider has the entityID with a slash too many",
        idp={"audience": f"{SP}/"},
        names=("aud-*",),
    ),
    Scenario(
        title="the identity provider has another reply URL",
        idp={"recipient": "https://sp.example.org/other/acs"},
        names=("scd-recipient-*", "response-destination-*"),
        unseen_by=("node-saml",),
        why_unseen="node-saml compares neither Recipient nor Destination (SAML Profiles 4.1.4.3)",
    ),
    Scenario(
        title="the identity provider has changed its entityID",
        idp={"issuer": f"{IDP}/2"},
        names=("issuer-mismatch-*",),
        unseen_by=("node-saml",),
        why_unseen="node-saml compares the Issuer of logout messages only, not of responses",
    ),
    Scenario(
        title="the identity provider signs with a new key",
        idp={"key": "idp-next"},
        names=("sig-*",),
    ),
    Scenario(
        title="the response comes an hour late",
        idp={"clock": "-3600s"},
        names=("cond-expired", "scd-notonorafter-*"),
    ),
    Scenario(title="nothing is signed", idp={"sign": "none"}, names=("sig-none",)),
    Scenario(
        title="the response answers another request",
        idp={"in_response_to": "_0000000000000000000000000000000"},
        names=("response-inresponseto-*", "scd-inresponseto-*"),
    ),
    Scenario(
        title="the NameID was altered on the way",
        altered=_another_user,
        names=("sig-digest-mismatch",),
    ),
    Scenario(
        title="the user could not be authenticated",
        idp={"status": _FAILED},
        names=("status-not-success", "status-top-level-invalid"),
        unseen_by=("node-saml",),
        why_unseen="node-saml takes NoPassive for the answer that nobody is signed in",
    ),
    Scenario(
        title="the service provider wants assertions encrypted, and gets none",
        sp={"encrypted": True},
        names=("enc-required-missing",),
        unseen_by=("node-saml",),
        why_unseen="node-saml decrypts what is encrypted and takes the rest as well",
    ),
    Scenario(
        title="the service provider refuses SHA-1, and the identity provider uses it",
        idp={"sha1": True},
        sp={"no_sha1": True},
        names=("sig-alg-sha1", "sig-digest-alg-weak"),
        unseen_by=("node-saml",),
        why_unseen="node-saml has no such setting",
    ),
    Scenario(
        title="the identity provider sends no attributes",
        idp={"attributes": {}},
        names=("attr-*",),
        unseen_by=("node-saml",),
        why_unseen="node-saml leaves attributes to the application",
    ),
)
