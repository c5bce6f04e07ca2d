"""Supported told from not over labelled statements: paraphrases and translations that are faithful, and statements in
which one thing was changed (`benchmarks/labels/grounding.jsonl`); and any text at all, quoted as it stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.grounding import Quote, check
from benchmarks import grounding
from benchmarks.grounding import FAITHFUL, Score
from ingest.documents import Passage, Span
from ingest.engine import Engine

PASSED, CAUGHT = 0.88, 0.88
"""The least share of the faithful statements to pass, and of the changed ones to be caught, with the engine."""

ROWS = list(grounding.labelled())
EXACT = grounding.scores()


@pytest.fixture(scope="module")
def by_engine(engine: Engine) -> dict[tuple[str, str], Score]:
    return grounding.scores(grounding.by_engine(engine))


@pytest.mark.parametrize("part", sorted({one.part for one in ROWS}))
def test_what_is_faithful_passes_and_what_is_changed_is_caught(
    part: str, by_engine: dict[tuple[str, str], Score]
) -> None:
    passed, caught = grounding.summed(by_engine, part, True), grounding.summed(by_engine, part, False)

    assert passed.share >= PASSED, passed.wrong
    assert caught.share >= CAUGHT, caught.wrong


@pytest.mark.parametrize("kind", ["number", "unit", "hedge", "period", "place", "name", "negation", "role", "told"])
def test_the_exact_checks_alone_catch_what_words_can_tell(kind: str) -> None:
    found = [score for (_, name), score in EXACT.items() if name == kind]

    assert sum(one.right for one in found) >= 0.9 * sum(one.of for one in found), [one.wrong for one in found]


def test_the_exact_checks_object_to_next_to_nothing_faithful() -> None:
    found = [score for (_, name), score in EXACT.items() if name == FAITHFUL]

    assert sum(one.right for one in found) >= 0.95 * sum(one.of for one in found), [one.wrong for one in found]


def test_a_reason_names_words_of_the_statement_or_of_its_quotes() -> None:
    for one in ROWS:
        reason = one.verdict(grounding.everything).reason
        assert reason is None or (": " in reason and len(reason) <= 120), reason


def test_every_statement_has_its_quotes_and_every_kind_is_there_in_three_languages() -> None:
    languages = {quote.passage.language for one in ROWS for quote in one.quotes}
    kinds = {one.kind for one in ROWS if not one.supported}

    assert all(one.quotes for one in ROWS)
    assert languages == {"en", "fr", "vi"}
    assert kinds >= set(
        """number unit hedge counted period place role name negation quantifier reversal added modality""".split()
    )


# -- what is quoted as it stands -------------------------------------------------------------------------------

WORDS = st.sampled_from(
    """not never nearly more than 1,884 2.5 billion % 2024 December 31 Hanoi To Lam Deputy Head of the Commission may
    must will all only rejected rose fell cases ne pas sans aucun affaires 1 884 milliards sera près de không chưa gần
    vụ án tỷ đồng sẽ tất cả chỉ “ ” ( ) , : ; - – n't l' É half twice one third first May""".split()
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=25), st.sampled_from(["en", "fr", "vi"]), st.sampled_from([".", "!", ""]))
def test_a_sentence_quoted_as_it_stands_is_supported_whatever_it_says(
    words: list[str], language: str, end: str
) -> None:
    sentence = " ".join(words) + end
    text = f"Before it. {sentence} After it."
    spans = (Span(0, 10), Span(11, 11 + len(sentence)), Span(12 + len(sentence), len(text)))
    passage = Passage("p", "d", 0, 0, len(text), text, spans, "A heading", language)

    verdict = check(sentence, [Quote(passage, spans[1])], None, _never)

    assert (verdict.supported, verdict.support) == (True, 1.0), verdict.reason


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=25), st.lists(WORDS, min_size=1, max_size=25))
def test_any_statement_over_any_quote_comes_to_a_verdict(said: list[str], quoted: list[str]) -> None:
    text = " ".join(quoted)
    passage = Passage("p", "d", 0, 0, len(text), text, (Span(0, len(text)),), "", "en")

    verdict = check(" ".join(said), [Quote(passage, Span(0, len(text)))], None, grounding.everything)

    assert 0 <= verdict.support <= 1
    assert verdict.supported == (verdict.reason is None)


def _never(_one: str, _other: str) -> float:
    raise AssertionError("meaning was compared where words had to decide")
