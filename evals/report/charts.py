"""Charts as inline SVG: no script, colours from the page's style sheet, each with a title for who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, log10

from evals.values import Difference, Figure

WIDTH, HEIGHT, INSET = 260, 22, 6


def interval(figure: Figure, floor: float | None = None) -> str:
    """A share on a line from 0 to 1: a dot at the estimate, a bar over its 95 % interval, a tick at its floor."""
    if figure.value is None:
        return '<span class="quiet">nothing to score</span>'
    low, high = (figure.value if end is None else end for end in (figure.low, figure.high))
    said = f"{figure.value:.3f}, 95 % interval {low:.3f} to {high:.3f}"
    tick = ""
    if floor is not None:
        tick = f'<path class="floor" d="M{_x(floor)} 1v20"><title>floor {floor:g}</title></path>'
    return (
        f'<svg class="interval" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}"><title>{said}</title>'
        f'{_grid()}<rect class="fill" x="{_x(0)}" y="8.5" width="{_x(figure.value) - _x(0):.1f}" height="5" rx="2.5"/>'
        f'<line class="whisker" x1="{_x(low)}" x2="{_x(high)}" y1="11" y2="11"/>{tick}'
        f'<circle class="dot" cx="{_x(figure.value)}" cy="11" r="5"/></svg>'
    )


def _grid() -> str:
    """A line at each quarter."""
    quarters = (_x(share) for share in (0, 0.25, 0.5, 0.75, 1))
    return "".join(f'<line class="grid" x1="{x}" x2="{x}" y1="3" y2="19"/>' for x in quarters)


def _x(share: float) -> float:
    return round(INSET + max(0.0, min(1.0, share)) * (WIDTH - 2 * INSET), 1)


def change(difference: Difference, better: bool) -> str:
    """Then and now on one line, an arrow from the one to the other, in the colour of better or worse."""
    before, after = _x(difference.before), _x(difference.after)
    said = f"from {difference.before:.3f} to {difference.after:.3f}"
    way = "up" if better else "down"
    return (
        f'<svg class="interval {way}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">'
        f"<title>{said}</title>{_grid()}"
        f'<line class="arrow" x1="{before}" x2="{after}" y1="11" y2="11"/>'
        f'<circle class="then" cx="{before}" cy="11" r="4"/>'
        f'<circle class="now" cx="{after}" cy="11" r="5"/></svg>'
    )


def ring(value: float | None, label: str) -> str:
    """One share as a ring with its figure inside."""
    share = 0.0 if value is None else max(0.0, min(1.0, value))
    said = "–" if value is None else f"{100 * value:.0f}"
    length = 2 * 3.14159265 * 42
    return (
        f'<svg class="ring" viewBox="0 0 100 100" role="img" aria-label="{escape(label)}: {said} percent">'
        '<circle class="track" cx="50" cy="50" r="42"/>'
        f'<circle class="arc" cx="50" cy="50" r="42" stroke-dasharray="{share * length:.1f} {length:.1f}" '
        'transform="rotate(-90 50 50)"/>'
        f'<text x="50" y="58" text-anchor="middle">{said}</text></svg>'
    )


def times(milliseconds: Sequence[float]) -> str:
    """How long answers took: how many in each of a few steps, each twice the one before it."""
    values = [max(1.0, value) for value in milliseconds]
    if len(values) < 5:
        return ""
    first = 10 ** int(log10(min(values)))
    edges = [float(first)]
    while edges[-1] < max(values) and len(edges) < 16:
        edges.append(edges[-1] * 2)
    counts = [0] * len(edges)
    for value in values:
        counts[next((i for i, edge in enumerate(edges) if value <= edge), len(edges) - 1)] += 1
    while counts and not counts[0]:
        counts, edges = counts[1:], edges[1:]
    step, most = 72, max(counts)
    steps = enumerate(zip(counts, edges, strict=True))
    bars = "".join(_bar(number, count, most, edge, step) for number, (count, edge) in steps)
    return (
        f'<svg class="times" viewBox="0 0 {step * len(counts) + 10} 132" style="max-width:{step * len(counts) + 10}px" '
        f'role="img" aria-label="times of {len(values)} answers"><title>how many answers took up to so long</title>'
        f"{bars}</svg>"
    )


def _bar(number: int, count: int, most: int, edge: float, step: int) -> str:
    tall = ceil(84 * count / most)
    x = 5 + number * step
    label = f"{edge:.0f} ms" if edge < 1000 else f"{edge / 1000:.3g} s"
    return (
        f'<rect class="fill" x="{x + 4}" y="{104 - tall}" width="{step - 8}" height="{tall}" rx="3"/>'
        f'<text class="count" x="{x + step / 2}" y="{98 - tall}" text-anchor="middle">{count or ""}</text>'
        f'<text class="axis" x="{x + step / 2}" y="122" text-anchor="middle">≤ {label}</text>'
    )
