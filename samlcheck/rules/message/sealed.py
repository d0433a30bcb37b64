"""Encrypted parts of messages for examples of rules, for the test key of the service provider."""

from __future__ import annotations

from typing import Final

_KEY_OF_NAME: Final = (
    "R0MSQuAExZB9qDDG94lpoeaSYhkdCC042ioKzFPYhiyAQsAEkUCdvU2O5VUtqim0XCQszkm7+khVe6L/LPZA+ZNz"
    "Rn/txnQ9d42Xw4JKbdNmL6lXtkoL/pOu53l4HgT0zhlmdfKy3R1ahPNODt3OQ307SauZAxhcjjMeUjW6oAjQtxwN"
    "YT79Fv3RwSqaKYfJ7Q8OXtWC4TZTbVFioQxilD5VHZsqwW0iyrOlMJ61ynYqmhkvclsKRz+P/CBPhTvdxL44D9Es"
    "+maUaiXlCCwjcXfhQYw0O+td0K0ITlHKI+J1xR/pVh4bO9+H3b4CLfCsInTlnOhfjdIJB6zQkDIWXw=="
)
_NAME: Final = (
    "CiciASYKF2NkCt8aognUy2LFXyYwV8wYmOhYbaciUjSo0LKxVhQWZRsYgZOdLY3OqLJUIbPJKaGIwenMs3rspeDc"
    "NSQ7v/OR7ATO13WTKHJnf7gMkD9H7CorH2hw6j1FVaIB5v1aij2WDlLeOGCIGKdfQ4NB/14pFgdY42Kh3aRwxUVX"
    "b8ShuNeApDUUewQMTC7PmV3D87+b/Z1+sksqwo66Tb+ueVj54eaAbU7VU5cyGnMWWVnsLM7Q9gAyXTWq"
)
_KEY_OF_ATTRIBUTE: Final = (
    "pyq2GhEXTzjRSQzinYx0hkYX+wvi5c+6Veb/WUOmpJNU8oyUlip+N+K0P8tonKzi3TmiZoi6zs3KWIyhWNM1BwZm"
    "Bl5q5xKJxA4lchvCbuRD//UrAiGidb8t3GZq6fZmKoxCMThNdC3l2141ZgDzPpYf6KpJ55+J/he66G0ZS1iEN1Ga"
    "1zhQkzRNMwXayxDMwde3zoYR/62bf4+eIA4Ea8v8fLYC1h8Z3emg9FRjRvhdLf9JCD0cJfodb0Zybb8PzIukevz0"
    "FIdlSv2y4GJsC7Nuj/e2GVD5ZzS0QgzhkyO+0IqfVbPBXg0VLZQt5FF4DUyBbEiAtRgKLJNF8OTY4Q=="
)
_ATTRIBUTE: Final = (
    "8swKLvmp8hm2pJcQvzvpFevGDjtUbYDPw1qyqlOdY96N6KLqPdKmDFIKzGZrlVuBpU0OvEDRXNx++aB5LgJ7q9tb"
    "tS40oo9YrXFZikmOc1kdTXysWzl4Nig4KlgHSXKDvskWxtJcwgQonFqoX1f6lcOIw5NfAPtMvTK3XbmP+xgonQs2"
    "Z3uOkkZZ7oynTowr8Tui+syMkpIsvX/XfZuwjn7pcVW/Lx2fmcTCGNqrgyXAJYh9qAa6q6yU39QUUD2YEJrlS5gO"
    "ffQgnJvcvVw9cCyWlv/5Z0My5bNnCWlIs+1goxMroYnehYPiCAyeytxDINORedarKXLEQRxSHiJMNLt2vyrf"
)

_KEY_OF_BARE_NAME: Final = (
    "NNWsKtyKfd0nb9H3H7HnRIDpM9tmV3rW42REMbmhlbR6LVwChvtTX05yXNhmb3eFyzOepK2UML8aDeurny1ZgsLK"
    "zcsVoyrf58Pm2iZ+T2m0e3Q7BSmS30hQ9NkKN0FAFsCt5+7nzIiQ9xgivliQzaAPv9WIHLj4LSVoko/TE733gjZD"
    "DQEKDW+lBn0SE6fmT+Sr3I1h76ji1ajgdxUAi0iFwpi+ZoziXQzZRmtYxniYkqIaVS3kQFkIMW10k6frGS9MOVuQ"
    "CQQa711DrIAveFmpA4XkCIhcWTTxRe60YBPYPM+szXb+q4S9xTrKqpn3XptXNQzA+V5L4p7mopimlQ=="
)
_BARE_NAME: Final = (
    "YDyhMXmZ3qu/97qg9ZuO/qoufGdpvvYbRuJxFo9plLdyYfphNkesIJ6eQxJBx1txATYc4jk/SH4kHNHDA/hsnOgQ"
    "F6AOwFUqtEc0sKf3/zgToPQeq1ikLBIT38kE4FJbARmOTDjZNVgMd9qdi0JucKXeEyRG8LvxWCqz+6Ao4lwHrMto"
    "/tl8UO2H7EgG"
)


def _sealed(wrapped: str, value: str) -> str:
    return (
        '<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" '
        'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
        'xmlns:xenc11="http://www.w3.org/2009/xmlenc11#" '
        'Type="http://www.w3.org/2001/04/xmlenc#Element">'
        '<xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>'
        "<ds:KeyInfo><xenc:EncryptedKey>"
        '<xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#rsa-oaep">'
        '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        '<xenc11:MGF Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/>'
        f"</xenc:EncryptionMethod><xenc:CipherData><xenc:CipherValue>{wrapped}"
        "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>"
        f"<xenc:CipherData><xenc:CipherValue>{value}</xenc:CipherValue></xenc:CipherData>"
        "</xenc:EncryptedData>"
    )


#: An EncryptedID that holds the NameID of the base response.
ENCRYPTED_ID: Final = f"<saml:EncryptedID>{_sealed(_KEY_OF_NAME, _NAME)}</saml:EncryptedID>"
#: An EncryptedAssertion that holds that NameID instead of an assertion.
SEALED_NAME_ID: Final = ENCRYPTED_ID.replace("saml:EncryptedID", "saml:EncryptedAssertion")
#: The same NameID, encrypted without the declaration of its namespace.
BARE_ID: Final = f"<saml:EncryptedID>{_sealed(_KEY_OF_BARE_NAME, _BARE_NAME)}</saml:EncryptedID>"
#: An EncryptedAttribute that holds the attribute sn of the base response.
ENCRYPTED_ATTRIBUTE: Final = (
    f"<saml:EncryptedAttribute>{_sealed(_KEY_OF_ATTRIBUTE, _ATTRIBUTE)}</saml:EncryptedAttribute>"
)
