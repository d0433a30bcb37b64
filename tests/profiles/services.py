"""Metadata and logins in the shape of the service that a profile describes, and breaks of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import attrs

import samlcheck
from samlcheck import Input, Report
from samlcheck.profiles import Claim, Profile, Template, Variable
from tests.support.bases import NOW, build

MAIL = "maria.lind@example.org"
CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
KERBEROS = "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos"
_UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
_BASE_ID, _BASE_ACS = "https://sp.example.org/saml", "https://sp.example.org/saml/acs"
_REQUEST_ID = "_8e5f1c2a90b74d36ae21f47b03c9d815"
_OF_TYPE = {"email": MAIL, "int": "3600", "bool": "true", "url": "https://example.org/maria"}
#: Values of claims whose pattern is not met by the plain one.
_BY_NAME = {
    "https://aws.amazon.com/SAML/Attributes/Role": (
        "arn:aws:iam::123456789012:role/Reader,arn:aws:iam::123456789012:saml-provider/Example"
    ),
}
_ROLE = r"<md:AttributeConsumingService.*</md:AttributeConsumingService>"

Edits = Sequence[tuple[str, str]]


def example_of(variable: Variable) -> str:
    """A value that a variable may have."""
    text = variable.example or variable.default
    assert text, f"{variable.name} has neither example nor default"
    return text


def another(variable: Variable) -> str:
    """A second value that a variable may have."""
    text = example_of(variable)
    tried = [text[:-1] + char for char in "0123456789bcxyz"] + variable.pattern.split("|")
    tried = [re.sub(r"\\(.)", r"\1", item) for item in tried]
    tried += [
        f"eu{text}",
        f"eu.{text}",
        text.replace("-central-", "-west-"),
        text.replace("contoso", "fabrikam"),
    ]
    return next(item for item in tried if variable.accepts(item) and item.lower() != text.lower())


def filled(template: Template, values: Mapping[str, str] | None = None) -> str:
    """A template with an example for each variable, or the value given."""
    if template.exact:
        return template.text
    known = {use.name: example_of(use) for use in template.variables} | dict(values or {})
    return re.sub(r"\{([a-z][a-z0-9_]*)\}", lambda found: known[found[1]], template.text)


@attrs.frozen(kw_only=True)
class Service:
    """A service provider of the product that a profile describes."""

    profile: Profile
    entity_id: str
    acs: str

    def metadata(self, edits: Edits = (), *, acs: str | None = None) -> bytes:
        text = build("sp").decode()
        text = re.sub(_ROLE, "", text, flags=re.DOTALL)
        text = re.sub(r"\s*<md:NameIDFormat>.*?</md:NameIDFormat>", "", text)
        text = re.sub(r"\s*<md:SingleLogoutService[^>]*>", "", text)
        text = re.sub(r"\s*<md:AssertionConsumerService[^>]*reading-room[^>]*>", "", text)
        text = text.replace(f'Location="{_BASE_ACS}"', f'Location="{_escaped(acs or self.acs)}"')
        text = text.replace(f'entityID="{_BASE_ID}"', f'entityID="{_escaped(self.entity_id)}"')
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        return text.encode()

    def check_metadata(self, edits: Edits = (), *, acs: str | None = None) -> Report:
        given = Input(data=self.metadata(edits, acs=acs), name="sp.xml")
        return samlcheck.check_metadata(given, now=NOW, profile=self.profile)

    def login(
        self,
        *,
        claims: Mapping[str, Sequence[str]] | None = None,
        edits: Edits = (),
        sign: str | None = None,
        name_id: str | None = None,
        name_format: str | None = None,
    ) -> Report:
        """The report on a login; claims and NameID are those of a healthy one unless given."""
        sent = self.claims() if claims is None else claims
        statement = "".join(
            _attribute(name, values, self.format_of(name)) for name, values in sent.items()
        )
        body = f"<saml:AttributeStatement>{statement}</saml:AttributeStatement>" if sent else ""
        response = re.search(
            r"<saml:AttributeStatement>.*</saml:AttributeStatement>",
            build("response", sign=None).decode(),
            re.DOTALL,
        )
        assert response
        every = [
            (response[0], body),
            (f'"{_BASE_ACS}"', f'"{_escaped(self.acs)}"'),
            (f">{_BASE_ID}</saml:Audience>", f">{_escaped(self.entity_id)}</saml:Audience>"),
            ("1.1:nameid-format:emailAddress", "{FORMAT}"),
            (
                f'{{FORMAT}}">{MAIL}</saml:NameID>',
                f'{{FORMAT}}">{name_id or self.name_id()}</saml:NameID>',
            ),
            (
                "urn:oasis:names:tc:SAML:{FORMAT}",
                name_format or self.name_format(),
            ),
            (f"{CLASSES}PasswordProtectedTransport", self.context()),
            *edits,
        ]
        wanted = self.profile.signature_required
        signed = sign or {"either": "assertion", "none": "assertion"}.get(wanted, wanted)
        return samlcheck.check_message(
            Input(
                data=build("response", every, sign=None if signed == "not" else signed),
                name="login.xml",
            ),  # type: ignore[arg-type]
            sp=Input(data=self.metadata(), name="sp.xml"),
            idp=Input(data=build("idp"), name="idp.xml"),
            now=NOW,
            profile=self.profile,
        )

    def claims(self) -> dict[str, list[str]]:
        """The claims of a healthy login."""
        return {
            claim.name: [value_of(claim)]
            for claim in self.profile.claims
            if claim.presence != "forbidden"
        }

    def format_of(self, name: str) -> str | None:
        found = (claim for claim in self.profile.claims if claim.name == name)
        return next((claim.name_format for claim in found), None)

    def name_id(self) -> str:
        return MAIL

    def name_format(self) -> str:
        formats = self.profile.name_id_formats
        plain = [item for item in formats if "persistent" not in item and "transient" not in item]
        return (plain or [_UNSPECIFIED])[0]

    def context(self) -> str:
        return (*self.profile.authn_contexts, f"{CLASSES}PasswordProtectedTransport")[0]


def service_of(profile: Profile) -> Service:
    """A service of the product, its identifiers made from the first templates that are current."""
    identifiers = [item for item in profile.sp_entity_ids if item.status != "legacy"]
    locations = [item for item in profile.acs_locations if item.status != "legacy"]
    return Service(
        profile=profile,
        entity_id=filled(identifiers[0]) if identifiers else _BASE_ID,
        acs=filled(locations[0]) if locations else _BASE_ACS,
    )


def value_of(claim: Claim) -> str:
    """A value that a claim may have."""
    if claim.shape is not None and claim.shape.one_of:
        return claim.shape.one_of[0]
    return _BY_NAME.get(claim.name) or _OF_TYPE.get(claim.value_type or "", MAIL)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;")


def _attribute(name: str, values: Sequence[str], name_format: str | None) -> str:
    kind = "" if name_format is None else f' NameFormat="{name_format}"'
    inner = "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
    return f'<saml:Attribute Name="{name}"{kind}>{inner}</saml:Attribute>'


def broken_metadata(service: Service) -> Iterator[tuple[str, Report]]:
    """The rule that has to fire, and the report, for each thing that the metadata can get wrong."""
    profile = service.profile
    if profile.sp_entity_ids and profile.sp_entity_id_otherwise != "off":
        wrong = attrs.evolve(service, entity_id=f"{service.entity_id}/other?x")
        yield "profile-entityid-unexpected", wrong.check_metadata()
    if profile.acs_locations and profile.acs_otherwise != "off":
        yield "profile-acs-unexpected", service.check_metadata(acs=f"{service.acs}/other?x")
    if profile.sp_entity_ids and profile.acs_locations:
        first = next(item for item in profile.sp_entity_ids if item.status != "legacy")
        second = next(item for item in profile.acs_locations if item.status != "legacy")
        shared = [use for use in first.variables if use in second.variables and not use.free]
        for use in shared:
            acs = filled(second, {use.name: another(use)})
            yield "profile-variable-conflict", service.check_metadata(acs=acs)


def broken_logins(service: Service) -> Iterator[tuple[str, Report]]:
    """The rule that has to fire, and the report, for each demand that a login can miss."""
    profile, healthy = service.profile, service.claims()
    for claim in profile.claims:
        yield from _broken_claim(claim, service, healthy)
    for relation in profile.relations:
        if relation.left and relation.right:
            changed = {**healthy, relation.left: ["other.user@example.org"]}
            yield "profile-relation-broken", service.login(claims=changed)
    yield from _broken_subject(service)
    if profile.authn_contexts:
        edit = (service.context(), f"{CLASSES}PGP")
        yield "authn-context-not-allowed", service.login(edits=[edit])
    if profile.authn_context_required:
        element = f"<saml:AuthnContextClassRef>{service.context()}</saml:AuthnContextClassRef>"
        yield "authn-context-missing", service.login(edits=[(element, "")])
    if profile.max_lifetime is not None:
        edit = ('NotOnOrAfter="2026-11-23T10:59:30Z"', 'NotOnOrAfter="2026-11-25T10:59:30Z"')
        yield "cond-lifetime-excessive", service.login(edits=[edit])
    if profile.idp_initiated == "forbidden":
        edits = [(f' InResponseTo="{_REQUEST_ID}"', "")]
        yield "response-inresponseto-unsolicited", service.login(edits=edits)
    yield from _broken_envelope(service)


def _broken_subject(service: Service) -> Iterator[tuple[str, Report]]:
    profile = service.profile
    if profile.name_id_required:
        yield "nameid-missing", service.login(edits=[(_name_id_element(service), "")])
    if profile.name_id_formats and KERBEROS not in profile.name_id_formats:
        yield "nameid-format-unexpected", service.login(name_format=KERBEROS)
    if profile.name_id_shape is not None:
        yield "nameid-value-format", service.login(name_id="mlind")


def _broken_envelope(service: Service) -> Iterator[tuple[str, Report]]:
    profile, acs = service.profile, _escaped(service.acs)
    yield "sig-none", service.login(sign="not")
    if profile.signature_required in ("response", "both"):
        yield "sig-response-not-signed", service.login(sign="assertion")
    if profile.signature_required in ("assertion", "both"):
        yield "sig-assertion-not-signed", service.login(sign="response")
    if profile.recipient_required:
        yield "scd-recipient-missing", service.login(edits=[(f' Recipient="{acs}"', "")])
    if profile.audience_required:
        audience = f"{_escaped(service.entity_id)}</saml:Audience>"
        yield "aud-mismatch", service.login(edits=[(audience, f"x{audience}")])
    if profile.destination_required:
        edit = (f'Destination="{acs}"', f'Destination="{acs}/other"')
        yield "response-destination-mismatch", service.login(edits=[edit])


def _name_id_element(service: Service) -> str:
    return f'<saml:NameID Format="{service.name_format()}">{service.name_id()}</saml:NameID>'


def _broken_claim(
    claim: Claim, service: Service, healthy: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Report]]:
    rest = {name: values for name, values in healthy.items() if name != claim.name}
    if claim.presence == "required":
        missing = "attr-required-missing" if rest else "attr-statement-missing"
        yield missing, service.login(claims=rest)
        near = [name for name in claim.aliases if name not in rest]
        if near:
            yield "attr-name-near-miss", service.login(claims={**rest, near[0]: ["Maria"]})
        yield "attr-required-empty", service.login(claims={**rest, claim.name: [""]})
    if claim.single:
        twice = [value_of(claim), f"other.{value_of(claim)}"]
        yield "attr-multivalue-unexpected", service.login(claims={**rest, claim.name: twice})
    if claim.value_type in ("email", "int", "bool"):
        yield "attr-value-format", service.login(claims={**rest, claim.name: ["maria lind"]})
    if claim.shape is not None and claim.shape.pattern is not None:
        yield "attr-value-format", service.login(claims={**rest, claim.name: ["\u00e9 lind"]})
    if claim.name_format is not None:
        edit = (claim.name_format, f"{claim.name_format}-other")
        yield "attr-nameformat-mismatch", service.login(edits=[edit])
    for name in claim.also_accepted[:1]:
        report = service.login(claims={**rest, name: [value_of(claim)]})
        assert "attr-required-missing" not in {finding.rule for finding in report.findings}
