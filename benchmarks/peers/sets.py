"""What every peer reads: folders of text files, a passage between blank lines; the public sets, and made-up ones of any
size whose vectors are given."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from benchmarks.datasets import QuestionSet, answerable, question_sets, squad2
from benchmarks.scale import DIMENSIONS, LANGUAGES, PLACES, YEARS, Space, Vocabulary

A_FILE, SENTENCES, WORDS = 14, 4, 20
"""Passages in a made-up file, and what is in each."""
QUESTIONS, WARM = 100, 10
"""Questions that are timed, and others that are asked before them: whoever keeps the vector of a question that it has
seen would else not embed it."""


def write_passages(folder: Path, passages: Mapping[str, str]) -> Path:
    """A file a passage, named by its id; on one line, so that nobody takes it for two."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in passages.items():
        (folder / f"{name}.txt").write_text(re.sub(r"\s+", " ", text).strip(), encoding="utf-8")
    return folder


def public_sets(data: Path, most: int) -> Iterable[tuple[QuestionSet, str]]:
    """The sets under a data folder with at most `most` questions each, and the name of their passages; sets over the
    same passages have the same name."""
    found = [*question_sets(data)]
    if (data / "abstain").is_dir():
        found.append(answerable(squad2(data)))
    for one in found:
        yield QuestionSet(one.name, one.passages, one.some(most)), one.name.split("→")[-1].replace(" ", "_")


def few_passages(data: Path | None, count: int) -> tuple[str, dict[str, str]]:
    """So many passages to embed for real, and where they are from: XQuAD's, else made-up ones."""
    file = data / "xquad" / "passages_en.jsonl" if data else None
    if file and file.is_file():
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()[:count]]
        return "XQuAD's English passages", {str(row["passage_id"]): row["text"] for row in rows}
    rng, vocabulary = np.random.default_rng(7), Vocabulary()
    texts = [" ".join(_sentence(vocabulary, "en", rng) for _ in range(SENTENCES)) for _ in range(count)]
    return "made-up passages", {f"made-up-{number:05d}": text for number, text in enumerate(texts)}


def made_up(folder: Path, size: int) -> tuple[Path, Path]:
    """A folder of `size` made-up passages and one of their vectors, always the same; made where there is none."""
    texts, vectors = folder / "texts", folder / "vectors"
    if (folder / "whole").exists():
        return texts, vectors
    shutil.rmtree(folder, ignore_errors=True)
    vectors.mkdir(parents=True)
    rng, vocabulary, space = np.random.default_rng(size), Vocabulary(), Space()
    rows = np.lib.format.open_memmap(vectors / "passages.npy", "w+", np.float32, (size, DIMENSIONS))
    for number, start in enumerate(range(0, size, A_FILE)):
        language, count = LANGUAGES[rng.integers(len(LANGUAGES))], min(A_FILE, size - start)
        rows[start : start + count] = space.document(language, count, rng)
        parts = [_passage(vocabulary, language, start + place, rng) for place in range(count)]
        file = texts / f"{number // 500:04d}" / f"report-{number:07d}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n\n".join(parts), encoding="utf-8")
    rows.flush()
    questions = [vocabulary.question(rng) for _ in range(WARM + QUESTIONS)]
    (vectors / "questions.json").write_text(json.dumps(questions), encoding="utf-8")
    np.save(vectors / "questions.npy", np.array([space.asked(number) for number in range(WARM + QUESTIONS)]))
    (folder / "whole").touch()
    return texts, vectors


def _passage(vocabulary: Vocabulary, language: str, number: int, rng: np.random.Generator) -> str:
    """Sentences of made-up words with the number of the passage's vector in the first."""
    first, *others = (_sentence(vocabulary, language, rng) for _ in range(SENTENCES))
    return " ".join([f"{first[:-1]} №{number}.", *others])


def _sentence(vocabulary: Vocabulary, language: str, rng: np.random.Generator) -> str:
    words = vocabulary.text(language, WORDS, rng)
    if rng.random() < 0.3:
        year, place = YEARS[rng.integers(len(YEARS))], PLACES[rng.integers(len(PLACES))]
        words[3:3] = [str(rng.integers(2, 5000)), place, str(year)]
    return " ".join(words).capitalize() + "."
