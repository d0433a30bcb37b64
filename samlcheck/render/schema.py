"""The JSON Schema of the report format; `make docs` writes it to schemas/report.schema.json."""

from __future__ import annotations

from typing import Any

from samlcheck.render.json_report import FORMAT

_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_NUMBER_OR_NULL = {"type": ["integer", "null"], "minimum": 1}
_COUNT = {"type": "integer", "minimum": 0}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object that has exactly these members."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _location(extra: dict[str, Any]) -> dict[str, Any]:
    return _object(
        {
            **extra,
            "source": _TEXT,
            "origin": _list(_TEXT),
            "line": _NUMBER_OR_NULL,
            "column": _NUMBER_OR_NULL,
            "end_line": _NUMBER_OR_NULL,
            "end_column": _NUMBER_OR_NULL,
            "xpath": _TEXT_OR_NULL,
            "entity_id": _TEXT_OR_NULL,
        }
    )


def _finding() -> dict[str, Any]:
    return _object(
        {
            "rule": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)+$"},
            "severity": {"enum": ["error", "warning", "info"]},
            "severity_reason": _TEXT_OR_NULL,
            "tags": _list({"enum": ["attack", "blocks-login"]}),
            "message": _TEXT,
            "expected": _TEXT_OR_NULL,
            "actual": _TEXT_OR_NULL,
            "owner": {"enum": ["sp", "idp", "capture", "user"]},
            "hint": _TEXT,
            "citations": _list(_object({"document": _TEXT, "clause": _TEXT_OR_NULL, "url": _TEXT})),
            "location": _location({}),
            "related": _list(_location({"label": _TEXT_OR_NULL})),
        }
    )


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of one report."""
    summary = ("errors", "warnings", "infos", "not_listed", "rules_found", "rules_passed")
    rest = ("rules_not_applicable", "rules_could_not_run")
    body = _object(
        {
            "format": {"const": FORMAT},
            "kind": {"enum": ["metadata", "pair", "diff", "message"]},
            "message_kind": _TEXT_OR_NULL,
            "sources": _list(_TEXT),
            "origin": _list(_TEXT),
            "profile": _TEXT,
            "evaluated_at": {"type": "string", "format": "date-time"},
            "verdict": {"enum": ["accepted", "rejected", "undetermined", None]},
            "undetermined_because": _list(_TEXT),
            "findings": _list(_finding()),
            "outcomes": _list(
                _object(
                    {
                        "rule": _TEXT,
                        "status": {"enum": ["found", "passed", "not-applicable", "could-not-run"]},
                        "findings": _COUNT,
                        "more": _COUNT,
                        "reason": _TEXT_OR_NULL,
                    }
                )
            ),
            "facts": _list(_object({"name": _TEXT, "value": _TEXT})),
            "summary": _object(dict.fromkeys((*summary, *rest), _COUNT)),
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "samlcheck report, format 1",
        **body,
    }
