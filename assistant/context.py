"""Whether a sentence can be understood alone, or only after the one before it."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.text.words import fold

_ENGLISH_FRENCH = "they|it|he|she|these|those|this|such|both|among them|ils?|elles?|cela|ces|celles?-ci|ceux-ci"
_PRONOUN = re.compile(
    # Accents tell Vietnamese pronouns from names, as does the small letter after them: "Hồ", "Bà Rịa", "Ông Trạc".
    rf"(?:(?i:{_ENGLISH_FRENCH})\b|(?:Họ|Ông|Bà|Đồng chí|Đây|Đó|Điều (?:này|đó)|Việc (?:này|đó))\b)"
)
_CONNECTIVE = re.compile(
    r"(?i:however|moreover|furthermore|in addition|besides|meanwhile|therefore|thus|accordingly|as a result"
    r"|at the same time|likewise|also|but|and|so|then|for this reason|of these|of which"
    r"|cependant|toutefois|en outre|de plus|par ailleurs|ainsi|donc|en conséquence|par conséquent|mais|et|puis|dont"
    r"|tuy nhiên|bên cạnh đó|đồng thời|ngoài ra|do đó|vì vậy|theo đó|từ đó|trong đó|nhưng|và|như vậy|mặt khác)\b"
)


def leans_back(sentence: str) -> bool:
    """Whether a sentence says who or what it is about only by a pronoun: "They covered …", "Elle a demandé …"."""
    pronoun = _PRONOUN.match(sentence)
    return pronoun is not None and not sentence[pronoun.end() :].lstrip()[:1].isupper()


def starts_mid_thought(text: str) -> bool:
    """Whether a text goes on with what was said before it: by a pronoun, by "However", or without a capital."""
    return leans_back(text) or bool(_CONNECTIVE.match(text)) or text[:1].islower()


# Who is spoken to is told to do it: a command begins its sentence or clause. "Officials who ignore the rules" and "the
# papers say only" tell of somebody.
_BEGINS = r"(?:^|[.!?:;,\"“”«»—–(*]\s*|\b(?:and|then|now|please|just|to|must|et|puis|veuillez|hay|va|xin|vui long)\s+)"
_COMMANDS = re.compile(
    r"(?:" + _BEGINS + r"(?:please |now )?(?:"
    r"(?:ignore|disregard|forget|override)\b[^.!?]{0,40}\b(?:instructions?|prompts?|rules|guidelines|above)\b"
    r"(?! (?:on|of (?!the (?:system|assistant|prompt))|for|about|in)\b)"
    r"|(?:ignorez?|oublie[zr]?|neglige[zr]?)\b[^.!?]{0,40}\b(?:instructions?|consignes?|regles)\b"
    r"(?! (?:de|du|des|sur)\b)"
    r"|(?:end|reply|respond|answer|reponds?|repondez|termine[zr]?)"
    r" (?:only |just |seulement |uniquement )?(?:with|by|par)\b"
    r"|(?:answer|reply|respond|say|reponds?|repondez|dis|dites) (?:only|just|seulement|uniquement)\b)"
    r"|\bignore (?:your|all|any|these|the) (?:previous |prior |above |earlier )?(?:instructions?|prompts?)\b"
    r"|\bsystem (?:prompt|note|message)\b|\byou are now\b|\bas an ai\b|\b(?:attention|note to) (?:all )?(?:machines?"
    r"|models?|assistants?|ais?|llms?)\b"
    r"|\bchi tra loi\b|\b(?:bo qua|phot lo|quen)\b[^.!?]{0,40}\b(?:chi dan|huong dan|chi thi truoc|lenh)\b)"
)
_ONLY_SAY = re.compile(r"\bchỉ nói\b", re.IGNORECASE)
"""By its accent: "chị nói" is "she said"."""


@lru_cache(maxsize=20_000)  # every question looks at many of the same sentences again
def commands(text: str) -> bool:
    """Whether a text speaks to a machine that reads it ("ignore your instructions"): it reports nothing."""
    return bool(
        _COMMANDS.search(fold(text)) or _ONLY_SAY.search(text) or (text.isascii() and "chi noi" in text.lower())
    )
