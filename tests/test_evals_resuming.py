"""Nothing is lost when a judge goes down, and nothing is asked twice."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from evals.cache import Cache, Remembering
from evals.judge import Judgement
from evals.runner import GIVE_UP
from evals.sets import Labelled
from evals.suites import Context, Plan, judging, run_plan
from evals.values import SuiteReport
from ingest.engine import Engine
from ingest.errors import ModelError


def ran(plan: Plan, context: Context) -> SuiteReport:
    return run_plan(plan, context)


class Mortal:
    """A judge that is down until it is mended, and counts what it is asked."""

    name = "mortal"

    def __init__(self) -> None:
        self.up, self.asked = False, 0

    def judge(self, *_: Any, **__: Any) -> Judgement:
        self.asked += 1
        if not self.up and self.asked > 3:
            raise ModelError("127.0.0.1:9 cannot be reached; is it running?")
        return Judgement("supported", 0.9)


def test_a_judge_that_goes_down_leaves_the_rest_for_another_run(engine: Engine, tmp_path: Path) -> None:
    judge, cache = Mortal(), Cache(tmp_path / "cache.sqlite")
    context = Context(Remembering(judge, cache), lambda: engine, cache=cache)
    claims = [Labelled(f"c{n}", "en", "k", f"claim {n}", ("p",), n % 2 == 0) for n in range(20)]

    first = ran(judging.plan(claims, context), context)
    assert len(first.unscored) == 17
    assert judge.asked == 3 + GIVE_UP
    assert first.figure("balanced_accuracy").scored == 3  # type: ignore[union-attr]
    assert "17 of 20 cases are not scored: 127.0.0.1:9 cannot be reached" in first.notes[0]

    judge.up, judge.asked = True, 0
    second = ran(judging.plan(claims, context), context)
    assert (judge.asked, second.cached, len(second.unscored)) == (17, 3, 0)

    third = ran(judging.plan(claims, context), context)
    assert (judge.asked, third.cached) == (17, 20)
    assert third.figures == second.figures
    changed = [*claims[:-1], dataclasses.replace(claims[-1], claim="another claim")]
    assert ran(judging.plan(changed, context), context).cached == 19
    cache.close()


def test_a_cache_that_cannot_be_used_is_done_without(tmp_path: Path) -> None:
    file = tmp_path / "cache.sqlite"
    file.write_bytes(b"no database" * 1000)
    cache = Cache(file)

    cache.put("key", "value")
    assert cache.get("key") is None
    cache.close()
