"""The keys that a signature is tried against, each with its owner and its right to be trusted."""

from __future__ import annotations

from functools import lru_cache

from samlcheck.crypto.certificates import CertificateFacts, load_certificate, read_certificate
from samlcheck.model import EntityDescriptor, Node, RoleDescriptor
from samlcheck.records import frozen


@frozen(kw_only=True, eq=False)
class KeyCandidate:
    """A certificate that might have made a signature.

    `trusted` is True only for keys that the peer's metadata names for signing, or that the
    caller pinned; a key out of the message's own KeyInfo never is.
    """

    facts: CertificateFacts
    node: Node | None
    owner: str
    purpose: str  # "signing", "encryption", "embedded", "pinned"
    trusted: bool

    @property
    def words(self) -> str:
        """The candidate in words: whose key, for what, and its short fingerprint."""
        print_ = f"SHA-256 {self.facts.short_fingerprint}..."
        if self.purpose == "embedded":
            return f"the certificate carried in the message ({self.facts.subject}, {print_})"
        if self.purpose == "pinned":
            return f"the pinned certificate ({self.facts.subject}, {print_})"
        return f"the {self.purpose} certificate of {self.owner} ({self.facts.subject}, {print_})"


def role_candidates(
    entity: EntityDescriptor,
    role: RoleDescriptor,
    read: CertificateReader,
    *,
    trusted: bool = True,
) -> tuple[KeyCandidate, ...]:
    """Return the certificates of a role: those for signing trusted, those for encryption not."""
    owner = entity.entity_id or "(an entity without entityID)"
    found = []
    for key in role.keys:
        if key.key_info is None:
            continue
        for certificate in key.key_info.certificates:
            facts = read(certificate.text)
            if facts.public_key is None:
                continue
            found.append(
                KeyCandidate(
                    facts=facts,
                    node=certificate,
                    owner=owner,
                    purpose="signing" if key.signs else "encryption",
                    trusted=trusted and key.signs,
                )
            )
    return tuple(found)


def load_pinned(octets: bytes) -> CertificateFacts:
    """Return what a certificate file holds that a caller trusts: PEM or DER."""
    text = octets.decode("latin-1")
    return read_certificate(text) if "-----BEGIN" in text else load_certificate(octets)


#: So many distinct certificates are kept; a large aggregate has ten thousand.
_MOST_KEPT = 250
#: Of so many certificates, the last ones that any run has read, the next run knows what they hold.
_MOST_SHARED, _LONGEST_SHARED = 128, 8192


class CertificateReader:
    """Reads certificate texts, each distinct one once in a while; lives as long as one run."""

    def __init__(self) -> None:
        self._known: dict[str, CertificateFacts] = {}

    def __call__(self, text: str) -> CertificateFacts:
        """Return the facts of a ds:X509Certificate text."""
        facts = self._known.get(text)
        if facts is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            short = len(text) <= _LONGEST_SHARED and "-----" not in text
            facts = self._known[text] = _shared(text) if short else read_certificate(text)
        return facts


@lru_cache(maxsize=_MOST_SHARED)  # public data, and what is kept follows from the text alone
def _shared(text: str) -> CertificateFacts:
    return read_certificate(text)
