"""Small tools for changing syntax trees: copies, replaced nodes, plain modules."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from apprentice.syntax_trees import parse

Replacement = ast.AST | Sequence[ast.stmt] | None
NodeT = TypeVar("NodeT", bound=ast.AST)


def text_of(tree: ast.AST) -> str:
    """The tree as a module's text."""
    return ast.unparse(ast.fix_missing_locations(tree)).strip("\n") + "\n"


def plain(solution: str) -> ast.Module:
    """A solution's tree without docstrings and without demonstrations behind `__name__`."""
    tree = parse(solution)
    tree.body = [node for node in tree.body if not _demonstrates(node)]
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(node) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _demonstrates(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def entry_of(tree: ast.Module, function: str) -> ast.FunctionDef | None:
    """The entry function's definition."""
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function]
    return found[-1] if found else None


def signature_of(solution: str, function: str) -> str:
    """The entry function's signature as it is written, without `def`; its bare name where it is no function."""
    entry = entry_of(parse(solution), function)
    if entry is None:
        return function
    returns = f" -> {ast.unparse(entry.returns)}" if entry.returns else ""
    return f"{function}({ast.unparse(entry.args)}){returns}"


def replaced(tree: ast.Module, index: int, replacement: Replacement) -> ast.Module:
    """A copy of the tree with the node that `ast.walk` gives as number `index` replaced (None: taken out)."""
    changed = copy.deepcopy(tree)
    target = next(node for number, node in enumerate(ast.walk(changed)) if number == index)
    _Replace(target, copy.deepcopy(replacement)).visit(changed)
    for node in ast.walk(changed):
        if isinstance(getattr(node, "body", None), list) and not node.body:  # type: ignore[attr-defined]
            node.body = [ast.Pass()]  # type: ignore[attr-defined]
    return ast.fix_missing_locations(changed)


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, replacement: Replacement) -> None:
        self._target = target
        self._replacement = replacement

    def visit(self, node: ast.AST) -> Replacement:
        if node is self._target:
            return self._replacement
        result: Replacement = self.generic_visit(node)
        return result


def code_nodes(tree: ast.Module) -> Iterator[tuple[int, ast.AST]]:
    """The nodes inside of functions that run, with their number: no annotations, no defaults' names, no docstrings."""
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for statement in node.body:
                inside.update(id(child) for child in ast.walk(statement))
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if (annotation := getattr(node, name, None)) is not None:
                inside.difference_update(id(child) for child in ast.walk(annotation))
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in inside:
            yield number, node


def with_node(node: NodeT, change: Callable[[NodeT], object]) -> NodeT:
    """A copy of a node, changed."""
    changed = copy.deepcopy(node)
    change(changed)
    return changed
