"""What a report is: its title, language, period covered, event date, places; and how each is known."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from ingest.clean import source_url
from ingest.documents import Block, Description, Organisation, Person
from ingest.readers import Reading
from ingest.text.language import detect_language
from ingest.text.names import Names, names_of, own_names
from ingest.text.organisations import BodyMention, merged_bodies, organisations_in
from ingest.text.people import PersonMention, merged, people_in
from ingest.text.periods import DayMention, Mention, Period, find_periods, find_undated_days, find_undated_parts
from ingest.text.places import places_of
from ingest.text.words import fold, fold_aligned

# A day before which this stands bounds a count or is a deadline: nothing was held on it. "The count stops on December
# 29", "depuis le 1er mars", "tính đến ngày 20/12".
_BOUND = re.compile(
    r"\b(?:since|until|till|up to|before|after|by|as (?:of|at)|no later than|starting|from|stop\w*|expir\w*|cut off|due"
    r"|depuis|jusqu'(?:au|en)|avant|apres|d'ici(?: au| le)?|a (?:compter|partir) du|a (?:la )?date du|s'arret\w*"
    r"|arretee?s? (?:au|le)|prend fin|tu|den|truoc|sau|ke tu|tinh den|(?:het|han|chot)(?: den)?|het han)"
    r"(?: (?:on|at|in|(?:the )?(?:end|close|morning|afternoon|evening) of|the|of|le|la|les|au|ngay|vao|het|so lieu))*"
    r"\W*$"
)

FEW_LETTERS = 12
TWO_YEARS = 731
"""Days: the longest that a report covers, a budget or school year written with both ("2023-24")."""
OVER = 2 * 366
"""Days after its end that a period is still reviewed in."""
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

    `known` explains each field: "stated: …" with the words or where they stand, or "inferred: …" with the reason.
    """
    known: dict[str, str] = {}
    names = names_of(reading.text, blocks)
    own = own_names(names, blocks)
    body = _own_text(reading.text, blocks)
    language = _language(body, reading.stated.get("language"), known)
    title = _title(reading, blocks, fallback_title, known)
    published = _date(reading.stated.get("published"))
    if published:
        known["published"] = f"stated: {reading.stated['published']}"
    text = f"{title}\n{body}"
    mentions = find_periods(text)
    begin, end = len(title) + 1, len(title) + 1 + OPENING
    days = [
        day for day in find_undated_days(text[:end], mentions) if day.start >= begin and not _bounds(text, day.start)
    ]
    event = _stated_event(text[:end], begin, mentions, days, known)
    period = _period_covered(text, len(title), mentions, (event, published), known)
    if event is None and days:
        event = _nearest(days[0], text[days[0].start : days[0].end], period, published, known)
    people = people_in(own)
    return Description(
        title=title,
        language=language,
        url=_url(reading, blocks, known),
        published=published,
        event_date=event,
        period=period,
        # Captions count here: the bridge point a report is seen from is often named only there.
        places=_places(title, names, own, _end_of_opening(blocks), people, known),
        people=_people(people, known),
        organisations=_organisations(organisations_in(own, [(person.start, person.end) for person in people]), known),
        known=known,
    )


def _language(body: str, stated: str | None, known: dict[str, str]) -> str:
    language = detect_language(body, stated or "en")
    if stated and stated.lower().startswith(language):
        known["language"] = f"stated: the file says “{stated}”"
    elif sum(map(str.isalpha, body[:200])) < FEW_LETTERS:
        known["language"] = "inferred: too few words to tell by"
    else:
        known["language"] = "inferred: from the report's words" + (f"; the file says “{stated}”" if stated else "")
    return language


def _url(reading: Reading, blocks: Sequence[Block], known: dict[str, str]) -> str | None:
    for url, how in (
        (reading.stated.get("url"), "stated: the file's own address"),
        (source_url(reading.text, blocks), "stated: its “Source” line"),
    ):
        if url:
            if not url.startswith(("http://", "https://")):
                return None
            known["url"] = how
            return url
    return None


def _end_of_opening(blocks: Sequence[Block]) -> int:
    """Where in the text the first OPENING code points of the report's own words end."""
    left = OPENING
    for block in blocks:
        if block.kind != "furniture":
            if left <= len(block):
                return block.start + left
            left -= len(block) + 1
    return blocks[-1].end if blocks else 0


def _places(
    title: str, names: Names, own: Names, opening: int, people: Sequence[PersonMention], known: dict[str, str]
) -> tuple[str, ...]:
    named = {fold(person.name) for person in people}  # "huyện Đoàn Thị Kim Liên": the chairman, not the district
    found = {place: how for place, how in places_of(title, names, own, opening).items() if fold(place) not in named}
    if found:
        # Without a title of its own a report has its opening words for one.
        untitled = known["title"].startswith("inferred")
        shown = (f"{place} {'in the opening' if untitled and w == 'in the title' else w}" for place, w in found.items())
        known["places"] = "stated: " + ", ".join(shown)
    return tuple(found)


def _people(mentions: Sequence[PersonMention], known: dict[str, str]) -> tuple[Person, ...]:
    people = merged(mentions)
    if people:
        by_form = {mention.name for mention in mentions} - {mention.name for mention in mentions if not mention.by_form}
        shown = [person.name for person in people if person.name not in by_form]
        form = [person.name for person in people if person.name in by_form]
        stated = f"stated: {_some(shown)} by a title or role in the text" if shown else ""
        inferred = f"inferred: {_some(form)} by the form of the name" if form else ""
        known["people"] = "; ".join(filter(None, (stated, inferred)))
    return people


def _organisations(mentions: Sequence[BodyMention], known: dict[str, str]) -> tuple[Organisation, ...]:
    bodies = merged_bodies(mentions)
    if bodies:
        known["organisations"] = "stated: named in the text, as " + _some([f"“{body.aliases[0]}”" for body in bodies])
    return bodies


def _some(names: Sequence[str]) -> str:
    """Three names, and how many more."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


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
    if content and content[0].kind != "table":
        known["title"] = "inferred: no title; the opening words"
        return _clip(reading.text[content[0].start : content[0].end], 90)
    known["title"] = "inferred: no title; the file's name"
    return fallback


def _clip(text: str, limit: int) -> str:
    """At most `limit` code points, cut at a word, with an ellipsis where something is left out."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:-–") + "…"


def _period_covered(
    text: str, title: int, mentions: Sequence[Mention], made: tuple[date | None, date | None], known: dict[str, str]
) -> Period | None:
    """The period a report reviews, from every period that its title (of so many code points) and words name, and the
    days of its event and publication.

    What a review verb or "in" leads to counts for it, what tasks and plans lead to counts against;
    the title and the opening count more. A half or quarter named nearly as often as its year is the
    period, because such a report also names the year it lies in.
    """
    score: dict[Period, float] = defaultdict(float)
    first: dict[Period, int] = {}
    for mention in mentions:
        opening = mention.start <= title + OPENING
        if not 85 <= mention.period.days <= (TWO_YEARS if opening else 366):
            continue
        weight = _weight(text, mention.start, mention.end)
        if weight > 0:
            weight += 2.0 if mention.start <= title else 1.0 if opening else 0.0
            first.setdefault(mention.period, mention.start)
        score[mention.period] += weight
    event, published = made
    day = event or published
    candidates = [
        period
        for period, value in score.items()
        # What was over long before is told to compare with: "the highest number since 2009".
        if value > 0 and not (day and (day - period.end).days > OVER and first[period] > title)
    ]
    best = max(candidates, key=lambda period: (score[period], -first.get(period, len(text)))) if candidates else None
    if best:
        parts = [part for part in candidates if part != best and best.covers(part) and score[part] >= 0.5 * score[best]]
        best = max(parts, key=lambda period: score[period]) if parts else best
        if day and best.start > day:  # a report cannot review what had not begun
            earlier = [period for period in candidates if period.start <= day]
            plan = best if first[best] <= title else None  # unless it is one of plans, and says so in its title
            best = max(earlier, key=lambda period: score[period]) if earlier else plan
    if part := _part_without_year(text[: title + OPENING], best, made, known):
        return part
    if best:
        early = {mention.period for mention in mentions if mention.start < title + OPENING}
        known["period"] = (
            f"stated: {best.label} is what the title or opening reviews"
            if best in early
            else f"inferred: {best.label} is the period the report names most"
        )
    return best


def _weight(text: str, start: int, end: int) -> float:
    """How much a period named at `text[start:end]` speaks for being the one reviewed."""
    before = re.split(r"[.!?\n]", fold_aligned(text[max(0, start - 130) : start]))[-1]
    purposes = list(_PURPOSE.finditer(before))
    if purposes:
        return 2.0 if purposes[-1]["reviewed"] else -0.5
    after = re.split(r"[.!?\n]", fold_aligned(text[end : end + 110]), maxsplit=1)[0]
    return 0.5 if _PLANNED_AFTER.search(after) else 1.5


def _part_without_year(
    opening: str, best: Period | None, days: tuple[date | None, date | None], known: dict[str, str]
) -> Period | None:
    """The half or quarter that is reviewed where its own year is not written: "the first six months of the year".

    Its year is the last one in which it was over, or nearly, by the day of the report. A full year the report names
    gives way to it only where that year was not over by then.
    """
    event, published = days
    made = event or published
    if made is None or (best and (best.days < 300 or best.end <= made)):
        return None
    for mention in find_undated_parts(opening):
        if _weight(opening, mention.start, mention.end) < 1:
            continue
        years = (made.year, made.year - 1)
        found = next(p for y in years if (p := Period.months(y, mention.first, mention.last)).start <= made)
        if (found.end - made).days > 31 and best is None:
            found = Period.months(made.year - 1, mention.first, mention.last)
        words = opening[mention.start : mention.end]
        reason = "the event" if event else "the publication"
        known["period"] = f"inferred: “{words}” names no year; {found.start.year} by the date of {reason} ({made})"
        return found
    return None


def _stated_event(
    text: str, begin: int, mentions: Sequence[Mention], undated: Sequence[DayMention], known: dict[str, str]
) -> date | None:
    """The day of the event where the opening, `text[begin:]`, names it with its year, and no other day before it."""
    on_a_day = (m for m in mentions if m.period.days == 1 and begin <= m.start < m.end <= len(text))
    dated = next((m for m in on_a_day if not _bounds(text, m.start)), None)
    if not dated or (undated and undated[0].start < dated.start):
        return None
    known["event_date"] = f"stated: “{text[dated.start : dated.end]}”"
    return dated.period.start


def _bounds(text: str, start: int) -> bool:
    """Whether a day at `start` only bounds something: a count that stops, a deadline, a term that begins."""
    return bool(_BOUND.search(re.split(r"[.!?;\n]", fold_aligned(text[max(0, start - 60) : start]))[-1]))


def _nearest(
    day: DayMention, words: str, period: Period | None, published: date | None, known: dict[str, str]
) -> date | None:
    """The day the reported event took place. A day without a year takes the year nearest to the
    publication, else to the end of the period reviewed: a review is held soon after what it reviews."""
    anchor = published or (period.end if period else None)
    if anchor is None:
        return None
    years = (anchor.year - 1, anchor.year, anchor.year + 1)
    candidates = [date(year, day.month, day.day) for year in years if _exists(year, day.month, day.day)]
    if not candidates:
        return None
    nearest = min(candidates, key=lambda found: abs((found - anchor).days))
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
