"""Reports that are like no others, and an engine for them that embeds in no time."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ingest.documents import FloatArray
from ingest.text.words import words

_NOUNS = "river bridge letter office garden window market harvest village teacher doctor road stone school boat".split()
_PLACES = "Nghe An, Dak Lak, Quang Tri, Son La, Can Tho, Lao Cai, Thanh Hoa, Dien Bien, Ca Mau".split(", ")

COMMON = 2.0
"""How long what all vectors have in common is, beside what is a text's own: cosines then lie between .8 and 1, as
those of real engines do, for which the confidence in an answer is fitted."""


class WordsEngine:
    """An engine (`ingest.engine.Engine`): each word a direction of its own, the same in every process.

    What is tried here is what is stored and when, so it matters only that a text always has the same vector.
    """

    name = "prove-words"
    dimensions = 48

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors, (texts, dimensions)."""
        return np.array([self.embed_query(text) for text in texts], np.float32).reshape(len(texts), self.dimensions)

    def embed_query(self, text: str) -> FloatArray:
        """A unit vector, (dimensions,)."""
        total = np.zeros(self.dimensions)
        for word in words(text):
            total += _direction(word, self.dimensions)
        total /= max(1e-9, float(np.linalg.norm(total)))
        total += COMMON / np.sqrt(self.dimensions)
        return np.asarray(total / np.linalg.norm(total), np.float32)


@cache
def _direction(word: str, dimensions: int) -> npt.NDArray[np.float64]:
    return np.random.default_rng(list(word.encode("utf-8", "replace"))).standard_normal(dimensions)


def sentences(number: int, version: int = 1) -> list[str]:
    """Four to twenty sentences of a made-up report, none of which another report has."""
    rng = random.Random(f"{number}/{version}")
    year, place = rng.randint(2019, 2025), rng.choice(_PLACES)
    return [
        f"In {year} the {rng.choice(_NOUNS)} committee of {place} counted "
        f"{rng.randrange(10**6):,} {rng.choice(_NOUNS)}s in version {version}."
        for _ in range(4 * (1 + number % 5))
    ]


def report(number: int, version: int = 1) -> str:
    """A report of one to five paragraphs."""
    said = sentences(number, version)
    return "\n\n".join(" ".join(said[start : start + 4]) for start in range(0, len(said), 4))


def question(number: int, version: int = 1) -> str:
    """A question that a report answers."""
    _, year, rest = sentences(number, version)[0].split(" ", 2)
    who, _, counted = rest.partition(" counted ")
    return f"How many {counted.split()[1]} did {who} count in {year}?"


def write(path: Path, text: str | bytes, age: float = 3600.0) -> Path:
    """A file last changed some seconds ago: what has only just changed is read again by any run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - int(age * 1e9)))
    return path
