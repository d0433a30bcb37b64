"""Certificates for the examples of worthless keys.

Their own signatures are empty; SAML does not look at them. But for the one that is public, nobody
holds the private keys, which anybody could compute.
"""

from __future__ import annotations

from typing import Final

#: A modulus with the fingerprint of CVE-2017-15361.
ROCA: Final = (
    "MIIBnDCCAYWgAwIBAgIBATANBgkqhkiG9w0BAQsFADASMRAwDgYDVQQDDAdFeGFtcGxlMB4XDTI1MDEwMTAw"
    "MDAwMFoXDTMwMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHRXhhbXBsZTCCASIwDQYJKoZIhvcNAQEBBQADggEP"
    "ADCCAQoCggEBAMfQ6cWZ8+6CRMfeKCX8R7FR/whgncrzWXkYI1/MIfiM2Ha6ySuNPomYT3blWJfh8jBS4lMo"
    "EkxFjcH9Vmvr9zyR8eJpsjGTLQ8zrNAppxxIesb91wPg/qZyF3JYbJwiO/T1Jwa48uIFl8lcxt/UVQrKE9Ae"
    "wBK0kz6Sllv9Kzh3pVexm5Tu0I+jeyfHwSglWVcGabtRXSE4OR3RLTN0dhGTfWi76Pejf5heo8KNAQq4w+qI"
    "s5wk4mYM2OB1V9hbRkTmv/th5XNBOdRfaOiWQ0mku+JlkORiQgmLxcXLiI12skohZyszX5pZKjbXWX0/lTQB"
    "gsROTMTSBRDOe2kXf28CAwEAATANBgkqhkiG9w0BAQsFAAMCAAA="
)
#: A modulus whose two primes differ in their last 300 bits only.
CLOSE_PRIMES: Final = (
    "MIIBnDCCAYWgAwIBAgIBATANBgkqhkiG9w0BAQsFADASMRAwDgYDVQQDDAdFeGFtcGxlMB4XDTI1MDEwMTAw"
    "MDAwMFoXDTMwMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHRXhhbXBsZTCCASIwDQYJKoZIhvcNAQEBBQADggEP"
    "ADCCAQoCggEBANn7KLAi6cJJzRTI7VAHKtnYcn4jHHq2ocRZ+Wtg7JXXzVe+yNZOZ00+QzJS6t1FneK6/Q73"
    "MpCE9Unl65M58tEc6VC/rf1RrgMS08s0jiTuH6KW13TKMImfTtRzsqFiO/ngOyhNZSjVmAjiNlCIW9Jk+cUM"
    "/HbHwPHUk8adm2IvdECK/4DQqLVXUOV13diZ0rRHovBUkxf5YAg/iuyzYXWNucujSKn1F0RYvzHDoQK6guoq"
    "sGm6ENFu26wgdlJKkE4NiMr+xkHEmQcgYNQaj9YWc2hT7f3tNAPk5OAHZOgY8jv31OCgk4Q1G4TkqrH84G2K"
    "LB5ZfsVjNPb0J1nY/50CAwEAATANBgkqhkiG9w0BAQsFAAMCAAA="
)
#: A modulus that is divisible by 101.
SMALL_FACTOR: Final = (
    "MIIBnDCCAYWgAwIBAgIBATANBgkqhkiG9w0BAQsFADASMRAwDgYDVQQDDAdFeGFtcGxlMB4XDTI1MDEwMTAw"
    "MDAwMFoXDTMwMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHRXhhbXBsZTCCASIwDQYJKoZIhvcNAQEBBQADggEP"
    "ADCCAQoCggEBAK2wi3m7IZpOUClr/JjpnntmLZz5KPyROHffWtYaF0eWkK6sYhnZOf6A4WiEw3grGNLL1Iup"
    "60/Lac026sgNB6tV2XVod+zLEMps7YMqtcyO8PJW6GdvgSNi1zwp8cfub1WvZj3gCj/nManEs8YN+SMC1kbA"
    "0aE6MeZvbFH/CPcjXgXVaVyRhCekpoLMrDLP56I1gaMWhDzC2zKQoIWFuM9o0hOzo4OiarxmytQKQ7RiHa6l"
    "7FnlwD2KfADT/xTBxdtRFndHSMmAKmLablTPA1N1+rQm0EmAlfsk990ct6G5EHjb1254FtBnSSJtZbU6Xjik"
    "Jyf6UuC2OZrbeXr7ozkCAwEAATANBgkqhkiG9w0BAQsFAAMCAAA="
)
#: The key of the sample key store of Spring Security SAML, whose private half is public.
PUBLISHED: Final = (
    "MIIBnDCCAYWgAwIBAgIBATANBgkqhkiG9w0BAQsFADASMRAwDgYDVQQDDAdFeGFtcGxlMB4XDTI1MDEwMTAw"
    "MDAwMFoXDTMwMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHRXhhbXBsZTCCASIwDQYJKoZIhvcNAQEBBQADggEP"
    "ADCCAQoCggEBAJeo/TCovYCLWFp5OPRqXCwtp+GsO1S3TQTnFzuR0Ps8hJEDbvRmalgwHhbbhSTZCS7BoGnp"
    "0j/JF1S8985PjlhmuojEx7bjnU8BBa0QpYXlnXcXQnj+UHvVO2vPIf3hGepIdcV+9E3wRj+vO4TOulmsd202"
    "z0tHIupxFNcww7jPtCCEG7GHcrmC7sqrGkfHo2jzdY1mPgHeC9YtFa/TmdteH8X1gx5AKVNfWIE0CEtDFaHB"
    "cwoHi7WI9D8pJpqXdHbqk41RSa7WpW1TWq5CjNJM8Pwe+wOoYbX2/b783e5/l1Fi28Q9/Bc3fAhj79H3e8ED"
    "qWeXmdNy1khGzKDQa/kCAwEAATANBgkqhkiG9w0BAQsFAAMCAAA="
)
