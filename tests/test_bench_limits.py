"""What speed is compared with: counted from the model itself, and told in shares that add up."""

from __future__ import annotations

import math
import time
from pathlib import Path

import onnx
import pytest

from benchmarks import limits
from ingest import e5


def test_a_token_takes_what_the_models_int8_weights_are() -> None:
    model = onnx.load(str(e5.ensure_model() / "model.onnx"), load_external_data=False)
    weights = {w.name: w for w in model.graph.initializer if w.data_type == onnx.TensorProto.INT8 and len(w.dims) == 2}
    multiplied = [name for node in model.graph.node for name in node.input if name in weights]
    assert sum(math.prod(weights[name].dims) for name in multiplied) == limits.PER_TOKEN


def test_the_plain_product_is_counted_in_what_it_multiplies(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = limits.plain_product()(0.3)
    monkeypatch.setattr(limits, "PRODUCT", (8, 16, 16))  # too small to keep a core busy
    assert whole > limits.plain_product()(0.3) > 0


def test_a_profile_names_where_the_time_goes_and_its_share() -> None:
    def work() -> None:
        for _ in range(3):
            time.sleep(0.05)

    first = limits.top(work)[0]
    assert "time.sleep" in first
    assert float(first.split("%")[0]) > 90
    assert first.split()[1] == "3"


def test_a_table_has_every_figure_and_profile(capsys: pytest.CaptureFixture[str]) -> None:
    limits.print_table({"engine ÷ plain product": [0.2, 0.5, 0.3], "profiles": {"search": ["50.0%  3  here"]}})
    said = capsys.readouterr().out
    assert "0.30   (0.20 to 0.50)" in said
    assert "50.0%  3  here" in said


def test_calls_at_the_same_time_count_once() -> None:
    calls = [("embed_query", 1.0, 3.0), ("embed_query", 1.5, 2.0), ("nearest", 2.5, 4.0), ("passages", 6.0, 7.0)]
    assert limits.covered(calls) == pytest.approx(4.0)
    assert limits.covered([]) == 0


def test_a_querys_parts_come_to_no_more_than_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.engine import open_engine

    (tmp_path / "reports").mkdir()
    text = (
        "Report on Nghe An for 2024\n\nIn 2024 the province opened 31 new corruption cases. It received 412 petitions."
    )
    (tmp_path / "reports" / "report.txt").write_text(text, encoding="utf-8")
    monkeypatch.setattr(limits, "CORPUS", tmp_path / "reports")

    found = limits.query_to_parts(open_engine(), tmp_path / "library", repeats=2)

    assert all(len(values) == 2 for values in found.values())
    assert all(0 < share <= 1 for share in found["parts ÷ whole"])
    assert all(ms > 0 for ms in found["of it embedding, ms"])
