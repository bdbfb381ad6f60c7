"""Tables of cases in a test file: their rows, as values that the agent has and as expressions that make them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from apprentice.sandbox.judge.copying import copied
from apprentice.sandbox.judge.names import ClassName, Names, class_of, loaded_in
from apprentice.sandbox.judge.pure import CannotTell, is_immutable, items_of


@dataclass(frozen=True, slots=True)
class Known:
    """A value that the agent has, and an expression that makes it."""

    value: Any
    node: ast.expr


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
    return [Known(item, literal(item)) for item in items_of(values.value(node))]


def _row(node: ast.expr, values: Values) -> Known | ast.expr:
    try:
        return Known(values.value(node), node)
    except CannotTell:
        kind = class_of(node, values.names)
        return Known(kind, node) if isinstance(kind, ClassName) else node


def destructured(target: ast.expr, item: Known | ast.expr) -> dict[str, Known] | None:
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
        nodes = item.node.elts if isinstance(item.node, ast.Tuple | ast.List) else list(map(literal, values))
    except CannotTell:
        return None
    result: dict[str, Known] = {}
    for part, value, node in zip(target.elts, values, nodes, strict=True):
        inner = destructured(part, Known(value, node))
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


def substituted(node: ast.expr, known: Mapping[str, Known]) -> ast.expr:
    """The expression with known variables replaced by their values.

    Raises:
        CannotTell: an inner scope has a variable of the same name.
    """
    if not loaded_in(node) & set(known):
        return node
    for inner in ast.walk(node):
        stored = isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load) and inner.id in known
        if stored or (isinstance(inner, ast.arg) and inner.arg in known):
            raise CannotTell("a variable of the same name")
    result = _Substitution(known).visit(copied(node))
    assert isinstance(result, ast.expr)
    return result


class _Substitution(ast.NodeTransformer):
    def __init__(self, known: Mapping[str, Known]) -> None:
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A known variable becomes its value."""
        return copied(self._known[node.id].node) if node.id in self._known else node


def with_items(node: ast.stmt, known: Mapping[str, Known], values: Values) -> ast.stmt:
    """The statement with the value of `case["in"]` in its place, so that the run needn't have the whole case.

    Of a compound statement, only the part before its blocks.
    """
    owners = {name for name, item in known.items() if not is_immutable(item.value)}
    if not owners or not owners & loaded_in(node):
        return node
    stored = {
        inner.id
        for part in ast.walk(node)
        if isinstance(part, ast.comprehension)
        for inner in ast.walk(part.target)
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
                if is_immutable(value):
                    return literal(value)
            except CannotTell:
                pass
        return self.generic_visit(node)
