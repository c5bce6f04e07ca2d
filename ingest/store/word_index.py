"""The lexical index: BM25 over folded, stemmed words, in tantivy."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from ingest.documents import Passage, Scored
from ingest.errors import LibraryError
from ingest.store.rows import key_of, passage_id
from ingest.text.words import stems

KEPT_FREQUENCIES = 50_000


class WordIndex:
    """A folder with tantivy's files. Text is split here, not by tantivy, so that the index, questions and
    every comparison agree on what a word is."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._tantivy = tantivy
        self._frequencies: dict[str, int] = {}
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("passage", indexed=True, fast=True)  # as `key_of` makes them of ids
        builder.add_unsigned_field("document", indexed=True)
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
            document.add_unsigned("passage", key_of(passage.id))
            document.add_unsigned("document", key_of(passage.document_id))
            document.add_text("language", passage.language)
            document.add_text("words", " ".join(stems(text, passage.language)))
            documents.append(document)
        self._commit([passage.id for passage in passages], documents)

    def remove(self, ids: Sequence[str]) -> None:
        self._commit(ids)

    def _commit(self, out: Sequence[str], new: Sequence[Any] = ()) -> None:
        # Opened only now: a writer that an error leaves open keeps every later one out.
        writer = self._index.writer(heap_size=50_000_000, num_threads=1)
        writer.delete_documents_by_query(self._any_of("passage", map(key_of, out)))
        for document in new:
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._frequencies = {}

    def ids(self) -> set[str]:
        """Every passage id in the index."""
        searcher = self._index.searcher()
        if searcher.num_docs == 0:
            return set()
        hits = searcher.search(self._tantivy.Query.all_query(), limit=searcher.num_docs, count=False).hits
        return {scored.passage_id for scored in self._scored(searcher, hits)}

    def count(self) -> int:
        """How many passages are indexed."""
        return int(self._index.searcher().num_docs)

    def frequencies(self, stems: Sequence[str]) -> list[int]:
        """For each stem, how many passages hold it."""
        known = self._frequencies  # taken first: what a change makes stale is left behind in it
        if len(known) > KEPT_FREQUENCIES:
            known = self._frequencies = {}
        searcher = self._index.searcher()
        for stem in stems:
            if stem not in known:
                # Not `doc_freq`: that counts passages which are deleted and not yet merged away. To count a stem that
                # half of a million passages hold takes 3 ms: once between two changes.
                known[stem] = int(searcher.search(self._word(stem, 1.0), limit=1).count)  # type: ignore[attr-defined]
        return [known[stem] for stem in stems]

    def search(
        self,
        words: Mapping[str, float],
        k: int,
        documents: Iterable[str] | None = None,
        languages: Iterable[str] | None = None,
    ) -> list[Scored]:
        """The k passages with the highest BM25 for the weighted stems; only of documents with these ids, and in these
        languages, where any are named."""
        if not words or k <= 0:
            return []
        tantivy, must = self._tantivy, self._tantivy.Occur.Must
        # Nothing around the words, and no count: then tantivy skips what cannot be among the k best (block-max WAND).
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, self._word(*word)) for word in words.items()])
        within = []
        if documents is not None:
            within.append(self._any_of("document", map(key_of, documents)))
        if languages is not None:
            within.append(self._any_of("language", languages))
        if within:
            scoreless = [(must, tantivy.Query.const_score_query(part, 0.0)) for part in within]
            query = tantivy.Query.boolean_query([(must, query), *scoreless])
        searcher = self._index.searcher()
        return self._scored(searcher, searcher.search(query, limit=k, count=False).hits)

    def _word(self, word: str, weight: float) -> Any:
        query = self._tantivy.Query.term_query(self._schema, "words", word, index_option="freq")
        return query if weight == 1 else self._tantivy.Query.boost_query(query, weight)

    def _any_of(self, field: str, values: Iterable[Any]) -> Any:
        return self._tantivy.Query.term_set_query(self._schema, field, list(values))

    def _scored(self, searcher: Any, hits: Sequence[Any]) -> list[Scored]:
        keys = searcher.fast_field_values("passage", [address for _, address in hits])
        return [Scored(passage_id(key), float(score)) for key, (score, _) in zip(keys, hits, strict=True)]
