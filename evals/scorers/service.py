"""What a reader notices besides right and wrong: is it about the question, in its language, soon, and at what cost?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evals.values import Score
from ingest.engine import Engine
from ingest.text.language import detect_language

UNRELATED = 0.70
"""The cosine of unrelated texts under multilingual-e5-small, the least that it gives (see `assistant.grounding`)."""
FEW = 4
"""Words under which no language is told."""


def answer_relevance(question: str, answer: str, open_engine: Callable[[], Engine]) -> Score:
    """How near the answer is to the question, 0 for unrelated text to 1: RAGAS' answer relevance (arXiv:2309.15217,
    §3), with the answer itself in the place of questions that a model makes from it. None without an answer.

    The cosine is stretched from what unrelated texts have, UNRELATED, to 1. It ranks systems; it is no share of
    anything.
    """
    if not question.strip() or not answer.strip():
        return Score("answer_relevance", None)
    engine = open_engine()
    asked, said = engine.embed_query(question), engine.embed_passages([answer[:4000]])[0]
    cosine = float(asked @ said)
    return Score("answer_relevance", min(1.0, max(0.0, (cosine - UNRELATED) / (1 - UNRELATED))))


def language_match(lang: str, answer: str) -> Score:
    """Whether the answer is in the language asked in; None where it is too short to tell. Quotes in the language of
    their report do not match another: a reader who asked in French must read Vietnamese."""
    words = answer.split()
    found = detect_language(answer[:4000], default="") if len(words) >= FEW else ""
    if not found:
        return Score("language_match", None)
    return Score("language_match", float(found == lang), "" if found == lang else f"answers in {found}, not {lang}")


def latency(ms: float | None) -> Score:
    """Milliseconds of an answer, as the system tells them; summarised by the median."""
    return Score("latency_ms", ms)


def cost(usage: dict[str, Any]) -> Score:
    """What an answer cost, in the currency of the prices set; None where none is."""
    value = usage.get("cost")
    return Score("cost", float(value) if isinstance(value, int | float) else None)
