"""The command line: what is printed, what goes to standard error, and the exit codes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from samples import NEWEST, SAMPLES

from assistant import Assistant
from assistant.cli import main
from ingest.engine import Engine

ROOT = Path(__file__).parent.parent
QUESTION = "How many new corruption cases were opened nationwide in 2024, and against how many defendants?"
REPORT = """Year-end review of 2024

In 2024 the province opened 31 new corruption cases against 64 defendants. The committee met eleven times.
"""


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, engine: Engine) -> Run:
    """Runs `danchung` with these arguments in this process, with the engine that is loaded already."""
    monkeypatch.setattr("assistant.assistant.open_engine", lambda _name: engine)
    monkeypatch.setattr("ingest.engine.open_engine", lambda _name: engine)

    def ran(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as exc:  # argparse's way to end
            code = int(exc.code or 0)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran


@pytest.fixture(scope="module")
def library(corpus_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample corpus that nobody has open."""
    folder = tmp_path_factory.mktemp("cli") / "data"
    shutil.copytree(corpus_library, folder)
    return folder


def assert_one_line(ran: Ran, code: int, *said: str) -> None:
    assert ran.code == code, ran
    assert ran.out == ""
    assert ran.err.startswith("danchung")
    assert ran.err.count("\n") == 1
    assert ran.err.endswith("\n")
    for words in said:
        assert words in ran.err


# -- ingest --------------------------------------------------------------------------------------


def test_ingest_reads_a_folder_says_so_and_reads_it_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "review.txt").write_text(REPORT, encoding="utf-8")

    first, second = run("ingest", tmp_path / "reports"), run("ingest", tmp_path / "reports")

    assert first.code == second.code == 0
    assert "[1/1] added:" in first.out
    assert "1 added in" in first.out
    assert "1 unchanged in" in second.out
    assert (tmp_path / ".danchung").is_dir()  # the default data directory is in the working directory
    assert "31 new corruption cases" in run("ask", "How many new corruption cases were opened in 2024?").out


def test_ingest_goes_on_after_bad_files_and_names_each(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a-empty.txt").write_bytes(b"")
    (tmp_path / "b-binary.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "c-picture.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "d-review.txt").write_text(REPORT, encoding="utf-8")
    names = ("a-empty.txt", "b-binary.txt", "missing.txt", "c-picture.jpg", "d-review.txt")
    given = [tmp_path / name for name in names]

    ran = run("ingest", *given)

    assert ran.code == 1
    assert "d-review.txt" in ran.out
    assert "1 added" in ran.out
    assert "Traceback" not in ran.err
    for path in given[:-1]:
        assert sum(str(path) in line for line in ran.err.splitlines()) == 1, path
    assert "31 new" in run("ask", "How many new corruption cases were opened in 2024?").out


def test_ingest_as_json_is_json_even_when_files_fail(run: Run, tmp_path: Path) -> None:
    (tmp_path / "review.txt").write_text(REPORT, encoding="utf-8")

    ran = run("ingest", tmp_path / "review.txt", tmp_path / "missing.txt", "--json", "--data-dir", tmp_path / "data")

    assert ran.code == 1
    assert (ran.json["added"], ran.json["failed"]) == (1, 1)
    added, failed = sorted(ran.json["files"], key=lambda file: str(file["state"]))
    assert added["document_id"]
    assert added["passages"] >= 1
    assert "no such file" in failed["message"]


def test_a_missing_path_fails(run: Run, tmp_path: Path) -> None:
    ran = run("ingest", tmp_path / "nothing-here", "--data-dir", tmp_path / "data")

    assert ran.code == 1
    assert "nothing-here: no such file or folder" in ran.err


# -- ask and search ------------------------------------------------------------------------------


def test_ask_prints_the_answer_with_markers_and_what_they_cite(run: Run, library: Path) -> None:
    ran = run("ask", QUESTION, "--data-dir", library)

    assert ran.code == 0
    assert "848" in ran.out.splitlines()[0]
    assert "[1]" in ran.out.splitlines()[0]
    assert "\n[1] " in ran.out
    assert "corpus/2024-national-review.txt" in ran.out
    assert "“" in ran.out


def test_ask_as_json_is_the_answer_with_verbatim_quotes(run: Run, library: Path) -> None:
    answer = run("ask", QUESTION, "--json", "--data-dir", library).json

    assert list(answer) == [
        "question", "answer", "abstained", "reason", "language", "mode",
        "statements", "citations", "timings_ms", "usage",
    ]  # fmt: skip
    assert answer["citations"]
    for citation in answer["citations"]:
        document = run("documents", "show", citation["document_id"], "--json", "--data-dir", library).json
        assert document["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_an_abstention_is_said_and_is_no_failure(run: Run, library: Path) -> None:
    ran = run("ask", "How many cases were prosecuted nationwide in 2021?", "--data-dir", library)

    assert ran.code == 0
    assert "2021" in ran.out
    assert "[1]" not in ran.out


def test_ask_of_an_empty_library_says_how_to_fill_it(run: Run, tmp_path: Path) -> None:
    ran = run("ask", QUESTION, "--data-dir", tmp_path / "data")

    assert ran.code == 0
    assert "danchung ingest" in ran.out


@pytest.mark.parametrize("question", ["", "   ", "🤷", "\x00", "a" * 100_000, "caf\udce9"])
def test_what_cannot_be_asked_is_one_line_and_opens_nothing(question: str, run: Run, tmp_path: Path) -> None:
    for command in ("ask", "ask --json"):
        assert_one_line(run(*command.split(), "--", question), 2, "question")
    assert not (tmp_path / ".danchung").exists()


def test_search_prints_passages_best_first(run: Run, library: Path) -> None:
    ran = run("search", "petitions signed by groups of people", "-k", "2", "--data-dir", library)
    hits = run("search", "petitions signed by groups of people", "--json", "--data-dir", library).json

    assert ran.code == 0
    assert ran.out.startswith("1. ")
    assert "\n2. " in ran.out
    assert "\n3. " not in ran.out
    assert len(hits) == 10
    assert "200 complicated petitions" in hits[0]["text"]


def test_ask_explains_how_a_question_was_read_and_why_passages_were_chosen(run: Run, library: Path) -> None:
    plain = run("ask", QUESTION, "--data-dir", library)
    ran = run("ask", QUESTION, "--explain", "--data-dir", library)

    assert ran.code == 0
    assert ran.out.startswith(plain.out)
    why = ran.out.removeprefix(plain.out).strip().splitlines()
    assert why[0] == f"understood    figure in en: {QUESTION}"
    assert "  periods     2024" in why
    assert "found" in why
    assert "corpus/2024-national-review.txt" in ran.out
    assert any("passage +" in line and "sentence +" in line for line in why)


def test_an_explanation_as_json_is_in_the_usage_and_nowhere_unasked(run: Run, library: Path) -> None:
    plain = run("ask", QUESTION, "--json", "--data-dir", library).json
    answer = run("ask", QUESTION, "--json", "--explain", "--data-dir", library).json
    why = answer["usage"].pop("explained")

    assert "explained" not in plain["usage"]
    assert untimed(answer) == untimed(plain)
    assert why["text"] == QUESTION
    told = {item["source"] for item in why["found"][0]["passages"]}
    assert told >= {citation["source"] for citation in answer["citations"]} >= {"corpus/2024-national-review.txt"}


def test_an_explanation_shows_what_last_year_was_read_as_and_each_side(run: Run, library: Path) -> None:
    last_year = run("ask", "How many new cases were opened last year?", "--explain", "--data-dir", library).out
    sides = run("ask", "How many new cases in 2023 versus 2024?", "--explain", "--data-dir", library).out

    before = NEWEST.year - 1
    assert f"“last year” is {before}: Read as {before}" in last_year
    assert "for 2023\n" in sides
    assert "for 2024\n" in sides


def test_an_explanation_of_nothing_found_says_so(run: Run, library: Path) -> None:
    ran = run("ask", QUESTION, "--explain", "--period", "1999", "--data-dir", library)

    assert ran.code == 0
    assert ran.out.endswith("found\n  nothing\n")


# -- documents -----------------------------------------------------------------------------------


def test_documents_are_listed_shown_and_removed(run: Run, corpus_library: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(corpus_library, data)

    listed = run("documents", "--data-dir", data)
    infos = run("documents", "list", "--json", "--data-dir", data).json
    national = next(info for info in infos if info["source"].endswith("2024-national-review.txt"))
    shown = run("documents", "show", national["id"], "--data-dir", data)
    removed = run("documents", "remove", national["id"], "--data-dir", data)
    again = run("documents", "remove", national["id"], "--data-dir", data)
    answer = run("ask", QUESTION, "--data-dir", data)

    assert listed.code == shown.code == removed.code == 0
    assert f"{len(SAMPLES)} documents" in listed.out
    assert {info["source"] for info in infos} == {sample.source for sample in SAMPLES.values()}
    assert all(info["id"] in listed.out for info in infos)
    assert "period: 2024" in shown.out
    assert "nearly 60,000 petitions" in shown.out
    assert_one_line(again, 2, f"no document {national['id']}")
    left = run("documents", "--json", "--data-dir", data).json
    assert [info["id"] for info in left] == [info["id"] for info in infos if info != national]
    assert "2024-national-review.txt" not in answer.out


@pytest.mark.parametrize("action", ["show", "remove"])
def test_an_action_on_a_document_needs_its_id(action: str, run: Run) -> None:
    assert_one_line(run("documents", action), 2, "needs an ID")


def test_an_unknown_document_is_one_line(run: Run, library: Path) -> None:
    assert_one_line(run("documents", "show", "d0", "--data-dir", library), 2, "no document d0")


# -- usage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        "", "--nope", "answer", "ask", "ask a --nope", "ask a b", "search a -k many", "documents burn d1", "ingest",
        "serve --port 99999", "serve --port x", "eval silver",
    ],
)  # fmt: skip
def test_a_usage_error_is_one_line_and_exit_code_2(arguments: str, run: Run) -> None:
    assert_one_line(run(*arguments.split()), 2, "--help")


def test_a_setting_that_is_wrong_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "danchung.toml").write_text("modell = 1", encoding="utf-8")

    assert_one_line(run("ask", QUESTION), 2, "unknown setting 'modell'")


def test_a_number_of_passages_out_of_range_is_one_line(run: Run, library: Path) -> None:
    assert_one_line(run("search", "cases", "-k", "0", "--data-dir", library), 2, "k must be 1 to 100")


def test_a_data_directory_that_cannot_be_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")

    assert_one_line(run("ask", QUESTION, "--data-dir", tmp_path / "file" / "data"), 1, "file")


def test_help_imports_nothing_heavy() -> None:
    code = """
import contextlib, io, sys
from assistant.cli import main
for arguments in (["--help"], ["ask", "--help"], ["--nope"], ["--version"], ["documents", "show"]):
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        main(arguments)
heavy = {"llama_index", "chromadb", "gradio", "openai", "numpy", "fastapi", "pydantic", "onnxruntime", "tantivy"}
print(sorted(heavy & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60)

    assert ran.stdout.strip() == "[]"


def test_help_as_a_program_names_every_command() -> None:
    ran = danchung("--help")

    assert ran.returncode == 0
    for command in ("ingest", "ask", "chat", "search", "documents", "serve", "eval", "doctor"):
        assert f"\n    {command}" in ran.stdout


def danchung(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs it as a program of its own."""
    command = [sys.executable, "-m", "assistant.cli", *map(str, arguments)]
    told = {"capture_output": True, "text": True, "cwd": ROOT, "timeout": 60}
    return subprocess.run(command, **{**told, **options})  # type: ignore[call-overload]


def test_the_doctor_builds_all_that_an_image_needs(library: Path, tmp_path: Path) -> None:
    from assistant.cross_encoder.graph import OUTPUTS

    cache = tmp_path / "cache"
    environ = {**os.environ, "DANCHUNG_CACHE_DIR": str(cache)}
    ran = danchung("doctor", "--data-dir", tmp_path / "none", env=environ, timeout=180)
    built = {path.name: path.stat().st_mtime_ns for path in cache.rglob("*.onnx")}
    asked = danchung("ask", QUESTION, "--data-dir", library, env=environ, timeout=180)

    assert ran.returncode == asked.returncode == 0, ran.stdout + asked.stderr
    assert not (tmp_path / "none").exists()
    for network in OUTPUTS:
        assert any(name.startswith(f"cross-encoder-{network}-") for name in built)
    assert built == {path.name: path.stat().st_mtime_ns for path in cache.rglob("*.onnx")}


def test_filters_narrow_what_is_asked(run: Run, library: Path) -> None:
    def asked(*filters: str) -> str:
        return run("ask", QUESTION, "--data-dir", library, *filters).out

    assert "848" in asked("--period", "2024", "--language", "en")
    assert "848" in asked("--since", "2024-12-01")
    for filters in (["--period", "1999"], ["--language", "de"], ["--place", "Atlantis"], ["--until", "2020"]):
        assert "848" not in asked(*filters), filters
    hits = run("search", "corruption", "--language", "fr", "--language", "vi", "--json", "--data-dir", library).json
    assert {hit["language"] for hit in hits} == {"fr", "vi"}
    assert "no report passes" in run("search", "corruption", "--period", "1999", "--data-dir", library).out
    assert_one_line(run("ask", QUESTION, "--period", "lately", "--data-dir", library), 2, "period 'lately'")


def test_what_is_gone_from_the_disk_is_said_and_pruned(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(REPORT.replace("31", str(ord(name[0]))), encoding="utf-8")
    run("ingest", folder)
    (folder / "b.txt").unlink()

    missing, pruned = run("ingest", folder), run("ingest", folder, "--prune")

    assert (missing.code, pruned.code) == (0, 0)
    assert "missing: " in missing.err
    assert "--prune" in missing.err
    assert "removed: " in pruned.out
    assert "1 documents" in run("documents").out


def test_another_size_of_passages_is_said_and_rebuilt(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "review.txt").write_text(REPORT * 9, encoding="utf-8")
    run("ingest", "review.txt")
    monkeypatch.setenv("DANCHUNG_PASSAGE_TOKENS", "40")

    refused = run("ingest", "review.txt")
    rebuilt = run("ingest", "--rebuild")

    assert_one_line(refused, 1, "200 tokens, not 40", "--rebuild")
    assert rebuilt.code == 0
    assert "made anew" in rebuilt.out
    assert "1 unchanged" in run("ingest", "review.txt").out
    assert "31 new" in run("ask", "How many new corruption cases were opened in 2024?").out


def test_a_folder_is_followed(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text(REPORT, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "assistant.cli",
        "ingest",
        str(folder),
        "--watch",
        "--data-dir",
        str(tmp_path / "data"),
    ]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background hands on that it ignores it
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = iter(process.stdout.readline, "")
        assert any("following" in line for line in said)
        (folder / "b.txt").write_text(REPORT.replace("31", "57").replace("2024", "2023"), encoding="utf-8")
        assert any(line.startswith("[2/2] added: ") for line in said)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 1


# -- several processes ---------------------------------------------------------------------------


def test_a_directory_in_use_is_said_and_not_touched(run: Run, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "review.txt").write_text(REPORT, encoding="utf-8")
    with Assistant.open(tmp_path / "data", engine=engine, owner="danchung ingest"):
        ran = run("ingest", tmp_path / "review.txt", "--data-dir", tmp_path / "data")

    assert_one_line(ran, 1, "in use by process", "danchung ingest")


@dataclass(frozen=True)
class Server:
    """A `danchung serve` over a data directory."""

    url: str
    data: Path
    process: subprocess.Popen[str]


@pytest.fixture(scope="module")
def server(corpus_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(corpus_library, data)
    command = [sys.executable, "-m", "assistant.cli", "serve", "--port", "0", "--data-dir", str(data)]
    names = ("OPENAI_API_KEY", "OPENAI_BASE_URL")
    environ = {k: v for k, v in os.environ.items() if not k.startswith("DANCHUNG_") and k not in names}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environ)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Danchung listens on http://127.0.0.1:"), line
        yield Server(line.split()[-1], data, process)
    finally:
        process.kill()
        process.wait()


def untimed(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "timings_ms"}


def test_a_server_on_port_0_says_where_it_listens_and_answers(server: Server) -> None:
    assert not server.url.endswith(":0")
    with httpx.Client(base_url=server.url, timeout=30, trust_env=False) as http:
        assert http.get("/healthz").json()["documents"] == len(SAMPLES)
        answer = http.post("/v1/ask", json={"question": QUESTION}).json()
        page = http.get("/")
    assert "848" in answer["answer"]
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]


def test_a_command_beside_a_server_asks_the_server(server: Server, run: Run, library: Path) -> None:
    served = run("ask", QUESTION, "--json", "--data-dir", server.data)
    alone = run("ask", QUESTION, "--json", "--data-dir", library)

    assert served.code == 0
    assert untimed(served.json) == untimed(alone.json)
    assert run("ask", QUESTION, "--data-dir", server.data).out == run("ask", QUESTION, "--data-dir", library).out
    assert run("documents", "--data-dir", server.data).out == run("documents", "--data-dir", library).out
    found = [run("search", "group petitions", "--data-dir", folder).out for folder in (server.data, library)]
    assert found[0] == found[1] != ""


def test_a_command_beside_a_server_explains_as_one_alone_does(server: Server, run: Run, library: Path) -> None:
    for question in (QUESTION, "How many new cases were opened last year?"):
        served, alone = (run("ask", question, "--explain", "--data-dir", folder) for folder in (server.data, library))
        assert served.code == 0
        assert "understood  " in served.out
        assert served.out == alone.out
    served, alone = (
        run("ask", QUESTION, "--explain", "--json", "--data-dir", folder).json for folder in (server.data, library)
    )
    assert untimed(served) == untimed(alone)
    assert served["usage"]["explained"]["found"]


def test_errors_of_the_server_read_as_errors_of_the_command(server: Server, run: Run, library: Path) -> None:
    for command in (["search", "cases", "-k", "0"], ["documents", "show", "d0"], ["documents", "show", "d0?a=%2F#b"]):
        served, alone = (run(*command, "--data-dir", folder) for folder in (server.data, library))
        assert_one_line(served, 2)
        assert served.err == alone.err


def test_what_a_killed_server_left_behind_is_not_believed(run: Run, corpus_library: Path, tmp_path: Path) -> None:
    shutil.copytree(corpus_library, tmp_path / "data")
    left = {"pid": 1, "command": "danchung serve", "url": "http://127.0.0.1:9"}
    (tmp_path / "data" / "owner.json").write_text(json.dumps(left), encoding="utf-8")

    ran = run("ask", QUESTION, "--data-dir", tmp_path / "data")

    assert ran.code == 0
    assert "848" in ran.out


def test_ingest_hands_its_work_to_the_server(server: Server, run: Run, tmp_path: Path) -> None:
    (tmp_path / "review.txt").write_text(REPORT, encoding="utf-8")
    os.chdir(tmp_path)

    first = run("ingest", "review.txt", "missing.txt", "--data-dir", server.data)
    again = run("ingest", "review.txt", "--json", "--data-dir", server.data)

    assert first.code == 1
    assert "added: " in first.out
    assert "1 passages" in first.out
    assert "missing.txt: no such file" in first.err
    assert (again.code, again.json["unchanged"]) == (0, 1)
    assert "/review.txt" in run("documents", "--data-dir", server.data).out
    (tmp_path / "review.txt").unlink()
    gone = run("ingest", "review.txt", "--prune", "--data-dir", server.data)
    assert "removed: " in gone.out
    assert "/review.txt" not in run("documents", "--data-dir", server.data).out


def test_only_who_can_read_the_library_may_hand_it_files(server: Server) -> None:
    owner = server.data / "owner.json"
    assert owner.stat().st_mode & 0o077 == 0
    for headers in ({}, {"authorization": "wrong"}, {"authorization": "Bearer wrong"}):
        reply = httpx.post(f"{server.url}/v1/handover", json={"paths": ["/etc"]}, headers=headers)
        assert reply.status_code == 401


def test_what_needs_the_directory_says_who_has_it(server: Server, run: Run) -> None:
    ran = run("documents", "remove", "d1", "--data-dir", server.data)

    assert_one_line(ran, 1, "danchung serve", server.url, str(server.process.pid))


def test_a_taken_port_is_one_line(server: Server, run: Run, tmp_path: Path) -> None:
    port = server.url.rsplit(":", 1)[1]

    assert_one_line(run("serve", "--port", port, "--data-dir", tmp_path / "data"), 2, "another --port")


def test_a_server_that_is_told_to_stop_ends_well_and_gives_the_directory_up(server: Server, run: Run) -> None:
    """Last of the tests with the server: it stops it."""
    server.process.send_signal(signal.SIGTERM)

    assert server.process.wait(timeout=20) == 0
    assert not (server.data / "owner.json").exists()
    ran = run("ask", QUESTION, "--data-dir", server.data)
    assert ran.code == 0
    assert "848" in ran.out
