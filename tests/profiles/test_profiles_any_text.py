"""Any text as a user's profile gives a profile or a ProfileError, and nothing else."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from samlcheck.profiles import Profile, ProfileError, load_profile_text
from samlcheck.profiles.library import read_shipped, shipped

KEYS = [
    "schema", "profile", "sources", "vars", "sp", "idp", "entity_id", "acs", "sso", "accept",
    "template", "exact", "otherwise", "claims", "name", "value", "presence", "relations", "require",
    "severity", "relax", "org-missing", "to", "reason", "source", "response", "audience", "subject",
    "formats", "authn_context", "presets", "allowed", "conditions", "clock_skew", "fix", "entra",
    "vendor_codes", "13", "meaning", "look_at", "examples", "pattern", "site", "id", "kind",
    "extends", "as_of", "retrieved", "what",
]  # fmt: skip
WORDS = [
    "sp", "idp/entra", "webex-meetings", "{site}", "{", "claims.a == claims.a", "PT3M", "off",
    "info", "required", "1", "[a-z]{1,9}", "(a+)+", "", " ", "site", "what", "ab-c", "sig-none",
    "\u20ac\u0000",
]  # fmt: skip

scalars = st.one_of(st.sampled_from(WORDS), st.text(max_size=8), st.booleans(), st.integers(-3, 3))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)


def toml(value: object) -> str:
    """A JSON-like value in TOML's inline form."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value).replace("\\ud", "\\u0d")  # TOML has no surrogates


def check(text: str) -> None:
    """Load the text; a refusal names the file and a line that exists."""
    problems: tuple[str, ...] = ()
    try:
        loaded = load_profile_text(text, name="any.toml", over=["entra", "webex-meetings"])
    except ProfileError as error:
        problems = error.problems
    else:
        problems = ("any.toml:1: loaded",)
        assert isinstance(loaded, Profile)
    places = [problem.split(":", 2)[:2] for problem in problems]
    assert places
    assert {"any.toml"} == {name for name, _ in places}
    assert all(1 <= int(line) <= text.count("\n") + 1 for _, line in places)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    check(text)


@settings(deadline=None)
@given(st.text(alphabet="[]{}=.,\"'\n#ab1- \\:TZ", max_size=80))
def test_any_text_that_looks_like_toml(text: str) -> None:
    check(text)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), values, max_size=6), st.booleans())
def test_any_tables(document: dict[str, object], headed: bool) -> None:
    if headed:
        document |= {"schema": 1, "profile": {"id": "x", "kind": "integration"}}
    check("\n".join(f"{json.dumps(key)} = {toml(value)}" for key, value in document.items()))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(shipped()), st.data())
def test_any_edit_of_a_shipped_file(profile_id: str, data: st.DataObject) -> None:
    lines = read_shipped(profile_id).split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key, equals, _ = lines[at].partition("=")
        edits = ["", lines[data.draw(st.integers(0, len(lines) - 1))]]
        if equals:
            edits.append(f"{key}= {toml(data.draw(values))}")
        lines[at] = data.draw(st.sampled_from(edits))
    check("\n".join(lines))
