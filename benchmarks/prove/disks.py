"""Disks that are full, or may only be read: what is told, and that the next run finishes."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.prove.made_up import question, report, write
from benchmarks.prove.row import Row, Scale, Tally, skipped
from benchmarks.prove.running import Runs
from benchmarks.prove.stores import each_store

FREE = (0, 10_000, 30_000, 60_000, 100_000, 200_000, 300_000, 500_000, 1_000_000, 2_000_000)
LARGEST = (20_000, 100_000, 200_000, 250_000, 300_000, 400_000, 800_000)
RUNS: dict[str, dict[str, Any]] = {"ingest": {}, "rebuild": {"tokens": 60}}


def prove(scale: Scale) -> Iterator[Row]:
    """Full disks with both kinds of store, files that may not grow, and disks that may only be read."""
    del scale
    with each_store() as stores, Runs() as runs:
        for store, url in stores.items():
            yield _may_not_grow(runs, url, f"files that may not grow, {store}")
            with _small_disk() as disk:
                if disk is None:
                    yield skipped(f"disk full, {store}", "no file system may be mounted here; it takes the superuser")
                    yield _no_rights(runs, url, f"read-only folder, {store}")
                else:
                    yield _full(runs, url, disk, f"disk full, {store}")
                    yield _read_only(runs, url, disk, f"read-only disk, {store}")


@contextmanager
def _small_disk() -> Iterator[Path | None]:
    """A file system of 32 MB; None where none may be mounted."""
    with tempfile.TemporaryDirectory(prefix="prove-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "none", folder]
        if os.name != "posix" or subprocess.run(mount, capture_output=True).returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def _full(runs: Runs, url: str | None, disk: Path, name: str) -> Row:
    tally, refused = Tally(name), 0
    with tempfile.TemporaryDirectory(prefix="prove-full-") as folder:
        library = _Pair(runs, url, Path(folder), disk / "data")
        for left in FREE:
            for do, task in RUNS.items():
                library.change()
                _fill(disk, left)
                ended = library.run(do, **task)
                (disk / "ballast").unlink()
                refused += ended["ended"] == "refused"
                tally.count(library.lost(do, task), _problem(ended, str(disk)))
    return tally.row(f"{refused} runs refused in words, finished when there was space again")


def _may_not_grow(runs: Runs, url: str | None, name: str) -> Row:
    tally, refused = Tally(name), 0
    with tempfile.TemporaryDirectory(prefix="prove-grow-") as folder:
        library = _Pair(runs, url, Path(folder), Path(folder) / "data")
        for largest in LARGEST:
            library.change()
            ended = library.run("ingest", largest=largest)
            refused += ended["ended"] == "refused"
            tally.count(library.lost("ingest", {}), _problem(ended, folder))
    return tally.row(f"{refused} runs refused in words")


def _read_only(runs: Runs, url: str | None, disk: Path, name: str) -> Row:
    tally = Tally(name)
    with tempfile.TemporaryDirectory(prefix="prove-ro-") as folder:
        library = _Pair(runs, url, Path(folder), disk / "again")
        for do, task in RUNS.items():
            library.change()
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            ended = library.run(do, **task)
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
            problem = "it was written" if ended["ended"] == "done" else _problem(ended, str(disk))
            tally.count(library.lost(do, task), problem)
    return tally.row("refused in words, and as it was afterwards")


def _no_rights(runs: Runs, url: str | None, name: str) -> Row:
    tally = Tally(name)
    with tempfile.TemporaryDirectory(prefix="prove-ro-") as folder:
        library = _Pair(runs, url, Path(folder), Path(folder) / "data")
        library.change()
        library.data.chmod(0o500)
        ended = library.run("ingest")
        library.data.chmod(0o700)
        tally.count(
            library.lost("ingest", {}), "it was written" if ended["ended"] == "done" else _problem(ended, folder)
        )
    return tally.row("refused in words, and as it was afterwards")


def _problem(ended: dict[str, Any], folder: str) -> str:
    """What is wrong with how a run ended: it may be done, or refused in one line that names the folder."""
    if ended["ended"] == "done":
        return ""
    said = str(ended.get("said", ""))
    good = ended["ended"] == "refused" and folder in said and "\n" not in said
    return "" if good else f"{ended['ended']}: {said[:120]}"


def _fill(disk: Path, left: int) -> None:
    with (disk / "ballast").open("wb") as ballast:
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        os.posix_fallocate(ballast.fileno(), 0, max(1, free - left))


class _Pair:
    """A library on a disk that fails, and its twin on one that does not, over the same reports."""

    def __init__(self, runs: Runs, url: str | None, folder: Path, data: Path) -> None:
        self._runs, self._url, self._reports, self.data = runs, url, folder / "reports", data
        self._twin, self._turn = folder / "twin", 0
        for number in range(8):
            write(self._reports / f"{number}.txt", report(number))
        self._must(self.run("ingest"))

    def change(self) -> None:
        """Reports to be read anew, and a new one."""
        self._turn += 1
        write(self._reports / f"{self._turn % 8}.txt", report(self._turn % 8, version=1 + self._turn))
        write(self._reports / f"new-{self._turn}.txt", report(100 + self._turn))

    def run(self, do: str, **task: Any) -> dict[str, Any]:
        return self._runs.run(do, data=str(self.data), paths=[str(self._reports)], url=self._url, **task)

    def lost(self, do: str, task: dict[str, Any]) -> int:
        """What is missing or wrong once the run has been started again, beside the twin."""
        self._must(self.run(do, **task))
        twin = {"paths": [str(self._reports)], "url": self._url, "data": str(self._twin)}
        self._must(self._runs.run(do if self._twin.exists() else "ingest", **twin, **task))
        if do == "rebuild":
            self._must(self._runs.run("rebuild", **twin, **task))
            for data in (self.data, self._twin):  # what changed meanwhile
                self._must(self._runs.run("ingest", **{**twin, "data": str(data)}))
        compared = self._runs.run(
            "compare", data=str(self.data), twin=str(self._twin), url=self._url, questions=[question(7)]
        )
        return int(compared.get("lost", 1))

    @staticmethod
    def _must(ended: dict[str, Any]) -> None:
        if ended["ended"] != "done":
            raise RuntimeError(f"fails without a fault: {ended.get('said')}")
