"""`danchung figures`: the figures that reports give, to read, as JSON, or as CSV."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any, Protocol

from assistant.figures import MOST, FigureInfo, Figures, csv_lines
from assistant.figures_arguments import FILTERS
from ingest.errors import InputError

DONE = 0


class Listing(Protocol):
    """The library in this process, or a server that owns it."""

    def figures(
        self, filters: Any = None, *, conflicts: bool = False, sort: str = "source", limit: int = 100, offset: int = 0
    ) -> Figures: ...


def list_figures(args: argparse.Namespace, asked: Listing) -> int:
    """Run the command; its exit code. Raises InputError."""
    if args.limit is not None and args.limit < 1:
        raise InputError(f"--limit must be 1 or more, not {args.limit}")
    found = _found(args, asked)
    if args.json:
        print(json.dumps([figure.model_dump() for figure in found], ensure_ascii=False, indent=2))
    elif args.csv and str(args.csv) == "-":
        sys.stdout.writelines(csv_lines(found))
    elif args.csv:
        # With the mark that tells a spreadsheet the file is UTF-8.
        with args.csv.open("w", encoding="utf-8-sig", newline="") as file:
            file.writelines(csv_lines(found))
        print(f"{args.csv}: written")
    else:
        _print(found)
    return DONE


def _found(args: argparse.Namespace, asked: Listing) -> Iterator[FigureInfo]:
    """The figures asked for, a page at a time. The first is read at once, so that a mistake writes no file."""
    filters = {name: values for name in FILTERS if (values := getattr(args, name))}

    def page(offset: int, left: int | None) -> Figures:
        limit = MOST if left is None else min(MOST, left)
        return asked.figures(filters, conflicts=args.conflicts, sort=args.sort, limit=limit, offset=offset)

    first = page(args.offset, args.limit)

    def rest() -> Iterator[FigureInfo]:
        current, left = first, args.limit
        while True:
            yield from current.figures
            left = None if left is None else left - len(current.figures)
            if current.next is None or left == 0:
                return
            current = page(current.next, left)

    return rest()


def _print(found: Iterator[FigureInfo]) -> None:
    count = 0
    for figure in found:
        count += 1
        said = " · ".join(part for part in (figure.counted, figure.period, figure.place, figure.source) if part)
        print(f"{shown_value(figure):>18}  {said}")
        print(f"{'':20}“{' '.join(figure.quote.split())}”")
        for other in figure.conflicts:
            print(f"{'':20}! {other.written} says {other.source}: “{' '.join(other.quote.split())}”")
    print(f"{count} figures" if count else "No figures: nothing passes the filters, or the library is empty.")


def shown_value(figure: FigureInfo) -> str:
    """The value with its unit, hedge, and a sign where it is a change."""
    sign = {"about": "~", "under": "<", "over": ">"}.get(figure.sense or "", "")
    number = f"{figure.value:,}"
    unit = {"percent": " %"}.get(figure.unit, f" {figure.unit}" if figure.unit else "")
    return f"{'Δ ' if figure.change else ''}{sign}{number}{unit}"
