"""Runs a test file that needs real pytest, with a report for each item. Imported in the child alone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from types import ModuleType
from typing import Any

import pytest

from apprentice.sandbox.child.run import Report, settle


class Reporting:
    """A pytest plugin that collects from the module that is already imported, and reports each item."""

    def __init__(
        self, module: ModuleType, report: Report, failure: Callable[[BaseException], dict[str, Any]]
    ) -> None:
        self._module = module
        self._report = report
        self._failure = failure
        self._owner = os.getpid()
        self._facts: dict[str, Any] = {}
        self._began = 0.0

    def pytest_pycollect_makemodule(self, module_path: Any, parent: Any) -> Any:
        """The module in memory instead of the file, which the skill could have changed."""
        module = self._module

        class InMemory(pytest.Module):
            def _getobj(self) -> ModuleType:
                return module

        return InMemory.from_parent(parent, path=module_path)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool:
        """Call the test; a coroutine runs to its end, whatever plugin its mark had in mind."""
        names = pyfuncitem._fixtureinfo.argnames
        value = settle(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
        if value is not None:
            pytest.fail(f"the test returned {value!r:.200} instead of asserting", pytrace=False)
        return True

    def pytest_collection_finish(self, session: Any) -> None:
        """Tell what there is to run."""
        self._report("items", names=[_name(item.nodeid) for item in session.items])

    def pytest_collectreport(self, report: Any) -> None:
        """A file or class that can't be collected."""
        if report.failed:
            lines = str(getattr(report.longrepr, "longrepr", None) or report.longrepr).strip().splitlines()
            self._report("collect_error", message=lines[-1] if lines else "the tests can't be collected")

    def pytest_runtest_logstart(self, nodeid: str, location: Any) -> None:
        """An item begins."""
        self._facts = {}
        self._began = time.perf_counter()
        self._report("start", name=_name(nodeid))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, Any]:
        """Note the first thing that went wrong, in set-up, test or tear-down."""
        before = (
            call.excinfo
        )  # pytest may turn it into a skip of its own, which no longer tells where it was raised
        outcome = yield
        if os.getpid() != self._owner:
            os._exit(0)
        excinfo = before or call.excinfo
        self._judge(outcome, excinfo.value if excinfo is not None else None)
        return outcome

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Sub-tests report only here."""
        self._judge(report, None)

    def pytest_runtest_logfinish(self, nodeid: str, location: Any) -> None:
        """An item ended."""
        seconds = time.perf_counter() - self._began
        self._report("result", name=_name(nodeid), seconds=seconds, **(self._facts or {"passed": True}))

    def _judge(self, outcome: Any, error: BaseException | None) -> None:
        if "error" in self._facts and not self._facts["error"]["skipped"]:
            return
        if outcome.passed or (outcome.skipped and "error" in self._facts):
            return
        facts = self._failure(error if error is not None else AssertionError(_last_line(outcome.longrepr)))
        missing = getattr(error, "argname", None)
        if missing is not None:
            facts["message"] = f"fixture {missing!r} not found"
        facts["skipped"] = bool(outcome.skipped and (facts["skipped"] or hasattr(outcome, "wasxfail")))
        self._facts = {"error": facts}


def run_pytest(
    path: str,
    folder: str,
    module: ModuleType,
    report: Report,
    failure: Callable[[BaseException], dict[str, Any]],
) -> None:
    """Run pytest in this process on the module, without plugins, configuration and conftest files."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    without = ["cacheprovider", "terminal", "faulthandler", "junitxml", "pastebin", "doctest"]
    arguments = [path, "--rootdir", folder, "--confcutdir", folder, "-c", os.devnull, "--noconftest"]
    arguments += ["--capture=no", "--assert=plain", "--import-mode=importlib"]
    arguments += [f"-pno:{name}" for name in without]
    pytest.main(arguments, plugins=[Reporting(module, report, failure)])


def _name(nodeid: str) -> str:
    return nodeid.partition("::")[2]


def _last_line(text: Any) -> str:
    lines = str(text).strip().splitlines()
    return lines[-1] if lines else ""
