"""What a message tells about a person stays out of every output, also when it is broken."""

from __future__ import annotations

import json
import pickle

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samlcheck
from samlcheck.render.diagnosis import render_diagnosis
from samlcheck.render.json_report import render_json
from samlcheck.render.style import Style
from samlcheck.render.text import render_check, render_concise
from tests.support.bases import NOW, build, load

_SECRET = "zq7vxk-jw3hfy"
_NAME_ID = (">maria.lind@example.org</saml:NameID>", f">{_SECRET}</saml:NameID>")
_VALUE = ("<saml:AttributeValue>Maria<", f"<saml:AttributeValue>{_SECRET}<")
_LOGIN = build("response", [_NAME_ID, _VALUE], sign=None).decode()
_MESSAGE = "message"
_METADATA = "metadata"


def _check(data: bytes | str, kind: str = _MESSAGE) -> samlcheck.Report:
    if kind == _METADATA:
        return samlcheck.check_metadata(data, now=NOW)
    return samlcheck.check_message(data, now=NOW, sp=load("sp"), idp=load("idp"))


def _outputs(report: samlcheck.Report, *, show_values: bool = False) -> str:
    style = Style(show_values=show_values, show_info=True, width=10_000)
    return "\n".join(
        (
            render_check(report, style),
            render_diagnosis(report, style),
            render_concise(report, style),
            render_json([report], many=False, show_values=show_values),
            repr(report),
        )
    )


def _places() -> list[int]:
    """Return the offsets in and around each place where the secret stands."""
    found, start = [], _LOGIN.find(_SECRET)
    while start >= 0:
        found += range(start - 80, start + len(_SECRET) + 30)
        start = _LOGIN.find(_SECRET, start + 1)
    return found


_AT = st.one_of(st.sampled_from(_places()), st.integers(0, len(_LOGIN)))
_STRAY = st.one_of(
    st.sampled_from(
        ['<"', '"<"', "<saml:", "</", "<!", "<?", "&", "&#", '<a b="', " x=", "]]>", ""]
    ),
    st.text("<>/&;'\"!?[]-=: \n\x00\ue000\ue001", max_size=4),
)


@settings(max_examples=150, deadline=None)
@given(
    at=_AT, removed=st.integers(0, 25), stray=_STRAY, kind=st.sampled_from([_MESSAGE, _METADATA])
)
def test_a_message_broken_anywhere_tells_no_value(
    at: int, removed: int, stray: str, kind: str
) -> None:
    broken = _LOGIN[:at] + stray + _LOGIN[at + removed :]
    assert _SECRET not in _outputs(_check(broken, kind))


@settings(max_examples=60, deadline=None)
@given(at=_AT, stray=_STRAY)
def test_what_is_cut_out_of_a_message_tells_no_value(at: int, stray: str) -> None:
    assert _SECRET not in _outputs(_check(stray + _LOGIN[at:]))
    assert _SECRET not in _outputs(_check(_LOGIN[:at] + stray))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_broken_login_judged_as_metadata_shows_no_line(encoding: str) -> None:
    text = _LOGIN.replace("UTF-8", encoding.upper()).replace("</saml:Subject>", "</saml:Subjekt>")
    report = _check(text.replace("\n", " ").encode(encoding), _METADATA)
    assert ["xml-not-well-formed"] == [item.rule for item in report.findings]
    assert report.findings[0].location.excerpt is None
    assert _SECRET not in _outputs(report, show_values=True)


def test_a_sound_login_judged_as_metadata_tells_no_value() -> None:
    report = _check(_LOGIN.replace("\n", " ").encode(), _METADATA)
    assert report.findings
    assert _SECRET not in _outputs(report)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_broken_metadata_shows_its_line_and_text(encoding: str) -> None:
    text = load("sp").replace("UTF-8", encoding.upper())
    text = text.replace("</md:SPSSODescriptor>", "</md:SPSSODescripter>").replace(
        "<md:EntityDescriptor", "\n<md:EntityDescriptor", 1
    )
    (finding,) = _check(text.encode(encoding), _METADATA).findings
    assert finding.location.excerpt is not None
    assert "</md:SPSSODescripter>" in finding.location.excerpt.text
    assert '"</md:SPSSODescripter>"' in finding.message


def test_text_behind_metadata_is_quoted() -> None:
    (finding,) = _check(load("sp") + 'He said "two"', _METADATA).findings
    assert 'The text "He said "two"" follows' in finding.message
    assert 'He said "two"' == finding.actual


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("</saml:Subject>", "</saml:Subjekt>", '"</saml:Subjekt>"'),
        ("</saml:Subject>", "", '"</saml:Assertion>"'),
        (' Method="', ' Method="x" Method="', '"Method" twice'),
        ("<saml:Subject>", "<ds:Subject>", 'prefix "ds"'),
        (_SECRET, "R&D", '"&"'),
    ],
)
def test_names_of_markup_stay_readable_in_a_broken_message(old: str, new: str, shown: str) -> None:
    report = _check(_LOGIN.replace(old, new, 1))
    assert shown in next(item.message for item in report.findings if item.rule.startswith("xml-"))


@pytest.mark.parametrize(
    "broken",
    [
        _LOGIN + f'a "{_SECRET}" b',
        _LOGIN.replace(_SECRET, f'<"{_SECRET}"', 1),
        _LOGIN.replace(_SECRET, f'&"<"{_SECRET}', 1),
        _LOGIN.replace(_SECRET, f"<{_SECRET}", 1),
        _LOGIN.replace(_SECRET, f"<{_SECRET}:Name/>", 1),
        _LOGIN.replace(_SECRET, f'<a xmlns:{_SECRET}=""/>', 1),
        _LOGIN.replace(_SECRET, f"&{_SECRET};", 1),
        _LOGIN.replace(_SECRET, f"<a xmlns='{_SECRET} \"'/>", 1),
        f'{_SECRET}, it\'s not "XML"',
        f"SAMLResponse={_SECRET} {_SECRET}",
        f"{_SECRET}=1&RelayState=" + _SECRET * 9,
    ],
)
@pytest.mark.parametrize("kind", [_MESSAGE, _METADATA])
def test_a_quotation_is_masked_whatever_it_holds(broken: str, kind: str) -> None:
    report = _check(broken, kind)
    assert report.findings
    assert _SECRET not in _outputs(report)


def test_a_masked_quotation_can_be_shown() -> None:
    report = _check(_LOGIN + f'a "{_SECRET}" b')
    assert f'"a "{_SECRET}" b"' in _outputs(report, show_values=True).replace('\\"', '"')


@pytest.mark.parametrize("data", [_LOGIN + f'a "{_SECRET}"', f'no "message" but {_SECRET}'])
def test_the_parsers_give_defects_in_clear_and_without_marks(data: str) -> None:
    (defect,) = samlcheck.parse_message(data).defects
    assert _SECRET in defect.message
    texts = f"{defect.message}{defect.actual}{attrs.asdict(defect)['message']}{defect}"
    assert not set(texts) & set("\ue000\ue001")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"<saml:AttributeValue>{_SECRET}</saml:AttributeValue>", _SECRET),
        (f"<saml:AttributeValue>{_SECRET}", f"{_SECRET}<saml:AttributeValue>x"),
        ("<saml:Subject>", f"<saml:Subject>{_SECRET}<!-- {_SECRET} --><![CDATA[{_SECRET}]]>"),
        ("<saml:AuthnContext>", f'<saml:SubjectLocality Address="{_SECRET}"/><saml:AuthnContext>'),
    ],
)
def test_excerpts_hide_stray_text_and_the_address(old: str, new: str) -> None:
    login = _LOGIN.replace("\n", " ").replace(' Version="2.0"', ' Version="2.1"').replace(old, new)
    report = _check(login)
    texts = [item.location.excerpt.text for item in report.findings if item.location.excerpt]
    assert texts
    assert all(_SECRET not in text for text in texts)


def test_an_excerpt_keeps_tags_and_attributes() -> None:
    report = _check(_LOGIN.replace('Recipient="https://sp.', 'Recipient="https://s.'))
    finding = next(item for item in report.findings if "recipient" in item.rule)
    assert finding.location.excerpt is not None
    assert "<saml:SubjectConfirmationData InResponseTo=" in finding.location.excerpt.text


def test_clear_texts_are_left_out_of_dictionaries_and_pickles() -> None:
    report = _check(_LOGIN.replace(f">{_SECRET}</saml:NameID>", f">{_SECRET} </saml:NameID>"))
    finding = next(item for item in report.findings if _SECRET in repr(item.shown()))
    assert _SECRET not in json.dumps(attrs.asdict(report), default=repr)
    stored = pickle.dumps(report)
    assert _SECRET.encode() not in stored
    assert report == pickle.loads(stored)
    assert finding == pickle.loads(pickle.dumps(finding)).shown()
