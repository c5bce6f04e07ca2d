"""`make prove`: every fault, as a table and as docs/prove.json. Exit code 1 where anything was lost."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.prove import (
    chroma_down,
    clock,
    connections,
    disks,
    earlier_library,
    endpoint,
    fuzzed_documents,
    fuzzed_questions,
    kills,
    load,
    vulnerabilities,
)
from benchmarks.prove.row import Row, Scale

ROOT = Path(__file__).parents[2]
FAMILIES: dict[str, Callable[[Scale], Iterator[Row]]] = {
    "kills": kills.prove, "disks": disks.prove, "clock": clock.prove, "chroma": chroma_down.prove,
    "model": endpoint.prove, "documents": fuzzed_documents.prove, "questions": fuzzed_questions.prove,
    "load": load.prove, "earlier": earlier_library.prove, "connections": connections.prove,
    "vulnerabilities": vulnerabilities.prove,
}  # fmt: skip
VERSIONS = ("danchung", "chromadb", "tantivy", "onnxruntime", "llama-index-core", "gradio", "openai")
LINE = "{:<52}{:>7}{:>10}{:>6}{:>8}  {}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make prove", description=__doc__)
    usual = Scale()
    parser.add_argument("--only", nargs="+", choices=FAMILIES, metavar="FAMILY", help=f"of {', '.join(FAMILIES)}")
    parser.add_argument("--points", type=int, default=usual.points, help="kills for each kind of store")
    parser.add_argument("--stops", type=int, default=usual.stops, help="of the Chroma server")
    parser.add_argument("--documents", type=int, default=usual.documents, help="fuzzed documents")
    parser.add_argument("--questions", type=int, default=usual.questions, help="fuzzed questions")
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="of mixed load; 30 for the long one")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--no-audit", action="store_true", help="ask no database for known vulnerabilities")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the rows are written")
    args = parser.parse_args(argv)
    scale = Scale(args.points, args.stops, args.documents, args.questions, args.minutes, args.seed, not args.no_audit)
    print(LINE.format("fault", "tried", "survived", "lost", "s", ""), flush=True)
    rows, started = list[Row](), time.perf_counter()
    for family in args.only or FAMILIES:
        for row in _of(family, scale):
            rows.append(row)
            print(LINE.format(row.name, row.tried, row.survived, row.lost, f"{row.seconds:.0f}", row.note), flush=True)
            if args.json:
                _write(args.json, [row], scale.seed)
    bad = [row.name for row in rows if not row.good]
    passed_over = [row.name for row in rows if row.skipped]
    print(f"{sum(row.tried for row in rows):,} trials in {time.perf_counter() - started:.0f} s; "
          f"lost {sum(row.lost for row in rows)}")  # fmt: skip
    if passed_over:
        print(f"SKIPPED, so not proven: {', '.join(passed_over)}")
    if bad:
        print(f"NOT AS IT SHOULD BE: {', '.join(bad)}")
    return 1 if bad else 0


def _of(family: str, scale: Scale) -> Iterator[Row]:
    """A family's rows; one that breaks off is itself a row that did not survive."""
    started = time.perf_counter()
    try:
        yield from FAMILIES[family](scale)
    except Exception as exc:  # noqa: BLE001 the other families are proven all the same
        yield Row(family, 1, 0, 0, round(time.perf_counter() - started, 1), f"broke off: {exc!r}"[:300])


def _write(file: Path, rows: Sequence[Row], seed: int) -> None:
    """Rows, each with its date. Those that are there already, of the same machine and versions, stay, but for those
    made anew: families may be run one by one."""
    here: dict[str, object] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in VERSIONS},
        "seed": seed,
    }
    before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept = before.get("rows", ()) if all(before.get(name) == here[name] for name in here) else ()
    now, names = datetime.now(UTC).isoformat(timespec="seconds"), {row.name for row in rows}
    made = [asdict(row) | {"date": now} for row in rows]
    record = here | {"rows": [*(row for row in kept if row["name"] not in names), *made]}
    file.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
