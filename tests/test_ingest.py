"""A run over files that were read before: what changed is read, what is gone is told, and nothing else is touched."""

from __future__ import annotations

import json
import os
import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from libraries import (
    BRIDGES,
    FORESTS,
    LETTERS,
    PARCELS,
    Store,
    age,
    assert_in_step,
    contents,
    engine_of,
    everything,
    found,
    read_here,
    states,
    write,
)

from ingest import pipeline
from ingest.errors import LibraryError
from ingest.files import find_files, gone
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.report import IngestReport, Progress
from ingest.split import count_tokens
from ingest.store.catalog import Catalog
from ingest.store.vector_index import VectorIndex
from ingest.store.word_index import WordIndex


def same_time(path: Path, text: str) -> None:
    """Other words in a file, and the time it had."""
    status = path.stat()
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


# -- changes -----------------------------------------------------------------------------------------------


def test_a_file_of_the_same_size_and_time_is_not_read_again(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    before, embedded = contents(library), engine_of(library).embedded
    same_time(folder / "letters.txt", LETTERS.replace("Forty", "Fifty"))
    report = ingest(library, [folder])
    assert states(report) == dict.fromkeys(("letters.txt", "bridges.txt", "forests.txt"), "unchanged")
    assert {outcome.document_id for outcome in report.files} == set(before["documents"])
    assert (report.passages, report.tokens, engine_of(library).embedded) == (0, 0, embedded)
    assert contents(library) == before


def test_a_touched_file_is_read_once_more_and_unchanged(library: Library, folder: Path) -> None:
    letters = folder / "letters.txt"
    ingest(library, [folder])
    before, embedded = contents(library), engine_of(library).embedded
    age(letters, seconds=60)
    assert states(ingest(library, [folder]))["letters.txt"] == "unchanged"
    assert library.stamps()[str(letters)].mtime_ns == letters.stat().st_mtime_ns
    assert engine_of(library).embedded == embedded
    assert contents(library) == before
    same_time(letters, LETTERS.replace("Forty", "Fifty"))
    assert states(ingest(library, [folder]))["letters.txt"] == "unchanged"  # its new time is known


def test_a_file_changed_in_place_to_the_same_size_is_read_again(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    write(folder / "letters.txt", LETTERS.replace("Forty", "Fifty"))
    report = ingest(library, [folder])
    assert states(report) == {"letters.txt": "updated", "bridges.txt": "unchanged", "forests.txt": "unchanged"}
    assert report.passages == 1
    assert not any("Forty" in text for text in found(library, "forty fifty letters", k=50))
    assert any("Fifty" in text for text in found(library, "forty fifty letters", k=50))
    assert_in_step(library)


def test_a_file_that_was_changed_only_just_is_not_believed_by_its_time(library: Library, folder: Path) -> None:
    letters = folder / "letters.txt"
    letters.write_text(LETTERS)
    ingest(library, [folder])
    same_time(letters, LETTERS.replace("Forty", "Fifty"))  # within what the file system's clock tells apart
    assert states(ingest(library, [folder]))["letters.txt"] == "updated"
    assert states(ingest(library, [folder]))["letters.txt"] == "unchanged"
    age(letters)
    ingest(library, [folder])
    assert library.stamps()[str(letters)].mtime_ns == letters.stat().st_mtime_ns


def test_a_file_of_a_time_to_come_is_not_believed_by_it(library: Library, folder: Path) -> None:
    age(folder / "letters.txt", seconds=-7200)
    ingest(library, [folder])
    same_time(folder / "letters.txt", LETTERS.replace("Forty", "Fifty"))
    assert states(ingest(library, [folder]))["letters.txt"] == "updated"


def test_a_file_that_changes_between_being_listed_and_being_read(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(files: Any, passage_tokens: int) -> Iterator[Any]:
        for source, known in files:
            if source.name.endswith("letters.txt"):
                write(folder / "letters.txt", LETTERS.replace("Forty", "Fifty"))
            yield from read_here([(source, known)], passage_tokens)

    with monkeypatch.context() as slow:
        slow.setattr(pipeline, "prepare_files", late)
        ingest(library, [folder])
    assert any("Fifty" in text for text in found(library, "forty fifty letters", k=50))
    age(folder / "letters.txt", seconds=-3600)
    age(folder / "letters.txt")
    same_time(folder / "letters.txt", PARCELS)
    assert states(ingest(library, [folder]))["letters.txt"] == "updated"


def test_new_passages_are_in_before_the_old_are_out(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(library, [folder])
    write(folder / "letters.txt", PARCELS)
    done: list[str] = []

    def told(part: type, step: str) -> None:
        original = getattr(part, step)

        def wrapper(self: Any, *given: Any) -> Any:
            done.append(f"{part.__name__}.{step}")
            return original(self, *given)

        monkeypatch.setattr(part, step, wrapper)

    for part, step in [(VectorIndex, "add"), (VectorIndex, "remove"), (WordIndex, "add"), (WordIndex, "remove"),
                       (Catalog, "put")]:  # fmt: skip
        told(part, step)
    ingest(library, [folder])
    assert done == ["VectorIndex.add", "WordIndex.add", "Catalog.put", "VectorIndex.remove", "WordIndex.remove"]


def test_a_file_that_could_not_be_read_is_tried_again(library: Library, folder: Path) -> None:
    write(folder / "letters.txt", "\x00\x01")
    assert states(ingest(library, [folder]))["letters.txt"] == "failed"
    assert states(ingest(library, [folder]))["letters.txt"] == "failed"
    assert str(folder / "letters.txt") not in library.files()
    write(folder / "letters.txt", LETTERS)
    assert states(ingest(library, [folder]))["letters.txt"] == "added"
    assert states(ingest(library, [folder]))["letters.txt"] == "unchanged"


def test_what_an_older_release_read_is_read_again(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(library, [folder])
    old = set(library.document_ids())
    monkeypatch.setattr("ingest.pipeline.prepare_files", read_here)
    monkeypatch.setattr("ingest.prepare.RECIPE", "another")
    monkeypatch.setattr("ingest.pipeline.RECIPE", "another")
    assert set(states(ingest(library, [folder])).values()) == {"updated"}
    assert not old & set(library.document_ids())
    assert_in_step(library)
    assert set(states(ingest(library, [folder])).values()) == {"unchanged"}


# -- files that are gone -----------------------------------------------------------------------------------


def test_a_file_that_is_gone_is_told_and_stays(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    before = contents(library)
    (folder / "letters.txt").unlink()
    for _ in range(2):
        report = ingest(library, [folder])
        assert states(report) == {"letters.txt": "missing", "bridges.txt": "unchanged", "forests.txt": "unchanged"}
        (missing,) = [outcome for outcome in report.files if outcome.state == "missing"]
        assert missing.path == str(folder / "letters.txt")
        assert missing.message == f"{folder / 'letters.txt'}: gone from the disk; --prune takes it out"
        assert not report.failed
    assert contents(library) == before


def test_a_file_that_is_gone_is_taken_out_when_that_is_asked_for(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    (folder / "letters.txt").unlink()
    ingest(library, [folder])
    report = ingest(library, [folder], prune=True)
    assert states(report) == {"letters.txt": "removed", "bridges.txt": "unchanged", "forests.txt": "unchanged"}
    assert LETTERS not in found(library, "forty letters", k=50)
    assert len(library.documents()) == library.passage_count() == 2
    assert sorted(library.files()) == [str(folder / "bridges.txt"), str(folder / "forests.txt")]
    assert_in_step(library)
    assert "letters.txt" not in states(ingest(library, [folder], prune=True))
    write(folder / "letters.txt", LETTERS)
    assert states(ingest(library, [folder], prune=True))["letters.txt"] == "added"


def test_a_file_named_outright_that_is_gone_is_taken_out(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    (folder / "letters.txt").unlink()
    report = ingest(library, [folder / "letters.txt"], prune=True)
    assert "removed" in [outcome.state for outcome in report.files]
    assert len(library.documents()) == 2


def test_files_under_no_given_folder_are_left_alone(library: Library, folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "reports-old" / "parcels.txt", PARCELS)
    ingest(library, [folder, tmp_path / "reports-old"])
    (folder / "letters.txt").unlink()
    (tmp_path / "reports-old" / "parcels.txt").unlink()
    write(tmp_path / "reports-old" / "more.txt", "Nothing else came in that spring. The doors were closed.")
    assert "parcels.txt" not in states(ingest(library, [folder], prune=True))
    assert any("parcels" in text for text in found(library, "sixty parcels", k=50))
    write(folder / "deep" / "other.txt", "The deep folder holds one report. It was found by a diver.")
    assert "parcels.txt" not in states(ingest(library, [folder / "deep"], prune=True))
    assert states(ingest(library, [tmp_path / "reports-old"], prune=True))["parcels.txt"] == "removed"


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_folder_that_is_not_mounted_takes_nothing_out(
    how: str, library: Library, folder: Path, tmp_path: Path
) -> None:
    ingest(library, [folder])
    before = contents(library)
    shutil.move(folder, tmp_path / "elsewhere")
    if how == "empty":
        folder.mkdir()
    report = ingest(library, [folder], prune=True)
    assert states(report) == {"reports": "failed"}
    assert contents(library) == before
    if how == "empty":
        folder.rmdir()
    shutil.move(tmp_path / "elsewhere", folder)
    assert set(states(ingest(library, [folder], prune=True)).values()) == {"unchanged"}


def test_what_is_gone_is_told_apart_from_what_may_not_be_seen(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("x")
    names = [str(folder / "letters.txt"), str(folder / "no.txt"), str(tmp_path / "file.txt" / "inside.txt"),
             "https://example.org/a"]  # fmt: skip
    assert gone(names, [tmp_path]) == names[1:3]
    assert gone(names, [folder, "", "https://example.org/a"]) == names[1:2]
    assert gone(names, ["", "x" * 5000, tmp_path / "nowhere"]) == []


# -- archives ----------------------------------------------------------------------------------------------


def pack(path: Path, damaged: str = "", **texts: str) -> Path:
    """A zip archive of texts, the first letters of one of which were changed on the way."""
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in texts.items():
            packed.writestr(f"{name}.txt", text)
    if damaged:
        words = texts[damaged][:10].encode()
        path.write_bytes(path.read_bytes().replace(words, words.upper()))
    age(path)
    return path


def test_what_is_no_longer_in_an_archive_goes(library: Library, tmp_path: Path) -> None:
    archive = pack(tmp_path / "all.zip", letters=LETTERS, bridges=BRIDGES)
    assert states(ingest(library, [archive])) == {"letters.txt": "added", "bridges.txt": "added"}
    assert library.files() == [str(archive)]
    assert {document.path for document in library.documents()} == {
        f"{archive}/letters.txt", f"{archive}/bridges.txt",
    }  # fmt: skip
    pack(archive, bridges=BRIDGES, forests=FORESTS)
    assert states(ingest(library, [archive])) == {"bridges.txt": "unchanged", "forests.txt": "added"}
    assert {document.path for document in library.documents()} == {
        f"{archive}/bridges.txt", f"{archive}/forests.txt",
    }  # fmt: skip
    assert LETTERS not in found(library, "forty letters", k=50)
    assert_in_step(library)
    archive.unlink()
    assert states(ingest(library, [archive], prune=True))["all.zip"] == "removed"
    assert library.documents() == library.files() == []


def test_a_bad_part_of_an_archive_keeps_what_was_read_of_it_before(library: Library, tmp_path: Path) -> None:
    archive = pack(tmp_path / "all.zip", letters=LETTERS, bridges=BRIDGES)
    ingest(library, [archive])
    pack(archive, damaged="letters", letters=PARCELS, forests=FORESTS)
    report = ingest(library, [archive])
    assert states(report) == {"letters.txt": "failed", "forests.txt": "added"}
    assert str(report.failed[0].message).startswith(f"{archive}/letters.txt: ")
    texts = found(library, "forty letters pillars gardes", k=50)
    assert sorted(texts) == sorted([LETTERS, BRIDGES, FORESTS])  # what is in it now is not known for certain
    assert states(ingest(library, [archive])) == {"letters.txt": "failed", "forests.txt": "unchanged"}
    pack(archive, letters=PARCELS, forests=FORESTS)
    assert states(ingest(library, [archive])) == {"letters.txt": "updated", "forests.txt": "unchanged"}
    assert sorted(found(library, "sixty parcels letters pillars gardes", k=50)) == sorted([PARCELS, FORESTS])
    assert_in_step(library)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_files_of_one_name_in_an_archive_are_each_read(store: Store, library: Library, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        for text in (LETTERS, LETTERS, BRIDGES):
            packed.writestr("same.txt", text)
    report = ingest(library, [tmp_path / "all.zip"])
    assert report.count("added") == len(library.documents()) == 3
    assert sorted(found(library, "letters pillars", k=50)) == sorted([LETTERS, BRIDGES])
    assert_in_step(library)
    before = contents(library)
    library.close()
    again = store.open(library.data_dir)
    assert contents(again) == before
    again.close()


# -- runs --------------------------------------------------------------------------------------------------


def test_a_run_that_is_stopped_ends_soon_and_the_next_goes_on(
    store: Store, library: Library, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        write(folder / f"more-{number:02}.txt", f"Report {number} came in {2000 + number}. It told of {number} floods.")
    stop = threading.Event()

    def stop_soon(progress: Progress) -> None:
        if progress.outcome:
            stop.set()

    with monkeypatch.context() as small:
        small.setattr(pipeline, "STORED_TOGETHER", 1)
        small.setattr(pipeline, "SLICE", 1)
        report = ingest(library, [folder], stop_soon, stop=stop)
    assert 1 <= report.count("added") == len(report.files) < 15
    assert report.count("added") == len(library.documents())
    assert_in_step(library)
    kept = report.count("added")
    report = ingest(library, [folder])
    assert (report.count("unchanged"), report.count("added")) == (kept, 23 - kept)
    whole = store.open(tmp_path / "whole")
    ingest(whole, [folder])
    assert contents(library) == contents(whole)
    whole.close()


def test_a_run_stopped_before_it_begins_takes_nothing_out(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    write(folder / "letters.txt", PARCELS)
    stop = threading.Event()
    stop.set()
    ingest(library, [folder], stop=stop)
    assert len(library.documents()) == 3
    assert_in_step(library)


def test_a_run_that_fails_half_way_is_taken_up_where_it_was(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, calls = Catalog.put, [0]

    def fail(self: Catalog, *given: Any) -> None:
        calls[0] += 1
        if calls[0] == 3:
            raise OSError(28, "No space left on device")
        put(self, *given)

    with monkeypatch.context() as broken:
        broken.setattr(pipeline, "STORED_TOGETHER", 1)
        broken.setattr(pipeline, "SLICE", 1)
        broken.setattr(Catalog, "put", fail)
        with pytest.raises(LibraryError, match="No space left"):
            ingest(library, [folder])
    kept = len(library.documents())
    assert 1 <= kept < 3
    report = ingest(library, [folder])
    assert (report.count("unchanged"), report.count("added"), report.passages) == (kept, 3 - kept, 3 - kept)
    assert_in_step(library)


def test_two_runs_take_turns(library: Library, folder: Path, tmp_path: Path) -> None:
    for number in range(8):
        write(
            tmp_path / "more" / f"{number}.txt", f"Report {number} came in {2000 + number}. It told of {number} floods."
        )
    reports: list[IngestReport] = []
    threads = [
        threading.Thread(target=lambda given: reports.append(ingest(library, [given])), args=(given,))
        for given in (folder, tmp_path / "more", folder)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted((report.count("added"), report.count("unchanged")) for report in reports) == [(0, 3), (3, 0), (8, 0)]
    assert_in_step(library)


def test_the_report_counts_what_was_done(library: Library, folder: Path) -> None:
    write(folder / "copy.txt", BRIDGES)
    write(folder / "bad.txt", "\x00\x01")
    report = ingest(library, [folder])
    assert (report.passages, report.repeated, report.repeated_share) == (3, 1, 0.25)
    assert report.tokens == sum(
        count_tokens(passage.sentence_text(span)) for passage in everything(library) for span in passage.sentences
    )
    assert report.seconds > 0
    plain = json.loads(json.dumps(report.as_dict()))
    assert {state: plain[state] for state in ("added", "updated", "unchanged", "missing", "removed", "failed")} == {
        "added": 4, "updated": 0, "unchanged": 0, "missing": 0, "removed": 0, "failed": 1,
    }  # fmt: skip
    assert (plain["passages"], plain["repeated"], plain["repeated_share"]) == (3, 1, 0.25)
    back = IngestReport.from_dict(plain)
    assert back.files == report.files
    assert (back.passages, back.repeated, back.tokens) == (report.passages, report.repeated, report.tokens)
    added = {Path(outcome.path).name: outcome for outcome in report.files if outcome.state == "added"}
    assert added["bridges.txt"].passages == 1
    assert (added["copy.txt"].passages, added["copy.txt"].copy_of) == (0, added["bridges.txt"].document_id)
    for outcome in added.values():
        assert outcome.document_id == library.id_at(outcome.path)


def test_progress_is_told_of_a_run_that_has_nothing_to_do(library: Library, folder: Path) -> None:
    ingest(library, [folder])
    told: list[Progress] = []
    ingest(library, [folder], told.append)
    assert [(p.files, p.files_total, p.bytes, p.bytes_total, p.passages) for p in told] == [
        (1, 3, 0, 0, 0), (2, 3, 0, 0, 0), (3, 3, 0, 0, 0),
    ]  # fmt: skip
    assert told[-1].seconds_left is None


def test_progress_tells_of_passages_while_a_long_report_is_embedded(library: Library, tmp_path: Path) -> None:
    long = write(
        tmp_path / "long.txt",
        "\n\n".join(" ".join(f"Line {row} of part {part} tells of {row * part} things." for row in range(30))
                    for part in range(60)),
    )  # fmt: skip
    told: list[Progress] = []
    report = ingest(library, [long], told.append)
    midway = [p for p in told if p.outcome is None]
    assert len(midway) >= 3
    assert [p.passages for p in midway] == sorted({p.passages for p in midway})
    assert midway[-1].passages == report.passages == library.passage_count()
    assert 0 < midway[0].bytes < midway[-1].bytes <= long.stat().st_size == told[-1].bytes
    assert all(p.bytes_total == long.stat().st_size and p.files_total == 1 for p in told)


def test_a_library_of_ours_in_a_folder_is_no_report(library: Library, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "tree" / "in")
    inside = Library(tmp_path / "tree" / "data", library.engine)
    inside.close()
    write(tmp_path / "tree" / "data" / "notes.txt", "Nobody shall read this note. It lies beside the catalog.")
    assert {Path(str(source.name)).name for source in find_files([tmp_path / "tree"])} == {  # type: ignore[union-attr]
        "letters.txt", "bridges.txt", "forests.txt",
    }  # fmt: skip
