"""What a profile says once its layers are merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs

from samlcheck.profiles.mapping import FrozenMapping
from samlcheck.profiles.template import Template, Variable
from samlcheck.records import frozen

if TYPE_CHECKING:
    # Classes that only a profile of a product needs; each costs half a millisecond at start.
    from samlcheck.profiles.product import Emission, ValueShape, Waiver


class ProfileError(ValueError):
    """A profile cannot be used; `problems` has one text per mistake, with file and line."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(self.problems)


@frozen(kw_only=True, eq=False, repr=False)
class Claim:
    """What the service provider expects of one attribute."""

    #: The exact Name of the attribute.
    name: str
    #: Other Names under which the service provider takes the same information as well.
    also_accepted: tuple[str, ...] = ()
    #: "required", "optional" or "forbidden", with the switches as they are.
    presence: str = "optional"
    #: It is required because of this switch, which only the customer knows.
    required_if: str | None = None
    #: Other spellings of the same concept: for diagnosis only, never accepted.
    aliases: tuple[str, ...] = ()
    #: A value that is empty or blank is as bad as no value.
    non_empty: bool = False
    #: At most one value.
    single: bool = False
    #: "email", "url", "uuid", "int", "bool" or "datetime".
    value_type: str | None = None
    #: What else a value has to look like.
    shape: ValueShape | None = None
    #: The NameFormat that it has to have, as a URI; None accepts each.
    name_format: str | None = None
    #: Why the service provider wants it.
    why: str | None = None
    #: Where the value usually comes from, by kind of identity provider: {"entra": "user.mail"}.
    source_hint: Mapping[str, str] = attrs.Factory(FrozenMapping)
    source: str | None = None


@frozen(kw_only=True, eq=False, repr=False)
class Relation:
    """Two claims that have to carry the same value; the empty name stands for the NameID."""

    left: str
    right: str
    severity: str = "warning"
    note: str | None = None
    source: str | None = None


@frozen(kw_only=True, eq=False, repr=False)
class SeverityChange:
    """A rule whose severity the profile changes, with the reason that the report shows."""

    rule: str
    #: "error", "warning", "info" or "off".
    to: str
    reason: str
    source: str | None = None


@frozen(kw_only=True, eq=False, repr=False)
class VendorCode:
    """A code that a vendor shows for a failed login, and the rules that explain it."""

    vendor: str
    code: str
    meaning: str
    #: Rule ids, most likely first.
    look_at: tuple[str, ...]

    @property
    def label(self) -> str:
        """The code as a person names it, for example "Webex error 13"."""
        return f"{self.vendor.capitalize()} error {self.code}"


@frozen(kw_only=True, eq=False, repr=False)
class Profile:
    """The expectations of one or more profile files, the higher over the lower.

    The defaults are those of base/saml-websso; a test compares them with the file.
    """

    id: str
    title: str
    #: Kind of the highest layer: "base", "idp", "sp" or "integration".
    kind: str
    #: The oldest date at which a layer above the base was true.
    as_of: date | None = None
    #: Ids of the merged layers, lowest first.
    layers: tuple[str, ...] = ()
    variables: Mapping[str, Variable] = attrs.Factory(FrozenMapping)
    #: Variables that an integration sets; pass to Template.match as what is bound.
    bound: Mapping[str, str] = attrs.Factory(FrozenMapping)

    #: An empty tuple of templates expects nothing; `*_otherwise` is the severity of a mismatch.
    sp_entity_ids: tuple[Template, ...] = ()
    sp_entity_id_otherwise: str = "warning"
    acs_locations: tuple[Template, ...] = ()
    acs_otherwise: str = "warning"
    idp_entity_ids: tuple[Template, ...] = ()
    idp_entity_id_otherwise: str = "warning"
    sso_locations: tuple[Template, ...] = ()
    sso_otherwise: str = "warning"
    #: Locations of single logout, and the address at which a login begins at the SP.
    sp_logout_locations: tuple[Template, ...] = ()
    idp_logout_locations: tuple[Template, ...] = ()
    sign_on_urls: tuple[Template, ...] = ()

    #: Facts that only an administrator knows, as they are set.
    switches: Mapping[str, bool] = attrs.Factory(FrozenMapping)
    #: What administrators typed in the consoles: {"login_url": "https://..."}.
    configured: Mapping[str, str] = attrs.Factory(FrozenMapping)
    #: Whether a login may begin at that side: "allowed", "configurable" or "forbidden".
    sp_initiated: str = "allowed"
    idp_initiated: str = "allowed"

    claims: tuple[Claim, ...] = ()
    #: "none" when a URI in front of the claim name breaks it, else "any".
    claim_name_namespace: str = "any"
    relations: tuple[Relation, ...] = ()

    name_id_required: bool = False
    #: Accepted formats; empty accepts all.
    name_id_formats: tuple[str, ...] = ()
    #: What the value of the NameID has to look like, and why.
    name_id_shape: ValueShape | None = None
    name_id_why: str | None = None

    #: Accepted class references, compared exactly; empty accepts all.
    authn_contexts: tuple[str, ...] = ()
    authn_context_required: bool = False
    #: Named alternatives to `authn_contexts`.
    authn_context_presets: Mapping[str, tuple[str, ...]] = attrs.Factory(FrozenMapping)
    #: The list as an administrator typed it, and what separates its items.
    authn_context_configured: str | None = None
    #: The list is a setting of the customer, and the one here only what is usual.
    authn_context_is_setting: bool = False
    authn_context_separator: str = ";"

    #: "response", "assertion", "both", "either" or "none".
    signature_required: str = "either"
    #: What has to be encrypted: "assertion", "nameid" or "none".
    encryption_required: str = "none"
    #: Whether the service provider can decrypt at all.
    encryption_accepted: bool = True
    #: How long ago a user may have signed in when the assertion is issued.
    max_authn_age: timedelta | None = None
    max_clock_skew: timedelta = timedelta(seconds=180)
    #: Longest window between NotBefore and NotOnOrAfter.
    max_lifetime: timedelta | None = None
    destination_required: bool = False
    recipient_required: bool = True
    audience_required: bool = True

    #: Lists of values that rules on metadata compare with, by name; absent ones allow everything.
    metadata: Mapping[str, tuple[str, ...]] = attrs.Factory(FrozenMapping)

    #: What the identity provider sends; None when no layer describes one.
    emits: Emission | None = None
    #: Texts in the subject of its certificates, by what they tell: {"app": "CN=..."}.
    certificate_subjects: Mapping[str, str] = attrs.Factory(FrozenMapping)

    severities: tuple[SeverityChange, ...] = ()
    #: Findings that are put up with until a day.
    waivers: tuple[Waiver, ...] = ()
    #: Where to repair, by (console, rule): {("entra", "attr-required-missing"): "..."}.
    fixes: Mapping[tuple[str, str], str] = attrs.Factory(FrozenMapping)
    #: The consoles of the products that the layers describe: {"entra": "Entra ID"}.
    consoles: Mapping[str, str] = attrs.Factory(FrozenMapping)
    #: What the vendor shows for a rule: {"authn-context-not-allowed": "Webex error 13"}.
    vendor_codes: Mapping[str, str] = attrs.Factory(FrozenMapping)
    #: The same from the other side: from the code to the rules.
    symptoms: tuple[VendorCode, ...] = ()
