"""`python -m benchmarks.prove.mother`: has everything loaded, and forks a child for each run of the library.

So a run begins at once, and can be killed at any point of it. Tasks are read from standard input, a JSON line each, and
answered with one.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.prove.made_up import WordsEngine
from ingest.documents import Stamp
from ingest.files import Source, find_files
from ingest.library import Library
from ingest.prepare import Part, prepare

_read: dict[Source, list[Part]] = {}
_engine = WordsEngine()


LOADED = ("chromadb.api.fastapi", "chromadb.api.rust", "filelock", "httpcore", "tantivy", "assistant.assistant")
"""Here, once, for all the children."""


def main() -> None:
    for name in LOADED:
        import_module(name)
    from ingest import pipeline, workers

    vars(pipeline).update(STORED_TOGETHER=8, SLICE=2)  # small reports in many steps
    for line in sys.stdin:
        task = json.loads(line)
        _read_ahead(task.get("paths", []))
        vars(pipeline)["prepare_files"] = workers.prepare_files if task.get("workers") else _as_read
        print(json.dumps(_forked(task)), flush=True)


def _read_ahead(paths: list[str]) -> None:
    for source in find_files(paths):
        if isinstance(source, Source) and source not in _read:
            _read[source] = list(prepare(source, None, 200))
            _engine.embed_passages([p.text for part in _read[source] for p in getattr(part, "passages", ())])


def _as_read(
    files: Iterable[tuple[Source, Stamp | None]], passage_tokens: int, seconds: float = 0.0
) -> Iterator[tuple[Source, Part]]:
    """`workers.prepare_files` for files that have been read: passages of 200 tokens come without a reader."""
    del seconds
    for source, known in files:
        for part in _read[source] if passage_tokens == 200 else prepare(source, known, passage_tokens):
            yield source, part


def _forked(task: dict[str, Any]) -> dict[str, Any]:
    """What the child says: `ended` is "done", "refused" with what was `said`, "killed", or "failed"."""
    heard, told = os.pipe()
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.close(heard)
        os._exit(_child(task, told))
    os.close(told)
    said = b""
    ends = None if task.get("kill_after") is None else started + task["kill_after"]
    while True:
        left = None if ends is None else max(0.0, ends - time.perf_counter())
        if not select.select([heard], [], [], left)[0]:
            os.kill(child, signal.SIGKILL)
            ends = None
        elif piece := os.read(heard, 65536):
            said += piece
        else:
            break
    os.close(heard)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    ended = {0: "done", 3: "refused", -signal.SIGKILL: "killed"}.get(status, "failed")
    result = json.loads(said) if said and ended in ("done", "refused", "failed") else {}
    return {"ended": ended, "seconds": time.perf_counter() - started} | result


def _child(task: dict[str, Any], told: int) -> int:
    from ingest.errors import DanchungError

    def tell(**what: Any) -> None:
        with os.fdopen(told, "w") as out:
            json.dump(what, out)

    if task.get("largest"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (task["largest"], task["largest"]))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        tell(**(_TASKS[task["do"]](task) or {}))
    except DanchungError as exc:
        tell(said=str(exc))
        return 3
    except BaseException as exc:  # noqa: BLE001 told to whoever asked for it
        traceback.print_exc()
        tell(said=repr(exc))
        return 99
    return 0


def _open(task: dict[str, Any], data: str = "data") -> Library:
    return Library(Path(task[data]), _engine, chroma_url=task["url"])


def _ingest(task: dict[str, Any]) -> None:
    from ingest import pipeline

    library = _open(task)
    try:
        report = pipeline.ingest(library, task["paths"], prune=True)
        if report.failed:
            raise AssertionError(report.failed[0].message)
    finally:
        library.close()


def _delete(task: dict[str, Any]) -> None:
    from ingest import pipeline

    library = _open(task)
    try:
        for id_ in task["ids"]:
            pipeline.remove(library, id_)
    finally:
        library.close()


def _rebuild(task: dict[str, Any]) -> None:
    from ingest.rebuild import rebuild

    rebuild(Path(task["data"]), _engine, chroma_url=task["url"], passage_tokens=task["tokens"])


def _look(task: dict[str, Any]) -> dict[str, Any]:
    """What a library holds now: documents, and how many are half; `lost` are those that must be there."""
    from benchmarks.prove.holdings import half

    library = _open(task)
    try:
        ids = {summary.id for summary in library.documents()}
        return {"ids": sorted(ids), "lost": len(set(task.get("must", ())) - ids) + half(library)}
    finally:
        library.close()


def _compare(task: dict[str, Any]) -> dict[str, Any]:
    """How a library differs from its twin, in what it holds and in what it answers."""
    from assistant import Assistant
    from benchmarks.prove.holdings import astray, cited, differing, half, holdings

    one, twin = _open(task), _open(task, "twin")
    try:
        lost = differing(holdings(one), holdings(twin)) + half(one)
        for question in task["questions"]:
            here, there = Assistant(one).ask(question), Assistant(twin).ask(question)
            lost += astray(here, Assistant(one)) + (cited(here) != cited(there) or here.answer != there.answer)
        return {"lost": lost, "ids": [summary.id for summary in twin.documents()]}
    finally:
        one.close()
        twin.close()


_TASKS: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
    "ingest": _ingest, "delete": _delete, "rebuild": _rebuild, "look": _look, "compare": _compare
}  # fmt: skip

if __name__ == "__main__":
    main()
