"""Answers and their evidence as HTML: pure functions from values to escaped markup.

Reports, questions and model output are other people's text, so every function here escapes what it is
given and returns markup that is safe to show; Gradio's HTML component does not sanitise anything.

Anchors tie a marker to its passage and to the answer it belongs to: `#p-<message>-<n>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import urlsplit

from assistant.answer import Answer, DocumentInfo, Statement
from assistant.page.periods import shown_period
from assistant.page.words import Words

MOST_NAMED = 3
"""Titles named of the documents the chat is asked over."""
LANGUAGES = {"en": "English", "fr": "Français", "vi": "Tiếng Việt"}


def anchor(message: int, n: int) -> str:
    """The id of passage `n` of the answer number `message`."""
    return f"p-{message}-{n}"


def safe_url(url: str | None) -> str | None:
    """The address if a browser may be sent there: http or https with a host; else None."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in ("http", "https") and parts.hostname else None


def render_question(text: str, message: int, words: Words) -> str:
    return (
        f'<div class="question" id="q-{message}"><div class="asked">{escape(text)}</div>'
        f'<button type="button" class="act edit">{escape(words["edit"])}</button></div>'
    )


def render_statement(statement: Statement, message: int, titles: Mapping[int, str], words: Words) -> str:
    """One sentence and the markers that lead to its passages."""
    markers = "".join(
        f'<a class="cite" href="#{anchor(message, n)}" '
        f'title="{escape(words["go_to_passage"].format(n=n, title=titles.get(n, "")))}" '
        f'aria-label="{escape(words["passage"].format(n=n))}">[{n}]</a>'
        for n in statement.citations
    )
    lead = f'<span class="lead-in">{escape(statement.lead_in)}</span> ' if statement.lead_in else ""
    kind = "statement computed" if statement.computed else "statement"
    return f'<p class="{kind}">{lead}{escape(statement.text)}<span class="cites">{markers}</span></p>'


def render_statements(statements: Iterable[Statement], message: int, titles: Mapping[int, str], words: Words) -> str:
    return "".join(render_statement(statement, message, titles, words) for statement in statements)


def render_abstention(answer: Answer, words: Words) -> str:
    """What is said when the reports do not say: the answer's own words, and why."""
    said = [text for text in (answer.answer.strip(), (answer.reason or "").strip()) if text]
    lines = "".join(f"<p>{escape(text)}</p>" for text in dict.fromkeys(said))
    return f'<div class="abstained"><p class="abstained-title">{escape(words["abstained"])}</p>{lines}</div>'


def render_acts(words: Words, kept: bool, latest: bool) -> str:
    """What a reader can do with an answer. Only the latest can be asked for again, for others build on the earlier
    ones; only what is kept can be judged."""
    acts = ["copy", *(["retry"] if latest else []), *(["helpful", "unhelpful"] if kept else [])]
    buttons = (f'<button type="button" class="act {act}">{escape(words[act])}</button>' for act in acts)
    return f'<p class="acts">{"".join(buttons)}</p>'


def render_note(text: str) -> str:
    """A line from the page itself: an error, a notice, or that the answer was stopped."""
    return f'<p class="note" role="status">{escape(text)}</p>'


def shown_filters(filters: Mapping[str, Any], titles: Mapping[str, str], words: Words) -> list[str]:
    """What filters, as `Assistant.ask` takes them, let through, in words. `titles` are of the documents named in them,
    by id; where one is missing, or there are many, they are counted."""
    shown: list[str] = []
    for name, given in filters.items():
        values = [str(one) for one in (given if isinstance(given, list | tuple) else [given])]
        if name == "document":
            named = [titles[id_] for id_ in values if id_ in titles]
            if len(values) <= MOST_NAMED and len(named) == len(values):
                shown += named
            else:
                shown.append(words["reports_one"] if len(values) == 1 else words["reports"].format(n=len(values)))
        elif name == "period":
            shown += [shown_period(one, words) for one in values]
        else:
            shown += [words.get(one, one) if name == "language" else one for one in values]
    return shown


def render_only(filters: Mapping[str, Any], titles: Mapping[str, str], words: Words) -> str:
    """What answers are limited to: "Only: 2024 · Hanoi"."""
    said = shown_filters(filters, titles, words)
    return f'<p class="only">{escape(words["only"])}: {escape(" · ".join(said))}</p>' if said else ""


def render_quiet(text: str) -> str:
    return f'<p class="quiet">{escape(text)}</p>'


def render_waiting(text: str) -> str:
    return f'<p class="waiting">{escape(text)}</p>'


def render_opener(document_id: str, words: Words, start: int = 0, end: int = 0) -> str:
    """An expander for the whole report. Its text is fetched when it is opened: reports can be long."""
    return (
        f'<details class="document" data-id="{escape(document_id)}" data-start="{start}" data-end="{end}">'
        f"<summary>{escape(words['open_document'])}</summary>"
        f'<div class="document-text" tabindex="0" data-loading="{escape(words["loading"])}"></div></details>'
    )


def render_document(document: DocumentInfo, start: int = 0, end: int = 0) -> str:
    """The whole text of a report, with document.text[start:end] marked."""
    text = document.text or ""
    if not 0 <= start < end <= len(text):
        return f'<div lang="{escape(document.language)}">{escape(text)}</div>'
    return (
        f'<div lang="{escape(document.language)}">{escape(text[:start])}'
        f"<mark>{escape(text[start:end])}</mark>{escape(text[end:])}</div>"
    )


def render_heading(words: Words) -> str:
    """The name, the languages to choose from, and what page.js says when the server goes away or comes back."""
    chosen = words["code"]
    buttons = "".join(
        f'<button type="button" lang="{code}" data-language="{code}" aria-pressed="{str(code == chosen).lower()}">'
        f"{escape(name)}</button>"
        for code, name in LANGUAGES.items()
    )
    told = ("away", "starting", "restarted", "back", "login_ended", "log_in")
    notices = " ".join(f'data-{key.replace("_", "-")}="{escape(words[key])}"' for key in told)
    return (
        f'<div id="page-words" lang="{chosen}" {notices} hidden></div>'
        f"<h1>Danchung</h1><p>{escape(words['tagline'])}</p>"
        f'<div id="languages" role="group" aria-label="{escape(words["languages"])}">{buttons}</div>'
    )


def render_welcome(words: Words) -> str:
    return f'<div class="welcome"><p>{escape(words["welcome"])}</p><p>{escape(words["welcome_more"])}</p></div>'


def render_empty(words: Words) -> str:
    more = escape(words["empty_more"]).format(command="<code>danchung ingest FOLDER</code>")
    return f'<div class="empty"><p>{escape(words["empty"])}</p><p>{more}</p></div>'
