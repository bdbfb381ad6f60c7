"""unittest's `self.assert…` methods as conditions."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any, Final

from apprentice.sandbox.judge.conditions import Apply, Compare, Condition, Const, Logic
from apprentice.sandbox.judge.names import names_of_class
from apprentice.sandbox.judge.pure import is_cheap_pattern
from apprentice.sandbox.judge.reading import Reader

_COMPARED: Final[Mapping[str, type[ast.cmpop]]] = {
    "assertEqual": ast.Eq,
    "assertEquals": ast.Eq,
    "assertNotEqual": ast.NotEq,
    "assertIs": ast.Is,
    "assertIsNot": ast.IsNot,
    "assertIn": ast.In,
    "assertNotIn": ast.NotIn,
    "assertGreater": ast.Gt,
    "assertGreaterEqual": ast.GtE,
    "assertLess": ast.Lt,
    "assertLessEqual": ast.LtE,
}
_TYPED: Final[Mapping[str, tuple[type, ...]]] = {
    "assertListEqual": (list,),
    "assertTupleEqual": (tuple,),
    "assertSetEqual": (set, frozenset),
    "assertDictEqual": (dict,),
    "assertMultiLineEqual": (str,),
}
_Found = tuple[Condition, ast.expr | None]


def method_condition(
    name: str, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword], reader: Reader
) -> _Found | None:
    """What a method asserts, and its message; None where it isn't known."""
    named = {str(keyword.arg): keyword.value for keyword in keywords}
    message = named.pop("msg", None)
    if "AlmostEqual" in name:
        return _almost(name, arguments, named, message, reader)
    if named:
        return None
    if name in ("assertTrue", "assertFalse", "assertIsNone", "assertIsNotNone"):
        return _single(name, arguments, message, reader)
    if len(arguments) == 3 and message is None:
        message, arguments = arguments[2], arguments[:2]
    if len(arguments) != 2:
        return None
    left, right = arguments
    if name in _COMPARED:
        return reader.read(ast.Compare(left, [_COMPARED[name]()], [right])), message
    if name in ("assertIsInstance", "assertNotIsInstance", "assertNotIsInstance"):
        call = reader.read(ast.Call(ast.Name("isinstance", ast.Load()), [left, right], []))
        return (call if name == "assertIsInstance" else Apply("not", (call,))), message
    if name in ("assertRegex", "assertNotRegex", "assertRegexpMatches"):
        return _matched(name, left, right, message, reader)
    first, second = reader.operand(left), reader.operand(right)
    if name == "assertCountEqual":
        for part in (first, second):
            reader.wants_items(part)
        return Apply("same_items", (first, second)), message
    if name == "assertSequenceEqual":
        return Compare(
            ("==",), (Apply("builtins.list", (first,)), Apply("builtins.list", (second,)))
        ), message
    if name in _TYPED:
        names: Condition = Const(frozenset[str]().union(*map(names_of_class, _TYPED[name])))
        kinds = [Apply("isinstance", (part, names)) for part in (first, second)]
        return Logic(True, (Compare(("==",), (first, second)), *kinds)), message
    return None


def _single(
    name: str, arguments: Sequence[ast.expr], message: ast.expr | None, reader: Reader
) -> _Found | None:
    if len(arguments) == 2 and message is None:
        message, arguments = arguments[1], arguments[:1]
    if len(arguments) != 1:
        return None
    value = arguments[0]
    if name == "assertTrue":
        return reader.read(value), message
    if name == "assertFalse":
        return reader.read(ast.UnaryOp(ast.Not(), value)), message
    operator = ast.Is() if name == "assertIsNone" else ast.IsNot()
    return reader.read(ast.Compare(value, [operator], [ast.Constant(None)])), message


def _almost(
    name: str,
    arguments: Sequence[ast.expr],
    named: dict[str, ast.expr],
    message: ast.expr | None,
    reader: Reader,
) -> _Found | None:
    """Equal, or equal when rounded to some places, or no further apart than delta."""
    given: dict[str, Any] = {}
    first, second = (
        (reader.operand(argument) for argument in arguments[:2]) if len(arguments) >= 2 else (None, None)
    )
    for key, node in [*zip(("places", "msg", "delta"), arguments[2:], strict=False), *named.items()]:
        if key == "msg":
            message = node
        else:
            value = reader.operand(node)
            if not isinstance(value, Const):
                return None
            given[key] = value.value
    if first is None or second is None or not given.keys() <= {"places", "delta"}:
        return None
    apart = Apply("builtins.abs", (Apply("-", (first, second)),))
    near: Condition
    if given.get("delta") is not None:
        near = Compare(("<=",), (apart, Const(given["delta"])))
    else:
        places = 7 if given.get("places") is None else given["places"]
        near = Compare(("==",), (Apply("builtins.round", (apart, Const(places))), Const(0)))
    equal = Logic(False, (Compare(("==",), (first, second)), near))
    return (Apply("not", (equal,)) if "Not" in name else equal), message


def _matched(
    name: str, text: ast.expr, pattern: ast.expr, message: ast.expr | None, reader: Reader
) -> _Found | None:
    seen, expected = reader.operand(text), reader.operand(pattern)
    if not (
        isinstance(expected, Const) and isinstance(expected.value, str) and is_cheap_pattern(expected.value)
    ):
        return None
    call = Apply("re.search", (expected, seen))
    return (Apply("not", (call,)) if "Not" in name else call), message
