"""Rules on the elements of known extensions: is there one of that name, and may it stand there."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from samlcheck.model import DiscoveryEndpoint, Extensions, OpaqueExtension
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation, mdui, metadata
from samlcheck.rules.metadata.extensions import REQUEST_INITIATION, mdrpi
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, example, hit, rule
from samlcheck.rules.structure.extensions import EXTENSIONS
from samlcheck.rules.structure.meant import closest
from samlcheck.xml.names import (
    ALG,
    IDPDISC,
    INIT,
    MD,
    MDATTR,
    MDRPI,
    MDUI,
    PREFIXES,
    SHIBMD,
    clark,
    display,
    split_clark,
)

_SHIBBOLETH: Final = Citation(
    "Shibboleth Metadata Extensions",
    None,
    "https://shibboleth.atlassian.net/wiki/spaces/SC/pages/1912406916/ShibMetaExt+V1.0",
)
#: What may stand in md:Extensions, by Clark name.
_WHOLE: Final = tuple(
    clark(namespace, name)
    for namespace, names in (
        (MDUI, "UIInfo DiscoHints"),
        (MDRPI, "RegistrationInfo PublicationInfo PublicationPath"),
        (MDATTR, "EntityAttributes"),
        (ALG, "DigestMethod SigningMethod"),
        (IDPDISC, "DiscoveryResponse"),
        (INIT, "RequestInitiator"),
        (SHIBMD, "Scope KeyAuthority"),
    )
    for name in names.split()
)
#: What stands inside these, by Clark name.
_HOMES: Final = MappingProxyType(
    {
        clark(namespace, name): clark(namespace, home)
        for namespace, home, names in (
            (MDUI, "UIInfo", "DisplayName Description Keywords Logo InformationURL"),
            (MDUI, "UIInfo", "PrivacyStatementURL"),
            (MDUI, "DiscoHints", "IPHint DomainHint GeolocationHint"),
            (MDRPI, "RegistrationInfo", "RegistrationPolicy"),
            (MDRPI, "PublicationInfo", "UsagePolicy"),
            (MDRPI, "PublicationPath", "Publication"),
        )
        for name in names.split()
    }
)
#: Extensions of entities and aggregates that no other rule looks for elsewhere.
_OF_ENTITIES: Final = (clark(SHIBMD, "KeyAuthority"), clark(MDRPI, "PublicationPath"))
#: Namespaces of further extensions that federations publish, as seen in eduGAIN in November 2026.
_PUBLISHED: Final = frozenset(
    (
        "urn:oasis:names:tc:SAML:protocol:ext:req-attr",
        "urn:oasis:names:tc:SAML:2.0:protocol:ext:async-slo",
        "https://seamlessaccess.org/NS/trustinfo",
        "http://eduid.cz/schema/metadata/1.0",
        "urn:geant:niif.hu:eduid.hu:entity-attributes:processing-info",
        "http://sdss.ac.uk/2006/06/WAYF",
        "http://ukfederation.org.uk/2006/11/label",
        "http://eidas.europa.eu/saml-extensions",
        "http://eidas.europa.eu/metadata/servicelist",
        "https://spid.gov.it/saml-extensions",
        "https://spid.gov.it/invoicing-extensions",
        "https://www.cartaidentita.interno.gov.it/saml-extensions",
    )
)
_SP_ROLES: Final[tuple[str, ...]] = (clark(MD, "SPSSODescriptor"),)
_ENTITIES: Final[tuple[str, ...]] = (clark(MD, "EntityDescriptor"), clark(MD, "EntitiesDescriptor"))
_UI_INFO: Final = "      <mdui:UIInfo>\n"
_NAME: Final = '<mdui:DisplayName xml:lang="en">Library</mdui:DisplayName>'
_INITIATOR: Final = (
    f'<init:RequestInitiator xmlns:init="{INIT}" Binding="{INIT}" '
    'Location="https://idp.example.org/login"/>'
)


def _similar(tag: str) -> str | None:
    """Return the extension that is meant by a name in one of their namespaces, or almost in one."""
    namespace, local = split_clark(tag)
    names = {split_clark(name)[1]: name for name in _WHOLE if split_clark(name)[0] == namespace}
    if namespace in EXTENSIONS:
        return closest(local, names)
    homes = {home.lower(): home for home in EXTENSIONS}
    home = homes.get(namespace.strip().rstrip("/").lower())
    exact = None if home is None else clark(home, local)
    return exact if exact in _WHOLE else None


@rule(
    "xsd-misspelled-extension",
    on=OpaqueExtension,
    severity=ERROR,
    cites=[mdui("2.1"), mdrpi(None)],
    bad=[
        example("sp", ("mdui:UIInfo>", "mdui:UiInfo>")),
        example("sp", (_UI_INFO, f"      {_NAME}\n{_UI_INFO}")),
        example("sp", ("SAML:metadata:ui", "SAML:metadata:UI")),
    ],
    good=[
        example("sp"),
        example("idp"),
        example(
            "sp",
            (_UI_INFO, f'      <x:UIInfo xmlns:x="urn:example:x"/>\n{_UI_INFO}'),
            also=["xml-unknown-namespace"],
        ),
    ],
)
def misspelled_extension(extension: OpaqueExtension, case: Case) -> Iterator[Hit]:
    """An extension is misspelt, or the part of one stands alone.

    An element in md:Extensions is of a namespace that is known (MDUI, MDRPI, entity attributes,
    algorithm support, discovery, request initiation, Shibboleth), or of almost such a one, but
    there is no extension of that name. Parts such as mdui:DisplayName belong inside theirs.

    Why: schemas let it pass, and every reader passes over it: it has no effect at all.
    Fix: Correct the name or the namespace, or put the element into the one that it belongs to.
    """
    tag = str(extension.element.tag)
    if tag in _WHOLE:
        return
    right = _similar(tag)
    if right is None and split_clark(tag)[0] not in EXTENSIONS:
        return
    name, home = display(tag), _HOMES.get(tag)
    if home is not None:
        words, expected = f"{name} stands alone in md:Extensions", f"inside {display(home)}"
    elif split_clark(tag)[0] in EXTENSIONS:
        words = f"There is no extension {name}"
        expected = display(right) if right else "an extension that exists"
    else:
        words = f"{name} is in the namespace {split_clark(tag)[0]!r}, which is not that of its kind"
        expected = f"the namespace {split_clark(str(right))[0]}"
    yield hit(extension, words, expected=expected, actual=tag if home is None else name)


@rule(
    "xsd-unsupported-extension-here",
    on=Extensions,
    severity=WARNING,
    cites=[REQUEST_INITIATION, mdrpi("2.3"), _SHIBBOLETH],
    bad=[example("idp", ("      <mdui:UIInfo>\n", f"      {_INITIATOR}\n      <mdui:UIInfo>\n"))],
    good=[
        example("sp"),
        example("sp", (_UI_INFO, f"      {_INITIATOR.replace('idp.', 'sp.')}\n{_UI_INFO}")),
    ],
)
def unsupported_here(extensions: Extensions, case: Case) -> Iterator[Hit]:
    """An extension stands where it means nothing.

    init:RequestInitiator belongs to md:SPSSODescriptor, shibmd:KeyAuthority and
    mdrpi:PublicationPath to an entity or an aggregate. The other extensions that have a place of
    their own have rules of their own.

    Why: software looks for it in its place and nowhere else, so it has no effect.
    Fix: Move it into the md:Extensions of the element named.
    """
    for item in extensions.items:
        if isinstance(item, DiscoveryEndpoint):
            allowed, where = _SP_ROLES, "md:SPSSODescriptor"
            if item.kind != "RequestInitiator":
                continue
        elif isinstance(item, OpaqueExtension) and item.element.tag in _OF_ENTITIES:
            allowed, where = _ENTITIES, "md:EntityDescriptor or md:EntitiesDescriptor"
        else:
            continue
        holder = extensions.element.getparent()
        if holder is not None and holder.tag not in allowed:
            yield hit(
                item,
                f"{display(str(item.element.tag))} stands in the md:Extensions of "
                f"{display(str(holder.tag))}",
                expected=f"the md:Extensions of {where}",
            )


@rule(
    "xml-unknown-namespace",
    on=OpaqueExtension,
    severity=INFO,
    cites=[metadata("2.3.1"), metadata("2.3.2")],
    unless=["xsd-misspelled-extension"],
    bad=[
        example("sp", (_UI_INFO, f'      <x:Note xmlns:x="urn:example:x">a</x:Note>\n{_UI_INFO}')),
        example(
            "idp",
            (
                "      <mdui:UIInfo>\n",
                '      <r:X xmlns:r="urn:oasis:names:tc:SAML:protcol:ext:req-attr"/>\n'
                "      <mdui:UIInfo>\n",
            ),
        ),
    ],
    good=[
        example("sp"),
        example(
            "sp",
            (_UI_INFO, f'      <x:Note xmlns:x="urn:example:x">a</x:Note>\n{_UI_INFO}'),
            lists={"namespaces": ["urn:example:x"]},
        ),
        example(
            "sp",
            (_UI_INFO, f'      <c:X xmlns:c="http://eduid.cz/schema/metadata/1.0"/>\n{_UI_INFO}'),
        ),
    ],
)
def unknown_namespace(extension: OpaqueExtension, case: Case) -> Iterator[Hit]:
    """An extension is in a namespace that is not known here.

    An element in md:Extensions is neither of an extension that SAML, Shibboleth, REFEDS or
    WS-Federation define nor of one that federations are known to publish. Profiles can name more
    in the list "namespaces" of their table [metadata].

    Why: partners pass over what they do not know. Where it was meant to say something, the
    namespace may be misspelt.
    Fix: Check the namespace; leave the element if partners have agreed on it.
    """
    namespace = split_clark(str(extension.element.tag))[0]
    if namespace in PREFIXES or namespace in _PUBLISHED or not namespace:
        return
    if namespace in case.profile.metadata.get("namespaces", ()):
        return
    known = {name: name for name in (*_PUBLISHED, *PREFIXES)}
    yield hit(
        extension,
        f"The extension {display(str(extension.element.tag))} is in the namespace {namespace!r}, "
        "which is not known here",
        expected=closest(namespace, known),
        actual=namespace,
    )


RULES = (
    misspelled_extension,
    unknown_namespace,
    unsupported_here,
)
