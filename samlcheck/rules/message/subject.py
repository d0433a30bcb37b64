"""Rules on whom an assertion is about: the Subject and the value that names it."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Assertion, Subject
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message import (
    confirmation,
    confirmation_window,
    name_ids,
    principals,
    recipient,
)
from samlcheck.rules.message.attribute_values import is_address
from samlcheck.rules.message.claims import claims_example
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    WARNING,
    Hit,
    Unknown,
    example,
    hit,
    personal,
    rule,
)
from samlcheck.xml.names import NAMEID_EMAIL

_NAME_ID = (
    '<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">'
    "maria.lind@example.org</saml:NameID>"
)
_SUBJECT = f"""<saml:Subject>
      {_NAME_ID}
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <saml:SubjectConfirmationData InResponseTo="_8e5f1c2a90b74d36ae21f47b03c9d815" \
Recipient="https://sp.example.org/saml/acs" NotOnOrAfter="2026-11-23T10:59:30Z"/>
      </saml:SubjectConfirmation>
    </saml:Subject>"""
_GOOD = (example("response"),)


@rule(
    "subject-missing",
    on=Assertion,
    severity=ERROR,
    cites=[core("2.3.3"), core("2.7.2"), profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", (_SUBJECT, "")),
    ],
    good=_GOOD,
)
def subject_missing(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The assertion has no Subject.

    An assertion with an authentication or attribute statement has a Subject, and for a login
    that Subject says how the user is recognised.

    Why: without it nobody is named, so there is nobody to log in.
    Fix: Configure the identity provider to send a Subject; one that leaves it out usually has no
    source for the name identifier of this user.
    """
    if not assertion.subjects:
        yield hit(assertion, "The assertion has no Subject", expected="a Subject")


@rule(
    "nameid-missing",
    on=Subject,
    severity=ERROR,
    cites=[core("2.4.1")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", (_NAME_ID, ""), note="Advice only: nobody said that one is needed."),
        claims_example(
            (_NAME_ID, ""),
        ),
    ],
    good=_GOOD,
)
def name_id_missing(subject: Subject, case: Case) -> Iterator[Hit | Unknown]:
    """The Subject names nobody.

    The Subject has neither a NameID nor a BaseID nor an EncryptedID. The specification allows
    it, so this is an error only where the profile says that the service provider needs one.

    Why: most service providers look up the account by the name identifier.
    Fix: Configure a source for the name identifier at the identity provider, and check that this
    user has a value there.
    """
    if any(item.content is None for item in subject.encrypted_ids):
        yield Unknown("the name identifier is encrypted")
        return
    if subject.name_ids or subject.has_base_id:
        return
    required = case.profile.name_id_required
    yield hit(
        subject,
        "The Subject has no NameID" + (", which the service provider needs" if required else ""),
        expected="a NameID",
        severity=None if required else INFO,
    )


@rule(
    "nameid-empty",
    on=Subject,
    severity=ERROR,
    cites=[core("1.3.1"), core("2.2.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", ("maria.lind@example.org</saml:NameID>", " </saml:NameID>"))],
    good=_GOOD,
)
def name_id_empty(subject: Subject, case: Case) -> Iterator[Hit]:
    """The NameID is empty.

    The value consists of nothing or of white space alone. Every string in SAML has at least one
    other character.

    Why: the service provider cannot tell who logs in.
    Fix: Fill the attribute of this user that the identity provider takes the name identifier
    from, or choose another source for it.
    """
    for name_id in subject.name_ids:
        if not name_id.text.strip():
            yield hit(name_id, "The NameID is empty", expected="the name identifier of the user")


@rule(
    "nameid-email-not-addr-spec",
    on=Subject,
    severity=WARNING,
    cites=[core("8.3.2")],
    owner=IDP,
    bad=[
        example("response", ("maria.lind@example.org</saml:NameID>", "mlind</saml:NameID>")),
        example(
            "response",
            ("maria.lind@example.org</saml:NameID>", "Maria &lt;ml@example.org&gt;</saml:NameID>"),
        ),
    ],
    good=_GOOD,
)
def name_id_email_not_address(subject: Subject, case: Case) -> Iterator[Hit]:
    """The NameID claims to be an e-mail address and is none.

    With the Format emailAddress the value is local@domain alone: no display name, no angle
    brackets, no comment.

    Why: a service provider that looks up accounts by e-mail address finds none.
    Fix: Take the name identifier from the user's e-mail address, or send the Format that the
    value really has.
    """
    for name_id in subject.name_ids:
        if (
            name_ids.format_of(name_id) != NAMEID_EMAIL
            or not name_id.value
            or is_address(name_id.value)
        ):
            continue
        yield hit(
            name_id,
            f"The NameID {personal(name_id.value)} has the Format emailAddress "
            "but is no e-mail address",
            expected="an address such as local@domain",
            actual=personal(name_id.value),
        )


RULES = (
    subject_missing,
    name_id_missing,
    name_id_empty,
    name_id_email_not_address,
    *principals.RULES,
    *name_ids.RULES,
    *confirmation.RULES,
    *recipient.RULES,
    *confirmation_window.RULES,
)
