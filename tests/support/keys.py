"""Names the committed test keys and hands out their PEM and Base64 text.

The files in tests/keys/ were made once by `create_missing()` and are committed, so that every
signature over them is reproducible. The keys protect nothing and are used nowhere else.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import attrs

FOLDER = Path(__file__).resolve().parent.parent / "keys"


@attrs.frozen(kw_only=True)
class Recipe:
    """How one key and its self-signed certificate were made."""

    kind: str
    subject: str
    not_before: str
    not_after: str
    serial: int


_AZURE = "Microsoft Azure Federated SSO Certificate"

RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        "idp-signing": Recipe(
            kind="rsa-2048",
            subject=_AZURE,
            not_before="2025-06-01",
            not_after="2028-06-01",
            serial=0x2F6B1C9D4E8A47035D11A2C3B4E5F601,
        ),
        "idp-next": Recipe(
            kind="rsa-2048",
            subject=_AZURE,
            not_before="2026-03-01",
            not_after="2029-03-01",
            serial=0x3A7C2DAE5F9B58146E22B3D4C5F60702,
        ),
        "idp-encryption": Recipe(
            kind="rsa-2048",
            subject="Identity Provider Encryption",
            not_before="2025-06-01",
            not_after="2028-06-01",
            serial=0x4B8D3EBF60AC69257F33C4E5D6071803,
        ),
        "sp-encryption": Recipe(
            kind="rsa-2048",
            subject="Service Provider Encryption",
            not_before="2025-01-01",
            not_after="2030-01-01",
            serial=0x5C9E4FC071BD7A360844D5F6E7182904,
        ),
        "sp-signing": Recipe(
            kind="rsa-2048",
            subject="Service Provider Signing",
            not_before="2025-01-01",
            not_after="2030-01-01",
            serial=0x6DAF50D182CE8B471955E607F8293A05,
        ),
        "stranger": Recipe(
            kind="rsa-2048",
            subject=_AZURE,
            not_before="2025-09-01",
            not_after="2028-09-01",
            serial=0x7EB061E293DF9C582A66F718093A4B06,
        ),
        "entra-tenant": Recipe(
            kind="rsa-2048",
            subject="accounts.accesscontrol.windows.net",
            not_before="2026-01-01",
            not_after="2028-01-01",
            serial=0x32F4A526D713E0AC6EAA3B5C4D7E8F0A,
        ),
        "weak": Recipe(
            kind="rsa-1024",
            subject="Weak Key",
            not_before="2025-01-01",
            not_after="2030-01-01",
            serial=0x0FC172F3A4E0AD693B7708291A4B5C07,
        ),
        "ec": Recipe(
            kind="ec-p256",
            subject="Elliptic Curve Key",
            not_before="2025-01-01",
            not_after="2030-01-01",
            serial=0x10D28304B5F1BE7A4C88193A2B5C6D08,
        ),
        "expired": Recipe(
            kind="rsa-2048",
            subject="Expired Certificate",
            not_before="2019-01-01",
            not_after="2022-01-01",
            serial=0x21E39415C602CF8B5D992A4B3C6D7E09,
        ),
    }
)


def key_path(name: str) -> Path:
    """The file of the private key called `name`."""
    return FOLDER / f"{name}.key.pem"


def certificate_path(name: str) -> Path:
    """The file of the certificate called `name`."""
    return FOLDER / f"{name}.crt.pem"


@functools.cache
def key_pem(name: str) -> bytes:
    """The private key called `name`, unencrypted PKCS#8 PEM."""
    return key_path(name).read_bytes()


@functools.cache
def certificate_pem(name: str) -> bytes:
    """The certificate called `name`, PEM."""
    return certificate_path(name).read_bytes()


def certificate_base64(name: str) -> str:
    """The certificate called `name` as the content of ds:X509Certificate, on one line."""
    return pem_body(certificate_pem(name))


def pem_body(pem: bytes) -> str:
    """The Base64 between the armour lines of a PEM text, on one line."""
    return "".join(line for line in pem.decode("ascii").splitlines() if "-----" not in line)


def create_missing(folder: Path = FOLDER, recipes: Mapping[str, Recipe] = RECIPES) -> list[str]:
    """Make the keys and certificates whose files are absent; the names of those that were made."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, recipe in recipes.items():
        key_file, certificate_file = folder / f"{name}.key.pem", folder / f"{name}.crt.pem"
        if key_file.exists() and certificate_file.exists():
            continue
        private, certificate = _create(recipe)
        key_file.write_bytes(private)
        certificate_file.write_bytes(certificate)
        made.append(name)
    return made


def _create(recipe: Recipe) -> tuple[bytes, bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    if recipe.kind == "ec-p256":
        key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = rsa.generate_private_key(65537, int(recipe.kind.removeprefix("rsa-")))
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, recipe.subject)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(recipe.serial)
        .not_valid_before(_midnight(recipe.not_before))
        .not_valid_after(_midnight(recipe.not_after))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private, certificate.public_bytes(serialization.Encoding.PEM)


def _midnight(date: str) -> datetime:
    return datetime.fromisoformat(date).replace(tzinfo=UTC)
