"""Loops and branches of a test, unfolded where the agent has what they go by."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence

from apprentice.sandbox.judge.names import bound_in
from apprentice.sandbox.judge.pure import CannotTell
from apprentice.sandbox.judge.scope import Scope
from apprentice.sandbox.judge.tables import Known, destructured, rows_of

_Binding = tuple[str, Known | ast.expr]


class LoopWriter(Scope):
    """Rewrites loops and branches."""

    __slots__ = ()

    def _loop(self, node: ast.For) -> list[ast.stmt]:
        plain = self.plain
        if self._checks(node) and not plain:
            try:
                return self._unfolded(node)
            except _TooMany:
                self.plain = True
            except CannotTell:
                pass
        facts = self.file.facts.of(node)
        self._forget(facts.bound)
        result = copy.copy(node)
        result.body, result.orelse = (
            self._loosely(node.body),
            self._loosely(node.orelse) if node.orelse else [],
        )
        self._firm = self._firm and not facts.leaves
        self.plain = plain
        return [result]

    def _unfolded(self, node: ast.For) -> list[ast.stmt]:
        """The body once for each row of a table.

        Raises:
            CannotTell: the rows aren't known, or the loop can be left early.
            _TooMany: there are too many of them.
        """
        rows = rows_of(node.iter, self.reader())
        if node.orelse:
            raise CannotTell("a loop that may end early")
        if len(rows) > self.file.cases_left:
            raise _TooMany
        before: list[ast.stmt] = []
        bindings: list[list[_Binding]] = []
        for row in rows:
            bound = destructured(node.target, row, self.file.work)
            if bound is not None:
                bindings.append(list(bound.items()))
            elif isinstance(row, Known):
                raise CannotTell("a row that doesn't fit")
            else:
                bindings.append(list(self._parts(node.target, row, before)))
        self.file.cases_left -= len(rows)
        undo = self._undo()
        try:
            return before + self._rows(bindings, node.body)
        except CannotTell:
            undo()
            raise

    def _rows(self, bindings: Sequence[Sequence[_Binding]], body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The body for each row; raises `CannotTell` where only the run can tell whether the loop goes on."""
        result: list[ast.stmt] = []
        for binding in bindings:
            for name, item in binding:
                if isinstance(item, Known):
                    result.append(self._constant(name, item))
                else:
                    self._forget([name])
                    result.append(ast.Assign([ast.Name(name, ast.Store())], item))
            statements, end = self._row(body)
            result += statements
            if end is ast.Break:
                break
        return result

    def _row(self, body: Sequence[ast.stmt]) -> tuple[list[ast.stmt], type[ast.stmt] | None]:
        """The body for one row, up to the `continue` or `break` that it comes to."""
        result: list[ast.stmt] = []
        for statement in body:
            if isinstance(statement, ast.Continue | ast.Break):
                return result, type(statement)
            if not self.file.facts.of(statement).breaks:
                result += self.statement(statement)
                continue
            if not isinstance(statement, ast.If):
                raise CannotTell("a loop that may end early")
            taken = statement.body if self.reader().value(statement.test) else statement.orelse
            inner, end = self._row(taken)
            result += inner
            if end is not None:
                return result, end
        return result, None

    def _parts(
        self, target: ast.expr, row: ast.expr, before: list[ast.stmt]
    ) -> Iterator[tuple[str, Known | ast.expr]]:
        """The names that a row with open parts binds; these parts are evaluated ahead, as Python does."""
        if isinstance(target, ast.Name):
            name = self.file.new_name()
            before.append(ast.Assign([ast.Name(name, ast.Store())], row))
            yield target.id, ast.Name(name, ast.Load())
            return
        same = isinstance(target, ast.Tuple | ast.List) and isinstance(row, ast.Tuple | ast.List)
        if not same or len(target.elts) != len(row.elts):  # type: ignore[attr-defined]
            raise CannotTell("a row that doesn't fit")
        for part, item in zip(target.elts, row.elts, strict=True):  # type: ignore[attr-defined]
            found = self._constants([part], item)
            if found is None:
                yield from self._parts(part, item, before)
            else:
                yield from found.items()

    def _branch(self, node: ast.If) -> list[ast.stmt]:
        try:
            taken = self.reader().value(node.test)
        except CannotTell:
            self._forget(bound_in([ast.Expr(node.test)]))
            result = copy.copy(node)
            result.body = self._loosely(node.body)
            result.orelse = self._loosely(node.orelse) if node.orelse else []
            self._firm = self._firm and not self.file.facts.of(node).leaves
            return [result]
        return self.block(node.body if taken else node.orelse) or [ast.Pass()]


class _TooMany(Exception):
    """There are more cases than are unfolded."""
