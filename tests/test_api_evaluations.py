"""`/v1/evaluations`: runs in a process of their own, their reports, and who may begin one."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from libraries import WordsEngine
from serving import events_of, listening, whole_api
from test_evals_report import report as made

from assistant import Assistant
from assistant.api.guard import Access
from assistant.keys import Keys, new_key
from evals.kept import KEPT, Reports
from evals.serving.runs import Evaluation, Evaluations
from evals.values import Comparison
from ingest.errors import InputError
from ingest.library import Library

pytest_plugins = ["api_client"]

REPORT = made(True, False)
CLAIMS = [
    {"id": "1", "source": "In 2022 the port handled 1,240 ships.", "claim": "It handled 1,240 ships.", "label": 1},
    {"id": "2", "source": "In 2022 the port handled 1,240 ships.", "claim": "It handled 1,420 ships.", "label": 0},
]


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    data = tmp_path / "data/evaluations/data"
    data.mkdir(parents=True)
    (data / "claims.jsonl").write_text("".join(json.dumps(claim) + "\n" for claim in CLAIMS), encoding="utf-8")
    opened = Assistant(Library(tmp_path / "data", WordsEngine()))
    yield opened
    opened.close()


def ended(client: TestClient, address: str, seconds: float = 180) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        run: dict[str, Any] = client.get(address).json()
        if run["status"] != "running":
            return run
        time.sleep(0.1)
    raise AssertionError("the run does not end")


def test_a_run_is_begun_followed_and_read(client: TestClient, tmp_path: Path) -> None:
    begun = client.post("/v1/evaluations", json={"suite": "judge", "data": "claims.jsonl"})
    address = begun.headers["location"]
    second = client.post("/v1/evaluations", json={"suite": "judge"})
    early = client.get(address, headers={"accept": "text/html"})
    told = events_of(client.get(f"{address}/events").text)
    run = client.get(address).json()
    page = client.get(address, headers={"accept": "text/html,*/*"})

    assert (begun.status_code, begun.json()["status"]) == (202, "running")
    assert second.status_code == 409
    assert second.headers["content-type"] == "application/problem+json"
    assert early.status_code == 404
    assert told[-1][0] == "done"
    assert told[-1][1]["status"] == "done"
    assert [data["cases"] for name, data in told if name == "progress"][-1] == 2
    (suite,) = run["report"]["suites"]
    assert (suite["name"], len(suite["outcomes"])) == ("judge", 2)
    assert run["suites"][0]["value"] == 1.0
    assert page.headers["content-type"].startswith("text/html")
    assert "balanced accuracy" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert str(tmp_path) not in json.dumps(run) + page.text, "nobody is told where the library lies"
    assert client.get("/v1/evaluations").json()["evaluations"][0]["id"] == run["id"]
    assert (tmp_path / f"data/evaluations/{run['id']}.json").is_file()
    with TestClient(whole_api(Assistant(_closed(client)))) as later:  # another process finds it
        assert later.get(address).json()["report"] == run["report"]


def _closed(client: TestClient) -> Library:
    library: Library = client.app.state.parts.assistant.library  # type: ignore[attr-defined]
    return library


def test_a_run_is_cancelled_at_once(client: TestClient, assistant: Assistant) -> None:
    address = client.post("/v1/evaluations", json={"suite": "judge", "data": "claims.jsonl"}).headers["location"]
    process = Evaluations.of(assistant)._process
    assert process

    assert client.delete(address).json()["status"] == "cancelled"
    assert process.wait(20) != 0
    assert client.get(address).json()["report"] is None
    deadline = time.monotonic() + 20
    while _works(assistant):
        assert time.monotonic() < deadline, "what it wrote is left"
        time.sleep(0.05)
    again = client.post("/v1/evaluations", json={"suite": "judge", "data": "claims.jsonl"})
    assert again.status_code == 202, "the next may begin"
    assert ended(client, again.headers["location"])["status"] == "done"
    assert client.delete(again.headers["location"]).json()["status"] == "done", "a finished one stays as it is"


def test_a_server_that_stops_takes_its_run_with_it(assistant: Assistant) -> None:
    left = assistant.library.data_dir / "evaluations/.work-20200101T000000Z/1"
    left.mkdir(parents=True)
    with TestClient(whole_api(assistant)) as client:
        assert not left.exists(), "what an earlier server left is gone"
        client.post("/v1/evaluations", json={"suite": "judge", "data": "claims.jsonl"})
        process = Evaluations.of(assistant)._process
        assert len(_works(assistant)) == 1
    assert process
    assert process.poll() is not None
    assert _works(assistant) == []


def _works(assistant: Assistant) -> list[Path]:
    return list((assistant.library.data_dir / "evaluations").glob(".work-*"))


def test_a_run_writes_in_a_folder_that_goes_with_it(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []
    keep = Evaluations._keep

    def spied(self: Evaluations, run: Evaluation, file: Path) -> str | None:
        written.append(file)
        return keep(self, run, file)

    monkeypatch.setattr(Evaluations, "_keep", spied)
    address = client.post("/v1/evaluations", json={"suite": "judge", "data": "claims.jsonl"}).headers["location"]
    run = ended(client, address)

    assert run["status"] == "done"
    assert written[0].parent == assistant.library.data_dir.resolve() / f"evaluations/.work-{run['id']}"
    assert _works(assistant) == []


@pytest.mark.skipif(not hasattr(os, "nice"), reason="priorities are told otherwise here")
def test_a_run_gives_way_to_answers(client: TestClient, assistant: Assistant) -> None:
    client.post("/v1/evaluations", json={"suite": "judge", "data": "claims.jsonl"})
    process = Evaluations.of(assistant)._process
    assert process
    deadline = time.monotonic() + 60
    while (nice := os.getpriority(os.PRIO_PROCESS, process.pid)) < 15 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert nice >= 15


@pytest.mark.parametrize(
    "data", ["", ".", "..", "../../data", "/etc/passwd", "none.jsonl", "a\x00b", "link", "x" * 299, "~", "\udc80"]
)
def test_data_is_taken_from_its_folder_only(assistant: Assistant, tmp_path: Path, data: str) -> None:
    (tmp_path / "elsewhere.jsonl").write_text(json.dumps(CLAIMS[0]), encoding="utf-8")
    (tmp_path / "data/evaluations/data/link").symlink_to(tmp_path / "elsewhere.jsonl")
    evaluations = Evaluations.of(assistant)
    if data == ".":  # the whole folder is data, too
        assert evaluations._data(data) == tmp_path / "data/evaluations/data"
        return
    with pytest.raises(InputError, match=r"claims\.jsonl"):
        evaluations._data(data)


def test_what_cannot_be_run_says_why(client: TestClient) -> None:
    for body in ({"suite": "none"}, {"data": "../x"}, {"most": 0}, {"more": 1}):
        assert client.post("/v1/evaluations", json=body).status_code == 422
    address = client.post("/v1/evaluations", json={"suite": "golden", "data": "claims.jsonl"}).headers["location"]
    failed = ended(client, address)
    assert failed["status"] == "failed"
    assert failed["error"]
    for id_ in ("20200101T000000Z", "..%2Fcatalog", "x"):
        for reply in (client.get(f"/v1/evaluations/{id_}"), client.delete(f"/v1/evaluations/{id_}")):
            assert reply.status_code == 404


def test_who_may_read_only_begins_nothing(assistant: Assistant) -> None:
    read, entry = new_key("ana", "read")
    write, other = new_key("bo", "write")
    with TestClient(whole_api(assistant, access=Access(Keys(f"{entry},{other}")))) as client:
        ana, bo = ({"authorization": f"Bearer {key}"} for key in (read, write))
        id_ = Reports(assistant.library.data_dir).keep(REPORT).stem
        assert client.get("/v1/evaluations").status_code == 401
        assert client.get(f"/v1/evaluations/{id_}", headers=ana).json()["report"]["judge"] == REPORT.judge
        assert client.post("/v1/evaluations", headers=ana, json={}).status_code == 403
        assert client.delete(f"/v1/evaluations/{id_}", headers=ana).status_code == 403
        begun = client.post("/v1/evaluations", headers=bo, json={"suite": "judge", "data": "claims.jsonl"})
        assert begun.status_code == 202


def test_the_last_reports_are_kept(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    ids = [reports.keep(REPORT).stem for _ in range(KEPT + 3)]
    (reports.folder / "mine.json").write_text("{}")

    assert len(set(ids)) == KEPT + 3, "two of one second have ids of their own"
    assert reports.ids() == ids[:2:-1]
    assert (reports.folder / "mine.json").is_file(), "only reports are taken away"
    assert not list(reports.folder.glob(".*"))
    reports.file(ids[-1]).write_text("{")
    assert reports.read(ids[-1]) is None


def test_a_kept_report_does_not_say_where_files_lie(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    given = tmp_path / "link"
    given.symlink_to(tmp_path / "real")
    reports, bad = Reports(given), REPORT.model_copy(deep=True)
    told = f"{given}/a.txt\n{tmp_path}/real, {tmp_path}/really/b.txt, /backup{given}"
    bad.suites[0].outcomes[0].why = told
    bad.comparison = Comparison(against=str(tmp_path / "before.json"), differences=[])
    kept = reports.read(reports.keep(bad).stem)

    assert kept
    assert kept.comparison
    assert kept.comparison.against == "before.json"
    hidden = f"the library/a.txt\nthe library, {tmp_path}/really/b.txt, /backup{given}"
    assert kept.suites[0].outcomes[0].why == hidden, "only whole paths are"
    assert reports.public(told) == hidden
    assert bad.comparison.against == str(tmp_path / "before.json"), "what is printed stays"


def test_data_without_documents_asks_the_served_library(corpus_library: Path, tmp_path: Path, engine: Any) -> None:
    """Over HTTP, with the token of its owner.json: the library is opened once."""
    import shutil

    import httpx

    folder = tmp_path / "data"
    shutil.copytree(corpus_library, folder)
    (folder / "evaluations/data").mkdir(parents=True)
    question = "How many new corruption cases were opened nationwide in 2024?"
    asked = {"id": "1", "lang": "en", "kind": "figure", "question": question, "facts": [["848"]],
             "sources": ["2024-national-review.txt"]}  # fmt: skip
    (folder / "evaluations/data/own.jsonl").write_text(json.dumps(asked) + "\n", encoding="utf-8")
    _, entry = new_key("ana", "read")
    with (
        Assistant.open(folder, engine=engine) as assistant,
        listening(whole_api(assistant, access=Access(Keys(str(entry)), "tok"))) as url,
    ):
        assistant.library.announce(url, "tok")
        with httpx.Client(base_url=url, headers={"authorization": "Bearer tok"}, timeout=60) as http:
            reply = http.post("/v1/evaluations", json={"suite": "golden", "data": "own.jsonl", "fresh": True})
            run = ended(http, reply.headers["location"])  # type: ignore[arg-type]

    assert run["status"] == "done", run["error"]
    assert run["report"]["library"] is True
    assert run["suites"][0]["value"] == 1.0
    assert str(tmp_path) not in json.dumps(run)
