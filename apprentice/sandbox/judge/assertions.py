"""The checks of a test: `assert`, unittest's methods, `raises` and `match` as calls, helpers of the file."""

from __future__ import annotations

import ast
from typing import Any, Final

from apprentice.sandbox.judge.errors import ErrorWriter
from apprentice.sandbox.judge.expected import raises_call
from apprentice.sandbox.judge.expressions import source_of
from apprentice.sandbox.judge.file import around_of, is_deferred
from apprentice.sandbox.judge.helpers import unfolded_helper
from apprentice.sandbox.judge.names import FunctionNames, bound_in, loaded_in
from apprentice.sandbox.judge.pure import CannotTell
from apprentice.sandbox.judge.reading import Reader
from apprentice.sandbox.judge.unittest_methods import method_condition
from apprentice.sandbox.plain import one_line

_DEEPEST: Final = 4


class CheckWriter(ErrorWriter):
    """Rewrites checks, so that they report values."""

    __slots__ = ()

    def _assertion(self, test: ast.expr, message: ast.expr | None) -> list[ast.stmt]:
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            return [new for part in test.values for new in self._assertion(part, message)]
        reader = self.reader()
        condition = reader.read(test)
        if len({part.group for part in reader.open}) > 1 and is_deferred(test):
            condition = reader.whole(test)
        return self._checked(condition, reader, f"assert {source_of(test)}", test, message)

    def _checked(
        self,
        condition: Any,
        reader: Reader,
        source: str,
        node: ast.AST,
        message: ast.expr | None,
        *,
        is_method: bool = False,
    ) -> list[ast.stmt]:
        note = ""
        if message is not None:
            try:
                note = one_line(str(self.reader().value(message)))
            except CannotTell:
                note = ""
        used = loaded_in(node)
        used_known = sorted(used & self.known.keys())
        known = {name.removeprefix(self._prefix): self.known[name] for name in used_known}
        around = [] if self._prefix else around_of(reader.open, self.names, self.known)
        number, statement = self.file.add_check(
            condition, reader, source, note, known, around, is_method=is_method
        )
        self._require(number)
        return [statement]

    def _called(self, node: ast.Expr, call: ast.Call) -> list[ast.stmt]:
        """A call whose value nobody takes: unittest's assertions, `raises` with a function, a helper."""
        match call.func:
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name.startswith("assert"):
                if self.file.method(self.class_name, name) is None:
                    return self._method(node, call, name)
            case ast.Attribute(value=ast.Name(id=owner), attr="match") if owner in self._raising:
                if len(call.args) == 1 and not call.keywords and not self.plain:
                    value = ast.Attribute(ast.Name(owner, ast.Load()), "value", ast.Load())
                    text = ast.Call(ast.Name("str", ast.Load()), [value], [])
                    return self._matched(call.args[0], text) or [self._other(node)]
        expected = None if self.plain else raises_call(call, self.reader())
        if expected is not None and expected.call is not None:
            return self._expecting(expected, [ast.Expr(expected.call)], None)
        helper = self._helper(call)
        return helper if helper is not None else [self._other(node)]

    def _matched(self, pattern: ast.expr, text: ast.expr) -> list[ast.stmt] | None:
        reader = self.reader()
        condition = method_condition("assertRegex", [text, pattern], [], reader)
        if condition is None:
            return None
        return self._checked(condition[0], reader, f"match({source_of(pattern)})", pattern, None)

    def _method(self, node: ast.Expr, call: ast.Call, name: str) -> list[ast.stmt]:
        expected = None if self.plain else raises_call(call, self.reader())
        if expected is not None and expected.call is not None:
            return self._expecting(expected, [ast.Expr(expected.call)], None)
        if self.plain or is_deferred(call) or any(isinstance(part, ast.Starred) for part in call.args):
            return [self._other(node)]
        reader = self.reader()
        found = method_condition(name, call.args, call.keywords, reader)
        if found is None:
            return [self._other(node)]
        condition, message = found
        source = f"{name}({', '.join(source_of(argument) for argument in call.args)})"
        return self._checked(condition, reader, source, call, message, is_method=True)

    def _helper(self, call: ast.Call) -> list[ast.stmt] | None:
        """The body of a helper function of the file in the place of its call."""
        if self._depth >= _DEEPEST or self.plain:
            return None
        prefix = self.file.new_name()
        helper = self.file.helper_of(call, self.class_name, self.names)
        if helper is not None:
            self.file.work.charge(self.file.facts.of(helper).size)
        statements = unfolded_helper(call, helper, prefix, self.names)
        if statements is None:
            return None
        before, names, self._prefix = self._prefix, self.names, prefix
        self.names = FunctionNames(names.module, names.local | bound_in(statements), names.imports)
        self._depth += 1
        result = self.block(statements)
        self._depth -= 1
        self._prefix, self.names = before, names
        return result
