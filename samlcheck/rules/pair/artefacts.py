"""Names what a file is that was given as metadata and does not fit."""

from __future__ import annotations

import re

from samlcheck.model import EntityDescriptor
from samlcheck.rules.pair.words import role_words
from samlcheck.rules.wording import all_of
from samlcheck.xml.names import MD, SAML, SAML11, SAML11P, SAMLP, SOAP11, display, split_clark

# What a file that is no XML begins with, in lower case; a longer mark stands before a shorter one.
_MARKS = (
    ("-----begin certificate-----", "a bare certificate"),
    ("-----begin trusted certificate-----", "a bare certificate"),
    ("-----begin", "a key or another PEM file"),
    ("mii", "a bare certificate or key in Base64"),
    ("<!doctype html", "an HTML page"),
    ("<html", "an HTML page"),
    ("phnhbw", "a captured SAML message in Base64"),
    ("pd94bw", "XML in Base64"),
    ("samlresponse=", "a captured SAML message"),
    ("samlrequest=", "a captured SAML message"),
    ("http/", "an HTTP answer with its headers"),
    ("https://", "an address instead of what is found there"),
    ("http://", "an address instead of what is found there"),
    ("%pdf", "a PDF"),
    ("pk\x03\x04", "a ZIP archive or an Office document"),
    ("{", "JSON"),
)


def artefact_of(data: bytes) -> str | None:
    """Name what octets are that could not be read as XML, from their beginning; None if unclear."""
    if re.match(rb"\x30[\x81\x82]", data):
        # A certificate starts with a sequence in a sequence, a key or a container with a version.
        nested = re.match(rb"\x30(?:\x81.|\x82..)\x30", data, re.DOTALL) is not None
        return "a bare certificate in DER" if nested else "a key or another DER file"
    head = data[:200].removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip().lower()
    for mark, words in _MARKS:
        if head.startswith(mark):
            return words
    return None


def root_words(tag: str) -> str:
    """Name a document by its root element, which is no metadata root."""
    namespace, local = split_clark(tag)
    shown = display(tag)
    if namespace in (SAMLP, SAML, SAML11P, SAML11):
        return f"a captured SAML message ({shown})"
    if namespace == SOAP11:
        return f"a SOAP message ({shown})"
    if local.lower() == "html":
        return "an HTML page"
    if namespace == MD:
        return f"a part of metadata ({shown}) without the md:EntityDescriptor around it"
    if local in ("EntityDescriptor", "EntitiesDescriptor"):
        return f"{local} in {f'the namespace {namespace!r}' if namespace else 'no namespace'}"
    return f"a document of another kind ({shown})"


def entities_words(entities: list[EntityDescriptor]) -> str:
    """Name what the entities of a document are, to follow on "the metadata is"."""
    if not entities:
        return "an aggregate without any entity"
    if len(entities) > 1:
        return f"an aggregate of {len(entities)} entities, none of them with that role"
    entity = entities[0]
    words = list(dict.fromkeys(role_words(role) for role in entity.roles))
    if entity.affiliation is not None:
        words.append("an affiliation")
    return f"that of {all_of(words)}" if words else "that of an entity without any role"
