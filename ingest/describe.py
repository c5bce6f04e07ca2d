"""What a report is: its title, language, period covered, event date, places; and how each is known."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from ingest.clean import source_url
from ingest.documents import Block, Description
from ingest.language import detect_language
from ingest.periods import Period, find_periods, find_undated_days
from ingest.places import places_of
from ingest.readers import Reading
from ingest.words import fold_aligned

OPENING = 900
"""Code points of the report's own text in which it says what, when and where it is about."""

# What a period is named for. The last of these words before it decides: "review 2023 and set tasks for 2024".
_REVIEWED = (
    r"review\w*|summar\w*|results?|achiev\w*|looks? back|looked back|sum up|tong ket|so ket|ket qua|bilan|resultats?"
    r"|realis\w*|annual|during|au cours|durant|pendant"
)
_PLANNED = (
    r"tasks?|directions?|deploy\w*|plans?|planning|orientations?|taches?|nhiem vu|phuong huong|trien khai|ke hoach"
    r"|terms?|mandat|nhiem ky|deciding|towards?|prepar\w*|priorit\w*|remaining|perspectives?|next|comes first|settle\w*"
)
_PURPOSE = re.compile(rf"\b(?:(?P<reviewed>{_REVIEWED})|(?P<planned>{_PLANNED}))\b")
# "In 2024 the sector has set six key tasks": a year whose tasks are set is not the year reviewed.
_PLANNED_AFTER = re.compile(
    r"\b(?:key tasks|tasks|priorities|taches|priorites|nhiem vu|is of great|is a very important)\b"
)


def describe(reading: Reading, blocks: Sequence[Block], fallback_title: str) -> Description:
    """Describe a report from what its format states and its own words say.

    `known` explains each field: "stated: …" with the words, or "inferred: …" with the reason.
    """
    known: dict[str, str] = {}
    body = _own_text(reading.text, blocks)
    language = detect_language(body, reading.stated.get("language", "en"))
    title = _title(reading, blocks, fallback_title, known)
    published = _date(reading.stated.get("published"))
    if published:
        known["published"] = f"stated: {reading.stated['published']}"
    period = _period_covered(title, body, published, known)
    event = _event_date(body[:OPENING], period, published, known)
    # Captions count here: the bridge point a report is seen from is often named only there.
    places = places_of(body[:OPENING], title, reading.text)
    if places:
        known["places"] = "stated: named in the title, the opening, or as a bridge point"
    url = reading.stated.get("url") or source_url(reading.text, blocks)
    if url and not url.startswith(("http://", "https://")):
        url = None
    return Description(title, language, url, published, event, period, places, known=known)


def _own_text(text: str, blocks: Sequence[Block]) -> str:
    return "\n".join(text[block.start : block.end] for block in blocks if block.kind != "furniture")


def _title(reading: Reading, blocks: Sequence[Block], fallback: str, known: dict[str, str]) -> str:
    if stated := reading.stated.get("title"):
        known["title"] = "stated: the file's own title"
        return _clip(stated, 200)
    content = [block for block in blocks if block.kind != "furniture"]
    if content and content[0].kind == "heading":
        known["title"] = "stated: the first line"
        return _clip(reading.text[content[0].start : content[0].end], 200)
    if content:
        known["title"] = "inferred: no title; the opening words"
        return _clip(reading.text[content[0].start : content[0].end], 90)
    known["title"] = "inferred: no title; the file's name"
    return fallback


def _clip(text: str, limit: int) -> str:
    """At most `limit` code points, cut at a word, with an ellipsis where something is left out."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:-–") + "…"


def _period_covered(title: str, body: str, published: date | None, known: dict[str, str]) -> Period | None:
    """The period a report reviews, from every period it names.

    What a review verb or "in" leads to counts for it, what tasks and plans lead to counts against;
    the title and the opening count more. A half or quarter named nearly as often as its year is the
    period, because such a report also names the year it lies in.
    """
    text = f"{title}\n{body}"
    folded = fold_aligned(text)
    score: dict[Period, float] = defaultdict(float)
    first: dict[Period, int] = {}
    for mention in find_periods(text):
        if mention.period.days < 85 or mention.period.days > 366:
            continue
        before = re.split(r"[.!?\n]", folded[max(0, mention.start - 130) : mention.start])[-1]
        after = re.split(r"[.!?\n]", folded[mention.end : mention.end + 110], maxsplit=1)[0]
        purposes = list(_PURPOSE.finditer(before))
        weight = 1.5
        if purposes:
            weight = 2.0 if purposes[-1]["reviewed"] else -0.5
        elif _PLANNED_AFTER.search(after):
            weight = 0.5
        if mention.start <= len(title):
            weight += 2.0 if weight > 0 else 0.0
        elif mention.start <= len(title) + OPENING:
            weight += 1.0 if weight > 0 else 0.0
        if weight > 0 and mention.period not in first:
            first[mention.period] = mention.start
        score[mention.period] += weight
    candidates = [period for period, value in score.items() if value > 0]
    if not candidates:
        return None
    best = max(candidates, key=lambda period: (score[period], -first.get(period, len(text))))
    parts = [part for part in candidates if part != best and best.covers(part) and score[part] >= 0.5 * score[best]]
    if parts:
        best = max(parts, key=lambda period: score[period])
    if published and best.start > published:  # a report cannot review what had not begun
        earlier = [period for period in candidates if period.start <= published]
        best = max(earlier, key=lambda period: score[period]) if earlier else best
    stated = best in {mention.period for mention in find_periods(text[: len(title) + OPENING])}
    known["period"] = (
        f"stated: {best.label} is what the title or opening reviews"
        if stated
        else f"inferred: {best.label} is the period the report names most"
    )
    return best


def _event_date(opening: str, period: Period | None, published: date | None, known: dict[str, str]) -> date | None:
    """The day the reported event took place. A day without a year takes the year nearest to the
    publication, else to the end of the period reviewed: a review is held soon after what it reviews."""
    dated = [mention for mention in find_periods(opening) if mention.period.days == 1]
    undated = find_undated_days(opening)
    if dated and (not undated or dated[0].start <= undated[0].start):
        known["event_date"] = f"stated: “{opening[dated[0].start : dated[0].end]}”"
        return dated[0].period.start
    anchor = published or (period.end if period else None)
    if not undated or anchor is None:
        return None
    words = opening[undated[0].start : undated[0].end]
    candidates = [
        date(year, undated[0].month, undated[0].day)
        for year in (anchor.year - 1, anchor.year, anchor.year + 1)
        if _exists(year, undated[0].month, undated[0].day)
    ]
    if not candidates:
        return None
    nearest = min(candidates, key=lambda day: abs((day - anchor).days))
    reason = (
        "the publication date" if published else f"the end of the period reviewed ({period.label if period else ''})"
    )
    known["event_date"] = f"inferred: “{words}” names no year; {nearest.year} is nearest to {reason}"
    return nearest


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _date(stated: str | None) -> date | None:
    """A stated date: ISO, or as prose in one of the three languages."""
    if not stated:
        return None
    try:
        return datetime.fromisoformat(stated.strip()).date()
    except ValueError:
        days = [mention.period.start for mention in find_periods(stated) if mention.period.days == 1]
        return days[0] if days else None
