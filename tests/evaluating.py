"""Cases, answers and an assistant that spoils them, for the tests of the evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant import Answer, Assistant, Citation, Statement
from evals.cases import Case

CASE = Case("a", "en", "figure", "How many cases?", (("848",), ("1,884",)), ("2024-national-review.txt",))
REFUSAL = Case("b", "en", "refusal", "How many cases in 2021?", refuse=True, missing="2021")
PARTIAL = Case("c", "en", "partial", "How many in 2023 and 2021?", (("848",),), CASE.sources, unsaid=(("2021", "’21"),))


@pytest.fixture
def national(reader: Assistant) -> Callable[..., Citation]:
    """Makes a true citation of the words given in the national report on 2024."""
    info = next(info for info in reader.documents() if info.source.endswith("2024-national-review.txt"))
    text = reader.document(info.id).text or ""

    def cite(words: str, n: int = 1, **changes: Any) -> Citation:
        start = text.index(words)
        told: dict[str, Any] = {
            "n": n, "document_id": info.id, "title": info.title, "source": info.source, "language": "en",
            "quote": words, "start": start, "end": start + len(words),
        }  # fmt: skip
        return Citation(**{**told, **changes})

    return cite


def answered(*citations: Citation) -> Answer:
    statements = [Statement(text=c.quote, citations=[c.n], support=1.0) for c in citations]
    text = " ".join(f"{c.quote} [{c.n}]" for c in citations)
    return Answer(
        question="?", answer=text, language="en", mode="extractive",
        statements=statements, citations=list(citations), timings_ms={"total": 10.0},
    )  # fmt: skip


def saying(text: str, *citations: Citation) -> Answer:
    """One statement in words of its own, with all the citations."""
    statement = Statement(text=text, citations=[c.n for c in citations], support=1.0)
    marks = "".join(f"[{c.n}]" for c in citations)
    return answered(*citations).model_copy(update={"statements": [statement], "answer": f"{text} {marks}"})


def refused(reason: str) -> Answer:
    return Answer(
        question="?", answer=reason, abstained=True, reason=reason, language="en", mode="extractive",
        timings_ms={"total": 10.0},
    )  # fmt: skip


BOTH = "opened 848 new corruption cases against 1,884 defendants"


class Bad(Assistant):
    """An assistant over the real library whose answers are spoilt."""

    def __init__(self, real: Assistant, spoil: Callable[[Answer], Answer]) -> None:
        super().__init__(real.library)
        self._spoil = spoil

    def ask(self, question: str, history: Any = (), filters: Any = None, **options: Any) -> Answer:
        return self._spoil(super().ask(question, history, filters, **options))
