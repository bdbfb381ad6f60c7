"""The verdict on what a run reported for the checks of its tests. It is the agent's, never the run's.

What is held, whatever the code under test does to its own process (walk frames, patch builtins, pytest or this package's
modules, call the reporter itself, end early, return objects that claim to equal everything):

- Expected values never enter the run. Of `assert f(2) == 4`, of a row of a table, of `pytest.raises(ValueError)` the run
  gets `f(2)`, the input and the block; whether the test wants equality or its opposite doesn't show there either.
- The run evaluates these parts and reports values; the agent compares. A forger can report any value, but must report the
  right one, which it would have to compute.
- Each check outside of loops and branches must be reported once, in order; every reported check must hold.
- A test is left out as skipped only where the test file has something that skips.

What isn't held, and is told by `TestOutcome.judged == "run"`: tests that decide by the run's own word. These are tests without
a check, comparisons of two values that both come from the run (`f(g(x)) == x`), assertions about objects that are no plain
values (`stack == Stack([1])`), `hasattr` and the like, hypothesis tests, tests that are expected to fail, tests that only the
run finds (see `plan_open`), assertions whose failure the test itself catches, loops of more cases than are unfolded, and tests
that would take more steps to be taken apart than the agent spends on them (`work`).
There an expected value can be seen by the code, and a forger that knows the reporter passes; such tests run apart from the
others (`apart`), so that nothing is learnt from them. Loops over what the code returns pass when it returns nothing, as in
Python. Names of variables and of the skill's own classes stay visible.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from apprentice.sandbox.judge.conditions import (
    Apply,
    Compare,
    Condition,
    Each,
    Evaluation,
    Hole,
    Logic,
    parts_of,
)
from apprentice.sandbox.judge.pure import CannotTell, search
from apprentice.sandbox.judge.values import Raised, read_seen
from apprentice.sandbox.judge.walking import walk
from apprentice.sandbox.plain import MAX_REPR, NotPlain, cut, one_line, safe_repr
from apprentice.syntax_trees import parse

_OPPOSITES: Final[Mapping[str, str]] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "in": "not in",
    "not in": "in",
    "is": "is not",
    "is not": "is",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a test failed."""

    error_type: str
    message: str
    values: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One assertion.

    Attributes:
        source: as it stands in the test file, e.g. `assert f(2) == 4`.
        groups: how many of its holes are evaluated together, for each group of them.
        own_word: whether the run itself says that it holds.
        known: variables of the test whose values the agent has, for messages.
        is_method: it is one of unittest's.
        is_exact: it must be True itself, not only count as true.
    """

    id: int
    source: str
    condition: Condition
    groups: tuple[int, ...]
    own_word: bool
    note: str = ""
    known: Mapping[str, Any] = field(default_factory=dict)
    is_method: bool = False
    is_exact: bool = False

    def judge(self, report: Mapping[str, Any]) -> Failure | None:
        """Why the check doesn't hold; None when it does."""
        evaluation = Evaluation()
        try:
            evaluation.seen = read_seen(report, self.groups)
            if evaluation.evaluate(self.condition) is True or (
                not self.is_exact and evaluation.holds(self.condition)
            ):
                return None
        except Raised as error:
            line = error.facts.get("line")
            message = str(error.facts.get("message", ""))
            return Failure(
                str(error.facts.get("type", "")), message, line=line if isinstance(line, int) else None
            )
        except CannotTell as error:
            return self._failure("AssertionError", evaluation, str(error))
        except NotPlain as error:
            return Failure("NoReport", f"{self.source}: the run reported {error}")
        except Exception as error:  # noqa: BLE001 - what Python raises for such values, as for 1 < "a"
            return self._failure(type(error).__name__, evaluation, one_line(str(error)))
        return self._failure("AssertionError", evaluation, "")

    def _failure(self, kind: str, evaluation: Evaluation, why: str) -> Failure:
        shown = dict(_shown(self.condition, evaluation))
        was = [f"{name} was {text}" for name, text in shown.items() if name != text and not _is_literal(name)]
        told = " and ".join(was)
        if self.is_method and isinstance(self.condition, Compare) and len(shown) == 2:
            left, right = shown.values()
            told = f"{left} {_OPPOSITES[self.condition.operators[0]]} {right}"
        text = f"{self.source}: {told}" if told else self.source
        for more in (why, self.note):
            text += f" ({more})" if more else ""
        return Failure(
            kind,
            one_line(text),
            {
                **shown,
                **{name: safe_repr(value) for name, value in self.known.items()},
                **evaluation.seen.around,
            },
        )


@dataclass(frozen=True, slots=True)
class ExpectedError:
    """A block that must raise an error.

    Attributes:
        source: the block, for messages.
        names: names of the classes of which the error must be one.
        expected: these classes as the test file has them.
        pattern: what the error's message must match; None for any message.
    """

    id: int
    source: str
    names: frozenset[str]
    expected: str
    pattern: str | None = None
    own_word: bool = False

    def judge(self, report: Mapping[str, Any]) -> Failure | None:
        """Why it isn't the error that was expected; None when it is."""
        raised = report.get("raised")
        if not isinstance(raised, dict):
            return Failure("AssertionError", f"{self.source} did not raise {self.expected}")
        kind, message, line = (raised.get(key) for key in ("type", "message", "line"))
        line = line if isinstance(line, int) else None
        try:
            found = {str(name) for names in raised.get("classes") or () for name in names}
        except TypeError:
            found = set()
        if not found & self.names:
            text = f"{self.source} raised {kind}, expected {self.expected}" + (
                f": {message}" if message else ""
            )
            return Failure(str(kind), one_line(text), line=line)
        if self.pattern is None:
            return None
        text = str(raised.get("text", ""))
        try:
            if search("search", self.pattern, text):
                return None
            why = f"does not match {self.pattern!r}"
        except Exception as error:  # noqa: BLE001 - no pattern at all, or one that takes too long
            why = f"can't be matched with {self.pattern!r}: {error}"
        told = f"{self.source} raised {kind}, whose message {cut(text, MAX_REPR)!r} {why}"
        return Failure("AssertionError", one_line(told), {"message": cut(repr(text), MAX_REPR)}, line)


AnyCheck = Check | ExpectedError


def first_failure(checks: Mapping[int, AnyCheck], reports: Iterable[Mapping[str, Any]]) -> Failure | None:
    """The first of a test's reported checks that doesn't hold."""
    for report in reports:
        check = _check_of(checks, report)
        if check is None:
            return Failure("NoReport", "the run reported a check that the tests don't have")
        if (failure := check.judge(report)) is not None:
            return failure
    return None


def are_all_there(required: Sequence[int], reports: Iterable[Mapping[str, Any]]) -> bool:
    """Whether each of these checks was reported once, in this order."""
    wanted = set(required)
    return [number for report in reports if (number := report.get("check")) in wanted] == list(required)


def is_judged(checks: Mapping[int, AnyCheck], reports: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the agent decided any of the reported checks."""
    found = (_check_of(checks, report) for report in reports)
    return any(check is not None and not check.own_word for check in found)


def _check_of(checks: Mapping[int, AnyCheck], report: Mapping[str, Any]) -> AnyCheck | None:
    number = report.get("check")
    return checks.get(number) if type(number) is int else None


def _shown(condition: Condition, evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """Expressions and the values they had, the telling ones first."""
    main: Sequence[Condition]
    match condition:
        case Compare(operands=operands):
            main = operands
        case Apply(function="not" | "bool", arguments=(inner,)):
            yield from _shown(inner, evaluation)
            return
        case Logic():
            yield from _shown_of_logic(condition, evaluation)
            return
        case Each():
            main = []
        case _:
            main = [condition]
    for part in main:
        name = getattr(part, "text", "")
        text = evaluation.text(part)
        if name and text is not None:
            yield name, text
    for outer in main or [condition]:
        for part in parts_of(outer):
            if isinstance(part, Hole) and (text := evaluation.text(part)) is not None:
                yield part.text, text


def _shown_of_logic(condition: Logic, evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """Of `and` the part that doesn't hold, of `or` all parts."""
    for part in condition.parts:
        try:
            if condition.every and evaluation.holds(part):
                continue
        except Exception:  # noqa: BLE001 - this is the part that went wrong
            yield from _shown(part, evaluation)
            return
        yield from _shown(part, evaluation)
        if condition.every:
            return


def _is_literal(source: str) -> bool:
    """Whether the expression says itself what its value is."""
    try:
        tree = parse(source, mode="eval")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return not any(isinstance(node, ast.Name) for node in walk(tree))
