"""Read the form of an HTML page that sends a message with HTTP-POST."""

import re
from collections.abc import Iterator

import attrs

from samlcheck.intake._capture import POST, Capture, Source
from samlcheck.intake._field_defects import several_forms
from samlcheck.intake._fields import MAX_FIELDS, MESSAGES, Carrier, Field, captures_of
from samlcheck.intake._kinds import as_text
from samlcheck.intake._layers import decode_entities
from samlcheck.intake._octets import WHITE_SPACE, looks_like_html
from samlcheck.xml import Defect

HTML_FORM = "HTML form"

_TAG_OF_FORM = rb"(?i)<(!--|/?form\b|input\b|textarea\b|script\b|style\b|title\b)"
# One attribute, or the end of the tag; a quoted value may hold anything.
_ATTRIBUTE = (
    rb"[\s/]*(?:>|([^\s/>][^\s/>=]*)"
    rb"(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*)))?)"
)
# Their content is not markup.
_RAW = (b"script", b"style", b"textarea", b"title")
# No control has as many; they bound the work on hostile input.
_MAX_ATTRIBUTES = 64


@attrs.define(kw_only=True, eq=False, repr=False)
class Form:
    """A form of a page: where it goes, how, and its controls."""

    action: bytes | None = None
    method: str | None = None
    fields: list[Field] = attrs.field(factory=list)


def read_html(source: Source) -> tuple[Capture, ...] | None:
    """Read an HTML page or fragment: the message in each of its forms that has one."""
    if not looks_like_html(source.text):
        return None
    forms = forms_of(source.text)
    sending = [form for form in forms if any(field.parameter in MESSAGES for field in form.fields)]
    captures: list[Capture] = []
    defects = _about_forms(sending)
    for form in sending or [_merged(forms)]:
        carrier = Carrier(
            fields=tuple(form.fields),
            origin=(*source.around, HTML_FORM if form.fields else "HTML page"),
            url=None if form.action is None else as_text(form.action),
            defects=defects,
        )
        action = carrier.url or None
        captures += [
            attrs.evolve(item, form_action=action, form_method=form.method)
            for item in captures_of(carrier, max_bytes=source.max_bytes)
        ]
    return tuple(captures)


def _about_forms(sending: list[Form]) -> tuple[Defect, ...]:
    """Report forms that carry different responses: it is open which of them is sent."""
    responses = [
        {field.value for field in form.fields if field.parameter == MESSAGES[0]} for form in sending
    ]
    carrying = [values for values in responses if values]
    differ = len(carrying) > 1 and len(set().union(*carrying)) > 1
    return (several_forms(len(carrying)),) if differ else ()


def _merged(forms: list[Form]) -> Form:
    """Return all controls of a page none of whose forms has a message."""
    action = next((form.action for form in forms if form.action is not None), None)
    return Form(action=action, fields=[field for form in forms for field in form.fields])


def forms_of(text: bytes) -> list[Form]:
    """Return the forms of a page, the first standing for the controls outside of any."""
    outside = Form()
    forms = [outside]
    current = outside
    for tag, attributes, content in _tags(text):
        if tag == b"form":
            current = Form(
                action=attributes.get(b"action", b"").strip(WHITE_SPACE) or None,
                method=as_text(attributes.get(b"method", b"get").strip(WHITE_SPACE)).upper(),
            )
            forms.append(current)
        elif tag == b"/form":
            current = outside
        elif tag in (b"input", b"textarea") and b"name" in attributes:
            if len(current.fields) >= MAX_FIELDS:
                break
            value = content if tag == b"textarea" else attributes.get(b"value", b"")
            name = as_text(attributes[b"name"])
            current.fields.append(Field(name=name, value=value, binding=POST))
    return forms


def _tags(text: bytes) -> Iterator[tuple[bytes, dict[bytes, bytes], bytes]]:
    """Yield the name, the attributes and, where it is not markup, the content of each tag.

    Only tags that matter to a form are looked at. The position only moves forward, so that
    hostile markup costs no more than its length.
    """
    pattern = re.compile(_TAG_OF_FORM)
    tag = pattern.search(text)
    while tag is not None:
        name = tag[1].lower()
        position = tag.end()
        if name == b"!--":
            position = _find(rb"-->", text, position)
        else:
            attributes, position = _attributes(text, position)
            content = b""
            if name in _RAW:
                start = position
                position = _find(rb"(?i)</" + name, text, start)
                content = decode_entities(text[start:position]) if name == b"textarea" else b""
            yield name, attributes, content
        tag = pattern.search(text, position)


def _find(pattern: bytes, text: bytes, position: int) -> int:
    """Return where the pattern next begins, or the end of the text."""
    found = re.compile(pattern).search(text, position)
    return found.start() if found else len(text)


def _attributes(text: bytes, position: int) -> tuple[dict[bytes, bytes], int]:
    """Return the attributes of a tag and where it ends; of a repeated one the first counts."""
    attribute = re.compile(_ATTRIBUTE)
    attributes: dict[bytes, bytes] = {}
    for _ in range(_MAX_ATTRIBUTES):
        found = attribute.match(text, position)
        if found is None:
            return attributes, len(text)
        position = found.end()
        name, double, single, plain = found.groups()
        if name is None:
            break
        value = next((part for part in (double, single, plain) if part is not None), b"")
        attributes.setdefault(name.lower(), decode_entities(value))
    return attributes, position
