"""Following folders: a sign after something changed, and none for what is no report."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from libraries import LETTERS, PARCELS

from ingest import watch
from ingest.errors import InputError
from ingest.watch import changes


class Follower:
    """A thread that counts the signs."""

    def __init__(self, *paths: Path | str) -> None:
        self.signs = 0
        self.stop = threading.Event()
        self.problem: BaseException | None = None
        self._paths = paths
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def _follow(self) -> None:
        try:
            for _ in changes(self._paths, self.stop):
                self.signs += 1
        except BaseException as exc:  # noqa: BLE001 handed to the test's own thread
            self.problem = exc

    def comes_to(self, signs: int) -> bool:
        for _ in range(400):
            if self.signs >= signs:
                return True
            time.sleep(0.02)
        return False

    def end(self) -> None:
        self.stop.set()
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()
        assert self.problem is None


@pytest.fixture
def follow(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Follower]:
    """Follows the three reports, with little patience."""
    monkeypatch.setattr(watch, "QUIET_MS", 40)
    follower = Follower(folder)
    # Only once a first change is told is it certain that it follows.
    for number in range(100):
        (folder / "first.txt").write_text(f"{number}")
        if follower.signs:
            break
        time.sleep(0.1)
    settle(follower)
    yield follower
    follower.end()


def settle(follower: Follower) -> None:
    """Wait until no sign comes any more, then count from 0."""
    before = -1
    while before != follower.signs:
        before = follower.signs
        time.sleep(0.15)
    follower.signs = 0


def test_a_file_written_changed_moved_and_deleted_is_told_each_time(follow: Follower, folder: Path) -> None:
    for number, change in enumerate(
        [
            lambda: (folder / "new.txt").write_text(LETTERS),
            lambda: (folder / "new.txt").write_text(PARCELS),
            lambda: (folder / "new.txt").rename(folder / "moved.txt"),
            lambda: (folder / "moved.txt").unlink(),
            lambda: shutil.copytree(folder, folder / "deep"),
            lambda: (folder / "deep" / "letters.txt").write_text(PARCELS),
        ]
    ):
        change()
        assert follow.comes_to(1), number
        settle(follow)


def test_many_changes_at_once_are_told_once(follow: Follower, folder: Path) -> None:
    for number in range(40):
        (folder / f"report-{number}.txt").write_text(LETTERS)
    assert follow.comes_to(1)
    time.sleep(0.3)
    assert follow.signs <= 2


def test_what_is_no_report_is_not_told(follow: Follower, folder: Path) -> None:
    (folder / ".hidden.txt").write_text(LETTERS)
    (folder / "~$report.docx").write_text("kept by Word beside an open file")
    time.sleep(0.4)
    assert follow.signs == 0
    (folder / "report.txt").write_text(LETTERS)
    assert follow.comes_to(1)


def test_a_change_while_the_last_is_worked_on_is_told_after_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "QUIET_MS", 40)
    stop = threading.Event()
    signs = changes([folder], stop)
    write = threading.Timer(0.5, (folder / "letters.txt").write_text, [PARCELS])
    write.start()
    next(signs)
    (folder / "bridges.txt").write_text(PARCELS)  # as ingestion goes on
    time.sleep(0.2)
    next(signs)
    stop.set()
    assert next(signs, None) is None
    write.join()


def test_it_ends_when_it_is_told_to(folder: Path) -> None:
    stop = threading.Event()
    started = time.monotonic()
    threading.Timer(0.2, stop.set).start()
    assert list(changes([folder], stop)) == []
    assert time.monotonic() - started < 5
    stop.set()
    assert list(changes([folder], stop)) == []


def test_addresses_are_not_followed_and_folders_beside_them_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "QUIET_MS", 40)
    stop = threading.Event()
    threading.Timer(0.5, (folder / "letters.txt").write_text, [PARCELS]).start()
    signs = changes(["https://example.org/sitemap.xml", folder], stop)
    next(signs)
    stop.set()


@pytest.mark.parametrize(
    ("given", "says"),
    [(["https://example.org/a"], "an address: cannot be followed"), ([], "cannot be followed"),
     (["nowhere"], "nowhere: cannot be followed; name a folder that is there")],
)  # fmt: skip
def test_what_cannot_be_followed_is_told_in_one_line(given: list[str], says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        next(changes(given))
    assert "\n" not in str(caught.value)
