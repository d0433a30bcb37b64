"""Profiles as text and as JSON: what there is, what one says, and where each value comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import attrs

from samlcheck.profiles import Profile, Template
from samlcheck.profiles.catalogue import ROWS
from samlcheck.profiles.documented import documented, find
from samlcheck.profiles.layers import Layer
from samlcheck.profiles.origins import origins
from samlcheck.render.escape import escape

_NOT_CURATED = "documented pattern, not curated: facts of a tutorial, not tried"
_LIST_FORMAT = "samlcheck.profiles/1"
_ONE_FORMAT = "samlcheck.profile/1"


def _json(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=True) + "\n"


def _rows(kind: str | None) -> list[dict[str, str]]:
    return [
        {"id": row[0], "title": row[1], "as_of": row[2], "maturity": row[3]}
        for row in ROWS
        if kind is None or row[0].startswith(f"{kind}/")
    ]


def _table(rows: Sequence[Mapping[str, str]]) -> list[str]:
    width = max((len(row["id"]) for row in rows), default=0)
    return [
        f"{row['id']:<{width}}  {row['as_of']}  {row['maturity']:<12}  {row['title']}"
        for row in rows
    ]


def render_list(kind: str | None, *, as_json: bool = False) -> str:
    """Return the built-in profiles, of one kind or all."""
    rows, more = _rows(kind), len(documented())
    if as_json:
        return _json({"format": _LIST_FORMAT, "profiles": rows, "documented": more})
    lines = [*_table(rows), ""]
    lines.append(f"{len(rows)} profiles. `samlcheck profiles search WORDS` looks in the patterns")
    lines.append(f"that are documented for {more} more applications, which are not curated, too.")
    return "\n".join(lines) + "\n"


def render_search(words: Sequence[str], *, as_json: bool = False) -> str:
    """Return the curated profiles and the documented applications in which all words occur."""
    wanted = [word.lower() for word in words]
    rows = [
        row
        for row in _rows(None)
        if all(word in f"{row['id']} {row['title']}".lower() for word in wanted)
    ]
    more = find(words)
    if as_json:
        return _json(
            {
                "format": _LIST_FORMAT,
                "profiles": rows,
                "documented": [_documented_data(slug, facts) for slug, facts in more.items()],
            }
        )
    lines = _table(rows)
    for slug, facts in more.items():
        lines.append(f"documented/{slug}  {facts['as_of']}  not curated   {escape(facts['app'])}")
    return "\n".join(lines or ["nothing found"]) + "\n"


def _documented_data(slug: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": f"documented/{slug}", "status": _NOT_CURATED, **facts}


def render_documented(slug: str, *, as_json: bool = False) -> str:
    """Return the documented facts of one application."""
    data = _documented_data(slug, documented()[slug])
    if as_json:
        return _json({"format": _ONE_FORMAT, **data})
    return "\n".join(_lines(data)) + "\n"


def _lines(data: Mapping[str, Any]) -> Iterable[str]:
    for name, value in data.items():
        if isinstance(value, list):
            yield f"{name}:"
            for item in value:
                shown = " from ".join(filter(None, item)) if isinstance(item, list) else item
                yield f"  {escape(str(shown))}"
        else:
            yield f"{name}: {escape(str(value))}"


def render_profile(
    profile: Profile, layers: Sequence[Layer], *, as_json: bool, with_origins: bool
) -> str:
    """Return what a profile says with its layers merged; with origins, each value's own."""
    found = origins(layers)
    if as_json:
        stated = [attrs.asdict(item, value_serializer=_plain_field) for item in found]
        return _json({"format": _ONE_FORMAT, **_data(profile), "origins": stated})
    lines = [f"{profile.title} ({profile.id})", f"as of {profile.as_of}", ""]
    lines.append(f"layers: {', '.join(profile.layers)}")
    if not with_origins:
        return "\n".join([*lines, *_told(profile)]) + "\n"
    for item in found:
        because = f"; {'; '.join(item.sources)}" if item.sources else ""
        lines.append(f"{item.name} = {_written(item.value)}")
        lines.append(f"    {item.layer}, line {item.line}{because}")
    return "\n".join(map(escape, lines)) + "\n"


def _written(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _told(profile: Profile) -> Iterable[str]:
    """Yield what a profile expects, in lines for a person."""
    for words, templates in (
        ("entityID of the SP", profile.sp_entity_ids),
        ("reply URL", profile.acs_locations),
        ("entityID of the IdP", profile.idp_entity_ids),
        ("sign-on URL", profile.sso_locations),
    ):
        for template in templates:
            yield f"{words}: {escape(template.text)}{_remark(template)}"
    for claim in profile.claims:
        kind = f", {claim.value_type}" if claim.value_type else ""
        names = " or ".join((claim.name, *claim.also_accepted))
        yield f"claim, {claim.presence}{kind}: {escape(names)}"
    for name_format in profile.name_id_formats:
        yield f"NameID format: {escape(name_format)}"
    if profile.name_id_why:
        yield f"NameID: {escape(profile.name_id_why)}"
    for context in profile.authn_contexts:
        yield f"authentication context: {escape(context)}"
    yield f"signed: {profile.signature_required}"
    yield from _around(profile)


def _around(profile: Profile) -> Iterable[str]:
    """Yield what a profile says beside its expectations: switches, codes, where to repair."""
    for name, on in profile.switches.items():
        yield f"switch {name}: {'on' if on else 'off'}"
    for symptom in profile.symptoms:
        yield f"{escape(symptom.label)}: {escape(symptom.meaning)} ({', '.join(symptom.look_at)})"
    for (console, rule), place in profile.fixes.items():
        yield f"{rule}, in {escape(profile.consoles.get(console, console))}: {escape(place)}"
    for change in profile.severities:
        yield f"{change.rule} is {change.to}: {escape(change.reason)}"
    for waiver in profile.waivers:
        yield f"{waiver.rule} is waived until {waiver.until}: {escape(waiver.reason)}"


def _remark(template: Template) -> str:
    words = [template.label, template.note, "legacy" if template.status == "legacy" else None]
    known = [word for word in words if word]
    return f" ({escape('; '.join(known))})" if known else ""


def _data(profile: Profile) -> dict[str, Any]:
    return {field.name: _plain(getattr(profile, field.name)) for field in attrs.fields(Profile)}


def _plain(value: Any) -> Any:
    """Return a value of a profile as JSON has it."""
    if attrs.has(type(value)):
        return {
            field.name: _plain(getattr(value, field.name)) for field in attrs.fields(type(value))
        }
    if isinstance(value, Mapping):
        return {_name(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value) if isinstance(value, date) else value


def _plain_field(_: type, __: Any, value: Any) -> Any:
    return _plain(value)


def _name(key: Any) -> str:
    return " ".join(key) if isinstance(key, tuple) else str(key)
