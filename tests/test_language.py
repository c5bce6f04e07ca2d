"""Languages: of whole reports, cheaply, and of passages in a report of another language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text import language
from ingest.text.language import detect_language, passage_language

PROSE = {
    "en": "The council met on Monday and looked at the plan for the new bridge. It was told that the work will take "
    "two years, and that the money has been found by the province. Nobody asked who is to pay for the lights.",
    "fr": "Le conseil s'est réuni lundi et a examiné le plan du nouveau pont. Il a été dit que les travaux dureront "
    "deux ans et que l'argent a été trouvé par la province. Personne n'a demandé qui devra payer pour les lampes.",
    "vi": "Hội đồng họp hôm thứ hai và xem xét kế hoạch của cây cầu mới. Các đại biểu được biết rằng công việc sẽ "
    "kéo dài hai năm và tỉnh đã có tiền. Không ai hỏi những người nào sẽ trả tiền cho đèn trong năm tới.",
    "de": "Der Rat trat am Montag zusammen und prüfte den Plan für die neue Brücke. Man sagte ihm, dass die Arbeit "
    "zwei Jahre dauern wird und dass die Provinz das Geld gefunden hat. Niemand fragte, wer die Lampen bezahlt.",
    "es": "El consejo se reunió el lunes y examinó el plan del nuevo puente. Se dijo que las obras durarán dos años y "
    "que la provincia ha encontrado el dinero. Nadie preguntó quién tendrá que pagar las lámparas.",
    "ro": "Consiliul s-a întrunit luni și a examinat planul noului pod. S-a spus că lucrările vor dura doi ani și că "
    "provincia a găsit banii. Nimeni nu a întrebat cine va plăti lămpile din piața orașului.",
    "ru": "Совет собрался в понедельник и рассмотрел план нового моста. Было сказано, что работы продлятся два года.",
}
NAMES = "Nguyễn Văn Thắng, Phan Đình Trạc, Lý Kiều Vân, Trần Quốc Cường, Mùa A Sơn, Đỗ Trọng Hưng, Thái Thanh Quý"


@pytest.mark.parametrize("code", PROSE)
def test_the_language_of_prose(code: str) -> None:
    assert detect_language(PROSE[code]) == code
    assert detect_language(PROSE[code] * 5) == code


@pytest.mark.parametrize("code", ["en", "fr", "vi"])
def test_clear_prose_needs_no_model(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unasked(_: str) -> str:
        raise AssertionError("the model was asked")

    monkeypatch.setattr(language, "_by_model", unasked)
    assert detect_language(PROSE[code] * 2) == code
    assert passage_language(PROSE[code], code) == code


@pytest.mark.parametrize(
    ("question", "code"),
    [("Who is Phan Đình Trạc?", "en"), ("Qui est Phan Đình Trạc ?", "fr"), ("Phan Đình Trạc là ai?", "vi"),
     ("AI CHỦ TRÌ HỘI NGHỊ?", "vi"), ("Hạn chế là gì?", "vi")],
)  # fmt: skip
def test_a_vietnamese_name_makes_no_question_vietnamese(question: str, code: str) -> None:
    assert detect_language(question) == code


@pytest.mark.parametrize("of_document", PROSE)
@pytest.mark.parametrize("code", ["en", "fr", "vi"])
def test_a_passage_of_prose_has_its_own_language(code: str, of_document: str) -> None:
    assert passage_language(PROSE[code], of_document) == code


@pytest.mark.parametrize(
    ("code", "of_document"), [("es", "fr"), ("ru", "en"), ("ru", "de"), ("ro", "en"), ("de", "vi")]
)
def test_a_passage_may_be_in_a_fourth_language(code: str, of_document: str) -> None:
    assert passage_language(PROSE[code], of_document) == code


@pytest.mark.parametrize("of_document", ["en", "fr", "vi", "de", "zh"])
@pytest.mark.parametrize(
    "text",
    ["", "12 %", "Oui, bien sûr.", "Tỉnh ủy", NAMES, "2023 | 1 264 | 1 131", "Table 3. Letters, petitions, dialogues",
     "ACC; KACC; SCB; PCTNLPTC " * 6],
)  # fmt: skip
def test_what_is_no_prose_stays_with_its_document(text: str, of_document: str) -> None:
    assert passage_language(text, of_document) == of_document


def test_a_few_foreign_words_do_not_make_a_passage_foreign() -> None:
    quoted = "He called it “la lutte contre la corruption et les phénomènes négatifs”, and the council was pleased."
    assert passage_language(quoted, "en") == "en"


@given(st.text(max_size=400), st.sampled_from(["en", "fr", "vi", "de", "ja"]))
@settings(deadline=None)
def test_any_passage_has_some_language(text: str, of_document: str) -> None:
    assert len(passage_language(text, of_document)) in (2, 3)
