"""Questions from figures, people and dates, without a model.

They are plain, and some are odd: a person edits them. What each rests on stands beside it, so that this is quick.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.answer import DocumentInfo
from evals.cases import Case
from ingest.split import split_sentences
from ingest.text.language import detect_language
from ingest.text.numbers import Number, find_numbers
from ingest.text.periods import Period, find_periods
from ingest.text.words import fold, is_function_word

SHORTEST, LONGEST = 40, 400
"""Code points of a sentence that is asked about: no heading or caption, and no list of results."""
TWINS = 3
"""Of so many questions the first figure gets a twin that is to be refused."""
_NOT_COUNTED = frozenset("years months days hours times annees mois jours heures fois nam thang ngay lan gio".split())
_LOCAL = re.compile(r"\b(?:provinc|district|municipal|tinh|huyen)")
"""A role that means nothing without its place."""
MOST_NOUN = 4
"""Words taken for what a number counts."""

_FIGURE = {
    "en": "How many {noun} are reported{place}{period}?",
    "fr": "Combien de {noun} sont rapportés{place}{period} ?",
    "vi": "Có bao nhiêu {noun} được nêu{place}{period}?",
}
_PERSON = {"en": "Who is {role}{place}?", "fr": "Qui est {role}{place} ?", "vi": "Ai là {role}{place}?"}
_DATE = {
    "en": "On which day did the event of “{title}” take place?",
    "fr": "Quel jour a eu lieu l'événement de « {title} » ?",
    "vi": "Sự kiện trong bài “{title}” diễn ra ngày nào?",
}
_PLACE = {"en": " for {}", "fr": " pour {}", "vi": " ở {}"}
_PERIOD = {"en": " in {}", "fr": " en {}", "vi": " năm {}"}
_HALF = {
    "en": " in the {} half of {}", "fr": " au {} semestre {}", "vi": " {} năm {}",
}  # fmt: skip
_HALVES = {"en": ("first", "second"), "fr": ("premier", "second"), "vi": ("6 tháng đầu", "6 tháng cuối")}


def proposals(info: DocumentInfo, uncovered: int | None = None) -> Iterator[Case]:
    """Questions about one document, its date first; with `uncovered`, a year that no report covers, each figure's twin
    that is to be refused. Ids are left to the caller: they are those of the document and a number."""
    lang = info.language if info.language in _FIGURE else "en"
    source = info.source.rsplit("/", 1)[-1]
    found = (*_dates(info, lang), *_figures(info, lang), *_people(info, lang))
    for number, (kind, question, fact, evidence) in enumerate(found, start=1):
        name = f"{source.rsplit('.', 1)[0]}-{number:02}"
        yield Case(name, lang, kind, question, ((fact,),), (source,), evidence=(evidence,))
        year = str(uncovered) if uncovered else ""
        named = re.findall(r"\b(?:19|20)\d\d\b", question)
        if kind == "figure" and number % TWINS == 1 and year and len(named) == 1:
            other = question.replace(named[0], year)
            yield Case(f"{name}-twin", lang, "refusal", other, refuse=True, missing=year)


def _figures(info: DocumentInfo, lang: str) -> Iterator[tuple[str, str, str, str]]:
    """(kind, question, fact, evidence) of each figure that counts something, once for each thing counted."""
    asked: set[str] = set()
    named = [place for place in info.places if fold(place) in fold(info.title)]
    place = _PLACE[lang].format(named[0]) if named else ""
    for sentence in sentences(info.text or "", lang):
        dated = [(mention.start, mention.end) for mention in find_periods(sentence)]
        for number in find_numbers(sentence):
            ordinal = sentence[number.end : number.end + 1].isalpha()  # the 13th Congress
            if number.in_words or ordinal or any(start <= number.start < end for start, end in dated):
                continue
            noun = counted(sentence, number, lang)
            if not noun or fold(noun) in asked:
                continue
            asked.add(fold(noun))
            period = _period_words(_period_of(sentence[: number.start], info), lang)
            question = _elided(_FIGURE[lang].format(noun=noun, place=place, period=period))
            yield "figure", question, sentence[number.start : number.end].strip(), sentence


def counted(sentence: str, number: Number, lang: str) -> str:
    """What a number counts: the words after it up to a function word or a sign; "" where none is plain, which in
    English and French a plural is."""
    rest = re.split(r"[.,;:()«»“”\"–—\d]", sentence[number.end :], maxsplit=1)[0]
    words: list[str] = []
    for word in rest.split():
        if is_function_word(fold(word) if lang != "vi" else word.lower(), lang) or len(words) == MOST_NOUN:
            break
        words.append(word)
    if lang == "en":
        while words and not words[-1].endswith("s"):
            words.pop()
    if not words or (lang == "fr" and not words[0].endswith(("s", "x"))) or fold(words[0]) in _NOT_COUNTED:
        return ""
    return " ".join(words) if any(len(word) > 2 for word in words) else ""


def _elided(question: str) -> str:
    """ "Combien d'agents", not "de agents"."""
    return re.sub(r"\bCombien de (?=[aeiouyéèêàâîôh])", "Combien d'", question)


def _period_of(before: str, info: DocumentInfo) -> str | None:
    """The label of the period that the words before a figure name last, else that of its report: in "36 dialogues, five
    more than in 2023" the figure is of the report's year."""
    named = [mention.period.label for mention in find_periods(before)]
    labels = [label for label in named if re.fullmatch(r"\d{4}(-H[12])?", label)]
    return labels[-1] if labels else info.period


def _period_words(label: str | None, lang: str) -> str:
    if match := re.fullmatch(r"(\d{4})-H([12])", label or ""):
        return _HALF[lang].format(_HALVES[lang][int(match[2]) - 1], match[1])
    return _PERIOD[lang].format(label) if label and re.fullmatch(r"\d{4}", label) else ""


def _people(info: DocumentInfo, lang: str) -> Iterator[tuple[str, str, str, str]]:
    text = info.text or ""
    for person in info.people:
        for role in person.roles[:1]:
            evidence = next((s for s in sentences(text, lang) if person.name in s and role in s), "")
            if evidence:
                local = _LOCAL.search(fold(role)) and info.places and info.places[0] not in role
                where = _PLACE[lang].format(info.places[0]) if local else ""
                yield "person", _PERSON[lang].format(role=role, place=where), person.name, evidence


def _dates(info: DocumentInfo, lang: str) -> Iterator[tuple[str, str, str, str]]:
    """The day of the event, where the text writes it out with its year."""
    for sentence in sentences(info.text or "", lang):
        for mention in find_periods(sentence):
            written = sentence[mention.start : mention.end]
            if _is_day(mention.period, info.event_date) and re.search(r"\b(?:19|20)\d\d\b", written):
                yield "date", _DATE[lang].format(title=info.title), written, sentence
                return


def _is_day(period: Period, day: str | None) -> bool:
    return period.start == period.end and period.start.isoformat() == day


def sentences(text: str, lang: str) -> Iterator[str]:
    """The sentences that are asked about, line by line; what is no prose is passed over."""
    for line in text.split("\n"):
        if len(line) < SHORTEST or line.lstrip().startswith(("|", "#", "*", "!")):
            continue
        for span in split_sentences(line, lang):
            sentence = line[span.start : span.end]
            if SHORTEST <= len(sentence) <= LONGEST and sentence[-1] in '.!?”»"' and detect_language(sentence) == lang:
                yield sentence
