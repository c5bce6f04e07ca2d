"""The evaluations of a served library: one run at a time, and the reports of those before."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field

from assistant.assistant import Assistant
from evals.kept import Reports
from evals.report.page import leading
from evals.values import Report, SuiteReport, read_report
from ingest.errors import DanchungError, InputError, LibraryError

log = logging.getLogger("danchung")

Status = Literal["running", "done", "failed", "cancelled"]
WORK = ".work-"
"""Begins the name of the folder a run writes in, beside the reports."""
CLOSING = 5.0
"""Seconds a server that stops waits for the run it ended."""
REMEMBERED = 20
"""Runs without a report (failed, cancelled) that are remembered until the server ends."""


class Busy(DanchungError):
    """Another run is going on."""

    status = 409


class EvaluationProgress(BaseModel):
    """How far a run is. Before its first case it loads what it needs."""

    suite: str | None = Field(default=None, description="The suite that is being run.")
    suites: int = 0
    suites_total: int = 0
    cases: int = Field(default=0, description="Of this suite.")
    cases_total: int = 0
    seconds: float = 0.0


class SuiteSummary(BaseModel):
    """One suite of a report, by the figure that sums it up."""

    name: str
    cases: int
    failed: int
    figure: str | None = None
    value: float | None = None


class Evaluation(BaseModel):
    """A run of the evaluation, and what came of it."""

    id: str = Field(examples=["20261122T101500Z"])
    status: Status
    suite: str | None = Field(default=None, description="The one suite that was asked for; null for every one.")
    data: str | None = Field(default=None, description="The data that was asked for; null for the bundled.")
    created: datetime
    finished: datetime | None = None
    progress: EvaluationProgress = EvaluationProgress()
    suites: list[SuiteSummary] = []
    error: str | None = Field(default=None, description="Why it failed, or null.")

    @property
    def over(self) -> bool:
        return self.status != "running"


class Evaluations:
    """Runs the evaluation in a process of its own, one at a time, and keeps the reports. Threads may share it."""

    _of: ClassVar[weakref.WeakKeyDictionary[Assistant, Evaluations]] = weakref.WeakKeyDictionary()
    _making: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir.resolve()
        self.reports = Reports(data_dir)
        self._lock = threading.Lock()
        self._runs: dict[str, Evaluation] = {}
        self._known: dict[str, Evaluation] = {}
        self._process: subprocess.Popen[str] | None = None

    @classmethod
    def of(cls, assistant: Assistant) -> Evaluations:
        """Those of an assistant's library: the same for the API and the page."""
        with cls._making:
            if assistant not in cls._of:
                cls._of[assistant] = cls(assistant.library.data_dir)
            return cls._of[assistant]

    def sets(self) -> list[str]:
        """The data of the reader's own: what lies in evaluations/data of the data directory."""
        folder = self._sets
        return sorted(path.name for path in folder.iterdir() if _is_data(path)) if folder.is_dir() else []

    def start(
        self, suite: str | None = None, data: str | None = None, most: int | None = None, fresh: bool = False
    ) -> Evaluation:
        """Begin a run. `data` is a name under evaluations/data, None for what comes with Danchung; `most` cases of each
        set. Raises Busy while another is going on, InputError for data that is not there, LibraryError where no process
        can be begun."""
        path = self._data(data) if data is not None else None
        wanted = {
            "suite": suite, "data": str(path) if path else None, "data_dir": str(self._data_dir), "most": most,
            "fresh": fresh,
        }  # fmt: skip
        with self._lock:
            if going := next((run for run in self._runs.values() if not run.over), None):
                raise Busy(f"evaluation {going.id} is going on; wait for it or cancel it")
            id_ = self.reports.new_id(frozenset(self._runs))
            run = Evaluation(id=id_, status="running", suite=suite, data=data, created=datetime.now(UTC))
            self._process = _child(self._work(id_))
            self._runs[id_] = run
            for old in [run.id for run in self._runs.values() if run.over][:-REMEMBERED]:
                del self._runs[old]
        threading.Thread(target=self._follow, args=(run, self._process, wanted), name="evaluation", daemon=True).start()
        return run.model_copy(deep=True)

    def all(self) -> list[Evaluation]:
        """Every run that is remembered or has a report, the latest first."""
        ids = self.reports.ids()
        with self._lock:
            self._known = {id_: known for id_, known in self._known.items() if id_ in ids}
            missing = [id_ for id_ in ids if id_ not in self._known and id_ not in self._runs]
            runs = [run.model_copy(deep=True) for run in self._runs.values()]
        read = {id_: _told(id_, report) for id_ in missing if (report := self.reports.read(id_))}
        with self._lock:
            self._known |= read
            found = {run.id: run for run in [*self._known.values(), *runs]}
        return sorted(found.values(), key=lambda run: run.created, reverse=True)

    def get(self, id_: str) -> Evaluation | None:
        with self._lock:
            run = self._runs.get(id_)
            if run:
                return run.model_copy(deep=True)
        report = self.reports.read(id_)
        return _told(id_, report) if report else None

    def cancel(self, id_: str) -> Evaluation | None:
        """End a run at once; the outcomes it has are known to the next. A finished one stays as it is."""
        with self._lock:
            run = self._runs.get(id_)
            if run and not run.over:
                run.status, run.finished = "cancelled", datetime.now(UTC)
                if self._process:
                    self._process.terminate()
        return self.get(id_)

    def close(self) -> None:
        """End what is going on, and wait a little until nothing is left of it."""
        for run in self.all():
            self.cancel(run.id)
        with self._lock:
            process = self._process
        if process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(CLOSING)
        self.clear()

    def clear(self) -> None:
        """Remove what runs left that nobody could clear up after. Only while none is going on."""
        for folder in self.reports.folder.glob(f"{WORK}*"):
            shutil.rmtree(folder, ignore_errors=True)

    # -- inside ----------------------------------------------------------------------------------

    @property
    def _sets(self) -> Path:
        return self.reports.folder / "data"

    def _data(self, name: str) -> Path:
        """Data by its name; nothing outside of the folder for it, wherever a link may lead."""
        folder = self._sets.resolve()
        try:
            path = (folder / name).resolve()
            there = name.isprintable() and path.is_relative_to(folder) and path.exists()
        except (OSError, ValueError):
            there = False
        if not name or not there:
            known = ", ".join(self.sets()) or "nothing"
            raise InputError(f"no data {name[:100]!r} in evaluations/data of the library, which has {known}")
        return path

    def _follow(self, run: Evaluation, process: subprocess.Popen[str], wanted: dict[str, Any]) -> None:
        error: str | None = "something went wrong; the server's log has the details"
        started = time.monotonic()
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps(wanted) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                told = json.loads(line)
                if "error" in told:
                    error = self.reports.public(told["error"])
                elif "report" in told:
                    error = self._keep(run, Path(told["report"]))
                else:
                    with self._lock:
                        run.progress = EvaluationProgress(**told, seconds=round(time.monotonic() - started, 1))
        except (OSError, ValueError):
            if not run.over:
                log.exception("evaluation %s failed", run.id)
        finally:
            process.stdout.close()
            process.wait()
            shutil.rmtree(self._work(run.id), ignore_errors=True)
            with suppress(OSError):  # it may have ended before it was told anything
                process.stdin.close()
        with self._lock:
            if not run.over:
                run.status, run.error, run.finished = ("failed" if error else "done"), error, datetime.now(UTC)

    def _keep(self, run: Evaluation, file: Path) -> str | None:
        """Keep the report of a run; why it cannot be kept, or None."""
        try:
            report = read_report(file.name, file.read_text(encoding="utf-8"))
            self.reports.keep(report, run.id)
        except DanchungError as exc:
            return self.reports.public(str(exc))
        finally:
            file.unlink(missing_ok=True)
        with self._lock:
            run.suites = [_summary(suite) for suite in report.suites]
        return None

    def _work(self, id_: str) -> Path:
        """What a run writes while it goes on: one that is ended at once clears nothing up itself."""
        return self.reports.folder / f"{WORK}{id_}"


def _child(work: Path) -> subprocess.Popen[str]:
    with suppress(OSError):  # without it the system's own folder is taken
        work.mkdir(parents=True, exist_ok=True)
    given = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(work))
    given["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent.parent.parent), *sys.path])
    # On Windows the priority is given here; elsewhere the child lowers its own.
    flags = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "evals.serving.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            encoding="utf-8", creationflags=flags, env=os.environ | given,
        )  # fmt: skip
    except OSError as exc:
        raise LibraryError(f"no evaluation can be begun ({exc.strerror or exc}); try again later") from exc


def _is_data(path: Path) -> bool:
    return not path.name.startswith(".") and (path.is_dir() or path.suffix == ".jsonl")


def _told(id_: str, report: Report) -> Evaluation:
    """What is known of a run by its report alone."""
    finished = datetime.fromisoformat(report.created)
    return Evaluation(
        id=id_, status="done", created=datetime.strptime(id_[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
        finished=finished if finished.tzinfo else finished.replace(tzinfo=UTC),
        suite=report.suites[0].name if len(report.suites) == 1 else None,
        suites=[_summary(suite) for suite in report.suites],
        progress=EvaluationProgress(suites=len(report.suites), suites_total=len(report.suites), seconds=report.seconds),
    )  # fmt: skip


def _summary(suite: SuiteReport) -> SuiteSummary:
    figure = leading(suite)
    return SuiteSummary(
        name=suite.name, cases=len(suite.outcomes), failed=len(suite.failures),
        figure=figure.name if figure else None, value=figure.value if figure else None,
    )  # fmt: skip
