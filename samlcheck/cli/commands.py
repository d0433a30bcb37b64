"""What each command does, and the exit code it ends with."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from samlcheck import __version__
from samlcheck.aggregate import LARGE
from samlcheck.aggregate.entities import UnknownEntityError, check_metadata, check_pair
from samlcheck.cli.arguments import build_parser
from samlcheck.cli.files import (
    STDIN,
    UnreadableError,
    expand,
    may_be_message,
    may_be_metadata,
    read,
)
from samlcheck.cli.output import write, write_reports
from samlcheck.cli.profiles import profile_of
from samlcheck.engine.api import (
    Input,
    UsageError,
    context_of,
    parse_metadata,
)
from samlcheck.engine.report import Report
from samlcheck.profiles import ProfileError
from samlcheck.render.style import Style

OK, FINDINGS, USAGE, UNREADABLE, INTERNAL = range(5)

_RANK = {"error": 3, "warning": 2, "info": 1}
_THRESHOLD = {**_RANK, "never": 4}


def run(arguments: Sequence[str]) -> int:
    """Parse the arguments, run the command, print its result, return the exit code."""
    parser = build_parser(__version__)
    try:
        options, rest = parser.parse_known_args(arguments)
        if rest:  # argparse takes no files behind an option
            wrong = [item for item in rest if item.startswith("-") and item != STDIN]
            if options.command != "diagnose" or wrong:
                parser.error(f"unrecognized arguments: {' '.join(rest)}")
            options.captures += rest
    except SystemExit as stop:  # argparse ends the process itself; a library call must not
        return int(stop.code or 0)
    try:
        _read_standard_input_once(options)
        return _COMMANDS[options.command](options)
    except UnreadableError as error:
        return _complain(str(error), UNREADABLE)
    except (ProfileError, UsageError) as error:
        return _complain(str(error), USAGE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:  # the last line of defence: no traceback for the user
        return _internal(error)


def _read_standard_input_once(options: argparse.Namespace) -> None:
    """Refuse to read standard input for two things.

    :raises UsageError: when - is given more than once.
    """
    given = [path for name in ("paths", "captures", "key") for path in getattr(options, name, [])]
    given += [
        getattr(options, name, None) for name in ("capture", "sp", "idp", "request", "old", "new")
    ]
    if given.count(STDIN) > 1:
        raise UsageError("standard input (-) can be read only once")


def _complain(text: str, code: int) -> int:
    from samlcheck.render.escape import escape

    sys.stderr.write("".join(f"samlcheck: {escape(line)}\n" for line in text.splitlines()))
    return code


def _internal(error: Exception) -> int:
    if os.environ.get("SAMLCHECK_DEBUG"):
        raise error
    return _complain(
        f"internal error ({type(error).__name__}): this is a defect of samlcheck; "
        "set SAMLCHECK_DEBUG=1 to see where",
        INTERNAL,
    )


def _columns() -> int:
    if not (sys.stdout.isatty() or os.environ.get("COLUMNS")):
        return 100
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def _style(options: argparse.Namespace) -> Style:
    if options.color == "auto":
        color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    else:
        color = options.color == "always"
    width = min(_columns(), 120)
    return Style(
        color=color,
        width=max(width, 60),
        show_values=getattr(options, "show_values", False),
        show_info=getattr(options, "show_info", False) or getattr(options, "fail_on", "") == "info",
    )


def _judging(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "now": options.at or datetime.now(UTC),
        "profile": profile_of(options.profile),
        "select": options.select,
        "ignore": options.ignore,
    }


def _message_options(options: argparse.Namespace) -> dict[str, Any]:
    given: dict[str, Any] = {"authn_contexts": options.authn_context}
    for name in ("sp", "idp", "request"):
        path = getattr(options, name)
        given[name] = None if path is None else read(path)
    given["decryption_keys"] = [read(path).octets for path in options.key]
    return given


def _show(reports: Sequence[Report], options: argparse.Namespace, *, many: bool = False) -> None:
    write_reports(reports, options, _style(options), many=many)


def _code(reports: Sequence[Report], options: argparse.Namespace) -> int:
    threshold = _THRESHOLD[options.fail_on]
    for report in reports:
        if not report.readable:
            return UNREADABLE
        if any(report.count(severity) for severity, rank in _RANK.items() if rank >= threshold):
            return FINDINGS
    return OK


def _is_message(given: Input) -> bool:
    """Tell whether a file is a captured message, readable or not, rather than metadata."""
    if may_be_metadata(given.octets) and parse_metadata(given).metadata is not None:
        return False
    from samlcheck.engine.messages import parse_message

    parsed = parse_message(given)
    if parsed.message is not None:
        return True
    return parsed.document.root is None and may_be_message(given.octets, parsed.origin)


def _check(options: argparse.Namespace) -> int:
    evidence = _message_options(options)
    reports: list[Report] = []
    unknown: list[UnknownEntityError] = []
    worst = OK
    trust = [read(path).octets for path in options.trust]
    for path in options.paths:
        for name, found in expand(path):
            try:
                large = None if options.entity else _check_large(name, options, trust)
                if large is not None:
                    reports.append(large)
                    continue
                given = read(name)
            except UnreadableError as error:
                worst = _complain(str(error), UNREADABLE)
                continue
            if (found or options.skip_other) and not _is_metadata_file(given):
                continue
            if options.entity:
                reports.extend(_check_entities(given, options, unknown))
            elif _is_message(given):
                from samlcheck.engine.messages import check_message

                as_captured = options.at is None
                reports.append(
                    check_message(given, as_captured=as_captured, **_judging(options), **evidence)
                )
            else:
                reports.append(check_metadata(given, **_judging(options), trust=trust))
    _refuse_unknown(reports, unknown)
    many = len(options.paths) > 1 or any(os.path.isdir(path) for path in options.paths)
    many = many or len(options.entity) > 1
    if reports or options.format == "json":
        _show(reports, options, many=many or not reports)
    elif not options.skip_other and worst == OK:
        _complain("nothing to check: no SAML metadata below the paths given", OK)
    return worst or _code(reports, options)


def _check_large(path: str, options: argparse.Namespace, trust: list[bytes]) -> Report | None:
    """Check a large metadata file slice by slice; None for any other file."""
    if path == STDIN or not os.path.isfile(path) or os.path.getsize(path) < LARGE:
        return None
    from samlcheck.cli.large import check_large, is_metadata

    if not is_metadata(path):
        return None
    judging = _judging(options)
    context = context_of(authn_contexts=None, **judging, trust=trust)
    return check_large(path, context, options, _style(options))


def _check_entities(
    given: Input, options: argparse.Namespace, unknown: list[UnknownEntityError]
) -> Iterator[Report]:
    """Yield a report for each of the entities asked for that a file has."""
    for entity_id in dict.fromkeys(options.entity):
        try:
            yield check_metadata(given, entity=entity_id, **_judging(options))
        except UnknownEntityError as error:
            unknown.append(error)


def _refuse_unknown(reports: Sequence[Report], unknown: Sequence[UnknownEntityError]) -> None:
    """Refuse entities that no file has.

    :raises UsageError: with what is near them, as told of each file.
    """
    found = {value for report in reports for name, value in report.facts if name == "entityID"}
    lost = [error for error in unknown if error.entity_id not in found]
    if lost:
        raise UsageError("\n".join(str(error) for error in lost))


def _is_metadata_file(given: Input) -> bool:
    """Tell whether a file claims to be SAML metadata, readable or not."""
    if not may_be_metadata(given.octets):
        return False
    parsed = parse_metadata(given)
    return parsed.metadata is not None or parsed.document.root is None


def _pair(options: argparse.Namespace) -> int:
    sp, idp = read(options.sp), read(options.idp)
    sp_entity, idp_entity = options.sp_entity, options.idp_entity
    if options.entity:
        from samlcheck.aggregate.entities import sides_of

        named = [name for name in (sp_entity, idp_entity, *options.entity) if name is not None]
        sp_entity, idp_entity = sides_of(sp, idp, named)
    report = check_pair(
        sp=sp,
        idp=idp,
        sp_entity=sp_entity,
        idp_entity=idp_entity,
        authn_contexts=options.authn_context,
        **_judging(options),
    )
    _show([report], options)
    return _code([report], options)


def _diff(options: argparse.Namespace) -> int:
    from samlcheck.engine.diff_api import diff_metadata

    report = diff_metadata(read(options.old), read(options.new), **_judging(options))
    _show([report], options)
    return _code([report], options)


def _diagnose(options: argparse.Namespace) -> int:
    if not options.captures:
        if not options.code:
            raise UsageError("give a capture, or an error code alone with --code")
        options.rule = [options.code]
        return _explain(options)
    captures = [read(path) for path in options.captures]
    evidence = {**_judging(options), **_message_options(options)}
    evidence["as_captured"] = options.at is None
    if options.each:
        from samlcheck.engine.messages import check_messages

        request = evidence.pop("request")
        earlier = [] if request is None else [request]
        reports: Sequence[Report] = check_messages(captures, earlier=earlier, **evidence)
    else:
        from samlcheck.engine.diagnosing import diagnose

        reports = [diagnose(captures, symptom=options.code, **evidence)]
        only_text = reports[0].symptom if not reports[0].readable else None
        if only_text is not None and options.format == "text":
            options.rule = [only_text.label]
            return _explain(options)
        if options.code and not reports[0].symptom:
            _complain(
                f"nothing is known about {options.code!r}; the findings are ranked without it", OK
            )
    _show(reports, options, many=options.each)
    return _code(reports, options)


def _rules(options: argparse.Namespace) -> int:
    from samlcheck.render.rule_list import render_rules_json, render_rules_text
    from samlcheck.rules.registry import all_rules

    render = render_rules_json if options.format == "json" else render_rules_text
    write(render(all_rules()))
    return OK


def _explain(options: argparse.Namespace) -> int:
    from samlcheck.render.rule_list import render_explanation
    from samlcheck.rules.registry import all_rules

    asked = " ".join(options.rule)
    by_id = {rule.id: rule for rule in all_rules()}
    found = by_id.get(asked)
    if found is None:
        from samlcheck.cli.explaining import explained

        answer = explained(asked, _style(options))
        if answer is not None:
            write(answer)
            return OK
        from difflib import get_close_matches

        near = get_close_matches(asked, by_id, n=3, cutoff=0.5)
        hint = f"; did you mean {', '.join(near)}?" if near else "; see `samlcheck rules`"
        return _complain(f"there is no rule, error code or text {asked!r}{hint}", USAGE)
    write(render_explanation(found, _style(options)))
    return OK


def _redact(options: argparse.Namespace) -> int:
    from samlcheck.cli.redacting import redact_file

    judging = _judging(options)
    del judging["select"], judging["ignore"]
    return redact_file(options, {**judging, **_message_options(options)}, _complain)


def _serve(options: argparse.Namespace) -> int:
    from samlcheck.cli.serving import serve

    return serve(options, _complain)


def _profiles(options: argparse.Namespace) -> int:
    from samlcheck.cli.profiles import show_profiles, test_profile

    if options.action == "test":
        text, right = test_profile(options)
        write(text)
        return OK if right else FINDINGS
    write(show_profiles(options))
    return OK


def _show_message(options: argparse.Namespace) -> int:
    from samlcheck.engine.view import show_message
    from samlcheck.render.show import render_show, render_show_json

    views = show_message(
        read(options.capture),
        now=options.at or datetime.now(UTC),
        sp=None if options.sp is None else read(options.sp),
        idp=None if options.idp is None else read(options.idp),
        decryption_keys=[read(path).octets for path in options.key],
        show_values=options.show_values,
    )
    as_json = options.format == "json"
    write(render_show_json(views) if as_json else render_show(views, _style(options)))
    return OK if any(view.lexical or view.parameters for view in views) else UNREADABLE


_COMMANDS = {
    "check": _check,
    "pair": _pair,
    "diff": _diff,
    "diagnose": _diagnose,
    "show": _show_message,
    "redact": _redact,
    "serve": _serve,
    "rules": _rules,
    "profiles": _profiles,
    "explain": _explain,
}
