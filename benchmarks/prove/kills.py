"""kill -9 during ingestion, re-ingestion, deletion and a rebuild, at random points, with both kinds of store.

Each library has a twin that goes through the same and is never killed. After each kill the library is opened or the run
is simply started again, and then both must hold the same and answer the same.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.prove.made_up import question, report, write
from benchmarks.prove.row import Row, Scale, Tally
from benchmarks.prove.running import Runs
from benchmarks.prove.stores import each_store

KINDS = ("ingest", "re-ingest", "delete", "rebuild")


def prove(scale: Scale) -> Iterator[Row]:
    """A row for each kind of run and store; `scale.points` kills a store."""

    def story(store: str, url: str | None) -> list[Row]:
        with tempfile.TemporaryDirectory(prefix="prove-kills-") as folder, Runs() as runs:
            return _Story(Path(folder), url, runs, scale.seed).told(f", {store}", max(1, scale.points // 4))

    with each_store() as stores, ThreadPoolExecutor() as beside:
        for rows in [beside.submit(story, *store) for store in stores.items()]:
            yield from rows.result()


class _Story:
    """What a library and its twin go through."""

    def __init__(self, folder: Path, url: str | None, runs: Runs, seed: int) -> None:
        self.reports, self.url, self.runs, self.rng = folder / "reports", url, runs, random.Random(seed)
        self.data, self.twin = str(folder / "data"), str(folder / "twin")
        self.versions: dict[int, int] = {}
        self.next, self.tokens = 0, 200
        self.held: set[str] = set()

    def told(self, store: str, kills: int) -> list[Row]:
        tallies = {kind: Tally(f"kill -9 during {kind}{store}") for kind in KINDS}
        rounds = 0
        while any(tally.tried < kills for tally in tallies.values()):
            rounds += 1
            if rounds > 10 * kills + 10:
                raise RuntimeError("runs end before they can be killed")
            for kind in KINDS:
                self._round(kind, tallies[kind], tallies[kind].tried < kills)
        return [tally.row() for tally in tallies.values()]

    def _round(self, kind: str, tally: Tally, killing: bool) -> None:
        do, task = getattr(self, f"_{kind.replace('-', '_')}")()
        task |= {"url": self.url, "workers": self.rng.random() < 0.03}
        whole = self.runs.run(do, data=self.twin, **task)
        if whole["ended"] != "done":
            raise RuntimeError(f"{kind} fails without a fault: {whole.get('said')}")
        killed, lost = False, 0
        if killing:
            after = self.rng.uniform(0, 1.1 * whole["seconds"])
            killed = self.runs.run(do, data=self.data, kill_after=after, **task)["ended"] == "killed"
            if killed and self.rng.random() < 0.5:
                must = sorted(self.held & set(self._look(self.twin)["ids"]))
                lost += self._look(self.data, must)["lost"]
        again = self.runs.run(do, data=self.data, **task)
        questions = [question(n, self.versions[n]) for n in self.rng.sample(sorted(self.versions), 1)]
        same = self.runs.run("compare", data=self.data, twin=self.twin, url=self.url, questions=questions)
        self.held = set(same.get("ids", ()))
        ended = [run for run in (again, same) if run["ended"] != "done"]
        if killed or ended or same.get("lost"):
            tally.count(lost + same.get("lost", 0), ended[0].get("said", "failed") if ended else "")

    def _look(self, data: str, must: list[str] | None = None) -> dict[str, Any]:
        looked = self.runs.run("look", data=data, url=self.url, must=must or [])
        return looked if looked["ended"] == "done" else {"ids": [], "lost": 1 + len(must or [])}

    # -- what is done, each once a round -----------------------------------------------------------

    def _ingest(self) -> tuple[str, dict[str, Any]]:
        for number in range(self.next, self.next + 6):
            self._write(number)
        if self.next:
            write(self.reports / f"copy-{self.next}.txt", report(self.next))
        self.next += 6
        return "ingest", {"paths": [str(self.reports)]}

    def _re_ingest(self) -> tuple[str, dict[str, Any]]:
        for number in self.rng.sample(sorted(self.versions), 5):
            self._write(number)
        return "ingest", {"paths": [str(self.reports)]}

    def _delete(self) -> tuple[str, dict[str, Any]]:
        """Documents; their files too, or they would be read again."""
        from ingest.store.catalog import Catalog

        catalog = Catalog(Path(self.twin) / "catalog.sqlite3")
        held = {summary.id: Path(summary.path) for summary in catalog.summaries()}
        catalog.close()
        ids = self.rng.sample(sorted(held), max(1, min(len(held) - 4, 5 + (len(held) > 20))))
        for id_ in ids:
            held[id_].unlink(missing_ok=True)
            if held[id_].stem.isdigit():
                self.versions.pop(int(held[id_].stem), None)
        return "delete", {"ids": ids}

    def _rebuild(self) -> tuple[str, dict[str, Any]]:
        self.tokens = 60 if self.tokens == 200 else 200
        return "rebuild", {"tokens": self.tokens}

    def _write(self, number: int) -> None:
        self.versions[number] = self.versions.get(number, 0) + 1
        write(self.reports / f"{number}.txt", report(number, self.versions[number]))
