"""One process owns a data directory: Chroma loses vectors, silently, when two write to one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import LibraryBusy, LibraryError

if TYPE_CHECKING:
    from filelock import BaseFileLock


def own(data_dir: Path, wait: float, owner: str) -> tuple[BaseFileLock, bool]:
    """Lock the data directory for this process, waiting up to `wait` seconds; and whether the last owner was stopped
    before it could close it.

    The operating system frees the lock of a process that dies. Raises LibraryBusy, LibraryError.
    """
    from filelock import FileLock, Timeout

    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise LibraryError(f"{data_dir}: cannot be made a data directory ({exc.strerror or exc})") from exc
    if not os.access(data_dir, os.W_OK):
        raise LibraryError(f"{data_dir}: is not writable; name another with --data-dir")
    lock = FileLock(data_dir / "lock", timeout=wait, thread_local=False)  # any thread may close the library
    try:
        lock.acquire()
    except Timeout as exc:
        held = read_owner(data_dir)
        who = f"process {held.get('pid', '?')} ({held.get('command', 'danchung')})"
        url = held.get("url")
        way = f"ask it at {url}" if url else "wait until it is done"
        raise LibraryBusy(f"{data_dir}: in use by {who}; {way}, stop it, or name another --data-dir", url) from exc
    except OSError as exc:
        raise LibraryError(f"{data_dir}: cannot be locked ({exc.strerror or exc})") from exc
    interrupted = (data_dir / "owner.json").exists()
    try:
        write_owner(data_dir, owner, None)
    except OSError as exc:
        lock.release()
        raise LibraryError(f"{data_dir}: cannot be written ({exc.strerror or exc}); check space and rights") from exc
    return lock, interrupted


def write_owner(data_dir: Path, command: str, url: str | None, token: str | None = None) -> None:
    """Record who owns the directory, for a second process: to tell its user, or to hand work to a server. Only the
    directory's user can read it, for the `token` lets its bearer have files read."""
    record = {"pid": os.getpid(), "command": command, "url": url} | ({"token": token} if token else {})
    file = data_dir / "owner.json"
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        file.chmod(0o600)
        json.dump(record, out)


def read_owner(data_dir: Path) -> dict[str, Any]:
    """What the owning process wrote of itself: pid, command, url; {} where nobody did."""
    try:
        return dict(json.loads((data_dir / "owner.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def server_of(data_dir: Path, asker: str) -> str | None:
    """Where the server is that owns the directory, if one does: found out before an engine is loaded.

    What a killed server wrote of itself stays behind, so the lock is asked, not its word.
    """
    if not read_owner(data_dir).get("url"):
        return None
    try:
        lock, _ = own(data_dir, 0.0, asker)
    except LibraryBusy as exc:
        return exc.url
    lock.release()
    return None
