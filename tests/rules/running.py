"""Runs the examples that rules declare: builds the documents, checks them, returns the report."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import attrs

import samlcheck
from samlcheck import Input, Report
from samlcheck.profiles import Profile, load_profile, load_profile_text
from samlcheck.profiles.mapping import FrozenMapping
from samlcheck.profiles.product import Waiver
from samlcheck.profiles.profile import SeverityChange
from samlcheck.rules.rule import WARNING, Example
from tests.support.bases import NOW, build
from tests.support.detached import redirect_url, simple_sign_form
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_pem, key_pem
from tests.support.templates import edit, fill

_HEADER = 'schema = 1\n[profile]\nid = "example/own"\nkind = "integration"\n'
METADATA_BASES = ("sp", "idp", "aggregate")
MESSAGE_BASES = ("response", "request", "logout", "logout-response")
#: The request that a message answers, by its base.
_ANSWERED = {"response": "request", "raw": "request", "logout-response": "logout"}
_SENT_BY_SP = ("request", "logout")


def kind_of(example: Example, kinds: tuple[str, ...]) -> str:
    """The check that an example takes part in: metadata, pair or message."""
    if example.base in METADATA_BASES:
        return "metadata"
    if example.base == "pair":
        return "pair"
    if example.base.startswith("diff-"):
        return "diff"
    if example.base in MESSAGE_BASES:
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
    if example.carry is not None:
        return _carried(example)
    options: dict[str, Any] = {"sign": example.sign, "key": example.key, "after": example.after}
    if not example.encrypt:
        return build(example.base, example.edits, **options)  # type: ignore[arg-type]
    options["after"] = ()
    plain = build(example.base, example.edits, **options)  # type: ignore[arg-type]
    sealed = encrypt_assertion(
        plain, certificate=certificate_pem("sp-encryption"), transport="rsa-oaep-sha256"
    )
    text = sealed.decode()
    for old, new in example.after:
        assert old in text, f"the document does not hold {old!r}"
        text = text.replace(old, fill(new))
    return text.encode()


def _carried(example: Example) -> bytes:
    """What is sent of a message with a detached signature, and then perhaps changed."""
    name, sign = example.key, "root" if example.sign == "root" else None
    xml = build(example.base, example.edits, sign=sign, key=name)  # type: ignore[arg-type]
    if name == "idp-signing" and example.base in _SENT_BY_SP:
        name = "sp-signing"
    send = redirect_url if example.carry == "redirect" else simple_sign_form
    sent = send(
        xml, key=key_pem(name), algorithm=example.algorithm, relay_state=example.relay_state
    )
    return edit(sent.decode("ascii"), example.after).encode("utf-8")


def companions_of(example: Example) -> dict[str, Any]:
    """The other documents of a pair or message example, without those it does without."""
    given: dict[str, Any] = {}
    answered = _ANSWERED.get(example.base)
    for name, base in (("sp", "sp"), ("idp", "idp"), ("request", answered)):
        if base is not None and name not in example.without:
            edits = getattr(example, name)
            given[name] = Input(data=build(base, edits), name=f"{base}.xml")  # type: ignore[arg-type]
    return given


def profile_of(example: Example) -> Profile:
    """The profile that an example is judged by, with the rules that it asks for at warning."""
    below = (example.profile or "").split()
    profile = load_profile(*below)
    if example.over is not None:
        profile = load_profile_text(f"{_HEADER}{example.over}\n", name="own.toml", over=below)
    asked = tuple(
        SeverityChange(rule=slug, to=WARNING, reason="the example asks for it")
        for slug in example.enable
    )
    if example.signature is not None:
        profile = attrs.evolve(profile, signature_required=example.signature)
    if example.lists:
        profile = attrs.evolve(profile, metadata=FrozenMapping(dict(example.lists)))
    if example.waive:
        waivers = tuple(
            Waiver(rule=slug, until=date.fromisoformat(day), reason="the example says so")
            for slug, day in example.waive
        )
        profile = attrs.evolve(profile, waivers=waivers)
    return attrs.evolve(profile, severities=(*profile.severities, *asked)) if asked else profile


def versions_of(example: Example) -> tuple[Input, Input]:
    """The two versions of an example of a change: `edits` apply to both, `after` to the new one.

    `sign` signs the old one.
    """
    base: Any = example.base.removeprefix("diff-")
    sign: Any = None if example.sign == "default" else example.sign
    old = build(base, example.edits, sign=sign, key=example.key)
    new = build(base, (*example.edits, *example.after), sign=None)
    return Input(data=old, name="old.xml"), Input(data=new, name="new.xml")


def run_example(example: Example, kind: str) -> Report:
    """The complete report on an example."""
    now = NOW if example.at is None else datetime.fromisoformat(example.at)
    profile = profile_of(example)
    if kind == "metadata":
        name = "metadata.xml" if example.base == "raw" else f"{example.base}.xml"
        given = Input(data=subject_of(example), name=name)
        trust = [] if example.trust is None else [certificate_pem(example.trust)]
        return samlcheck.check_metadata(given, now=now, profile=profile, trust=trust)
    if kind == "diff":
        return samlcheck.diff_metadata(*versions_of(example), now=now, profile=profile)
    companions = companions_of(example)
    if kind == "pair":
        companions.pop("request", None)
        return samlcheck.check_pair(
            **companions, now=now, profile=profile, authn_contexts=example.authn_contexts
        )
    earlier = [
        Input(data=subject_of(item), name=f"earlier-{number}.xml")
        for number, item in enumerate(example.earlier, 1)
    ]
    name = "message" if example.base == "raw" else f"{example.base}.xml"
    keys = [] if "key" in example.without else [key_pem("sp-encryption")]
    return samlcheck.check_message(
        Input(data=subject_of(example), name=name),
        **companions,
        now=now,
        profile=profile,
        authn_contexts=example.authn_contexts,
        decryption_keys=keys,
        earlier=earlier,
    )
