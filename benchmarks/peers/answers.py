"""Grounded answers on the golden questions over `corpus/`: without a model, and with SmolLM2 where a peer has an engine
that cites. The same scorers for all.

Danchung reads the reports as they are; the others, which read plain text, what Danchung's readers make of them. A
peer's citation is what it calls one: a number in brackets, and the passage of that number.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from assistant.answer import Answer, Citation, Statement
from benchmarks.peers.bench import Bench
from benchmarks.peers.environments import PEERS
from benchmarks.peers.model_server import NoModel, missing, model_server
from benchmarks.peers.speed import fresh
from benchmarks.peers.talking import ROOT, PeerFailed, Session, session
from evals.cases import Case, read_cases
from evals.claims import claims_of
from evals.judge import Judge
from evals.scorers import correctness
from ingest.readers import open_file, read

CORPUS, GOLDEN = ROOT / "corpus", ROOT / "evals" / "golden.jsonl"
ANSWER_SECONDS = 900
NO_ENGINE = "none: has no engine of its own for cited answers"
_DECLINES = re.compile(
    r"empty response|none of the (?:provided )?sources|(?:do|does|did) not (?:provide|mention|contain|include|specify)"
    r"|no (?:information|mention)|not (?:helpful|mentioned|specified|provided)|cannot (?:answer|provide|find)|unable to"
    r"|ne (?:mentionne|précise|fournit|contien\w*) pas|aucune (?:information|source)|không (?:có thông tin|đề cập|nêu)",
    re.IGNORECASE,
)
"""How a reply says that the sources have no answer, as the prompt of `CitationQueryEngine` asks it to."""


def measure(bench: Bench, judge: Judge, most: int) -> dict[str, Any]:
    """For each peer and mode its shares, or the reason why there are none. `most` is of the questions asked with the
    model, evenly picked: each takes it seconds."""
    cases = [case for case in read_cases(GOLDEN) if not case.history]
    some = [cases[place * len(cases) // most] for place in range(most)] if most < len(cases) else cases
    reports = plain_reports(bench.work / "corpus")
    found: dict[str, Any] = {"without a model": {"questions": len(cases), "peers": {}},
                             "SmolLM2-135M": {"questions": len(some), "peers": {}}}  # fmt: skip
    answering = [peer for peer in bench.names if PEERS[peer].answers]
    for peer in bench.names:
        without = "none: needs a model" if PEERS[peer].answers else NO_ENGINE
        found["without a model"]["peers"][peer] = (
            _asked(bench, peer, CORPUS, cases, None, judge) if PEERS[peer].own else {"none": without}
        )
        if peer not in answering:
            found["SmolLM2-135M"]["peers"][peer] = {"none": NO_ENGINE}
    if lacking := missing():
        return found | {"note": f"the model was not asked: {lacking} is missing"}
    try:
        with model_server(bench.work / "logs" / "model.log") as url:
            for peer in answering:
                folder = CORPUS if PEERS[peer].own else reports
                found["SmolLM2-135M"]["peers"][peer] = _asked(bench, peer, folder, some, url, judge)
    except NoModel as exc:
        found["note"] = f"the model was not asked: {exc}"
    return found


def plain_reports(folder: Path) -> Path:
    """The corpus as plain text, each report named by its file."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in sorted(CORPUS.iterdir()):
        (folder / f"{file.name}.txt").write_text(read(open_file(file)).text, encoding="utf-8")
    (folder / "whole").touch()
    return folder


def _asked(
    bench: Bench, peer: str, folder: Path, cases: Sequence[Case], url: str | None, judge: Judge
) -> dict[str, Any]:
    try:
        with (
            fresh(bench.work / "stores" / peer / "corpus") as store,
            session(bench.peers[peer], store, bench.engine, bench.log(peer)) as opened,
        ):
            opened.do("ingest", folder=folder)
            replies = [_reply(opened, case, url) for case in cases]
    except PeerFailed as exc:
        return {"error": str(exc)}
    return shares(cases, replies, judge)


def _reply(opened: Session, case: Case, url: str | None) -> dict[str, Any]:
    print(f"answers: {case.id}", file=sys.stderr, flush=True)
    try:
        return opened.do("answer", limit=ANSWER_SECONDS, question=case.question, model=url)
    except PeerFailed as exc:  # one question that fails is a wrong answer, not the end
        return {"answer": "", "passages": [], "abstained": False, "failed": str(exc), "ms": 0.0}


def shares(cases: Sequence[Case], replies: Sequence[dict[str, Any]], judge: Judge) -> dict[str, Any]:
    """Right answers of those there are, refusals of those to refuse, and statements whose citation supports them, of
    all statements; each with what it is a share of."""
    right, refused, supported, failed = list[bool](), list[bool](), list[bool](), list[str]()
    took = [reply["ms"] for reply in replies if "failed" not in reply]
    for case, reply in zip(cases, replies, strict=True):
        failed += [reply["failed"]] if "failed" in reply else []
        answer = as_answer(case, reply)
        if case.refuse:
            refused.append(answer.abstained)
        else:
            right.append(correctness(case, answer).value == 1 and "failed" not in reply)
        supported += [] if answer.abstained else _supported(case, answer, judge)
    return {
        "right": _share(right), "refused": _share(refused), "supported": _share(supported),
        "seconds": round(median(took) / 1000, 3) if took else None, "failed": failed,
    }  # fmt: skip


def as_answer(case: Case, reply: dict[str, Any]) -> Answer:
    """A reply in the form that the scorers read: the peer's own where it has it, else from its text and passages."""
    if reply.get("whole"):
        return Answer.model_validate(reply["whole"])
    text, passages = str(reply["answer"]), reply["passages"]
    claims = [] if _DECLINES.search(text) else claims_of(text)
    cited = {n for claim in claims for n in claim.cites if 0 < n <= len(passages)}
    return Answer(
        question=case.question,
        answer=text,
        abstained=not claims and "failed" not in reply,
        language=case.lang,
        mode="model",
        statements=[
            Statement(text=claim.text, citations=[n for n in claim.cites if n in cited], support=0) for claim in claims
        ],
        citations=[
            Citation(
                n=n, document_id=hit["source"], title=hit["source"], source=hit["source"], language="",
                quote=hit["text"], start=0, end=len(hit["text"]),
            )
            for n, hit in enumerate(passages, start=1)
            if n in cited
        ],
    )  # fmt: skip


def _supported(case: Case, answer: Answer, judge: Judge) -> list[bool]:
    """For each statement whether it cites something that, by the judge, supports it."""
    quotes = {citation.n: citation.quote for citation in answer.citations}
    found = []
    for statement in answer.statements:
        cited = [quotes[n] for n in statement.citations if n in quotes]
        found.append(bool(cited) and judge.judge(statement.text, cited, case.question).supported)
    return found


def _share(values: Sequence[bool]) -> dict[str, float | int | None]:
    return {"of": len(values), "share": round(sum(values) / len(values), 4) if values else None}
