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
# By its accent, or its lack of one in a question typed without any: "so" is "compared".
_NUMBER_VI = re.compile(r"\b[Ss]ố (?:các )?(?=\w)")
_NUMBER_VI_PLAIN = re.compile(r"\bso (?!voi\b|sanh\b|ket\b)(?:cac )?(?=\w)")
_APART_FR = re.compile(
    r"\bcombien\b(?! d(?:e\b|['’]))[^?.;]*?(?:-(?:ils?|elles?|on|nous|vous)|est-ce qu\S+ [^?.;]*?\b(?:a|ont|avait))"
    r" (?:\w+ ){0,3}?(?:de |d['’])"
)
"""What is counted stands apart from "combien": "Combien a-t-on reçu de lettres ?"."""

_PLAIN = frozenset("new other more different nouveaux nouvelles autres".split())
_BEFORE_ITS_NOUN = frozenset(
    """nouveau nouveaux nouvelle nouvelles autre autres grand grande grands grandes petit petite petits petites ancien
    ancienne anciens anciennes premier premiere premiers premieres dernier derniere derniers dernieres jeune jeunes
    vieux vieille vieilles bon bons bonne bonnes mauvais mauvaise mauvaises gros grosse grosses haut haute hauts hautes
    beau beaux belle belles vrai vrais vraies faux fausse fausses divers diverses principaux principales
    simple simples""".split()
)
"""The French adjectives that go before their noun."""

_CLASSIFIERS = frozenset("cuoc buoi dot luot chiec ngoi quyen cuon buc".split())
"""Vietnamese words that count off what follows them: "cuộc thanh tra" is an inspection."""

_PLURAL = re.compile(r"(?:\w*[^\Wsui]s|people|men|women|\w*(?:children|women|men)|police|cattle|media|data|criteria)")
_PAST = re.compile(
    r"\w{2,}ed|came|went|took|left|fell|rose|grew|got|made|gave|sat|met|sank|sold|stood|won|lost|became|began|held"
    r"|remain|happen|exist|belong|work|live|come|go|take|get"
)
_ENDS = re.compile(
    r"[?,;.:—]|\b(?:were|was|are|is|did|does|do|have|has|had|ont|a-t-|a|sont|etaient|furent|y a|da|duoc|bi(?! ca[no]\b)"
    r"|received|and|et|va|or|ou|la bao|la may)\b"
)


def counted_of(text: str, language: str) -> tuple[str, ...]:
    """The folded words of what is counted: one in English and French, one or two syllables in Vietnamese; () where the
    question counts nothing that it names."""
    folded = fold_aligned(text)
    asking = [*_ASKS.finditer(folded), *_APART_FR.finditer(folded), *_NUMBER_VI.finditer(text)]
    if language == "vi" and text.isascii():
        asking += _NUMBER_VI_PLAIN.finditer(folded)
    return next(filter(None, (_noun(text[m.end() :], folded[m.end() :], language) for m in asking)), ())


def _noun(rest: str, folded: str, language: str) -> tuple[str, ...]:
    """The noun with which what follows "how many" begins."""
    end = _ENDS.search(folded)
    if end and end.start() == 0:
        return ()
    content = set(content_words(rest, language))
    phrase = rest[: end.start()] if end else rest
    if language == "vi":
        return _noun_vi(phrase, content)
    row = [words(part)[-1] for part in phrase.replace("’", "'").split()[:5] if words(part)]  # "face-to-face" is one
    if language == "fr":
        row = words(phrase)[:4]
    run = [word for word in takewhile(lambda word: word in content or word in _PLAIN, row) if word in content]
    if not run:
        return ()
    return (_noun_fr(run),) if language == "fr" else (_noun_en(run),)


def _noun_en(run: list[str]) -> str:
    """The last of the first plurals in a row, for many are counted; of what has none, the last word before a verb."""
    plural = [bool(_PLURAL.fullmatch(word)) for word in run]
    for at, is_plural in enumerate(plural):
        if is_plural and not any(plural[at + 1 : at + 2]):
            return run[at]
    kept = [run[0], *takewhile(lambda word: not _PAST.fullmatch(word), run[1:])]
    return kept[-1]


def _noun_fr(run: list[str]) -> str:
    return next((word for word in run if word not in _BEFORE_ITS_NOUN), run[0])


def _noun_vi(phrase: str, content: set[str]) -> tuple[str, ...]:
    """Two syllables, or the one before a function word or a name; "bị" of "bị can" is a function word elsewhere."""
    written = re.findall(r"\w+", phrase)[:4]
    row = words(" ".join(written))
    if len(row) > 2 and row[0] in _CLASSIFIERS:
        row, written = row[1:], written[1:]
    if not content.intersection(row[:2]):
        return ()
    one = len(row) < 2 or row[1] not in content or written[1][0].isupper()
    return tuple(row[:1] if one else row[:2])
