"""Certificates for the examples on the length of keys; nobody holds their private keys."""

from __future__ import annotations

from typing import Final

#: An RSA key of 2048 bits, valid until 2035.
UNTIL_2035: Final = (
    "MIICnTCCAYWgAwIBAgIBATANBgkqhkiG9w0BAQsFADASMRAwDgYDVQQDDAdFeGFtcGxlMB4XDTI1MDEwMTAw"
    "MDAwMFoXDTM1MDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHRXhhbXBsZTCCASIwDQYJKoZIhvcNAQEBBQADggEP"
    "ADCCAQoCggEBAJ7TLgLf39Uczn0qzRhXmUQ7/oIfJ0NLI04Yv98T8GqLguIoF1gxw6/wfubVM8FSgj7ysym6"
    "db2uP68zARttQzGxyvFVKPHpffkYT1RpZjj1xfQdR2qml8tpfo1lfhi1aE9oDhpl4HpRYFKbAgLbFFk+YIKo"
    "6IkBKLwST0wbtEapiP6beX5eAOP+dx21yxhH+CwGBErcWm/3+70C8/Pe7xRI9tjwD20a8GGgiv8oKkrSrFoK"
    "DIKKi//v6JTtn2GthsSoLyL/7IsN4qbXvIT9IzX/ob+QuHnePFGfe5b6RyVsI9ShmHIRMhJjWOXXjFhNqrcz"
    "VQkXwxL2kMQvsERxu98CAwEAATANBgkqhkiG9w0BAQsFAAOCAQEAPyQVWslDJWZY9ZjRn1yrwIKh8Z+2abA2"
    "pdUY4fBxRp9vA+iNAlTsdzmc3ttLFj1lvmN8/3cVF4gix05YG9owStQZo8I6MkiXPjmXH/pLXUabcBM7Mytq"
    "bnQh+UqiEolOUEGZGmN6IjznkW8jjw1Ibi+GA69iQfTdCVO0ui8cTvkMV1YtKhxJP0ItPC9RJrP8hx+KZlO8"
    "Yno+vUMv/9hXL0GywQfzixpsmID2Qj6wOm6vccsn/aV4UKqO3pA1hpV9YyLybwHOc4d0HJcjT84fza0j+ZCh"
    "vfN2Ph75TvjeLlv1EGwPRxXeRJTZ2YBoBU8yzF3TvnKgvKzJP4HxHdsMOg=="
)
#: A key on the curve brainpoolP256r1.
BRAINPOOL: Final = (
    "MIIBEDCBuKADAgECAgEBMAoGCCqGSM49BAMCMBIxEDAOBgNVBAMMB0V4YW1wbGUwHhcNMjUwMTAxMDAwMDAw"
    "WhcNMzAwMTAxMDAwMDAwWjASMRAwDgYDVQQDDAdFeGFtcGxlMFowFAYHKoZIzj0CAQYJKyQDAwIIAQEHA0IA"
    "BGpOUCHG/71cyYs5AD36vIcvJ1vwHmxWMtTGgdw4mwolcuoMPEcE4QYbXXUU+5hfHZgprfkkHDvaj+Fq2a0v"
    "0lwwCgYIKoZIzj0EAwIDRwAwRAIgaqiHA4KFpcIoEYz9Cl5KGie5V1VKKlolyEzQbFAiCSMCIGb5Vpni807k"
    "UOWdG2lsUiisbluGNJrkYWiDpfmTHAbr"
)
