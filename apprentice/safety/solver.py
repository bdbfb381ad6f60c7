"""Working out values that may depend on each other: pass after pass, until nothing changes."""

from __future__ import annotations

import ast
import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from apprentice.safety import modules
from apprentice.safety.rules import matters
from apprentice.safety.values import (
    NONE,
    UNKNOWN,
    Getter,
    Local,
    Namespace,
    Opaque,
    Origins,
    Ref,
    Text,
    Value,
    Values,
    origins_of,
)

_MAX_ALTERNATIVES = 16
_MAX_NAMES = 200
_MAX_DEPTH = 40
_MAX_PASSES = 20
#: From this pass on nothing that was found is given up, so that what swings to and fro comes to rest.
_KEEPING_FROM = 5
_MAX_STEPS = 400_000
_MAX_UNROLLED = 50_000


class TooComplex(Exception):
    """The code is nested or tangled beyond what can be reviewed."""


class Fixpoint(ABC):
    """The values of all expressions below `root`, each worked out from those that it depends on.

    Raises:
        TooComplex: there are too many steps, or no end.
    """

    def __init__(self, root: ast.AST) -> None:
        self._root = root
        self._environment: list[tuple[dict[str, Values], set[ast.AST]]] = []
        self._memo: dict[Hashable, Values] = {}
        self._previous: dict[Hashable, Values] = {}
        self._active: set[Hashable] = set()
        self._cut = False
        self._keeping = False
        self._steps = 0
        self._unrolled = 0
        self._solve()

    @abstractmethod
    def _evaluate(self, node: ast.AST) -> Iterable[Value]:
        """What one expression may be, from what its parts may be."""

    def _solve(self) -> None:
        """Work out all expressions, again and again until nothing changes: what is bound may depend on itself."""
        nodes = [node for node in _bottom_up(self._root) if isinstance(node, ast.expr)]
        for number in range(_MAX_PASSES):
            self._keeping = number >= _KEEPING_FROM
            self._previous, self._memo, self._cut, self._unrolled = self._memo, {}, False, 0
            for node in nodes:
                self._values(node)
            if not self._cut or self._memo == self._previous:
                return
        before = {key: _handles(values) for key, values in self._previous.items()}
        if any(_handles(values) != before.get(key) for key, values in self._memo.items()):
            raise TooComplex
        self._unrolled = 0

    def values(self, node: ast.AST | None) -> Values:
        """What the expression may be; never empty."""
        return self._values(node) or (UNKNOWN,)

    def names(self, node: ast.AST | None) -> set[str]:
        """The canonical names of modules, builtins and what is in them that the expression may be."""
        return {value.name for value in self.values(node) if isinstance(value, Ref)}

    def strings(self, node: ast.AST | None) -> list[str] | None:
        """All strings that the expression may be; None if one of them can't be known."""
        out = []
        for value in self.values(node):
            if not isinstance(value, Text) or not value.known:
                return None
            out.append(value.template)
        return out

    def _values(self, node: ast.AST | None) -> Values:
        if node is None:
            return (UNKNOWN,)
        if any(node in inside for _, inside in self._environment):
            return distinct(self._evaluate(node))
        return self._remember(node, lambda: self._evaluate(node))

    def _remember(self, key: Hashable, work_out: Callable[[], Iterable[Value]]) -> Values:
        """What `key` stands for, worked out once a pass. In a circle, what the last pass found."""
        if key in self._memo:
            return self._memo[key]
        if key in self._active or len(self._active) > _MAX_DEPTH:
            self._cut = True
            return self._previous.get(key, ())
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise TooComplex
        self._active.add(key)
        try:
            kept = self._previous.get(key, ()) if self._keeping else ()
            found = self._memo[key] = distinct((*kept, *work_out()))
        finally:
            self._active.discard(key)
        return found

    def within(self, bound: dict[str, Values], node: ast.AST) -> Values:
        """What `node` may be with some names bound to known values, as in one turn of a comprehension."""
        inside = set(ast.walk(node))
        self._unrolled += len(inside)
        if self._environment or self._unrolled > _MAX_UNROLLED:
            return (UNKNOWN,)
        self._environment.append((bound, inside))
        try:
            return self.values(node)
        finally:
            self._environment.pop()

    def combine(self, operands: Sequence[Values], build: Callable[..., Value]) -> list[Value]:
        """`build` applied to the alternatives of the operands, in a bounded number of combinations."""
        if sum(len(alternatives) > 1 for alternatives in operands) > 6:
            return [Opaque(NONE.union(*(origins_of(v) for alternatives in operands for v in alternatives)))]
        found = [build(*row) for row in itertools.islice(itertools.product(*operands), _MAX_ALTERNATIVES)]
        if math.prod(map(len, operands)) > _MAX_ALTERNATIVES:
            found.append(Opaque(NONE.union(*map(origins_of, found))))
        return found


def _handles(values: Values) -> frozenset[str]:
    """The names of modules and of what is in them among the values."""
    return frozenset(
        v.name if isinstance(v, Ref) else v.module for v in values if isinstance(v, Ref | Namespace)
    )


def _bottom_up(root: ast.AST) -> Iterator[ast.AST]:
    """All nodes, in the order of the text, parts before the whole."""
    pending: list[tuple[ast.AST, bool]] = [(root, False)]
    while pending:
        node, seen = pending.pop()
        if seen:
            yield node
            continue
        pending.append((node, True))
        pending += [(child, False) for child in reversed(list(ast.iter_child_nodes(node)))]


def distinct(found: Iterable[Value]) -> Values:
    # What is dangerous must not fall off the end of a long list of alternatives.
    handles: list[Value] = []
    others: list[Value] = []
    origins: Origins | None = None
    for value in found:
        chosen = handles if isinstance(value, Ref | Namespace | Local | Getter) else others
        if value in chosen:
            continue
        if chosen is handles or len(others) < _MAX_ALTERNATIVES:
            chosen.append(value)
        else:
            origins = (origins or NONE) | origins_of(value)
    if len(handles) > _MAX_NAMES:
        handles = [
            v for v in handles if not isinstance(v, Ref) or matters(v.name) or modules.is_module(v.name)
        ]
        others.append(UNKNOWN)
    if len(handles) > _MAX_NAMES:
        raise TooComplex
    if origins is not None:
        others.append(Opaque(origins))
    return (*handles, *others)
