"""The examples of docs/api.md and the README run as they are printed, against a server as it is started."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from serving import JAVASCRIPT, listening, node_with_openai

from assistant import Assistant
from assistant.api.guard import Access
from assistant.keys import Keys, new_key
from assistant.server import build_app
from ingest.engine import Engine

ROOT = Path(__file__).parent.parent
PRINTED = "http://127.0.0.1:7860"
BLOCKS = {
    f"{name}-{number}": (language, code)
    for name in ("docs/api.md", "README.md")
    for number, (language, code) in enumerate(
        re.findall(r"^```(bash|js|python)\n(.*?)^```", (ROOT / name).read_text(encoding="utf-8"), re.M | re.S), start=1
    )
    if PRINTED in code
}


@pytest.fixture(scope="module")
def served(corpus_library: Path, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("docs") / "data"
    shutil.copytree(corpus_library, folder)
    with Assistant.open(folder, engine=engine) as assistant, listening(build_app(assistant)) as url:
        yield url


def test_the_readme_shows_a_curl() -> None:
    assert any(name.startswith("README") and language == "bash" for name, (language, _) in BLOCKS.items())
    assert len(BLOCKS) >= 9


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("name", [name for name, (language, _) in BLOCKS.items() if language == "bash"])
def test_a_curl_runs_as_printed(name: str, served: str) -> None:
    script = "set -e\n" + BLOCKS[name][1].replace(PRINTED, served).replace("curl -s", "curl --fail-with-body -s")
    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.strip()
    if "/v1/ask" in script:
        assert "848" in ran.stdout


@pytest.mark.parametrize("name", [name for name, (language, _) in BLOCKS.items() if language == "python"])
def test_a_program_runs_as_printed(name: str, served: str) -> None:
    said = io.StringIO()
    with redirect_stdout(said):
        exec(compile(BLOCKS[name][1].replace(PRINTED, served), name, "exec"), {"__name__": "__main__"})
    assert said.getvalue().strip()
    if "2024?" in BLOCKS[name][1] and "chaired" not in BLOCKS[name][1]:
        assert "848" in said.getvalue()


@pytest.mark.parametrize("name", [name for name, (language, _) in BLOCKS.items() if language == "js"])
def test_a_script_runs_as_printed(name: str, served: str) -> None:
    code = BLOCKS[name][1].replace(PRINTED, served)
    command = [node_with_openai(), "--input-type=module", "--eval", code]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=JAVASCRIPT)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("848") >= 2


def test_the_chat_asks_for_a_key_where_the_api_does(corpus_library: Path, engine: Engine, tmp_path: Path) -> None:
    from gradio_client import Client

    key, entry = new_key("ana", "read")
    shutil.copytree(corpus_library, tmp_path / "data")
    access = Access(Keys(str(entry)))
    with (
        Assistant.open(tmp_path / "data", engine=engine) as assistant,
        listening(build_app(assistant, access=access)) as url,
    ):
        answer = Client(url, auth=("ana", key), verbose=False).predict("Who chaired the conference?", api_name="/ask")
        assert set(answer) >= {"answer", "statements", "citations"}
        for wrong in (None, ("ana", "dc_wrong"), ("bo", key)):
            with pytest.raises(Exception):  # noqa: B017, PT011  the client has no exception of its own for it
                Client(url, auth=wrong, verbose=False)


def test_the_schema_is_printed_as_it_is_committed() -> None:
    ran = subprocess.run([sys.executable, "-m", "assistant.api"], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert ran.stdout == (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")


def test_the_readme_shows_what_is_answered(corpus_library: Path, engine: Engine, tmp_path: Path) -> None:
    from assistant.terminal import written

    shown = re.search(r"^```\n(\$ danchung ask .*?)^```", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    assert shown
    shutil.copytree(corpus_library, tmp_path / "data")
    with Assistant.open(tmp_path / "data", engine=engine) as assistant:
        for block in re.split(r"^\$ ", shown[1], flags=re.M)[1:]:
            command, _, printed = block.partition("\n")
            question = re.fullmatch(r'danchung ask "(.*)"', command)
            assert question
            assert " ".join(printed.split()) == " ".join(written(assistant.ask(question[1])).split())
