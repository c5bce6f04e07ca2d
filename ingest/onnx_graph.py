"""Parts of ONNX graphs: products in int8, and the transformer layer of the e5 family.

How they are quantized is told in `ingest.e5`. Both networks of the house are made of these: the embedding model, and
the cross-encoder that was tuned from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

WIDTH, HEADS = 384, 12
EPSILON = 1e-12
WEIGHT_LEVELS, _ACTIVATION_LEVELS = 64, 127


class Weights(Protocol):
    """Tensors by name, in float32."""

    def vector(self, name: str) -> FloatArray:
        """A bias or a norm's gain, flat."""

    def matrix(self, name: str, inputs: int) -> FloatArray:
        """The matrix of a product, (outputs, inputs)."""


class Graph:
    """Collects nodes and constants; every method returns the name of what it adds."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.known: set[str] = set()

    def constant(self, name: str, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        if name not in self.known:
            self.known.add(name)
            self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, op: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        return self.add_many(op, inputs, [output], **attributes)[0]

    def add_many(self, op: str, inputs: Sequence[str], outputs: list[str], **attributes: Any) -> list[str]:
        from onnx import helper

        # ONNX Runtime's own operators are written "ms.Name" below.
        domain = "com.microsoft" if op.startswith("ms.") else ""
        node = helper.make_node(op.removeprefix("ms."), list(inputs), outputs, domain=domain, **attributes)
        self.nodes.append(node)
        return outputs

    def quantized(self, x: str) -> tuple[str, str]:
        """A tensor's u8 values, and the scale of each of its rows (…, 1)."""
        last_axis = self.constant("last_axis", np.array([-1]))
        step = self.constant("step", np.array(1 / _ACTIVATION_LEVELS, np.float32))
        middle = self.constant("middle", np.array(128, np.uint8))
        tiny = self.constant("tiny", np.array(1e-12, np.float32))
        self.add("Abs", [x], f"{x}.abs")
        self.add("ReduceMax", [f"{x}.abs", last_axis], f"{x}.peak", keepdims=1)
        scale = self.add("Max", [f"{x}.peak", tiny], f"{x}.scale")
        self.add("Div", [x, scale], f"{x}.unit")
        return self.add("QuantizeLinear", [f"{x}.unit", step, middle], f"{x}.u8"), scale

    def linear(self, x: str, weight: FloatArray, output: str) -> str:
        """x · weightᵀ in int8, the weight (outputs, inputs) with a scale per output; no bias."""
        scales = np.abs(weight).max(axis=1) / WEIGHT_LEVELS
        int8 = np.rint(weight / scales[:, None]).astype(np.int8).T
        values, row_scale = self.quantized(x)
        weights = self.constant(f"{output}.weight", int8)
        weight_scale = self.constant(f"{output}.weight_scale", scales.astype(np.float32))
        inputs = [values, weights, "step", weight_scale, "middle"]
        self.add("ms.MatMulIntegerToFloat", inputs, f"{output}.unscaled")
        return self.add("Mul", [f"{output}.unscaled", row_scale], output)


def embedded(graph: Graph, words: str, weights: Weights, places: int) -> str:
    """Word vectors (batch, sequence, 384) → the first layer's input: position and the only token type ever used are
    added. `places` positions are kept, the longest row the graph can run."""
    table = weights.vector("emb.pos").reshape(-1, WIDTH)[:places] + weights.vector("emb.type")[:WIDTH]
    start = graph.constant("start", np.array([0]))
    graph.add("Shape", [words], "length", start=1, end=2)
    graph.add("Slice", [graph.constant("places", table), start, "length", start], "place")
    graph.add("Add", [words, "place"], "embedded")
    gain = graph.constant("emb.gain", weights.vector("emb.ln.w"))
    shift = graph.constant("emb.shift", weights.vector("emb.ln.b"))
    return graph.add("LayerNormalization", ["embedded", gain, shift], "hidden", axis=-1, epsilon=EPSILON)


def transformer_layer(graph: Graph, weights: Weights, name: str, x: str) -> str:
    """One transformer layer, (batch, sequence, 384) in and out."""

    def vector(part: str) -> str:
        return graph.constant(f"{name}.{part}", weights.vector(f"{name}.{part}"))

    def add_and_norm(change: str, x: str, norm: str, bias: str) -> str:
        inputs = [change, x, vector(f"{norm}.w"), vector(f"{norm}.b"), vector(f"{bias}.b")]
        return graph.add("ms.SkipLayerNormalization", inputs, f"{name}.{norm}", epsilon=EPSILON)

    def matrix(part: str, inputs: int = WIDTH) -> FloatArray:
        return weights.matrix(f"{name}.{part}.w", inputs)

    together = graph.linear(x, np.concatenate([matrix(part) for part in "qkv"]), f"{name}.qkv")
    parts = graph.add_many("Split", [together], [f"{name}.{part}" for part in "qkv"], axis=-1, num_outputs=3)
    biases = np.concatenate([weights.vector(f"{name}.{part}.b") for part in "qkv"])
    attention = [*parts, graph.constant(f"{name}.qkv.b", biases), "mask"]
    attended = graph.add("ms.MultiHeadAttention", attention, f"{name}.attended", num_heads=HEADS)
    x = add_and_norm(graph.linear(attended, matrix("ao"), f"{name}.ao"), x, "aln", "ao")

    wide = graph.linear(x, matrix("fi"), f"{name}.fi")
    active = graph.add("ms.BiasGelu", [wide, vector("fi.b")], f"{name}.active")
    return add_and_norm(graph.linear(active, matrix("fo", 4 * WIDTH), f"{name}.fo"), x, "oln", "fo")


def token_sum(graph: Graph, hidden: str) -> str:
    """The sum over real tokens, (batch, 384); leaves the mask in floats as "real", (batch, sequence)."""
    from onnx import TensorProto

    axis = graph.constant("middle_axis", np.array([1]))
    graph.add("Cast", ["attention_mask"], "real", to=TensorProto.FLOAT)
    graph.add("Unsqueeze", ["real", axis], "real_row")
    graph.add("MatMul", ["real_row", hidden], "sum_row")
    return graph.add("Squeeze", ["sum_row", axis], "sum")
