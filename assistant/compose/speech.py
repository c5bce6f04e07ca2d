"""What somebody said: whether a question asks for it, and whether a sentence tells it."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.context import leans_back
from assistant.coverage import holds_name
from assistant.question import Query
from assistant.retrieve import Evidence, SentenceMatch
from ingest.text.words import fold_aligned

_SAYS = re.compile(
    r"\b(?:sa(?:y|ys|id|ying)|tells?|told|ask(?:s|ed|ing)?|stat(?:es|ed|ing)|declar\w+|propos\w+|suggest\w*|stress\w*"
    r"|emphasi\w+|underlin\w+|not(?:es|ed)|call(?:s|ed|ing)? (?:for|on)|urg(?:es|ed|ing)|demand\w*|request\w*"
    r"|announc\w+|add(?:s|ed)|explain\w*|recommend\w*|believ\w+|thinks?|thought|remark\w*|comment(?:s|ed)"
    r"|point(?:s|ed) out|warn\w*|promis\w+|instruct\w*|recall\w*|conclud\w+|insist\w*|affirm\w*|according to"
    r"|in (?:his|her) words?"
    r"|dit|disai(?:t|ent)|dire|soulign\w*|appel(?:le|a|ait|er|ant) a|a appele|exig\w+|recommand\w*|estim\w+"
    r"|pens(?:e|ait)|croit|rappel\w*|indiqu\w*|precis\w+|expliqu\w*|ajout\w*|averti\w*|exhort\w*|promet\w*|selon"
    r"|d'apres|phat bieu|nhan manh|yeu cau|de nghi|cho biet|khang dinh|ket luan|keu goi|luu y|cho rang|de xuat|bay to"
    r"|giai thich|canh bao|chi ra|quan triet)\b"
)
_SAYS_VI = re.compile(r"\bnói\b", re.IGNORECASE)
_BARE = frozenset("call calls called appeler appele noi chi dao gui gi think thinks".split())
"""Verbs of saying that need a second word where they are told, and stand alone where they are asked."""

NOTHING_ELSE = ("fact", "list", "explanation")


@lru_cache(maxsize=256)  # asked again for every sentence
def asks_what_was_said(query: Query) -> bool:
    """Whether nothing is asked but what a named person said: "What did Le Thi Cam say?", "Qu'a-t-il proposé ?"."""
    if not query.names or query.kind not in NOTHING_ELSE or not _tells(query.text):
        return False
    verbs = {word for match in _SAYS.finditer(fold_aligned(query.text)) for word in match.group().split()}
    return verbs | _BARE >= set(query.words)


def says(query: Query, evidence: Evidence, sentence: SentenceMatch) -> bool:
    """Whether a sentence tells what the person asked about said, by name, or by a pronoun after a sentence that names
    nobody else."""
    if not _tells(sentence.text):
        return False
    if _named(query, sentence.text):
        return True
    at = evidence.sentences.index(sentence)
    before = at > 0 and leans_back(sentence.text) and evidence.sentences[at - 1].text
    return bool(before) and _named(query, str(before))


def _tells(text: str) -> bool:
    return bool(_SAYS.search(fold_aligned(text)) or _SAYS_VI.search(text))


def _named(query: Query, text: str) -> bool:
    return any(holds_name(name, text) for name in query.names)
