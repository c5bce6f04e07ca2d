"""`make bench-peers`: Danchung beside other ways to search and answer from documents; one JSON, and its page."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.peers import answers, quality, speed
from benchmarks.peers.bench import Bench
from benchmarks.peers.environments import PEERS, Environment, NotInstalled, environment
from benchmarks.peers.machine import machine, quiet
from benchmarks.peers.page import write_page
from benchmarks.peers.talking import ROOT, PeerFailed, session
from evals.judge import open_judge
from ingest.e5 import NAME, ensure_model
from ingest.engine import open_engine

PARTS = ("ingestion", "sizes", "quality", "answers")
SIZES = (1_000, 10_000, 100_000, 1_000_000)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make bench-peers", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with public question sets; without it no quality is measured")
    parser.add_argument("--only", choices=PARTS, action="append", help="these parts")
    parser.add_argument("--peers", default=",".join(PEERS), help="which, with commas between")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--passages", type=int, default=10_000, help="passages of the largest size")
    parser.add_argument("--embedded", type=int, default=96, help="passages that are embedded for real, each round")
    parser.add_argument("--most", type=int, default=600, help="questions of each set")
    parser.add_argument("--golden", type=int, default=12, help="golden questions asked with the model")
    work = Path(tempfile.gettempdir()) / "danchung-bench-peers"
    parser.add_argument("--work", type=Path, default=work, help="where environments and sets are kept between runs")
    parser.add_argument("--json", type=Path, default=ROOT / "docs" / "benchmarks.json", metavar="FILE")
    parser.add_argument("--resume", action="store_true", help="measure only what the JSON has not")
    parser.add_argument("--page-only", action="store_true", help="write the page anew from the JSON; measure nothing")
    args = parser.parse_args(arguments)
    if args.data and not args.data.is_dir():
        parser.error(f"{args.data}: no such folder")
    if unknown := [name for name in args.peers.split(",") if name not in PEERS]:
        parser.error(f"no peer {unknown[0]!r}; there are {', '.join(PEERS)}")
    before: dict[str, Any] = json.loads(args.json.read_text("utf-8")) if args.resume and args.json.exists() else {}
    if before and before["rounds"] != args.rounds:
        parser.error(f"{args.json} is of --rounds {before['rounds']}")
    if args.page_only:
        write_page(args.json)
        return 0
    for found in measured(args, before):  # after each part, so that a run that is cut short is not lost
        args.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        write_page(args.json)
    return 0


def measured(args: argparse.Namespace, before: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """All that the page tells, so far, after each part; what was found `before` is not measured again."""
    args.work.mkdir(parents=True, exist_ok=True)
    ready, about = _prepared(args.peers.split(","), args.work)
    bench = Bench(ready, args.work, {"model": str(ensure_model())}, args.rounds, [*before.get("others", ())])
    found: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "seconds": {},
        **before,
    }
    found |= {"rounds": args.rounds, "engine": NAME, "peers": about}

    def timed(name: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        started = time.perf_counter()
        one = measure()
        found["seconds"][name] = round(time.perf_counter() - started)
        print(f"{name}: {found['seconds'][name]} s", file=sys.stderr, flush=True)
        found.update(quiet=quiet(bench.others), others=bench.others)
        return one

    parts = {
        "ingestion": lambda: speed.embedded(bench, args.data, args.embedded),
        "quality": lambda: quality.measure(bench, args.data, args.most),
        "answers": lambda: answers.measure(bench, open_judge("exact", open_engine), args.golden),
    }
    for name in args.only or PARTS:
        if name == "sizes":
            sizes = found.setdefault("sizes", [])
            known = {part["passages"] for part in sizes}
            for size in [size for size in SIZES if size <= args.passages and size not in known]:
                sizes.append(timed(f"{size:,} passages", lambda size=size: speed.sized(bench, size)))  # type: ignore[misc]
                yield found
        elif name not in found and (args.data or name != "quality"):
            found[name] = timed(name, parts[name])
            yield found


def _prepared(names: list[str], work: Path) -> tuple[dict[str, Environment], dict[str, Any]]:
    """The environments of the peers that can be run; and of all of them title, versions and size, or the error."""
    ready, about = dict[str, Environment](), dict[str, Any]()
    for name in names:
        about[name] = {"title": PEERS[name].title}
        try:
            made = environment(PEERS[name], work)
            about[name] |= {"environment_mb": made.megabytes, "versions": _versions(name, made, work)}
        except (NotInstalled, PeerFailed) as exc:
            print(f"{name}: {exc}", file=sys.stderr)
            about[name]["error"] = str(exc)
        else:
            ready[name] = made
    return ready, about


def _versions(name: str, made: Environment, work: Path) -> dict[str, str]:
    """As the peer tells them on opening, which also shows that it can be opened."""
    engine = {"model": str(ensure_model())}
    with (
        speed.fresh(work / "stores" / name / "empty") as store,
        session(made, store, engine, work / "logs" / f"{name}.log") as opened,
    ):
        versions: dict[str, str] = opened.told["versions"]
    return versions


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started ends too
    sys.exit(main())
