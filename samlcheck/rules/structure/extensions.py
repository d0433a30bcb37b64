"""The extensions whose schemas come with the package, and what other rules say of their errors."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.rules.structure.meant import FAMILY
from samlcheck.xml.names import (
    ALG,
    DS,
    HOKSSO,
    IDPDISC,
    INIT,
    MD,
    MDATTR,
    MDRPI,
    MDUI,
    REMD,
    SAML,
    SHIBMD,
    clark,
    split_clark,
)

#: The namespaces of the extensions.
EXTENSIONS: Final = frozenset({MDUI, MDRPI, MDATTR, ALG, IDPDISC, INIT, SHIBMD, HOKSSO, REMD})

#: By element, and attribute or "" for its text or its lacking child: the rule that tells of it.
_TOLD: Final = MappingProxyType(
    {
        (clark(MDUI, "Logo"), "width"): "ui-logo-size-attrs",
        (clark(MDUI, "Logo"), "height"): "ui-logo-size-attrs",
        (clark(MDRPI, "RegistrationInfo"), "registrationAuthority"): "rpi-authority-missing",
        (clark(ALG, "DigestMethod"), "Algorithm"): "alg-algorithm-missing",
        (clark(ALG, "SigningMethod"), "Algorithm"): "alg-algorithm-missing",
        (clark(ALG, "SigningMethod"), "MinKeySize"): "alg-minkeysize",
        (clark(ALG, "SigningMethod"), "MaxKeySize"): "alg-minkeysize",
        (clark(IDPDISC, "DiscoveryResponse"), "index"): "disc-response-index",
        (clark(IDPDISC, "DiscoveryResponse"), "Binding"): "disc-response-binding",
        (clark(INIT, "RequestInitiator"), "Binding"): "disc-requestinit-binding",
        (clark(DS, "X509Certificate"), ""): "key-bad-base64",
        (clark(DS, "SignatureValue"), ""): "sig-value-malformed",
        (clark(DS, "DigestValue"), ""): "sig-value-malformed",
        (clark(SAML, "AuthnContext"), ""): "authn-context-missing",
    }
)

#: By child that stands in a wrong place: the rule that tells of it.
_MISPLACED: Final = MappingProxyType(
    {
        clark(MDUI, "UIInfo"): "ui-misplaced",
        clark(MDUI, "DiscoHints"): "disc-hints-misplaced",
        clark(MDRPI, "RegistrationInfo"): "rpi-misplaced",
        clark(MDRPI, "PublicationInfo"): "rpi-misplaced",
        clark(MDATTR, "EntityAttributes"): "ea-misplaced",
        clark(SHIBMD, "Scope"): "scope-misplaced",
        clark(ALG, "DigestMethod"): "alg-misplaced",
        clark(ALG, "SigningMethod"): "alg-misplaced",
        clark(IDPDISC, "DiscoveryResponse"): "disc-response-misplaced",
    }
)
_IN_SIGNATURE: Final = MappingProxyType(
    {
        clark(DS, "SignedInfo"): "sig-multiple-signedinfo",
        clark(DS, "Reference"): "sig-stray-dsig-node",
        clark(DS, "DigestValue"): "sig-stray-dsig-node",
        clark(DS, "SignatureValue"): "sig-stray-dsig-node",
    }
)
_SIGNATURE: Final = clark(DS, "Signature")
_METHOD: Final = clark(MD, "EncryptionMethod")
_PARAMETERS: Final = ("DigestMethod", "MGF")


def is_extension(tag: str) -> bool:
    """Tell whether a Clark name is of one of the extensions."""
    return split_clark(tag)[0] in EXTENSIONS


def told_of(tag: str, part: str) -> str | None:
    """Return the rule that tells of an error in a part of an element, if there is one."""
    return _TOLD.get((tag, part))


def told_of_child(child: Element, *, message: bool) -> str | None:
    """Return the rule that tells of a child which must not stand where it stands.

    `message` says that a message is judged, for which there are other rules than for metadata.
    """
    tag, parent = str(child.tag), child.getparent()
    home = "" if parent is None else str(parent.tag)
    if message:
        if tag == _SIGNATURE:
            return "sig-parent-not-signable"
    elif tag == _SIGNATURE:
        return "sig-not-enveloped-child" if split_clark(home)[0] in FAMILY else None
    elif home == _METHOD and split_clark(tag)[1] in _PARAMETERS:
        return "enc-alg-namespace"
    if tag in _IN_SIGNATURE and next(child.iterancestors(_SIGNATURE), None) is not None:
        return _IN_SIGNATURE[tag]
    return None if message else _MISPLACED.get(tag)
