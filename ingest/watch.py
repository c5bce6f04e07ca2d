"""Following folders: a sign each time something in them has changed."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.errors import InputError
from ingest.files import is_url

QUIET_MS = 1000
"""Milliseconds nothing must change for before a change is told: files are copied in many, and written in parts."""

TICK_MS = 200


def changes(given: Sequence[str | Path], stop: threading.Event | None = None) -> Iterator[None]:
    """One item as soon as the paths are followed, then one each time files under them changed, until `stop` is set:
    who reads at each item misses nothing. Addresses are not followed.

    Raises InputError where there is no folder or file to follow.
    """
    from watchfiles import Change, watch

    paths = [os.path.expanduser(str(path)) for path in given if not is_url(str(path))]
    missing = next((path for path in paths if not Path(path).exists()), None)
    if missing or not paths:
        raise InputError(f"{missing or 'an address'}: cannot be followed; name a folder that is there")

    def is_report(_: Change, path: str) -> bool:
        return not Path(path).name.startswith((".", "~$"))

    followed = False
    for changed in watch(
        *paths, watch_filter=is_report, step=QUIET_MS, debounce=60_000, stop_event=stop, rust_timeout=TICK_MS,
        yield_on_timeout=True,
    ):  # fmt: skip
        if changed or not followed:  # the first tick tells that the system has begun to watch
            followed = True
            yield
