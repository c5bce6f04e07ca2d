"""One case on the page: what was asked, expected and said, the cited passages highlighted, and why it failed."""

from __future__ import annotations

from html import escape

from evals.measures import label_of, shown
from evals.values import Outcome, Shown

LONGEST = 4000
"""Code points of an answer or a passage on the page; an answer may have a million."""
MOST_PASSAGES = 6


def case_html(outcome: Outcome) -> str:
    """A case, folded up under its question."""
    asked = outcome.question or f"(no question) {outcome.answer[:120]}"
    title = " → ".join((*outcome.before, asked))
    about = " · ".join(filter(None, (outcome.id, outcome.lang, outcome.kind)))
    told = [
        ("Asked before", "\n".join(outcome.before)),
        ("Question" if outcome.answer or not outcome.passages else "Claim", asked),
        ("Expected", outcome.expected),
        ("Said", outcome.answer or ("" if outcome.error else "nothing")),
        ("Why" if outcome.failed else "Remark", outcome.error or outcome.why),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{_text(text)}</dd>" for name, text in told if text)
    passages = "".join(map(_passage, outcome.passages[:MOST_PASSAGES]))
    kind = "case" if outcome.failed else "passed"
    return (
        f'<details class="{kind}"><summary>{_text(title[:240])} <small>{escape(about)}</small></summary>'
        f'<div class="inside"><dl>{rows}</dl>{passages}{_scores(outcome)}</div></details>'
    )


def _passage(passage: Shown) -> str:
    title = " · ".join(filter(None, (passage.title, passage.source)))
    number = f"[{passage.n}] " if passage.n else ""
    return f"<blockquote><footer>{escape(number + title)}</footer>{highlighted(passage)}</blockquote>"


def highlighted(passage: Shown) -> str:
    """The passage's text, escaped, with its marked words marked. Long ones are cut around the first mark."""
    text, marks = passage.text, sorted(passage.marked)
    first = max(0, marks[0][0] - LONGEST // 4) if marks else 0
    last = min(len(text), first + LONGEST)
    out, at = ["…"] if first else [], first
    for start, end in marks:
        start, end = max(start, at), min(end, last)
        if start < end:
            out += [escape(text[at:start]), f"<mark>{escape(text[start:end])}</mark>"]
            at = end
    return "".join([*out, escape(text[at:last]), "…" if last < len(text) else ""])


def _scores(outcome: Outcome) -> str:
    told = [
        f"{escape(label_of(score.name))} {shown(score.name, score.value)}"
        for score in outcome.scores
        if score.value is not None
    ]
    return f'<p class="scores">{" · ".join(told)}</p>' if told else ""


def _text(text: str) -> str:
    if len(text) <= LONGEST:
        return escape(text)
    return f"{escape(text[:LONGEST])}… <small>and {len(text) - LONGEST:,} more characters</small>"
