"""A measure over periods as inline SVG. Colours come from the page's style, so that light and dark are its own."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from assistant.figures import FigureInfo
from assistant.page.figures_drawing import shown_place, shown_unit
from assistant.page.numbers import shown_number
from assistant.page.periods import shown_period
from assistant.page.words import Words
from ingest.store.figures import Series
from ingest.text.periods import Period

WIDTH, HEIGHT = 760, 270
LEFT, RIGHT, TOP, BOTTOM = 74, 24, 16, 44
STEPS = 4
"""Lines of the grid over the axis, about."""
BRIEF, LETTER = 20, 7
"""Letters of a label under the axis at most, and the width of one, about."""


def render_choice(series: Sequence[Series], chosen: int, words: Words) -> str:
    """The measures that can be drawn, to choose one."""
    options = "".join(
        f'<option value="{number}"{" selected" if number == chosen else ""}>{escape(_name(one, words))}</option>'
        for number, one in enumerate(series)
    )
    return f'<label class="fig-measure">{escape(words["fig_measure"])} <select name="series">{options}</select></label>'


def render_chart(one: Series, figures: Sequence[FigureInfo], words: Words) -> str:
    """The figures of a measure, each a point that leads to its quote; and the same as a table."""
    periods = sorted({Period.parse(figure.period) for figure in figures if figure.period})
    if len(periods) < 2:
        return ""
    top = _top(max(figure.value for figure in figures))
    low = min(0.0, *(float(figure.value) for figure in figures))
    x = {p.label: LEFT + (WIDTH - LEFT - RIGHT) * (i + 0.5) / len(periods) for i, p in enumerate(periods)}

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / ((top - low) or 1)

    title = words["fig_chart_of"].format(
        counted=one.counted, place=_place(one, words), n=len(figures),
        first=shown_period(periods[0].label, words), last=shown_period(periods[-1].label, words),
    )  # fmt: skip
    unit = shown_unit(one.unit, words)
    differing = ""
    if any(figure.conflicts for figure in figures):
        ring = '<span class="fig-ring" aria-hidden="true"></span>'
        differing = f'<p class="quiet">{ring} {escape(words["fig_ring"])}</p>'
    grid = "".join(_line(low + (top - low) * n / STEPS, y, unit, words) for n in range(STEPS + 1))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-labelledby="fig-svg-title fig-svg-desc">'
        f'<title id="fig-svg-title">{escape(title)}</title><desc id="fig-svg-desc">{escape(words["fig_chart_desc"])}'
        f"</desc>{grid}{_axis(periods, x, words)}{_lines(figures, x, y)}{_points(figures, x, y, words)}</svg>"
        f'<div class="fig-about"><p class="quiet">{escape(title)}</p>{differing}{_as_table(figures, words)}</div>'
    )


def _place(one: Series, words: Words) -> str:
    return shown_place(one.place, words) if one.place else words["fig_chart_nowhere"]


def _name(one: Series, words: Words) -> str:
    unit = f" ({shown_unit(one.unit, words)})" if one.unit else ""
    return f"{one.counted}{unit} · {_place(one, words)}"


def _top(value: float) -> float:
    """A round number that the highest point is under."""
    if value <= 0:
        return 1.0
    size = 10 ** math.floor(math.log10(value))
    return float(next(step * size for step in (1, 2, 4, 5, 8, 10) if step * size >= value))


def _line(value: float, y: object, unit: str, words: Words) -> str:
    at = y(value)  # type: ignore[operator]
    return (
        f'<g class="grid" aria-hidden="true"><line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>'
        f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{escape(_short(value, unit, words))}</text></g>'
    )


def _short(value: float, unit: str, words: Words) -> str:
    """A number of the axis: 3.5 billion as 3.5e9 would say nothing, and in full has no room."""
    for size, letter in ((1e9, "G"), (1e6, "M")):
        if value >= size:
            return f"{shown_number(round(value / size, 2), words)} {letter}"
    return f"{shown_number(int(value) if value == int(value) else value, words)}{' %' if unit == '%' else ''}"


def _axis(periods: Sequence[Period], x: dict[str, float], words: Words) -> str:
    longest = LETTER * max(len(_brief(period, words)) for period in periods)
    every = max(1, math.ceil(len(periods) * longest / (WIDTH - LEFT - RIGHT)))
    return "".join(
        f'<text class="axis" aria-hidden="true" x="{x[period.label]:.1f}" y="{HEIGHT - BOTTOM + 22}" '
        f'text-anchor="middle">{escape(_brief(period, words))}</text>'
        for place, period in enumerate(periods)
        if place % every == 0
    )


def _brief(period: Period, words: Words) -> str:
    """A label short enough for the axis: of a stretch of days, its months."""
    said = shown_period(period.label, words)
    return said if len(said) <= BRIEF else f"{period.start:%Y-%m} – {period.end:%Y-%m}"


def _lines(figures: Sequence[FigureInfo], x: dict[str, float], y: object) -> str:
    """Lines between what can be compared: periods of one length. The first of several values stands for them."""
    first: dict[Period, float] = {}
    for figure in figures:
        if figure.period:
            first.setdefault(Period.parse(figure.period), float(figure.value))
    lengths = Counter(_months(period) for period in first)
    drawn = []
    for length, count in lengths.items():
        of_length = sorted(period for period in first if _months(period) == length)
        if count > 1:
            drawn += [
                f'<line class="trend" aria-hidden="true" x1="{x[a.label]:.1f}" y1="{y(first[a]):.1f}" '  # type: ignore[operator]
                f'x2="{x[b.label]:.1f}" y2="{y(first[b]):.1f}"/>'  # type: ignore[operator]
                for a, b in pairwise(of_length)
            ]
    return "".join(drawn)


def _months(period: Period) -> int:
    return round(period.days / 30.4)


def _points(figures: Sequence[FigureInfo], x: dict[str, float], y: object, words: Words) -> str:
    return "".join(
        f'<a href="#" role="button" class="point{" differs" if figure.conflicts else ""}" '
        f'data-id="{escape(figure.document_id)}" data-start="{figure.start}" data-end="{figure.end}" '
        f'aria-label="{escape(_said(figure, words))}"><title>{escape(_said(figure, words))}</title>'
        f'<circle class="reach" cx="{x[figure.period or ""]:.1f}" cy="{y(float(figure.value)):.1f}" r="14"/>'  # type: ignore[operator]
        f'<circle cx="{x[figure.period or ""]:.1f}" cy="{y(float(figure.value)):.1f}" r="5"/></a>'  # type: ignore[operator]
        for figure in figures
    )


def _said(figure: FigureInfo, words: Words) -> str:
    unit = shown_unit(figure.unit, words)
    value = shown_number(figure.value, words) + (f" {unit}" if unit else "")
    sense = f"{words[f'fig_{figure.sense}']} " if figure.sense else ""
    return words["fig_point"].format(
        period=shown_period(figure.period, words), value=f"{sense}{value}", source=figure.source
    ) + (f" ⚠ {words['fig_differs'].rstrip(' :')}" if figure.conflicts else "")


def _as_table(figures: Sequence[FigureInfo], words: Words) -> str:
    heads = "".join(f'<th scope="col">{escape(words[f"fig_{name}"])}</th>' for name in ("period", "value", "source"))
    rows = "".join(
        f'<tr><th scope="row">{escape(shown_period(figure.period, words))}</th>'
        f'<td class="figure">{escape(shown_number(figure.value, words))} {escape(shown_unit(figure.unit, words))}</td>'
        f"<td>{escape(figure.source)}</td></tr>"
        for figure in figures
    )
    return (
        f'<details class="fig-same"><summary>{escape(words["fig_as_table"])}</summary><div class="table" tabindex="0" '
        f'role="region" aria-label="{escape(words["fig_as_table"])}"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )
