"""Evidence: constraints are met by what a passage says, and no language buries another."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant
from assistant.fit import fit, reported_periods
from assistant.question import understand
from assistant.retrieve import coverage, held, language_gaps, retrieve, unheard
from ingest.documents import Description, Document, Passage, Span
from ingest.text.periods import Period


def sentence_fit(
    question: str, sentence: str, period: str | None = "2023", before: str = "", title: str = "A report"
) -> bool:
    """Whether a sentence, after another, in a report on a period, is of the period and place a question asks for."""
    text = f"{before} {sentence}".strip()
    spans = tuple(Span(text.index(part), text.index(part) + len(part)) for part in (before, sentence) if part)
    about = Description(title, "en", period=Period.parse(period) if period else None)
    document = Document("d", "/r/a.txt", "r/a.txt", text, (), about)
    passage = Passage("p", "d", 0, 0, len(text), text, spans, "", "en")
    return fit(understand(question), spans[-1], passage, document).all


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("How many cases in 2023?", "Agencies opened 763 cases.", True),
        ("How many cases in 2024?", "Agencies opened 763 cases.", False),
        ("How many cases in 2022?", "Agencies opened 763 cases, nearly double that of 2022.", False),
        ("How many cases in 2023?", "Agencies opened 763 cases, nearly double that of 2022.", True),
        ("How many cases in 2023?", "In the first half of 2023, 400 cases were opened.", False),
        ("What was done in 2023?", "In the first half of 2023, the office moved.", True),
        ("How many tasks for 2024?", "For 2024 the sector has six tasks.", True),
        ("How many cases since 2020?", "Since 2020 the office has heard 50 cases.", False),
    ],
)
def test_a_sentence_is_of_the_period_it_names_else_of_its_reports(question: str, sentence: str, fits: bool) -> None:
    assert sentence_fit(question, sentence) is fits


def test_a_plan_before_a_sentence_does_not_date_it() -> None:
    plans = "The agenda held the tasks for 2024."
    assert not sentence_fit("How many cases in 2024?", "Agencies opened 763 cases.", before=plans)


def test_a_result_before_a_sentence_does() -> None:
    assert sentence_fit("How many cases in 2022?", "Of these 20 were closed.", before="In 2022 there were 50 cases.")


def test_a_comparison_reports_on_neither_year_but_its_own() -> None:
    assert [m.period.label for m in reported_periods("763 in 2023, nearly double that of 2022")] == ["2023"]
    assert [m.period.label for m in reported_periods("763 năm 2023, gấp đôi so với năm 2022")] == ["2023"]


def test_a_place_in_a_list_has_no_figure_of_its_own() -> None:
    listed = "Agencies opened 763 cases, among others in Hanoi, Nghe An, Thanh Hoa and Son La."
    assert not sentence_fit("How many cases in Nghe An in 2023?", listed)
    assert sentence_fit("How many cases in Nghe An in 2023?", "Agencies in Nghe An opened 12 cases.")


def test_words_are_held_whatever_their_ending() -> None:
    weights = {"prosecuted": 2.0, "cases": 1.0, "pensions": 1.0}
    found = held(weights, "The prosecution of each case", "en", "en")
    assert found == {"prosecuted", "cases"}
    assert coverage(weights, found, same_language=True) == pytest.approx(0.75)
    assert coverage(weights, set(), same_language=False) > 0


def test_a_fact_only_a_french_report_holds_is_found_in_english(reader: Assistant) -> None:
    evidence = retrieve(understand("How many major projects were submitted to the Politburo in 2023?"), reader.library)
    assert any("sept projets" in sentence.text for item in evidence[:3] for sentence in item.sentences)


def test_the_language_gap_is_measured_only_against_the_questions_own(reader: Assistant) -> None:
    question = understand("Ai chủ trì hội nghị?")
    vector = reader.library.engine.embed_query(question.text)
    gaps = language_gaps(question, vector, reader.library)
    assert gaps["vi"] == 0
    assert gaps["en"] > 0
    german = understand("Wer hat die Konferenz geleitet und was wurde dort beschlossen?")
    assert german.language == "de"
    assert language_gaps(german, vector, reader.library) == {}


def test_words_no_report_uses_are_named_as_they_were_written(reader: Assistant) -> None:
    assert unheard(understand("How many Submarines were prosecuted?"), reader.library) == ["Submarines"]
    assert unheard(understand("Bao nhiêu tàu ngầm bị khởi tố?"), reader.library) == []


def test_english_reports_do_not_bury_a_vietnamese_one(assistant: Assistant, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.txt").write_text(
            f"The council of ward {number} repaired its roads in 2024. It also painted {number + 3} schools.", "utf-8"
        )
    (folder / "vi.txt").write_text("Năm 2024 thư viện huyện mua 470 cuốn sách mới cho trẻ em.", "utf-8")
    assistant.ingest(folder)
    hits = assistant.search("How many new books did the library buy for children?", k=3)
    assert "470" in hits[0].text
