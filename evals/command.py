"""`danchung eval`: the command line of the evaluation.

Exit codes: 0 done; 1 a figure is under its floor, or cases could not be scored; 2 usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.cli import DONE, SOME_FAILED, Parser
from assistant.settings import Settings
from evals.judge import DEFAULT
from evals.kept import Reports
from evals.measures import MEASURES, measure_of, shown
from evals.run import Wanted, run
from evals.suites import SUITES
from evals.values import Report
from ingest.errors import InputError


def main(argv: Sequence[str]) -> int:
    """Run `danchung eval …`; returns its exit code. Raises InputError for what cannot be used."""
    if argv[:1] == ["draft"]:
        from evals.drafting.command import main as draft

        return draft(argv[1:])
    if argv[:1] == ["check"]:
        return _check(argv[1:])
    args = _parser().parse_args(argv)
    wanted = Wanted(
        suite=None if args.suite in (None, "all") else args.suite,
        data=args.data,
        data_dir=args.data_dir,
        documents=args.documents,
        judge=args.judge,
        workers=args.jobs,
        most=args.most,
        fresh=args.fresh,
        against=args.against,
    )
    for file in (args.json_file, args.html_file):
        _writable(file)
    report = run(wanted)
    from evals.report import as_html, as_text

    print(as_text(report, args.failures))
    if report.library:
        print(f"kept as {Reports(Settings.load(args.data_dir).data_dir).keep(report)}", file=sys.stderr)
    if args.json_file:
        _write(args.json_file, json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    if args.html_file:
        _write(args.html_file, as_html(report))
    faults = [*floors_missed(report), *gates_missed(report, args.fail_under, args.fail_over), *unscored(report)]
    for fault in faults:
        print(f"danchung: {fault}", file=sys.stderr)
    return SOME_FAILED if faults else DONE


def _parser() -> Parser:
    parser = Parser(
        prog="danchung eval",
        description="Measure answers. Without options: every suite, on the data that comes with Danchung.",
        epilog="`danchung eval draft` proposes questions from a library; `danchung eval check FILE…` checks files of "
        "cases. docs/evaluation.md explains the suites, the files and the figures.",
    )
    suites = "; ".join(f"{name}: {about}" for name, about in SUITES.items())
    parser.add_argument("suite", nargs="?", choices=(*SUITES, "all"), metavar="SUITE", help=f"{suites} (default: all)")
    parser.add_argument("--data", type=Path, metavar="PATH", help="a file or folder of sets of your own")
    parser.add_argument("--data-dir", metavar="DIR", help="the library to ask (default: as for `danchung ask`)")
    parser.add_argument("--documents", type=Path, metavar="DIR", help="ask reports read afresh from here")
    parser.add_argument("--judge", default=DEFAULT, metavar="NAME", help=f"{DEFAULT} (default, no key), exact or model")
    parser.add_argument("--json", metavar="FILE", dest="json_file", help="write the report as JSON")
    parser.add_argument("--html", metavar="FILE", dest="html_file", help="write the report as a page")
    parser.add_argument("--against", metavar="FILE", help="compare with a report saved by --json")
    gate = "; may be given more than once; SUITE.NAME for one suite"
    parser.add_argument("--fail-under", action="append", default=[], type=_gate, metavar="NAME=VALUE",
                        help=f"exit 1 where a figure is under a value{gate}")  # fmt: skip
    parser.add_argument("--fail-over", action="append", default=[], type=_gate, metavar="NAME=VALUE",
                        help="the same for a figure that is to be low: latency_ms, cost, brier")  # fmt: skip
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help="cases at a time (1); more for a model")
    parser.add_argument("--most", type=_count, metavar="N", help="at most N cases of each set, evenly picked")
    parser.add_argument("--fresh", action="store_true", help="take nothing from earlier runs")
    parser.add_argument("--failures", action="store_true", help="print every failed case, not the first dozen")
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 up")
    return int(text)


Gate = tuple[str | None, str, float]
"""(suite or None for every one, measure, value)."""


def _gate(text: str) -> Gate:
    name, _, value = text.partition("=")
    suite, _, measure = name.rpartition(".")
    if suite and suite not in SUITES:
        raise argparse.ArgumentTypeError(f"no suite {suite!r}; there are {', '.join(SUITES)}")
    if measure not in MEASURES:
        raise argparse.ArgumentTypeError(f"no measure {measure!r}; there are {', '.join(MEASURES)}")
    try:
        return suite or None, measure, float(value)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE") from exc


# -- gates ---------------------------------------------------------------------------------------


def floors_missed(report: Report) -> list[str]:
    """Each figure that is under the floor its suite comes with."""
    return [
        f"{suite.name}: {name} {shown(name, value)} is under its floor, {floor:g}"
        for suite in report.suites
        for name, floor in suite.floors.items()
        if (value := suite.value(name)) is not None and value < floor
    ]


def gates_missed(report: Report, under: Sequence[Gate], over: Sequence[Gate] = ()) -> list[str]:
    """Each gate that a suite does not pass, or that nothing was scored for: a gate that measures nothing is no gate."""
    faults = []
    for gates, word in ((under, "under"), (over, "over")):
        for wanted, name, bound in gates:
            measure_of(name)
            suites = [s for s in report.suites if wanted is None or s.name.split()[0] == wanted]
            values = [(s.name, value) for s in suites if (value := s.value(name)) is not None]
            if not values:
                faults.append(f"{name} was scored on nothing, and {bound:g} was asked for")
            faults += [
                f"{suite}: {name} {shown(name, value)} is {word} {bound:g}"
                for suite, value in values
                if (value < bound if word == "under" else value > bound)
            ]
    return faults


def unscored(report: Report) -> list[str]:
    """Each suite with cases that could not be scored: such a run says nothing of them."""
    return [
        f"{suite.name}: {len(suite.unscored)} of {len(suite.outcomes)} cases are not scored "
        f"({suite.unscored[0].error}); run again to go on with them"
        for suite in report.suites
        if suite.unscored
    ]


# -- files ---------------------------------------------------------------------------------------


def _check(argv: Sequence[str]) -> int:
    """`danchung eval check FILE…`: every fault of every file, with its line and field."""
    from evals.checking import faults_of

    parser = Parser(prog="danchung eval check", description="Check files of cases: every fault with line and field.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    failed = False
    for file in parser.parse_args(argv).files:
        sort, count, faults = faults_of(file)
        failed = failed or bool(faults)
        for fault in faults:
            print(fault)
        print(f"{file}: {count} {sort} cases, " + (f"{len(faults)} faults" if faults else "no fault"))
    return SOME_FAILED if failed else DONE


def _writable(file: str | None) -> None:
    """Before a long run, not after it."""
    if file and not Path(file).resolve().parent.is_dir():
        raise InputError(f"{file}: there is no folder {Path(file).parent}")


def _write(file: str, text: str) -> None:
    try:
        Path(file).write_text(text, encoding="utf-8", errors="replace")
    except OSError as exc:
        raise InputError(f"{file}: cannot be written ({exc.strerror})") from exc
