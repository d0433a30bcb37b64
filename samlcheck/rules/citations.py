"""The documents that findings cite."""

from __future__ import annotations

from samlcheck.records import frozen

_OASIS = "https://docs.oasis-open.org/security/saml/v2.0/"


@frozen
class Citation:
    """A place in a specification; `clause` is None where the whole document is meant."""

    document: str
    clause: str | None
    url: str

    def __str__(self) -> str:
        return self.document if self.clause is None else f"{self.document} {self.clause}"


def core(clause: str) -> Citation:
    """Cite Assertions and Protocols for SAML 2.0."""
    return Citation("SAML Core", clause, _OASIS + "saml-core-2.0-os.pdf")


def metadata(clause: str) -> Citation:
    """Cite Metadata for SAML 2.0."""
    return Citation("SAML Metadata", clause, _OASIS + "saml-metadata-2.0-os.pdf")


def profiles(clause: str) -> Citation:
    """Cite Profiles for SAML 2.0."""
    return Citation("SAML Profiles", clause, _OASIS + "saml-profiles-2.0-os.pdf")


def bindings(clause: str) -> Citation:
    """Cite Bindings for SAML 2.0."""
    return Citation("SAML Bindings", clause, _OASIS + "saml-bindings-2.0-os.pdf")


def errata(number: str) -> Citation:
    """Cite an erratum of SAML 2.0, such as E91."""
    return Citation("SAML Errata 05", number, _OASIS + "errata05/os/saml-v2.0-errata05-os.html")


def mdiop(clause: str) -> Citation:
    """Cite the Metadata Interoperability Profile 1.0."""
    url = "https://docs.oasis-open.org/security/saml/Post2.0/sstc-metadata-iop-os.html"
    return Citation("SAML Metadata Interoperability Profile", clause, url)


def mdui(clause: str) -> Citation:
    """Cite the metadata extensions for login and discovery user interface 1.0."""
    url = "https://docs.oasis-open.org/security/saml/Post2.0/sstc-saml-metadata-ui/v1.0/"
    return Citation("MDUI", clause, url)


def algsupport(clause: str) -> Citation:
    """Cite the metadata profile for algorithm support 1.0."""
    url = (
        "https://docs.oasis-open.org/security/saml/Post2.0/sstc-saml-metadata-algsupport-v1.0.html"
    )
    return Citation("SAML Algorithm Support", clause, url)


def saml2int(clause: str | None = None) -> Citation:
    """Cite the Kantara SAML 2.0 interoperability deployment profile 2.0 by its rule number.

    Drafts number what service providers do from SDP-SP13 on otherwise than the final text, so
    those are cited without a number, but for SDP-SP39.
    """
    return Citation(
        "saml2int", clause, "https://kantarainitiative.github.io/SAMLprofiles/saml2int.html"
    )


def xmldsig(clause: str) -> Citation:
    """Cite XML Signature Syntax and Processing 1.1."""
    return Citation("XML Signature 1.1", clause, "https://www.w3.org/TR/xmldsig-core1/")


def xmldsig_practices(clause: str | None = None) -> Citation:
    """Cite XML Signature Best Practices."""
    return Citation(
        "XML Signature Best Practices", clause, "https://www.w3.org/TR/xmldsig-bestpractices/"
    )


def xmlenc(clause: str) -> Citation:
    """Cite XML Encryption Syntax and Processing 1.1."""
    return Citation("XML Encryption 1.1", clause, "https://www.w3.org/TR/xmlenc-core1/")


def xml(clause: str | None = None) -> Citation:
    """Cite Extensible Markup Language 1.0, fifth edition."""
    return Citation("XML 1.0", clause, "https://www.w3.org/TR/xml/")


def xml_names(clause: str | None = None) -> Citation:
    """Cite Namespaces in XML 1.0, third edition."""
    return Citation("Namespaces in XML 1.0", clause, "https://www.w3.org/TR/xml-names/")


def xsd(clause: str) -> Citation:
    """Cite XML Schema part 2: datatypes, second edition."""
    return Citation("XML Schema Datatypes", clause, "https://www.w3.org/TR/xmlschema-2/")


def xsd_structures(clause: str) -> Citation:
    """Cite XML Schema part 1: structures, second edition."""
    return Citation("XML Schema Structures", clause, "https://www.w3.org/TR/xmlschema-1/")


def xinclude(clause: str | None = None) -> Citation:
    """Cite XML Inclusions 1.0."""
    return Citation("XInclude 1.0", clause, "https://www.w3.org/TR/xinclude/")


def rfc(number: int, clause: str | None = None) -> Citation:
    """Cite a Request for Comments."""
    return Citation(f"RFC {number}", clause, f"https://www.rfc-editor.org/rfc/rfc{number}")


def nist(publication: str, clause: str | None = None) -> Citation:
    """Cite a NIST special publication, such as 800-131A."""
    return Citation(f"NIST SP {publication}", clause, "https://csrc.nist.gov/publications/sp800")


def cve(number: str, what: str) -> Citation:
    """Cite a known vulnerability by its number, and say in words what it was."""
    return Citation(f"{number}: {what}", None, f"https://nvd.nist.gov/vuln/detail/{number}")


def paper(title: str, url: str) -> Citation:
    """Cite a published paper or advisory."""
    return Citation(title, None, url)
