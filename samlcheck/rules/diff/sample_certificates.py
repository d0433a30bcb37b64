"""Two certificates around one key, for the examples; the private key was thrown away."""

from typing import Final

FIRST: Final = (
    "MIIBIzCByaADAgECAgVRwP/uATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5zcC5leGFtcGxlLm9yZzAeFw0yNTAx"
    "MDEwMDAwMDBaFw0yNzAxMDEwMDAwMDBaMBkxFzAVBgNVBAMMDnNwLmV4YW1wbGUub3JnMFkwEwYHKoZIzj0CAQYI"
    "KoZIzj0DAQcDQgAEkr5A7Mkfyc2g+/nsEEq1LmnXpGGa+DWRoKQTNBlxuMiDv7eYTzL1nBL46iD+OdWIraOJOGgt"
    "IEJnFNcDKgPZrTAKBggqhkjOPQQDAgNJADBGAiEAtD9gl2cqWdwaxNxUgVGy5+57BztnkZFxyPMRkW9R9N8CIQD3"
    "VjRkkIzNitrE3NakYnli8A0HNTLYQKSc+hedc1UppA=="
)
RENEWED: Final = (
    "MIIBIjCByaADAgECAgVRwP/uAjAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5zcC5leGFtcGxlLm9yZzAeFw0yNjAx"
    "MDEwMDAwMDBaFw0zMDAxMDEwMDAwMDBaMBkxFzAVBgNVBAMMDnNwLmV4YW1wbGUub3JnMFkwEwYHKoZIzj0CAQYI"
    "KoZIzj0DAQcDQgAEkr5A7Mkfyc2g+/nsEEq1LmnXpGGa+DWRoKQTNBlxuMiDv7eYTzL1nBL46iD+OdWIraOJOGgt"
    "IEJnFNcDKgPZrTAKBggqhkjOPQQDAgNIADBFAiEAtNjyJ6PBlusJqml/hZcwWwnrjs/5tY3urCpkQELZue8CIHJt"
    "W3S8DQzu5o2YhAc6rfM3FAj/KveVc0Cimd8r2A2q"
)
