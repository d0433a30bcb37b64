"""Test support: builds real, signed and encrypted SAML documents and judges them independently.

Nothing here imports samlcheck. Signing, encryption and verification go through the xmlsec
library, so that the tests compare samlcheck with a second implementation.
"""
