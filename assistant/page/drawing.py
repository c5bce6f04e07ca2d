"""Answers and their evidence as HTML: pure functions from values to escaped markup.

Reports, questions and model output are other people's text, so every function here escapes what it is
given and returns markup that is safe to show; Gradio's HTML component does not sanitise anything.

Anchors tie a marker to its passage and to the answer it belongs to: `#p-<message>-<n>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import urlsplit

from assistant.answer import Answer, Citation, DocumentInfo, Statement
from assistant.page.words import Words

CONTEXT = 260  # code points of the report shown on either side of a quote: about two sentences
LONGEST_WORD = 30  # how far to look for a space before cutting inside a word, as Thai or Chinese needs
LONGEST_HEADING = 140  # code points of a question shown over its evidence


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


def render_question(text: str) -> str:
    return f'<div class="asked">{escape(text)}</div>'


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


def render_about(answer: Answer, words: Words) -> str:
    """The small line under an answer: how it was made, what was checked, how long it took."""
    checked = _count(answer.usage.get("checked"), len(answer.statements))
    parts = [words["searched" if answer.abstained else answer.mode]]
    if checked or not answer.abstained:
        parts.append(words["checked_one"] if checked == 1 else words["checked"].format(n=checked))
    if dropped := _count(answer.usage.get("dropped"), 0):
        parts.append(words["dropped"].format(n=dropped))
    if answer.timings_ms:
        parts.append(_duration(answer.timings_ms.get("total", sum(answer.timings_ms.values()))))
    line = f'<p class="about">{" · ".join(escape(part) for part in parts)}</p>'
    notice = answer.usage.get("notice")
    return (render_note(str(notice)) if notice else "") + line


def render_note(text: str) -> str:
    """A line from the page itself: an error, a notice, or that the answer was stopped."""
    return f'<p class="note" role="status">{escape(text)}</p>'


def render_quiet(text: str) -> str:
    return f'<p class="quiet">{escape(text)}</p>'


def render_waiting(text: str) -> str:
    return f'<p class="waiting">{escape(text)}</p>'


def render_passage(citation: Citation, document: DocumentInfo | None, message: int, words: Words) -> str:
    """A card of the evidence panel: the quote among the words around it, and where it comes from."""
    name = anchor(message, citation.n)
    link = safe_url(citation.url)
    source = (
        f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer">{escape(words["open_source"])} ↗</a>'
        if link
        else ""
    )
    whole = render_opener(citation.document_id, words, citation.start, citation.end) if document else ""
    return (
        f'<article class="passage" id="{name}" tabindex="-1" aria-labelledby="{name}-title">'
        f'<header><span class="number" aria-hidden="true">{citation.n}</span>'
        f'<h3 id="{name}-title">{escape(citation.title)}</h3></header>'
        f'<p class="facts">{_facts(citation, document, words)}</p>'
        f'<blockquote lang="{escape(citation.language)}">{render_excerpt(citation, document)}</blockquote>'
        f"<footer>{source}{whole}</footer></article>"
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


def render_evidence(message: int, question: str, passages: Sequence[str], latest: bool) -> str:
    """The evidence of one answer; only the latest is open, the earlier ones stay a click away."""
    heading = question if len(question) <= LONGEST_HEADING else f"{question[:LONGEST_HEADING].rstrip()}…"
    return (
        f'<details class="turn" id="e-{message}"{" open" if latest else ""}>'
        f"<summary>{escape(heading)}</summary>"
        f"{''.join(passages)}</details>"
    )


def render_panel(turns: Sequence[str], words: Words) -> str:
    inside = "".join(turns) or render_quiet(words["evidence_none_yet"])
    return f'<h2 lang="{words["code"]}">{escape(words["evidence"])}</h2>{inside}'


def render_heading(words: Words) -> str:
    return f"<h1>Danchung</h1><p>{escape(words['tagline'])}</p>"


def render_welcome(words: Words) -> str:
    return f'<div class="welcome"><p>{escape(words["welcome"])}</p><p>{escape(words["welcome_more"])}</p></div>'


def render_empty(words: Words) -> str:
    more = escape(words["empty_more"]).format(command="<code>danchung ingest FOLDER</code>")
    return f'<div class="empty"><p>{escape(words["empty"])}</p><p>{more}</p></div>'


def _facts(citation: Citation, document: DocumentInfo | None, words: Words) -> str:
    """Place, period, date, language, page and file (with its copies), in the order a reader asks for them."""
    date = (document.event_date or document.published) if document else None
    facts = [
        ", ".join(document.places) if document else None,
        citation.period,
        date,
        words.get(citation.language, citation.language),
        words["page"].format(n=citation.page) if citation.page else None,
        " = ".join([citation.source, *(document.copies if document else [])]),
    ]
    return " · ".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)


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


def _count(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def _duration(ms: float) -> str:
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
