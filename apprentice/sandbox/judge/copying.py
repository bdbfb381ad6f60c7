"""Copies of syntax trees."""

from __future__ import annotations

import ast
from typing import Any, TypeVar

_Node = TypeVar("_Node", bound=ast.AST)


def copied(node: _Node) -> _Node:
    """A copy of a node with all below it: its fields and places in the text, nothing else.

    `copy.deepcopy` would take along whatever a library has hung on a node. On those that all trees of a process share, such
    as `ast.Load()`, that can be a whole other tree.

    Raises:
        RecursionError: it is nested too deeply.
    """
    names = (*node._fields, *node._attributes)
    return type(node)(**{name: _copied(getattr(node, name)) for name in names if hasattr(node, name)})


def _copied(value: Any) -> Any:
    if isinstance(value, ast.AST):
        return copied(value)
    return [_copied(item) for item in value] if isinstance(value, list) else value
