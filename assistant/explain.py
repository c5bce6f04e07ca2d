"""How a question was understood and why its passages were chosen, for `ask --explain`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.question import Query
from assistant.ranking import weights
from assistant.retrieve import Evidence, SentenceMatch

SHOWN = 5
"""Passages told of for each part of a question."""


def explained(query: Query, found: Sequence[tuple[Query, Sequence[Evidence]]]) -> dict[str, Any]:
    """The question as understood, and for each of its parts the best passages: what was measured of each, what each
    measure adds to its score, how likely it answers, and which constraints its best sentence meets."""
    return query.explain() | {
        "found": [
            {"side": part.side, "words": list(part.words), "passages": [_passage(item) for item in evidence[:SHOWN]]}
            for part, evidence in found
        ]
    }


def _passage(item: Evidence) -> dict[str, Any]:
    about = item.document.description
    best = max(item.sentences, key=lambda sentence: (sentence.fit.all, sentence.cosine))
    fitted = weights()["score"]
    return {
        "passage_id": item.passage.id,
        "source": item.document.source,
        "language": item.passage.language,
        "period": about.period.label if about.period else None,
        "places": list(about.places),
        "relevance": round(item.relevance, 3),
        "score": round(item.score, 2),
        "adds": {name: round(fitted[name] * value, 2) for name, value in item.measures.items()},
        "measures": {name: round(value, 3) for name, value in item.measures.items()},
        "sentence": best.text,
        "fits": _fits(best),
        "with_passage_before": item.before.passage.id if item.before else None,
    }


def _fits(sentence: SentenceMatch) -> dict[str, str]:
    """What is said of each constraint; a question without one is met."""
    said = {True: "yes", False: "no", None: "not said"}
    return {name: said[getattr(sentence.fit, name)] for name in ("period", "place", "name")}


def written(found: Mapping[str, Any]) -> str:
    """The explanation as lines to read in a terminal."""
    return "\n".join(_lines(found))


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"understood    {found['kind']} in {found['language']}: {found['text']}"
    for name in ("periods", "days", "places", "people", "names", "bodies", "words"):
        if found[name]:
            yield f"  {name:<12}{', '.join(found[name])}"
    for reading in found["readings"]:
        yield f"  “{reading['text']}” is {reading['period']}: {reading['why']}"
    for one in found["respelt"]:
        yield f"  “{one['typed']}” is read as “{one['meant']}”"
    for part in found["found"]:
        yield ""
        yield f"for {part['side']}" if part["side"] else "found"
        if not part["passages"]:
            yield "  nothing"
        for item in part["passages"]:
            where = " · ".join(filter(None, (item["source"], item["language"], item["period"], *item["places"][:2])))
            yield f"  {item['relevance']:.2f}  {where}"
            yield f"        {' '.join(item['sentence'].split())[:200]}"
            adds = sorted(item["adds"].items(), key=lambda pair: -abs(pair[1]))
            yield "        " + ", ".join(f"{name.replace('_', ' ')} {value:+.1f}" for name, value in adds if value)
            if unmet := [f"{name}: {said}" for name, said in item["fits"].items() if said != "yes"]:
                yield f"        {', '.join(unmet)}"
