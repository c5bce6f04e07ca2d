"""This run against a saved one: which figures differ, by how much, and whether by more than chance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evals.measures import MEASURES
from evals.statistics import compare, holm
from evals.values import Comparison, Difference, Outcome, Report, SuiteReport, read_report
from ingest.errors import InputError


def load_report(file: str) -> Report:
    """A report saved with `--json`. Raises InputError for one that cannot be read or is none."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{file}: cannot be read ({exc.strerror})") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"{file}: not a report of `danchung eval --json`") from exc
    return read_report(file, text)


def compared(before: Report, after: Report, against: str) -> Comparison:
    """Every figure that both runs have, over the cases that both have unchanged. Raises InputError where there is no
    such case."""
    differences: list[Difference] = []
    mended, broken, unmatched = [], [], 0
    for suite in after.suites:
        earlier = before.suite(suite.name)
        pairs = _pairs(earlier, suite) if earlier else []
        unmatched += len(suite.outcomes) - len(pairs) + (len(earlier.outcomes) - len(pairs) if earlier else 0)
        differences += _adjusted(list(_differences(suite.name, pairs)))
        mended += [f"{suite.name}: {new.id}" for old, new in pairs if old.failed and not new.failed and not new.error]
        broken += [f"{suite.name}: {new.id}" for old, new in pairs if new.failed and not old.failed and not old.error]
    if not differences:
        raise InputError(f"{against}: has no case in common with this run")
    return Comparison(
        against=against,
        differences=differences,
        mended=mended,
        broken=broken,
        unmatched=unmatched,
    )


def _adjusted(differences: list[Difference]) -> list[Difference]:
    """Each p given how many figures of its suite are looked at."""
    adjusted = holm([difference.p for difference in differences])
    return [d.model_copy(update={"p_adjusted": p}) for d, p in zip(differences, adjusted, strict=True)]


def _pairs(before: SuiteReport, after: SuiteReport) -> list[tuple[Outcome, Outcome]]:
    """The outcomes of the same case in both runs: the same id, question and expectation."""
    earlier = {_identity(outcome): outcome for outcome in before.outcomes}
    return [(old, new) for new in after.outcomes if (old := earlier.get(_identity(new)))]


def _identity(outcome: Outcome) -> tuple[str, ...]:
    return outcome.id, outcome.question, outcome.expected


def _differences(suite: str, pairs: list[tuple[Outcome, Outcome]]) -> Iterator[Difference]:
    """One for each measure that two cases or more score in both runs; times are left out, for they are the machine's.

    A measure such as abstention F1 weighs a case by its outcome, so the cases that score it are not the same in both
    runs: one that does not counts with weight 0.
    """
    names = dict.fromkeys(score.name for _, new in pairs for score in new.scores)
    for name in names:
        if name not in MEASURES or MEASURES[name].unit != "share":
            continue
        both = [(_weighed(old, name), _weighed(new, name)) for old, new in pairs if not old.error and not new.error]
        scored = [(old, new) for old, new in both if old[1] or new[1]]
        if len(scored) < 2 or not sum(old[1] for old, _ in scored) or not sum(new[1] for _, new in scored):
            continue
        old_side, new_side = (
            zip(*(old for old, _ in scored), strict=True),
            zip(*(new for _, new in scored), strict=True),
        )
        (v0, w0), (v1, w1) = old_side, new_side
        paired = compare((v0, w0), (v1, w1))
        yield Difference(
            suite=suite,
            name=name,
            before=paired.before,
            after=paired.after,
            low=paired.low,
            high=paired.high,
            p=paired.p,
            p_adjusted=paired.p,
            cases=paired.cases,
        )


def _weighed(outcome: Outcome, name: str) -> tuple[float, float]:
    """(value, weight) of a score; (0, 0) where it is not scored."""
    score = outcome.score(name)
    return (score.value, score.weight) if score and score.value is not None else (0.0, 0.0)
