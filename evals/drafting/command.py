"""`danchung eval draft`: proposes golden questions from a library, into a file that a person edits."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice, zip_longest
from pathlib import Path

from assistant.answer import DocumentInfo
from assistant.cli import DONE, SOME_FAILED, Parser
from evals.cases import Case
from evals.drafting.figures import proposals
from evals.drafting.judged import judged
from evals.drafting.written import Refused, written
from evals.subject import System
from evals.workspace import Workspace, open_model
from ingest.errors import InputError, ModelError
from ingest.text.periods import find_periods, years_of


def main(argv: Sequence[str]) -> int:
    """Run `danchung eval draft …`; returns its exit code: 1 where the model failed, with what it wrote before."""
    args = _parser().parse_args(argv)
    cases: list[Case]
    file = None if args.out == "-" else Path(args.out)
    if file and file.exists() and not args.force:
        raise InputError(f"{file} is there already, and may have been edited; name another with --out, or add --force")
    if args.verdicts:
        cases = list(judged(args.verdicts))[: args.most]
        _write(file, cases)
        print(f"{len(cases)} questions that readers judged in {file or 'standard output'}.", file=sys.stderr)
        if file:
            print(f"Edit them, then: danchung eval check {file}", file=sys.stderr)
        return DONE
    with Workspace(args.data_dir) as workspace:
        folder = args.documents
        subject = workspace.reports(f"{folder.name}/", folder) if folder else workspace.library()
        model = open_model(workspace.settings, "--model") if args.model else None
        refused, failed = Refused(), ""
        documents = list(_documents(subject.system))
        year = uncovered(documents)
        cases = []
        drafts = [written(info, model, refused) if model else proposals(info, year) for info in documents]
        try:
            cases += islice(in_turns(drafts), args.most)
        except ModelError as exc:
            failed = str(exc)
    _write(file, cases)
    dropped = (
        f"; {refused.count} of the model's were dropped, for the report does not prove them" if refused.count else ""
    )
    where = file or "standard output"
    print(f"{len(cases)} questions about {len(documents)} documents in {where}{dropped}.", file=sys.stderr)
    if file:
        print(f"Edit them, then: danchung eval golden --data {file}", file=sys.stderr)
    if failed:
        print(f"danchung: {failed}; the rest is not drafted", file=sys.stderr)
    return SOME_FAILED if failed else DONE


def _parser() -> Parser:
    parser = Parser(prog="danchung eval draft", description="Propose golden questions, with their evidence, to edit.")
    parser.add_argument("--out", default="golden-draft.jsonl", metavar="FILE", help="a file (golden-draft.jsonl), or -")
    parser.add_argument("--most", type=int, default=60, metavar="N", help="questions at most (60)")
    parser.add_argument("--model", action="store_true", help="have the model of the settings write them")
    parser.add_argument("--data-dir", metavar="DIR", help="the library (default: as for `danchung ask`)")
    parser.add_argument("--documents", type=Path, metavar="DIR", help="reports read afresh from here, in its place")
    parser.add_argument(
        "--verdicts", type=Path, metavar="FILE", help="a verdicts.jsonl of readers, in place of reports"
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    return parser


def _documents(system: System) -> Iterator[DocumentInfo]:
    """Every document with its text, but copies."""
    for info in system.documents():
        if not info.copy_of:
            yield system.document(info.id)


def in_turns(drafts: Iterable[Iterator[Case]]) -> Iterator[Case]:
    """One question of each document, then another of each: the first of them are of all."""
    for row in zip_longest(*drafts):
        yield from (case for case in row if case)


def uncovered(documents: Sequence[DocumentInfo]) -> int | None:
    """A year that no report names, for questions to be refused: the last before those they cover, so that the question
    is a plausible one; None where no report has a period."""
    covered = [int(info.period[:4]) for info in documents if info.period and info.period[:4].isdigit()]
    named = {year for info in documents for year in years_of(m.period for m in find_periods(info.text or ""))}
    return next((year for year in range(min(covered) - 1, 1900, -1) if year not in named), None) if covered else None


def _write(file: Path | None, cases: Sequence[Case]) -> None:
    """The cases as JSONL, without the fields that are as they are anyway."""
    plain = asdict(Case("", "", "", ""))
    always = ("id", "lang", "kind", "question")
    rows = [{k: v for k, v in asdict(case).items() if k in always or v != plain[k]} for case in cases]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if file is None:
        sys.stdout.write(text)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{file}: cannot be written ({exc.strerror})") from exc
