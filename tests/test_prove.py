"""`make prove` with few trials of each fault: what it counts, and that it can tell a loss."""

from __future__ import annotations

import json
import os
import random
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant
from benchmarks.prove import __main__ as command
from benchmarks.prove import clock, connections, earlier_library, endpoint, fuzzed_documents, fuzzed_questions, kills
from benchmarks.prove.files import file_of
from benchmarks.prove.holdings import astray, cited, differing, half, holdings, not_verbatim
from benchmarks.prove.made_up import question, report, sentences, write
from benchmarks.prove.mutations import hostile
from benchmarks.prove.row import Row, Scale, Tally, skipped
from benchmarks.prove.stores import ChromaServer, opened
from ingest.errors import InputError, LibraryError
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.readers import FORMATS, File, read, unpack

FEW = Scale(points=4, stops=1, documents=60, questions=40, minutes=0.1)


@pytest.fixture(autouse=True)
def _from_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its processes import the project from where the tests do."""
    root = str(Path(command.__file__).parents[2])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]))


@pytest.fixture
def three(tmp_path: Path) -> Library:
    for number in range(3):
        write(tmp_path / "reports" / f"{number}.txt", report(number))
    library = opened(tmp_path / "data", None)
    ingest(library, [tmp_path / "reports"])
    return library


# -- what counts as lost --------------------------------------------------------------------------------


def test_a_lost_document_passage_or_vector_is_counted(three: Library) -> None:
    whole = holdings(three)
    assert differing(holdings(three), whole) == half(three) == 0
    (first, second, third) = three.document_ids()
    three._vectors.remove(three._catalog.passage_ids(first)[:1])
    assert (differing(holdings(three), whole), half(three)) == (1, 1)
    three._catalog.remove([second])
    assert half(three) > 1
    assert second not in holdings(three)["documents"]
    del whole["documents"][third]
    assert differing(holdings(three), {"documents": whole["documents"]}) >= 2  # one missing, one too many
    three.close()


def test_a_copy_lacks_only_what_its_original_has(tmp_path: Path) -> None:
    original = report(4)
    write(tmp_path / "reports" / "1.txt", original)
    write(tmp_path / "reports" / "2.txt", original.replace(sentences(4)[-1], "The last of them was never found."))
    library = opened(tmp_path / "data", None)
    ingest(library, [tmp_path / "reports"])
    (copy,) = (summary for summary in library.documents() if summary.copy_of)
    (own, *more) = library._catalog.passage_ids(copy.id)
    assert half(library) == len(more) == 0
    with library._catalog._db.writing() as db:
        db.execute("DELETE FROM passages WHERE id = ?", [own])
    library._vectors.remove([own])
    library._words.remove([own])
    assert half(library) == 1
    library.close()


def test_a_quote_that_is_not_at_its_offsets_is_counted(three: Library) -> None:
    assistant = Assistant(three)
    answer = assistant.ask(question(1))
    assert answer.statements
    assert astray(answer, assistant) == not_verbatim(answer) == 0
    (citation, *rest) = answer.citations
    moved = citation.model_copy(update={"start": citation.start + 1, "end": citation.end + 1})
    assert astray(answer.model_copy(update={"citations": [moved, *rest]}), assistant) == 1
    assert astray(answer.model_copy(update={"citations": []}), assistant) >= 1
    said = answer.statements[0].model_copy(update={"text": "Nobody wrote this."})
    assert not_verbatim(answer.model_copy(update={"statements": [said]})) == 1
    three.close()


def test_a_row_is_good_only_where_all_survived_and_nothing_was_lost() -> None:
    tally = Tally("fault")
    tally.count(0)
    assert tally.row().good
    tally.count(0, "it broke")
    assert not tally.row().good
    assert tally.row("note").note == "note; it broke"
    lost = Tally("loss")
    lost.count(2)
    assert (lost.lost, lost.survived, lost.row().good) == (2, 0, False)
    assert not Tally("never tried").row().good
    assert skipped("other", "no such disk").good


def test_the_command_writes_its_rows_and_fails_for_a_loss(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = Row("good", 2, 2, 0, 0.1)
    monkeypatch.setattr(
        command, "FAMILIES", {"one": lambda _: iter([good]), "two": lambda _: iter([replace(good, name="bad", lost=1)])}
    )
    file = tmp_path / "prove.json"
    assert command.main(["--only", "one", "--json", str(file)]) == 0
    assert command.main(["--only", "two", "--json", str(file)]) == 1
    assert "NOT AS IT SHOULD BE: bad" in capsys.readouterr().out
    record = json.loads(file.read_text())
    assert [row["name"] for row in record["rows"]] == ["good", "bad"]
    assert {"machine", "versions", "seed"} <= record.keys()
    assert all(row["date"] for row in record["rows"])
    monkeypatch.setattr(command, "FAMILIES", {"one": lambda _: 1 / 0})
    assert command.main([]) == 1  # a family that breaks off is told, and is no success


# -- the faults, a few of each --------------------------------------------------------------------------


def test_kills_lose_nothing() -> None:
    rows = list(kills.prove(FEW))
    assert len(rows) == 8
    assert all(row.good for row in rows), rows


def test_a_jumping_clock_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "TRIALS", 4)
    rows = list(clock.prove(FEW))
    assert all(row.good for row in rows), rows


def test_a_bad_endpoint_shows_no_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "TRIALS", {manner: len(faults) for manner, faults in endpoint.FAULTS.items()})
    rows = list(endpoint.prove(FEW))
    assert all(row.good for row in rows), rows


def test_a_chroma_server_that_is_stopped_is_named_and_heard_again_once_it_is_back(tmp_path: Path) -> None:
    with ChromaServer(tmp_path / "server") as server:
        library = opened(tmp_path / "data", server.url)
        ingest(library, [write(tmp_path / "1.txt", report(1))])
        assistant, before = Assistant(library), library.documents()
        expected = assistant.ask(question(1))
        server.stop()
        write(tmp_path / "1.txt", report(1, version=2))
        for call in (lambda: assistant.ask(question(1)), lambda: ingest(library, [tmp_path / "1.txt"])):
            with pytest.raises(LibraryError, match=f"the Chroma server at {server.url} does not answer") as caught:
                call()
            assert "\n" not in str(caught.value)
        server.start()
        assert library.documents() == before
        assert cited(assistant.ask(question(1))) == cited(expected)
        assert ingest(library, [tmp_path / "1.txt"]).count("updated") == 1
        library.close()


def test_fuzzed_documents_are_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzzed_documents, "SOUND", 3)
    (row,) = fuzzed_documents.prove(FEW)
    assert row.good, row


def test_fuzzed_questions_are_answered_or_refused(tmp_path: Path) -> None:
    answered, refused, lost, wrong, _ = fuzzed_questions._ask_some(1, 0, FEW.questions, False, str(tmp_path))
    assert (lost, wrong) == (0, [])
    assert answered
    assert refused


@pytest.mark.parametrize("ending", FORMATS)
def test_what_mutations_begin_with_is_valid(ending: str) -> None:
    data = file_of(ending, ["Letters of the year", "The office of Nghe An answered forty letters in 2024."])
    assert any(
        "forty letters" in read(inside).text.replace(" | ", " ")
        for inside in unpack(File(f"a{ending}", data))
        if isinstance(inside, File)
    )


def test_files_made_to_do_harm_are_read_or_refused_within_bounds() -> None:
    rng = random.Random(3)
    for _ in range(12):
        ending, data = hostile(rng)
        assert len(data) < 4 << 20
        for inside in unpack(File(f"a{ending}", data)):
            if isinstance(inside, File):
                with suppress(InputError):
                    read(inside)


# -- earlier releases, connections -----------------------------------------------------------------------


@pytest.mark.parametrize("packed", earlier_library.EARLIER, ids=lambda path: path.name.partition(".")[0])
def test_a_library_of_an_earlier_release_is_gone_on_with(packed: Path, tmp_path: Path) -> None:
    assert packed.stat().st_size < 300_000
    assert earlier_library.gone_on_with(packed, tmp_path / "data") == (0, "")


def test_there_is_an_earlier_library_of_this_format_and_of_the_one_before() -> None:
    assert len(earlier_library.EARLIER) >= 2


def test_commands_and_the_server_reach_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    every = connections._commands
    monkeypatch.setattr(connections, "_commands", lambda folder: every(folder)[:2])  # to read in, and to ask
    rows = list(connections.prove(FEW))
    assert len(rows) == 3
    assert all(row.good for row in rows), rows


def test_a_connection_would_be_noted(tmp_path: Path) -> None:
    import subprocess
    import sys

    script = "import socket; socket.create_connection(('192.0.2.1', 9), timeout=1)"
    ran = subprocess.run(
        [sys.executable, "-c", script], env=connections.guarded(tmp_path, "nothing"), capture_output=True, text=True
    )
    assert ran.returncode == 1
    assert "forbidden" in ran.stderr
    assert any("192.0.2.1" in line for line in connections.noted(tmp_path))
    for family, address in (("AF_INET", "192.0.2.1"), ("AF_INET6", "2001:db8::1")):
        script = f"import contextlib, socket\nwith contextlib.suppress(OSError):\n socket.socket(socket.{family})"
        found = connections._led_nowhere(tmp_path, [sys.executable, "-c", f"{script}.connect(({address!r}, 9))"])
        assert found in (1, None)  # None where no network of its own may be made
    page = '<script src="https://example.org/a.js"></script><img src="/here.png">'
    assert len(connections._loaded_from_elsewhere(page)) == 1
