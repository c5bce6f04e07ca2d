"""The engine's encoder with a head, in torch: weights run in bfloat16 and learn in float32.

On a processor with AMX that is five times as fast as float32. Attention is written out, because torch's own is three
times slower backwards at these lengths, and dropout drops a feature of a whole row: random numbers for each token took
a fifth of the time.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ingest import e5
from ingest.onnx_graph import HEADS as ATTENTION_HEADS
from ingest.onnx_graph import WEIGHT_LEVELS, WIDTH, FloatArray

FROZEN = 6
"""Lower layers left as they are: half the work of a step, and half the file."""
DROPPED = 0.1


def torch_module() -> Any:
    """torch, by name: it is no dependency of the project."""
    return importlib.import_module("torch")


class Network:
    """`trained` are the names of what changes, `masters` its values in float32, `values` what runs."""

    def __init__(self, weights: e5.Weights, outputs: int) -> None:
        self.torch = torch = torch_module()
        scales, nibbles = weights.blocks("emb.word")
        self._scales, self._nibbles = scales.reshape(e5.VOCABULARY, -1).astype(np.float32), nibbles.reshape(-1, WIDTH)
        self._places = torch.tensor(weights.vector("emb.pos").reshape(-1, WIDTH) + weights.vector("emb.type")[:WIDTH])
        self._norm = [torch.tensor(weights.vector(f"emb.ln.{part}")) for part in "wb"]
        self.masters: dict[str, Any] = {}
        for layer in range(e5.LAYERS):
            self._take_layer(weights, f"l{layer}")
        self.masters["head.dense.w"] = 0.03 * torch.randn(WIDTH, WIDTH)
        self.masters["head.dense.b"] = torch.zeros(WIDTH)
        for head, many in (("head", outputs), ("token", 1)):
            self.masters[f"{head}.out.w"] = 0.02 * torch.randn(many, WIDTH)
            self.masters[f"{head}.out.b"] = torch.zeros(many)
        kept = tuple(f"l{layer}." for layer in range(FROZEN))
        self.trained = [name for name in self.masters if not name.startswith(kept)]
        self.values = {name: value.to(torch.bfloat16) for name, value in self.masters.items()}
        for name in self.trained:
            self.values[name].requires_grad_()
        self.training = False

    def _take_layer(self, weights: e5.Weights, name: str) -> None:
        def product(part: str) -> FloatArray:
            return weights.matrix(f"{name}.{part}.w", 4 * WIDTH if part == "fo" else WIDTH)

        def bias(part: str) -> FloatArray:
            return weights.vector(f"{name}.{part}.b")

        for kind, of in (("w", product), ("b", bias)):
            self.masters[f"{name}.qkv.{kind}"] = self.torch.tensor(np.concatenate([of(part) for part in "qkv"]))
            for part in ("ao", "fi", "fo"):
                self.masters[f"{name}.{part}.{kind}"] = self.torch.tensor(of(part))
            for part in ("aln", "oln"):
                self.masters[f"{name}.{part}.{kind}"] = self.torch.tensor(weights.vector(f"{name}.{part}.{kind}"))

    def hidden(self, ids: Any, mask: Any) -> Any:
        """Ids and mask (batch, sequence) → the last layer's tokens (batch, sequence, 384)."""
        torch, f = self.torch, self.torch.nn.functional
        scales = np.repeat(self._scales[ids.numpy()], e5.BLOCK, axis=-1)
        words = torch.from_numpy((self._nibbles[ids.numpy()].astype(np.float32) - 8) * scales)
        unseen = ((1 - mask.float()) * -1e4)[:, None, None, :].to(torch.bfloat16)
        with torch.no_grad():
            x = f.layer_norm(words + self._places[: ids.shape[1]], (WIDTH,), *self._norm, 1e-12).to(torch.bfloat16)
            for layer in range(FROZEN):
                x = self._layer(f"l{layer}", x, unseen)
        for layer in range(FROZEN, e5.LAYERS):
            x = self._layer(f"l{layer}", x, unseen)
        return x

    def logits(self, x: Any, mask: Any) -> Any:
        """Logits (batch, outputs) from the mean over real tokens."""
        real = mask[..., None].to(x.dtype)
        mean = (x * real).float().sum(1) / real.float().sum(1)
        return self._linear("head.out", self.torch.tanh(self._linear("head.dense", mean.to(x.dtype)))).float()

    def tokens(self, x: Any) -> Any:
        """Of each token a logit that it is of the answer, (batch, sequence)."""
        return self._linear("token.out", x)[..., 0].float()

    def _linear(self, name: str, x: Any) -> Any:
        return self.torch.nn.functional.linear(x, self.values[f"{name}.w"], self.values[f"{name}.b"])

    def _layer(self, name: str, x: Any, unseen: Any) -> Any:
        torch, f = self.torch, self.torch.nn.functional
        batch, length, _ = x.shape
        parts = self._linear(f"{name}.qkv", x).view(batch, length, 3, ATTENTION_HEADS, -1).permute(2, 0, 3, 1, 4)
        q, k, v = parts
        seen = torch.softmax(q @ k.transpose(-1, -2) * (WIDTH / ATTENTION_HEADS) ** -0.5 + unseen, -1) @ v
        change = self._linear(f"{name}.ao", seen.transpose(1, 2).reshape(batch, length, WIDTH))
        x = self._normed(f"{name}.aln", x + self._dropped(change))
        change = self._linear(f"{name}.fo", f.gelu(self._linear(f"{name}.fi", x)))
        return self._normed(f"{name}.oln", x + self._dropped(change))

    def _dropped(self, x: Any) -> Any:
        torch = self.torch
        if not (self.training and torch.is_grad_enabled()):
            return x
        kept = torch.rand(x.shape[0], 1, WIDTH) >= DROPPED
        return x * (kept.float() / (1 - DROPPED)).to(x.dtype)

    def _normed(self, name: str, x: Any) -> Any:
        return self.torch.nn.functional.layer_norm(
            x, (WIDTH,), self.values[f"{name}.w"], self.values[f"{name}.b"], 1e-12
        )

    def learned(self) -> dict[str, Any]:
        """The masters of what is trained, by name."""
        return {name: self.masters[name] for name in self.trained}

    def restore(self, learned: Mapping[str, Any]) -> None:
        """Take up training where `learned` left it."""
        with self.torch.no_grad():
            for name in self.trained:
                self.masters[name].copy_(learned[name])
                self.values[name].copy_(self.masters[name])

    def save(self, file: Path) -> None:
        """What was trained, as it ships: matrices in 7 bits with a scale an output, as `e5` has them."""
        kept: dict[str, Any] = {}
        for name in self.trained:
            array = self.masters[name].numpy()
            for part, own in _parts(name, array):
                if name.startswith("token"):
                    continue  # taught what an answer is; nothing reads it later
                if name.startswith("l") and own.ndim == 2:
                    scales = np.abs(own).max(axis=1) / WEIGHT_LEVELS
                    kept[part] = np.rint(own / scales[:, None]).astype(np.int8)
                    kept[f"{part}.scale"] = scales.astype(np.float32)
                else:
                    kept[part] = own.astype(np.float16 if own.ndim == 2 else np.float32)
        np.savez_compressed(file, allow_pickle=False, **kept)


def _parts(name: str, array: Any) -> list[tuple[str, Any]]:
    """The engine's names for a tensor: queries, keys and values run as one here and are three there."""
    if ".qkv." not in name:
        return [(name, array)]
    return [(name.replace("qkv", part), own) for part, own in zip("qkv", np.split(array, 3), strict=True)]


class Adam:
    """AdamW (Loshchilov & Hutter 2019) on the masters, gradients clipped to norm 1."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._mean = {name: network.torch.zeros_like(network.masters[name]) for name in network.trained}
        self._square = {name: network.torch.zeros_like(network.masters[name]) for name in network.trained}
        self._steps = 0

    def step(self, rate: float, head_rate: float, decay: float = 0.01) -> None:
        network, torch = self._network, self._network.torch
        self._steps += 1
        with torch.no_grad():
            gradients = {n: v.float() for n in network.trained if (v := network.values[n].grad) is not None}
            norm = math.sqrt(sum(float((gradient**2).sum()) for gradient in gradients.values()))
            for name, gradient in gradients.items():
                gradient = gradient * min(1.0, 1 / (norm + 1e-9))
                mean, square, master = self._mean[name], self._square[name], network.masters[name]
                mean.mul_(0.9).add_(gradient, alpha=0.1)
                square.mul_(0.98).addcmul_(gradient, gradient, value=0.02)
                own = head_rate if name.startswith(("head", "token")) else rate
                if master.ndim == 2:
                    master.mul_(1 - own * decay)
                spread = (square / (1 - 0.98**self._steps)).sqrt_().add_(1e-8)
                master.addcdiv_(mean / (1 - 0.9**self._steps), spread, value=-own)
                network.values[name].grad = None
                network.values[name].copy_(master)
