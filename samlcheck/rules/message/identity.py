"""What an assertion says, as plain values: the same in two assertions that say the same."""

from __future__ import annotations

from datetime import datetime

from samlcheck.model import Assertion, Attribute, NameID, SubjectConfirmation
from samlcheck.xml import Lexical


def _written(value: Lexical[datetime] | None) -> str | None:
    return None if value is None else value.text


def _is_written(node: NameID | Attribute) -> bool:
    """Tell whether a node stands in the assertion itself; what was decrypted is its own document.

    The signature covers the encrypted form, which the verified view has, too.
    """
    return node.element.getparent() is not None


def _name(name_id: NameID) -> tuple[str | None, ...]:
    return name_id.text, name_id.format, name_id.name_qualifier, name_id.sp_name_qualifier


def _confirmation(confirmation: SubjectConfirmation) -> tuple[str | None, ...]:
    data = confirmation.data
    if data is None:
        return (confirmation.method,)
    return (
        confirmation.method,
        data.recipient,
        data.in_response_to,
        _written(data.not_before),
        _written(data.not_on_or_after),
    )


def said_by(assertion: Assertion) -> dict[str, tuple[object, ...]]:
    """Return what a receiver takes from an assertion, by the name of the part."""
    subjects, conditions = assertion.subjects, assertion.conditions_all
    statements = assertion.authn_statements
    return {
        "the issuer": tuple(_name(item) for item in assertion.issuers),
        "the NameID": tuple(
            _name(item) for subject in subjects for item in subject.name_ids if _is_written(item)
        ),
        "the confirmation": tuple(
            _confirmation(item) for subject in subjects for item in subject.confirmations
        ),
        "the time limits": tuple(
            (_written(item.not_before), _written(item.not_on_or_after)) for item in conditions
        ),
        "the audience": tuple(
            tuple(audience.text for audience in restriction.audiences)
            for item in conditions
            for restriction in item.audience_restrictions
        ),
        "the authentication": tuple(
            (
                _written(item.authn_instant),
                item.session_index,
                _written(item.session_not_on_or_after),
                tuple(reference.text for reference in item.class_refs),
            )
            for item in statements
        ),
        "the attributes": tuple(
            (item.name, item.name_format, tuple(value.text for value in item.values))
            for item in assertion.attributes()
            if _is_written(item)
        ),
    }


def differing(one: Assertion, other: Assertion) -> list[str]:
    """Name the parts in which two assertions do not say the same."""
    mine, theirs = said_by(one), said_by(other)
    return [name for name, value in mine.items() if theirs[name] != value]
