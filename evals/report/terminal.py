"""The report in a terminal: each suite's figures with their intervals, the groups, what failed, what changed."""

from __future__ import annotations

from collections.abc import Iterator

from evals.measures import MEASURES, shown
from evals.values import Comparison, Figure, Outcome, Report, SuiteReport

BAR = 20
"""Cells of a bar."""
NAMED = 12
"""Failed cases of a suite that are named; the page and the JSON have them all."""
_GROUPED = (
    "accuracy", "answered_right", "abstention_recall", "citation_precision", "groundedness", "number_fidelity",
    "names_unsaid", "recall@1", "ndcg@10", "balanced_accuracy", "agreement", "conversation_right", "robustness",
)  # fmt: skip
"""Figures that groups are shown by."""


def as_text(report: Report, every_failure: bool = False) -> str:
    """The whole report, ready to print."""
    lines: list[str] = []
    for suite in report.suites:
        lines += [*_suite(suite, every_failure), ""]
    if report.comparison:
        lines += [*_comparison(report.comparison), ""]
    failed = sum(len(suite.failures) for suite in report.suites)
    cases = sum(len(suite.outcomes) for suite in report.suites)
    cached = sum(suite.cached for suite in report.suites)
    known = f", {cached} of them known from before" if cached else ""
    lines.append(f"{cases} cases in {report.seconds:.1f} s{known}; {failed} failed. Judge: {report.judge}.")
    return "\n".join(lines)


def _suite(suite: SuiteReport, every_failure: bool) -> Iterator[str]:
    yield f"{suite.name.upper()} · {suite.about}"
    yield f"  {suite.data}"
    for figure in suite.figures:
        yield f"  {_line(figure, suite.floors.get(figure.name))}"
    for key in ("language", "kind"):
        yield from _groups(key, suite)
    yield from (f"  note: {note}" for note in suite.notes)
    failures = suite.failures
    named = failures if every_failure else failures[:NAMED]
    for outcome in named:
        yield from _failure(outcome)
    if len(failures) > len(named):
        yield f"  … and {len(failures) - len(named)} more failed; --html shows them all"


def _line(figure: Figure, floor: float | None) -> str:
    label = MEASURES[figure.name].label if figure.name in MEASURES else figure.name
    interval = ""
    if figure.low is not None and figure.high is not None:
        interval = f"[{shown(figure.name, figure.low)}, {shown(figure.name, figure.high)}]"
    share = figure.name not in MEASURES or MEASURES[figure.name].unit == "share"
    bar = _bar(figure.value) if share and figure.value is not None else " " * BAR
    under = "  UNDER ITS FLOOR" if floor is not None and figure.value is not None and figure.value < floor else ""
    return f"{label:<26} {shown(figure.name, figure.value):>9} {bar} {interval:<18} of {figure.scored}{under}"


def _bar(value: float) -> str:
    full = round(value * BAR)
    return "█" * full + "░" * (BAR - full)


def _groups(key: str, suite: SuiteReport) -> Iterator[str]:
    """A table of the groups, where there are several."""
    groups = suite.breakdown.get(key, {})
    present = [name for name in _GROUPED if any(f.name == name and f.scored for fs in groups.values() for f in fs)][:5]
    if len(groups) < 2 or not present:
        return
    yield f"  by {key:<16}" + "".join(f"{MEASURES[name].label[:20]:>22}" for name in present)
    for group, figures in groups.items():
        by_name = {figure.name: figure for figure in figures}
        cells = "".join(f"{_cell(by_name.get(name)):>22}" for name in present)
        yield f"    {group[:16]:<16} {cells}"


def _cell(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return "–"
    return f"{figure.value:.2f} of {figure.scored}"


def _failure(outcome: Outcome) -> Iterator[str]:
    asked = " → ".join((*outcome.before, outcome.question))
    yield f"  failed {outcome.id}: {_cut(asked, 150)}"
    yield f"         expected {_cut(outcome.expected, 120)}; {_cut(outcome.why or outcome.answer, 200)}"


def _cut(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield f"COMPARED with {comparison.against}"
    for d in comparison.differences:
        if d.before == d.after:
            continue
        label = MEASURES[d.name].label
        better = (d.after > d.before) == (MEASURES[d.name].better == "high")
        verdict = ("better" if better else "worse") if d.significant else "within chance"
        change = f"{d.before:.3f} → {d.after:.3f} ({d.after - d.before:+.3f}, [{d.low:+.3f}, {d.high:+.3f}])"
        yield f"  {d.suite:<12} {label:<26} {change}  p {d.p:.3f}, of all {d.p_adjusted:.3f}: {verdict}"
    same = sum(d.before == d.after for d in comparison.differences)
    yield f"  {same} of {len(comparison.differences)} figures are the same."
    for what, cases in (("now right", comparison.mended), ("now wrong", comparison.broken)):
        if cases:
            yield f"  {what}: {', '.join(cases[:NAMED])}" + (f" and {len(cases) - NAMED} more" * (len(cases) > NAMED))
    if comparison.unmatched:
        yield f"  {comparison.unmatched} cases are in one run only, or changed, and are not compared."
