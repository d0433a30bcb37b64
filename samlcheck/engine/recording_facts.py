"""What a recording of browser traffic tells of the message judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from samlcheck.engine.metadata_facts import Fact
from samlcheck.rules.case import Case

if TYPE_CHECKING:
    from samlcheck.intake import Exchange


def recording_facts(case: Case) -> Iterator[Fact]:
    """Yield when the message travelled, and what the browser was answered."""
    exchange = None if case.sent is None else case.sent.exchange
    if exchange is None:
        return
    yield "captured", _captured(exchange, case)
    if exchange.sent and (exchange.status is not None or exchange.steps):
        yield "answered", _answered(exchange)


def _captured(exchange: Exchange, case: Case) -> str:
    from samlcheck.rules.wording import instant_words

    words = f"entry {exchange.entry} of {exchange.entries}"
    if not exchange.sent:
        words += ", not seen to be sent"
    if exchange.started is None:
        return words
    judged = ", and judged as of then" if exchange.started == case.now else ""
    return f"{instant_words(exchange.started)}{judged}; {words}"


def _answered(exchange: Exchange) -> str:
    from samlcheck.rules.message.status_words import told
    from samlcheck.rules.rule import masked
    from samlcheck.rules.wording import received_words

    words = "nothing" if exchange.status is None else f"HTTP {exchange.status}"
    for step in exchange.steps[:3]:
        status = "" if step.status is None else f" (HTTP {step.status})"
        words += f", then {received_words(step.address)}{status}"
    if len(exchange.steps) > 3:
        words += f" and {len(exchange.steps) - 3} redirects more"
    if exchange.page_title:
        words += f'; the page is called "{told(exchange.page_title, ())}"'
    return masked(words)
