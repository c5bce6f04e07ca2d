"""`make audit`: the lock against the known vulnerabilities, with pip-audit, where its database can be reached."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.prove.lock import LOCK, packages
from benchmarks.prove.row import Row, Scale, skipped

NAME = "known vulnerabilities in the lock"
SECONDS = 300


def prove(scale: Scale) -> Iterator[Row]:
    """One row: a trial is a package, and one that is known to be vulnerable has not survived."""
    yield audit(LOCK) if scale.audit else skipped(NAME, "not asked for; `make audit` does it")


def audit(lock: Path) -> Row:
    """The row. Skipped where pip-audit is not installed, or does not reach its database."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--no-deps", "--disable-pip",
               "--progress-spinner", "off", "--format", "json"]  # fmt: skip
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return skipped(NAME, f"pip-audit did not end within {SECONDS} s")
    if "No module named pip_audit" in ran.stderr:
        return skipped(NAME, "pip-audit is not installed; `make audit` sets it up")
    return told(ran.stdout, ran.stderr, len(packages(lock)), round(time.perf_counter() - started, 1))


def told(output: str, errors: str, count: int, seconds: float) -> Row:
    """What pip-audit's JSON says."""
    try:
        found = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (errors.strip().splitlines() or ["nothing is told"])[-1]
        return skipped(NAME, f"the database was not reached ({last[:100]})")
    bad = [f"{each['name']} {each['version']}: {', '.join(v['id'] for v in each['vulns'])}"
           for each in found if each.get("vulns")]  # fmt: skip
    unknown = [each["name"] for each in found if each.get("skip_reason")]
    if len(unknown) == len(found):
        return skipped(NAME, "the database was not reached: it knows none of the packages")
    note = "; ".join(filter(None, [*bad, f"not looked up: {', '.join(unknown)}" if unknown else ""]))
    return Row(NAME, count, count - len(bad) - len(unknown), 0, seconds, note)


def main() -> int:
    row = audit(LOCK)
    print(f"{row.name}: {row.survived} of {row.tried} packages without. {row.note}".strip())
    return 0 if row.good else 1


if __name__ == "__main__":
    sys.exit(main())
