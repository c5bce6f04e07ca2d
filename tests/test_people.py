"""People and their roles: in English, French and Vietnamese prose, and what only looks like someone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import mark_furniture
from ingest.documents import Block
from ingest.readers.text import read_text
from ingest.text.people import find_people, merged, people_of, role_key


def people(text: str) -> dict[str, tuple[str, ...]]:
    """Name → roles, as a description would have them."""
    return {person.name: person.roles for person in merged(find_people(text))}


# -- roles beside a name -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # English: after the name, before it, both
        ("Dinh Thi Hoa, Politburo member, Head of the Water Commission, spoke.",
         {"Dinh Thi Hoa": ("Politburo member", "Head of the Water Commission")}),
        ("Mr. Phung Van Kha, Secretary of the Provincial Party Committee, spoke.",
         {"Phung Van Kha": ("Secretary of the Provincial Party Committee",)}),
        ("Chairman of the People's Committee Vuong Dinh Tam opened the day.",
         {"Vuong Dinh Tam": ("Chairman of the People's Committee",)}),
        ("Maria Schmidt, chief auditor, was absent.", {"Maria Schmidt": ("chief auditor",)}),
        ("Auditor General John O'Neill read it out.", {"John O'Neill": ("Auditor General",)}),
        ("Later the hospital's finance director, Dr. Ada Bloom, agreed.",
         {"Ada Bloom": ("hospital's finance director",)}),
        ("Deputy Mayor Tom van der Berg replied.", {"Tom van der Berg": ("Deputy Mayor",)}),
        ("Ines Duarte (head of nursing) wrote the note.", {"Ines Duarte": ("head of nursing",)}),
        ("Ines Duarte - Secretary of the Board and Head of its Audit Committee - wrote.",
         {"Ines Duarte": ("Secretary of the Board", "Head of its Audit Committee")}),
        ("Two deputy heads of the Commission, Ta Van Lam and Kim Thi Yen, came.",
         {"Ta Van Lam": ("deputy heads of the Commission",), "Kim Thi Yen": ("deputy heads of the Commission",)}),
        ("Secretary of the Board, Head of the Delegation Cao Thi Nhung; Head of the Office Ta Van Lam came.",
         {"Cao Thi Nhung": ("Secretary of the Board", "Head of the Delegation"),
          "Ta Van Lam": ("Head of the Office",)}),
        ("Ines Duarte is the medical director of the clinic.",
         {"Ines Duarte": ("medical director of the clinic",)}),
        # French
        ("Le maire de Valbrun, Hélène Courtois, a signé.", {"Hélène Courtois": ("maire de Valbrun",)}),
        ("La cheffe du service, Mme Élise Garnier, a répondu.", {"Élise Garnier": ("cheffe du service",)}),
        ("Pierre Dupont, secrétaire adjoint permanent, présidait.",
         {"Pierre Dupont": ("secrétaire adjoint permanent",)}),
        ("Selon le secrétaire provincial Ta Van Lam, tout va bien.", {"Ta Van Lam": ("secrétaire provincial",)}),
        ("Le procureur, Yann Le Bihan, a requis.", {"Yann Le Bihan": ("procureur",)}),
        ("Yann Dupont, c'est un membre du comité qui le dit, est parti.", {}),
        # Vietnamese, with marks and without
        ("Đồng chí Cao Thị Nhung, Ủy viên Bộ Chính trị, Trưởng Ban Nước Trung ương, phát biểu.",
         {"Cao Thị Nhung": ("Ủy viên Bộ Chính trị", "Trưởng Ban Nước Trung ương")}),
        ("Bí thư Tỉnh ủy Tạ Văn Lâm chủ trì.", {"Tạ Văn Lâm": ("Bí thư Tỉnh ủy",)}),
        ("Bi thu Tinh uy Ta Van Lam chu tri.", {"Ta Van Lam": ("Bi thu Tinh uy",)}),
        ("Ông Hồ Quốc Việt, Phó Giám đốc Bệnh viện Bạch Mai, cho biết.",
         {"Hồ Quốc Việt": ("Phó Giám đốc Bệnh viện Bạch Mai",)}),
        ("Bộ trưởng Bộ Y tế Đào Thị Lan yêu cầu báo cáo.", {"Đào Thị Lan": ("Bộ trưởng Bộ Y tế",)}),
        ("Bà Đặng Thu Hà, Trưởng Ban Chỉ đạo phòng, chống lãng phí, tiêu cực, kết luận.",
         {"Đặng Thu Hà": ("Trưởng Ban Chỉ đạo phòng, chống lãng phí, tiêu cực",)}),
    ],
)  # fmt: skip
def test_a_name_with_the_roles_beside_it(text: str, found: dict[str, tuple[str, ...]]) -> None:
    assert people(text) == found


def test_a_role_that_runs_into_the_next_name_is_the_next_one_s() -> None:
    text = "Có Bí thư Tỉnh ủy Tạ Văn Lâm, Trưởng Ban Tổ chức Tỉnh ủy Cao Thị Nhung và Trưởng Ban Nước Mạc Văn Phú."
    assert people(text) == {
        "Tạ Văn Lâm": ("Bí thư Tỉnh ủy",),
        "Cao Thị Nhung": ("Trưởng Ban Tổ chức Tỉnh ủy",),
        "Mạc Văn Phú": ("Trưởng Ban Nước",),
    }


@pytest.mark.parametrize(
    "text",
    [
        "Speaking to the delegates, Ta Van Lam thanked them.",
        "With him in the chair were Ta Van Lam and others.",
        "The director told Ta Van Lam to wait.",
        "A major change was asked for by Ta Van Lam.",
        "Sự việc do Tạ Văn Lâm nêu.",
    ],
)
def test_a_role_that_is_another_s_is_not_given(text: str) -> None:
    assert list(people(text).values()) == [()]


# -- what is a person --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        # companies, cases, schools, streets, places
        "The Van Thinh Phat group and the Viet A case were closed; Tan Hoang Minh was not.",
        "Tập đoàn Hoàng Anh Gia Lai và Công ty Dược phẩm An Khang bị phạt.",
        "Đường Lý Thường Kiệt và phố Trần Hưng Đạo bị ngập; Trường Phan Đình Phùng đóng cửa.",
        "Nguyen Van Troi Street was closed, and so was Le Hong Phong High School.",
        "Ho Chi Minh City, Thanh Hoa, Hai Duong and Da Nang took part.",
        "Trường Sa và Hoàng Sa. Hà Nội. Thái Bình Dương.",
        # bodies, days, headings
        "The Central Internal Affairs Commission met the Supreme People's Court on Monday, January 9.",
        "Annual Report Review Conference. New York. Golden Gate Bridge.",
        # two names without anything that says who they are
        "Green Meadow and Silver Lake were quiet.",
        "Truong Ban Noi chinh Tinh uy cho biet.",
        "Major League Soccer is a league.",
        "This is no name: the director.",
        "Cảm ơn ông. Gia đình vẫn khỏe.",
    ],
)
def test_what_is_no_person(text: str) -> None:
    assert people(text) == {}


def test_a_vietnamese_name_of_three_syllables_needs_nothing_beside_it_and_one_of_two_does() -> None:
    found = find_people("Later Nguyen Thi Hoa and To Lam went home.")
    assert [(mention.name, mention.by_form) for mention in found] == [("Nguyen Thi Hoa", True)]
    assert [mention.name for mention in find_people("General Secretary To Lam spoke. Then To Lam left.")] == [
        "To Lam"
    ] * 2


def test_a_title_is_enough_and_is_no_part_of_the_name() -> None:
    found = find_people("Mr. J. Smith met Mme Dupont, Dr Ada Bloom and Comrade Ta Van Lam; ông Quân không đến.")
    assert [mention.name for mention in found] == ["J. Smith", "Dupont", "Ada Bloom", "Ta Van Lam", "Quân"]
    assert all(mention.titled for mention in found)


def test_a_vietnamese_name_after_a_french_title() -> None:
    assert people("Hier M. Le Thi Cam a parlé.") == {"Le Thi Cam": ()}
    assert people("Le VNA Tran Van Hai a parlé.") == {}
    assert people("M. Tran Van Hai, chef du port, a parlé.") == {"Tran Van Hai": ("chef du port",)}


# -- one person under several names ------------------------------------------------------------------------


def test_forms_of_a_name_are_one_person_in_the_fullest() -> None:
    text = (
        "Ly Kieu Van, head of the office, spoke. Lý Kiều Vân, Head of the Office, agreed. LÝ KIỀU VÂN là chủ nhiệm. "
        "Ms. Van left early. Jane Wanjiku Mwangi, judge, came; Ms. Mwangi sat down."
    )
    assert people(text) == {
        "Lý Kiều Vân": ("head of the office", "chủ nhiệm"),
        "Jane Wanjiku Mwangi": ("judge",),
    }


def test_a_short_form_that_may_be_two_people_is_neither() -> None:
    assert "Mwangi" in people("Judge Jane Mwangi and Judge Peter Mwangi met. Mr. Mwangi left.")


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Head of the Central Internal Affairs Commission", "head of the Central Internal Affairs Committee", True),
        ("Head of the Provincial Steering Committee for Anti-Corruption and Negativity",
         "Head of the Provincial Steering Committee on preventing and combating corruption", True),
        ("Head of the Central Steering Committee", "Deputy Head of the Central Steering Committee", False),
        ("Head of the Central Steering Committee", "Head of the Provincial Steering Committee", False),
    ],
)  # fmt: skip
def test_a_role_is_one_however_its_body_is_called(one: str, two: str, same: bool) -> None:
    assert (role_key(one) == role_key(two)) is same


def test_furniture_names_no_one_and_a_wrapped_line_cuts_no_name() -> None:
    text = (
        "The council looked at the plan for the new bridge in a long session with Mayor Joan\n"
        "Whitfield in the chair, who asked for the figures of the year before and had them read.\n\n"
        "Photo: Mayor Tom Hart"
    )
    reading = read_text(text)
    found = people_of(reading.text, mark_furniture(reading.text, reading.blocks))
    assert [(person.name, person.roles, person.start) for person in found] == [("Joan Whitfield", ("Mayor",), 79)]
    assert reading.text[79:].startswith("Joan\nWhitfield")


# -- any text ----------------------------------------------------------------------------------------------

pieces = st.lists(
    st.sampled_from(
        "Nguyen Văn Lâm To Hà Nội Mr. Dr ông bà Đồng chí Head of the Secretary , , - ( ) ; . : and et và Committee "
        "Maria Schmidt O'Neill chief auditor Trưởng Ban directeur de la l'Inspection was là said \n ' ’s İ ß ﬁ".split(
            " "
        )
    ),
    max_size=40,
).map(" ".join)


@given(st.text(max_size=300) | pieces | pieces.map(lambda text: text.replace(" , ", ", ")))
@settings(deadline=None, max_examples=200)
def test_mentions_lie_in_the_text_in_order(text: str) -> None:
    last = 0
    for mention in find_people(text):
        assert last <= mention.start < mention.end <= len(text)
        assert text[mention.start].isupper()
        assert mention.name.split()[0][0] == text[mention.start]
        assert all(role.strip() == role and len(role) > 0 for role in mention.roles)
        last = mention.start
    for person in people_of(text, [Block(0, len(text))] if text else []):
        assert person.name
        assert len(set(person.roles)) == len(person.roles)
