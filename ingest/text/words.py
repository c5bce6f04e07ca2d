"""Words as the lexical index and every comparison sees them: folded, stemmed, function words apart.

Users type "Ly Kieu Van" for "Lý Kiều Vân" and "proces" for "procès": folding drops case and accents.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Any

_WORD = re.compile(r"\w+", re.UNICODE)
# As in `numbers`: one to three digits, then threes. "in 2024 848 cases" holds no group.
_GROUPED = re.compile(r"(?<!\d)\d{1,3}(?P<sep>[.,\u00a0\u202f\u2009 '’])\d{3}(?:(?P=sep)\d{3})*(?!\d)")

# Function words and the words questions are made of. They carry no evidence: a passage that shares only
# these with a question says nothing about it. Vietnamese ones are whole syllables, folded.
_FUNCTION_WORDS = {
    "en": """a about after all also an and any are as at be been before being between both but by can could
        did do does done during each for from gave give given had has have he her here his how i if in into is it
        its just last list made many may me more most much my new no not now of on one or other our out over own per
        please report reports said say says said she should show so some such tell than that the their them then
        there these they this those through to under up us was we were what when where which while who whom
        whose why will with within would year years you your""",
    "fr": """a afin ai ainsi apres au aucun aussi autre autres aux avait avant avec avoir c ce cela ces cet cette
        ceux chaque combien comme comment d dans de depuis des dit donc dont du elle elles en encore entre es est et
        etaient etait ete etre eux fait faire faut font fut ici il ils j je l la le les leur leurs lors lui m ma mais
        me mes mon n ne ni non nos notre nous on ont ou par pas pendant peu plus pour pourquoi qu quand que quel
        quelle quelles quels qui quoi rapport rapports s sa sans se selon sera ses si son sont sous sur t ta te tes
        toi ton tous tout toute toutes tres tu un une vers vos votre vous y annee annees an ans""",
    "vi": """ai anh bao bị bởi các cái cần cho chưa chúng có con của cũng da đã đang đây để đến đi điều do được gì
        giữa hay họ khi không là lại làm lên lúc mà một mọi mỗi nào này nếu nên nhiều nhiêu những như nơi ở phải qua
        ra rằng rất rồi sau sẽ số tại tất trên trong trước từ từng và vào vậy về vì với vừa năm ngày tháng cáo""",
}
_STOP = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}

_SNOWBALL = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip


class _Folding(dict[int, str]):
    """A translation table that works out each character's folded form once."""

    def __init__(self, aligned: bool) -> None:
        super().__init__()
        self._aligned = aligned

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in "đĐ":
            folded = "d"
        elif char in "œŒ":
            folded = "oe"
        else:
            decomposed = unicodedata.normalize("NFKD", char)
            folded = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
        if self._aligned:
            folded = (folded or char)[0]
        self[code] = folded
        return folded


_FOLDED, _FOLDED_ALIGNED = _Folding(aligned=False), _Folding(aligned=True)


def fold(text: str) -> str:
    """Lower case without accents: "Đắk Lắk" → "dak lak". Length may change; see `fold_aligned`."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def fold_aligned(text: str) -> str:
    """As `fold`, one code point for each code point, so that offsets found in it hold in `text`."""
    return text.lower() if text.isascii() else text.translate(_FOLDED_ALIGNED)


def words(text: str) -> list[str]:
    """Folded words in order. Digit groups are joined: "1,884", "1 884" and "1.884" are all "1884"."""
    return _WORD.findall(fold(_joined_groups(text)))


def _joined_groups(text: str) -> str:
    return _GROUPED.sub(lambda group: group[0].replace(group["sep"], ""), text)


def is_function_word(word: str, language: str) -> bool:
    """Whether a word carries no evidence in that language; the word folded, but for its accents in Vietnamese."""
    return word in _STOP.get(language, _STOP["en"])


def content_words(text: str, language: str) -> list[str]:
    """Folded words without function words, each once, in order.

    Vietnamese typed with its accents is compared with them: "những" is a function word, "nhũng" half of corruption.
    """
    written = _WORD.findall(_joined_groups(text).lower())
    accented = language == "vi" and any(fold(word) != word for word in written)
    stop = _STOP.get(language, _STOP["en"])
    if language == "vi" and not accented:
        stop = frozenset(map(fold, stop))
    kept = (fold(word) for word in written if (word if accented else fold(word)) not in stop)
    return list(dict.fromkeys(kept))


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """The Snowball stem of a folded word; the word itself where the language has no stemmer."""
    name = _SNOWBALL.get(language)
    if name is None or any(char.isdigit() for char in word):
        return word
    return str(_stemmer(name).stemWord(word))


_stemmers = threading.local()


def _stemmer(name: str) -> Any:
    """This thread's stemmer: a Snowball stemmer keeps the word it works on, so threads may not share one."""
    import Stemmer

    if not hasattr(_stemmers, name):
        setattr(_stemmers, name, Stemmer.Stemmer(name))
    return getattr(_stemmers, name)


def stems(text: str, language: str) -> list[str]:
    """Folded, stemmed words in order, function words included: what the lexical index holds."""
    return [stem(word, language) for word in words(text)]


_TOKEN = re.compile(r"\w[\w’'.]*\w|\w", re.UNICODE)


def capitalised_runs(text: str) -> list[tuple[int, int]]:
    """Spans of words in a row that begin with a capital: "Phan Dinh Trac", "Ban Nội chính", "PCTNLPTC".

    Vietnamese capitals lie scattered among the small letters in Unicode, so that no character class of a
    regular expression finds them; `str.isupper` does.
    """
    runs: list[tuple[int, int]] = []
    for token in _TOKEN.finditer(text):
        if not token.group()[0].isupper():
            continue
        if runs and text[runs[-1][1] : token.start()] in (" ", "-", "\u00a0"):
            runs[-1] = (runs[-1][0], token.end())
        else:
            runs.append(token.span())
    return runs


def starts_sentence(text: str, start: int) -> bool:
    """Whether the word at `start` is the first of a sentence, and so capitalised in any case."""
    before = text[:start].rstrip(" \u00a0\"'“”«»‘’([")
    return not before or before[-1] in ".!?:;—–\n" or before.endswith(" -")


_NEGATION = re.compile(
    r"\b(?:no|not|never|none|neither|nor|without|cannot|\w+n't|ne|n'\w*|pas|jamais|aucune?|sans|ni"
    r"|không|khong|chưa|chua|chẳng|chang)\b"  # accents count: "nó" (it) and "nợ" (debt) are no "no"
)


def denies(text: str) -> bool:
    """Whether the text holds a word of denial."""
    return bool(_NEGATION.search(text.replace("’", "'").replace("‘", "'").lower()))
