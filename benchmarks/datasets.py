"""Public question sets as libraries: `passages*.jsonl` and `questions*.jsonl`, the format of the QA sets.

A set is a folder; XQuAD holds one set a language, with the same passage ids, so that questions in one
language can be asked over passages in another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evals.collection import build_library
from ingest.engine import Engine
from ingest.library import Library
from ingest.text.words import fold


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set: which passage answers it and the accepted answers; none where unanswerable."""

    question: str
    passage: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions in one language over passages in another or the same."""

    name: str
    passages: dict[str, str]
    questions: tuple[Asked, ...]

    def library(self, engine: Engine, work: Path) -> Library:
        """A library of the passages, in a folder of `work` that sets over the same passages share; one made before is
        used again."""
        return build_library(self.passages, engine, work / self.name.split("→")[-1].replace(" ", "_"))

    def some(self, most: int) -> tuple[Asked, ...]:
        """At most about `most` of the questions, evenly picked; all of a smaller set."""
        return self.questions[:: max(1, len(self.questions) // most)]


def question_sets(data: Path) -> Iterator[QuestionSet]:
    """The development sets under a data folder: those of them that are there."""
    for questions, passages in (("en", "en"), ("vi", "vi"), ("en", "vi"), ("vi", "en")):
        folder = data / "xquad"
        if folder.is_dir():
            yield _read(
                f"XQuAD {questions}→{passages}",
                folder / f"passages_{passages}.jsonl",
                folder / f"questions_{questions}.jsonl",
                answers=folder / f"questions_{passages}.jsonl",
            )
    if (data / "xquad").is_dir():
        yield _mixed(data / "xquad")
    if (data / "piaf_fr").is_dir():
        yield _read("PIAF fr→fr", data / "piaf_fr" / "passages.jsonl", data / "piaf_fr" / "questions.jsonl")


def _mixed(folder: Path) -> QuestionSet:
    """XQuAD with every other passage in Vietnamese, asked alternately in English and Vietnamese: a library in
    which the question's own language is half the time the wrong place to look."""
    english, vietnamese = (
        _read(code, folder / f"passages_{code}.jsonl", folder / f"questions_{code}.jsonl") for code in ("en", "vi")
    )
    passages = {
        name: (vietnamese if number % 2 else english).passages[name] for number, name in enumerate(english.passages)
    }
    questions = []
    for number, (one, other) in enumerate(zip(english.questions, vietnamese.questions, strict=True)):
        in_vietnamese = passages[one.passage] == vietnamese.passages[one.passage]
        asked = other if number % 2 else one
        questions.append(Asked(asked.question, one.passage, (other if in_vietnamese else one).answers))
    return QuestionSet("XQuAD mixed", passages, tuple(questions))


def without_accents(found: QuestionSet) -> QuestionSet:
    """The set asked by somebody who types no accents: "Doi thu Panthers da thua bao nhieu diem?"."""
    asked = tuple(replace(one, question=bare_of(one.question)) for one in found.questions)
    return replace(found, name=found.name.replace("→", ", no accents→"), questions=asked)


def bare_of(text: str) -> str:
    """A text in small letters without accents."""
    return "".join(fold(char) or char for char in text)


def squad2(data: Path) -> QuestionSet:
    """The SQuAD 2.0 sample: about half of its questions have no answer in any passage."""
    folder = data / "abstain"
    return _read("SQuAD 2.0", folder / "squad2_500_passages.jsonl", folder / "squad2_500_questions.jsonl")


def answerable(found: QuestionSet) -> QuestionSet:
    """The set with only those of its questions that have an answer."""
    return replace(found, questions=tuple(asked for asked in found.questions if asked.answers))


def _read(name: str, passages: Path, questions: Path, answers: Path | None = None) -> QuestionSet:
    """A set; `answers` is a parallel file of questions in the passages' language, whose answers are looked for."""
    rows = list(_rows(questions))
    accepted = {
        row["id"]: () if row.get("unanswerable") else tuple(row["answers"]) for row in _rows(answers or questions)
    }
    return QuestionSet(
        name,
        {str(row["passage_id"]): row["text"] for row in _rows(passages)},
        tuple(Asked(row["question"], str(row["passage_id"]), accepted[row["id"]]) for row in rows),
    )


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
