"""Numbers in text, by value: 1,884 = 1 884 = 1.884, "seven" = "sept" = 7, "nearly 60,000" stays "nearly"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from ingest.text.words import fold_aligned, starts_sentence

_SEPARATORS = ",.\u00a0\u202f\u2009 '’"
_GROUPED = rf"\d{{1,3}}(?:(?P<sep>[{_SEPARATORS}])\d{{3}}(?!\d)(?:(?P=sep)\d{{3}}(?!\d))*)"
_FIGURE = re.compile(
    rf"(?<![\w.,])(?P<whole>{_GROUPED}|\d+)(?P<decimals>[.,]\d+(?!\d|[.,]\d))?"
    r"(?P<percent>\s?(?:%|percent\b|pour cent\b))?"
)

# "one", "un" and "một" are articles more often than counts, and Vietnamese "năm" is also "year": left out.
_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "million": 1_000_000,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11,
    "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "trente": 30,
    "quarante": 40, "cinquante": 50, "soixante": 60, "cent": 100, "centaine": 100, "dizaine": 10, "mille": 1000,
    "millier": 1000,
}  # fmt: skip
_VIETNAMESE_WORDS = {
    "hai": 2, "ba": 3, "bốn": 4, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10, "trăm": 100, "nghìn": 1000,
    "ngàn": 1000, "triệu": 1_000_000,
}  # fmt: skip
_WORD = re.compile(r"\b(?:" + "|".join(_WORDS) + r")\b")
_VIETNAMESE_WORD = re.compile(r"\b(?:" + "|".join(_VIETNAMESE_WORDS) + r")\b")

# What a hedge says of the number: that the true one is somewhat less, somewhat more, or thereabouts.
_SENSES = {
    hedge: sense
    for sense, hedges in (
        ("under", "nearly|almost|up to|less than|fewer than|under|pres de|moins de|jusqu'a|gan|duoi"),
        ("over", "over|more than|at least|plus de|au moins|hon|tren|it nhat"),
        ("about", "about|around|approximately|some|environ|quelque|une|khoang|chung"),
    )
    for hedge in hedges.split("|")
}
_HEDGES = re.compile(rf"\b({'|'.join(sorted(_SENSES, key=len, reverse=True))})\s+$")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at `text[start:end]`: its value, whether a percentage, and the hedge before it, folded."""

    start: int
    end: int
    value: Decimal
    percent: bool = False
    hedge: str | None = None
    in_words: bool = False

    @property
    def sense(self) -> str | None:
        """What the hedge says: the true number is "under", "over" or "about" this one. None without a hedge."""
        return _SENSES.get(self.hedge) if self.hedge else None


def find_numbers(text: str) -> list[Number]:
    """Every number in the text in order, figures and plain number words.

    Groups of three digits after a separator are thousands, whatever the language: reports are machine
    translated and keep the separators of the original. "0,884" and "3.75" are decimals.
    """
    folded = fold_aligned(text)
    found = [_figure(match, folded) for match in _FIGURE.finditer(folded)]
    # A capital inside a sentence is a name ("Ngo Dong Hai", "Sept"); Vietnamese words only count with their accents.
    for pattern, values, source in ((_WORD, _WORDS, folded), (_VIETNAMESE_WORD, _VIETNAMESE_WORDS, text)):
        for match in pattern.finditer(source):
            if text[match.start()].isupper() and not starts_sentence(text, match.start()):
                continue
            value = Decimal(values[match.group()])
            found.append(Number(*match.span(), value, hedge=_hedge(folded, match.start()), in_words=True))
    return sorted(found, key=lambda number: number.start)


def _figure(match: re.Match[str], folded: str) -> Number:
    whole, decimals = match["whole"], match["decimals"] or ""
    separator = match["sep"]
    if separator and whole.startswith("0") and separator in ",.":  # 0,884 is a fraction, not thousands
        value = Decimal(whole.replace(separator, "."))
    else:
        digits = re.sub(rf"[{_SEPARATORS}]", "", whole)
        value = Decimal(digits + decimals.replace(",", "."))
    return Number(
        match.start(), match.end(), value, bool(match["percent"]), _hedge(folded, match.start())
    )  # fmt: skip


def _hedge(folded: str, start: int) -> str | None:
    match = _HEDGES.search(folded, max(0, start - 20), start)
    return match[1] if match else None
