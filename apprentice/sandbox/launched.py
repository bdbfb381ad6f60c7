"""The sandbox's three requests (a script, a call, tests), whatever starts their processes."""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from apprentice.cancellation import CancelToken
from apprentice.errors import SandboxError
from apprentice.sandbox.base import (
    NOTHING,
    Example,
    Grants,
    Isolation,
    Limits,
    RunResult,
    TestOutcome,
    TestReport,
)
from apprentice.sandbox.judge.examples import plan_example
from apprentice.sandbox.judge.plan import EMPTY, plan_tests
from apprentice.sandbox.launch import Ended, Launcher, launch
from apprentice.sandbox.merged import merged
from apprentice.sandbox.plain import describe
from apprentice.sandbox.run_status import call_result, run_result
from apprentice.sandbox.scratch import scratch_error, scratch_folder, sweep
from apprentice.sandbox.verdict import not_run_report, test_report

_SCRIPT = "main.py"


class LaunchedSandbox:
    """Runs each piece of code in a process of its own, in a scratch folder that is removed afterwards.

    Safe to use from several threads at once. Building one removes the scratch folders that killed agents have left.

    Args:
        launcher: starts the runs.
        scratch_root: folder for the scratch folders; made when it is needed.
        limits: bounds of a run that isn't given its own.
    """

    def __init__(self, launcher: Launcher, scratch_root: Path, limits: Limits) -> None:
        self._launcher = launcher
        self._root = Path(scratch_root)
        self._limits = limits
        sweep(self._root)

    @property
    def isolation(self) -> Isolation:
        """The launcher's level."""
        return self._launcher.isolation

    @property
    def description(self) -> str:
        """What makes the isolation."""
        return self._launcher.description

    def renew(self, *, fresh: bool = False) -> None:
        """See that later runs share nothing random with those since the last renewal; with `fresh`, with none before."""
        self._launcher.renew(fresh=fresh)

    def close(self) -> None:
        """End what the launcher keeps running."""
        self._launcher.close()

    def run_code(
        self,
        code: str,
        *,
        modules: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        cancel: CancelToken | None = None,
        grants: Grants = NOTHING,
    ) -> RunResult:
        """Run `code` as `__main__`, as `python main.py` would.

        Raises:
            SandboxError: it could not be run at all.
        """
        given = modules or {}
        name = _SCRIPT if "main" not in given else "__main__.py"
        request = {"mode": "code", "code": code, "file": name, "modules": dict(given)}
        ended = self._launch(request, {**_files(given), name: code}, limits, cancel, grants)
        return run_result(ended, limits or self._limits, self.isolation)

    def call(
        self,
        module: str,
        function: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        *,
        modules: Mapping[str, str],
        limits: Limits | None = None,
        cancel: CancelToken | None = None,
        grants: Grants = NOTHING,
    ) -> RunResult:
        """Import `module`, call `function` (a coroutine function too), and return its JSON value in `value`.

        Tuples come back as lists, and dict keys that are None, bool, int or float as text, as JSON has it. Any
        other type, nan and infinity give `failed` with a message that names them.

        Raises:
            SandboxError: it could not be run at all.
        """
        request = {
            "mode": "call",
            "module": _known(module, modules),
            "function": function,
            "args": list(args),
            "kwargs": dict(kwargs),
            "modules": dict(modules),
        }
        ended = self._launch(request, _files(modules), limits, cancel, grants)
        return call_result(ended, limits or self._limits, self.isolation, module, function)

    def run_tests(
        self,
        module: str,
        *,
        modules: Mapping[str, str],
        examples: Sequence[Example] = (),
        tests: str = "",
        limits: Limits | None = None,
        cancel: CancelToken | None = None,
        grants: Grants = NOTHING,
    ) -> TestReport:
        """Check the examples and run the test file's tests against `module`.

        Tests and examples in which expected values can be seen run apart from those that are judged on reported values,
        each of the two runs within the limits.

        Tests that the test file itself skips, or marks as expected to fail and that do, are left out of the
        outcomes; a skip raised by the skill is a failure. `line` of an outcome is a line of the skill.

        Raises:
            SandboxError: they could not be run at all.
        """
        _known(module, modules)
        names = [example.name for example in examples]
        try:
            plan = plan_tests(tests, modules)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return not_run_report(_unreadable("the test file", error), names, self.isolation)
        names += plan.names
        planned = []
        for index, example in enumerate(examples):
            try:
                planned.append(plan_example(index, example))
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                where = f"the example {example.source!r:.200}"
                return not_run_report(_unreadable(where, error), names, self.isolation)
        test_module = f"test_{module}"
        while test_module in modules:
            test_module += "_"
        own_word = [example for example in planned if example.kind in ("pair", "truth")]
        judged = [example for example in planned if example not in own_word]
        runs = [
            (some, part)
            for some, part in ((judged, plan.first), (own_word, plan.rest))
            if some or part is not None
        ] or [(planned, plan)]
        reports = []
        for some, part in runs:
            chosen = part or EMPTY
            request = {
                "mode": "tests",
                "module": module,
                "modules": dict(modules),
                "tests": chosen.source,
                "test_module": test_module,
                "examples": [example.as_request() for example in some],
                "plan": chosen.as_request(),
                "runner": chosen.runner,
            }
            files = {**_files(modules), f"{test_module}.py": chosen.source}
            ended = self._launch(request, files, limits, cancel, grants)
            reports.append(test_report(ended, limits or self._limits, self.isolation, module, some, chosen))
        return merged(reports, [example.name for example in examples], plan, limits or self._limits)

    def _launch(
        self,
        request: Mapping[str, Any],
        files: Mapping[str, str],
        limits: Limits | None,
        cancel: CancelToken | None,
        grants: Grants,
    ) -> Ended:
        with scratch_folder(self._root) as folder:
            for name, text in files.items():
                path = folder / "code" / name
                try:
                    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    path.write_bytes(text.encode("utf-8", "surrogatepass"))
                except OSError as error:
                    raise scratch_error(error, path) from error
            return launch(self._launcher, request, folder, limits or self._limits, cancel, grants)


def _files(modules: Mapping[str, str]) -> dict[str, str]:
    """The modules' texts by file name. One that has modules beneath it (`a` of `a.b`) is a package's `__init__.py`."""
    packages: set[str] = set()
    for name in modules:
        above, _, last = name.rpartition(".")
        if not last.isidentifier() or keyword.iskeyword(last):
            raise SandboxError(f"{name!r} can't be the name of a module.", "Use a plain Python name.")
        if "." in name and above not in modules:
            raise SandboxError(f"The module {name!r} was given without its package.", f"Give {above!r}, too.")
        packages.add(above)
    return {
        name.replace(".", "/") + ("/__init__.py" if name in packages else ".py"): text
        for name, text in modules.items()
    }


def _known(module: str, modules: Mapping[str, str]) -> str:
    if module not in modules:
        raise SandboxError(f"The module {module!r} is not among those that were given.")
    return module


def _unreadable(what: str, error: BaseException) -> TestOutcome:
    facts = describe(error)
    line = getattr(error, "lineno", None)
    where = f", line {line}" if line and "\n" not in what and "example" not in what else ""
    message = f"{what} can't be read{where}: {facts['message'] or facts['type']}"
    return TestOutcome("import tests", False, facts["type"], message)
