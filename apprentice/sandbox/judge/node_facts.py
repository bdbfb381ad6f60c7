"""What a statement has in it, found out once however often it is unfolded."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from apprentice.sandbox.judge.names import bound_in
from apprentice.sandbox.judge.walking import children, walk

#: Characters of a text that count as one node.
_CHARACTERS: Final = 100
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_LOOPS: Final = (ast.For, ast.While, ast.AsyncFor)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is in a node.

    Attributes:
        size: how many nodes, long texts counted as several.
        loaded: names that are read in it, also in inner functions.
        bound: names that it binds or deletes in its own scope.
        walrus: names that `:=` binds in it.
        leaves: the function may end in it without an error.
        breaks: a loop around it may be left early, or go on early.
    """

    size: int
    loaded: frozenset[str]
    bound: frozenset[str]
    walrus: tuple[str, ...]
    leaves: bool
    breaks: bool


class Reads:
    """What a function does with its variables."""

    def __init__(self, node: ast.AST) -> None:
        self._plain: Counter[str] = Counter()
        self._attributes: Counter[tuple[str, str]] = Counter()
        for inner in walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
                self._plain[inner.id] += 1
            elif isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
                self._attributes[inner.value.id, inner.attr] += 1

    def only(self, name: str, attributes: Collection[str]) -> bool:
        """Whether all that it does with a variable is to read some of its attributes."""
        return self._plain[name] == sum(self._attributes[name, attribute] for attribute in attributes)


class NodeFacts:
    """The facts of the nodes of one file. They must not change any more."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[ast.AST, Facts]] = {}
        self._reads: dict[int, tuple[ast.AST, Reads]] = {}

    def of(self, node: ast.AST) -> Facts:
        """The facts of one node."""
        found = self._found.get(id(node))
        if found is None:
            # The node is kept too: another could be made in its place with its identity.
            found = self._found[id(node)] = node, _facts(node)
        return found[1]

    def reads(self, node: ast.AST) -> Reads:
        """What a function does with its variables."""
        found = self._reads.get(id(node))
        if found is None:
            found = self._reads[id(node)] = node, Reads(node)
        return found[1]


def size_of(node: ast.AST) -> int:
    """How many nodes are in it, long texts counted as several."""
    return sum(map(_size, walk(node)))


def _size(node: ast.AST) -> int:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return 1 + len(node.value) // _CHARACTERS
    # `ast.Load()` and its like are no work.
    return not isinstance(node, ast.expr_context)


def _facts(node: ast.AST) -> Facts:
    size = 0
    loaded: set[str] = set()
    walrus: list[str] = []
    leaves = breaks = False
    waiting: list[tuple[ast.AST, bool, bool]] = [(node, True, True)]
    while waiting:
        inner, own_scope, own_loop = waiting.pop()
        size += _size(inner)
        if isinstance(inner, ast.Name):
            if isinstance(inner.ctx, ast.Load):
                loaded.add(inner.id)
            continue
        if isinstance(inner, ast.NamedExpr):
            walrus.append(inner.target.id)
        elif isinstance(inner, ast.Return):
            leaves = leaves or own_scope
        elif isinstance(inner, ast.Break | ast.Continue):
            breaks = breaks or own_loop
        own_scope = own_scope and not isinstance(inner, _FUNCTIONS)
        own_loop = own_loop and own_scope and not isinstance(inner, _LOOPS)
        waiting += [(part, own_scope, own_loop) for part in children(inner)]
    return Facts(size, frozenset(loaded), frozenset(bound_in([node])), tuple(walrus), leaves, breaks)
