"""Values that code spells out: written as they are, or put together from pieces of which none depends on an argument."""

from __future__ import annotations

import ast
import base64
import codecs
import itertools
import json
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from apprentice.syntax_trees import literal

_MOST: Final = 5_000
_MOST_STEPS: Final = 20_000
_MOST_BITS: Final = 20_000
#: Codecs whose result is no longer than what they are given, or hardly.
_CODECS: Final = frozenset(
    "rot13 rot_13 hex hex_codec base64 utf-8 utf8 ascii latin-1 latin1 unicode_escape".split()
)
_OPERATORS: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitXor: operator.xor,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}
_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "chr": chr, "ord": ord, "str": str, "int": int, "float": float, "bool": bool, "list": list, "tuple": tuple,
    "set": set, "frozenset": frozenset, "dict": dict, "zip": lambda *lists: list(zip(*lists, strict=False)),
    "reversed": lambda items: list(reversed(items)), "sorted": sorted, "len": len, "abs": abs, "repr": repr, "bytes": bytes,
    "bytearray": bytes, "sum": sum, "range": lambda *ends: list(itertools.islice(range(*ends), _MOST)), "min": min,
    "max": max, "enumerate": lambda items: list(enumerate(items)), "hex": hex, "bin": bin, "eval": literal,
    "literal_eval": literal, "ast.literal_eval": literal, "json.loads": json.loads, "loads": json.loads,
    "base64.b64decode": base64.b64decode, "b64decode": base64.b64decode, "bytes.fromhex": bytes.fromhex,
    "binascii.unhexlify": bytes.fromhex, "codecs.decode": lambda text, way: _decoded(text, way),
    "frozendict": dict, "MappingProxyType": dict, "OrderedDict": dict, "deque": list, "iter": list,
}  # fmt: skip
_METHODS: Final = {
    str: frozenset(
        "join split rsplit splitlines replace upper lower strip lstrip rstrip title capitalize swapcase encode format".split()
    ),
    bytes: frozenset("decode hex join split strip replace upper lower".split()),
    dict: frozenset("items keys values copy".split()),
    list: frozenset(["copy"]),
    float: frozenset(["is_integer"]),
}
_MAPPED: Final = frozenset("chr ord str int float len repr".split())


def _decoded(value: Any, way: str) -> Any:
    if way not in _CODECS:
        raise NotConstant
    return codecs.decode(value, way)


class NotConstant(ValueError):
    """The expression depends on something that isn't spelled out."""


class Folder:
    """Works out what expressions are worth, without running any of the code's own functions.

    Attributes:
        names: names that stand for one value.
    """

    def __init__(self, names: Mapping[str, Any] | None = None) -> None:
        self.names: dict[str, Any] = dict(names or {})
        self._steps = 0

    def fold(self, node: ast.expr) -> Any:
        """The value of the expression.

        Raises:
            NotConstant: it is none that is spelled out, or too large.
        """
        self._steps = 0
        try:
            return self._fold(node)
        except NotConstant:
            raise
        except (
            ValueError,
            TypeError,
            ArithmeticError,
            LookupError,
            SyntaxError,
            MemoryError,
            RecursionError,
        ) as error:
            raise NotConstant from error

    def _fold(self, node: ast.expr) -> Any:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise NotConstant
        value = self._value(node)
        if isinstance(value, int) and value.bit_length() > _MOST_BITS:
            raise NotConstant
        if isinstance(value, str | bytes | list | tuple | set | frozenset | dict) and len(value) > _MOST:
            raise NotConstant
        return value

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                if node.id not in self.names:
                    raise NotConstant
                return self.names[node.id]
            case ast.Tuple():
                return tuple(self._items(node.elts))
            case ast.List():
                return self._items(node.elts)
            case ast.Set():
                return set(self._items(node.elts))
            case ast.Dict():
                if not all(node.keys):
                    raise NotConstant
                return {
                    self._fold(key): self._fold(value)
                    for key, value in zip(node.keys, node.values, strict=True)
                    if key
                }
            case ast.UnaryOp():
                value = self._fold(node.operand)
                if isinstance(node.op, ast.Not):
                    return not value
                return (
                    -value
                    if isinstance(node.op, ast.USub)
                    else ~value
                    if isinstance(node.op, ast.Invert)
                    else value
                )
            case ast.BinOp():
                return self._binary(node)
            case ast.IfExp():
                first, second = self._fold(node.body), self._fold(node.orelse)
                if first == second:
                    return first
                return first if self._fold(node.test) else second
            case ast.JoinedStr():
                return "".join(map(self._piece, node.values))
            case ast.Subscript():
                return self._fold(node.value)[self._place(node.slice)]
            case ast.ListComp() | ast.GeneratorExp():
                return list(self._comprehension(node, lambda: self._fold(node.elt)))
            case ast.SetComp():
                return set(self._comprehension(node, lambda: self._fold(node.elt)))
            case ast.DictComp():
                return dict(self._comprehension(node, lambda: (self._fold(node.key), self._fold(node.value))))
            case ast.Call():
                return self._call(node)
        raise NotConstant

    def _items(self, nodes: Iterable[ast.expr]) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                found.extend(self._fold(node.value))
            else:
                found.append(self._fold(node))
        return found

    def _place(self, node: ast.expr) -> Any:
        if not isinstance(node, ast.Slice):
            return self._fold(node)
        return slice(*(self._fold(part) if part else None for part in (node.lower, node.upper, node.step)))

    def _piece(self, node: ast.expr) -> str:
        if isinstance(node, ast.FormattedValue):
            if node.format_spec or node.conversion not in (-1, 115):
                raise NotConstant
            return str(self._fold(node.value))
        return str(self._fold(node))

    def _binary(self, node: ast.BinOp) -> Any:
        if isinstance(node.op, ast.Mult):
            # Nothing of an argument is left in `x * 0`.
            for side in (node.left, node.right):
                if isinstance(side, ast.Constant) and side.value == 0 and type(side.value) is int:
                    return 0
        if isinstance(node.op, ast.Add):
            for side, other in ((node.left, node.right), (node.right, node.left)):
                if _is_nothing(side):
                    return self._fold(other)
        left, right = self._fold(node.left), self._fold(node.right)
        if isinstance(node.op, ast.Pow | ast.LShift) and not (abs(right) <= 64 and abs(left) <= 10**6):
            raise NotConstant
        if isinstance(node.op, ast.Mult):
            sizes = [len(side) for side in (left, right) if hasattr(side, "__len__")]
            counts = [side for side in (left, right) if isinstance(side, int)]
            if sizes and counts and sizes[0] * counts[0] > _MOST:
                raise NotConstant
        if isinstance(node.op, ast.Mod) and isinstance(left, str | bytes):
            text = left if isinstance(left, str) else left.decode("latin-1")
            # A width may be of any size.
            if len(text) > 200 or "*" in text or any(char.isdigit() for char in text):
                raise NotConstant
        return _OPERATORS[type(node.op)](left, right)

    def _comprehension(
        self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp, made: Callable[[], Any]
    ) -> Iterable[Any]:
        if len(node.generators) != 1 or node.generators[0].ifs:
            raise NotConstant
        source = node.generators[0]
        before = dict(self.names)
        found = []
        try:
            for item in list(self._fold(source.iter)):
                self.names.update(bound(source.target, item))
                found.append(made())
        finally:
            self.names = before
        return found

    def _call(self, node: ast.Call) -> Any:
        name = ast.unparse(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else ""
        if name in _FUNCTIONS:
            arguments = self._items(node.args)
            words = {word.arg: self._fold(word.value) for word in node.keywords if word.arg}
            if (
                name in ("bytes", "bytearray", "frozenset", "list")
                and arguments
                and isinstance(arguments[0], int)
            ):
                raise NotConstant
            return _FUNCTIONS[name](*arguments, **words)
        if (
            name == "map"
            and len(node.args) == 2
            and isinstance(node.args[0], ast.Name)
            and node.args[0].id in _MAPPED
        ):
            return [_FUNCTIONS[node.args[0].id](item) for item in self._fold(node.args[1])]
        if isinstance(node.func, ast.Attribute):
            held = self._fold(node.func.value)
            allowed = next(
                (names for kind, names in _METHODS.items() if isinstance(held, kind)), frozenset[str]()
            )
            if node.func.attr in allowed and not (
                node.func.attr == "format" and "{" in str(held) and ":" in str(held)
            ):
                value = getattr(held, node.func.attr)(*self._items(node.args))
                return list(value) if isinstance(held, dict) and node.func.attr != "copy" else value
        raise NotConstant


def _is_nothing(node: ast.expr) -> bool:
    """Whether it is `x[:0]`."""
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Slice)
        and isinstance(node.slice.upper, ast.Constant)
        and node.slice.upper.value == 0
    )


def bound(target: ast.expr, value: Any) -> dict[str, Any]:
    """The names of a target with the values that an assignment gives them.

    Raises:
        NotConstant: the target is more than names, or doesn't fit the value.
    """
    if isinstance(target, ast.Name):
        return {target.id: value}
    if not isinstance(target, ast.Tuple | ast.List) or not isinstance(value, list | tuple | str):
        raise NotConstant
    if len(target.elts) != len(value):
        raise NotConstant
    found: dict[str, Any] = {}
    for part, item in zip(target.elts, value, strict=True):
        found |= bound(part, item)
    return found
