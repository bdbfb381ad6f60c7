"""Calls of coroutine functions in expressions: `f(2)` where it is run by something that waits, `asyncio.run(f(2))` in a test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from apprentice.syntax_trees import awaited, parse, top_level

_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

#: Methods of Python's own kinds.
_PYTHONS: Final = frozenset(
    name for kind in (str, bytes, list, tuple, dict, set, int, float) for name in dir(kind)
)


@dataclass(frozen=True, slots=True)
class Coroutines:
    """What gives a coroutine when it is called.

    Attributes:
        functions: a module's functions.
        methods: methods of its classes that have the name of no other of its methods.
    """

    functions: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()

    @classmethod
    def of(cls, code: str) -> Coroutines:
        """Those that a module defines; none where it can't be read."""
        try:
            nodes = list(top_level(parse(code)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return cls()
        inner = [part for node in nodes if isinstance(node, ast.ClassDef) for part in top_level(node)]
        return cls(_coroutines(nodes), _coroutines(inner))

    def awaited_in(self, source: str) -> str:
        """An expression as plain Python runs it: each call of these waits for its end, and so does what it awaits itself.

        Raises:
            SyntaxError: it isn't one.
        """
        tree = parse(source, mode="eval").body
        changed = _Waiting(self, within=needs_coroutine(source)).visit(parse(source, mode="eval").body)
        return source if ast.dump(tree) == ast.dump(changed) else ast.unparse(changed)


def needs_coroutine(source: str) -> bool:
    """Whether an expression can only stand in a coroutine function: it has an `async for`."""
    return any(
        isinstance(node, ast.comprehension) and node.is_async for node in ast.walk(parse(source, mode="eval"))
    )


def without_waiting(source: str) -> str:
    """An expression with the calls themselves where it waits for them by `await` or `asyncio.run`."""
    return ast.unparse(_Plain().visit(parse(source, mode="eval")))


def _coroutines(nodes: list[ast.stmt]) -> frozenset[str]:
    found = {node.name for node in nodes if isinstance(node, ast.AsyncFunctionDef) and not _yields(node)}
    others = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return frozenset(found - others)


def _yields(function: ast.AsyncFunctionDef) -> bool:
    """Whether calling it gives a generator."""
    return any(isinstance(node, ast.Yield) for node in _own(function))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, _SCOPES):
            yield from _own(child)


def _may_be_own(owner: ast.expr, method: str) -> bool:
    """Whether an object can be one of the module's: a method of Python's own kinds is theirs unless it surely isn't."""
    if method in _PYTHONS:
        made = awaited(owner)
        return isinstance(made, ast.Name) or (isinstance(made, ast.Call) and isinstance(made.func, ast.Name))
    while isinstance(owner, ast.Attribute | ast.Subscript | ast.Call):
        owner = owner.func if isinstance(owner, ast.Call) else owner.value
    return isinstance(owner, ast.Name | ast.Await)


class _Waiting(ast.NodeTransformer):
    def __init__(self, coroutines: Coroutines, *, within: bool) -> None:
        self._coroutines = coroutines
        self._within = within

    def visit_Await(self, node: ast.Await) -> ast.expr:
        return self._waiting(self._inner(node.value))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        inner = awaited(node)
        if inner is not node:
            return self._waiting(self._inner(inner))
        called = self._inner(node)
        match node.func:
            case ast.Name(id=name) if name in self._coroutines.functions:
                return self._waiting(called)
            case ast.Attribute(value=owner, attr=name) if name in self._coroutines.methods and _may_be_own(
                owner, name
            ):
                return self._waiting(called)
        return called

    def _inner(self, node: ast.expr) -> ast.expr:
        """What is waited for, or not: only what is in it is looked at."""
        if isinstance(node, ast.Call) and awaited(node) is node:
            self.generic_visit(node)
            return node
        changed = self.visit(node)
        assert isinstance(changed, ast.expr)
        return changed

    def _waiting(self, node: ast.expr) -> ast.expr:
        if self._within:
            return ast.Await(node)
        runner = ast.Attribute(ast.Name("asyncio", ast.Load()), "run", ast.Load())
        return ast.Call(runner, [node], [])


class _Plain(ast.NodeTransformer):
    def visit(self, node: ast.AST) -> ast.AST:
        """The node, or what it waits for."""
        while isinstance(node, ast.expr) and (inner := awaited(node)) is not node:
            node = inner
        return self.generic_visit(node)
