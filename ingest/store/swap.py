"""A rebuilt library takes the place of the old one, whenever the change is interrupted."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FOLDER, COMPLETE = "rebuild", "complete"
_PARTS = ("chroma", "words", "catalog.sqlite3")


def mark_complete(data_dir: Path) -> None:
    """From here on the rebuilt library is the one that counts."""
    with (data_dir / FOLDER / COMPLETE).open("wb") as file:
        os.fsync(file.fileno())


def finish_rebuild(data_dir: Path) -> None:
    """Move a complete rebuilt library into place; each step can be taken again. Does nothing where there is none."""
    new = data_dir / FOLDER
    if not (new / COMPLETE).exists():
        return
    for name in _PARTS:
        if (new / name).exists():
            for old in (name, f"{name}-wal", f"{name}-shm"):
                _delete(data_dir / old)
            (new / name).rename(data_dir / name)
    shutil.rmtree(new)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
