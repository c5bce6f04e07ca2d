"""Which language a text is in."""

from __future__ import annotations

import re

# Letters only Vietnamese has: one of them decides, where a statistical model wavers on a short question.
_VIETNAMESE = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
# Opening words that settle a question of a few words.
_OPENINGS = {
    "en": re.compile(
        r"\b(who|what|when|where|why|how|which|whose|did|does|do|is|are|was|were|has|have|list|summarise"
        r"|summarize|tell|the|of)\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\b(qui|que|quoi|quand|où|pourquoi|comment|combien|quel|quelle|quels|quelles|est-ce|les|des|du|le|la(?!\s+(?:ai|gi)\b)"
        r"|une|dans|pour|sont|ont)\b|\b[lcdnqs]['’]",
        re.IGNORECASE,
    ),
    "vi": re.compile(
        r"\b(ai|bao nhieu|khi nao|o dau|tai sao|vi sao|nhu the nao|la gi|co|cua|nam|vu|nhung|cac|duoc|trong)\b",
        re.IGNORECASE,
    ),
}

# What reports and questions are written in. py3langid knows 97 languages and finds Occitan in a short French
# question, Bosnian in a short Vietnamese one.
_LIKELY = frozenset(
    "ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id it ja km ko lo lt lv ms my nl no pl pt ro ru sk sl sr sv"
    " ta th tl tr uk ur vi zh".split()
)


def detect_language(text: str, default: str = "en") -> str:
    """The two-letter code of the text's language (py3langid), `default` where there is no word to tell by.

    Questions of a few words are where statistical identification fails, so the words questions are made
    of are asked first; longer text goes to the model.
    """
    sample = text[:4000]
    letters = sum(char.isalpha() for char in sample)
    if letters < 3:
        return default
    marked = len(_VIETNAMESE.findall(sample))
    if marked >= 2 and marked / letters > 0.02:
        return "vi"
    if letters < 200:
        votes = {code: len(pattern.findall(sample)) for code, pattern in _OPENINGS.items()}
        best = max(votes, key=lambda code: votes[code])
        if votes[best] >= 1 and sum(votes.values()) < 2 * votes[best] and votes[best] / len(sample.split()) >= 0.15:
            return best
    if letters < 12:
        return default  # "hello" is as good Finnish as English
    import py3langid  # 0.3 s and 30 MB: only when the cheap signs do not settle it

    return next(str(code) for code, _ in py3langid.rank(sample) if code in _LIKELY)
