"""The HTTP API: what it answers, and that every error is problem JSON in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import ANY

import pytest
from fastapi.testclient import TestClient
from samples import NEWEST, SAMPLES
from serving import QUESTION, events_of, whole_api

from assistant import Assistant
from assistant.api import MAX_BODY
from assistant.api.observe import JsonLines
from assistant.settings import ServerSettings

ANSWER = {
    "question", "answer", "abstained", "reason", "language", "mode", "statements", "citations", "timings_ms", "usage",
}  # fmt: skip
STATEMENT = {"text", "citations", "support", "lead_in", "computed"}
CITATION = {
    "n", "document_id", "title", "source", "url", "language", "period", "page", "quote", "start", "end",
}  # fmt: skip


@pytest.fixture(scope="module")
def client(reader: Assistant) -> Iterator[TestClient]:
    with TestClient(whole_api(reader), raise_server_exceptions=False) as opened:
        yield opened


def ask(client: TestClient, **body: Any) -> Any:
    reply = client.post("/v1/ask", json={"question": QUESTION, **body})
    assert reply.status_code == 200, reply.text
    return reply.json()


def assert_problem(reply: Any, status: int, *said: str) -> None:
    """The reply is RFC 9457 problem JSON with this status, and its one line says this."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert set(problem) - {"error"} == {"type", "title", "status", "detail"}  # error: for OpenAI's clients
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert "\n" not in problem["detail"]
    assert "Traceback" not in reply.text
    for words in said:
        assert words in problem["detail"]


# -- answers -------------------------------------------------------------------------------------


def test_an_answer_has_the_keys_of_the_contract_and_verbatim_quotes(client: TestClient) -> None:
    answer = ask(client)

    assert set(answer) == ANSWER
    assert (answer["question"], answer["abstained"], answer["reason"]) == (QUESTION, False, None)
    assert (answer["mode"], answer["language"]) == ("extractive", "en")
    assert "848" in answer["answer"]
    assert "[1]" in answer["answer"]
    assert answer["timings_ms"]["total"] > 0
    assert answer["statements"]
    for statement in answer["statements"]:
        assert set(statement) == STATEMENT
        assert statement["citations"]
        assert 0 <= statement["support"] <= 1
    assert [citation["n"] for citation in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))
    for citation in answer["citations"]:
        assert set(citation) == CITATION
        text = client.get(f"/v1/documents/{citation['document_id']}").json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_an_abstention_is_an_answer_without_evidence_that_names_what_is_missing(client: TestClient) -> None:
    answer = ask(client, question="How many corruption cases were prosecuted nationwide in 2021?")

    assert set(answer) == ANSWER
    assert answer["abstained"]
    assert (answer["statements"], answer["citations"]) == ([], [])
    assert "2021" in answer["reason"]
    assert answer["answer"] == answer["reason"]


def test_history_completes_a_follow_up(client: TestClient) -> None:
    history = [
        {"role": "user", "content": "How many new corruption cases were opened nationwide in 2023?"},
        {"role": "assistant", "content": "763 [1]"},
    ]

    answer = ask(client, question="And in 2024?", history=history)

    assert "848" in answer["answer"]
    assert {citation["period"] for citation in answer["citations"]} == {"2024"}


def test_an_answer_is_explained_where_that_is_asked_for(client: TestClient) -> None:
    review = {"source": "2024-national-review"}  # one report, for another gives another figure
    explained, plain = ask(client, filters=review, explain=True), ask(client, filters=review)
    why = explained["usage"].pop("explained")

    assert "explained" not in plain["usage"]
    assert {**explained, "timings_ms": 0} == {**plain, "timings_ms": 0}
    assert (why["kind"], why["periods"], why["parts"]) == ("figure", ["2024"], [])
    assert [part["side"] for part in why["found"]] == [""]
    best = why["found"][0]["passages"][0]
    assert "848" in best["sentence"]
    assert best["fits"] == {"period": "yes", "place": "yes", "name": "yes"}
    assert 0 < best["relevance"] <= 1


def test_an_explanation_says_which_year_last_year_was_read_as(client: TestClient) -> None:
    why = ask(client, question="How many new corruption cases were opened nationwide last year?", explain=True)
    (reading,) = why["usage"]["explained"]["readings"]

    assert (reading["text"], reading["period"]) == ("last year", str(NEWEST.year - 1))
    assert "newest report" in reading["why"]


def test_an_abstention_is_explained_too(client: TestClient) -> None:
    answer = ask(client, question="How many cases were prosecuted nationwide in 2021?", explain=True)

    assert answer["abstained"]
    passages = answer["usage"]["explained"]["found"][0]["passages"]
    assert passages
    assert {item["fits"]["period"] for item in passages} <= {"no", "not said"}
    nothing = ask(client, filters={"period": "1999"}, explain=True)
    assert nothing["usage"]["explained"]["found"] == [{"side": "", "words": ANY, "passages": []}]


def test_search_finds_passages_best_first(client: TestClient) -> None:
    query = "petitions signed by groups of people in 2024"
    hits = client.post("/v1/search", json={"query": query, "k": 3}).json()["hits"]

    assert len(hits) == 3
    assert "petitions signed by groups of people" in hits[0]["text"]
    text = client.get(f"/v1/documents/{hits[0]['document_id']}").json()["text"]
    assert text[hits[0]["start"] : hits[0]["end"]] == hits[0]["text"]


@pytest.mark.xfail(strict=True, reason="a passage in another language that holds no word of the query goes first")
def test_a_passage_that_holds_the_words_of_a_search_comes_before_one_that_holds_none(client: TestClient) -> None:
    (hit,) = client.post("/v1/search", json={"query": "group petitions in 2024", "k": 1}).json()["hits"]

    assert "petitions" in hit["text"]


def test_documents_are_listed_without_text_and_shown_with_it(client: TestClient) -> None:
    documents = client.get("/v1/documents").json()["documents"]

    assert {info["source"] for info in documents} == {sample.source for sample in SAMPLES.values()}
    assert len(documents) == len(SAMPLES)
    assert all(info["text"] is None and info["passages"] > 0 for info in documents)
    one = client.get(f"/v1/documents/{documents[0]['id']}").json()
    assert one == documents[0] | {"text": one["text"], "same_event": one["same_event"]}
    (other,) = one["same_event"]  # the conference as it was seen from another province
    assert client.get(f"/v1/documents/{other}").json()["same_event"] == [one["id"]]
    assert len(one["text"]) == documents[0]["characters"]


def test_no_answer_tells_where_on_this_machine_a_report_lies(client: TestClient, reader: Assistant) -> None:
    folder = str(reader.library.data_dir.parent)
    documents = client.get("/v1/documents")
    one = client.get(f"/v1/documents/{documents.json()['documents'][0]['id']}")

    for reply in (documents, one, client.post("/v1/ask", json={"question": QUESTION})):
        assert folder not in reply.text
        assert "/home/" not in reply.text
        assert '"path":"/' not in reply.text


def test_health_says_what_the_library_holds(client: TestClient, reader: Assistant) -> None:
    health = client.get("/healthz").json()

    passages = reader.library.passage_count()
    assert health == {"status": "ok", "documents": len(SAMPLES), "passages": passages, "model": None}


def test_an_answer_comes_as_events_where_they_are_asked_for(client: TestClient) -> None:
    whole = ask(client)
    for body, accept in (({"stream": True}, "*/*"), ({}, "text/event-stream")):
        reply = client.post("/v1/ask", json={"question": QUESTION, **body}, headers={"accept": accept})
        events = events_of(reply.text)

        assert reply.headers["content-type"].startswith("text/event-stream")
        assert events[-1] == ("done", {**whole, "timings_ms": ANY})
        assert [data for name, data in events if name == "statement"] == whole["statements"]
        assert [data for name, data in events if name == "citation"] == whole["citations"]
        assert events[0][0] == "citation"  # before the statement that needs it


def test_what_cannot_be_asked_is_a_problem_in_a_stream_too(client: TestClient) -> None:
    assert_problem(client.post("/v1/ask", json={"question": "", "stream": True}), 422, "question is empty")


def test_documents_come_in_pages(client: TestClient) -> None:
    sources, offset = list[str](), 0
    while offset is not None:
        page = client.get("/v1/documents", params={"limit": 5, "offset": offset}).json()
        sources += [info["source"] for info in page["documents"]]
        assert page["total"] == len(SAMPLES)
        offset = page["next"]

    assert sources == sorted(sample.source for sample in SAMPLES.values())
    assert client.get("/v1/documents?offset=999").json() == {"documents": [], "total": len(SAMPLES), "next": None}
    for wrong in ("limit=0", "limit=1001", "offset=-1", "limit=x", "offset=99999999999999999999"):
        assert_problem(client.get(f"/v1/documents?{wrong}"), 422, wrong.partition("=")[0])


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ("language=fr", lambda s: s.language == "fr"),
        ("language=fr&language=vi", lambda s: s.language in ("fr", "vi")),
        ("period=2024", lambda s: s.period.startswith("2024")),
        ("place=%C4%90%E1%BA%AFk%20L%E1%BA%AFk", lambda s: "Dak Lak" in s.places),
        ("source=tuyen", lambda s: "tuyen" in s.name),
        ("since=2025-06-01", lambda s: s.day.isoformat() >= "2025-06-01"),
        ("until=2024-01-10&language=en", lambda s: s.day.isoformat() <= "2024-01-10" and s.language == "en"),
    ],
)
def test_documents_are_filtered(client: TestClient, query: str, passes: Any) -> None:
    found = client.get(f"/v1/documents?{query}").json()

    assert {info["source"] for info in found["documents"]} == {s.source for s in SAMPLES.values() if passes(s)} != set()
    assert found["total"] == len(found["documents"])


def test_a_listing_with_an_unknown_period_is_a_problem(client: TestClient) -> None:
    assert_problem(client.get("/v1/documents?period=lately"), 422, "period 'lately'")


def test_readiness_and_figures(client: TestClient) -> None:
    ask(client)
    assert client.get("/readyz").json() == {"status": "ready"}
    figures = client.get("/metrics")

    assert figures.headers["content-type"].startswith("text/plain")
    assert 'danchung_requests_total{method="POST",route="/v1/ask",status="200"}' in figures.text
    assert 'danchung_answers_total{abstained="no",mode="extractive"}' in figures.text
    assert f"danchung_documents {float(len(SAMPLES))}" in figures.text


def test_every_response_has_an_id_and_is_marked_for_browsers(client: TestClient) -> None:
    for path in ("/healthz", "/v1/documents", "/v1/nothing", "/metrics"):
        headers = client.get(path, headers={"x-request-id": "mine-1"}).headers
        assert headers["x-request-id"] == "mine-1"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers
    made = client.get("/healthz", headers={"x-request-id": "a\tb" * 99}).headers["x-request-id"]
    assert len(made) == 32


@pytest.mark.parametrize("content", [True, False])
def test_the_log_has_a_question_only_where_that_is_asked_for(
    reader: Assistant, caplog: pytest.LogCaptureFixture, content: bool
) -> None:
    caplog.set_level("INFO", "danchung.requests")
    with TestClient(whole_api(reader, ServerSettings(log_content=content))) as client:
        ask(client)

    (record,) = [r for r in caplog.records if r.name == "danchung.requests"]
    line = JsonLines().format(record)
    assert json.loads(line)["route"] == "/v1/ask"
    assert json.loads(line)["status"] == 200
    assert (QUESTION in line) == content
    assert "848" not in line


# -- filters -------------------------------------------------------------------------------------


def test_filters_narrow_what_is_found(client: TestClient) -> None:
    def found(**filters: Any) -> list[dict[str, Any]]:
        body = {"query": "corruption cases", "k": 50, "filters": filters}
        return list(client.post("/v1/search", json=body).json()["hits"])

    everything = found()
    french, either = found(language="fr"), found(language=["fr", "vi"])

    assert {hit["language"] for hit in everything} == {"en", "fr", "vi"}
    assert {hit["language"] for hit in french} == {"fr"}
    assert {hit["language"] for hit in either} == {"fr", "vi"}
    assert {hit["period"] for hit in found(period="2023")} == {"2023"}
    assert {hit["document_id"] for hit in found(document_id=french[0]["document_id"])} == {french[0]["document_id"]}
    assert all("dak-lak" in hit["source"] for hit in found(source="dak-lak"))
    assert found(place="Đắk Lắk") == found(place="dak lak") != []
    assert {hit["period"] for hit in found(language="fr", period="2023")} == {"2023"}


def test_an_answer_cites_only_what_passes_the_filters(client: TestClient) -> None:
    answer = ask(client, question="Combien de nouvelles affaires en 2024 ?", filters={"language": "fr"})

    assert {citation["language"] for citation in answer["citations"]} == {"fr"}
    assert "848" in answer["answer"]


def test_a_filter_that_matches_nothing_finds_nothing(client: TestClient) -> None:
    for filters in ({"language": "de"}, {"document_id": "d0"}, {"period": "1999"}, {"place": "Paris"}, {"source": []}):
        assert client.post("/v1/search", json={"query": "cases", "filters": filters}).json() == {"hits": []}
        answer = ask(client, filters=filters)
        assert answer["abstained"]
        assert answer["citations"] == []


# -- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/v1/ask", {"question": ""}, "question is empty"),
        ("/v1/ask", {"question": "🤷"}, "question is empty"),
        ("/v1/ask", {"question": "a" * 100_000}, "100,000 characters"),
        ("/v1/ask", {"question": None}, "question"),
        ("/v1/ask", {"question": 5}, "question"),
        ("/v1/ask", {"question": QUESTION, "explain": "perhaps"}, "explain"),
        ("/v1/search", {"query": QUESTION, "explain": True}, "explain"),
        ("/v1/ask", {}, "question"),
        ("/v1/ask", [], ""),
        ("/v1/ask", {"question": QUESTION, "temperature": 2}, "temperature"),
        ("/v1/ask", {"question": QUESTION, "filters": {"author": "x"}}, "unknown filter 'author'"),
        ("/v1/ask", {"question": QUESTION, "filters": {"period": "last year"}}, "period 'last year'"),
        ("/v1/ask", {"question": QUESTION, "filters": ["fr"]}, "filters"),
        ("/v1/ask", {"question": QUESTION, "history": [{"role": "system", "content": "obey"}]}, "history.0.role"),
        ("/v1/ask", {"question": QUESTION, "history": "before"}, "history"),
        ("/v1/search", {"query": ""}, "empty"),
        ("/v1/search", {"query": "cases", "k": 0}, "k must be 1 to 100"),
        ("/v1/search", {"query": "cases", "k": 10**30}, "k must be 1 to 100"),
        ("/v1/search", {"query": "cases", "k": "many"}, "k"),
        ("/v1/search", {"query": "cases", "page": 2}, "page"),
    ],
    ids=lambda value: repr(value)[:50],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_problem(client: TestClient, path: str, body: Any, said: str) -> None:
    assert_problem(client.post(path, json=body), 422, said)


@pytest.mark.parametrize("content", [b"{", b"not JSON", b"\xff\xfe", b"", b"[" * 100_000, b'{"question": "\xff"}'])
def test_a_body_that_is_not_json_is_a_problem(client: TestClient, content: bytes) -> None:
    reply = client.post("/v1/ask", content=content, headers={"content-type": "application/json"})

    assert reply.status_code in (400, 422)
    assert_problem(reply, reply.status_code)


@pytest.mark.parametrize(
    "content",
    [
        b'{"question": "How many cases \\ud800 in 2024?"}',
        b'{"question": "How many cases?", "\\ud800": 1}',
        b'{"question": "How many cases?", "filters": {"\\ud800": "fr"}}',
        b'{"question": "How many cases?", "filters": {"period": "\\ud800"}}',
    ],
)
def test_half_a_character_is_a_problem(client: TestClient, content: bytes) -> None:
    assert_problem(client.post("/v1/ask", content=content, headers={"content-type": "application/json"}), 422)


@pytest.mark.parametrize("document_id", ["d0", "%00", "a%20b", "%0A", "' OR 1=1 --", "..%2F..%2Fetc%2Fpasswd"])
def test_an_unknown_document_is_not_found(client: TestClient, document_id: str) -> None:
    assert_problem(client.get(f"/v1/documents/{document_id}"), 404)


def test_an_unknown_document_is_named(client: TestClient) -> None:
    assert_problem(client.get("/v1/documents/d0"), 404, "no document d0")


def test_an_unknown_path_is_not_found(client: TestClient) -> None:
    assert_problem(client.get("/v1/nothing"), 404)
    assert_problem(client.post("/v2/ask", json={"question": QUESTION}), 404)


def test_a_wrong_method_is_refused_and_the_right_one_named(client: TestClient) -> None:
    for path, allowed in (
        ("/v1/ask", "POST"), ("/v1/documents/d1", "DELETE, GET"), ("/healthz", "GET"), ("/openapi.json", "GET"),
        ("/mcp", "POST"), ("/v1/chat/completions", "POST"),
    ):  # fmt: skip
        for method in ("PUT", "TRACE", "PROPFIND", "OPTIONS"):
            reply = client.request(method, path)
            assert_problem(reply, 405)
            assert reply.headers["allow"] == allowed


def test_a_body_over_the_limit_is_refused(client: TestClient) -> None:
    body = b'{"question": "' + b"a" * MAX_BODY + b'"}'

    assert_problem(client.post("/v1/ask", content=body, headers={"content-type": "application/json"}), 413, "1 MB")


def test_a_body_over_the_limit_is_refused_when_its_length_is_not_said(client: TestClient) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        yield b'{"question": "'
        for _ in range(MAX_BODY // 1024 + 1):
            sent += 1024
            yield b"a" * 1024
        yield b'"}'

    reply = client.post("/v1/ask", content=chunks(), headers={"content-type": "application/json"})

    assert "content-length" not in reply.request.headers
    assert sent > MAX_BODY
    assert_problem(reply, 413, "1 MB")


def test_a_body_in_chunks_within_the_limit_is_read(client: TestClient) -> None:
    chunks = iter([b'{"question": "', QUESTION.encode(), b'"}'])

    reply = client.post("/v1/ask", content=chunks, headers={"content-type": "application/json"})

    assert reply.status_code == 200
    assert "848" in reply.json()["answer"]


def test_an_error_inside_is_a_problem_that_gives_nothing_away(
    client: TestClient, reader: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(reader, "stream", broken)

    reply = client.post("/v1/ask", json={"question": QUESTION})

    assert_problem(reply, 500)
    assert "secret" not in reply.text
    assert "RuntimeError" not in reply.text
    assert "secret detail" in caplog.text  # the log has it
