"""Recordings of browser traffic: which of their requests carry messages, and what was answered."""

from collections.abc import Iterator, Sequence

import attrs

from samlcheck.intake._around import CARRYING, Entry, Surroundings, joined
from samlcheck.intake._capture import REDIRECT, Capture, Exchange, Source, bare_capture
from samlcheck.intake._fields import MESSAGES, Carrier, Field, captures_of
from samlcheck.intake._html import HTML_FORM, Form, forms_of
from samlcheck.intake._kinds import as_text
from samlcheck.intake._octets import XML, encode_as_declared, looks_like_xml
from samlcheck.intake._pages import text_of, title_of
from samlcheck.intake._query import pairs_of, split_url
from samlcheck.intake._recording_defects import hidden_values, not_all, nothing_recorded

# A login takes a handful of messages; of more, the last ones are taken.
_MAX_CAPTURES = 64
# How much of a page is searched for forms.
_MAX_PAGE = 1024 * 1024


def captures_of_recording(
    entries: Sequence[Entry], source: Source, kind: str
) -> tuple[Capture, ...]:
    """Return the messages of a recording in their order; else one capture that says why none."""
    found = list(_Recording(entries, source, kind).captures())
    if not found:
        defect = nothing_recorded(kind, len(entries))
        return (bare_capture(b"", (*source.around, kind), (defect,)),)
    if len(found) <= _MAX_CAPTURES:
        return tuple(found)
    *rest, last = found[-_MAX_CAPTURES:]
    defects = (*last.defects, not_all(len(found), _MAX_CAPTURES))
    return (*rest, attrs.evolve(last, defects=defects))


class _Recording:
    """The entries of one recording, and what is looked up in them."""

    def __init__(self, entries: Sequence[Entry], source: Source, kind: str) -> None:
        self.entries = entries
        self.source = source
        self.kind = kind
        #: The last entry that sends a value, and the form of a page that held one.
        self.sent: dict[tuple[str | None, bytes], int] = {}
        self.forms: dict[tuple[str | None, bytes], tuple[str | None, str | None]] = {}
        #: The entry whose page had the form with a value.
        self.made: dict[tuple[str | None, bytes], int] = {}
        self.around = Surroundings(entries)
        for place, entry in enumerate(entries):
            for field in entry.fields:
                if field.parameter in CARRYING:
                    self.sent[field.parameter, field.value] = place

    def captures(self) -> Iterator[Capture]:
        """Yield the messages in the order of the entries that carry them."""
        for place, entry in enumerate(self.entries):
            yield from self._requested(place, entry)
            yield from self._in_page(place, entry)
            yield from self._redirected(place, entry)

    def _requested(self, place: int, entry: Entry) -> Iterator[Capture]:
        """Yield the messages that a request carries, in its address or its body."""
        address, query, defects = split_url(entry.url.encode("utf-8", "surrogatepass"))
        fields = (*pairs_of(query, REDIRECT), *entry.fields) if query else entry.fields
        if any(field.parameter in CARRYING for field in fields):
            if entry.hidden and entry.decoded:
                yield self._decoded(place, entry, fields)
                return
            carrier = Carrier(
                fields=fields,
                origin=self._origin(place),
                url=as_text(address) or None,
                query=query or None,
                defects=(*defects, hidden_values(self.kind)) if entry.hidden else defects,
            )
            yield from self._finished(place, carrier, sent=True)
        elif looks_like_xml(entry.body) and b":SAML:2.0:protocol" in entry.body:
            capture = bare_capture(entry.body, (*self._origin(place), XML))
            yield attrs.evolve(
                capture, url=as_text(address) or None, exchange=self._exchange(place, sent=True)
            )

    def _decoded(self, place: int, entry: Entry, fields: tuple[Field, ...]) -> Capture:
        """Return the message that the recorder decoded before it blotted the parameters out."""
        field = next(item for item in fields if item.parameter in CARRYING)
        relay_state = next((item for item in fields if item.parameter == "RelayState"), None)
        blotted = relay_state is None or relay_state.value.startswith((b"{hash:", b"{obf:"))
        return attrs.evolve(
            bare_capture(
                encode_as_declared(entry.decoded),
                (*self._origin(place), f"decoded {field.parameter}", XML),
                binding=field.binding,
            ),
            parameter=field.parameter,
            relay_state=None if blotted or relay_state is None else as_text(relay_state.value),
            url=as_text(split_url(entry.url.encode("utf-8", "surrogatepass"))[0]) or None,
            exchange=self._exchange(place, sent=True),
        )

    def _in_page(self, place: int, entry: Entry) -> Iterator[Capture]:
        """Remember the forms of a page, and yield the messages of those that were not sent."""
        if b"SAMLRe" not in entry.page:
            return
        for form in forms_of(entry.page[:_MAX_PAGE]):
            values = [
                (field.parameter, field.value)
                for field in form.fields
                if field.parameter in MESSAGES
            ]
            action = joined(entry.url, "" if form.action is None else as_text(form.action))
            self.forms.update(dict.fromkeys(values, (action, form.method)))
            self.made.update(dict.fromkeys(values, place))
            if values and not any(self.sent.get(value, -1) > place for value in values):
                yield from self._unsent(place, form, action)

    def _unsent(self, place: int, form: Form, action: str) -> Iterator[Capture]:
        carrier = Carrier(
            fields=tuple(form.fields), origin=(*self._origin(place), HTML_FORM), url=action
        )
        posted = self.around.next(action, place)
        if posted is not None and self.entries[posted].is_bare_post:
            yield from self._finished(posted, carrier, sent=True)
            return
        yield from self._finished(place, carrier, sent=False)

    def _redirected(self, place: int, entry: Entry) -> Iterator[Capture]:
        """Yield the message in the address of a redirect that is not seen to be followed."""
        if entry.location is None or "SAML" not in entry.location:
            return
        target = joined(entry.url, entry.location)
        if self.around.next(target, place) is not None:
            return
        address, query, defects = split_url(target.encode("utf-8", "surrogatepass"))
        fields = pairs_of(query, REDIRECT)
        if any(field.parameter in CARRYING for field in fields):
            carrier = Carrier(
                fields=fields,
                origin=(*self._origin(place), "redirect"),
                url=as_text(address) or None,
                query=query,
                defects=defects,
            )
            yield from self._finished(place, carrier, sent=False)

    def _finished(self, place: int, carrier: Carrier, *, sent: bool) -> Iterator[Capture]:
        exchange = self._exchange(place, sent=sent)
        for capture in captures_of(carrier, max_bytes=self.source.max_bytes):
            value = next(
                (item for item in capture.parameters if item[0] == capture.parameter), None
            )
            action, method = self.forms.get(value or (None, b""), (None, None))
            yield attrs.evolve(capture, exchange=exchange, form_action=action, form_method=method)

    def _origin(self, place: int) -> tuple[str, ...]:
        """Name the entry for the origin of a message: nothing of a query."""
        entry = self.entries[place]
        address = entry.url.partition("?")[0].partition("#")[0].partition(";")[0]
        return (
            *self.source.around,
            self.kind,
            f"entry {place + 1} ({entry.method} {address[:200]})",
        )

    def _exchange(self, place: int, *, sent: bool) -> Exchange:
        entry, around = self.entries[place], self.around
        steps, last = around.steps(place) if sent else ((), place)
        page = self.entries[last].page if sent else b""
        answer = any(field.parameter == "SAMLResponse" for field in entry.fields)
        form = next(
            (
                self.made.get((field.parameter, field.value))
                for field in entry.fields
                if field.parameter in MESSAGES
            ),
            None,
        )
        form = form if form is not None and form < place else None
        maker = form if form is not None else around.led_by(place)
        known = around.has_cookies and sent
        return Exchange(
            entry=place + 1,
            entries=len(self.entries),
            method=entry.method,
            address=entry.url,
            started=entry.started,
            sent=sent,
            status=entry.status if sent else None,
            location=entry.target,
            steps=steps,
            page_title=title_of(page),
            page_text=text_of(page),
            pages=around.pages(place),
            cookies=tuple(name for name, _ in entry.cookies) if known else None,
            lost_cookies=around.lost_cookies(place) if sent else (),
            sessions=around.sessions(place, answer=answer, page=form),
            failure=entry.failure if sent else None,
            clock=around.clock(place) if sent else None,
            sender_clock=around.clock(maker) if sent else None,
        )
