"""A model's reply becomes statements as it comes, however it is cut; what is around and inside them is passed over."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.model.markup import as_written, neutral, unmarked
from assistant.model.statements import (
    LONGEST_REPLY,
    LONGEST_STATEMENT,
    MOST_QUOTES,
    MOST_STATEMENTS,
    StatementReader,
    Written,
    plain,
)

STATEMENT = {"text": "848 cases.", "evidence": [{"id": "PABCDE", "quote": "opened 848 cases"}]}
WRITTEN = Written("848 cases.", (("PABCDE", "opened 848 cases"),))


def read(*pieces: str) -> list[Written]:
    reader = StatementReader()
    return [written for piece in pieces for written in reader.feed(piece)]


def cut(text: str, at: Iterable[int]) -> list[str]:
    return [text[a:b] for a, b in pairwise([0, *sorted(at), len(text)])]


# -- any reply, any cut --------------------------------------------------------------------------

TEXTS = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from('"\\{}[]:,\n😀é ')), max_size=40)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
QUOTES = st.fixed_dictionaries({"id": TEXTS, "quote": TEXTS}, optional={"page": VALUES})
STATEMENTS = st.fixed_dictionaries(
    {"text": TEXTS, "evidence": st.lists(QUOTES, max_size=3)}, optional={"score": VALUES, "note": VALUES}
)
OTHER = st.dictionaries(TEXTS.filter(lambda key: key != "statements"), VALUES, max_size=2)
AROUND = st.text(st.characters(codec="utf-8", exclude_characters='{}"'), max_size=30)


@st.composite
def replies(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """A valid reply with anything around and beside its statements, and the statements."""
    items = draw(st.lists(STATEMENTS | VALUES, max_size=5))
    whole = draw(OTHER) | {"statements": items} | draw(OTHER)
    indent, ascii_only = draw(st.sampled_from([None, 0, 2])), draw(st.booleans())
    return draw(AROUND) + json.dumps(whole, indent=indent, ensure_ascii=ascii_only) + draw(AROUND), items


def expected(items: Sequence[Any]) -> list[Written]:
    """What reading the reply whole, with Python's JSON, gives."""
    found = []
    for item in [item for item in items if isinstance(item, dict)][:MOST_STATEMENTS]:
        if isinstance(item.get("text"), str) and plain(item["text"]):
            quotes = item.get("evidence") if isinstance(item.get("evidence"), list) else []
            pairs = [q for q in quotes if isinstance(q, dict) and isinstance(q.get("id"), str)]
            cited = tuple((q["id"].strip("[]<>()\"' "), q["quote"]) for q in pairs if isinstance(q.get("quote"), str))
            found.append(Written(plain(item["text"]), cited))
    return found


@settings(deadline=None, max_examples=300)
@given(replies(), st.data())
def test_a_reply_cut_anywhere_gives_the_same_statements_as_read_whole(
    reply: tuple[str, list[Any]], data: st.DataObject
) -> None:
    text, items = reply
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=8))

    assert read(*cut(text, cuts)) == read(text) == read(*text) == expected(items)


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from('{}[]":,\\ statemn1é'), max_size=60))
@example('{"statements": [{"statements": [{"text": "a"}]')
@example('{"a": {"statements": [')
@example("{{{{[[[[")
def test_what_is_no_reply_is_read_without_an_error_and_the_same_however_cut(text: str) -> None:
    assert read(*text) == read(text)


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=60))
def test_half_a_character_or_more_is_read(text: str) -> None:
    reply = json.dumps({"statements": [{"text": text, "evidence": [{"id": "P", "quote": text}]}]})

    for written in read(reply):
        assert written.text == plain(text)
        assert written.text.isprintable() or written.text.encode()


# -- as it comes ---------------------------------------------------------------------------------


def test_a_statement_is_there_the_moment_it_closes() -> None:
    reader = StatementReader()
    one = json.dumps(STATEMENT)

    assert reader.feed('{"statements": [' + one[:-1]) == []
    assert reader.feed("}") == [WRITTEN]
    assert not reader.ended
    assert reader.feed(f", {one}]") == [WRITTEN]
    assert reader.ended
    assert reader.feed("}") == []


def test_two_that_close_in_one_piece_are_both_there() -> None:
    assert read(json.dumps({"statements": [STATEMENT, STATEMENT]})) == [WRITTEN, WRITTEN]


def test_characters_that_a_server_cut_in_two_are_whole_again() -> None:
    halves = '{"statements": [{"text": "A \ud83d', '\ude00 smile.", "evidence": []}]}'

    assert read(*halves) == [Written("A 😀 smile.", ())]


FORMS = {
    "a form before the answer": '{"statements": []} so: {whole}',
    "an object of another kind before": '{"plan": {"statements": "none"}} {whole}',
    "braces in prose": "set {x} and {y: 1} {whole}",
    "an open brace in prose": "a { b {whole}",
    "an open brace with a string": '{"quoted" words} {whole}',
    "an open brace before": "{ {whole}",
    "a key without a value": '{"a"{whole}',
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_statements_are_found_after_what_is_none(form: str) -> None:
    text = form.replace("{whole}", json.dumps({"statements": [STATEMENT]}))

    assert read(text) == read(*text) == [WRITTEN]


def test_a_key_may_be_written_with_escapes() -> None:
    assert read(json.dumps({"statements": [STATEMENT]}).replace('"stat', '"\\u0073tat')) == [WRITTEN]


def test_it_is_known_whether_there_was_a_list_and_an_end() -> None:
    known = {}
    for text in ("", "{}", '{"statements": 5}', '{"statements": [', '{"statements": []', '{"statements": [{}]'):
        reader = StatementReader()
        reader.feed(text)
        known[text] = reader.found, reader.ended, reader.complete

    assert known == {
        "": (False, False, False),
        "{}": (False, False, False),
        '{"statements": 5}': (False, False, False),
        '{"statements": [': (True, False, False),
        '{"statements": []': (True, True, False),
        '{"statements": [{}]': (True, True, True),
    }


# -- limits --------------------------------------------------------------------------------------


def test_no_more_than_a_few_statements_and_quotes_are_read() -> None:
    many = json.dumps({"statements": [{"text": f"Statement {n}.", "evidence": []} for n in range(1000)]})
    quotes = [{"id": "P1", "quote": f"words {n}"} for n in range(1000)]

    assert len(read(many)) == MOST_STATEMENTS == 8
    assert len(read(json.dumps({"statements": [{"text": "A statement.", "evidence": quotes}]}))[0].cited) == MOST_QUOTES
    assert read(json.dumps({"statements": [{"text": "a" * (LONGEST_STATEMENT + 1), "evidence": []}]})) == []
    assert len(read(json.dumps({"statements": [{"text": "a" * LONGEST_STATEMENT, "evidence": []}]}))) == 1


def test_a_reply_is_read_to_its_limit_and_no_further() -> None:
    reader = StatementReader()
    padding = "x" * (LONGEST_REPLY - 100)

    reader.feed(padding)
    assert not reader.full
    assert reader.feed(" " * 100 + json.dumps({"statements": [STATEMENT]})) == []
    assert reader.full
    assert reader.read == LONGEST_REPLY


@pytest.mark.parametrize("opening", ["[", "{", '[{"a":', '{"a":['])
def test_depth_without_end_is_no_error(opening: str) -> None:
    assert read('{"statements": [{"text": "a", "evidence": ' + opening * 60_000) == []
    closed = '{"statements": [{"text": "a", "evidence": ' + "[" * 60_000 + "]" * 60_000 + "}]}"
    assert read(closed) == []


# -- marks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "</passage>",
        "< / passage >",
        '<PASSAGE id="P1">',
        "</question>",
        "<question>",
        "</earlier>",
        "<|im_start|>system",
        "<｜end▁of▁sentence｜>",
        "<start_of_turn>",
        "</s>",
        "<think>",
        "[INST]",
        "[/INST]",
        "<<SYS>>",
    ],
)
def test_marks_of_prompts_are_disarmed_in_what_is_sent(text: str) -> None:
    sent = neutral(f"before {text} after")

    assert text not in sent
    assert "<" not in sent or "[" not in text
    assert as_written(sent, f"before {text} after") == f"before {text} after"


@pytest.mark.parametrize("text", ["less than 5 % (<5 %)", "a < b and b > c", "[2] 848 cases", "“848” — été", "x<y"])
def test_what_is_no_mark_is_sent_as_it_stands(text: str) -> None:
    assert neutral(text) == text


def test_the_ids_of_the_passages_given_are_disarmed() -> None:
    assert neutral("see [PABCDE] and POLICE", ["PABCDE", "PZZZZZ"]) == "see [P-ABCDE] and POLICE"


def test_a_quote_with_signs_that_the_report_has_is_left_alone() -> None:
    assert as_written("‹vingt›", "il a dit ‹vingt›") == "‹vingt›"
    assert as_written("‹b>", "a <b>") == "<b>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("In 2024 [1] there were 848 [2, 3].", "In 2024 there were 848."),
        ("There were 848 (PABCDE).", "There were 848."),
        ("See [the report](http://x.example/a_(b)) now.", "See the report now."),
        ("Go to https://x.example/a?b=1, now.", "Go to, now."),
        ("<i>848</i> cases <img src=x onerror=alert(1)>", "848 cases"),
        ("`848` **new** ~~old~~ cases", "848 new old cases"),
        ("A sum of 5 * 3 and 2 * 4", "A sum of 5 * 3 and 2 * 4"),
        ("the file a_b_c and [sic]", "the file a_b_c and [sic]"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("Điều 5 (khoản 2) [a]", "Điều 5 (khoản 2) [a]"),
    ],
)
def test_a_statement_loses_its_marks_and_keeps_its_words(text: str, shown: str) -> None:
    assert unmarked(text, ["PABCDE"]) == shown


@settings(deadline=2000, max_examples=200)
@given(st.text(st.sampled_from("[]()<>!*_`~#-ab1 :/.w\"'‹【】†"), max_size=300))
def test_taking_marks_out_always_ends_and_never_fails(text: str) -> None:
    assert isinstance(unmarked(text), str)
    assert isinstance(neutral(text), str)


@pytest.mark.parametrize(
    "text", ["[" * 1200, "<a" * 600, "**" * 600, "[a](" * 300, "`" * 1200, "[1" * 600, "<!--" * 300]
)
def test_no_text_makes_it_slow(text: str) -> None:
    started = time.process_time()
    unmarked(text, ["PABCDE"])
    neutral(text * 20)
    assert time.process_time() - started < 0.5
