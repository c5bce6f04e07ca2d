"""Figures of several reports: what agrees is one statement, what differs stands side by side, and of two that are
compared the difference is computed, but only where both are exact and of the same thing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from asking import Over, ask, cited, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.compose.counts import Count, agree, differ

DIFFER = {
    "en": "The reports give different figures.",
    "fr": "Les rapports donnent des chiffres différents.",
    "vi": "Các báo cáo đưa ra số liệu khác nhau.",
}


@pytest.fixture(scope="module")
def lanterns(over: Over) -> Assistant:
    """Street lanterns of Quang Tri in three years: one report of the first, two that agree on the second, two that
    differ on the third; and another province, and the nation."""
    return over(
        {
            "office-2022.md": "# The lantern office in 2022\n\nIn 2022 the lantern office of Quang Tri lit 366 street "
            "lanterns. Nobody was paid for carrying the oil.",
            "office-2023.md": "# The lantern office in 2023\n\nIn 2023 the lantern office of Quang Tri lit 412 street "
            "lanterns. The wicks were bought in spring.",
            "gazette-2023.md": "# Gazette of the coast, 2023\n\nThe lantern office of Quang Tri lit 412 street "
            "lanterns in 2023, the Gazette has counted. Its editor walked every lane.",
            "office-2024.md": "# The lantern office in 2024\n\nIn 2024 the lantern office of Quang Tri lit 538 street "
            "lanterns. Two ladders broke.",
            "herald-2024.md": "# Herald of the coast, 2024\n\nThe lantern office of Quang Tri lit 530 street lanterns "
            "in 2024, if one believes the Herald. It was a mild winter.",
            "hue-2024.md": "# Hue after dark, 2024\n\nIn Hue, 77 street lanterns were lit in 2024.",
            "nation-2024.md": "# A national review of lanterns, 2024\n\nNationwide, 9,100 street lanterns were lit in "
            "2024. The whole country took part.",
        }
    )


# -- agreement -----------------------------------------------------------------------------------


def test_two_reports_that_agree_are_one_statement_with_both_citations(lanterns: Assistant) -> None:
    answer = ask(lanterns, "How many street lanterns were lit in Quang Tri in 2023?")

    assert len(answer.statements) == 1
    assert {*cited(answer)[0]} == {"office-2023", "gazette-2023"}
    assert "412" in texts(answer)[0]
    assert DIFFER["en"] not in answer.answer


def test_a_rounded_figure_agrees_with_the_exact_one(over: Over) -> None:
    kites = over(
        {
            "exact.md": "# Kites of Ben Tre in 2024\n\nIn 2024 the school of Ben Tre built 598 kites.",
            "rounded.md": "# Ben Tre flies, 2024\n\nIn 2024 the school of Ben Tre built nearly 600 kites.",
        }
    )
    answer = ask(kites, "How many kites did the school of Ben Tre build in 2024?")

    assert [{*files} for files in cited(answer)] == [{"exact", "rounded"}]
    assert DIFFER["en"] not in answer.answer


def test_a_report_in_another_language_agrees_by_its_figure(over: Over) -> None:
    letters = over(
        {
            "en.md": "# The office of Da Lat in 2024\n\nIn 2024 the office of Da Lat received 1,264 letters.",
            "vi.md": "# Đơn thư ở Đà Lạt năm 2024\n\nNăm 2024, Đà Lạt đã tiếp nhận 1.264 đơn thư.",
        }
    )
    answer = ask(letters, "How many letters did the office of Da Lat receive in 2024?")

    assert [{*files} for files in cited(answer)] == [{"en", "vi"}]
    assert texts(answer)[0].startswith("In 2024")  # a quote in the question's language
    assert DIFFER["en"] not in answer.answer


# -- disagreement --------------------------------------------------------------------------------


def test_reports_that_differ_stand_side_by_side_and_it_is_said(lanterns: Assistant) -> None:
    answer = ask(lanterns, "How many street lanterns were lit in Quang Tri in 2024?")

    assert sorted(cited(answer)) == [["herald-2024"], ["office-2024"]]
    assert {number for text in texts(answer) for number in ("530", "538") if number in text} == {"530", "538"}
    first, second = (statement.lead_in or "" for statement in answer.statements)
    assert first.startswith(f"{DIFFER['en']} According to “")
    assert DIFFER["en"] not in second
    assert not any(statement.computed for statement in answer.statements)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Combien de lanternes ont été allumées à Quang Tri en 2024 ?", "fr"),
        ("Năm 2024 Quảng Trị thắp bao nhiêu đèn lồng?", "vi"),
    ],
)
def test_that_reports_differ_is_said_in_the_language_of_the_question(over: Over, question: str, language: str) -> None:
    told = {
        "fr": "En 2024, le bureau de Quang Tri a allumé {} lanternes.",
        "vi": "Năm 2024, văn phòng Quảng Trị đã thắp {} đèn lồng.",
    }[language]
    title = {"fr": "# Lanternes de 2024 à Quang Tri", "vi": "# Đèn lồng năm 2024 ở Quảng Trị"}[language]
    assistant = over({f"{n}.md": f"{title}\n\n{told.format(n)}" for n in (530, 538)})
    answer = ask(assistant, question)

    assert answer.language == language
    assert (answer.statements[0].lead_in or "").startswith(DIFFER[language])
    assert sorted(cited(answer)) == [["530"], ["538"]]


def test_of_three_reports_the_two_that_agree_are_one_statement(over: Over) -> None:
    jars = over(
        {
            "office.md": "# The jar office in 2024\n\nIn 2024 the jar office of Hue sealed 538 jars of honey.",
            "gazette.md": "# Gazette, 2024\n\nThe jar office of Hue sealed 538 jars of honey in 2024, as counted.",
            "herald.md": "# Herald, 2024\n\nAs the Herald has it, 530 jars of honey were sealed in Hue in 2024.",
        }
    )
    answer = ask(jars, "How many jars of honey were sealed in Hue in 2024?")

    assert sorted(sorted(files) for files in cited(answer)) == [["gazette", "office"], ["herald"]]


def test_a_provinces_figure_does_not_contradict_the_nations(lanterns: Assistant) -> None:
    for question, source in (
        ("How many street lanterns were lit in Hue in 2024?", "hue-2024"),
        ("How many street lanterns were lit nationwide in 2024?", "nation-2024"),
        ("How many street lanterns were lit in 2024?", "nation-2024"),
    ):
        answer = ask(lanterns, question)
        assert cited(answer) == [[source]], question
        assert DIFFER["en"] not in answer.answer


def test_where_no_place_is_asked_the_nations_figure_goes_before_a_provinces(over: Over) -> None:
    nation = "The whole country lit 9,100 lanterns along its streets in 2024."
    lanterns = {
        "hue.md": "# Hue after dark, 2024\n\nIn 2024, 77 street lanterns were lit in Hue.",
        "quang-tri.md": "# Quang Tri, 2024\n\nIn Quang Tri 412 street lanterns were lit in 2024.",
    }
    question = "How many street lanterns were lit in 2024?"

    assert texts(ask(over(lanterns), question)) != []  # in the words of the question
    assert texts(ask(over({**lanterns, "n.md": f"# A national review, 2024\n\n{nation}"}), question)) == [nation]


def test_a_figure_of_another_year_does_not_contradict(lanterns: Assistant) -> None:
    answer = ask(lanterns, "How many street lanterns were lit in Quang Tri in 2022?")

    assert cited(answer) == [["office-2022"]]
    assert DIFFER["en"] not in answer.answer


def test_a_figure_of_another_thing_does_not_contradict(over: Over) -> None:
    mill = over(
        {
            "sacks.md": "# The mill of Son La in 2024\n\nIn 2024 the mill of Son La ground 640 sacks of rice.",
            "carts.md": "# Carts at the mill of Son La, 2024\n\nIn 2024 the mill of Son La mended 55 carts.",
        }
    )
    answer = ask(mill, "How many sacks of rice did the mill of Son La grind in 2024?")

    assert cited(answer) == [["sacks"]]
    assert DIFFER["en"] not in answer.answer


def test_a_figure_beside_the_thing_that_is_counted_does_not_contradict(over: Over) -> None:
    mill = over(
        {
            "sacks.md": "# The mill of Son La in 2024\n\nIn 2024 the mill of Son La ground 640 sacks of rice.",
            "carts.md": "# Carts at the mill of Son La, 2024\n\nIn 2024 the mill of Son La let 55 carts wait for "
            "sacks of rice.",
        }
    )
    answer = ask(mill, "How many sacks of rice did the mill of Son La grind in 2024?")

    assert DIFFER["en"] not in answer.answer


# -- the difference ------------------------------------------------------------------------------


def of_two_years(over: Over, first: str, second: str) -> Assistant:
    """What was said of 2023, and of 2024, by two reports."""
    return over({"y2023.md": f"# 2023\n\n{first}", "y2024.md": f"# 2024\n\n{second}"})


LETTERS = {
    "en": ("In 2023 the office received {} letters.", "In 2024 the office received {} letters."),
    "fr": ("En 2023, le bureau a reçu {} lettres.", "En 2024, le bureau a reçu {} lettres."),
    "vi": ("Năm 2023, văn phòng đã nhận {} đơn thư.", "Năm 2024, văn phòng đã nhận {} đơn thư."),
}
BOTH = {
    "en": "How many letters did the office receive in 2023 and in 2024?",
    "fr": "Combien de lettres le bureau a-t-il reçues en 2023 et en 2024 ?",
    "vi": "Văn phòng nhận bao nhiêu đơn thư năm 2023 và năm 2024?",
}


@pytest.mark.parametrize(
    ("language", "figures", "said"),
    [
        ("en", ("1,250", "1,884"), "Computed from these figures: 1,884 (2024) − 1,250 (2023) = 634 (+50.7%)."),
        ("en", ("1,884", "1,250"), "Computed from these figures: 1,250 (2024) − 1,884 (2023) = −634 (−33.7%)."),
        ("fr", ("1 250", "1 884"),
         "Calculé à partir de ces chiffres : 1\u202f884 (2024) − 1\u202f250 (2023) = 634 (+50,7 %)."),
        ("fr", ("12 884,5", "12 250"),
         "Calculé à partir de ces chiffres : 12\u202f250 (2024) − 12\u202f884,5 (2023) = −634,5 (−4,9 %)."),
        ("vi", ("1.250", "1.884"), "Tính từ các số liệu này: 1.884 (2024) − 1.250 (2023) = 634 (+50,7%)."),
    ],
)  # fmt: skip
def test_the_difference_is_computed_later_less_earlier(
    over: Over, language: str, figures: tuple[str, str], said: str
) -> None:
    first, second = (text.format(figure) for text, figure in zip(LETTERS[language], figures, strict=True))
    answer = ask(of_two_years(over, first, second), BOTH[language])

    *quoted, difference = answer.statements
    assert [statement.computed for statement in answer.statements] == [False, False, True]
    assert texts(answer)[:2] == [first, second]
    assert difference.text.replace("\u00a0", " ") == said
    assert cited(answer) == [["y2023"], ["y2024"], ["y2023", "y2024"]]
    assert difference.lead_in is None
    assert len(answer.citations) == len(quoted) == 2  # what is computed cites the quotes that are there


def test_the_difference_is_in_time_whichever_year_is_asked_first(over: Over) -> None:
    first, second = (text.format(n) for text, n in zip(LETTERS["en"], (40, 90), strict=True))
    answer = ask(
        of_two_years(over, first, second), "How many letters did the office receive in 2024 compared with 2023?"
    )

    assert texts(answer)[:2] == [second, first]
    assert texts(answer)[2] == "Computed from these figures: 90 (2024) − 40 (2023) = 50 (+125%)."


@pytest.mark.parametrize(
    "question",
    [
        "How did the number of letters change from 2023 to 2024?",
        "Did the office receive more letters in 2024 than in 2023?",
        "Did the number of letters go up from 2023 to 2024?",
        "By how much did the number of letters change from 2023 to 2024?",
        "By how much did the number of letters rise from 2023 to 2024?",
        "De combien le nombre de lettres a-t-il augmenté entre 2023 et 2024 ?",
        "Le nombre de lettres a-t-il baissé entre 2023 et 2024 ?",
        "Did the office receive fewer letters in 2024 than in 2023?",
        "Số đơn thư năm 2024 tăng bao nhiêu so với năm 2023?",
    ],
)
def test_a_question_after_a_change_is_answered_with_both_figures(over: Over, question: str) -> None:
    language = "fr" if "lettres" in question else "vi" if "đơn" in question else "en"
    first, second = (text.format(n) for text, n in zip(LETTERS[language], (40, 90), strict=True))
    answer = ask(of_two_years(over, first, second), question)

    assert {*texts(answer)[:2]} == {first, second}
    assert answer.statements[-1].computed
    assert "90 (2024) − 40 (2023) = 50" in texts(answer)[-1]


def test_between_places_the_second_is_taken_from_the_first(over: Over) -> None:
    trees = over(
        {
            "lam-dong.md": "# Lam Dong in 2024\n\nIn 2024 the province of Lam Dong planted 300 trees.",
            "nghe-an.md": "# Nghe An in 2024\n\nIn 2024 the province of Nghe An planted 450 trees.",
        }
    )
    said = ask(trees, "How many trees were planted in Nghe An versus Lam Dong in 2024?")
    turned = ask(trees, "How many trees were planted in Lam Dong versus Nghe An in 2024?")

    assert texts(said)[-1] == "Computed from these figures: 450 (Nghe An) − 300 (Lam Dong) = 150."
    assert texts(turned)[-1] == "Computed from these figures: 300 (Lam Dong) − 450 (Nghe An) = −150."


def test_between_shares_the_difference_is_in_points(over: Over) -> None:
    lamps = of_two_years(over, "In 2023, 92.5% of the lamps burned.", "In 2024, 95% of the lamps burned.")
    answer = ask(lamps, "What percentage of the lamps burned in 2023 and in 2024?")

    assert texts(answer)[-1] == "Computed from these figures: 95% (2024) − 92.5% (2023) = 2.5 percentage points."
    assert answer.statements[-1].computed


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("How many letters did the office receive in 2023 and in 2024?",
         "In 2023 the office received nearly 400 letters.", "In 2024 the office received 450 letters."),
        ("How many letters did the office receive in 2023 and in 2024?",
         "In 2023 the office received 400 letters.", "In 2024 the office received more than 450 letters."),
        ("How many letters did the office answer in 2023 and in 2024?",
         "In 2023 the office answered 92% of its letters.", "In 2024 the office answered 450 letters."),
        ("How many letters did the office receive in 2023 and in 2024?",
         "In 2023 the office received 400 letters and 12 parcels.",
         "In 2024 the office received a great many letters."),
    ],
    ids=["hedged before", "hedged after", "a share and a count", "no figure"],
)  # fmt: skip
def test_nothing_is_computed_of_what_is_not_exact_or_not_of_one_kind(
    over: Over, question: str, first: str, second: str
) -> None:
    answer = ask(of_two_years(over, first, second), question)

    assert not any(statement.computed for statement in answer.statements)
    assert first in texts(answer)


def test_nothing_is_computed_of_a_figure_in_dispute(lanterns: Assistant) -> None:
    disputed = ask(lanterns, "How many street lanterns were lit in Quang Tri in 2023 and in 2024?")
    agreed = ask(lanterns, "How many street lanterns were lit in Quang Tri in 2022 and in 2023?")

    assert DIFFER["en"] in disputed.answer
    assert not any(statement.computed for statement in disputed.statements)
    assert agreed.statements[-1].computed
    assert "412 (2023) − 366 (2022) = 46" in agreed.statements[-1].text


def test_nothing_is_computed_of_three(lanterns: Assistant) -> None:
    answer = ask(lanterns, "How many street lanterns were lit in Quang Tri in 2022, in 2023 and in 2024?")

    assert {"366", "412", "538"} <= {word for text in texts(answer) for word in text.split()}
    assert not any(statement.computed for statement in answer.statements)


def test_nothing_is_computed_of_what_was_felled_and_what_was_planted(over: Over) -> None:
    trees = over(
        {
            "lam-dong.md": "# Lam Dong in 2024\n\nIn 2024 the city of Lam Dong planted 300 trees.",
            "dak-lak.md": "# Dak Lak in 2024\n\nIn 2024 the province of Dak Lak felled 45 trees and planted 12 hedges.",
        }
    )
    answer = ask(trees, "How many trees were planted in Lam Dong versus Dak Lak in 2024?")

    assert not any(statement.computed for statement in answer.statements)


def test_of_three_years_each_is_compared_with_the_next(over: Over) -> None:
    boats = over(
        {f"y{year}.md": f"# {year}\n\nIn {year} the office of Hue registered {count} boats."
         for year, count in ((2022, 40), (2023, 50), (2024, 90))}
    )  # fmt: skip
    answer = ask(boats, "How many boats did the office of Hue register in 2022, in 2023 and in 2024?")
    computed = [statement.text for statement in answer.statements if statement.computed]

    assert ["= 10 (+25%)" in computed[0], "= 40 (+80%)" in computed[1], len(computed)] == [True, True, 2]


@pytest.mark.parametrize(("year", "figure"), [("2023", "400"), ("2024", "450")])
def test_of_two_years_in_a_sentence_each_has_its_clause(over: Over, year: str, figure: str) -> None:
    office = over(
        {
            "both.md": "# Letters of 2023 and 2024\n\nThe office received 400 letters in 2023; in 2024 it received 450 "
            "letters.",
            f"{year}.md": f"# Gazette of {year}\n\nIn {year} the office received {figure} letters, the gazette says.",
        }
    )
    answer = ask(office, f"How many letters did the office receive in {year}?")

    assert [{*files} for files in cited(answer)] == [{"both", year}]
    assert DIFFER["en"] not in answer.answer


@pytest.mark.parametrize("question", [BOTH["en"], "Did the office receive more letters in 2024 than in 2023?"])
def test_what_one_report_says_of_both_years_is_cited_once(over: Over, question: str) -> None:
    sentence = "The office received 400 letters in 2023; in 2024 it received 450 letters."
    answer = ask(over({"both.md": f"# Letters of 2023 and 2024\n\n{sentence}"}), question)

    assert texts(answer)[0] == sentence
    assert len(answer.citations) == 1


# -- two figures ---------------------------------------------------------------------------------


def count(value: int | str, counted: str = "letter", language: str = "en", **about: bool) -> Count:
    return Count(
        Decimal(value), about.get("percent", False), about.get("hedged", False), frozenset(counted.split()), language
    )


def test_what_agrees_and_what_differs() -> None:
    assert agree(count(40), count(40))
    assert agree(count(40), count("40.0", "lettr", "fr"))
    assert agree(count(598), count(600, hedged=True))
    assert not agree(count(560), count(600, hedged=True))
    assert not agree(count(598), count(600))
    assert not agree(count(40), count(40, percent=True))
    assert not agree(count(40), None)
    assert differ(count(40), count(41))
    assert not differ(count(40), count(40))
    assert not differ(count(40), count(41, "parcel"))
    assert not differ(count(40), count(41, percent=True))
    assert not differ(count(40), count(41, language="fr"))  # of the same things? nobody can tell


COUNTS = st.builds(
    Count,
    st.decimals(0, 10**7, places=1),
    st.booleans(),
    st.booleans(),
    st.frozensets(st.sampled_from(["letter", "parcel", "case"]), max_size=2),
    st.sampled_from(["en", "fr", "vi"]),
)


@settings(deadline=None)
@given(COUNTS, COUNTS)
def test_no_two_figures_agree_and_differ_and_the_order_does_not_matter(one: Count, other: Count) -> None:
    assert not (agree(one, other) and differ(one, other))
    assert agree(one, other) == agree(other, one)
    assert differ(one, other) == differ(other, one)
    assert agree(one, one)
