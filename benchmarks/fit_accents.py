"""Count Vietnamese syllables, alone and two in a row, for putting accents on questions that were typed without
(`assistant/question/accents.json`).

    python -m benchmarks.fit_accents [--data DIR] [--write]

Counted in what was written for this project: the readers' reports, claims, questions and their translations
(`benchmarks/readers`), and FIELD. Prints the share of syllables put right of questions that count nothing: those over
the reports of HELD_OUT (counted without them), and with DATA those of XQuAD.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from assistant import question
from assistant.question.accents import Accents, counted
from benchmarks.claims import readers_claims
from benchmarks.datasets import bare_of
from benchmarks.questions import HELD_OUT, READERS
from ingest.readers import open_file, read
from ingest.text.language import detect_language

FIELD = """
Hà Nội, thành phố Hồ Chí Minh, Hải Phòng, Đà Nẵng, Cần Thơ, An Giang, Bà Rịa, Vũng Tàu, Bắc Giang, Bắc Kạn, Bạc Liêu
Bắc Ninh, Bến Tre, Bình Định, Bình Dương, Bình Phước, Bình Thuận, Cà Mau, Cao Bằng, Đắk Lắk, Đắk Nông, Điện Biên
Đồng Nai, Đồng Tháp, Gia Lai, Hà Giang, Hà Nam, Hà Tĩnh, Hải Dương, Hậu Giang, Hòa Bình, Hưng Yên, Khánh Hòa, Kiên Giang
Kon Tum, Lai Châu, Lâm Đồng, Lạng Sơn, Lào Cai, Long An, Nam Định, Nghệ An, Ninh Bình, Ninh Thuận, Phú Thọ, Phú Yên
Quảng Bình, Quảng Nam, Quảng Ngãi, Quảng Ninh, Quảng Trị, Sóc Trăng, Sơn La, Tây Ninh, Thái Bình, Thái Nguyên, Thanh Hóa
Thừa Thiên Huế, Tiền Giang, Trà Vinh, Tuyên Quang, Vĩnh Long, Vĩnh Phúc, Yên Bái, Việt Nam, Đông Nam Á, cả nước
tổng bí thư, chủ tịch nước, thủ tướng chính phủ, phó thủ tướng, chủ tịch quốc hội, bộ chính trị, ban bí thư, bộ trưởng
ban chấp hành trung ương, ban nội chính trung ương, trưởng ban nội chính, phó trưởng ban, ban chỉ đạo trung ương
ban chỉ đạo cấp tỉnh, ủy ban kiểm tra trung ương, ban tổ chức trung ương, ban tuyên giáo, tỉnh ủy, thành ủy, huyện ủy
bí thư tỉnh ủy, phó bí thư, ủy viên trung ương đảng, hội đồng nhân dân, ủy ban nhân dân, mặt trận tổ quốc
viện kiểm sát nhân dân tối cao, tòa án nhân dân, thanh tra chính phủ, kiểm toán nhà nước, bộ công an, bộ tư pháp
cơ quan điều tra, thi hành án dân sự, kiểm soát viên, cảnh sát, quân đội, đảng viên, cán bộ, công chức, viên chức
phòng chống tham nhũng, lãng phí, tiêu cực, tham nhũng lãng phí tiêu cực, kê khai tài sản, thu nhập, thu hồi tài sản
khởi tố vụ án, bị can, bị cáo, xét xử sơ thẩm, phúc thẩm, truy tố, tạm giam, kỷ luật, khai trừ, cảnh cáo, khiển trách
đơn thư, khiếu nại, tố cáo, tiếp công dân, giám định, định giá, hối lộ, nhận hối lộ, đưa hối lộ, tham ô
hội nghị tổng kết, sơ kết, báo cáo, nhiệm vụ trọng tâm, kết quả, hạn chế, nguyên nhân, đầu năm, cuối năm, nửa đầu năm
đấu thầu, đất đai, ngân sách, dự án, cải cách hành chính, chuyển đổi số, công khai, minh bạch
"""
"""What reports of the home corpus speak of: provinces, offices, bodies, and its own words."""
FIELD_TIMES = 3
TARGET = Path(question.__file__).with_name("accents.json")


def readers_texts(held_out: bool | None = None) -> Iterator[str]:
    """The Vietnamese questions, of those held out or of the others, and but for the former the reports."""
    for folder in sorted(path for path in READERS.iterdir() if path.is_dir()):
        questions = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
        translations = [json.loads(line) for line in (folder / "translations.jsonl").read_text("utf-8").splitlines()]
        of_held_out = {name for one in questions if one["id"].split("-")[1] in HELD_OUT for name in one["sources"]}
        for one in [*questions, *translations]:
            out = one.get("id", one.get("of")).split("-")[1] in HELD_OUT
            if one["lang"] == "vi" and (held_out is None or out == held_out):
                yield one["question"]
        for file in sorted((folder / "reports").iterdir()) if not held_out else ():
            text = read(open_file(file)).text
            if detect_language(text) == "vi" and (held_out is None or file.name not in of_held_out):
                yield from text.split("\n")
    for claim in readers_claims() if not held_out else ():
        if claim.language == "vi" and (held_out is None or not claim.held_out):
            yield claim.text


def told(texts: Iterable[str]) -> dict[str, Any]:
    """Their counts, in the order of the alphabet."""
    ones, twos = counted([*texts, *[FIELD] * FIELD_TIMES])
    return {
        "ones": dict(sorted(ones.items())),
        "twos": {word: dict(sorted(after.items())) for word, after in sorted(twos.items())},
    }


def right(texts: Iterable[str], accents: Accents) -> tuple[float, float, int]:
    """The share of syllables that are put right, that which is right as typed, and how many there are."""
    good = plain = total = 0
    for text in texts:
        typed = bare_of(text)
        rows = [re.findall(r"\w+", each.lower()) for each in (text, accents.put(typed), typed)]
        for one, other, bare in zip(*rows, strict=True):
            good, plain, total = good + (one == other), plain + (one == bare), total + 1
    return good / max(1, total), plain / max(1, total), total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--write", action="store_true", help="write assistant/question/accents.json")
    args = parser.parse_args()
    sets = {"readers' questions, held out": list(readers_texts(held_out=True))}
    if args.data:
        rows = map(json.loads, (args.data / "xquad" / "questions_vi.jsonl").read_text("utf-8").splitlines())
        sets["XQuAD vi"] = [row["question"] for row in rows]
    of_others = told(readers_texts(held_out=False))
    for name, texts in sets.items():
        share, plain, total = right(texts, Accents(of_others["ones"], of_others["twos"]))
        print(f"{name:32}{total:8} syllables  {share:.3f} right; {plain:.3f} as typed")
    if args.write:
        found = json.dumps(told(readers_texts()), ensure_ascii=False, indent=0)
        TARGET.write_text(found + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
