"""Rules on the name identifier formats of an SP and an IdP."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from samlcheck.model import SSODescriptor
from samlcheck.rules.case import Case, Pair
from samlcheck.rules.citations import core, metadata
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.pair.words import format_words
from samlcheck.rules.rule import WARNING, Hit, Place, example, hit, rule

_URN = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
_EMAIL_LINE = (
    "    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
    "</md:NameIDFormat>\n"
)
_TRANSIENT_LINE = f"    <md:NameIDFormat>{_URN}transient</md:NameIDFormat>\n"
_PERSISTENT_LINE = f"    <md:NameIDFormat>{_URN}persistent</md:NameIDFormat>\n"


def formats_of(role: SSODescriptor) -> tuple[str, ...]:
    """Return the formats that a role lists, or nothing when its list excludes none.

    `unspecified` leaves the choice to the other side, whatever stands beside it.
    """
    return _closed(item.value for item in role.name_id_formats)


def _closed(formats: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(item for item in formats if item))
    return () if any(item.endswith(":unspecified") for item in found) else found


@rule(
    "pair-nameid-no-overlap",
    on=Pair,
    severity=WARNING,
    cites=[metadata("2.4.2"), core("8.3")],
    bad=[
        example(
            "pair",
            sp=[(_TRANSIENT_LINE, ""), (_PERSISTENT_LINE, "")],
            idp=[(_EMAIL_LINE, ""), (_PERSISTENT_LINE, "")],
        ),
        example(
            "pair",
            idp=[
                (_EMAIL_LINE, ""),
                (_PERSISTENT_LINE, ""),
                ("format:transient", "format:kerberos"),
            ],
            note="A misspelt or rare format alone",
        ),
    ],
    good=[
        example("pair"),
        example("pair", sp=[(_EMAIL_LINE, ""), (_PERSISTENT_LINE, "")]),
        example(
            "pair",
            sp=[(_EMAIL_LINE, ""), (_PERSISTENT_LINE, ""), (_TRANSIENT_LINE, "")],
            note="An SP that lists none accepts any",
        ),
    ],
)
def no_common_format(pair: Pair, case: Case) -> Iterator[Hit]:
    """The IdP offers no NameID format that the SP accepts.

    The NameIDFormat lists of the two have no format in common, or the IdP's list has none that
    the profile names for the SP. A list that is absent or has `unspecified` says nothing.

    Why: the IdP sends a format that the SP does not know, or answers with an error such as
    InvalidNameIDPolicy; in both cases the user is not recognised.
    Fix: Agree on one format, configure it on both sides, and publish it in both lists.
    """
    offered = formats_of(pair.idp_role)
    if not offered:
        return
    accepted = formats_of(pair.sp_role)
    if accepted and not set(accepted) & set(offered):
        ours, theirs = _both(accepted, offered)
        yield hit(
            pair.sp_role.name_id_formats[0],
            f"The SP and the IdP have no NameID format in common: the SP lists {ours}, "
            f"the IdP {theirs}{_near(accepted, offered)}",
            expected=theirs,
            actual=ours,
            related=[Place(pair.idp_role.name_id_formats[0], None, "the formats of the IdP")],
        )
        return
    expected = _closed(case.profile.name_id_formats)
    if expected and not set(expected) & set(offered):
        named, theirs = _both(expected, offered)
        yield hit(
            pair.idp_role.name_id_formats[0],
            f"The IdP offers no NameID format that the profile {case.profile.id} names for the SP; "
            f"it lists {theirs}",
            expected=named,
            actual=theirs,
        )


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, str]:
    """Return two lists in words: short names, unless these would hide the difference."""
    short = {format_words(item) for item in one} & {format_words(item) for item in other}
    shown: Callable[[str], str] = str if short else format_words
    return ", ".join(map(shown, one)), ", ".join(map(shown, other))


def _near(accepted: tuple[str, ...], offered: tuple[str, ...]) -> str:
    for item in accepted:
        other = next((name for name in offered if format_words(name) == format_words(item)), None)
        if other is not None:
            return f"; {item!r} and {other!r} differ in the SAML version"
        found = nearest(item, offered)
        if found is not None:
            return f"; {item!r} and {found[0]!r} differ only in {found[1]}"
    return ""


RULES = (no_common_format,)
