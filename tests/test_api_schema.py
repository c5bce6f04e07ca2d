"""The OpenAPI document: the committed one is what is served, and what is served keeps to it, whatever is sent."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import schemathesis.specs.openapi.schemas  # before there is a server: pytest parses it, and see `language._by_model`
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from libraries import WordsEngine
from schemathesis import GenerationMode, checks
from serving import listening, whole_api

from assistant import Assistant
from assistant.api import build_api
from ingest.library import Library

COMMITTED = Path(__file__).parent.parent / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Two reports under the fast engine."""
    folder = tmp_path_factory.mktemp("schema")
    (folder / "a.txt").write_text("Nine pillars stood crooked at Son La in 2024. They were repaired in spring.")
    (folder / "b.txt").write_text("Les gardes ont planté mille arbres en 2024. Aucun arbre n'a été perdu.")
    assistant = Assistant(Library(folder / "data", WordsEngine()))
    assistant.ingest([folder / "a.txt", folder / "b.txt"])
    yield assistant
    assistant.close()


def test_the_committed_document_is_the_one_that_is_served(small: Assistant) -> None:
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert build_api(small).openapi() == committed, "the API changed: `make openapi`, and say so in CHANGELOG.md"


def test_every_operation_is_described(small: Assistant) -> None:
    document = build_api(small).openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation["tags"], (method, path)
            if path.startswith("/v1"):
                assert {"401", "403", "429", "503"} <= set(operation["responses"]), (method, path)
    asked = document["components"]["schemas"]["Ask"]["properties"]
    assert asked["question"]["examples"]


# -- generated cases -------------------------------------------------------------------------------

CASES = int(os.environ.get("API_CASES", "30"))
"""Of each operation, well-formed; and as many that are not, but for those that have nothing to vary. `make fuzz` sends
many more."""
SENT: Counter[str] = Counter()
OPERATIONS = [(path, method) for path, found in json.loads(COMMITTED.read_text())["paths"].items() for method in found]
CHECKS = [
    checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_headers_conformance, checks.response_schema_conformance,
]  # fmt: skip


@pytest.fixture(scope="module")
def schema(small: Assistant) -> Iterator[Any]:
    with listening(whole_api(small)) as url:
        yield schemathesis.openapi.from_url(f"{url}/openapi.json")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda value: str(value))
def test_nothing_sent_makes_it_break_its_word(schema: Any, path: str, method: str, mode: GenerationMode) -> None:
    """No 500, and no status, header or body that is not declared."""

    @settings(max_examples=CASES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=schema[path][method.upper()].as_strategy(generation_mode=mode))
    def holds(case: schemathesis.Case) -> None:
        if path == "/v1/documents" and method == "post":
            case.query = {**(case.query or {}), "wait": 0}  # reading takes workers a third of a second each
        if path == "/v1/evaluations" and isinstance(case.body, dict):
            case.body = {**case.body, "data": "none"}  # a run takes seconds of a process; others test it
        SENT[f"{method} {path}"] += 1
        case.call_and_validate(checks=CHECKS, timeout=60)  # a busy machine is no broken word

    try:
        holds()
    except Unsatisfiable:
        pytest.skip("nothing can be wrong in it")


def test_every_operation_was_called_and_often_enough(capsys: pytest.CaptureFixture[str]) -> None:
    """Last, as it counts what the tests before it sent. Less is sent where a run chooses some of them."""
    with capsys.disabled():
        print(f" {sum(SENT.values()):,} generated cases over {len(SENT)} operations", end="")
    if len(SENT) == len(OPERATIONS):
        assert sum(SENT.values()) >= 15 * CASES
