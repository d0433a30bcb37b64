"""Runs logins between real toolkits and lays what samlcheck says beside what they say.

On demand, not part of the tests: `python -m tests.interop.run FOLDER` writes docs/interop.md. The
folder holds a virtual environment with pysaml2 and python3-saml in `venv`, and the npm packages
samlp and @node-saml/node-saml in `node_modules`. Of Debian it needs simplesamlphp, php-cli,
php-xml, php-mbstring and faketime.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import attrs

import samlcheck
from samlcheck import Input, Report
from samlcheck.profiles import Profile, load_profile
from tests.interop.scenarios import ACS, IDP, REQUEST, SCENARIOS, SP, USER, Scenario
from tests.support.keys import certificate_base64, certificate_pem, key_pem

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "interop.md"
_MD = "urn:oasis:names:tc:SAML:2.0:metadata"
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
IDPS = {
    "pysaml2": "idp_pysaml2.py",
    "samlp": "idp_samlp.js",
    "SimpleSAMLphp": "idp_simplesamlphp.py",
}
SPS = {"python3-saml": "sp_python3_saml.py", "node-saml": "sp_node_saml.js"}


class Outcome(NamedTuple):
    """What both said of one login."""

    scenario: Scenario
    idp: str
    sp: str
    says: str | None
    report: Report

    @property
    def named(self) -> list[str]:
        """The findings that name what is wrong."""
        rules = dict.fromkeys(finding.rule for finding in self.report.findings)
        return [rule for rule in rules if any(fnmatchcase(rule, n) for n in self.scenario.names)]

    @property
    def agrees(self) -> bool:
        """Whether samlcheck says what the toolkit says, or more where that does not look."""
        if not self.scenario.names:
            return self.says is None and self.report.verdict == "accepted"
        if self.says is None and self.sp not in self.scenario.unseen_by:
            return False
        return bool(self.named)


def call(
    folder: Path, script: str, job: dict[str, Any], clock: str | None = None
) -> dict[str, Any]:
    """Run one toolkit on one job; `clock` is how far its clock is off, as faketime takes it."""
    node = script.endswith(".js")
    program = "node" if node else str(folder / "venv" / "bin" / "python")
    path = {"NODE_PATH": str(folder / "node_modules")} if node else {}
    done = subprocess.run(
        [*(["faketime", "-f", clock] if clock else []), program, str(HERE / script)],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **path},
    )
    if done.returncode:
        raise RuntimeError(f"{script}: {done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def sp_metadata(entity_id: str = SP, acs: str = ACS) -> str:
    """The metadata of the service provider; the identity provider may have others of it."""
    return (
        f'<md:EntityDescriptor xmlns:md="{_MD}" entityID="{entity_id}">'
        f'<md:SPSSODescriptor protocolSupportEnumeration="{_PROTOCOL}">'
        f'<md:AssertionConsumerService Binding="{_POST}" index="0" Location="{acs}"/>'
        '<md:AttributeConsumingService index="0"><md:ServiceName xml:lang="en">Library'
        f'</md:ServiceName><md:RequestedAttribute Name="{_MAIL}" isRequired="true"/>'
        "</md:AttributeConsumingService></md:SPSSODescriptor></md:EntityDescriptor>"
    )


def idp_metadata() -> str:
    """The metadata of the identity provider, as the service provider has them."""
    return (
        f'<md:EntityDescriptor xmlns:md="{_MD}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
        f'entityID="{IDP}"><md:IDPSSODescriptor protocolSupportEnumeration="{_PROTOCOL}">'
        '<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
        f"{certificate_base64('idp-signing')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        f'</md:KeyDescriptor><md:SingleSignOnService Binding="{_POST}" Location="{IDP}/sso"/>'
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


def request(now: datetime) -> str:
    """The request that is answered."""
    return (
        f'<samlp:AuthnRequest xmlns:samlp="{_PROTOCOL}" ID="{REQUEST}" Version="2.0" '
        f'IssueInstant="{now - timedelta(seconds=20):%Y-%m-%dT%H:%M:%SZ}" '
        f'AssertionConsumerServiceURL="{ACS}"><saml:Issuer '
        f'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{SP}</saml:Issuer>'
        "</samlp:AuthnRequest>"
    )


def respond(folder: Path, name: str, scenario: Scenario) -> bytes:
    """Have an identity provider answer, and alter the answer where the scenario says so."""
    asked = dict(scenario.idp)
    mail = {"mail": [USER]} if name == "pysaml2" else {_MAIL: USER}
    key = asked.pop("key", "idp-signing")
    clock = asked.pop("clock", None)
    job = {
        "issuer": IDP,
        "audience": SP,
        "recipient": ACS,
        "in_response_to": REQUEST,
        "name_id": USER,
        "name_id_format": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        "attributes": mail,
        "lifetime": 600,
        "sign": "both",
        "sha1": False,
        "status": None,
        "key": key_pem(key).decode(),
        "certificate": certificate_pem(key).decode(),
        **asked,
    }
    job["sp_metadata"] = sp_metadata(job["audience"], job["recipient"])
    xml = base64.b64decode(call(folder, IDPS[name], job, clock)["response"]).decode()
    return (scenario.altered(xml) if scenario.altered else xml).encode()


def judge(scenario: Scenario, response: bytes) -> Report:
    """What samlcheck says of a response."""
    now = datetime.now(UTC)
    return samlcheck.check_message(
        Input(data=base64.b64encode(response), name="SAMLResponse"),
        sp=sp_metadata().encode(),
        idp=idp_metadata().encode(),
        request=request(now).encode(),
        now=now,
        profile=_profile(scenario),
    )


def _profile(scenario: Scenario) -> Profile:
    required = "assertion" if scenario.sp.get("encrypted") else "none"
    return attrs.evolve(load_profile(), encryption_required=required)


def outcomes(folder: Path) -> Iterator[Outcome]:
    """Run every scenario between every two toolkits."""
    for scenario in SCENARIOS:
        for idp in IDPS:
            response = respond(folder, idp, scenario)
            report = judge(scenario, response)
            for sp, script in SPS.items():
                job = {
                    "response": base64.b64encode(response).decode(),
                    "sp": SP,
                    "acs": ACS,
                    "idp": IDP,
                    "request_id": REQUEST,
                    "idp_certificate": certificate_base64("idp-signing"),
                    "sp_certificate": certificate_base64("sp-encryption"),
                    "sp_key": key_pem("sp-encryption").decode(),
                    "encrypted": False,
                    "no_sha1": False,
                    **scenario.sp,
                }
                yield Outcome(scenario, idp, sp, call(folder, script, job)["says"], report)


def versions(folder: Path) -> list[str]:
    """The toolkits and their versions."""
    python = subprocess.run(
        [str(folder / "venv" / "bin" / "python"), "-m", "pip", "list", "--format", "json"],
        capture_output=True,
        check=True,
    )
    installed = {item["name"].lower(): item["version"] for item in json.loads(python.stdout)}
    found = [f"{name} {installed[name]}" for name in ("pysaml2", "python3-saml")]
    for name in ("samlp", "@node-saml/node-saml"):
        text = (folder / "node_modules" / name / "package.json").read_text(encoding="utf-8")
        found.append(f"{name} {json.loads(text)['version']}")
    package = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", "simplesamlphp"], capture_output=True, check=True
    )
    return [*found, f"SimpleSAMLphp {package.stdout.decode()} of Debian"]


_HEAD = """# Logins between real toolkits

Each row is one login: an identity provider of one toolkit answers a service provider of another,
healthy or misconfigured in one thing. Beside what the service provider says stands what samlcheck
says of the same response, with the metadata of both sides and the request. Run on {date} with
{versions}, by `python -m tests.interop.run FOLDER`.

| login | identity provider | service provider | it says | samlcheck | that is | same |
|---|---|---|---|---|---|---|
"""


_VERDICT = """The verdict is that of a receiver that does what SAML demands. What one product
insists on beyond that (encryption, no SHA-1, an attribute statement) is a finding, and does not
change it."""


def page(found: list[Outcome], used: list[str], day: datetime) -> str:
    """The page of the documentation."""
    rows = []
    for item in found:
        says = "accepted" if item.says is None else item.says.replace("|", "\\|").replace("\n", " ")
        unseen = item.says is None and bool(item.scenario.names)
        same = ("more" if unseen else "yes") if item.agrees else "NO"
        named = ", ".join(f"`{rule}`" for rule in item.named)
        rows.append(
            f"| {item.scenario.title} | {item.idp} | {item.sp} | {says[:140]} | "
            f"{item.report.verdict} | {named} | {same} |"
        )
    reasons = dict.fromkeys(
        item.scenario.why_unseen for item in found if item.says is None and item.scenario.why_unseen
    )
    notes = "".join(f"- {reason}.\n" for reason in reasons)
    head = _HEAD.format(date=f"{day:%Y-%m-%d}", versions=", ".join(used))
    return head + "\n".join(rows) + f"\n\n{_VERDICT}\n\nWhere samlcheck says more:\n\n{notes}"


def main(arguments: list[str]) -> int:
    """Run all logins, write the page, and say where samlcheck does not say the same."""
    folder = Path(arguments[0])
    found = list(outcomes(folder))
    PAGE.write_text(page(found, versions(folder), datetime.now(UTC)), encoding="utf-8")
    wrong = [item for item in found if not item.agrees]
    for item in wrong:
        rules = [finding.rule for finding in item.report.findings if finding.severity != "info"]
        print(item.scenario.title, item.idp, item.sp, item.says, item.report.verdict, rules)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
