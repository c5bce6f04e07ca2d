"""What a run was made on."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.engine import processors


def machine() -> dict[str, Any]:
    """Processor, cores, memory in GB, system and Python; what cannot be told is left out."""
    found: dict[str, Any] = {
        "processor": _line("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": processors(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
    }
    if memory := _line("/proc/meminfo", "MemTotal"):
        found["memory_gb"] = round(int(memory.split()[0]) / 1e6, 1)
    flags = set((_line("/proc/cpuinfo", "flags") or "").split())
    found["int8"] = next((name for name in ("amx_int8", "avx512_vnni", "avx_vnni") if name in flags), "no VNNI")
    return found


BUSY = 0.1
"""The share of the processors' time that others may take of a machine that is called quiet."""
_WORKING = (0, 1, 2, 5, 6)
"""Of the times in /proc/stat: user, nice, system, interrupts of both kinds."""


class Others:
    """What share of the processors' time goes to processes that are neither this one nor its children that ended."""

    def __init__(self) -> None:
        self._started, self._busy, self._own = time.perf_counter(), _busy(), _own()

    def share(self) -> float | None:
        """Since this was made, 0 to 1; None where the system does not tell."""
        busy, seconds = _busy(), time.perf_counter() - self._started
        if busy is None or self._busy is None:
            return None
        theirs = (busy - self._busy) - (_own() - self._own)
        return round(max(0.0, theirs / (seconds * (os.cpu_count() or 1))), 3)


def quiet(others: Sequence[Mapping[str, Any]]) -> bool | None:
    """Whether others took less than BUSY in every round; None where that is not known."""
    shares = [one["share"] for one in others if one["share"] is not None]
    return all(share < BUSY for share in shares) if shares else None


def _busy() -> float | None:
    """Seconds that all processors worked since the machine was started."""
    try:
        times = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()[1:]
    except OSError:
        return None
    return sum(int(times[at]) for at in _WORKING) / os.sysconf("SC_CLK_TCK")


def _own() -> float:
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


def _line(file: str, name: str) -> str:
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "")
