"""`danchung eval`: ask every case, score the answers, print the report."""

from __future__ import annotations

import html
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

from assistant.answer import Answer
from assistant.assistant import Assistant
from evals.cases import Case, read_cases
from evals.scorers import Score, score
from ingest.errors import InputError

GOLDEN = Path(__file__).with_name("golden.jsonl")
CORPUS = Path(__file__).parent.parent / "corpus"

FLOORS = {"accuracy": 0.78, "citation_precision": 0.92, "abstention_f1": 0.78}
"""Under one of these the run fails. Floors, not aims: they are raised when the figures rise."""


@dataclass(frozen=True, slots=True)
class Result:
    """One case, its answer, and its scores."""

    case: Case
    answer: Answer
    scores: tuple[Score, ...]

    def value(self, name: str) -> float | None:
        return next(score.value for score in self.scores if score.name == name)


def run_golden(json_file: str | None = None, html_file: str | None = None) -> int:
    """Ask the golden questions over the sample corpus, freshly ingested; returns 1 under a floor."""
    if not CORPUS.is_dir():
        raise InputError(f"{CORPUS}: the sample corpus is not there; run the evaluation from a checkout")
    cases = read_cases(GOLDEN)
    with tempfile.TemporaryDirectory(prefix="danchung-eval-") as folder, Assistant.open(folder) as assistant:
        print(f"reading {CORPUS.name}/ …", file=sys.stderr)
        assistant.ingest(CORPUS)
        results = ask_all(cases, assistant)
    summary = summarise(results)
    print_report(results, summary)
    if json_file:
        _write(json_file, json.dumps(as_json(results, summary), ensure_ascii=False, indent=2))
    if html_file:
        _write(html_file, as_html(results, summary))
    under = [name for name, floor in FLOORS.items() if summary[name] < floor]
    for name in under:
        print(f"{name} {summary[name]:.3f} is under its floor, {FLOORS[name]}", file=sys.stderr)
    return 1 if under else 0


def ask_all(cases: Sequence[Case], assistant: Assistant) -> list[Result]:
    """Each case's answer and scores, in order."""
    results = []
    for case in cases:
        answer = assistant.ask(case.question)
        results.append(Result(case, answer, tuple(score(case, answer, assistant))))
    return results


def summarise(results: Sequence[Result]) -> dict[str, float]:
    """The means, abstention's precision, recall and F1, and the median time of an answer in ms."""
    refused = [result for result in results if result.answer.abstained]
    to_refuse = [result for result in results if result.case.refuse]
    rightly = sum(result.case.refuse for result in refused)
    precision = rightly / len(refused) if refused else 0.0
    recall = rightly / len(to_refuse) if to_refuse else 0.0
    return {
        "cases": len(results),
        "accuracy": _mean(results, "correctness"),
        "answerable_right": _mean([r for r in results if not r.case.refuse], "correctness"),
        "citation_precision": _mean(results, "citation_precision"),
        "abstention_precision": precision,
        "abstention_recall": recall,
        "abstention_f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "names_missing": _mean(results, "names_missing"),
        "median_ms": median(result.answer.timings_ms["total"] for result in results),
    }


def _mean(results: Sequence[Result], name: str) -> float:
    values = [value for result in results if (value := result.value(name)) is not None]
    return fmean(values) if values else 0.0


def print_report(results: Sequence[Result], summary: dict[str, float]) -> None:
    """The table, by language and by kind, and every case that failed."""
    for key in ("lang", "kind"):
        groups: dict[str, list[Result]] = {}
        for result in results:
            groups.setdefault(getattr(result.case, key), []).append(result)
        for name, group in sorted(groups.items()):
            right = sum(result.value("correctness") or 0 for result in group)
            print(f"  {key} {name:<14} {right:>3.0f} of {len(group)}")
    for result in results:
        if result.value("correctness") != 1:
            why = next(score.why for score in result.scores if score.name == "correctness")
            print(f"  failed {result.case.id}: {result.case.question}\n         {why or result.answer.answer[:160]}")
    for name, value in summary.items():
        print(f"{name:<22} {value:>7.3f}" if name not in ("cases", "median_ms") else f"{name:<22} {value:>7.0f}")


def as_json(results: Sequence[Result], summary: dict[str, float]) -> dict[str, Any]:
    """The whole run, for a machine."""
    return {
        "summary": summary,
        "floors": FLOORS,
        "results": [
            {
                "case": asdict(result.case),
                "answer": result.answer.model_dump(),
                "scores": [asdict(score) for score in result.scores],
            }
            for result in results
        ],
    }


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Danchung: golden questions</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse}}td,th{{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}}
.no{{border-left:4px solid #b3261e;padding-left:1rem}}.yes{{border-left:4px solid #2e7d32;padding-left:1rem}}
article{{margin:1.2rem 0}}blockquote{{margin:.3rem 0 .3rem 1rem;color:#555}}</style>
<h1>Golden questions</h1><table>{summary}</table>{cases}</html>"""


def as_html(results: Sequence[Result], summary: dict[str, float]) -> str:
    """A page that stands alone: the figures, then every case, those that failed first."""
    rows = "".join(f"<tr><th>{html.escape(name)}<td>{value:.3f}" for name, value in summary.items())
    ordered = sorted(results, key=lambda result: result.value("correctness") or 0)
    return _PAGE.format(summary=rows, cases="".join(_article(result) for result in ordered))


def _article(result: Result) -> str:
    right = result.value("correctness") == 1
    quotes = "".join(
        f"<blockquote>[{citation.n}] {html.escape(citation.quote)} <small>{html.escape(citation.source)}</small>"
        "</blockquote>"
        for citation in result.answer.citations
    )
    why = "; ".join(f"{score.name}: {score.why}" for score in result.scores if score.why and score.value != 1)
    expected = " · ".join(" / ".join(fact) for fact in result.case.facts) or "a refusal"
    return (
        f'<article class="{"yes" if right else "no"}"><h2>{html.escape(result.case.question)}</h2>'
        f"<p>Expected: {html.escape(expected)}</p><p>{html.escape(result.answer.answer)}</p>{quotes}"
        f"<p><small>{html.escape(why)}</small></p></article>"
    )


def _write(file: str, text: str) -> None:
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{file}: cannot be written ({exc.strerror})") from exc
