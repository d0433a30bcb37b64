"""What is judged and under which circumstances: the Case and its Context."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import attrs
from lxml.etree import _Element as Element

from samlcheck.model import (
    ArtifactResponse,
    Assertion,
    AuthnRequest,
    Carrier,
    EncryptedElement,
    EntityDescriptor,
    IDPSSODescriptor,
    KeyDescriptor,
    Message,
    Metadata,
    Node,
    Response,
    RoleDescriptor,
    Signature,
    SPSSODescriptor,
    X509Certificate,
    entities_of,
)
from samlcheck.profiles import Profile
from samlcheck.records import frozen
from samlcheck.rules.senders import IDP_SIDE, SP_SIDE, answers, likely_side, sender_side
from samlcheck.xml import Document

if TYPE_CHECKING:
    from samlcheck.crypto import (
        CertificateFacts,
        CertificateReader,
        DetachedCheck,
        IdIndex,
        KeyCandidate,
        SignatureCheck,
    )
    from samlcheck.intake import Exchange
    from samlcheck.profiles.choice import Automatic
    from samlcheck.rules.decrypting import Decrypted, DecryptedAssertion, Decryptor


Made = TypeVar("Made")
Subject = TypeVar("Subject")

#: SAML is younger and every certificate ends earlier; inside, arithmetic with instants is safe.
_FIRST_YEAR, _LAST_YEAR = 1990, 9900
#: So many signatures of a message are examined, and so many in metadata that cover not just their
#: parent; and so many that cover one and the same parent.
MOST_SIGNATURES, MOST_SIGNATURES_OF_ONE = 32, 8


def _aware(_: Context, __: attrs.Attribute[datetime], value: datetime) -> None:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("now must be a datetime with a time zone")
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(f"now must lie between {_FIRST_YEAR} and {_LAST_YEAR}")


@frozen(kw_only=True)
class Context:
    """The circumstances of a check: the evaluation instant, the profile, what the caller wants.

    :raises ValueError: when `now` has no time zone or lies outside 1990 to 9900.
    """

    now: datetime = attrs.field(validator=_aware)
    profile: Profile
    authn_contexts: tuple[str, ...] | None = None
    #: The same as one text, where it was given so.
    authn_contexts_text: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    #: Certificates (PEM or DER) whose keys alone may have signed the metadata that is checked.
    trust: tuple[bytes, ...] = ()
    #: The profile is to be chosen from the documents; `choice` then says what was, and why.
    automatic: Automatic | None = None
    choice: tuple[str, ...] = ()

    @property
    def typed_authn_contexts(self) -> tuple[str | None, str]:
        """The list of accepted classes as somebody typed it, and what stands between two items."""
        if self.authn_contexts_text is not None:
            return self.authn_contexts_text, ";"
        if self.authn_contexts is not None:
            return None, ";"
        return self.profile.authn_context_configured, self.profile.authn_context_separator

    @property
    def skew(self) -> timedelta:
        """The clock difference that a receiver tolerates."""
        return self.profile.max_clock_skew

    @property
    def allowed_authn_contexts(self) -> tuple[str, ...]:
        """The class references that the SP accepts; empty when nobody said."""
        if self.authn_contexts is not None:
            return self.authn_contexts
        return self.profile.authn_contexts


@frozen(kw_only=True, eq=False)
class Pair:
    """The SP role and the IdP role that shall work together."""

    sp: EntityDescriptor
    idp: EntityDescriptor
    sp_role: SPSSODescriptor
    idp_role: IDPSSODescriptor


@frozen(kw_only=True, eq=False)
class Given:
    """A metadata document handed in as one side, and the entity chosen from it.

    `side` is "sp" or "idp". `entity` is None when the document has no entity with that role.
    `problem` is wrong-role or not-metadata then; several, where nothing told which of several
    entities takes part; duplicate, where several have the entityID that the message names.
    """

    side: str
    document: Document
    metadata: Metadata | None
    entity: EntityDescriptor | None
    problem: str | None


@frozen(kw_only=True, eq=False)
class GivenRequest:
    """A document handed in as the AuthnRequest that was answered, and what it turned out to be."""

    document: Document
    message: Message | None
    sent: Sent | None = None


@frozen(kw_only=True, eq=False)
class Sent:
    """How a message travelled, as far as the capture tells.

    `binding` is the short name, such as HTTP-Redirect. `query` holds the octets of a query string
    as captured, None where they are lost. `parameters` are the SAML parameters as the receiver
    decodes them, in their order. `form_action` and `form_method` are those of the HTML form.
    `exchange` is what a recording of browser traffic tells, and `left_over` names the messages of
    the same capture that are neither judged nor belong to the one that is.
    """

    parameter: str | None
    binding: str | None
    url: str | None
    relay_state: str | None
    query: bytes | None = None
    parameters: tuple[tuple[str, bytes], ...] = ()
    form_action: str | None = None
    form_method: str | None = None
    exchange: Exchange | None = None
    left_over: tuple[str, ...] = ()

    @property
    def brings_artifact(self) -> bool:
        """Tell whether a reference came instead of the message."""
        return self.parameter == "SAMLart"

    def values(self, name: str) -> list[bytes]:
        """Return the values of a parameter, in their order."""
        return [value for key, value in self.parameters if key == name]


@frozen(eq=False)
class History:
    """That messages went before the one that is judged; `case.earlier` holds them."""

    earlier: tuple[Case, ...]


class kept(Generic[Made]):  # noqa: N801 - a decorator, like property
    """A property that is computed on first use and then kept, without a lock."""

    __slots__ = ("_make", "_name")

    def __init__(self, make: Callable[[Any], Made]) -> None:
        self._make = make
        self._name = make.__name__

    def __get__(self, case: Case, owner: type) -> Made:
        """Return the value; it lies before this property from then on."""
        value = case.__dict__[self._name] = self._make(case)
        return value


class Case:
    """All evidence of one check, parsed once; answers what rules ask in common.

    Signature checks, certificates and decryptions are computed on first use and kept for the run.
    """

    def __init__(  # noqa: PLR0913 - a case has this many parts
        self,
        *,
        kind: str,
        context: Context,
        documents: Sequence[Document],
        metadata: Metadata | None = None,
        message: Message | None = None,
        given: Sequence[Given] = (),
        peers: Sequence[EntityDescriptor] = (),
        given_request: GivenRequest | None = None,
        sent: Sent | None = None,
        carriers: Sequence[Carrier] = (),
        earlier: Sequence[Case] = (),
        decryption_keys: Sequence[bytes] = (),
        certificates: CertificateReader | None = None,
        digests: Mapping[Element, bytes] | None = None,
    ) -> None:
        """Take the evidence; `kind` is metadata, pair or message.

        `carriers` is what the message stands in, outermost first; `earlier` holds the cases of the
        messages that went before it, in their order.
        `certificates` is shared by the parts of one document: what one has read serves the next.
        `digests` holds the digests of signature references that cover more than the documents.
        """
        self.kind = kind
        self.context = context
        self.given_documents = tuple(documents)
        self.metadata = metadata
        self.message = message
        self.given = tuple(given)
        self.sp = next((item.entity for item in given if item.side == "sp"), None)
        self.idp = next((item.entity for item in given if item.side == "idp"), None)
        self.peers = tuple(peers)
        self.given_request = given_request
        self.answered = None if given_request is None else given_request.message
        self.request = self.answered if isinstance(self.answered, AuthnRequest) else None
        self.sent = sent
        self.carriers = tuple(carriers)
        self.earlier = tuple(earlier)
        self._keys = tuple(decryption_keys)
        self._checks: dict[Element, SignatureCheck] = {}
        self._ids: dict[Element, IdIndex] = {}
        self._examined: Counter[Element | None] = Counter()
        self._reader = certificates
        self._digests = digests or {}
        self._valid: dict[Element, bool] = {}
        self._latest: dict[object, tuple[object, Any]] = {}
        self._opened: tuple[Decrypted, ...] | None = None
        if self._keys:
            _ = self.opened  # what names and attributes hold is known before anybody asks

    def judge_under(self, context: Context) -> None:
        """Take other circumstances, before anything has been judged."""
        self.context = context
        for name in ("profile", "now"):
            self.__dict__.pop(name, None)

    @property
    def message_document(self) -> Document | None:
        """The document of the message itself; None in other kinds of check."""
        return self.given_documents[0] if self.kind == "message" else None

    @property
    def size(self) -> int:
        """The number of octets of the first document."""
        return len(self.given_documents[0].data) if self.given_documents else 0

    @property
    def unusable(self) -> tuple[str, ...]:
        """What was given and cannot be used: "sp", "idp", "request"."""
        sides = [item.side for item in self.given if item.entity is None]
        if self.given_request is not None and not answers(self.message, self.answered):
            sides.append("request")
        return tuple(sides)

    @kept
    def profile(self) -> Profile:
        """The resolved profile of the context."""
        return self.context.profile

    @kept
    def now(self) -> datetime:
        """The evaluation instant."""
        return self.context.now

    @kept
    def response(self) -> Response | None:
        """The message when it is a Response."""
        return self.message if isinstance(self.message, Response) else None

    @kept
    def sender_side(self) -> str | None:
        """The side that sent the message, "sp" or "idp"; None when nothing tells which."""
        return sender_side(self.message, self.sp, self.idp)

    @kept
    def sender(self) -> EntityDescriptor | None:
        """The metadata of the side that sent the message; None when not given or not known."""
        side = self.sender_side
        return self.sp if side == SP_SIDE else self.idp if side == IDP_SIDE else None

    @property
    def sending_owner(self) -> str:
        """The side that has to repair the message: that which sent it, most likely at least."""
        return self.sender_side or likely_side(self.message)

    @property
    def sp_role(self) -> SPSSODescriptor | None:
        """The SP role of the SP metadata given."""
        return None if self.sp is None else self.sp.sp

    @property
    def idp_role(self) -> IDPSSODescriptor | None:
        """The IdP role of the IdP metadata given."""
        return None if self.idp is None else self.idp.idp

    @kept
    def sp_roles(self) -> tuple[SPSSODescriptor, ...]:
        """All SP roles for SAML 2.0 of the SP metadata given; the one there is, where none is."""
        return _saml2(tuple(role for item in self._namesakes("sp") for role in item.sp_roles))

    @kept
    def idp_roles(self) -> tuple[IDPSSODescriptor, ...]:
        """All IdP roles for SAML 2.0 of the IdP metadata given; the one there is, where none is."""
        return _saml2(tuple(role for item in self._namesakes("idp") for role in item.idp_roles))

    def _namesakes(self, side: str) -> Iterator[EntityDescriptor]:
        """Yield the entity of a side, and those of the same name where its document has several."""
        for given in self.given:
            if given.side == side and given.entity is not None:
                yield given.entity
                if given.problem == "duplicate" and given.metadata is not None:
                    for entity in entities_of(given.metadata):
                        same = entity.entity_id == given.entity.entity_id
                        if same and entity is not given.entity:
                            yield entity

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents given and those that decryption brought to light."""
        inner = tuple(item.document for item in self.opened if item.document is not None)
        return self.given_documents + inner

    def document_of(self, subject: Node | Element) -> Document | None:
        """Return the document that an element or model object is part of."""
        element = subject.element if isinstance(subject, Node) else subject
        root = element.getroottree().getroot()
        for document in self.documents:
            if document.root is root:
                return document
        for case in reversed(self.earlier):
            for document in case.own_documents:
                if document.root is root:
                    return document
        return None

    def schema_valid(self, element: Element) -> bool:
        """Tell whether the schemas of the SAML family accept an element as it stands.

        A very large element is not given to them and counts as not accepted.
        """
        found = self._valid.get(element)
        if found is None:
            from samlcheck.xml.schema import schema_errors

            found = self._valid[element] = schema_errors(element) == ()
        return found

    def once(self, make: Callable[[Subject, Case], Made], subject: Subject) -> Made:
        """Return what a function makes of a subject: made once, kept until another one comes.

        For what several rules on the same subject ask.
        """
        kept = self._latest.get(make)
        if kept is None or kept[0] is not subject:
            kept = self._latest[make] = subject, make(subject, self)
        return cast("Made", kept[1])

    @property
    def own_documents(self) -> tuple[Document, ...]:
        """The document of the message and those that its decryption has brought to light."""
        inner = tuple(item.document for item in self._opened or () if item.document is not None)
        return (*self.given_documents[:1], *inner)

    @kept
    def relied_on_keys(self) -> tuple[KeyDescriptor, ...]:
        """The key descriptors whose certificates decide whether the message is believed."""
        return tuple(key for role in self._signing_roles for key in role.signing_keys)

    @kept
    def _signing_roles(self) -> Sequence[RoleDescriptor]:
        """The roles of the sender whose keys sign the message."""
        side = self.sender_side
        return self.sp_roles if side == SP_SIDE else self.idp_roles if side == IDP_SIDE else ()

    # -- assertions ------------------------------------------------------------------------

    @property
    def opened(self) -> tuple[Decrypted, ...]:
        """The outcome of decryption for each encrypted part of the message."""
        if self._opened is None:
            if self.kind != "message" or self.message is None:
                return ()
            self._opened = ()  # documents are asked for while decrypting
            self._opened = tuple(self._decryptor.opened(self.message, self.message_document))
        return self._opened

    @property
    def decrypted(self) -> tuple[DecryptedAssertion, ...]:
        """The outcome of decryption for each EncryptedAssertion of the response."""
        found = self.opened
        if not found:
            return ()
        from samlcheck.rules.decrypting import DecryptedAssertion

        return tuple(item for item in found if isinstance(item, DecryptedAssertion))

    def encrypted_keys(self, encrypted: EncryptedElement) -> tuple[Element, ...]:
        """Return the EncryptedKeys of an element, also those that RetrievalMethod names."""
        return self._decryptor.encrypted_keys(encrypted)

    def is_decrypted(self, document: Document) -> bool:
        """Tell whether a document is one that decryption brought to light."""
        opened = self.opened
        return bool(opened) and any(item.document is document for item in opened)

    @kept
    def decryption_key_ids(self) -> frozenset[bytes]:
        """The public halves of the private keys given, as `CertificateFacts.key_id` has them."""
        if not self._keys:
            return frozenset()
        from samlcheck.crypto import load_private_keys, public_key_id

        return frozenset(public_key_id(key) for key in load_private_keys(self._keys))

    @kept
    def _decryptor(self) -> Decryptor:
        from samlcheck.rules.decrypting import Decryptor

        if not self._keys:
            return Decryptor(())
        from samlcheck.crypto import load_private_keys

        return Decryptor(load_private_keys(self._keys))

    @property
    def assertions(self) -> tuple[Assertion, ...]:
        """The assertions that a receiver would read: direct children, decrypted ones, or itself."""
        if isinstance(self.message, Assertion):
            return (self.message,)
        response = self.response
        if response is None:
            return ()
        decrypted = self.decrypted
        if not decrypted:
            return response.assertions
        return self.once(_read_assertions, response)

    # -- keys and signatures ---------------------------------------------------------------

    @property
    def _certificates(self) -> CertificateReader:
        if self._reader is None:
            from samlcheck.crypto import CertificateReader

            self._reader = CertificateReader()
        return self._reader

    def certificate(self, node: X509Certificate) -> CertificateFacts:
        """Return what a certificate element holds; each distinct text is read once."""
        return self._certificates(node.text)

    def check(self, signature: Signature) -> SignatureCheck:
        """Return the structured answer for a signature, computed once."""
        found = self._checks.get(signature.element)
        if found is None:
            found = self._checks[signature.element] = self._verified(signature)
        return found

    def _verified(self, signature: Signature) -> SignatureCheck:
        """Try the keys that may have made a signature; only where none of them did, all others."""
        from samlcheck.crypto import verify_signature

        verify = partial(
            verify_signature,
            signature,
            now=self.now,
            digests=self._digests,
            ids=self.ids(signature.element),
            examine=self._examines(signature),
        )
        entitled = self._entitled_keys
        if entitled:
            found = verify(entitled)
            if found.status == "valid":
                return found
        return verify((*entitled, *self._other_keys(), *self._embedded(signature)))

    @kept
    def detached(self) -> DetachedCheck | None:
        """The answer for the signature beside the message, in a query string or form.

        None where there is none, where it is incomplete, or what it covers is not in the capture.
        """
        from samlcheck.rules.detached import check_detached

        return check_detached(self, self._known_keys)

    def ids(self, element: Element) -> IdIndex:
        """Return the IDs of the document that an element is part of; looked for once."""
        root = element.getroottree().getroot()
        found = self._ids.get(root)
        if found is None:
            from samlcheck.crypto import IdIndex

            found = self._ids[root] = IdIndex(root)
        return found

    def _examines(self, signature: Signature) -> bool:
        """Tell whether a signature is to be computed; what costs more than its length is bounded.

        Each signature digests what it covers. Those that cover their own parent cost little in
        all, unless many stand in one parent; any others may all cover the whole document.
        """
        parent = signature.parent
        own = parent is not None and [item.uri for item in signature.references] == [
            f"#{parent.get('ID')}"
        ]
        group = parent if own and self.kind != "message" else None
        self._examined[group] += 1
        most = MOST_SIGNATURES if group is None else MOST_SIGNATURES_OF_ONE
        return self._examined[group] <= most

    @property
    def unexamined(self) -> bool:
        """Tell whether a signature was one too many to be examined."""
        return self._examined[None] > MOST_SIGNATURES

    @kept
    def _entitled_keys(self) -> tuple[KeyCandidate, ...]:
        """The keys of the sender's roles for SAML 2.0, or those that the caller pinned."""
        if self.kind != "message":
            return tuple(self._pinned())
        sender = self.sender
        if sender is None:
            return ()
        from samlcheck.crypto import role_candidates

        return tuple(
            key
            for role in self._signing_roles
            for key in role_candidates(sender, role, self._certificates)
        )

    def _pinned(self) -> Iterator[KeyCandidate]:
        """Yield the keys that the caller trusts to sign metadata."""
        from samlcheck.crypto import KeyCandidate, load_pinned

        for octets in self.context.trust:
            facts = load_pinned(octets)
            if facts.public_key is not None:
                yield KeyCandidate(
                    facts=facts, node=None, owner="the caller", purpose="pinned", trusted=True
                )

    def _known_keys(self) -> Iterator[KeyCandidate]:
        """Yield the keys of the sender's roles for SAML 2.0 as trusted, then all others."""
        yield from self._entitled_keys
        yield from self._other_keys()

    def _other_keys(self) -> Iterator[KeyCandidate]:
        """Yield the keys of all other roles in the metadata given, which nobody trusts here."""
        if self.kind != "message":
            return
        from samlcheck.crypto import role_candidates

        signing = self._signing_roles
        known = [item for item in (self.sp, self.idp, *self.peers) if item is not None]
        for entity in dict.fromkeys(known):
            for role in entity.roles:
                if role not in signing:
                    yield from role_candidates(entity, role, self._certificates, trusted=False)

    def _embedded(self, signature: Signature) -> Iterator[KeyCandidate]:
        """Yield the keys that the message itself carries: tried to explain, never trusted."""
        from samlcheck.crypto import KeyCandidate

        for certificate in () if signature.key_info is None else signature.key_info.certificates:
            facts = self._certificates(certificate.text)
            if facts.public_key is not None:
                yield KeyCandidate(
                    facts=facts,
                    node=certificate,
                    owner="the message",
                    purpose="embedded",
                    trusted=False,
                )

    def covering(self, assertion: Assertion) -> tuple[Signature, ...]:
        """Return the signatures that stand where they could cover an assertion."""
        outer = [item.signatures for item in self.carriers if isinstance(item, ArtifactResponse)]
        if self.response is not None:
            outer.append(self.response.signatures)
        return assertion.signatures + tuple(found for group in reversed(outer) for found in group)


def _read_assertions(response: Response, case: Case) -> tuple[Assertion, ...]:
    inner = tuple(item.assertion for item in case.decrypted if item.assertion is not None)
    return response.assertions + inner


R = TypeVar("R", bound=RoleDescriptor)


def _saml2(roles: tuple[R, ...]) -> tuple[R, ...]:
    """Return the roles that speak SAML 2.0, or the first one there is."""
    return tuple(role for role in roles if role.is_saml2) or roles[:1]
