"""Which language a text is in."""

from __future__ import annotations

import re
import threading

# Letters only Vietnamese has: a few of them decide, where a statistical model wavers on a short question.
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


# Function words that the other two languages, and their near relations, do without: in prose one word in four is one
# of its own language's, next to none another's.
_TELLING = {
    "en": frozenset(
        """the of and to that is was were are with for by from which has have been had its this be will not their they
        it at as he she would should who""".split()
    ),
    "fr": frozenset(
        """les des du et une dans est pour qui sur au aux par ont sont avec cette ce ces leur leurs elle été pas ses
        l d qu""".split()
    ),
    "vi": frozenset(
        """của và các là trong được cho có với không những này người đã về một để khi theo tại đến từ cũng phải
        cua cac duoc nhung nguoi khong voi""".split()
    ),
}
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")


def detect_language(text: str, default: str = "en") -> str:
    """The two-letter code of the text's language, `default` where there is no word to tell by.

    Function words settle clear prose in English, French or Vietnamese. Questions of a few words are where statistical
    identification fails, so the words questions are made of are asked first; what is left goes to py3langid.
    """
    sample = text[:4000]
    if clear := _clear(_WORD.findall(sample[:1000].lower())):
        return clear
    letters = sum(char.isalpha() for char in sample)
    if letters < 3:
        return default
    marked = _vietnamese_letters(sample)
    if marked >= 2 and marked / letters > 0.02:
        return "vi"
    if letters < 200:
        votes = {code: len(pattern.findall(sample)) for code, pattern in _OPENINGS.items()}
        best = max(votes, key=lambda code: votes[code])
        if votes[best] >= 1 and sum(votes.values()) < 2 * votes[best] and votes[best] / len(sample.split()) >= 0.15:
            return best
    if letters < 12:
        return default  # "hello" is as good Finnish as English
    return _by_model(sample)


def passage_language(text: str, document_language: str) -> str:
    """The two-letter code of a passage's language: its document's, unless the passage clearly is in another.

    A list of names, a table or a few quoted words do not make a passage foreign; 60 letters of prose do. About 30 µs
    for a passage of 900 code points in the document's language.
    """
    found = _WORD.findall(text.lower())
    if sum(map(len, found)) < 60:
        return document_language
    own = sum(map(_TELLING.get(document_language, frozenset()).__contains__, found))
    if own >= max(5, 0.12 * len(found)):
        return document_language
    counts = _counts(found)
    best = max(counts, key=lambda code: counts[code])
    if document_language in counts and own >= counts[best] > 0:
        return document_language
    if counts[best] >= max(5, 4 * own, 0.15 * len(found)):
        return best
    if not _reads_foreign(text, found, own, document_language):
        return document_language
    return _by_model(text[:1000])


def _counts(words: list[str]) -> dict[str, int]:
    return {code: sum(map(telling.__contains__, words)) for code, telling in _TELLING.items()}


def _clear(words: list[str]) -> str | None:
    """The language whose function words leave no doubt; None for short text and any other language."""
    if len(words) < 50:
        return None
    counts = _counts(words)
    best = max(counts, key=lambda code: counts[code])
    others = sum(counts.values()) - counts[best]
    return best if counts[best] >= 0.15 * len(words) and counts[best] >= 6 * others else None


def _reads_foreign(text: str, words: list[str], own: int, language: str) -> bool:
    """Whether it is worth asking the model: prose without the document's own function words, or another script."""
    letters = len(_LATIN.findall(text))
    other_script = letters < 0.3 * sum(map(len, words))
    if language not in _TELLING:
        return other_script and language in _LATIN_SCRIPT
    if other_script:
        return True
    prose = sum(word[0].islower() for word in _WORD.findall(text))  # names and headings are no language
    return letters >= 150 and own < 0.03 * len(words) and prose >= 0.6 * len(words)


_LATIN_SCRIPT = frozenset("ca cs da de es et fi hr hu id it lt lv ms nl no pl pt ro sk sl sv tr".split())


def _vietnamese_letters(text: str) -> int:
    """Letters only Vietnamese has, but for those of names: "Who is Phan Đình Trạc?" is English."""
    words = _WORD.findall(text)
    shouted = not any(word[0].islower() for word in words)
    plain = [word for place, word in enumerate(words) if place == 0 or shouted or not word[0].isupper()]
    found = _VIETNAMESE.findall(" ".join(plain).lower())
    return len(found) if set(found) - {"ă", "đ"} else 0  # Romanian and Croatian have these two


def _by_model(text: str) -> str:
    with _ONE:
        import py3langid  # 0.3 s and 30 MB: only when the cheap signs do not settle it

        return next(str(code) for code, _ in py3langid.rank(text) if code in _LIKELY)


_ONE = threading.Lock()
"""It opens its model by `ast.literal_eval`, where some releases of CPython fail in two threads at once: gh-106905."""
