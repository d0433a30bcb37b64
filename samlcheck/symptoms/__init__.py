"""Symptoms of failed logins: error codes and texts, what each means, which findings explain it.

The catalogue is data: one TOML file for each vendor, in our own words, with a source for each row.
Codes change, so that they only order hypotheses: what is wrong is judged on the messages.
"""

from samlcheck.symptoms.catalogue import Row, Source, Vendor, all_vendors
from samlcheck.symptoms.checking import SymptomError, load_vendor_text
from samlcheck.symptoms.finding import Found, find, vendor_of

__all__ = [
    "Found",
    "Row",
    "Source",
    "SymptomError",
    "Vendor",
    "all_vendors",
    "find",
    "load_vendor_text",
    "vendor_of",
]
