"""Runs of ingestion that are killed or refused at will, the reports they read, and what they may not leave behind."""

from __future__ import annotations

import json
import random
import signal
import subprocess
from pathlib import Path
from typing import Any

from libraries import (
    Store,
    run_python,
    write,
)

from ingest.split import split
from ingest.store.catalog import Catalog
from ingest.store.vector_index import VectorIndex
from ingest.store.word_index import WordIndex

NURSERY = """if True:
    import json, os, pydoc, resource, signal, sys, time, traceback
    from pathlib import Path
    import chromadb.api.fastapi, chromadb.api.rust, chromadb.telemetry.product.posthog, filelock, httpcore, tantivy
    from ingest import pipeline
    from ingest.errors import LibraryError
    from ingest.files import find_files
    from ingest.library import Library
    from libraries import WordsEngine, read_here

    read, engine = {}, WordsEngine()

    def read_ahead(paths):  # once, for all the runs to come
        for source in find_files(paths):
            if source not in read:
                read[source] = list(read_here([(source, None)], 200))
                engine.embed_passages([p.text for _, part in read[source] for p in getattr(part, "passages", ())])

    def read_at_once(files, passage_tokens):
        for source, _ in files:
            yield from read[source]

    class ToldLibrary(Library):
        def put(self, *entries):
            super().put(*entries)
            os.write(told, b".")

    def dies_at(where, name, when):  # the call number `when` of a function is not made
        part, calls = pydoc.locate(where), [0]
        original = getattr(part, name)
        def step(*given):
            calls[0] += 1
            if calls[0] == when:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*given)
        setattr(part, name, step)

    def run(task):
        if task["dies_at"]:
            dies_at(*task["dies_at"])
        if not task["workers"]:
            pipeline.prepare_files = read_at_once
        if task["largest"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (task["largest"], task["largest"]))
        library = None
        try:
            library = ToldLibrary(Path(task["data"]), engine, chroma_url=task["url"])
            pipeline.ingest(library, task["paths"], prune=True)
        except LibraryError as exc:
            return 3
        finally:
            if library:
                library.close()
        return 0

    pipeline.STORED_TOGETHER, pipeline.SLICE = 8, 2  # sixty small files in many steps
    for line in sys.stdin:
        task = json.loads(line)
        read_ahead(task["paths"])
        heard, told = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(heard)
            try:
                os._exit(run(task))
            except BaseException:
                traceback.print_exc()
                os._exit(99)
        os.close(told)
        if task["kill_after"]:
            steps, seconds = task["kill_after"]
            while steps and os.read(heard, 1):
                steps -= 1
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
        else:
            while os.read(heard, 1):
                pass
        status = os.waitpid(child, 0)[1]
        os.close(heard)
        print(os.waitstatus_to_exitcode(status), flush=True)
"""


class Nursery:
    """A process that has loaded everything and starts runs of ingestion at once, which it may kill."""

    def __init__(self) -> None:
        self._process = run_python(NURSERY, stdin=subprocess.PIPE)

    def run(self, store: Store, data: Path, reports: Path, **how: Any) -> str:
        """How the run ended: "done", "killed", or "refused" with a LibraryError.

        `kill_after`: so many changes of the library, and seconds after the last. `dies_at`: a module or class, a
        function of it, and the number of the call it dies at. `workers`: it reads with workers. `largest`: the bytes a
        file of its may have.
        """
        task = {"data": str(data), "url": store.url, "paths": [str(reports)]}
        how = {"kill_after": None, "dies_at": None, "workers": False, "largest": None} | how
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(task | how), file=self._process.stdin, flush=True)
        return {0: "done", 3: "refused", -signal.SIGKILL: "killed"}[int(self._process.stdout.readline())]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


WORDS = (
    "river bridge letter office garden window market winter summer harvest village teacher doctor road stone".split()
)


def made_up(number: int, version: int = 1) -> str:
    """A report of one to some four passages that is like no other."""
    rng = random.Random(f"{number}/{version}")
    return "\n\n".join(
        " ".join(
            f"The {rng.choice(WORDS)} {rng.randrange(10**6)} of {rng.choice(WORDS)} {rng.randrange(10**6)} was seen by "
            f"the {rng.choice(WORDS)} {rng.randrange(10**6)} in version {version}."
            for _ in range(4)
        )
        for _ in range(1 + number % 5)
    )


def sixty_reports(folder: Path) -> None:
    """Among them a copy, a near copy, and two reports of one event."""
    for number in range(55):
        write(folder / f"report-{number:02}.txt", made_up(number))
    repeated = " ".join(
        f"The {word} committee of the town read its {number + 2} files and closed {number + 1} of them."
        for number, word in enumerate(WORDS)
    )
    write(folder / "report-05-original.txt", repeated)
    write(folder / "report-15-copy.txt", repeated)
    write(folder / "report-25-near.txt", f"{repeated} Only here stands that the lamp was green.")
    mr_trac = "Phan Dinh Trac, Head of the Central Internal Affairs Commission, opened the meeting of May 12, 2024."
    write(folder / "report-35-event.txt", f"{mr_trac} He named 848 cases against 1,884 people. All of them were heard.")
    write(folder / "report-45-event.txt", f"In the hall there were few seats. {mr_trac} Of 1,884 people he spoke long.")


def change_some(folder: Path) -> None:
    """Twenty reports are written anew, the original of the copies too, and four are taken away."""
    for number in range(0, 55, 3):
        write(folder / f"report-{number:02}.txt", made_up(number, version=2))
    write(folder / "report-05-original.txt", made_up(100))
    for name in ("report-01.txt", "report-22.txt", "report-43.txt", "report-45-event.txt"):
        (folder / name).unlink()


def assert_nothing_is_half(data: Path, store: Store, known: dict[str, list[str]]) -> int:
    """What a killed run left, some documents: each whole, and each of its passages in both indexes. `known` keeps the
    passages that a document has."""
    if not (data / "catalog.sqlite3").exists():
        return 0
    catalog = Catalog(data / "catalog.sqlite3")
    try:
        ids = catalog.document_ids()
        copies = {summary.id for summary in catalog.summaries() if summary.copy_of}
        for id_ in ids:
            document = catalog.document(id_)
            assert document is not None
            if id_ not in known:
                known[id_] = [passage.id for passage in split(document)]
            kept = catalog.passage_ids(id_)
            assert (set(kept) < set(known[id_])) if id_ in copies else (kept == known[id_])
        if ids:
            url, made = store.url, catalog.settle()
            vectors = VectorIndex(data / "chroma", url, f"danchung-{made['id']}" if url else "passages")
            named = set(catalog.passage_ids())
            assert named <= vectors.ids()
            assert named <= WordIndex(data / "words").ids()
            vectors.close()
        return len(ids)
    finally:
        catalog.close()
