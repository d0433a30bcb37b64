"""Short names of bindings, formats and roles, as people call them."""

from __future__ import annotations

from samlcheck.model import IDPSSODescriptor, QueryDescriptor, RoleDescriptor, SPSSODescriptor

_BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:"
_FORMATS = ":nameid-format:"
_QUERIES = {
    "AttributeAuthorityDescriptor": "an attribute authority",
    "AuthnAuthorityDescriptor": "an authentication authority",
    "PDPDescriptor": "a policy decision point",
}


def binding_words(binding: str | None) -> str:
    """Return a binding as people call it, such as HTTP-POST; others in full."""
    return "(no Binding)" if binding is None else binding.removeprefix(_BINDINGS)


def format_words(name: str) -> str:
    """Return a NameID format as people call it, such as emailAddress; others in full."""
    return name.rpartition(_FORMATS)[2]


def role_words(role: RoleDescriptor) -> str:
    """Name what a role is, with its article."""
    if isinstance(role, SPSSODescriptor):
        return "a service provider"
    if isinstance(role, IDPSSODescriptor):
        return "an identity provider"
    if isinstance(role, QueryDescriptor):
        return _QUERIES.get(role.kind, "an authority")
    return "a role of another protocol"
