"""The report as a page that stands alone: no script, nothing from elsewhere, everything from outside escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from evals.measures import MEASURES, is_share, label_of, shown
from evals.report.case import case_html
from evals.report.charts import change, interval, ring, times
from evals.values import Comparison, Figure, Report, SuiteReport

STYLE = Path(__file__).with_name("page.css")
MOST_CASES = 300
"""Failed cases of a suite that the page tells; the JSON has them all."""
MOST_GROUPS, MOST_COLUMNS = 40, 8
LEADING = {
    "golden": "accuracy", "grounding": "agreement", "retrieval": "recall@1", "abstention": "abstention_f1",
    "judge": "balanced_accuracy", "conversation": "accuracy", "robustness": "robustness",
}  # fmt: skip
"""The figure a suite is summed up by, where it has it."""


def as_html(report: Report, whole: bool = True) -> str:
    """The report as HTML: a page, or, not `whole`, the part for a page that is there, its style included."""
    style = f"<style>{STYLE.read_text(encoding='utf-8')}</style>"
    parts = "".join(_parts(report))
    if not whole:  # a page has one main part, and this is in it
        return f'{style}<div class="dc-report">{parts}</div>'
    body = f'<main class="dc-report">{parts}</main>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>Danchung: how good are the answers?</title>{style}</head>"
        f'<body class="dc-page">{body}</body></html>'
    )


def _parts(report: Report) -> Iterator[str]:
    cases = sum(len(suite.outcomes) for suite in report.suites)
    failed = sum(len(suite.failures) for suite in report.suites)
    suites = "one suite" if len(report.suites) == 1 else f"{len(report.suites)} suites"
    yield "<h1>How good are the answers?</h1>"
    yield (
        f'<p class="quiet">{cases:,} cases in {suites}, {failed:,} of them failed · '
        f"{escape(report.created[:16].replace('T', ' '))} UTC · Danchung {escape(report.version)} · judged by "
        f"{escape(report.judge)}</p>"
    )
    yield f'<div class="cards">{"".join(map(_card, enumerate(report.suites)))}</div>'
    yield (
        '<p class="about">Every figure stands with the range that it would fall into 95 times out of 100 for other '
        "questions of the same sort, and with the number of cases it is from. What could not be scored is left out, "
        "and does not count as zero.</p>"
    )
    if report.comparison:
        yield _comparison(report.comparison)
    for number, suite in enumerate(report.suites):
        yield from _suite(number, suite)


def _card(numbered: tuple[int, SuiteReport]) -> str:
    number, suite = numbered
    figure = leading(suite)
    label = label_of(figure.name) if figure else ""
    return (
        f'<a class="card" href="#suite-{number}">{ring(figure.value if figure else None, suite.name)}'
        f"<b>{escape(suite.name)}</b><small>{escape(label)}</small></a>"
    )


def leading(suite: SuiteReport) -> Figure | None:
    """The figure that sums a suite up; another where it was not scored."""
    found = suite.figure(LEADING.get(suite.name.split()[0], ""))
    if found and found.value is not None:
        return found
    return next((f for f in suite.figures if f.value is not None and is_share(f.name)), found)


def _suite(number: int, suite: SuiteReport) -> Iterator[str]:
    yield f'<h2 id="suite-{number}">{escape(suite.name.capitalize())}</h2>'
    yield f"<p>{escape(suite.about)}</p>"
    known = f", {suite.cached} of them known from an earlier run" if suite.cached else ""
    yield f'<p class="quiet">{escape(suite.data)} · {suite.seconds:.1f} s{known}</p>'
    yield from (f'<p class="note">{escape(note)}</p>' for note in suite.notes)
    yield _figures(suite)
    yield from (_heat(key, suite) for key in suite.breakdown if len(suite.breakdown[key]) > 1)
    taken = [ms for outcome in suite.outcomes if (ms := outcome.value("latency_ms")) is not None]
    if chart := times(taken):
        yield f"<h3>How long answers take</h3>{chart}"
    yield from _cases(suite)


def _figures(suite: SuiteReport) -> str:
    rows = []
    for figure in suite.figures:
        floor = suite.floors.get(figure.name)
        under = floor is not None and figure.value is not None and figure.value < floor
        measure = MEASURES.get(figure.name)
        about = f"<small>{escape(measure.about)}</small>" if measure else ""
        chart = interval(figure, floor) if is_share(figure.name) else _range(figure)
        told = (
            f'<span class="under">{shown(figure.name, figure.value)}</span>'
            if under
            else shown(figure.name, figure.value)
        )
        rows.append(
            f'<tr><th scope="row">{escape(label_of(figure.name))}{about}</th><td class="number">{told}</td>'
            f'<td class="chart">{chart}</td><td class="number quiet">of {figure.scored:,}</td></tr>'
        )
    return _wide(f'<table class="figures"><tbody>{"".join(rows)}</tbody></table>', "Figures")


def _wide(inside: str, label: str) -> str:
    """What a narrow screen scrolls sideways, with the keyboard too."""
    return f'<div class="wide" tabindex="0" role="region" aria-label="{label}">{inside}</div>'


def _range(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f'<span class="quiet">{shown(figure.name, figure.low)} to {shown(figure.name, figure.high)}</span>'


def _heat(key: str, suite: SuiteReport) -> str:
    """A table of groups and measures, each cell the deeper the higher; where many groups, the largest."""
    groups = suite.breakdown[key]
    names = [f.name for f in suite.figures if is_share(f.name) and f.value is not None and f.name != "abstention_f1"][
        :8
    ]
    by_size = sorted(groups, key=lambda name: -max((f.scored for f in groups[name]), default=0))[:MOST_GROUPS]
    head = "".join(f'<th scope="col">{escape(label_of(name))}</th>' for name in names)
    rows = "".join(_heat_row(name, groups[name], names) for name in groups if name in by_size)
    more = f'<p class="quiet">and {len(groups) - MOST_GROUPS} smaller ones</p>' if len(groups) > MOST_GROUPS else ""
    table = f'<table class="heat"><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>'
    if key == "document":
        return folded("By document", len(groups), _wide(table + more, "By document"))
    return f"<h3>By {key}</h3>{_wide(table + more, f'By {key}')}"


def _heat_row(group: str, figures: Sequence[Figure], names: Sequence[str]) -> str:
    by_name = {figure.name: figure for figure in figures}
    cells = []
    for name in names:
        figure = by_name.get(name)
        if figure is None or figure.value is None:
            cells.append('<td class="quiet">–</td>')
            continue
        good = 1 - figure.value if name in MEASURES and MEASURES[name].better == "low" else figure.value
        colour, depth = "good" if good >= 0.5 else "bad", abs(good - 0.5) * 56
        style = f"background:color-mix(in srgb,var(--{colour}) {depth:.0f}%,transparent)"
        cells.append(f'<td style="{style}">{figure.value:.2f} <small>of {figure.scored}</small></td>')
    return f'<tr><th scope="row" title="{escape(group)}">{escape(group)}</th>{"".join(cells)}</tr>'


def _cases(suite: SuiteReport) -> Iterator[str]:
    failures, passed = suite.failures, [one for one in suite.outcomes if not one.failed]
    if failures:
        more = f" The first {MOST_CASES} are here; --json has them all." if len(failures) > MOST_CASES else ""
        yield f"<h3>{len(failures)} of {len(suite.outcomes)} failed</h3>"
        yield f'<p class="quiet">Open a case to see what was expected, what was said, and why it failed.{more}</p>'
        yield from (case_html(one) for one in failures[:MOST_CASES])
    else:
        yield f"<h3>None of {len(suite.outcomes)} failed</h3>"
    if passed:
        yield folded("The others", len(passed), "".join(case_html(one) for one in passed[:MOST_CASES]))


def folded(title: str, count: int, inside: str) -> str:
    """What is seen when its title is opened."""
    summary = f"<summary>{title} <small>{count}</small></summary>"
    return f'<details>{summary}<div class="inside">{inside}</div></details>'


def _comparison(comparison: Comparison) -> str:
    rows = []
    for d in comparison.differences:
        if d.before == d.after:
            continue
        better = (d.after > d.before) == (MEASURES[d.name].better == "high")
        verdict = "within chance" if not d.significant else "better" if better else "worse"
        tone = "" if not d.significant else "good" if better else "bad"
        rows.append(
            f'<tr><th scope="row">{escape(d.suite)}: {escape(label_of(d.name))}</th>'
            f'<td class="number">{d.before:.3f} → {d.after:.3f}</td><td class="chart">{change(d, better)}</td>'
            f'<td class="number">{d.after - d.before:+.3f} '
            f'<span class="quiet">[{d.low:+.3f}, {d.high:+.3f}]</span></td>'
            f'<td class="number quiet">p {d.p_adjusted:.3f}</td><td class="verdict {tone}">{verdict}</td></tr>'
        )
    same = sum(d.before == d.after for d in comparison.differences)
    cases = "".join(
        f"<p>{what}: {escape(', '.join(ids[:40]))}{' …' if len(ids) > 40 else ''}</p>"
        for what, ids in (("Now right", comparison.mended), ("Now wrong", comparison.broken))
        if ids
    )
    left = (
        f"<p class='quiet'>{comparison.unmatched} cases are in one run only, or changed.</p>"
        if comparison.unmatched
        else ""
    )
    table = _wide(f"<table><tbody>{''.join(rows)}</tbody></table>", "Differences") if rows else ""
    return (
        f"<h2>Against {escape(comparison.against)}</h2>"
        '<p class="about">The same cases in both runs. “Within chance” means that a difference as large would not be '
        "unusual if the runs were equally good, given how many figures are compared (randomisation test; Holm).</p>"
        f"{table}<p class='quiet'>{same} of {len(comparison.differences)} figures are the same.</p>{cases}{left}"
    )
