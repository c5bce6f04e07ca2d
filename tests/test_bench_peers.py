"""The comparison with other systems: a peer of a few lines through all of it, and the page that its JSON gives."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.peers import answers, environments, quality, speed
from benchmarks.peers.__main__ import measured
from benchmarks.peers.bench import Bench
from benchmarks.peers.environments import PEERS, REQUIREMENTS, Environment, Named, NotInstalled, environment
from benchmarks.peers.page import pages, write_page
from benchmarks.peers.talking import PeerFailed, session
from evals.cases import Case
from evals.judge import open_judge
from ingest.engine import Engine

ROOT = Path(__file__).parent.parent
WORDS = Named("words", "Counted words", own=True, answers=True, adapter="tests.peer_of_words")
BROKEN = Named("broken", "Broken", own=True, adapter="tests.no_such_peer")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Two peers, of which one cannot be started; vectors are counted words."""
    monkeypatch.setitem(PEERS, "words", WORDS)
    monkeypatch.setitem(PEERS, "broken", BROKEN)
    made = {peer.name: environment(peer, tmp_path) for peer in (WORDS, BROKEN)}
    return Bench(made, tmp_path, {}, rounds=2)


def test_ingestion_is_timed_in_turns_and_a_peer_that_fails_is_named(bench: Bench) -> None:
    found = speed.embedded(bench, None, 5)

    assert len(found["peers"]["words"]["passages_per_s"]) == 2
    assert all(rate > 0 for rate in found["peers"]["words"]["passages_per_s"])
    assert "broken" not in found["peers"]
    assert "No module named tests.no_such_peer" in found["errors"]["broken"]
    assert [one["round"] for one in bench.others] == [1, 2]
    assert all(0 <= one["share"] < 1 for one in bench.others)


def test_a_size_is_read_kept_and_asked(bench: Bench) -> None:
    found = speed.sized(bench, 1000)

    words = found["peers"]["words"]
    assert words["passages"] == [1000, 1000]
    assert words["hits"] == [10, 10]
    assert all(0.1 < mb < 10 for mb in words["disk_mb"])
    assert all(mb > 5 for mb in words["resident_mb"])
    assert all(p50 <= p95 for p50, p95 in zip(words["query_p50_ms"], words["query_p95_ms"], strict=True))
    assert len(words["cold_start_s"]) == 2
    assert not (bench.work / "stores" / "words" / "1000").exists()


def test_a_question_without_its_passage_lowers_quality(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "piaf_fr"
    folder.mkdir(parents=True)
    texts = ["le pont de Vinh Hoa est ouvert", "la rivière monte au printemps", "les impôts baissent cette année"]
    (folder / "passages.jsonl").write_text(
        "".join(json.dumps({"passage_id": n, "text": text}) + "\n" for n, text in enumerate(texts)), encoding="utf-8"
    )
    asked = [("quand la rivière monte-t-elle ?", 1), ("quels impôts baissent ?", 2), ("qui chante la nuit ?", 99)]
    (folder / "questions.jsonl").write_text(
        "".join(
            json.dumps({"id": str(n), "question": question, "passage_id": gold, "answers": ["x"]}) + "\n"
            for n, (question, gold) in enumerate(asked)
        ),
        encoding="utf-8",
    )

    found = quality.measure(bench, tmp_path / "data", 100)

    scores = found["sets"]["PIAF fr→fr"]["peers"]["words"]
    assert scores["recall@10"] == pytest.approx(2 / 3, abs=1e-3)
    assert scores["recall@1"] == pytest.approx(2 / 3, abs=1e-3)
    assert set(found["errors"]) == {"broken"}


@pytest.mark.usefixtures("bench")
def test_a_run_that_is_resumed_measures_what_is_missing(tmp_path: Path) -> None:
    args = argparse.Namespace(
        work=tmp_path, peers="words,broken", rounds=1, only=["ingestion", "sizes"], passages=1000, embedded=2, data=None
    )
    whole = [json.loads(json.dumps(found)) for found in measured(args, {})]
    assert [list(found["seconds"]) for found in whole] == [["ingestion"], ["ingestion", "1,000 passages"]]
    assert whole[-1]["peers"]["broken"]["error"].startswith("open: ended with 1")
    assert list(measured(args, whole[-1])) == []

    (again,) = measured(args, whole[0])
    assert again["ingestion"] == whole[0]["ingestion"]
    assert again["sizes"][0]["peers"]["words"]["hits"] == [10]
    assert [one["part"] for one in again["others"]] == ["ingestion", "1,000 passages"]


def test_what_a_peer_raises_reaches_the_harness_and_the_peer_lives_on(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    with session(bench.peers["words"], tmp_path / "store", {}, tmp_path / "log") as peer:
        with pytest.raises(PeerFailed, match="ValueError: cannot be read"):
            peer.do("ingest", folder=tmp_path / "broken")
        assert peer.do("search", questions=["x"], k=3)["found"][0]["hits"] == []


def test_silence_has_a_limit(bench: Bench, tmp_path: Path) -> None:
    with (
        session(bench.peers["words"], tmp_path / "store", {}, tmp_path / "log") as peer,
        pytest.raises(PeerFailed, match="no reply in 1 s"),
    ):
        peer.do("ingest", limit=1, folder=tmp_path / "slow")


def test_an_environment_that_cannot_be_made_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installer in the place of pip, which takes half a minute to say the same."""
    says = "import sys; print('looking', file=sys.stderr); sys.exit('no such package: gone')"
    (tmp_path / "gone.lock").write_text("gone==1\n", encoding="utf-8")
    monkeypatch.setattr(environments, "REQUIREMENTS", tmp_path)
    monkeypatch.setattr(environments, "_commands", lambda *_: [[sys.executable, "-c", says]])
    for _ in range(2):  # what is half made is made anew
        with pytest.raises(NotInstalled, match=r"^no such package: gone$"):
            environment(Named("gone", "Gone"), tmp_path / "work")


# -- answers ------------------------------------------------------------------------------------------------

RIGHT = Case("a", "en", "figure", "How many cases?", facts=(("31",),), sources=("report.txt",))
UNSAID = Case("b", "en", "figure", "How many bridges?", refuse=True)
HIT = {"source": "report.txt", "text": "In 2024 the province opened 31 new corruption cases."}


def reply(text: str) -> dict[str, Any]:
    return {"answer": text, "passages": [HIT], "ms": 1000.0}


def shares(engine: Engine, case: Case, text: str) -> dict[str, Any]:
    return answers.shares([case], [reply(text)], open_judge("exact", lambda: engine))


def test_a_right_answer_cites_what_supports_it(engine: Engine) -> None:
    found = shares(engine, RIGHT, "The province opened 31 new corruption cases in 2024 [1].")
    assert (found["right"]["share"], found["supported"]["share"], found["seconds"]) == (1, 1, 1)
    assert found["refused"] == {"of": 0, "share": None}


@pytest.mark.parametrize("text", [
    "The province opened 31 new corruption cases in 2024.",
    "The province opened 31 new corruption cases in 2024 [2].",
])  # fmt: skip
def test_an_answer_without_its_passage_is_neither_right_nor_supported(engine: Engine, text: str) -> None:
    found = shares(engine, RIGHT, text)
    assert (found["right"]["share"], found["supported"]["share"]) == (0, 0)


def test_a_wrong_figure_is_not_supported(engine: Engine) -> None:
    assert shares(engine, RIGHT, "The province opened 77 new corruption cases in 2024 [1].")["supported"]["share"] == 0


@pytest.mark.parametrize("text", ["Empty Response", "None of the sources mention it.", ""])
def test_a_refusal_is_told_from_an_answer(engine: Engine, text: str) -> None:
    assert shares(engine, UNSAID, text)["refused"]["share"] == 1
    assert shares(engine, UNSAID, "There are 31 bridges [1].")["refused"]["share"] == 0


def test_a_question_that_fails_is_a_wrong_answer(engine: Engine) -> None:
    failed = {"answer": "", "passages": [], "failed": "answer: Timeout", "ms": 0.0}
    found = answers.shares([RIGHT, UNSAID], [failed, failed], open_judge("exact", lambda: engine))
    assert (found["right"]["share"], found["refused"]["share"], len(found["failed"])) == (0, 0, 2)
    assert found["seconds"] is None


# -- the page -----------------------------------------------------------------------------------------------


def test_the_page_is_what_its_json_gives() -> None:
    file = ROOT / "docs" / "benchmarks.json"
    written = pages(json.loads(file.read_text(encoding="utf-8")), file)
    assert written
    for name, text in written.items():
        assert (file.parent / name).read_text(encoding="utf-8") == text, f"{name}: run `make bench-peers` anew"


def test_a_page_has_medians_ratios_and_failures(tmp_path: Path) -> None:
    found = {
        "date": "2026-01-02",
        "machine": {"processor": "P", "cores": 2, "int8": "no VNNI", "system": "S", "python": "3"},
        "rounds": 3, "engine": "e5", "quiet": False, "seconds": {"ingestion": 130},
        "peers": {"danchung": {"title": "Danchung", "versions": {"danchung": "1"}},
                  "words": {"title": "Counted words", "versions": {"numpy": "2"}, "environment_mb": 12.0},
                  "gone": {"title": "Gone", "error": "no such package"}},
        "ingestion": {"passages": 4, "origin": "made-up passages", "errors": {"words": "late: Died"},
                      "peers": {"danchung": {"passages_per_s": [10.0, 20.0, 30.0]},
                                "words": {"passages_per_s": [20.0, 60.0, 60.0]}}},
        "sizes": [{"passages": size, "errors": {}, "peers": {"danchung": {
            "query_p50_ms": [5.0], "query_p95_ms": [9.0], "disk_mb": [2.0], "resident_mb": [1.0 + size]}}}
            for size in (1000, 10000)],
        "others": [{"part": "ingestion", "round": 1, "share": 0.412}],
    }  # fmt: skip
    file = tmp_path / "page.json"
    file.write_text(json.dumps(found), encoding="utf-8")

    text = write_page(file).read_text(encoding="utf-8")

    assert "| Counted words | 60.0 (20.0 to 60.0) | ×2.00 |" in text
    assert "| Danchung | 20.0 (10.0 to 30.0) | ×1.00 |" in text
    assert "Minutes that it took: ingestion 2." in text
    assert "The machine was not quiet" in text
    assert "- Gone: no such package" in text
    assert "- Counted words, ingestion: late: Died" in text
    assert "| 2.00 |" in text  # MB of disk per 1,000
    assert "page/queries.svg" in text
    drawn = (tmp_path / "page" / "queries.svg").read_text(encoding="utf-8")
    assert drawn.count("<circle") == 2
    assert "prefers-color-scheme:dark" in drawn


def test_locks_name_no_registry() -> None:
    locks = sorted(REQUIREMENTS.glob("*.lock"))
    assert [lock.stem for lock in locks] == sorted(name for name, peer in PEERS.items() if not peer.own)
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "index-url" not in text
        assert "://" not in text


def test_environments_of_their_own_do_not_import_the_project() -> None:
    """Of the adapters only Danchung's may; the others share the engine, which needs no more than its model does."""
    for file in (ROOT / "benchmarks" / "peers" / "adapters").glob("*.py"):
        imported = [
            line.split()[1] for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("from ")
        ]
        ours = {name.split(".")[0] for name in imported} & {"assistant", "evals", "ingest"}
        allowed = {"danchung.py": {"assistant"}, "engines.py": {"ingest"}}.get(file.name, set())
        assert ours <= allowed, f"{file.name} imports {ours - allowed}"


def test_own_environment_is_this_one(tmp_path: Path) -> None:
    assert isinstance(environment(WORDS, tmp_path), Environment)
    assert environment(WORDS, tmp_path).megabytes is None
