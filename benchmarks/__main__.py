"""`make bench`: the engine, what a person waits for, and, with `--data DIR`, quality on public question sets."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

from benchmarks import (
    cleaning,
    description,
    engine,
    figures,
    grounding,
    ingesting,
    judging,
    limits,
    page,
    retrieval,
    scale,
    serving,
)
from benchmarks.fitting import WORK
from ingest.engine import open_engine

PARTS = (
    "engine", "serving", "page", "ingest", "cleaning", "figures", "grounding", "judge", "scale", "limits", "retrieval",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with public question sets")
    parser.add_argument("--only", choices=PARTS, help="one part")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--long", action="store_true", help="load the server for minutes, and with 20,000 requests")
    parser.add_argument("--most", type=int, default=10_000, help="questions of each set")
    parser.add_argument("--passages", type=int, default=100_000, help="passages of the largest library to search in")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--work", type=Path, default=WORK, help="where the sets' libraries are kept between runs")
    args = parser.parse_args()
    if args.data and not args.data.is_dir():
        parser.error(f"{args.data}: no such folder")
    parts = [args.only] if args.only else list(PARTS)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    found: dict[str, Any] = {}
    if "engine" in parts:
        print("== engine", flush=True)
        found["engine"] = engine.run(args.data, args.repeats)
    if "serving" in parts:
        print("\n== what a person waits for: median (spread)", flush=True)
        found["serving"] = serving.measure(args.repeats, args.long)
        serving.print_table(found["serving"])
    if "page" in parts:
        print("\n== what a reader of the page waits for: median (spread)", flush=True)
        found["page"] = page.measure(args.repeats, args.work)
        page.print_table(found["page"])
    if "ingest" in parts:
        print("\n== ingestion: median (spread)", flush=True)
        found["ingest"] = ingesting.measure(args.repeats)
        ingesting.print_table(found["ingest"])
    if "cleaning" in parts:
        print("\n== furniture and descriptions, against hand labels of corpus/", flush=True)
        found["cleaning"] = [*cleaning.report(), *description.report()]
        print("\n".join(found["cleaning"]))
    if "figures" in parts:
        print("\n== figures taken from corpus/, against hand labels", flush=True)
        found["figures"] = figures.report()
        print("\n".join(found["figures"]))
    if "grounding" in parts:
        print("\n== grounding: supported told from not, with the engine; the exact checks' speed", flush=True)
        found["grounding"] = {"labelled": grounding.report(grounding.by_engine(open_engine()))}
        print("\n".join(found["grounding"]["labelled"]))
        found["grounding"]["per_second"] = grounding.speed(min(args.repeats, 3))
        for name, value in found["grounding"]["per_second"].items():
            print(f"{name}: {value:,.0f} statements a second, one core")
        if args.data:
            found["grounding"]["public"] = grounding.public(args.data)
            print("\n".join(found["grounding"]["public"]))
    if "judge" in parts:
        print("\n== the judges: balanced accuracy at their own thresholds", flush=True)
        found["judge"] = judging.report(args.data, args.most)
        print("\n".join(found["judge"]))
    if "scale" in parts:
        print("\n== search at scale, ms: p50 (p95)", flush=True)
        found["scale"] = scale.measure(args.work, args.passages, min(args.repeats, 3))
        scale.print_table(found["scale"])
    if "limits" in parts:
        print("\n== limits: median (lowest to highest)", flush=True)
        found["limits"] = limits.measure(args.data, args.repeats)
        limits.print_table(found["limits"])
    if "retrieval" in parts and args.data:
        print("\n== retrieval", flush=True)
        found["retrieval"] = retrieval.measure(args.data, args.work, args.most)
        retrieval.print_table(found["retrieval"])
    if args.json:
        args.json.write_text(json.dumps(found, indent=2, default=float) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
