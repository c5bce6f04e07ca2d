"""What a question wants counted: "inspections" of "How many inspections did the province carry out?"."""

from __future__ import annotations

import re
from itertools import takewhile

from ingest.text.words import content_words, fold_aligned, words

_ASKS = re.compile(
    r"\b(?:how many|how much|(?:what|which) (?:number|total|share|percentage|amount) of|(?:total )?number of"
    r"|totals? (?:of|for)|combien (?:de |d['’])|(?:nombre|total|montant) (?:de |d['’]|des )"
    r"|bao nhieu|(?:tong )?so luong|may(?= \w)|bn)\s*(?:(?:of the|the|of|des|de|les|la|cac|nhung) |l['’])?"
)
_NUMBER_VI = re.compile(r"\b[Ss]ố (?:các )?(?=\w)")  # by its accent: "so" is "compared"
_PLAIN = frozenset("new other more different nouveaux nouvelles autres".split())
_ENDS = re.compile(
    r"[?,;.:]|\b(?:were|was|are|is|did|does|do|have|has|had|ont|a-t-|a|sont|etaient|furent|y a|da|duoc|bi(?! ca[no]\b)"
    r"|received|and|et|va|or|ou)\b"
)


def counted_of(text: str, language: str) -> tuple[str, ...]:
    """The folded words of what is counted: one in English and French, two syllables in Vietnamese; () where the
    question counts nothing that it names."""
    folded = fold_aligned(text)
    match = _ASKS.search(folded) or _NUMBER_VI.search(text)
    if not match:
        return ()
    rest = text[match.end() :]
    end = _ENDS.search(folded[match.end() :])
    if end and end.start() == 0:
        return ()
    content = set(content_words(rest, language))
    row = words(rest[: end.start()] if end else rest)[:4]
    if language == "vi":  # "bị" of "bị can" is a function word elsewhere
        return tuple(row[:2]) if content.intersection(row[:2]) else ()
    run = [word for word in takewhile(lambda word: word in content or word in _PLAIN, row) if word in content]
    if not run:
        return ()
    return (run[0],) if language == "fr" else (run[-1],)
