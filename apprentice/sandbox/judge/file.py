"""What is shared while the functions of one test file are rewritten: its names, its constants, its checks."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from apprentice.sandbox.child.checks import NAME
from apprentice.sandbox.judge.conditions import Condition
from apprentice.sandbox.judge.expressions import OpenPart
from apprentice.sandbox.judge.judge import AnyCheck, Check, ExpectedError
from apprentice.sandbox.judge.names import (
    ClassName,
    Function,
    FunctionNames,
    ModuleNames,
    Names,
    loaded_in,
    names_of_class,
)
from apprentice.sandbox.judge.node_facts import NodeFacts
from apprentice.sandbox.judge.reading import Reader, is_own_word
from apprentice.sandbox.judge.tables import Known
from apprentice.sandbox.judge.walking import children, walk
from apprentice.sandbox.judge.work import Work

#: Cases into which the loops and parameters of one file are unfolded.
MOST_CASES: Final = 1000
#: Variables beside a check that are shown with it.
_MOST_AROUND: Final = 4
#: Expressions of which a part may not be evaluated.
_LAZY: Final = (ast.IfExp, ast.BoolOp, ast.Compare, ast.Lambda, ast.comprehension)
_DYNAMIC: Final = frozenset(["locals", "globals", "vars", "eval", "exec", "dir"])
#: Functions of which the run must see a failed assertion.
PLAIN_FUNCTIONS: Final = frozenset(
    f"{verb}{rest}" for verb in ("setup", "teardown") for rest in ("_module", "_class")
) | {"setUpClass", "tearDownClass", "setUpModule", "tearDownModule"}


@dataclass(slots=True)
class TestFile:
    """One test file.

    Attributes:
        known: module-level constants that the agent has.
        checks: all checks, by their numbers.
        helpers: the file's functions that aren't tests, by name; methods as `Class.name`.
        classes: the classes of the file, with the names of their bases.
        object_attributes: names of attributes that hold an instance of a class of the skill; fixtures too.
        plain_helpers: assertions outside of tests stay with the run, because something catches their failure.
        work: the steps that may be spent on the file.
        name_count: how many new names there are.
        facts: what is in its statements.
    """

    __test__ = False

    names: ModuleNames
    known: dict[str, Known] = field(default_factory=dict)
    checks: dict[int, AnyCheck] = field(default_factory=dict)
    helpers: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, list[str]] = field(default_factory=dict)
    object_attributes: set[str] = field(default_factory=set)
    plain_helpers: bool = False
    work: Work = field(default_factory=Work)
    cases_left: int = MOST_CASES
    name_count: int = 0
    facts: NodeFacts = field(default_factory=NodeFacts)

    def forget_checks(self, first: int) -> None:
        """Forget the checks from a number on."""
        for number in range(first, len(self.checks)):
            del self.checks[number]

    def method(self, class_name: str, name: str) -> Function | None:
        """A method that is no test, of a class or those of its bases that are in the file; None for one with variants."""
        owners = [owner for owner in self.classes if f"{owner}.{name}" in self.helpers]
        waiting = [class_name]
        while waiting:
            owner = waiting.pop()
            if owners == [owner]:
                return self.helpers[f"{owner}.{name}"]
            waiting += self.classes.get(owner, ())
        return None

    def helper_of(self, call: ast.Call, class_name: str, names: Names) -> Function | None:
        """The function of the file that is called, where that's sure."""
        match call.func:
            case ast.Name(id=name) if names.resolve(call.func) == f"g:{name}":
                return self.helpers.get(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return self.method(class_name, name)
        return None

    def new_name(self, rest: str = "") -> str:
        """A variable that no test file has."""
        self.name_count += 1
        return f"{NAME}{self.name_count}_{rest}"

    def is_object(self, node: ast.expr, names: Names, local: Iterable[str] = ()) -> bool:
        """Whether the expression is an instance of a class of the skill, as far as its looks tell."""
        match node:
            case ast.Name(id=name):
                return name in local or (not names.is_local(name) and f"g:{name}" in self.object_attributes)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return name in self.object_attributes
            case ast.Call(func=function):
                return is_class_of_skill(names.resolve(function))
            case ast.BinOp(left=left, right=right):
                return self.is_object(left, names, local) or self.is_object(right, names, local)
        return False

    def add_check(
        self,
        condition: Condition,
        reader: Reader,
        source: str,
        note: str,
        known: Mapping[str, Known],
        around: Sequence[str],
        *,
        is_method: bool = False,
    ) -> tuple[int, ast.stmt]:
        """Keep a check; the statement that reports its values in the run."""
        number = len(self.checks)
        groups: list[list[OpenPart]] = []
        for part in reader.open:
            if not groups or groups[-1][0].group != part.group:
                groups.append([])
            groups[-1].append(part)
        sizes = tuple(map(len, groups)) or (0,)
        values = {name: item.value for name, item in known.items()}
        own_word = is_own_word(condition, reader.open)
        self.checks[number] = Check(number, source, condition, sizes, own_word, note, values, is_method)
        arguments: list[ast.expr] = [ast.Constant(number)]
        if len(groups) < 2:
            arguments += [_reported(part) for group in groups for part in group]
            shown = [ast.keyword(name, ast.Name(name, ast.Load())) for name in around[:_MOST_AROUND]]
            return number, ast.Expr(ast.Call(_helper(), arguments, shown))
        nothing = ast.arguments([], [], None, [], [], None, [])
        for group in groups:
            values_of_group = ast.Tuple([_reported(part) for part in group], ast.Load())
            arguments.append(ast.Lambda(nothing, values_of_group))
        return number, ast.Expr(ast.Call(ast.Attribute(_helper(), "lazily", ast.Load()), arguments, []))

    def add_expected_error(
        self, kinds: Sequence[type | ClassName], expected: str, source: str, pattern: str | None
    ) -> tuple[int, ast.expr]:
        """Keep a block that must raise something; the context manager that reports what it raises."""
        number = len(self.checks)
        names = frozenset[str]().union(*map(names_of_class, kinds))
        self.checks[number] = ExpectedError(number, source, names, expected, pattern)
        raises = ast.Attribute(_helper(), "raises", ast.Load())
        return number, ast.Call(raises, [ast.Constant(number)], [])


def _helper() -> ast.Name:
    return ast.Name(NAME, ast.Load())


def _reported(part: OpenPart) -> ast.expr:
    if not part.items:
        return part.node
    return ast.Call(ast.Attribute(_helper(), "items", ast.Load()), [part.node], [])


def is_class_of_skill(dotted: str | None) -> bool:
    """Whether the name is that of a class which neither Python nor pytest has."""
    import sys

    if dotted is None:
        return False
    root, _, rest = dotted.partition(".")
    name = (rest or root).rpartition(".")[2].removeprefix("g:")
    return root not in ("builtins", "pytest") and root not in sys.stdlib_module_names and name[:1].isupper()


def is_deferred(node: ast.AST) -> bool:
    """Whether the expression can't be put into a function of its own: it waits, yields or binds a name."""
    return any(
        isinstance(inner, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr) for inner in walk(node)
    )


def around_of(parts: Iterable[OpenPart], names: Names, known: Mapping[str, Known]) -> list[str]:
    """The function's own variables in these expressions that aren't shown as values themselves."""
    found: list[str] = []
    for part in parts:
        if isinstance(part.node, ast.Name) or any(isinstance(inner, _LAZY) for inner in walk(part.node)):
            continue
        called = {
            inner.func.id
            for inner in walk(part.node)
            if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)
        }
        for name in sorted(loaded_in(part.node) - called - {"self", "cls", "number"}):
            imported = isinstance(names, FunctionNames) and name in names.imports
            if names.is_local(name) and not imported and name not in known and name not in found:
                found.append(name)
    return found


@dataclass(slots=True)
class Removable:
    """Assignments of constants, which the run gets only where its code needs them."""

    _targets: dict[int, tuple[ast.stmt, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._targets)

    def copy(self) -> Removable:
        """The same, to be changed apart."""
        return Removable(dict(self._targets))

    def add(self, statement: ast.stmt, name: str) -> None:
        """Note an assignment of one name."""
        self._targets[id(statement)] = statement, name

    def strip(self, statements: list[ast.stmt]) -> tuple[list[ast.stmt], set[str]]:
        """The statements without those that aren't needed, and the names that the rest reads."""
        used: set[str] = set()
        for statement in statements:
            self._loads(statement, used)
        by_name: dict[str, list[ast.stmt]] = {}
        for statement, name in self._targets.values():
            by_name.setdefault(name, []).append(statement)
        waiting = [name for name in by_name if name in used]
        while waiting:
            for statement in by_name.pop(waiting.pop(), ()):
                more = reads(statement) - used
                used |= more
                waiting += more & by_name.keys()
        if _DYNAMIC.isdisjoint(used):
            dropped = {key for key, (_, name) in self._targets.items() if name not in used}
            statements = without(statements, lambda statement: id(statement) in dropped)
        else:
            used |= {name for _, name in self._targets.values()}
        return statements, used

    def _loads(self, node: ast.AST, used: set[str]) -> None:
        """As `reads`, without the assignments themselves."""
        if id(node) in self._targets:
            return
        used |= reads(node, deep=False)
        for inner in children(node):
            self._loads(inner, used)


def reads(node: ast.AST, *, deep: bool = True) -> set[str]:
    """The names that a node reads, also by `x += 1` and `del x`."""
    found = set()
    for inner in walk(node) if deep else (node,):
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Store):
            found.add(inner.id)
        elif isinstance(inner, ast.AugAssign) and isinstance(inner.target, ast.Name):
            found.add(inner.target.id)
        elif isinstance(inner, ast.Global | ast.Nonlocal):
            found.update(inner.names)
    return found


def without(statements: Sequence[ast.stmt], drop: Callable[[ast.stmt], bool]) -> list[ast.stmt]:
    """The statements, at any depth, without some."""

    class Dropping(ast.NodeTransformer):
        def generic_visit(self, node: ast.AST) -> ast.AST:
            for name in ("body", "orelse", "finalbody"):
                block = getattr(node, name, None)
                if isinstance(block, list):
                    kept = [inner for inner in block if not drop(inner)]
                    setattr(node, name, kept or ([ast.Pass()] if block and name != "orelse" else []))
                    for inner in kept:
                        self.visit(inner)
            for handler in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
                self.visit(handler)
            return node

    return [Dropping().visit(statement) for statement in statements if not drop(statement)]


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """What is known of a rewritten test function.

    Attributes:
        name: as pytest names it, e.g. `test_x[1-2]`.
        required: the checks that must be reported once each, in this order.
    """

    name: str
    required: tuple[int, ...] = ()


Facts = dict[int, tuple[Any, FunctionFacts]]
