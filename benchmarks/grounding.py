"""Whether what is supported is told from what is not: false alarms and catches of `grounding`, and its speed.

`labels/grounding.jsonl` holds passages, {"passage", "language", "heading", "text", "period", …}, and statements over
them, {"set", "of": a passage, "quotes", "kind", "statement", "supported"}: faithful paraphrases and translations, and
statements in which one thing was changed, by kind. The set "own" was written while the rules were; "held out" after
them, by the same hand, and no rule was changed for what it showed at first look.

With `--data DIR`, also the exact checks over the public sets of entailment pairs and claims in it, each source quoted
whole: how many of the supported claims they object to, by check, and how many of the others.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from assistant.grounding import Quote, Similarity, Verdict, check, locate
from ingest.documents import Description, Passage, Span
from ingest.engine import Engine
from ingest.split import split_sentences
from ingest.text.periods import Period

LABELS = Path(__file__).parent / "labels" / "grounding.jsonl"
FAITHFUL = "faithful"
LONGEST_SOURCE = 6_000
"""Code points of a public source; longer ones are left out."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A statement with its quotes, and whether they support it."""

    part: str
    kind: str
    """"faithful", or what was changed."""
    statement: str
    quotes: tuple[Quote, ...]
    supported: bool

    def verdict(self, similarity: Similarity) -> Verdict:
        about = self.quotes[0].about
        return check(self.statement, self.quotes, about.period if about else None, similarity)


def labelled(labels: Path = LABELS) -> Iterator[Labelled]:
    """The statements of a file of labels."""
    passages: dict[str, tuple[Passage, Description]] = {}
    for line in labels.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "passage" in row:
            passages[row["passage"]] = _passage(row)
            continue
        passage, about = passages[row["of"]]
        spans = [locate(words, passage) for words in row["quotes"]]
        quotes = tuple(Quote(passage, span, about) for span in spans if span)
        yield Labelled(row["set"], row["kind"], row["statement"], quotes, row["supported"])


def _passage(row: dict[str, Any]) -> tuple[Passage, Description]:
    about = Description(
        title=row["heading"],
        language=row["language"],
        event_date=date.fromisoformat(row["event"]) if "event" in row else None,
        period=Period.parse(row["period"]) if "period" in row else None,
        places=tuple(row.get("places", ())),
    )
    return quoted(row["passage"], row["text"], row["language"], row["heading"]), about


def quoted(name: str, text: str, language: str, heading: str = "") -> Passage:
    """A text as one passage."""
    return Passage(name, name, 0, 0, len(text), text, tuple(split_sentences(text, language)), heading, language)


def everything(_one: str, _other: str) -> float:
    """A similarity that leaves all to the exact checks."""
    return 1.0


def by_engine(engine: Engine) -> Similarity:
    """The similarity an assistant has; each text is embedded once."""
    known: dict[str, Any] = {}

    def cosine(one: str, other: str) -> float:
        missing = [text for text in dict.fromkeys((one, other)) if text not in known]
        if missing:
            known.update(zip(missing, engine.embed_passages(missing), strict=True))
        return float(known[one] @ known[other])

    return cosine


# -- right and wrong -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Score:
    """Of the statements of a set and kind: how many are told rightly, and those that are not."""

    right: int = 0
    of: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, one: Labelled, verdict: Verdict) -> None:
        self.of += 1
        self.right += verdict.supported == one.supported
        if verdict.supported != one.supported:
            self.wrong.append(f"{one.statement} | {' … '.join(quote.text for quote in one.quotes)} | {verdict.reason}")

    @property
    def share(self) -> float:
        return self.right / self.of if self.of else 1.0


def scores(similarity: Similarity = everything, labels: Path = LABELS) -> dict[tuple[str, str], Score]:
    """The score of each set and kind."""
    found: dict[tuple[str, str], Score] = defaultdict(Score)
    for one in labelled(labels):
        found[one.part, one.kind].add(one, one.verdict(similarity))
    return dict(found)


def summed(found: dict[tuple[str, str], Score], part: str, faithful: bool) -> Score:
    """The score of a set's faithful statements, or of all others."""
    of = [score for (name, kind), score in found.items() if name == part and (kind == FAITHFUL) == faithful]
    return Score(sum(score.right for score in of), sum(score.of for score in of), [w for s in of for w in s.wrong])


def report(similarity: Similarity = everything) -> list[str]:
    """A line a set, and one a kind of change."""
    found = scores(similarity)
    lines = []
    for part in dict.fromkeys(part for part, _ in found):
        passed, caught = summed(found, part, True), summed(found, part, False)
        lines.append(
            f"{part:10} faithful passed {passed.share:.3f} ({passed.right}/{passed.of}), "
            f"changed caught {caught.share:.3f} ({caught.right}/{caught.of})"
        )
        kinds = [f"{kind} {s.right}/{s.of}" for (name, kind), s in found.items() if name == part and kind != FAITHFUL]
        lines.append(f"{'':10} {', '.join(kinds)}")
    return lines


# -- speed -----------------------------------------------------------------------------------------------------


def speed(repeats: int = 5) -> dict[str, Any]:
    """Milliseconds of the exact checks a statement, passages read before and read anew, and statements' lengths."""
    from assistant.grounding.reading import read

    rows = list(labelled())
    for one in rows:
        one.verdict(everything)
    times: dict[str, list[float]] = {"passage known": [], "passage new": []}
    for _ in range(repeats):
        for one in rows:
            read.cache_clear()
            times["passage new"].append(_milliseconds(lambda one=one: one.verdict(everything)))  # type: ignore[misc]
            times["passage known"].append(_milliseconds(lambda one=one: one.verdict(everything)))  # type: ignore[misc]
    return {"ms": times, "lengths": [len(one.statement) for one in rows]}


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def print_speed(found: dict[str, Any]) -> None:
    for name, times in found["ms"].items():
        print(f"{name:16} p50 {median(times):5.2f} ms, p95 {_at(times, 0.95):5.2f} ms a statement")
    lengths = found["lengths"]
    print(
        f"{'statements':16} p50 {median(lengths):.0f}, p95 {_at(lengths, 0.95):.0f} code points; {len(lengths)} of them"
    )


def _at(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[int(share * (len(ordered) - 1))]


# -- public claims ---------------------------------------------------------------------------------------------


def public(data: Path, most: int) -> list[str]:
    """A line a public set of claims: the share of supported and of other claims that the exact checks object to, and
    the checks that object to supported ones most."""
    lines = []
    for file in sorted([*(data / "nli").glob("*.jsonl"), *(data / "judge").glob("*.jsonl")]):
        objected: dict[int, list[str | None]] = {0: [], 1: []}
        for label, source, claim, language in _claims(file, most):
            passage = quoted("p", source, language)
            reason = check(claim, [Quote(passage, Span(0, len(source)))], None, everything).reason
            objected[label].append(reason.partition(":")[0] if reason else None)
        alarms = Counter(reason for reason in objected[1] if reason)
        parts = [
            f"{name} {sum(map(bool, objected[label])) / len(objected[label]):.3f} of {len(objected[label])}"
            for label, name in ((1, "supported"), (0, "others"))
            if objected[label]
        ]
        often = ", ".join(f"{reason} {count}" for reason, count in alarms.most_common(4))
        lines.append(f"{file.stem:28} objects to {', '.join(parts)}" + (f"; {often}" if often else ""))
    return lines


def _claims(file: Path, most: int) -> Iterator[tuple[int, str, str, str]]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    random.Random(1).shuffle(rows)
    taken: Counter[int] = Counter()
    for row in rows:
        source = row["source"]
        text = (source if isinstance(source, str) else f"{source['question']}\n{source['passages']}").strip()
        if taken[row["label"]] < most and row["claim"].strip() and 0 < len(text) <= LONGEST_SOURCE:
            taken[row["label"]] += 1
            yield row["label"], text, row["claim"], row.get("lang", "en")


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grounding", description="Supported told from not.")
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--errors", action="store_true", help="say what was wrong")
    args = parser.parse_args(None if arguments is None else list(arguments))
    for (part, kind), score in scores(everything, args.labels).items():
        print(f"{part:10} {kind:10} {score.right}/{score.of}")
        for wrong in score.wrong if args.errors else ():
            print(f"    {wrong}")


if __name__ == "__main__":
    main()
