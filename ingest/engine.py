"""Embedding engines: text → unit vectors.

    open_engine()                              the built-in model (multilingual-e5-small, no network)
    open_engine("/models/bge-m3")              a folder with an ONNX export: model.onnx, tokenizer.json
    open_engine("openai:MODEL@http://…/v1")    any endpoint that speaks OpenAI's embeddings API

A new engine is a class with the two methods of `Engine`. Vectors of engines with different names are never
compared: the library stores the name and refuses another.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ingest import e5
from ingest.documents import FloatArray
from ingest.errors import EngineError

_CHOICES = "a folder with model.onnx and tokenizer.json, or openai:MODEL[@BASE_URL], or nothing for the built-in model"


class Engine(Protocol):
    """Turns text into unit vectors whose dot product is their similarity. Safe to use from many threads."""

    @property
    def name(self) -> str:
        """Identity: vectors from engines with different names are not comparable."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """What is searched: unit rows (len(texts), dimensions), in order. Raises EngineError."""

    def embed_query(self, text: str) -> FloatArray:
        """What is asked: one unit vector (dimensions,). Raises EngineError."""


def open_engine(spec: str | None = None, threads: int | None = None) -> Engine:
    """The engine `spec` names; without one, what DANCHUNG_EMBEDDING names, else the built-in. It embeds with so many
    `threads`, one for each processor where none are given.

    The built-in model is built on first use (some seconds). Raises EngineError for a name that is none.
    """
    spec = spec or os.environ.get("DANCHUNG_EMBEDDING") or None
    if spec is None:
        return OnnxEngine(e5.ensure_model(), name=e5.NAME, threads=threads)
    if spec.startswith("openai:"):
        model, _, base_url = spec.removeprefix("openai:").partition("@")
        return OpenAIEngine(model, base_url or None)
    if Path(spec).is_dir():
        return OnnxEngine(Path(spec), threads=threads)
    raise EngineError(f"there is no embedding engine {spec!r}; name {_CHOICES}")


# --- ONNX ----------------------------------------------------------------------------------------

_MAX_TOKENS = 512


class OnnxEngine:
    """A sentence-embedding model in ONNX, on the CPU.

    Any folder with `model.onnx` (or `onnx/model.onnx`) and `tokenizer.json` will do. Its graph takes ids and
    a mask, and token types if it wants them; it gives either sentence vectors, or token vectors, which are
    averaged. The prefixes "query: " and "passage: " are those of the e5 family. Text beyond 512 tokens is ignored.

    Each text runs alone on one thread, as many texts at a time as there are processors. Measured on two cores,
    batches of passages take a tenth to a fifth more processor time a text (their activations leave the cache),
    and threads within one text gain less than they cost. So a vector depends on nothing but its text, nothing
    is padded, and no thread spins while a server is idle.
    """

    def __init__(self, folder: Path, name: str | None = None, threads: int | None = None) -> None:
        model = _first_file(folder, "model.onnx", "onnx/model.onnx")
        tokenizer = _first_file(folder, "tokenizer.json", "onnx/tokenizer.json")
        try:
            self._session = open_session(model)
            self._tokenizer = open_tokenizer(tokenizer)
        except Exception as exc:  # both libraries raise bare and private exceptions
            raise EngineError(f"the embedding model in {folder} cannot be opened: {_one_line(exc)}") from exc
        self._input_names = {value.name for value in self._session.get_inputs()}
        self._output = _vectors_output(self._session, folder)
        self._pool = ThreadPoolExecutor(threads or processors(), thread_name_prefix="embed")
        self.name = name or f"onnx/{_fingerprint(model)}"
        self.dimensions = len(self._embed("."))

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for row, vector in enumerate(self._pool.map(self._embed, [f"passage: {text}" for text in texts])):
            vectors[row] = vector
        return vectors

    def embed_query(self, text: str) -> FloatArray:
        return self._embed(f"query: {text}")

    def _embed(self, text: str) -> FloatArray:
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        wanted = {name: value for name, value in feeds.items() if name in self._input_names}
        try:
            (output,) = self._session.run([self._output], wanted)
        except Exception as exc:  # ONNX Runtime’s exceptions are private
            raise EngineError(f"the embedding model {self.name} failed: {_one_line(exc)}") from exc
        if output.ndim == 3:
            output = output.mean(axis=1)
        vector: FloatArray = _unit_rows(output)[0]
        return vector


def _first_file(folder: Path, *names: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise EngineError(f"{folder} has no {names[0]}; an embedding engine is {_CHOICES}")


def open_session(model: Path) -> Any:
    """A graph ready to run, each call on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def processors() -> int:
    """Processors this process may use; containers often allow fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@lru_cache(maxsize=2)
def open_tokenizer(path: Path) -> Any:
    """A tokenizer that pads nothing and stops at 512 tokens. All networks of a process share one: the built-in takes a
    second to open."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MAX_TOKENS)
    return tokenizer


def _vectors_output(session: Any, folder: Path) -> str:
    """The output that has sentence vectors (batch, dim), else token vectors (batch, sequence, dim)."""
    ranks: dict[str, int] = {output.name: len(output.shape) for output in session.get_outputs()}
    for name in ("sentence_embedding", "last_hidden_state", "token_embeddings"):
        if name in ranks:
            return name
    for name, rank in ranks.items():
        if rank in (2, 3):
            return name
    raise EngineError(f"the model in {folder} gives no vectors; its outputs are {', '.join(ranks)}")


def _fingerprint(model: Path) -> str:
    """12 hex digits that tell models apart: sizes and 64 samples, as reading all of a large model takes seconds."""
    digest = hashlib.sha256()
    for path in sorted(model.parent.glob(f"{model.name}*")):  # large exports keep weights in model.onnx_data
        size = path.stat().st_size
        digest.update(f"{path.name} {size}\n".encode())
        with path.open("rb") as file:
            for part in range(64):
                file.seek(size * part // 64)
                digest.update(file.read(4096))
    return digest.hexdigest()[:12]


# --- OpenAI-compatible endpoints -----------------------------------------------------------------

_REQUEST_TEXTS = 64
_REQUEST_SECONDS = 60.0


class OpenAIEngine:
    """A model behind any endpoint that speaks OpenAI's `/v1/embeddings`.

    Key and address are the client's usual OPENAI_API_KEY and OPENAI_BASE_URL unless given; a local server
    needs no key. One request is made on opening, to learn the dimensions. Raises EngineError.
    """

    def __init__(self, model: str, base_url: str | None = None, timeout: float = _REQUEST_SECONDS) -> None:
        if not model:
            raise EngineError("openai: names no model; write openai:MODEL or openai:MODEL@BASE_URL")
        import openai

        self._model = model
        prefixed = "e5" in model.lower()
        self._query_prefix, self._passage_prefix = ("query: ", "passage: ") if prefixed else ("", "")
        key = os.environ.get("OPENAI_API_KEY") or "none"
        self._client = openai.OpenAI(api_key=key, base_url=base_url, timeout=timeout, max_retries=2)
        self.name = f"openai/{model}"
        self.dimensions = self._request(["."]).shape[1]

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        prefixed = [self._passage_prefix + text for text in texts]
        parts = [np.empty((0, self.dimensions), np.float32)]
        for start in range(0, len(prefixed), _REQUEST_TEXTS):
            parts.append(self._request(prefixed[start : start + _REQUEST_TEXTS]))
        return np.concatenate(parts)

    def embed_query(self, text: str) -> FloatArray:
        vector: FloatArray = self._request([self._query_prefix + text])[0]
        return vector

    def _request(self, texts: list[str]) -> FloatArray:
        import openai

        # An empty string is an error to most endpoints; a space is not.
        inputs = [text or " " for text in texts]
        try:
            reply = self._client.embeddings.create(model=self._model, input=inputs, encoding_format="float")
            rows = sorted(reply.data, key=lambda item: item.index)
            vectors = np.array([row.embedding for row in rows], np.float32)
        except openai.OpenAIError as exc:
            raise EngineError(self._explain(exc)) from exc
        except (AttributeError, TypeError, ValueError) as exc:
            raise EngineError(f"{self._client.base_url} answered with something that is no embedding") from exc
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise EngineError(f"{self._client.base_url} gave {len(rows)} embeddings for {len(texts)} texts")
        return _unit_rows(vectors)

    def _explain(self, error: Exception) -> str:
        import openai

        where = f"the embeddings endpoint {self._client.base_url}"
        if isinstance(error, openai.APITimeoutError):
            return f"{where} did not answer in time"
        if isinstance(error, openai.APIConnectionError):
            return f"{where} cannot be reached; is it running, and is the address right?"
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return f"{where} refused the key; set OPENAI_API_KEY"
        if isinstance(error, openai.NotFoundError):
            return f"{where} has no embedding model {self._model!r}, or no /embeddings at that address"
        return f"{where} failed: {_one_line(error)}"


def _unit_rows(vectors: FloatArray) -> FloatArray:
    """Rows scaled to unit length, float32; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: FloatArray = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
