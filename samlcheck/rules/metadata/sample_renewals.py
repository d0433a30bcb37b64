"""Two certificates of one key for the examples on roles; nobody holds the private key."""

from __future__ import annotations

from typing import Final

#: A key of its own in two certificates: the first one.
RENEWED_1: Final = (
    "MIIBEDCBt6ADAgECAgEBMAoGCCqGSM49BAMCMBIxEDAOBgNVBAMMB0V4YW1wbGUwHhcNMjUwMTAxMDAwMDAw"
    "WhcNMjkwMTAxMDAwMDAwWjASMRAwDgYDVQQDDAdFeGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"
    "MYggbbvwjTvcATaxsQAGnqI4F2NB5YE3lkMX/iCbiDDU9MP6NYfYNdPJjvJJStJYfBgrNf60VZBNwIS/r753"
    "YjAKBggqhkjOPQQDAgNIADBFAiEAm21ZiM276VRx6Ycz1NfMLGDbw1VU7HAnBJHOzhtgCtACIG8iGpumXq9y"
    "fIw0F/RoNfeRA0b8Y9yUweA25yyHWMI9"
)
#: The second one.
RENEWED_2: Final = (
    "MIIBEDCBt6ADAgECAgECMAoGCCqGSM49BAMCMBIxEDAOBgNVBAMMB0V4YW1wbGUwHhcNMjUwMTAxMDAwMDAw"
    "WhcNMzEwMTAxMDAwMDAwWjASMRAwDgYDVQQDDAdFeGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"
    "MYggbbvwjTvcATaxsQAGnqI4F2NB5YE3lkMX/iCbiDDU9MP6NYfYNdPJjvJJStJYfBgrNf60VZBNwIS/r753"
    "YjAKBggqhkjOPQQDAgNIADBFAiEA2AFLE6RNMxlTOky1eTy9xGBOaqH85qKnTQ8hvqsTyicCIHjAJ21giOEl"
    "rElxWV/2IpEZPYAnAUfEqkOlqbN5jgzh"
)
