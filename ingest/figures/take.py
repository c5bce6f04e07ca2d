"""The story: the passages of a document, read sentence by sentence → its figures."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, chain, pairwise

from ingest.documents import Block, Document, Passage, Span
from ingest.figures.counted import clause_before, in_row, phrase_after, phrase_before, stands_for_another
from ingest.figures.exclusions import is_excluded, share_of
from ingest.figures.measures import action_of, measure_of
from ingest.figures.setting import Told
from ingest.figures.values import ReportedFigure
from ingest.meaning.figures import Figure, written_figures
from ingest.meaning.lexicon import THINGS
from ingest.meaning.nouns import CURRENCIES
from ingest.meaning.reading import Reading
from ingest.text.numbers import Number, find_hedge
from ingest.text.periods import Period
from ingest.text.words import fold, is_function_word

RECIPE = "1"
"""Raise it when other figures are taken from the same text: those a library holds are then taken anew."""

LONGEST_QUOTE = 1000
"""Code points; of a longer sentence the quote is the stretch around the figure."""

_RISE = (
    r"(?:ris(?:e|es|en|ing)|rose|increas\w+|grew|grow(?:n|s|th)?|(?:is|was|were|are|went|goes|gone) (?:up|down)"
    r"|(?:up|down)(?= by)|f[ae]ll(?:en|s)?|drop\w*|decreas\w+|declin\w+|reduc\w+|cut|augment\w+|progress\w+|hausse"
    r"|baiss\w+|recul\w*|diminu\w+|redui\w+|accr\w+|tang(?: them)?|giam(?: duoc)?|rut ngan)"
)
_CHANGED = re.compile(
    rf"\b{_RISE}\b(?:\s(?:was|of|nearly|almost|about|around|some|more than|over|environ|pres|plus|khoang|gan|hon|tren"
    r"|them|by|de|d'|en|hausse|a|another|moi nam|only|just|slightly|(?:the|its|their) \w+)\b\W?){0,4}\s?$"
)
_BY = re.compile(
    r"\b(?:by|de|d'|of)\s(?:(?:nearly|almost|about|around|some|more than|over|environ|pres de|plus de)\s)?$"
)
_LEVEL = re.compile(r"\b(?:to|from|a|au|len|xuong|xuong con|tu|up to)\s(?:\S+\s)?$")
_MORE_AFTER = re.compile(
    r"^\s(?:\w+\s)?(?:more|fewer|less|higher|lower|de plus|de moins)\s(?:than|in|that|qu|que)"
    r"|^\s(?:\w+\s){0,2}(?:de plus|de moins)\b|^\s(?:more|fewer)\b(?!\s(?:\w+\s)?than\s\d)"
)
_PURPOSE = re.compile(r"\s\w+\s(?:pour|to|for|de(?=\s(?:trao|giai|xu|tra|hoan)))\s")
_MEASURED_OF = re.compile(r"^\s?(?:of|de|d'|du|des)\s")
MONEY = frozenset((*CURRENCIES.values(), "dong", "francs"))
_ONE = re.compile(
    r"\b(?:(?:at least|only|just|exactly|au moins|seulement)\s(?P<one>one|un|une)\b(?!\s(?:of|in|sur)\b)"
    r"|(?P<seule>une?)\sseule?\b|(?P<an>one)(?=\s(?:year|month|week|day|hour|million|hectare|kilomet)))"
    r"|(?P<vi>\bmột)(?=\s(?:giờ|ngày|tháng|năm|tuần)\b)"
)


def figures_of_document(document: Document, passages: Sequence[Passage]) -> tuple[ReportedFigure, ...]:
    """Every figure in the passages of a document, in order."""
    told = Told.of(document)
    found: list[ReportedFigure] = []
    starts = [block.start for block in document.blocks]
    headings = _headings_over(document.blocks)
    heading, last = -1, -1
    for passage in passages:
        for span in passage.sentences:
            which = max(0, bisect_right(starts, span.start) - 1)
            under = headings[which]
            if under != heading and under >= 0:
                block = document.blocks[under]
                told.heading(document.text[block.start : block.end], passage.language)
            if which != last:
                told.paragraph(
                    item=document.blocks[which].kind == "item" or document.text.startswith(("-", "•", "*"), span.start)
                )
            heading, last = under, which
            is_row = document.blocks[which].kind == "table"
            found += _of_sentence(
                Reading(passage.sentence_text(span), passage.language, THINGS), span, told, found, is_row
            )
    return tuple(found)


def _headings_over(blocks: Sequence[Block]) -> list[int]:
    """For each block the heading it stands under, by its place among the blocks; -1 where there is none."""
    headings = (place if block.kind == "heading" else -1 for place, block in enumerate(blocks))
    return list(accumulate(headings, max))


def _of_sentence(
    reading: Reading, span: Span, told: Told, before: Sequence[ReportedFigure], is_row: bool
) -> Iterator[ReportedFigure]:
    figures = [figure for figure in chain(written_figures(reading), _ones(reading)) if not _is_none(reading, figure)]
    figures.sort(key=lambda figure: figure.number.start)
    mine: list[ReportedFigure] = []
    for figure in figures:
        made = _figure(reading, span, told, figure, [*before[-3:], *mine], is_row)
        if made:
            mine.append(made)
            yield made
    told.take(reading)


def _is_none(reading: Reading, figure: Figure) -> bool:
    return is_excluded(reading.text, reading.folded, figure.number)


def _ones(reading: Reading) -> Iterator[Figure]:
    """ "Only one", "une seule", "một giờ": where "one" counts and is no article."""
    for match in _ONE.finditer(reading.text.lower() if reading.language == "vi" else reading.folded):
        name = match.lastgroup or "one"
        if (name == "vi") != (reading.language == "vi") or any(
            n.start <= match.start(name) < n.end for n in reading.numbers
        ):
            continue
        start, end = match.span(name)
        hedge = find_hedge(reading.folded, start, end)
        one = Reading(reading.text, reading.language, THINGS)
        one.__dict__["numbers"] = (*reading.numbers, Number(start, end, Decimal(1), hedge=hedge, in_words=True))
        one.__dict__["numbers"] = tuple(sorted(one.numbers, key=lambda number: number.start))
        yield next(figure for figure in written_figures(one) if figure.number.start == start)


def _figure(
    reading: Reading, span: Span, told: Told, figure: Figure, before: Sequence[ReportedFigure], is_row: bool
) -> ReportedFigure | None:
    number = figure.number
    unit = _unit(reading, figure) or ("" if is_row else _shared_money(figure, before))
    start, end = number.start, number.end
    share = share_of(reading.folded, number)
    if share:
        unit = "percent"
    period, cumulative = told.period(reading, figure)
    counted, like = _counted(reading, figure, unit, before, period, is_row, span.start)
    if not counted and not unit:
        return None
    measure = like.measure if like else measure_of(reading, figure, counted, unit)
    move = _from_to(reading, figure)
    if move and period and period.days > 366:
        period = Period.year((period.start if move == "from" else period.end).year)
    hedge = " ".join((number.hedge or "").split())
    sense = number.sense if number.sense in ("about", "under", "over") else None
    quote = _quote(figure, span)
    return ReportedFigure(
        start=span.start + start, end=span.start + end, quote_start=quote[0], quote_end=quote[1],
        written=reading.text[start:end], value=round(Decimal(100) / number.value, 2) if share else number.value,
        unit=unit, counted=counted, measure=measure, period=period, place=told.place(reading, figure),
        language=reading.language, hedge=hedge if sense else "", sense=sense, edge="" if move else figure.edge,  # type: ignore[arg-type]
        change=is_change(reading, figure), cumulative=cumulative,
    )  # fmt: skip


def _unit(reading: Reading, figure: Figure) -> str:
    if _DATED.match(reading.folded, figure.number.end):
        return ""
    if figure.number.percent:
        return "percentage points" if "percentage points" in figure.measures else "percent"
    return min(figure.measures, default="")


def _shared_money(figure: Figure, before: Sequence[ReportedFigure]) -> str:
    """The currency of "9.6 millions" after "3.1 millions d'euros"."""
    if figure.nouns or figure.window or not figure.number.scale:
        return ""
    return next((one.unit for one in reversed(before) if one.unit in MONEY), "")


_FROM = re.compile(r"\b(?:from|de|d'|tu)\s(?:\S{1,3}\s)?$")
_TO = re.compile(r"^(?:[^.;\d]|(?:19|20)\d\d\b){0,45}?\b(?:to|a|len|xuong|xuong con|con|den)\s(?:\S+\s)?$")


def _from_to(reading: Reading, figure: Figure) -> str:
    """Whether a figure is the "from" or the "to" of a move: "from 8.2 % to 11.7 %"."""
    figures = written_figures(reading)
    for one, other in pairwise(figures):
        led = _FROM.search(reading.folded[max(0, one.number.start - 12) : one.number.start])
        if figure in (one, other) and led and _TO.match(reading.folded[one.number.end : other.number.start]):
            return "from" if figure == one else "to"
    return ""


def _quote(figure: Figure, span: Span) -> tuple[int, int]:
    if len(span) <= LONGEST_QUOTE:
        return span.start, span.end
    return span.start + figure.start, span.start + max(figure.end, figure.number.end)


def is_change(reading: Reading, figure: Figure) -> bool:
    """Whether a figure says by how much something rose or fell: "rose by 12 %", "five more than in 2023"."""
    number = figure.number
    before = reading.folded[max(0, number.start - 60) : number.start]
    if _MORE_AFTER.match(reading.folded[number.end : number.end + 40]):
        return True
    if before.endswith(("+", "−")):
        return True
    return bool(_CHANGED.search(before)) and (bool(_BY.search(before)) or not _LEVEL.search(before))


def _counted(
    reading: Reading,
    figure: Figure,
    unit: str,
    before: Sequence[ReportedFigure],
    period: Period | None,
    is_row: bool,
    quote_start: int,
) -> tuple[str, ReportedFigure | None]:
    """What a figure counts, and the figure before it whose measure it shares."""
    number = figure.number
    label = in_row(reading.text, number.start) if is_row else ""
    if label:
        return _plain(label), None
    dated = _DATED.match(reading.folded, number.end)
    after = "" if dated else reading.text[slice(*phrase_after(reading, figure))]
    limit = max((n.end for n in reading.numbers if n.end <= number.start), default=0)
    begin, end = phrase_before(reading, figure, limit)
    lead = _plain(reading.text[begin:end])
    if unit and lead and len(lead.split()) < 3 and reading.text[limit:begin].rstrip().endswith(","):
        lead = _plain(f"{reading.text[slice(*clause_before(reading, begin, limit))]}, {lead}")
    own = [one for one in before if one.quote_start == quote_start]
    if own and (_from_to(reading, figure) == "to" or (figure.edge == "high" and own[-1].edge == "low")):
        return own[-1].counted, own[-1]
    if unit:
        said = _measured(reading, figure, after, lead)
        return said or ((own or before)[-1].counted if before else lead), None
    counts = [one for one in before if not one.unit]
    if earlier := _same_again(figure, counts, period, after, reading, quote_start):
        return earlier.counted, earlier
    if whole := _of_a_whole(reading, figure):
        return whole, None
    if after:
        bare = reading.language == "vi" and len(figure.window) <= 1 and bool(figure.nouns)
        return (lead if lead and bare and _is_subject(reading, figure, limit) else _plain(after)), None
    last = counts[-1].counted if counts else ""
    # Right after a number, the words before are what is said of it: "35 were correct and 6 incorrect".
    follows = bool(own) and limit > 0 and not _STOP.search(reading.text, limit, begin)
    total = _TOTAL.search(fold(lead)) and not _TOTAL_OF.search(fold(lead))
    if lead and not follows and not total and not stands_for_another(reading, figure):
        return lead, None
    mine = [one for one in own if not one.unit]
    return ("" if mine else _named_before(reading, number.start)) or last or lead, None


_STOP = re.compile(r"[.,;:!?()|]")
_TOTAL = re.compile(r"\b(?:total\w*|tong|cumul\w*|that|which|figure|number)\b")
_TOTAL_OF = re.compile(
    r"\b(?:total|number|figure|tong so|tong|nombre)\s(?:of|de|des|d'|(?!since|with|which|that)\w{2})"
)


_THEM = re.compile(r"\s(?:of (?:them|these|those|which)|d'entre (?:eux|elles))\b")
_DATED = re.compile(r"\s(?:(?:the|last|this)\s(?:year|month|week|quarter|period|same)|nam (?:truoc|ngoai|nay))\b")
_OF_A_WHOLE = re.compile(
    r"^\s(?:of|out of|sur|parmi|tren|trong(?: so)?|d'entre)\s(?:(?:the|our|all|les|nos|tong so)\s)*$"
)


def _of_a_whole(reading: Reading, figure: Figure) -> str:
    """What both numbers count of "11 of the 214 articles" and "trois services sur dix-neuf"."""
    for other in written_figures(reading):
        one, whole = (figure, other) if figure.number.start < other.number.start else (other, figure)
        between = reading.folded[max(one.number.end, phrase_after(reading, one)[1]) : whole.number.start]
        if one.number.end <= whole.number.start and _OF_A_WHOLE.match(between):
            after, first = (reading.text[slice(*phrase_after(reading, each))] for each in (whole, one))
            if after or first:
                return _plain(after or first)
    return ""


def _named_before(reading: Reading, at: int) -> str:
    """The last known noun in the plural before a place of a sentence: "les agents qui …: ils étaient 46"."""
    marks = [m for m in reading.marks if m.kind == "noun" and reading.words[m.last].end <= at]
    many = [mark for mark in marks if reading.words[mark.last].form.endswith(("s", "x")) or reading.language == "vi"]
    return reading.written(many[-1].first, many[-1].last) if many else ""


def _is_subject(reading: Reading, figure: Figure, limit: int) -> bool:
    """Whether "là" or "đạt" leads to the number: "số vụ án tham nhũng khởi tố mới là 848 vụ"."""
    return bool(re.search(r"\b(?:la|dat|con|:)\s(?:\S+\s)?$", reading.folded[limit : figure.number.start]))


def _same_again(
    figure: Figure,
    before: Sequence[ReportedFigure],
    period: Period | None,
    after: str,
    reading: Reading,
    quote_start: int,
) -> ReportedFigure | None:
    """The figure beside which this one gives the same measure for another period: "against 96 in 2022"."""
    others = [
        one for one in reversed(before) if one.period != period and not one.change and one.quote_start == quote_start
    ]
    head = fold(after.split(" ")[0]) if after else ""
    same = [one for one in others if head and fold(one.counted).startswith(head) and len(after) <= len(one.counted)]
    if same:
        done = action_of(reading, figure)
        return next((one for one in same if not done or done in one.measure.split()), None)
    compared = _COMPARED.search(reading.folded[max(0, figure.number.start - 60) : figure.number.start])
    return others[0] if others and compared and not after else None


_COMPARED = re.compile(
    r"(?:\b(?:against|compared (?:to|with)|versus|up from|down from|contre|so voi|cung ky)\b[^.;]{0,40}|\(\s?)$"
)


def _measured(reading: Reading, figure: Figure, after: str, lead: str) -> str:
    """What is measured: "35 hectares of forest", "the average delay is 17.5 days", "15 jours pour répondre"."""
    end = figure.number.end
    if figure.number.percent:
        linked = _MEASURED_OF.match(reading.folded[end : end + 5])
        said = _plain(after) if linked and after and not stands_for_another(reading, figure) else lead
        return (
            ""
            if _CHANGE_WORD.fullmatch(fold(said)) or (lead and said == lead and _THEM.match(reading.folded, end))
            else said
        )
    if match := _PURPOSE.match(reading.folded, end):
        stop = re.compile(r"[.,;:()]|$").search(reading.text, match.end())
        words = reading.text[match.end() : stop.start() if stop else None].split()[:6]
        return _plain(" ".join(words))
    rest = _without_unit(reading, figure, after)
    if rest:
        return rest
    linked_by = re.search(r"\s(?:of|de|du|des|d['’])\s?(?!dongs?\b|euros?\b|dollars?\b)(.+)", after)
    if linked_by:
        return _plain(linked_by[1])
    if figure.measures and lead and len(lead.split()) < 2 and _JOINED.search(reading.folded[: figure.number.start]):
        return ""  # "… and reached 3.5 billion": what the figure before measures
    return "" if _CHANGE_WORD.fullmatch(fold(lead)) else lead


_JOINED = re.compile(r"\b(?:and|et|va)\s\S+\s(?:[$€£]\s?)?$")
_CHANGE_WORD = re.compile(rf"(?:(?:da|ont|a|have|has|was|were|con)\s)*(?:{_RISE}|con|dong)?")


def _without_unit(reading: Reading, figure: Figure, after: str) -> str:
    """What follows the unit: "đường dây trung thế" of "52 km đường dây trung thế"."""
    first = reading.place_of(figure.said[0])
    unit = next((m for m in reading.marks_between(first, first + 1) if m.kind == "measure"), None)
    if not unit or not after:
        return ""
    rest = _plain(reading.text[reading.words[unit.last].end : figure.said[0] + len(after)])
    return re.sub(r"^(?:of|de|du|des|d['’])\s?", "", rest) if not is_function_word(rest, reading.language) else ""


def _plain(text: str) -> str:
    """A phrase on one line, without marks at its ends."""
    return " ".join(text.split()).strip(" ,;:-–—|.()«»“”\"'")
