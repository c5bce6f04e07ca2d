"""Places: the provinces under all their spellings, what text calls a place, and where a report is from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.names import names_in
from ingest.text.places import find_places, fold_place, is_known_place, places_of


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Hà Nội, Hanoi và Ha Noi", ["Hanoi", "Hanoi", "Hanoi"]),
        ("in Đắk Lắk and Dak Lak", ["Dak Lak", "Dak Lak"]),
        ("Ba Ria-Vung Tau", ["Ba Ria - Vung Tau"]),
        ("tại thành phố Hồ Chí Minh", ["Ho Chi Minh City"]),
        ("TP. Hồ Chí Minh và TPHCM", ["Ho Chi Minh City", "Ho Chi Minh City"]),
        ("hòa bình là quý", ["Hoa Binh"]),  # typed in small letters, a question means the province
        ("Hòa bình là quý", ["Hoa Binh"]),
        ("Vì hòa bình ở Huế", ["Thua Thien Hue"]),
        ("Thanh Lam district and the province of Kono", ["Thanh Lam", "Kono"]),
        ("Huyện Thanh Lâm, quận Bình Tân", ["Thanh Lâm", "Bình Tân"]),
        ("la province d'Oudomxay et le district de Vinh Hoa", ["Oudomxay", "Vinh Hoa"]),
        ("Every district and each Province. The City.", []),
        ("Nghe An Province", ["Nghe An"]),
    ],
)
def test_the_places_a_text_names(text: str, places: list[str]) -> None:
    assert find_places(text) == places


def test_one_key_for_all_spellings() -> None:
    assert fold_place("Hà Nội") == fold_place("HANOI") == "hanoi"
    assert is_known_place("ha noi")
    assert not is_known_place("kono")


def test_where_a_report_is_from_and_how_it_says_so() -> None:
    text = (
        "In Hanoi the office met and many people came.\n"
        "The Quang Tri bridge point was full.\n"
        "Praised were Son La, Ca Mau and Dong Nai.\nKon Tum was quiet. Kon Tum is far."
    )
    names = names_in(text)
    assert places_of("Letters from Hue", names, names, 45) == {
        "Thua Thien Hue": "in the title",
        "Quang Tri": "as a bridge point",
        "Kon Tum": "in the text",
    }


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_names_some_places_or_none(text: str) -> None:
    assert all(place.strip() for place in find_places(text))
