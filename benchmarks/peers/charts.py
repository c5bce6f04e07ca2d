"""Charts as SVG files of their own: no script, colours that follow the reader's light or dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 760, 360, 64, 44, 64
LIGHT = ("#0b5cad", "#b3541e", "#3b7d3b", "#7a4fa3", "#8a6d00")
DARK = ("#6cb2f5", "#f0a070", "#86cf86", "#c3a0ea", "#e0c050")


def lines(title: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Lines over two logarithmic axes; a point is (passages, milliseconds)."""
    points = [point for line in series.values() for point in line]
    if not points:
        return _whole(title, "", list(series))
    lows = [floor(log10(min(value))) for value in zip(*points, strict=True)]
    highs = [max(low + 1, ceil(log10(max(value)))) for low, value in zip(lows, zip(*points, strict=True), strict=True)]

    def at(point: tuple[float, float]) -> tuple[float, float]:
        x, y = ((log10(v) - low) / (high - low) for v, low, high in zip(point, lows, highs, strict=True))
        return round(LEFT + x * (WIDTH - LEFT - 20), 1), round(HEIGHT - BOTTOM - y * (HEIGHT - TOP - BOTTOM), 1)

    drawn = ""
    for power in range(lows[1], highs[1] + 1):
        y = at((10 ** lows[0], 10**power))[1]
        drawn += f'<path class="grid" d="M{LEFT} {y}H{WIDTH - 20}"/>'
        drawn += f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{10**power:,g}</text>'
    for power in range(lows[0], highs[0] + 1):
        x = at((10**power, 10 ** lows[1]))[0]
        drawn += f'<text x="{x}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{10**power:,}</text>'
    for number, (name, line) in enumerate(series.items()):
        if line:
            path = "L".join(f"{x} {y}" for x, y in map(at, line))
            drawn += f'<path class="line s{number}" d="M{path}"><title>{escape(name)}</title></path>'
            drawn += "".join(_dot(number, *at(point), f"{name}: {point[1]:.1f} at {point[0]:,}") for point in line)
    return _whole(title, drawn, list(series))


def bars(title: str, groups: Mapping[str, Mapping[str, float]], names: Sequence[str]) -> str:
    """Groups of bars from 0 to 1."""
    deep = HEIGHT - TOP - BOTTOM
    drawn = ""
    for quarter in (0, 0.25, 0.5, 0.75, 1):
        y = round(HEIGHT - BOTTOM - quarter * deep, 1)
        drawn += f'<path class="grid" d="M{LEFT} {y}H{WIDTH - 20}"/>'
        drawn += f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{quarter:g}</text>'
    step = (WIDTH - LEFT - 20) / max(1, len(groups))
    wide = 0.8 * step / max(1, len(names))
    for place, (group, values) in enumerate(groups.items()):
        start = LEFT + place * step + 0.1 * step
        for number, name in enumerate(names):
            if name in values:
                tall = round(values[name] * deep, 1)
                drawn += (
                    f'<rect class="fill s{number}" x="{start + number * wide:.1f}" y="{HEIGHT - BOTTOM - tall:.1f}" '
                    f'width="{wide - 1:.1f}" height="{tall}"><title>{escape(name)}, {escape(group)}: '
                    f"{values[name]:.3f}</title></rect>"
                )
        middle = LEFT + (place + 0.5) * step
        drawn += f'<text x="{middle:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{escape(group)}</text>'
    return _whole(title, drawn, names)


def _dot(number: int, x: float, y: float, said: str) -> str:
    return f'<circle class="fill s{number}" cx="{x}" cy="{y}" r="4"><title>{escape(said)}</title></circle>'


def _whole(title: str, drawn: str, names: Sequence[str]) -> str:
    legend = ""
    for number, name in enumerate(names):
        x = LEFT + number * (WIDTH - LEFT - 20) / max(1, len(names))
        legend += f'<rect class="fill s{number}" x="{x:.1f}" y="{HEIGHT - 26}" width="12" height="12" rx="2"/>'
        legend += f'<text x="{x + 17:.1f}" y="{HEIGHT - 15}">{escape(name)}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title><style>{_style()}</style>'
        f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>{drawn}{legend}</svg>\n'
    )


def _style() -> str:
    light, dark = (
        f"text{{fill:{text}}}.grid{{stroke:{grid}}}"
        + "".join(f".fill.s{n}{{fill:{colour}}}.line.s{n}{{stroke:{colour}}}" for n, colour in enumerate(colours))
        for text, grid, colours in (("#333", "#ddd", LIGHT), ("#ccc", "#444", DARK))
    )
    shape = "text{font:12px system-ui,sans-serif}.title{font-size:15px;font-weight:600}.line{fill:none;stroke-width:2}"
    return f"{shape}{light}@media (prefers-color-scheme:dark){{{dark}}}"
