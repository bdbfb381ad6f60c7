"""What the worker does with examples and tests. Standard library only; imported in the child alone.

The tests that get here report values and know nothing of what they should be; of an example, too, only the parts that need
the run get here. See `judge`. What is left to be decided here is compiled before the skill is imported.
"""

from __future__ import annotations

import ast
import builtins
import os
import sys
import time
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any

from apprentice.sandbox.child.asserts import AssertRewriter, helpers
from apprentice.sandbox.child.checks import NAME, Checks
from apprentice.sandbox.child.run import GivenModules, Report, leave, settle, show
from apprentice.sandbox.plain import NotPlain, describe, encode, safe_repr


def run(request: dict[str, Any], report: Report) -> int:
    """Import the skill, then check every example and run every test, with a report for each; never returns."""
    Session(request, report).run()
    leave(0)
    return 0


class Session:
    """One run of a skill's examples and tests."""

    def __init__(self, request: dict[str, Any], report: Report) -> None:
        self._request = request
        self._report = report
        self._clock = time.perf_counter
        self._owner = os.getpid()
        self._given = GivenModules(request["modules"], request["folder"])
        self._test_file = os.path.join(request["folder"], f"{request['test_module']}.py")

    def run(self) -> None:
        """Do everything in order, and report the end."""
        request = self._request
        self._report("stage", stage="tests")
        try:
            examples = [compile_example(item) for item in request["examples"]]
            code = self._compile_tests(request["tests"])
            run_class, run_pytest = load_runners(request)
            self._given.install()
            self._report("stage", stage="module")
            skill = __import__(request["module"])
            self._report("stage", stage="tests")
            module = self._import_tests(code)
        except BaseException as error:  # noqa: BLE001 - whatever foreign code may raise
            self._keep_to_owner()
            self._report("import_error", error=describe(error, self._given.files))
            show(error)
            return
        self._report("stage", stage="run")
        for item, compiled in examples:
            self._example(item, compiled, namespace(skill))
        self._report = self._beginning(self._report, module)
        if request["runner"] == "pytest":
            run_pytest(self._test_file, request["folder"], module, self._report, self.failure)
        else:
            self._native(module, request["plan"], run_class)
        self._report("done")

    def failure(self, error: BaseException) -> dict[str, Any]:
        """An error as a report has it; `skipped` when it is a skip that the test file itself asked for."""
        facts = describe(error, self._given.files)
        skips = any(base in ("SkipTest", "Skipped") for base in facts["bases"])
        facts["skipped"] = skips and facts["line"] is None
        return facts

    def _compile_tests(self, text: str) -> CodeType | None:
        if not text.strip():
            return None
        tree = AssertRewriter().rewrite(ast.parse(text, self._test_file))
        return compile(tree, self._test_file, "exec", dont_inherit=True)

    def _import_tests(self, code: CodeType | None) -> ModuleType:
        name = self._request["test_module"]
        module = ModuleType(name)
        checks = Checks(self._report, module.__dict__, self._request["modules"], self._given.files)
        module.__dict__.update(__file__=self._test_file, __builtins__=builtins, **helpers(), **{NAME: checks})
        sys.modules[name] = module
        if code is not None:
            exec(code, module.__dict__)
        return module

    @staticmethod
    def _beginning(report: Report, module: ModuleType) -> Report:
        """The reporter, which also tells the module's checks where a test begins."""
        checks = module.__dict__.get(NAME)

        def beginning(kind: str, **fields: Any) -> None:
            if kind == "start" and isinstance(checks, Checks):
                checks.begin()
            report(kind, **fields)

        return beginning

    def _keep_to_owner(self) -> None:
        """End a process that the code forked here and left running on."""
        if os.getpid() != self._owner:
            os._exit(0)

    # --- examples

    def _example(self, item: dict[str, Any], codes: list[CodeType], names: dict[str, Any]) -> None:
        self._report("start", id=item["id"])
        began = self._clock()
        facts: dict[str, Any]
        try:
            import_named(codes, names)
            if item["kind"] == "check":
                facts = {"seen": self._checked(item, codes, names)}
            else:
                values = [settle(eval(code, names)) for code in codes]
                facts = self._seen(item["kind"], values)
        except BaseException as error:  # noqa: BLE001 - whatever a skill may raise
            facts = {"error": describe(error, self._given.files)}
        self._keep_to_owner()
        self._report("example", id=item["id"], seconds=self._clock() - began, **facts)

    def _checked(
        self, item: dict[str, Any], codes: list[CodeType], names: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """The values of an example's parts, in their groups."""
        checks = Checks(self._report, names, self._request["modules"], self._given.files)
        waiting = iter(zip(codes, item["items"], strict=True))

        def group(size: int) -> Callable[[], tuple[Any, ...]]:
            parts = [next(waiting) for _ in range(size)]

            def evaluate() -> tuple[Any, ...]:
                values = [settle(eval(code, names)) for code, _ in parts]
                return tuple(
                    checks.items(value) if asked else value
                    for value, (_, asked) in zip(values, parts, strict=True)
                )

            return evaluate

        return checks.seen(*[group(size) for size in item["groups"]])

    def _seen(self, kind: str, values: list[Any]) -> dict[str, Any]:
        if kind == "truth":
            return {"true": True}
        facts: dict[str, Any] = {"reprs": [safe_repr(value) for value in values]}
        try:
            facts["values"] = [encode(value) for value in values]
        except NotPlain as error:
            facts["not_plain"] = str(error)
            if kind == "pair":
                left, right = values
                facts["same"] = type(left) is type(right) and (left == right) is True
        return facts

    # --- tests

    def _native(self, module: ModuleType, plan: list[dict[str, Any]], run_class: Callable[..., None]) -> None:
        """Call the tests one by one; a unittest class as a whole, for its class-wide set-up."""
        index = 0
        while index < len(plan):
            item = plan[index]
            if item["kind"] not in ("unittest", "class"):
                self._one(item, _test_of(module, item))
                index += 1
                continue
            group = [item]
            while index + len(group) < len(plan) and plan[index + len(group)]["class"] == item["class"]:
                group.append(plan[index + len(group)])
            run_class(module, group, self._report, self.failure)
            self._keep_to_owner()
            index += len(group)

    def _one(self, item: dict[str, Any], test: Callable[[], Any]) -> None:
        self._report("start", id=item["id"])
        began = self._clock()
        facts: dict[str, Any] = {"passed": True}
        try:
            value = settle(test())
            if value is not None:
                message = f"the test returned {safe_repr(value)} instead of asserting"
                facts = {"error": self.failure(AssertionError(message))}
        except BaseException as error:  # noqa: BLE001 - whatever a test may raise
            facts = {"error": self.failure(error)}
        self._keep_to_owner()
        self._report("result", id=item["id"], seconds=self._clock() - began, **facts)


def load_runners(request: dict[str, Any]) -> tuple[Callable[..., None], Callable[..., None]]:
    """What the tests need, before the skill could put another in its place; loaded only where it is needed."""

    def unneeded(*_: Any) -> None:
        raise RuntimeError("no such tests were planned")

    run_class = run_pytest = unneeded
    if request["runner"] == "pytest":
        from apprentice.sandbox.child.pytest_tests import run_pytest
    elif any(item["kind"] in ("unittest", "class") for item in request["plan"]):
        from apprentice.sandbox.child.unittest_tests import run_class
    return run_class, run_pytest


def namespace(skill: ModuleType) -> dict[str, Any]:
    """What an example may name: the skill's public names, and the skill itself where its name is free."""
    names = {name: value for name, value in vars(skill).items() if not name.startswith("_")}
    return {skill.__name__: skill, **names, "__builtins__": builtins, **helpers()}


def import_named(codes: list[CodeType], names: dict[str, Any]) -> None:
    """Add the standard modules that an example names (`datetime.date(2020, 1, 1)`) and the skill doesn't."""
    for code in codes:
        for name in code.co_names:
            if name in sys.stdlib_module_names and name not in names and not hasattr(builtins, name):
                names[name] = __import__(name)


def compile_example(item: dict[str, Any]) -> tuple[dict[str, Any], list[CodeType]]:
    """The code of an example: one side of it, both sides, or an assertion that it is true."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    if item["kind"] != "truth":
        return item, [
            compile(source, "<example>", "eval", flags=flags, dont_inherit=True) for source in item["sources"]
        ]
    expression = ast.parse(item["sources"][0], "<example>", "eval").body
    tree = ast.Module([ast.Assert(expression, None)], [])
    ast.copy_location(tree.body[0], expression)
    rewritten = AssertRewriter(exact=True).rewrite(tree)
    return item, [compile(rewritten, "<example>", "exec", flags=flags, dont_inherit=True)]


def _test_of(module: ModuleType, item: dict[str, Any]) -> Callable[[], Any]:
    def call() -> Any:
        if item["kind"] == "function":
            return getattr(module, item["function"])()
        return getattr(getattr(module, item["class"])(), item["function"])()

    return call
