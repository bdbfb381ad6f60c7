"""Which of a module's statements a function's answer can depend on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def reachable(tree: ast.Module, function: str) -> list[ast.stmt]:
    """The module's statements that define `function` or a name that it uses, directly or through others, in order.

    Imports, docstrings, `if __name__ == ...` and `if TYPE_CHECKING` blocks are left out. Nothing where the module doesn't
    define the function. `Class.method` stands for the class.
    """
    usable = [node for node in tree.body if not is_docstring(node) and not _is_guard(node)]
    binding = [
        (node, set(_bound(node))) for node in usable if not isinstance(node, ast.Import | ast.ImportFrom)
    ]
    wanted = [function.partition(".")[0]]
    known = set(wanted)
    taken: set[int] = set()
    while wanted:
        name = wanted.pop()
        for node, names in binding:
            if name in names and id(node) not in taken:
                taken.add(id(node))
                new = {used.id for used in ast.walk(node) if isinstance(used, ast.Name)} - known
                known |= new
                wanted += sorted(new)
    return [node for node in usable if id(node) in taken]


def is_docstring(node: ast.stmt) -> bool:
    """Whether the statement is only a constant: a docstring, or `...`."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and any(
        (isinstance(part, ast.Name) and part.id in ("__name__", "TYPE_CHECKING"))
        or (isinstance(part, ast.Attribute) and part.attr == "TYPE_CHECKING")
        for part in ast.walk(node.test)
    )


def _bound(node: ast.stmt) -> Iterator[str]:
    """Names that a statement of a module binds, or whose value it changes."""
    if isinstance(node, _DEFINITIONS):
        yield node.name
        return
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.stmt | ast.ExceptHandler):
            yield from _bound(part)  # type: ignore[arg-type]
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        elif isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.value, ast.Name):
            changes = not isinstance(part.ctx, ast.Load) or isinstance(node, ast.Expr)
            if changes:
                yield part.value.id
