"""Whether quotes support a statement: the exact checks one after the other, then the meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.cross_encoder import Reader
from assistant.grounding import claims, names, times
from assistant.grounding.coverage import Coverage, coverage
from assistant.grounding.figures import equal, same_noun, same_unit, told_of_another
from assistant.grounding.quotes import Proof, Quote, quoted_alone
from assistant.grounding.support import Support, exact_measures, read_measures, support
from assistant.grounding.verdict import Objection, Reason, Verdict
from ingest.meaning.figures import Figure, figures_of
from ingest.meaning.lexicon import LANGUAGES
from ingest.meaning.reading import Reading, read
from ingest.text.bare import bare
from ingest.text.language import detect_language
from ingest.text.periods import Period
from ingest.text.words import is_function_word

DOUBT, SURE = 0.3, 0.6
"""The least probability of support (`support`: cross-encoder and exact checks, weighed together) where words and
vectors find the statement in its quotes, and where they do not."""
NEAR = 0.80
"""Least cosine between a statement and its quotes (multilingual-e5-small, where unrelated text is at 0.70–0.78
and a paraphrase or translation at 0.85 and above)."""
NEAR_WORD = 0.89
"""Least cosine between a word and the quoted one it stands for (the same engine: "hired" and "recruited" 0.92, "late"
and "delayed" 0.92; "hired" and "injured" 0.87, "signed" and "read" 0.85)."""

Similarity = Callable[[str, str], float]
"""The cosine of two texts' vectors, across languages."""


@dataclass(frozen=True)
class Claim:
    """A statement read beside its quotes. `period` is that of the quotes' documents, where they share one."""

    said: Reading
    proofs: Sequence[Proof]
    period: Period | None

    @cached_property
    def pairs(self) -> list[claims.Pair]:
        return claims.pairs(self.said, self.proofs)

    @cached_property
    def coverage(self) -> Coverage:
        return coverage(self.said, self.proofs)

    @cached_property
    def quoted_figures(self) -> list[tuple[Figure, Proof]]:
        return [
            (figure, proof)
            for proof in self.proofs
            for figure in figures_of(proof.context)
            if proof.start <= figure.number.start and figure.number.end <= proof.end
        ]

    @property
    def read_as(self) -> str:
        """The statement as it is read beside its quotes: where their document's period and place are known, and looked
        at by the exact checks, without its own, which quotes seldom repeat."""
        return bare(self.said.text) if any(proof.quote.about for proof in self.proofs) else self.said.text

    @property
    def same_language(self) -> bool:
        return any(self.said.language == proof.context.language for proof in self.proofs)


def check(
    statement: str, quotes: Sequence[Quote], period: Period | None, similarity: Similarity, reader: Reader | None = None
) -> Verdict:
    """Whether the quotes support the statement. `period` is their document's, where the quotes do not say (`about`).

    A statement that is nothing but its quotes' words needs no further check. Any other must stand the exact checks, and
    its meaning must be the quotes': as words and vectors tell and, with a `reader`, as the cross-encoder reads it.
    Raises EngineError where the reader fails.
    """
    if not quotes:
        return Verdict(False, 0.0, Reason.NO_QUOTE)
    proofs = [Proof(quote) for quote in quotes]
    if alone := quoted_alone(statement, proofs):
        cut = next((proof.cut_off for proof in alone if proof.cut_off), None)
        return Verdict(False, 0.0, str(Objection(Reason.CLIPPED, f"“{cut}”"))) if cut else Verdict(True, 1.0)
    claim = Claim(read(statement, language_of(statement, proofs)), proofs, period)
    found = list(objections(claim))
    if found and found[0].reason is not Reason.ADDED:
        return Verdict(False, 0.0, str(found[0]))
    told = Verdict(False, 0.0, str(found[0])) if found else _meaning(claim, similarity)
    if reader is None:
        return told
    probability = weigh(claim, found, [" ".join(quote.text for quote in quotes)], reader).probability
    if probability >= (DOUBT if told.supported else SURE):
        return Verdict(True, probability)
    return Verdict(False, probability, told.reason or Reason.MEANING)


def weigh(
    claim: Claim,
    found: Sequence[Objection],
    evidence: Sequence[str],
    reader: Reader,
    strange: Mapping[str, float] | None = None,
) -> Support:
    """How likely the claim is supported, by what the exact checks object and by the evidence read."""
    reasons = [objection.reason for objection in found]
    verbatim = bool(quoted_alone(claim.said.text, claim.proofs))
    measured = exact_measures(reasons, claim.coverage.share, not claim.same_language, verbatim)
    measured |= read_measures(claim.read_as, evidence, reader) | dict(strange or {})
    return replace(support(measured, searched=strange is not None), own=claim.coverage.own)


def weighed(
    statement: str,
    quotes: Sequence[Quote],
    evidence: Sequence[str],
    reader: Reader,
    strange: Mapping[str, float] | None = None,
) -> tuple[Support, list[Objection]]:
    """How likely quotes support a statement, and what the exact checks have against it: for judging what others wrote.
    `check` is what decides what is shown. `evidence` is what is read; where it was searched for in a longer text,
    `strange` measures what of the statement stands nowhere in that."""
    proofs = [Proof(quote) for quote in quotes]
    claim = Claim(read(statement, language_of(statement, proofs)), proofs, None)
    found = list(objections(claim))
    return weigh(claim, found, evidence, reader, strange), found


def score(statement: str, quotes: Sequence[Quote], period: Period | None) -> float:
    """How well the exact checks alone find a statement supported, 1 at best: the share of its words that the quotes
    hold, less a tenth for each objection of another kind. For comparing judges; `check` is what decides."""
    proofs = [Proof(quote) for quote in quotes]
    claim = Claim(read(statement, language_of(statement, proofs)), proofs, period)
    others = [one for one in objections(claim) if one.reason is not Reason.ADDED]
    return 1 - claim.coverage.share - 0.1 * len(others)


_VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


def language_of(statement: str, proofs: Sequence[Proof]) -> str:
    """The statement's language, of those that are known: by its letters and small words, names apart ("Le Thi Hanh"
    is no French), else as any text's."""
    if any(word[0].islower() and _VIETNAMESE.search(word) for word in statement.split()):
        return "vi"
    plain = [word for word in re.findall(r"[^\W\d_]{2,}", statement) if word.islower()]
    english, french = (sum(is_function_word(word, language) for word in plain) for language in ("en", "fr"))
    if english != french:
        return "en" if english > french else "fr"
    found = detect_language(statement, default=proofs[0].context.language)
    return found if found in LANGUAGES else "en"  # of the three, the one that does without articles


# -- the exact checks ------------------------------------------------------------------------------------------


def objections(claim: Claim) -> Iterator[Objection]:
    """What the exact checks have against a statement, the plainest first."""
    for objects in (_figures, _times, _names, _polarity, _shades, _additions):
        yield from objects(claim)


def _figures(claim: Claim) -> Iterator[Objection]:
    """Every figure must be a quoted one: value, unit, what is counted, hedge, period and place."""
    for figure in figures_of(claim.said):
        found = [_against(claim, figure, *quoted) for quoted in claim.quoted_figures if equal(figure, quoted[0])]
        if None in found:
            continue
        if found:
            yield max((one for one in found if one), key=lambda objection: _ORDER.index(objection.reason))
        elif not figure.implied or _counted_otherwise(claim, figure):
            yield Objection(Reason.NUMBER, figure.written)
    ranks = {number.value for proof in claim.proofs for number in (*proof.around.ordinals, *proof.context.numbers)}
    for ordinal in claim.said.ordinals:
        if ordinal.value not in ranks and claim.said.text[: ordinal.start].strip():
            yield Objection(Reason.NUMBER, claim.said.text[ordinal.start : ordinal.end])
    for one, other in claims.changes(claim.said):
        for proof in claim.proofs:
            if (other.value, one.value) in [(a.value, b.value) for a, b in claims.changes(proof.context)]:
                yield Objection(Reason.REVERSED, f"from {one.written} to {other.written}")


def _against(claim: Claim, figure: Figure, quoted: Figure, proof: Proof) -> Objection | None:
    """What tells a figure of the statement from a quoted one of its value; None where they are one."""
    if figure.implied or quoted.implied:
        hedged = figure.number.sense != quoted.number.sense and figure.implied and quoted.implied and figure.value > 1
        return Objection(Reason.HEDGE, figure.written) if hedged else None
    same_language = claim.said.language == proof.context.language
    both = f"“{_phrase(claim.said, figure)}”, quoted “{_phrase(proof.context, quoted)}”"
    if not same_unit(figure, quoted, same_language):
        return Objection(Reason.UNIT, both)
    if not same_noun(figure, quoted, proof.context, same_language):
        return Objection(Reason.COUNTED, both)
    of_the_edge = bool(quoted.edge) and figure.number.sense == _EDGES[quoted.edge]  # "at least 5" of "5–7"
    if figure.number.sense != quoted.number.sense and not of_the_edge:
        return Objection(Reason.HEDGE, figure.written)
    if quoted.edge and figure.edge != quoted.edge and not of_the_edge:
        return Objection(Reason.RANGE, both)
    if words := told_of_another(figure, claim.said, quoted, proof.context):
        return Objection(Reason.TOLD, f"“{figure.written}”, of “{words}…”")
    if words := times.other_period(figure, claim.said, quoted, proof, claim.period):
        return Objection(Reason.PERIOD, words)
    if words := times.other_place(figure, claim.said, quoted, proof):
        return Objection(Reason.PLACE, words)
    if words := claims.other_direction(claim.said, figure, proof.context, quoted):
        return Objection(Reason.REVERSED, words)
    return None


_EDGES = {"low": "over", "high": "under"}
_ORDER = list(Reason)


def _phrase(reading: Reading, figure: Figure) -> str:
    """A figure with the words after it."""
    after = reading.words[reading.place_of(figure.number.end) :][:3]
    end = after[-1].end if after and after[-1].end <= figure.end else figure.number.end
    return " ".join(reading.text[figure.number.start : end].split())


def _counted_otherwise(claim: Claim, figure: Figure) -> bool:
    """Whether "one case" stands where the quotes count cases, and not one; "twice" where nothing is two."""
    if figure.value != 1:
        return True
    return bool(figure.nouns) and any(quoted.nouns & figure.nouns for quoted, _ in claim.quoted_figures)


def _times(claim: Claim) -> Iterator[Objection]:
    if claim.said.times:
        for written in times.unbacked_times(claim.said, claim.proofs, claim.period):
            yield Objection(Reason.PERIOD, written)


def _names(claim: Claim) -> Iterator[Objection]:
    if not any(map(str.isupper, claim.said.text[1:])):
        return
    around = "\n".join(proof.around.text for proof in claim.proofs)
    for name in names.unbacked_names(claim.said.text, around, claim.same_language):
        yield Objection(Reason.NAME, name)
    known = [place for proof in claim.proofs if proof.quote.about for place in proof.quote.about.places]
    for place in names.unbacked_places(claim.said.text, "\n".join([around, *known])):
        yield Objection(Reason.PLACE, place)
    if words := names.other_role(claim.said, claim.proofs):
        yield Objection(Reason.ROLE, words)
    if words := names.other_person(claim.said, claim.proofs):
        yield Objection(Reason.PERSON, words)


def _polarity(claim: Claim) -> Iterator[Objection]:
    for pair in claim.pairs:
        if words := claims.reversed_in(claim.said, pair):
            yield Objection(Reason.REVERSED, words)
    if words := claims.denied(claim.said, claim.pairs):
        yield Objection(Reason.DENIED, words)


def _shades(claim: Claim) -> Iterator[Objection]:
    if words := claims.stronger(claim.said, claim.proofs, claim.pairs):
        yield Objection(Reason.STRONGER, words)
    if words := claims.unsure(claim.said, claim.pairs):
        yield Objection(Reason.UNSURE, words)


def _additions(claim: Claim) -> Iterator[Objection]:
    if claim.coverage.added:
        yield Objection(Reason.ADDED, f"“{claim.coverage.added}”")


# -- the meaning -----------------------------------------------------------------------------------------------


def _meaning(claim: Claim, similarity: Similarity) -> Verdict:
    """The statement as a whole must be near its quotes, and so must each part that shares nothing with them; a word of
    the statement's own must be near a quoted one that it may stand for."""
    quotes = [proof.quote.text for proof in claim.proofs]
    nearness = max(similarity(claim.said.text, quote) for quote in quotes)
    if nearness < NEAR:
        return Verdict(False, max(0.0, nearness), Reason.MEANING)
    for part in claims.apart(claim.said, claim.proofs):
        if (near := max(similarity(part, quote) for quote in quotes)) < NEAR:
            return Verdict(False, max(0.0, near), str(Objection(Reason.ADDED, f"“{part}”")))
    for word in claim.coverage.own:
        near = max((similarity(word, other) for other in claim.coverage.spare), default=0.0)
        if near < NEAR_WORD:
            return Verdict(False, max(0.0, near), str(Objection(Reason.ADDED, f"“{word}”")))
    return Verdict(True, min(1.0, nearness))
