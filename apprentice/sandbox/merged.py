"""One report of tests that ran apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from apprentice.sandbox.base import Limits, RunResult, TestOutcome, TestReport
from apprentice.sandbox.judge.plan import TestPlan

#: From the best to the worst.
_STATUSES: Final = (
    "ok",
    "failed",
    "output",
    "files",
    "disk",
    "processes",
    "memory",
    "cpu",
    "timeout",
    "killed",
    "cancelled",
)


def merged(
    reports: Sequence[TestReport], examples: Sequence[str], plan: TestPlan, limits: Limits
) -> TestReport:
    """The outcomes in the order of the examples and of the file; the run is the worst of all.

    Args:
        examples: the examples' names.
        plan: of the whole file.
        limits: bounds of each of the runs, for the output that is kept.
    """
    if len(reports) == 1 and not examples:
        return reports[0]
    waiting = list(examples)
    places = {test.name: index for index, test in enumerate(plan.tests)}
    found: list[tuple[int, int, TestOutcome]] = []
    for report in reports:
        for outcome in report.outcomes:
            if outcome.name in waiting:
                waiting.remove(outcome.name)
                found.append((0, examples.index(outcome.name), outcome))
                continue
            base = outcome.name.partition("[")[0]
            place = places.get(outcome.name, places.get(base))
            found.append((1, len(places) if place is None else place, outcome))
    outcomes = [outcome for _, _, outcome in sorted(found, key=lambda one: one[:2])]
    import_error = next((one.import_error for one in reports if one.import_error is not None), None)
    if import_error is not None:
        # As in one run: what can't be imported as a whole passes nothing.
        why = f"not run: {import_error.message}"
        outcomes = [
            TestOutcome(outcome.name, False, import_error.error_type, why) if outcome.passed else outcome
            for outcome in outcomes
        ]
    runs = [report.run for report in reports]
    return TestReport(_merged_run(runs, outcomes, limits), outcomes, import_error)


def _merged_run(runs: Sequence[RunResult], outcomes: Sequence[TestOutcome], limits: Limits) -> RunResult:
    worst = max(runs, key=lambda run: _STATUSES.index(run.status))
    if len(runs) == 1:
        return worst
    failed = [outcome for outcome in outcomes if not outcome.passed]
    message = worst.message
    if worst.status == "failed" and all(run.message.endswith(" tests failed.") for run in runs if not run.ok):
        message = f"{len(failed)} of {len(outcomes)} tests failed."
    stdout, is_cut = _joined([run.stdout for run in runs], limits)
    stderr, is_error_cut = _joined([run.stderr for run in runs], limits)
    return replace(
        worst,
        stdout=stdout,
        stderr=stderr,
        message=message,
        seconds=sum(run.seconds for run in runs),
        output_cut=is_cut or is_error_cut or any(run.output_cut for run in runs),
    )


def _joined(texts: Sequence[str], limits: Limits) -> tuple[str, bool]:
    """The texts one after another, within what is kept of one run's output."""
    most = 1024 * limits.output_kb
    data = "".join(texts).encode("utf-8", "surrogatepass")
    return data[:most].decode("utf-8", "ignore"), len(data) > most
