"""All that a library holds, to be compared with one that never met the fault; and whether an answer leads back."""

from __future__ import annotations

from typing import Any

import numpy as np

from assistant import Answer, Assistant
from ingest.library import Library
from ingest.likeness import told_only_here
from ingest.split import split

Holdings = dict[str, dict[str, Any]]
"""What is compared → its parts by id. The order of documents and the times of files are left out."""


def holdings(library: Library) -> Holdings:
    """Documents, summaries, passages, vectors and words of an open library."""
    held = {summary.id: summary for summary in library.documents()}
    passages = library.passages(library._catalog.passage_ids())
    got = library._vectors._collection.get(include=["embeddings"], limit=20_000)
    rows = got["embeddings"] if got["embeddings"] is not None else []
    return {
        "documents": {id_: library.document(id_) for id_ in held},
        "summaries": held,
        "files": {id_: library.file_of(id_) for id_ in held},
        "events": {id_: library.same_event(id_) for id_ in held},
        "passages": {passage.id: passage for passage, _ in passages},
        "sentences": {passage.id: vectors.tobytes() for passage, vectors in passages},
        "vectors": {i: np.asarray(row, np.float32).tobytes() for i, row in zip(got["ids"], rows, strict=True)},
        "words": dict.fromkeys(library._words.ids()),
        "digests": {path: stamp.digest for path, stamp in library.stamps().items()},
    }


def differing(found: Holdings, expected: Holdings) -> int:
    """How many parts are missing, wrong or too many."""
    return sum(
        sum(found[what].get(id_, ...) != part for id_, part in parts.items()) + len(found[what].keys() - parts.keys())
        for what, parts in expected.items()
    )


def half(library: Library) -> int:
    """Documents that lack a passage, or a passage of which an index lacks; copies with words that are in no
    passage, their own or their original's; and what only an index has."""
    named = set(library._catalog.passage_ids())
    vectors, words = library._vectors.ids(), library._words.ids()
    broken = len((vectors | words) - named)
    for summary in library.documents():
        document = library.document(summary.id)
        kept = library._catalog.passage_ids(summary.id)
        if document is None or not set(kept) <= vectors & words:
            broken += 1
            continue
        whole = split(document, library.passage_tokens)
        if summary.copy_of:  # its own are those that say something its original does not
            own = told_only_here(whole, library.passages_of(summary.copy_of))
            broken += not {p.id for p in own} <= set(kept) <= {p.id for p in whole}
        else:
            broken += kept != [p.id for p in whole]
    return broken


def astray(answer: Answer, assistant: Assistant) -> int:
    """Statements of an answer without a citation, and citations whose quote is not what stands at its offsets."""
    texts = {c.document_id: document.text for c in answer.citations
             if (document := assistant.library.document(c.document_id))}  # fmt: skip
    wrong = sum(texts.get(c.document_id, "")[c.start : c.end] != c.quote or not c.quote for c in answer.citations)
    numbers = {citation.n for citation in answer.citations}
    wrong += sum(not statement.citations or not set(statement.citations) <= numbers for statement in answer.statements)
    if answer.abstained:
        return wrong + len(answer.statements) + len(answer.citations) + (not answer.reason)
    return wrong + (not answer.statements)


def not_verbatim(answer: Answer) -> int:
    """Statements of an extractive answer that are no words of what they cite; those that are computed left out."""
    quotes = {citation.n: " ".join(citation.quote.split()) for citation in answer.citations}
    return sum(
        not statement.computed
        and not any(" ".join(statement.text.split()) in quotes.get(n, "") for n in statement.citations)
        for statement in answer.statements
    )


def cited(answer: Answer) -> list[tuple[str, int, int, str]]:
    """What an answer leads back to, to be compared."""
    return [(c.document_id, c.start, c.end, c.quote) for c in answer.citations]
