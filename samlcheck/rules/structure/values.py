"""Rules on the simple values of SAML elements: booleans, times and URIs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, xsd
from samlcheck.rules.rule import BLOCKS_LOGIN, ERROR, Hit, example, rule
from samlcheck.rules.structure.elements import GOOD
from samlcheck.rules.structure.units import UNITS, Unit, told

_BLANKS: Final = " \t\r\n"


@rule(
    "xsd-boolean-lexical",
    on=UNITS,
    severity=ERROR,
    cites=[xsd("3.2.2")],
    tags=[BLOCKS_LOGIN],
    bad=[
        example("sp", ('WantAssertionsSigned="true"', 'WantAssertionsSigned="True"')),
        example("sp", ('isDefault="true">', 'isDefault="yes">')),
        example("idp", ('regexp="false"', 'regexp="False"')),
    ],
    good=[*GOOD, example("sp", ('WantAssertionsSigned="true"', 'WantAssertionsSigned="1"'))],
)
def boolean_lexical(unit: Unit, case: Case) -> Iterator[Hit]:
    """A flag is not written as an XML boolean.

    Attributes such as WantAssertionsSigned, isDefault or ForceAuthn are one of true, false, 1 and
    0, in lower case.

    Why: a schema-validating reader refuses the document; another takes what it does not
    understand as false, or as true, so that the flag means different things to different partners.
    Fix: Write true or false, in lower case.
    """
    yield from told(unit, case, "xsd-boolean-lexical")


@rule(
    "xml-invalid-id-token",
    on=UNITS,
    severity=ERROR,
    cites=[core("1.3.4"), xsd("3.3.8")],
    tags=[BLOCKS_LOGIN],
    bad=[example("sp", ('ID="_5d3c0b7e', 'ID="5d3c0b7e'))],
    good=GOOD,
)
def invalid_id_token(unit: Unit, case: Case) -> Iterator[Hit]:
    """An ID is not an XML name.

    An ID, and a reference to one such as InResponseTo, begins with a letter or an underscore and
    holds letters, digits, and the signs . - _ alone.

    Why: schema-validating receivers refuse the document, and signatures that refer to such an ID
    cannot be resolved by some libraries. IDs made from a bare UUID begin with a digit half of the
    time, so the fault comes and goes.
    Fix: Let the software put an underscore before each ID that it makes.
    """
    yield from told(unit, case, "xml-invalid-id-token")


RULES = (
    boolean_lexical,
    invalid_id_token,
)
