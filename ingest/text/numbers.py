"""Numbers in text, by value: 1,884 = 1 884 = 1.884, "seven" = "sept" = 7, "2,5 tỷ" = 2.5 billion; "nearly 60,000"
stays "nearly"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.text.number_words import (
    BEFORE_FIVE,
    BEFORE_NUMBER,
    FIVE,
    FRACTION,
    FRACTION_HINT,
    HALF_MORE,
    HEDGE_AFTER,
    HEDGES_ENDING,
    JOINTS,
    NOT_ALONE,
    ORDINAL,
    ORDINAL_VI,
    ORDINAL_WORDS,
    PLURALS,
    REACH,
    SENSES,
    SHORT_SCALES,
    VIETNAMESE,
    WORDS,
    NumberWord,
    share,
)
from ingest.text.words import fold, fold_aligned, starts_sentence

_SEPARATORS = ",.\u00a0\u202f\u2009 '’"
_GROUPED = rf"\d{{1,3}}(?:(?P<sep>[{_SEPARATORS}])\d{{3}}(?!\d)(?:(?P=sep)\d{{3}}(?!\d))*)"
_FIGURE = re.compile(
    rf"(?<![\w.,])(?P<whole>{_GROUPED}|\d+)(?P<decimals>[.,]\d+(?!\d|[.,]\d))?(?!\d)"
    r"(?!(?:st|nd|rd|th|ers?|eres?|es?|emes?)\b)"  # "the 14th" is no count
)
_FIRST: dict[str, list[str]] = {}
for _word in sorted({*WORDS, *map(fold, VIETNAMESE)}):
    _FIRST.setdefault(_word[0], []).append(_word[1:])
# By first letter: of alternatives each is looked at.
_WORD = re.compile(rf"\b(?:{'|'.join(f'{first}(?:{chr(124).join(rest)})' for first, rest in _FIRST.items())})\b")
_SHORT = re.compile(r"k\b|\s?(?:bn|tn)\b|(?P<m>m)\b")
_MONEY_BEFORE = re.compile(r"(?:[$€£]|usd|eur|vnd)\s?$")
_PERCENT = re.compile(r"\s?(?:%|percent\b|per cent\b|pour cent\b|phan tram\b)")


_ORDINAL_END = re.compile(rf"-(?:{'|'.join(word for word in ORDINAL_WORDS if '-' not in word)})\b")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at `text[start:end]`: its value, whether a percentage, and the hedge before it, folded."""

    start: int
    end: int
    value: Decimal
    percent: bool = False
    hedge: str | None = None
    in_words: bool = False
    several: bool = False
    """Whether it is some number of these, unsaid how many: "thousands of", "des centaines de", "hàng nghìn"."""
    scale: Decimal | None = None
    """The thousand, million … that stands in words after its figure, and that "3.2" of "3.2 and 3.8 million" shares."""

    @property
    def sense(self) -> str | None:
        """What the hedge says: the true number is "under", "over" or "about" this one, or "several" of it. None
        without a hedge."""
        if self.several:
            return "several"
        return SENSES.get(self.hedge) if self.hedge else None


def find_numbers(text: str) -> list[Number]:
    """Every number in the text in order, in figures and in words.

    Groups of three digits after a separator are thousands, whatever the language: reports are machine
    translated and keep the separators of the original. "0,884" and "3.75" are decimals. "2.5 million", "2 tỷ 500
    triệu" and "quatre-vingt-dix-sept" are one number each; "half of" and "two thirds" are percentages. Ordinals
    ("the third conference") and Roman numerals are none.
    """
    folded = fold_aligned(text)
    found = list(_shares(folded))
    taken = [(one.start, one.end) for one in found]
    parts = _parts(text, folded)
    at = 0
    while at < len(parts):
        run = _longest_run(parts, at, text, folded)
        at += max(1, run.used)
        if run.used and not any(run.start < end and start < run.end for start, end in taken):
            found.append(_number(run, folded))
            while at < len(parts) and (parts[at].start < found[-1].end or _is_years(parts[at], found[-1], text)):
                at += 1  # the "cent" of "45 pour cent"
    return sorted(found, key=lambda number: number.start)


def find_ordinals(text: str) -> list[Number]:
    """The ordinals in the text in order, by value: "14th", "twenty-first", "3e", "troisième", "thứ ba"."""
    folded = fold_aligned(text)
    shares = list(_shares(folded))
    found = []
    for match in (*ORDINAL.finditer(folded), *ORDINAL_VI.finditer(text)):
        if any(one.start <= match.start() < one.end for one in shares):
            continue  # "two thirds"
        value = match["figure"] or ORDINAL_WORDS[match["word"].lower()]
        found.append(Number(*match.span(), Decimal(value), in_words=not match["figure"]))
    return sorted(found, key=lambda number: number.start)


def _is_years(part: _Part, number: Number, text: str) -> bool:
    """Whether a word is the "năm" of "20 năm", years."""
    return part.start == number.end + 1 and text[part.start : part.end].lower() == "năm"


def _number(run: _Run, folded: str) -> Number:
    percent = _PERCENT.match(folded, run.end)
    end = percent.end() if percent else run.end
    hedge = find_hedge(folded, run.start, end)
    scale = Decimal(run.last.value) if run.figured and run.last else None
    return Number(run.start, end, run.value, bool(percent), hedge, not run.figured, run.several, scale)


def find_hedge(folded: str, start: int, end: int) -> str | None:
    """The hedge of the number that stands at `folded[start:end]`."""
    words = folded[max(0, start - REACH) : start].replace("’", "'").replace("d'", "d' ").split()
    plain = words[:-1] if words and words[-1] in BEFORE_NUMBER else words
    for tail in (plain, words):  # "plus d'une centaine"; "une centaine"
        for hedge in HEDGES_ENDING.get(tail[-1], ()) if tail else ():
            if tail[-len(hedge.split()) :] == hedge.split():
                return hedge
    after = HEDGE_AFTER.match(folded, end)
    return (after["hedge"] or after["words"]) if after else None


def _shares(folded: str) -> Iterator[Number]:
    for match in FRACTION.finditer(folded) if FRACTION_HINT.search(folded) else ():
        upper, lower = share(match)
        value = (Decimal(100 * upper) / lower).quantize(Decimal("0.01")).normalize()
        yield Number(*match.span(), value, True, find_hedge(folded, *match.span()), in_words=True)


# -- figures and words in a row -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """A figure, or a word that may be a number's in one language or more."""

    start: int
    end: int
    figure: Decimal | None = None
    words: tuple[NumberWord, ...] = ()


def _parts(text: str, folded: str) -> list[_Part]:
    """The figures of the text and the words that may be of a number, in order."""
    parts = [
        _Part(match.start(), match.end(), _value(match))
        for match in _FIGURE.finditer(folded)
        if text[max(0, match.start() - 4) : match.start()].lower() != "thứ "
    ]
    for match in _WORD.finditer(folded):
        start, end = match.span()
        vietnamese = VIETNAMESE.get(text[start:end].lower())  # only with its accents
        before = text[max(0, start - 6) : start].lower()
        if vietnamese and before.endswith(("thứ ", "tháng ", "không ")):
            continue  # "thứ ba", the third; "tháng hai", February; "không trăm", no hundred
        if _ORDINAL_END.match(folded, end):
            continue  # "twenty-first"
        plain = text[start:end].lower() in (match.group(), "zéro")  # "tên" is no "ten"
        words = (*(WORDS.get(match.group(), ()) if plain else ()), *((vietnamese,) if vietnamese else ()))
        # A capital inside a sentence is a name's ("Ngo Dong Hai", "Sept").
        if words and (text[start].islower() or starts_sentence(text, start)):
            parts.append(_Part(start, end, words=words))
    return sorted(parts, key=lambda part: part.start)


def _value(match: re.Match[str]) -> Decimal:
    whole, decimals, separator = match["whole"], match["decimals"] or "", match["sep"]
    if separator and whole.startswith("0") and separator in ",.":  # 0,884 is a fraction, not thousands
        return Decimal(whole.replace(separator, "."))
    digits = re.sub(rf"[{_SEPARATORS}]", "", whole)
    return Decimal(digits + decimals.replace(",", "."))


@dataclass(slots=True)
class _Run:
    """Parts in a row that make one number, as one language writes it.

    `total` is what its thousands, millions … add up to, `scale` the least of these, `rest` what came after it.
    """

    language: str
    start: int = 0
    end: int = 0
    used: int = 0
    total: Decimal = Decimal(0)
    scale: Decimal = Decimal("Infinity")
    rest: Decimal | None = None
    last: NumberWord | None = None
    figured: bool = False
    several: bool = False

    @property
    def value(self) -> Decimal:
        return self.total + (self.rest or 0)

    def take(self, part: _Part, joint: str, following: _Part | None) -> bool:
        """Go on with a part, if the number goes on with it."""
        if part.figure is not None:
            taken = self._figure(part.figure, joint, following)
        else:
            words = [word for word in part.words if word.language == self.language]
            taken = any(self._word(word, joint) for word in words if self._may_follow(part, joint, following))
        if taken:
            self.start = self.start if self.used else part.start
            self.end, self.used = part.end, self.used + 1
        return taken

    def _may_follow(self, part: _Part, joint: str, following: _Part | None) -> bool:
        """Whether a word is no "năm" that means years: "mười năm" is ten years, "mười lăm" fifteen."""
        if not self.used or part.words[0].value != 5 or part.words[0] is not VIETNAMESE["năm"] or joint:
            return True
        near = following is not None and following.start == part.end + 1
        return (
            near and following is not None and any(w.kind in ("tenfold", "hundred", "scale") for w in following.words)
        )

    def add_half(self, end: int) -> None:
        """ "two and a half million", "2 tỷ rưỡi"."""
        half_of = self.scale if self.rest is None else Decimal(1)
        self.end, self.rest = end, (self.rest or 0) + half_of / 2

    def shorten(self, end: int, scale: int) -> None:
        """ "60k", "2.5bn"."""
        self.end, self.total, self.rest = end, self.value * scale, None

    def _figure(self, value: Decimal, joint: str, following: _Part | None) -> bool:
        """A figure begins a number, or goes on with a scale of its own: "2 tỷ 500 triệu"."""
        scales = [word.value for word in following.words if word.kind == "scale"] if following else []
        if self.used and not (self.figured and self.rest is None and scales and max(scales) < self.scale and not joint):
            return False
        self.rest, self.figured = value, True
        return True

    def _word(self, word: NumberWord, joint: str) -> bool:
        if word.kind == "scale":
            return self._scale(word, joint)
        rest = _JOINING.get(word.kind, _below_hundred)(self, word, joint)
        if rest is None:
            return False
        # "quatre-vingt" goes on as a ten: "quatre-vingt-dix-sept".
        eighty = word.language == "fr" and word.value == 20 and rest % 100 == 80
        self.rest, self.last = rest, NumberWord("ten", 80, "fr") if eighty else word
        return True

    def _scale(self, word: NumberWord, joint: str) -> bool:
        scale = Decimal(word.value)
        if joint or (self.last and self.last.kind in ("group", "plural")):
            return False
        if self.used and self.rest is None:  # "2 nghìn tỷ": thousands of billions
            if self.scale >= scale:
                return False
            self.total *= scale
        elif scale < self.scale:
            self.total += (1 if self.rest is None else self.rest) * scale
        else:
            return False
        self.rest, self.last, self.scale = None, word, scale
        return True


def _below_hundred(run: _Run, word: NumberWord, joint: str) -> Decimal | None:
    """The rest with a unit, a teen or a ten: "twenty-one", "hundred and five", "soixante-dix"; None where the number
    does not go on so."""
    last, value, french = run.last, word.value, run.language == "fr"
    if not run.used:
        return Decimal(value)
    if run.figured or last is None or not value or (joint and not _may_join(last, word)):
        return None
    if run.rest is None:
        return Decimal(value)
    if french and value == 20 and (last.kind, last.value) == ("unit", 4):
        return run.rest + 76
    if word.kind == "unit":
        after_ten = run.language == "vi" or (french and value >= 7)
        fits = last.kind in ("ten", "tenfold", "hundred") or (last.value == 10 and after_ten)
    else:
        fits = last.kind == "hundred" or (french and word.kind == "teen" and last.value in (60, 80))
    return run.rest + value if fits else None


def _may_join(last: NumberWord, word: NumberWord) -> bool:
    """Whether "and", "et", "linh" may stand between two words."""
    if word.language == "fr":
        return last.kind == "ten" and word.value in (1, 11)
    return last.kind in ("hundred", "scale")


def _tenfold(run: _Run, _word: NumberWord, joint: str) -> Decimal | None:
    """ "hai mươi", "3 chục"."""
    if run.rest is None or joint or (run.last and run.last.kind != "unit"):
        return None
    return run.rest + 9 * (Decimal(run.last.value) if run.last else run.rest)


def _times(run: _Run, word: NumberWord, joint: str) -> Decimal | None:
    """ "two hundred", "5 trăm", "deux douzaines"."""
    if not run.used:
        return Decimal(word.value)
    coins = run.figured and word.language == "fr"  # "5 cents"
    hedged = word.kind == "group" and run.last and run.last.value == 1  # "une centaine" is about a hundred
    return None if joint or coins or hedged or not run.rest or run.rest >= 100 else run.rest * word.value


def _plural(run: _Run, word: NumberWord, joint: str) -> Decimal | None:
    """ "thousands", "tens of thousands", "deux centaines"."""
    if run.used and (joint == "of") != run.several:
        return None
    run.several |= not run.used
    return (run.rest or Decimal(1)) * word.value


_JOINING = {"tenfold": _tenfold, "hundred": _times, "group": _times, "plural": _plural}


def _longest_run(parts: Sequence[_Part], at: int, text: str, folded: str) -> _Run:
    """The longest number that begins with a part, in the language that writes it so; empty where there is none."""
    first, following = parts[at], parts[at + 1] if at + 1 < len(parts) else None
    languages = [word.language for word in first.words]
    if first.figure is not None:
        near = following is not None and following.start - first.end < 2
        languages = ["en", "fr", "vi"] if near else ["en"]
    runs = [_run(parts, at, language, text, folded) for language in languages]
    return max(runs, key=lambda run: run.used)


def _run(parts: Sequence[_Part], at: int, language: str, text: str, folded: str) -> _Run:
    run = _Run(language)
    for place in range(at, len(parts)):
        part = parts[place]
        joint = _joint(text[run.end : part.start], language) if run.used else ""
        if joint is None or not run.take(part, joint, parts[place + 1] if place + 1 < len(parts) else None):
            break
        if half := HALF_MORE.match(folded, run.end):
            run.add_half(half.end())
    short = _SHORT.match(folded, run.end) if run.used == 1 and run.figured else None
    if short and (not short["m"] or _MONEY_BEFORE.search(folded, max(0, run.start - 6), run.start)):
        run.shorten(short.end(), SHORT_SCALES[short.group().strip()])
    if run.used == 1 and not run.figured and not _stands_alone(run, text):
        return _Run(language)
    return run


def _joint(between: str, language: str) -> str | None:
    """How two parts are joined: "" by a space or hyphen, "and" or "of" by such a word; None where they are apart."""
    if between in (" ", "-", "\u00a0", "\u202f", "\n"):
        return ""
    if JOINTS[language].fullmatch(between.lower()):
        return "and"
    return "of" if PLURALS.fullmatch(between) else None


def _stands_alone(run: _Run, text: str) -> bool:
    """Whether a single word is a number: articles and the like are not, "hàng chục" and "des millions" are several."""
    word = text[run.start : run.end].lower()
    before, after = text[max(0, run.start - 12) : run.start].lower(), text[run.end : run.end + 12].lower()
    run.several |= before.endswith("hàng ") or word in ("millions", "milliards", "billions")
    if word == "năm":
        return bool(FIVE.match(after)) and not BEFORE_FIVE.search(before)
    if word == "neuf":  # "neuf affaires", but "un bâtiment neuf."
        return after[:1].isspace() and after[1:2].isalpha()
    if word == "sept" and after[:1] == ".":
        return not after[1:].lstrip()[:1].isdigit()  # "Sept. 5"
    return word not in NOT_ALONE or run.several
