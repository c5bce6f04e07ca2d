"""Full and read-only disks: what is told, and that the next run finishes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from libraries import (
    Store,
    WordsEngine,
    assert_in_step,
    contents,
    write,
)
from nursery import Nursery, assert_nothing_is_half, made_up

from ingest.errors import LibraryError
from ingest.library import Library
from ingest.pipeline import ingest

# -- full and read-only disks ------------------------------------------------------------------------------


def test_files_that_may_not_grow_leave_a_library_that_the_next_run_finishes(
    nursery: Nursery, store: Store, tmp_path: Path
) -> None:
    reports, data, whole = tmp_path / "reports", tmp_path / "data", tmp_path / "whole"
    for number in range(25):
        write(reports / f"report-{number:02}.txt", made_up(number))
    kept, known = list[int](), dict[str, list[str]]()
    for largest in (20_000, 300_000, 400_000, 500_000, 600_000):
        assert nursery.run(store, data, reports, largest=largest) == "refused"
        kept.append(assert_nothing_is_half(data, store, known))
    assert kept == sorted(kept)
    assert 0 < kept[-1] < 25
    assert nursery.run(store, data, reports) == nursery.run(store, whole, reports) == "done"
    finished, uninterrupted = store.open(data), store.open(whole)
    for what, expected in contents(uninterrupted).items():
        assert contents(finished)[what] == expected, what
    finished.close()
    uninterrupted.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(disk)], capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_leaves_a_library_that_the_next_run_finishes(
    store: Store, small_disk: Path, tmp_path: Path
) -> None:
    reports, data = tmp_path / "reports", small_disk / "data"
    for number in range(8):
        write(reports / f"report-{number}.txt", made_up(number))
    first = store.open(data)
    ingest(first, [reports])
    first.close()
    refused = list[str]()
    for number, left in enumerate((0, 30_000, 100_000, 300_000, 1_000_000)):
        write(reports / f"report-{number}.txt", made_up(number, version=2))
        write(reports / f"more-{number}.txt", made_up(number + 100))
        fill(small_disk, left)
        try:
            opened = store.open(data)
            try:
                ingest(opened, [reports])
            finally:
                opened.close()
        except LibraryError as exc:
            refused.append(str(exc))
        (small_disk / "ballast").unlink()
        assert_nothing_is_half(data, store, {})
    assert len(refused) >= 2
    assert all(message.startswith(str(data)) and "\n" not in message for message in refused)

    again, whole = store.open(data), store.open(tmp_path / "whole")
    assert_in_step(again)
    assert not ingest(again, [reports]).failed
    ingest(whole, [reports])
    for what, expected in contents(whole).items():
        assert contents(again)[what] == expected, what
    again.close()
    whole.close()


def fill(disk: Path, left: int) -> None:
    """Leave only so many bytes free."""
    with (disk / "ballast").open("wb") as ballast:
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        os.posix_fallocate(ballast.fileno(), 0, free - left)


def test_a_read_only_disk_is_told_in_one_line(store: Store, small_disk: Path, folder: Path) -> None:
    first = store.open(small_disk / "data")
    ingest(first, [folder])
    before = contents(first)
    first.close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(LibraryError, match=f"{small_disk / 'data'}: is not writable") as caught:
        store.open(small_disk / "data")
    assert "\n" not in str(caught.value)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    again = store.open(small_disk / "data")
    assert contents(again) == before
    again.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser has every right")
def test_a_directory_without_rights_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    with pytest.raises(LibraryError, match="is not writable") as caught:
        Library(tmp_path / "data", WordsEngine())
    assert "\n" not in str(caught.value)
