"""A search for a forgery: what a signed message says is not accepted changed, whatever is done.

The steps are those of an attacker who holds a genuine message; the search is led towards changed
messages that few rules object to. SAMLCHECK_MUTATIONS sets the number of messages tried for each
kind, for a longer search than that of the normal run.
"""

from __future__ import annotations

import functools
import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings, target
from hypothesis import strategies as st
from lxml import etree

from tests.forgeries.forging import blocking, check, octets, second_assertion
from tests.property.mutations import Step, change_text, change_tree, text_step, tree_step
from tests.property.readers import Said, everything
from tests.support.bases import Sign, build
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_pem

MESSAGES = int(os.environ.get("SAMLCHECK_MUTATIONS", "120"))
SIGNS: tuple[Sign, ...] = ("assertion", "response", "both")


@functools.cache
def _good(sign: Sign, two: bool) -> bytes:
    return build("response", [second_assertion()] if two else [], sign=sign)


def _seal(message: bytes) -> bytes:
    """The message with its first assertion encrypted, where it has one."""
    try:
        return encrypt_assertion(message, certificate=certificate_pem("sp-encryption"))
    except (AssertionError, etree.LxmlError, Exception):
        return message


@functools.cache
def _said(sign: Sign, two: bool) -> tuple[Said, ...]:
    return everything(_good(sign, two))


def _changed(message: bytes, original: tuple[Said, ...]) -> bool | None:
    """Whether a reader takes something from a message that was not in the original."""
    try:
        found = everything(message)
    except (etree.LxmlError, ValueError, AssertionError):
        return None  # nothing can be read from it: an EncryptedAssertion may hold no EncryptedData
    return any(new - old for new, old in zip(found, original, strict=True))


def _search(message: bytes, original: tuple[Said, ...]) -> None:
    report = check(message)
    assert "tool-rule-crashed" not in {finding.rule for finding in report.findings}
    changed = _changed(message, original)
    if changed:
        assert "accepted" != report.verdict, message.decode("utf-8", "replace")
        target(-float(len(blocking(report))), label="objections to a changed message")
    elif changed is None:
        assert "accepted" != report.verdict


def _apply(message: bytes, tree_steps: list[Step], text_steps: list[Step]) -> bytes:
    root = etree.fromstring(message)
    for step in tree_steps:
        change_tree(root, step)
    changed = octets(root)
    for step in text_steps:
        changed = change_text(changed, step)
    return changed


_trees = st.lists(tree_step, min_size=1, max_size=4)
_texts = st.lists(text_step, max_size=1)
_search_settings = settings(
    max_examples=MESSAGES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink),
)


@_search_settings
@given(sign=st.sampled_from(SIGNS), trees=_trees, texts=_texts)
def test_one_assertion(sign: Sign, trees: list[Step], texts: list[Step]) -> None:
    _search(_apply(_good(sign, False), trees, texts), _said(sign, False))


@_search_settings
@given(sign=st.sampled_from(SIGNS), trees=_trees, texts=_texts)
def test_two_assertions(sign: Sign, trees: list[Step], texts: list[Step]) -> None:
    _search(_apply(_good(sign, True), trees, texts), _said(sign, True))


@_search_settings
@given(
    two=st.booleans(), inner=st.lists(tree_step, max_size=3), outer=st.lists(tree_step, max_size=2)
)
def test_encrypted_assertions(two: bool, inner: list[Step], outer: list[Step]) -> None:
    """The forger can encrypt, too: what is sealed is changed before, and the rest behind."""
    message = _seal(_apply(_good("assertion", two), inner, []))
    _search(_apply(message, outer, []), _said("assertion", two))


@_search_settings
@given(sign=st.sampled_from(SIGNS), texts=st.lists(text_step, min_size=1, max_size=3))
def test_changes_of_the_text(sign: Sign, texts: list[Step]) -> None:
    message = _good(sign, False)
    for step in texts:
        message = change_text(message, step)
    _search(message, _said(sign, False))


@pytest.mark.parametrize("two", [False, True])
@pytest.mark.parametrize("sign", SIGNS)
def test_the_messages_that_the_search_starts_from_are_accepted(sign: Sign, two: bool) -> None:
    assert "accepted" == check(_good(sign, two)).verdict
    if sign == "assertion":
        sealed = _seal(_good(sign, two))
        assert "accepted" == check(sealed).verdict
        assert not _changed(sealed, _said(sign, two))


@settings(max_examples=50, deadline=None)
@given(data=st.binary(max_size=400))
def test_arbitrary_octets_are_never_accepted(data: bytes) -> None:
    assert "accepted" != check(data).verdict
