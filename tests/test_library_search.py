"""Searching a library: within filters as without, over what is in it now, and while it is written to."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from libraries import BRIDGES, LETTERS, PARCELS, Store, WordsEngine, found, write
from nursery import made_up

from ingest.documents import Description, Document, Entry, FloatArray, Passage, Scope, Span, content_id
from ingest.engine import Engine
from ingest.library import Library
from ingest.pipeline import ingest, remove
from ingest.store.catalog import KEPT_SCOPES
from ingest.store.rows import TOGETHER, from_int8, to_int8
from ingest.text.periods import Period
from ingest.text.words import stems

DOCUMENTS, K = 300, 12
LOST = 5e-3
"""What a cosine may be off by in these tests' 48 dimensions; in 384 it is less than .003."""
LANGUAGES = ("en", "fr", "vi")
WORDS = "river bridge letter office garden window market winter summer harvest village teacher doctor road".split()


def unit_rows(rows: Any) -> FloatArray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def some_entry(number: int, rng: np.random.Generator) -> Entry:
    """A document of one to twelve passages, every tenth in two languages; one is a book."""
    count = 3 * TOGETHER + 5 if number == 7 else int(rng.integers(1, 13))
    document_id, year = content_id("d", str(number)), 2015 + number % 10
    texts = [" ".join(rng.choice(WORDS, 30)) for _ in range(count)]
    first = LANGUAGES[number % 3] if number % 30 else "nl"
    passages, at = [], 0
    for ordinal, text in enumerate(texts):
        language = "vi" if number % 10 == 0 and ordinal % 2 else first
        span = Span(at, at + len(text))
        passages.append(
            Passage(content_id("p", document_id, str(ordinal)), document_id, ordinal, span.start, span.end, text,
                    (span,), "", language)
        )  # fmt: skip
        at += len(text) + 1
    about = Description("A report", first, period=Period.year(year), places=(f"Place {number % 50}",))
    document = Document(
        document_id, f"/r/{number}.txt", f"folder-{number % 4}/{number}.txt", " ".join(texts), (), about
    )
    vectors = unit_rows(rng.standard_normal(48) + 0.6 * rng.standard_normal((count, 48)))
    return Entry(document, document.path, passages, vectors, list(to_int8(vectors)[:, None]))


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    rng = np.random.default_rng(4)
    return [some_entry(number, rng) for number in range(DOCUMENTS)]


@pytest.fixture(scope="module")
def many(store: Store, entries: list[Entry], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Some 2,000 passages; tests only look at them."""
    opened = store.open(tmp_path_factory.mktemp("many") / "data")
    opened.put(entries[:200])
    opened.put(entries[200:])
    yield opened
    opened.close()


def questions(count: int) -> FloatArray:
    return unit_rows(np.random.default_rng(9).standard_normal((count, 48)))


FILTERS: list[dict[str, Any]] = [
    {"document": content_id("d", "3")},
    {"document": [content_id("d", "7"), content_id("d", "8")]},
    {"place": "Place 20"},
    {"period": "2017"},
    {"language": "nl"},
    {"language": "vi"},
    {"language": ["en", "fr"]},
    {"language": "vi", "place": ["Place 20", "Place 21"]},
    {"source": "folder-2"},
    {"source": "folder", "language": ["en", "fr", "vi", "nl"]},
    {"since": "2018", "until": "2022"},
    {"since": "2016", "language": "fr"},
]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("for_one_fetched", [0.1, 25, 10**9], ids=["over-fetched", "as it is", "compared"])
def test_the_nearest_within_filters_are_the_nearest_of_what_passes(
    filters: dict[str, Any],
    for_one_fetched: float,
    many: Library,
    entries: list[Entry],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingest.library.COMPARED_FOR_ONE_FETCHED", for_one_fetched)
    scope = many.select(filters)
    assert scope is not None
    ids, vectors = within(entries, filters)
    assert ids
    for question in questions(8):
        cosines = dict(zip(ids, (vectors @ question).tolist(), strict=True))
        best = sorted(cosines.values(), reverse=True)[:K]
        hits = many.nearest(question, K, scope)
        assert len({hit.passage_id for hit in hits}) == len(hits) == len(best)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        # Nothing from elsewhere, nothing farther than what is left out, but for what vectors of bytes lose.
        assert [cosines[hit.passage_id] for hit in hits] == pytest.approx(best, abs=LOST)
        assert [cosines[hit.passage_id] for hit in hits] == pytest.approx([hit.score for hit in hits], abs=LOST)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("for_one_fetched", [0.001, 3, 10**9], ids=["over-fetched", "as it is", "named"])
def test_words_within_filters_rank_as_they_do_without(
    filters: dict[str, Any], for_one_fetched: float, many: Library, entries: list[Entry],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("ingest.library.NAMED_FOR_ONE_FETCHED", for_one_fetched)
    ids = set(within(entries, filters)[0])
    scope = many.select(filters)
    for words in ("river harvest", "doctor road winter", "summer"):
        asked = dict.fromkeys(stems(words, "en"), 1.0)
        expected = [hit for hit in many.matching(asked, 10_000) if hit.passage_id in ids]
        hits = many.matching(asked, K, scope)
        assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in expected[:K]])
        assert {hit.passage_id for hit in hits} <= {hit.passage_id for hit in expected}
        assert len({hit.passage_id for hit in hits}) == len(hits)


def within(entries: list[Entry], filters: dict[str, Any]) -> tuple[list[str], FloatArray]:
    """The passages that pass, and their vectors, by looking at each."""

    def any_of(name: str, value: str) -> bool:
        given = filters.get(name, value)
        return value in ([given] if isinstance(given, str) else given)

    ids, vectors = list[str](), list[FloatArray]()
    for entry in entries:
        about = entry.document.description
        assert about.period
        year = str(about.period.start.year)
        if not (
            any_of("document", entry.document.id)
            and any_of("place", about.places[0])
            and any_of("period", year)
            and filters.get("source", "") in entry.document.source
            and filters.get("since", "0") <= year <= filters.get("until", "9999")
        ):
            continue
        for passage, vector in zip(entry.passages, entry.vectors, strict=True):
            if any_of("language", passage.language):
                ids.append(passage.id)
                vectors.append(vector)
    return ids, np.array(vectors)


def test_a_language_far_from_the_question_is_found_all_the_same(store: Store, tmp_path: Path) -> None:
    """All that is near is in another language: what is fetched of all holds nothing that passes."""
    rng, dimensions = np.random.default_rng(2), WordsEngine.dimensions
    library = store.open(tmp_path / "data")
    made = [some_entry(number, rng) for number in range(1, 10)]
    near = np.eye(dimensions, dtype=np.float32)[0]
    for entry in made:
        side = 1.0 if entry.document.description.language != "fr" else -1.0
        entry.vectors[:] = unit_rows(side * near + 0.05 * rng.standard_normal(entry.vectors.shape))
    library.put(made)
    for filters in ({"language": "fr"}, {"place": "Place 4"}):
        hits = library.nearest(near, 5, library.select(filters))
        assert len(hits) == len(set(hits)) == min(5, len(within(made, filters)[0]))
        assert {hit.passage_id for hit in hits} <= set(within(made, filters)[0])
    library.close()


# -- vectors of a byte a number ----------------------------------------------------------------------------


def test_cosines_lose_little_to_bytes(many: Library, entries: list[Entry]) -> None:
    vectors = {p.id: v for entry in entries for p, v in zip(entry.passages, entry.vectors, strict=True)}
    for question in questions(5):
        cosines = many.cosines(question, list(vectors))
        assert cosines.keys() == vectors.keys()
        assert max(abs(cosines[id_] - float(vector @ question)) for id_, vector in vectors.items()) < LOST
        kept = many.vectors([*vectors, "p0000000000000000"])
        assert {id_: float(vector @ question) for id_, vector in kept.items()} == pytest.approx(cosines, abs=1e-5)
        assert np.linalg.norm(list(kept.values()), axis=1) == pytest.approx(1, abs=1e-5)
    assert many.vectors([]) == {}
    assert many.cosines(questions(1)[0], ["p0000000000000000"]) == many.cosines(questions(1)[0], []) == {}


def test_cosines_of_384_numbers_are_off_by_less_than_three_thousandths() -> None:
    rng = np.random.default_rng(6)
    vectors, asked = unit_rows(rng.standard_normal((20_000, 384))), unit_rows(rng.standard_normal((10, 384)))
    assert np.abs(vectors @ asked.T - from_int8(to_int8(vectors)) @ asked.T).max() < 3e-3


def test_the_nearest_sentence_of_each_passage(library: Library, folder: Path) -> None:
    for number in range(8):
        write(folder / f"{number}.txt", made_up(number))
    ingest(library, [folder])
    question = library.engine.embed_query("the river and the village")
    passages = library.passages(p.id for d in library.documents() for p in library.passages_of(d.id))
    assert any(len(vectors) > 1 for _, vectors in passages)
    best = library.best_sentences(question, ["p0000000000000000", *(passage.id for passage, _ in passages)])
    assert best == {passage.id: pytest.approx((vectors @ question).max(), abs=1e-6) for passage, vectors in passages}
    assert library.best_sentences(question, []) == {}


def test_of_the_engine_s_own_vectors_the_order_is_kept(engine: Engine) -> None:
    vectors = engine.embed_passages([made_up(number) for number in range(60)])
    asked = engine.embed_query("the river and the village")
    exact, kept = vectors @ asked, from_int8(to_int8(vectors)) @ asked
    assert np.abs(exact - kept).max() < 1e-3
    assert len(set(np.argsort(-exact)[:20]) & set(np.argsort(-kept)[:20])) >= 19


# -- what is kept in memory is what is there ---------------------------------------------------------------


def test_what_is_put_in_and_taken_out_shows_at_once(library: Library, folder: Path) -> None:
    def looked_at() -> dict[str, Any]:
        question = library.engine.embed_query("forty letters")
        return {
            "documents": [document.source for document in library.documents()],
            "languages": library.languages(),
            "periods": [period.label for period in library.periods()],
            "frequencies": library.document_frequencies(["letter", "sixti", "parcel"]),
            "named": [library.select({"source": name}) for name in ("letters", "parcels")],
            "french": library.select({"language": "fr"}),
            "counts": sorted(library.passage_counts().values()),
            "near": len(library.nearest(question, 10, Scope(languages=("en",)))),
            "background": sorted(library.background()),
            "found": sorted(found(library, "letters parcels", k=50)),
        }

    empty = looked_at()
    assert looked_at() == empty
    ingest(library, [folder])
    three = looked_at()
    assert three["languages"] == {"en": 2, "fr": 1}
    assert three["frequencies"] == [1, 0, 0]
    assert [bool(scope.documents) for scope in three["named"]] == [True, False]
    assert three["near"] == 2
    write(folder / "parcels.txt", PARCELS)
    ingest(library, [folder])
    four = looked_at()
    assert four["frequencies"] == [1, 1, 1]
    assert four["documents"] == sorted([*three["documents"], "reports/parcels.txt"])
    assert all(scope.documents for scope in four["named"])
    assert four["near"] == 3
    write(folder / "letters.txt", BRIDGES.replace("pillars", "letters"))
    ingest(library, [folder])
    assert LETTERS not in looked_at()["found"]
    assert looked_at()["named"][0] != three["named"][0]  # another document, by another number
    for name in ("parcels.txt", "letters.txt"):
        remove(library, library.id_at(str(folder / name)) or "")
    assert looked_at()["frequencies"] == [0, 0, 0]
    assert looked_at()["near"] == 1


def test_a_change_that_is_undone_shows_nowhere(library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(library, [folder])
    documents, texts = library.documents(), [library.document(document.id) for document in library.documents()]
    (folder / "letters.txt").write_text(PARCELS)
    with monkeypatch.context() as broken:
        broken.setattr("ingest.store.rows.from_stamp", lambda *_: 1 / 0)
        with pytest.raises(Exception, match="could not be written"):
            ingest(library, [folder])
    assert library.documents() == documents
    assert [library.document(document.id) for document in documents] == texts


def test_the_mean_of_a_language_is_that_of_its_sentences(library: Library, folder: Path) -> None:
    write(
        folder / "long.txt", " ".join(f"The {word} of the town was seen in 2024 by the {word}." for word in WORDS * 3)
    )
    ingest(library, [folder])
    sentences = [
        vectors
        for document in library.documents()
        for passage, vectors in library.passages(p.id for p in library.passages_of(document.id))
        if passage.language == "en"
    ]
    found = np.concatenate(sentences)
    mean, count = library.background()["en"]
    assert library.background().keys() == {"en", "fr"}
    assert count == len(found)
    assert mean == pytest.approx(found.mean(axis=0), abs=1e-6)


def test_the_passage_before_another(many: Library, entries: list[Entry]) -> None:
    passages = entries[7].passages
    assert [many.passage_before(passage) for passage in passages] == [None, *(p.id for p in passages[:-1])]


def test_documents_of_passages_are_read_together(many: Library, entries: list[Entry]) -> None:
    passages = [passage for entry in entries[:80] for passage in entry.passages]
    documents = many.documents_of(passages)
    assert list(documents) == [entry.document.id for entry in entries[:80]]
    assert all(documents[entry.document.id] == entry.document for entry in entries[:80])
    assert many.documents_of([]) == {}


def test_few_scopes_are_kept(many: Library) -> None:
    scopes = [many.select({"source": f"/{number}"}) for number in range(3 * KEPT_SCOPES)]
    assert [many.select({"source": f"/{number}"}) for number in range(3 * KEPT_SCOPES)] == scopes


def test_who_reads_does_not_wait_for_who_writes(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    reading, seen = threading.Event(), list[int]()

    def read() -> None:
        scope = library.select({"language": "en"})
        seen.extend([len(library.documents()), len(library.nearest(library.engine.embed_query("letters"), 5, scope))])
        seen.append(len(library.background()))
        reading.set()

    with library._catalog._db.writing() as db:
        db.execute("DELETE FROM documents")
        thread = threading.Thread(target=read)
        thread.start()
        assert reading.wait(20)
        thread.join()
        db.rollback()
    assert seen[:2] == [3, 2]


def test_filtered_searches_are_right_while_documents_come_and_go(library: Library, folder: Path) -> None:
    for number in range(30):
        write(folder / f"report-{number:02}.txt", made_up(number))
    ingest(library, [folder])
    done, problems, rounds = threading.Event(), list[BaseException](), [0, 0]

    def search(worker: int) -> None:
        rng = random.Random(worker)
        try:
            while not done.is_set() or rounds[worker] < 3:
                number = rng.randrange(10, 30)  # those that stay
                scope = library.select({"source": f"report-{number}"})
                words = dict.fromkeys(stems("the river bridge was seen by the", "en"), 1.0)
                near = library.nearest(library.engine.embed_query("river bridge letter"), 50, scope)
                sources = {
                    document.source
                    for hit in (near, library.matching(words, 50, scope))
                    for document in library.documents_of(
                        p for p, _ in library.passages(h.passage_id for h in hit)
                    ).values()
                }
                assert sources == {f"reports/report-{number}.txt"}
                assert library.document_frequencies(["crook"]) == [1]
                assert "reports/bridges.txt" in [document.source for document in library.documents()]
                rounds[worker] += 1
        except BaseException as exc:  # noqa: BLE001 handed to the test's own thread
            problems.append(exc)

    threads = [threading.Thread(target=search, args=(worker,)) for worker in range(2)]
    for thread in threads:
        thread.start()
    try:
        for version in range(2, 6):
            for number in range(10):
                write(folder / f"report-{number:02}.txt", made_up(number, version))
            assert not ingest(library, [folder]).failed
    finally:
        done.set()
        for thread in threads:
            thread.join(timeout=30)
    assert problems == []
    assert min(rounds) >= 3
