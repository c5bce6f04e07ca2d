"""How questions name a period without its year: patterns over folded text, used by `relative`."""

from __future__ import annotations

import re

from ingest.text.period_patterns import MONTHS
from ingest.text.words import fold

NUMBERS = {
    word: number
    for number, words in (
        (1, "one a an un une mot"), (2, "two deux hai"), (3, "three trois ba"), (4, "four quatre bon"),
        (5, "five cinq nam"), (6, "six sau"), (7, "seven sept bay"), (8, "eight huit tam"), (9, "nine neuf chin"),
        (10, "ten dix muoi"), (12, "twelve douze"), (20, "twenty vingt"),
    )
    for word in words.split()
}  # fmt: skip
_EN, _FR, _VI = (
    "two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|[1-9]|[1-3]\\d",
    "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|vingt|[1-9]|[1-3]\\d",
    "hai|ba|bon|nam|sau|bay|tam|chin|muoi|[1-9]|[1-3]\\d",
)
_ANY_MONTH = "|".join(sorted((name for name in MONTHS if len(name) > 3), key=len, reverse=True))

# Each form's name says how it is read; `vi_` marks those in which "năm" is a word of its own. "last year of the war",
# "his last year" are no years of the calendar.
_OWN = r"(?<!\bhis )(?<!\bher )(?<!\bits )(?<!\btheir )(?<!\bour )(?<!\bmy )"
_NO_NAME = r"(?<!viet )(?<!quang )(?<!mien )(?<!phia )"
_NOT_SOME = (
    rf"{_NO_NAME}(?<!nhung )(?<!cac )(?<!nhieu )(?<!may )(?<!vai )(?<!moi )(?<!tung )"
    r"(?<!mot )(?<!hai )(?<!ba )(?<!bon )(?<!nam )(?<!sau )(?<!bay )(?<!tam )(?<!chin )(?<!muoi )(?<!\d )"
)
# "tháng 2 năm trước" is February of the year before, "2 năm trước" two years ago.
_ITS_MONTH = (
    r"(?:(?<=thang \d )|(?<=thang \d\d )|(?<=quy [i1-4] )|(?<=quy i[iv] )|(?<=quy iii )|(?<=/\d )|(?<=/\d\d )"
    rf"|(?<=quy hai )|(?<=quy ba )|{_NOT_SOME})"
)
_COUNTED = r"(?<![\w/])(?<!thang )(?<!quy )"
_YEAR_FORMS = (
    ("beforelast", r"\bthe year before last\b"),
    ("ago_", rf"\b(?P<n_1>{_EN}|an?|one) years? ago\b|\bil y a (?P<n_2>{_FR}|un) ans?\b"),
    ("vi_ago", rf"\bcach day (?P<n_3>{_VI}|mot) nam\b"
     rf"|{_COUNTED}(?P<n_4>{_VI}|mot) nam truoc(?: day)?\b(?! (?:do|khi)\b)"),
    ("before", r"\b(?:the|a) (?:previous|preceding|prior) year\b|\bthe year before\b|\b(?:a|one) year earlier\b"
     r"|\bl['’]annee (?:precedente|d['’]avant)\b"),
    ("after", r"\bthe (?:following year|year after)\b|\bl['’]annee (?:suivante|d['’]apres)\b"),
    ("past", r"(?:(?<=over )|(?<=in )|(?<=during )|(?<=for )|(?<=within ))the last year\b(?! of\b)"
     r"|\bthe past year\b|\bl['’](?:annee|an) ecoule\w*"),
    ("last", rf"{_OWN}(?<!\bthe )\blast year\b(?! of\b)"
     r"|\b(?:l['’]|d['’])?an(?:nee)? (?:derniere?|passee?)\b(?! d[eu’'])"),
    ("this", r"\b(?:this|the current) year\b(?! of\b)|\bcette annee\b(?!-)|\bl['’]annee en cours\b"),
    ("next", rf"{_OWN}(?:\b(?:the coming|(?<!the )next) year\b(?! of\b))|\bl['’]an(?:nee)? prochaine?\b"),
    ("vi_before", rf"{_ITS_MONTH}\bnam (?:lien truoc|truoc(?: do| lien ke)?)\b(?! khi\b)"),
    ("vi_beforelast", rf"{_NO_NAME}\bnam kia\b"),
    ("vi_last", rf"{_NO_NAME}\bnam ngoai\b"),
    ("vi_this", rf"{_NO_NAME}\bnam nay\b"),
    ("vi_past", rf"{_ITS_MONTH}\b(?:nam vua qua|nam qua)\b"),
    ("vi_next", rf"{_NOT_SOME}\bnam toi\b|\bsang nam\b(?! \d)"),
)  # fmt: skip
YEARS = re.compile("|".join(rf"(?P<{name}>{pattern})" for name, pattern in _YEAR_FORMS))

_SINGLE = r"(?! (?:of|de|du|des|cua)\b)"
_WINDOW_FORMS = (
    ("years", rf"\b(?:the |these )?(?:last|past|previous) (?P<n_1>{_EN}) years\b(?! of\b)"
     rf"|\b(?:(?:ces|les|des|aux) )?(?P<n_2>{_FR}) dernieres annees\b|\bces dernieres (?P<n_3>{_FR}) annees\b"
     rf"|\b(?:ces|les) (?P<n_4>{_FR}) derniers ans\b"),
    ("months", rf"\b(?:the )?(?:last|past|previous) (?P<n_5>{_EN}) months\b(?! of\b)"
     rf"|\b(?:(?:ces|les|des|aux) )?(?P<n_6>{_FR}) derniers mois\b(?! (?:de|du)\b)"
     rf"|\b(?:ces|les) derniers (?P<n_7>{_FR}) mois\b(?! (?:de|du)\b)"),
    ("vi_years", rf"{_COUNTED}(?P<n_8>{_VI}) nam (?:vua qua|qua|gan day|gan nhat|tro lai day)\b"),
    ("vi_months", rf"{_COUNTED}(?P<n_9>{_VI}|1[0-2]) thang (?:vua qua|qua|gan day|gan nhat|tro lai day)\b"),
    ("decade", rf"\bthe (?:last|past) decade\b|\b(?:la )?derniere decennie\b{_SINGLE}|\bthap (?:ky|nien) (?:qua"
     rf"|vua qua)\b"),
    ("lastmonth", rf"{_OWN}\b(?:last|the previous|the past|the last) month\b{_SINGLE}|\ble mois (?:dernier|passe"
     rf"|precedent)\b"
     rf"|{_NOT_SOME}\bthang (?:truoc|vua qua|qua)\b(?! (?:do|khi)\b)"),
    ("thismonth", r"\bthis month\b|\bce mois-ci\b|\b(?<!\d )thang nay\b"),
    ("lastquarter", rf"\b(?:last|the previous|the last) quarter\b{_SINGLE}|\ble (?:trimestre (?:dernier"
     rf"|precedent)|dernier "
     rf"trimestre)\b{_SINGLE}|\bquy (?:truoc|vua qua|vua roi)\b"),
    ("thisquarter", rf"\b(?:this|the current) quarter\b{_SINGLE}|\bce trimestre\b|\bquy nay\b"),
    ("lasthalf", rf"\b(?:last|the previous|the last) half[ -]year\b{_SINGLE}|\ble (?:semestre (?:dernier"
     rf"|precedent)|dernier "
     rf"semestre)\b{_SINGLE}"),
    ("named", rf"\blast (?P<month>{_ANY_MONTH})\b|\b(?P<mois>{_ANY_MONTH}) dernier\b"),
)  # fmt: skip
WINDOWS = re.compile("|".join(rf"(?P<{name}>{pattern})" for name, pattern in _WINDOW_FORMS))

OTHER_YEARS = re.compile(r"[\s,]{0,3}(?:(?:of|de|the|l['’]) ?){0,3}(?:year|annee|nam)\b")
ORDER = {
    "first": 1, "premier": 1, "i": 1, "1": 1, "mot": 1, "nhat": 1, "second": 2, "deuxieme": 2, "ii": 2, "2": 2,
    "hai": 2, "dernier": 2, "third": 3, "troisieme": 3, "iii": 3, "3": 3, "ba": 3, "fourth": 4, "quatrieme": 4, "iv": 4,
    "4": 4, "tu": 4, "bon": 4,
}  # fmt: skip
_ENDS = r"(?=\s*(?:[?.,;!]|$)|\s+(?:compared|versus|vs|than|and|by)\b)"
BARE_PARTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:in|for|during|over|of|than) (?P<part>the (?P<ord>first|second) half){_ENDS}",
        rf"\b(?:in|for|during|over|of|than) (?P<part>the (?P<ord>first|second|third|fourth) quarter){_ENDS}",
        r"\b(?:au|du|le|ce|pour le) (?P<part>(?P<ord>premier|second|deuxieme) semestre)\b(?! d[eu’'])",
        r"\b(?:au|du|le|ce|pour le) (?P<part>(?P<ord>premier|deuxieme|troisieme|quatrieme) trimestre)\b(?! d[eu’'])",
        r"\b(?P<part>quy (?P<ord>i{1,3}|iv|[1-4]|mot|nhat|hai|ba|tu|bon))\b(?!\s{0,2}[/,-]?\s?(?:nam\s)?\d)",
    )
)
OF_REPORTS = re.compile(
    r"\b(?:cases?|incidents?|prosecut\w+|reports?|reported|reviews?|conferences?|petitions?|inspect\w+|audit\w*"
    r"|corruption"
    r"|violations?|defendants?|revenues?|budgets?|exports?|imports?|gdp|growth|profits?|sales|inflation|results?|tasks?"
    r"|complaints?|disciplin\w+|investigat\w+|figures?|work)\b"
)
SAME_PERIOD = re.compile(
    r"(?:\b(?:the )?same (?:period|months?|half|quarter)(?:,? (?:of|in|for))?(?: the)?"
    r"|\b(?:la |de la )?meme periode(?: (?:de|en|d['’]))?|\bcung (?:ky|thoi (?:ky|diem))(?: (?:cua"
    r"|trong))?(?: nam)?)\s*$"
)
SINCE = re.compile(r"\b(?:(?P<only>since|depuis|ke tu)|from|tu)(?: (?:the|nam|l['’]annee))?\s+$")
UNTIL_NOW = re.compile(
    r"\s*,?\s*(?:until now|to date|till now|up to now|to the present|onwards?|jusqu['’]a (?:present|aujourd['’]hui)"
    r"|a ce jour|den nay|toi nay|tro lai day|tro di|cho den nay)\b"
)

# Typed with accents, a syllable must have its own: "năm" is a year, "nam" the south, "thắng trước" won before.
_MARKED = {
    "nam": "năm", "thang": "tháng", "quy": "quý", "ngoai": "ngoái", "truoc": "trước", "toi": "tới", "kia": "kia",
    "qua": "qua", "nay": "nay",
}  # fmt: skip


def well_marked(written: str) -> bool:
    """Whether Vietnamese words are the ones meant, by their accents; typed without any they are taken for these.

    A capital inside is a name's: "Viet Nam nay".
    """
    if written.isascii():
        return "Nam " not in written[1:]
    return all(_MARKED.get(fold(word), word) == word for word in written.lower().split())
