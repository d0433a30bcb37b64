"""Say what a capture is that no reader can take a message from."""

import re

from samlcheck.intake._capture import Capture, Source, bare_capture
from samlcheck.intake._kinds import kind_of, preview
from samlcheck.xml import Defect

_HEAD = 65536
_COPY_THE_VALUE = (
    "this is not read yet: open it, find the request that has SAMLResponse (or SAMLRequest) "
    "among its parameters, and copy that value alone"
)


def read_json(source: Source) -> tuple[Capture, ...] | None:
    """Name JSON that has a SAML parameter and is no recording in a format that is known."""
    if not source.text.startswith((b"{", b"[")):
        return None
    if re.search(rb"SAML(?:Response|Request)", source.text) is None:
        return None
    kind = "JSON with a SAML parameter"
    defect = Defect(
        rule="transport-unsupported-capture",
        message=f"{kind}: {_COPY_THE_VALUE}",
        expected="the value of SAMLResponse",
        actual=kind,
    )
    return (bare_capture(b"", (*source.around, "JSON"), (defect,)),)


def too_large(data: bytes | str, size: int, max_bytes: int) -> Capture:
    """Return the capture for an input that is over the limit, of which only the start is read."""
    head = data[:4096]
    kind = kind_of(head.encode("utf-8", "replace") if isinstance(head, str) else head)
    hint = f"; {_COPY_THE_VALUE}" if kind == "JSON" else ""
    defect = Defect(
        rule="transport-message-too-large",
        message=f"the input has more than {max_bytes} octets ({size}) and was not decoded; "
        f"from its beginning it is {kind}{hint}",
        expected=f"at most {max_bytes} octets",
        actual=f"{size} octets",
    )
    return bare_capture(b"", (), (defect,))


def _token_of(text: bytes) -> str | None:
    """Name a token or document of OpenID Connect, by its beginning; None for anything else."""
    head = text[:_HEAD]
    if re.match(rb"eyJ[\w-]+\.[\w-]*\.", head):
        return "a JSON Web Token, as OpenID Connect uses it"
    if not head.startswith(b"{"):
        return None
    if b'"authorization_endpoint"' in head:
        return "a discovery document of OpenID Connect"
    if b'"id_token"' in head or b'"access_token"' in head:
        return "a token response of OpenID Connect or OAuth 2.0"
    return None


def of_another_protocol(source: Source) -> tuple[Capture, ...] | None:
    """Name what belongs to OpenID Connect."""
    kind = _token_of(source.text)
    if kind is None:
        return None
    defect = Defect(
        rule="transport-legacy-protocol",
        message=f"this is {kind}, not SAML 2.0",
        expected="a SAML 2.0 message",
        actual=kind,
    )
    return (bare_capture(b"", source.around, (defect,)),)


def unrecognised(source: Source) -> Capture:
    """Return the capture for an input in which no reader found anything."""
    kind = kind_of(source.octets if not source.text or source.utf_16 is None else source.text)
    seen = f"it starts with {preview(source.text)}; this is {kind}" if source.text else kind
    defect = Defect(
        rule="transport-unsupported-capture",
        message=f"no SAML message was recognised: {seen}",
        expected="XML, Base64, a URL with SAMLRequest or SAMLResponse, a form body or an HTML form",
        actual=kind,
    )
    return bare_capture(b"", source.around, (defect,))


def base64_of_something_else(source: Source, inner: bytes) -> Capture:
    """Return the capture for whole Base64 that holds no XML."""
    kind = kind_of(inner)
    defect = Defect(
        rule="transport-unsupported-capture",
        message=f"no SAML message was recognised: this is Base64, and decodes to {kind} "
        f"which begins {preview(inner)}",
        expected="Base64 of a SAML message",
        actual=f"Base64 of {kind}",
    )
    return bare_capture(b"", (*source.around, "Base64"), (defect,))
