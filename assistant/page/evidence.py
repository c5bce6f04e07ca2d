"""The evidence panel as HTML: each citation's quote among the words around it, and where it comes from.

As in `drawing`, everything that is given is other people's text, and what is returned is safe to show.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.answer import Citation, DocumentInfo
from assistant.page import drawing as html
from assistant.page.periods import shown_period
from assistant.page.words import Words

CONTEXT = 260  # code points of the report shown on either side of a quote: about two sentences
LONGEST_WORD = 30  # how far to look for a space before cutting inside a word, as Thai or Chinese needs
LONGEST_HEADING = 140  # code points of a question shown over its evidence


def render_passage(citation: Citation, document: DocumentInfo | None, message: int, words: Words) -> str:
    """A card of the evidence panel: the quote among the words around it, and where it comes from."""
    name = html.anchor(message, citation.n)
    link = html.safe_url(citation.url)
    source = (
        f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer">{escape(words["open_source"])} ↗</a>'
        if link
        else ""
    )
    whole = html.render_opener(citation.document_id, words, citation.start, citation.end) if document else ""
    return (
        f'<article class="passage" id="{name}" tabindex="-1" aria-labelledby="{name}-title">'
        f'<header><span class="number" aria-hidden="true">{citation.n}</span>'
        f'<h3 id="{name}-title">{escape(citation.title)}</h3></header>'
        f'<p class="facts">{_facts(citation, document, words)}</p>'
        f'<blockquote lang="{escape(citation.language)}">{render_excerpt(citation, document)}</blockquote>'
        f"{_outdated(citation, document, words)}"
        f'<footer>{source}{whole}<a class="back" href="#a-{message}">{escape(words["back_to_answer"])}</a></footer>'
        "</article>"
    )


def render_excerpt(citation: Citation, document: DocumentInfo | None) -> str:
    """The quote, marked, with the report's own words around it.

    A report may have been replaced since the answer was given; then its offsets no longer lead to the
    quote, and the quote is shown alone rather than in a context it did not have.
    """
    text = document.text if document and document.text else ""
    if text[citation.start : citation.end] != citation.quote:
        return f"<mark>{escape(citation.quote)}</mark>"
    first = _word_start(text, max(0, citation.start - CONTEXT), citation.start)
    last = _word_end(text, min(len(text), citation.end + CONTEXT), citation.end)
    before, after = text[first : citation.start].lstrip(), text[citation.end : last].rstrip()
    return (
        ("… " if first else "")
        + f"{escape(before)}<mark>{escape(citation.quote)}</mark>{escape(after)}"
        + (" …" if last < len(text) else "")
    )


def render_evidence(message: int, question: str, passages: Sequence[str], latest: bool, data: str = "") -> str:
    """The evidence of one answer; only the latest is open, the earlier ones stay a click away. `data` is attributes of
    the answer for chat.js, escaped."""
    heading = question if len(question) <= LONGEST_HEADING else f"{question[:LONGEST_HEADING].rstrip()}…"
    return (
        f'<details class="turn" id="e-{message}"{data}{" open" if latest else ""}>'
        f"<summary>{escape(heading)}</summary>"
        f"{''.join(passages)}</details>"
    )


def render_panel(turns: Sequence[str], words: Words, conversation: str | None = None, note: str | None = None) -> str:
    """The whole panel. `conversation` is the id of the one that is shown, where it is kept."""
    inside = "".join(turns) or html.render_quiet(words["evidence_none_yet"])
    kept = f' data-conversation="{escape(conversation)}"' if conversation else ""
    told = " ".join(
        f'data-{key.replace("_", "-")}="{escape(words[key])}"'
        for key in ("copied", "copy_by_hand", "close", "editing", "cancel", "earlier", "delete_sure")
    )
    steps = "".join(
        f'<button type="button" class="step" data-step="{step}" title="{escape(words[key])} (Alt {arrow})" '
        f'aria-label="{escape(words[key])}" aria-keyshortcuts="Alt+Arrow{way}">'
        f"<kbd>Alt</kbd> <kbd>{arrow}</kbd></button>"
        for key, step, arrow, way in (("previous", -1, "↑", "Up"), ("next", 1, "↓", "Down"))
    )
    stepping = f'<div class="steps">{steps}</div>' if any('class="passage"' in turn for turn in turns) else ""
    said = html.render_note(note) if note else ""
    return (
        f'<div class="evidence-head"><h2 id="evidence-title" lang="{words["code"]}"{kept} {told}>'
        f"{escape(words['evidence'])}</h2>{stepping}</div>{said}{inside}"
    )


def _facts(citation: Citation, document: DocumentInfo | None, words: Words) -> str:
    """Place, period, date, language, page and file (with its copies), in the order a reader asks for them."""
    date = (document.event_date or document.published) if document else None
    facts = [
        ", ".join(document.places) if document else None,
        shown_period(citation.period, words) if citation.period else None,
        date,
        words.get(citation.language, citation.language),
        words["page"].format(n=citation.page) if citation.page else None,
        " = ".join([citation.source, *(document.copies if document else [])]),
    ]
    return " · ".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)


def _outdated(citation: Citation, document: DocumentInfo | None, words: Words) -> str:
    if document is None:
        return html.render_quiet(words["evidence_gone"])
    if (document.text or "")[citation.start : citation.end] != citation.quote:
        return html.render_quiet(words["evidence_changed"])
    return ""


def _word_start(text: str, cut: int, before: int) -> int:
    """Move a cut forward to the start of a word, if one starts soon and before `before`."""
    for place in range(cut, min(cut + LONGEST_WORD, before)):
        if place == 0 or text[place - 1].isspace():
            return place
    return cut


def _word_end(text: str, cut: int, after: int) -> int:
    """Move a cut back to the end of a word, if one ends shortly before and after `after`."""
    for place in range(cut, max(cut - LONGEST_WORD, after), -1):
        if place == len(text) or text[place].isspace():
            return place
    return cut
