"""What `danchung figures` takes. Apart from what it does, so that `--help` imports nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

FILTERS = {
    "measure": "of what is counted, in any of the languages: defendants, bị can",
    "period": "of this period: 2024, 2024-H1, 2024-Q3",
    "place": "of this place, or nationwide", "unit": "in this unit: percent, dong, days, count …",
    "language": "from passages in this language: en, fr, vi", "source": "from a file with this in its name",
    "document": "from this document, by its id", "text": "with these words in what is counted, place or source",
}  # fmt: skip


def figures_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    group = parser.add_argument_group("only figures (may be given more than once)")
    for name, help in FILTERS.items():
        group.add_argument(f"--{name}", action="append", metavar=name.upper(), help=help)
    group.add_argument("--conflicts", action="store_true", help="over which sources differ")
    parser.add_argument(
        "--sort", default="source", help="source, value, unit, counted, period, place; -value: backwards"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="how many at most (default: all)")
    parser.add_argument("--offset", type=int, default=0, metavar="N", help="how many to leave out")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--csv", type=Path, metavar="FILE", help="write CSV to a file; - is standard output")
