"""What a step of the scenario is: a document, how it is judged, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable

import attrs

ASSERTION = "/samlp:Response/saml:Assertion"
STATEMENT = f"{ASSERTION}/saml:AttributeStatement"
SP_ROLE = "/md:EntityDescriptor/md:SPSSODescriptor"
IDP_ROLE = "/md:EntityDescriptor/md:IDPSSODescriptor"


@attrs.frozen
class Said:
    """A finding that has to be there: its rule, who has to act, and where it points."""

    rule: str
    owner: str
    xpath: str | None = None


@attrs.frozen(kw_only=True)
class Step:
    """One step, gone wrong.

    `judged_as` is the kind of document: sp and idp are metadata, pair-sp and pair-idp the same
    beside the other side, login and request messages, diff-sp a later edition, profile a file for
    `samlcheck pair --profile`. `said` are all findings above info, in their order; `noted` are
    infos among others. `profile` is the file of another step that is given as profile, `also`
    another document that takes the place of the usual one.
    """

    row: int
    file: str
    judged_as: str
    content: Callable[[], bytes]
    said: tuple[Said, ...] = ()
    noted: tuple[Said, ...] = ()
    #: Words of the first finding and its hint.
    says: tuple[str, ...] = ()
    profile: str | None = None
    sp: Callable[[], bytes] | None = None
    without: tuple[str, ...] = ()
