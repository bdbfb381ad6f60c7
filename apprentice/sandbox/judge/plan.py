"""Which tests a test file has, told from its source alone, before anything of it runs."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from apprentice.sandbox.judge.apart import Parts
from apprentice.sandbox.judge.judge import AnyCheck
from apprentice.sandbox.judge.names import Function as _Function
from apprentice.sandbox.judge.names import module_names
from apprentice.sandbox.judge.open_names import (
    Evidence,
    OpenName,
    Origins,
    has_tests,
    last_name,
    names_in_statement,
)
from apprentice.sandbox.judge.rewrite import Rewritten, rewrite
from apprentice.sandbox.judge.walking import children, walk

_SET_UP = frozenset(
    f"{verb}{rest}"
    for verb in ("setup", "teardown")
    for rest in ("", "_method", "_class", "_function", "_module")
)
#: What a test file that skips something has in it.
_SKIPPING: Final = frozenset(
    "skip skipif skipIf skipUnless skipTest SkipTest importorskip xfail expectedFailure".split()
)
#: What reads the name of the test that runs.
_READING_NAMES: Final = frozenset(["_testMethodName", "request", "globals", "load_tests"])
_Kind = Literal["function", "method", "unittest"]


@dataclass(frozen=True, slots=True)
class PlannedTest:
    """One test that must be reported: a function, a plain class's method, or a unittest method.

    Attributes:
        name: as pytest names it.
        function: the function's name in the run, which tells nothing.
        required: the checks that must be reported once each, in this order.
        may_skip: whether the test file has something that could leave the test out.
    """

    id: str
    name: str
    kind: _Kind
    function: str
    class_name: str = ""
    required: tuple[int, ...] = ()
    may_skip: bool = False

    def as_request(self) -> dict[str, Any]:
        """What the child needs to find it."""
        return {"id": self.id, "kind": self.kind, "function": self.function, "class": self.class_name}

    @property
    def item(self) -> str:
        """The name that pytest has for it in the run."""
        return f"{self.class_name}::{self.function}" if self.class_name else self.function


@dataclass(frozen=True, slots=True)
class TestPlan:
    """The tests of a file in their order, and whether they can be called directly or need real pytest.

    Attributes:
        source: the text for the run, which reports values and holds none that it expects.
        checks: what the reported values are judged by.
        open_names: names under which the run may report tests that aren't in `tests`. It passes none elsewhere.
        may_skip: whether the test file has something that could leave a test out.
        renamed: the functions' names in the run, with those in the file.
        first: the tests that hold nothing of what they expect, to be run apart; None where there are none.
        rest: the other tests; None where there are none.
        own_word: what the tests expect can be seen in the run.
        has_others: there are tests in another run.
    """

    __test__ = False

    tests: Sequence[PlannedTest]
    runner: Literal["native", "pytest"]
    source: str = ""
    checks: Mapping[int, AnyCheck] = field(default_factory=dict)
    open_names: Sequence[OpenName] = ()
    may_skip: bool = False
    renamed: Mapping[str, str] = field(default_factory=dict)
    first: TestPlan | None = None
    rest: TestPlan | None = None
    own_word: bool = False
    has_others: bool = False

    @property
    def names(self) -> list[str]:
        """What must be reported, as pytest names it; of a class that only inherits tests, the class."""
        due = [one.name for one in self.open_names if one.evidence == "due"]
        return [test.name for test in self.tests] + due

    def as_request(self) -> list[dict[str, Any]]:
        """What the child needs to find the tests; those of one class stand together."""
        classes = {one.item: one for one in self.open_names if one.is_class}
        result = []
        for index, test in enumerate(self.tests):
            result.append(test.as_request())
            following = self.tests[index + 1 : index + 2]
            if test.class_name in classes and not any(one.class_name == test.class_name for one in following):
                result.append(classes.pop(test.class_name).as_request())
        return result + [one.as_request() for one in classes.values()]


#: No tests at all.
EMPTY: Final = TestPlan((), "native")


def plan_tests(source: str, given: Collection[str] = ()) -> TestPlan:
    """Count the tests of a file in pytest's style, and take them apart into what runs and what judges.

    `given` are the names of the skill's modules: tests that a class inherits from these don't count.

    A file needs real pytest when it uses fixtures, marks, its set-up functions or parameters that aren't plain values,
    or when tests are defined inside other statements. Of such parametrized tests, each function is planned once.

    The work is bounded (`work`): a test that would take more is left to the run, which then judges it by its own word.

    Raises:
        SyntaxError: the file can't be parsed.
        ValueError, RecursionError, MemoryError: neither, for null bytes or endless nesting.
    """
    return _Planner(rewrite(source), given).plan()


class _Planner:
    """Finds the tests of one rewritten file."""

    def __init__(self, rewritten: Rewritten, given: Collection[str]) -> None:
        self._rewritten = rewritten
        self._tree = rewritten.tree
        self._identifiers = Counter(_identifiers(self._tree))
        self._may_skip = not _SKIPPING.isdisjoint(self._identifiers)
        self._origins = Origins(self._tree, module_names(self._tree), given)
        self._open: dict[str, Evidence] = {}
        self._shown: list[str] = []
        self._classes = {node.name: node for node in self._tree.body if isinstance(node, ast.ClassDef)}
        self._found: dict[tuple[str, str], tuple[_Kind, _Function]] = {}

    def plan(self) -> TestPlan:
        """The plan."""
        needs_pytest = _uses_pytest_features(self._tree)
        for node in self._tree.body:
            if isinstance(node, _Function):
                needs_pytest |= node.name in _SET_UP
                if node.name.startswith("test"):
                    # A later definition takes the place of an earlier one.
                    self._found.pop(("", node.name), None)
                    self._found["", node.name] = "function", node
                    needs_pytest |= _parameters(node) > 0
            elif isinstance(node, ast.ClassDef):
                if self._classes[node.name] is node:
                    needs_pytest |= self._class(node)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                self._assigned(node)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self._add_open(alias.asname or alias.name, self._origins.of_import)
            elif not isinstance(node, ast.Import | ast.Expr):
                self._shown += names_in_statement(node)
        new_names = self._rename()
        tests = self._tests(new_names)
        runner: Literal["native", "pytest"] = "pytest" if needs_pytest or self._shown else "native"
        source = self._rewritten.original
        if source is None:
            source = ast.unparse(self._tree)
        renamed = {new: name for name, new in new_names.items()}
        open_names = self._open_names(new_names)
        plan = TestPlan(tests, runner, source, self._rewritten.checks, open_names, self._may_skip, renamed)
        return self._apart(plan)

    def _apart(self, plan: TestPlan) -> TestPlan:
        """The plan, with one for each kind of tests."""
        if self._rewritten.original is not None:
            return replace(plan, rest=replace(plan, own_word=True))
        nodes = {
            test.id: (owner, node)
            for test, ((owner, _), (_, node)) in zip(plan.tests, self._found.items(), strict=True)
        }
        parts = Parts(self._tree, plan.checks, nodes, set(self._open))
        first = [test for test in plan.tests if test.id in parts.clean]
        rest = [test for test in plan.tests if test.id not in parts.clean]
        if not rest and not plan.open_names:
            return replace(plan, first=plan)
        if not first:
            return replace(plan, rest=replace(plan, own_word=True))
        return replace(
            plan,
            first=replace(plan, tests=first, source=parts.source(), open_names=()),
            rest=replace(plan, tests=rest, source=parts.rest(), own_word=True, has_others=True),
        )

    def _class(self, node: ast.ClassDef) -> bool:
        """Add a class's tests; true when it needs real pytest."""
        lineage = _lineage(node, self._classes)
        if _switched_off(lineage):
            return False
        is_unittest = any(self._origins.is_test_case(base) for kind in lineage for base in kind.bases)
        needs_pytest = _plan_class(node, lineage, self._classes, self._found, is_unittest=is_unittest)
        has_own = any(owner == node.name for owner, _ in self._found)
        evidence = self._origins.of_class(lineage, is_unittest=is_unittest, has_tests=has_own)
        if evidence is not None:
            self._open[node.name] = evidence
        if node.name.startswith("Test") and not is_unittest:
            inner = [item for kind in lineage for item in kind.body if isinstance(item, ast.ClassDef)]
            self._shown += [f"{node.name}::{item.name}" for item in inner if has_tests(item) or item.bases]
        return needs_pytest

    def _assigned(self, node: ast.Assign | ast.AnnAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        value = node.value
        for target in targets:
            if isinstance(target, ast.Name) and value is not None:
                self._add_open(target.id, lambda _: self._origins.of_value(value))

    def _add_open(self, name: str, evidence_of: Callable[[str], Evidence | None]) -> None:
        evidence = evidence_of(name)
        if evidence is not None and name not in self._classes:
            self._open[name] = evidence

    def _open_names(self, new_names: Mapping[str, str]) -> list[OpenName]:
        shown = dict.fromkeys(self._shown)
        classes = [(name, name, True, evidence) for name, evidence in self._open.items() if name not in shown]
        inner: list[tuple[str, str, bool, Evidence]] = [
            (new_names.get(name, name), name, False, "shown") for name in shown
        ]
        return [OpenName(f"c{index}", *facts) for index, facts in enumerate(inner + classes)]

    def _tests(self, new_names: Mapping[str, str]) -> list[PlannedTest]:
        elsewhere = self._may_skip and self._skips_elsewhere()
        tests = []
        for index, ((owner, name), (kind, node)) in enumerate(self._found.items()):
            facts = self._rewritten.facts.get(id(node))
            shown = name if facts is None else facts.name
            tests.append(
                PlannedTest(
                    f"t{index}",
                    f"{owner}::{shown}" if owner else shown,
                    kind,
                    new_names.get(name, name),
                    owner,
                    () if facts is None else facts.required,
                    self._may_skip and (elsewhere or not _SKIPPING.isdisjoint(_identifiers(node))),
                )
            )
        return tests

    def _skips_elsewhere(self) -> bool:
        """Whether something outside of the tests skips."""
        tests = {id(node) for _, node in self._found.values()}

        waiting: list[ast.AST] = [self._tree]
        while waiting:
            node = waiting.pop()
            if any(name in _SKIPPING for name in _names_of(node)):
                return True
            waiting += [inner for inner in children(node) if id(inner) not in tests]
        return False

    def _rename(self) -> dict[str, str]:
        """Give the test functions names that tell nothing; the new name of each that has one."""
        counts = self._identifiers
        if self._rewritten.original is not None or not _READING_NAMES.isdisjoint(counts):
            return {}
        functions = [
            node for node in walk(self._tree) if isinstance(node, _Function) and node.name.startswith("test")
        ]
        defined = Counter(node.name for node in functions)
        kept = self._overriding()
        new_names: dict[str, str] = {}
        for name in defined:
            new = f"test_{len(new_names)}"
            if name not in kept and counts[name] == defined[name] and (new == name or new not in counts):
                new_names[name] = new
        for node in functions:
            node.name = new_names.get(node.name, node.name)
        return new_names

    def _overriding(self) -> set[str]:
        """Names of methods that may take the place of inherited tests."""
        owners = [self._classes[name] for name in self._open if name in self._classes]
        kinds = [kind for owner in owners for kind in _lineage(owner, self._classes)]
        return {item.name for kind in kinds for item in kind.body if isinstance(item, _Function)}


def _names_of(node: ast.AST) -> Iterator[str]:
    """The names and texts that a node itself has."""
    for _, value in ast.iter_fields(node):
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (item for item in value if isinstance(item, str))


def _identifiers(tree: ast.AST) -> list[str]:
    return [name for node in walk(tree) for name in _names_of(node)]


def _plan_class(
    node: ast.ClassDef,
    lineage: Sequence[ast.ClassDef],
    classes: dict[str, ast.ClassDef],
    found: dict[tuple[str, str], tuple[_Kind, _Function]],
    *,
    is_unittest: bool,
) -> bool:
    """Add a class's tests; true when it needs real pytest."""
    if not is_unittest and not node.name.startswith("Test"):
        return False
    methods = {
        item.name: item for kind in reversed(lineage) for item in kind.body if isinstance(item, _Function)
    }
    if not is_unittest and ("__init__" in methods or "__new__" in methods):
        return False
    tests = [name for name in methods if name.startswith("test")]
    for name in tests:
        found[node.name, name] = "unittest" if is_unittest else "method", methods[name]
    if is_unittest:
        return False
    known = {"object", *classes}
    return (
        not _SET_UP.isdisjoint(methods)
        or any(last_name(base) not in known for kind in lineage for base in kind.bases)
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


def _parameters(node: _Function) -> int:
    """How many arguments must or may come from fixtures or a decorator."""
    arguments = node.args
    given = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return given + sum(default is None for default in arguments.kw_defaults)


def _uses_pytest_features(tree: ast.Module) -> bool:
    names = {"pytest"}
    for node in walk(tree):
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
