"""What descriptions say of reports, against hand labels: precision and recall of each field.

`labels/description.jsonl` holds a line a report: {"file": a sample of corpus/, "period", "event_date", "places",
"people", "organisations"}, or {"name", "set", "text", …} for a report of another kind, written for this. A body is
right under any of its names, a role however its body is called.

The sets "other folders" and "held out" were written and labelled before they were first scored, and then tuned for. At
that first look the names had precision 0.97 and 0.95, recall 0.91 and 0.82; the roles 0.83 and 0.81, 0.75 and 0.65;
the bodies 0.87 and 0.86, 0.63 and 0.62. One hand wrote texts, labels and rules: expect that of a new folder.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.clean import mark_furniture
from ingest.describe import describe
from ingest.documents import Description
from ingest.readers import Reading, open_file, read
from ingest.readers.text import read_text
from ingest.text.organisations import fold_body
from ingest.text.people import role_key
from ingest.text.places import fold_place
from ingest.text.words import fold

ROOT = Path(__file__).parents[1]
LABELS = Path(__file__).parent / "labels" / "description.jsonl"
FIELDS = ("people", "roles", "organisations", "period", "places", "event date")


@dataclass(slots=True)
class Score:
    """How many of what was found is right and of what is there was found, and what was wrong."""

    right: int = 0
    found: int = 0
    there: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, name: str, found: set[Hashable], there: set[Hashable]) -> None:
        self.right += len(found & there)
        self.found += len(found)
        self.there += len(there)
        self.errors += [f"wrong, {name}: {item}" for item in sorted(map(str, found - there))]
        self.errors += [f"missed, {name}: {item}" for item in sorted(map(str, there - found))]

    @property
    def line(self) -> str:
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.there)
        return f"precision {precision:.3f} ({self.right}/{self.found}), recall {recall:.3f} ({self.right}/{self.there})"


def scores(labels: Path = LABELS, folder: Path = ROOT / "corpus") -> dict[tuple[str, str], Score]:
    """The score of each set and field over the labelled reports; files are looked for in `folder`."""
    totals: dict[tuple[str, str], Score] = {}
    for label, reading in _labelled(labels, folder):
        about = describe(reading, mark_furniture(reading.text, reading.blocks), "untitled")
        found, there = _found(about), _there(label)
        for name in FIELDS:
            score = totals.setdefault((label.get("set", folder.name), name), Score())
            score.add(str(label.get("file") or label["name"]), found[name], there[name])
    return totals


def report() -> list[str]:
    """A line for each set and field, to be printed."""
    return [f"{part:14} {name:14} {score.line}" for (part, name), score in scores().items()]


def _labelled(labels: Path, folder: Path) -> Iterator[tuple[dict[str, Any], Reading]]:
    for line in labels.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        yield label, read(open_file(folder / label["file"])) if "file" in label else read_text(label["text"])


def _found(about: Description) -> dict[str, set[Hashable]]:
    return {
        "people": {_name(person.name) for person in about.people},
        "roles": {(_name(person.name), _role(role)) for person in about.people for role in person.roles},
        "organisations": {fold_body(body.name) for body in about.organisations},
        "period": _one(about.period.label if about.period else None),
        "places": {fold_place(place) for place in about.places},
        "event date": _one(about.event_date.isoformat() if about.event_date else None),
    }


def _there(label: dict[str, Any]) -> dict[str, set[Hashable]]:
    return {
        "people": {_name(person["name"]) for person in label["people"]},
        "roles": {(_name(person["name"]), _role(role)) for person in label["people"] for role in person["roles"]},
        "organisations": set(map(fold_body, label["organisations"])),
        "period": _one(label["period"]),
        "places": set(map(fold_place, label["places"])),
        "event date": _one(label["event_date"]),
    }


def _one(value: str | None) -> set[Hashable]:
    return {value} if value else set()


def _name(name: str) -> str:
    return " ".join(fold(name).split())


def _role(role: str) -> str:
    """The role's key; "deputy heads" of two people are a deputy head each."""
    return " ".join(word[:-1] if word.endswith("s") else word for word in role_key(role).split())


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.description", description="Descriptions told right.")
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--folder", type=Path, default=ROOT / "corpus", help="where the labelled files are")
    parser.add_argument("--errors", action="store_true", help="say what was wrong")
    args = parser.parse_args(None if arguments is None else list(arguments))
    for (part, name), score in scores(args.labels, args.folder).items():
        print(f"{part:14} {name:14} {score.line}")
        for error in score.errors if args.errors else ():
            print(f"    {error}")


if __name__ == "__main__":
    main()
