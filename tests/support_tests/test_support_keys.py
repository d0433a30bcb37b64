"""The committed test keys are the ones that their recipes describe."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.support import keys


@pytest.mark.parametrize("name", keys.RECIPES)
def test_certificate_is_what_the_recipe_says(name: str) -> None:
    recipe = keys.RECIPES[name]
    certificate = x509.load_pem_x509_certificate(keys.certificate_pem(name))

    assert recipe.serial == certificate.serial_number
    assert f"CN={recipe.subject}" == certificate.subject.rfc4514_string()
    assert certificate.subject == certificate.issuer
    assert recipe.not_before == certificate.not_valid_before_utc.date().isoformat()
    assert recipe.not_after == certificate.not_valid_after_utc.date().isoformat()
    certificate.verify_directly_issued_by(certificate)


@pytest.mark.parametrize("name", keys.RECIPES)
def test_private_key_belongs_to_the_certificate(name: str) -> None:
    private = serialization.load_pem_private_key(keys.key_pem(name), None)
    certificate = x509.load_pem_x509_certificate(keys.certificate_pem(name))

    assert certificate.public_key() == private.public_key()


@pytest.mark.parametrize("name", keys.RECIPES)
def test_key_has_the_kind_and_size_of_the_recipe(name: str) -> None:
    public = x509.load_pem_x509_certificate(keys.certificate_pem(name)).public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        kind = f"ec-p{public.curve.key_size}"
    else:
        assert isinstance(public, rsa.RSAPublicKey)
        kind = f"rsa-{public.key_size}"

    assert keys.RECIPES[name].kind == kind


def test_every_key_is_a_different_one() -> None:
    assert len(keys.RECIPES) == len({keys.key_pem(name) for name in keys.RECIPES})


def test_the_folder_holds_nothing_else() -> None:
    expected = {keys.key_path(name) for name in keys.RECIPES}
    expected |= {keys.certificate_path(name) for name in keys.RECIPES}

    assert expected == set(keys.FOLDER.glob("*.pem"))


def test_create_missing_makes_all_in_an_empty_folder_and_none_the_second_time(
    tmp_path: Path,
) -> None:
    recipes = {"ec": keys.RECIPES["ec"], "weak": keys.RECIPES["weak"]}

    assert ["ec", "weak"] == keys.create_missing(tmp_path, recipes)
    assert [] == keys.create_missing(tmp_path, recipes)
