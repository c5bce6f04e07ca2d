"""Search at scale: what a search takes over libraries of 1,000 to 1,000,000 made-up passages, with filters and without.

The libraries are kept and used again: the largest takes the better part of an hour to make. Their texts have the words
of a language as real ones do (a few are half of a text, most are rare), their vectors lie as near each other as those
of one field, and questions are embedded by the real engine, for the time it takes, and then given a made-up vector.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from math import log10
from pathlib import Path
from typing import Any

import numpy as np

from assistant.question import Query, understand
from assistant.retrieve import retrieve
from ingest.documents import (
    Block,
    Description,
    Document,
    Entry,
    FloatArray,
    Organisation,
    Passage,
    Person,
    Scope,
    Span,
    content_id,
)
from ingest.engine import Engine, open_engine
from ingest.errors import LibraryError
from ingest.library import Library
from ingest.store.rows import to_int8
from ingest.text.periods import Period

SIZES = (1_000, 10_000, 100_000, 1_000_000)
CANDIDATES, PASSAGES = 40, 14
"""In a document."""
PUT_TOGETHER = 200
"""Documents."""
DIMENSIONS = 384
QUESTIONS = 100

_SMALL = {
    "en": "the of and to in a for that on was by with as from at its were have which this had not be or are".split(),
    "fr": "de la le et les des en à du un que pour dans par sur avec est au qui une sont ne plus pas ce".split(),
    "vi": "và của các trong đã được cho với những về là có tại này theo đến khi không để từ một năm người".split(),
}
_SYLLABLES = {
    "en": "con pro re in ver tion ment al ate per dis tri cor pol fin aud bud com mis over gen ress ing er st".split(),
    "fr": "com mis sion ré pro vin ces enqu con trô les bud dé par tem ent ration tés veau jus tice lois an".split(),
    "vi": [
        first + rest
        for rest in "ang inh ong iêm ot a uy an ao ê eo ai ưng ân ich uôn at oa iêu ôn ây um ep ôc ươi".split()
        for first in "b c ch d đ g h kh l m n ng nh ph qu r s t th tr v x".split()
    ],
}
LANGUAGES = ("en",) * 5 + ("fr",) * 3 + ("vi",) * 2
_NEAR = "An Binh Chau Dai Giang Hai Khe Linh Minh Nam Ngoc Quy Son Tay Thuy Tra Vinh Yen Loc Phong".split()
PLACES = [f"{first} {second}" for first in "Ban Cam Dong Hoa Kim Lam Phu Tan Van Xuan".split() for second in _NEAR]
YEARS = range(2015, 2025)
_ASKED = {
    "en": "How many {} {} were {} by the {} in {place} in {year}?",
    "fr": "Combien de {} {} ont été {} par la {} dans la province de {place} en {year} ?",
    "vi": "Có bao nhiêu {} {} đã được {} tại {} của {place} trong năm {year}?",
}

FILTERS: dict[str, Callable[[Library], dict[str, Any]]] = {
    "one document": lambda library: {"document": library.document_ids()[7]},
    "a place, .5 %": lambda _: {"place": PLACES[3]},
    "a year, 10 %": lambda _: {"period": "2021"},
    "a language, 50 %": lambda _: {"language": "en"},
    "another's language, 20 %": lambda _: {"language": "vi"},
    "since and until, 30 %": lambda _: {"since": "2018", "until": "2020"},
    "part of a name, 10 %": lambda _: {"source": "folder-3/"},
    "what nothing passes": lambda _: {"place": "Nowhere"},
}


def measure(work: Path, most: int, repeats: int) -> dict[str, Any]:
    """For each size, milliseconds of each part as [p50, p95] of each repeat; and what was held and kept."""
    found = {}
    for size in [size for size in SIZES if size <= most]:
        command = [sys.executable, "-m", "benchmarks.scale", str(work / f"scale-{size}"), str(size), str(repeats)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found[str(size)] = json.loads(done.stdout.splitlines()[-1])
    return found


def print_table(found: dict[str, Any]) -> None:
    """p50 (p95) in milliseconds, of the median repeat; and the growth of p50 with ten times the passages."""
    sizes = list(found)
    print(f"{'':34}" + "".join(f"{int(size):>20,}" for size in sizes) + f"{'a tenfold':>12}")
    for name in next(iter(found.values()))["ms"]:
        columns = [_middle(found[size]["ms"][name]) for size in sizes]
        growth = ""
        if len(sizes) > 1 and columns[0][0]:
            tenfolds = log10(int(sizes[-1]) / int(sizes[0]))
            growth = f"×{(columns[-1][0] / columns[0][0]) ** (1 / tenfolds):.2f}"
        print(f"{name:34}" + "".join(f"{f'{p50:.1f} ({p95:.1f})':>20}" for p50, p95 in columns) + f"{growth:>12}")
    for name in next(iter(found.values()))["other"]:
        print(f"{name:34}" + "".join(f"{found[size]['other'][name]:>20,.2f}" for size in sizes))


def _middle(repeats: Sequence[list[float]]) -> list[float]:
    return sorted(repeats)[len(repeats) // 2]


# -- measuring, in a process of its own --------------------------------------------------------------------


class Timed:
    """Anything, with the seconds its methods take, by name."""

    def __init__(self, whole: Any, seconds: dict[str, float]) -> None:
        self._whole, self._seconds = whole, seconds

    def __getattr__(self, name: str) -> Any:
        part = getattr(self._whole, name)
        if name == "engine":
            return Timed(part, self._seconds)
        if not callable(part):
            return part

        def timed(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return part(*given, **named)
            finally:
                self._seconds[name] += time.perf_counter() - started

        return timed


class MadeUpEngine:
    """The real engine, for the time it takes; and vectors made up."""

    name, dimensions = "made-up", DIMENSIONS

    def __init__(self, engine: Engine | None) -> None:
        self._engine = engine
        self._space = Space()

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        raise NotImplementedError("passages come with their vectors")

    def embed_query(self, text: str) -> FloatArray:
        if self._engine:
            self._engine.embed_query(text)
        return self._space.asked(zlib.crc32(text.encode()))


def _child(folder: Path, size: int, repeats: int) -> dict[str, Any]:
    library = _open(folder, size, MadeUpEngine(open_engine()))
    try:
        return _measured(library, folder, repeats)
    finally:
        library.close()


def _measured(library: Library, folder: Path, repeats: int) -> dict[str, Any]:
    rng = np.random.default_rng(11)
    vocabulary = Vocabulary()
    list(_timings(library, [understand(vocabulary.question(rng)) for _ in range(20)], None))  # warm
    found = defaultdict[str, list[tuple[float, float]]](list)
    for _ in range(repeats):
        _collect(found, "", _timings(library, [understand(vocabulary.question(rng)) for _ in range(QUESTIONS)], None))
        for name, filters in FILTERS.items():
            asked = [understand(vocabulary.question(rng)) for _ in range(QUESTIONS // 5)]
            _collect(found, f"within {name}: ", map(_whole, _timings(library, asked, filters(library))))
        vectors = [library.engine.embed_query(str(number)) for number in rng.integers(0, 2**31, 50).tolist()]
        _collect(
            found,
            "",
            [{"Chroma's own query": _seconds(partial(library.nearest, vector, CANDIDATES))} for vector in vectors],
        )
    passages = library.passage_count()
    exact = [library._catalog.nearest(vector, CANDIDATES, Scope()) for vector in vectors[:10]]
    near = [library.nearest(vector, CANDIDATES) for vector in vectors[:10]]
    disk = {
        part: sum(file.stat().st_size for file in folder.rglob(f"{part}*") if file.is_file()) / 1024 / passages
        if part == "catalog"
        else sum(file.stat().st_size for file in (folder / part).rglob("*") if file.is_file()) / 1024 / passages
        for part in ("catalog", "chroma", "words")
    }
    return {
        "ms": found,
        "other": {
            "passages": passages,
            "recall of the nearest 40": float(np.mean([_shared(a, b) for a, b in zip(exact, near, strict=True)])),
            "resident MB": _resident_mb(),
            "resident KB a passage": _resident_mb() * 1000 / passages,
            **{f"disk KB a passage: {part}": kb for part, kb in disk.items()},
        },
    }


def _resident_mb() -> float:
    """The memory this process holds, without files that are mapped into it (Linux; 0 elsewhere)."""
    try:
        lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return int(lines["RssAnon"].split()[0]) / 1000
    except (OSError, KeyError):
        return 0.0


def _shared(one: Sequence[Any], other: Sequence[Any]) -> float:
    return len({s.passage_id for s in one} & {s.passage_id for s in other}) / max(1, len(one))


def _timings(library: Library, asked: Sequence[Query], filters: dict[str, Any] | None) -> Iterator[dict[str, float]]:
    """For each question the seconds of the whole of a search and of its parts."""
    for query in asked:
        seconds = defaultdict[str, float](float)
        timed: Any = Timed(library, seconds)
        whole = _seconds(partial(retrieve, query, timed, filters=filters))
        library_s = sum(seconds.values()) - seconds["embed_query"]
        rest = whole - sum(seconds.values())
        yield {"whole": whole, "of it the library's": library_s, **seconds, "rest": rest}


def _whole(parts: Mapping[str, float]) -> dict[str, float]:
    return {name: parts[name] for name in ("whole", "of it the library's")}


def _seconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _collect(found: dict[str, list[tuple[float, float]]], prefix: str, timings: Any) -> None:
    """Add a repeat's p50 and p95 of each part, in milliseconds."""
    timings = list(timings)
    for name in dict.fromkeys(name for parts in timings for name in parts):
        p50, p95 = np.percentile([parts.get(name, 0.0) * 1000 for parts in timings], [50, 95])
        found[f"{prefix}{name}"].append((float(p50), float(p95)))


# -- making a library --------------------------------------------------------------------------------------


def _open(folder: Path, size: int, engine: Engine) -> Library:
    """The library of a size, made where there is none that is whole."""
    whole = folder / "whole"
    if whole.exists():
        try:
            return Library(folder, engine)
        except LibraryError as exc:
            print(f"{exc}: made anew", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    library = Library(folder, engine)
    started = time.perf_counter()
    for entries in made_up_entries(size):
        library.put(entries)
        done = library.passage_count()
        if done % 70_000 < PUT_TOGETHER * PASSAGES or done >= size:
            print(f"{folder}: {done:,} passages, {done / (time.perf_counter() - started):.0f}/s", file=sys.stderr)
    whole.touch()
    return library


def made_up_entries(passages: int) -> Iterator[list[Entry]]:
    """Documents with together so many passages, as many together as are put together; always the same ones."""
    rng, vocabulary, space = np.random.default_rng(3), Vocabulary(), Space()
    documents = max(1, passages // PASSAGES)
    for start in range(0, documents, PUT_TOGETHER):
        yield [_entry(number, rng, vocabulary, space) for number in range(start, min(documents, start + PUT_TOGETHER))]


class Vocabulary:
    """For each language 100,000 words and how often they come: Zipf's law, Mandelbrot's form of it."""

    SIZE = 100_000

    def __init__(self) -> None:
        rng = np.random.default_rng(5)
        self._words = {language: _SMALL[language] + self._made_up(language, rng) for language in _SMALL}
        often = 1 / (np.arange(self.SIZE) + 2.7) ** 1.05
        self._until = np.cumsum(often / often.sum())

    def _made_up(self, language: str, rng: np.random.Generator) -> list[str]:
        syllables, between = _SYLLABLES[language], " " if language == "vi" else ""
        counts = rng.integers(1, 3, self.SIZE) if language == "vi" else rng.integers(2, 5, self.SIZE)
        places = (len(syllables) * rng.random((self.SIZE, 4)) ** 1.5).astype(int).tolist()
        return [between.join(syllables[p] for p in some[:n]) for some, n in zip(places, counts.tolist(), strict=True)]

    def text(self, language: str, count: int, rng: np.random.Generator) -> list[str]:
        words = self._words[language]
        return [words[place] for place in np.searchsorted(self._until, rng.random(count)).tolist()]

    def question(self, rng: np.random.Generator) -> str:
        """A question on four words, a place and a year, some of them common, some rare."""
        language = LANGUAGES[rng.integers(len(LANGUAGES))]
        words = [word for word in self.text(language, 40, rng) if word not in _SMALL[language]]
        year, place = YEARS[rng.integers(len(YEARS))], PLACES[rng.integers(len(PLACES))]
        return _ASKED[language].format(*words[:4], place=place, year=year)


class Space:
    """Where vectors lie: all near one direction, texts of a language nearer, of a topic and of a document nearer still.
    The cosine of any two is about .78, as e5's are."""

    TOPICS, NOISES, RANK = 300, 16_384, 48

    def __init__(self) -> None:
        rng = np.random.default_rng(1)
        self._common = _unit_rows(rng.standard_normal((1, DIMENSIONS)))[0]
        self._languages = {language: _unit_rows(rng.standard_normal((1, DIMENSIONS)))[0] for language in _SMALL}
        self._topics = _unit_rows(rng.standard_normal((self.TOPICS, DIMENSIONS)))
        low = rng.standard_normal((self.NOISES, self.RANK)) @ rng.standard_normal((self.RANK, DIMENSIONS))
        self._noise = _unit_rows(low) + 0.3 * _unit_rows(rng.standard_normal((self.NOISES, DIMENSIONS)))

    def document(self, language: str, count: int, rng: np.random.Generator) -> FloatArray:
        """The vectors of a document's passages, (count, dimensions)."""
        topic = self._topics[int(self.TOPICS * rng.random() ** 2)]
        whole = 1.6 * self._common + 0.3 * self._languages[language] + 0.5 * topic + 0.35 * self._some(1, rng)
        return _unit_rows(whole + 0.45 * self._some(count, rng))

    def sentences(self, vectors: FloatArray, each: int, rng: np.random.Generator) -> FloatArray:
        """For each vector those of its sentences, (vectors · each, dimensions)."""
        return _unit_rows(np.repeat(vectors, each, axis=0) + 0.3 * self._some(len(vectors) * each, rng))

    def asked(self, seed: int) -> FloatArray:
        """A question's vector, near those of a document there might be."""
        rng = np.random.default_rng(seed)
        vector: FloatArray = self.document(LANGUAGES[rng.integers(len(LANGUAGES))], 1, rng)[0]
        return vector

    def _some(self, count: int, rng: np.random.Generator) -> FloatArray:
        pairs = rng.integers(0, self.NOISES, (2, count))
        rows: FloatArray = (self._noise[pairs[0]] + self._noise[pairs[1]]) * np.float32(0.7)
        return rows


def _unit_rows(rows: Any) -> FloatArray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


SENTENCES, SENTENCE_WORDS = 4, 25


def _entry(number: int, rng: np.random.Generator, vocabulary: Vocabulary, space: Space) -> Entry:
    language = LANGUAGES[rng.integers(len(LANGUAGES))]
    year, place = YEARS[rng.integers(len(YEARS))], PLACES[rng.integers(len(PLACES))]
    text, paragraphs = _text(language, place, year, rng, vocabulary)
    title = text[: paragraphs[0][0].end]
    people = tuple(
        Person(" ".join(vocabulary.text(language, 3, rng)).title(), ("chair", "head of office"), 40 * i)
        for i in range(6)
    )
    bodies = tuple(
        Organisation(" ".join(vocabulary.text(language, 4, rng)).title(), ("the office",), 50 * i) for i in range(3)
    )
    about = Description(
        title, language, f"https://example.org/{number}", date(year, 12, 1 + number % 28), None, Period.year(year),
        (place,), bodies, people, {"period": "stated: in the title", "places": "stated: in the title"},
    )  # fmt: skip
    source = f"folder-{number % 10}/report-{number:07d}.txt"
    document_id = content_id("d", str(number))
    document = Document(
        document_id, f"/made-up/{source}", source, text,
        tuple(Block(p[0].start, p[-1].end, "paragraph") for p in paragraphs), about,
    )  # fmt: skip
    heading = f"{title} ({year}, {place})"
    passages = [
        Passage(
            content_id("p", document_id, str(ordinal)), document_id, ordinal, p[0].start, p[-1].end,
            text[p[0].start : p[-1].end], tuple(p), heading, language, (Period.year(year),), (place,),
        )
        for ordinal, p in enumerate(paragraphs)
    ]  # fmt: skip
    vectors = space.document(language, len(passages), rng)
    sentences = to_int8(space.sentences(vectors, SENTENCES, rng)).reshape(len(passages), SENTENCES, -1)
    keys = tuple(rng.integers(0, 2**32, 20).tolist())
    facts = frozenset(
        {person.name for person in people} | {f"#{value}" for value in rng.integers(100, 1900, 4).tolist()}
    )
    return Entry(document, document.path, passages, vectors, list(sentences), keys, facts)


def _text(
    language: str, place: str, year: int, rng: np.random.Generator, vocabulary: Vocabulary
) -> tuple[str, list[list[Span]]]:
    """A document's text, and for each paragraph its sentences."""
    words = iter(vocabulary.text(language, PASSAGES * SENTENCES * SENTENCE_WORDS, rng))
    parts, paragraphs, at = [], list[list[Span]](), 0
    for paragraph in range(PASSAGES):
        spans = []
        for sentence in range(SENTENCES):
            written = [next(words) for _ in range(SENTENCE_WORDS)]
            if sentence == 1:
                written[3:3] = [str(rng.integers(2, 5000)), place, str(year)]
            told = " ".join(written).capitalize() + "."
            parts += [told, "\n\n" if sentence == SENTENCES - 1 else " "]
            spans.append(Span(at, at + len(told)))
            at += len(told) + len(parts[-1])
        paragraphs.append(spans)
        del paragraph
    return "".join(parts), paragraphs


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("size", type=int)
    parser.add_argument("repeats", type=int)
    given = parser.parse_args()
    print(json.dumps(_child(given.folder, given.size, given.repeats)))
