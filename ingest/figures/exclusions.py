"""Numbers that count nothing: the numbers of laws, articles, roads and telephones, times of day, marks of a list."""

from __future__ import annotations

import re

from ingest.text.numbers import Number

# Over folded text. A capital or a mark after "no" tells it from the word of denial.
_NAMED_BY = re.compile(
    r"(?:\b(?:articles?|art\.?|sections?|clauses?|paragraphs?|chapters?|chapitres?|pages?|pp?\.|annexe?s?|appendix"
    r"|tables?|tableaux?|figures?|fig\.|volumes?|vol\.|law|act|decree|circular|directive|decret|loi|arrete|circulaire"
    r"|resolution|decision|phase|stage|step|etape|level|niveau|grade|article|alinea|rooms?|route|road|highway|line"
    r"|ligne|form|version|windows|covid|nos?\.|numbers?|numero|n[°º]|dieu|khoan|chuong|muc|so hieu|nghi dinh|thong tu"
    r"|chi thi|nghi quyet|quyet dinh|cong van|luat|quoc lo|giai doan|buoc|cap do|bang|trang|phong|duong|lo|tap|bai"
    r"|khoa|hotline|tel|telephone|phone|fax|dien thoai|dt|duong day nong|zip|isbn|issn|https?|www|rn|qd|ql|tl)"
    r"(?:\s(?:no\.?|so|n[°º]|numero|number))?|[#§№]|\b(?:hotline|tel|fax|phone|dien thoai):)[\s.]{0,2}$"
)
_VN_NUMBER = re.compile(
    r"\b(?:nghi dinh|thong tu|chi thi|nghi quyet|quyet dinh|cong van|luat|ke hoach|huong dan|ket luan|quy dinh"
    r"|tai khoan|ban an|lenh|thong bao)\s(?:so\s)?$"
)
_ENTITY_NUMBER = re.compile(
    r"(?<![\w])(?:District|Ward|Quận|Phường|Room|Zone|Block|Lot|Unit|Team|Group|Class|Khu|Tổ|Lớp)\s$"
)
_CLOCK = re.compile(
    r"\s?(?:[ap]\.?m\b|o'clock|h\d\d\b|h(?=\s?(?:le|du|,|\.|ngay|sang|chieu))|gio (?:sang|chieu|toi|trua|dem|ngay|\d))"
)
_CLOCK_BEFORE = re.compile(r"(?:\bluc|\bvao luc|(?<=\d)[:h.])\s?$")
_TAIL = re.compile(r"[/-]\s?[a-z]|/\d|:\d|[a-z]{2,}[-\d]|\.\d")
_TAIL_DIGITS = re.compile(r"\s?[–-]\s?\d{3,4}\b(?=\s?[–-]?\s?\d{3})")
_LONG = re.compile(r"\+?\d[\d\s.-]{8,}\d")
_BRACKETED = re.compile(r"\[\s?$")
# "The last two days of the year", "sáu tháng qua", "two years later" are when, not how long.
_OF_TIME = (
    r"(?:years?|months?|weeks?|days?|hours?|minutes?|quarters?|ans?|annees?|mois|semaines?|jours?|heures?|nam|thang|tuan"
    r"|ngay|gio|quy)"
)
_WHEN_BEFORE = re.compile(
    r"\b(?:last|past|next|first|previous|coming|following|derniere?s?|premiere?s?|prochaine?s?|suivante?s?)\s$"
)
_WHEN_AFTER = re.compile(
    rf"^[\s-]{_OF_TIME}(?:'s)?\s(?:ago|later|earlier|before|after|plus tot|plus tard|auparavant|apres|avant|qua|toi|nay"
    r"|truoc|sau|dau|cuoi|gan day|lien|tiep theo|suivante?s?|precedente?s?|derniere?s?|premiere?s?)\b"
)
_TIME_AFTER = re.compile(rf"^[\s-]{_OF_TIME}\b")
# "Three times as many", "divisé par trois", "gấp ba".
_TIMES_AFTER = re.compile(
    r"^\s(?:times|fois|lan)\s(?:as|more|less|higher|the|over|plus|moins|superieur|nhieu|hon|so)\b"
)
_TIMES_BEFORE = re.compile(r"\b(?:divise\w*|multiplie\w*|divided|multiplied)\s(?:par|by)\s$|\bgap\s(?:\w+\s)?$")
_CALLED = re.compile(r"\w\($")
_RATIO = re.compile(r"\b(?:one|1|un|une)\s(?:[^\W\d]+\s){0,2}?(?:in|out of|sur)\s(?:every\s|chaque\s)?$|\btren\s$")


def is_excluded(text: str, folded: str, number: Number) -> bool:
    """Whether a number of a text names, orders or dates something instead of counting it."""
    start, end = number.start, number.end
    before, after = folded[max(0, start - 40) : start], folded[end : end + 24]
    written = text[start:end]
    if number.several or (not number.in_words and written[0] == "0" and written.isdigit() and len(written) > 1):
        return True
    if _WHEN_AFTER.match(after) or (_TIME_AFTER.match(after) and _WHEN_BEFORE.search(before)):
        return True
    if _TIMES_AFTER.match(after) or _TIMES_BEFORE.search(before):
        return True
    if number.in_words:
        return bool(_CLOCK.match(after)) or bool(_named(before))
    if _CALLED.search(before) and after.startswith(")"):
        return True
    if _BRACKETED.search(before) and after.startswith("]"):
        return True
    if not text[:start].strip(" -•*(\n") and re.match(r"[.)]\s", after):
        return True  # the mark of a list
    if before[-1:] in ("/", "\\", "_", "@", "=", "+") or (before[-1:] == "-" and before[-2:-1].isalnum()):
        return not _is_signed(before)
    if _TAIL.match(after) and not number.percent:
        return not after.startswith("/") or not _is_rate(after)
    if _CLOCK.match(after) or _CLOCK_BEFORE.search(before):
        return True
    return (
        _named(before)
        or bool(_ENTITY_NUMBER.search(text, max(0, start - 12), start))
        or _is_telephone(text, start, end)
    )


def share_of(folded: str, number: Number) -> bool:
    """Whether a number is that of which one is taken: "one in ten", "un agent sur dix"."""
    return bool(_RATIO.search(folded, max(0, number.start - 44), number.start)) and number.value > 1


def _named(before: str) -> bool:
    return bool(_NAMED_BY.search(before) or _VN_NUMBER.search(before))


def _is_signed(before: str) -> bool:
    return before[-1] == "+" and not before[-2:-1].isalnum()


def _is_rate(after: str) -> bool:
    """ "12/100,000 people" is none that is known; "15/ngày" is."""
    return bool(re.match(r"/\s?(?:ngay|thang|nam|day|month|year|jour|mois|an)\b", after))


def _is_telephone(text: str, start: int, end: int) -> bool:
    """Whether a number is part of ten digits or so in groups of two to four."""
    for match in _LONG.finditer(text, max(0, start - 16), end + 16):
        groups = re.findall(r"\d+", match.group())
        inside = match.start() <= start and end <= match.end()
        if (
            inside
            and len(groups) > 2
            and 8 < sum(map(len, groups)) < 14
            and (groups[0][0] == "0" or "+" in match.group())
        ):
            return True
    return False
