"""`danchung ingest`: read once, or follow; here, or in the server that owns the library; and say how it goes."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from typing import TYPE_CHECKING

from ingest.errors import InputError, LibraryBusy
from ingest.report import STATES, IngestReport, Progress

if TYPE_CHECKING:
    from assistant.settings import Settings
    from ingest.engine import Engine

DONE, SOME_FAILED = 0, 1
WAIT = 10.0


def read_in(args: argparse.Namespace, owner: str) -> int:
    """Run the command; returns its exit code. Raises what the library and the paths raise."""
    from assistant.settings import Settings

    if not args.paths and not args.rebuild:
        raise InputError("ingest needs a PATH: a file, a folder, or an address; see `danchung ingest --help`")
    if args.ray is not None and (args.watch or args.rebuild):
        raise InputError("--ray goes with reading once, not with --watch or --rebuild")
    reading = _Reading(args, Settings.load(args.data_dir), owner)
    code = DONE
    if args.rebuild:
        reading.rebuild()
    if args.paths and args.watch:
        reading.follow()
    elif args.paths:
        code = reading.once()
    return code


class _Reading:
    """One command's work; the engine is kept from one run to the next, the library is not, so that others can ask."""

    def __init__(self, args: argparse.Namespace, settings: Settings, owner: str) -> None:
        self._args, self._settings, self._owner = args, settings, owner
        self._engine: Engine | None = None

    def once(self, quiet: bool = False) -> int:
        """Read what changed; 1 where something failed. `quiet` says nothing of the unchanged."""
        display = Display(self._args.json, quiet)
        try:
            report = self._run(display)
        finally:
            display.clear()
        display.summary(report)
        return SOME_FAILED if report.failed else DONE

    def rebuild(self) -> None:
        from ingest.engine import open_engine
        from ingest.rebuild import rebuild

        self._engine = open_engine(self._settings.embedding)
        display = Display(self._args.json, quiet=True)
        try:
            report = rebuild(
                self._settings.data_dir, self._engine, display.show, owner=self._owner,
                chroma_url=self._settings.chroma_url, passage_tokens=self._settings.passage_tokens,
            )  # fmt: skip
        finally:
            display.clear()
        if not self._args.json:
            print(f"{report.passages} passages made anew in {report.seconds:.1f} s")

    def follow(self) -> None:
        """Read, and again whenever something changes, until stopped."""
        from ingest.watch import changes

        for number, _ in enumerate(changes(self._args.paths)):
            self.once(quiet=number > 0)
            if number == 0 and not self._args.json:
                print("following; Ctrl-C ends", flush=True)

    def _run(self, display: Display) -> IngestReport:
        from assistant.assistant import Assistant
        from assistant.remote import RemoteAssistant
        from ingest.store.owner import server_of

        if self._args.ray is not None:
            return self._spread(display)
        try:
            url = server_of(self._settings.data_dir, self._owner)
            if url is None:
                wait = WAIT if self._args.watch else 0.0
                with Assistant.open(
                    settings=self._settings, engine=self._engine, wait=wait, owner=self._owner
                ) as assistant:
                    self._engine = assistant.library.engine
                    return assistant.ingest(self._args.paths, display.show, prune=self._args.prune)
        except LibraryBusy as exc:
            if exc.url is None:
                raise
            url = exc.url
        remote = RemoteAssistant.of(self._settings.data_dir, url)
        return remote.ingest(self._args.paths, display.show, prune=self._args.prune)

    def _spread(self, display: Display) -> IngestReport:
        """As `_run`, read and embedded by a Ray cluster. Raises LibraryBusy where a server owns the library: it reads
        by itself."""
        from assistant.assistant import Assistant
        from ingest.spread import cluster

        with (
            cluster(self._args.ray) as spread,
            Assistant.open(settings=self._settings, owner=self._owner) as assistant,
        ):
            reads = spread.reads(self._settings.embedding, assistant.library.engine.name)
            return assistant.ingest(self._args.paths, display.show, prune=self._args.prune, reads=reads)


class Display:
    """What the reader of a terminal sees of a run: a line a file, and below them how far it is.

    In a pipe there is no such line; with `as_json` only what failed is said, on standard error.
    """

    def __init__(self, as_json: bool, quiet: bool = False) -> None:
        self._as_json, self._quiet = as_json, quiet
        self._live = sys.stderr.isatty()
        self._shown = False

    def show(self, progress: Progress) -> None:
        outcome = progress.outcome
        if outcome:
            place = f"[{progress.files}/{progress.files_total}] "
            if outcome.state in ("failed", "skipped", "missing"):
                self.clear()
                print(f"{place}{outcome.state}: {outcome.message}", file=sys.stderr, flush=True)
            elif not self._as_json and not (outcome.state == "unchanged" and (self._quiet or self._live)):
                self.clear()
                count = f", {outcome.passages} passages" if outcome.passages else ""
                copy = f", repeats {outcome.copy_of}" if outcome.copy_of else ""
                print(f"{place}{outcome.state}: {outcome.path}{count}{copy}", flush=True)
        if self._live:
            self.clear()
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(_how_far(progress)[:width])
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        """Take the line that says how far it is away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False

    def summary(self, report: IngestReport) -> None:
        """What the run did, in one line; or all of it as JSON."""
        if self._as_json:
            print(json.dumps(report.as_dict(), ensure_ascii=False, indent=2), flush=True)
            return
        counted = ", ".join(f"{report.count(state)} {state}" for state in STATES if report.count(state))
        more = f"; {report.passages} passages" if report.passages else ""
        if report.repeated:
            more += f", {report.repeated} more repeat others ({report.repeated_share:.0%})"
        print(f"{counted or 'nothing to do'} in {report.seconds:.1f} s{more}", flush=True)


def _how_far(progress: Progress) -> str:
    """ "37/120 files · 31 passages/s · 2 min left"."""
    parts = [f"{progress.files}/{progress.files_total} files"]
    if progress.passages:
        parts.append(f"{progress.rate:.0f} passages/s")
    if (left := progress.seconds_left) is not None and progress.passages:
        parts.append(f"{left / 60:.0f} min left" if left >= 90 else f"{left:.0f} s left")
    return " · ".join(parts)
