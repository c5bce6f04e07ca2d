"""The lexical index: BM25 over folded, stemmed words, in tantivy."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from ingest.documents import Passage, Scope, Scored
from ingest.errors import LibraryError
from ingest.text.words import stems


class WordIndex:
    """A folder with tantivy's files. Text is split here, not by tantivy, so that the index, questions and
    every comparison agree on what a word is."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("passage_id", stored=True, tokenizer_name="raw")
        builder.add_text_field("document_id", tokenizer_name="raw")
        builder.add_text_field("language", tokenizer_name="raw")
        builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._index = tantivy.Index(self._schema, path=str(folder))
        except (ValueError, OSError) as exc:
            raise LibraryError(f"{folder}: the word index cannot be opened ({exc})") from exc

    @classmethod
    def anew(cls, folder: Path) -> Self:
        """An empty index in the place of what is there."""
        shutil.rmtree(folder)
        return cls(folder)

    def tidy(self) -> None:
        """Delete files that a killed writer began and never named. Raises ValueError where they cannot be."""
        writer = self._index.writer(heap_size=50_000_000, num_threads=1)
        writer.garbage_collect_files()
        writer.wait_merging_threads()

    def add(self, passages: Sequence[Passage]) -> None:
        """Index the passages; committed when this returns."""
        documents = []
        for passage in passages:
            text = f"{passage.heading}\n{passage.text}"
            document = self._tantivy.Document()
            document.add_text("passage_id", passage.id)
            document.add_text("document_id", passage.document_id)
            document.add_text("language", passage.language)
            document.add_text("words", " ".join(stems(text, passage.language)))
            documents.append(document)
        self._commit([passage.id for passage in passages], documents)

    def remove(self, ids: Sequence[str]) -> None:
        self._commit(ids)

    def _commit(self, out: Sequence[str], new: Sequence[Any] = ()) -> None:
        # Opened only now: a writer that an error leaves open keeps every later one out.
        writer = self._index.writer(heap_size=50_000_000, num_threads=1)
        writer.delete_documents_by_query(self._tantivy.Query.term_set_query(self._schema, "passage_id", list(out)))
        for document in new:
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def ids(self) -> set[str]:
        """Every passage id in the index."""
        searcher = self._index.searcher()
        if searcher.num_docs == 0:
            return set()
        hits = searcher.search(self._tantivy.Query.all_query(), limit=searcher.num_docs).hits
        return {searcher.doc(address)["passage_id"][0] for _, address in hits}

    def count(self) -> int:
        """How many passages are indexed."""
        return int(self._index.searcher().num_docs)

    def frequencies(self, stems: Sequence[str]) -> list[int]:
        """For each stem, how many passages hold it."""
        searcher, query = self._index.searcher(), self._tantivy.Query.term_query
        # Not `doc_freq`: that counts passages which are deleted and not yet merged away.
        return [int(searcher.search(query(self._schema, "words", stem), limit=1).count) for stem in stems]  # type: ignore[attr-defined]

    def search(self, words: Mapping[str, float], k: int, scope: Scope | None) -> list[Scored]:
        """The k passages with the highest BM25 for the weighted stems, within the scope."""
        tantivy = self._tantivy
        should = tantivy.Occur.Should
        terms = [
            (should, tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, "words", word), weight))
            for word, weight in words.items()
        ]
        if not terms or k <= 0:
            return []
        parts = [(tantivy.Occur.Must, tantivy.Query.boolean_query(terms))]
        for field, allowed in (
            ("document_id", scope.documents if scope else None),
            ("language", scope.languages if scope else None),
        ):
            if allowed is not None:
                within = tantivy.Query.term_set_query(self._schema, field, list(allowed))
                parts.append((tantivy.Occur.Must, tantivy.Query.const_score_query(within, 0.0)))
        searcher = self._index.searcher()
        hits = searcher.search(tantivy.Query.boolean_query(parts), limit=k).hits
        return [Scored(searcher.doc(address)["passage_id"][0], float(score)) for score, address in hits]
