"""Ingestion spread over a Ray cluster: the same library, whatever dies in the middle."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from libraries import (
    BRIDGES,
    CORPUS,
    HERE,
    WordsEngine,
    assert_in_step,
    contents,
    everything,
    found,
    run_python,
    write,
)
from nursery import assert_nothing_is_half, change_some, sixty_reports

from assistant import Assistant
from assistant.cli import main
from ingest.engine import Engine
from ingest.errors import DanchungError, EngineError
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.report import IngestReport
from ingest.spread import Cluster, cluster

ROOT = HERE.parent
if not importlib.util.find_spec("ray"):
    REASON = "Ray is not installed, so nothing of `danchung ingest --ray` is tested: make test"
    if os.environ.get("CI"):
        raise ModuleNotFoundError(REASON)
    pytest.skip(REASON, allow_module_level=True)


@pytest.fixture(scope="module")
def ray_here() -> Iterator[Cluster]:
    """A cluster of two processors on this machine, whose workers can import these tests."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(HERE)]))
        environment.setenv("RAY_USAGE_STATS_ENABLED", "0")
        import ray

        ray.init(
            address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR",
            _node_ip_address="127.0.0.1",
        )  # fmt: skip
        with cluster("local") as spread:
            yield spread
        ray.shutdown()


@pytest.fixture
def address(ray_here: Cluster) -> str:
    del ray_here
    import ray

    return str(ray.get_runtime_context().gcs_address)


def spread_into(library: Library, ray_here: Cluster, *given: Path, seconds: float = 0.0, **how: Any) -> IngestReport:
    return ingest(library, given, reads=ray_here.reads(partial(WordsEngine, seconds=seconds), "words"), **how)


def workers() -> set[int]:
    """The processes of Ray under this one that are reading."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()[1:]]
    under = {os.getpid()}
    for _ in range(4):
        under |= {int(pid) for pid, parent, _ in rows if int(parent) in under}
    return {int(pid) for pid, _, name in rows if int(pid) in under and name.startswith("ray::MapBatches")}


def hard_reports(folder: Path) -> None:
    """Sixty reports, and what cannot be read, or lies in an archive."""
    sixty_reports(folder)
    write(folder / "empty.txt", "")
    write(folder / "broken.pdf", "%PDF-1.7 and nothing else")
    write(folder / "picture.png", "no report")
    with zipfile.ZipFile(folder / "packed.zip", "w") as packed:
        packed.writestr("inside.txt", BRIDGES)
        packed.writestr("broken.docx", "no archive")


def messages(report: IngestReport) -> list[tuple[str, str, str | None]]:
    return [(outcome.path, outcome.state, outcome.message) for outcome in report.files]


def test_the_library_is_passage_for_passage_the_one_made_here(
    ray_here: Cluster, chroma_server: str, tmp_path: Path
) -> None:
    """Into a Chroma server: first all, then what changed."""
    reports = tmp_path / "reports"
    here = Library(tmp_path / "here", WordsEngine(), chroma_url=chroma_server)
    spread = Library(tmp_path / "spread", WordsEngine(), chroma_url=chroma_server)
    for change in (hard_reports, change_some):
        change(reports)
        one, other = ingest(here, [reports], prune=True), spread_into(spread, ray_here, reports, prune=True)
        assert messages(other) == messages(one)
        assert (other.passages, other.repeated, other.tokens) == (one.passages, one.repeated, one.tokens)
        assert contents(spread) == contents(here)
        assert_in_step(spread)
        for question in ("Who repaired the pillars?", "The committee closed the files of the river", "848 cases"):
            assert found(spread, question) == found(here, question) != []
    assert any(summary.copy_of for summary in spread.documents())
    assert not spread_into(spread, ray_here, reports).passages
    here.close()
    spread.close()


def test_a_library_of_the_built_in_engine_gives_the_same_answers(
    ray_here: Cluster, engine: Engine, tmp_path: Path
) -> None:
    reports = sorted(CORPUS.iterdir())[:3]
    made: list[Any] = []
    for name in ("here", "spread"):
        with Assistant.open(tmp_path / name, engine=engine) as assistant:
            reads = ray_here.reads(None, engine.name) if name == "spread" else None
            assert not assistant.ingest(reports, reads=reads).failed
            hits = assistant.search("How many cases were opened?", k=5)
            made.append((contents(assistant.library), hits))
    assert made[0] == made[1]


def test_a_worker_that_is_killed_loses_nothing(ray_here: Cluster, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    sixty_reports(reports)
    here, spread = Library(tmp_path / "here", WordsEngine()), Library(tmp_path / "spread", WordsEngine())
    ingest(here, [reports])
    killed: set[int] = set()

    def kill() -> None:
        while len(killed) < 3 and not done.wait(0.1):
            for pid in workers() - killed:  # in the middle of some file
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)

    done, killer = threading.Event(), threading.Thread(target=kill)
    killer.start()
    report = spread_into(spread, ray_here, reports, seconds=0.05)
    done.set()
    killer.join()

    assert killed
    assert not report.failed
    assert report.count("added") == len(list(reports.iterdir()))
    assert contents(spread) == contents(here)
    ids = [passage.id for passage in everything(spread)]
    assert len(ids) == len(set(ids))
    assert_in_step(spread)
    here.close()
    spread.close()


SPREAD = """if True:
    import sys
    from functools import partial
    from pathlib import Path
    from ingest import pipeline
    from ingest.library import Library
    from ingest.spread import cluster
    from libraries import WordsEngine
    pipeline.STORED_TOGETHER = 1
    library = Library(Path(sys.argv[1]), WordsEngine())
    def tell(progress):
        if progress.outcome:
            print(progress.outcome.state, flush=True)
    with cluster(sys.argv[2]) as spread:
        pipeline.ingest(library, sys.argv[3:], tell, reads=spread.reads(partial(WordsEngine, seconds=0.05), "words"))
"""


def test_a_writer_that_is_killed_is_gone_on_with(ray_here: Cluster, address: str, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    sixty_reports(reports)
    process = run_python(SPREAD, str(tmp_path / "spread"), address, str(reports), stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    for _ in range(3):
        assert process.stdout.readline() == "added\n"
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=60) == -signal.SIGKILL
    process.stdout.close()

    from libraries import Store

    kept = assert_nothing_is_half(tmp_path / "spread", Store(None), {})
    here, spread = Library(tmp_path / "here", WordsEngine()), Library(tmp_path / "spread", WordsEngine())
    report = spread_into(spread, ray_here, reports)
    assert 3 <= kept < len(list(reports.iterdir()))
    assert kept <= report.count("unchanged") + 4  # a batch that was on its way
    ingest(here, [reports])
    assert contents(spread) == contents(here)
    here.close()
    spread.close()


def test_a_run_that_is_stopped_ends_soon_and_the_next_goes_on(ray_here: Cluster, tmp_path: Path) -> None:
    reports, stop = tmp_path / "reports", threading.Event()
    sixty_reports(reports)
    library = Library(tmp_path / "data", WordsEngine())
    report = spread_into(library, ray_here, reports, seconds=0.02, stop=stop, progress=lambda _: stop.set())
    assert 0 < report.count("added") < 60
    assert spread_into(library, ray_here, reports).count("added") == 60 - report.count("added")
    library.close()


# -- what is wrong is one line ------------------------------------------------------------------------------


def test_a_worker_with_another_engine_is_refused(ray_here: Cluster, tmp_path: Path) -> None:
    library = Library(tmp_path / "data", WordsEngine())
    reads = ray_here.reads(partial(WordsEngine, "other"), "words")
    with pytest.raises(EngineError, match=r"^\S+: embeds with other, not with words$"):
        ingest(library, [write(tmp_path / "one.txt", BRIDGES)], reads=reads)
    assert not library.documents()
    library.close()


def test_what_a_worker_raises_is_told(ray_here: Cluster, tmp_path: Path) -> None:
    library = Library(tmp_path / "data", WordsEngine())
    with pytest.raises(EngineError, match="there is no embedding engine 'nowhere'"):
        ingest(library, [write(tmp_path / "one.txt", BRIDGES)], reads=ray_here.reads("nowhere", "words"))
    with pytest.raises(DanchungError, match=r"^\S+: invalid literal for int\(\) with base 10: 'x'$"):
        ingest(library, [tmp_path / "one.txt"], reads=ray_here.reads(partial(int, "x"), "words"))  # type: ignore[arg-type]
    library.close()


def test_a_cluster_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    report = str(write(tmp_path / "one.txt", BRIDGES))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{free.getsockname()[1]}"
    started = time.perf_counter()
    code, said, err = run_alone(["ingest", report, "--ray", nobody])
    assert time.perf_counter() - started < 60
    assert (code, said) == (2, "")
    assert err.splitlines() == [
        f"danchung: --ray {nobody}: no Ray cluster answers ([Errno 111] Connection refused); ray start --head"
    ]
    for wrong in ("somewhere", "host:port"):
        assert run_alone(["ingest", report, "--ray", wrong])[::2] == (
            2, f"danchung: --ray {wrong}: give HOST:PORT, or local\n",
        )  # fmt: skip


def test_without_ray_it_is_said_how_to_get_it(tmp_path: Path) -> None:
    report = str(write(tmp_path / "one.txt", BRIDGES))
    hidden = "import sys; sys.modules['ray'] = None; from assistant.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", hidden, "ingest", report, "--ray", "local"], capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "danchung: --ray needs Ray: pip install 'ray[data]'\n")


@pytest.mark.parametrize("other", ["--watch", "--rebuild"])
def test_it_goes_with_reading_once(other: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", str(tmp_path), "--ray", "local", other]) == 2
    assert capsys.readouterr().err == "danchung: --ray goes with reading once, not with --watch or --rebuild\n"


# -- the command --------------------------------------------------------------------------------------------


def run_alone(arguments: list[str]) -> tuple[int, str, str]:
    """The command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", *arguments], capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_the_command_reads_on_a_cluster(address: str, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    file = min(CORPUS.iterdir())
    shutil.copy2(file, folder / file.name)
    write(folder / "broken.pdf", "%PDF-1.7 and nothing else")
    data = ["--data-dir", str(tmp_path / "data")]
    code, said, err = run_alone(["ingest", str(folder), "--ray", address, *data])
    assert code == 1, err
    assert "1 added, 1 failed" in said
    assert len(err.splitlines()) == 1
    assert "broken.pdf: " in err
    code, said, err = run_alone(["ingest", str(folder), *data])
    assert "1 unchanged, 1 failed" in said


def test_help_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ingest", "--help"])
    assert "--ray ADDRESS" in capsys.readouterr().out
