"""Evidence → the passages a model is given, as much as its window takes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant import prompts
from assistant.compose.candidates import measures, order
from assistant.model.markup import neutral
from assistant.question import Query
from assistant.retrieve import Evidence, SentenceMatch
from ingest.split import count_tokens

LONGEST_TITLE = 200
"""Code points of a report's title beside a passage."""


@dataclass(frozen=True, slots=True)
class Given:
    """A passage as a model is given it: its id there, and as it stands in the prompt."""

    key: str
    evidence: Evidence
    text: str


def pack(query: Query, evidence: Sequence[Evidence], room: int) -> list[Given]:
    """The passages that fit into `room` tokens, best first. One too long for what is left is given by its best
    sentences, word for word, for a quote must be found again; the first is given by its best even if that is too long.
    """
    items = {passage_key(item): item for item in evidence}
    given: list[Given] = []
    for key, item in items.items():
        frame = _framed(key, item, "", items)
        space = room - count_tokens(frame)
        text = item.passage.text
        if count_tokens(text) > space:
            text = best_sentences(query, item, space, at_least_one=not given)
        if text:
            given.append(Given(key, item, _framed(key, item, text, items)))
            room -= count_tokens(given[-1].text) + 2
    return given


def best_sentences(query: Query, item: Evidence, room: int, at_least_one: bool = False) -> str:
    """The sentences of a passage that answer best and fit into `room` tokens, whole and in reading order; "" where
    none does."""
    chosen: set[int] = set()
    for index in _best_first(query, item):
        tokens = count_tokens(item.sentences[index].text) + count_tokens(prompts.GAP)
        if tokens <= room or (at_least_one and not chosen):
            chosen.add(index)
            room -= tokens
    return prompts.GAP.join(_runs(item, sorted(chosen)))


def _best_first(query: Query, item: Evidence) -> list[int]:
    """The passage's sentences by number: those of the period, place and name asked for first, then as they answer."""

    def rank(sentence: SentenceMatch) -> tuple[bool, int, float]:
        return sentence.fit.all, -sentence.fit.distance, order(measures(query, item, sentence))

    return sorted(range(len(item.sentences)), key=lambda index: rank(item.sentences[index]), reverse=True)


def _runs(item: Evidence, chosen: Sequence[int]) -> Iterator[str]:
    """The chosen sentences, those that follow one another as the passage has them, with what is between."""
    passage = item.passage
    for _, run in groupby(enumerate(chosen), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        first, last = item.sentences[numbers[0]].span, item.sentences[numbers[-1]].span
        yield passage.text[first.start - passage.start : last.end - passage.start]


def _framed(key: str, item: Evidence, text: str, keys: Sequence[str] | dict[str, Evidence]) -> str:
    """A passage between its tags, with what is known of its report, so that a statement can say whose it is."""
    about = item.document.description
    known = {
        "report": about.title[:LONGEST_TITLE],
        "place": ", ".join(about.places[:5]),
        "period": about.period.label if about.period else "",
        "date": about.day.isoformat() if about.day else "",
    }
    attributes = "".join(
        f' {name}="{neutral(_one_line(value), keys)}"' for name, value in known.items() if _one_line(value)
    )
    return prompts.PASSAGE.format(id=key, about=attributes, text=neutral(text, keys))


def _one_line(value: str) -> str:
    return " ".join(value.replace('"', "'").split())


def passage_key(evidence: Evidence) -> str:
    """A short id unlike any number or word in a report: weak models mistake [1], [2] for an order."""
    digest = hashlib.sha256(evidence.passage.id.encode()).digest()
    return "P" + base64.b32encode(digest)[:5].decode()
