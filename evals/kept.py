"""Reports that are kept in the data directory of the library they are of: the last KEPT, one file each."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.values import Report, read_report
from ingest.errors import InputError, LibraryError

KEPT = 20
_CODE = Path(__file__).parent.parent
ID = re.compile(r"\d{8}T\d{6}Z(?:-\d{1,3})?")


class Reports:
    """The reports in evaluations/ of a data directory. A server and a command may share it: each file is written whole
    and never changed."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir.resolve() / "evaluations"
        # A link to the directory is told as it was given, its target as it is resolved.
        places = {data_dir.resolve(): "the library", data_dir.absolute(): "the library", _CODE: "danchung"}
        self._names = [
            (re.compile(rf"(?<![\w/\\]){re.escape(str(place))}(?!\w)"), name)
            for place, name in sorted(places.items(), key=lambda one: len(str(one[0])), reverse=True)
        ]

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
        if report.comparison:
            earlier = report.comparison.model_copy(update={"against": Path(report.comparison.against).name})
            report = report.model_copy(update={"comparison": earlier})
        text = json.dumps(self._placeless(json.loads(report.model_dump_json())), ensure_ascii=False)
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

    def public(self, text: str) -> str:
        """Without where the data directory and the code lie on this machine."""
        for place, name in self._names:
            text = place.sub(name, text)
        return text

    def _placeless(self, value: Any) -> Any:
        """Each text of a JSON value without them: a path is whole there, which it is not among JSON's escapes."""
        if isinstance(value, dict):
            return {self.public(key): self._placeless(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._placeless(one) for one in value]
        return self.public(value) if isinstance(value, str) else value

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
