"""The small line under an answer, and the account it opens: how the question was read, what was found, what was
checked, and why there is no answer where there is none. For readers of reports: no scores but how likely, no JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from assistant.answer import Answer
from assistant.grounding.verdict import Reason
from assistant.page.periods import shown_period
from assistant.page.words import Words

SHOWN = 4
"""Passages told of for each part of a question."""
LONGEST = 220
"""Code points of a found sentence."""

_DROPPED = {reason.value: f"not_{reason.name.lower()}" for reason in Reason} | {
    "computed from": "not_computed",
    "its quote is not": "not_quoted",
    "its quote is of": "not_asked",
    "cites a passage": "not_given",
}
"""How a reason to drop a statement begins, and the word that says it to a reader."""

_UNMET = {
    ("period", "no"): "other_period", ("period", "not said"): "no_period",
    ("place", "no"): "other_place", ("place", "not said"): "no_place",
    ("name", "no"): "other_name", ("name", "not said"): "no_name",
}  # fmt: skip


def render_why(answer: Answer, words: Words) -> str:
    """The line, and folded under it the account."""
    sections = "".join(f"<dt>{escape(title)}</dt><dd>{inside}</dd>" for title, inside in _sections(answer, words))
    line = escape(" · ".join(_about(answer, words)))
    return (
        f'<details class="why"><summary class="about" title="{escape(words["why"])}">{line}</summary>'
        f"<dl>{sections}</dl></details>"
    )


def _about(answer: Answer, words: Words) -> Iterator[str]:
    """How it was made, what was checked, how long it took."""
    yield words["searched" if answer.abstained else answer.mode]
    checked = _count(answer.usage.get("checked"), len(answer.statements))
    if checked or not answer.abstained:
        yield words["checked_one"] if checked == 1 else words["checked"].format(n=checked)
    if dropped := _count(answer.usage.get("dropped"), 0):
        yield words["dropped"].format(n=dropped)
    if answer.timings_ms:
        yield _duration(answer.timings_ms.get("total", sum(answer.timings_ms.values())), words)


def _sections(answer: Answer, words: Words) -> Iterator[tuple[str, str]]:
    if answer.abstained:
        yield words["why_no_answer"], _line(answer.reason or answer.answer or words["evidence_nothing"])
    explained = answer.usage.get("explained")
    if isinstance(explained, Mapping):
        yield words["understood"], _understood(explained, words)
        yield words["found"], "".join(_found(part, words) for part in explained.get("found", []))
    yield words["checks"], _checks(answer, words)
    if steps := _steps(answer, words):
        yield words["steps"], _line(steps)


def _understood(explained: Mapping[str, Any], words: Words) -> str:
    """The question as it was read, and each thing it asks about."""
    kind = words.get(f"kind_{explained['kind']}", words["kind_fact"])
    language = words.get(explained["language"], explained["language"])
    places = [*explained["places"], *([words["national"]] if explained["national"] else [])]
    facts = [
        ("asked_for", [kind, language]),
        ("asked_period", [shown_period(period, words) for period in explained["periods"]]),
        ("asked_day", explained["days"]),
        ("asked_place", places),
        ("asked_people", list(dict.fromkeys([*explained["people"], *explained["names"]]))),
        ("asked_body", explained["bodies"]),
        ("asked_words", explained["words"]),
    ]
    rows = "".join(f"<li>{escape(words[key])}: {escape(', '.join(map(str, said)))}</li>" for key, said in facts if said)
    read = "".join(
        _line(words["read_as"].format(text=reading["text"], period=shown_period(reading["period"], words)))
        for reading in explained["readings"]
    )
    return f"{_line('“' + explained['text'] + '”')}<ul>{rows}</ul>{read}"


def _found(part: Mapping[str, Any], words: Words) -> str:
    heading = _line(words["found_for"].format(part=part["side"])) if part["side"] else ""
    passages = part["passages"][:SHOWN]
    if not passages:
        return heading + _line(words["found_nothing"])
    return f"{heading}<ol>{''.join(_passage(passage, words) for passage in passages)}</ol>"


def _passage(passage: Mapping[str, Any], words: Words) -> str:
    sentence = " ".join(str(passage["sentence"]).split())
    sentence = sentence if len(sentence) <= LONGEST else f"{sentence[:LONGEST].rstrip()}…"
    unmet = [words[_UNMET[item]] for item in passage["fits"].items() if item in _UNMET]
    told = [
        str(passage["source"]).rsplit("/", 1)[-1],
        words["likely"].format(percent=round(100 * passage["relevance"])),
        *unmet,
    ]
    return (
        f'<li><span lang="{escape(str(passage["language"]))}">{escape(sentence)}</span> '
        f'<span class="told">{escape(" · ".join(told))}</span></li>'
    )


def _checks(answer: Answer, words: Words) -> str:
    dropped = answer.usage.get("dropped_because") or []
    checked = _count(answer.usage.get("checked"), len(answer.statements))
    said = ""
    if answer.statements or not checked:
        said = _line(words["checks_passed" if answer.statements else "checks_none"])
    if replaced := _count(answer.usage.get("replaced"), 0):
        said += _line(words["replaced"].format(n=replaced))
    rows = "".join(f"<li>{escape(words['dropped_one'])}: {escape(_reason(str(why), words))}</li>" for why in dropped)
    return said + (f"<ul>{rows}</ul>" if rows else "")


def _reason(why: str, words: Words) -> str:
    """A reason in the reader's language, with the words that decided."""
    for begins, key in _DROPPED.items():
        if why.startswith(begins):
            decided = why.partition(": ")[2]
            return f"{words[key]} ({decided})" if decided else words[key]
    return words["not_supported"]


def _steps(answer: Answer, words: Words) -> str:
    steps = ((words.get(f"step_{name}"), ms) for name, ms in answer.timings_ms.items())
    return " · ".join(f"{name} {_duration(ms, words)}" for name, ms in steps if name)


def _line(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _count(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def _duration(ms: float, words: Words) -> str:
    """As the reader's language writes it: 1.2 s, 1,2 s."""
    if ms < 1000:
        return f"{ms:.0f} ms"
    seconds = f"{ms / 1000:.1f}"
    return f"{seconds if words['code'] == 'en' else seconds.replace('.', ',')} s"
