"""What a statement makes of its quotes, clause by clause: what it denies, reverses, strengthens or takes for done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.grounding.quotes import Proof
from ingest.meaning.contrasts import FIRM
from ingest.meaning.figures import Figure, figures_of
from ingest.meaning.reading import Clause, Reading

_NEAR_BEST, _NEAR = 0.75, 0.25
"""A quoted clause that shares this much of what the best one shares may be the one that is meant, or is near it."""
_NAMES = 0.3
"""What a name weighs beside another word: of "X, head of Y, did not come" one clause has X, another what X did."""
_ENOUGH, _MOST = 0.4, 0.6
"""Of a clause of the statement, what a quoted one shares at least that tells the same."""
_WEAKER = {
    "all": ("most", "many", "some", "few", "only"),
    "most": ("some", "few"),
    "many": ("few",),
    "few": ("all", "many", "most"),
}
_EXCUSES = {
    "to come": frozenset(("to come", "demanded", "plan", "tried", "if")),
    "demanded": frozenset(("demanded", "to come", "plan")),
    "possible": frozenset(("possible", "alleged", "if")),
}
"""What the quotes must speak of where the statement speaks of what is to come, demanded or possible."""


@dataclass(frozen=True)
class Pair:
    """A clause of the statement with the quoted clauses nearest to it in words, each with the reading it is of."""

    said: Clause
    meant: tuple[tuple[Clause, Reading], ...]
    near: tuple[tuple[Clause, Reading], ...]
    """`meant`, and clauses that share less."""
    share: float
    """How much of the statement's clause the nearest one shares; with 0, `meant` is every quoted clause."""

    @property
    def aligned(self) -> bool:
        return self.share > 0


def pairs(statement: Reading, proofs: Sequence[Proof]) -> list[Pair]:
    """Each clause of the statement with those of its quotes that it may be about."""
    quoted = [(clause, proof.context) for proof in proofs for clause in proof.clauses]
    return [_pair(clause, statement, quoted) for clause in statement.clauses if clause.last > clause.first]


def _pair(said: Clause, statement: Reading, quoted: Sequence[tuple[Clause, Reading]]) -> Pair:
    scores = [_shared(said, clause, statement.language == reading.language) for clause, reading in quoted]
    best = max(scores, default=0.0)
    if best <= 0:
        return Pair(said, tuple(quoted), tuple(quoted), 0.0)
    meant, near = (
        tuple(one for one, score in zip(quoted, scores, strict=True) if score >= share * best)
        for share in (_NEAR_BEST, _NEAR)
    )
    return Pair(said, meant, near, best)


def _shared(said: Clause, quoted: Clause, same_language: bool) -> float:
    """How much of what the statement's clause says the quoted one says too, 0 to 1."""
    mine, theirs = (one.anchors | (one.stems if same_language else frozenset()) for one in (said, quoted))
    shared = len(mine & theirs)
    named = _NAMES * len(said.names & quoted.names)
    return (shared + named) / (len(mine) + _NAMES * len(said.names)) if shared else 0.0


# -- reversal --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sign:
    """One of two opposites in a clause: which of them, and whether it is denied there."""

    name: str
    sign: int
    denied: bool
    written: str
    first: int
    last: int
    after: frozenset[str]
    """The stems after it, up to another of the pair."""


def _signs(clause: Clause, reading: Reading) -> list[_Sign]:
    found = []
    marks = clause.of("opposite")
    for mark in marks:
        stems = {word.stem for word in reading.words[mark.first : mark.last + 1] if word.stem}
        denied = any(
            denial.at < mark.first <= denial.at + 6 and (not stems or stems & denial.scope) for denial in clause.denials
        )
        end = min((m.first for m in marks if m.name == mark.name and m.first > mark.last), default=clause.last)
        after = frozenset(word.stem for word in reading.words[mark.last + 1 : end] if word.stem)
        written = reading.written(mark.first, mark.last)
        found.append(_Sign(mark.name, mark.sign, denied, written, mark.first, mark.last, after))
    return found


def reversed_in(statement: Reading, pair: Pair) -> str | None:
    """The one of two opposites, or of several that exclude each other, that a clause has where the quotes have
    another; else None."""
    signs = _signs(pair.said, statement)
    same_language = all(reading.language == statement.language for _, reading in pair.meant)
    quoted = [sign for clause, reading in pair.meant for sign in _signs(clause, reading)]
    for one in signs if pair.share >= _ENOUGH or not same_language else ():
        if any(other.name == one.name and other.sign != one.sign for other in signs):
            continue
        if other := _opposite(one, quoted, same_language):
            return f"“{one.written}”, quoted “{other.written}”"
    for mark in pair.said.of("exclusive"):
        theirs = {m.sign for clause, _ in pair.meant for m in clause.of("exclusive") if m.name == mark.name}
        if theirs and mark.sign not in theirs:
            return f"“{statement.written(mark.first, mark.last)}”, not the {mark.name} quoted"
    return None


def _opposite(one: _Sign, quoted: Sequence[_Sign], same_language: bool) -> _Sign | None:
    """The quoted opposite of a word, where only that is quoted, or that of the same object; denied both or neither."""
    rivals = [other for other in quoted if other.name == one.name]
    same = [other for other in rivals if other.sign == one.sign]
    against = [other for other in rivals if other.sign != one.sign and other.denied == one.denied]
    if not against or any(other.denied != one.denied for other in rivals):
        return None
    if same and (not same_language or any(one.after & other.after for other in same)):
        return None
    if same or (one.name == "before" and same_language):  # "A before B" is "B after A"
        return next((other for other in against if one.after & other.after), None)
    return against[0]


def _settled(statement: Reading, pair: Pair) -> bool:
    """Whether the two agree by opposites of which one is denied: "was not accepted" and "was rejected"."""
    meant = [sign for clause, reading in pair.meant if pair.aligned for sign in _signs(clause, reading)]
    return any(
        one.name == other.name and one.sign != other.sign and one.denied != other.denied
        for one in _signs(pair.said, statement)
        for other in meant
    )


def other_direction(statement: Reading, figure: Figure, context: Reading, quoted: Figure) -> str | None:
    """ "rose by 12 %" over "fell by 12 %": the opposite the statement has for a figure; else None."""
    said, known = _nearest(statement, figure), _nearest(context, quoted)
    for name, sign in said.items():
        other = known.get(name)
        if other and other.sign != sign.sign and other.denied == sign.denied:
            return f"“{sign.written} {figure.written}”, quoted “{other.written}”"
    return None


def _nearest(reading: Reading, figure: Figure) -> dict[str, _Sign]:
    """Of each pair of opposites the one that stands nearest to a figure in its stretch."""
    found: dict[str, tuple[int, _Sign]] = {}
    for sign in (sign for clause in reading.clauses for sign in _signs(clause, reading)):
        start, end = reading.words[sign.first].start, reading.words[sign.last].end
        if figure.start <= start < figure.end:
            distance = min(abs(figure.number.start - end), abs(start - figure.number.end))
            if sign.name not in found or distance < found[sign.name][0]:
                found[sign.name] = (distance, sign)
    return {name: sign for name, (_, sign) in found.items()}


# -- denial ----------------------------------------------------------------------------------------------------


def denied(statement: Reading, paired: Sequence[Pair]) -> str | None:
    """What only one of the two denies, in words; else None."""
    if any(_settled(statement, pair) for pair in paired):
        return None
    return next((found for pair in paired if (found := _denied(statement, pair))), None)


def _denied(statement: Reading, pair: Pair) -> str | None:
    """The denial that only one of a pair has; None where a word close to a denial may stand for it."""
    theirs = [clause.denied for clause, _ in pair.meant]
    if not theirs:
        return None
    if pair.said.denied in theirs if pair.aligned else pair.said.denied == any(theirs) or len(set(theirs)) == 2:
        return None
    if pair.said.denied:
        excused = any(clause.of("near denial") and not _has_predicate(pair, reading) for clause, reading in pair.meant)
        return None if excused else _words_of_denial(statement, pair)
    both = any(clause.of("near denial") for clause, _ in pair.meant)  # "no invoice was missing"
    return None if pair.said.of("near denial") and not both else _words_of_denial(statement, pair)


def _has_predicate(pair: Pair, quoted: Reading) -> bool:
    """Whether a quote has the very word that the statement denies."""
    return any(denial.first in quoted.stems for denial in pair.said.denials if denial.first)


def _words_of_denial(statement: Reading, pair: Pair) -> str:
    if pair.said.denials:
        return f"“{_after(statement, pair.said.denials[0].at)}” is not quoted"
    quoted = [(clause, reading) for clause, reading in pair.meant if clause.denials]
    return f"quoted “{_after(quoted[0][1], quoted[0][0].denials[0].at)}”"


def _after(reading: Reading, place: int) -> str:
    """A word with the two after it."""
    return reading.written(place, min(place + 2, len(reading.words) - 1))


# -- how much, how sure ----------------------------------------------------------------------------------------


def stronger(statement: Reading, proofs: Sequence[Proof], paired: Sequence[Pair]) -> str | None:
    """A word that claims more than the quotes do: "all" over "most" or half, an "all" or "only" of its own; else
    None."""
    everywhere = {mark.name for proof in proofs for clause in proof.clauses for mark in clause.of("strength")}
    denying = any(clause.denials for proof in proofs for clause in proof.clauses)  # "no one": "all … not"
    for pair in paired:
        known = {
            m.name: reading.written(m.first, m.last) for clause, reading in pair.near for m in clause.of("strength")
        }
        for mark in (mark for mark in pair.said.of("strength") if mark.name not in known):
            written = statement.written(mark.first, mark.last)
            weaker = next((known[name] for name in _WEAKER.get(mark.name, ()) if name in known), None)
            if weaker := weaker or _share(mark.name, pair, statement):
                return f"“{written}”, quoted “{weaker}”"
            if mark.name in ("only", "all") and mark.name not in everywhere and not (mark.name == "all" and denying):
                return f"“{written}” is not quoted"
    return None


def _share(name: str, pair: Pair, statement: Reading) -> str | None:
    """A quoted percentage that is no majority, or not all, where the statement has no figure of its own."""
    most = {"most": 50, "all": 99}.get(name)
    if most is None or statement.numbers or not pair.aligned:
        return None
    for clause, reading in pair.meant:
        start, end = reading.words[clause.first].start, reading.words[clause.last - 1].end
        for number in reading.numbers:
            if number.percent and start <= number.start < end and number.value <= most:
                return reading.text[number.start : number.end]
    return None


def unsure(statement: Reading, paired: Sequence[Pair]) -> str | None:
    """Where the quotes speak of what shall, should or may be, and the statement of what is; or the other way round."""
    if demand := _demanded(statement, paired):
        return demand
    for pair in paired:
        firm = [_firm(clause, reading, statement, pair) for clause, reading in pair.meant]
        if pair.share >= _ENOUGH and all(firm) and not statement.marked("modal"):
            return f"quoted “{firm[0]}”"
        mine = [m for m in pair.said.of("modal") if m.name in FIRM and m.name != "alleged" and not m.soft]
        theirs = {mark.name for _, reading in pair.meant for mark in reading.marked("modal")}
        if mine and pair.meant and _EXCUSES[mine[0].name].isdisjoint(theirs):
            return f"“{statement.written(mine[0].first, mine[0].last)}” is not quoted"
    return None


def _demanded(statement: Reading, paired: Sequence[Pair]) -> str | None:
    """The demand of which the statement tells only the object, as of something done: "schools published their fees"
    over "she asked schools to publish their fees"."""
    if any(mark.name in ("demanded", "to come") for mark in statement.marked("modal")):
        return None
    for pair in paired:
        for clause, reading in pair.meant if len(pair.said.stems) > 1 else ():
            for mark in (mark for mark in clause.of("modal") if mark.name == "demanded" and mark.first > 0):
                after = {word.stem for word in reading.words[mark.last + 1 : clause.last]}
                before = {word.stem for word in reading.words[clause.first : mark.last + 1]}
                if pair.said.stems <= after - before:
                    return f"quoted “{reading.written(mark.first, min(mark.last + 2, clause.last - 1))}”"
    return None


def _firm(clause: Clause, reading: Reading, statement: Reading, pair: Pair) -> str | None:
    """The word by which a quoted clause is of what is not, or not yet, so; in one language only where it is said of
    what the statement says."""
    for mark in clause.of("modal"):
        if mark.name in FIRM and not mark.soft:
            scope = reading.scope(mark.last, 4 if pair.share >= _MOST else 2)
            if reading.language != statement.language or scope & pair.said.stems or not scope:
                return reading.written(mark.first, mark.last)
    return None


# -- what stands apart -----------------------------------------------------------------------------------------


def apart(statement: Reading, proofs: Sequence[Proof]) -> list[str]:
    """The parts of a statement that share nothing with its quotes that can be told: no stem of one language, no number,
    name, known noun or concept of the field of any. Parts are clauses, cut at "and" too."""
    anchors = frozenset[str]().union(*(clause.anchors | clause.names for proof in proofs for clause in proof.clauses))
    concepts = frozenset[int]().union(*(ns for proof in proofs for ns in proof.context.concepts.values()))
    stems = frozenset[str]().union(*(p.context.stems for p in proofs if p.context.language == statement.language))
    found = []
    for first, last in statement.parts_between_ands:
        clause = statement.clause(first, last)
        known = any(not concepts.isdisjoint(statement.concepts.get(stem, ())) for stem in clause.stems)
        least = 3 if statement.language == "vi" else 2
        shares = known or clause.stems & stems or (clause.anchors | clause.names) & anchors
        if not shares and len(clause.stems) >= least:
            found.append(statement.written(first, last - 1))
    return found


def changes(reading: Reading) -> list[tuple[Figure, Figure]]:
    """The figures something went from and to: "from 22 % to 17 %"."""
    figures = [figure for figure in figures_of(reading) if not figure.implied]
    return [
        (one, other)
        for one, other in pairwise(figures)
        if _TO.fullmatch(reading.folded, one.number.end, other.number.start)
    ]


_TO = re.compile(r"\s(?:\w+\s){0,2}?(?:to|a|den|xuong|len|con)\s")
