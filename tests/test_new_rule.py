"""The outline of a new rule is Python that fits into a module."""

from __future__ import annotations

import ast

import pytest

from docs.new_rule import add

_MODULE = '"""Rules."""\n\nRULES = (\n    one,\n)\n'


@pytest.mark.parametrize("module", [_MODULE, '"""Rules."""\n\nRULES = (one,)\n'])
def test_the_outline_is_added_and_listed(module: str) -> None:
    source = add(module, "ep-new-thing", "IndexedEndpoint")
    tree = ast.parse(source)
    assert "def ep_new_thing(indexed_endpoint: IndexedEndpoint, case: Case)" in source
    last = tree.body[-1]
    assert isinstance(last, ast.Assign)
    assert isinstance(last.value, ast.Tuple)
    assert {"ep_new_thing", "one"} == {
        item.id for item in last.value.elts if isinstance(item, ast.Name)
    }


def test_a_rule_that_exists_is_not_added_again() -> None:
    with pytest.raises(ValueError, match="already"):
        add("RULES = ()\n", "eid-missing", "Endpoint")


def test_an_id_that_is_no_slug_is_refused() -> None:
    with pytest.raises(ValueError, match="no id"):
        add("RULES = ()\n", "EP_Foo", "Endpoint")


def test_the_outline_of_a_message_rule_names_an_owner() -> None:
    source = add("RULES = ()\n", "authn-new-thing", "Assertion", "message.authentication")
    assert "owner=IDP" in source
    assert 'example("response"' in source
