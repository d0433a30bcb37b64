"""Rewrite one message: who it is about is replaced, what is wrong with it stays."""

from __future__ import annotations

import binascii
import re
from itertools import cycle
from typing import Final

from samlcheck.redaction import _policy as policy
from samlcheck.redaction._markup import Name, Rules, rewritten
from samlcheck.redaction._standins import StandIns
from samlcheck.redaction._urls import endpoint
from samlcheck.redaction._words import told
from samlcheck.xml.names import SAML, SAMLP
from samlcheck.xml.secrets import secret_spans, without_secrets

#: Base64 that stands in for signatures, digests and ciphertexts; it decodes to "redacted".
_FILL: Final = "cmVkYWN0ZWRy"
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]")
_BEFORE_PADDING: Final = re.compile(r"[A-Za-z0-9+/](?=\s*=)")
_LOGIN: Final = frozenset(((SAML, "Assertion"), (SAMLP, "Response"), (SAML, "EncryptedAssertion")))
# An artifact of type 4: its first octets name the issuer, the rest is the secret (Bindings 3.6.4).
_PUBLIC_OF_ARTIFACT: Final = 32
_DIALECT: Final = re.compile(r"\b(DOCTYPE|SYSTEM|PUBLIC|ENTITY|ELEMENT|ATTLIST)\b")


def redacted_xml(text: str, standins: StandIns) -> str:
    """Return a message with stand-ins for whatever is about a person, and for what is secret.

    Signatures and digests of a login are replaced, too: they let whoever has them try guesses at
    what was replaced. A request in which there is nothing to replace stays as it is.
    """
    rules = _MessageRules(standins, proofs=False)
    plain = rewritten(text, rules)
    if plain == text and not rules.is_login:
        return text
    return rewritten(text, _MessageRules(standins, proofs=True))


def filled_base64(text: str) -> str:
    """Return Base64 of the same length that holds nothing; what is no Base64 in it stays."""
    fill = cycle(_FILL)
    made = _BASE64.sub(lambda _: next(fill), text)
    # In front of padding XML Schema allows no letter that has bits to spare.
    return _BEFORE_PADDING.sub("A", made)


class _MessageRules(Rules):
    """Replaces what is not known to be harmless."""

    def __init__(self, standins: StandIns, *, proofs: bool) -> None:
        self.standins = standins
        self.proofs = proofs
        self.is_login = False
        self._by_action = {
            policy.IDENTIFIER: standins.identifier,
            policy.TERM: standins.public,
            policy.PLAIN: standins.swept,
            policy.ENDPOINT: lambda value: endpoint(value, standins),
            policy.VALUE: standins.value,
            policy.SESSION: self._session,
            policy.TOLD: lambda value: told(value, standins),
            policy.SEALED: self._sealed,
            policy.PROOF: self._proof,
            policy.ARTIFACT: lambda value: redacted_artifact(value, standins),
            policy.ADDRESS: self._address,
        }

    def text(self, around: list[Name], value: str) -> str:
        """Return what stands in place of the text of an element."""
        if not around:
            return self._outside(value)
        name = around[-1]
        self.is_login = self.is_login or not _LOGIN.isdisjoint(around)
        if name in policy.KEPT_TEXTS and not self._about_person(around):
            self.standins.met.certified[_readable(value)] = None
            return self._kept(value)
        action = policy.TEXTS.get((name[0] or "", name[1]), policy.VALUE)
        if self._about_person(around[:-1]) and action is not policy.TOLD:
            action = policy.VALUE
        return self._by_action[action](self._kept(value))

    def attribute(self, around: list[Name], name: Name, value: str) -> str:
        """Return what stands in place of the value of an attribute of the innermost element."""
        self.is_login = self.is_login or around[-1] in _LOGIN
        namespace, local = name
        action = policy.ATTRIBUTES.get(local, policy.VALUE)
        if around[-1][0] not in policy.KNOWN or namespace not in (None, *policy.KNOWN):
            action = policy.VALUE
        if self._about_person(around[:-1]) and local not in policy.INSIDE:
            action = policy.VALUE
        if action == policy.PLAIN and local in ("ID", "AssertionID"):
            self.standins.met.ids[value] = None
        return self._by_action[action](value)

    def other(self, value: str) -> str:
        """Return what stands in place of a comment, an instruction or a piece of a DTD."""
        return self.standins.value(value)

    def broken(self, value: str) -> str:
        """Return what stands in place of markup that breaks off or is none.

        The names of elements in it are no secrets, though nobody can tell them from what is.
        """
        parts = _DIALECT.split(value)
        parts[::2] = [self.standins.stand_in(self.standins.swept(part)) for part in parts[::2]]
        return "".join(parts)

    def _outside(self, value: str) -> str:
        """Return text outside of the root element: of a DTD, or of a broken message."""
        parts = _DIALECT.split(value)
        parts[::2] = [self.standins.value(part) for part in parts[::2]]
        return "".join(parts)

    def _about_person(self, around: list[Name]) -> bool:
        return not policy.AROUND.isdisjoint(around)

    def _kept(self, value: str) -> str:
        """Return a text without private keys."""
        for start, end in secret_spans(value):
            self.standins.secret(value[start:end])
        return without_secrets(value)

    def _session(self, value: str) -> str:
        """Return an index of a session: it stays where it is the ID of a message as well."""
        ids = value.strip() in self.standins.known.ids or value.strip() in self.standins.met.ids
        return value if ids else self.standins.value(value)

    def _sealed(self, value: str) -> str:
        self.standins.secret("".join(value.split()))
        return filled_base64(value)

    def _proof(self, value: str) -> str:
        return self._sealed(value) if self.proofs else value

    def _address(self, value: str) -> str:
        loopback = value.strip() in ("127.0.0.1", "::1", "localhost")
        return value if loopback else self.standins.value(value)


def _readable(text: str) -> str:
    """Return what can be read in a certificate or key, and in names beside it."""
    try:
        octets = binascii.a2b_base64(text.encode("ascii"))
    except (ValueError, binascii.Error):
        octets = b""
    return f"{text}\n{octets.decode('utf-8', 'replace')}".lower()


def redacted_artifact(value: str, standins: StandIns) -> str:
    """Return an artifact without the handle by which the message can be fetched."""
    made = value[:_PUBLIC_OF_ARTIFACT] + filled_base64(value[_PUBLIC_OF_ARTIFACT:])
    if made == value:
        return standins.value(value)
    standins.secret(value)
    return made
