"""Whether examples hold for another seed of Python's hashes: code run with sets in another order, without a new interpreter."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Final

from apprentice.cancellation import CancelToken
from apprentice.proof.batch import run_many
from apprentice.proof.cases import cases_of
from apprentice.sandbox.base import Sandbox
from apprentice.syntax_trees import parse

_SECONDS: Final = 0.5
#: Nothing of a module's own is in the way: neither what it calls so, nor what it calls as Python's own is called.
_BEFORE: Final = """
import builtins as _otherwise

class _otherwise_set(set):
    def __iter__(self):
        items = _otherwise.list(_otherwise.set.__iter__(self))
        plain = _otherwise.all(_otherwise.isinstance(item, (_otherwise.int, _otherwise.float)) for item in items)
        return _otherwise.iter(items if plain else items[::-1])

    def pop(self):
        for item in self:
            self.discard(item)
            return item
        return _otherwise.set.pop(self)

def _otherwise_hash(value):
    plain = _otherwise.isinstance(value, (_otherwise.int, _otherwise.float))
    return _otherwise.hash(value) if plain else _otherwise.hash(value) ^ 0x5A5A5A5A5A5A5A5

def _otherwise_id(value):
    return _otherwise.id(value) ^ 0x555550

"""
_NAMES: Final = frozenset({"set", "hash", "id"})
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def depends_on_hashes(
    sandbox: Sandbox,
    code: str,
    function: str,
    examples: Sequence[str],
    signature: str,
    *,
    modules: Mapping[str, str],
    cancel: CancelToken | None = None,
) -> str:
    """The first example's call that comes out otherwise where sets of texts have another order; empty if none does.

    Raises:
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
    """
    tree = parse(code)
    other = _Other(tree)
    changed = other.visit(tree)
    calls = [case.arguments for case in cases_of(examples, function, signature)]
    if not other.found or not calls:
        return ""
    ahead = sum(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in changed.body)
    changed.body[ahead:ahead] = parse(_BEFORE).body
    codes = [code, ast.unparse(ast.fix_missing_locations(changed))]
    own, otherwise = run_many(
        sandbox, codes, function, calls, modules=modules, cancel=cancel, seconds=_SECONDS, seconds_each=0.1
    )
    if own is None or otherwise is None:
        return ""
    for call, first, second in zip(calls, own, otherwise, strict=True):
        if (first.kind, first.form) != (second.kind, second.form):
            return call
    return ""


class _Other(ast.NodeTransformer):
    """Puts sets with another order, and other hashes and addresses, in the place of Python's."""

    def __init__(self, tree: ast.Module) -> None:
        self.found = False
        named = {
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.Global)
            for name in node.names
            if name in _NAMES
        }
        self._own = [named | _bound(tree)]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """What it binds is its own, and that of the functions in it."""
        return self._within(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """As any function."""
        return self._within(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """As any function."""
        return self._within(node)

    def _within(self, node: _Function) -> ast.AST:
        self._own.append(_bound(node))
        self.generic_visit(node)
        self._own.pop()
        return node

    def visit_Set(self, node: ast.Set) -> ast.expr:
        """As `_otherwise_set([...])`."""
        self.generic_visit(node)
        return self._made(ast.List(node.elts, ast.Load()))

    def visit_SetComp(self, node: ast.SetComp) -> ast.expr:
        """As `_otherwise_set(... for ...)`."""
        self.generic_visit(node)
        return self._made(ast.ListComp(node.elt, node.generators))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """`set(...)`, `hash(...)` and `id(...)`."""
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _NAMES and not any(name in own for own in self._own):
            self.found = True
            node.func = ast.Name(f"_otherwise_{name}", ast.Load())
        return node

    def _made(self, items: ast.expr) -> ast.expr:
        self.found = True
        return ast.Call(ast.Name("_otherwise_set", ast.Load()), [items], [])


def _bound(scope: ast.Module | _Function) -> set[str]:
    """Which of the names a module or function binds itself: as a function, a parameter, a variable, an import."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return found & _NAMES
