"""Broken profile files: every mistake is reported, with file and line."""

from __future__ import annotations

import pytest

from samlcheck.profiles import ProfileError, load_profile_text
from samlcheck.profiles.words import GUARDED_RULES

HEAD = 'schema = 1\n[profile]\nid = "contoso/app"\nkind = "sp"\n'


def problems(text: str, *over: str) -> list[str]:
    with pytest.raises(ProfileError) as caught:
        load_profile_text(text, name="my.toml", over=over)
    return list(caught.value.problems)


def problem(body: str, *over: str) -> str:
    """The one problem of a body that starts at line 5."""
    (found,) = problems(HEAD + body, *over)
    return found


BROKEN = """\
schema = 2
[profile]
id = "Contoso App"
kind = "service"
titel = "typo"
as_of = "2026-11-23"
extends = ["sp/webex-m"]

[vars.site]
pattern = '(?:[a-z]+)+'

[vars.zone]
pattern = '[a-z]{2}'
default = "europe"

[sp.entity_id]
accept = [
  { template = "https://{site}.example.org", source = "manual" },
  { template = "https://{sitee}.example.org" },
  { template = "https://{site}.example.org", exact = "https://example.org" },
  { note = "neither" },
]
otherwise = "fatal"

[sp.acs]
accept = "https://example.org"

[conditions]
clock_skew = "3 minutes"
max_lifetime = 70

[[claims]]
name = "uid"
presence = "mandatory"
value = { type = "mail", non_empty = "yes" }

[[claims]]
name = "uid"

[[claims]]
cardinality = 1

[[relations]]
require = "claims.uid == claims.mail"

[relax]
sig-none = { to = "off", reason = "we do not sign" }
org-missing = { to = "error" }
Attr = { to = "info", reason = "x" }

[vendor_codes.app]
"1 2" = { meaning = "", look_at = ["cert-expired", "x"] }
"""


def test_all_mistakes_are_reported_at_once_with_their_lines() -> None:
    hint = "did you mean"
    assert [
        "my.toml:1: schema is 2, expected one of 1",
        "my.toml:3: profile.id is not a profile id, expected lower case words joined by '/', '.',"
        " '_' or '-'",
        "my.toml:4: profile.kind is 'service', expected one of 'base', 'idp', 'sp', 'integration'",
        "my.toml:5: profile.titel is an unknown key, expected one of as_of, console, extends, id,"
        f" idp, kind, maturity, sp, title, version; {hint} 'title'?",
        "my.toml:6: profile.as_of is '2026-11-23', expected a date such as 2026-11-23",
        f"my.toml:7: profile.extends[0] is 'sp/webex-m', which is no built-in profile;"
        f" {hint} 'sp/webex-meetings'?",
        "my.toml:10: vars.site.pattern is '(?:[a-z]+)+': nested quantifiers: a repeat or choice"
        " inside a repeated group",
        "my.toml:14: vars.zone.default is 'europe', which the pattern [a-z]{2} does not match",
        "my.toml:18: sp.entity_id.accept[0].source is 'manual', which [sources] does not have",
        "my.toml:19: sp.entity_id.accept[1].template uses {sitee}, which [vars] does not have;"
        f" {hint} 'site'?",
        "my.toml:20: sp.entity_id.accept[2] has to have either template or exact",
        "my.toml:20: sp.entity_id.accept[2] repeats 'https://{site}.example.org', each may be given"
        " once",
        "my.toml:21: sp.entity_id.accept[3] has to have either template or exact",
        "my.toml:23: sp.entity_id.otherwise is 'fatal', expected one of 'error', 'warning', 'info',"
        " 'off'",
        "my.toml:26: sp.acs.accept is 'https://example.org', expected an array",
        "my.toml:29: conditions.clock_skew is '3 minutes', expected hours, minutes and seconds such"
        " as PT1H10M",
        "my.toml:30: conditions.max_lifetime is 70, expected text",
        "my.toml:34: claims[0].presence is 'mandatory', expected one of 'required', 'optional',"
        " 'forbidden'",
        "my.toml:35: claims[0].value.type is 'mail', expected one of 'email', 'url', 'uuid',"
        f" 'int', 'bool', 'datetime'; {hint} 'email'?",
        "my.toml:35: claims[0].value.non_empty is 'yes', expected true or false",
        "my.toml:37: claims[1] repeats 'uid', each may be given once",
        "my.toml:40: claims[2] has no name",
        "my.toml:41: claims[2].cardinality is 1, expected one of '1', '0..1', '1..*', '0..*'",
        "my.toml:44: relations[0].require uses the claim 'mail', which no layer has",
        "my.toml:47: relax.sig-none turns sig-none to off; it may not go below warning",
        "my.toml:48: relax.org-missing.to is 'error', expected one of 'warning', 'info', 'off'",
        "my.toml:48: relax.org-missing has no reason",
        "my.toml:49: relax.Attr is not a rule id, expected words in lower case joined by hyphens",
        "my.toml:52: vendor_codes.app.'1 2' is not a code, expected letters, digits, ':', '.', '_'"
        " or '-'",
        "my.toml:52: vendor_codes.app.'1 2'.meaning is empty",
        "my.toml:52: vendor_codes.app.'1 2'.look_at[1] is not a rule id, expected words in lower"
        " case joined by hyphens",
    ] == problems(BROKEN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["my.toml:1: the file has no schema", "my.toml:1: the file has no profile"]),
        ("schema = 1\nprofile = 3", ["my.toml:2: profile is 3, expected a table"]),
        (
            "schema = true\n[profile]\nid='a'\nkind='sp'",
            ["my.toml:1: schema is True, expected one of 1"],
        ),
        (
            "schema = 1\n[profile]",
            ["my.toml:2: profile has no id", "my.toml:2: profile has no kind"],
        ),
        ("a = 1\n\nb =\n", ["my.toml:3: is not TOML: Invalid value"]),
        ("a = 1\nb = '''\n\n", ["my.toml:2: is not TOML: Expected \"'''\""]),
        ("[a]\n[a]\n", ["my.toml:2: is not TOML: Cannot declare ('a',) twice"]),
        (
            "a = " + "[" * 1999,
            ["my.toml:1: the line has 2003 characters, at most 2000 are allowed"],
        ),
        ("#\n" * 60_000, ["my.toml:1: has 120000 characters, at most 100000 allowed"]),
    ],
)
def test_a_file_of_another_shape(text: str, expected: list[str]) -> None:
    assert expected == problems(text)


def test_a_nest_too_deep_for_the_parser() -> None:
    (found,) = problems("a = " + "[\n" * 3000)
    assert "my.toml:1: is not TOML that can be read: nested too deeply" == found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("sp = 1", "5: profile.sp is 1, expected text"),
        (
            "[vars.Site]\npattern = 'a'",
            "5: vars.Site is not a variable name, expected a-z first, then a-z, 0-9 or '_'",
        ),
        ("[vars.site]\nexample = 'a'", "5: vars.site has no pattern"),
        ("[vars]\nsite = 'a'", "6: vars.site binds site, which no layer defines"),
        (
            "[vars.site]\npattern = '[z-a]'",
            "6: vars.site.pattern is '[z-a]': it is not a regular"
            " expression: bad character range z-a",
        ),
        (
            f"[vars.site]\npattern = '{'a' * 201}'",
            f"6: vars.site.pattern is '{'a' * 59}...: it has 201"
            " characters, at most 200 are allowed",
        ),
        (
            "[sp.acs]\naccept = [{ template = 'a{b' }]",
            "6: sp.acs.accept[0].template is 'a{b', where a brace belongs to no {variable}",
        ),
        (
            "[sp.acs]\naccept = [{ template = 'a', regex = 'b' }]",
            "6: sp.acs.accept[0].regex is an"
            " unknown key, expected one of exact, identifies, label, note, source, status,"
            " template",
        ),
        (
            "[vars.a]\npattern = '.*'\n[sp.acs]\naccept = [{ template = '{a}{a}-{a}' }]",
            "8: sp.acs.accept[0].template can match in more than 5000000 ways, bound the repeats",
        ),
        (
            "[signature]\nrequire = 'any'",
            "6: signature.require is 'any', expected one of 'response',"
            " 'assertion', 'both', 'either', 'none'",
        ),
        ("[subject]\nformats = 'x'", "6: subject.formats is 'x', expected an array"),
        ("[subject]\nformats = [' ']", "6: subject.formats[0] is empty"),
        (
            f"[[claims]]\nname = '{'n' * 401}'",
            "6: claims[0].name has 401 characters, at most 400 are allowed",
        ),
        (
            "[[relations]]\nrequire = 'uid = email'",
            "6: relations[0].require is 'uid = email', expected the form 'claims.a == claims.b'",
        ),
        (
            "[severity]\norg-missing = { to = 'off', reason = 'x' }",
            "6: severity.org-missing.to is 'off', expected one of 'error', 'warning', 'info'",
        ),
        (
            "[severity]\nab-c = { to = 'info', reason = 'x' }\n"
            "[relax]\nab-c = { to = 'info', reason = 'x' }",
            "8: relax.ab-c is under [severity] too, only one may say it",
        ),
        (
            "[roles.x]\ntype = 'bool'",
            "5: roles is an unknown key, expected one of authn_context,"
            " claims, claims_policy, conditions, configured, encryption, examples, fix, idp,"
            " metadata, profile,"
            " relations, relax, response, schema, severity, signature, sources, sp, subject,"
            " switches, vars, vendor_codes, waive; did you mean 'profile'?",
        ),
        ("[switches.x]\nhelp = 'what'", "5: switches.x has no default"),
        ("[switches]\nx = true", "6: switches.x sets x, which no layer defines"),
        (
            "[switches.jit]\ndefault = 'on'",
            "6: switches.jit.default is 'on', expected true or false",
        ),
        (
            "[switches.jit_on]\ndefault = true\n[[claims]]\nname = 'a'\nrequired_if = 'jit'",
            "9: claims[0].required_if is 'jit', which [switches] does not have; did you mean"
            " 'jit_on'?",
        ),
        (
            "[authn_context]\nuse = 'mfa'",
            "6: authn_context.use is 'mfa', which no layer has as a preset",
        ),
        (
            "[subject]\nvalue = { pattern = '^a$' }",
            "6: subject.value.pattern is '^a$': an anchor '^' is not needed, the whole text has to"
            " match",
        ),
        (
            "[[claims]]\nname = 'a'\nvalue = { max_length = 0 }",
            "7: claims[0].value.max_length is 0, expected a whole number from 1 to 100000",
        ),
        (
            "[[waive]]\nrule = 'org-missing'\nreason = 'later'",
            "5: waive[0] has no until",
        ),
        (
            "[[waive]]\nrule = 'sig-none'\nreason = 'x'\nuntil = 2027-01-01",
            "5: waive[0] waives sig-none, which no profile may do",
        ),
        (
            "[subject]\nsource = 1",
            "6: subject.source is 1, expected names from [sources]",
        ),
        (
            "[sources.Manual]\nwhat = 'a'",
            "5: sources.Manual is not a name, expected a-z, 0-9, '_' or '-'",
        ),
        (
            "[idp.sso]\naccept = [{ template = 1 }]",
            "6: idp.sso.accept[0].template is 1, expected text",
        ),
        ("[response]\naudience = true", "6: response.audience is True, expected a table"),
        ("[fix.entra]\nab-c = 1", "6: fix.entra.ab-c is 1, expected text"),
        ("[fix]\nentra = []", "6: fix.entra is an array, expected a table"),
        (
            "[subject]\nnameid = 0x" + "f" * 900,
            "6: subject.nameid is a huge number, expected one of 'required', 'optional'",
        ),
    ],
)
def test_one_mistake(body: str, expected: str) -> None:
    assert f"my.toml:{expected}" == problem(body)


@pytest.mark.parametrize("rule", [*sorted(GUARDED_RULES), "xsw-3"])
def test_a_rule_that_guards_trust_stays_at_warning(rule: str) -> None:
    for table, to in (("relax", "off"), ("relax", "info"), ("severity", "info")):
        found = problem(f"[{table}]\n{rule} = {{ to = '{to}', reason = 'x' }}")
        assert (
            f"my.toml:6: {table}.{rule} turns {rule} to {to}; it may not go below warning" == found
        )
    allowed = f"[relax]\n{rule} = {{ to = 'warning', reason = 'x' }}"
    (change,) = load_profile_text(HEAD + allowed, name="my.toml").severities
    assert ("warning", rule) == (change.to, change.rule)


def test_a_pattern_that_makes_a_lower_template_costly_is_refused() -> None:
    wide = "[vars.site]\npattern = '.*'\nexample = 'contoso'"
    found = problem(wide, "webex-meetings")
    location = "https://{site}.{cloud}/dispatcher/SAML2AuthService?siteurl={site}"
    assert (
        f"my.toml:1: [vars] lets the template {location} match in more than 5000000 ways" == found
    )


def test_an_unknown_profile_to_lie_on() -> None:
    with pytest.raises(ProfileError, match="there is no profile 'x'"):
        load_profile_text(HEAD, name="my.toml", over=["x"])


def test_many_mistakes_stay_cheap() -> None:
    body = "".join(f"k{number} = 1\n" for number in range(9_000))
    assert 9_000 == len(problems(HEAD + body))
