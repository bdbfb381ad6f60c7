"""Tables of cases in a test file: their rows, as values that the agent has and as expressions that make them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

from apprentice.sandbox.judge.copying import copied
from apprentice.sandbox.judge.names import ClassName, Names, class_of, loaded_in
from apprentice.sandbox.judge.node_facts import size_of
from apprentice.sandbox.judge.pure import CannotTell, is_immutable, items_of
from apprentice.sandbox.judge.walking import walk
from apprentice.sandbox.judge.work import Work

#: What writing a value costs, in terms of what looking at it does.
_WRITING: Final = 5


@dataclass(frozen=True)
class Known:
    """A value that the agent has, and an expression that makes it."""

    value: Any
    node: ast.expr

    @cached_property
    def is_immutable(self) -> bool:
        """Whether nothing in the value can be changed in place."""
        return is_immutable(self.value)


class Values(Protocol):
    """Tells the value of an expression, where the agent has it."""

    @property
    def known(self) -> Mapping[str, Known]:
        """Variables whose values the agent has."""
        ...

    @property
    def names(self) -> Names:
        """What names stand for."""
        ...

    @property
    def work(self) -> Work:
        """The steps that are left."""
        ...

    def value(self, node: ast.expr) -> Any:
        """The value; raises `CannotTell`."""
        ...


def rows_of(node: ast.expr, values: Values) -> list[Known | ast.expr]:
    """The items of a table: as values where the agent has them, else as expressions.

    Raises:
        CannotTell: it isn't a table.
    """
    if isinstance(node, ast.Name) and node.id in values.known:
        node = values.known[node.id].node
    if isinstance(node, ast.List | ast.Tuple) and not any(
        isinstance(item, ast.Starred) for item in node.elts
    ):
        return [_row(item, values) for item in node.elts]
    value = values.value(node)
    values.work.charge_value(value, _WRITING)
    return [Known(item, literal(item)) for item in items_of(value)]


def _row(node: ast.expr, values: Values) -> Known | ast.expr:
    try:
        return Known(values.value(node), node)
    except CannotTell:
        kind = class_of(node, values.names)
        return Known(kind, node) if isinstance(kind, ClassName) else node


def destructured(target: ast.expr, item: Known | ast.expr, work: Work) -> dict[str, Known] | None:
    """What assigning the item to the target binds, where all of it is known; None where the target doesn't fit."""
    if not isinstance(item, Known):
        return None
    if isinstance(target, ast.Name):
        return {target.id: item}
    if not isinstance(target, ast.Tuple | ast.List) or any(
        isinstance(part, ast.Starred) for part in target.elts
    ):
        return None
    try:
        values = items_of(item.value)
        if len(values) != len(target.elts):
            return None
        if isinstance(item.node, ast.Tuple | ast.List):
            nodes = item.node.elts
        else:
            work.charge_value(values, _WRITING)
            nodes = list(map(literal, values))
    except CannotTell:
        return None
    result: dict[str, Known] = {}
    for part, value, node in zip(target.elts, values, nodes, strict=True):
        inner = destructured(part, Known(value, node), work)
        if inner is None:
            return None
        result.update(inner)
    return result


def literal(value: Any) -> ast.expr:
    """An expression that makes the plain value.

    Raises:
        CannotTell: there is none.
    """
    match value:
        case float() if value != value or value in (float("inf"), float("-inf")):
            return ast.Call(ast.Name("float", ast.Load()), [ast.Constant(repr(value))], [])
        case None | bool() | int() | float() | complex() | str() | bytes():
            return ast.Constant(value)
        case list():
            return ast.List([literal(item) for item in value], ast.Load())
        case tuple():
            return ast.Tuple([literal(item) for item in value], ast.Load())
        case set() if value:
            return ast.Set([literal(item) for item in value])
        case set() | frozenset():
            name = type(value).__name__
            return ast.Call(ast.Name(name, ast.Load()), [literal(list(value))], [])
        case dict():
            return ast.Dict([literal(key) for key in value], [literal(item) for item in value.values()])
    raise CannotTell("no plain value")


def substituted(node: ast.expr, known: Mapping[str, Known], work: Work) -> ast.expr:
    """The expression with known variables replaced by their values.

    Raises:
        CannotTell: an inner scope has a variable of the same name.
    """
    if not loaded_in(node) & set(known):
        return node
    work.charge(size_of(node))
    for inner in walk(node):
        stored = isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load) and inner.id in known
        if stored or (isinstance(inner, ast.arg) and inner.arg in known):
            raise CannotTell("a variable of the same name")
    result = _Substitution(known, work).visit(copied(node))
    assert isinstance(result, ast.expr)
    return result


class _Substitution(ast.NodeTransformer):
    def __init__(self, known: Mapping[str, Known], work: Work) -> None:
        self._known = known
        self._work = work

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A known variable becomes its value."""
        if node.id not in self._known:
            return node
        value = self._known[node.id].node
        self._work.charge(size_of(value))
        return copied(value)


def with_items(
    node: ast.stmt, loaded: Collection[str], known: Mapping[str, Known], values: Values
) -> ast.stmt:
    """The statement with the value of `case["in"]` in its place, so that the run needn't have the whole case.

    Of a compound statement, only the part before its blocks.

    Args:
        loaded: the names that the statement reads.
    """
    owners = {name for name in loaded if name in known and not known[name].is_immutable}
    if not owners:
        return node
    stored = {
        inner.id
        for part in walk(node)
        if isinstance(part, ast.comprehension)
        for inner in walk(part.target)
        if isinstance(inner, ast.Name)
    }
    items = _Items(owners - stored, values)
    result = copy.copy(node)
    match result:
        case ast.For():
            result.iter = items.visit(copied(result.iter))
        case ast.If():
            result.test = items.visit(copied(result.test))
        case ast.With():
            result.items = items.all([copied(item) for item in result.items])
        case ast.Assert() | ast.Expr() | ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Return():
            changed: ast.stmt = items.visit(copied(node))
            return changed
    return result


class _Items(ast.NodeTransformer):
    """Puts plain values in the place of items of known containers."""

    def __init__(self, owners: set[str], values: Values) -> None:
        self._owners = owners
        self._values = values

    def all(self, nodes: list[ast.withitem]) -> list[ast.withitem]:
        """Each of the nodes."""
        return [self.visit(node) for node in nodes]

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """`case["in"]`."""
        root: ast.expr = node
        while isinstance(root, ast.Subscript):
            root = root.value
        if isinstance(root, ast.Name) and root.id in self._owners and isinstance(node.ctx, ast.Load):
            try:
                value = self._values.value(node)
                self._values.work.charge_value(value, _WRITING)
                if is_immutable(value):
                    return literal(value)
            except CannotTell:
                pass
        return self.generic_visit(node)
