"""What a run did, file by file, and how far it is."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

State = Literal["added", "updated", "unchanged", "missing", "removed", "skipped", "failed"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file, or of one packed in another; `message` says why it was skipped or failed.

    "missing" is a file that is gone from the disk and still in the library; with `prune` it is "removed".
    """

    path: str
    state: State
    document_id: str | None = None
    title: str | None = None
    passages: int = 0
    """Passages of it that are searched; 0 for a copy of another document."""
    message: str | None = None
    copy_of: str | None = None
    """The document it repeats; only what differs is searched in this one."""


@dataclass(slots=True)
class IngestReport:
    """What a run did."""

    files: list[FileOutcome] = field(default_factory=list)
    passages: int = 0
    """Passages embedded and stored."""
    repeated: int = 0
    """Passages that were not, as another document has them word for word."""
    tokens: int = 0
    """Of the passages stored (o200k_base)."""
    seconds: float = 0.0

    def count(self, state: State) -> int:
        return sum(outcome.state == state for outcome in self.files)

    @property
    def failed(self) -> list[FileOutcome]:
        return [outcome for outcome in self.files if outcome.state == "failed"]

    @property
    def repeated_share(self) -> float:
        """Passages that repeat another document's ÷ all passages read, 0 to 1."""
        return self.repeated / max(1, self.passages + self.repeated)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON has it: a count for each state, the sums, and the files."""
        counts: Counter[str] = Counter(outcome.state for outcome in self.files)
        return {state: counts[state] for state in STATES} | {
            "passages": self.passages,
            "repeated": self.repeated,
            "repeated_share": round(self.repeated_share, 4),
            "tokens": self.tokens,
            "seconds": round(self.seconds, 2),
            "files": [asdict(outcome) for outcome in self.files],
        }

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> IngestReport:
        """The report `as_dict` was made from."""
        files = [FileOutcome(**outcome) for outcome in told["files"]]
        return cls(files, told["passages"], told["repeated"], told["tokens"], told["seconds"])


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `outcome` is what has just become of a file; None while one is being embedded."""

    outcome: FileOutcome | None
    files: int
    """Files done with, of `files_total`."""
    files_total: int
    bytes: int
    """Bytes of the files done with, of `bytes_total`; a large file counts by the part of it that is embedded."""
    bytes_total: int
    passages: int
    """Passages embedded so far."""
    seconds: float

    @property
    def rate(self) -> float:
        """Passages a second."""
        return self.passages / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """By the bytes left to read; None while there is nothing to tell by."""
        if self.bytes <= 0 or self.seconds < 1:
            return None
        return self.seconds * (self.bytes_total - self.bytes) / self.bytes


OnProgress = Callable[[Progress], None]


class Reporter:
    """Keeps the report of a run and tells its progress."""

    def __init__(self, files: int, size: int, tell: OnProgress | None) -> None:
        self.report = IngestReport()
        self._files_total, self._bytes_total = files, size
        self._files, self._bytes = 0, 0.0
        self._tell = tell
        self._started = time.perf_counter()

    def outcome(self, outcome: FileOutcome, within: bool = False) -> None:
        """A file is done; or one packed in it, `within` a file that is not."""
        self.report.files.append(outcome)
        self._told(outcome, self._files + within)

    def done(self, size: float, whole: bool = True) -> None:
        """Bytes of a file are done with; the file too where it is `whole`."""
        self._files += whole
        self._bytes += size

    def embedded(self, passages: int, size: float) -> None:
        """Passages have been embedded, which are so many bytes of their file."""
        self.report.passages += passages
        self._bytes += size
        self._told(None, self._files)

    def repeated(self, passages: int) -> None:
        self.report.repeated += passages

    def finish(self) -> IngestReport:
        self.report.seconds = time.perf_counter() - self._started
        return self.report

    def _told(self, outcome: FileOutcome | None, files: int) -> None:
        if self._tell:
            self._tell(
                Progress(
                    outcome, files, self._files_total, min(int(self._bytes), self._bytes_total), self._bytes_total,
                    self.report.passages, time.perf_counter() - self._started,
                )
            )  # fmt: skip
