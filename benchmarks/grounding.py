"""Whether what is supported is told from what is not: `assistant.grounding` over labelled statements, and its speed.

`labels/grounding.jsonl` holds passages, {"passage", "language", "heading", "text", "period", …}, and statements over
them, {"set", "of": a passage, "quotes", "kind", "statement", "supported"}: faithful paraphrases and translations, and
statements in which one thing was changed, by kind. The set "development" was written while the rules were; "first
look" and "held out" each after them (docs/answers.md has what the rules made of each when it was new).

With `--data DIR`, also public sets of claims, DIR/judge/*.jsonl, each source quoted whole: the exact checks as a score,
and the balanced accuracy of the best threshold on one half of a set over the other half.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from assistant.grounding import Quote, Similarity, Verdict, check, locate, score
from ingest.documents import Description, Passage, Span
from ingest.engine import Engine
from ingest.meaning.reading import read
from ingest.split import split_sentences
from ingest.text.periods import Period

LABELS = Path(__file__).parent / "labels" / "grounding.jsonl"
FAITHFUL = "faithful"
LONGEST_SOURCE = 6_000
"""Code points of a public source; longer ones, which no quote is, are left out."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A statement with its quotes, and whether they support it; `kind` is "faithful", or what was changed."""

    part: str
    kind: str
    statement: str
    quotes: tuple[Quote, ...]
    supported: bool

    def verdict(self, similarity: Similarity) -> Verdict:
        about = self.quotes[0].about
        return check(self.statement, self.quotes, about.period if about else None, similarity)


def labelled(labels: Path = LABELS) -> Iterator[Labelled]:
    """The statements of a file of labels."""
    passages: dict[str, tuple[Passage, Description]] = {}
    for row in map(json.loads, labels.read_text(encoding="utf-8").splitlines()):
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
        for text in (one, other):
            if text not in known:
                known[text] = engine.embed_passages([text])[0]
        return float(known[one] @ known[other])

    return cosine


# -- right and wrong -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Score:
    """Of the statements of a set and kind: how many are told rightly, and those that are not."""

    right: int = 0
    of: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.right / self.of if self.of else 1.0


def scores(similarity: Similarity = everything, labels: Path = LABELS) -> dict[tuple[str, str], Score]:
    """The score of each set and kind."""
    found: dict[tuple[str, str], Score] = defaultdict(Score)
    for one in labelled(labels):
        verdict, tally = one.verdict(similarity), found[one.part, one.kind]
        tally.of += 1
        tally.right += verdict.supported == one.supported
        if verdict.supported != one.supported:
            quotes = " … ".join(quote.text for quote in one.quotes)
            tally.wrong.append(f"{one.statement} | {quotes} | {verdict.reason}")
    return dict(found)


def summed(found: dict[tuple[str, str], Score], part: str, faithful: bool) -> Score:
    """The score of a set's faithful statements, or of all others."""
    of = [score for (name, kind), score in found.items() if name == part and (kind == FAITHFUL) == faithful]
    return Score(sum(score.right for score in of), sum(score.of for score in of), [w for s in of for w in s.wrong])


def report(similarity: Similarity) -> list[str]:
    """A line a set, and one of its kinds of change."""
    found = scores(similarity)
    lines = []
    for part in dict.fromkeys(part for part, _ in found):
        passed, caught = summed(found, part, True), summed(found, part, False)
        lines.append(
            f"{part:12} faithful passed {passed.share:.3f} ({passed.right}/{passed.of}), changed caught "
            f"{caught.share:.3f} ({caught.right}/{caught.of}), balanced {(passed.share + caught.share) / 2:.3f}"
        )
        kinds = [f"{kind} {s.right}/{s.of}" for (name, kind), s in found.items() if name == part and kind != FAITHFUL]
        lines.append(f"{'':12} {', '.join(sorted(kinds))}")
    return lines


# -- speed -----------------------------------------------------------------------------------------------------


def speed(repeats: int) -> dict[str, float]:
    """Statements a second that the exact checks look at on one core: each new, their passages read before or new."""
    rows = list(labelled())
    _per_second(rows, lambda: None, "")
    before = [_per_second(rows, lambda: None, "." * (number + 1)) for number in range(repeats)]
    anew = [_per_second(rows, read.cache_clear, "") for _ in range(repeats)]
    return {"passage read before": sorted(before)[repeats // 2], "passage new": sorted(anew)[repeats // 2]}


def _per_second(rows: Sequence[Labelled], prepare: Callable[[], None], mark: str) -> float:
    """`mark` tells the statements from those of the rounds before, which are known."""
    taken = 0.0
    for one in rows:
        prepare()
        statement = f"{one.statement} {mark}"
        about = one.quotes[0].about
        started = time.process_time()
        check(statement, one.quotes, about.period if about else None, everything)
        taken += time.process_time() - started
    return len(rows) / taken


# -- public claims ---------------------------------------------------------------------------------------------


def public(data: Path) -> list[str]:
    """A line a public set of claims."""
    lines = []
    for file in sorted((data / "judge").glob("*.jsonl")):
        rows = [(label, _score(claim, source)) for label, source, claim in _claims(file)]
        halves = rows[::2], rows[1::2]
        accuracy = [_balanced(other, _threshold(half)) for half, other in (halves, halves[::-1])]
        lines.append(f"{file.stem:28} balanced accuracy {sum(accuracy) / 2:.3f} over {len(rows)} claims")
    return lines


def _score(claim: str, source: str) -> float:
    passage = quoted("p", source, "en")
    return score(claim, [Quote(passage, Span(0, len(source)))], None)


def _threshold(rows: Sequence[tuple[int, float]]) -> float:
    return max((value for _, value in rows), key=lambda value: _balanced(rows, value))


def _balanced(rows: Sequence[tuple[int, float]], threshold: float) -> float:
    shares = []
    for label in (0, 1):
        of = [value >= threshold for own, value in rows if own == label]
        shares.append(sum(passed == bool(label) for passed in of) / len(of))
    return sum(shares) / 2


def _claims(file: Path) -> Iterator[tuple[int, str, str]]:
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        source = row["source"]
        text = (source if isinstance(source, str) else f"{source['question']}\n{source['passages']}").strip()
        if row["claim"].strip() and 0 < len(text) <= LONGEST_SOURCE:
            yield row["label"], text, row["claim"]
