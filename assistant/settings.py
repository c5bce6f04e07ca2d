"""Settings: a few typed values, from the environment and `danchung.toml`. Building things is done elsewhere."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import InputError

KEYS = {
    "data_dir": "DANCHUNG_DATA_DIR", "embedding": "DANCHUNG_EMBEDDING", "model": "DANCHUNG_MODEL",
    "base_url": "OPENAI_BASE_URL", "api_key": "OPENAI_API_KEY", "timeout": "DANCHUNG_MODEL_TIMEOUT",
    "context_window": "DANCHUNG_MODEL_CONTEXT", "max_output": "DANCHUNG_MODEL_OUTPUT",
    "chroma_url": "DANCHUNG_CHROMA_URL", "passage_tokens": "DANCHUNG_PASSAGE_TOKENS",
}  # fmt: skip
NUMBERS = ("timeout", "context_window", "max_output", "passage_tokens")
PASSAGE_TOKENS = (20, 2000)


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A chat model: `timeout` in seconds, the rest in tokens."""

    name: str
    base_url: str | None = None
    api_key: str | None = None
    timeout: float = 60.0
    context_window: int = 8192
    max_output: int = 900


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the library is, how text is embedded, and which model writes; no model, no network.

    `chroma_url` names a Chroma server for the vectors; `passage_tokens` is the size of a new library's passages.
    """

    data_dir: Path = Path(".danchung")
    embedding: str | None = None
    model: ModelSettings | None = None
    chroma_url: str | None = None
    passage_tokens: int | None = None

    @classmethod
    def load(cls, data_dir: str | Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
        """The argument, then the environment, then `danchung.toml` in the working directory, then the defaults.

        A model is used only when one is named: a key alone sends nobody's reports anywhere. Raises
        InputError for a file that is not TOML, an unknown key, or a value that is no number.
        """
        environ = os.environ if environ is None else environ
        values = _read_toml(Path("danchung.toml")) | {
            key: environ[name] for key, name in KEYS.items() if environ.get(name)
        }
        model = None
        if name := values.get("model"):
            model = ModelSettings(
                name=str(name),
                base_url=values.get("base_url"),
                api_key=values.get("api_key"),
                timeout=_number(values, "timeout", 60.0),
                context_window=int(_number(values, "context_window", 8192)),
                max_output=int(_number(values, "max_output", 900)),
            )
        chosen = data_dir or values.get("data_dir") or ".danchung"
        tokens = int(_number(values, "passage_tokens", 0)) if "passage_tokens" in values else None
        if tokens is not None and not PASSAGE_TOKENS[0] <= tokens <= PASSAGE_TOKENS[1]:
            least, most = PASSAGE_TOKENS
            raise InputError(f"{KEYS['passage_tokens']} must be a number from {least} to {most}, not {tokens}")
        return cls(Path(chosen).expanduser(), values.get("embedding"), model, values.get("chroma_url"), tokens)


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise InputError(f"{path}: cannot be read ({exc})") from exc
    if unknown := sorted(set(values) - set(KEYS)):
        raise InputError(f"{path}: unknown setting {unknown[0]!r}; use {', '.join(KEYS)}")
    for key, value in values.items():
        if key not in NUMBERS and not isinstance(value, str):
            raise InputError(f"{path}: {key} must be text in quotes, not {value!r}")
    return values


def _number(values: Mapping[str, Any], key: str, default: float) -> float:
    try:
        number = float(values.get(key, default))
    except (TypeError, ValueError) as exc:
        raise InputError(f"{KEYS[key]} must be a number, not {values[key]!r}") from exc
    if not 0 < number < float("inf"):
        raise InputError(f"{KEYS[key]} must be a number more than 0, not {values[key]!r}")
    return number
