"""What is asked for by what is done: what somebody said, what is planned, and never the opposite of what is asked."""

from __future__ import annotations

from datetime import date

import pytest
from asking import Over, ask, texts

from assistant import Assistant
from assistant.compose.clauses import clause_of
from assistant.compose.opposites import contrary
from assistant.compose.plans import asks_for_plans, plans
from assistant.compose.speech import asks_what_was_said
from assistant.question import understand
from ingest.documents import Description, Document
from ingest.text.numbers import find_numbers

# -- what somebody said --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What did Le Thi Cam say?", True),
        ("What did Le Thi Cam ask for?", True),
        ("What did Le Thi Cam propose?", True),
        ("Qu'a dit Le Thi Cam ?", True),
        ("Qu'a proposé Le Thi Cam ?", True),
        ("Bà Lê Thị Cẩm nói gì?", True),
        ("Bà Lê Thị Cẩm đề nghị gì?", True),
        ("What did Le Thi Cam say about the quay?", False),
        ("What did Le Thi Cam build?", False),
        ("Who is Le Thi Cam?", False),
        ("What did the council say?", False),
    ],
)
def test_what_asks_only_what_somebody_said(question: str, asks: bool) -> None:
    assert asks_what_was_said(understand(question)) is asks


@pytest.fixture(scope="module")
def port(over: Over) -> Assistant:
    return over(
        {
            "en.md": "---\ndate: 2024-05-05\n---\n\n# The port of Hue, 2024\n\nMs. Le Thi Cam, Head of the Port, "
            "chaired the meeting of 2024. Ms. Le Thi Cam stressed that the quay must be mended. She asked the divers "
            "to look at the piles. Tran Van Hai said nothing.\n\nIn 2025 the port will dredge the river and paint the "
            "crane. In 2024 the port opened 88 sluices and the divers mended 12 boats.",
            "fr.md": "---\ndate: 2024-12-20\n---\n\n# Le port de Hué, bilan de 2024\n\nEn 2024, le port de Hué a reçu "
            "40 navires. Pour 2026, le port a retenu deux priorités :\n\n- relever la digue ;\n- repeindre le phare.",
            "vi.md": "---\ndate: 2024-12-22\n---\n\n# Cảng Đà Nẵng tổng kết năm 2024\n\nNăm 2024 cảng Đà Nẵng đón 70 "
            "tàu. Phát biểu kết luận, ông Đỗ Văn Lâm nói bến cũ cần được sửa. Nhiệm vụ năm 2025:\n\n- Nạo vét luồng.\n"
            "- Sơn lại hải đăng.",
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("What did Le Thi Cam say?", ["stressed that the quay", "She asked the divers"], "chaired"),
        ("Ông Đỗ Văn Lâm nói gì?", ["bến cũ cần được sửa"], "70"),
        ("Qu'a dit Le Thi Cam ?", ["the quay must be mended"], "chaired"),
        ("What will the port of Hue do in 2025?", ["dredge the river"], "sluices"),
        ("What is on Hue's agenda for 2025?", ["dredge the river"], "sluices"),
        ("Que compte faire Hué en 2026 ?", ["relever la digue", "repeindre le phare"], "40"),
        ("Đà Nẵng sẽ làm gì năm 2025?", ["Nạo vét luồng", "Sơn lại hải đăng"], "70"),
    ],
)
def test_what_was_said_and_what_is_planned_is_told(
    port: Assistant, question: str, said: list[str], unsaid: str
) -> None:
    told = " ".join(texts(ask(port, question)))

    assert [part for part in said if part not in told] == []
    assert unsaid not in told


def test_somebody_who_said_nothing_that_is_told_is_not_quoted(port: Assistant) -> None:
    assert "quay" not in ask(port, "What did Pham Van Tam say?").answer


# -- plans ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What are the plans of Hue for 2025?", True),
        ("What is on the agenda for 2025?", True),
        ("What are the key tasks for 2025?", True),
        ("Que va faire Hué en 2025 ?", True),
        ("Quelles sont les priorités de Hué pour 2025 ?", True),
        ("Nhiệm vụ trọng tâm năm 2025 của Huế là gì?", True),
        ("Kế hoạch năm 2025 là gì?", True),
        ("What was built in Hue in 2024?", False),
        ("Who will chair the conference?", False),
        ("What did the plan of the bridge show?", False),
    ],
)
def test_what_asks_only_for_plans(question: str, asks: bool) -> None:
    assert asks_for_plans(understand(question)) is asks


@pytest.mark.parametrize(
    ("sentence", "language", "planned"),
    [
        ("In 2025 the port will dredge the river.", "en", True),
        ("She stressed that 2025 is a great year, so the port needs to dredge the river.", "en", True),
        ("In 2025 the pilots should learn to row.", "en", True),
        ("The river is wide, as it was in 2025.", "en", False),
        ("In 2023 the port needed to dredge the river.", "en", False),
        ("En 2025, il faut draguer la rivière.", "fr", True),
        ("En 2025, il est nécessaire d'élargir le quai.", "fr", True),
        ("En 2025, le port a besoin de pilotes.", "fr", True),
        ("Năm 2025 cảng cần nạo vét luồng.", "vi", True),
        ("Cảng phải nạo vét luồng.", "vi", False),
    ],
)
def test_a_sentence_tells_what_is_planned(sentence: str, language: str, planned: bool) -> None:
    made = Description("The port", language, event_date=date(2024, 12, 20))
    document = Document("d", "/port.md", "port.md", sentence, (), made)
    assert plans(understand("What are the tasks for 2025?"), document, sentence, language) is planned


# -- opposites -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "sentence", "opposite"),
    [
        ("How many cases were closed in 2024?", "In 2024, 88 cases were opened.", True),
        ("How many cases were opened in 2024?", "In 2024, 88 cases were closed.", True),
        ("How many cases were closed in 2024?", "88 cases were opened and 12 cases were closed.", False),
        ("How many cases were closed?", "Of 88 cases that were opened some were closed.", False),
        ("How many trees were planted?", "The town felled 45 trees and planted 12 hedges.", True),
        ("How many trees were planted?", "The town planted 45 trees and felled 12.", False),
        ("Were any cases closed in 2024?", "In 2024, 88 cases were opened.", False),
        ("Which houses were built?", "The old houses were demolished.", True),
        ("Combien d'affaires ont été closes ?", "En 2024, 88 affaires ont été ouvertes.", True),
        ("Quelles écoles ont été construites ?", "Deux écoles ont été construites, une autre démolie.", False),
        ("Có bao nhiêu cán bộ được khen thưởng?", "Năm 2024, 12 cán bộ bị phê bình.", True),
        ("How many officials were praised?", "Năm 2024, 12 cán bộ bị phê bình.", True),
        ("How many letters came in?", "40 letters were sent.", False),
    ],
)
def test_the_opposite_of_what_is_asked_is_no_answer(question: str, sentence: str, opposite: bool) -> None:
    language = "vi" if "cán bộ" in sentence else "fr" if "é" in sentence else "en"
    assert contrary(understand(question), sentence, language) is opposite


def test_what_was_opened_is_not_what_was_closed(port: Assistant) -> None:
    assert "88" not in ask(port, "How many sluices did the port of Hue close in 2024?").answer
    assert "88 sluices" in " ".join(texts(ask(port, "How many sluices did the port of Hue open in 2024?")))


# -- clauses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("The town felled 45 trees and planted 12 hedges.", ["The town felled 45 trees ", " planted 12 hedges."]),
        ("It received 400 letters and nearly 12 parcels.",
         ["It received 400 letters ", "It received 400 letters and nearly 12 parcels."]),
        ("Il a reçu 400 lettres et en a réglé 380.", ["Il a reçu 400 lettres ", " en a réglé 380."]),
        ("Có 400 đơn, trong đó 380 đơn đã giải quyết.", ["Có 400 đơn", " trong đó 380 đơn đã giải quyết."]),
    ],
)  # fmt: skip
def test_the_clause_of_a_number(text: str, clauses: list[str]) -> None:
    assert [clause_of(text, number) for number in find_numbers(text)] == clauses
