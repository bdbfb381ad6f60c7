"""Parts of one candidate that may be what another one lacks."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from apprentice.proof.change import Change, Scope
from apprentice.proof.reachable import is_docstring
from apprentice.syntax_trees import parse, top_level

_MOST: Final = 16
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A part of a candidate.

    Attributes:
        role: `guard`, a statement at the function's beginning that may end it; `result`, what is returned; `test`, a condition.
        node: with the names of the candidate's parameters.
        parameters: those names, in order.
    """

    role: str
    node: ast.stmt | ast.expr
    parameters: tuple[str, ...]


def ingredients_of(codes: Sequence[str], function: str) -> list[Ingredient]:
    """What is to be had of candidates, each part once."""
    found: dict[tuple[str, str], Ingredient] = {}
    for code in codes:
        try:
            nodes = list(top_level(parse(code)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        own = [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == function]
        for one in _of(own[-1]) if own else ():
            found.setdefault((one.role, ast.unparse(one.node)), one)
    return list(found.values())


def _of(function: ast.FunctionDef) -> Iterator[Ingredient]:
    names = tuple(argument.arg for argument in (*function.args.posonlyargs, *function.args.args))
    for node in function.body:
        if is_docstring(node):
            continue
        ends = (
            isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ast.Return | ast.Raise)
        )
        if not ends or not isinstance(node, ast.If) or len(node.body) > 1:
            break
        yield Ingredient("guard", node, names)
    for part in ast.walk(function):
        if (
            isinstance(part, ast.Return)
            and part.value is not None
            and not isinstance(part.value, ast.Constant)
        ):
            yield Ingredient("result", part.value, names)
        elif isinstance(part, ast.If | ast.IfExp):
            yield Ingredient("test", part.test, names)


def borrowed(function: ast.FunctionDef, scope: Scope, ingredients: Sequence[Ingredient]) -> Iterator[Change]:
    """Changes that put other candidates' parts into this one, as far as it knows their names."""
    own = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    start = 1 if is_docstring(function.body[0]) else 0
    taken = {"guard": 0, "result": 0, "test": 0}
    for one in ingredients:
        if len(one.parameters) != len(own) or taken[one.role] >= _MOST:
            continue
        names = dict(zip(one.parameters, own, strict=True))
        node = one.node if list(one.parameters) == own else _renamed(one.node, names)
        if not all(scope.knows(name) for name in _free(node)):
            continue
        taken[one.role] += 1
        text = " ".join(ast.unparse(node).split())[:_SHOWN]
        if isinstance(node, ast.stmt):
            body = [*function.body[:start], node, *function.body[start:]]
            yield Change(1.3, function, "body", -1, body, f"`{text}` was taken over", True)
            continue
        for part in ast.walk(function):
            if one.role == "result" and isinstance(part, ast.Return) and part.value is not None:
                said = f"`return {text}` was taken over"
                yield Change(1.5, part, "value", -1, ast.Name(ast.unparse(node), ast.Load()), said, True)
            elif one.role == "test" and isinstance(part, ast.If):
                said = f"`if {text}` was taken over"
                yield Change(1.7, part, "test", -1, ast.Name(ast.unparse(node), ast.Load()), said, True)


def _renamed(node: ast.stmt | ast.expr, names: dict[str, str]) -> ast.stmt | ast.expr:
    changed = copy.deepcopy(node)
    for part in ast.walk(changed):
        if isinstance(part, ast.Name):
            part.id = names.get(part.id, part.id)
    return changed


def _free(node: ast.AST) -> set[str]:
    bound = {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    bound |= {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - bound
