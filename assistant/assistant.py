"""The assistant: a library, and the story of an answer."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from assistant.answer import (
    Answer,
    DocumentInfo,
    DoneEvent,
    Event,
    Mode,
    OrganisationInfo,
    PersonInfo,
    SearchHit,
)
from assistant.compose import Candidate, Covered, Part, Refusal, extract, said
from assistant.coverage import respelt_in, unheard
from assistant.cross_encoder import Reader, open_cross_encoder
from assistant.explain import explained
from assistant.figures import FigureInfo, Figures, all_series, figures_of_series, find_figures
from assistant.model import Model
from assistant.phrases import say
from assistant.question import Query, clean_question, leans_on_history, understand
from assistant.question.accents import Accents, shipped
from assistant.question.spelling import corrected
from assistant.remembered import Remembered, key_of
from assistant.retrieve import Evidence, Found, retrieve, retrieve_parts, search
from assistant.settings import Settings
from assistant.verify import Checks, Proven, Writing, verify_draft, verify_said
from ingest.documents import Summary
from ingest.engine import Engine, open_engine
from ingest.errors import InputError, ModelError
from ingest.filters import passes, wanted
from ingest.library import Library
from ingest.pipeline import ingest, remove
from ingest.report import IngestReport, OnProgress
from ingest.store.figures import Series
from ingest.workers import Reads

log = logging.getLogger("danchung")

History = Sequence[Mapping[str, str]]
"""Earlier turns, oldest first: {"role": "user" | "assistant", "content": …}. Never evidence."""

Filters = Mapping[str, Any]
"""document, language, period, place, source, since, until; see `ingest.filters.wanted`."""


class Assistant:
    """Answers questions from a library. Threads may share it; use it as a context manager, or close it."""

    def __init__(
        self, library: Library, model: Model | None = None, reader: Reader | None = None, remembered: int = 0
    ) -> None:
        """`remembered` is how many extractive answers are kept until the library changes."""
        self.library = library
        self.model = model
        self.reader = reader
        self._remembered = Remembered(library, remembered) if remembered else None
        # Words and quotes are compared one with another: each is embedded once.
        self._vector = lru_cache(maxsize=512)(lambda text: library.engine.embed_passages([text])[0])

    @classmethod
    def open(
        cls,
        data_dir: str | Path | None = None,
        *,
        settings: Settings | None = None,
        engine: Engine | None = None,
        reader: Reader | None = None,
        wait: float = 0.0,
        owner: str = "danchung",
        remembered: int = 0,
    ) -> Self:
        """Open the library in a data directory, making it where there is none.

        `engine` is any object that embeds (`ingest.engine.Engine`); by default the one the settings name;
        `reader` one that reads question and sentence together, by default the cross-encoder that ships.
        `wait` is how many seconds to wait for a process that owns the directory, `remembered` how many extractive
        answers to keep until the library changes. Raises LibraryBusy, LibraryError, EngineError, InputError.
        """
        settings = settings or Settings.load(data_dir)
        preload = threading.Thread(target=_import_stores, daemon=True)  # 1.4 s, beside loading the engine
        preload.start()
        engine = engine or open_engine(settings.embedding)
        preload.join()
        library = Library(
            settings.data_dir, engine, wait, owner,
            chroma_url=settings.chroma_url, passage_tokens=settings.passage_tokens,
        )  # fmt: skip
        model = Model(settings.model) if settings.model else None
        return cls(library, model, reader or open_cross_encoder(), remembered)

    # -- answering -------------------------------------------------------------------------------

    def ask(
        self, question: str, history: History = (), filters: Filters | None = None, *, explain: bool = False
    ) -> Answer:
        """Answer a question from the library, or abstain and say what is missing. With `explain`,
        `usage["explained"]` says how the question was understood and why passages were chosen.

        Raises InputError for an empty or overlong question or an unknown filter. A failing model is no
        error: the answer is then extractive, and `usage["notice"]` says why.
        """
        for event in self.stream(question, history, filters, explain=explain):
            if isinstance(event, DoneEvent):
                return event.answer
        raise AssertionError("an answer ends with its end")

    def can_answer(self, question: str) -> bool:
        """Whether the library answers a question, found out without a model. Raises InputError as `ask` does."""
        query = self._read(question)
        parts, _ = self._compose(retrieve_parts(query, self.library))
        return bool(parts)

    def stream(
        self, question: str, history: History = (), filters: Filters | None = None, *, explain: bool = False
    ) -> Iterator[Event]:
        """The same answer as events, each as soon as it has passed its check: a statement's citations, the statement,
        and the whole answer last. Closing the iterator ends the model's work. Raises InputError as `ask` does."""
        events = self._events(question, history, filters, explain)
        if self._remembered is None or self.model is not None:
            return events
        key = key_of(question, history, filters, explain)
        return events if key is None else self._remembered.events(key, events)

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> list[SearchHit]:
        """The k best passages for a query, best first; those of a comparison's sides in turns. Raises InputError as
        `ask` does."""
        return [_hit(item) for item in self.evidence(query, k, filters)]

    def evidence(self, query: str, k: int = 10, filters: Filters | None = None) -> list[Evidence]:
        """As `search`, with all that is known of each passage and measured for the query."""
        if k < 1 or k > 100:
            raise InputError(f"k must be 1 to 100, not {k}")
        return search(self._read(query), self.library, k, filters)

    # -- the library -----------------------------------------------------------------------------

    def ingest(
        self,
        paths: str | Path | Iterable[str | Path],
        progress: OnProgress | None = None,
        *,
        prune: bool = False,
        stop: threading.Event | None = None,
        reads: Reads | None = None,
    ) -> IngestReport:
        """Read files, folders and web pages into the library; a bad file is named in the report and the rest goes on.

        `prune` takes out what is gone from the disk; `stop`, once set, ends the run early; `reads` reads elsewhere than
        here (`ingest.spread`). See `pipeline.ingest`.
        """
        given = [paths] if isinstance(paths, str | Path) else paths
        return ingest(self.library, given, progress, prune=prune, stop=stop, reads=reads)

    def documents(self, filters: Filters | None = None) -> list[DocumentInfo]:
        """Every document in the library that passes the filters, by source, without its text. Raises InputError for an
        unknown filter."""
        asked, counts = wanted(filters), self.library.passage_counts()
        found = (document for document in self.library.documents() if asked is None or passes(asked, document))
        return [_info(document, counts.get(document.id, 0)) for document in found]

    def document(self, document_id: str) -> DocumentInfo:
        """One document with its text. Raises InputError when there is none with that id."""
        document = self.library.document(document_id)
        if document is None:
            raise InputError(f"no document {document_id}; `danchung documents` lists them")
        summary = next(d for d in self.library.documents() if d.id == document_id)
        info = _info(summary, len(self.library.passages_of(document_id)))
        copies = [copy.source for id_ in self.library.copies_of(document_id) if (copy := self.library.document(id_))]
        more = {"text": document.text, "copies": copies, "same_event": self.library.same_event(document_id)}
        return info.model_copy(update=more)

    def figures(
        self,
        filters: Filters | None = None,
        *,
        measure: str | Sequence[str] | None = None,
        conflicts: bool = False,
        sort: str = "source",
        limit: int = 100,
        offset: int = 0,
    ) -> Figures:
        """A page of the figures that the reports give: value, unit, what is counted, period, place, and the quote.

        Filters are `document`, `language`, `period` and `place` (the figure's own), `source`, `measure`, `unit`,
        `text`; see `ingest.filters.wanted_figures`. `conflicts` leaves only figures over which sources differ; `sort`
        is one of source, value, unit, counted, period, place, with "-" before it for backwards. At most 1000 to a page.
        The first call on a library of an earlier release takes its figures from the texts it holds. Raises InputError.
        """
        asked = {**(filters or {}), **({"measure": measure} if measure else {})}
        return find_figures(self.library, asked, conflicts, sort, limit, offset)

    def figure_series(self, filters: Filters | None = None, most: int = 100) -> list[Series]:
        """The measures that reports give for two periods or more in one place. Raises InputError."""
        return all_series(self.library, filters, most)

    def figures_of(self, series: Series) -> list[FigureInfo]:
        """The figures of a measure in one place, by period, each value of a period once."""
        return figures_of_series(self.library, series)

    def figure_settings(self) -> tuple[list[str], list[str]]:
        """The periods that figures are of, latest first, and their places, those of most figures first."""
        return self.library.figure_settings()

    def remove(self, document_id: str) -> None:
        """Take a document out of the library. Raises InputError when there is none with that id."""
        if not remove(self.library, document_id):
            raise InputError(f"no document {document_id}; `danchung documents` lists them")

    def close(self) -> None:
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- inside ----------------------------------------------------------------------------------

    def _events(self, question: str, history: History, filters: Filters | None, explain: bool) -> Iterator[Event]:
        """The story of an answer: question → query → evidence → what may be said → what is proven."""
        clock = _Clock()
        query = self._understood(question, history)
        clock.lap("understand")
        found = retrieve_parts(query, self.library, filters=filters)
        clock.lap("retrieve")
        parts, refusals = self._compose(found)
        if not parts and (apart := query.apart()):
            found = [(part, retrieve(part, self.library, filters=filters)) for part in apart]
            parts, others = self._compose(found)
            refusals = others if parts else refusals
        clock.lap("compose")
        writing, checks, usage = Writing(query, question), Checks(), dict[str, Any]()
        notices = [*_read_as(query), *(reason for reason in refusals if parts)]
        if self.model and parts:
            for statement in self._from_model(self.model, query, found, checks, usage, notices):
                yield from writing.add(statement)
        mode: Mode = "model" if writing.statements else "extractive"
        if parts and not writing.statements:
            for one in said(query, parts):
                if proven := verify_said(one, self._similarity, checks):
                    yield from writing.add(proven)
            usage["confidence"] = [round(one.confidence, 3) for _, chosen in parts for one in chosen]
        answer = writing.answer(mode) if writing.statements else _abstention(query, question, refusals)
        usage |= {"checked": checks.checked, "dropped": len(checks.dropped)} if parts else {}
        if checks.replaced:
            usage["replaced"] = checks.replaced
        if checks.dropped:
            usage["dropped_because"] = checks.dropped
        if notices:
            usage["notice"] = " ".join(dict.fromkeys(notices))
        if also := self._other_sources(answer):
            usage["also"] = also
        if explain:
            usage["explained"] = explained(query, found)
        clock.lap("answer")
        yield DoneEvent(answer=answer.model_copy(update={"usage": usage, "timings_ms": clock.laps()}))

    def _understood(self, question: str, history: History) -> Query:
        """The question, made whole where it leans on the turns before: by the model, where there is one and it adds
        nothing of its own, else by rules."""
        leans = bool(self.model and history) and leans_on_history(clean_question(question), self.library.newest())
        whole = self.model.standalone(question, history) if self.model and leans else None
        return self._read(whole) if whole else self._read(question, history)

    def _read(self, question: str, history: History = ()) -> Query:
        """A question as understood over this library: years are counted from its newest report; accents that were not
        typed and words that were typed wrong are read as its reports have them."""

        def accents() -> Accents:
            return self.library.kept("accents", lambda: shipped().and_of(self.library.sample_of("vi")))

        newest = self.library.newest()
        query = understand(question, history, newest, accents)
        found = respelt_in(query, self.library, accents)
        if not found:
            return query
        return replace(understand(corrected(query.text, found), (), newest, accents), respelt=tuple(found))

    def _compose(self, found: Found) -> tuple[list[Part], list[str]]:
        """The extractive answer to the parts of the question that have one, and why the others have none.

        It is made first, with a model too: it decides whether there is anything to answer from, and stands in
        when the model fails.
        """
        parts: list[Part] = []
        reasons: list[str] = []
        for query, evidence in found:
            part = self._compose_part(query, evidence)
            if not isinstance(part, Refusal):
                parts.append((query, part))
            elif query.side and len(found) > 1:
                phrase = "part_asked" if query.side.endswith("?") else "part"
                reasons.append(say(phrase, query.language, part=query.side, reason=part.reason))
            else:
                reasons.append(part.reason)
        return parts, reasons

    def _compose_part(self, query: Query, evidence: Sequence[Evidence]) -> list[Candidate] | Refusal:
        if not evidence:
            empty = self.library.passage_count() == 0
            return Refusal(say("empty" if empty else "filtered", query.language))
        return extract(query, evidence, self._covered, unheard(query, self.library), self.reader)

    def _covered(self) -> Covered:
        return Covered(self.library.periods(), self.library.places())

    def _from_model(
        self,
        model: Model,
        query: Query,
        found: Found,
        checks: Checks,
        usage: dict[str, Any],
        notices: list[str],
    ) -> Iterator[Proven]:
        """What the model writes, each statement once it is proven. What it took is added to `usage`, and to `notices`
        why there is nothing, or not all."""
        shown = drafted = 0
        try:
            with model.draft(query, _that_fits_a_part(found)) as drafting:
                for draft in drafting:
                    drafted += 1
                    if proven := verify_draft(query, draft, self._similarity, self.reader, checks):
                        shown += 1
                        yield proven
                usage |= drafting.usage
                checks.checked += drafting.refused
                checks.dropped += ["cites a passage it was not given"] * drafting.refused
                drafted += drafting.refused
                if drafting.notice and shown:
                    notices.append(drafting.notice)
        except ModelError as exc:
            log.warning("model: %s", exc)
            usage |= drafting.usage
            notices.append(say("model_failed", query.language, error=exc.told(query.language)))
            return
        if not shown:
            notices.append(say("model_unproven" if drafted else "model_silent", query.language))

    def _other_sources(self, answer: Answer) -> dict[str, list[str]]:
        """For the number of a citation, the sources of the document's copies that have the quote word for word."""
        also: dict[str, list[str]] = {}
        for citation in answer.citations:
            copies = (self.library.document(id_) for id_ in self.library.copies_of(citation.document_id))
            if sources := [copy.source for copy in copies if copy and citation.quote in copy.text]:
                also[str(citation.n)] = sources
        return also

    def _similarity(self, one: str, other: str) -> float:
        return float(self._vector(one) @ self._vector(other))


class _Clock:
    """Milliseconds of each step, and in all."""

    def __init__(self) -> None:
        self._started = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self._laps[name] = round(1000 * (now - self._last), 1)
        self._last = now

    def laps(self) -> dict[str, float]:
        return self._laps | {"total": round(1000 * (self._last - self._started), 1)}


def _that_fits_a_part(found: Found) -> list[Evidence]:
    """The passages with a sentence that fits a part of the question, the best of each part first. A passage found
    for two parts keeps, for each sentence, the part it fits."""
    merged: dict[str, Evidence] = {}
    ranked = [item for row in zip_longest(*(evidence for _, evidence in found)) for item in row if item]
    for item in ranked:
        if not any(sentence.fit.all for sentence in item.sentences):
            continue
        if other := merged.get(item.passage.id):
            sentences = tuple(a if a.fit.all else b for a, b in zip(other.sentences, item.sentences, strict=True))
            item = replace(other, sentences=sentences)
        merged[item.passage.id] = item
    return list(merged.values())


def _read_as(query: Query) -> list[str]:
    """What the reader is told of words that were taken for others."""
    pairs = [say("read_as", query.language, typed=one.typed, meant=one.meant) for one in query.respelt]
    return [say("respelt", query.language, words=", ".join(pairs))] if pairs else []


def _import_stores() -> None:
    import chromadb  # noqa: F401
    import tantivy  # noqa: F401


def _abstention(query: Query, question: str, reasons: Sequence[str]) -> Answer:
    reason = " ".join(dict.fromkeys(reasons)) or say("unsaid", query.language)
    return Answer(
        question=question, answer=reason, abstained=True, reason=reason, language=query.language, mode="extractive"
    )


def _hit(item: Evidence) -> SearchHit:
    about = item.document.description
    return SearchHit(
        passage_id=item.passage.id,
        document_id=item.document.id,
        title=about.title,
        source=item.document.source,
        url=about.url,
        language=item.passage.language,
        period=about.period.label if about.period else None,
        text=item.passage.text,
        page=item.document.page_at(item.passage.start),
        start=item.passage.start,
        end=item.passage.end,
        score=round(item.relevance, 4),
        before=item.before.passage.text if item.before else None,
    )


def _info(document: Summary, passages: int) -> DocumentInfo:
    about = document.description
    return DocumentInfo(
        id=document.id,
        title=about.title,
        source=document.source,
        path=document.path,
        url=about.url,
        language=about.language,
        published=about.published.isoformat() if about.published else None,
        event_date=about.event_date.isoformat() if about.event_date else None,
        period=about.period.label if about.period else None,
        places=list(about.places),
        organisations=[OrganisationInfo(name=o.name, aliases=list(o.aliases)) for o in about.organisations],
        people=[PersonInfo(name=person.name, roles=list(person.roles)) for person in about.people],
        known=dict(about.known),
        passages=passages,
        characters=document.characters,
        copy_of=document.copy_of,
    )
