"""A whole test file, rewritten so that it reports values and holds nothing that it expects of them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from apprentice.sandbox.child.checks import NAME
from apprentice.sandbox.judge.file import (
    PLAIN_FUNCTIONS,
    FunctionFacts,
    Removable,
    TestFile,
)
from apprentice.sandbox.judge.judge import AnyCheck
from apprentice.sandbox.judge.mentions import (
    calls_at_import,
    functions_of,
    has_scope,
    mentions,
    mentions_in_body,
    only_target,
    without_unused_pytest,
)
from apprentice.sandbox.judge.names import Function, module_names
from apprentice.sandbox.judge.parameters import PARAMETRIZE, Case, cases_of, with_values
from apprentice.sandbox.judge.pure import CannotTell
from apprentice.sandbox.judge.reading import Reader
from apprentice.sandbox.judge.statements import BodyWriter
from apprentice.sandbox.judge.tables import Known, destructured
from apprentice.sandbox.judge.walking import walk
from apprentice.sandbox.judge.work import TooMuchWork, Work
from apprentice.syntax_trees import parse

#: Rewritings until what may be left out is settled.
_MOST_ROUNDS: Final = 8

#: What makes a failed assertion something that the run must see.
_CATCHING: Final = frozenset(["xfail", "expectedFailure", "given", "hypothesis"])
#: Decorators that leave a failed assertion alone.
_HARMLESS: Final = (
    "pytest.fixture",
    "pytest.mark.",
    "unittest.skip",
    "unittest.mock.patch",
    "mock.patch",
    "builtins.staticmethod",
    "builtins.classmethod",
    "builtins.property",
    "functools.",
    "contextlib.contextmanager",
)


#: Where a node stands in the file.
_Place = tuple[int, int]


def _place(node: ast.expr | Function) -> _Place:
    return node.lineno, node.col_offset


@dataclass(slots=True)
class Rewritten:
    """A rewritten test file.

    Attributes:
        facts: what is known of its test functions, by their nodes' identity in `tree`.
        original: the text as it was, where it can't be rewritten; its tests decide by the run's word.
    """

    tree: ast.Module
    checks: Mapping[int, AnyCheck] = field(default_factory=dict)
    facts: dict[int, FunctionFacts] = field(default_factory=dict)
    original: str | None = None


def rewrite(source: str) -> Rewritten:
    """Rewrite a test file.

    Raises:
        SyntaxError: the file can't be parsed.
        ValueError, RecursionError, MemoryError: neither, for null bytes or endless nesting.
    """
    parse(source)
    try:
        found = None if NAME in source else _settled(source)
    except (RecursionError, ValueError):  # endless nesting, or text that `ast.unparse` can't write
        found = None
    return found or Rewritten(parse(source), original=source)


def _settled(source: str) -> Rewritten | None:
    """The file rewritten so often that nothing is left out which its code needs."""
    tree = parse(source)
    caught = mentions(tree, _CATCHING)
    if caught and mentions(tree, frozenset(["pytestmark"])):
        return None
    barred: set[str] = set()
    plain_helpers = caught or calls_at_import(tree)
    work = Work()
    costly: set[_Place] = set()
    for _ in range(_MOST_ROUNDS):
        writer = FileWriter(parse(source), barred, plain_helpers, work, costly)
        result, more = writer.write()
        if not more and writer.file.plain_helpers == plain_helpers:
            return result
        barred |= more
        plain_helpers = writer.file.plain_helpers
    return None


class FileWriter:
    """Rewrites one file once.

    Args:
        barred: module-level constants that can be changed in place, and that the run gets to see.
        work: the steps that are left.
        costly: functions and statements that take more than that, and stay as they are. Others are added to these.
    """

    def __init__(
        self, tree: ast.Module, barred: set[str], plain_helpers: bool, work: Work, costly: set[_Place]
    ) -> None:
        self._tree = tree
        self._barred = barred
        self.file = TestFile(module_names(tree), plain_helpers=plain_helpers, work=work)
        self._costly = costly
        self._known_cases: dict[tuple[int, int], list[Case] | None] = {}
        self._removable = Removable()
        self._mutable: set[str] = set()
        self._late: set[str] = set()
        self._facts: dict[int, FunctionFacts] = {}

    def write(self) -> tuple[Rewritten, set[str]]:
        """The rewritten file, and constants that must be barred, because the run sees them after all."""
        self._find_helpers()
        self._find_objects()
        body = [statement for node in self._tree.body for statement in self._constant(node)]
        body = [statement for node in body for statement in self._definition(node)]
        body, used = self._removable.strip(body)
        tree = ast.Module(without_unused_pytest(body), [])
        ast.fix_missing_locations(tree)
        return Rewritten(tree, self.file.checks, self._facts), (
            (used & self._mutable) - self._barred
        ) | self._late

    # --- what is in the file

    def _find_helpers(self) -> None:
        for kind in self._tree.body:
            if isinstance(kind, ast.ClassDef):
                self.file.classes[kind.name] = [ast.unparse(base) for base in kind.bases]
        for node, owner in functions_of(self._tree):
            if not node.name.startswith("test"):
                self.file.helpers[f"{owner}.{node.name}" if owner else node.name] = node

    def _find_objects(self) -> None:
        """Attributes and fixtures that hold an instance of a class of the skill."""
        names = self.file.names
        for node in walk(self._tree):
            if isinstance(node, ast.Assign) and self.file.is_object(node.value, names):
                for target in node.targets:
                    if isinstance(target, ast.Attribute):
                        self.file.object_attributes.add(target.attr)
                    elif isinstance(target, ast.Name):
                        self.file.object_attributes.add(f"g:{target.id}")
        for node in self._tree.body:
            if isinstance(node, Function) and any(
                "fixture" in ast.unparse(one) for one in node.decorator_list
            ):
                given = [
                    inner.value
                    for inner in walk(node)
                    if isinstance(inner, ast.Return | ast.Yield) and inner.value is not None
                ]
                made = {
                    target.id
                    for inner in walk(node)
                    if isinstance(inner, ast.Assign) and self.file.is_object(inner.value, names)
                    for target in inner.targets
                    if isinstance(target, ast.Name)
                }
                if any(self.file.is_object(value, names, made) for value in given):
                    self.file.object_attributes.add(f"f:{node.name}")

    def _constant(self, node: ast.stmt) -> list[ast.stmt]:
        """A module-level assignment of a constant, one statement a name."""
        match node:
            case ast.Expr(value=ast.Constant()):
                return []
            case ast.If(test=test) if ast.unparse(test) == "__name__ == '__main__'":
                return []
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                targets = [target]
            case _:
                return [node]
        found = self._values(targets, value)
        if found is None:
            return [node]
        result: list[ast.stmt] = []
        for name, known in found.items():
            statement = ast.Assign([ast.Name(name, ast.Store())], known.node)
            result.append(statement)
            self._removable.add(statement, name)
            if not known.is_immutable:
                self._mutable.add(name)
            if known.is_immutable or name not in self._barred:
                self.file.known[name] = known
        return result

    def _values(self, targets: Sequence[ast.expr], value: ast.expr) -> dict[str, Known] | None:
        names = self.file.names
        known = self._known(value)
        if known is None or (len(targets) > 1 and not known.is_immutable):
            return None
        result: dict[str, Known] = {}
        for target in targets:
            try:
                found = destructured(target, known, self.file.work)
            except TooMuchWork:
                found = None
            if found is None:
                return None
            result.update(found)
        special = ("pytestmark", "pytest_plugins", "__test__")
        if any(
            names.bound[name] != 1 or name in names.global_in_functions or name in special for name in result
        ):
            return None
        return result

    def _known(self, value: ast.expr) -> Known | None:
        """The value of an expression of the module or a class; None where it isn't known, or takes too long."""
        if _place(value) in self._costly:
            return None
        self.file.work.begin()
        try:
            return Known(self._reader().value(value), value)
        except CannotTell:
            return None
        except TooMuchWork:
            self._costly.add(_place(value))
            return None

    def _reader(self) -> Reader:
        return Reader(self.file.names, self.file.known, work=self.file.work)

    # --- functions and classes

    def _definition(self, node: ast.stmt) -> list[ast.stmt]:
        if isinstance(node, Function):
            return list(self._function(node, "", []))
        if isinstance(node, ast.ClassDef):
            return [self._class(node)]
        return [node]

    def _class(self, node: ast.ClassDef) -> ast.ClassDef:
        """A class with its methods rewritten; `parametrize` on the class goes to its tests."""
        if self._is_caught(node.decorator_list) or mentions_in_body(node, _CATCHING):
            return node
        result = copy.copy(node)
        parametrize = self._parametrize(node.decorator_list)
        tests = [item for item in node.body if isinstance(item, Function) and item.name.startswith("test")]
        if parametrize and all(
            self._cases(test, [*self._parametrize(test.decorator_list), *parametrize]) for test in tests
        ):
            result.decorator_list = [one for one in node.decorator_list if one not in parametrize]
        else:
            parametrize = []
        constants = self._class_constants(node)
        before = dict(self.file.known)
        self.file.known.update(constants)
        result.body = []
        for item in node.body:
            if isinstance(item, Function):
                result.body += self._function(item, node.name, parametrize)
            elif not (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant)):
                result.body.append(item)
        self.file.known = before
        inside = [inner for item in result.body for inner in walk(item)]
        read = {inner.attr for inner in inside if isinstance(inner, ast.Attribute)}
        # `getattr(self, "NAME")` reads it too.
        read |= {str(inner.value) for inner in inside if isinstance(inner, ast.Constant)}
        for name, known in constants.items():
            attribute = name.partition(".")[2]
            if attribute not in read:
                result.body = [item for item in result.body if only_target(item) != attribute]
            elif not known.is_immutable:
                self._late.add(f"{node.name}.{attribute}")
        result.body = result.body or [ast.Pass()]
        return result

    def _class_constants(self, node: ast.ClassDef) -> dict[str, Known]:
        """Class attributes that nothing changes, as `self.NAME`."""
        found: dict[str, Known] = {}
        for item in node.body:
            name = only_target(item)
            if name and isinstance(item, ast.Assign) and name not in ("__test__", "pytestmark"):
                known = self._known(item.value)
                if known is not None:
                    found[name] = known
        if not found or node.name in self._bases:
            return {}
        return {
            f"self.{name}": known
            for name, known in found.items()
            if name not in self._touched and f"{node.name}.{name}" not in self._barred
        }

    @cached_property
    def _bases(self) -> frozenset[str]:
        """Classes that others of the file inherit from."""
        return frozenset(
            ast.unparse(base)
            for kind in self._tree.body
            if isinstance(kind, ast.ClassDef)
            for base in kind.bases
        )

    @cached_property
    def _touched(self) -> frozenset[str]:
        """Names that are read by themselves, and attributes that are set, or read of something else than `self`."""
        found = set()
        for inner in walk(self._tree):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
                found.add(inner.id)
            elif isinstance(inner, ast.Attribute):
                of_self = isinstance(inner.value, ast.Name) and inner.value.id == "self"
                if not of_self or not isinstance(inner.ctx, ast.Load):
                    found.add(inner.attr)
        return frozenset(found)

    @cached_property
    def _taken(self) -> frozenset[str]:
        """Names of all functions of the file."""
        return frozenset(inner.name for inner in walk(self._tree) if isinstance(inner, Function))

    def _function(self, node: Function, owner: str, parametrize: list[ast.Call]) -> Iterator[ast.stmt]:
        is_test = node.name.startswith("test")
        if self._is_caught(node.decorator_list):
            yield node
            return
        if not is_test:
            plain = self.file.plain_helpers or node.name in PLAIN_FUNCTIONS or has_scope(node)
            yield node if plain else self._written(node, owner, is_test=False)[0]
            return
        own = self._parametrize(node.decorator_list)
        every = [*own, *parametrize]
        cases = self._cases(node, every) if every else None
        if cases is None:
            written, required = self._written(node, owner, is_test=True)
            self._facts[id(written)] = FunctionFacts(node.name, required)
            yield written
            return
        self.file.cases_left -= len(cases)
        bare = copy.copy(node)
        bare.decorator_list = [one for one in node.decorator_list if one not in own]
        for index, case in enumerate(cases):
            name = f"{node.name}__{index}"
            while name in self._taken:
                name += "_"
            written, required = self._written(with_values(bare, case, name), owner, is_test=True)
            self._facts[id(written)] = FunctionFacts(f"{node.name}[{case.id}]", required)
            yield written

    def _cases(self, node: Function, decorators: list[ast.Call]) -> list[Case] | None:
        """The cases of a test, always the same; None where pytest must find them out."""
        key = id(node), len(decorators)
        if key not in self._known_cases:
            self.file.work.begin()
            try:
                cases = cases_of(decorators, node, self._reader(), self.file.cases_left)
                if cases is not None:
                    size = sum(self.file.facts.of(statement).size for statement in node.body)
                    self.file.work.charge(len(cases) * (1 + size // 10))
            except TooMuchWork:
                cases = None
            self._known_cases[key] = cases
        return self._known_cases[key]

    def _written(self, node: Function, owner: str, *, is_test: bool) -> tuple[Function, tuple[int, ...]]:
        """The function rewritten, with its required checks; as it is where that takes too long."""
        file = self.file
        checks, cases = len(file.checks), file.cases_left
        if _place(node) not in self._costly:
            file.work.begin()
            writer = BodyWriter(file, node, owner, is_test=is_test)
            try:
                return writer.write(), tuple(writer.required)
            except TooMuchWork:
                self._costly.add(_place(node))
                file.forget_checks(checks)
                file.cases_left = cases
        # Its own code may catch what its helpers assert.
        file.plain_helpers = True
        return node, ()

    def _parametrize(self, decorators: Sequence[ast.expr]) -> list[ast.Call]:
        """The `parametrize` calls, the nearest to the function first."""
        return [
            one
            for one in reversed(decorators)
            if isinstance(one, ast.Call) and self.file.names.resolve(one.func) == PARAMETRIZE
        ]

    def _is_caught(self, decorators: Sequence[ast.expr]) -> bool:
        """Whether a decorator may do something with a failed assertion."""
        for one in decorators:
            function = one.func if isinstance(one, ast.Call) else one
            dotted = self.file.names.resolve(function)
            if dotted is None or not dotted.startswith(_HARMLESS) or mentions(one, _CATCHING):
                return True
        return False
