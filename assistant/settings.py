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
    "price_in": "DANCHUNG_MODEL_PRICE_IN", "price_out": "DANCHUNG_MODEL_PRICE_OUT",
    "currency": "DANCHUNG_MODEL_CURRENCY", "chroma_url": "DANCHUNG_CHROMA_URL",
    "passage_tokens": "DANCHUNG_PASSAGE_TOKENS", "api_keys": "DANCHUNG_API_KEYS",
    "cors_origins": "DANCHUNG_CORS_ORIGINS", "at_once": "DANCHUNG_AT_ONCE", "waiting": "DANCHUNG_WAITING",
    "request_timeout": "DANCHUNG_REQUEST_TIMEOUT", "rate": "DANCHUNG_RATE", "upload_mb": "DANCHUNG_UPLOAD_MB",
    "log_content": "DANCHUNG_LOG_CONTENT", "remembered": "DANCHUNG_REMEMBERED",
}  # fmt: skip
BOUNDS = {
    "timeout": (0.1, 3600), "context_window": (1000, 10_000_000), "max_output": (50, 1_000_000),
    "price_in": (0, 1_000_000), "price_out": (0, 1_000_000), "passage_tokens": (20, 2000),
    "at_once": (1, 256), "waiting": (0, 100_000), "request_timeout": (0.1, 3600), "rate": (0, 1_000_000),
    "upload_mb": (1, 100_000), "log_content": (0, 1), "remembered": (0, 100_000),
}  # fmt: skip
"""The least and the most of each number."""
LEAST_PROMPT = 700
"""Tokens of the window that must be left beside the answer: the instructions take 400, a passage 200."""
LONGEST_CURRENCY = 10


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A chat model: `timeout` in seconds for a whole answer, the window and the longest answer in tokens, prices for a
    million tokens; both prices or none."""

    name: str
    base_url: str | None = None
    api_key: str | None = None
    timeout: float = 60.0
    context_window: int = 8192
    max_output: int = 900
    price_in: float | None = None
    price_out: float | None = None
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How `danchung serve` lets others in, and how much of them at a time."""

    api_keys: str = ""
    """Entries as `danchung keys new` prints them, or the path of a file of them; see `assistant.keys`."""
    cors_origins: tuple[str, ...] = ()
    """Origins whose pages may call the API from a browser; none by default."""
    at_once: int = 4
    """Answers and searches worked on at a time. More do not make two cores faster, but a model can be waited for."""
    waiting: int = 64
    """How many more may wait; the next is told to come back (429)."""
    request_timeout: float = 60.0
    """Seconds a request may take, its wait included."""
    rate: int = 600
    """Requests a minute for each key, or each address where there are no keys; 0 is any number. Not counted on
    loopback without keys."""
    upload_mb: int = 100
    """Megabytes one upload may carry."""
    log_content: bool = False
    """Whether questions go into the log."""
    remembered: int = 512
    """Extractive answers that are kept until the library changes, some 5 KB each; 0 keeps none."""


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
    server: ServerSettings = ServerSettings()

    @classmethod
    def load(cls, data_dir: str | Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
        """The argument, then the environment, then `danchung.toml` in the working directory, then the defaults.

        A model is used only when one is named: a key alone sends nobody's reports anywhere. Raises
        InputError for a file that is not TOML, an unknown key, or a value that is no number or out of bounds.
        """
        environ = os.environ if environ is None else environ
        values = _read_toml(Path("danchung.toml")) | {
            key: environ[name] for key, name in KEYS.items() if environ.get(name)
        }
        model = _model(values) if values.get("model") else None
        chosen = values.get("data_dir") or ".danchung"
        tokens = _number(values, "passage_tokens")
        return cls(
            Path(data_dir or chosen).expanduser(),
            values.get("embedding"),
            model,
            values.get("chroma_url"),
            None if tokens is None else int(tokens),
            _server(values),
        )


def _server(values: Mapping[str, Any]) -> ServerSettings:
    names = ("at_once", "waiting", "rate", "upload_mb", "remembered")
    given: dict[str, Any] = {name: int(n) for name in names if (n := _number(values, name)) is not None}
    if (seconds := _number(values, "request_timeout")) is not None:
        given["request_timeout"] = seconds
    origins = tuple(origin.rstrip("/") for origin in values.get("cors_origins", "").replace(",", " ").split())
    if wrong := [origin for origin in origins if not origin.startswith(("http://", "https://"))]:
        raise InputError(f"{KEYS['cors_origins']} must name origins such as https://example.org, not {wrong[0]!r}")
    keys = str(values.get("api_keys", ""))
    return ServerSettings(keys, origins, log_content=bool(_number(values, "log_content")), **given)


def _model(values: Mapping[str, Any]) -> ModelSettings:
    """The settings of the model, checked against one another too."""
    numbers = {key: _number(values, key) for key in ("timeout", "price_in", "price_out")}
    counts = {key: _number(values, key) for key in ("context_window", "max_output")}
    given: dict[str, Any] = {key: value for key, value in numbers.items() if value is not None}
    given |= {key: int(value) for key, value in counts.items() if value is not None}
    given |= {key: values[key] for key in ("base_url", "api_key", "currency") if values.get(key)}
    model = ModelSettings(name=str(values["model"]), **given)
    if model.context_window - model.max_output < LEAST_PROMPT:
        raise InputError(
            f"{KEYS['max_output']} must be at least {LEAST_PROMPT} less than {KEYS['context_window']}="
            f"{model.context_window}, not {model.max_output}"
        )
    if (model.price_in is None) != (model.price_out is None):
        missing = "price_in" if model.price_in is None else "price_out"
        raise InputError(f"{KEYS[missing]} must be set too: one price alone would tell half the cost")
    if len(model.currency) > LONGEST_CURRENCY or not model.currency.isprintable():
        raise InputError(f"{KEYS['currency']} must be a short name such as EUR, not {model.currency[:40]!r}")
    return model


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
        if key not in BOUNDS and not isinstance(value, str):
            raise InputError(f"{path}: {key} must be text in quotes, not {value!r}")
    return values


def _number(values: Mapping[str, Any], key: str) -> float | None:
    """A number within its bounds; None where it is not set."""
    if key not in values:
        return None
    try:
        number = float(values[key])
    except (TypeError, ValueError, OverflowError) as exc:
        raise InputError(f"{KEYS[key]} must be a number, not {values[key]!r}") from exc
    least, most = BOUNDS[key]
    if isinstance(values[key], bool) or not least <= number <= most:
        raise InputError(f"{KEYS[key]} must be a number from {least} to {most}, not {values[key]!r}")
    return number
