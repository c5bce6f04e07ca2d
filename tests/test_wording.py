"""The words around quotes: which report they are from, days and numbers as each language writes them, and no citation
but our own."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from asking import Over, ask, cited, quotes, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.compose.wording import (
    LONGEST_TITLE,
    computed,
    day_in_words,
    lead_in,
    number_in_words,
    shortened,
    without_markers,
)
from assistant.model.failures import Failed
from assistant.phrases import _FAILURES, failure
from assistant.question import understand
from ingest.documents import Description, Document
from ingest.errors import ModelError
from ingest.text.numbers import find_numbers
from ingest.text.periods import Period, find_periods

LANGUAGES = ("en", "fr", "vi")


@pytest.fixture(scope="module")
def shelf(over: Over) -> Assistant:
    return over(
        {
            "mill.md": "---\ntitle: 'The mill [3] of Vinh Long ends its year [12]'\ndate: 2024-12-30\n---\n\n"
            "In 2024 the mill of Vinh Long ground 640 sacks of rice [3]. Its wheel was mended on May 4, 2024 with "
            "planks of the old barge. The wheel is made of oak.",
            "quarry.md": "---\ndate: 2024-07-09\n---\n\n# Half a year at the quarry of Ninh Binh\n\n"
            "In the first half of 2024 the quarry of Ninh Binh cut 88 blocks of stone.",
            "ferry.md": "---\ndate: 2024-03-05\n---\n\n# The ferry is painted\n\nThe ferry was painted blue by the "
            "sons of the pilot.",
            "donkeys.md": "# On donkeys\n\nThe donkey of the miller is called Biscuit.",
            "choir.md": "# A national review of choirs in 2024\n\nThe choir of Ca Mau sang in a cave in 2024. The "
            "whole country listened.",
        }
    )


# -- lead-ins ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many blocks of stone did the quarry cut in the first half of 2024?",
         "According to “Half a year at the quarry of Ninh Binh” (Ninh Binh, the first half of 2024):"),
        ("What is the wheel of the mill made of?",
         "According to “The mill (3) of Vinh Long ends its year (12)” (Vinh Long, 2024):"),
        ("Who painted the ferry?", "According to “The ferry is painted” (5 March 2024):"),
        ("What is the miller's donkey called?", "According to “On donkeys”:"),
        ("Where did the choir of Ca Mau sing in 2024?", "According to “A national review of choirs in 2024” (2024):"),
    ],
    ids=["place and part of a year", "place and year", "day", "nothing known", "a national report has no place"],
)  # fmt: skip
def test_a_quote_is_led_in_by_its_report(shelf: Assistant, question: str, words: str) -> None:
    assert [statement.lead_in for statement in ask(shelf, question).statements][:1] == [words]


def about(**changes: object) -> Document:
    known = {"title": "Đèn lồng", "language": "vi", "period": Period.parse("2024-H1"), "places": ("Quang Tri", "Hue")}
    return Document("d", "/d", "d", "", (), Description(**{**known, **changes}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many lanterns were lit?", "According to “Đèn lồng” (Quang Tri and Hue, the first half of 2024):"),
        ("Combien de lanternes ont été allumées ?",
         "D'après « Đèn lồng » (Quang Tri et Hue, le premier semestre 2024) :"),
        ("Có bao nhiêu đèn lồng được thắp?", "Theo “Đèn lồng” (Quang Tri và Hue, 6 tháng đầu năm 2024):"),
    ],
)  # fmt: skip
def test_it_is_in_the_language_of_the_question(question: str, words: str) -> None:
    assert lead_in(about(), understand(question)) == words


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"places": ("Hue", "Hanoi", "Ca Mau")}, "(Hue and Hanoi, the first half of 2024)"),
        ({"places": ()}, "(the first half of 2024)"),
        ({"period": Period.parse("2024-01-01/2024-09-30")}, "(Quang Tri and Hue, the first 9 months of 2024)"),
        ({"period": Period.parse("2023/2024")}, "(Quang Tri and Hue, 2023–2024)"),
        ({"period": None, "event_date": date(2024, 5, 4), "published": date(2024, 5, 9)},
         "(Quang Tri and Hue, 4 May 2024)"),
        ({"period": None, "published": date(2024, 5, 9), "places": ()}, "(9 May 2024)"),
        ({"title": "A national review of lanterns"}, "(the first half of 2024)"),
    ],
)  # fmt: skip
def test_it_says_where_and_when(known: dict[str, object], words: str) -> None:
    assert words in lead_in(about(**known), understand("How many lanterns were lit?"))


def test_of_an_office_it_says_as_of_when() -> None:
    held = about(event_date=date(2024, 5, 4), published=date(2024, 5, 9), title="A dinner")

    for question, words in (
        ("Who heads the Central Inspection Committee?", "As of 4 May 2024, according to “A dinner”:"),
        ("Qui dirige la Commission centrale d'inspection ?", "Au 4 mai 2024, d'après « A dinner » :"),
        ("Ai là Trưởng Ban Nội chính Trung ương?", "Tính đến 4/5/2024, theo “A dinner”:"),
    ):
        assert lead_in(held, understand(question)) == words
    undated = about(title="A dinner", places=(), period=None)
    assert lead_in(undated, understand("Who heads the Central Inspection Committee?")) == "According to “A dinner”:"


def test_a_report_is_named_once_where_its_sentences_follow_each_other(over: Over) -> None:
    cellar = over(
        {
            "cellar.txt": "The cellar office in 2024\n\nThe cellar office named three weak points in 2024:\n\n"
            "- the walls are damp;\n- the keys are missing;\n- the scale is broken.\n"
        }
    )
    answer = ask(cellar, "Which weak points did the cellar office name in 2024?")

    assert len(answer.statements) == 4
    assert [bool(statement.lead_in) for statement in answer.statements] == [True, False, False, False]


def test_each_report_is_named_where_its_first_sentence_stands(over: Over) -> None:
    letters = over(
        {
            f"y{year}.md": f"# Letters of {year}\n\nIn {year} the office received {n} letters."
            for year, n in ((2023, 40), (2024, 90))
        }
    )
    answer = ask(letters, "How many letters did the office receive in 2023 and in 2024?")

    assert [statement.lead_in for statement in answer.statements] == [
        "According to “Letters of 2023” (2023):",
        "According to “Letters of 2024” (2024):",
        None,
    ]
    assert cited(answer)[:2] == [["y2023"], ["y2024"]]


def test_a_long_title_is_cut_after_a_word() -> None:
    long = "The orchard office of the upper valley " * 9

    assert shortened(long) == shortened(" ".join(long.split()))
    assert len(shortened(long)) <= LONGEST_TITLE + 1
    assert shortened(long).endswith("…")
    assert long.startswith(shortened(long).rstrip("…"))
    assert shortened("A short\n  title") == "A short title"


# -- markers -------------------------------------------------------------------------------------


def test_what_looks_like_a_citation_in_a_report_is_none(shelf: Assistant) -> None:
    answer = ask(shelf, "How many sacks of rice did the mill of Vinh Long grind in 2024?")

    assert texts(answer) == ["In 2024 the mill of Vinh Long ground 640 sacks of rice (3)."]
    assert quotes(answer) == ["In 2024 the mill of Vinh Long ground 640 sacks of rice [3]."]  # verbatim all the same
    assert re.findall(r"\[\d+\]", answer.answer) == ["[1]"]
    assert answer.citations[0].title == "The mill [3] of Vinh Long ends its year [12]"


@given(st.lists(st.sampled_from(["[1]", "[12]", "[[7]]", "(3)", "[a]", "[1234]", "[", "]", " ", "x"])).map("".join))
def test_no_marker_is_left_and_nothing_else_is_changed(text: str) -> None:
    found = without_markers(text)

    assert not re.search(r"\[\d{1,3}\]", found)
    assert len(found) == len(text)
    assert found.translate(str.maketrans("[]", "()")) == text.translate(str.maketrans("[]", "()"))


# -- days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "29 December 2023"), ("fr", "29 décembre 2023"), ("vi", "29/12/2023"), ("de", "29 December 2023")],
)
def test_a_day_is_written_as_the_language_does(language: str, words: str) -> None:
    assert day_in_words(date(2023, 12, 29), language) == words


def test_the_first_of_a_month_in_french() -> None:
    assert day_in_words(date(2025, 3, 1), "fr") == "1er mars 2025"


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.sampled_from(LANGUAGES))
def test_a_day_reads_as_the_day_it_is(day: date, language: str) -> None:
    assert [mention.period.start for mention in find_periods(day_in_words(day, language))] == [day]


# -- numbers and differences ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "language", "words"),
    [
        ("1884.5", "en", "1,884.5"),
        ("1884.5", "fr", "1\u202f884,5"),
        ("1884.5", "vi", "1.884,5"),
        ("1234567", "fr", "1\u202f234\u202f567"),
        ("-366", "vi", "−366"),
        ("100", "en", "100"),
        ("0", "en", "0"),
    ],
)
def test_a_number_is_written_as_the_language_does(value: str, language: str, words: str) -> None:
    assert number_in_words(Decimal(value), language) == words


@given(st.decimals(0, 10**9, places=1), st.sampled_from(LANGUAGES))
def test_a_number_reads_as_the_number_it_is(value: Decimal, language: str) -> None:
    (found,) = find_numbers(f"x {number_in_words(value, language)} x")
    assert found.value == value


@settings(max_examples=200)
@given(st.decimals(0, 10**7, places=1), st.decimals(0, 10**7, places=1), st.sampled_from(LANGUAGES), st.booleans())
def test_a_difference_names_both_figures_and_is_right(
    first: Decimal, second: Decimal, language: str, percent: bool
) -> None:
    text = computed(language, ("2023", "2024"), (first, second), percent, in_time=True)
    late, early, difference, *_ = re.findall(r"−?[\d.,\u202f]*\d", re.sub(r"\((?:2023|2024)\)", "", text))

    def value(written: str) -> Decimal:
        plain = written.replace("\u202f", "").replace("−", "-")
        return Decimal(plain.replace(",", "") if language == "en" else plain.replace(".", "").replace(",", "."))

    assert (value(early), value(late), value(difference)) == (first, second, second - first)
    assert text.index("2024") < text.index("2023")
    assert text.endswith(".")


@pytest.mark.parametrize(
    ("language", "change"),
    [
        ("en", "+50.7%"),
        ("fr", "+50,7 %"),
        ("vi", "+50,7%"),
    ],
)
def test_a_change_over_time_is_also_told_in_percent(language: str, change: str) -> None:
    text = computed(language, ("2023", "2024"), (Decimal(1250), Decimal(1884)), percent=False, in_time=True)
    assert f"({change})" in text.replace("\u00a0", " ")


def test_no_percent_of_nothing_between_places_or_of_shares() -> None:
    grown = computed("en", ("2023", "2024"), (Decimal(0), Decimal(4)), percent=False, in_time=True)
    places = computed("en", ("Hue", "Ca Mau"), (Decimal(2), Decimal(4)), percent=False, in_time=False)
    shares = computed("en", ("2023", "2024"), (Decimal(2), Decimal(4)), percent=True, in_time=True)

    assert grown == "Computed from these figures: 4 (2024) − 0 (2023) = 4."
    assert places == "Computed from these figures: 4 (Ca Mau) − 2 (Hue) = 2."
    assert shares == "Computed from these figures: 4% (2024) − 2% (2023) = 2 percentage points."


# -- what went wrong with a model ------------------------------------------------------------------


def test_every_failure_is_told_in_three_languages() -> None:
    values = dict.fromkeys("place seconds model status context tokens size error".split(), "1")
    told = {language: {key: failure(key, language, **values) for key in _FAILURES["en"]} for language in LANGUAGES}

    assert all(set(_FAILURES[language]) == set(_FAILURES["en"]) for language in LANGUAGES)
    assert all("\n" not in text and "{" not in text for texts in told.values() for text in texts.values())
    assert all(told["en"][key] != told[language][key] for language in ("fr", "vi") for key in told["en"])


def test_a_failure_is_told_in_the_language_of_the_question() -> None:
    failed = Failed("unreachable", place="localhost:9")

    assert str(failed) == failed.told("en") == "localhost:9 cannot be reached; check OPENAI_BASE_URL"
    assert failed.told("fr") == "localhost:9 est injoignable ; vérifiez OPENAI_BASE_URL"
    assert failed.told("de") == str(failed)
    assert ModelError("as it is").told("vi") == "as it is"
