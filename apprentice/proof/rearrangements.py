"""Other statements that may have been meant: a guard, a `return` where it belongs, one statement fewer."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from typing import Final

from apprentice.proof.change import BUILTINS, Change, Scope
from apprentice.proof.hints import WRAPS, Hints
from apprentice.proof.reachable import is_docstring
from apprentice.syntax_trees import parse

_LOOPS: Final = (ast.For, ast.While)
_BODIES: Final = ("body", "orelse", "finalbody")
_EMPTIES: Final = ("[]", "{}", "''", "0", "set()", "1", "None")
_SHOWN: Final = 50
#: What an argument may have to be made into before all else.
_NORMAL: Final = frozenset(
    "{}.lower() {}.upper() {}.strip() {}.split() {}.splitlines() sorted({}) list({}) abs({}) set({})".split()
)


def rearrangements(function: ast.FunctionDef, scope: Scope, hints: Hints) -> Iterator[Change]:
    """The changes of a function's statements. Each is of a list of statements as a whole."""
    yield from _guards(function, scope, hints)
    yield from _missing_return(function, scope)
    for owner, field, body in _bodies(function):
        yield from _moved_returns(owner, field, body)
        yield from _left_out(owner, field, body, function)
        yield from _starts(owner, field, body, scope, hints)


def _bodies(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, str, list[ast.stmt]]]:
    for node in ast.walk(function):
        for field in _BODIES:
            body = getattr(node, field, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                yield node, field, body


def _guards(function: ast.FunctionDef, scope: Scope, hints: Hints) -> Iterator[Change]:
    """`if not text: return ''` at the beginning, as an example with an empty argument wants it."""
    start = 1 if is_docstring(function.body[0]) else 0
    if len(function.body) == start:
        return

    def guarded(text: str, cost: float) -> Change:
        new = [*function.body[:start], *parse(text).body, *function.body[start:]]
        return Change(cost, function, "body", -1, new, f"`{' '.join(text.split())}` was added")

    for name, kinds in scope.parameters.items():
        for kind in sorted(kinds):
            for template in (template for template in WRAPS.get(kind, ()) if template in _NORMAL):
                if hints.likely(template) or template == "list({})":
                    yield guarded(
                        f"{name} = {template.replace('{}', name)}", 1.1 if hints.likely(template) else 1.7
                    )
    parameters = list(scope.parameters)
    for place, results in enumerate(hints.empty[: len(parameters)]):
        for result in results:
            yield guarded(f"if not {parameters[place]}:\n    return {result}", 1.1)
    constants = dict.fromkeys(
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and 0 < len(node.value) <= 2
    )
    empties = [
        text for kind, text in (("str", "''"), ("list", "[]"), ("None", "None")) if kind in hints.results
    ]
    for name, kinds in scope.parameters.items():
        if "str" in kinds:
            for constant in list(constants)[:4]:
                for result in empties:
                    yield guarded(f"if {constant!r} not in {name}:\n    return {result}", 1.6)
        for error in hints.raises:
            if error not in BUILTINS:
                continue
            tests = (
                [f"{name} < 0", f"{name} < 1", f"{name} <= 1"]
                if kinds & {"int", "float"}
                else [f"not {name}"]
            )
            for test in tests:
                yield guarded(f"if {test}:\n    raise {error}({name!r})", 1.9)


def _missing_return(function: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """The end of a function that has no `return` there."""
    last = function.body[-1]
    if is_docstring(last) or isinstance(last, ast.Return | ast.Raise):
        return
    head = function.body[:-1]
    printed = _printed(last)
    if printed is not None:
        yield Change(0.4, function, "body", -1, [*head, ast.Return(printed)], "it returns what it printed")
    elif isinstance(last, ast.Expr):
        yield Change(0.4, function, "body", -1, [*head, ast.Return(last.value)], "a `return` was added")
    stored = list(dict.fromkeys(_stored(function)))
    names = [*stored[::-1], *scope.parameters]
    for place, name in enumerate(names[:6]):
        added = [*function.body, ast.Return(ast.Name(name, ast.Load()))]
        yield Change(0.5 + 0.1 * place, function, "body", -1, added, f"`return {name}` was added")
    for value in ("False", "True", "None", "[]", "''"):
        if isinstance(last, ast.If | ast.For | ast.While) and value != "None":
            added = [*function.body, ast.Return(ast.Name(value, ast.Load()))]
            yield Change(1.4, function, "body", -1, added, f"`return {value}` was added")


def _printed(node: ast.stmt) -> ast.expr | None:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[value])):
            return value
    return None


def _moved_returns(owner: ast.AST, field: str, body: list[ast.stmt]) -> Iterator[Change]:
    """A `return` that ends a loop too early goes behind it, or into it, or out of an `else`."""

    def body_with(place: int, *statements: ast.stmt) -> list[ast.stmt]:
        return [*body[:place], *statements, *body[place + 1 :]]

    for place, node in enumerate(body):
        printed = _printed(node)
        if printed is not None:
            yield Change(
                1.2, owner, field, -1, body_with(place, ast.Return(printed)), "it returns what it printed"
            )
        if not isinstance(node, _LOOPS):
            continue
        last = node.body[-1]
        if isinstance(last, ast.Return) and len(node.body) > 1:
            loop = _with_body(node, node.body[:-1])
            said = f"{_short(last)} was moved behind the loop"
            yield Change(0.6, owner, field, -1, body_with(place, loop, last), said)
        if isinstance(last, ast.If) and last.orelse and isinstance(last.orelse[-1], ast.Return):
            kept = copy.copy(last)
            kept.orelse = last.orelse[:-1]
            loop = _with_body(node, [*node.body[:-1], kept])
            said = f"{_short(last.orelse[-1])} was moved behind the loop"
            yield Change(0.7, owner, field, -1, body_with(place, loop, last.orelse[-1]), said)
        if place + 1 < len(body) and not isinstance(body[place + 1], ast.Return):
            loop = _with_body(node, [*node.body, body[place + 1]])
            moved = [*body[:place], loop, *body[place + 2 :]]
            yield Change(1.9, owner, field, -1, moved, f"{_short(body[place + 1])} was moved into the loop")
        if len(node.body) > 1 and not isinstance(last, ast.Return):
            loop = _with_body(node, node.body[:-1])
            yield Change(
                1.7,
                owner,
                field,
                -1,
                body_with(place, loop, last),
                f"{_short(last)} was moved behind the loop",
            )


def _with_body(node: ast.stmt, body: list[ast.stmt]) -> ast.stmt:
    changed = copy.copy(node)
    changed.body = body  # type: ignore[attr-defined]
    return changed


def _left_out(
    owner: ast.AST, field: str, body: list[ast.stmt], function: ast.FunctionDef
) -> Iterator[Change]:
    for place, node in enumerate(body):
        if is_docstring(node) or isinstance(node, ast.Pass):
            continue
        rest = [*body[:place], *body[place + 1 :]]
        kept = rest or ([] if field == "orelse" else [ast.Pass()])
        if not (owner is function and all(map(is_docstring, rest))):
            cost = 1.3 if isinstance(node, ast.If | ast.Raise | ast.Expr | ast.Assert) else 1.7
            yield Change(cost, owner, field, -1, kept, f"{_short(node)} was left out")
        if isinstance(node, ast.If):
            unwrapped = [*body[:place], *node.body, *body[place + 1 :]]
            yield Change(1.7, owner, field, -1, unwrapped, f"{_short(node)} is always done")
            if node.orelse:
                yield Change(1.8, node, "body", -1, node.orelse, f"{_short(node)} does what its `else` does")
        if isinstance(node, ast.Try):
            unwrapped = [*body[:place], *node.body, *body[place + 1 :]]
            yield Change(1.8, owner, field, -1, unwrapped, "the `try` was left out")
        if place + 1 < len(body) and not isinstance(node, ast.Return | ast.FunctionDef):
            turned = [*body[:place], body[place + 1], node, *body[place + 2 :]]
            if not isinstance(body[place + 1], ast.Return):
                yield Change(2.1, owner, field, -1, turned, f"{_short(node)} comes one statement later")


def _starts(owner: ast.AST, field: str, body: list[ast.stmt], scope: Scope, hints: Hints) -> Iterator[Change]:
    """What a name begins with, and how a value is added to it."""
    for place, node in enumerate(body):

        def instead(
            new: ast.stmt, cost: float, body: Sequence[ast.stmt] = body, place: int = place
        ) -> Change:
            changed = [*body[:place], new, *body[place + 1 :]]
            return Change(cost, owner, field, -1, changed, f"{_short(body[place])} became {_short(new)}")

        match node:
            case ast.Assign(targets=[ast.Name()], value=value) if _is_empty(value):
                for text in _EMPTIES:
                    if text != ast.unparse(value):
                        yield instead(ast.Assign(node.targets, ast.Name(text, ast.Load()), lineno=0), 1.4)
                for name, kinds in scope.parameters.items():
                    for kind in sorted(kinds & {"dict", "list"} & hints.results):
                        copied = ast.Name(f"{kind}({name})", ast.Load())
                        yield instead(ast.Assign(node.targets, copied, lineno=0), 1.6)
                    if kinds & {"int", "float"}:
                        yield instead(ast.Assign(node.targets, ast.Name(name, ast.Load()), lineno=0), 1.6)
            case ast.Assign(targets=[ast.Name() as target], value=value):
                yield instead(ast.AugAssign(target, ast.Add(), value), 1.6)
                if isinstance(owner, ast.For | ast.While):
                    for other in ("append", "add"):
                        for name in scope.locals:
                            if name != target.id:
                                text = f"{name}.{other}({ast.unparse(value)})"
                                yield instead(ast.Expr(ast.Name(text, ast.Load())), 1.9)
            case ast.AugAssign():
                for operator in (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv):
                    if not isinstance(node.op, operator):
                        yield instead(ast.AugAssign(node.target, operator(), node.value), 1.5)
                if isinstance(node.target, ast.Name):
                    turned = ast.BinOp(node.value, node.op, ast.Name(node.target.id, ast.Load()))
                    yield instead(ast.Assign([node.target], turned, lineno=0), 1.5)
                    listed = ast.AugAssign(node.target, node.op, ast.List([node.value], ast.Load()))
                    yield instead(listed, 1.6)
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=owned, attr="append" | "extend" | "add" as how), args=args
                )
            ):
                for other in ("append", "extend", "add"):
                    if other != how:
                        func = ast.Attribute(owned, other, ast.Load())
                        yield instead(ast.Expr(ast.Call(func, args, [])), 1.3)
            case ast.For(target=ast.Tuple(), iter=ast.Name(id=name)):
                for text, cost in ((f"{name}.items()", 0.6), (f"enumerate({name})", 0.9)):
                    loop = copy.copy(node)
                    loop.iter = ast.Name(text, ast.Load())
                    said = f"the loop goes through `{text}`"
                    yield Change(cost, owner, field, -1, [*body[:place], loop, *body[place + 1 :]], said)


def _is_empty(node: ast.expr) -> bool:
    match node:
        case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Constant(value="" | 0 | 1 | None):
            return True
        case ast.Call(func=ast.Name(id="set" | "list" | "dict" | "str"), args=[]):
            return True
    return False


def _stored(function: ast.FunctionDef) -> Iterator[str]:
    parameters = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id not in parameters:
            yield node.id


def _short(node: ast.AST) -> str:
    text = ast.unparse(node).split("\n")[0]
    return f"`{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}`"
