"""The messages of a login as they travelled: what a sequence diagram of it shows.

`Report.exchanges` holds one `RecordedExchange` for each message that was found in what was given,
the oldest first, whether it came out of a recording of browser traffic or stood alone. Of one that
stood alone the message is known, and no more: what only a recording tells is None then.

How to draw it: for each exchange, an arrow from `sender` to `receiver` (through the browser) with
`message_kind`, `binding` and `at`; below it `http_status`, the `hops` by which the browser was sent
on, and the `pages` that it showed in the end. `answers` joins a response to its request. An
exchange with `judged` is the one that the report is about: its findings are those of the report.
One that is `checked` besides has `findings` of its own. What was not checked is drawn unmarked.

All texts are masked: neither values of cookies, headers, forms and queries nor names of people are
in them; the beginnings of pages are shown as far as their words tell of nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from samlcheck.records import frozen

if TYPE_CHECKING:
    from samlcheck.engine.report import Finding


@frozen(kw_only=True)
class Hop:
    """Where an answer sent the browser, without the query, and the HTTP status answered there."""

    url: str
    status: int | None


@frozen(kw_only=True)
class ShownPage:
    """A page that the browser got after a message: its address without query, title, words.

    `codes` are the error codes of vendors in it, such as AADSTS50105.
    """

    url: str
    status: int | None
    title: str | None
    text: str | None
    codes: tuple[str, ...] = ()


@frozen(kw_only=True)
class RecordedExchange:
    """One message, the HTTP request that carried it, and what came of it.

    `number` counts from 1 over all that was given; `source` names the file, `entry` the place in
    its recording. `url` is where the message was sent, without query, fragment, user name.
    `at` is the instant of the request (RFC 3339, UTC). `sent` is False for a form or redirect that
    nobody followed. `sender` and `receiver` are "sp", "idp" or None where nothing tells.
    `parameter` is SAMLRequest, SAMLResponse, SAMLart or None; `binding` such as HTTP-Redirect.
    `relay_state` is the number of its octets, None where none came. `message_kind` is such as
    AuthnRequest; `status` the chain of status codes of a response, outermost first, such as
    ("Responder", "NoPassive").

    `answers` is the number of the exchange with the request, `answered_by` that with the response;
    `paired_by` says what tells so: InResponseTo, RelayState, cookies or order. `cookies` are the
    names of those that the browser sent, None where the recording has none at all; `lost_cookies`
    of those that the same site had set before and that were not sent.

    `judged` tells that the report is about this message; `checked` that it was checked besides,
    with `findings` of its own, the gravest of which has the severity `worst`.
    """

    number: int
    source: str
    entry: int | None = None
    method: str | None = None
    url: str | None = None
    at: str | None = None
    sent: bool = True
    http_status: int | None = None
    hops: tuple[Hop, ...] = ()
    pages: tuple[ShownPage, ...] = ()
    cookies: tuple[str, ...] | None = None
    lost_cookies: tuple[str, ...] = ()
    sender: str | None = None
    receiver: str | None = None
    parameter: str | None = None
    binding: str | None = None
    relay_state: int | None = None
    message_kind: str | None = None
    message_id: str | None = None
    in_response_to: str | None = None
    issued: str | None = None
    issuer: str | None = None
    destination: str | None = None
    status: tuple[str, ...] = ()
    answers: int | None = None
    paired_by: str | None = None
    answered_by: int | None = None
    judged: bool = False
    checked: bool = False
    worst: str | None = None
    findings: tuple[Finding, ...] = ()
