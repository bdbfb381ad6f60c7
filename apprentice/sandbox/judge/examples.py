"""Examples: what the child is asked for each, and the verdict on what it answers."""

from __future__ import annotations

import ast
import builtins
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final, Literal

from apprentice.sandbox.base import Example, TestOutcome
from apprentice.sandbox.judge.expressions import source_of
from apprentice.sandbox.judge.file import is_class_of_skill
from apprentice.sandbox.judge.judge import Check, Failure
from apprentice.sandbox.judge.names import ExampleNames
from apprentice.sandbox.judge.reading import Reader, is_own_word
from apprentice.sandbox.judge.work import TooMuchWork
from apprentice.sandbox.plain import MAX_REPR, NotPlain, cut, decode, safe_repr
from apprentice.syntax_trees import parse

#: `value`: the agent has the expected value; `pair`: both sides come from the child; `check`: a condition with holes that the
#: child fills; `truth`: the whole is an assertion in the child.
ExampleKind = Literal["value", "pair", "check", "truth", "raises"]

RELATIVE_TOLERANCE: Final = 1e-9
_LONGEST: Final = 100_000

_ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_BUILDERS: Final[Mapping[str, type]] = {
    kind.__name__: kind for kind in (set, frozenset, list, tuple, dict, float, int, str, bytes, complex, bool)
}


class NotConstant(Exception):
    """The expression's value can't be told without running code."""


@dataclass(frozen=True, slots=True)
class PlannedExample:
    """An example taken apart."""

    id: str
    example: Example
    kind: ExampleKind
    sources: tuple[str, ...]
    expected_source: str = ""
    expected: Any = field(default=None, compare=False)
    check: Check | None = field(default=None, compare=False)
    items: tuple[bool, ...] = ()

    def as_request(self) -> dict[str, Any]:
        """What the child is asked to evaluate; never what a `value` or a `check` expects."""
        request: dict[str, Any] = {"id": self.id, "kind": self.kind, "sources": list(self.sources)}
        if self.check is not None:
            request |= {"groups": list(self.check.groups), "items": list(self.items)}
        return request

    def judge(self, answer: Mapping[str, Any]) -> TestOutcome:
        """The outcome, from the child's answer."""
        outcome = self._judge(answer, seconds_of(answer))
        return replace(outcome, judged="run") if self.kind in ("pair", "truth") else outcome

    def _judge(self, answer: Mapping[str, Any], seconds: float) -> TestOutcome:
        error = answer.get("error")
        if isinstance(error, dict):
            return self._judge_error(error, seconds)
        if self.check is not None:
            failure = self.check.judge(answer)
            if failure is None:
                return TestOutcome(self.example.name, True, seconds=seconds)
            return replace(failure_outcome(self.example.name, failure), seconds=seconds)
        if self.kind == "truth":
            return self._outcome(answer.get("true") is True, seconds, "the example isn't true", {})
        shown = [str(text) for text in answer.get("reprs") or ["?"]]
        if self.kind == "raises":
            message = f"{self._said(shown[0])}, expected it to raise {self.example.raises}"
            return self._outcome(False, seconds, message, {self.sources[0]: shown[0]})
        expected = safe_repr(self.expected) if self.kind == "value" else shown[-1]
        right = self.expected_source if self.kind == "value" else self.sources[1]
        message = f"{self._said(shown[0])}, expected {expected}"
        if self.kind == "value" and "not_plain" in answer:
            message += f" (it is {answer['not_plain']}, not a plain value)"
        values = {self.sources[0]: shown[0], right: expected}
        return self._outcome(self._equal(answer), seconds, message, values)

    def _equal(self, answer: Mapping[str, Any]) -> bool:
        encoded = answer.get("values")
        if encoded is None:
            # Only where neither side is plain does the child's own == count, and only between equal types.
            return self.kind == "pair" and answer.get("same") is True
        try:
            values = [decode(item) for item in encoded]
            if self.kind == "value":
                return len(values) == 1 and equal(values[0], self.expected)
            return len(values) == 2 and equal(values[0], values[1])
        except (NotPlain, TypeError, ValueError, RecursionError, ArithmeticError):
            return False

    def _judge_error(self, error: Mapping[str, Any], seconds: float) -> TestOutcome:
        raised, message = str(error.get("type", "")), str(error.get("message", ""))
        wanted = self.example.raises.rpartition(".")[2]
        if wanted:
            real = getattr(builtins, wanted, None)
            name = (
                f"builtins.{wanted}" if isinstance(real, type) and "." not in self.example.raises else wanted
            )
            if name in (error.get("bases") or ()):
                return self._outcome(True, seconds, "", {})
            text = f"{self.sources[0]} raised {raised}, expected {wanted}" + (
                f": {message}" if message else ""
            )
            return TestOutcome(
                self.example.name, False, raised, text, line=error.get("line"), seconds=seconds
            )
        values = seen_values(error)
        if not (self.kind == "truth" and raised == "AssertionError" and values):
            message = f"{self.sources[0]} raised {raised}" + (f": {message}" if message else "")
        return TestOutcome(self.example.name, False, raised, message, values, error.get("line"), seconds)

    def _said(self, shown: str) -> str:
        verb = "returned" if _is_call(self.sources[0]) else "was"
        return f"{self.sources[0]} {verb} {shown}"

    def _outcome(self, passed: bool, seconds: float, message: str, values: Mapping[str, str]) -> TestOutcome:
        if passed:
            return TestOutcome(self.example.name, True, seconds=seconds)
        return TestOutcome(self.example.name, False, "AssertionError", message, values, seconds=seconds)


def seconds_of(answer: Mapping[str, Any]) -> float:
    """How long the run says that it took; 0 where it says nothing of the kind."""
    seconds = answer.get("seconds")
    return float(seconds) if isinstance(seconds, int | float) and 0 <= seconds < 1e6 else 0.0


def failure_outcome(name: str, failure: Failure) -> TestOutcome:
    """The outcome of a test with a check that doesn't hold."""
    kind = failure.error_type or "AssertionError"
    message = failure.message or f"{kind} was raised, without a message"
    return TestOutcome(name, False, kind, message, failure.values, failure.line)


def seen_values(error: Mapping[str, Any]) -> dict[str, str]:
    """The values that a reported error was seen with."""
    values = error.get("values")
    if not isinstance(values, dict):
        return {}
    return {cut(str(source), MAX_REPR): cut(str(value), MAX_REPR) for source, value in values.items()}


def plan_example(index: int, example: Example) -> PlannedExample:
    """Take an example apart.

    Raises:
        SyntaxError: it is no Python expression.
    """
    name = f"e{index}"
    source = example.source.strip()
    tree = parse(source, "<example>", "eval").body
    if example.raises:
        return PlannedExample(name, example, "raises", (source,))
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and isinstance(tree.ops[0], ast.Eq):
        left, right = tree.left, tree.comparators[0]
        for call, constant in ((left, right), (right, left)):
            try:
                expected = constant_value(constant)
            except NotConstant:
                continue
            return PlannedExample(
                name, example, "value", (_text(source, call),), _text(source, constant), expected
            )
        return PlannedExample(name, example, "pair", (_text(source, left), _text(source, right)))
    return _check_example(name, example, tree) or PlannedExample(name, example, "truth", (source,))


def _check_example(name: str, example: Example, tree: ast.expr) -> PlannedExample | None:
    """The example as a condition with holes; None where the run would decide it all the same."""
    names = ExampleNames()
    reader = Reader(
        names,
        is_object=lambda node: isinstance(node, ast.Call) and is_class_of_skill(names.resolve(node.func)),
    )
    try:
        condition = reader.read(tree)
    except TooMuchWork:
        return None
    if is_own_word(condition, reader.open):
        return None
    sizes = [len(list(group)) for _, group in groupby(part.group for part in reader.open)]
    check = Check(0, f"assert {source_of(tree)}", condition, tuple(sizes), own_word=False, is_exact=True)
    sources = tuple(ast.unparse(part.node) for part in reader.open)
    items = tuple(part.items for part in reader.open)
    return PlannedExample(name, example, "check", sources, check=check, items=items)


def constant_value(node: ast.expr) -> Any:
    """The value of literals, arithmetic on them, and empty or filled builtin containers such as `set()`.

    Raises:
        NotConstant: it depends on something else, or would be too large.
    """
    try:
        return _constant(node)
    except (TypeError, ValueError, ArithmeticError, RecursionError, MemoryError) as error:
        raise NotConstant from error


def _constant(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=value) if value is not ...:
            return value
        case ast.List(elts=items):
            return [_constant(item) for item in items]
        case ast.Tuple(elts=items):
            return tuple(_constant(item) for item in items)
        case ast.Set(elts=items):
            return {_constant(item) for item in items}
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {_constant(key): _constant(value) for key, value in zip(keys, values, strict=True) if key}
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_constant(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return +_constant(operand)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _constant(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return _arithmetic(op, _constant(left), _constant(right))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _BUILDERS and len(args) <= 1:
            argument = [_constant(item) for item in args]
            if name == "bytes" and argument and isinstance(argument[0], int):
                raise NotConstant
            return _BUILDERS[name](*argument)
    raise NotConstant


def _arithmetic(op: ast.operator, left: Any, right: Any) -> Any:
    """The operation where its result is small for sure."""
    numbers = isinstance(left, int | float | complex) and isinstance(right, int | float | complex)
    if isinstance(op, ast.Pow) and not (numbers and abs(left) < 1 << 64 and abs(right) <= 256):
        raise NotConstant
    if isinstance(op, ast.Mult) and not numbers:
        size, times = (right, left) if isinstance(left, int) else (left, right)
        if not isinstance(times, int) or len(size) * times > _LONGEST:
            raise NotConstant
    if isinstance(op, ast.Mod) and not numbers:
        raise NotConstant
    return _ARITHMETIC[type(op)](left, right)


def equal(seen: Any, expected: Any) -> bool:
    """Python's `==` on plain values, with floats equal where they are within 1e-9 of each other, relatively."""
    if seen == expected:
        return True
    if isinstance(seen, float) or isinstance(expected, float):
        if isinstance(seen, int | float) and isinstance(expected, int | float):
            try:
                return math.isclose(seen, expected, rel_tol=RELATIVE_TOLERANCE)
            except OverflowError:
                return False
        return False
    if type(seen) is type(expected):
        if isinstance(seen, list | tuple):
            return len(seen) == len(expected) and all(map(equal, seen, expected))
        if isinstance(seen, dict):
            return seen.keys() == expected.keys() and all(equal(seen[key], expected[key]) for key in seen)
    return False


def _text(source: str, node: ast.expr) -> str:
    segment = ast.get_source_segment(source, node)
    return ast.unparse(node) if segment is None or "\n" in segment else segment


def _is_call(source: str) -> bool:
    tree = parse(source, mode="eval").body
    return isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name | ast.Attribute)
