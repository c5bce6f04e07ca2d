"""The language of a question, which is short and full of names."""

from __future__ import annotations

import re

from assistant.question.accents import is_bare
from ingest.text.language import detect_language
from ingest.text.words import capitalised_runs, fold, starts_sentence

FEW, ENOUGH = 4, 3
"""Words, names apart, of a question whose asking words tell its language; and by which a language can be told."""

_VIETNAMESE = re.compile(
    r"\b(?:gì|về|của|không|được|những|các|và|đã|có|với|này|nào|ở|nói|đâu|ông|bà|đồng chí|năm|bao nhiêu|thế|là|ai|vì"
    r"|sao|mấy|còn|bao giờ|khi)\b"
)
_ASKS = {
    "en": re.compile(r"\b(?:what|who|whom|whose|when|where|why|how|which)\b"),
    "fr": re.compile(r"\bqu'|\b(?:que|qui|quand|pourquoi|comment|combien|quel(?:le)?s?|est-ce|et)\b|^ou\b"),
}
"""Words that ask in one language only, folded."""


def language_of(text: str) -> str:
    """The language of a question: of its words, for an accented Đắk Lắk makes no English question Vietnamese; of a
    question too short for those, of what it asks with ("Qu'a dit Anna Kowalska ?")."""
    if len(set(_VIETNAMESE.findall(text.lower()))) >= 2 or is_bare(text):  # "ông Trạc nói gì?", "ong Trac noi gi?"
        return "vi"
    rest = text
    for start, end in reversed(capitalised_runs(text)):
        if not starts_sentence(text, start):
            rest = rest[:start] + rest[end:]
    asks = [language for language, pattern in _ASKS.items() if pattern.search(fold(text.replace("’", "'")))]
    if len(rest.split()) <= FEW and len(asks) == 1:
        return asks[0]
    return detect_language(rest if len(rest.split()) >= ENOUGH else text)
