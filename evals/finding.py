"""What is in a file or a folder of evaluation data, told by the fields of its lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import InputError

BUNDLED = Path(__file__).with_name("data")
GOLDEN = Path(__file__).with_name("golden.jsonl")
CORPUS = Path(__file__).parent.parent / "corpus"

ONE_FILE = ("golden", "grounding", "judge", "conversation", "robustness")
"""Suites whose data is one file; the others read questions and passages."""


@dataclass(slots=True)
class Sets:
    """The files of each sort, by the name they are reported under, and the documents beside them."""

    files: dict[str, dict[str, Path]] = field(default_factory=dict)
    documents: Path | None = None
    distractors: Path | None = None
    unknown: list[str] = field(default_factory=list)

    def add(self, sort: str, name: str, file: Path) -> None:
        self.files.setdefault(sort, {})[name] = file

    def of(self, sort: str) -> dict[str, Path]:
        return self.files.get(sort, {})

    def pairs(self) -> Iterator[tuple[str, Path, Path]]:
        """Questions with the passages they are asked over: those named alike, or the only ones in their folder; then
        those in other languages of the same folder."""
        for name, questions in self.of("questions").items():
            beside = [file for file in self.of("passages").values() if file.parent == questions.parent]
            alike = questions.with_name(questions.name.replace("questions", "passages"))
            own = alike if alike in beside else beside[0] if len(beside) == 1 else None
            if own is None and not beside:
                raise InputError(f"{questions}: no passages beside it; name them {alike.name}")
            if own:
                yield name, questions, own
            for passages in beside:
                if passages != own:
                    yield f"{name}→{passages.stem}", questions, passages


def bundled() -> Sets:
    """The sets that come with Danchung, over its sample corpus. Raises InputError where that is not there."""
    if not CORPUS.is_dir():
        raise InputError(
            f"{CORPUS}: the sample corpus is not there; run the evaluation from a checkout, or give --data"
        )
    sets = find(BUNDLED)
    sets.add("golden", "golden", GOLDEN)
    sets.documents = CORPUS
    return sets


def find(path: Path, suite: str | None = None, exactly: bool = False) -> Sets:
    """The sets in a folder and its subfolders, or the one in a file; a file given for a suite is read as its, and one
    of questions or passages with those beside it, unless `exactly` the file is wanted. Raises InputError for a path
    that is not there, or holds none."""
    sets = Sets()
    if path.is_file():
        sort = suite if suite in ONE_FILE else _sort(path)
        if not exactly and (suite in ("retrieval", "abstention") or sort in ("questions", "passages")):
            return find(path.parent)
        if sort is None:
            raise InputError(f"{path}: no set of a kind I know; its first line needs {_wanted()}")
        sets.add(sort, path.stem, path)
        return _with_documents(sets, path.parent)
    if not path.is_dir():
        raise InputError(f"{path}: there is no such file or folder")
    for file in sorted(path.rglob("*.jsonl")):
        name = file.relative_to(path).with_suffix("").as_posix()
        if sort := _sort(file):
            sets.add(sort, name, file)
        else:
            sets.unknown.append(str(file))
    if not sets.files:
        raise InputError(f"{path}: holds no set; a .jsonl file is known by its first line, which needs {_wanted()}")
    return _with_documents(sets, path)


def _with_documents(sets: Sets, folder: Path) -> Sets:
    for name in ("corpus", "documents"):
        if (folder / name).is_dir():
            sets.documents = folder / name
    if (folder / "distractors").is_dir():
        sets.distractors = folder / "distractors"
    return sets


def _wanted() -> str:
    shown = ("question and facts", "answer and passages", "claim, source and label", "turns", "variants", "passage_id")
    return " or ".join(shown)


def _sort(file: Path) -> str | None:
    """The sort of a file, by the fields of its first line that is an object; what is malformed is named when it is
    read."""
    with suppress(OSError, UnicodeDecodeError), file.open(encoding="utf-8-sig") as lines:
        for line in lines:
            with suppress(ValueError, RecursionError):
                row = json.loads(line)
                if isinstance(row, dict):
                    return _by_fields(set(row))
    return None


def _by_fields(fields: set[str]) -> str | None:
    if "turns" in fields:
        return "conversation"
    if "variants" in fields:
        return "robustness"
    if fields & {"claim", "hypothesis"}:
        return "judge"
    if "passage_id" in fields:
        return "questions" if "question" in fields else "passages"
    if fields & {"facts", "refuse"}:
        return "golden"
    return "grounding" if "answer" in fields else None
