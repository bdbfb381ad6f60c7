"""Blocks that must raise an error: `pytest.raises`, `assertRaises`, and `try` with a failure after the call."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from apprentice.sandbox.judge.expressions import source_of
from apprentice.sandbox.judge.names import ClassName
from apprentice.sandbox.judge.node_facts import Reads
from apprentice.sandbox.judge.pure import CannotTell, is_cheap_pattern
from apprentice.sandbox.judge.reading import Reader

#: What tests read of the object that `pytest.raises` gives, and that ours has.
_READ: Final = frozenset("value type typename tb match exception exconly".split())


@dataclass(frozen=True, slots=True)
class Expected:
    """An error that must be raised.

    Attributes:
        text: its classes as the test file has them.
        pattern: what its message must match.
        name: the variable that is bound to it or its wrapper.
        call: where no block but one call must raise it: this call.
        body: the statements of a `try` that must raise it.
    """

    kinds: tuple[type | ClassName, ...]
    text: str
    pattern: str | None = None
    name: str = ""
    call: ast.expr | None = None
    body: tuple[ast.stmt, ...] = ()


def raises_call(call: ast.expr, reader: Reader) -> Expected | None:
    """Read `pytest.raises(…)` or `self.assertRaises(…)`; None for another call, or where what it expects isn't known."""
    if not isinstance(call, ast.Call) or any(isinstance(part, ast.Starred) for part in call.args):
        return None
    named = {str(keyword.arg): keyword.value for keyword in call.keywords}
    arguments = list(call.args)
    pattern: ast.expr | None = None
    match call.func:
        case ast.Attribute(value=ast.Name(id="self"), attr="assertRaises"):
            named.pop("msg", None)
        case ast.Attribute(value=ast.Name(id="self"), attr="assertRaisesRegex") if len(arguments) >= 2:
            pattern = arguments.pop(1)
            named.pop("msg", None)
        case _ if reader.names.resolve(call.func) == "pytest.raises":
            pattern = named.pop("match", None)
            if "expected_exception" in named:
                arguments.insert(0, named.pop("expected_exception"))
        case _:
            return None
    if not arguments:
        return None
    kinds = reader.classes(arguments[0])
    if not kinds:
        return None
    text = _text(arguments[0], reader)
    wanted: str | None = None
    if pattern is not None and not (isinstance(pattern, ast.Constant) and pattern.value is None):
        try:
            wanted = reader.value(pattern)
        except CannotTell:
            return None
        if not isinstance(wanted, str) or not is_cheap_pattern(wanted):
            return None
    if len(arguments) == 1:
        return None if named else Expected(tuple(kinds), text, wanted)
    keywords = [ast.keyword(name, value) for name, value in named.items()]
    return Expected(tuple(kinds), text, wanted, call=ast.Call(arguments[1], arguments[2:], keywords))


def expected_block(item: ast.withitem, reader: Reader, reads: Reads) -> Expected | None:
    """Read a `with` that expects an error; None where it doesn't, or is used in a way that isn't known here."""
    expected = raises_call(item.context_expr, reader)
    if expected is None or expected.call is not None:
        return None
    target = item.optional_vars
    if target is None:
        return expected
    if not isinstance(target, ast.Name) or not reads.only(target.id, _READ):
        return None
    return Expected(expected.kinds, expected.text, expected.pattern, target.id)


def expected_try(node: ast.Try, reader: Reader) -> Expected | None:
    """Read a `try` that fails unless its body raises what its one handler catches."""
    if len(node.handlers) != 1 or node.finalbody or node.handlers[0].type is None:
        return None
    handler = node.handlers[0]
    assert handler.type is not None
    kinds = reader.classes(handler.type)
    if not kinds or any(kind in (AssertionError, Exception, BaseException) for kind in kinds):
        return None
    body = list(node.body)
    if node.orelse:
        if not _fails(node.orelse[0]):
            return None
    elif not _fails(body.pop()):
        return None
    if not body:
        return None
    return Expected(tuple(kinds), _text(handler.type, reader), body=tuple(body))


def _fails(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assert(test=ast.Constant(value=value)):
            return not value
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="pytest" | "self"), attr="fail"))):
            return True
        case ast.Raise(exc=ast.Name(id="AssertionError") | ast.Call(func=ast.Name(id="AssertionError"))):
            return True
    return False


def _text(node: ast.expr, reader: Reader) -> str:
    if isinstance(node, ast.Name) and node.id in reader.known:
        node = reader.known[node.id].node
    parts: Sequence[ast.expr] = node.elts if isinstance(node, ast.Tuple) else [node]
    return " or ".join(map(source_of, parts))
