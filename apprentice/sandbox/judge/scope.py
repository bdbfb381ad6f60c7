"""What is known at one place of a test function while it is rewritten: names, constants, what is required."""

from __future__ import annotations

import ast
import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from apprentice.sandbox.judge.file import Removable, TestFile
from apprentice.sandbox.judge.names import Function, FunctionNames, function_names
from apprentice.sandbox.judge.pure import CannotTell
from apprentice.sandbox.judge.reading import Reader
from apprentice.sandbox.judge.tables import Known, destructured
from apprentice.sandbox.judge.walking import walk

_BLOCKS: Final = ("body", "orelse", "finalbody")
#: Entries of a dict that are copied in one step.
_COPIED_A_STEP: Final = 50
#: Calls that check something, besides `assert`.
_CHECKING: Final = ("raises", "fail", "match")


@dataclass(slots=True)
class Scope(ABC):
    """What is known at one place of a function that is being rewritten, and the rewriting of its blocks.

    Args:
        outer: names of the functions around it.
        is_test: its checks outside of loops and branches are required.
        plain: its assertions stay with the run.
    """

    file: TestFile
    function: Function
    class_name: str = ""
    outer: FunctionNames | None = None
    is_test: bool = True
    plain: bool = False
    required: list[int] = field(default_factory=list)
    known: dict[str, Known] = field(default_factory=dict)
    names: FunctionNames = field(init=False)
    _shared: frozenset[str] = frozenset()
    _barred: set[str] = field(default_factory=set)
    _objects: set[str] = field(default_factory=set)
    _raising: set[str] = field(default_factory=set)
    _removable: Removable = field(default_factory=Removable)
    _firm: bool = True
    _depth: int = 0
    _prefix: str = ""
    _seen_mutable: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        names = function_names(self.function, self.file.names)
        if self.outer is not None:
            local = names.local | self.outer.local
            names = FunctionNames(names.module, local, {**self.outer.imports, **names.imports})
        self.names = names
        self._shared = frozenset(
            name
            for inner in walk(self.function)
            if isinstance(inner, ast.Nonlocal | ast.Global)
            for name in inner.names
        )

    def _start_over(self, checks: int, cases: int, names: int) -> None:
        self.file.forget_checks(checks)
        self.file.cases_left = cases
        # With other names, what was learnt of the first ones would help nothing, round after round.
        self.file.name_count = names
        self.required = []
        self.known = {name: known for name, known in self.file.known.items() if name not in self.names.local}
        self._seen_mutable, self._removable, self._firm = set(), Removable(), self.is_test
        parameters = {argument.arg for argument in self.function.args.args}
        self._objects = {name for name in parameters if f"f:{name}" in self.file.object_attributes}
        self._raising = set()

    def reader(self) -> Reader:
        """Reads an expression as it stands here."""
        names = self.names
        return Reader(
            names, self.known, lambda node: self.file.is_object(node, names, self._objects), self.file.work
        )

    def block(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The statements rewritten."""
        return [new for statement in statements for new in self.statement(statement)]

    def _loosely(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The statements of a block that may not run, or not to its end; what they bind isn't known after it."""
        self.file.work.charge(len(self.known) // _COPIED_A_STEP)
        before, firm = dict(self.known), self._firm
        self._firm = False
        result = self.block(statements)
        self.known, self._firm = before, firm
        for statement in statements:
            self._forget(self.file.facts.of(statement).bound)
        return result or [ast.Pass()]

    def _other(self, node: ast.stmt) -> ast.stmt:
        """A statement that only binds names or holds blocks."""
        facts = self.file.facts.of(node)
        self._forget(facts.bound)
        self._firm = self._firm and not facts.leaves
        if isinstance(node, ast.ClassDef) or not any(getattr(node, name, None) for name in _BLOCKS):
            if isinstance(node, ast.Match):
                node = copy.copy(node)
                node.cases = [
                    ast.match_case(case.pattern, case.guard, self._loosely(case.body)) for case in node.cases
                ]
            return node
        result = copy.copy(node)
        for name in _BLOCKS:
            if getattr(node, name, None):
                setattr(result, name, self._loosely(getattr(node, name)))
        if isinstance(result, ast.Try | ast.TryStar):
            result.handlers = [
                ast.ExceptHandler(handler.type, handler.name, self._loosely(handler.body))
                for handler in result.handlers
            ]
        return result

    def _forget(self, names: Iterable[str]) -> None:
        for name in names:
            self.known.pop(name, None)
            self._objects.discard(name)

    def _undo(self) -> Callable[[], None]:
        """What forgets all that is written from here on."""
        self.file.work.charge((len(self.known) + len(self._removable)) // _COPIED_A_STEP)
        checks, cases, firm = len(self.file.checks), self.file.cases_left, self._firm
        required, known, objects = list(self.required), dict(self.known), set(self._objects)
        raising, mutable, removable = set(self._raising), set(self._seen_mutable), self._removable.copy()

        def undo() -> None:
            self.file.forget_checks(checks)
            self.file.cases_left, self._firm = cases, firm
            self.required, self.known, self._objects = required, known, objects
            self._raising, self._seen_mutable, self._removable = raising, mutable, removable

        return undo

    def _require(self, number: int) -> None:
        if self._firm:
            self.required.append(number)

    def _is_known(self, node: ast.expr) -> bool:
        try:
            self.reader().value(node)
        except CannotTell:
            return False
        return True

    def _constants(self, targets: Sequence[ast.expr], value: ast.expr) -> dict[str, Known] | None:
        """What the assignment gives its names, where the agent has it."""
        reader = self.reader()
        try:
            rows = Known(reader.value(value), value)
        except CannotTell:
            kinds = None if isinstance(value, ast.Tuple) else reader.classes(value)
            if kinds is None or len(kinds) != 1:
                return None
            rows = Known(kinds[0], value)
        if len(targets) > 1 and not rows.is_immutable:
            return None
        result: dict[str, Known] = {}
        for target in targets:
            found = destructured(target, rows, self.file.work)
            if found is None:
                return None
            result.update(found)
        return result

    def _constant(self, name: str, known: Known) -> ast.stmt:
        statement = ast.Assign([ast.Name(name, ast.Store())], known.node)
        self._removable.add(statement, name)
        self._forget([name])
        if name not in self._shared and (known.is_immutable or name not in self._barred):
            self.known[name] = known
        if not known.is_immutable:
            self._seen_mutable.add(name)
        return statement

    def _checks(self, node: ast.AST) -> bool:
        """Whether there are checks in it."""
        helpers = self._helper_names()
        for inner in walk(node):
            match inner:
                case ast.Assert():
                    return True
                case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                    if name.startswith("assert") or name in _CHECKING or name in helpers:
                        return True
        return False

    def _helper_names(self) -> set[str]:
        return {name.rpartition(".")[2] for name in self.file.helpers}

    @abstractmethod
    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """One statement rewritten."""
