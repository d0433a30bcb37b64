"""Rules on artifacts: their form, whose they are, and what came in exchange for one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from samlcheck.model import ArtifactResolve, ArtifactResponse, EntityDescriptor, Text
from samlcheck.model.artifact import (
    LENGTH_SAML2,
    TYPE_SAML2,
    TYPES_SAML11,
    Artifact,
    read_artifact,
)
from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import bindings, core, metadata
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import any_of
from samlcheck.xml import Document

_SENT: Final = "https://sp.example.org/saml/acs?SAMLart="
_SERVICE: Final = (
    '<md:ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" '
    'Location="https://idp.example.org/saml/artifact" index="0"/>\n    <md:SingleLogoutService '
)
_WITH_SERVICE: Final = ("<md:SingleLogoutService ", _SERVICE)
#: An artifact of the IdP of the examples, for its endpoint 0.
_GENUINE: Final = "AAQAAESrBI6xUyYhmiYsHR6PVj6Qs0XTAAECAwQFBgcICQoLDA0ODxAREhM="


def _source(entity_id: str) -> bytes:
    return hashlib.sha1(entity_id.encode(), usedforsecurity=False).digest()


def _found(subject: Sent | ArtifactResolve, case: Case) -> Iterator[tuple[Text | Document, str]]:
    """Yield the artifacts of a capture or of a message that resolves one, with their places."""
    if isinstance(subject, ArtifactResolve):
        for item in subject.artifacts:
            yield item, item.value
    elif subject.brings_artifact and case.message_document is not None:
        for value in subject.values("SAMLart")[:1]:
            yield case.message_document, value.decode("utf-8", "replace").strip()


def _issuers(case: Case) -> list[EntityDescriptor]:
    return [item for item in (case.idp, case.sp) if item is not None and item.entity_id]


def _issuer(artifact: Artifact, case: Case) -> EntityDescriptor | None:
    """Return the entity of the two sides that issued an artifact."""
    found = (item for item in _issuers(case) if _source(item.entity_id or "") == artifact.source_id)
    return next(found, None)


@rule(
    "artifact-format",
    on=(Sent, ArtifactResolve),
    severity=ERROR,
    cites=[bindings("3.6.4"), bindings("3.6.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("raw", raw=f"{_SENT}not-an-artifact"),
        example("raw", raw=f"{_SENT}AAQAAAECAwQ%3D"),
        example("raw", raw=f"{_SENT}{_GENUINE.replace('AAQA', 'AAEA')}"),
        example("raw", raw=f"{_SENT}{_GENUINE.replace('ESrB', 'ESrC')}"),
    ],
    good=[example("raw", raw=f"{_SENT}{_GENUINE}", idp=[_WITH_SERVICE]), example("response")],
)
def artifact_format(subject: Sent | ArtifactResolve, case: Case) -> Iterator[Hit | Unknown]:
    """The artifact is not of the form that SAML 2.0 gives it, or of another issuer.

    An artifact is Base64 of 44 octets: the type 0x0004, the index of an endpoint, the SHA-1 digest
    of the issuer's entityID, and a handle. The digest is compared with the metadata given.

    Why: the receiver finds the issuer by the digest, and asks there for the message. It cannot,
    when the artifact is damaged, of another version, or of an issuer that it does not know.
    Fix: Capture the whole value of SAMLart. If it is, compare the entityID that the issuer is
    configured with to the one in its metadata: one character makes another digest.
    """
    for place, text in _found(subject, case):
        artifact = read_artifact(text)
        fault = _fault(artifact)
        if artifact is None or fault is not None:
            message, actual = fault or ("The artifact is not Base64", text)
            yield hit(
                place,
                message,
                expected=f"Base64 of {LENGTH_SAML2} octets that begin with 0x0004",
                actual=actual,
            )
        elif case.idp is None:
            yield Unknown("the metadata of the issuer of the artifact was not given")
        elif _issuer(artifact, case) is None:
            known = [item.entity_id or "" for item in _issuers(case)]
            yield hit(
                place,
                f"The artifact was issued by an entity other than {any_of(known)}",
                expected=f"the SourceID {_source(known[0]).hex()}",
                actual=f"the SourceID {(artifact.source_id or b'').hex()}",
                related=[Place(case.idp, "entityID", "the entityID of the IdP")],
            )


def _fault(artifact: Artifact | None) -> tuple[str, str] | None:
    """Return what is wrong with the form of an artifact, and what was found."""
    if artifact is None:
        return None
    if artifact.type_code in TYPES_SAML11:
        code = f"0x{artifact.type_code:04x}"
        return f"The artifact is one of SAML 1.1, of the type {code}", code
    if artifact.type_code != TYPE_SAML2:
        code = "none" if artifact.type_code is None else f"0x{artifact.type_code:04x}"
        return f"The artifact has the type {code}", code
    if artifact.length != LENGTH_SAML2:
        return f"The artifact has {artifact.length} octets", f"{artifact.length} octets"
    return None


@rule(
    "artifact-endpoint-unknown",
    on=(Sent, ArtifactResolve),
    severity=ERROR,
    cites=[bindings("3.6.4.2"), metadata("2.4.2")],
    owner=IDP,
    unless=["artifact-format"],
    bad=[
        example("raw", raw=f"{_SENT}{_GENUINE}"),
        example("raw", raw=f"{_SENT}{_GENUINE.replace('AAQAAE', 'AAQAB0')}", idp=[_WITH_SERVICE]),
    ],
    good=[example("raw", raw=f"{_SENT}{_GENUINE}", idp=[_WITH_SERVICE])],
)
def endpoint_unknown(subject: Sent | ArtifactResolve, case: Case) -> Iterator[Hit]:
    """The artifact cannot be exchanged: its endpoint is not in the metadata.

    The index in the artifact is looked for among the ArtifactResolutionService elements of the
    issuer's metadata.

    Why: the receiver does not know where to ask for the message, so the login fails.
    Fix: Publish the ArtifactResolutionService with this index in the metadata of the issuer, and
    load that at the receiver; or let the issuer send messages by HTTP-POST.
    """
    for place, text in _found(subject, case):
        artifact = read_artifact(text)
        issuer = None if artifact is None else _issuer(artifact, case)
        if artifact is None or issuer is None:
            continue
        role = case.idp_role if issuer is case.idp else case.sp_role
        services = () if role is None else role.artifact_resolution_services
        known = [item.index for item in services if item.index is not None]
        if any(index.value == artifact.endpoint_index for index in known):
            continue
        texts = any_of(index.text for index in known)
        yield hit(
            place,
            f"The artifact names the endpoint with the index {artifact.endpoint_index}; the "
            f"metadata of its issuer has {texts or 'no ArtifactResolutionService'}",
            owner="idp" if issuer is case.idp else "sp",
            expected=texts or "an ArtifactResolutionService",
            actual=str(artifact.endpoint_index),
            related=[Place(role, None, "the role of the issuer")],
        )


@rule(
    "artifact-response-empty",
    on=ArtifactResponse,
    severity=ERROR,
    cites=[core("3.5.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["slo-response-status"],
    bad=[
        example(
            "logout-response",
            ("samlp:LogoutResponse", "samlp:ArtifactResponse"),
            without=["request"],
        )
    ],
    good=[example("logout-response")],
)
def response_empty(response: ArtifactResponse, case: Case) -> Iterator[Hit]:
    """The artifact stood for nothing.

    The ArtifactResponse says Success and brings no message.

    Why: the issuer does not know the artifact, or has handed its message out already: an artifact
    can be used once. The login fails.
    Fix: Start the login anew. If it happens each time, look for a receiver that resolves the
    artifact twice, or for several servers of the issuer that do not share their state.
    """
    if response.content is None:
        yield hit(
            response,
            "The ArtifactResponse brings no message",
            expected="the message that the artifact stands for",
        )


RULES = (artifact_format, endpoint_unknown, response_empty)
