"""Certificates for the examples of the rules: the smallest that show a defect.

Nobody holds their private keys. The signatures of those that no key could make are empty; SAML
does not look at them.
"""

from __future__ import annotations

from typing import Final

_ZEROS: Final = "A"

#: An elliptic curve key of 224 bits.
P224: Final = (
    "MIH+MIGsoAMCAQICAQEwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwHRXhhbXBsZTAeFw0yNTAxMDEwMDAwMDBa"
    "Fw0zMDAxMDEwMDAwMDBaMBIxEDAOBgNVBAMMB0V4YW1wbGUwTjAQBgcqhkjOPQIBBgUrgQQAIQM6AARUivdo"
    "F7yz7LiWsw5S8LnoAOFj45QJ/iLJzGC5Phpwdk2j+PQ6bvH77s0dZKuAR0PziA5Y1yDoAzAKBggqhkjOPQQD"
    "AgNBADA+Ah0A6DjyqcM6p4oid7qg1HMS0FiX4a/YBvOPULIQ3QIdAIz1VgQol4ST4ETr6EesLWBGwGTjio01"
    "pE6Zq3g="
)
#: A key of a type that XML Signature implementations lack.
ED25519: Final = (
    "MIHQMIGDoAMCAQICAQEwBQYDK2VwMBIxEDAOBgNVBAMMB0V4YW1wbGUwHhcNMjUwMTAxMDAwMDAwWhcNMzAw"
    "MTAxMDAwMDAwWjASMRAwDgYDVQQDDAdFeGFtcGxlMCowBQYDK2VwAyEAps+xMpqVcwTt+G/fAwMx9Rc2EnxK"
    "TkMDvXBPljex2N8wBQYDK2VwA0EAApwxQu7sRGGuAibkASaNDMWn7RKPczQOnj+Qaxj5xglFfynj1p4/VoKS"
    "I+gmCD8u+ubQGxZ4S28Eov4GYXxjDw=="
)
#: A P-256 key; the certificate is signed with SHA-1.
SHA1_SIGNED: Final = (
    "MIHIMIG2oAMCAQICAQEwCQYHKoZIzj0EATASMRAwDgYDVQQDDAdFeGFtcGxlMB4XDTI1MDEwMTAwMDAwMFoX"
    "DTMwMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHRXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABI5T"
    "O2+gv3tGJbswZnwB+2B++fi4qA/vWzAGKHAxh7Kjc+sdveAzGDZtBp+DpvWQAFPHNjPLBBshxV4ahsH0ALQw"
    "CQYHKoZIzj0EAQMCAAA="
)
#: A DSA key of 1024 bits.
DSA: Final = (
    "MIIBLDCCARWgAwIBAgIBATANBgkqhkiG9w0BAQsFADASMRAwDgYDVQQDDAdFeGFtcGxlMB4XDTI1MDEwMTAw"
    "MDAwMFoXDTMwMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHRXhhbXBsZTCBszCBqgYHKoZIzjgEATCBngKBgQC"
    + _ZEROS * 170
    + "QIVAIAAAAAAAAAAAAAAAAAAAAAAAAABAgECAwQAAgEDMA0GCSqGSIb3DQEBCwUAAwIAAA=="
)
#: An RSA key of 2048 bits with the exponent 3.
EXPONENT_3: Final = (
    "MIICmzCCAYOgAwIBAgIBATANBgkqhkiG9w0BAQsFADASMRAwDgYDVQQDDAdFeGFtcGxlMB4XDTI1MDEwMTAw"
    "MDAwMFoXDTMwMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHRXhhbXBsZTCCASAwDQYJKoZIhvcNAQEBBQADggEN"
    "ADCCAQgCggEBALoRcDEcrZcXc7jVr60CRFbH4qHNEgboNIFZijP7uIPoPCSzBoluWx0VXbmY28W/t0RmEyAT"
    "qdGYtUErK33oIkHTwTiEzEMEVpWGrElYgb5RAqcpaQ3AOEZkkv6eqyiFzpnnasOyt4SA8crekX75jZynO8Wt"
    "hQ7KVdGulvl1W3cFliDrZyQlDMsKU0AGYIyEXfDz8khAbyB0hCrLfeGM4N9DiD6RUFN9+6p8iBw1ZU8UEOjq"
    "IRYJPOSmJ5vPNsRtPKFEAqDHWPVVmHG/tLfmPFr+f2g6FO5XYeLBhDX8FpzYsYF+5QoPXi+dOpm/o2Oqaeog"
    "bagoi24nYRdxCSmHR08CAQMwDQYJKoZIhvcNAQELBQADggEBAArSsieCWCdVHxQspClEbYD6LJ9qvUhagIPm"
    "i5dn1DLXotfLQYYYT2Y9o8W39vqQyf45Ex/mljCG4LPscus2/i2wGw/8Y09XGjUAJ6IG6uPTIn2oZjRtw6L7"
    "wpvq95kFmp+zxcv8YHQqYlbYb/77eu1LpqFDsmY/HlXO6hhw6KqPI3n2Kg3/ArPpe82sZXxyR6UjNdzOHDzj"
    "/UbPag5U/ssjYS9FI8D4QhoH9zx+t4SUm+362fjlRopxYrpwE9RuS2lUsifd/kDypBYknP6KcxcB5i/SXNqv"
    "nxUpPdYXjFNLdZaqtQiTZb78AcmiTAqvAZ4fPCqu9eALG4azgOW8nxk="
)
#: An RSA key of 2048 bits with the exponent 65536, which makes no key.
EXPONENT_EVEN: Final = (
    "MIIBnDCCAYWgAwIBAgIBATANBgkqhkiG9w0BAQsFADASMRAwDgYDVQQDDAdFeGFtcGxlMB4XDTI1MDEwMTAw"
    "MDAwMFoXDTMwMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHRXhhbXBsZTCCASIwDQYJKoZIhvcNAQEBBQADggEP"
    "ADCCAQoCggEBAI" + _ZEROS * 340 + "ECAwEAADANBgkqhkiG9w0BAQsFAAMCAAA="
)
