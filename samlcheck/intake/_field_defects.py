"""What can be wrong with the fields around a message, as against the message itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from samlcheck.intake._base64 import BASE64, BASE64URL
from samlcheck.intake._capture import POST, REDIRECT
from samlcheck.intake._inflate import DEFLATE
from samlcheck.intake._kinds import as_text, preview
from samlcheck.xml import Defect
from samlcheck.xml.quotations import personal

if TYPE_CHECKING:
    from samlcheck.intake._fields import Field
    from samlcheck.intake._value import Decoded

# SAML Bindings 3.4.3 and 3.5.3.
MAX_RELAY_STATE = 80
_MAX_NAMES_SHOWN = 10


def about_fields(named: list[tuple[str, Field]]) -> list[Defect]:
    """Report what is wrong with the fields taken together."""
    defects = []
    names = [name for name, _ in named]
    if "SAMLResponse" in names and "SAMLRequest" in names:
        defects.append(_both())
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            values = [field.value for key, field in named if key == name]
            defects.append(_duplicate(name, values))
    for name, field in named:
        if name == "RelayState" and len(field.value) > MAX_RELAY_STATE:
            defects.append(_long_relay_state(field.value))
            break
    return defects


def about_binding(binding: str | None, decoded: Decoded) -> list[Defect]:
    """Report a compression that the binding does not have, or lacks one that it has."""
    compression = decoded.compression
    if binding == POST:
        return [_compressed_on_post(compression)] if compression else []
    if compression not in (None, DEFLATE):
        return [wrong_header(str(compression))]
    was_base64 = BASE64 in decoded.steps or BASE64URL in decoded.steps
    if binding == REDIRECT and decoded.data and was_base64 and compression is None:
        return [_not_compressed()]
    return []


def wrong_header(compression: str) -> Defect:
    """Report zlib or gzip data where the Redirect binding has raw DEFLATE."""
    return Defect(
        rule="transport-wrong-compression-header",
        message=f"the message is compressed as {compression}: HTTP-Redirect wants DEFLATE data "
        "without a header (RFC 1951), and a receiver that keeps to it cannot inflate this",
        expected="raw DEFLATE",
        actual=f"{compression} data",
    )


def no_parameter(names: tuple[str, ...]) -> Defect:
    """Report fields among which there is no message."""
    shown = [_name(name) for name in names[:_MAX_NAMES_SHOWN]]
    found = ", ".join(shown) + (", ..." if len(names) > _MAX_NAMES_SHOWN else "")
    other = other_protocol(set(names))
    if other is not None:
        return Defect(
            rule="transport-legacy-protocol",
            message=f"these are parameters of {other}, not of SAML 2.0 (found: {found})",
            expected="SAMLResponse or SAMLRequest",
            actual=found,
        )
    return Defect(
        rule="transport-no-saml-parameter",
        message=f"there is no SAMLResponse and no SAMLRequest (found: {found or 'nothing'})",
        expected="SAMLResponse or SAMLRequest",
        actual=found or "no parameters",
    )


def other_protocol(names: set[str]) -> str | None:
    """Name the protocol whose parameters these are, when it is one that signs people in."""
    if names & {"wresult", "wa", "wtrealm"}:
        return "WS-Federation"
    if "TARGET" in names:
        return "SAML 1.1"
    if "id_token" in names or {"response_type", "client_id"} <= names:
        return "OpenID Connect"
    if {"code", "state"} <= names or "access_token" in names:
        return "OpenID Connect or OAuth 2.0"
    if "openid.mode" in names:
        return "OpenID 2.0"
    return "CAS" if names == {"ticket"} else None


def _name(name: str) -> str:
    """Return a parameter's name for a message; a piece of a value that became one is marked."""
    known = re.fullmatch(r"[A-Za-z][A-Za-z_-]{0,23}(?:\[\d{0,3}\])?", name)
    return name if known else personal(name)


def empty_parameter(parameter: str) -> Defect:
    """Report a message parameter without a value."""
    return Defect(
        rule="transport-no-saml-parameter",
        message=f"{parameter} is present but empty",
        expected=f"a message in {parameter}",
        actual="''",
    )


def misspelt(parameter: str, name: str) -> Defect:
    """Report a parameter name that is not quite the right one: a receiver does not find it."""
    return Defect(
        rule="transport-no-saml-parameter",
        message=f"the parameter is named '{_name(name)}': names count to the letter, and a "
        f"receiver looks for {parameter!r}",
        expected=parameter,
        actual=_name(name),
    )


def several_forms(count: int) -> Defect:
    """Report a page with several forms that carry different responses."""
    return Defect(
        rule="transport-duplicate-parameter",
        message=f"the page has {count} forms with a SAMLResponse, and they differ: which of them "
        "is sent is not known, and only the first was judged",
        expected="one form",
        actual=f"{count} forms",
    )


def _both() -> Defect:
    return Defect(
        rule="transport-both-request-and-response",
        message="SAMLResponse and SAMLRequest arrive together: receivers differ in which of them "
        "they verify and which they use",
        expected="one of SAMLResponse and SAMLRequest",
        actual="both",
    )


def _duplicate(name: str, values: list[bytes]) -> Defect:
    same = "the same value each time" if len(set(values)) == 1 else "different values"
    return Defect(
        rule="transport-duplicate-parameter",
        message=f"{name} occurs {len(values)} times, with {same}: receivers differ in which of "
        "them they verify and which they use",
        expected=f"{name} once",
        actual=f"{len(values)} times",
    )


def _long_relay_state(value: bytes) -> Defect:
    return Defect(
        rule="relaystate-too-long",
        message=f"RelayState is {len(value)} octets long: {preview(value)}; "
        f"more than {MAX_RELAY_STATE} may be cut off or refused",
        expected=f"at most {MAX_RELAY_STATE} octets",
        actual=f"{len(value)} octets: {personal(as_text(value))}",
    )


def _compressed_on_post(compression: str) -> Defect:
    return Defect(
        rule="transport-deflate-on-post",
        message=f"the message in the form is compressed ({compression}): HTTP-POST sends it "
        "in Base64 alone, and most receivers do not inflate it",
        expected="Base64 of the XML",
        actual=f"Base64 of {compression} data",
    )


def _not_compressed() -> Defect:
    return Defect(
        rule="transport-not-deflated-on-redirect",
        message="the message in the URL is not compressed: HTTP-Redirect wants DEFLATE "
        "before Base64, and a receiver that inflates it gets an error",
        expected="Base64 of DEFLATE data",
        actual="Base64 of the XML",
    )
