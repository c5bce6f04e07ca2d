"""A run that is killed, wherever it is, leaves nothing half and is picked up by the next."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

from libraries import (
    CORPUS,
    Store,
    assert_in_step,
    contents,
    everything,
    run_python,
    states,
    write,
)
from nursery import Nursery, assert_nothing_is_half, change_some, made_up, sixty_reports

from ingest.library import Library
from ingest.pipeline import ingest


def test_a_run_killed_thirty_times_ends_as_one_that_never_was(nursery: Nursery, store: Store, tmp_path: Path) -> None:
    reports, data, whole = tmp_path / "reports", tmp_path / "data", tmp_path / "whole"
    sixty_reports(reports)
    assert len(list(reports.iterdir())) == 60
    rng, killed, done, sizes = random.Random(5), 0, 0, list[int]()
    known: dict[str, list[str]] = {}
    while killed < 30:
        steps = rng.randrange(0, 3)
        seconds = rng.uniform(0, 0.06 if steps else 0.15)
        how = nursery.run(store, data, reports, kill_after=(steps, seconds), workers=killed % 15 == 14)
        sizes.append(assert_nothing_is_half(data, store, known))
        killed += how == "killed"
        done += how == "done"
        if killed == 15 and how == "killed":
            change_some(reports)
        elif how == "done":  # before it was killed: give the next one something to do
            for number in range(2, 55, 3):
                write(reports / f"report-{number:02}.txt", made_up(number, version=2 + done))
    assert len(set(sizes)) > 4  # they were killed here and there
    assert nursery.run(store, data, reports) == nursery.run(store, whole, reports) == "done"
    picked_up, uninterrupted = store.open(data), store.open(whole)
    assert_in_step(picked_up)
    assert len(picked_up.documents()) == 56
    assert [document.source for document in picked_up.documents() if document.copy_of] == ["reports/report-25-near.txt"]
    for what, expected in contents(uninterrupted).items():
        assert contents(picked_up)[what] == expected, what
    picked_up.close()
    uninterrupted.close()


CALLS = [
    ("ingest.store.vector_index.VectorIndex", "add", 2),
    ("ingest.store.word_index.WordIndex", "add", 2),
    ("ingest.store.catalog.Catalog", "put", 2),
    ("ingest.store.rows", "from_entry", 3),
    ("ingest.store.rows", "from_passage", 2),
    ("ingest.store.rows", "from_stamp", 1),
    ("ingest.store.rows", "from_stamp", 2),
    ("ingest.store.vector_index.VectorIndex", "remove", 1),
    ("ingest.store.word_index.WordIndex", "remove", 1),
    ("ingest.store.catalog.Catalog", "remove", 1),
    ("ingest.store.catalog.Catalog", "forget_file", 1),
]


def test_a_run_killed_at_any_step_is_picked_up(nursery: Nursery, store: Store, tmp_path: Path) -> None:
    reports = tmp_path / "reports"

    def before() -> None:
        for number in (4, 9, 14):
            write(reports / f"{number}.txt", made_up(number))
        write(reports / "copy.txt", made_up(4))

    def after() -> None:
        write(reports / "4.txt", made_up(4, version=2))
        write(reports / "14.txt", made_up(14, version=2))
        (reports / "9.txt").unlink()

    before()
    after()
    assert nursery.run(store, tmp_path / "whole", reports) == "done"
    whole = store.open(tmp_path / "whole")
    expected = contents(whole)
    whole.close()
    for number, step in enumerate(CALLS):
        data = tmp_path / f"data-{number}"
        before()
        assert nursery.run(store, data, reports) == "done"
        after()
        assert nursery.run(store, data, reports, dies_at=step) == "killed", step
        assert assert_nothing_is_half(data, store, {}) >= 3
        assert nursery.run(store, data, reports) == "done"
        picked_up = store.open(data)
        assert_in_step(picked_up)
        assert contents(picked_up) == expected, step
        picked_up.close()


SLOW_INGEST = """if True:
    import sys
    from pathlib import Path
    from ingest import pipeline
    from ingest.library import Library
    from libraries import WordsEngine
    pipeline.STORED_TOGETHER = 1  # five small reports in five steps
    library = Library(Path(sys.argv[1]), WordsEngine(seconds=0.05), chroma_url=sys.argv[2] or None)
    def tell(progress):
        if progress.outcome:
            print(progress.outcome.state, progress.files, flush=True)
    pipeline.SLICE = 1
    pipeline.ingest(library, sys.argv[3:], tell)
"""


def test_a_killed_run_is_picked_up(store: Store, corpus: Library, tmp_path: Path) -> None:
    reports = sorted(CORPUS.iterdir())[:5]
    process = run_python(SLOW_INGEST, str(tmp_path / "data"), store.url or "", *map(str, reports))
    assert process.stdout is not None
    for _ in range(2):
        assert process.stdout.readline().startswith("added")
    time.sleep(0.03)  # somewhere inside the next file
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=30) == -signal.SIGKILL
    process.stdout.close()

    picked_up = store.open(tmp_path / "data")
    kept = len(picked_up.documents())
    assert 2 <= kept < len(reports)
    report = ingest(picked_up, reports)
    assert not report.failed
    assert report.count("unchanged") == kept
    clean = {corpus.id_at(str(path)) for path in reports}
    assert picked_up.documents() == [document for document in corpus.documents() if document.id in clean]
    assert everything(picked_up) == [passage for passage in everything(corpus) if passage.document_id in clean]
    assert_in_step(picked_up)
    picked_up.close()


def test_a_word_index_killed_between_two_of_its_files_is_written_again(
    store: Store, library: Library, folder: Path
) -> None:
    """tantivy writes what is deleted into a file of its own, and only then says so in meta.json."""
    write(folder / "long.txt", made_up(4))
    ingest(library, [folder])
    (first, *_) = everything(library)
    meta = (library.data_dir / "words" / "meta.json").read_bytes()
    library._words.remove([first.id])
    (library.data_dir / "words" / "meta.json").write_bytes(meta)
    library._catalog.remove([first.document_id])
    library.close()
    again = store.open(library.data_dir)
    assert_in_step(again)
    assert set(states(ingest(again, [folder])).values()) == {"added", "unchanged"}
    assert_in_step(again)
    again.close()
