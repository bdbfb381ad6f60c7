"""Asserts that tell the values they saw. Standard library only; imported in the child alone.

The rewriting evaluates each operand once, in the order in which Python does, and keeps it in a name that no program can
have, for the message.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from apprentice.sandbox.plain import cut, one_line, safe_repr

Pairs = tuple[tuple[str, Any], ...]

#: What the rewritten code calls; `@` keeps the names out of reach of any source text.
FAIL, SEEN, TRUE = "@fail", "@seen", "@true"

_UNWATCHED = ("assertRaises", "assertWarns", "assertLogs", "assertNoLogs")


def helpers() -> dict[str, Any]:
    """The names that rewritten code needs in its module."""
    return {FAIL: _failure, SEEN: _note, TRUE: is_true}


def is_true(value: Any) -> bool:
    """Whether the value is exactly True (or numpy's)."""
    kind = type(value)
    return value is True or (
        kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_") and bool(value)
    )


def _failure(source: str, seen: Pairs, message: Any = None) -> AssertionError:
    values = _reprs(seen)
    was = [f"{name} was {text}" for name, text in values.items() if name != text and not _is_literal(name)]
    text = f"assert {source}" + (f": {' and '.join(was)}" if was else "")
    if message is not None:
        note = one_line(message if isinstance(message, str) else safe_repr(message))
        text += f" ({note})"
    error = AssertionError(one_line(text))
    error.__apprentice_values__ = values  # type: ignore[attr-defined]
    return error


def _note(error: AssertionError, call: str, seen: Pairs) -> None:
    """Give an error of unittest's own assertions the values and the source."""
    if getattr(error, "__apprentice_values__", None) is None:
        first = str(error).strip().splitlines()[:1]
        error.args = (one_line(": ".join([call, *first])),)
        error.__apprentice_values__ = _reprs(seen)  # type: ignore[attr-defined]


def _reprs(seen: Pairs) -> dict[str, str]:
    return {name: safe_repr(value) for name, value in seen}


def _is_literal(source: str) -> bool:
    try:
        ast.literal_eval(source)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return True


class AssertRewriter(ast.NodeTransformer):
    """Rewrites `assert` statements and unittest's `self.assert…` calls.

    Args:
        exact: an asserted value must be True itself, not only count as true.
    """

    def __init__(self, *, exact: bool = False) -> None:
        self._exact = exact
        self._count = 0

    def rewrite(self, tree: ast.Module) -> ast.Module:
        """The tree with its asserts rewritten, ready to compile."""
        result: ast.Module = self.visit(tree)
        return ast.fix_missing_locations(result)

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        """`assert a and b` counts as two asserts, so that the message is about the one that failed."""
        conditions = [node.test]
        if isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.And):
            conditions = node.test.values
        return [stmt for condition in conditions for stmt in self._rewritten(condition, node)]

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        """Watch the operands of `self.assertEqual(a, b)` and its like."""
        call = node.value
        if not (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "self"
            and call.func.attr.startswith("assert")
            and not call.func.attr.startswith(_UNWATCHED)
            and not any(isinstance(argument, ast.Starred) for argument in call.args)
        ):
            return node
        self._count = 0
        source = f"{call.func.attr}({', '.join(_source(argument) for argument in call.args)})"
        before: list[ast.stmt] = []
        seen: list[ast.expr] = []
        operands = [self._keep(argument, before, seen) for argument in call.args[:2]]
        call.args[:2] = operands
        note = _call(SEEN, ast.Name("@e", ast.Load()), ast.Constant(cut(source, 200)), _tuple(seen))
        handler = ast.ExceptHandler(
            ast.Name("AssertionError", ast.Load()), "@e", [ast.Expr(note), ast.Raise()]
        )
        return _located([*before, ast.Try([node], [handler], [], [])], node)

    def _rewritten(self, condition: ast.expr, node: ast.Assert) -> list[ast.stmt]:
        self._count = 0
        source = _source(condition)
        before: list[ast.stmt] = []
        seen: list[ast.expr] = []
        test: ast.expr
        if isinstance(condition, ast.Compare) and len(condition.ops) == 1:
            left = self._keep(condition.left, before, seen)
            right = self._keep(condition.comparators[0], before, seen)
            test = ast.Compare(left, condition.ops, [right])
        elif isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not):
            test = ast.UnaryOp(ast.Not(), self._keep(condition.operand, before, seen))
        elif isinstance(condition, ast.Call):
            inner: list[ast.expr] = []
            self._keep_arguments(condition, before, inner)
            test = self._keep(condition, before, seen, source)
            seen += inner
        else:
            test = self._keep(condition, before, seen)
        if self._exact:
            test = _call(TRUE, test)
        arguments: list[ast.expr] = [ast.Constant(source), _tuple(seen)]
        if node.msg is not None:
            arguments.append(node.msg)
        check = ast.If(ast.UnaryOp(ast.Not(), test), [ast.Raise(_call(FAIL, *arguments))], [])
        return _located([*before, check], node)

    def _keep(
        self, value: ast.expr, before: list[ast.stmt], seen: list[ast.expr], source: str | None = None
    ) -> ast.expr:
        """Evaluate the operand into a name of ours, and note it; constants stay where they are."""
        text = source or _source(value)
        if isinstance(value, ast.Constant):
            seen.append(ast.Tuple([ast.Constant(text), value], ast.Load()))
            return value
        name = f"@{self._count}"
        self._count += 1
        before.append(ast.Assign([ast.Name(name, ast.Store())], value))
        seen.append(ast.Tuple([ast.Constant(text), ast.Name(name, ast.Load())], ast.Load()))
        return ast.Name(name, ast.Load())

    def _keep_arguments(self, call: ast.Call, before: list[ast.stmt], seen: list[ast.expr]) -> None:
        """Watch a call's arguments, where evaluating them before the function's name changes nothing."""
        if not isinstance(call.func, ast.Name) or any(isinstance(item, ast.Starred) for item in call.args):
            return
        for index, argument in enumerate(call.args):
            if isinstance(argument, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
                call.args[index] = self._keep(argument, before, seen)


def _source(node: ast.expr) -> str:
    return cut(ast.unparse(node), 200)


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _tuple(items: list[ast.expr]) -> ast.Tuple:
    return ast.Tuple(items, ast.Load())


def _located(statements: Iterable[ast.stmt], node: ast.stmt) -> list[ast.stmt]:
    result = list(statements)
    for statement in result:
        for part in ast.walk(statement):
            if not hasattr(part, "lineno"):
                ast.copy_location(part, node)
    return result
