"""The sides of a question that asks about two to four things at once, each as a question of its own.

Sides are periods, places, or the two things of "A versus B" and "the difference between A and B":
- periods where they are joined ("in 2023 and 2024", "than in 2023") or the question compares; not where a day only
  says which report is meant, nor where the change itself is asked for ("by how much");
- places where the question compares or says "each", or where a figure, a person, a date or a list is asked for and
  they stand joined ("in Nghe An and Dien Bien"); not where one event connects them ("a conference connecting Hanoi and
  Hue", "the road between Hanoi and Hue");
- anything else only where the question compares. "Did A and B both attend?" is one question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from assistant.phrases import period_in_words
from assistant.question.joints import (
    AT,
    BETWEEN,
    COMPARE,
    COMPARED_WITH,
    DIFFERENCE,
    EACH,
    IN,
    IN_WORDS,
    LEAD,
    NEW_CLAUSE,
    ONE_EVENT,
    RANGE,
)
from assistant.question.kinds import Kind, asks_how_much_changed, compares
from assistant.question.named import Named
from assistant.question.pairs import find_pair
from ingest.documents import Span
from ingest.text.periods import DayMention, Mention, Period, find_periods
from ingest.text.words import fold_aligned

MOST_SIDES = 4


@dataclass(frozen=True, slots=True)
class Side:
    """One side: a short label, its question, and the period and place it is of, where it differs by them."""

    label: str
    text: str
    period: Period | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class _Thing:
    """A period or place at `[start:end]`; those with one key are one side."""

    start: int
    end: int
    key: object
    words: str
    """What stands for it in its side's question."""
    label: str


def find_sides(
    text: str, language: str, kind: Kind, periods: Sequence[Mention], places: Sequence[Named], named: Sequence[Named]
) -> list[Side]:
    """The sides of a question, two to MOST_SIDES; [] where it has one, or more than can be answered apart."""
    pair = find_pair(text, language, [*places, *named]) if kind == "comparison" or compares(text) else None
    when = [_Thing(m.start, m.end, m.period, _dated(text, m, language), m.period.label) for m in periods]
    where = [_Thing(p.start, p.end, p.key, text[p.start : p.end], p.name) for p in places]
    by_period = when if _apart_in_time(text, when) else []
    by_place = where if _apart_in_space(text, kind, where) else []
    pair = pair if all(any(map(str.isalnum, part)) for side in pair or () for part in side) else None
    if pair and not by_period and not (by_place and _joined(text, where)):
        return [Side(label, _question(text, part)) for label, part in pair]
    chosen = _choices(by_period, by_place)
    sides = [Side(_label(c), _question(text, _only(text, language, by_period, by_place, c)), *_keys(c)) for c in chosen]
    return sides if 2 <= len(sides) <= MOST_SIDES else []


def _choices(periods: Sequence[_Thing], places: Sequence[_Thing]) -> list[tuple[_Thing, ...]]:
    """What each side is of: a period, a place, or both. "In Nghe An in 2023 versus Dien Bien in 2024" pairs them."""
    in_order = sorted([*periods, *places], key=lambda thing: thing.start)
    by_turns = all((a in periods) != (b in periods) for a, b in pairwise(in_order))
    if len(periods) == len(places) == 2 and by_turns:
        return list(zip(periods, places, strict=True))
    rows = [_distinct(things) for things in (periods, places) if things]
    return list(product(*rows)) if rows else []


def _label(chosen: Sequence[_Thing]) -> str:
    return ", ".join(thing.label for thing in chosen)


def _keys(chosen: Sequence[_Thing]) -> tuple[Period | None, str | None]:
    period = next((thing.key for thing in chosen if isinstance(thing.key, Period)), None)
    return period, next((thing.label for thing in chosen if not isinstance(thing.key, Period)), None)


def ends_of_ranges(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """With both ends for each range in words: what changed "from 2022 to 2023" is asked of 2022 and of 2023."""
    found: list[Mention] = []
    for mention in mentions:
        ends = IN_WORDS.fullmatch(fold_aligned(text[mention.start : mention.end]))
        first, last = mention.period.start.year, mention.period.end.year
        if ends and mention.period == Period.years(first, last) and first < last:
            for end, year in (("from", first), ("to", last)):
                start, stop = ends.span(end)
                found.append(Mention(mention.start + start, mention.start + stop, Period.year(year)))
        else:
            found.append(mention)
    return found


def compared_away(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Those of the periods that another is only compared with: "by how much in 2024, compared with 2023"."""
    folded = fold_aligned(text)
    away = [mention for mention in mentions if COMPARED_WITH.search(folded[: mention.start])]
    return away if len(away) < len(mentions) else []


def _distinct(things: Sequence[_Thing]) -> list[_Thing]:
    return list({thing.key: thing for thing in reversed(things)}.values())[::-1]


def _apart_in_time(text: str, things: Sequence[_Thing]) -> bool:
    periods = [thing.key for thing in _distinct(things) if isinstance(thing.key, Period)]
    if len(periods) < 2 or asks_how_much_changed(text):
        return False
    if len({period.days > 31 for period in periods}) > 1 and not compares(text):
        return False
    return compares(text) or bool(EACH.search(fold_aligned(text))) or _joined(text, things)


def _apart_in_space(text: str, kind: Kind, things: Sequence[_Thing]) -> bool:
    if len(_distinct(things)) < 2:
        return False
    folded = fold_aligned(text)
    if kind == "comparison" or compares(text) or EACH.search(folded):
        return True
    asked = kind in ("figure", "person", "date", "list")
    return asked and _joined(text, things) and not ONE_EVENT.search(folded[: things[0].start])


def _joined(text: str, things: Sequence[_Thing]) -> bool:
    """Whether all of them stand side by side, or at the head of clauses of their own ("…; and in 2024?")."""
    folded = fold_aligned(text)
    gaps = [folded[a.end : b.start] for a, b in pairwise(things)]
    return all(BETWEEN.fullmatch(gap) or NEW_CLAUSE.search(gap) for gap in gaps)


def _only(
    text: str, language: str, periods: Sequence[_Thing], places: Sequence[_Thing], chosen: Sequence[_Thing]
) -> str:
    """The text with the chosen ones alone: where one stands in a row with others, it takes the place of the row."""
    folded = fold_aligned(text)
    keys = {thing.key: thing for thing in chosen}
    rows = [*_rows(folded, periods), *_rows(folded, places)]
    for row in sorted(rows, key=lambda row: row[0].start, reverse=True):
        start, end = row[0].start, row[-1].end
        mine = next((thing for thing in row if thing.key in keys), None)
        if mine is None:
            text = _cut(text, start, end)
            continue
        start, lead = _led(folded, language, row, mine)
        text = text[:start] + lead + mine.words + text[end:]
    return text


def _led(folded: str, language: str, row: Sequence[_Thing], mine: _Thing) -> tuple[int, str]:
    """Where a side's period or place is put in, and the preposition it needs there: "in" for "from" and for "compared
    with"; and for "last year", which needed none."""
    start, before = row[0].start, folded[: row[0].start]
    when = isinstance(mine.key, Period)
    preposition = (IN if when else AT).get(language, "in ")
    if (when and not mine.words[:1].isdigit()) or re.match(r"\d\d? ", mine.words):  # "the first half", "6 tháng đầu"
        preposition = {"fr": "pour ", "vi": ""}.get(language, "in ")
    if found := DIFFERENCE.search(before):
        return found.start(), found["article"]
    if when and len(row) > 1:
        after = folded[row[0].end :]
        for lead, joint in RANGE:
            if (found := lead.search(before)) and joint.match(after):
                return found.start(), preposition
    if found := COMPARED_WITH.search(before):
        return found.start(), preposition
    if when and mine.end - mine.start != len(mine.words):  # in other words than as written
        article = re.search(r"\b(?:the|le|la|l['’]|nam)\s*$", before)
        start = article.start() if article else start
        prepared = re.search(r"\b(?:in|during|for|of|en|au|du|de|pour|trong|since)\s*$", before[:start])
        return start, "" if prepared and preposition != "năm " else preposition
    return start, ""


def _dated(text: str, mention: Mention, language: str) -> str:
    """A period as its side's question says it: as written, but with its year where that was left out, for "the year
    before" needs what stood before it."""
    written = text[mention.start : mention.end]
    if [m.period for m in find_periods(written)] == [mention.period]:
        return written
    words = period_in_words(mention.period, language)
    return words if find_periods(words) else written


def _rows(folded: str, things: Sequence[_Thing]) -> list[list[_Thing]]:
    rows: list[list[_Thing]] = []
    for thing in things:
        if rows and BETWEEN.fullmatch(folded, rows[-1][-1].end, thing.start):
            rows[-1].append(thing)
        else:
            rows.append([thing])
    return rows


def _cut(text: str, start: int, end: int) -> str:
    """The text without what stands there and the words that lead to it."""
    lead = LEAD.search(fold_aligned(text[:start]))
    return text[: lead.start() if lead else start] + " " + text[end:]


def without_periods(text: str, mentions: Sequence[Mention | DayMention | Span]) -> str:
    """The text without its periods and the words that lead to them; the whole text if little is left."""
    rest = text
    for mention in reversed(mentions):
        rest = _cut(rest, mention.start, mention.end)
    rest = _tidy(rest)
    return rest if len(rest.split()) >= 3 else text


def _question(whole: str, side: str) -> str:
    """A side's text as a question of its own, without what called for a comparison."""
    side = re.sub(r"[,;:]\s*(?:and|et|và|còn)\s+(?=(?:in|for|en|au|năm|trong)\b)", " ", side) if ";" in whole else side
    side = re.sub(r"[\s,;:—–-]+([?.!])", r"\1", _tidy(side))
    verb = COMPARE.match(fold_aligned(side))
    side = side[verb.end() :].lstrip(" ,:") if verb and len(side) - verb.end() > 3 else side
    return side[:1].upper() + side[1:] if whole[:1].isupper() else side


def _tidy(text: str) -> str:
    return re.sub(r"\s+([,;?.!])", r"\1", " ".join(text.split())).lstrip(",; ").strip()
