"""The library tab as HTML: pure functions from rows to escaped markup."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from assistant.page.drawing import render_opener, render_quiet, safe_url, shown_filters
from assistant.page.numbers import shown_number
from assistant.page.periods import shown_period
from assistant.page.reasons import reason
from assistant.page.table import COLUMNS, MOST_CHOSEN, ON_A_PAGE, STATES, Asked, Page, Row
from assistant.page.words import Words


def render_desk(words: Words, upload_mb: int) -> str:
    """The tab without its table, which the browser asks for; its own words travel with it."""
    told = {key: text for key, text in words.items() if key.startswith(("up_", "why_", "remove", "chosen", "ask_"))}
    told |= {key: words[key] for key in ("working", "failed")}
    selects = "".join(
        f'<select id="by-{name}" aria-label="{escape(words[name])}"><option value="">'
        f"{escape(words[f'any_{name}'])}</option></select>"
        for name in ("language", "period", "place")
    )
    states = "".join(f'<option value="{state}">{escape(words[f"state_{state}"])}</option>' for state in STATES)
    return (
        f'<div id="library-desk" data-words="{escape(json.dumps(told, ensure_ascii=False))}" '
        f'data-most="{upload_mb << 20}" data-many="{MOST_CHOSEN}">'
        f'<div class="bring" hidden><button type="button" class="lead" id="upload">{escape(words["upload"])}</button>'
        f'<span class="drop">{escape(words["upload_drop"])}</span>'
        f"<small>{escape(words['upload_about'].format(mb=upload_mb))}</small>"
        f'<input type="file" id="files" multiple hidden aria-label="{escape(words["upload"])}"></div>'
        f'<p class="quiet read-only" hidden>{escape(words["read_only"])}</p>'
        f'<section class="uploads" hidden aria-label="{escape(words["uploads"])}" aria-live="polite"><ul></ul>'
        f'<button type="button" class="plain" id="clear-uploads">{escape(words["up_clear"])}</button></section>'
        f'<div class="asked-for"><input type="search" id="find" placeholder="{escape(words["find"])}" '
        f'aria-label="{escape(words["find"])}" autocomplete="off">{selects}'
        f'<select id="by-state" aria-label="{escape(words["state"])}"><option value="">'
        f"{escape(words['any_state'])}</option>{states}</select></div>"
        f'<div class="doing"><span id="chosen" class="quiet"></span>'
        f'<button type="button" id="ask-these" hidden>{escape(words["ask_these"])}</button>'
        f'<button type="button" id="remove-chosen" hidden>{escape(words["remove"])}</button>'
        f'<button type="button" class="plain" id="unchoose" hidden>{escape(words["unchoose"])}</button></div>'
        f'<p class="quiet" id="too-many" hidden>{escape(words["too_many"].format(n=MOST_CHOSEN))}</p>'
        '<div id="said" role="status"></div>'
        '<div id="reports"></div>'
        '<dialog id="confirm" aria-labelledby="confirm-title"><h3 id="confirm-title"></h3><ul></ul>'
        f"<p>{escape(words['remove_about'])}</p>"
        f'<div class="doing"><button type="button" id="keep" autofocus>{escape(words["keep"])}</button>'
        f'<button type="button" class="lead" id="do-remove">{escape(words["remove"])}</button></div></dialog></div>'
    )


def render_options(offered: Mapping[str, Sequence[str]], words: Words) -> dict[str, str]:
    """The options of each filter."""
    drawn = {}
    for name, values in offered.items():
        shown = [(value, _option(name, value, words)) for value in values]
        options = "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in shown)
        drawn[name] = f'<option value="">{escape(words[f"any_{name}"])}</option>{options}'
    return drawn


def _option(name: str, value: str, words: Words) -> str:
    if name == "period":
        return shown_period(value, words)
    return words.get(value, value) if name == "language" else value


def render_table(page: Page, asked: Asked, words: Words, write: bool) -> str:
    """A page of the table. Only who may write sees how to remove."""
    if not page.rows:
        return render_quiet(words["no_match"])
    count = words["reports_one"] if page.total == 1 else words["reports"].format(n=shown_number(page.total, words))
    heads = "".join(_head(column, asked, words) for column in COLUMNS)
    rows = "".join(_row(row, words, write) for row in page.rows)
    return (
        f'<p class="quiet">{escape(count)}</p><div class="table" tabindex="0" role="region" '
        f'aria-label="{escape(words["library"])}"><table><thead><tr><td class="tick"></td>{heads}<td></td></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{_pager(page, words)}"
    )


def render_scope(filters: Mapping[str, Any] | None, titles: Mapping[str, str], words: Words) -> str:
    """What the chat answers from, and the way back to all of it."""
    if not filters:
        return render_quiet(words["scope_all"])
    parts = "".join(f"<b>{escape(one)}</b>" for one in shown_filters(filters, titles, words))
    return (
        f'<p class="scope">{escape(words["scope_some"])} {parts} '
        f'<button type="button" class="plain">{escape(words["scope_whole"])}</button></p>'
    )


def _head(column: str, asked: Asked, words: Words) -> str:
    order = ("descending" if asked.down else "ascending") if asked.sort == column else "none"
    name = escape(words[column])
    return (
        f'<th scope="col" aria-sort="{order}"><button type="button" class="sort" data-sort="{column}" '
        f'title="{escape(words["sort_by"].format(column=words[column]))}">{name}</button></th>'
    )


def _row(row: Row, words: Words, write: bool) -> str:
    document = row.document
    state = f'<td class="state {row.state}">{_state(row, words)}'
    if document is None:
        why = f"<small>{escape(reason(row.message, words))}</small>" if row.state == "failed" else ""
        return (
            f'<tr class="without"><td class="tick"></td><th scope="row">{escape(row.title)}</th>'
            f'<td colspan="{len(COLUMNS) - 2}"></td>{state}{why}</td><td></td></tr>'
        )
    link, id_, title = safe_url(document.url), escape(document.id), escape(document.title)
    source = escape(document.source)
    if link:
        source = f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer">{source}</a>'
    name = escape(words["remove_title"].format(title=document.title))
    remove = (
        f'<button type="button" class="plain remove" title="{name}" aria-label="{name}">✕</button>' if write else ""
    )
    return (
        f'<tr data-id="{id_}" data-title="{title}"><td class="tick"><input type="checkbox" '
        f'aria-label="{escape(words["choose"].format(title=document.title))}"></td>'
        f'<th scope="row"><span lang="{escape(document.language)}">{title}</span>'
        f"{render_opener(document.id, words)}</th>"
        f"<td>{escape(shown_period(document.period, words))}</td><td>{escape(', '.join(document.places) or '—')}</td>"
        f'<td>{escape(words.get(document.language, document.language))}</td><td class="source">{source}</td>'
        f'<td class="figure">{shown_number(document.passages, words)}</td>{state}</td>'
        f'<td class="tick">{remove}</td></tr>'
    )


def _state(row: Row, words: Words) -> str:
    if row.state == "copy" and row.message:
        return escape(words["state_copy_of"].format(title=row.message))
    return escape(words[f"state_{row.state}"])


def _pager(page: Page, words: Words) -> str:
    if page.pages == 1:
        return ""
    first, last = page.number * ON_A_PAGE + 1, page.number * ON_A_PAGE + len(page.rows)
    first_shown, last_shown, total = (shown_number(number, words) for number in (first, last, page.total))
    told = words["pages_of"].format(first=first_shown, last=last_shown, n=total)
    buttons = [
        f'<button type="button" class="turn" data-page="{to}"{"" if 0 <= to < page.pages else " disabled"}>'
        f"{escape(words[name])}</button>"
        for name, to in (("previous_page", page.number - 1), ("next_page", page.number + 1))
    ]
    return f'<nav class="doing pager">{buttons[0]}<span class="quiet">{escape(told)}</span>{buttons[1]}</nav>'
