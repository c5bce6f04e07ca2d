"""`/v1/models` and `POST /v1/embeddings`, as OpenAI's clients expect them."""

from __future__ import annotations

import base64
import time
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.parts import Parts, WithParts
from assistant.api.problems import Refused, described
from ingest.documents import FloatArray
from ingest.engine import Engine
from ingest.split import count_tokens

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

MODEL = "danchung"
MOST_TEXTS = 256
"""Texts embedded in one request."""
_SINCE = int(time.time())


class ModelCard(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int = Field(default_factory=lambda: _SINCE, description="Seconds since 1970.")
    owned_by: str = "danchung"


class Models(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelCard]


@router.get("/models", summary="The answerer, and the embedding engine", responses=described())
def models(parts: WithParts) -> Models:
    return Models(data=[ModelCard(id=name) for name in _names(parts)])


@router.get("/models/{model:path}", summary="One of the models", responses=described(404))
def model(
    model: Annotated[str, Path(description="Its id, as `/v1/models` lists it.", examples=[MODEL])], parts: WithParts
) -> ModelCard:
    if model not in _names(parts):
        raise Refused(404, f"there is no model {model[:60]!r}", param="model", code="model_not_found")
    return ModelCard(id=model)


class EmbeddingsRequest(BaseModel):
    """Texts to embed with the library's engine."""

    model_config = ConfigDict(extra="allow")

    model: str = Field(description="The engine, as `/v1/models` lists it.", examples=["multilingual-e5-small/int8/1"])
    input: str | list[str] = Field(examples=[["A report on the year 2024."]])
    encoding_format: Literal["float", "base64"] | None = "float"
    dimensions: int | None = Field(default=None, description="The engine's own; another number is refused.")
    input_type: Literal["query", "passage"] = Field(
        default="passage", description="What the texts are: some engines embed a question otherwise than a passage."
    )


class Embedding(BaseModel):
    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str = Field(description="A unit vector; as base64 of little-endian float32 if asked.")


class EmbeddingsUsage(BaseModel):
    prompt_tokens: int
    total_tokens: int


class Embeddings(BaseModel):
    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: EmbeddingsUsage


_EMBEDDED: dict[int | str, dict[str, Any]] = described(400, 404, 504)


@router.post("/embeddings", summary="Embed texts with the library's engine", responses=_EMBEDDED)
async def embeddings(body: EmbeddingsRequest, request: Request, parts: WithParts) -> Embeddings:
    """One unit vector for each text, in order."""
    engine = parts.assistant.library.engine
    texts = [body.input] if isinstance(body.input, str) else body.input
    if body.model != engine.name:
        detail = f"there is no embedding model {body.model[:60]!r}; use {engine.name!r}"
        raise Refused(404, detail, param="model", code="model_not_found")
    if not 1 <= len(texts) <= MOST_TEXTS or not all(text.strip() for text in texts):
        raise Refused(400, f"input must be 1 to {MOST_TEXTS} texts, none of them empty", param="input")
    if body.dimensions not in (None, engine.dimensions):
        raise Refused(400, f"the vectors have {engine.dimensions} dimensions; leave dimensions out", param="dimensions")
    vectors, tokens = await parts.work.run(request, lambda _: _embedded(engine, texts, body.input_type))
    data = [Embedding(index=i, embedding=_written(row, body.encoding_format)) for i, row in enumerate(vectors)]
    usage = EmbeddingsUsage(prompt_tokens=tokens, total_tokens=tokens)
    return Embeddings(data=data, model=engine.name, usage=usage)


def _embedded(engine: Engine, texts: list[str], kind: str) -> tuple[FloatArray, int]:
    texts = [text.encode("utf-8", "replace").decode() for text in texts]  # half a character cannot be embedded
    if kind == "query":
        vectors = np.stack([engine.embed_query(text) for text in texts])
    else:
        vectors = engine.embed_passages(texts)
    return vectors, sum(map(count_tokens, texts))


def _written(vector: FloatArray, encoding: str | None) -> list[float] | str:
    if encoding == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode()
    return [float(number) for number in vector]


def _names(parts: Parts) -> list[str]:
    return [MODEL, parts.assistant.library.engine.name]
