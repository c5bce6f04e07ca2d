"""What somebody did who is asked for: "Who chaired it?" is answered by who chaired, not by who attended."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from assistant.compose.candidates import named_concepts
from assistant.coverage import stems_of
from assistant.question import Query
from ingest.meaning.lexicon import LANGUAGES
from ingest.text.concepts import concept_name
from ingest.text.words import fold, stem, words

_WHO = re.compile(
    r"^(?:who|qui|ai)\s+(?:(?:was|were|is|are|has|have|had|been|also|a|ont|est|sont|avait|etait|s['’]est|da|dang|duoc)\s+)*"
    r"(\w+)(?:\s+(\w+))?"
)
_IS = re.compile(r"\w+\s+(?:is|are|was|were|est|sont|etait|la)\b")
_IN_THESE_WORDS = "chaired"
"""Who chaired is told in no other words than these: all else that somebody did at a meeting is another's part in it."""


@lru_cache(maxsize=256)  # asked again for every sentence
def act_asked(query: Query) -> tuple[str, ...]:
    """The stem of what is asked who did it, or the two syllables of Vietnamese; empty where nothing is."""
    match = _WHO.match(fold(query.text)) if query.kind == "person" else None
    if match is None or match[1] not in query.words[:1]:
        return ()
    if query.language == "vi":
        return (match[1], match[2]) if match[2] in query.words[1:2] else ()
    return (stem(match[1], query.language),)


def tells_the_act(query: Query, text: str, language: str) -> bool:
    """Whether a sentence has the word for it, or one that says the same, in whatever language."""
    act = act_asked(query)
    if not act:
        return False
    if not named_concepts(act, query.language).isdisjoint(named_concepts(stems_of(text, language), language)):
        return True
    if language != query.language:
        return False
    return act in set(pairwise(words(text))) if language == "vi" else act[0] in stems_of(text, language)


def lacks_the_act(query: Query, text: str, language: str) -> bool:
    """Whether a sentence cannot tell who did what is asked, for it has none of the words for it. "Who is chair of it?"
    asks for an office, which has many names, and of other languages the words are not known."""
    return _must_be_told(query) and language in LANGUAGES and not tells_the_act(query, text, language)


@lru_cache(maxsize=256)
def _must_be_told(query: Query) -> bool:
    concepts = named_concepts(act_asked(query), query.language)
    return _IN_THESE_WORDS in map(concept_name, concepts) and not _IS.match(fold(query.text))
