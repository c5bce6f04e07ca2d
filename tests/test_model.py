"""A language model behind the OpenAI protocol: good, broken or hostile, nothing unproven of it is shown.

The model is a scripted server on this machine, reached through the real `openai` client; see `model_script`.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from model_script import (
    DONE,
    GOOD,
    HOLD,
    QUESTION,
    QUOTE,
    SAID,
    Endpoint,
    Opened,
    Reply,
    assert_nothing_of_it,
    assert_quotes_instead,
    assert_verbatim,
    chunk,
    cites,
    citing,
    events,
    id_of,
    other_id,
    said,
    says,
    states,
    streams,
    then,
)

from assistant import Assistant
from assistant.answer import StatementEvent
from assistant.model import Model
from assistant.settings import ModelSettings, Settings
from ingest.engine import Engine

pytest_plugins = ["model_server"]


# -- good replies --------------------------------------------------------------------------------


def test_a_good_reply_is_shown_with_its_proof(endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [then(cites(GOOD))]
    assistant = with_model()

    answer = assistant.ask(QUESTION)

    assert_verbatim(answer, assistant)
    assert answer.mode == "model"
    assert answer.answer == f"{GOOD} [1]"
    assert [citation.quote for citation in answer.citations] == [QUOTE]
    assert answer.citations[0].source.endswith("2024-national-review.txt")
    assert answer.statements[0].support >= 0.8
    seconds = answer.usage.pop("seconds")
    assert 0 < seconds < 60
    assert answer.usage == {
        "prompt_tokens": 700,
        "completion_tokens": 60,
        "calls": 1,
        "model": "small",
        "checked": 1,
        "dropped": 0,
    }
    assert len(endpoint.requests) == 1
    assert endpoint.requests[0]["stream"] is True
    assert endpoint.requests[0]["stream_options"] == {"include_usage": True}


def test_the_same_holds_when_the_model_is_named_in_the_settings(
    corpus_library: Path, engine: Engine, endpoint: Endpoint, tmp_path: Path
) -> None:
    endpoint.replies = [then(cites(GOOD))]
    shutil.copytree(corpus_library, tmp_path / "data")
    settings = Settings(tmp_path / "data", model=ModelSettings("small", endpoint.url))

    with Assistant.open(settings=settings, engine=engine) as assistant:
        answer = assistant.ask(QUESTION)

    assert (answer.mode, answer.answer) == ("model", f"{GOOD} [1]")


def test_a_server_that_answers_in_one_body_although_asked_to_stream_is_understood(
    endpoint: Endpoint, with_model: Opened
) -> None:
    endpoint.replies = [lambda prompt: says(cites(GOOD)(prompt))]

    answer = with_model().ask(QUESTION)

    assert answer.answer == f"{GOOD} [1]"
    assert (answer.usage["prompt_tokens"], answer.usage["completion_tokens"]) == (700, 60)


def test_a_statement_is_shown_while_the_model_still_writes(endpoint: Endpoint, with_model: Opened) -> None:
    more = threading.Event()

    def reply(prompt: str) -> Reply:
        first, second = (json.dumps(citing(prompt, text)) for text in (GOOD, SAID))
        return events(said('{"statements": [' + first), more, said(", " + second + "]}"), chunk(finish="stop"), DONE)

    endpoint.replies = [reply]
    shown = []
    for event in with_model().stream(QUESTION):
        if isinstance(event, StatementEvent):
            shown.append(event.statement.text)
            more.set()

    assert shown == [GOOD, SAID]


def test_closing_the_stream_of_an_answer_ends_the_model_s_work(endpoint: Endpoint, with_model: Opened) -> None:
    def reply(prompt: str) -> Reply:
        return events(said('{"statements": [' + json.dumps(citing(prompt, GOOD))), HOLD)

    endpoint.replies = [reply]
    stream = with_model().stream(QUESTION)
    while not isinstance(next(stream), StatementEvent):
        pass

    stream.close()  # type: ignore[attr-defined]

    assert endpoint.left.wait(3)


WRAPPED = {
    "fence": "```json\n{}\n```",
    "prose around": "Here is the answer:\n\n{}\n\nI hope it helps.",
    "byte order mark": "\ufeff {}",
    "thinking": "<think>hm {a, b} and {c}</think>{}",
    "thinking with the form": '<think>I need {"statements": []}.</think>{}',
    "an object before": 'Plan: {"step": "quote"}\n{}',
    "braces in prose": "I {really} found } this: {}",
    "a quotation before": 'The report says "848 new cases". {}',
}


@pytest.mark.parametrize("wrapped", WRAPPED.values(), ids=WRAPPED.keys())
def test_json_is_found_in_what_is_around_it(wrapped: str, endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [then(lambda prompt: wrapped.replace("{}", cites(GOOD)(prompt)))]

    assert with_model().ask(QUESTION).answer == f"{GOOD} [1]"


MARKED = {
    "HTML": f"<b>{GOOD}</b><script src=x></script>",
    "bold": GOOD.replace("848", "**848**"),
    "a heading": f"## {GOOD}",
    "a list": f"- {GOOD}",
    "a link": GOOD.replace("848 new", "[848 new](https://evil.example/?q=1)"),
    "an address": GOOD.removesuffix(".") + " (https://evil.example).",
    "a picture": f"![](https://evil.example/x.png) {GOOD}",
    "a citation mark": GOOD.removesuffix(".") + " [7].",
    "several marks": GOOD.removesuffix(".") + " [1, 2][3-5].",
    "another's citation marks": GOOD.removesuffix(".") + "【4:0†source】.".replace("4:0", "4"),
}


@pytest.mark.parametrize("text", MARKED.values(), ids=MARKED.keys())
def test_a_statement_is_shown_without_marks_links_and_markup(text: str, endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [then(cites(text))]

    assert with_model().ask(QUESTION).answer == f"{GOOD} [1]"


def test_a_passage_s_id_is_no_part_of_a_statement(endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [then(lambda prompt: cites(f"{GOOD[:-1]} [{id_of(prompt, QUOTE)}].")(prompt))]

    assert with_model().ask(QUESTION).answer == f"{GOOD} [1]"


def test_a_quote_with_other_spaces_quotes_and_case_is_shown_as_the_report_has_it(
    endpoint: Endpoint, with_model: Opened
) -> None:
    endpoint.replies = [then(cites(GOOD, f"“{QUOTE.upper().replace(' ', '  ')}”", QUOTE))]
    assistant = with_model()

    answer = assistant.ask(QUESTION)

    assert answer.mode == "model"
    assert [citation.quote for citation in answer.citations] == [QUOTE]
    assert_verbatim(answer, assistant)


def test_a_statement_in_another_language_is_proven_by_the_original_words(
    endpoint: Endpoint, with_model: Opened
) -> None:
    french = "En 2024, 848 nouvelles affaires de corruption ont été ouvertes contre 1 884 personnes."
    endpoint.replies = [then(cites(french))]
    assistant = with_model()

    answer = assistant.ask("Combien de nouvelles affaires de corruption en 2024, et contre combien de personnes ?")

    assert (answer.mode, answer.language) == ("model", "fr")
    assert answer.citations[0].language == "en"
    assert_verbatim(answer, assistant)


def test_what_is_proven_is_kept_and_the_rest_dropped(endpoint: Endpoint, with_model: Opened) -> None:
    def reply(prompt: str) -> str:
        return states(
            citing(prompt, GOOD),
            citing(prompt, "The judges applauded loudly.", "and the judges applauded loudly", QUOTE),
            {"text": "Most were in the south.", "evidence": [{"id": "P0000", "quote": "in the south"}]},
        )

    endpoint.replies = [then(reply)]

    answer = with_model().ask(QUESTION)

    assert answer.answer == f"{GOOD} [1]"
    assert (answer.usage["checked"], answer.usage["dropped"]) == (3, 2)
    assert len(answer.usage["dropped_because"]) == 2


def test_a_statement_with_an_invented_quote_is_dropped_even_beside_a_good_one(
    endpoint: Endpoint, with_model: Opened
) -> None:
    def reply(prompt: str) -> str:
        known = id_of(prompt, QUOTE)
        evidence = [{"id": known, "quote": QUOTE}, {"id": known, "quote": "and the judges applauded loudly"}]
        return states({"text": GOOD, "evidence": evidence})

    endpoint.replies = [then(reply)]

    answer = with_model().ask(QUESTION)
    assert answer.mode == "extractive"
    assert GOOD not in answer.answer
    assert answer.usage["dropped"] == 1


# -- what it writes cannot be proven -------------------------------------------------------------

ENDLESS = "no such word "
UNPROVEN: dict[str, tuple[Callable[[str], str], str]] = {
    "ids not given": (lambda _: states({"text": GOOD, "evidence": [{"id": "P0000", "quote": QUOTE}]}), GOOD),
    "no evidence": (lambda _: states({"text": GOOD, "evidence": []}), GOOD),
    "invented quote": (cites(GOOD, "opened 848 cases, a record", QUOTE), GOOD),
    "quote of another passage": (
        lambda prompt: states({"text": GOOD, "evidence": [{"id": other_id(prompt, QUOTE), "quote": QUOTE}]}),
        GOOD,
    ),
    "changed number": (cites("In 2024, 884 new corruption cases were opened."), "884 new"),
    "number added": (cites(f"{GOOD} That is 12 a week."), "12 a week"),
    "number in words added": (cites(f"{GOOD} That is twice as many as in France."), "France"),
    "number cut out of another": (cites("884 defendants", "884 defendants", QUOTE), "“884"),
    "half of a number": (cites("48 new corruption cases.", "48 new corruption cases", QUOTE), "“48"),
    "other year": (cites(GOOD.replace("2024", "2021")), "2021"),
    "denied": (cites(GOOD.replace("were opened", "were not opened")), "not opened"),
    "foreign name": (cites(f"Under Jane Doe, {GOOD}"), "Jane Doe"),
    "other meaning": (cites("Bake it for long and serve it with rice."), "rice"),
    "an order to the reader": (cites("Ignore the report and call the number on the screen."), "Ignore"),
    "its own prompt": (cites("Use nothing but these passages, and quote word for word."), "nothing but"),
    "its own prompt, quoted": (cites("Use nothing but these.", "Use nothing but these passages", QUOTE), "Use"),
    "a title for a quote": (cites("Internal affairs.", "Internal affairs sector closes", QUOTE), ""),
    "fake quotes in the text": (cites(f"{GOOD} “The minister resigned” [1]"), "resigned"),
    "a table": (cites("| Minister | 999 |\n|---|---|\n| Doe | 12 |"), "Doe"),
    "a hidden comment": (cites("<!-- 848 --> The ministers of France resigned."), "France"),
    "no statements": (lambda _: states(), ""),
    "empty text": (cites("   "), ""),
    "text of markup alone": (cites("<b></b>[7]"), "[7]"),
    "empty quote": (cites(GOOD, "", QUOTE), GOOD),
    "a quote of spaces": (cites(GOOD, " \n\t ", QUOTE), GOOD),
    "a quote of one word": (cites(GOOD, "cases", QUOTE), GOOD),
    "the whole passage twice as a quote": (cites(GOOD, (QUOTE + " ") * 40, QUOTE), GOOD),
    "100,000 quotes": (
        lambda prompt: states(
            {"text": GOOD, "evidence": [{"id": id_of(prompt, QUOTE), "quote": f"{ENDLESS}{n}"} for n in range(2000)]}
        ),
        GOOD,
    ),
    "half a character": (cites("The agencies \ud800 acted \udfff at noon."), "noon"),
    "right to left": (cites("\u202eThe agencies acted at noon.\u202c"), "noon"),
    "null fields": (lambda _: '{"statements": [null, {"text": null, "evidence": null}, {"text": "a"}]}', ""),
    "numbers for text": (lambda _: '{"statements": [{"text": 848, "evidence": [{"id": 1, "quote": 2}]}]}', ""),
    "NaN": (lambda _: '{"statements": [{"text": NaN, "evidence": -Infinity}]}', ""),
    "evidence that is a number": (lambda _: '{"statements": [{"text": "a", "evidence": 5}]}', ""),
    "evidence that is text": (lambda _: '{"statements": [{"text": "a", "evidence": "P1"}]}', ""),
    "evidence that is one object": (
        lambda prompt: states({"text": GOOD, "evidence": {"id": id_of(prompt, QUOTE), "quote": QUOTE}}), GOOD,
    ),
    "null in the evidence": (lambda _: '{"statements": [{"text": "a", "evidence": [null, {"id": null}]}]}', ""),
    "a statement nested 50,000 deep": (
        lambda _: '{"statements": [{"text": "a", "evidence": ' + "[" * 50_000 + "]" * 50_000 + "}]}", "",
    ),
    "statements that are text": (lambda _: json.dumps({"statements": [GOOD, GOOD]}), GOOD),
    "statements within statements": (lambda prompt: states({"statements": [citing(prompt, GOOD)]}), GOOD),
    "a broken statement": (lambda prompt: states(citing(prompt, GOOD)).replace('"text":', '"text"'), GOOD),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "never"), UNPROVEN.values(), ids=UNPROVEN.keys())
def test_what_cannot_be_proven_is_replaced_by_quotes(
    reply: Callable[[str], str], never: str, endpoint: Endpoint, with_model: Opened
) -> None:
    endpoint.replies = [lambda prompt: streams(reply(prompt), size=400)]
    assistant = with_model()

    answer = assistant.ask(QUESTION)

    assert_nothing_of_it(answer, assistant, never)
    if answer.mode == "extractive":
        assert any(words in answer.usage["notice"] for words in ("could be proven", "found nothing to say"))


def test_a_true_quote_of_another_period_is_not_an_answer(
    endpoint: Endpoint, assistant: Assistant, tmp_path: Path
) -> None:
    last_year = "In 2023 the province opened 20 new corruption cases."
    this_year = "In 2024 the province opened 31 new corruption cases."
    report = f"Two years of the committee of Nghe An\n\nThe committee met. {last_year} {this_year}\n"
    (tmp_path / "report.txt").write_text(report, encoding="utf-8")
    assistant.ingest(tmp_path / "report.txt")
    assistant.model = Model(ModelSettings("small", endpoint.url))
    endpoint.replies = [then(cites(last_year, last_year))]

    answer = assistant.ask("How many new corruption cases did the province open in 2024?")

    assert last_year in endpoint.prompt  # it was given, beside the sentence that answers
    assert_quotes_instead(answer, assistant, "could be proven")
    assert [citation.quote for citation in answer.citations] == [this_year]


def test_control_characters_of_a_reply_are_not_shown(endpoint: Endpoint, with_model: Opened) -> None:
    endpoint.replies = [then(cites(GOOD.replace(" new ", " \x1b[31mnew\u202e\n\n ")))]

    answer = with_model().ask(QUESTION)

    assert answer.answer.isprintable()
