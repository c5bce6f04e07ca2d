"""The fewest sentences that answer, verbatim and in a sensible order; or why there are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.compose.acts import act_asked, lacks_the_act, tells_the_act
from assistant.compose.candidates import (
    READ,
    READING,
    Candidate,
    candidate,
    may_answer,
    numbers_of_what_is_asked,
    read,
    sorted_by_order,
    tells_what_alone_is_asked,
    weights,
)
from assistant.compose.holders import holder_first, other_holders
from assistant.compose.lists import with_its_items
from assistant.compose.opposites import contrary
from assistant.compose.refuse import Covered, Refusal, asks_nothing, unmet_constraint, unsaid
from assistant.compose.said import beside_the_figure, scope_of
from assistant.context import leans_back
from assistant.cross_encoder import Reader
from assistant.question import Query
from assistant.retrieve import Evidence, sentences_of
from ingest.text.words import content_words, fold, words

MOST_STATEMENTS, MOST_OF_A_LIST = 3, 5

SURE, SURER = 0.75, 0.97
"""The confidence asked of an answer when the word for what is asked is in no report: in the question's language, in
another."""

OWN_LANGUAGE = 2.5
"""How far behind the best, in `order`, a sentence in the question's own language may be and still go first; about
0.02 of both cosines."""

NEARLY_FIRST = 2.0
"""How far behind the best, in `order`, a sentence may be and still answer where the best does not."""

WIDER = 2.0
"""How far behind the best, in `order`, a national figure that is not SURE may be and still go before a province's."""

HOPELESS, CERTAIN = 0.3, 0.85
"""Confidence before reading. Of 1,181 readers' questions on held-out reports, 7 of 226 under the first were answered
after it, and 97 of 100 over the second, as many of them rightly as without."""

NEW_WORDS = 0.5
"""Share of its words that a further item of a list adds to those before it."""


def extract(
    query: Query,
    evidence: Sequence[Evidence],
    covered: Callable[[], Covered],
    unheard: Sequence[str] = (),
    reader: Reader | None = None,
) -> list[Candidate] | Refusal:
    """The fewest sentences that answer, in the order to be read; or why there are none.

    `covered` gives what the reports cover, `unheard` the words of the question no passage holds: a refusal says what is
    missing and what is covered. `reader` looks at the best sentences once more.
    """
    candidates = sorted_by_order(
        candidate(query, item, sentence)
        for item, sentence in sentences_of(evidence)
        if sentence.fit.all
        and may_answer(query, sentence.text)
        and not contrary(query, sentence.text, item.passage.language)
        and not lacks_the_act(query, sentence.text, item.passage.language)
    )
    if asks_nothing(query, unheard):
        return Refusal(unsaid(query, unheard))
    if not candidates:
        return Refusal(unmet_constraint(query, evidence, covered(), unheard))
    if reader and _is_worth_reading(query, candidates, unheard):
        candidates = read(query, candidates, reader)
    candidates, rest = _what_is_asked_first(query, candidates, unheard)
    candidates = sure_first(query, candidates, unheard)
    if candidates[0].confidence < _needed(query, candidates[0], unheard):
        return Refusal(unsaid(query, unheard))
    for first in (own_language_first, widest_first, holder_first):
        candidates = first(query, candidates)
    return fewest(query, [*candidates, *rest])


def _is_worth_reading(query: Query, candidates: Sequence[Candidate], unheard: Sequence[str]) -> bool:
    """Whether reading may change the answer, for it takes most of the time: not where nothing comes near, nor where
    the best one is sure without."""
    surest = max(one.confidence for one in candidates[:READ])
    return surest >= HOPELESS and not candidates[0].confidence >= max(CERTAIN, _needed(query, candidates[0], unheard))


def _what_is_asked_first(
    query: Query, candidates: list[Candidate], unheard: Sequence[str]
) -> tuple[list[Candidate], list[Candidate]]:
    """The candidates that surely tell what is asked, if there are any, and those that may stand beside them. Of a
    figure none goes before one that counts what is asked: "8 cases" is nearer "How many inspections …?" than "17
    inspections" is where it names the province and that does not; of who did something none before one that tells who
    did. Of what a person said, or of plans, nothing else is told."""
    if (query.kind == "figure" and query.counted) or act_asked(query):
        surely = [one for one in candidates if _surely_tells(query, one, unheard)]
        return (surely, [one for one in candidates if one not in surely]) if surely else (candidates, [])
    telling = [one for one in candidates if tells_what_alone_is_asked(query, one.evidence, one.sentence)]
    return telling or candidates, []


def _surely_tells(query: Query, one: Candidate, unheard: Sequence[str]) -> bool:
    """Whether a sentence surely answers, with a number of what is to be counted, or who did what is asked."""
    if one.confidence < _needed(query, one, unheard):
        return False
    text, language = one.sentence.text, one.evidence.passage.language
    if query.kind == "figure":
        return bool(numbers_of_what_is_asked(query, text, language))
    return tells_the_act(query, text, language)


def _needed(query: Query, best: Candidate, unheard: Sequence[str]) -> float:
    """The least confidence an answer needs. Of one that was not read together with the question, more where what is
    asked for (questions name it early: "how much money", "quel est le budget") is in no report, and most where a
    passage in another language is to answer: then the cosine, which knows topics better than facts, is all there is."""
    if READING in best.measured:
        return float(weights()["threshold"])
    if query.kind in ("person", "date", "place"):  # these begin with a verb, which has many others for it
        return float(weights()["threshold"])
    missing = {fold(word) for word in unheard}
    if best.evidence.passage.language != query.language:
        return SURER if missing & set(query.words[:2]) else float(weights()["threshold"])
    return SURE if missing & set(query.words[:1]) else float(weights()["threshold"])


def sure_first(query: Query, candidates: list[Candidate], unheard: Sequence[str]) -> list[Candidate]:
    """The candidates, with one first that surely answers where the best by order does not: what is nearest the
    question need not be what answers it."""
    for one in candidates:
        if one.order < candidates[0].order - NEARLY_FIRST:
            break
        if one.confidence >= _needed(query, one, unheard):
            return _with_first(one, candidates)
    return candidates


def _with_first(one: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    return [one, *(other for other in candidates if other is not one)]


def own_language_first(query: Query, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates, with the best one in the question's language first where it answers nearly as well: a quote
    is proof only to who can read it."""
    for one in candidates:
        if one.order < candidates[0].order - OWN_LANGUAGE:
            break
        own = one.evidence.passage.language == query.language
        if own and one.confidence >= weights()["threshold"]:
            return _with_first(one, candidates)
    return candidates


def widest_first(query: Query, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates of a figure for which no place is asked, with the best one of the whole country first where it
    answers nearly as well: a province's figure is not what "in 2024" means when there is a national one."""
    if query.kind != "figure" or query.places or not scope_of(candidates[0]):
        return candidates
    for one in candidates:
        nearly = one.order >= candidates[0].order - WIDER and one.confidence >= weights()["threshold"]
        if (nearly or one.confidence >= SURE) and not scope_of(one):
            return _with_first(one, candidates)
    return candidates


def fewest(query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best candidate, and what belongs with it.

    Beside a figure that is what other reports give for it; beside the holder of an office, who held it at another
    date; in a list what further passages add; beside anything else, sentences of the same report that are nearly as
    good and say something new. A sentence that leans on the one before it ("They covered …") comes after that one.
    """
    best = candidates[0]
    if query.kind == "figure":
        chosen = [best, *beside_the_figure(query, best, candidates[1:])][:MOST_STATEMENTS]
    elif others := other_holders(query, best, candidates[1:]):
        return [best, *others]
    else:
        most = MOST_OF_A_LIST if query.kind == "list" else MOST_STATEMENTS
        chosen = [best]
        for other in candidates[1:]:
            if len(chosen) >= most or other.confidence < weights()["threshold"]:
                break
            if _belongs(query, best, other) and _says_something_new(other, chosen):
                chosen.append(other)
    for one in list(chosen):
        antecedent = _antecedent(query, one)
        if antecedent and not _is_among(antecedent, chosen):
            chosen.append(antecedent)
    if query.kind == "figure":
        return chosen
    return with_its_items(query, _in_reading_order(chosen))


def _belongs(query: Query, best: Candidate, other: Candidate) -> bool:
    near = best.order - other.order <= weights()["within"] or (
        tells_what_alone_is_asked(query, best.evidence, best.sentence)
        and tells_what_alone_is_asked(query, other.evidence, other.sentence)
    )
    if query.kind == "list":
        return near and best.evidence.passage.language == other.evidence.passage.language
    several = query.kind in ("explanation", "comparison", "fact")
    return several and near and other.evidence.document.id == best.evidence.document.id


def _says_something_new(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Whether a sentence is not in the main what others say (a report repeating itself, or two copies of it)."""
    of_it = _content(candidate)
    return all(len(of_it - _content(other)) > (1 - NEW_WORDS) * len(of_it) for other in chosen) and not any(
        _says_the_same(candidate, other) for other in chosen
    )


def _content(candidate: Candidate) -> set[str]:
    return set(content_words(candidate.sentence.text, candidate.evidence.passage.language))


def _says_the_same(one: Candidate, other: Candidate) -> bool:
    a, b = set(words(one.sentence.text)), set(words(other.sentence.text))
    return len(a & b) >= 0.7 * min(len(a), len(b))


def _is_among(one: Candidate, chosen: Sequence[Candidate]) -> bool:
    return any(
        one.evidence.passage.id == other.evidence.passage.id and one.sentence.span == other.sentence.span
        for other in chosen
    )


def _antecedent(query: Query, leaning: Candidate) -> Candidate | None:
    """The sentence before one that begins with a pronoun, be it the last of the passage before."""
    evidence = leaning.evidence
    at = evidence.passage.sentences.index(leaning.sentence.span)
    if not leans_back(leaning.sentence.text):
        return None
    if at == 0:
        before = evidence.before
        last = before.sentences[-1] if before else None
        return candidate(query, before, last) if before and last and last.fit.all else None
    return candidate(query, evidence, evidence.sentences[at - 1])


def _in_reading_order(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Best document first; within a document as the report has them."""
    documents = list(dict.fromkeys(candidate.evidence.document.id for candidate in candidates))
    return sorted(candidates, key=lambda c: (documents.index(c.evidence.document.id), c.sentence.span.start))
