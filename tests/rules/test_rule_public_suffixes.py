"""The public suffix list: wildcards, exceptions, other letters; without it, no verdict."""

from __future__ import annotations

import pytest

import samlcheck
from samlcheck.rules.metadata import scope_suffixes
from samlcheck.rules.metadata.public_suffixes import MISSING, PublicSuffixes
from tests.support.bases import NOW, build

_TEXT = """// comment
com
uk
ac.uk
jp
*.kobe.jp
!city.kobe.jp
公司.cn
cn
// ===BEGIN PRIVATE DOMAINS===
github.io
io
"""


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("example.com", "com"),
        ("COM", "com"),
        ("www.example.ac.uk", "ac.uk"),
        ("ac.uk", "ac.uk"),
        ("x.y.kobe.jp", "y.kobe.jp"),
        ("kobe.jp", "kobe.jp"),
        ("city.kobe.jp", "kobe.jp"),
        ("a.xn--55qx5d.cn", "公司.cn"),
        ("xn--\u00e9.cn", "cn"),
        ("example.github.io", None),
        ("idp.local", None),
        ("", None),
        ("..", None),
    ],
)
def test_suffix_of_a_domain(domain: str, expected: str | None) -> None:
    assert expected == PublicSuffixes(_TEXT).suffix(domain)


def test_a_domain_that_is_a_suffix() -> None:
    suffixes = PublicSuffixes(_TEXT)
    assert suffixes.is_suffix("AC.UK")
    assert suffixes.is_suffix("xn--55qx5d.cn")
    assert not suffixes.is_suffix("example.ac.uk")
    assert not suffixes.is_suffix("city.kobe.jp")


def test_without_the_list_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope_suffixes, "public_suffixes", lambda: None)
    data = build("idp", ((">example.org</shibmd:Scope>", ">ac.uk</shibmd:Scope>"),))
    report = samlcheck.check_metadata(data, now=NOW, profile="federation", select="scope-*")
    reasons = {item.reason for item in report.outcomes if item.status == "could-not-run"}
    assert {MISSING} == reasons
    assert "scope-public-suffix" not in {finding.rule for finding in report.findings}
