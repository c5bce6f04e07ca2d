"""Questions with the sentences retrieved for them: what confidence and the cross-encoder are fitted on.

The public sets ask of one passage each; half of the passages train, the other half is held out (`is_measured`). The
readers' own questions (`benchmarks/readers`) ask of whole reports, in other words than theirs, and half of them have no
answer; the reports of HELD_OUT train nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.compose.candidates import candidate, may_answer
from assistant.cross_encoder import Sentence
from assistant.question import Query, understand
from assistant.retrieve import Evidence, SentenceMatch, retrieve
from benchmarks.datasets import Asked, QuestionSet
from benchmarks.fitting import Array, Marks, is_measured
from evals.cases import Case, read_cases
from evals.scorers import holds
from ingest.engine import Engine
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.text.bare import bare
from ingest.text.words import fold

READERS = Path(__file__).with_name("readers")
HELD_OUT = frozenset(
    (
        "kon flood power museum schools none qng21 qng22 tas k23 k24 reu ork "
        "tqga tqgb naka nakb hfx lorc lorr qb wi22 wi23"
    ).split()
)
"""Reports whose questions train nothing, by the second part of a question's id. Those of one body, or of one event, are
held out together."""


@dataclass(slots=True)
class Example:
    """A question, or a part of one, with each sentence retrieved for it."""

    group: str
    """The passage it asks of, or the report."""
    query: str
    """Without the periods and places it names."""
    names: tuple[str, ...]
    """The measures, in the order of their columns."""
    sentences: list[Sentence]
    sources: list[str]
    measures: Array
    """(sentences, measures)."""
    order: Array
    """How the sentences are ordered before they are read, (sentences,)."""
    answers: Marks
    gold: Marks
    """Which are of the passage or report that answers."""
    possible: Marks
    """Which may answer at all: they meet the constraints, and hold a figure where one is asked."""
    accepted: tuple[str, ...]
    """The answers; none where there is none to give."""
    of_a_reader: bool = False
    held_out: bool = False

    def columns(self, names: Sequence[str]) -> Array:
        return np.asarray(self.measures[:, [self.names.index(name) for name in names]])


def public_questions(found: QuestionSet, library: Library, most: int) -> Iterator[Example]:
    """The set's questions, at most `most`, evenly picked."""
    for asked in found.some(most):
        rows = []
        query = understand(asked.question)
        for item, sentence in _retrieved(query, library):
            gold = item.document.source == asked.passage
            rows.append((item, sentence, gold and _holds(asked, sentence.text), gold, True))
        yield from _example(query, rows, asked.passage, asked.answers, is_measured(asked.passage), False)


def readers_questions(engine: Engine, work: Path) -> Iterator[Example]:
    """The readers' questions, those of each folder over its own reports; parts of a comparison singly."""
    for folder in sorted(path.parent for path in READERS.glob("*/questions.jsonl")):
        with closing(Library(work / f"readers_{folder.name}", engine)) as library:
            ingest(library, [folder / "reports"], prune=True)
            for case in read_cases(folder / "questions.jsonl"):
                yield from _reader_asks(case, library)


def translated_questions(engine: Engine, work: Path) -> Iterator[Example]:
    """Readers' questions asked again in another language, for training: those of `readers/*/translations.jsonl`."""
    for file in sorted(READERS.glob("*/translations.jsonl")):
        asked = {case.id: case for case in read_cases(file.with_name("questions.jsonl"))}
        with closing(Library(work / f"readers_{file.parent.name}", engine)) as library:
            ingest(library, [file.with_name("reports")], prune=True)
            for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
                yield from _reader_asks(replace(asked[row["of"]], lang=row["lang"], question=row["question"]), library)


def report_of(case: Case) -> str:
    """The name of a reader's question's report, the second part of its id."""
    return case.id.split("-")[1]


def _reader_asks(case: Case, library: Library) -> Iterator[Example]:
    accepted = tuple(form for forms in case.facts for form in forms)
    report = report_of(case)
    for query in understand(case.question, newest=library.newest()).parts():
        rows = []
        for item, sentence in _retrieved(query, library):
            gold = item.document.source.endswith(case.sources) if case.sources else False
            rows.append((item, sentence, gold and _answers(case, sentence.text), gold, sentence.fit.all))
        yield from _example(query, rows, report, accepted, report in HELD_OUT, True)


def _retrieved(query: Query, library: Library) -> Iterator[tuple[Evidence, SentenceMatch]]:
    for item in retrieve(query, library, k=10):
        for sentence in item.sentences:
            yield item, sentence


def _holds(asked: Asked, text: str) -> bool:
    return any(fold(answer) in fold(text) for answer in asked.answers if answer)


def _answers(case: Case, text: str) -> bool:
    return not case.refuse and any(holds(form, text) for forms in case.facts for form in forms)


def _example(
    query: Query,
    rows: Sequence[tuple[Evidence, SentenceMatch, bool, bool, bool]],
    group: str,
    accepted: tuple[str, ...],
    held_out: bool,
    of_a_reader: bool,
) -> Iterator[Example]:
    if not rows:
        return
    found = [candidate(query, item, sentence) for item, sentence, *_ in rows]
    names = tuple(found[0].measured)
    yield Example(
        group,
        bare(query.text, query.places),
        names,
        [one.as_read() for one in found],
        [one.evidence.document.source for one in found],
        np.array([[one.measured[name] for name in names] for one in found]),
        np.array([one.order for one in found]),
        np.array([row[2] for row in rows], bool),
        np.array([row[3] for row in rows], bool),
        np.array([fit and may_answer(query, one.sentence.text) for one, (*_, fit) in zip(found, rows, strict=True)]),
        accepted,
        of_a_reader,
        held_out,
    )
