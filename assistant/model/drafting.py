"""A model's answer as it is written: drafts, one by one. Nothing of them is shown before it is verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from assistant import prompts
from assistant.model.exchange import Exchange, Prompt
from assistant.model.failures import Failed, HungUp, where
from assistant.model.markup import as_written, neutral, unmarked
from assistant.model.packing import Given, pack
from assistant.model.statements import LONGEST_REPLY, MOST_STATEMENTS, StatementReader, Written
from assistant.phrases import failure
from assistant.question import Query
from assistant.retrieve import Evidence
from ingest.split import split_sentences
from ingest.text.words import fold

QUOTES_ASKED = 3
"""Most quotes of a statement that a schema lets a model write; SmolLM2 writes as many as it may."""
REPEATS = 2
"""Times a model may say what it has said; then it is stopped."""
TAIL = 200
"""Code points after the list of statements that are waited for, for the tokens used are told last."""
SLACK = 16
"""Tokens by which the parts of a prompt may be counted short of the whole."""
SMALLER = 4
"""Times the prompt is made smaller for a window that turns out too small."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement as the model wrote it, with the evidence it names: (evidence, quote as written)."""

    text: str
    evidence: tuple[tuple[Evidence, str], ...]


class Drafting:
    """Iterate it, once, for the drafts of an answer, each as soon as the model has written it.

    The request begins with the first step; it is cancelled, and the connection closed, by `close`, by the end of the
    iteration, and by the end of the iterator. Any thread may call `close`; the iteration then just ends. A step raises
    ModelError, in one line that says what to do, when there is nothing to draft from; what fails after a draft was
    given is said in `notice`.
    """

    def __init__(self, exchange: Exchange, query: Query, evidence: Sequence[Evidence]) -> None:
        self.refused = 0
        """Statements that cite only ids the model was not given."""
        self.notice: str | None = None
        """Why the answer may lack something, in one line."""
        self._exchange = exchange
        self._query = query
        self._evidence = evidence
        self._given: dict[str, Given] = {}
        self._drafted = 0
        self._repeated = 0
        self._seen: set[object] = set()
        self._begun = False

    @property
    def usage(self) -> dict[str, Any]:
        """Tokens and more, see `Meter.as_dict`; whole once the iteration has ended."""
        return self._exchange.meter.as_dict()

    def close(self) -> None:
        """Cancel the request. Safe from any thread, and more than once."""
        self._exchange.line.hang_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Draft]:
        # No cycle leads from the iterator back to itself: it ends, and its `finally` runs, when it is let go of.
        if self._begun or not self._evidence:
            return
        self._begun = True
        try:
            yield from self._drafts()
        except HungUp:
            return
        except Failed as failed:
            if not self._drafted:
                raise
            language = self._query.language
            self.notice = failure("cut_short", language, error=failed.told(language))
        finally:
            self.close()

    # -- inside ----------------------------------------------------------------------------------

    def _drafts(self) -> Iterator[Draft]:
        """Ask until there is an answer: with fewer passages, after a pause, or once more in words."""
        exchange, plainly, smaller = self._exchange, False, 0
        prompt = self._prompt(exchange.learned.room)
        while True:
            self.refused, self._repeated, self._seen = 0, 0, set()
            reader = StatementReader()
            try:
                yield from self._read(prompt, plainly, reader)
                if self._has_answered(reader):
                    return
                if plainly:
                    raise self._failed("not_json")
                plainly = True
            except Failed as failed:
                if self._drafted:
                    if reader.ended:  # what broke off was only the end of the talk
                        return
                    raise
                if failed.kind == "overflow" and smaller < SMALLER:
                    smaller += 1
                    room = _smaller(prompt.tokens, failed, exchange.settings.max_output)
                    prompt = self._prompt(room, failed)
                    exchange.learned.room = room
                else:
                    exchange.recover(failed)

    def _prompt(self, room: int | None, failed: Failed | None = None) -> Prompt:
        """What is asked, in at most `room` tokens, else in those the settings leave beside the answer."""
        settings = self._exchange.settings
        language = prompts.LANGUAGES.get(self._query.language, prompts.OTHER_LANGUAGE)
        system = prompts.SYSTEM.format(language=language, form=prompts.FORM)
        bare = Prompt(system, self._asked(""), in_words=prompts.PLAIN_JSON)
        left = (settings.context_window - settings.max_output if room is None else room) - bare.tokens - SLACK
        if failed and left <= 0:
            raise Failed(failed.phrase, **failed.values)
        given = pack(self._query, self._evidence, left)
        self._given = {item.key: item for item in given}
        user = self._asked("\n\n".join(item.text for item in given))
        # OpenAI takes seconds to compile a schema it has not seen; elsewhere it is cheap to name the ids, so that a
        # small model cannot invent one, nor go on for ever.
        own = where(settings).endswith(("openai.com", ".azure.com"))
        schema = prompts.schema() if own else prompts.schema(list(self._given), MOST_STATEMENTS, QUOTES_ASKED)
        return Prompt(system, user, schema, prompts.PLAIN_JSON)

    def _asked(self, passages: str) -> str:
        return prompts.QUESTION.format(passages=passages, question=neutral(self._query.text, self._given))

    def _read(self, prompt: Prompt, plainly: bool, reader: StatementReader) -> Iterator[Draft]:
        """One reply's drafts, until there is enough of them."""
        with closing(self._exchange.ask(prompt, plainly)) as texts:
            for text in texts:
                for written in reader.feed(text):
                    for draft in self._draft(written):
                        self._drafted += 1
                        yield draft
                if reader.full or self._repeated >= REPEATS or (reader.complete and reader.after > TAIL):
                    return

    def _draft(self, written: Written) -> list[Draft]:
        """A statement with the passages it cites, sentence by sentence, for each must hold by itself; [] where it cites
        none, or was there before."""
        text = unmarked(written.text, self._given)
        found = tuple(
            (given.evidence, as_written(quote, given.evidence.passage.text))
            for key, quote in written.cited
            if (given := self._given.get(key))
        )
        if not text:
            return []
        said: object = fold(text) if found else written
        if said in self._seen:
            self._repeated += 1
            return []
        self._seen.add(said)
        if not found:
            self.refused += 1
            return []
        sentences = (text[span.start : span.end] for span in split_sentences(text, self._query.language))
        return [Draft(sentence, found) for sentence in sentences if _says_something(sentence)]

    def _has_answered(self, reader: StatementReader) -> bool:
        """Whether the reply was an answer, be it an empty one. Raises Failed where it was cut off, or declined, and it
        is no use to ask in other words."""
        if reader.ended or reader.counted or self._repeated >= REPEATS:
            return True
        if self._exchange.finish == "length":
            raise self._failed("cut_off", tokens=self._exchange.settings.max_output)
        if reader.full:
            raise self._failed("too_long", size=LONGEST_REPLY >> 10)
        if self._exchange.declined:
            raise self._exchange.declines()
        if self._drafted:
            raise self._failed("not_whole")
        return False

    def _failed(self, phrase: str, **values: Any) -> Failed:
        return Failed(phrase, model=self._exchange.settings.name, **values)


def _says_something(sentence: str) -> bool:
    """ "Yes." and "Indeed." say nothing that could be proven."""
    return len(sentence.split()) > 2 or any(char.isdigit() for char in sentence)


def _smaller(tokens: int, failed: Failed, reserve: int) -> int:
    """The tokens to ask in after an overflow: what the server says it has room for, else half."""
    if failed.window is None:
        return tokens // 2
    # Both in its own tokens, of which a text may have more than in ours: then what it says may be no smaller.
    fits = (failed.window - min(reserve, failed.window // 2)) / (failed.prompt or tokens)
    return int(tokens * (0.95 * fits if fits < 0.9 else 0.5))
