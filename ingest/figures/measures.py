"""The key of a measure: what is counted and what was done with it, in names that hold over reports and languages.

"848 new corruption cases were opened" and "khởi tố mới 848 vụ án tham nhũng" have one key, "case corruption
prosecuted". Words no table knows stay as their stems, so that such a measure is put together within its language.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.meaning.figures import COMMON, Figure
from ingest.meaning.lexicon import THINGS
from ingest.meaning.reading import Reading
from ingest.text.concepts import concept_name

# One line an action: what is done with things of which reports count several fates. Folded, of all three languages.
_ACTIONS = """
prosecuted: prosecut\\w+|initiat\\w+|indict\\w+|institut\\w+|opened|poursui\\w+|ouvert\\w*|engage\\w*|khoi to
tried: tried|jugee?s?|xet xu
investigated: investigat\\w+|enquet\\w+|dieu tra
monitored: monitor\\w+|sous surveillance|suivie?s?|theo doi
received: receiv\\w+|brought in|came in|recue?s?|parvenue?s?|tiep nhan|nhan duoc
settled: settl\\w+|resolv\\w+|handled|dealt with|process\\w+|answer\\w+|trait\\w+|reglee?s?|giai quyet|xu ly
pending: pending|outstanding|unsettled|en attente|en instance|ton dong|chua giai quyet
closed: closed|clos\\b|cloture\\w*|ket thuc
recovered: recover\\w+|recoup\\w+|recouvr\\w+|recuper\\w+|rendue?s?|thu hoi
disciplined: disciplin\\w+|sanction\\w+|ky luat
dismissed: dismiss\\w+|removed|revoqu\\w+|cach chuc
convicted: convict\\w+|sentenced|condamn\\w+|ket an
trained: trained|formee?s?|dao tao
verified: verifi\\w+|checked|drawn by lot|xac minh
declared: declared|declaree?s?|ke khai
paid: paid|versee?s?|payee?s?|chi tra
spent: spent|depens\\w+|cost|coute\\w*|chi phi
transferred: transferred|referred|passed (?:on|to)|transmis\\w*|renvoy\\w+|chuyen
built: built|construit\\w*|xay dung
planned: planned|prevue?s?|du kien
lost: lost|perdue?s?|that thoat
cancelled: cancell?ed|annulee?s?
printed: printed|publishe?d?|imprim\\w+|publiee?s?
"""
_PATTERNS = tuple(
    (name, re.compile(rf"\b(?:{forms})(?!\w)"))
    for name, _, forms in (line.partition(": ") for line in _ACTIONS.strip().splitlines())
)
_SELF_TOLD = {
    "defendant": {"prosecuted", "investigated"},
    "dialogue": {"received"},
    "inspection": {"verified", "monitored", "transferred"},
    "session": {"planned"},
    "meeting": {"planned"},
}
"""Actions that say no more of a thing than its name does: who is a defendant was prosecuted."""
_OPENED = frozenset(("case", "investigation", "file", "incident"))
"""What is prosecuted when it is "opened"; a school is not."""
_SAME = {"incident": "case", "file": "case", "party member": "member", "leader": "official", "meeting": "session"}
_GENERIC = frozenset(("person", "incident", "unit", "group"))
"""Nouns beside which another says more: "15 persons accused"."""
_GREY = frozenset("total number nombre figure count result resultat measure so luong tong ket qua".split())


def measure_of(reading: Reading, figure: Figure, phrase: str, unit: str) -> str:
    """The key of a figure's measure, from the words of what it counts and the stretch that is about it."""
    named = figure.nouns or _nouns_in(phrase, reading.language)
    noun = _noun(named)
    extra = qualifiers(phrase, reading.language)
    action = action_of(reading, figure, noun)
    parts = [*([noun] if noun else []), *sorted(extra - {noun}), *([action] if action and action not in extra else [])]
    return " ".join(part.replace(" ", "-") for part in parts if part) or (unit and f"in-{unit.replace(' ', '-')}")


def _noun(nouns: frozenset[str]) -> str:
    """One name for a head: "cases and incidents" are cases."""
    telling = sorted(nouns - _GENERIC) or sorted(nouns)
    return _SAME.get(telling[0], telling[0]) if telling else ""


@lru_cache(maxsize=4096)
def _nouns_in(phrase: str, language: str) -> frozenset[str]:
    """The first known noun of a phrase."""
    found = [mark for mark in Reading(phrase, language, THINGS).marks if mark.kind == "noun"]
    return frozenset(mark.name for mark in found if mark.first == found[0].first)


@lru_cache(maxsize=4096)
def qualifiers(phrase: str, language: str) -> frozenset[str]:
    """What the words of a phrase say beside its head: concepts of the field, known nouns, stems of other words."""
    reading = Reading(phrase, language, THINGS)
    nouns = [mark for mark in reading.marks if mark.kind in ("noun", "measure")]
    taken = {place for mark in nouns for place in range(mark.first, mark.last + 1)}
    head = nouns[0].name if nouns else ""
    found = set[str]()
    for place, word in enumerate(reading.words):
        if not word.stem or word.form in COMMON or not word.stem[0].isalpha() or {word.form, word.stem} & _GREY:
            continue
        concepts = reading.concepts.get(word.stem if language != "vi" else reading.folded[word.start : word.end])
        name = concept_name(min(concepts)) if concepts else ""
        if name in _KEPT_CONCEPTS:
            found.add(name)
        elif place not in taken and not _is_action(reading.folded[word.start : word.end], word.stem, name):
            found.add(name or word.stem)
    return frozenset(found - {head, ""} - _SAME.keys()) if head else frozenset(found - {""})


_KEPT_CONCEPTS = frozenset(("corruption", "waste", "negativity", "asset", "land"))
_IN_ACTIONS = frozenset(name for name, _ in _PATTERNS)
_VERB_CONCEPTS = frozenset("prosecuted tried investigated received held propose report supervised".split())


def _is_action(folded: str, stem: str, concept: str) -> bool:
    return (
        concept in _VERB_CONCEPTS or any(pattern.fullmatch(folded) for _, pattern in _PATTERNS) or stem in _IN_ACTIONS
    )


_CLAUSE_END = re.compile(r"[,;.:](?!\d)|$")
_WITH = re.compile(r"(?:with|avec|voi)\b")


def action_of(reading: Reading, figure: Figure, noun: str = "case") -> str:
    """What was done with what is counted: the action named nearest to the number in its stretch."""
    start, end = figure.start, figure.end
    if stop := _CLAUSE_END.search(reading.folded, end):  # "412 cases with 957 defendants were prosecuted"
        end = max(end, stop.start()) if _WITH.match(reading.folded[end:]) else end
    stretch = reading.folded[start:end]
    at, best = figure.number.start - start, (len(stretch) + 1, "")
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(stretch):
            if (match.group() == "opened" and noun not in _OPENED) or (
                match.group().startswith("ouvert") and noun not in _OPENED
            ):
                continue
            distance = at - match.end() if match.end() <= at else match.start() - at
            best = min(best, (distance, name))
    return "" if best[1] in _SELF_TOLD.get(noun, ()) else best[1]


@lru_cache(maxsize=256)
def parts_of(text: str, language: str) -> frozenset[str]:
    """The names and stems that the key of a measure holds which a reader asks for by some words: "bị can" asks for
    "defendant"."""
    folded = Reading(text, language).folded
    noun = _noun(_nouns_in(text, language))
    actions = {name for name, pattern in _PATTERNS if pattern.search(folded)}
    parts = {noun, *qualifiers(text, language), *actions} - {"", *_SELF_TOLD.get(noun, ())}
    return frozenset(part.replace(" ", "-") for part in parts)
