"""Certificates for the example of keys with a common factor.

The two moduli have one prime in common; nobody holds the private keys, and the signatures of the
certificates are empty; SAML looks at neither.
"""

from __future__ import annotations

from typing import Final

SHARED_FACTOR_1: Final = (
    "MIIBnDCCAYWgAwIBAgIBATANBgkqhkiG9w0BAQsFADASMRAwDgYDVQQDDAdFeGFtcGxlMB4XDTI1MDEwMTAwMDAw"
    "MFoXDTMwMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHRXhhbXBsZTCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoC"
    "ggEBAOndv+PC011VBtk6RH1t4lz8+ggLh8NTlwrcwwFA+XqHECTiKqXi439wIyoTameFzR+7Wb7jMyBznB/J9g88"
    "Y+YEqN6gwWKtW+0IScJcN0v5mMMIqmCGQH9IudAT2TEVkXVjj608Syj3z+IZdYSKFyZNzZqi1j5vJdVXKkhcFnIO"
    "yIi56g/Gs0Tv1qdfmGzLVRhIrR3ESQ5L2vLoLt/YDZMwAHwPQmQtquNTxH4M3dXxg2gahPQS4jrEdO8ESjxc+vIP"
    "JX3y9nrl7Aw6MZUEq5cUMdfy39CN+TwbcudJa2dSWse/swZQVqME0TKv4qGbiPfI+SeT9/Rrs3zzn4B2sGkCAwEA"
    "ATANBgkqhkiG9w0BAQsFAAMCAAA="
)
SHARED_FACTOR_2: Final = (
    "MIIBnDCCAYWgAwIBAgIBATANBgkqhkiG9w0BAQsFADASMRAwDgYDVQQDDAdFeGFtcGxlMB4XDTI1MDEwMTAwMDAw"
    "MFoXDTMwMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHRXhhbXBsZTCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoC"
    "ggEBAORNLOD9E0tgKW9IYzyW9zJ2VwtP3PU+hasnmjsa8b4eLZ9DnCtagCVI3Ndt1ceViTuUiRaFzDEi9n+q4HBn"
    "gqkGeXM6xI4yfB2nkzUQT67GsdA4LHLNietzVmbqUWt/c5S6984K4ZDXwHOg6eGCi+/u3ydb6BCm3wkxDXTEZWis"
    "RRmkqip1i/yElOdjE7R1G2xa72KHH4Q+tjgCxlBANYSMi/T8OFWweSqsy9f3fnZm7TBKV0mD7WGM7swa8EKDP2+Z"
    "jURNn5YUFWGMGH+unLhEE2wm4akEiHr3pNrTS+SLLfnzT6PiGRr0tfwd+3M/kZJT9j2aqE7RVYr2RYJoksMCAwEA"
    "ATANBgkqhkiG9w0BAQsFAAMCAAA="
)
