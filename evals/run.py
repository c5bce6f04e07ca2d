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

FLOORS = {
    "accuracy": 0.5,
    "citation_precision": 0.85,
    "citation_recall": 0.98,
    "number_fidelity": 0.99,
    "abstention_f1": 0.5,
}
"""Under one of these the run fails. Floors, not aims: they are raised when the figures rise."""

Figures = dict[str, float | None]
"""Figures by name; None for what nothing was scored on, which is not zero."""


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
    under = [name for name, floor in FLOORS.items() if (value := summary[name]) is not None and value < floor]
    for name in under:
        print(f"{name} {_cell(summary[name], 3)} is under its floor, {FLOORS[name]}", file=sys.stderr)
    return 1 if under else 0


def ask_all(cases: Sequence[Case], assistant: Assistant) -> list[Result]:
    """Each case's answer and scores, in order."""
    results = []
    for case in cases:
        answer = assistant.ask(case.question, _conversation(case, assistant))
        results.append(Result(case, answer, tuple(score(case, answer, assistant))))
    return results


def _conversation(case: Case, assistant: Assistant) -> list[dict[str, str]]:
    """The turns before the question: what was asked, and what this assistant answers to it."""
    turns: list[dict[str, str]] = []
    for question in case.history:
        said = assistant.ask(question, list(turns)).answer
        turns += [{"role": "user", "content": question}, {"role": "assistant", "content": said}]
    return turns


def summarise(results: Sequence[Result]) -> Figures:
    """The figures of the suite, 0 to 1 but for counts and times; a mean is over the answers that it scores.

    - `cases`: how many were asked.
    - `accuracy`: every question answered right or rightly refused.
    - `answerable_right`: answerable questions with every fact in a quote from an expected source (`correctness`).
    - `abstention_recall`: unanswerable questions that were refused; `abstention_precision`: refusals that were right;
      and their F1, as SQuAD 2.0 asks for both (Rajpurkar et al. 2018, arXiv:1806.03822).
    - `citation_precision`, `citation_relevance`, `citation_recall`, `number_fidelity`: means of the scores so named,
      each of which cites its source.
    - `names_missing`: rightful refusals that name what is missing; `names_unsaid`: parts that the reports leave unsaid
      which the answer to the rest names.
    - `median_ms`: the median time of an answer in ms.
    """
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
        "citation_relevance": _mean(results, "citation_relevance"),
        "citation_recall": _mean(results, "citation_recall"),
        "number_fidelity": _mean(results, "number_fidelity"),
        "abstention_precision": precision,
        "abstention_recall": recall,
        "abstention_f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "names_missing": _mean(results, "names_missing"),
        "names_unsaid": _mean(results, "names_unsaid"),
        "median_ms": median(result.answer.timings_ms["total"] for result in results),
    }


def breakdown(results: Sequence[Result], key: str) -> dict[str, Figures]:
    """The figures of each language or kind (`key` is "lang" or "kind"); None where a group has nothing to score."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(getattr(result.case, key), []).append(result)
    return {name: _figures(group) for name, group in sorted(groups.items())}


def _figures(group: Sequence[Result]) -> Figures:
    answerable = [result for result in group if not result.case.refuse]
    to_refuse = [result for result in group if result.case.refuse]
    return {
        "cases": len(group),
        "right": sum(result.value("correctness") or 0 for result in group),
        "answerable_right": _mean(answerable, "correctness"),
        "abstention_recall": _mean(to_refuse, "abstention"),
        "citation_precision": _mean(group, "citation_precision"),
        "citation_relevance": _mean(group, "citation_relevance"),
        "citation_recall": _mean(group, "citation_recall"),
        "number_fidelity": _mean(group, "number_fidelity"),
        "names_unsaid": _mean(group, "names_unsaid"),
    }


def _mean(results: Sequence[Result], name: str) -> float | None:
    """Over the answers that are scored; None where none is."""
    values = [value for result in results if (value := result.value(name)) is not None]
    return fmean(values) if values else None


_COLUMNS = {
    "answerable_right": "answered", "abstention_recall": "refused", "citation_precision": "precise",
    "citation_relevance": "relevant", "citation_recall": "recall", "number_fidelity": "numbers",
    "names_unsaid": "unsaid",
}  # fmt: skip
"""Figures of a group and the heading each is printed under."""


def print_report(results: Sequence[Result], summary: Figures) -> None:
    """The table, by language and by kind, and every case that failed."""
    print(f"  {'':<32}" + "".join(f"{heading:>10}" for heading in _COLUMNS.values()))
    for key in ("lang", "kind"):
        for name, figures in breakdown(results, key).items():
            cells = "".join(f"{_cell(figures[column]):>10}" for column in _COLUMNS)
            print(f"  {key} {name:<14} {figures['right']:>3.0f} of {figures['cases']:<3.0f}   {cells}")
    for result in results:
        if result.value("correctness") != 1:
            why = next(score.why for score in result.scores if score.name == "correctness")
            print(f"  failed {result.case.id}: {_asked(result.case)}\n         {why or result.answer.answer[:160]}")
    for name, value in summary.items():
        print(f"{name:<22} {_cell(value, 0 if name in ('cases', 'median_ms') else 3):>7}")


def _asked(case: Case) -> str:
    """The question, after those it follows."""
    return " → ".join((*case.history, case.question))


def _cell(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def as_json(results: Sequence[Result], summary: Figures) -> dict[str, Any]:
    """The whole run, for a machine."""
    return {
        "summary": summary,
        "floors": FLOORS,
        "by_language": breakdown(results, "lang"),
        "by_kind": breakdown(results, "kind"),
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


def as_html(results: Sequence[Result], summary: Figures) -> str:
    """A page that stands alone: the figures, then every case, those that failed first."""
    rows = "".join(f"<tr><th>{html.escape(name)}<td>{_cell(value, 3)}" for name, value in summary.items())
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
    expected = " · ".join(" / ".join(forms) for forms in (*result.case.facts, *result.case.unsaid)) or "a refusal"
    return (
        f'<article class="{"yes" if right else "no"}"><h2>{html.escape(_asked(result.case))}</h2>'
        f"<p>Expected: {html.escape(expected)}</p><p>{html.escape(result.answer.answer)}</p>{quotes}"
        f"<p><small>{html.escape(why)}</small></p></article>"
    )


def _write(file: str, text: str) -> None:
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{file}: cannot be written ({exc.strerror})") from exc
