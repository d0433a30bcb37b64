"""Words that may stay in what people wrote: those of error messages and login pages."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from samlcheck.symptoms import all_vendors

_PIECE: Final = re.compile(r"[^\W_]+")

#: Words of error messages and login pages. None of them is a name by itself.
_TEXT: Final = """
a able about access account accounts acs action active added address admin administrator
administrators after again algorithm all allow allowed already also an and any app application
applications are as assertion assertions assigned at attempt attempting attribute attributes
audience authenticate authenticated authentication authn authncontext authorization authorized
back bad be because been before being below between binding block blocked body both browser but
by call can cannot certificate certificates change check claim claims class click clock close
code conditions config configuration configured connect contact content context continue cookie
cookies correct correlation could create credential credentials current data date decrypt
decryption denied denies description destination detail details detected did different digest
directory disabled discovery do document does domain down due duplicate during either element
email empty enable enabled encountered encrypted end endpoint enough entity entityid error
errors event exception exist exists expected expired expiry external failed failure fatal
federation field file find first following for forbidden format found from further get go
granted group groups guest happened has have having header help here home host how html http
https id identified identifier identity idp if in incident incorrect information initiated
inresponseto instance intended internal invalid is issue issued issuer it its javascript key
keys known last later less level link list locked log logged login logon logout lookup mapping
match matches matching may message metadata method methods mismatch missing mode more multiple
must name named nameid namespace need needed network new next no noauthncontext none not
notbefore notonorafter null number object occurred of off offline on once one only open
operation or order organization original other our out outside own page parameter parse parsing
partner party passive password passwords path permission permissions permitted persistent please
policy port possible present previous principal problem process processing profile protocol
provided provider provisioned proxy query reach read reason received recipient redirect refresh
refused registered reject rejected relaystate reload reply report request requestdenied
requested requester requests require required requires resource responder response responses
retry return returned right role roles root rule same saml saml2 samlrequest samlresponse schema
scope security see send sent server service session sessions set settings should sign signature
signatures signed signin signing single site skew something sorry sp specified sso start started
state status still stored string subject success successful successfully such support supported
system team technical temporarily temporary tenant than that the their then there these they
this time timeout timestamp to token too trace transient trouble trust trusted try trying two
type unable unassigned unauthorized unexpected unknown unspecified unsupported until update uri
url use used user userinfo username users using valid validate validating validation value
values verification verified verify version via view was way we web went when where which while
whose why will window with within without work wrong xml you your
"""
WORDS: Final = frozenset(_TEXT.split())


@cache
def known_words() -> frozenset[str]:
    """Return the common words, and those of the codes and texts that the symptoms know."""
    found = set(WORDS)
    for vendor in all_vendors():
        for row in vendor.rows:
            for text in (*row.codes, *row.texts, *vendor.names):
                found.update(_PIECE.findall(text.lower()))
    return frozenset(found)


def is_ordinary(text: str) -> bool:
    """Tell whether a text consists of common words and small numbers only."""
    return all(
        piece in WORDS or (piece.isdigit() and len(piece) < 4)
        for piece in _PIECE.findall(text.lower())
    )
