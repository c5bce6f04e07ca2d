"""Reports that are kept in the data directory of the library they are of: the last KEPT, one file each."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from evals.values import Report, read_report
from ingest.errors import InputError, LibraryError

KEPT = 20
ID = re.compile(r"\d{8}T\d{6}Z(?:-\d{1,3})?")


class Reports:
    """The reports in evaluations/ of a data directory. A server and a command may share it: each file is written whole
    and never changed."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir.resolve() / "evaluations"
        self._names = {str(data_dir.resolve()): "the library", str(Path(__file__).parent.parent): "danchung"}

    def new_id(self, taken: frozenset[str] = frozenset()) -> str:
        """The time as an id that no report has, nor any of those `taken`."""
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        numbers = [number for time, number in map(_order, {*self.ids(), *taken}) if time == now]
        return f"{now}-{max(numbers) + 1}" if numbers else now

    def file(self, id_: str) -> Path:
        return self.folder / f"{id_}.json"

    def keep(self, report: Report, id_: str | None = None) -> Path:
        """Keep a report, without where this machine keeps its files, and let the oldest go. Raises LibraryError where
        the disk refuses."""
        text = report.model_dump_json()
        for path, name in self._names.items():
            text = text.replace(json.dumps(path, ensure_ascii=False)[1:-1], name)
        file = self.file(id_ or self.new_id())
        part = file.with_name(f".{file.stem}.{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(text, encoding="utf-8", errors="replace")
            part.replace(file)
            for old in self.ids()[KEPT:]:
                self.file(old).unlink(missing_ok=True)
        except OSError as exc:
            part.unlink(missing_ok=True)
            raise LibraryError(f"{file}: the report cannot be kept ({exc.strerror or exc}); free space") from exc
        return file

    def ids(self) -> list[str]:
        """Of every report, the latest first."""
        found = self.folder.glob("*.json") if self.folder.is_dir() else ()
        return sorted((file.stem for file in found if ID.fullmatch(file.stem)), key=_order, reverse=True)

    def read(self, id_: str) -> Report | None:
        """A report; None where there is none of that id, or one of another release."""
        if not ID.fullmatch(id_):
            return None
        try:
            return read_report(f"{id_}.json", self.file(id_).read_text(encoding="utf-8"))
        except (OSError, InputError, UnicodeDecodeError):
            return None


def _order(id_: str) -> tuple[str, int]:
    time, _, number = id_.partition("-")
    return time, int(number or 1)
