"""What a question asks: its language, the kind of answer, and the constraints an answer must meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.errors import InputError
from ingest.language import detect_language
from ingest.periods import Period, distinct, find_periods
from ingest.places import find_places, fold_place
from ingest.words import (
    capitalised_runs,
    content_words,
    fold,
    fold_aligned,
    is_function_word,
    starts_sentence,
)

MAX_QUESTION = 2000

Kind = Literal["figure", "person", "date", "place", "list", "explanation", "fact"]

# The earliest match in the question decides. Folded text, so no accents here.
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile("|".join(phrases)))
    for kind, phrases in (
        (
            "figure",
            (
                r"how (?:many|much)|number of|what (?:number|share|percentage|proportion|figure|total)|\btotals?\b",
                r"\bfigures?\b|combien|nombre d|quel nombre|quelle (?:part|proportion)|\bchiffres?\b",
                r"bao nhieu|so luong|\bmay (?:vu|nguoi|bi can|don|nhiem|de an|cuoc|lop|lan)|tong so|con so",
            ),
        ),
        (
            "date",
            (
                r"\bwhen\b|(?:what|which) (?:date|day|month|year)",
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
                r"\blist\b|what (?:were|are) the|name the|quels sont|quelles sont|enumere|citez",
                r"liet ke|nhung .* nao|cac .* nao|gom nhung",
            ),
        ),
    )
)  # fmt: skip
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
    """A question as understood. `words` are folded content words without those of the constraints."""

    text: str
    language: str
    kind: Kind
    words: tuple[str, ...]
    periods: tuple[Period, ...] = ()
    places: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Names of people, companies and the like, as written: an answer about one must be about that one."""

    @property
    def names_a_place(self) -> bool:
        """Whether the answer must be the name of a province, city or district."""
        return self.kind == "place" and bool(_WHICH_PLACE.search(fold(self.text)))


def understand(question: str, history: Sequence[Mapping[str, str]] = ()) -> Query:
    """Read a question. `history` is earlier turns, {"role", "content"}; it only completes a follow-up.

    Raises InputError for an empty question or one over MAX_QUESTION code points.
    """
    text = standalone(clean_question(question), history)
    language = detect_language(text)
    periods = distinct(find_periods(text))
    places = tuple(dict.fromkeys(find_places(text)))
    names = _names(text, places)
    spent = {word for mention in find_periods(text) for word in fold(text[mention.start : mention.end]).split()}
    spent |= {word for place in places for word in [*fold(place).split(), *fold_place(place).split()]}
    words = tuple(word for word in content_words(text, language) if word not in spent)
    return Query(text, language, _kind(text), words, periods, places, names)


def clean_question(question: str) -> str:
    """The question in NFC, control characters as spaces. Raises InputError when nothing can be asked of it."""
    text = unicodedata.normalize("NFC", question)
    text = "".join(" " if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") else char for char in text)
    text = " ".join(text.split())
    if not any(char.isalnum() for char in text):
        raise InputError("the question is empty; ask in words, such as “Who chaired the conference?”")
    if len(text) > MAX_QUESTION:
        raise InputError(f"the question has {len(text):,} characters; ask in at most {MAX_QUESTION:,}")
    return text


_FOLLOW_UP = re.compile(r"^(?:and|what about|how about|et|qu'en est-il|con|the con|vay con|roi)\b")


def standalone(question: str, history: Sequence[Mapping[str, str]]) -> str:
    """A follow-up ("and in 2024?") made whole with the question before it; any other question as it is.

    The period or place it names takes the place of the earlier one.
    """
    earlier = [turn["content"] for turn in history if turn.get("role") == "user" and turn.get("content")]
    if not earlier or not _FOLLOW_UP.match(fold(question)):
        return question
    before, periods, places = clean_question(earlier[-1]), find_periods(question), find_places(question)
    if periods:
        for mention in reversed(find_periods(before)):
            before = before[: mention.start] + before[mention.end :]
    if places:
        for place in find_places(before):
            before = re.sub(re.escape(place), " ", before, flags=re.IGNORECASE)
    return f"{' '.join(before.rstrip('?').split())} — {question}"


def _kind(text: str) -> Kind:
    folded = fold_aligned(text)
    found = [(match.start(), kind) for kind, pattern in _KINDS if (match := pattern.search(folded))]
    return min(found)[1] if found else "fact"


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
