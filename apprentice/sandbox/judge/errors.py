"""Blocks of a test that expect or catch errors: `with`, `try`."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from typing import Final

from apprentice.sandbox.judge.expected import Expected, expected_block, expected_try
from apprentice.sandbox.judge.expressions import source_of
from apprentice.sandbox.judge.names import bound_in
from apprentice.sandbox.judge.scope import Scope
from apprentice.sandbox.judge.walking import walk

_BROAD: Final = (AssertionError, Exception, BaseException)


class ErrorWriter(Scope):
    """Rewrites blocks that expect or catch errors."""

    __slots__ = ()

    def _with(self, node: ast.With) -> list[ast.stmt]:
        if len(node.items) > 1:
            inner: ast.stmt = ast.With(node.items[-1:], node.body)
            for item in reversed(node.items[:-1]):
                inner = ast.With([item], [inner])
            assert isinstance(inner, ast.With)
            return self._with(inner)
        item = node.items[0]
        expected = (
            None if self.plain else expected_block(item, self.reader(), self.file.facts.reads(self.function))
        )
        if expected is not None:
            if expected.name:
                self._raising.add(expected.name)
            return self._expecting(expected, node.body, item.optional_vars)
        result = copy.copy(node)
        result.items = [ast.withitem(self._described(item.context_expr), item.optional_vars)]
        if item.optional_vars is not None:
            self._forget(bound_in([item.optional_vars]))
            if isinstance(item.optional_vars, ast.Name) and self.file.is_object(
                item.context_expr, self.names
            ):
                self._objects.add(item.optional_vars.id)
        if _may_swallow(item.context_expr):
            result.body = self._caught(node.body)
        else:
            result.body = self.block(node.body) or [ast.Pass()]
        return [result]

    def _described(self, manager: ast.expr) -> ast.expr:
        """`self.subTest(x=x, expected=3)` without what the agent has; it is shown with a failure anyway."""
        match manager:
            case ast.Call(func=ast.Attribute(attr="subTest"), args=args, keywords=keywords):
                pass
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="subtests"), attr="test"), args=args, keywords=keywords
            ):
                pass
            case _:
                return manager
        result = copy.copy(manager)
        result.args = [part for part in args if not self._is_known(part)]
        result.keywords = [part for part in keywords if not self._is_known(part.value)]
        return result

    def _expecting(
        self, expected: Expected, body: Sequence[ast.stmt], target: ast.expr | None
    ) -> list[ast.stmt]:
        """A block that must raise an error of some kind, which the run isn't told."""
        source = source_of(body[0]) if body else "the block"
        number, manager = self.file.add_expected_error(
            expected.kinds, expected.text, source.splitlines()[0], expected.pattern
        )
        self._require(number)
        if target is not None:
            self._forget(bound_in([target]))
        broad = any(kind in _BROAD for kind in expected.kinds)
        inner = self._caught(body) if broad else self._loosely(body)
        self._firm = self._firm and not any(self.file.facts.of(statement).leaves for statement in body)
        return [ast.With([ast.withitem(manager, target)], inner)]

    def _caught(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """A block whose failed assertions something catches: they stay with the run."""
        if not self._helper_names().isdisjoint(_called_in(statements)):
            self.file.plain_helpers = True
        plain, self.plain = self.plain, True
        result = self._loosely(statements)
        self.plain = plain
        return result

    def _try(self, node: ast.Try) -> list[ast.stmt]:
        expected = expected_try(node, self.reader())
        if expected is not None and not self.plain:
            handler = node.handlers[0]
            body = expected.body
            target = ast.Name(self.file.new_name(), ast.Store()) if handler.name else None
            result = self._expecting(expected, body, target)
            if handler.name and target is not None:
                value = ast.Attribute(ast.Name(target.id, ast.Load()), "value", ast.Load())
                result.append(ast.Assign([ast.Name(handler.name, ast.Store())], value))
                self._forget([handler.name])
            return result + self.block(handler.body)
        new = copy.copy(node)
        if not node.handlers:
            new.body, new.finalbody = (
                self.block(node.body) or [ast.Pass()],
                self.block(node.finalbody) or [ast.Pass()],
            )
            return [new]
        broad = any(self._catches_assertions(handler.type) for handler in node.handlers)
        new.body = self._caught(node.body) if broad else self._loosely(node.body)
        new.handlers = [
            ast.ExceptHandler(handler.type, handler.name, self._loosely(handler.body))
            for handler in node.handlers
        ]
        new.orelse = self._loosely(node.orelse) if node.orelse else []
        new.finalbody = self._loosely(node.finalbody) if node.finalbody else []
        self._forget(handler.name for handler in node.handlers if handler.name)
        self._firm = self._firm and not self.file.facts.of(node).leaves
        return [new]

    def _catches_assertions(self, kind: ast.expr | None) -> bool:
        kinds = None if kind is None else self.reader().classes(kind)
        return kinds is None or any(one in _BROAD for one in kinds)


def _may_swallow(manager: ast.expr) -> bool:
    """Whether the context manager may catch the failure of an assertion, or any error."""
    match manager:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in ("suppress", "raises", "assertRaises", "assertRaisesRegex")
    return False


def _called_in(statements: Sequence[ast.stmt]) -> set[str]:
    return {
        inner.func.attr if isinstance(inner.func, ast.Attribute) else inner.func.id
        for statement in statements
        for inner in walk(statement)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute | ast.Name)
    }
