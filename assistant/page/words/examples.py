"""The questions the chat suggests: they fit what is in the library, whatever that is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from assistant.answer import DocumentInfo

YEAR = re.compile(r"\d{4}")
LONGEST_TITLE = 90  # code points; a longer title makes a suggestion nobody reads


def example_questions(documents: Sequence[DocumentInfo], words: Mapping[str, str], limit: int = 10) -> list[str]:
    """A few questions that fit what is in the library, whatever that is: its titles, places and years.

    Reports in the reader's language come first, then one of each other language, since all are read.
    """
    nearest = sorted(documents, key=lambda d: d.language != words["code"])
    shared = Counter(place for d in documents for place in d.places)
    titles = {d.language: d.title for d in reversed(nearest) if 0 < len(d.title) <= LONGEST_TITLE}
    placed = [d for d in nearest if d.places and YEAR.fullmatch(d.period or "")]
    years = sorted({d.period for d in documents if d.period and YEAR.fullmatch(d.period)})

    asked = [
        words["example_title"].format(title=titles[language])
        for language in sorted(titles, key=lambda language: language != words["code"])
    ]
    if len(years) > 1:
        asked.insert(1, words["example_change"].format(later=years[-1], earlier=years[-2]))
    if placed:
        # The place that fewest reports share says most about a report: not the capital they all name.
        place = min(placed[0].places, key=lambda name: shared[name])
        asked.insert(1, words["example_place"].format(place=place, year=placed[0].period))
    asked += [words["example_title"].format(title=d.title) for d in nearest if 0 < len(d.title) <= LONGEST_TITLE]
    return list(dict.fromkeys(asked))[:limit]
