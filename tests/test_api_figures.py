"""`/v1/figures`: pages, filters, CSV; the same over HTTP, from Python and on the command line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from libraries import WordsEngine
from serving import listening, whole_api

from assistant import Assistant
from assistant.cli import _parser
from assistant.figures_command import list_figures
from assistant.remote import RemoteAssistant
from ingest.library import Library

pytest_plugins = ["api_client"]

REPORTS = {
    "one.txt": "The office of Tuyen Quang reviewed 2023. In 2023 it settled 120 letters and opened 8 corruption cases.",
    "other.txt": "A newspaper on Tuyen Quang in 2023. In 2023 the office of Tuyen Quang settled 131 letters, it wrote.",
}


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Assistant(Library(tmp_path / "data", WordsEngine())) as opened:
        opened.ingest(folder)
        yield opened


def test_figures_come_in_pages(client: TestClient, assistant: Assistant) -> None:
    first = client.get("/v1/figures?limit=2").json()
    rest = client.get(f"/v1/figures?limit=2&offset={first['next']}").json()
    assert (first["total"], len(first["figures"]), rest["next"]) == (3, 2, None)
    for figure in first["figures"] + rest["figures"]:
        text = client.get(f"/v1/documents/{figure['document_id']}").json()["text"]
        assert text[figure["start"] : figure["end"]] == figure["quote"]
        assert text[figure["figure_start"] : figure["figure_end"]] == figure["written"]
    assert first["figures"] == [figure.model_dump() for figure in assistant.figures(limit=2).figures]


def test_filters_and_conflicts(client: TestClient) -> None:
    def values(query: str) -> list[int]:
        return [figure["value"] for figure in client.get(f"/v1/figures?{query}").json()["figures"]]

    assert values("measure=letters&sort=-value") == [131, 120]
    assert values("conflicts=true&sort=value") == [120, 131]
    assert values("period=2023&place=Tuy%C3%AAn+Quang&source=one&sort=value") == [8, 120]
    assert values("period=2021") == []
    for query in ("sort=color", "period=soon", "limit=0"):
        reply = client.get(f"/v1/figures?{query}")
        assert reply.status_code == 422
        assert reply.headers["content-type"] == "application/problem+json"


def test_csv_for_those_who_accept_it(client: TestClient) -> None:
    reply = client.get("/v1/figures?limit=1&sort=value", headers={"accept": "text/csv"})
    assert reply.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert [row["value"] for row in rows] == ["8", "120", "131"]
    assert rows[1]["conflicts"].startswith("131 (")
    assert client.get("/v1/figures", headers={"accept": "application/json, text/csv"}).json()["total"] == 3


def test_the_command_asks_a_server_too(
    assistant: Assistant, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with listening(whole_api(assistant)) as url:
        args = _parser().parse_args(["figures", "--measure", "letters", "--sort", "value", "--json"])
        assert list_figures(args, RemoteAssistant(url)) == 0
        assert [figure["value"] for figure in json.loads(capsys.readouterr().out)] == [120, 131]
    file = tmp_path / "figures.csv"
    assert list_figures(_parser().parse_args(["figures", "--csv", str(file), "--limit", "2"]), assistant) == 0
    assert len(file.read_text(encoding="utf-8-sig").splitlines()) == 3
    capsys.readouterr()
    list_figures(_parser().parse_args(["figures", "--conflicts"]), assistant)
    assert "131 says" in capsys.readouterr().out
