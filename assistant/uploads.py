"""Jobs of ingestion: uploads, read into the library one job after the other, and picked up again after a crash.

    uploads/NAME      the files, kept so that a citation can be looked up and a rebuild can read them
    jobs/ID.json      what each job is to read and what became of it

Both lie in the data directory, and nothing that is uploaded is ever written outside it.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
import unicodedata
import uuid
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, Field, ValidationError

from assistant.assistant import Assistant
from ingest.errors import DanchungError, InputError, LibraryError
from ingest.files import storable
from ingest.report import FileOutcome, Progress, State

log = logging.getLogger("danchung")

JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]
KEPT = 200
"""Finished jobs that are remembered."""
FAILURES_FOR = timedelta(days=1)
"""How long an upload that came to nothing is told of beside the documents."""
LONGEST_NAME = 200
"""Bytes of a file's name."""


class FileResult(BaseModel):
    """What became of one file, or of one packed in another."""

    name: str = Field(examples=["2024-review.pdf"])
    state: State | Literal["refused"] = Field(
        description="“failed”: it cannot be read; “refused”: its name or its place in the upload cannot be used."
    )
    document_id: str | None = None
    title: str | None = None
    passages: int = Field(default=0, description="Passages of it that are searched; 0 for a copy.")
    message: str | None = Field(default=None, description="Why it failed, or was skipped.")
    copy_of: str | None = Field(default=None, description="The document it repeats.")


class JobProgress(BaseModel):
    """How far a job is."""

    files: int = 0
    files_total: int = 0
    bytes: int = 0
    bytes_total: int = 0
    passages: int = Field(default=0, description="Passages embedded so far.")
    seconds: float = 0.0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was uploaded and of which there is no document: it is waited for, or it came to nothing."""

    name: str
    state: Literal["waiting", "reading", "failed"]
    message: str | None = None


class Job(BaseModel):
    """Files to be read into the library, and what became of each."""

    id: str
    status: JobStatus
    created: datetime
    finished: datetime | None = None
    names: list[str] = Field(description="The files that were uploaded.")
    files: list[FileResult] = Field(default=[], description="What became of them, as far as that is known.")
    progress: JobProgress = JobProgress()
    error: str | None = Field(default=None, description="Why the job as a whole failed, or null.")

    @property
    def over(self) -> bool:
        return self.status in ("done", "failed", "cancelled")


class Jobs:
    """Reads what is uploaded, one job at a time, in a thread of its own."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._uploads = assistant.library.data_dir.resolve() / "uploads"
        self._folder = assistant.library.data_dir.resolve() / "jobs"
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[str] = deque()
        self._changed = threading.Condition()
        self._current: str | None = None
        self._stop, self._closing = threading.Event(), False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Read what earlier processes left, go on with the jobs they did not finish, and begin."""
        for file in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else []:
            try:
                job = Job.model_validate_json(file.read_text(encoding="utf-8"))
            except (OSError, ValidationError) as exc:
                log.warning("%s: is no job, and left alone (%s)", file.name, type(exc).__name__)
                continue
            self._jobs[job.id] = job
        for job in sorted(self._jobs.values(), key=lambda job: job.created):
            if not job.over:
                job.status, job.files = "queued", [f for f in job.files if f.state == "refused"]
                self._waiting.append(job.id)
        self._thread = threading.Thread(target=self._run, name="ingestion", daemon=True)
        self._thread.start()

    def close(self, seconds: float = 20.0) -> None:
        """Stop after what is being written; what is left is done by the next process."""
        with self._changed:
            self._closing = True
            self._stop.set()
            self._changed.notify_all()
        if self._thread:
            self._thread.join(seconds)

    # -- uploads ---------------------------------------------------------------------------------

    def keep(self, name: str, content: IO[bytes], but_not: Collection[str] = ()) -> str:
        """Keep an uploaded file, whole or not at all; returns its name. Raises InputError for a name that cannot be
        one, or is one of those `but_not`, LibraryError where the disk refuses."""
        name = plain_name(name)
        if name in but_not:
            raise InputError(f"{name}: there are two files of this name in the upload; rename one")
        self._uploads.mkdir(parents=True, exist_ok=True)
        part = self._uploads / f".{uuid.uuid4().hex}.part"
        try:
            with part.open("xb") as out:
                shutil.copyfileobj(content, out, 1 << 20)
            part.replace(self._uploads / name)
        except OSError as exc:
            raise LibraryError(f"{name}: cannot be kept ({exc.strerror or exc}); free space or check rights") from exc
        finally:
            part.unlink(missing_ok=True)
        return name

    def forget(self, document_id: str) -> None:
        """Take a document out of the library; an uploaded file it came from, and nothing else came from, too. Raises
        InputError when there is none with that id."""
        file = self._assistant.library.file_of(document_id)
        self._assistant.remove(document_id)
        if file and not self._assistant.library.ids_in(file):
            path = Path(file)
            if path.parent == self._uploads:
                path.unlink(missing_ok=True)
                self._assistant.library.forget_file(file)

    # -- jobs ------------------------------------------------------------------------------------

    def add(self, names: list[str], refused: Sequence[FileResult] = ()) -> Job:
        """A job that reads these uploads, and tells of those that were refused. Raises LibraryError where the disk
        refuses."""
        now = datetime.now(UTC)
        job = Job(id=uuid.uuid4().hex, status="queued", created=now, names=names, files=list(refused))
        with self._changed:
            try:
                self._write(job)
            except OSError as exc:
                raise LibraryError(f"no job can be begun ({exc.strerror or exc}); free space or check rights") from exc
            self._jobs[job.id] = job
            self._waiting.append(job.id)
            self._forget_old()
            self._changed.notify_all()
        return job

    def get(self, id_: str) -> Job | None:
        """A job as it is now."""
        with self._changed:
            job = self._jobs.get(id_)
            return job.model_copy(deep=True) if job else None

    def all(self) -> list[Job]:
        """Every job, the latest first, without its files."""
        with self._changed:
            jobs = [job.model_copy(update={"files": []}) for job in self._jobs.values()]
        return sorted(jobs, key=lambda job: job.created, reverse=True)

    def uploads(self) -> list[Upload]:
        """Files that are being read or wait for it, and those of the last FAILURES_FOR that came to nothing; of a name
        that was uploaded again, what became of it last."""
        since = datetime.now(UTC) - FAILURES_FOR
        last: dict[str, Upload | None] = {}
        with self._changed:
            for job in sorted(self._jobs.values(), key=lambda job: job.created):
                done = {result.name for result in job.files}
                for result in job.files:
                    failed = result.state in ("failed", "refused") and (not job.over or job.created > since)
                    last[result.name] = Upload(result.name, "failed", result.message) if failed else None
                if not job.over:
                    state: Literal["waiting", "reading"] = "reading" if job.status == "running" else "waiting"
                    last |= {name: Upload(name, state) for name in job.names if name not in done}
        return [upload for upload in last.values() if upload]

    def cancel(self, id_: str) -> Job | None:
        """End a job after what it is writing; what it has read stays in. A finished one stays as it is."""
        with self._changed:
            job = self._jobs.get(id_)
            if job and not job.over:
                self._finish(job, "cancelled")
                if self._current == id_:
                    self._stop.set()
                else:
                    self._drop_unread(job)
            return job.model_copy(deep=True) if job else None

    def unfinished(self) -> int:
        with self._changed:
            return sum(not job.over for job in self._jobs.values())

    # -- inside ----------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if self._closing:
                    return
                job = self._jobs.get(self._waiting.popleft())
                if job is None or job.over:
                    continue
                self._current = job.id
                self._stop.clear()
                job.status = "running"
                self._note(job)
            self._read(job)

    def _read(self, job: Job) -> None:
        error: str | None = None
        try:
            paths = [self._uploads / name for name in job.names]
            self._assistant.ingest(paths, lambda progress: self._tell(job, progress), stop=self._stop)
        except DanchungError as exc:
            error = self._public(str(exc))
        except Exception:
            log.exception("job %s failed", job.id)
            error = "something went wrong; the server's log has the details"
        with self._changed:
            self._current = None
            if self._closing and not job.over:  # to be gone on with by the next process
                return
            self._drop_unread(job)
            if not job.over:  # cancelled
                job.error = error
                self._finish(job, "failed" if error else "done")

    def _tell(self, job: Job, progress: Progress) -> None:
        with self._changed:
            job.progress = JobProgress(
                files=progress.files, files_total=progress.files_total, bytes=progress.bytes,
                bytes_total=progress.bytes_total, passages=progress.passages, seconds=round(progress.seconds, 2),
                seconds_left=progress.seconds_left,
            )  # fmt: skip
            if progress.outcome:
                job.files.append(self._result(progress.outcome))

    def _result(self, outcome: FileOutcome) -> FileResult:
        message = self._public(outcome.message) if outcome.message else None
        return FileResult(
            name=self._public(outcome.path), state=outcome.state, document_id=outcome.document_id,
            title=outcome.title, passages=outcome.passages, message=message, copy_of=outcome.copy_of,
        )  # fmt: skip

    def _public(self, text: str) -> str:
        """Without where the data directory lies on the server."""
        text = text.replace(f"{self._uploads}{os.sep}", "")
        return text.replace(str(self._assistant.library.data_dir.resolve()), "the library")

    def _drop_unread(self, job: Job) -> None:
        """Files from which no document came are not kept; but one of the same name may have come since, and is still to
        be read."""
        awaited = {name for other in self._jobs.values() if other is not job and not other.over for name in other.names}
        for name in job.names:
            path = self._uploads / name
            try:
                if name not in awaited and not self._assistant.library.ids_in(storable(str(path))):
                    path.unlink(missing_ok=True)
            except (OSError, DanchungError) as exc:  # the thread that reads goes on
                log.warning("job %s: %s stays, unread (%s)", job.id, name, exc)

    def _finish(self, job: Job, status: JobStatus) -> None:
        job.status, job.finished = status, datetime.now(UTC)
        self._note(job)
        self._changed.notify_all()

    def _note(self, job: Job) -> None:
        """Write how the job is. A full disk may not end the thread that reads; the next start then reads it again."""
        try:
            self._write(job)
        except OSError as exc:
            log.warning("job %s: cannot be written (%s)", job.id, exc.strerror or exc)

    def _write(self, job: Job) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f".{job.id}.part"
        part.write_text(job.model_dump_json(), encoding="utf-8")
        part.replace(self._folder / f"{job.id}.json")

    def _forget_old(self) -> None:
        over = sorted((job for job in self._jobs.values() if job.over), key=lambda job: job.created)
        for job in over[: max(0, len(over) - KEPT)]:
            del self._jobs[job.id]
            (self._folder / f"{job.id}.json").unlink(missing_ok=True)


def plain_name(given: str) -> str:
    """A file's name that names no other place. Raises InputError, which says what is wrong with it."""
    name = unicodedata.normalize("NFC", given).strip()
    shown = repr(name[:60])
    if not name or name in (".", ".."):
        raise InputError("a file has no name; send one with its ending, which tells the format")
    if any(mark in name for mark in ("/", "\\", ":")) or not name.isprintable():
        raise InputError(f"{shown} is no plain file name; leave out folders and signs that cannot be printed")
    if name.startswith((".", "~", "-")):
        raise InputError(f"{shown}: a name may not begin with {name[0]!r}; rename the file")
    try:
        length = len(name.encode())
    except UnicodeEncodeError as exc:
        raise InputError(f"{shown} has half a character in it; rename the file") from exc
    if length > LONGEST_NAME:
        raise InputError(f"{shown}… is longer than {LONGEST_NAME} bytes; rename the file")
    return name
