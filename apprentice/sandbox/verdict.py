"""From the bare facts of a run to results: status, one plain line, and an outcome for each planned test."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from apprentice.sandbox.base import Isolation, Limits, RunResult, RunStatus, TestOutcome, TestReport
from apprentice.sandbox.judge.examples import PlannedExample, failure_outcome, seconds_of, seen_values
from apprentice.sandbox.judge.judge import are_all_there, first_failure, is_judged
from apprentice.sandbox.judge.plan import PlannedTest, TestPlan
from apprentice.sandbox.launch import FLOOD_BYTES, Ended

_DISK: Final = (errno.EFBIG, errno.ENOSPC, errno.EDQUOT)

#: error types of tests that a limit ended.
_ERROR_OF: Final[Mapping[str, str]] = {
    "timeout": "Timeout",
    "cpu": "CpuLimit",
    "processes": "ProcessLimit",
    "files": "FileLimit",
    "memory": "MemoryError",
    "output": "OutputLimit",
    "disk": "DiskLimit",
    "killed": "Killed",
    "cancelled": "Cancelled",
}


def run_result(ended: Ended, limits: Limits, isolation: Isolation, value: Any = None) -> RunResult:
    """The result of a script or a call."""
    error = next((report["error"] for report in ended.reports if report.get("kind") == "error"), None)
    status, message = _status(ended, limits, error)
    error_type = _ERROR_OF.get(status, "")
    if error is not None and status in ("failed", "memory", "disk", "files", "processes"):
        error_type = str(error.get("type", ""))
    return RunResult(
        status,
        _exit_code(ended),
        ended.stdout,
        ended.stderr,
        ended.seconds,
        isolation,
        ended.output_cut,
        value if status == "ok" else None,
        error_type,
        message,
    )


def call_result(ended: Ended, limits: Limits, isolation: Isolation, module: str, function: str) -> RunResult:
    """The result of a call: `ok` only with a value that came back."""
    kinds = {report.get("kind"): report for report in ended.reports}
    result = run_result(ended, limits, isolation, kinds.get("value", {}).get("value"))
    message, error_type = "", ""
    if "no_function" in kinds:
        message, error_type = f"There is no function {function!r} in the module {module!r}.", "AttributeError"
    elif "not_json" in kinds:
        what = kinds["not_json"].get("type")
        message, error_type = f"{function} returned {what}, which JSON can't hold.", "TypeError"
    elif result.status == "ok" and "value" not in kinds:
        message, error_type = f"The process {_ended_how(ended)} before {function} returned.", "NoReport"
    if not message or result.status not in ("ok", "failed"):
        return result
    return _with(result, "failed", error_type, message)


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
    outcomes = reader.outcomes()
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
        self._items: list[str] = []
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
                    self._items = [str(name) for name in report.get("names") or ()]
                case "collect_error":
                    self._collect_error = str(report.get("message"))
                case "start":
                    self._started.append(self._key(report))
                case "check":
                    self._checks.setdefault(self._started[-1] if self._started else "", []).append(report)
                case "example" | "result" | "class_error":
                    self._answer(report)
        self.import_error = self._import_error(stage, failure, module)

    def outcomes(self) -> list[TestOutcome]:
        """All outcomes, in the order of examples and file; skipped tests are left out."""
        found = [self._example(example) for example in self._examples]
        if self._plan.runner == "native":
            tests = [self._test(test.id, test.name, test) for test in self._plan.tests]
            return found + [outcome for outcome in tests if outcome is not None]
        planned = {test.item: test for test in self._plan.tests}
        seen = set()
        for item in dict.fromkeys(self._items):
            base, bracket, parameters = item.partition("[")
            test = planned.get(base)
            if test is None and not self._plan.is_open:
                continue  # no such test was asked for
            seen.add(base)
            name = item if test is None else test.name + bracket + parameters
            if outcome := self._test(item, name, test):
                found.append(outcome)
        return found + [
            self._unreported(test.item, test.name) for test in self._plan.tests if test.item not in seen
        ]

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
        judged: Literal["agent", "run"] = "agent" if is_judged(self._plan.checks, checks) else "run"
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
            may_skip = test is None or test.may_skip or name.endswith("[NOTSET]")
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
        if self._run.status in _ERROR_OF:
            return TestOutcome(name, False, "NotRun", f"not run: {message} before this test")
        return TestOutcome(name, False, kind, f"{message} before this test reported")

    def _why_unreported(self) -> tuple[str, str]:
        if self._run.status in _ERROR_OF:
            return _ERROR_OF[self._run.status], self._run.message.rstrip(".")
        return "NoReport", f"the process {_ended_how(self._ended)}"


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
        found = _limit_of_error(error, limits) if isinstance(error, dict) else None
        if found is not None:
            return _with(run, found[0], _ERROR_OF[found[0]], found[1])
    if import_error is not None:
        return _with(run, "failed", import_error.error_type, import_error.message)
    if not any(report.get("kind") == "done" for report in ended.reports):
        message = f"The process {_ended_how(ended)} before all tests were run."
        return _with(run, "failed", "NoReport", message)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if failed:
        message = f"{len(failed)} of {len(outcomes)} tests failed."
        return _with(run, "failed", failed[0].error_type, message)
    return run


def _with(result: RunResult, status: RunStatus, error_type: str, message: str) -> RunResult:
    return RunResult(
        status,
        result.exit_code,
        result.stdout,
        result.stderr,
        result.seconds,
        result.isolation,
        result.output_cut,
        None,
        error_type,
        message,
    )


def _status(ended: Ended, limits: Limits, error: Mapping[str, Any] | None) -> tuple[RunStatus, str]:
    """How the run ended, and the line that says so."""
    match ended.stop:
        case "cancelled":
            return "cancelled", "The run was cancelled."
        case "timeout":
            return "timeout", f"The run took longer than {limits.seconds:g} s and was ended."
        case "output":
            size = min(64 * limits.output_kb, FLOOD_BYTES >> 10)
            return (
                "output",
                f"The run wrote more than {max(2 * limits.output_kb, size)} KiB of output and was ended.",
            )
        case "cpu":
            return "cpu", _cpu_message(limits)
        case "processes":
            return (
                "processes",
                f"The run had more than {limits.processes} processes and threads and was ended.",
            )
        case "memory":
            return (
                "memory",
                f"The run's processes needed more than {limits.memory_mb} MiB of memory together.",
            )
        case "disk":
            bounds = f"{limits.scratch_mb} MiB (or {limits.scratch_files} files)"
            return "disk", f"The run put more than {bounds} into its folder and was ended."
        case "files":
            return "files", _files_message(limits)
        case "lost" | "stopped":
            return "killed", "The run ended the process that watched over it."
    code = _exit_code(ended)
    if code is None:
        return "killed", "The run could not be ended cleanly."
    if code < 0:
        return _status_of_signal(-code, ended, limits)
    if error is not None and (found := _limit_of_error(error, limits)) is not None:
        return found
    if code == 0:
        return "ok", ""
    if error is None or error.get("type") == "SystemExit":
        return "failed", f"The code ended with exit code {code}."
    line = error.get("line")
    where = f" (line {line})" if line else ""
    return "failed", f"{error.get('type')}: {error.get('message', '')}".rstrip(": ") + where


def _status_of_signal(number: int, ended: Ended, limits: Limits) -> tuple[RunStatus, str]:
    cpu = limits.cpu_seconds or limits.seconds
    if number == signal.SIGXCPU or (number == signal.SIGKILL and ended.cpu_seconds >= int(cpu) + 1):
        return "cpu", _cpu_message(limits)
    if number == signal.SIGXFSZ:
        return "disk", f"The run wrote a file larger than {limits.file_mb} MiB and was ended."
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return "killed", f"The process was killed by {name}."


def _limit_of_error(error: Mapping[str, Any], limits: Limits) -> tuple[RunStatus, str] | None:
    """The limit that an error which ended the run, or a test, comes from."""
    if error.get("type") == "MemoryError":
        return "memory", f"The run needed more than {limits.memory_mb} MiB of memory."
    if error.get("errno") in _DISK:
        return "disk", _disk_message(error)
    if error.get("errno") == errno.EMFILE:
        return "files", _files_message(limits)
    if error.get("type") == "RuntimeError" and error.get("message") == "can't start new thread":
        return "processes", f"The run had more than {limits.processes} processes and threads."
    return None


def _cpu_message(limits: Limits) -> str:
    cpu = limits.cpu_seconds or limits.seconds
    return f"The run used more than {cpu:g} s of processor time and was ended."


def _files_message(limits: Limits) -> str:
    return f"The run had more than {limits.open_files} files open."


def _line(error: Mapping[str, Any]) -> int | None:
    line = error.get("line")
    return line if isinstance(line, int) else None


def _disk_message(error: Mapping[str, Any]) -> str:
    if error.get("errno") == errno.EFBIG:
        return "The run wrote a file that is larger than it may be."
    return "The run found no space left on the disk."


def _exit_code(ended: Ended) -> int | None:
    """The worker's exit code, negative for a signal; None where the run was ended from outside."""
    if ended.stop or ended.wait_status is None:
        return None
    return os.waitstatus_to_exitcode(ended.wait_status)


def _ended_how(ended: Ended) -> str:
    code = _exit_code(ended)
    return "was ended" if code is None else f"ended (exit code {code})"
