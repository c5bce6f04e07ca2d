"""How English, French and Vietnamese write numbers in words: tables and patterns, used by `numbers`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["unit", "teen", "ten", "tenfold", "hundred", "scale", "group", "plural"]


@dataclass(frozen=True, slots=True)
class NumberWord:
    """A word of a number: what it counts, and how it joins the words before it.

    A "tenfold" word multiplies a unit by ten ("mươi"); a "scale" is a thousand or more; a "group" is a dozen or the
    like; a "plural" is one of these without its number ("thousands", "dizaines").
    """

    kind: Kind
    value: int
    language: str


_ENGLISH = {
    "unit": "zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9",
    "teen": """ten 10 eleven 11 twelve 12 thirteen 13 fourteen 14 fifteen 15 sixteen 16 seventeen 17 eighteen 18
        nineteen 19""",
    "ten": "twenty 20 thirty 30 forty 40 fifty 50 sixty 60 seventy 70 eighty 80 ninety 90",
    "hundred": "hundred 100",
    "scale": "thousand 1000 million 1000000 billion 1000000000 trillion 1000000000000",
    "group": "dozen 12",
    "plural": "tens 10 dozens 12 hundreds 100 thousands 1000 millions 1000000 billions 1000000000",
}
_FRENCH = {
    "unit": "un 1 une 1 deux 2 trois 3 quatre 4 cinq 5 six 6 sept 7 huit 8 neuf 9",
    "teen": "dix 10 onze 11 douze 12 treize 13 quatorze 14 quinze 15 seize 16",
    "ten": """vingt 20 vingts 20 trente 30 quarante 40 cinquante 50 soixante 60 septante 70 huitante 80 octante 80
        nonante 90""",
    "hundred": "cent 100 cents 100",
    "scale": """mille 1000 million 1000000 millions 1000000 milliard 1000000000 milliards 1000000000
        billion 1000000000000 billions 1000000000000""",
    "group": """dizaine 10 douzaine 12 quinzaine 15 vingtaine 20 trentaine 30 quarantaine 40 cinquantaine 50
        soixantaine 60 centaine 100 millier 1000""",
    "plural": "dizaines 10 douzaines 12 centaines 100 milliers 1000",
}
_VIETNAMESE = {
    "unit": """một 1 mốt 1 hai 2 ba 3 bốn 4 tư 4 năm 5 lăm 5 nhăm 5 sáu 6 bảy 7 bẩy 7 tám 8 chín 9""",
    "teen": "mười 10",
    "tenfold": "mươi 10 chục 10",
    "hundred": "trăm 100",
    "scale": """nghìn 1000 ngàn 1000 vạn 10000 triệu 1000000 tỷ 1000000000 tỉ 1000000000""",
    "group": "tá 12",
}


def _table(words: dict[str, str], language: str) -> dict[str, NumberWord]:
    found: dict[str, NumberWord] = {}
    for kind, entries in words.items():
        parts = entries.split()
        for word, value in zip(parts[::2], parts[1::2], strict=True):
            found[word] = NumberWord(kind, int(value), language)  # type: ignore[arg-type]
    return found


ENGLISH, FRENCH, VIETNAMESE = _table(_ENGLISH, "en"), _table(_FRENCH, "fr"), _table(_VIETNAMESE, "vi")
"""By the word, folded; Vietnamese words count only with their accents: "hai" is two, "hải" is the sea."""

# The tables share six, million, billion and dozens' like: the language is settled by the words around them.
WORDS: dict[str, tuple[NumberWord, ...]] = {
    word: tuple(table[word] for table in (ENGLISH, FRENCH) if word in table) for word in {**ENGLISH, **FRENCH}
}

JOINTS = {
    "en": re.compile(r"[\s-]and[\s-]"), "fr": re.compile(r"[\s-]et[\s-]"),
    "vi": re.compile(r"\s(?:(?:linh|lẻ)|không trăm(?:\s(?:linh|lẻ))?)\s"),
}  # fmt: skip
"""What stands between two words of a number: "one hundred and five", "vingt et un", "một trăm linh năm"."""

PLURALS = re.compile(r"\s(?:of|de)\s")
"""What stands between "tens of thousands", "centaines de milliers"."""

HALF_MORE = re.compile(r"\s(?:and a half|et demie?|ruoi)\b")
SHORT_SCALES = {"k": 10**3, "m": 10**6, "bn": 10**9, "tn": 10**12}

NOT_ALONE = frozenset("one un une cents vingts một mốt năm tư lăm nhăm mươi chục vạn tỷ tỉ tá tens".split())
"""Articles and other words more often than numbers, where no other number stands beside them. Vietnamese "năm" is
also "year", "tỷ" begins "tỷ lệ", a rate."""

# "năm vụ án" is five cases, "năm 2024", "năm nay" and "trong năm" are years: five needs a word for what is counted.
FIVE = re.compile(
    r"\s(?:vụ|bị|người|cán|đảng|tổ|dự|đề|nhiệm|nhóm|kiến|đơn|thư|cuộc|phiên|tỉnh|huyện|xã|cơ quan|đơn vị|ngày|tháng"
    r"|tuần|giờ|phút|lần|lượt|điểm|loại|lĩnh|mục|giải|văn|báo|hội|buổi|chiếc|cái|con|căn|khu|hộ|trường|công ty)\b"
)
BEFORE_FIVE = re.compile(r"(?:trong|cuối|đầu|giữa|cả|mỗi|hàng|hằng|nửa|qua các|sang|từng)\s$")

_HEDGED = {
    "under": """nearly; almost; up to; less than; fewer than; under; close to; just under; at most; no more than;
        not more than; below; nearing; approaching; as many as; as much as; a little under; slightly less than;
        pres de; pres d'; moins de; moins d'; jusqu'a; presque; au plus; au maximum; un peu moins de; inferieur a;
        gan; duoi; toi da; khong qua; len toi; len den; suyt; ngot""",
    "over": """over; more than; at least; just over; upwards of; in excess of; well over; no fewer than; no less than;
        not less than; above; exceeding; exceed; exceeds; exceeded; beyond; a little over; slightly more than;
        a minimum of; plus de; plus d'; au moins; un peu plus de; pas moins de; au minimum; superieur a; depassant;
        depasse; depassent; depasser; au-dela de; hon; tren; it nhat; toi thieu; khong duoi; vuot; vuot qua""",
    "about": """about; around; approximately; some; roughly; circa; in the region of; environ; quelque; quelques; une;
        a peu pres; autour de; aux alentours de; approximativement; khoang; chung; xap xi""",
}
SENSES = {" ".join(hedge.split()): sense for sense, hedges in _HEDGED.items() for hedge in hedges.split(";")}
"""What a hedge says of the number: that the true one is somewhat less, somewhat more, or thereabouts."""

BEFORE_NUMBER = frozenset("a an the un une les la mot su $ us$ € £ ₫ usd vnd eur".split())
"""What may stand between a hedge and its number: articles and currencies."""

HEDGES_ENDING: dict[str, list[str]] = {}
"""The hedges that stand before a number, by the last of their words, longest first."""
for _hedge in sorted(SENSES, key=len, reverse=True):
    HEDGES_ENDING.setdefault(_hedge.split()[-1], []).append(_hedge)
REACH = 44
"""Code points before a number in which its hedge lies."""

for _sense, _forms in (
    ("over", "or more|and more|or over|and over|ou plus|et plus|tro len|+"),
    ("under", "or less|or fewer|and under|or under|ou moins|tro xuong"),
    ("about", "or so|or thereabouts|a peu pres"),
):
    SENSES.update(dict.fromkeys(_forms.split("|"), _sense))
HEDGE_AFTER = re.compile(
    r"(?P<hedge>(?<!\s)\+)|\s(?:\w+\s)?(?P<words>or more|and more|or over|and over|ou plus|et plus|tro len|or less"
    r"|or fewer|and under|or under|ou moins|tro xuong|or so|or thereabouts|a peu pres)\b"
)
"""A hedge after the number, and at most one word after it: "60,000 or so", "5 ngày trở lên"."""

_PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4,
    "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "tenth": 10, "tenths": 10, "tiers": 3, "quart": 4, "quarts": 4,
    "cinquieme": 5, "cinquiemes": 5, "dixieme": 10, "dixiemes": 10, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6,
    "muoi": 10,
}  # fmt: skip
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "un": 1, "deux": 2, "trois": 3, "quatre": 4,
    "mot": 1, "hai": 2, "ba": 3, "bon": 4,
}  # fmt: skip
_OF = r"(?=\s(?:of|the|its|their|all|these|those)\b(?!\s(?:the\s)?(?:year|(?:19|20)\d\d)))"
_OF_WHICH = r"(?=\s(?:of|is|are|was|were|has|have|had|belongs?|remain\w*|came|went|did|will)\b)"
_OF_FR = r"(?=\s(?:de|des|du|d'|d’|l'|la|les)(?!\s?(?:heure|l'annee|(?:19|20)\d\d)))"
_NO_PARTY = r"(?=\s)(?!\s(?:d'heure|d’heure|de (?:siecle|finale|tour|confiance)|a|qui|est|peut|doit|avait)\b)"
FRACTION_HINT = re.compile("half|hird|uarter|ifth|ixth|enth|ourth|moitie|tiers|quart|ieme|nua|phan")
FRACTION = re.compile(
    r"(?<!first )(?<!second )(?<!last )(?<!latter )(?<!other )(?<!premiere )(?<!seconde )(?<!deuxieme )(?<!derniere )"
    rf"\b(?:(?P<half>half{_OF}|la moitie{_OF_FR}|(?:mot|qua|phan) nua(?!\s(?:dau|cuoi|nam))|(?<=hon )nua(?=\s)"
    r"(?!\s(?:dau|cuoi|nam)))"
    rf"|(?P<a>an?|one)[\s-](?P<a_part>third|quarter|fourth|fifth|sixth|tenth){_OF_WHICH}"
    r"|(?P<n>two|three|four)[\s-](?P<n_part>thirds|quarters|fourths|fifths|sixths|tenths)\b"
    rf"|(?P<un>un|deux|trois|quatre)\s(?P<un_part>tiers|quarts?|cinquiemes?|dixiemes?){_NO_PARTY}"
    r"|(?P<mot>mot|hai|ba|bon)\sphan\s(?P<mot_part>ba|tu|nam|sau|muoi)\b)"
)
"""A share in words, folded: "half of", "two thirds", "un quart des", "ba phần tư". Not "the first half", a period."""


def share(match: re.Match[str]) -> tuple[int, int]:
    """What a `FRACTION` says, as numerator and denominator."""
    if match["half"]:
        return 1, 2
    for name in ("a", "n", "un", "mot"):
        if match[name]:
            return _COUNTS[match[name]], _PARTS[match[f"{name}_part"]]
    raise AssertionError(match)


_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS_FR = (
    "premier deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme onzieme douzieme"
    " treizieme quatorzieme quinzieme seizieme"
).split()
_ORDINALS_VI = {"nhất": 1, "nhì": 2, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
                "mười": 10}  # fmt: skip
ORDINAL_WORDS = {
    **{word: number for number, word in enumerate(_ORDINALS, 1)},
    **{word: number for number, word in enumerate(_ORDINALS_FR, 1)},
    "premiere": 1, "seconde": 2,
    **{f"{ten}-{word}": 10 * n + m for n, ten in enumerate(_TENS, 2) for m, word in enumerate(_ORDINALS[:9], 1)},
    **_ORDINALS_VI,
}  # fmt: skip
_LATIN = sorted(ORDINAL_WORDS.keys() - _ORDINALS_VI.keys(), key=len, reverse=True)
ORDINAL = re.compile(
    r"(?<![\w.,])(?P<figure>\d{1,4})(?:st|nd|rd|th|ers?|eres?|res?|es?|emes?)\b"
    rf"|\b(?P<word>{'|'.join(_LATIN)})s?\b(?<!\bper second)(?<!\b. second)(?<!single second)(?<!\bune seconde)"
)
ORDINAL_VI = re.compile(rf"\bthứ\s(?:(?P<figure>\d{{1,3}})|(?P<word>{'|'.join(_ORDINALS_VI)}))\b", re.IGNORECASE)
