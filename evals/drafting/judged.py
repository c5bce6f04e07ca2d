"""Questions from what readers thought of answers: the verdicts of a data directory, as cases to edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.verdicts import read_verdicts
from evals.cases import Case


def judged(file: Path) -> Iterator[Case]:
    """A case of each question that was judged. Of an answer found helpful, every quote is to be found again; of an
    abstention found helpful, the refusal. What is right where a reader was not helped nobody has said: such a case has
    no facts, and `danchung eval check` names it until a person adds them, or says that it is to be refused.

    Raises InputError as `read_verdicts` does.
    """
    for number, one in enumerate(read_verdicts(file), start=1):
        quotes = tuple(dict.fromkeys(" ".join(cited.quote.split()) for cited in one.citations))
        helpful = one.verdict == "up"
        yield Case(
            id=f"verdict-{number:03}",
            lang=one.language,
            kind="helpful" if helpful else "unhelpful",
            question=one.question,
            facts=tuple((quote,) for quote in quotes) if helpful else (),
            sources=tuple(dict.fromkeys(cited.source.rsplit("/", 1)[-1] for cited in one.citations)) if helpful else (),
            refuse=helpful and one.abstained,
            history=tuple(one.history),
            evidence=quotes,
        )
