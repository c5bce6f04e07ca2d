"""Bodies: Viet Nam's under all their names, and any other by what it is called."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import Block
from ingest.text.organisations import find_organisations, fold_body, merged_bodies, organisations_of


def bodies(text: str) -> dict[str, tuple[str, ...]]:
    """Name → aliases, as a description would have them."""
    return {body.name: body.aliases for body in merged_bodies(find_organisations(text))}


# -- one key for all names ---------------------------------------------------------------------------------

SAME = {
    "Central Internal Affairs Commission": [
        "the Central Committee for Internal Affairs", "Ban Nội chính Trung ương", "ban noi chinh trung uong",
        "Commission centrale des affaires intérieures", "Comité central des Affaires intérieures",
    ],
    "Central Steering Committee for Anti-Corruption": [
        "Central Steering Committee on PCTNLPTC", "Central Steering Committee on preventing and combating corruption",
        "Comité directeur central", "Ban Chỉ đạo Trung ương về phòng, chống tham nhũng, lãng phí, tiêu cực",
    ],
    "Provincial Steering Committee for Anti-Corruption": [
        "Provincial Steering Committees for Anti-Corruption and Negativity", "provincial-level steering committees",
        "Comité directeur provincial de lutte contre la corruption", "Ban Chỉ đạo cấp tỉnh",
        "Ban Chỉ đạo phòng, chống tham nhũng, tiêu cực cấp tỉnh",
        "Steering Committee for Anti-Corruption and Negativity in provinces",
    ],
    "Steering Committee for Anti-Corruption": ["PCTNLPTC", "Ban Chỉ đạo phòng, chống tham nhũng"],
    "Provincial Party Committee": ["Tỉnh ủy", "Comité provincial du Parti", "Nghe An Provincial Party Committee"],
    "Provincial Internal Affairs Committee": [
        "Ban Nội chính Tỉnh ủy", "Provincial Party Committee's Internal Affairs Committee",
        "Commission des affaires intérieures du Comité provincial du Parti",
    ],
    "Politburo": ["Bộ Chính trị", "Bureau politique", "the Politburo"],
    "Provincial People's Committee": ["UBND tỉnh", "Ủy ban nhân dân tỉnh", "Comité populaire provincial"],
    "Supreme People's Court": ["Tòa án nhân dân tối cao", "Cour populaire suprême"],
    "Supreme People's Procuracy": ["Viện kiểm sát nhân dân tối cao", "VKSND tối cao"],
    "Fatherland Front": ["Front de la Patrie", "Mặt trận Tổ quốc Việt Nam", "Vietnam Fatherland Front"],
    "Ministry of Health": ["Bộ Y tế", "ministère de la Santé", "the Health Ministry"],
    "Department of Education and Training": ["Sở Giáo dục và Đào tạo"],
    "Commission on Human Rights": ["the Human Rights Commission"],
    "Anti-Corruption Commission": ["Anti-Corruption Commission (ACC)"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "alias"), [(name, alias) for name, aliases in SAME.items() for alias in aliases])
def test_all_names_of_a_body_have_one_key(name: str, alias: str) -> None:
    assert fold_body(alias) == fold_body(name)


def test_different_bodies_have_different_keys() -> None:
    assert len({fold_body(name) for name in SAME}) == len(SAME)
    assert fold_body("Central Steering Committee") != fold_body("Provincial Steering Committee")
    assert fold_body("Provincial Steering Committee for Judicial Reform") != fold_body("Provincial Steering Committee")


@given(st.sampled_from(sorted(SAME)) | st.text(max_size=60))
@settings(deadline=None)
def test_a_key_is_its_own_key(name: str) -> None:
    if name in SAME:
        assert fold_body(fold_body(name)) == fold_body(name)
    assert "  " not in fold_body(name)


# -- other folders: audit, NGO, bank, hospital, court, city council -----------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Court of Audit of Norland told the Public Accounts Committee that the Department of Roads and Bridges "
         "and Northern Asphalt Ltd had lost the files.",
         {"Court of Audit of Norland", "Public Accounts Committee", "Department of Roads and Bridges",
          "Northern Asphalt Ltd"}),
        ("At Meridian Bank plc the Risk Committee met; the Financial Conduct Authority and the University of Kilmore "
         "wrote to the bank.",
         {"Meridian Bank plc", "Risk Committee", "Financial Conduct Authority", "University of Kilmore"}),
        ("Harbour City Council heard the Parks Department on Monday. The Council thanked the Embassy of France.",
         {"Harbour City Council", "Parks Department", "Embassy of France"}),
        ("L'association Eau Claire remercie l'Agence française de développement et le ministère de l'Agriculture ; "
         "la Banque postale, le Conseil régional de Nouvelle-Aquitaine et les élus n'ont pas répondu dans les délais.",
         {"association Eau Claire", "Agence française de développement", "ministère de l'Agriculture",
          "Banque postale", "Conseil régional de Nouvelle-Aquitaine"}),
        ("La Haute Autorité de santé visitera l'hôpital Saint-Roch. Le tribunal correctionnel de Rennes et la "
         "Direction générale des Finances publiques ont demandé les comptes dans une lettre du 3 mars.",
         {"Haute Autorité de santé", "hôpital Saint-Roch", "tribunal correctionnel de Rennes",
          "Direction générale des Finances publiques"}),
        ("Sở Y tế tỉnh Lâm Đồng và Bệnh viện Đa khoa Minh Đức đã báo cáo Bộ Tài nguyên và Môi trường; Ngân hàng "
         "Nhà nước Việt Nam cho biết Công ty TNHH Xây dựng Hòa Phú chưa nộp tiền.",
         {"Sở Y tế tỉnh Lâm Đồng", "Bệnh viện Đa khoa Minh Đức", "Bộ Tài nguyên và Môi trường",
          "Ngân hàng Nhà nước Việt Nam", "Công ty TNHH Xây dựng Hòa Phú"}),
    ],
)  # fmt: skip
def test_the_bodies_of_other_folders(text: str, found: set[str]) -> None:
    assert set(bodies(text)) == found


def test_an_abbreviation_in_brackets_is_an_alias_and_so_is_a_shorter_name() -> None:
    text = (
        "The Kenya Anti-Corruption Commission (KACC) sued. The Anti-Corruption Commission won. (Photo) The KACC left."
    )
    assert bodies(text) == {
        "Kenya Anti-Corruption Commission": ("Kenya Anti-Corruption Commission", "KACC", "Anti-Corruption Commission")
    }


def test_a_known_body_goes_by_its_usual_name_with_the_aliases_written() -> None:
    text = "Ban Nội chính Trung ương họp. The Central Internal Affairs Committee met Tỉnh ủy."
    assert bodies(text) == {
        "Central Internal Affairs Commission": ("Ban Nội chính Trung ương", "Central Internal Affairs Committee"),
        "Provincial Party Committee": ("Tỉnh ủy",),
    }


def test_a_steering_committee_is_against_corruption_only_where_the_text_is() -> None:
    assert bodies("The provincial steering committee on fruit met the City Steering Committee for Housing.") == {
        "City Steering Committee for Housing": ("City Steering Committee for Housing",)
    }
    assert set(bodies("Corruption was the theme. The Provincial Steering Committee met.")) == {
        "Provincial Steering Committee for Anti-Corruption"
    }


@pytest.mark.parametrize(
    "text",
    [
        "The committee met. The Council agreed, and so did the Commission.",
        "Jane Doe, Chairman of nothing, left on Monday.",
        "THE COUNCIL OF ELDERS AND THE COURT",
        "la cour était pleine ; le conseil des sages, les services et une agence du quartier ont dit oui dans la rue",
        "Tây Ban Nha và Đài Loan.",
        "The office of the mayor kept the secretariat busy.",
    ],
)
def test_what_is_no_body(text: str) -> None:
    assert bodies(text) == {}


def test_a_person_is_no_part_of_a_body() -> None:
    assert set(bodies("Head of the Central Internal Affairs Commission Phan Van Tam spoke.")) == {
        "Central Internal Affairs Commission"
    }
    assert set(bodies("Bộ trưởng Bộ Y tế Đào Thị Lan yêu cầu.")) == {"Bộ Y tế"}


pieces = st.lists(
    st.sampled_from(
        "Central Provincial Steering Committee for Anti-Corruption and Ban Chỉ đạo Trung ương tỉnh Tỉnh ủy Commission "
        "centrale des affaires intérieures de la Bank of Ministry Sở Y tế và ( ACC ) , . 's the du les est Hà \n".split(
            " "
        )
    ),
    max_size=40,
).map(" ".join)


@given(st.text(max_size=300) | pieces)
@settings(deadline=None, max_examples=200)
def test_mentions_lie_in_the_text_and_never_overlap(text: str) -> None:
    last = 0
    for mention in find_organisations(text):
        assert last <= mention.start < mention.end <= len(text)
        assert " ".join(text[mention.start : mention.end].split()) == mention.alias
        last = mention.end
    for body in organisations_of(text, [Block(0, len(text))] if text else []):
        assert body.name
        assert len(set(body.aliases)) == len(body.aliases)
