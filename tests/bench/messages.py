"""The message benchmark: goal P7, how many signed responses a second, beside peers and a floor.

Everything runs in one process on one core, in turns, in the virtual environment of the peers, so
that all rest on the same lxml and cryptography; rates are per second of processor time. The floor
is the least that any verifier does: parse, canonicalize, digest and verify, by hand. Only ratios of
one run count.
"""

from __future__ import annotations

import base64
import hashlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
#: The peers, and what the package itself needs.
PEERS = ("python3-saml==1.16.0", "signxml", "xmlsec", "lxml", "cryptography", "attrs")
ROUNDS, SECONDS = 9, 0.3
GOALS = {"python3-saml": 6.0, "signxml verify": 1.2, "floor by hand": 0.4}
_BY_NUMBER = (1, 4, 5, 7, 9, 11)
_URI = 'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"'
_DS = "http://www.w3.org/2000/09/xmldsig#"

Run = Callable[[], object]


def _names() -> list[str]:
    return [f"urn:oid:1.3.6.1.4.1.5923.1.1.1.{number}" for number in _BY_NUMBER]


def response() -> bytes:
    """A signed response of 6 kB."""
    from tests.support.bases import build

    end = "</saml:AttributeStatement>"
    more = "".join(
        f'<saml:Attribute Name="{name}" {_URI}><saml:AttributeValue>a value of some length, of '
        f"{name}</saml:AttributeValue></saml:Attribute>"
        for name in _names()
    )
    return build("response", [(end, more + end)])


def metadata() -> tuple[bytes, bytes]:
    """The metadata of an SP that asks for these attributes, and of the IdP."""
    from tests.support.bases import build

    end = "</md:AttributeConsumingService>"
    more = "".join(f'<md:RequestedAttribute Name="{name}" {_URI}/>' for name in _names())
    return build("sp", [(end, more + end)]), build("idp")


def floor(xml: bytes) -> Run:
    """Parse, digest and verify by hand, the key loaded before."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from lxml import etree

    from tests.support.keys import certificate_pem

    key = x509.load_pem_x509_certificate(certificate_pem("idp-signing")).public_key()
    assert isinstance(key, rsa.RSAPublicKey)

    def octets(element: etree._Element) -> bytes:
        return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)

    def run() -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(xml, parser)
        signature = next(root.iter(f"{{{_DS}}}Signature"))
        info, parent = signature.find(f"{{{_DS}}}SignedInfo"), signature.getparent()
        assert info is not None
        assert parent is not None
        signed = octets(info)
        value = base64.b64decode(signature.findtext(f"{{{_DS}}}SignatureValue") or "")
        expected = base64.b64decode(info.findtext(f".//{{{_DS}}}DigestValue") or "")
        before = signature.getprevious()
        assert before is not None
        before.tail = (before.tail or "") + (signature.tail or "")
        parent.remove(signature)
        key.verify(value, signed, padding.PKCS1v15(), hashes.SHA256())
        assert hashlib.sha256(octets(parent)).digest() == expected

    return run


def bare_signxml(xml: bytes) -> Run:
    """signxml's verification of the one signature, against the certificate."""
    from signxml.verifier import XMLVerifier

    from tests.support.keys import certificate_pem

    pem = certificate_pem("idp-signing").decode()
    return lambda: XMLVerifier().verify(xml, x509_cert=pem, validate_schema=False)


def xmlsec_binding(xml: bytes) -> Run:
    """The xmlsec library, its key loaded before."""
    import xmlsec
    from lxml import etree

    from tests.support.keys import certificate_pem

    form = xmlsec.constants.KeyDataFormatCertPem
    key = xmlsec.Key.from_memory(certificate_pem("idp-signing"), form)

    def run() -> None:
        root = etree.fromstring(xml)
        signature = next(root.iter(f"{{{_DS}}}Signature"))
        xmlsec.tree.add_ids(root, ["ID"])
        context = xmlsec.SignatureContext()
        context.key = key
        context.verify(signature)

    return run


def python3_saml(xml: bytes) -> Run:
    """python3-saml in strict mode, as a web application calls it, at the time of the response."""
    from onelogin.saml2.response import OneLogin_Saml2_Response
    from onelogin.saml2.settings import OneLogin_Saml2_Settings
    from onelogin.saml2.utils import OneLogin_Saml2_Utils

    from tests.support.bases import NOW
    from tests.support.keys import certificate_pem, pem_body

    OneLogin_Saml2_Utils.now = staticmethod(lambda: int(NOW.timestamp()))
    consumer = "https://sp.example.org/saml/acs"
    sp = {"entityId": "https://sp.example.org/saml", "assertionConsumerService": {"url": consumer}}
    idp = {
        "entityId": "https://idp.example.org/saml",
        "singleSignOnService": {"url": "https://idp.example.org/saml/sso/redirect"},
        "x509cert": pem_body(certificate_pem("idp-signing")),
    }
    settings = OneLogin_Saml2_Settings({"strict": True, "sp": sp, "idp": idp})
    posted = base64.b64encode(xml).decode()
    data = {"http_host": "sp.example.org", "script_name": "/saml/acs", "https": "on"}

    def run() -> object:
        found = OneLogin_Saml2_Response(settings, posted)
        assert found.is_valid(data, "_8e5f1c2a90b74d36ae21f47b03c9d815"), found.get_error()
        return found.get_attributes()

    return run


def checked(xml: bytes, *, parsed: bool) -> Run:
    """samlcheck with all rules beside the metadata of both sides, as octets or parsed before."""
    import samlcheck
    from tests.support.bases import NOW

    sp, idp = metadata()
    given = (samlcheck.parse_metadata(sp), samlcheck.parse_metadata(idp)) if parsed else (sp, idp)

    def run() -> None:
        report = samlcheck.check_message(xml, now=NOW, sp=given[0], idp=given[1])
        assert ("accepted", ()) == (report.verdict, report.findings)

    return run


def _rate(run: Run) -> float:
    """Return how often something runs in a second of processor time."""
    count, start = 0, time.process_time()
    while time.process_time() - start < SECONDS:
        run()
        count += 1
    return count / (time.process_time() - start)


def measure() -> int:
    """Measure in turns and print the table, in the environment of the peers."""
    xml = response()
    running = {
        "floor by hand": floor(xml),
        "xmlsec binding": xmlsec_binding(xml),
        "signxml verify": bare_signxml(xml),
        "python3-saml": python3_saml(xml),
        "samlcheck": checked(xml, parsed=True),
        "samlcheck, metadata as octets": checked(xml, parsed=False),
    }
    rates: dict[str, list[float]] = {name: [] for name in running}
    for turn in range(ROUNDS + 1):
        for name, run in running.items():
            rate = _rate(run)
            if turn:  # the first round warms the caches
                rates[name].append(rate)
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(f"\nsigned response of {len(xml)} octets, all rules, {ROUNDS} rounds, medians")
    print(f"{'':<32}{'per CPU s':>10}" + "".join(f"{'x ' + peer:>18}" for peer in GOALS))
    for name, median in medians.items():
        ratios = "".join(f"{median / medians[peer]:>18.2f}" for peer in GOALS)
        print(f"{name:<32}{median:>10.0f}{ratios}")
    print(f"{'goal':<42}" + "".join(f"{goal:>18.2f}" for goal in GOALS.values()))
    return 0


def main() -> int:
    """Measure in a process of the peers' environment, which is made when it is not there."""
    from tests.bench.aggregates import _python

    python = _python("messages", *PEERS)
    code = "import sys; from tests.bench.messages import measure; sys.exit(measure())"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([python, "-c", code], cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
