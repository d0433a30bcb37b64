"""The arguments of each command."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

FORMATS = ("text", "concise", "json", "markdown", "html")
FAIL_ON = ("error", "warning", "info", "never")


def instant(text: str) -> datetime:
    """Return the aware datetime of an ISO 8601 text; without a zone it is taken as UTC."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time such as 2026-11-23T10:00:00Z"
        ) from None
    if not 1990 <= value.year <= 9900:
        raise argparse.ArgumentTypeError(f"{text!r} does not lie between 1990 and 9900")
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def _jobs(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 64")
    return number


def _globs(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    judging = common.add_argument_group("what is judged")
    judging.add_argument(
        "--profile",
        action="append",
        default=[],
        metavar="NAME",
        help="profile such as webex-meetings or entra, or a .toml file; may be repeated; "
        "without it the documents choose",
    )
    judging.add_argument(
        "--at", type=instant, metavar="TIME", help="judge as of this time instead of now"
    )
    judging.add_argument(
        "--select", type=_globs, action="extend", default=[], metavar="GLOB", help="rules to run"
    )
    judging.add_argument(
        "--ignore", type=_globs, action="extend", default=[], metavar="GLOB", help="rules to skip"
    )
    showing = common.add_argument_group("what is shown")
    showing.add_argument("--format", choices=FORMATS, default="text")
    showing.add_argument("-o", "--output", metavar="FILE", help="write to a file instead")
    showing.add_argument("--show-info", action="store_true", help="show notes as well")
    showing.add_argument(
        "--show-values", action="store_true", help="show NameID and attribute values in clear"
    )
    showing.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    showing.add_argument(
        "--fail-on",
        choices=FAIL_ON,
        default="error",
        help="least severity that gives exit code 1 (default: error)",
    )
    return common


def _evidence(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument("--sp", metavar="FILE", required=required, help="SP metadata")
    parser.add_argument("--idp", metavar="FILE", required=required, help="IdP metadata")
    parser.add_argument(
        "--authn-context",
        metavar="LIST",
        help="class references that the SP accepts, separated by semicolons",
    )


def _message_evidence(parser: argparse.ArgumentParser) -> None:
    _evidence(parser)
    parser.add_argument("--request", metavar="FILE", help="the request that was answered")
    parser.add_argument(
        "--key",
        metavar="FILE",
        action="append",
        default=[],
        help="private key (PEM or DER) that decrypts the assertion",
    )


def _show(show: argparse.ArgumentParser) -> None:
    show.add_argument("capture", metavar="MESSAGE", help="captured message; - reads stdin")
    show.add_argument("--sp", metavar="FILE", help="SP metadata, to verify signatures with")
    show.add_argument("--idp", metavar="FILE", help="IdP metadata, to verify signatures with")
    show.add_argument(
        "--key",
        metavar="FILE",
        action="append",
        default=[],
        help="private key (PEM or DER) that decrypts the assertion",
    )
    show.add_argument(
        "--at", type=instant, metavar="TIME", help="relate times to this one instead of now"
    )
    show.add_argument("--format", choices=("text", "json"), default="text")
    show.add_argument(
        "--show-values", action="store_true", help="show NameID and attribute values in clear"
    )
    show.add_argument("--color", choices=("auto", "always", "never"), default="auto")


def _profiles(profiles: argparse.ArgumentParser) -> None:
    actions = profiles.add_subparsers(dest="action", required=True, metavar="ACTION")
    every = actions.add_parser("list", help="list the built-in profiles")
    every.add_argument("--kind", choices=("base", "idp", "sp"))
    one = actions.add_parser("show", help="show what a profile says, its layers merged")
    one.add_argument("name", metavar="NAME", help="a profile, or a .toml file")
    one.add_argument(
        "--origins", action="store_true", help="show layer, line and source of each value"
    )
    search = actions.add_parser(
        "search", help="search the profiles and what is documented for more applications"
    )
    search.add_argument("words", nargs="+", metavar="WORD")
    tested = actions.add_parser("test", help="run the examples of a profile")
    tested.add_argument("name", metavar="NAME", help="a profile, or a .toml file")
    for action in (every, one, search):
        action.add_argument("--format", choices=("text", "json"), default="text")


def build_parser(version: str) -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="samlcheck",
        description="Says what is wrong with SAML 2.0 metadata and logins, and who must act.",
        epilog="Exit codes: 0 nothing found, 1 findings, 2 usage, 3 unreadable, 4 internal error.",
    )
    parser.add_argument("-V", "--version", action="version", version=f"samlcheck {version}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = _common()

    check = commands.add_parser(
        "check", parents=[common], help="check metadata files, folders, or messages"
    )
    check.add_argument("paths", nargs="+", metavar="PATH", help="file or folder; - reads stdin")
    check.add_argument(
        "--trust",
        metavar="CERT",
        action="append",
        default=[],
        help="certificate (PEM or DER) whose key must have signed the metadata; may be repeated",
    )
    check.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="processes for large files (default: one for each processor)",
    )
    check.add_argument(
        "--skip-other",
        action="store_true",
        help="pass silently over files that are not SAML metadata (for the pre-commit hook)",
    )
    check.add_argument(
        "--entity",
        metavar="ENTITYID",
        action="append",
        default=[],
        help="check this entity of an aggregate only; may be repeated",
    )
    _message_evidence(check)

    pair = commands.add_parser(
        "pair", parents=[common], help="check whether an SP and an IdP can work together"
    )
    _evidence(pair, required=True)
    pair.add_argument("--sp-entity", metavar="ENTITYID", help="the SP in an aggregate")
    pair.add_argument("--idp-entity", metavar="ENTITYID", help="the IdP in an aggregate")
    pair.add_argument(
        "--entity",
        metavar="ENTITYID",
        action="append",
        default=[],
        help="the SP or the IdP in an aggregate, whichever has it in that role; may be repeated",
    )

    diff = commands.add_parser(
        "diff", parents=[common], help="say what a new version of metadata will do to partners"
    )
    diff.add_argument("old", metavar="OLD", help="the version that partners have; - reads stdin")
    diff.add_argument("new", metavar="NEW", help="the version that takes its place")

    diagnose = commands.add_parser(
        "diagnose", parents=[common], help="say why a captured login failed"
    )
    diagnose.add_argument(
        "captures",
        nargs="*",
        metavar="FILE",
        help="capture (HAR, SAML-tracer export, HTTP request, URL, form, Base64, XML), metadata of "
        "either side, or an error text; several belong to one login; - reads stdin",
    )
    diagnose.add_argument(
        "--code",
        metavar="TEXT",
        help="what the user saw: a code such as webex:13 or AADSTS75011, or an error text",
    )
    diagnose.add_argument(
        "--each", action="store_true", help="judge each message by itself, the oldest first"
    )
    _message_evidence(diagnose)

    _show(commands.add_parser("show", help="show a captured message for reading"))

    from samlcheck.cli import redacting, serving

    redacting.add_arguments(commands, _message_evidence)
    serving.add_arguments(commands)

    rules = commands.add_parser("rules", help="list the rules")
    rules.add_argument("--format", choices=("text", "json"), default="text")

    _profiles(commands.add_parser("profiles", help="list, show, search or test the profiles"))
    explain = commands.add_parser("explain", help="explain a rule, an error code or an error text")
    explain.add_argument(
        "rule", nargs="+", metavar="WHAT", help="rule, code such as AADSTS75011, text, or vendor"
    )
    explain.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    return parser
