"""Runs the worked example with the real command line: `make demo`.

Entra ID is the identity provider, a Webex Meetings site the service provider. The metadata and
the pair are checked, then one good login and two that failed are diagnosed.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from samlcheck.cli import main

FOLDER = Path(__file__).resolve().parent / "examples" / "webex"
ROOT = FOLDER.parent.parent.parent

SP = "docs/examples/webex/sp-metadata.xml"
IDP = "docs/examples/webex/idp-metadata.xml"
CLASSES = (
    "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport;"
    "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
)
COMMON = ["--profile", "webex-meetings", "--profile", "entra", "--at", "2026-11-23T10:00:00Z"]
EVIDENCE = ["--sp", SP, "--idp", IDP, "--request", "docs/examples/webex/authn-request.xml"]

STEPS = (
    ("1. The two metadata files", ["check", SP, IDP], 0),
    ("2. Can the two sides work together?", ["pair", "--sp", SP, "--idp", IDP], 0),
    ("3. A login that works", ["diagnose", "docs/examples/webex/01-login-good.txt", *EVIDENCE], 0),
    (
        "4. A user is not let in: what does the IdP send?",
        ["diagnose", "docs/examples/webex/02-login-claim-namespaced.txt", *EVIDENCE],
        1,
    ),
    (
        '5. Webex says "error 13"',
        ["diagnose", "docs/examples/webex/04-login-authn-context.txt", *EVIDENCE],
        1,
    ),
)


def run() -> int:
    """Run every step; return 0 when each ended with the exit code that the example is made for."""
    os.chdir(ROOT)
    worst = 0
    for title, arguments, expected in STEPS:
        shown = shlex.join(["samlcheck", *arguments])
        extra = [*COMMON, *(["--authn-context", CLASSES] if arguments[0] == "diagnose" else [])]
        sys.stdout.write(f"\n=== {title}\n$ {shown}\n\n")
        sys.stdout.flush()
        code = main([*arguments, *extra])
        if code != expected:
            sys.stdout.write(f"\nexit code {code}, expected {expected}\n")
            worst = 1
    sys.stdout.write(
        "\nEach command also took "
        + shlex.join(COMMON)
        + " and, to diagnose,\n--authn-context with the two classes of the site's list.\n"
    )
    return worst


if __name__ == "__main__":
    sys.exit(run())
