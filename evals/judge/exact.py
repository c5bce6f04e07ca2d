"""The exact checks as a judge: numbers, periods, names, places, denial and hedges, by `assistant.grounding`.

Cheap and always there. It takes the sentences nearest the claim, one and then a few together, as the quotes that the
assistant would have cited, so that a long passage's other figures and denials neither help nor harm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache

from assistant.grounding import Quote, Similarity, check
from evals.judge.evidence import as_passage, source_of
from evals.judge.judgement import Judgement, Label
from ingest.documents import Passage, Span
from ingest.engine import Engine
from ingest.text.language import detect_language
from ingest.text.numbers import find_numbers
from ingest.text.words import content_words, stem

LAYER = "exact checks"
NEAREST = 3
"""Sentences that a claim may be put together from."""
LONGEST = 200_000
"""Code points of the passages that are read; a report of fifty pages."""
ENOUGH = 0.7
"""The share of a claim's content words in a sentence from which on the two say the same, if the checks pass; under it
the engine's cosine decides. At .6 "40 percent of the cargo was coal dust" passed for "… was timber"."""
NEAR_IN_OTHER_WORDS = {0.0: 0.90, 0.3: 0.86}
"""The cosine that a claim in its passage's language needs, by the least share of its words there: sentences of one
report about one thing are at .80 to .86 whatever they say. Of another language the house's own threshold holds."""
SAME_MATTER = 0.5
"""The share from which on a failed check contradicts, and under which the claim is just not found."""


class ExactJudge:
    """`assistant.grounding.check` behind the `Judge` interface.

    `engine` opens the embeddings that tell a paraphrase or a translation; it is called when words alone cannot. Without
    it, claims in another language than their passage, or in quite other words, are not found. The probability is a
    rank, not calibrated.
    """

    def __init__(self, engine: Callable[[], Engine] | None = None) -> None:
        self._engine = engine

    @property
    def name(self) -> str:
        return "exact checks" + (" and cosine" if self._engine else "")

    def judge(self, claim: str, passages: Sequence[str], question: str | None = None) -> Judgement:  # noqa: ARG002
        """See `Judge.judge`; the question is not looked at."""
        said = " ".join(claim.split())
        if not any(map(str.isalnum, said)):
            return Judgement("not_found", 0.0, layer=LAYER, reason="says nothing")
        text = "\n\n".join(passages)[:LONGEST]
        if not text.strip():
            return Judgement("not_found", 0.0, layer=LAYER, reason="cites no passage")
        if source_of(text).says(said):
            return Judgement("supported", 0.99, layer=LAYER)
        language = detect_language(said)
        passage, ranked = _nearest(said, language, text)
        near = self._similarity(language)
        first: Judgement | None = None
        for many in range(1, len(ranked) + 1):
            quotes = [Quote(passage, span) for _, span in ranked[:many]]
            verdict = check(said, quotes, None, near)
            if verdict.supported:
                return Judgement("supported", 0.5 + 0.5 * verdict.support, layer=LAYER)
            first = first or _failed(verdict.reason or "not supported", verdict.support, ranked[0][0], said, passage)
            if ranked[0][0] >= ENOUGH and first.label == "contradicted":
                break  # the sentence is of the same thing and says otherwise: no other can lend it its figure
        return first or Judgement("not_found", 0.0, layer=LAYER, reason="the passage holds no sentence")

    def _similarity(self, language: str) -> Similarity:
        """As `check` wants it: near 1 where the words are the same, else the engine's cosine, else what words say."""

        def near(one: str, other: str) -> float:
            shared = overlap(one, other, language)
            if shared >= ENOUGH:
                return 0.85 + 0.15 * shared
            if self._engine is None:
                return 0.7 * shared
            vectors = self._engine().embed_passages([one, other])
            cosine = float(vectors[0] @ vectors[1])
            if detect_language(other) != language:
                return cosine
            needed = min(cos for share, cos in NEAR_IN_OTHER_WORDS.items() if shared >= share)
            return cosine if cosine >= needed else 0.7 * shared

        return near


def _failed(reason: str, support: float, shared: float, claim: str, passage: Passage) -> Judgement:
    """What a failed check says: of the same matter, the claim contradicts the passage; else it is not found there."""
    what, _, words = reason.partition(": ")
    other_language = detect_language(claim) != passage.language
    about_it = shared >= SAME_MATTER or (other_language and bool(words) and _share_a_number(claim, passage.text))
    beyond_words = "meaning" in what
    label: Label = "contradicted" if about_it and not beyond_words else "not_found"
    probability = min(0.45, 0.5 * support if beyond_words else 0.1)
    return Judgement(label, probability, (words,) if words else (), LAYER, reason)


def _share_a_number(one: str, other: str) -> bool:
    return bool(_values(one) & _values(other))


@lru_cache(maxsize=4096)
def _values(text: str) -> frozenset[Decimal]:
    return frozenset(number.value for number in find_numbers(text))


def overlap(claim: str, text: str, language: str) -> float:
    """The share, 0 to 1, of the claim's content words, by their stems, that the text holds."""
    said = _stems(claim, language)
    return len(said & _stems(text, language)) / len(said) if said else 0.0


@lru_cache(maxsize=4096)
def _stems(text: str, language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in content_words(text, language))


def _nearest(claim: str, language: str, text: str) -> tuple[Passage, list[tuple[float, Span]]]:
    """The sentences that share most with the claim, best first, each with the share of its words; numbers break a tie,
    and lead where the languages differ."""
    passage = as_passage(text)
    wanted = _values(claim)
    ranked = []
    for position, span in enumerate(passage.sentences):
        sentence = passage.sentence_text(span)
        shared = overlap(claim, sentence, language)
        numbers = len(wanted & _values(sentence)) if wanted else 0
        ranked.append((shared + 0.2 * numbers, -position, shared, span))
    ranked.sort(reverse=True, key=lambda one: one[:2])
    return passage, [(shared, span) for _, _, shared, span in ranked[:NEAREST]]
