"""What the tests of answers share: assistants over reports written in a test, and what they find and say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant import Answer, Assistant
from assistant.retrieve import Evidence

Over = Callable[..., Assistant]
"""Opens an assistant over reports, by file name."""


def name_of(item: Evidence) -> str:
    return Path(item.document.source).stem


def names(assistant: Assistant, question: str, k: int = 10, **filters: Any) -> list[str]:
    """The files of the passages found, best first, without their endings."""
    return [Path(hit.source).stem for hit in assistant.search(question, k, filters or None)]


HARBOUR = {
    "y2023.txt": "Year-end review of 2023\n\n"
    "In 2023 the harbour office registered 412 fishing boats. It took a fee from the owner of each.",
    "h2024.txt": "Review of the first half of 2024\n\n"
    "In the first half of 2024 the harbour office registered 205 fishing boats. It took a fee from the owner of each.",
    "y2024.txt": "Year-end review of 2024\n\n"
    "In 2024 the harbour office registered 538 fishing boats. It took a fee from the owner of each.",
    "undated.txt": "The harbour office\n\n"
    "The harbour office registers fishing boats. A number is painted on every fishing boat that it registers.",
    "goats.txt": "Goats of the lighthouse\n\nThe keeper of the lighthouse owns nine goats. None of them can swim.",
}


# -- answers -------------------------------------------------------------------------------------


def texts(answer: Answer) -> list[str]:
    return [statement.text for statement in answer.statements]


def quotes(answer: Answer) -> list[str]:
    return [" ".join(citation.quote.split()) for citation in answer.citations]


def cited(answer: Answer) -> list[list[str]]:
    """For each statement the files it cites, without their endings."""
    files = {citation.n: Path(citation.source).stem for citation in answer.citations}
    return [[files[n] for n in statement.citations] for statement in answer.statements]


def turns(*asked: tuple[str, str]) -> list[dict[str, str]]:
    """A history: questions, each with its answer."""
    return [
        turn
        for question, answer in asked
        for turn in ({"role": "user", "content": question}, {"role": "assistant", "content": answer})
    ]


def ask(assistant: Assistant, question: str, *before: tuple[str, str], **filters: Any) -> Answer:
    """An answer in which everything leads back to a report, or an abstention that shows nothing."""
    answer = assistant.ask(question, turns(*before), filters or None)
    assert_leads_back(assistant, answer)
    return answer


def assert_leads_back(assistant: Assistant, answer: Answer) -> None:
    """Quotes are verbatim, numbers run from 1 in the order of their first use, each is used, and the answer is its
    statements with their lead-ins and markers."""
    used = list(dict.fromkeys(n for statement in answer.statements for n in statement.citations))
    assert used == [citation.n for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        text = assistant.document(citation.document_id).text or ""
        assert text[citation.start : citation.end] == citation.quote
    if answer.abstained:
        assert answer.statements == answer.citations == []
        assert answer.answer == answer.reason
        assert answer.reason
        return
    assert answer.reason is None
    written = [
        " ".join(filter(None, (s.lead_in, s.text, "".join(f"[{n}]" for n in s.citations)))) for s in answer.statements
    ]
    assert answer.answer == " ".join(written)
    assert {int(n) for n in re.findall(r"\[(\d+)\]", answer.answer)} == set(used)
