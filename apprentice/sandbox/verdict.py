"""From the bare facts of a run to an outcome for each test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from apprentice.sandbox.base import Isolation, Limits, RunResult, TestOutcome, TestReport
from apprentice.sandbox.judge.examples import PlannedExample, failure_outcome, seconds_of, seen_values
from apprentice.sandbox.judge.judge import are_all_there, first_failure, is_judged
from apprentice.sandbox.judge.open_names import OpenName
from apprentice.sandbox.judge.plan import PlannedTest, TestPlan
from apprentice.sandbox.launch import Ended
from apprentice.sandbox.plain import MAX_MESSAGE, MAX_REPR, cut
from apprentice.sandbox.run_status import ERROR_OF, ended_how, limit_of_error, run_result, with_status

#: Tests that the run may find under one name, and characters of a test's name.
_MOST_FOUND: Final = 1000
_LONGEST_NAME: Final = 300
#: What is kept of the items that pytest reports, and of the values that one test saw.
_MOST_ITEMS: Final = 2_000
_MOST_VALUES: Final = 20


def test_report(
    ended: Ended,
    limits: Limits,
    isolation: Isolation,
    module: str,
    examples: Sequence[PlannedExample],
    plan: TestPlan,
) -> TestReport:
    """One outcome for each example and test; what the child did not report has failed."""
    run = run_result(ended, limits, isolation)
    reader = _Reader(ended, run, module, examples, plan)
    outcomes = [_bounded(outcome) for outcome in reader.outcomes()]
    run = _run_of_tests(run, ended, outcomes, reader.import_error, limits)
    return TestReport(run, outcomes, reader.import_error)


def not_run_report(error: TestOutcome, names: Sequence[str], isolation: Isolation) -> TestReport:
    """The report where the tests can't even be read: everything failed, nothing was run."""
    run = RunResult(
        "failed", None, "", "", 0.0, isolation, error_type=error.error_type, message=error.message
    )
    outcomes = [TestOutcome(name, False, error.error_type, f"not run: {error.message}") for name in names]
    return TestReport(run, outcomes, error)


class _Reader:
    """Reads the child's reports against what was planned."""

    def __init__(
        self,
        ended: Ended,
        run: RunResult,
        module: str,
        examples: Sequence[PlannedExample],
        plan: TestPlan,
    ) -> None:
        self._ended = ended
        self._run = run
        self._examples = examples
        self._plan = plan
        self._answers: dict[str, dict[str, Any]] = {}
        self._checks: dict[str, list[dict[str, Any]]] = {}
        self._started: list[str] = []
        self._items: dict[str, None] = {}
        self._found: dict[str, dict[str, None]] = {}
        self._taken: set[str] = set()
        self._collect_error = ""
        stage = ""
        failure: dict[str, Any] | None = None
        for report in ended.reports:
            match report.get("kind"):
                case "stage":
                    stage = str(report.get("stage"))
                case "import_error":
                    failure = report.get("error") or {}
                case "items":
                    names = list(report.get("names") or ())[: _MOST_ITEMS - len(self._items)]
                    self._items.update((cut(str(name), 2 * MAX_MESSAGE), None) for name in names)
                case "collect_error":
                    self._collect_error = str(report.get("message"))
                case "start":
                    self._started.append(self._key(report))
                case "check":
                    self._checks.setdefault(self._started[-1] if self._started else "", []).append(report)
                case "found":
                    names = [name for name in report.get("names") or () if _is_name(name)]
                    self._found.setdefault(self._key(report), {}).update(dict.fromkeys(names))
                case "example" | "result" | "class_error":
                    self._answer(report)
        error = self._import_error(stage, failure, module)
        self.import_error = _bounded(error) if error is not None else None

    def outcomes(self) -> list[TestOutcome]:
        """All outcomes: examples, tests in the file's order, tests that the run found; skipped ones are left out."""
        found = [self._example(example) for example in self._examples]
        if self._plan.runner == "native":
            tests = [self._test(test.id, test.name, test) for test in self._plan.tests]
            found += [outcome for outcome in tests if outcome is not None]
        else:
            found += self._planned_items()
        # What the run alone says to be a test class makes no file pass by itself.
        last = sorted(self._plan.open_names, key=lambda one: one.evidence == "possible")
        for one in last:
            has_others = bool(found) or self._plan.has_others
            outcomes = self._opened(one)
            found += [
                outcome
                for outcome in outcomes
                if one.evidence != "possible" or has_others or not outcome.passed
            ]
        return found

    def _planned_items(self) -> list[TestOutcome]:
        """The outcomes of pytest's items that were planned, and of planned tests without one."""
        planned = {test.item: test for test in self._plan.tests}
        found, seen = [], set()
        for item in self._items:
            base, bracket, parameters = item.partition("[")
            test = planned.get(base)
            if test is None:
                continue
            seen.add(base)
            self._taken.add(item)
            if outcome := self._test(item, test.name + bracket + parameters, test):
                found.append(outcome)
        return found + [
            self._unreported(test.item, test.name) for test in self._plan.tests if test.item not in seen
        ]

    def _opened(self, one: OpenName) -> list[TestOutcome]:
        """The outcomes of tests that only the run found, under a name where the file has room for them."""
        keys: dict[str, str] = {}
        if self._plan.runner == "native":
            for name in self._found.get(one.id, ()):
                keys[f"{one.id}:{name}"] = f"{one.name}::{self._plan.renamed.get(name, name)}"
        else:
            for item in self._items:
                base = item.partition("[")[0]
                if item in self._taken or not one.covers(base) or not _is_name(item):
                    continue
                self._taken.add(item)
                head, colons, last = base.rpartition("::")
                keys[item] = head + colons + self._plan.renamed.get(last, last) + item[len(base) :]
        outcomes = [self._test(key, name, None) for key, name in list(keys.items())[:_MOST_FOUND]]
        if keys or one.evidence != "due":
            return [outcome for outcome in outcomes if outcome is not None]
        error = (self._answers.get(one.id) or {}).get("error")
        if isinstance(error, dict):
            kind, message = str(error.get("type", "")), str(error.get("message", ""))
            return [TestOutcome(one.name, False, kind, message, seen_values(error), _line(error))]
        if self.import_error is None and not self._collect_error and self._run.status not in ERROR_OF:
            return [TestOutcome(one.name, False, "NoReport", "the run reported no test of this class")]
        return [self._unreported(one.id, one.name)]

    @staticmethod
    def _key(report: Mapping[str, Any]) -> str:
        return str(report.get("id") or report.get("name") or "")

    def _answer(self, report: dict[str, Any]) -> None:
        """The first answer counts, except that a later failure is never hidden by it."""
        key = self._key(report)
        before = self._answers.get(key)
        if before is None or ("error" not in before and "error" in report):
            self._answers[key] = report

    def _import_error(self, stage: str, failure: dict[str, Any] | None, module: str) -> TestOutcome | None:
        name = f"import {module}" if stage == "module" else "import tests"
        what = f"the module {module}" if stage == "module" else "the test file"
        if failure is not None:
            kind = str(failure.get("type", ""))
            message = f"{what} can't be imported: {kind}: {failure.get('message', '')}".rstrip(": ")
            return TestOutcome(name, False, kind, message, seen_values(failure), failure.get("line"))
        if stage == "run" or (stage == "" and self._run.status == "cancelled"):
            return None
        kind, message = self._why_unreported()
        return TestOutcome(name, False, kind, f"{message} while {what} was being imported")

    def _example(self, example: PlannedExample) -> TestOutcome:
        answer = self._answers.get(example.id)
        if answer is None or answer.get("kind") != "example":
            return self._unreported(example.id, example.example.name)
        return example.judge(answer)

    def _test(self, key: str, name: str, test: PlannedTest | None) -> TestOutcome | None:
        checks = self._checks.get(key, [])
        # Nobody but the run knows what a test that wasn't planned has to check.
        is_agent = test is not None and not self._plan.own_word and is_judged(self._plan.checks, checks)
        judged: Literal["agent", "run"] = "agent" if is_agent else "run"
        answer = self._answers.get(key) or {}
        seconds = seconds_of(answer)
        failure = first_failure(self._plan.checks, checks)
        if failure is not None:
            return replace(failure_outcome(name, failure), seconds=seconds, judged=judged)
        if not answer or answer.get("kind") == "example":
            return self._unreported(key, name)
        error = answer.get("error")
        if isinstance(error, dict):
            # pytest skips a test without parameters; the plan has no say in that.
            may_skip = (self._plan if test is None else test).may_skip or name.endswith("[NOTSET]")
            if error.get("skipped") is True and may_skip:
                return None
            kind = str(error.get("type", ""))
            message = str(error.get("message") or f"{kind} was raised, without a message")
            return TestOutcome(name, False, kind, message, seen_values(error), _line(error), seconds, judged)
        if answer.get("passed") is not True:
            return TestOutcome(
                name, False, "NoReport", "the test was not reported as passed", seconds=seconds
            )
        if test is not None and not are_all_there(test.required, checks):
            message = "the run did not report all that the test checks"
            return TestOutcome(name, False, "NoReport", message, seconds=seconds)
        return TestOutcome(name, True, seconds=seconds, judged=judged)

    def _unreported(self, key: str, name: str) -> TestOutcome:
        if self.import_error is not None:
            error = self.import_error
            return TestOutcome(name, False, error.error_type, f"not run: {error.message}")
        if self._collect_error:
            return TestOutcome(name, False, "CollectError", self._collect_error)
        kind, message = self._why_unreported()
        if self._started and self._started[-1] == key:
            return TestOutcome(name, False, kind, f"{message} during this test")
        if self._run.status in ERROR_OF:
            return TestOutcome(name, False, "NotRun", f"not run: {message} before this test")
        return TestOutcome(name, False, kind, f"{message} before this test reported")

    def _why_unreported(self) -> tuple[str, str]:
        if self._run.status in ERROR_OF:
            return ERROR_OF[self._run.status], self._run.message.rstrip(".")
        return "NoReport", f"the process {ended_how(self._ended)}"


def _run_of_tests(
    run: RunResult,
    ended: Ended,
    outcomes: Sequence[TestOutcome],
    import_error: TestOutcome | None,
    limits: Limits,
) -> RunResult:
    """The run's own status: failed when a test did, and a limit where a test ran into one."""
    if run.status not in ("ok", "failed"):
        return run
    for report in ended.reports:
        error = report.get("error")
        found = limit_of_error(error, limits) if isinstance(error, dict) else None
        if found is not None:
            return with_status(run, found[0], ERROR_OF[found[0]], found[1])
    if import_error is not None:
        return with_status(run, "failed", import_error.error_type, import_error.message)
    if not any(report.get("kind") == "done" for report in ended.reports):
        message = f"The process {ended_how(ended)} before all tests were run."
        return with_status(run, "failed", "NoReport", message)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if failed:
        message = f"{len(failed)} of {len(outcomes)} tests failed."
        return with_status(run, "failed", failed[0].error_type, message)
    return run


def _is_name(name: object) -> bool:
    """Whether it can be shown as the name of a test."""
    return isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME and name.isprintable()


def _line(error: Mapping[str, Any]) -> int | None:
    line = error.get("line")
    return line if isinstance(line, int) else None


def _bounded(outcome: TestOutcome) -> TestOutcome:
    """With texts of the lengths that an honest run reports; any other comes from one that only wants to fill memory."""
    values = list(outcome.values.items())[:_MOST_VALUES]
    return replace(
        outcome,
        name=cut(outcome.name, 2 * MAX_MESSAGE),
        error_type=cut(outcome.error_type, MAX_REPR),
        message=cut(outcome.message, 2 * MAX_MESSAGE),
        values={cut(source, MAX_REPR): cut(value, 2 * MAX_REPR) for source, value in values},
    )
