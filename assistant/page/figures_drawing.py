"""Figures as HTML: the table, what stands beside a value, and the words a figure comes from. Everything is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.answer import Citation, DocumentInfo
from assistant.figures import FigureInfo, Figures
from assistant.page.drawing import render_opener, render_quiet, safe_url
from assistant.page.evidence import render_excerpt
from assistant.page.numbers import shown_number
from assistant.page.periods import shown_period
from assistant.page.words import Words
from ingest.figures.values import NATIONWIDE

COLUMNS = ("value", "unit", "counted", "period", "place", "quote", "source")
SORTED_BY = frozenset(COLUMNS) - {"quote"}
SHORT_QUOTE = 160
"""Code points of a quote in the table; the rest is a click away."""


def render_desk(words: Words, periods: Sequence[str] = (), places: Sequence[str] = ()) -> str:
    """The tab: filters, a place for the chart, one for the table, and the dialogue in which a quote is read."""
    return (
        f'<div class="figures" lang="{words["code"]}"><form class="fig-filters" role="search">'
        f'<input type="search" name="find" placeholder="{escape(words["fig_find"])}" '
        f'aria-label="{escape(words["fig_find"])}">'
        f"{_choice('period', periods, words)}{_choice('place', places, words)}"
        f'<label class="fig-check"><input type="checkbox" name="conflicts"> '
        f"{escape(words['fig_conflicts_only'])}</label>"
        f'<button type="button" class="fig-csv">{escape(words["fig_csv"])}</button></form>'
        f'<section class="fig-chart" aria-labelledby="fig-chart-title"><h2 id="fig-chart-title">'
        f'{escape(words["fig_chart"])}</h2><div class="fig-drawn" aria-live="polite"></div></section>'
        f'<div class="fig-listed" aria-live="polite"></div>'
        f'<dialog class="fig-context" aria-label="{escape(words["fig_quote"])}">'
        f'<button type="button" class="fig-close" aria-label="{escape(words["fig_close"])}">✕</button>'
        '<div class="fig-said"></div></dialog></div>'
    )


def _choice(name: str, values: Sequence[str], words: Words) -> str:
    shown = [shown_place(value, words) if name == "place" else shown_period(value, words) for value in values]
    options = "".join(
        f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in zip(values, shown, strict=True)
    )
    return (
        f'<select name="{name}" aria-label="{escape(words[f"fig_{name}"])}"><option value="">'
        f"{escape(words[f'fig_every_{name}'])}</option>{options}</select>"
    )


def render_table(page: Figures, number: int, pages: int, sort: str, narrowed: bool, words: Words) -> str:
    """A page of figures, number `number` of `pages`, with what leads to the others."""
    if not page.figures:
        return render_quiet(words["fig_none" if narrowed else "fig_none_yet"])
    count = words["fig_count_one"] if page.total == 1 else words["fig_count"].format(n=shown_number(page.total, words))
    heads = "".join(_head(column, sort, words) for column in COLUMNS)
    rows = "".join(_row(figure, words) for figure in page.figures)
    return (
        f'<p class="quiet">{escape(count)}</p><div class="table" tabindex="0" role="region" '
        f'aria-label="{escape(words["figures"])}"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        f"</div>{_pager(number, pages, words)}"
    )


def _head(column: str, sort: str, words: Words) -> str:
    name, side = escape(words[f"fig_{column}"]), ' class="figure"' if column == "value" else ""
    if column not in SORTED_BY:
        return f'<th scope="col"{side}>{name}</th>'
    down, on = sort == f"-{column}", sort.removeprefix("-") == column
    state = f' aria-sort="{"descending" if down else "ascending"}"' if on else ""
    arrow = f'<span aria-hidden="true">{" ▾" if down else " ▴"}</span>' if on else ""
    wanted = f"-{column}" if on and not down else column
    title = escape(words["fig_sort"].format(column=words[f"fig_{column}"]))
    return (
        f'<th scope="col"{side}{state}><button type="button" data-sort="{wanted}" title="{title}">{name}{arrow}'
        "</button></th>"
    )


def _row(figure: FigureInfo, words: Words) -> str:
    link = safe_url(figure.url)
    source = escape(figure.source)
    if link:
        source = f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer">{source}</a>'
    quote = " ".join(figure.quote.split())
    quote = quote if len(quote) <= SHORT_QUOTE else _around(quote, figure)
    differs = _differing(figure, words)
    return (
        f'<tr{" class=differs" if figure.conflicts else ""}><td class="figure">{_value(figure, words)}</td>'
        f"<td>{escape(shown_unit(figure.unit, words))}</td>"
        f'<th scope="row" lang="{escape(figure.language)}">{escape(figure.counted)}</th>'
        f"<td>{escape(shown_period(figure.period, words))}</td><td>{escape(shown_place(figure.place, words))}</td>"
        f'<td class="fig-quote"><button type="button" {_leads_to(figure)} title="{escape(words["fig_open"])}" '
        f'lang="{escape(figure.language)}">{escape(quote)}</button>{differs}</td><td>{source}</td></tr>'
    )


def _around(quote: str, figure: FigureInfo) -> str:
    """What of a long quote is about its number."""
    at = max(0, quote.find(" ".join(figure.written.split())))
    first = max(0, min(at - SHORT_QUOTE // 2, len(quote) - SHORT_QUOTE))
    first = quote.rfind(" ", 0, first) + 1 if first else 0
    said = quote[first : first + SHORT_QUOTE].rsplit(" ", 1)[0] if first + SHORT_QUOTE < len(quote) else quote[first:]
    return f"{'… ' if first else ''}{said}{' …' if first + len(said) < len(quote) else ''}"


def _differing(figure: FigureInfo, words: Words) -> str:
    """What other sources say where this figure is, each leading to its own words."""
    if not figure.conflicts:
        return ""
    others = "".join(
        f'<li><button type="button" data-id="{escape(other.document_id)}" data-start="{other.start}" '
        f'data-end="{other.end}" title="{escape(words["fig_open"])}"><b>{escape(shown_number(other.value, words))}</b> '
        f"{escape(other.source)}: “{escape(' '.join(other.quote.split()))}”</button></li>"
        for other in figure.conflicts
    )
    return f'<div class="note"><span>⚠ {escape(words["fig_differs"])}</span><ul>{others}</ul></div>'


def _leads_to(figure: FigureInfo) -> str:
    return f'data-id="{escape(figure.document_id)}" data-start="{figure.start}" data-end="{figure.end}"'


def _value(figure: FigureInfo, words: Words) -> str:
    """The value, and before or after it what makes it no plain one."""
    said = [words[f"fig_{name}"] for name in (figure.sense, figure.edge) if name]
    after = [words[f"fig_{name}"] for name in ("change", "cumulative") if getattr(figure, name)]
    before = f'<span class="hedge">{escape(", ".join(said))}</span> ' if said else ""
    return (
        before
        + escape(shown_number(figure.value, words))
        + "".join(f' <span class="hedge">{escape(name)}</span>' for name in after)
    )


def _pager(number: int, pages: int, words: Words) -> str:
    if pages < 2:
        return ""

    def button(to: int, word: str) -> str:
        off = "" if 1 <= to <= pages else " disabled"
        return f'<button type="button" data-page="{to}"{off}>{escape(words[word])}</button>'

    place = escape(words["fig_page"].format(n=number, pages=pages))
    return (
        f'<nav class="fig-pages" aria-label="{escape(words["fig_pages"])}">{button(number - 1, "fig_previous")}'
        f"<span>{place}</span>{button(number + 1, 'fig_next')}</nav>"
    )


def render_context(document: DocumentInfo, start: int, end: int, words: Words) -> str:
    """A quote among the words around it, where it comes from, and the way to the whole report."""
    text = document.text or ""
    quote = text[start:end] if 0 <= start < end <= len(text) else ""
    if not quote:
        return render_quiet(words["gone"])
    citation = Citation(
        n=1, document_id=document.id, title=document.title, source=document.source, url=document.url,
        language=document.language, period=document.period, quote=quote, start=start, end=end,
    )  # fmt: skip
    period = shown_period(document.period, words) if document.period else None
    facts = " · ".join(escape(fact) for fact in (", ".join(document.places), period, document.source) if fact)
    return (
        f'<article class="passage"><header><h3>{escape(document.title)}</h3></header><p class="facts">{facts}</p>'
        f'<blockquote lang="{escape(document.language)}">{render_excerpt(citation, document)}</blockquote>'
        f"<footer>{render_opener(document.id, words, start, end)}</footer></article>"
    )


def shown_unit(unit: str, words: Words) -> str:
    return words.get(f"unit_{unit}", unit)


def shown_place(place: str | None, words: Words) -> str:
    return words["fig_nationwide"] if place == NATIONWIDE else place or "—"
