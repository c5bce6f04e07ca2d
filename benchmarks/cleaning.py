"""Furniture told from report: precision and recall against hand labels, by block and by characters.

`labels/furniture.jsonl` holds a line a report: {"file": a sample of corpus/} or {"name", "set", "text": a report
written for this}, and "furniture": the first words of each block a person took for furniture. Those of the set "held
out" were written and labelled before the rules were tuned, and no rule was changed for what they show; but one hand
wrote them and the rules, so that pages of the web at large are harder. The header of a table is labelled furniture:
it stands in every row.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.clean import mark_furniture
from ingest.readers import Reading, open_file, read
from ingest.readers.text import read_text

ROOT = Path(__file__).parents[1]
LABELS = Path(__file__).parent / "labels" / "furniture.jsonl"
LABEL_LENGTH = 60
"""Code points of a block that name it. A shorter label is a whole block; a longer one tells two blocks apart that
begin alike, as a caption and the paragraph it repeats do."""


@dataclass(slots=True)
class Score:
    """Blocks and their code points: [rightly marked, wrongly marked, missed]; and the blocks that are wrong."""

    blocks: list[int] = field(default_factory=lambda: [0, 0, 0])
    characters: list[int] = field(default_factory=lambda: [0, 0, 0])
    errors: list[str] = field(default_factory=list)

    def count(self, outcome: int, words: str, name: str) -> None:
        self.blocks[outcome] += 1
        self.characters[outcome] += len(words)
        if outcome:
            self.errors.append(f"{('wrongly marked', 'missed')[outcome - 1]}, {name}: {words[:100]}")

    def add(self, other: Score) -> None:
        self.blocks = [mine + theirs for mine, theirs in zip(self.blocks, other.blocks, strict=True)]
        self.characters = [mine + theirs for mine, theirs in zip(self.characters, other.characters, strict=True)]
        self.errors += other.errors


@dataclass(frozen=True, slots=True)
class Labelled:
    """A report and the beginnings of its furniture."""

    name: str
    part: str
    """The set it belongs to, or for a file of the corpus its format."""
    reading: Reading
    furniture: tuple[str, ...]


def labelled() -> Iterator[Labelled]:
    """Every labelled report, as its reader gives it."""
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if file := entry.get("file"):
            reading, part = read(open_file(ROOT / file)), "corpus " + Path(file).suffix.removeprefix(".")
        else:
            reading, part = read_text(entry["text"]), entry["set"]
        yield Labelled(file or entry["name"], part, reading, tuple(entry["furniture"]))


def score(report: Labelled) -> Score:
    """One report's blocks against its labels; a label that fits no block counts as a missed one."""
    found, fitted = Score(), set[str]()
    text = report.reading.text
    for block in mark_furniture(text, report.reading.blocks):
        words = " ".join(text[block.start : block.end].split())
        fits = {name for name in report.furniture if _fits(name, words)}
        fitted |= fits
        if fits or block.kind == "furniture":
            found.count(0 if fits and block.kind == "furniture" else 2 if fits else 1, words, report.name)
    for name in report.furniture:
        if name not in fitted:
            found.count(2, name, report.name)
    return found


def _fits(label: str, words: str) -> bool:
    return words == label if len(label) < LABEL_LENGTH else words.startswith(label)


def scores() -> dict[str, Score]:
    """The score of the corpus in each format and in total, and of each other set."""
    found: dict[str, Score] = {}
    for report in labelled():
        one = score(report)
        for part in {report.part, report.part.split(" ")[0] if report.part.startswith("corpus") else report.part}:
            found.setdefault(part, Score()).add(one)
    return dict(sorted(found.items()))


def precision_recall(counts: list[int]) -> tuple[float, float]:
    """Of [rightly marked, wrongly marked, missed]; 1.0 where there is nothing to be wrong about."""
    right, wrong, missed = counts
    return right / (right + wrong or 1) if right + wrong else 1.0, right / (right + missed) if right + missed else 1.0


def report() -> list[str]:
    """A table, a line a set: precision and recall of furniture by block and by characters."""
    lines = [f"{'furniture':<14}{'blocks':>7}  {'precision':>9}  {'recall':>6}  by characters: precision  recall"]
    for part, found in scores().items():
        precision, recall = precision_recall(found.blocks)
        in_characters, recalled = precision_recall(found.characters)
        blocks = found.blocks[0] + found.blocks[2]
        lines.append(
            f"{part:<14}{blocks:>7}  {precision:>9.3f}  {recall:>6.3f}  {in_characters:>24.3f}  {recalled:>6.3f}"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cleaning", description="Furniture told from report.")
    parser.add_argument("--errors", action="store_true", help="list the blocks wrongly marked or missed")
    errors = parser.parse_args().errors
    print("\n".join(report()))
    if errors:
        for part, found in scores().items():
            if part == "corpus" or not part.startswith("corpus"):
                print("\n".join(["", part, *found.errors]))


if __name__ == "__main__":
    main()
