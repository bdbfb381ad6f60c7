"""Which tests a test file has, told from its source alone, before anything of it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

_Function = ast.FunctionDef | ast.AsyncFunctionDef

_SET_UP = frozenset(
    f"{verb}{rest}"
    for verb in ("setup", "teardown")
    for rest in ("", "_method", "_class", "_function", "_module")
)


@dataclass(frozen=True, slots=True)
class PlannedTest:
    """One test that must be reported: a function, a plain class's method, or a unittest method."""

    id: str
    name: str
    kind: Literal["function", "method", "unittest"]
    function: str
    class_name: str = ""

    def as_request(self) -> dict[str, Any]:
        """What the child needs to find it."""
        return {"id": self.id, "kind": self.kind, "function": self.function, "class": self.class_name}


@dataclass(frozen=True, slots=True)
class TestPlan:
    """The tests of a file in their order, and whether they can be called directly or need real pytest."""

    __test__ = False

    tests: Sequence[PlannedTest]
    runner: Literal["native", "pytest"]


def plan_tests(source: str) -> TestPlan:
    """Count the tests of a file in pytest's style.

    A file needs real pytest when it uses fixtures, marks, parameters, or its set-up functions, or when tests are
    defined inside other statements. Of parametrized tests, each function is planned once.

    Raises:
        SyntaxError: the file can't be parsed.
        ValueError, RecursionError, MemoryError: neither, for null bytes or endless nesting.
    """
    tree = ast.parse(source)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    found: dict[tuple[str, str], Literal["function", "method", "unittest"]] = {}
    needs_pytest = _uses_pytest_features(tree)
    for node in tree.body:
        if isinstance(node, _Function):
            needs_pytest |= node.name in _SET_UP
            if node.name.startswith("test"):
                # A later definition takes the place of an earlier one.
                found.pop(("", node.name), None)
                found["", node.name] = "function"
                needs_pytest |= _parameters(node) > 0
        elif isinstance(node, ast.ClassDef) and classes[node.name] is node:
            needs_pytest |= _plan_class(node, classes, found)
        elif not isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.Expr):
            needs_pytest |= any(
                isinstance(inner, _Function) and inner.name.startswith("test") for inner in ast.walk(node)
            )
    tests = [
        PlannedTest(f"t{index}", f"{owner}::{name}" if owner else name, kind, name, owner)
        for index, ((owner, name), kind) in enumerate(found.items())
    ]
    return TestPlan(tests, "pytest" if needs_pytest else "native")


def _plan_class(
    node: ast.ClassDef,
    classes: dict[str, ast.ClassDef],
    found: dict[tuple[str, str], Literal["function", "method", "unittest"]],
) -> bool:
    """Add a class's tests; true when it needs real pytest."""
    lineage = _lineage(node, classes)
    is_unittest = any(_last_name(base).endswith("TestCase") for kind in lineage for base in kind.bases)
    if not is_unittest and not node.name.startswith("Test"):
        return False
    methods = {
        item.name: item for kind in reversed(lineage) for item in kind.body if isinstance(item, _Function)
    }
    if _switched_off(lineage) or (not is_unittest and ("__init__" in methods or "__new__" in methods)):
        return False
    tests = [name for name in methods if name.startswith("test")]
    for name in tests:
        found[node.name, name] = "unittest" if is_unittest else "method"
    if is_unittest:
        return False
    known = {"object", *classes}
    return (
        not _SET_UP.isdisjoint(methods)
        or any(_last_name(base) not in known for kind in lineage for base in kind.bases)
        or any(_parameters(methods[name]) != 1 for name in tests)
        or any(isinstance(item, ast.ClassDef) for kind in lineage for item in kind.body)
    )


def _lineage(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> list[ast.ClassDef]:
    """The class and its bases in the same file, nearest first."""
    line, waiting = [], [node]
    while waiting:
        kind = waiting.pop(0)
        if kind not in line:
            line.append(kind)
            waiting += [
                classes[base.id] for base in kind.bases if isinstance(base, ast.Name) and base.id in classes
            ]
    return line


def _switched_off(lineage: Iterable[ast.ClassDef]) -> bool:
    for kind in lineage:
        for item in kind.body:
            if isinstance(item, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == "__test__" for target in item.targets
            ):
                return isinstance(item.value, ast.Constant) and not item.value.value
    return False


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _parameters(node: _Function) -> int:
    """How many arguments must or may come from fixtures or a decorator."""
    arguments = node.args
    given = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return given + sum(default is None for default in arguments.kw_defaults)


def _uses_pytest_features(tree: ast.Module) -> bool:
    names = {"pytest"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname for alias in node.names if alias.name == "pytest" and alias.asname}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "pytest":
            if any(alias.name in ("fixture", "mark", "param", "*") for alias in node.names):
                return True
        elif isinstance(node, ast.Attribute) and node.attr in ("mark", "fixture", "param"):
            if isinstance(node.value, ast.Name) and node.value.id in names:
                return True
        elif isinstance(node, ast.Name) and node.id in ("pytestmark", "pytest_plugins"):
            return True
    return False
