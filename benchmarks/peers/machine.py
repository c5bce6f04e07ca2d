"""What a run was made on."""

from __future__ import annotations

import os
import platform
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


def quiet(loads: list[dict[str, Any]]) -> bool:
    """Whether the machine had nothing else to do before the first round: a load average under a quarter of the cores.
    Later rounds' averages are the peers' own work."""
    return not loads or float(loads[0]["before"]) < 0.25 * (os.cpu_count() or 1)


def _line(file: str, name: str) -> str:
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "")
