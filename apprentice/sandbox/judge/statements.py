"""Rewriting the statements of one test function, so that it reports values instead of judging them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from apprentice.sandbox.judge.expected import Expected, expected_block, expected_try, raises_call
from apprentice.sandbox.judge.expressions import source_of
from apprentice.sandbox.judge.file import (
    Removable,
    TestFile,
    around_of,
    is_deferred,
)
from apprentice.sandbox.judge.helpers import unfolded_helper
from apprentice.sandbox.judge.names import Function, FunctionNames, bound_in, function_names, loaded_in
from apprentice.sandbox.judge.pure import CannotTell, is_immutable
from apprentice.sandbox.judge.reading import Reader
from apprentice.sandbox.judge.tables import Known, destructured, rows_of, with_items
from apprentice.sandbox.judge.unittest_methods import method_condition
from apprentice.sandbox.plain import one_line

_BROAD: Final = (AssertionError, Exception, BaseException)
_BLOCKS: Final = ("body", "orelse", "finalbody")
_DEEPEST: Final = 4
_Binding = tuple[str, Known | ast.expr]
#: Calls that check something, besides `assert`.
_CHECKING: Final = ("raises", "fail", "match")


@dataclass(slots=True)
class BodyWriter:
    """Rewrites one function.

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
            for inner in ast.walk(self.function)
            if isinstance(inner, ast.Nonlocal | ast.Global)
            for name in inner.names
        )

    def write(self) -> Function:
        """The rewritten function; `required` holds the numbers of its required checks."""
        checks, cases = len(self.file.checks), self.file.cases_left
        while True:
            self._start_over(checks, cases)
            body, used = self._removable.strip(self.block(self.function.body))
            late = {name for name in used if name in self._seen_mutable} - self._barred
            if not late:
                break
            self._barred |= late
        result = copy.copy(self.function)
        result.body = body or [ast.Pass()]
        return result

    def _start_over(self, checks: int, cases: int) -> None:
        self.file.forget_checks(checks)
        self.file.cases_left = cases
        self.required = []
        self.known = {name: known for name, known in self.file.known.items() if name not in self.names.local}
        self._seen_mutable, self._removable, self._firm = set(), Removable(), self.is_test
        parameters = {argument.arg for argument in self.function.args.args}
        self._objects = {name for name in parameters if f"f:{name}" in self.file.object_attributes}
        self._raising = set()

    def reader(self) -> Reader:
        """Reads an expression as it stands here."""
        names = self.names
        return Reader(names, self.known, lambda node: self.file.is_object(node, names, self._objects))

    # --- statements

    def block(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The statements rewritten."""
        return [new for statement in statements for new in self.statement(statement)]

    def _loosely(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The statements of a block that may not run, or not to its end; what they bind isn't known after it."""
        before, firm = dict(self.known), self._firm
        self._firm = False
        result = self.block(statements)
        self.known, self._firm = before, firm
        self._forget(bound_in(statements))
        return result or [ast.Pass()]

    def _forget(self, names: Iterable[str]) -> None:
        for name in names:
            self.known.pop(name, None)
            self._objects.discard(name)

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """One statement rewritten."""
        self._forget(inner.target.id for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr))
        node = with_items(node, self.known, self.reader())
        match node:
            case ast.Expr(value=ast.Constant()):
                return []
            case ast.Assert(test=test, msg=message) if not self.plain:
                return self._assertion(test, message)
            case ast.Expr(value=ast.Call() as call):
                return self._called(node, call)
            case ast.Assign(targets=targets, value=value):
                return self._assigned(node, targets, value)
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                return self._assigned(ast.Assign([target], value), [target], value)
            case ast.For():
                return self._loop(node)
            case ast.If():
                return self._branch(node)
            case ast.With():
                return self._with(node)
            case ast.AsyncWith(body=body):
                self._forget(bound_in([item.optional_vars for item in node.items if item.optional_vars]))
                result = copy.copy(node)
                result.body = self.block(body) or [ast.Pass()]
                return [result]
            case ast.Try():
                return self._try(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._forget([node.name])
                inner = BodyWriter(
                    self.file, node, self.class_name, self.names, is_test=False, plain=self.plain
                )
                return [inner.write()]
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                self._firm = False
        return [self._other(node)]

    def _other(self, node: ast.stmt) -> ast.stmt:
        """A statement that only binds names or holds blocks."""
        self._forget(bound_in([node]))
        self._firm = self._firm and not _leaves(node)
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

    # --- checks

    def _assertion(self, test: ast.expr, message: ast.expr | None) -> list[ast.stmt]:
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            return [new for part in test.values for new in self._assertion(part, message)]
        reader = self.reader()
        condition = reader.read(test)
        if len({part.group for part in reader.open}) > 1 and is_deferred(test):
            condition = reader.whole(test)
        return self._checked(condition, reader, f"assert {source_of(test)}", test, message)

    def _checked(
        self,
        condition: Any,
        reader: Reader,
        source: str,
        node: ast.AST,
        message: ast.expr | None,
        *,
        is_method: bool = False,
    ) -> list[ast.stmt]:
        note = ""
        if message is not None:
            try:
                note = one_line(str(self.reader().value(message)))
            except CannotTell:
                note = ""
        used = loaded_in(node)
        known = {name.removeprefix(self._prefix): item for name, item in self.known.items() if name in used}
        around = [] if self._prefix else around_of(reader.open, self.names, self.known)
        number, statement = self.file.add_check(
            condition, reader, source, note, known, around, is_method=is_method
        )
        self._require(number)
        return [statement]

    def _require(self, number: int) -> None:
        if self._firm:
            self.required.append(number)

    def _called(self, node: ast.Expr, call: ast.Call) -> list[ast.stmt]:
        """A call whose value nobody takes: unittest's assertions, `raises` with a function, a helper."""
        match call.func:
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name.startswith("assert"):
                if self.file.method(self.class_name, name) is None:
                    return self._method(node, call, name)
            case ast.Attribute(value=ast.Name(id=owner), attr="match") if owner in self._raising:
                if len(call.args) == 1 and not call.keywords and not self.plain:
                    value = ast.Attribute(ast.Name(owner, ast.Load()), "value", ast.Load())
                    text = ast.Call(ast.Name("str", ast.Load()), [value], [])
                    return self._matched(call.args[0], text) or [self._other(node)]
        expected = None if self.plain else raises_call(call, self.reader())
        if expected is not None and expected.call is not None:
            return self._expecting(expected, [ast.Expr(expected.call)], None)
        helper = self._helper(call)
        return helper if helper is not None else [self._other(node)]

    def _matched(self, pattern: ast.expr, text: ast.expr) -> list[ast.stmt] | None:
        reader = self.reader()
        condition = method_condition("assertRegex", [text, pattern], [], reader)
        if condition is None:
            return None
        return self._checked(condition[0], reader, f"match({source_of(pattern)})", pattern, None)

    def _method(self, node: ast.Expr, call: ast.Call, name: str) -> list[ast.stmt]:
        expected = None if self.plain else raises_call(call, self.reader())
        if expected is not None and expected.call is not None:
            return self._expecting(expected, [ast.Expr(expected.call)], None)
        if self.plain or is_deferred(call) or any(isinstance(part, ast.Starred) for part in call.args):
            return [self._other(node)]
        reader = self.reader()
        found = method_condition(name, call.args, call.keywords, reader)
        if found is None:
            return [self._other(node)]
        condition, message = found
        source = f"{name}({', '.join(source_of(argument) for argument in call.args)})"
        return self._checked(condition, reader, source, call, message, is_method=True)

    def _helper(self, call: ast.Call) -> list[ast.stmt] | None:
        """The body of a helper function of the file in the place of its call."""
        if self._depth >= _DEEPEST or self.plain:
            return None
        prefix = self.file.new_name()
        statements = unfolded_helper(
            call, self.file.helper_of(call, self.class_name, self.names), prefix, self.names
        )
        if statements is None:
            return None
        before, names, self._prefix = self._prefix, self.names, prefix
        self.names = FunctionNames(names.module, names.local | bound_in(statements), names.imports)
        self._depth += 1
        result = self.block(statements)
        self._depth -= 1
        self._prefix, self.names = before, names
        return result

    # --- assignments

    def _assigned(self, node: ast.Assign, targets: Sequence[ast.expr], value: ast.expr) -> list[ast.stmt]:
        constants = self._constants(targets, value)
        if constants is not None:
            return [self._constant(name, known) for name, known in constants.items()]
        target = targets[0]
        if len(targets) == 1 and isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            names = [part.id for part in target.elts if isinstance(part, ast.Name)]
            whole = not any(isinstance(part, ast.Starred) for part in value.elts)
            if (
                whole
                and len(names) == len(target.elts) == len(value.elts)
                and not loaded_in(value) & {*names}
            ):
                pairs = zip(target.elts, value.elts, strict=True)
                return [
                    new for one, part in pairs for new in self._assigned(ast.Assign([one], part), [one], part)
                ]
        self._forget(bound_in([node]))
        if isinstance(target, ast.Name) and self.file.is_object(value, self.names, self._objects):
            self._objects.add(target.id)
        return [node]

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
        if len(targets) > 1 and not is_immutable(rows.value):
            return None
        result: dict[str, Known] = {}
        for target in targets:
            found = destructured(target, rows)
            if found is None:
                return None
            result.update(found)
        return result

    def _constant(self, name: str, known: Known) -> ast.stmt:
        statement = ast.Assign([ast.Name(name, ast.Store())], known.node)
        self._removable.add(statement, name)
        self._forget([name])
        if name not in self._shared and (is_immutable(known.value) or name not in self._barred):
            self.known[name] = known
        if not is_immutable(known.value):
            self._seen_mutable.add(name)
        return statement

    # --- loops and branches

    def _loop(self, node: ast.For) -> list[ast.stmt]:
        plain = self.plain
        if self._checks(node) and not plain:
            try:
                return self._unfolded(node)
            except _TooMany:
                self.plain = True
            except CannotTell:
                pass
        self._forget(bound_in([node]))
        result = copy.copy(node)
        result.body, result.orelse = (
            self._loosely(node.body),
            self._loosely(node.orelse) if node.orelse else [],
        )
        self._firm = self._firm and not _leaves(node)
        self.plain = plain
        return [result]

    def _unfolded(self, node: ast.For) -> list[ast.stmt]:
        """The body once for each row of a table.

        Raises:
            CannotTell: the rows aren't known, or the loop can be left early.
            _TooMany: there are too many of them.
        """
        rows = rows_of(node.iter, self.reader())
        if node.orelse:
            raise CannotTell("a loop that may end early")
        if len(rows) > self.file.cases_left:
            raise _TooMany
        before: list[ast.stmt] = []
        bindings: list[list[_Binding]] = []
        for row in rows:
            bound = destructured(node.target, row)
            if bound is not None:
                bindings.append(list(bound.items()))
            elif isinstance(row, Known):
                raise CannotTell("a row that doesn't fit")
            else:
                bindings.append(list(self._parts(node.target, row, before)))
        self.file.cases_left -= len(rows)
        undo = self._undo()
        try:
            return before + self._rows(bindings, node.body)
        except CannotTell:
            undo()
            raise

    def _undo(self) -> Callable[[], None]:
        """What forgets all that is written from here on."""
        checks, cases, firm = len(self.file.checks), self.file.cases_left, self._firm
        required, known, objects = list(self.required), dict(self.known), set(self._objects)
        raising, mutable, removable = set(self._raising), set(self._seen_mutable), self._removable.copy()

        def undo() -> None:
            self.file.forget_checks(checks)
            self.file.cases_left, self._firm = cases, firm
            self.required, self.known, self._objects = required, known, objects
            self._raising, self._seen_mutable, self._removable = raising, mutable, removable

        return undo

    def _rows(self, bindings: Sequence[Sequence[_Binding]], body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The body for each row; raises `CannotTell` where only the run can tell whether the loop goes on."""
        result: list[ast.stmt] = []
        for binding in bindings:
            for name, item in binding:
                if isinstance(item, Known):
                    result.append(self._constant(name, item))
                else:
                    self._forget([name])
                    result.append(ast.Assign([ast.Name(name, ast.Store())], item))
            statements, end = self._row(body)
            result += statements
            if end is ast.Break:
                break
        return result

    def _row(self, body: Sequence[ast.stmt]) -> tuple[list[ast.stmt], type[ast.stmt] | None]:
        """The body for one row, up to the `continue` or `break` that it comes to."""
        result: list[ast.stmt] = []
        for statement in body:
            if isinstance(statement, ast.Continue | ast.Break):
                return result, type(statement)
            if not _breaks([statement]):
                result += self.statement(statement)
                continue
            if not isinstance(statement, ast.If):
                raise CannotTell("a loop that may end early")
            taken = statement.body if self.reader().value(statement.test) else statement.orelse
            inner, end = self._row(taken)
            result += inner
            if end is not None:
                return result, end
        return result, None

    def _parts(
        self, target: ast.expr, row: ast.expr, before: list[ast.stmt]
    ) -> Iterator[tuple[str, Known | ast.expr]]:
        """The names that a row with open parts binds; these parts are evaluated ahead, as Python does."""
        if isinstance(target, ast.Name):
            name = self.file.new_name()
            before.append(ast.Assign([ast.Name(name, ast.Store())], row))
            yield target.id, ast.Name(name, ast.Load())
            return
        same = isinstance(target, ast.Tuple | ast.List) and isinstance(row, ast.Tuple | ast.List)
        if not same or len(target.elts) != len(row.elts):  # type: ignore[attr-defined]
            raise CannotTell("a row that doesn't fit")
        for part, item in zip(target.elts, row.elts, strict=True):  # type: ignore[attr-defined]
            found = self._constants([part], item)
            if found is None:
                yield from self._parts(part, item, before)
            else:
                yield from found.items()

    def _checks(self, node: ast.AST) -> bool:
        """Whether there are checks in it."""
        for inner in ast.walk(node):
            match inner:
                case ast.Assert():
                    return True
                case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                    if name.startswith("assert") or name in _CHECKING or name in self._helper_names():
                        return True
        return False

    def _helper_names(self) -> set[str]:
        return {name.rpartition(".")[2] for name in self.file.helpers}

    def _branch(self, node: ast.If) -> list[ast.stmt]:
        try:
            taken = self.reader().value(node.test)
        except CannotTell:
            self._forget(bound_in([ast.Expr(node.test)]))
            result = copy.copy(node)
            result.body = self._loosely(node.body)
            result.orelse = self._loosely(node.orelse) if node.orelse else []
            self._firm = self._firm and not _leaves(node)
            return [result]
        return self.block(node.body if taken else node.orelse) or [ast.Pass()]

    # --- blocks that expect or catch errors

    def _with(self, node: ast.With) -> list[ast.stmt]:
        if len(node.items) > 1:
            inner: ast.stmt = ast.With(node.items[-1:], node.body)
            for item in reversed(node.items[:-1]):
                inner = ast.With([item], [inner])
            assert isinstance(inner, ast.With)
            return self._with(inner)
        item = node.items[0]
        expected = None if self.plain else expected_block(item, self.reader(), self.function)
        if expected is not None:
            if expected.name:
                self._raising.add(expected.name)
            return self._expecting(expected, node.body, item.optional_vars)
        result = copy.copy(node)
        result.items = [ast.withitem(self._described(item.context_expr), item.optional_vars)]
        if item.optional_vars is not None:
            self._forget(bound_in([item.optional_vars]))
            if isinstance(item.optional_vars, ast.Name) and self.file.is_object(
                item.context_expr, self.names
            ):
                self._objects.add(item.optional_vars.id)
        if _may_swallow(item.context_expr):
            result.body = self._caught(node.body)
        else:
            result.body = self.block(node.body) or [ast.Pass()]
        return [result]

    def _described(self, manager: ast.expr) -> ast.expr:
        """`self.subTest(x=x, expected=3)` without what the agent has; it is shown with a failure anyway."""
        match manager:
            case ast.Call(func=ast.Attribute(attr="subTest"), args=args, keywords=keywords):
                pass
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="subtests"), attr="test"), args=args, keywords=keywords
            ):
                pass
            case _:
                return manager
        result = copy.copy(manager)
        result.args = [part for part in args if not self._is_known(part)]
        result.keywords = [part for part in keywords if not self._is_known(part.value)]
        return result

    def _is_known(self, node: ast.expr) -> bool:
        try:
            self.reader().value(node)
        except CannotTell:
            return False
        return True

    def _expecting(
        self, expected: Expected, body: Sequence[ast.stmt], target: ast.expr | None
    ) -> list[ast.stmt]:
        """A block that must raise an error of some kind, which the run isn't told."""
        source = source_of(body[0]) if body else "the block"
        number, manager = self.file.add_expected_error(
            expected.kinds, expected.text, source.splitlines()[0], expected.pattern
        )
        self._require(number)
        if target is not None:
            self._forget(bound_in([target]))
        broad = any(kind in _BROAD for kind in expected.kinds)
        inner = self._caught(body) if broad else self._loosely(body)
        self._firm = self._firm and not any(map(_leaves, body))
        return [ast.With([ast.withitem(manager, target)], inner)]

    def _caught(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """A block whose failed assertions something catches: they stay with the run."""
        if not self._helper_names().isdisjoint(_called_in(statements)):
            self.file.plain_helpers = True
        plain, self.plain = self.plain, True
        result = self._loosely(statements)
        self.plain = plain
        return result

    def _try(self, node: ast.Try) -> list[ast.stmt]:
        expected = expected_try(node, self.reader())
        if expected is not None and not self.plain:
            handler = node.handlers[0]
            body = expected.body
            target = ast.Name(self.file.new_name(), ast.Store()) if handler.name else None
            result = self._expecting(expected, body, target)
            if handler.name and target is not None:
                value = ast.Attribute(ast.Name(target.id, ast.Load()), "value", ast.Load())
                result.append(ast.Assign([ast.Name(handler.name, ast.Store())], value))
                self._forget([handler.name])
            return result + self.block(handler.body)
        new = copy.copy(node)
        if not node.handlers:
            new.body, new.finalbody = (
                self.block(node.body) or [ast.Pass()],
                self.block(node.finalbody) or [ast.Pass()],
            )
            return [new]
        broad = any(self._catches_assertions(handler.type) for handler in node.handlers)
        new.body = self._caught(node.body) if broad else self._loosely(node.body)
        new.handlers = [
            ast.ExceptHandler(handler.type, handler.name, self._loosely(handler.body))
            for handler in node.handlers
        ]
        new.orelse = self._loosely(node.orelse) if node.orelse else []
        new.finalbody = self._loosely(node.finalbody) if node.finalbody else []
        self._forget(handler.name for handler in node.handlers if handler.name)
        self._firm = self._firm and not _leaves(node)
        return [new]

    def _catches_assertions(self, kind: ast.expr | None) -> bool:
        kinds = None if kind is None else self.reader().classes(kind)
        return kinds is None or any(one in _BROAD for one in kinds)


class _TooMany(Exception):
    """There are more cases than are unfolded."""


def _may_swallow(manager: ast.expr) -> bool:
    """Whether the context manager may catch the failure of an assertion, or any error."""
    match manager:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in ("suppress", "raises", "assertRaises", "assertRaisesRegex")
    return False


def _called_in(statements: Sequence[ast.stmt]) -> set[str]:
    return {
        inner.func.attr if isinstance(inner.func, ast.Attribute) else inner.func.id
        for statement in statements
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute | ast.Name)
    }


def _in_scope(node: ast.AST, stop: Callable[[ast.AST], bool]) -> Iterator[ast.AST]:
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        yield inner
        if not isinstance(
            inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
        ) and not stop(inner):
            waiting += ast.iter_child_nodes(inner)


def _leaves(node: ast.AST) -> bool:
    """Whether the function may end in there without an error."""
    return any(isinstance(inner, ast.Return) for inner in _in_scope(node, lambda _: False))


def _breaks(statements: Sequence[ast.stmt]) -> bool:
    """Whether a loop with this body may be left early, or go on early."""
    return any(
        isinstance(inner, ast.Break | ast.Continue)
        for statement in statements
        for inner in _in_scope(statement, lambda part: isinstance(part, ast.For | ast.While | ast.AsyncFor))
    )
