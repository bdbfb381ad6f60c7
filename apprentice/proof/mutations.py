"""The small wrong changes that are made to one expression or statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from apprentice.proof.place import Place

_COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_OPERATORS: Final[dict[type[ast.operator], tuple[type[ast.operator], ...]]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add,),
    ast.Div: (ast.FloorDiv, ast.Mult),
    ast.FloorDiv: (ast.Div, ast.Mod),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitXor: (ast.BitOr,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
}
_METHODS: Final = {
    "upper": "lower", "lower": "upper", "casefold": "upper", "title": "capitalize", "capitalize": "title",
 "extend": "append", "strip": "lstrip", "lstrip": "rstrip", "rstrip": "lstrip",
    "startswith": "endswith", "endswith": "startswith", "find": "rfind", "rfind": "find",
    "index": "count", "ljust": "rjust", "rjust": "ljust", "isalpha": "isalnum", "isalnum": "isalpha",
    "isdigit": "isalnum", "isupper": "islower", "islower": "isupper", "keys": "values", "values": "keys",
    "union": "intersection", "intersection": "union", "difference": "intersection", "add": "discard",
    "popleft": "pop", "appendleft": "append", "floor": "ceil", "ceil": "floor", "partition": "rpartition",
    "rpartition": "partition", "heappop": "nlargest", "bisect_left": "bisect_right", "bisect_right": "bisect_left",
    "match": "search", "search": "match", "fullmatch": "match", "removeprefix": "removesuffix",
    "removesuffix": "removeprefix", "most_common": "elements", "mean": "median", "median": "mean",
}  # fmt: skip
#: `text.strip()` is left out of the expression: `text`.
_LEFT_OUT: Final = frozenset(
    "strip lstrip rstrip lower upper casefold title capitalize replace swapcase zfill removeprefix removesuffix".split()
)
_FUNCTIONS: Final = {
    "min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "set": "list", "reversed": "list",
    "sum": "len", "floor": "ceil", "ceil": "floor", "int": "float",
}  # fmt: skip
_ARGUMENT_ONLY: Final = frozenset("abs round reversed".split())
_SYMMETRIC: Final = frozenset(
    "min max gcd lcm isinstance issubclass print range zip chain product getattr hasattr super sorted".split()
)
_STEPS: Final = (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.LShift, ast.RShift, ast.Pow)


@dataclass(slots=True)
class Mutation(Place):
    """One change of one field of a tree.

    Attributes:
        kind: e.g. `comparison`; for spreading.
        parent: the node whose field is replaced.
        field: name of the field.
        index: place in the field where it is a list; -1 else.
        new: what goes there.
        line: of the code.
        said: what was changed, where old and new text alone would not say it.
    """

    kind: str
    parent: ast.AST
    field: str
    index: int
    new: Any
    line: int
    said: str = ""


def mutations(root: ast.AST, *, line: int) -> Iterator[Mutation]:
    """The changes of all expressions below a node, not of the node itself. Annotations stay as they are.

    Args:
        line: taken where a node has none that is right: those in f-strings.
    """
    waiting: list[tuple[ast.AST, int]] = [(root, line)]
    while waiting:
        parent, above = waiting.pop()
        text = isinstance(parent, ast.JoinedStr | ast.FormattedValue)
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "returns", "type_comment"):
                continue
            for index, node in enumerate(value) if isinstance(value, list) else [(-1, value)]:
                if not isinstance(node, ast.AST) or isinstance(node, ast.expr_context):
                    continue
                here = above if text else getattr(node, "lineno", above)
                if isinstance(node, ast.expr) and not isinstance(
                    getattr(node, "ctx", None), ast.Store | ast.Del
                ):
                    for kind, new in _changes(node, parent, field):
                        yield Mutation(kind, parent, field, index, new, here)
                elif isinstance(node, ast.comprehension):
                    for number in range(len(node.ifs)):
                        yield Mutation("condition", node, "ifs", number, ast.Constant(True), here)
                waiting.append((node, here))


def _changes(node: ast.expr, parent: ast.AST, field: str) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Constant() if not isinstance(parent, ast.UnaryOp):
            kind = "slice" if isinstance(parent, ast.Slice) or field == "slice" else "constant"
            for value in _other_values(node.value, parent, field):
                yield kind, ast.Constant(value)
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "boolean", ast.BoolOp(op=other, values=node.values)
            if len(node.values) == 2:
                yield "condition", node.values[0]
                yield "condition", node.values[1]
            else:
                for number in range(len(node.values)):
                    kept = node.values[:number] + node.values[number + 1 :]
                    yield "condition", ast.BoolOp(op=node.op, values=kept)
        case ast.UnaryOp():
            yield from _unary(node, parent, field)
        case ast.BinOp():
            yield from _arithmetic(node)
        case ast.IfExp():
            yield "condition", node.body
            yield "condition", node.orelse
        case ast.Tuple(elts=[first, second]) if isinstance(parent, ast.Return | ast.Assign):
            yield "arguments", ast.Tuple(elts=[second, first], ctx=ast.Load())
        case ast.Subscript():
            yield from _subscripts(node)
        case ast.Call():
            yield from _calls(node)


def _other_values(value: object, parent: ast.AST, field: str) -> Iterator[str | bytes | float | bool]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
        if field != "step" or value != 1:
            yield value - 1
    elif isinstance(value, str):
        if value:
            yield ""
        elif not isinstance(parent, ast.JoinedStr | ast.FormattedValue):
            yield " "
        if len(value) > 1 and not isinstance(parent, ast.JoinedStr | ast.FormattedValue):
            yield value[:-1]
    elif isinstance(value, bytes):
        yield b"" if value else b" "


def _comparisons(node: ast.Compare) -> Iterator[tuple[str, ast.expr]]:
    for number, operator in enumerate(node.ops):
        for new in _COMPARISONS.get(type(operator), ()):
            ops = [*node.ops]
            ops[number] = new()
            yield "comparison", ast.Compare(left=node.left, ops=ops, comparators=node.comparators)


def _unary(node: ast.UnaryOp, parent: ast.AST, field: str) -> Iterator[tuple[str, ast.expr]]:
    yield "boolean" if isinstance(node.op, ast.Not) else "sign", node.operand
    if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            kind = "slice" if isinstance(parent, ast.Slice) or field == "slice" else "constant"
            yield kind, ast.UnaryOp(op=node.op, operand=ast.Constant(value + 1))
            if value != 1 or field != "step":
                yield (
                    kind,
                    ast.UnaryOp(op=node.op, operand=ast.Constant(value - 1))
                    if value != 1
                    else ast.Constant(0),
                )


def _arithmetic(node: ast.BinOp) -> Iterator[tuple[str, ast.expr]]:
    if _is_text(node.left) or _is_text(node.right):
        # A sign or a quotient of texts is only a TypeError.
        if isinstance(node.op, ast.Add):
            yield "arithmetic", node.left
            yield "arithmetic", node.right
        elif isinstance(node.op, ast.Mult):
            yield "arithmetic", node.left if _is_text(node.left) else node.right
        return
    for new in _OPERATORS.get(type(node.op), ()):
        if not _is_neutral(node.right, node.op, new):
            yield "arithmetic", ast.BinOp(left=node.left, op=new(), right=node.right)
    if isinstance(node.op, ast.Sub | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow):
        yield "arithmetic", ast.BinOp(left=node.right, op=node.op, right=node.left)


def _is_neutral(right: ast.expr, old: ast.operator, new: type[ast.operator]) -> bool:
    if not isinstance(right, ast.Constant):
        return False
    additive = isinstance(old, ast.Add | ast.Sub | ast.BitXor | ast.LShift | ast.RShift)
    if additive:
        return right.value in (0, False) and new is not ast.BitAnd
    return right.value == 1 and new in (ast.Mult, ast.Div, ast.FloorDiv, ast.Pow)


def _is_text(node: ast.expr) -> bool:
    match node:
        case (
            ast.Constant(value=str() | bytes()) | ast.JoinedStr() | ast.List() | ast.ListComp() | ast.Tuple()
        ):
            return True
        case ast.Call(func=ast.Name(id="str" | "repr" | "chr" | "sorted" | "list" | "tuple")):
            return True
        case ast.Call(func=ast.Attribute(attr="join" | "upper" | "lower" | "strip" | "format" | "replace")):
            return True
        case ast.BinOp(op=ast.Add()):
            return _is_text(node.left) or _is_text(node.right)
    return False


def _subscripts(node: ast.Subscript) -> Iterator[tuple[str, ast.expr]]:
    def at(place: ast.expr) -> ast.Subscript:
        return ast.Subscript(value=node.value, slice=place, ctx=node.ctx)

    index = node.slice
    if isinstance(index, ast.Slice):
        if index.lower is None and index.step is None:
            yield "slice", at(ast.Slice(lower=ast.Constant(1), upper=index.upper, step=None))
        elif index.lower is not None:
            yield "slice", at(ast.Slice(lower=None, upper=index.upper, step=index.step))
            if _is_open(index.lower):
                yield "slice", at(ast.Slice(lower=_plus(index.lower, 1), upper=index.upper, step=index.step))
        if index.upper is not None:
            yield "slice", at(ast.Slice(lower=index.lower, upper=None, step=index.step))
            if _is_open(index.upper):
                yield "slice", at(ast.Slice(lower=index.lower, upper=_plus(index.upper, -1), step=index.step))
        if index.step is not None:
            yield "slice", at(ast.Slice(lower=index.lower, upper=index.upper, step=None))
    elif isinstance(index, ast.Name) and index.id in (
        "i",
        "j",
        "k",
        "index",
        "mid",
        "low",
        "high",
        "left",
        "right",
        "n",
    ):
        yield "slice", at(_plus(index, 1))
        yield "slice", at(_plus(index, -1))


def _is_open(node: ast.expr) -> bool:
    """Whether one more or one less is not made by the change of a constant."""
    if isinstance(node, ast.BinOp):
        return not isinstance(node.right, ast.Constant)
    return not isinstance(node, ast.Constant | ast.UnaryOp)


def _plus(node: ast.expr, number: int) -> ast.expr:
    operator = ast.Add() if number > 0 else ast.Sub()
    return ast.BinOp(left=node, op=operator, right=ast.Constant(abs(number)))


def _calls(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    args, keywords, func = node.args, node.keywords, node.func

    def call(func: ast.expr, args: list[ast.expr], keywords: list[ast.keyword] = keywords) -> ast.Call:
        return ast.Call(func=func, args=args, keywords=keywords)

    name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
    if isinstance(func, ast.Attribute):
        if name == "split" and (len(args) > 1 or keywords):
            yield "method", call(ast.Attribute(value=func.value, attr="rsplit", ctx=ast.Load()), args)
        if name in _METHODS:
            yield "method", call(ast.Attribute(value=func.value, attr=_METHODS[name], ctx=ast.Load()), args)
        if name in _LEFT_OUT:
            yield "method", func.value
        if name in ("split", "rsplit", "strip", "pop") and args:
            yield "method", call(func, [])
        if name == "append" and len(args) == 1:
            yield "method", call(ast.Attribute(func.value, "insert", ast.Load()), [ast.Constant(0), args[0]])
        if name == "get" and len(args) == 2:
            yield "arguments", call(func, args[:1])
    elif name in _FUNCTIONS and args and not (name == "int" and len(args) > 1):
        kept = [] if name in ("sorted", "sum") else keywords
        yield (
            "method",
            call(ast.Name(_FUNCTIONS[name], ast.Load()), args[:1] if name == "sum" else args, kept),
        )
    if name in _ARGUMENT_ONLY and args:
        yield "method", args[0]
    if name in ("sorted", "sort"):
        if not any(keyword.arg == "reverse" for keyword in keywords):
            turned = ast.keyword(arg="reverse", value=ast.Constant(True))
            yield "method", call(func, args, [*keywords, turned])
        if any(keyword.arg == "key" for keyword in keywords):
            yield "arguments", call(func, args, [word for word in keywords if word.arg != "key"])
    if name == "enumerate" and len(args) == 1 and not keywords:
        yield "range", call(func, [*args, ast.Constant(1)])
    if name == "range" and not any(isinstance(arg, ast.Starred) for arg in args):
        yield from (("range", new) for new in _ranges(node))
    elif (
        len(args) >= 2
        and name not in _SYMMETRIC
        and not any(isinstance(arg, ast.Starred) for arg in args[:2])
    ):
        yield "arguments", call(func, [args[1], args[0], *args[2:]])


def _ranges(node: ast.Call) -> Iterator[ast.expr]:
    args = node.args
    if len(args) == 1:
        yield ast.Call(func=node.func, args=[ast.Constant(1), args[0]], keywords=[])
    stop = 0 if len(args) == 1 else 1
    if len(args) > 1 and _is_open(args[0]):
        yield ast.Call(func=node.func, args=[_plus(args[0], 1), *args[1:]], keywords=[])
    if len(args) and _is_open(args[stop]):
        for number in (-1, 1):
            changed = [*args[:stop], _plus(args[stop], number), *args[stop + 1 :]]
            yield ast.Call(func=node.func, args=changed, keywords=[])


def changes_pace(mutation: Mutation, statement: ast.stmt) -> bool:
    """Whether a changed assignment that a `while` loop waits for may no longer get it any further.

    A step of one more or less is still a step; another operator, another sign or a step of nothing is none.
    """
    if mutation.kind in ("arithmetic", "sign", "drop", "boolean", "condition", "arguments"):
        return True
    if mutation.kind == "constant" and isinstance(mutation.new, ast.Constant):
        operator = getattr(statement, "op", None) or getattr(mutation.parent, "op", None)
        value = mutation.new.value
        return value in (0, 1, -1, True, False) if isinstance(operator, _STEPS) else value == 0
    return False
