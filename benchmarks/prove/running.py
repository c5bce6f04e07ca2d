"""The mother of runs, as those who start runs see it."""

from __future__ import annotations

import json
import subprocess
import sys
from types import TracebackType
from typing import Any, Self


class Runs:
    """Runs of a library in processes of their own, which may be killed; see `mother`."""

    def __init__(self) -> None:
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.prove.mother"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, do: str, **task: Any) -> dict[str, Any]:
        """How a run ended (`ended`: done, refused, killed, failed), its `seconds`, and what it says.

        `do`: ingest (`paths`), delete (`ids`), rebuild (`tokens`), look (`must`), compare (`twin`, `questions`); each
        of a library (`data`, `url`). `kill_after`: seconds. `workers`: files are read with them. `largest`: the bytes a
        file it writes may have.
        """
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        print(json.dumps({"do": do, "url": None, **task}), file=self._mother.stdin, flush=True)
        return dict(json.loads(self._mother.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.close()
        self._mother.wait(timeout=60)
        self._mother.stdout.close()
