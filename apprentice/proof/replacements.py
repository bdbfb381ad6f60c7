"""Other expressions that may have been meant where one stands: its parts, other constants and names, conversions."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from typing import Final

from apprentice.proof.change import BUILTINS, Change, Scope, Spot, bound_within, is_called, named, stored
from apprentice.proof.conversions import combined, results, takes_wraps, wraps
from apprentice.proof.hints import Hints
from apprentice.proof.mutations import mutations
from apprentice.proof.operations import (
    changed_arithmetic,
    changed_calls,
    changed_comparisons,
    changed_comprehensions,
    changed_fields,
    changed_subscripts,
)

_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
#: What mutants change, by how likely it is what was wrong.
_MUTATIONS: Final = {
    "comparison": 1.3, "slice": 1.3, "range": 1.3, "arithmetic": 1.6, "method": 1.4, "arguments": 1.5, "boolean": 1.5,
    "condition": 1.5, "sign": 1.6, "constant": 1.7,
}  # fmt: skip
_MOST_PARTS: Final = 24


def replacements(holder: ast.AST, line: int, scope: Scope, hints: Hints) -> Iterator[Change]:
    """The changes of the expressions below a node."""
    for spot in _spots(holder):
        node = spot.node
        yield from _parts(spot)
        match node:
            case ast.Constant():
                yield from _constants(spot, hints)
            case ast.Name():
                yield from _names(spot, scope, hints)
            case ast.Call():
                yield from changed_calls(spot, scope, hints)
            case ast.Subscript():
                yield from changed_subscripts(spot, hints)
            case ast.BinOp():
                yield from changed_arithmetic(spot)
            case ast.Compare():
                yield from changed_comparisons(spot)
            case ast.JoinedStr():
                yield from changed_fields(node)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                yield from changed_comprehensions(spot, node, hints)
        if isinstance(spot.parent, ast.Return):
            yield from results(spot, scope, hints)
        elif takes_wraps(spot):
            yield from wraps(spot, scope, hints)
        yield from combined(spot, scope)
    for change in mutations(holder, line=line):
        yield Change(_MUTATIONS.get(change.kind, 1.8), change.parent, change.field, change.index, change.new)


def _spots(holder: ast.AST) -> Iterator[Spot]:
    """All expressions that are read below a node, outer ones first."""
    waiting: list[tuple[ast.AST, tuple[str, ...], bool]] = [(holder, (), False)]
    while waiting:
        parent, bound, text = waiting.pop(0)
        if isinstance(parent, _COMPREHENSIONS):
            bound = (*bound, *(name for part in parent.generators for name in stored(part.target)))
        elif isinstance(parent, ast.Lambda):
            bound = (*bound, *(part.arg for part in ast.walk(parent.args) if isinstance(part, ast.arg)))
        text = text or isinstance(parent, ast.JoinedStr)
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "returns", "type_comment", "format_spec"):
                continue
            for index, node in enumerate(value) if isinstance(value, list) else [(-1, value)]:
                if not isinstance(node, ast.AST) or isinstance(node, ast.expr_context):
                    continue
                if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
                    continue
                if isinstance(node, ast.expr) and not isinstance(node, ast.Slice | ast.FormattedValue):
                    yield Spot(node, parent, field, index, bound, text)
                waiting.append((node, bound, text))


def _parts(spot: Spot) -> Iterator[Change]:
    """What is left of an expression when one of its own parts takes its place: `x.count(y) % 2` becomes `x.count(y)`."""
    if isinstance(spot.node, ast.Name | ast.Constant) or is_called(spot):
        return
    inner = set(bound_within(spot.node))
    waiting: list[tuple[ast.AST, int]] = [(spot.node, 0)]
    found = 0
    while waiting and found < _MOST_PARTS:
        parent, depth = waiting.pop(0)
        for field, value in ast.iter_fields(parent):
            if field == "format_spec" or isinstance(value, ast.expr_context):
                continue
            for node in value if isinstance(value, list) else [value]:
                if not isinstance(node, ast.AST):
                    continue
                waiting.append((node, depth + 1))
                called = isinstance(parent, ast.Call) and field == "func"
                usable = isinstance(node, ast.expr) and not isinstance(
                    node, ast.Constant | ast.Slice | ast.FormattedValue | ast.Starred
                )
                stored = isinstance(getattr(node, "ctx", None), ast.Store)
                if not usable or called or stored or inner.intersection(named(node)):
                    continue
                found += 1
                yield spot.to(node, 1.0 + 0.08 * depth)


def _constants(spot: Spot, hints: Hints) -> Iterator[Change]:
    value = getattr(spot.node, "value", None)
    in_text = isinstance(spot.parent, ast.JoinedStr)
    if isinstance(value, bool):
        yield spot.to(ast.Constant(not value), 1.3)
    elif value is None:
        if isinstance(spot.parent, ast.Return):
            empties = {
                "str": "''",
                "list": "[]",
                "dict": "dict()",
                "int": "0",
                "float": "0.0",
                "bool": "False",
            }
            yield from (spot.to(text, 1.3) for kind, text in empties.items() if kind in hints.results)
    elif isinstance(value, int | float):
        near = [value + 1, value - 1] if isinstance(value, int) else [value * 10, value / 10]
        for number in dict.fromkeys([*near, *hints.numbers]):
            if number != value and not (isinstance(spot.parent, ast.UnaryOp) and number < 0):
                yield spot.to(ast.Constant(number), 1.2 if number in near else 1.5)
    elif isinstance(value, str):
        yield from _texts(spot, value, hints, in_text)


def _texts(spot: Spot, value: str, hints: Hints, in_text: bool) -> Iterator[Change]:
    others = dict.fromkeys(hints.texts, 1.4)
    if not value.strip() and len(value) < 2:
        others.update({"": 1.0, " ": 1.0})
    for place in range(len(value)) if 1 < len(value) <= 8 else ():
        others.setdefault(value[:place] + value[place + 1 :], 1.6)
    for other in (value.strip(), value.lower(), value.upper(), value + " ", value + "\n", " " + value):
        others.setdefault(other, 1.9)
    for other, cost in others.items():
        if other != value and not (in_text and "\n" in other):
            yield spot.to(ast.Constant(other), cost)


def _names(spot: Spot, scope: Scope, hints: Hints) -> Iterator[Change]:
    name = getattr(spot.node, "id", "")
    known = name in spot.bound or scope.knows(name)
    called = is_called(spot)
    if not known:
        everything = [*spot.bound, *scope.parameters, *scope.locals, *scope.module]
        near = difflib.get_close_matches(name, everything, n=3, cutoff=0.5)
        for other in dict.fromkeys([*near, *everything]):
            yield spot.to(ast.Name(other, ast.Load()), 0.3 if other in near else 0.7)
        return
    if called:
        if name in scope.module and name not in BUILTINS:
            others = [other for other in scope.module if other != name]
            yield from (spot.to(ast.Name(other, ast.Load()), 1.8) for other in others[:6])
        return
    if name in BUILTINS or name in scope.module:
        return
    cost = 1.3 if len(scope.parameters) > 1 or spot.bound else 1.5
    for other in dict.fromkeys([*spot.bound, *scope.parameters, *scope.locals]):
        if other != name:
            yield spot.to(ast.Name(other, ast.Load()), cost)
