"""Judges by name, as `danchung eval --judge NAME` takes them."""

from __future__ import annotations

from collections.abc import Callable

from assistant.cross_encoder import open_cross_encoder
from assistant.model import Model
from assistant.settings import Settings
from evals.judge.exact import ExactJudge
from evals.judge.judgement import Judge
from evals.judge.llm import LLMJudge
from evals.judge.reading import ReadingJudge
from ingest.engine import Engine
from ingest.errors import InputError

Opener = Callable[[Callable[[], Engine]], Judge]
"""Makes a judge, given what opens the embedding engine, should it need one."""


def _exact(engine: Callable[[], Engine]) -> Judge:
    return ExactJudge(engine)


def _cross_encoder(engine: Callable[[], Engine]) -> Judge:
    return ReadingJudge(open_cross_encoder, engine)


def _model(_: Callable[[], Engine]) -> Judge:
    settings = Settings.load().model
    if settings is None:
        raise InputError("--judge model needs a model: set DANCHUNG_MODEL, and OPENAI_BASE_URL or OPENAI_API_KEY")
    return LLMJudge(Model(settings))


DEFAULT = "cross-encoder"
JUDGES: dict[str, Opener] = {DEFAULT: _cross_encoder, "exact": _exact, "model": _model}


def register(name: str, opener: Opener) -> None:
    """Make a judge known under a name."""
    JUDGES[name] = opener


def open_judge(name: str, engine: Callable[[], Engine]) -> Judge:
    """The judge of a name. Raises InputError for one that is none, or that lacks its settings."""
    if name not in JUDGES:
        raise InputError(f"no judge {name!r}; there are {', '.join(JUDGES)}")
    return JUDGES[name](engine)
