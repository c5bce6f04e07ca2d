"""Passages → vectors: what of a passage is embedded, and how many at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ingest.documents import FloatArray, Int8Array, Passage
from ingest.engine import Engine
from ingest.store.rows import to_int8

SLICE = 32
"""Passages embedded in one go: enough to keep every processor busy, few enough to tell how it goes."""


def embed(engine: Engine, passages: Sequence[Passage]) -> tuple[FloatArray, list[Int8Array]]:
    """The passages' vectors, (passages, dimensions), and for each its sentences' own, (sentences, dimensions), by
    which it is looked at again."""
    texts = [p.sentence_text(span) for p in passages for span in p.sentences]
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}  # a repeated sentence is embedded once
    both = engine.embed_passages([*map(embedded_text, passages), *places])
    vectors, distinct = both[: len(passages)], both[len(passages) :]
    sentences = to_int8(distinct[[places[text] for text in texts]])
    ends = np.cumsum([len(passage.sentences) for passage in passages])
    return vectors, np.split(sentences, ends[:-1])


def embedded_text(passage: Passage) -> str:
    """The passage under its heading."""
    return f"{passage.heading}\n{passage.text}".strip()
