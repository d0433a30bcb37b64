"""Writes what is generated: a page for each rule, their index, and the JSON Schema of the report.

`make docs` writes; a test compares what is on disk with `build()`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from docs import profile_index, rule_index
from samlcheck.profiles.vocabulary import profile_schema
from samlcheck.render.rule_list import describe_checks, describe_owner
from samlcheck.render.schema import report_schema
from samlcheck.render.style import Style
from samlcheck.render.text import finding_lines
from samlcheck.rules.registry import all_rules, kinds_of
from samlcheck.rules.rule import INFO, NEEDS, OFF, Example, Rule
from tests.corpus import corpus, table
from tests.rules.running import kind_of, run_example

_BASES = {
    "sp": "SP metadata",
    "idp": "IdP metadata",
    "aggregate": "an aggregate of both",
    "pair": "both metadata files",
    "response": "a signed response",
    "request": "an AuthnRequest",
    "logout": "a LogoutRequest",
    "logout-response": "a LogoutResponse",
    "diff-sp": "two versions of SP metadata",
    "diff-idp": "two versions of IdP metadata",
    "diff-aggregate": "two versions of an aggregate",
}
_CARRIED = {
    "redirect": "sent by HTTP-Redirect and signed in the query string",
    "simplesign": "sent by HTTP-POST-SimpleSign",
}
_LONGEST = 900
#: When findings of a severity are seen at all.
_SHOWN = {
    INFO: " (shown with --show-info)",
    OFF: " (runs only with a profile that enables it)",
}


def _code(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"


def _edits(example: Example) -> list[str]:
    """Return the edits of an example in words, each with what it replaces and by what."""
    lines: list[str] = []
    groups = [
        ("", example.edits),
        ("in the SP metadata, ", example.sp),
        ("in the IdP metadata, ", example.idp),
        ("in the AuthnRequest, ", example.request),
        ("after signing, ", example.after),
    ]
    if example.base.startswith("diff-"):
        groups = [("in both versions, ", example.edits), ("in the new version, ", example.after)]
    for where, edits in groups:
        for old, new in edits:
            start = f"{where}this:"
            lines.append(start[:1].upper() + start[1:])
            lines.append(_code(old.strip("\n")))
            lines.append("becomes:" if new.strip() else "is taken out.")
            if new.strip():
                lines.append(_code(new.strip("\n")))
    return lines


def _how_sent(example: Example) -> list[str]:
    """Return in words how a message was signed and sent."""
    words = []
    if example.key != "idp-signing":
        words.append(f"signed with the test key `{example.key}`")
    if example.sign not in ("default", None):
        words.append(f"signature on: {example.sign}")
    if example.sign is None and example.base in ("response", "request"):
        words.append("not signed")
    if example.carry is not None:
        words.append(_CARRIED[example.carry])
    if example.relay_state is not None:
        words.append(f"with the RelayState `{example.relay_state}`")
    return words


def _circumstances(example: Example) -> list[str]:
    words = _how_sent(example)
    if example.encrypt:
        words.append("with the assertion encrypted")
    if example.at:
        words.append(f"judged at {example.at}")
    if example.profile:
        words.append(f"profile `{example.profile}`")
    if example.over:
        words.append(f"with `{' '.join(example.over.split())}` in a profile of its own above it")
    if example.signature is not None:
        words.append(f"with a profile that wants signed: {example.signature}")
    words.extend(f"with a profile that enables `{slug}`" for slug in example.enable)
    for name, values in example.lists:
        words.append(f"with the {name.replace('_', ' ')} {', '.join(f'`{v}`' for v in values)}")
    words.extend(f"with a profile that waives `{slug}` until {day}" for slug, day in example.waive)
    if example.authn_contexts:
        words.append(f"accepted authentication contexts `{example.authn_contexts}`")
    words.extend(f"without the {name}" for name in example.without)
    return words


def _example_words(example: Example) -> list[str]:
    if example.base == "raw":
        raw = example.raw or b""
        text = raw.decode("utf-8", "backslashreplace") if isinstance(raw, bytes) else raw
        if not text.strip():
            return ["Nothing but white space is given."]
        shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
        return ["The input:", _code(shown)]
    circumstances = _circumstances(example)
    tail = f" ({', '.join(circumstances)})" if circumstances else ""
    edits = _edits(example)
    if example.base.startswith("diff-"):
        start = f"In {_BASES[example.base]} that are equal otherwise{tail}"
        return [start + (":" if edits else "."), *edits]
    start = f"In {_BASES[example.base]} that is in order otherwise{tail}"
    before = (
        ["The messages before it:", *map(_in_short, example.earlier)] if example.earlier else []
    )
    return [start + (":" if edits else "."), *edits, *before]


def _in_short(example: Example) -> str:
    """Return an earlier message in words."""
    words = ", ".join(f"`{old.strip()}` is `{new.strip()}`" for old, new in example.edits)
    return f"- {_BASES.get(example.base, 'a message')}" + (f", in which {words}" if words else "")


def _output(rule: Rule, example: Example) -> str:
    report = run_example(example, kind_of(example, kinds_of(rule)))
    finding = next(item for item in report.findings if item.rule == rule.id)
    return "\n".join(finding_lines(finding, Style())).rstrip()


def rule_page(rule: Rule) -> str:
    """Return the page of one rule."""
    sections = rule.sections
    needs = ", ".join(NEEDS[need] for need in rule.needs) or "nothing beside the document"
    tags = "".join(f", {tag}" for tag in rule.tags)
    parts = [
        f"# {rule.id}",
        f"**{rule.title}.**",
        sections["what"],
        f"**Why it matters.** {sections['why'][:1].upper()}{sections['why'][1:]}",
        f"**What to do.** {sections['fix']}",
        "| | |\n|---|---|\n"
        f"| severity | {rule.severity}{tags}{_SHOWN.get(rule.severity, '')} |\n"
        f"| part of | {describe_checks(rule)} |\n"
        f"| who acts | {describe_owner(rule)} |\n"
        f"| needs | {needs} |\n"
        f"| see | {'; '.join(f'[{item}]({item.url})' for item in rule.citations)} |",
        "## Example",
        *_example_words(rule.bad[0]),
        "What samlcheck says:",
        _code(_output(rule, rule.bad[0])),
    ]
    return "\n\n".join(parts) + "\n"


def index_page(rules: tuple[Rule, ...]) -> str:
    """Return the index of all rules, by the first word of their ids."""
    lines = [
        "# Rules",
        "",
        f"{len(rules)} rules. Severities are those of the base profile; profiles change some.",
    ]
    family = ""
    for rule in rules:
        first = rule.id.partition("-")[0]
        if first != family:
            family = first
            lines += [
                "",
                f"## {family}",
                "",
                "| rule | severity | what is wrong |",
                "|---|---|---|",
            ]
        lines.append(f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {rule.title} |")
    return "\n".join(lines) + "\n"


def build() -> dict[str, str]:
    """Return every generated file: path below the project's root to content."""
    rules = all_rules()
    files = {f"docs/rules/{rule.id}.md": rule_page(rule) for rule in rules}
    files["docs/rules/index.md"] = index_page(rules)
    files[rule_index.PATH] = rule_index.source()
    files[profile_index.PATH] = profile_index.source()
    files["docs/profiles-list.md"] = profile_index.page()
    files["schemas/profile.schema.json"] = json.dumps(profile_schema(), indent=2) + "\n"
    files["schemas/report.schema.json"] = json.dumps(report_schema(), indent=2) + "\n"
    return files


def write() -> None:
    """Write the generated files and remove pages of rules that are gone."""
    rule_index.write()
    profile_index.write()
    files = build()
    folder = ROOT / "docs" / "rules"
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.md"):
        if f"docs/rules/{path.name}" not in files:
            path.unlink()
    if corpus.present():
        files["docs/corpus-responses.md"] = table.page()
    for name, content in files.items():
        (ROOT / name).write_text(content, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(files)} files written\n")


if __name__ == "__main__":
    write()
