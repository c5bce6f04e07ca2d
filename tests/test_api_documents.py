"""Uploads, the jobs that read them, and conversations: what is kept, and what is picked up again."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from libraries import WordsEngine
from serving import events_of, whole_api

from assistant import Assistant
from assistant.uploads import Job, Jobs, plain_name
from ingest.errors import InputError
from ingest.library import Library

pytest_plugins = ["api_client"]

PARCELS = b"Sixty parcels arrived in Hai Phong in 2025. Each was opened by the clerk himself, who counted them twice."
BRIDGES = b"The river crossing at Son La was inspected in 2024. Nine pillars stood crooked and were repaired in spring."


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    opened = Assistant(Library(tmp_path / "data", WordsEngine()))
    yield opened
    opened.close()


def upload(client: TestClient, *files: tuple[str, bytes], wait: float = 60) -> Any:
    return client.post(f"/v1/documents?wait={wait}", files=[("files", file) for file in files])


# -- uploads ---------------------------------------------------------------------------------------


def test_each_uploaded_file_has_a_result(client: TestClient) -> None:
    reply = upload(client, ("parcels.txt", PARCELS), ("../escape.txt", BRIDGES), ("broken.pdf", b"no PDF"))
    job = reply.json()
    results = {result["name"]: result for result in job["files"]}

    assert (reply.status_code, job["status"]) == (200, "done")
    assert {name: result["state"] for name, result in results.items()} == {
        "parcels.txt": "added", "../escape.txt": "refused", "broken.pdf": "failed",
    }  # fmt: skip
    assert "no PDF file" in results["broken.pdf"]["message"]
    assert reply.headers["location"] == f"/v1/jobs/{job['id']}"
    document = client.get(f"/v1/documents/{results['parcels.txt']['document_id']}").json()
    assert document["text"] == PARCELS.decode()
    assert document["source"] == "uploads/parcels.txt"


def test_no_upload_leaves_the_data_directory(client: TestClient, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if tmp_path / "data" not in path.parents}
    for name in ("../../a.txt", "/etc/a.txt", "..", "c:\\a.txt", ".bashrc", "a\x00.txt", "~root", "-rf", "x" * 300):
        reply = upload(client, (name, BRIDGES))
        assert reply.status_code in (200, 422), name
        assert not [r for r in reply.json().get("files", []) if r["state"] == "added" and "/" in r["name"]]
    upload(client, ("good.txt", PARCELS))

    assert {path for path in tmp_path.rglob("*") if tmp_path / "data" not in path.parents} == before
    assert all("/" not in info["source"].removeprefix("uploads/") for info in listed(client))


def test_nothing_told_of_an_upload_says_where_the_library_lies(client: TestClient, tmp_path: Path) -> None:
    reply = upload(client, ("broken.pdf", b"no PDF"), ("parcels.txt", PARCELS))

    for text in (reply.text, client.get("/v1/jobs").text, client.get(reply.headers["location"]).text):
        assert str(tmp_path) not in text


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", ".hidden", "~a", "-a", "a\nb", "é" * 101, "a:b"])
def test_a_name_that_is_no_plain_name_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        plain_name(name)


def test_names_may_have_accents_and_spaces() -> None:
    assert plain_name("Báo cáo 2024 (1).pdf") == "Báo cáo 2024 (1).pdf"


def test_an_upload_without_a_usable_file_is_a_problem(client: TestClient) -> None:
    reply = upload(client, ("../a.txt", BRIDGES))
    assert reply.status_code == 422
    assert "no plain file name" in reply.json()["detail"]
    assert client.post("/v1/documents").status_code == 422
    assert client.post("/v1/documents", data={"files": "text"}).status_code == 422


def test_two_files_of_one_name_are_one_too_many(client: TestClient) -> None:
    results = upload(client, ("a.txt", PARCELS), ("a.txt", BRIDGES)).json()["files"]
    assert sorted(result["state"] for result in results) == ["added", "refused"]


def test_a_file_uploaded_again_takes_the_place_of_the_old(client: TestClient) -> None:
    upload(client, ("report.txt", PARCELS))
    (again,) = upload(client, ("report.txt", BRIDGES)).json()["files"]

    assert again["state"] == "updated"
    assert [client.get(f"/v1/documents/{info['id']}").json()["text"] for info in listed(client)] == [BRIDGES.decode()]


def test_a_document_is_taken_out_with_its_upload(client: TestClient, tmp_path: Path) -> None:
    (result,) = upload(client, ("report.txt", PARCELS)).json()["files"]
    assert (tmp_path / "data/uploads/report.txt").exists()

    assert client.delete(f"/v1/documents/{result['document_id']}").status_code == 204
    assert client.delete(f"/v1/documents/{result['document_id']}").status_code == 404
    assert listed(client) == []
    assert not (tmp_path / "data/uploads/report.txt").exists()


def test_a_file_of_the_owner_stays_on_the_disk(client: TestClient, assistant: Assistant, folder: Path) -> None:
    assistant.ingest(folder)
    for info in listed(client):
        assert client.delete(f"/v1/documents/{info['id']}").status_code == 204

    assert listed(client) == []
    assert len(list(folder.iterdir())) == 3


def listed(client: TestClient) -> list[dict[str, Any]]:
    return list(client.get("/v1/documents").json()["documents"])


# -- jobs ------------------------------------------------------------------------------------------


def test_a_job_is_followed_to_its_end(client: TestClient) -> None:
    job = upload(client, ("a.txt", PARCELS), ("b.txt", BRIDGES), wait=0).json()
    events = events_of(client.get(f"/v1/jobs/{job['id']}/events").text)

    assert {data["name"] for name, data in events if name == "file"} == {"a.txt", "b.txt"}
    assert [data["files"] for name, data in events if name == "progress"][-1] == 2
    name, last = events[-1]
    assert (name, last["status"], last["id"]) == ("done", "done", job["id"])
    assert client.get("/v1/jobs").json()["jobs"][0]["id"] == job["id"]


def test_who_does_not_wait_is_told_where_to_look(client: TestClient, assistant: Assistant) -> None:
    engine = assistant.library.engine
    assert isinstance(engine, WordsEngine)
    engine.seconds = 0.5
    reply = upload(client, ("a.txt", PARCELS), wait=0)

    assert reply.status_code == 202
    assert reply.json()["status"] in ("queued", "running")
    assert_over(client, reply.json()["id"], "done")


def test_a_job_is_cancelled(client: TestClient, assistant: Assistant) -> None:
    with assistant.library.one_run():  # so that no job can begin
        id_ = upload(client, ("a.txt", PARCELS), wait=0).json()["id"]
        assert client.delete(f"/v1/jobs/{id_}").json()["status"] == "cancelled"
    assert client.get(f"/v1/jobs/{id_}").json()["status"] == "cancelled"
    assert upload(client, ("b.txt", BRIDGES)).json()["status"] == "done"  # the next one is done all the same


def test_the_files_of_a_cancelled_job_do_not_stay(client: TestClient, assistant: Assistant, tmp_path: Path) -> None:
    uploads = tmp_path / "data" / "uploads"
    with assistant.library.one_run():
        first = upload(client, ("a.txt", PARCELS), wait=0).json()["id"]
        second = upload(client, ("b.txt", BRIDGES), wait=0).json()["id"]
        for id_ in (first, second):
            client.delete(f"/v1/jobs/{id_}")
        assert not (uploads / "b.txt").exists(), "nobody has begun to read it"
    assert upload(client, ("c.txt", BRIDGES)).json()["status"] == "done"
    kept = {f"uploads/{path.name}" for path in uploads.iterdir()}
    assert kept == {info["source"] for info in listed(client)}, "what was read before the end stays"


def test_a_file_that_was_corrected_meanwhile_is_not_dropped_with_the_bad_one(
    client: TestClient, assistant: Assistant, tmp_path: Path
) -> None:
    with assistant.library.one_run():
        bad = upload(client, ("a.txt", b""), wait=0).json()["id"]
        good = upload(client, ("a.txt", PARCELS), wait=0).json()["id"]
        client.delete(f"/v1/jobs/{bad}")
    assert_over(client, good, "done")
    assert (tmp_path / "data" / "uploads" / "a.txt").read_bytes() == PARCELS


def test_a_file_that_cannot_be_dropped_ends_no_thread(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path.name == "bad.pdf":
            raise PermissionError(13, "not yours")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)
    assert upload(client, ("bad.pdf", b"no PDF")).json()["status"] == "done"
    assert upload(client, ("b.txt", BRIDGES)).json()["status"] == "done"


@pytest.mark.parametrize("id_", ["0" * 32, "..%2F..%2Fx", "a b", "%00"])
def test_an_unknown_job_is_not_found(client: TestClient, id_: str) -> None:
    for reply in (
        client.get(f"/v1/jobs/{id_}"),
        client.delete(f"/v1/jobs/{id_}"),
        client.get(f"/v1/jobs/{id_}/events"),
    ):
        assert reply.status_code == 404
        assert reply.headers["content-type"] == "application/problem+json"


def test_a_job_that_a_crash_ended_is_gone_on_with_at_start(assistant: Assistant, tmp_path: Path) -> None:
    before = Jobs(assistant)  # never started: as if the process had died with its job
    name = before.keep("parcels.txt", io.BytesIO(PARCELS))
    job = before.add([name])
    file = tmp_path / "data/jobs" / f"{job.id}.json"
    file.write_text(
        Job.model_validate_json(file.read_text()).model_copy(update={"status": "running"}).model_dump_json()
    )
    (tmp_path / "data/jobs/bad.json").write_text("{")

    with TestClient(whole_api(assistant)) as client:
        assert_over(client, job.id, "done")
        assert [info["source"] for info in listed(client)] == ["uploads/parcels.txt"]


def test_a_stopped_server_leaves_the_rest_to_the_next(assistant: Assistant) -> None:
    with TestClient(whole_api(assistant)) as client, assistant.library.one_run():
        id_ = upload(client, ("a.txt", PARCELS), wait=0).json()["id"]
        time.sleep(0.2)  # it waits for the run that is on
        client.app.state.parts.jobs.close(0)  # type: ignore[attr-defined]
    with TestClient(whole_api(assistant)) as client:
        assert_over(client, id_, "done")


def assert_over(client: TestClient, id_: str, status: str) -> None:
    for _ in range(600):
        job = client.get(f"/v1/jobs/{id_}").json()
        if job["status"] in ("done", "failed", "cancelled"):
            break
        time.sleep(0.05)
    assert job["status"] == status, job


# -- conversations ---------------------------------------------------------------------------------


def test_a_conversation_is_kept_with_its_answers(client: TestClient) -> None:
    upload(client, ("a.txt", BRIDGES))
    began = client.post("/v1/conversations")
    address = began.headers["location"]
    first = client.post(f"{address}/ask", json={"question": "How many pillars stood crooked at Son La in 2024?"})
    client.post(f"{address}/ask", json={"question": "And in 2021?"})
    kept = client.get(address).json()

    assert (began.status_code, first.status_code) == (201, 200)
    assert kept["answers"][0] == first.json()
    assert [answer["question"] for answer in kept["answers"]][1] == "And in 2021?"
    (info,) = client.get("/v1/conversations").json()["conversations"]
    assert (info["turns"], info["title"]) == (2, first.json()["question"])
    written = client.get(address, headers={"accept": "text/markdown"})
    assert written.headers["content-type"].startswith("text/markdown")
    assert written.text.startswith("## How many pillars")
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("id_", ["0" * 32, "..%2F..%2Fcatalog", "x", "%2E%2E"])
def test_an_unknown_conversation_is_not_found(client: TestClient, id_: str) -> None:
    address = f"/v1/conversations/{id_}"
    for reply in (
        client.get(address),
        client.delete(address),
        client.post(f"{address}/ask", json={"question": "Who?"}),
    ):
        assert reply.status_code == 404
        assert reply.headers["content-type"] == "application/problem+json"
