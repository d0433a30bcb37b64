"""Checks of metadata and of pairs behind the public API, and what all checks share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Union

import attrs

from samlcheck.engine.about import Parties, Sight
from samlcheck.engine.facts import facts_of
from samlcheck.engine.metadata import judge_metadata
from samlcheck.engine.plan import plan_for
from samlcheck.engine.report import Report
from samlcheck.engine.reporting import make_report
from samlcheck.engine.run import judge
from samlcheck.model import (
    EntityDescriptor,
    Metadata,
    build_metadata,
    entities_of,
)
from samlcheck.profiles import Profile, load_profile
from samlcheck.records import frozen
from samlcheck.rules.case import Case, Context, Given
from samlcheck.rules.registry import all_ids, matches
from samlcheck.xml import METADATA_LIMITS, Defect, Document, read_document

if TYPE_CHECKING:
    from samlcheck.engine.picture import Picture
    from samlcheck.profiles.choice import Automatic


class UsageError(ValueError):
    """An argument that cannot be meant: a glob that matches no rule, a key that is none."""


@frozen(kw_only=True)
class Input:
    """Octets with the name under which findings speak of them, such as a file name."""

    data: bytes | str = attrs.field(validator=attrs.validators.instance_of((bytes, str)))
    name: str

    @property
    def octets(self) -> bytes:
        """The octets; text is encoded as its XML declaration says, else as UTF-8."""
        if isinstance(self.data, bytes):
            return self.data
        from samlcheck.intake import encode_as_declared

        return encode_as_declared(self.data.encode("utf-8", "surrogatepass"))


Bytes = bytes | str | Input
ProfileChoice = Union[str, Profile, "Automatic", Iterable[str], None]

#: Names no profile: the one that fits the documents is chosen.
AUTOMATIC = "auto"


@frozen(kw_only=True, eq=False)
class ParsedMetadata:
    """A metadata document: the model, or the defects that kept it from being read."""

    document: Document
    metadata: Metadata | None
    defects: tuple[Defect, ...]

    _entities: tuple[EntityDescriptor, ...] | None = attrs.field(default=None, init=False)

    @property
    def entities(self) -> tuple[EntityDescriptor, ...]:
        """All entities of the document, in document order."""
        found = self._entities
        if found is None:
            found = () if self.metadata is None else tuple(entities_of(self.metadata))
            object.__setattr__(self, "_entities", found)
        return found


MetadataGiven = Bytes | ParsedMetadata


def input_of(data: Bytes, name: str) -> Input:
    """Return octets or text with a name, unless they have one.

    :raises TypeError: for anything else.
    """
    if isinstance(data, Input):
        return data
    if isinstance(data, str | bytes):
        return Input(data=data, name=name)
    if isinstance(data, bytearray | memoryview):
        return Input(data=bytes(data), name=name)
    raise TypeError(f"expected bytes, str or Input, not {type(data).__name__}")


def _globs(globs: str | Iterable[str]) -> tuple[str, ...]:
    """Return globs over rule ids, one or several.

    :raises UsageError: for a glob that matches no rule of any kind of check.
    """
    given = (globs,) if isinstance(globs, str) else tuple(globs)
    for glob in given:
        if not any(matches(slug, glob) for slug in all_ids()):
            raise UsageError(f"no rule matches {glob!r}; `samlcheck rules` lists them")
    return given


def _texts(texts: str | Iterable[str] | None) -> tuple[str, ...] | None:
    """Return class references given as a list or as one list with semicolons."""
    if texts is None:
        return None
    given = tuple(texts.split(";") if isinstance(texts, str) else texts)
    if not all(isinstance(text, str) for text in given):
        raise TypeError("authn_contexts must be text, or texts")
    return tuple(text.strip() for text in given if text.strip())


def _profile(choice: ProfileChoice) -> tuple[Profile, Automatic | None]:
    """Return the profile, and how to choose one from the documents where that is left open."""
    if choice is None:
        return load_profile(), None
    if isinstance(choice, Profile):
        return choice, None
    from samlcheck.profiles.choice import Automatic

    if choice == AUTOMATIC:
        choice = Automatic()
    if isinstance(choice, Automatic):
        return choice.load(), choice
    return (load_profile(choice) if isinstance(choice, str) else load_profile(*choice)), None


def context_of(
    now: datetime,
    profile: ProfileChoice,
    authn_contexts: str | Iterable[str] | None,
    select: str | Iterable[str],
    ignore: str | Iterable[str],
    trust: Iterable[bytes] = (),
) -> Context:
    """Return the circumstances of a check as the caller states them.

    :raises ValueError: for a `now` without time zone, an unknown profile or a glob for no rule.
    """
    chosen, automatic = _profile(profile)
    return Context(
        now=now,
        profile=chosen,
        automatic=automatic,
        authn_contexts=_texts(authn_contexts),
        authn_contexts_text=authn_contexts if isinstance(authn_contexts, str) else None,
        select=_globs(select),
        ignore=_globs(ignore),
        trust=_pins(trust),
    )


def _pins(trust: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return certificates to trust.

    :raises UsageError: for octets that hold no certificate with a usable key.
    """
    found = (trust,) if isinstance(trust, bytes) else tuple(trust)
    if found:
        from samlcheck.crypto import load_pinned

        for octets in found:
            if load_pinned(octets).public_key is None:
                raise UsageError("what is to be trusted is no certificate in PEM or DER")
    return found


def parse_metadata(data: Bytes) -> ParsedMetadata:
    """Return the model of a metadata document; never raises on its content."""
    given = input_of(data, "metadata")
    document = read_document(given.octets, source=given.name, limits=METADATA_LIMITS)
    metadata = None if document.root is None else build_metadata(document.root)
    return ParsedMetadata(document=document, metadata=metadata, defects=document.defects)


def metadata_of(data: MetadataGiven, name: str) -> ParsedMetadata:
    """Return metadata that was given as octets or text, or parsed before; `name` if it has none.

    :raises TypeError: for anything else.
    """
    return data if isinstance(data, ParsedMetadata) else parse_metadata(input_of(data, name))


def chosen_for(parsed: ParsedMetadata, side: str, wanted: str | None = None) -> Given:
    """Return a metadata document as one side, with the entity that is meant.

    `wanted` is the entityID that a message names; None where nothing tells.
    """
    entities = parsed.entities
    with_role = [item for item in entities if (item.sp if side == "sp" else item.idp) is not None]
    meant = [item for item in with_role if item.entity_id == wanted]
    chosen = meant[0] if meant else None
    problem = "duplicate" if len(meant) > 1 else None
    if chosen is None and with_role:
        chosen = with_role[0]
        if len(with_role) > 1:
            problem = "several"
    elif chosen is None and entities:
        problem = "wrong-role"
    elif chosen is None and parsed.document.root is not None:
        problem = "not-metadata"
    return Given(
        side=side,
        document=parsed.document,
        metadata=parsed.metadata,
        entity=chosen,
        problem=problem,
    )


def _readable(case: Case) -> bool:
    """Tell whether what is judged could be read; what is only evidence does not count."""
    if case.sent is not None and case.sent.brings_artifact:
        return True  # there is no XML to read
    judged = case.given_documents if case.kind == "pair" else case.given_documents[:1]
    return all(document.root is not None for document in judged)


def _picture(case: Case) -> Picture:
    """Return what can be drawn of a case; only a report with pictures needs it."""
    from samlcheck.engine.picture import picture_of

    return picture_of(case)


def _parties(case: Case) -> Parties:
    """Return who is involved; metadata alone involves nobody."""
    if case.kind not in ("message", "pair"):
        return Parties()
    from samlcheck.engine.involved import parties_of

    return parties_of(case)


def report_of(case: Case, origin: tuple[str, ...] = ()) -> Report:
    """Judge a case and return the report on it."""
    if case.context.automatic is not None:
        from samlcheck.engine.automatic import settle

        settle(case)
    plan = plan_for(case.kind, case.context)
    judged = judge_metadata(case, plan) if case.kind == "metadata" else judge(case, plan)
    kind: str | None = None
    verdict: str | None = None
    because: tuple[str, ...] = ()
    if case.kind == "message":
        from samlcheck.engine.message_facts import message_kind
        from samlcheck.engine.verdict import verdict_of

        kind = message_kind(case)
        verdict, because = verdict_of(case, judged, plan.selected)
    return make_report(
        case.context,
        plan,
        sources=tuple(document.source for document in case.given_documents),
        origin=origin,
        verdict=verdict,
        because=because,
        findings=judged.findings,
        totals=judged.totals,
        facts=facts_of(case),
        message_kind=kind,
        readable=_readable(case),
        parties=_parties(case),
        sight=Sight(partial(_picture, case)),
    )


def check_metadata(
    data: MetadataGiven,
    *,
    now: datetime,
    profile: ProfileChoice = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    trust: Iterable[bytes] = (),
) -> Report:
    """Check one metadata document, a single entity or an aggregate.

    :param data: the document's octets.
    :param now: the aware instant at which validity is judged.
    :param profile: profile name or names; None is the neutral base.
    :param select: globs over rule ids to run; none means all.
    :param ignore: globs over rule ids to leave out.
    :param trust: certificates, PEM or DER, one of whose keys must have signed the document; none
        leaves open whether its signature is to be trusted, and the report says so.
    :raises ValueError: for a `now` without time zone, an unknown profile, a glob that matches no
        rule or a certificate that is none; never for the data.
    """
    parsed = metadata_of(data, "metadata")
    case = Case(
        kind="metadata",
        context=context_of(now, profile, None, select, ignore, trust),
        documents=(parsed.document,),
        metadata=parsed.metadata,
    )
    return report_of(case)


def check_pair(
    *,
    sp: MetadataGiven,
    idp: MetadataGiven,
    now: datetime,
    profile: ProfileChoice = None,
    authn_contexts: str | Iterable[str] | None = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
) -> Report:
    """Check whether an SP and an IdP can work together, from their metadata.

    :raises ValueError: for a `now` without time zone, an unknown profile or a glob that matches no
        rule; never for the data.
    """
    given = (
        chosen_for(metadata_of(sp, "SP metadata"), "sp"),
        chosen_for(metadata_of(idp, "IdP metadata"), "idp"),
    )
    case = Case(
        kind="pair",
        context=context_of(now, profile, authn_contexts, select, ignore),
        documents=tuple(item.document for item in given),
        given=given,
    )
    return report_of(case)
