"""Rules on the IDs of messages: whether they can be guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, AuthnRequest, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.rule import IDP, SP, WARNING, Hit, example, hit, rule

#: Fewer random characters than these cannot be called unguessable, whatever the alphabet. Core
#: 1.3.4 demands 128 bits; UUIDs have 122 and are left in peace.
_FEWEST_BITS: Final = 64
_SHORT: Final = ('ID="_b07d5a3e1f6249c8bd93026ea41c7f58"', 'ID="_7f58"')


@rule(
    "id-entropy",
    on=(Response, Assertion, AuthnRequest),
    severity=WARNING,
    cites=[core("1.3.4")],
    owner=IDP,
    unless=["xsw-*"],
    bad=[
        example("response", _SHORT),
        example("response", (_SHORT[0], 'ID="_20261123095930123"')),
        example("request", ('ID="_8e5f1c2a90b74d36ae21f47b03c9d815"', 'ID="id42"')),
    ],
    good=[
        example("response"),
        example("response", (_SHORT[0], 'ID="id6c1c178c-166d-4866-87be-4aaf5e482730"')),
    ],
)
def guessable(node: Response | Assertion | AuthnRequest, case: Case) -> Iterator[Hit]:
    """The ID of the message can be guessed.

    The ID is too short to be random, or is made of digits only, as counters and times are.

    Why: an ID ties an answer to its request and lets a receiver recognise a message that is sent
    twice; one that is easily guessed, or comes again after a while, does neither.
    Fix: Let the sender generate a random ID of at least 128 bits for each message.
    """
    if node is not case.message:
        return
    text = node.id or ""
    if not text.strip():
        return
    bits = _bits(text)
    if bits < _FEWEST_BITS:
        yield hit(
            node,
            f"The ID {text!r} can be guessed: it has room for about {bits} random bits",
            attribute="ID",
            expected="a random ID of at least 128 bits",
            actual=text,
            owner=SP if isinstance(node, AuthnRequest) else None,
        )


def _bits(text: str) -> int:
    """Return how many random bits an ID can hold at most, its prefix left out."""
    body = re.sub(r"^(?:_|[A-Za-z]+[_\-.:])*", "", text) or text
    body = re.sub(r"[_\-.]", "", body)
    if re.fullmatch(r"[A-Za-z]{0,3}[0-9]+", body):
        return int(len(body.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) * 3.32)
    if re.fullmatch(r"[0-9a-fA-F]+", body):
        return len(body) * 4
    return int(len(body) * 5.9)


RULES = (guessable,)
