"""JSONL files read strictly: whatever is wrong is named with its file, line and field."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ingest.errors import InputError

T = TypeVar("T")

NAMED = 5
"""Faults that an error names; the rest is counted."""
LONGEST_LINE = 20_000_000
"""Characters of a line that are read: an answer of some megabytes passes, a file that is no JSONL does not."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line's object, and where it stands. Its methods raise InputError with file, line and field."""

    file: str
    line: int
    values: dict[str, Any]

    @property
    def where(self) -> str:
        return f"{self.file}, line {self.line}"

    def wrong(self, what: str) -> InputError:
        return InputError(f"{self.where}: {what}")

    def get(self, name: str, kind: type[T], default: T | None = None) -> T:
        """A field of a type; an empty text is no text. Without a default it must be there."""
        value = self.values.get(name, default)
        if not isinstance(value, kind) or value == "" or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(f"{name} must be {kind.__name__}, not {_short(value)}")
        return value

    def id(self) -> str:
        """`id`, a text; a number will do."""
        value = self.values.get("id")
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.get("id", str)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; () where there is none."""
        found = self.get(name, list, [])
        if not all(isinstance(text, str) and text for text in found):
            raise self.wrong(f"{name} must be a list of texts")
        return tuple(found)

    def written_forms(self, name: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists: each thing, in the forms it may be written in."""
        things = self.get(name, list, [])
        if not all(isinstance(forms, list) and forms for forms in things) or not all(
            isinstance(form, str) and form for forms in things for form in forms
        ):
            raise self.wrong(f"{name} must be a list of lists of written forms")
        return tuple(tuple(forms) for forms in things)

    def rows(self, name: str) -> list[Row]:
        """A list of objects, each at this line."""
        found = self.get(name, list, [])
        if not all(isinstance(one, dict) for one in found):
            raise self.wrong(f"{name} must be a list of objects")
        return [Row(self.file, self.line, one) for one in found]

    def only(self, names: Iterable[str]) -> None:
        """Refuses fields it does not know: a misspelt one would be a demand that nobody makes."""
        if unknown := sorted(self.values.keys() - set(names)):
            raise self.wrong(f"unknown field {', '.join(unknown)}")


def read(file: Path, parse: Callable[[Row], T], key: Callable[[T], str], what: str = "case") -> list[T]:
    """What each line holds, in order; lines of nothing are passed over.

    Raises InputError, in one line, with the first faults of all: lines that are malformed, ids used twice, a file
    that cannot be read or holds nothing.
    """
    found: dict[str, T] = {}
    faults: list[str] = []
    for row in rows_of(file, faults):
        try:
            one = parse(row)
        except InputError as exc:
            faults.append(str(exc))
            continue
        if key(one) in found:
            faults.append(f"{row.where}: id {key(one)!r} is used twice")
        found[key(one)] = one
    if faults:
        more = f"; and {len(faults) - NAMED} more faults" if len(faults) > NAMED else ""
        raise InputError("; ".join(faults[:NAMED]) + more)
    if not found:
        raise InputError(f"{file}: holds no {what}")
    return list(found.values())


def rows_of(file: Path, faults: list[str]) -> Iterable[Row]:
    """Each line that is a JSON object; the others are added to `faults`."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as exc:
        raise InputError(f"{file}: cannot be read ({exc.strerror})") from exc
    except UnicodeDecodeError as exc:
        at = file.read_bytes()[: exc.start].count(b"\n") + 1
        raise InputError(f"{file}, line {at}: not UTF-8") from exc
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            faults.append(f"{file}, line {number}: longer than {LONGEST_LINE:,} characters")
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as exc:
            faults.append(f"{file}, line {number}: not JSON ({exc})")
            continue
        if isinstance(values, dict):
            yield Row(str(file), number, values)
        else:
            faults.append(f"{file}, line {number}: not a JSON object")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
