"""Runs the examples that rules declare: builds the documents, checks them, returns the report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

import samlcheck
from samlcheck import Input, Report
from samlcheck.profiles import Profile, load_profile
from samlcheck.profiles.mapping import FrozenMapping
from samlcheck.profiles.profile import SeverityChange
from samlcheck.rules.rule import WARNING, Example
from tests.support.bases import NOW, build
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_pem, key_pem

METADATA_BASES = ("sp", "idp", "aggregate")


def kind_of(example: Example, kinds: tuple[str, ...]) -> str:
    """The check that an example takes part in: metadata, pair or message."""
    if example.base in METADATA_BASES:
        return "metadata"
    if example.base == "pair":
        return "pair"
    if example.base in ("response", "request"):
        return "message"
    return kinds[0]  # raw: the first kind of check that the rule takes part in


def _raw(example: Example) -> bytes | None:
    raw = example.raw
    return raw.encode() if isinstance(raw, str) else raw


def subject_of(example: Example) -> bytes:
    """The document (or captured text) that the example is about."""
    raw = _raw(example)
    if raw is not None:
        return raw
    options: dict[str, Any] = {"sign": example.sign, "key": example.key, "after": example.after}
    if not example.encrypt:
        return build(example.base, example.edits, **options)  # type: ignore[arg-type]
    options["after"] = ()
    plain = build(example.base, example.edits, **options)  # type: ignore[arg-type]
    sealed = encrypt_assertion(plain, certificate=certificate_pem("sp-encryption"))
    text = sealed.decode()
    for old, new in example.after:
        assert old in text, f"the document does not hold {old!r}"
        text = text.replace(old, new)
    return text.encode()


def companions_of(example: Example) -> dict[str, Any]:
    """The other documents of a pair or message example, without those it does without."""
    given: dict[str, Any] = {}
    for name in ("sp", "idp", "request"):
        if name not in example.without:
            edits = getattr(example, name)
            given[name] = Input(data=build(name, edits), name=f"{name}.xml")  # type: ignore[arg-type]
    return given


def profile_of(example: Example) -> Profile:
    """The profile that an example is judged by, with the rules that it asks for at warning."""
    profile = load_profile() if example.profile is None else load_profile(example.profile)
    asked = tuple(
        SeverityChange(rule=slug, to=WARNING, reason="the example asks for it")
        for slug in example.enable
    )
    if example.lists:
        profile = attrs.evolve(profile, metadata=FrozenMapping(dict(example.lists)))
    return attrs.evolve(profile, severities=(*profile.severities, *asked)) if asked else profile


def run_example(example: Example, kind: str) -> Report:
    """The complete report on an example."""
    now = NOW if example.at is None else datetime.fromisoformat(example.at)
    profile = profile_of(example)
    if kind == "metadata":
        name = "metadata.xml" if example.base == "raw" else f"{example.base}.xml"
        given = Input(data=subject_of(example), name=name)
        return samlcheck.check_metadata(given, now=now, profile=profile)
    companions = companions_of(example)
    if kind == "pair":
        companions.pop("request", None)
        return samlcheck.check_pair(
            **companions, now=now, profile=profile, authn_contexts=example.authn_contexts
        )
    if example.base == "request":
        companions.pop("request", None)
    name = "message" if example.base == "raw" else f"{example.base}.xml"
    keys = [] if "key" in example.without else [key_pem("sp-encryption")]
    return samlcheck.check_message(
        Input(data=subject_of(example), name=name),
        **companions,
        now=now,
        profile=profile,
        authn_contexts=example.authn_contexts,
        decryption_keys=keys,
    )
