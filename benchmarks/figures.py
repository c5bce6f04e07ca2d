"""Figures taken from the sample reports, against hand labels: precision and recall.

`labels/figures.jsonl` holds a line for each figure of corpus/: {"source", "start", "end", "quote"} say where it is
written, {"value", "unit", "counted", "period", "place"} what it is. "|" parts what is equally right; a word of
`counted` must be among those of what the figure is said to count, and "" is "none". What a heading announces and its
paragraphs say is labelled once, in these. The labels were written before the rules; half of the reports, drawn by lot,
were set aside ("held out"), and the rules are tuned on the others only.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ingest.documents import Document
from ingest.figures.take import figures_of_document
from ingest.figures.values import ReportedFigure
from ingest.prepare import load
from ingest.readers import open_file
from ingest.split import split
from ingest.text.words import fold, words

ROOT = Path(__file__).parents[1]
LABELS = Path(__file__).parent / "labels" / "figures.jsonl"
FIELDS = ("value", "unit", "period", "place", "counted")


@dataclass(slots=True)
class Score:
    """How many figures are labelled, how many were found, and of those how many are right, and in which fields not."""

    labelled: int = 0
    found: int = 0
    right: int = 0
    wrong: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.labelled)

    @property
    def line(self) -> str:
        wrong = ", ".join(f"{name} {count}" for name, count in self.wrong.items() if count)
        return (
            f"precision {self.precision:.3f} ({self.right}/{self.found}), recall {self.recall:.3f} "
            f"({self.right}/{self.labelled}){'; wrong in ' + wrong if wrong else ''}"
        )


def scores(labels: Path = LABELS, folder: Path = ROOT / "corpus") -> dict[str, Score]:
    """The score of each set of reports, and of all."""
    totals: dict[str, Score] = {}
    for name, (part, labelled) in _by_report(labels).items():
        document = load(open_file(folder / name))
        found = figures_of_document(document, split(document))
        for score in (totals.setdefault(part, Score()), totals.setdefault("all", Score())):
            _add(score, document, labelled, found)
    return totals


def report() -> list[str]:
    """A line for each set, to be printed."""
    return [f"{part:10} {score.line}" for part, score in scores().items()]


def _by_report(labels: Path) -> dict[str, tuple[str, list[dict[str, Any]]]]:
    reports: dict[str, tuple[str, list[dict[str, Any]]]] = {}
    for line in labels.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        reports.setdefault(label["source"], (label["set"], []))[1].append(label)
    return reports


def _add(score: Score, document: Document, labelled: Iterable[dict[str, Any]], found: Iterable[ReportedFigure]) -> None:
    labels, taken = list(labelled), set[int]()
    for label in labels:
        assert document.text[label["start"] : label["end"]] == label["quote"], label
    score.labelled += len(labels)
    for figure in found:
        score.found += 1
        met = [one for one in labels if figure.start < one["end"] and one["start"] < figure.end]
        said = f"{document.source}: {document.text[figure.start : figure.end]} {_shown(figure)}"
        if not met or id(met[0]) in taken:
            score.errors.append(f"no figure   {said}")
            continue
        label = met[0]
        taken.add(id(label))
        if wrong := list(_wrong(label, figure)):
            for name in wrong:
                score.wrong[name] += 1
            score.errors.append(f"wrong {', '.join(wrong):10}  {said} for {[label[name] for name in wrong]}")
        else:
            score.right += 1
    score.errors += [
        f"missed      {document.source}: {one['quote']} {one['counted']}" for one in labels if id(one) not in taken
    ]


def _wrong(label: dict[str, Any], figure: ReportedFigure) -> Iterator[str]:
    if abs(figure.value - Decimal(label["value"])) > Decimal("0.01"):
        yield "value"
    if figure.unit not in label["unit"].split("|"):
        yield "unit"
    if (figure.period.label if figure.period else "") not in label["period"].split("|"):
        yield "period"
    if fold(figure.place or "") not in fold(label["place"]).split("|"):
        yield "place"
    counted = {word[:5] for word in words(figure.counted)}
    if not any({word[:5] for word in words(name)} <= counted for name in label["counted"].split("|")):
        yield "counted"


def _shown(figure: ReportedFigure) -> str:
    period = figure.period.label if figure.period else "-"
    return f"[{figure.value} {figure.unit} | {figure.counted} | {period} | {figure.place} | {figure.measure}]"


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures", description="Figures taken right.")
    parser.add_argument("--errors", metavar="SET", help="say what was wrong in a set: tuned on, held out")
    parser.add_argument("--show", type=Path, metavar="FILE", help="only say what is taken from a file")
    args = parser.parse_args(None if arguments is None else list(arguments))
    if args.show:
        document = load(open_file(args.show))
        for figure in figures_of_document(document, split(document)):
            print(
                document.text[figure.start : figure.end],
                _shown(figure),
                "change" if figure.change else "",
                figure.hedge,
            )
        return
    for part, score in scores().items():
        print(f"{part:10} {score.line}")
        for error in score.errors if args.errors == part else ():
            print(f"    {error}")


if __name__ == "__main__":
    main()
