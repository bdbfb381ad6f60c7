"""Rewriting the statements of one test function, so that it reports values instead of judging them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence

from apprentice.sandbox.judge.assertions import CheckWriter
from apprentice.sandbox.judge.loops import LoopWriter
from apprentice.sandbox.judge.names import Function, bound_in, loaded_in
from apprentice.sandbox.judge.tables import with_items


class BodyWriter(CheckWriter, LoopWriter):
    """Rewrites one function. See `Scope` for its arguments."""

    __slots__ = ()

    def write(self) -> Function:
        """The rewritten function; `required` holds the numbers of its required checks.

        Raises:
            TooMuchWork: it would take too long.
        """
        checks, cases, names = len(self.file.checks), self.file.cases_left, self.file.name_count
        while True:
            self._start_over(checks, cases, names)
            body, used = self._removable.strip(self.block(self.function.body))
            late = {name for name in used if name in self._seen_mutable} - self._barred
            if not late:
                break
            self._barred |= late
        result = copy.copy(self.function)
        result.body = body or [ast.Pass()]
        return result

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """One statement rewritten."""
        facts = self.file.facts.of(node)
        self.file.work.charge(facts.size)
        self._forget(facts.walrus)
        node = with_items(node, facts.loaded, self.known, self.reader())
        match node:
            case ast.Expr(value=ast.Constant()):
                return []
            case ast.Assert(test=test, msg=message) if not self.plain:
                return self._assertion(test, message)
            case ast.Expr(value=ast.Call() as call):
                return self._called(node, call)
            case ast.Assign(targets=targets, value=value):
                return self._assigned(node, targets, value)
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                return self._assigned(ast.Assign([target], value), [target], value)
            case ast.For():
                return self._loop(node)
            case ast.If():
                return self._branch(node)
            case ast.With():
                return self._with(node)
            case ast.AsyncWith(body=body):
                self._forget(bound_in([item.optional_vars for item in node.items if item.optional_vars]))
                result = copy.copy(node)
                result.body = self.block(body) or [ast.Pass()]
                return [result]
            case ast.Try():
                return self._try(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._forget([node.name])
                inner = BodyWriter(
                    self.file, node, self.class_name, self.names, is_test=False, plain=self.plain
                )
                return [inner.write()]
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                self._firm = False
        return [self._other(node)]

    def _assigned(self, node: ast.Assign, targets: Sequence[ast.expr], value: ast.expr) -> list[ast.stmt]:
        constants = self._constants(targets, value)
        if constants is not None:
            return [self._constant(name, known) for name, known in constants.items()]
        target = targets[0]
        if len(targets) == 1 and isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            names = [part.id for part in target.elts if isinstance(part, ast.Name)]
            whole = not any(isinstance(part, ast.Starred) for part in value.elts)
            if (
                whole
                and len(names) == len(target.elts) == len(value.elts)
                and not loaded_in(value) & {*names}
            ):
                pairs = zip(target.elts, value.elts, strict=True)
                return [
                    new for one, part in pairs for new in self._assigned(ast.Assign([one], part), [one], part)
                ]
        self._forget(bound_in([node]))
        if isinstance(target, ast.Name) and self.file.is_object(value, self.names, self._objects):
            self._objects.add(target.id)
        return [node]
