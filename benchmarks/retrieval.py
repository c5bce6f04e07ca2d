"""Retrieval on public question sets: recall@1, recall@5, nDCG@10, and whether the best sentences hold the answer.

Beside ours, on the same passages and vectors: dense alone (Chroma), BM25 alone (tantivy), and the naive sum of
their z-scores; and ours without one part at a time. 95 % intervals by bootstrap over questions.

Half of the questions on XQuAD and PIAF fitted the weights (`benchmarks.fit_ranking` measures on the other half);
SQuAD 2.0 fitted nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.compose.candidates import measures, order
from assistant.coverage import query_stems
from assistant.question import Query, understand
from assistant.ranking import weights
from assistant.retrieve import Asked as retrieve_asked
from assistant.retrieve import candidates, look_again, retrieve
from benchmarks.datasets import Asked, QuestionSet, answerable, question_sets, squad2, without_accents
from ingest.engine import open_engine
from ingest.library import Library
from ingest.text.words import fold

DEPTH = 10
Ranker = Callable[[Query, Library], list[str]]
"""Document sources, best first, for a query."""


def ours(query: Query, library: Library) -> list[str]:
    return _sources([item.document.source for item in retrieve(query, library, k=3 * DEPTH)])


def dense(query: Query, library: Library) -> list[str]:
    near = library.nearest(library.engine.embed_query(query.text), 3 * DEPTH)
    return _documents(library, [scored.passage_id for scored in near])


def bm25(query: Query, library: Library) -> list[str]:
    return _documents(
        library, [scored.passage_id for scored in library.matching(query_stems(query, library), 3 * DEPTH)]
    )


def naive_fusion(query: Query, library: Library) -> list[str]:
    """The sum of both lists' z-scores; a passage missing from one has that list's lowest."""
    lists = [
        {s.passage_id: s.score for s in library.nearest(library.engine.embed_query(query.text), 100)},
        {s.passage_id: s.score for s in library.matching(query_stems(query, library), 100)},
    ]
    total: dict[str, float] = {}
    for scores in filter(None, lists):
        values = np.array(list(scores.values()))
        mean, spread = values.mean(), values.std() or 1.0
        for id_ in set().union(*lists):
            total[id_] = total.get(id_, 0.0) + float((scores.get(id_, values.min()) - mean) / spread)
    return _documents(library, sorted(total, key=lambda id_: -total[id_])[: 3 * DEPTH])


ABLATIONS = {
    "sentence vectors": ("sentence", "sentence_moved"),
    "the middle": ("passage_moved", "sentence_moved"),
    "words": ("words", "near", "pairs"),
    "pairs of words": ("pairs",),
}
"""What is left out of the score → the measures that are then 0."""


def ablated(queries: Sequence[Query], asked: Sequence[Asked], library: Library) -> dict[str, list[int | None]]:
    """The answering passage's rank for each question, with all of the score and without one part of it; without
    `same_language` too where words are left out, which it balances. Weights stay: a part's worth is what breaks without
    it."""
    ranks: dict[str, list[int | None]] = {name: [] for name in ("score", *ABLATIONS)}
    fitted: dict[str, float] = weights()["score"]
    for query, item in zip(queries, asked, strict=True):
        looked = retrieve_asked.of(query, library)
        found = look_again(looked, library, candidates(looked, library, None))
        for name in ranks:
            out = ABLATIONS.get(name, ())
            kept = {m: w for m, w in fitted.items() if m not in out and (name != "words" or m != "same_language")}
            scores = [sum(weight * e.measures[m] for m, weight in kept.items()) for e in found]
            order_ = sorted(range(len(found)), key=lambda i: -scores[i])
            ranks[name].append(_rank(_sources([found[i].document.source for i in order_]), item.passage))
    return ranks


RANKERS: dict[str, Ranker] = {"ours": ours, "dense": dense, "BM25": bm25, "naive sum": naive_fusion}


def measure(data: Path, work: Path, most: int) -> list[dict[str, Any]]:
    """One row a set and ranker; at most `most` questions of a set, evenly picked."""
    engine, rows = open_engine(), []
    sets = [*question_sets(data), answerable(squad2(data))]
    for found in [*sets, *(without_accents(one) for one in sets if one.name.startswith("XQuAD vi→"))]:
        library = found.library(engine, work)
        asked = found.some(most)
        queries = [understand(item.question) for item in asked]
        for name, ranker in RANKERS.items():
            ranks = [_rank(ranker(query, library), item.passage) for query, item in zip(queries, asked, strict=True)]
            rows.append({"set": found.name, "ranker": name, "questions": len(ranks)} | _summary(ranks))
        rows[-len(RANKERS)] |= _best_sentences(found, asked, queries, library)
        for name, ranks in ablated(queries, asked, library).items():
            if name != "score":
                rows.append({"set": found.name, "ranker": f"− {name}", "questions": len(ranks)} | _summary(ranks))
        library.close()
    return rows


def _best_sentences(
    found: QuestionSet, asked: Sequence[Asked], queries: Sequence[Query], library: Library
) -> dict[str, float]:
    """How often the surest one and three sentences hold a gold answer; only where both are one language."""
    questions_in, _, passages_in = found.name.split(" ")[-1].partition("→")
    if passages_in and questions_in != passages_in:
        return {}
    first = three = 0
    for item, query in zip(asked, queries, strict=True):
        ranked = sorted(
            ((order(measures(query, e, s)), s.text) for e in retrieve(query, library) for s in e.sentences),
            reverse=True,
        )
        holds = [any(fold(answer) in fold(text) for answer in item.answers) for _, text in ranked[:3]]
        first += holds[0]
        three += any(holds)
    return {"sentence@1": first / len(asked), "sentence@3": three / len(asked)}


def _rank(sources: Sequence[str], gold: str) -> int | None:
    return sources.index(gold) + 1 if gold in sources else None


def _summary(ranks: Sequence[int | None]) -> dict[str, Any]:
    at_1 = np.array([rank == 1 for rank in ranks], float)
    at_5 = np.array([rank is not None and rank <= 5 for rank in ranks], float)
    ndcg = np.array([1 / np.log2(1 + rank) if rank and rank <= DEPTH else 0.0 for rank in ranks])
    drawn = np.random.default_rng(0).integers(0, len(ranks), (1000, len(ranks)))
    low, high = np.percentile(at_1[drawn].mean(axis=1), [2.5, 97.5])
    return {
        "recall@1": at_1.mean(),
        "recall@1 low": low,
        "recall@1 high": high,
        "recall@5": at_5.mean(),
        "nDCG@10": ndcg.mean(),
    }


def _documents(library: Library, ids: Sequence[str]) -> list[str]:
    found = {document.id: document.source for document in library.documents()}
    return _sources([found[passage.document_id] for passage, _ in library.passages(ids)])


def _sources(sources: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(sources))[:DEPTH]


def print_table(rows: Sequence[dict[str, Any]]) -> None:
    print(f"{'set':<14}{'':<22}{'n':>5}  {'recall@1':<22}{'recall@5':>9}{'nDCG@10':>9}{'sent@1':>8}{'sent@3':>8}")
    for row in rows:
        interval = f"{row['recall@1']:.3f} [{row['recall@1 low']:.3f}, {row['recall@1 high']:.3f}]"
        sentences = "".join(f"{row[key]:>8.3f}" for key in ("sentence@1", "sentence@3") if key in row)
        print(
            f"{row['set']:<14}{row['ranker']:<22}{row['questions']:>5}  {interval:<22}"
            f"{row['recall@5']:>9.3f}{row['nDCG@10']:>9.3f}{sentences}"
        )
