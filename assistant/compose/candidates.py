"""Sentences that may answer: how well each does, and how surely.

Two small linear models decide, both fitted by `python -m benchmarks.fit_confidence`: `order`, which sentence answers
best, and `confidence`, whether the best one answers at all. The first few by `order` are then read by the
cross-encoder, each together with the question, and weighed again with what it says (`read`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.compose.clauses import parts_of
from assistant.compose.offices import asks_for_an_office, holders, of_the_rank
from assistant.compose.plans import asks_for_plans, plans
from assistant.compose.speech import asks_what_was_said, says
from assistant.context import commands, leans_back
from assistant.coverage import holds_name, stems_of
from assistant.cross_encoder import Reader, Sentence
from assistant.question import Query
from assistant.retrieve import Evidence, SentenceMatch
from ingest.text.bare import bare
from ingest.text.concepts import concepts_of
from ingest.text.numbers import Number, find_numbers
from ingest.text.people import find_people
from ingest.text.periods import find_periods, find_undated_days
from ingest.text.places import find_places
from ingest.text.words import capitalised_runs, fold, starts_sentence, stem, stems

READING = "answer"
"""The measure that the cross-encoder gives."""
READ = 4
"""Sentences read together with the question; each takes as long as embedding a passage. A fifth gains nothing."""

NAMED = 0.75
"""The confidence that a sentence naming X answers "Who is X?", or the holder of an office "Who heads it?", or what X
said "What did X say?"."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that meets the question's constraints; see `confidence` and `order`."""

    evidence: Evidence
    sentence: SentenceMatch
    confidence: float
    order: float
    measured: Mapping[str, float]

    def as_read(self) -> Sentence:
        """The sentence with what stands about it, as the cross-encoder reads it: the one before it only where it leans
        on that. With all of them it tells answers from others less well (AUROC .807 for .818), and takes longer."""
        at = self.evidence.sentences.index(self.sentence)
        before = self.evidence.sentences[at - 1].text if at and leans_back(self.sentence.text) else ""
        return Sentence(self.sentence.text, self.evidence.passage.heading, before)


def candidate(query: Query, evidence: Evidence, sentence: SentenceMatch) -> Candidate:
    """A sentence with how well and how surely it answers."""
    measured = measures(query, evidence, sentence)
    sure = sure_of(query, evidence, sentence, measured)
    return Candidate(evidence, sentence, sure, order(measured), measured)


def sure_of(query: Query, evidence: Evidence, sentence: SentenceMatch, measured: Mapping[str, float]) -> float:
    """The confidence of a sentence, raised where it names or tells what alone is asked."""
    sure = sure_of_name(query, sentence.text, confidence(measured))
    return max(sure, NAMED) if tells_what_alone_is_asked(query, evidence, sentence) else sure


def read(query: Query, candidates: Sequence[Candidate], reader: Reader) -> list[Candidate]:
    """The candidates, best first, the first READ of them read together with the question and ordered anew.

    `reader` is much dearer than all other measures, so it looks at those only that may be shown. The order of those
    behind is kept, and so is how far they are behind; none of them is surer than the surest that was read.
    """
    first, behind = candidates[:READ], candidates[READ:]
    answers = answers_of(bare(query.text, query.places), [one.as_read() for one in first], reader)
    again = [_read_again(query, one, answer) for one, answer in zip(first, answers, strict=True)]
    again.sort(key=_best_first)
    shift = min((one.order for one in again), default=0.0) - min((one.order for one in first), default=0.0)
    surest = max((one.confidence for one in again), default=1.0)
    return [*again, *(replace(one, order=one.order + shift, confidence=min(one.confidence, surest)) for one in behind)]


def answers_of(question: str, sentences: Sequence[Sentence], reader: Reader) -> list[float]:
    """What the cross-encoder says of each sentence. A long one is read whole and in parts, and answers as well as the
    best of these."""
    parts = [(at, Sentence(part, one.heading)) for at, one in enumerate(sentences) for part in parts_of(one.text)]
    found = reader.answers(question, [*sentences, *(part for _, part in parts)])
    best = found[: len(sentences)]
    for (at, _), answer in zip(parts, found[len(sentences) :], strict=True):
        best[at] = max(best[at], answer)
    return best


def _read_again(query: Query, one: Candidate, answer: float) -> Candidate:
    measured = {**one.measured, READING: answer}
    sure = sure_of(query, one.evidence, one.sentence, measured)
    return replace(one, confidence=sure, order=order(measured), measured=measured)


def _best_first(one: Candidate) -> tuple[Any, ...]:
    return one.confidence == 0, -one.order, one.evidence.passage.id, one.sentence.span.start


def sorted_by_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Best first; those that surely do not answer last."""
    return sorted(candidates, key=_best_first)


def tells_what_alone_is_asked(query: Query, evidence: Evidence, sentence: SentenceMatch) -> bool:
    """Whether nothing is asked but what a person said, or what is planned, and the sentence tells it: its words are
    nowhere in "What did X say?"."""
    if asks_what_was_said(query):
        return says(query, evidence, sentence)
    return asks_for_plans(query) and plans(query, evidence.document, sentence.text, evidence.passage.language)


def measures(query: Query, evidence: Evidence, sentence: SentenceMatch) -> dict[str, float]:
    """What order and confidence are computed from. Order compares sentences of one library, by what tells them apart
    there: the passage's score, and what `SentenceMatch` says. Confidence must mean the same in any: the plain cosines
    and how much of them is common to all texts of that language, the pairs of words it holds,
    and the share of the words asked, which cannot be known across languages."""
    same = evidence.measures["same_language"]
    at = evidence.sentences.index(sentence)
    nearest = sentence.cosine
    if at and leans_back(sentence.text):  # "They covered …" is near what the sentence before it is near
        nearest = max(nearest, evidence.sentences[at - 1].cosine)
    return {
        "score": evidence.score,
        "sentence": sentence.cosine,
        "sentence_moved": sentence.moved,
        "words": sentence.words,
        "pairs": sentence.pairs,
        "passage_cosine": evidence.measures["passage"] + evidence.common,
        "sentence_cosine": nearest + evidence.common,
        "common": evidence.common,
        "asked": same * sentence.asked,
        "other_language": 1.0 - same,
        "gap": evidence.gap or 0.0,
        "foreign": float(evidence.gap is None),
        "kind": kind_of_answer(query, sentence.text),
        "counted": counts_what_is_asked(query, sentence.text, evidence.passage.language),
        "constraints": float(_constraints(query)),
    }


AFTER, BEFORE = 5, 4
"""Words after a number, and before it, among which what it counts stands."""


def counts_what_is_asked(query: Query, text: str, language: str) -> float:
    """1 where a number of the sentence counts what the question asks for, 0 where none does, 0.5 where the question
    counts nothing that it names."""
    if query.kind != "figure" or not query.counted:
        return 0.5
    return float(bool(numbers_of_what_is_asked(query, text, language)))


def numbers_of_what_is_asked(query: Query, text: str, language: str) -> list[Number]:
    """The numbers beside what the question wants counted: its stem, or the same concept of the field in whatever
    language; those with it after them, if there are any."""
    wanted = {stem(word, query.language) for word in query.counted}
    meant = named_concepts(stems_of(" ".join(query.counted), query.language), query.language)

    def names_it(words: Sequence[str]) -> bool:
        same = language == query.language and wanted <= set(words)
        return same or not meant.isdisjoint(named_concepts(words, language))

    numbers = plain_numbers(text) if wanted else ()
    after = [n for n in numbers if names_it(stems(what_follows(text[n.end :]), language)[:AFTER])]
    return after or [n for n in numbers if names_it(stems(text[: n.start], language)[-BEFORE:])]


def what_follows(text: str) -> str:
    """A text up to its first figure, for what stands after that is counted by it, or to a word that leads away from
    what is counted: "55 carts wait for sacks"."""
    return _AWAY.split(text, maxsplit=1)[0]


_AWAY = re.compile(
    r"\d|(?<!\w)(?:for|to|with|by|from|into|against|that|which|who|pour|dans|par|avec|contre|chez|qui|dont"
    r"|với|cho|để|tại|ở|từ)(?!\w)"
)


def named_concepts(row: Sequence[str], language: str) -> frozenset[int]:
    """The concepts of the field that stems in a row name."""
    return frozenset().union(*concepts_of(row, language).values())


def _constraints(query: Query) -> int:
    """Of when, where and who the question says how many: a sentence that meets them needs to hold less of the rest."""
    return bool(query.periods or query.days) + bool(query.places or query.national) + bool(query.names)


def sure_of_name(query: Query, text: str, otherwise: float) -> float:
    """The confidence, raised where the sentence names what alone is asked: X of "Who is X?", and 0 for one that does
    not; somebody in the office of "Who heads X?"."""
    if query.kind != "person":
        return otherwise
    if asks_for_an_office(query) and query.body_keys:
        return max(otherwise, NAMED) if holders(query, text) else otherwise
    if query.words or not query.names:
        return otherwise
    return max(otherwise, NAMED) if any(holds_name(name, text) for name in query.names) else 0.0


def order(measured: Mapping[str, float]) -> float:
    """Which of a question's sentences answers best: higher is better, comparable within one question only."""
    fitted: dict[str, float] = _fitted(measured)["order"]
    return sum(weight * measured[name] for name, weight in fitted.items())


def confidence(measured: Mapping[str, float]) -> float:
    """The probability that the best sentence answers at all, 0 to 1."""
    fitted = _fitted(measured)["confidence"]
    total = fitted["intercept"] + sum(w * measured[name] for name, w in fitted.items() if name != "intercept")
    return 1 / (1 + math.exp(-total))


def _fitted(measured: Mapping[str, float]) -> dict[str, Any]:
    """The weights for sentences that were read together with the question, or for those that were not."""
    return dict(weights()["read"]) if READING in measured else weights()


@lru_cache(maxsize=1)
def weights() -> dict[str, Any]:
    """The fitted weights, with the data and the command they come from."""
    return dict(json.loads(files("assistant.compose").joinpath("confidence.json").read_text(encoding="utf-8")))


def may_answer(query: Query, text: str) -> bool:
    """Whether the text holds what the question cannot be answered without: a figure, the
    name of a place, somebody in the office."""
    if commands(text):
        return False
    if query.kind == "figure":
        return has_figure(text) and (not query.changed or bool(_CHANGES.search(fold(text))))
    if query.kind == "person" and _is_row(text) and not find_people(text):
        return False
    if asks_for_an_office(query):
        return of_the_rank(query, text)
    return not query.names_a_place or bool(find_places(text))


_CHANGES = re.compile(
    r"\b(?:(?:in|de)creas\w*|ris(?:e|en|ing)|rose|up|down|more|fewer|less|higher|lower|fell|fallen|drop\w*|grew|grown"
    r"|doubl\w*|tripl\w*|twice|half|than|augment\w*|diminu\w*|hausse|baiss\w*|progress\w*|recul\w*|plus|moins|contre"
    r"|tang|giam|gap|hon|so voi)\b"
)
"""What a sentence says that tells of a change."""


def _is_row(text: str) -> bool:
    """Whether a text is a row of a table, its cells side by side."""
    return " | " in text


def kind_of_answer(query: Query, text: str) -> float:
    """1 where the sentence holds the kind of thing asked for, 0 where not, 0.5 where no kind is asked."""
    if query.kind == "figure":
        return float(has_figure(text))
    if query.kind == "date":
        return float(bool(find_periods(text) or find_undated_days(text)))
    if query.kind == "person":
        return float(any(" " in text[a:b] or not starts_sentence(text, a) for a, b in capitalised_runs(text)))
    if query.kind == "place":
        return float(bool(find_places(text)))
    if query.kind == "list":
        return float(len(re.findall(r"[,;:]\s", text)) >= 2)
    return 0.5


def has_figure(text: str) -> bool:
    """Whether the text holds a number that is not part of a date or a year."""
    return bool(figures(text))


def figures(text: str) -> frozenset[Decimal]:
    """The values of the numbers in the text that are no part of a date or a year."""
    return frozenset(number.value for number in plain_numbers(text))


@lru_cache(maxsize=20_000)
def plain_numbers(text: str) -> tuple[Number, ...]:
    """The numbers in the text that are no part of a date or a year."""
    dates = [(m.start, m.end) for m in find_periods(text)] + [(m.start, m.end) for m in find_undated_days(text)]
    return tuple(
        number
        for number in find_numbers(text)
        if not any(start <= number.start and number.end <= end for start, end in dates)
    )
