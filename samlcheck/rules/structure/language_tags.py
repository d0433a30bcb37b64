"""Language tags as BCP 47 has them: is a tag well formed, and are its parts registered.

Sources: ISO 639-1 and ISO 3166-1 as in the IANA language subtag registry, looked at in November
2026. Languages of three letters are not listed: there are some 8,000.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final, NamedTuple

_LANGUAGE_CODES: Final = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy
    hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg
    li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or
    os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_REGION_CODES: Final = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ
    EC EE EG EH ER ES ET EU FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU
    GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW
    KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU
    MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM UN US UY UZ VA VC VE VG VI VN VU WF WS YE YT
    ZA ZM ZW ZZ
"""
#: The languages that have a code of two letters.
LANGUAGES: Final = frozenset(_LANGUAGE_CODES.split())
_REGIONS: Final = frozenset(_REGION_CODES.split())
#: What is written in place of the code of a language: countries, codes of three letters, old ones.
_MEANT: Final = MappingProxyType(
    {
        **dict.fromkeys(("gb", "us", "eng", "au", "nz"), "en"),
        **dict.fromkeys(("deu", "ger", "at"), "de"),
        **dict.fromkeys(("fra", "fre"), "fr"),
        **dict.fromkeys(("nld", "dut"), "nl"),
        **dict.fromkeys(("spa", "mx"), "es"),
        **dict.fromkeys(("ces", "cze", "cz"), "cs"),
        **dict.fromkeys(("ell", "gre", "gr"), "el"),
        **dict.fromkeys(("slk", "slo"), "sk"),
        **dict.fromkeys(("ron", "rum"), "ro"),
        **dict.fromkeys(("zho", "chi", "cn"), "zh"),
        **dict.fromkeys(("jpn", "jp"), "ja"),
        **dict.fromkeys(("dan", "dk"), "da"),
        **dict.fromkeys(("ukr", "ua"), "uk"),
        **dict.fromkeys(("srp", "rs"), "sr"),
        **dict.fromkeys(("heb", "iw", "il"), "he"),
        "swe": "sv",
        "ita": "it",
        "por": "pt",
        "fin": "fi",
        "nor": "no",
        "hun": "hu",
        "pol": "pl",
        "rus": "ru",
        "est": "et",
        "lav": "lv",
        "lit": "lt",
        "slv": "sl",
        "hrv": "hr",
        "bul": "bg",
        "cat": "ca",
        "eus": "eu",
        "tur": "tr",
        "ara": "ar",
        "kor": "ko",
        "in": "id",
        "ji": "yi",
        "by": "be",
        "vn": "vi",
    }
)
#: Patterns that few tags need: they are compiled when one does.
_FORM: Final = (
    r"(?i:[a-z]{2,8}(-[a-z]{3}){0,3}(-[a-z]{4})?(-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(-[0-9a-wyz](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?)"
)
_SCHEMA_FORM: Final = r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"
_PRIVATE_REGION: Final = "AA|Q[M-Z]|X[A-Z]"
_LONGEST: Final = 100


class Doubt(NamedTuple):
    """What is wrong with a tag, to complete a sentence, and the tag that is probably meant."""

    problem: str
    meant: str | None


def is_language(tag: str) -> bool:
    """Tell whether a text has the form that the schemas ask of xml:lang."""
    return tag in LANGUAGES or re.fullmatch(_SCHEMA_FORM, tag) is not None


def language_doubt(tag: str) -> Doubt | None:
    """Return what is wrong with a language tag, None for a good one."""
    if tag in LANGUAGES:
        return None
    if len(tag) > _LONGEST:
        return Doubt("is longer than any language tag", None)
    lower = tag.lower()
    if lower.startswith(("x-", "i-")):
        return None  # private use, and names from before BCP 47
    form = re.fullmatch(_FORM, tag)
    if form is None:
        fixed = tag.strip().replace("_", "-")
        better = fixed if fixed != tag and language_doubt(fixed) is None else None
        return Doubt("is not a language tag", better)
    primary, _, rest = lower.partition("-")
    if len(primary) > 3 or (len(primary) == 2 and primary not in LANGUAGES) or primary in _MEANT:
        known = _MEANT.get(primary)
        meant = None if known is None or rest else known
        return Doubt(f"begins with {primary!r}, which is not the code of a language", meant)
    region = (form["region"] or "").upper()
    if (
        region.isalpha()
        and region not in _REGIONS
        and re.fullmatch(_PRIVATE_REGION, region) is None
    ):
        meant = tag[: -len(region)] + "GB" if region == "UK" and lower.endswith("-uk") else None
        return Doubt(f"names the country {region!r}, which does not exist", meant)
    return None
