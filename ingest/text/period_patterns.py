"""How reports write periods, in English, French and Vietnamese: patterns over folded text, used by `periods`."""

from __future__ import annotations

import re

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv", "february feb fevrier fevr", "march mar mars", "april apr avril avr",
            "may mai", "june jun juin", "july jul juillet juil", "august aug aout", "september sep sept septembre",
            "october oct octobre", "november nov novembre", "december dec decembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
ORDINALS = {
    "first": 1, "1st": 1, "i": 1, "1": 1, "premier": 1, "1er": 1, "premiere": 1, "dau": 1, "nhat": 1,
    "second": 2, "2nd": 2, "ii": 2, "2": 2, "deuxieme": 2, "2e": 2, "seconde": 2, "last": 2, "cuoi": 2,
    "dernier": 2, "hai": 2, "third": 3, "3rd": 3, "iii": 3, "3": 3, "troisieme": 3, "3e": 3, "ba": 3,
    "fourth": 4, "4th": 4, "iv": 4, "4": 4, "quatrieme": 4, "4e": 4, "tu": 4, "bon": 4,
}  # fmt: skip
COUNTS = {
    "two": 2, "deux": 2, "hai": 2, "three": 3, "trois": 3, "ba": 3, "four": 4, "quatre": 4, "bon": 4, "five": 5,
    "cinq": 5, "nam": 5, "six": 6, "sau": 6, "seven": 7, "sept": 7, "bay": 7, "eight": 8, "huit": 8, "tam": 8,
    "nine": 9, "neuf": 9, "chin": 9, "ten": 10, "dix": 10, "muoi": 10, "eleven": 11, "onze": 11, "twelve": 12,
    "douze": 12,
}  # fmt: skip

_Y = r"(?P<year>(?:19|20)\d\d)(?!\d|[.,]\d)"
_LAST = r"(?P<last>(?:19|20)\d\d)(?!\d)"
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_NAME = rf"(?P<month>{_MONTH})\b\.?"
_D = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er)?"
_SOME_DAY = _D.replace("?P<day>", "?:")
_M = r"(?P<m>1[0-2]|0?[1-9])"
_N = rf"(?P<count>{'|'.join(COUNTS)}|[2-9]|1[0-2])"
_ORD = r"(?P<ord>" + "|".join(sorted(ORDINALS, key=len, reverse=True)) + r")"
# Spaces are counted, so that no pattern reaches further from its year than BEFORE and AFTER.
_S, _NAM = r"\s{1,3}", r"(?:\s{1,3}nam)?"
_OF = (
    r"(?:[\s,]{1,3}(?:of|de|du|des|en|la|l['’]|the|annee|year|nam|trong|in|pour|for)\b|\s{0,3}l['’]annee){0,4}"
    r"[\s,]{0,3}"
)
_TO = r"\s?(?:-|–|to|through|until|a|au|den)\s?"
_FISCAL = r"[\s/-]{0,3}(?:fy\s?)?"

# Something every match of a pattern holds: looking for it is far cheaper than for the pattern.
_NAMED = "jan|feb|fev|mar|apr|avr|may|mai|jun|jui|jul|aug|aou|sep|oct|nov|dec"
_JOINED, _LETTER, _TWO = r"\d[a-z]{0,2}\s?[-–—/.]\s?\d", r"[hqst]h?\.?\d", r"(?:19|20)\d\d(?s:.){3,24}(?:19|20)\d\d"
# What names a part of a year.
_PARTS = (
    ("first months", "months", rf"\b(?P<ord>first|last){_S}{_N}{_S}months"),
    ("first months", "mois", rf"\b{_N}{_S}(?P<ord>premiers?|derniers?){_S}mois"),
    ("first months", "mois", rf"\b(?P<ord>premiers?|derniers?){_S}{_N}{_S}mois"),
    ("first months", "thang", rf"\b{_N}{_S}thang{_S}(?P<ord>dau|cuoi)"),
    ("half", "half|semestre|moitie", rf"\b{_ORD}{_S}(?:half|semestre|moitie)(?:[\s-]{{1,3}}year)?"),
    ("half", "nua", rf"\bnua{_S}(?P<ord>dau|cuoi)"),
    ("quarter", "quarter|trimestre", rf"\b{_ORD}{_S}(?:quarter|trimestre)"),
    ("quarter", "quy", rf"\bquy{_S}{_ORD}\s?[/,-]?"),
)  # fmt: skip
# A half-year without its number is the first: the review of the second is the review of the year.
_HALF_YEAR = (
    r"\b(?:(?:half|mid)[\s-]?year(?:ly)?(?:\s(?:report|review|results?|figures|conference|meeting|accounts))?"
    r"|semestriel(?:le)?s?)"
)
# Longest reading first; a later pattern never reads inside an earlier one's words.
_SOURCES = (
    # "the six months to 30 June 2023", "the year ended March 31, 2024", "exercice clos le 31 mars 2024"
    ("ended", "months|year|clos",
     rf"\b(?:{_N}{_S}months|year|exercice){_S}(?:to|end(?:ed|ing)|clos)(?:{_S}(?:on|le|the))?{_S}"
     rf"(?:{_SOME_DAY}{_S})?(?:of{_S})?{_NAME}(?:{_S}{_SOME_DAY},?)?{_S}{_Y}"),
    # "1 July 2022 to 30 June 2023", "du 1er juillet 2022 au 30 juin 2023", "từ ngày 01/7/2022 đến ngày 30/6/2023"
    ("range", _TWO,
     rf"\b(?P<day1>[0-3]?\d)(?:st|nd|rd|th|er)?(?:{_S}(?P<month1>{_MONTH})\b\.?,?{_S}"
     rf"|\s?[/.-]\s?(?P<m1>[01]?\d)\s?[/.-]\s?){_Y}{_TO}(?:ngay{_S})?{_D}"
     rf"(?:{_S}(?P<month>{_MONTH})\b\.?,?{_S}|\s?[/.-]\s?(?P<m>[01]?\d)\s?[/.-]\s?){_LAST}"),
    ("date", _NAMED, rf"\b{_NAME}{_S}{_D},?{_S}(?:of{_S})?{_Y}"),
    ("date", _NAMED, rf"\b{_D}{_S}(?:of{_S})?{_NAME},?{_S}{_Y}"),
    ("date", "thang", rf"\b(?:ngay{_S})?{_D}{_S}thang{_S}(?P<m>\d\d?)\s{{0,3}},?{_S}nam{_S}{_Y}"),
    ("date", _JOINED, rf"(?<![\d/]){_D}\s?[/.-]\s?(?P<m>[01]?\d)\s?[/.-]\s?{_Y}"),
    ("date", _JOINED, rf"(?<!\d){_Y}-(?P<m>[01]\d)-(?P<day>[0-3]\d)(?!\d)"),
    *((kind, hint, part + _OF + _Y) for kind, hint, part in _PARTS),
    ("first months", "thang", rf"\b{_N}{_S}thang{_S}nam{_S}{_Y}"),
    ("first months", r"\dt", rf"\b(?P<count>[369])t(?:{_S}(?P<ord>dau|cuoi))?[\s/-]{{0,3}}(?:nam{_S})?{_Y}"),
    ("decade", r"\d0['’]?s\b", r"(?<![\d/.,-])(?P<year>(?:19|20)\d0)['’]?s\b"),
    ("decade", "annees|thap", rf"\b(?:annees|thap (?:nien|ky)){_S}(?:les{_S})?{_Y}"),
    ("half", _LETTER, rf"\b(?:h|s)(?P<ord>[12]){_FISCAL}{_Y}"),
    ("half", _LETTER, rf"(?<!\d){_Y}[\s/-]{{0,3}}(?:h|s)(?P<ord>[12])\b"),
    ("half-year", "year|semestriel", rf"{_HALF_YEAR}{_OF}{_Y}"),
    ("half-year", "year", rf"(?<!\d){_Y}\s(?:half|mid)[\s-]?year(?:ly)?\b"),
    # Vietnamese writes "T3/2024", "T12-2024" for tháng, a month; French "T3 2024", "2024-T3" for a trimestre. Only the
    # stroke and what is no quarter's number tell them apart.
    ("month", _LETTER, rf"\bt(?:h\.?)?(?:{_M}/|(?P<m2>1[0-2]|0?[5-9])[\s-]){_Y}"),
    ("quarter", _LETTER, rf"\b(?:q(?P<ord>[1-4]){_FISCAL}|t(?P<ord2>[1-4])[\s-]{{0,3}}){_Y}"),
    ("quarter", _LETTER, rf"(?<!\d){_Y}[\s/-]{{0,3}}(?:q|t)(?P<ord>[1-4])\b"),
    # "de mars 2021 à février 2022", "between July 2022 and June 2023"
    ("span", _TWO,
     rf"\b(?P<from>{_MONTH})\b\.?,?{_S}{_Y}(?:{_TO}|{_S}(?:and|et){_S}){_NAME},?{_S}{_LAST}"),
    ("span", "thang",
     rf"\bthang{_S}(?P<from>1[0-2]|0?[1-9])\s?[/-]\s?{_Y}{_TO}(?:thang{_S})?{_M}\s?[/-]\s?{_LAST}"),
    ("months", _NAMED, rf"\b(?:between|entre){_S}(?P<from>{_MONTH})\b{_S}(?:and|et){_S}{_NAME},?{_S}{_Y}"),
    ("months", _NAMED, rf"\b(?P<from>{_MONTH})\b\.?{_TO}{_NAME}{_OF}{_Y}"),
    ("months", "thang", rf"\bthang{_S}(?P<from>1[0-2]|0?[1-9]){_TO}(?:thang{_S})?{_M}\s?[/,-]?{_OF}{_Y}"),
    ("month", _NAMED, rf"\b{_NAME}{_OF}{_Y}"),
    ("month", "thang", rf"\bthang{_S}{_M}\s{{0,3}}[/,-]?{_OF}{_Y}"),
    ("years", _JOINED, rf"(?<!\d){_Y}\s?[-–—/]\s?{_LAST}"),
    ("years", _TWO,
     rf"\b(?:from|between|de|entre|tu){_NAM}{_S}{_Y}{_S}(?:to|and|until|a|et|den){_NAM}{_S}{_LAST}"),
    ("years", _JOINED, rf"(?<![\d/.,-]){_Y}[-–/](?P<short>\d\d)(?![\d%]|[/.,-]\d)"),
    ("year", "", rf"(?<![\d/.,-]){_Y}"),
)  # fmt: skip
HINTS = {hint: re.compile(hint) for _, hint, _ in _SOURCES}
PATTERNS = tuple((kind, hint, re.compile(pattern)) for kind, hint, pattern in _SOURCES)
BEFORE, AFTER = 80, 50
"""Code points within which a pattern stays before and after the first figure of its year."""

DAY_REACH = 48
"""The same for a day without its year, either side of its number."""
_TODAY = "ngay|sang|chieu|toi"
UNDATED_DAYS = tuple(
    (re.compile(hint), re.compile(pattern))
    for hint, pattern in (
        (_NAMED, rf"\b{_NAME}{_S}{_D}\b(?!,?\s{{0,3}}(?:19|20)\d\d)"),
        (_NAMED, rf"\b{_D}{_S}(?:of{_S})?{_NAME}(?!,?\s{{0,3}}(?:19|20)\d\d)"),
        ("thang", rf"\bngay{_S}(?P<day>[0-3]?\d){_S}thang{_S}(?P<m>\d\d?)\b(?!\s{{0,3}},?\s{{0,3}}nam\b)"),
        (_TODAY, rf"\b(?:{_TODAY})(?:{_S}(?:nay|qua|ngay))?{_S}(?P<day>[0-3]?\d)\s?[/-]\s?(?P<m>[01]?\d)\b(?!\s?[/-])"),
    )
)  # fmt: skip
# "the first half" may be of a match, "the third quarter" of the pupils: in English the year must be there in a word.
_OF_YEAR = r"(?=(?:[\s,]{1,3}(?:of|de|du|the|this|l['’])){0,3}[\s’']{0,3}(?:year|annee|nam)\b)"
UNDATED_PARTS = tuple(
    (kind, re.compile(hint), re.compile(part + (r"\b" if hint in ("mois", "thang") else _OF_YEAR)))
    for kind, hint, part in _PARTS
)
_ORDINAL_PARTS = "first|second|third|fourth|premier|deuxieme|troisieme|quatrieme"
UNDATED_MONTHS = tuple(
    re.compile(pattern)
    for pattern in (
        # A word before it, for "may" is also a verb, and "march" one too.
        r"(?:\b(?:in|of|by|since|until|from|to|and|during|late|early|mid|en|de|au|et|fin|debut|depuis)[\s-]{1,3}|\bd['’])"
        rf"(?P<month>{_MONTH})\b(?!\.?,?\s{{0,3}}\d)",
        rf"\bthang{_S}(?P<m>1[0-2]|0?[1-9])\b(?!\s?[/,.-]?\d)",
        rf"\b(?P<quarter>{_ORDINAL_PARTS}){_S}(?:quarter|trimestre)\b|\bquy{_S}(?P<quarter2>i{{1,3}}|iv|[1-4])\b",
    )
)
