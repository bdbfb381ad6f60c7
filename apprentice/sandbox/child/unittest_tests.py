"""Runs the unittest classes of a test file, with a report for each test. Imported in the child alone."""

from __future__ import annotations

import sys
import time
import unittest
from collections.abc import Callable
from types import ModuleType
from typing import Any

from apprentice.sandbox.child.run import Report


class ReportingResult(unittest.TestResult):
    """Sends one report for each test; the first thing that went wrong with a test counts."""

    def __init__(
        self, ids: dict[str, str], report: Report, failure: Callable[[BaseException], dict[str, Any]]
    ) -> None:
        super().__init__()
        self._ids = ids
        self._report = report
        self._failure = failure
        self._facts: dict[str, Any] = {}
        self._began = 0.0
        self.current = ""
        self.class_error: dict[str, Any] | None = None

    def startTest(self, test: unittest.TestCase) -> None:  # noqa: N802 - unittest's name
        self.current = self._ids.get(test.id().rpartition(".")[2], "")
        self._facts = {}
        self._began = time.perf_counter()
        self._report("start", id=self.current)

    def stopTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        facts = self._facts or {"passed": True}
        self._report("result", id=self.current, seconds=time.perf_counter() - self._began, **facts)
        self.current = ""

    def addError(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        self._failed(err[1])

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        self._failed(err[1])

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:  # noqa: N802
        if err is not None:
            described = getattr(subtest, "_subDescription", str)()
            self._failed(err[1], "" if described == "(<subtest>)" else f"{described}: ")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802
        error = sys.exc_info()[1] or unittest.SkipTest(reason)
        self._failed(error)

    def addExpectedFailure(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        self._failed(unittest.SkipTest("it failed, as the test expects"))

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        self._failed(AssertionError("the test passed, but it is marked as expected to fail"))

    def _failed(self, error: BaseException, prefix: str = "") -> None:
        facts = self._failure(error)
        facts["message"] = prefix + facts["message"]
        if not self.current:
            self.class_error = self.class_error or facts
        elif "error" not in self._facts or self._facts["error"]["skipped"]:
            self._facts = {"error": facts}


def run_class(
    module: ModuleType,
    group: list[dict[str, Any]],
    report: Report,
    failure: Callable[[BaseException], dict[str, Any]],
) -> None:
    """Run the tests of one class, set-up and tear-down of class and module included.

    Of a class that inherits tests, those that weren't planned are told first.
    """
    ids = {item["function"]: item["id"] for item in group if item["kind"] == "unittest"}
    result = ReportingResult(ids, report, failure)
    try:
        kind = getattr(module, group[0]["class"])
        for item in group:
            if item["kind"] == "class":
                found = [name for name in tests_of(kind) if name not in ids]
                report("found", id=item["id"], names=found)
                ids.update({name: f"{item['id']}:{name}" for name in found})
        suite = unittest.TestSuite(kind(name) for name in ids)
        suite.run(result)
    except BaseException as error:  # noqa: BLE001 - KeyboardInterrupt and the like stop the whole class
        facts = failure(error)
        if result.current:
            report("result", id=result.current, seconds=0.0, error=facts)
        result.class_error = result.class_error or facts
    if result.class_error is not None:
        for name in dict.fromkeys([*ids.values(), *(item["id"] for item in group)]):
            report("class_error", id=name, error=result.class_error)


def tests_of(kind: object) -> list[str]:
    """The tests that a class has or inherits, as pytest finds them; none for what is no unittest class."""
    if not (isinstance(kind, type) and issubclass(kind, unittest.TestCase)):
        return []
    if not getattr(kind, "__test__", True):
        return []
    names = list(unittest.TestLoader().getTestCaseNames(kind))
    if not names and getattr(kind, "runTest", None) is not None:
        return ["runTest"]
    return names
