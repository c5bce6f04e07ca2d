"""A library made anew, for another engine or another size of passages; the old one serves until the new is whole."""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from libraries import (
    BRIDGES,
    LETTERS,
    Store,
    WordsEngine,
    assert_in_step,
    contents,
    engine_of,
    everything,
    found,
    states,
    write,
)

from ingest import pipeline
from ingest import rebuild as rebuilding
from ingest.errors import InputError, LibraryBusy, LibraryError
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.rebuild import rebuild
from ingest.report import IngestReport, Progress
from ingest.split import count_tokens

LONG = "\n\n".join(
    " ".join(f"In part {part} the committee read file {part * 40 + row} and wrote {row} lines." for row in range(12))
    for part in range(4)
)  # fmt: skip


class OtherEngine(WordsEngine):
    """Vectors of another length."""

    dimensions = 32

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__("other", seconds)


@pytest.fixture
def reports(folder: Path) -> Path:
    """With a report of many passages, a copy and a file that cannot be read."""
    write(folder / "long.txt", LONG)
    write(folder / "letters-again.txt", LETTERS)
    write(folder / "bad.txt", "\x00\x01")
    return folder


@pytest.fixture
def data(store: Store, reports: Path, tmp_path: Path) -> Path:
    """A closed library that holds the reports."""
    opened = store.open(tmp_path / "data")
    ingest(opened, [reports])
    opened.close()
    return tmp_path / "data"


def held(store: Store, data: Path, engine: WordsEngine | None = None) -> dict[str, Any]:
    opened = store.open(data, engine)
    assert_in_step(opened)
    everything = contents(opened)
    opened.close()
    return everything


def afresh(store: Store, reports: Path, folder: Path, engine: WordsEngine, **options: Any) -> dict[str, Any]:
    """What a library holds that is made from the files."""
    opened = store.open(folder, engine, **options)
    ingest(opened, [reports])
    everything = contents(opened)
    opened.close()
    return everything


def run(store: Store, data: Path, engine: WordsEngine, **options: Any) -> IngestReport:
    return rebuild(data, engine, chroma_url=store.url, **options)


# -- another engine, another size --------------------------------------------------------------------------


def test_another_engine_takes_over_without_the_files(store: Store, data: Path, reports: Path, tmp_path: Path) -> None:
    expected = afresh(store, reports, tmp_path / "fresh", OtherEngine())
    with pytest.raises(LibraryError, match=r"made with words, not other; .* danchung ingest --rebuild"):
        store.open(data, OtherEngine())
    shutil.move(reports, tmp_path / "elsewhere")
    told: list[Progress] = []
    report = run(store, data, OtherEngine(), progress=told.append)
    assert report.passages == len(expected["passages"])
    assert told
    assert held(store, data, OtherEngine()) == expected
    with pytest.raises(LibraryError, match="made with other, not words"):
        store.open(data)
    shutil.move(tmp_path / "elsewhere", reports)
    again = store.open(data, OtherEngine())
    states_ = states(ingest(again, [reports]))
    assert states_ == dict.fromkeys(states_, "unchanged") | {"bad.txt": "failed"}
    assert found(again, "crooked pillars", k=1) == [BRIDGES]
    again.close()


def test_another_size_of_passages_takes_over(store: Store, data: Path, reports: Path, tmp_path: Path) -> None:
    expected = afresh(store, reports, tmp_path / "fresh", WordsEngine(), passage_tokens=60)
    assert expected != held(store, data)
    opened = store.open(data, passage_tokens=60)
    assert opened.passage_tokens == 200  # what is there may be asked
    assert found(opened, "crooked pillars", k=1) == [BRIDGES]
    with pytest.raises(LibraryError, match=r"passages are of 200 tokens, not 60; .* --rebuild") as caught:
        ingest(opened, [reports])
    assert "\n" not in str(caught.value)
    opened.close()

    run(store, data, WordsEngine(), passage_tokens=60)
    assert held(store, data) == expected
    again = store.open(data)
    assert again.passage_tokens == 60
    assert max(count_tokens(passage.text) for passage in everything(again)) <= 60
    states_ = states(ingest(again, [reports]))
    assert set(states_.values()) == {"unchanged", "failed"}
    again.close()
    opened = store.open(data, passage_tokens=60)
    ingest(opened, [reports])
    opened.close()


def test_the_same_engine_makes_the_same_again(store: Store, data: Path) -> None:
    before = held(store, data)
    engine = WordsEngine()
    report = run(store, data, engine)
    assert report.passages == len(before["passages"])
    assert engine.embedded > 0
    assert held(store, data) == before


@pytest.mark.parametrize("damaged", ["words/meta.json", "chroma/chroma.sqlite3"])
def test_an_index_that_cannot_be_opened_is_made_anew(damaged: str, store: Store, data: Path) -> None:
    before = held(store, data)
    if store.url and damaged.startswith("chroma"):
        pytest.skip("the server's own files are not ours")
    (data / damaged).write_bytes(b"no such thing " * 1000)
    with pytest.raises(LibraryError):
        store.open(data)
    run(store, data, OtherEngine())
    run(store, data, WordsEngine())
    assert held(store, data) == before
    opened = store.open(data)
    assert engine_of(opened).embedded == 0
    opened.close()


def test_without_a_library_there_is_nothing_to_rebuild(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no library to rebuild"):
        run(store, tmp_path / "nowhere", WordsEngine())
    assert not (tmp_path / "nowhere").exists()


def test_a_library_that_is_open_is_not_rebuilt(store: Store, data: Path) -> None:
    opened = store.open(data)
    with pytest.raises(LibraryBusy, match="in use by process"):
        run(store, data, WordsEngine())
    opened.close()
    run(store, data, WordsEngine())


def test_an_empty_library_is_rebuilt(store: Store, tmp_path: Path) -> None:
    store.open(tmp_path / "data").close()
    assert run(store, tmp_path / "data", OtherEngine()).passages == 0
    assert held(store, tmp_path / "data", OtherEngine())["documents"] == {}


# -- interruptions -----------------------------------------------------------------------------------------


class Stopped(BaseException):
    """As if killed here: no handler of errors sees it."""


def stops(original: Any, when: int) -> Any:
    """The function, which at its call number `when` is not called any more."""
    calls = [0]

    def wrapper(*given: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls[0] == when:
            raise Stopped
        return original(*given, **named)

    return wrapper


@pytest.fixture
def step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "STORED_TOGETHER", 1)
    monkeypatch.setattr(pipeline, "SLICE", 1)


def kill_rebuild(store: Store, data: Path, broken: pytest.MonkeyPatch, where: str, when: int, **options: Any) -> None:
    """A run that ends at a call of `where`, and gives up its locks as a process does that ends."""
    part, _, name = where.rpartition(".")
    owner = __import__(part.split(":")[0], fromlist=["x"])
    owner = getattr(owner, part.split(":")[1]) if ":" in part else owner
    opened: list[Library] = []

    class Kept(Library):
        def __init__(self, *given: Any, **named: Any) -> None:
            opened.append(self)
            super().__init__(*given, **named)

    broken.setattr(rebuilding, "Library", Kept)
    broken.setattr(owner, name, stops(getattr(owner, name), when))
    with pytest.raises(Stopped):
        run(store, data, OtherEngine(), **options)
    for library in opened:
        library._catalog.close()
        library._vectors.close()
        library._lock.release()


@pytest.mark.parametrize(
    ("where", "when"),
    [("ingest.store.catalog:Catalog.put", 1), ("ingest.store.catalog:Catalog.put", 4),
     ("ingest.store.vector_index:VectorIndex.add", 2),
     ("ingest.store.word_index:WordIndex.add", 3)],
)  # fmt: skip
@pytest.mark.usefixtures("step_by_step")
def test_until_the_new_library_is_whole_the_old_one_serves(
    where: str, when: int, store: Store, data: Path, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = afresh(store, reports, tmp_path / "fresh", OtherEngine())
    before = held(store, data)
    with monkeypatch.context() as broken:
        kill_rebuild(store, data, broken, where, when)
    assert held(store, data) == before
    engine = OtherEngine()
    run(store, data, engine)
    assert held(store, data, OtherEngine()) == expected
    assert not (data / "rebuild").exists()


@pytest.mark.usefixtures("step_by_step")
def test_what_an_interrupted_rebuild_made_is_not_made_twice(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        kill_rebuild(store, data, broken, "ingest.store.catalog:Catalog.put", 4)
    report = run(store, data, OtherEngine())
    assert report.passages == len(held(store, data, OtherEngine())["passages"]) - 3


@pytest.mark.usefixtures("step_by_step")
def test_an_interrupted_rebuild_for_something_else_is_thrown_away(
    store: Store, data: Path, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        kill_rebuild(store, data, broken, "ingest.store.catalog:Catalog.put", 3)
    run(store, data, WordsEngine("third"))
    assert held(store, data, WordsEngine("third")) == afresh(store, reports, tmp_path / "a", WordsEngine("third"))
    with monkeypatch.context() as broken:
        kill_rebuild(store, data, broken, "ingest.store.catalog:Catalog.put", 3)
    run(store, data, OtherEngine(), passage_tokens=60)
    assert held(store, data, OtherEngine()) == afresh(store, reports, tmp_path / "b", OtherEngine(), passage_tokens=60)


def swaps(store: Store) -> Iterator[tuple[str, int, bool]]:
    """Each step of the change, and whether the new library counts from there on."""
    yield "ingest.rebuild.mark_complete", 1, False
    yield "ingest.rebuild.finish_rebuild", 2, True
    parts = 2 if store.url else 3
    for number in range(1, 3 * parts + 1):
        yield "ingest.store.swap._delete", number, True
    for number in range(1, parts + 1):
        yield "pathlib:Path.rename", number, True
    yield "ingest.store.swap:shutil.rmtree", parts, True  # of what is left of the folder


def test_a_change_interrupted_at_any_step_is_finished_by_whoever_opens_next(
    store: Store, data: Path, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, before = afresh(store, reports, tmp_path / "fresh", OtherEngine()), held(store, data)
    if store.url:
        pytest.skip("see the test below")
    for number, (where, when, is_new) in enumerate(swaps(store)):
        copy = tmp_path / f"copy-{number}"
        shutil.copytree(data, copy)
        with monkeypatch.context() as broken:
            kill_rebuild(store, copy, broken, where, when)
        if number % 2:  # the next to come is another rebuild
            run(store, copy, OtherEngine())
            is_new = True
        engine = OtherEngine() if is_new else WordsEngine()
        assert held(store, copy, engine) == (expected if is_new else before), (where, when)
        assert engine.embedded == 0, (where, when)
        if not is_new:
            run(store, copy, OtherEngine())
            assert held(store, copy, OtherEngine()) == expected, (where, when)
        assert not (copy / "rebuild").exists()


def test_a_change_on_a_server_interrupted_at_any_step_is_finished(
    store: Store, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not store.url:
        pytest.skip("see the test above")
    expected = afresh(store, reports, tmp_path / "fresh", OtherEngine())
    for number, (where, when, is_new) in enumerate(swaps(store)):
        own = tmp_path / f"own-{number}"  # its collection on the server is its own too
        before = afresh(store, reports, own, WordsEngine())
        with monkeypatch.context() as broken:
            kill_rebuild(store, own, broken, where, when)
        if number % 2:
            run(store, own, OtherEngine())
            is_new = True
        engine = OtherEngine() if is_new else WordsEngine()
        assert held(store, own, engine) == (expected if is_new else before), (where, when)
        assert engine.embedded == 0, (where, when)


# -- on a server -------------------------------------------------------------------------------------------


def collections(store: Store) -> set[str]:
    from ingest.store.vector_index import _server

    assert store.url
    client = _server(store.url)
    return {collection.name for collection in client.list_collections(limit=1000)}


@pytest.mark.usefixtures("step_by_step")
def test_a_rebuild_leaves_no_collection_behind_on_the_server(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not store.url:
        pytest.skip("of a server only")
    others = collections(store)
    assert len(others) >= 1
    run(store, data, OtherEngine())
    assert len(collections(store)) == len(others)
    run(store, data, OtherEngine(), passage_tokens=60)
    assert len(collections(store)) == len(others)
    with monkeypatch.context() as broken:
        kill_rebuild(store, data, broken, "ingest.store.catalog:Catalog.put", 3)
    run(store, data, WordsEngine())
    assert len(collections(store)) == len(others)


def test_vectors_move_to_a_server_and_back(chroma_server: str, reports: Path, tmp_path: Path) -> None:
    data, here, there = tmp_path / "data", Store(None), Store(chroma_server)
    opened = here.open(data)
    ingest(opened, [reports])
    before = contents(opened)
    opened.close()
    for store in (there, here):
        opened = store.open(data)  # what the other store lacks is made again from the catalog
        assert contents(opened) == before
        assert_in_step(opened)
        opened.close()
    assert engine_of(opened).embedded == 0  # what was in the folder is there still


# -- a library of an earlier release -----------------------------------------------------------------------

FORMAT_2 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL, recipe TEXT NOT NULL
);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, source TEXT NOT NULL, text BLOB NOT NULL,
    blocks TEXT NOT NULL, pages TEXT NOT NULL, description TEXT NOT NULL, characters INTEGER NOT NULL,
    file TEXT NOT NULL, copy_of TEXT
);
CREATE TABLE passages (id TEXT PRIMARY KEY, document_id TEXT NOT NULL, language TEXT NOT NULL);
"""


def test_a_library_of_format_2_is_made_anew_from_its_texts(
    store: Store, data: Path, reports: Path, tmp_path: Path
) -> None:
    """The documents as format 2 kept them, packed; the rest of it is not read."""
    before = held(store, data)
    with sqlite3.connect(data / "catalog.sqlite3") as new, sqlite3.connect(tmp_path / "old.sqlite3") as old:
        old.executescript(FORMAT_2)
        meta = dict(new.execute("SELECT key, value FROM meta")) | {"format": "2"}
        old.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        old.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?)", new.execute("SELECT * FROM files"))
        columns = "id, path, source, text, blocks, pages, description, characters, file, copy_of"
        for id_, path, source, text, *rest in new.execute(f"SELECT {columns} FROM documents ORDER BY number"):
            row = (id_, path, source, zlib.compress(text), *rest)
            old.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    new.close()
    old.close()
    for file in data.glob("catalog.sqlite3*"):
        file.unlink()
    (tmp_path / "old.sqlite3").rename(data / "catalog.sqlite3")

    with pytest.raises(LibraryError, match=r"earlier release \(format 2\); .*: danchung ingest --rebuild"):
        store.open(data)
    report = run(store, data, WordsEngine())
    assert not report.failed
    assert held(store, data) == before
    again = store.open(data)
    assert states(ingest(again, [reports]))["letters.txt"] == "unchanged"
    again.close()


def test_a_library_of_a_later_release_is_left_alone(store: Store, data: Path) -> None:
    with sqlite3.connect(data / "catalog.sqlite3") as catalog:
        catalog.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    catalog.close()
    with pytest.raises(LibraryError, match=r"another release \(format 99\); ingest into a new data directory"):
        run(store, data, WordsEngine())
    assert not (data / "rebuild").exists()
