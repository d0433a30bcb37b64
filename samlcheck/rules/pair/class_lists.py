"""Rules on the list of authentication context classes that an administrator typed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Response
from samlcheck.rules.case import Case, Pair
from samlcheck.rules.citations import Citation, core, paper
from samlcheck.rules.message.authn_context_classes import KNOWN, STANDARD
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.pair.products import methods_by_class
from samlcheck.rules.rule import SP, WARNING, Hit, example, hit, rule
from samlcheck.xml.names import AUTHN_CONTEXT_PREFIX

_WEBEX: Final = paper("Webex help: SAML error 13", "https://help.webex.com/article/WBX54373")
_CLASSES: Final = Citation(
    "SAML Authentication Context",
    "3.4",
    "https://docs.oasis-open.org/security/saml/v2.0/saml-authn-context-2.0-os.pdf",
)
_CLASS: Final = AUTHN_CONTEXT_PREFIX + "PasswordProtectedTransport"
_X509: Final = AUTHN_CONTEXT_PREFIX + "X509"
_GOOD: Final = (
    example("pair"),
    example("pair", authn_contexts=f"{_CLASS};{_X509}"),
    example("pair", authn_contexts=f"{_CLASS}; {_X509}"),
)
#: What people put between two classes where a semicolon belongs.
_OTHER_SEPARATORS: Final = (",", "|", "\n", " ")
#: Nobody lists as many classes.
_MOST: Final = 100


def _items(text: str, separator: str) -> list[str]:
    return [item.strip() for item in text.split(separator)[:_MOST]]


@rule(
    "profile-list-syntax",
    on=(Pair, Response),
    severity=WARNING,
    cites=[_WEBEX],
    owner=SP,
    bad=[
        example("pair", authn_contexts=f"{_CLASS},{_X509}"),
        example("pair", authn_contexts=f"{_CLASS};;{_X509};"),
        example("pair", authn_contexts=f"{_CLASS};{_CLASS}"),
        example("response", authn_contexts=f"{_CLASS};"),
    ],
    good=_GOOD,
)
def list_syntax(subject: Pair | Response, case: Case) -> Iterator[Hit]:
    """A list of classes is not written as the product reads it.

    The accepted classes are given as one text, in which a semicolon stands between two of them, or
    what the profile says. This one has another separator, an item without text, or an item twice.

    Why: a product that takes the text apart at semicolons reads two classes as one, which no
    assertion has, or an empty class, and refuses the login.
    Fix: Write each class once, with one semicolon between two of them and none at the end.
    """
    text, separator = case.context.typed_authn_contexts
    if text is None:
        return
    items = _items(text, separator)
    filled = list(dict.fromkeys(item for item in items if item))
    wrong = next((item for item in filled if _joined(item)), None)
    if wrong is not None:
        parts = [part for part in _split(wrong) if part]
        filled = list(dict.fromkeys(part for item in filled for part in _split(item) if part))
        problem = f"has {len(parts)} classes in one item, {wrong!r}"
    elif "" in items:
        problem = "has an empty item"
    elif len(filled) < len(items):
        problem = f"has {next(item for item in filled if items.count(item) > 1)!r} more than once"
    else:
        return
    yield hit(
        subject.sp_role if isinstance(subject, Pair) else subject,
        f"The list of authentication context classes {problem}",
        expected=separator.join(filled),
        actual=text.strip(),
    )


def _joined(item: str) -> bool:
    """Tell whether one item is several classes, by what stands at the start of each."""
    return len([part for part in _split(item) if part]) > 1


def _split(item: str) -> list[str]:
    for separator in _OTHER_SEPARATORS:
        parts = [part.strip() for part in item.split(separator)]
        if len(parts) > 1 and all(part.startswith(("urn:", "http")) for part in parts if part):
            return parts
    return [item]


@rule(
    "authn-context-unknown-class",
    on=(Pair, Response),
    severity=WARNING,
    cites=[core("2.7.2.2"), _CLASSES],
    owner=SP,
    unless=["profile-list-syntax", "authn-context-not-allowed"],
    bad=[
        example("pair", authn_contexts=f"{_CLASS};{AUTHN_CONTEXT_PREFIX}Unspecified"),
        example("pair", authn_contexts=f"{_CLASS};{AUTHN_CONTEXT_PREFIX}Paswsord"),
        example("response", authn_contexts=f"{_CLASS};unspecified"),
    ],
    good=[*_GOOD, example("pair", authn_contexts="https://contoso.example/loa/2")],
)
def unknown_class(subject: Pair | Response, case: Case) -> Iterator[Hit]:
    """A class in the list of the service provider is none that is known.

    It is neither one of SAML's own nor of a known vendor or federation, and it either begins as
    those of SAML do or is no URI. Where it only resembles a class, that is told. Classes of
    others, which may be anything, are let pass.

    Why: classes are compared letter for letter, so that an item with a mistake in it never matches.
    Fix: Write the class exactly as the identity provider states it.
    """
    emits = case.profile.emits
    stated = methods_by_class(emits) if emits is not None else {}
    for item in dict.fromkeys(case.context.allowed_authn_contexts[:_MOST]):
        if item in STANDARD or item in KNOWN or item in stated:
            continue
        if ":" in item and not item.lower().startswith(AUTHN_CONTEXT_PREFIX.lower()):
            continue
        near = nearest(item, (*sorted(STANDARD), *KNOWN)) or _last_word(item)
        told = f": {near[0]!r} differs from it in {near[1]}" if near else ""
        yield hit(
            subject.sp_role if isinstance(subject, Pair) else subject,
            f"The accepted authentication context class {item!r} is none that is known{told}",
            expected=near[0] if near else "a class that the identity provider states",
            actual=item,
        )


def _last_word(item: str) -> tuple[str, str] | None:
    """Return the class of SAML that a bare word stands for."""
    whole = AUTHN_CONTEXT_PREFIX + item
    return (whole, "the words in front") if whole in STANDARD else None


RULES = (list_syntax, unknown_class)
