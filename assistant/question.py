"""What a question asks: its language, the kind of answer, and the constraints an answer must meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from ingest.errors import InputError
from ingest.text.language import detect_language
from ingest.text.periods import Period, distinct, find_periods, find_undated_days
from ingest.text.places import find_places, fold_place
from ingest.text.words import (
    capitalised_runs,
    content_words,
    fold,
    fold_aligned,
    is_function_word,
    starts_sentence,
)

MAX_QUESTION = 2000
MOST_TURNS = 8
"""Earlier questions that a follow-up is completed from."""

Kind = Literal["figure", "person", "date", "place", "list", "explanation", "fact"]

# The earliest match in the question decides. Folded text, so no accents here.
_PHRASES: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (
        "figure",
        (
            r"how (?:many|much)|(?<!phone )(?<!telephone )(?<!account )(?<!serial )number of|\btotals?\b",
            r"what (?:number|share|percentage|proportion|figure|total)",
            r"\bfigures?\b|combien|nombre d|quel nombre|quelle (?:part|proportion)|\bchiffres?\b",
            r"bao nhieu|so luong|\bmay (?:vu|nguoi|bi can|don|nhiem|de an|cuoc|lop|lan)|tong so|con so",
        ),
    ),
    (
        "date",
        (
            r"\bwhen\b|(?:what|which) (?:date|day|month|year)|take place|took place",
            r"\bquand\b|quel(?:le)? (?:date|jour|mois|annee)|khi nao|ngay nao|thang nao|nam nao|bao gio",
        ),
    ),
    (
        "explanation",
        (
            r"\bwhy\b|\bhow (?:did|does|do|is|are|was|were|can|should)\b|pourquoi|\bcomment\b",
            r"tai sao|vi sao|nhu the nao|the nao",
        ),
    ),
    (
        "person",
        (
            r"\bwho\b|\bwhom\b|\bwhose\b|\bqui\b|\bla ai\b|^ai\b|nguoi nao|ong nao|ba nao",
            r"\bai\b(?= (?:chu tri|la|da|du|phat|dung|trinh|se|dang))",
        ),
    ),
    (
        "place",
        (
            r"\bwhere\b|which (?:province|city|district|place)|\bou\b(?= (?:a|s|est|se|ont|sont)\b)",
            r"quelle province|o dau|tinh nao|huyen nao",
        ),
    ),
    (
        "list",
        (
            r"\blist\b|\bwhat (?:were|are) the\b|\b(?:what|which) (?=\w+s\b)|\bname the\b",
            r"\bquels\b|\bquelles\b|enumere|citez",
            r"liet ke|nhung .* nao|cac .* nao|gom nhung",
        ),
    ),
)
_KINDS = tuple((kind, re.compile("|".join(phrases))) for kind, phrases in _PHRASES)
_WHICH_PLACE = re.compile(
    r"\b(?:(?:which|what) (?:province|city|district)|quel(?:le)? (?:province|ville|district)|tinh nao|huyen nao)"
)

# Words of institutions and offices: a capitalised run that holds one is a body or a title, which translations
# render freely; a run without one is taken for a person's or a company's name, which they do not. Vietnamese
# ones keep their accents: without them "dang" (party) is also a family name.
_OFFICE = frozenset(
    """committee commission party steering central provincial national general secretary politburo office ministry
    department council conference group company bank government assembly people people's court procuracy police
    state front fatherland internal affairs anti corruption negativity negative head deputy minister president
    chairman congress resolution directive region district province city comite parti directeur direction bureau
    politique secretaire chef etat gouvernement ministere conseil assemblee cour tribunal nationale january february
    march april may june july august september october november december janvier fevrier mars avril mai juin
    juillet aout septembre octobre novembre decembre the
    ban ủy tỉnh trung ương đảng bí thư trưởng chỉ đạo nội chính hội nghị chủ tịch quốc phòng tham nhũng viện kiểm
    sát tòa án bộ ngành thủ tướng nhà nước công""".split()
)
_ACCENTED = frozenset(word for word in _OFFICE if fold(word) != word or word in ("ban", "trung", "thu", "tham"))


@dataclass(frozen=True, slots=True)
class Query:
    """A question as understood. `words` are folded content words without those of the constraints: they say
    what is asked, the constraints about what."""

    text: str
    language: str
    kind: Kind
    words: tuple[str, ...]
    periods: tuple[Period, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    """Days named without a year, (month, day): "the conference of December 29"."""
    places: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Names of people, companies and the like, as written: an answer about one must be about that one."""

    def parts(self) -> list[Query]:
        """One question a period: "2023 versus 2024" asks two things, and each needs evidence of its own."""
        if len(self.periods) < 2:
            return [self]
        return [
            replace(self, text=_without_periods(self.text, keep=period), periods=(period,)) for period in self.periods
        ]

    @property
    def timeless(self) -> str:
        """The question without its periods: whether a sentence is of the right one is checked apart, and a year
        in the question draws it to every sentence that names the year."""
        return _without_periods(self.text)

    @property
    def names_a_place(self) -> bool:
        """Whether the answer must be the name of a province, city or district."""
        return self.kind == "place" and bool(_WHICH_PLACE.search(fold(self.text)))


def understand(question: str, history: Sequence[Mapping[str, str]] = ()) -> Query:
    """Read a question. `history` is earlier turns, {"role", "content"}; it only completes a follow-up.

    Raises InputError for an empty question or one over MAX_QUESTION code points.
    """
    text = standalone(clean_question(question), history)
    language = _language(text)
    periods = distinct(find_periods(text))
    undated = find_undated_days(text)
    days = tuple((mention.month, mention.day) for mention in undated)
    places = tuple(dict.fromkeys(find_places(text)))
    names = _names(text, places)
    kind, spent = _kind(text)
    spans = [(mention.start, mention.end) for mention in find_periods(text)]
    spans += [(mention.start, mention.end) for mention in undated]
    spent |= {word for start, end in spans for word in re.findall(r"\w+", fold(text[start:end]))}
    spent |= {word for place in places for word in [*fold(place).split(), *fold_place(place).split()]}
    spent |= {word for name in names for word in re.findall(r"\w+", fold(name))}
    words = tuple(word for word in content_words(text, language) if word not in spent)
    return Query(text, language, kind, words, periods, days, places, names)


_TIME_WORDS = (
    r"(?:\b(?:in|during|for|over|of|the|en|durant|pour|pendant|de|au|le|les|l['’]annee|year|trong|vao|nam|versus|vs\.?"
    r"|and|et|va|voi)\s+)*$"
)


def _without_periods(text: str, keep: Period | None = None) -> str:
    """The text without the periods it names and the words that lead to them; the whole text if little is left."""
    rest = text
    for mention in reversed(find_periods(text)):
        if mention.period != keep:
            before = fold_aligned(rest[: mention.start])
            start = re.search(_TIME_WORDS, before)
            rest = rest[: start.start() if start else mention.start] + rest[mention.end :]
    rest = re.sub(r"\s+([,;?.!])", r"\1", " ".join(rest.split())).lstrip(",; ")
    return rest if len(rest.split()) >= 3 else text


def clean_question(question: str) -> str:
    """The question in NFC, control characters as spaces. Raises InputError when nothing can be asked of it."""
    if any(unicodedata.category(char) == "Cs" for char in question):  # half a character: it could not be printed
        raise InputError("the question is not valid UTF-8 text; check its encoding")
    text = unicodedata.normalize("NFC", question)
    text = "".join(" " if unicodedata.category(char) in ("Cc", "Cf", "Co") else char for char in text)
    text = " ".join(text.split())
    if not any(char.isalnum() for char in text):
        raise InputError("the question is empty; ask in words, such as “Who chaired the conference?”")
    if len(text) > MAX_QUESTION:
        raise InputError(f"the question has {len(text):,} characters; ask in at most {MAX_QUESTION:,}")
    return text


_FOLLOW_UP = re.compile(r"^(?:and|what about|how about|et|qu'en est-il|con|the con|vay con|roi)\b")


def standalone(question: str, history: Sequence[Mapping[str, str]]) -> str:
    """A follow-up ("and in 2024?") made whole with the question before it; any other question as it is.

    The period or place it names takes the place of the earlier one. An earlier turn may be a follow-up too;
    one that is no question (a lone emoji) is passed over.
    """
    before = ""
    for turn in [*_askable(history)[-MOST_TURNS:], question]:
        before = _joined(before, turn) if before and _FOLLOW_UP.match(fold(turn)) else turn
    return before


def _askable(history: Sequence[Mapping[str, str]]) -> list[str]:
    """The user's earlier turns, cleaned, without those that cannot be asked."""
    turns = []
    for turn in history:
        if turn.get("role") == "user" and turn.get("content"):
            with suppress(InputError):
                turns.append(clean_question(turn["content"]))
    return turns


def _joined(before: str, question: str) -> str:
    """The question before with what the follow-up names in its stead; with the follow-up after it where that asks
    anything of its own."""
    rest = question
    for mention in reversed(find_periods(question)):
        rest = rest[: mention.start] + rest[mention.end :]
    for place in dict.fromkeys(find_places(question)):
        rest = _without_place(rest, place)
    if not content_words(_FOLLOW_UP.sub("", fold(rest)), detect_language(before)):
        return _substituted(before, question)
    if find_periods(question):
        for mention in reversed(find_periods(before)):
            before = before[: mention.start] + before[mention.end :]
    if find_places(question):
        for place in dict.fromkeys(find_places(before)):
            before = _without_place(before, place)
    return f"{' '.join(before.rstrip('?').split())} — {question}"


def _substituted(before: str, question: str) -> str:
    periods, places = find_periods(question), find_places(question)
    if periods and (earlier := find_periods(before)):
        words = question[periods[0].start : periods[0].end]
        before = before[: earlier[0].start] + words + before[earlier[0].end :]
    elif periods:
        before = f"{before.rstrip('?. ')} {question[periods[0].start : periods[0].end]}?"
    if places and find_places(before):
        for place in dict.fromkeys(find_places(before)):
            before = _without_place(before, place, places[0])
    elif places:
        before = f"{before.rstrip('?. ')} {places[0]}?"
    return " ".join(before.split())


def _without_place(text: str, place: str, other: str = "") -> str:
    """The text without a place, or with another in its stead, however it is written there ("Đắk Lắk")."""
    parts, key = text.split(), fold_place(place)
    for size in range(4, 0, -1):
        for at in range(len(parts) - size, -1, -1):
            here = " ".join(parts[at : at + size])
            if fold_place(here.strip('.,;:?!()"“”')) == key:
                parts[at : at + size] = [other + here[len(here.rstrip(".,;:?!")) :]] if other else []
    return " ".join(parts)


def _language(text: str) -> str:
    """The question's language, names apart: an accented Đắk Lắk makes no English question Vietnamese."""
    rest = text
    for start, end in reversed(capitalised_runs(text)):
        if not starts_sentence(text, start):
            rest = rest[:start] + rest[end:]
    return detect_language(rest if len(rest.split()) >= 3 else text)


def _kind(text: str) -> tuple[Kind, set[str]]:
    """The kind of answer asked for, and the words that ask for it: they say nothing of what is asked about.

    "How many" decides wherever it stands; of the others the earliest does.
    """
    folded = fold_aligned(text)
    found = [(match.start(), kind, pattern) for kind, pattern in _KINDS if (match := pattern.search(folded))]
    if not found:
        return "fact", set()
    _, kind, pattern = min(found, key=lambda item: (item[1] != "figure", item[0]))
    return kind, {word for match in pattern.finditer(folded) for word in match.group().split()}


def _names(text: str, places: Sequence[str]) -> tuple[str, ...]:
    """Capitalised runs of two words or more that are no place, no body and no title."""
    known = {fold_place(place) for place in places}
    names: list[str] = []
    for start, end in capitalised_runs(text):
        parts = re.split(r"[\s-]+", text[start:end])
        if starts_sentence(text, start) and (len(parts) > 3 or is_question_word(parts[0])):
            parts = parts[1:]
        run = re.sub(r"['’]s?$", "", " ".join(parts))
        office = any(part.lower() in _OFFICE or fold(part) in _OFFICE - _ACCENTED for part in parts)
        if len(parts) >= 2 and not office and fold_place(run) not in known:
            names.append(run)
    return tuple(dict.fromkeys(names))


def is_question_word(word: str) -> bool:
    """Whether a capitalised first word is an ordinary one ("Who", "Le", "Theo") and no part of a name."""
    folded = fold(word).rstrip("'’")
    return any(is_function_word(folded, language) for language in ("en", "fr", "vi"))
