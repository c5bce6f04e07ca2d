"""Reading and embedding on the machines of a Ray cluster; one process places and writes what comes back, as ever.

    with cluster("10.0.0.5:6379") as spread:
        ingest(library, ["/reports"], reads=spread.reads(None, library.engine.name))

Files are dealt out some at a time, and come back in the order given, their passages with vectors: so the library is,
passage for passage, what one machine makes of them. A worker reads in a process of its own (`workers`), so a file that
ends or hangs its reader costs a line of the report and no worker. What a lost worker had in hand Ray gives to another;
nothing is written but by the one process that owns the library.

Every machine has the same release of Danchung, and the files under the same paths.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from ingest.embedding import SLICE, embed
from ingest.engine import Engine, open_engine
from ingest.errors import DanchungError, EngineError, InputError
from ingest.prepare import RECIPE, Embedded, Part, Prepared
from ingest.workers import Reads, prepare_files

if TYPE_CHECKING:
    from ingest.documents import Stamp
    from ingest.files import Source

HERE = "local"
FILES = 8
"""Read by a worker in one go: some seconds of work, which is what a lost worker costs."""
FIRST_ANSWER = 5.0
"""Seconds a cluster has to take a connection; Ray itself would wait for minutes."""


class Opens(Protocol):
    """Opens an engine, in another process: it is pickled."""

    def __call__(self) -> Engine: ...


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Ray cluster this process is connected with, and its processors."""

    processors: int

    def reads(self, engine: str | Opens | None, name: str) -> Reads:
        """What `pipeline.ingest` reads with: on the cluster, by the engine of a specification (see
        `engine.open_engine`), which must be of this `name`. Raises, once read with, EngineError and DanchungError."""
        opens = engine if callable(engine) else partial(open_engine, _absolute(engine), threads=1)
        return partial(_read, self.processors, _Job(opens, name))


@contextmanager
def cluster(address: str) -> Iterator[Cluster]:
    """A connection with the cluster at HOST:PORT, or with processes started here for `local`; those end with it. Where
    the program has connected before, that connection is used and kept. Raises InputError."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_DATA_LOG_LEVEL", "ERROR")
    logging.getLogger("ray").setLevel(logging.ERROR)
    try:
        import ray
        import ray.data
    except ImportError as exc:
        raise InputError("--ray needs Ray: pip install 'ray[data]'") from exc
    found = ray.is_initialized()
    if not found:
        _connect(ray, address)
    try:
        yield Cluster(max(1, int(ray.cluster_resources().get("CPU", 1))))
    finally:
        if not found:
            ray.shutdown()


def _connect(ray: Any, address: str) -> None:
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    try:
        if address == HERE:
            ray.init(address=HERE, include_dashboard=False, _node_ip_address="127.0.0.1", **quiet)
            return
        parts = urlsplit(address if "//" in address else f"//{address}")
        if not parts.hostname or not parts.netloc.rpartition(":")[2].isdigit():
            raise InputError(f"--ray {address}: give HOST:PORT, or {HERE}")
        socket.create_connection((parts.hostname, parts.port or 0), FIRST_ANSWER).close()
        ray.init(address=address, **quiet)
    except InputError:
        raise
    except Exception as exc:
        raise InputError(f"--ray {address}: no Ray cluster answers ({_one_line(exc)}); ray start --head") from exc


# -- here ---------------------------------------------------------------------------------------------------


def _read(
    processors: int, job: _Job, files: Iterable[tuple[Source, Stamp | None]], passage_tokens: int
) -> Iterator[tuple[Source, Part]]:
    """As `workers.prepare_files`, with vectors."""
    import ray

    dealt = [{"file": pickle.dumps(file)} for file in files]
    if not dealt:
        return
    # Fewer than FILES at a time where some processor would else have nothing to do.
    blocks = max(-(-len(dealt) // FILES), min(len(dealt), 2 * processors))
    reader = ray.data.from_items(dealt, override_num_blocks=blocks).map_batches(
        _read_files, fn_args=(job, passage_tokens), batch_size=None, num_cpus=1
    )
    reader.context.execution_options.preserve_order = True
    reader.context.enable_progress_bars = False
    reader.context.print_on_execution_start = False
    try:
        rows = reader.iter_rows()
        for row in rows:
            told = pickle.loads(row["told"])
            if isinstance(told, DanchungError):
                raise told
            yield told
    except DanchungError:
        raise
    except Exception as exc:
        raise DanchungError(f"the Ray cluster ended the run: {_one_line(exc)}; run it again to go on") from exc


def _absolute(spec: str | None) -> str | None:
    """A worker does not start in this folder."""
    return str(Path(spec).resolve()) if spec and Path(spec).is_dir() else spec


def _one_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:300] if lines else type(error).__name__


# -- on a worker --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Job:
    """What a worker must have to read for a library: how its engine is opened, its name, and the reading code."""

    opens: Opens
    name: str
    recipe: str = RECIPE


_opened: dict[bytes, Engine] = {}
"""By the job, pickled: a worker reads many times, and opens its engine once."""


def _read_files(batch: dict[str, Any], job: _Job, passage_tokens: int) -> dict[str, list[bytes]]:
    """Parts of files, each with its file; what went wrong in place of them: Ray would wrap and print it."""
    try:
        engine = _engine(job)
        files = [pickle.loads(file) for file in batch["file"]]
        parts = prepare_files(files, passage_tokens, most=1)
        return {"told": [pickle.dumps((source, _embedded(engine, part))) for source, part in parts]}
    except DanchungError as exc:
        return {"told": [pickle.dumps(exc)]}
    except Exception as exc:  # noqa: BLE001  told where the run was begun
        return {"told": [pickle.dumps(DanchungError(f"{socket.gethostname()}: {_one_line(exc)}"))]}


def _engine(job: _Job) -> Engine:
    if job.recipe != RECIPE:
        raise DanchungError(f"{socket.gethostname()}: has another release of Danchung than the library's machine")
    key = pickle.dumps(job)
    if key not in _opened:
        engine = job.opens()
        if engine.name != job.name:
            raise EngineError(f"{socket.gethostname()}: embeds with {engine.name}, not with {job.name}")
        _opened[key] = engine
    return _opened[key]


def _embedded(engine: Engine, part: Part) -> Part:
    if not isinstance(part, Prepared):
        return part
    made: dict[str, Embedded] = {}
    for start in range(0, len(part.passages), SLICE):
        some = part.passages[start : start + SLICE]
        vectors, sentences = embed(engine, some)
        made |= {passage.id: both for passage, both in zip(some, zip(vectors, sentences, strict=True), strict=True)}
    return replace(part, vectors=made)
