"""What somebody did who is asked for: "Who chaired it?" is answered by who chaired, not by who attended."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from assistant.compose.candidates import named_concepts
from assistant.coverage import stems_of
from assistant.question import Query
from ingest.text.words import fold, stem, words

_WHO = re.compile(
    r"^(?:who|qui|ai)\s+(?:(?:was|were|is|are|has|have|had|been|also|a|ont|est|sont|avait|etait|s['’]est|da|dang|duoc)\s+)*"
    r"(\w+)(?:\s+(\w+))?"
)


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
    if not named_concepts(act, query.language).isdisjoint(named_concepts(stems_of(text, language), language)):
        return True
    if language != query.language:
        return False
    return act in set(pairwise(words(text))) if language == "vi" else act[0] in stems_of(text, language)
