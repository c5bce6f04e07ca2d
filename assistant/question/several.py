"""Several questions in one: "How many cases were opened, and who chaired the conference?"."""

from __future__ import annotations

import re

from ingest.text.words import content_words, fold_aligned

_ASKS = {
    "en": r"(?:how (?:many|much|long|often|did|does|do|was|were|is)|who|whom|whose|what|which|when|where|why)\b",
    "fr": r"(?:combien|qui|que|quoi|quand|ou (?:a|est|s'est|ont|etait)|pourquoi|comment|quel(?:le)?s?|qu'est-ce"
    r"|a combien|en quelle|de quel(?:le)?|par qui)\b",
    "vi": r"(?:ai|bao nhieu|khi nao|o dau|tai sao|vi sao|the nao|co bao nhieu|do ai|nhung ai)\b",
}
_JOINT = r"(?:[,;]|\s)\s*(?:and|et|va|as well as|ainsi que|cung nhu)\s+"
MOST = 3


def questions_in(text: str, language: str) -> list[str]:
    """The questions that stand side by side in a text, two to MOST, each as one of its own; [] where it is one.

    Each must begin with a question word of its own and say what it is about: "who and when" asks of one thing.
    """
    folded = fold_aligned(text)
    asks = _ASKS.get(language, _ASKS["en"])
    starts = [0, *(match.end() for match in re.finditer(rf"{_JOINT}(?={asks})|[?]\s+(?=\S)", folded))]
    if not 2 <= len(starts) <= MOST:
        return []
    ends = [*(re.search(rf"(?:{_JOINT}|[?]\s*)$", folded[:start]) for start in starts[1:]), None]
    parts = [text[start : end.start() if end else len(text)] for start, end in zip(starts, ends, strict=True)]
    parts = [part.strip(" ,;?") + "?" for part in parts]
    if any(len(content_words(part, language)) < 2 for part in parts):
        return []
    return [part[:1].upper() + part[1:] for part in parts]
