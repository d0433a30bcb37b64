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


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _story() -> dict[str, Any]:
    """Return the schema of a story.

    Findings are named by their place in `findings`, from 0; with `exchange`, in those of it.
    """
    setting = _object({"name": _TEXT, "present": _TEXT_OR_NULL, "needed": _TEXT_OR_NULL})
    cause = {
        "exchange": _NUMBER_OR_NULL,
        "finding": _COUNT,
        "side": {"enum": ["sp", "idp", "capture", "user", "none"]},
        "setting": _or_null(setting),
        "consoles": _list(
            _object({"console": _TEXT, "path": _TEXT, "side": {"enum": ["sp", "idp", None]}})
        ),
        "vendor_code": _TEXT_OR_NULL,
        "because": _list(_TEXT),
        "follows": _list(_COUNT),
        "hides": _list(_TEXT),
        "letter": _object({"to": _TEXT, "lines": _list(_TEXT)}),
    }
    return _object(
        {
            "headline": _TEXT,
            "causes": _list(_object(cause)),
            "noticed": _list(_COUNT),
            "unknown": _list(_object({"what": _TEXT, "send": _TEXT_OR_NULL})),
        }
    )


def _exchange() -> dict[str, Any]:
    side = {"enum": ["sp", "idp", None]}
    return _object(
        {
            "number": {"type": "integer", "minimum": 1},
            "source": _TEXT,
            "entry": _NUMBER_OR_NULL,
            "method": _TEXT_OR_NULL,
            "url": _TEXT_OR_NULL,
            "at": _TEXT_OR_NULL,
            "sent": {"type": "boolean"},
            "http_status": _NUMBER_OR_NULL,
            "hops": _list(_object({"url": _TEXT, "status": _NUMBER_OR_NULL})),
            "pages": _list(
                _object(
                    {
                        "url": _TEXT,
                        "status": _NUMBER_OR_NULL,
                        "title": _TEXT_OR_NULL,
                        "text": _TEXT_OR_NULL,
                        "codes": _list(_TEXT),
                    }
                )
            ),
            "cookies": {"type": ["array", "null"], "items": _TEXT},
            "lost_cookies": _list(_TEXT),
            "sender": side,
            "receiver": side,
            "parameter": _TEXT_OR_NULL,
            "binding": _TEXT_OR_NULL,
            "relay_state": {"type": ["integer", "null"], "minimum": 0},
            "message_kind": _TEXT_OR_NULL,
            "message_id": _TEXT_OR_NULL,
            "in_response_to": _TEXT_OR_NULL,
            "issued": _TEXT_OR_NULL,
            "issuer": _TEXT_OR_NULL,
            "destination": _TEXT_OR_NULL,
            "status": _list(_TEXT),
            "answers": _NUMBER_OR_NULL,
            "paired_by": {"enum": ["InResponseTo", "RelayState", "cookies", "order", None]},
            "answered_by": _NUMBER_OR_NULL,
            "judged": {"type": "boolean"},
            "checked": {"type": "boolean"},
            "worst": {"enum": ["error", "warning", "info", None]},
            "findings": _list(_finding()),
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
            "profile_choice": _list(_TEXT),
            "evaluated_at": {"type": "string", "format": "date-time"},
            "verdict": {"enum": ["accepted", "rejected", "undetermined", None]},
            "undetermined_because": _list(_TEXT),
            "symptom": _or_null(
                _object({"label": _TEXT, "meaning": _TEXT, "source": _TEXT_OR_NULL})
            ),
            "story": _or_null(_story()),
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
            "exchanges": _list(_exchange()),
            "facts": _list(_object({"name": _TEXT, "value": _TEXT})),
            "summary": _object(dict.fromkeys((*summary, *rest), _COUNT)),
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "samlcheck report, format 1",
        **body,
    }
