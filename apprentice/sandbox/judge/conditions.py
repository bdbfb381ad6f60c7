"""Conditions: what a test asserts, with holes for the values that only the run knows; evaluated by the agent.

A condition never holds code. It is built from the test file before anything runs (`reading`), and evaluated on what
the run reported.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from apprentice.sandbox.judge.names import ClassName, names_of_class
from apprentice.sandbox.judge.pure import (
    CONSTRUCTORS,
    FUNCTIONS,
    METHODS,
    STANDARD,
    Approximately,
    CannotTell,
    arithmetic,
    items_of,
    match_cost,
    method,
    same_items,
    search,
)
from apprentice.sandbox.judge.values import Opaque, Seen, SeenValue
from apprentice.sandbox.judge.work import Work
from apprentice.sandbox.plain import safe_repr

#: Steps that evaluating one condition may take.
_MOST_STEPS: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Const:
    """A value that the agent has. `text` is how the test file writes it, for messages."""

    value: Any
    text: str = ""


@dataclass(frozen=True, slots=True)
class Hole:
    """A value that the run reports, by its number within the check."""

    index: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Var:
    """An item of `Each`."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """A function or operator of `pure`, or one of those below."""

    function: str
    arguments: tuple[Condition, ...]
    named: tuple[tuple[str, Condition], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison, possibly a chain."""

    operators: tuple[str, ...]
    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` or `or`."""

    every: bool
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """Whether a condition holds for every (or any) item of a value that the run reports."""

    every: bool
    target: str | tuple[str, ...]
    source: Condition
    test: Condition


Condition = Const | Hole | Var | Apply | Compare | Logic | Each


def parts_of(condition: Condition) -> Iterator[Condition]:
    """The condition and all that is in it."""
    yield condition
    match condition:
        case Apply(arguments=parts, named=named):
            inner = [*parts, *(part for _, part in named)]
        case Compare(operands=parts) | Logic(parts=parts):
            inner = list(parts)
        case Each(source=source, test=test):
            inner = [source, test]
        case _:
            return
    for part in inner:
        yield from parts_of(part)


def has_holes(condition: Condition) -> bool:
    """Whether something in it must come from the run."""
    return any(isinstance(part, Hole | Var) for part in parts_of(condition))


_ORDER: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_PLAIN_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    **CONSTRUCTORS,
    **FUNCTIONS,
    **STANDARD,
    "same_items": same_items,
    # None as Python has it where nothing is found, for `is not None`.
    "re.search": lambda *values: search("search", *values) or None,
    "re.match": lambda *values: search("match", *values) or None,
    "re.fullmatch": lambda *values: search("fullmatch", *values) or None,
}
_OPPOSITE: Final[Mapping[str, str]] = {"!=": "==", "not in": "in", "is not": "is"}


@dataclass(slots=True)
class Evaluation:
    """Evaluates one condition on what the run reported.

    `evaluate` raises `CannotTell` where a value isn't plain, `Raised` for an error of the run, what Python raises, and
    `TooMuchWork` where `work` is given and isn't enough.
    """

    seen: Seen = field(default_factory=Seen)
    _items: dict[str, Any] = field(default_factory=dict)
    _steps: int = 0
    work: Work | None = None

    def holds(self, condition: Condition) -> bool:
        """Whether the condition counts as true."""
        return self._truth(self.evaluate(condition))

    def evaluate(self, condition: Condition) -> Any:
        """The condition's value; an `Opaque` where it is an object of the run."""
        self._charge(1)
        match condition:
            case Const(value=value):
                return value
            case Hole(index=index):
                return self.seen.value(index).value
            case Var(name=name):
                return self._items[name]
            case Compare():
                return self._compare(condition)
            case Logic(every=every, parts=parts):
                last: Any = every
                for part in parts:
                    last = self.evaluate(part)
                    if self._truth(last) is not every:
                        return last
                return last
            case Each():
                return self._each(condition)
            case Apply():
                return self._apply(condition)

    def text(self, condition: Condition) -> str | None:
        """The repr of the condition's value for a message; None where it has none."""
        try:
            if isinstance(condition, Hole):
                return self.seen.value(condition.index).text
            value = self.evaluate(condition)
        except Exception:  # noqa: BLE001 - a message is not worth an error
            return None
        return value.what if isinstance(value, Opaque) else safe_repr(value)

    def _charge(self, steps: int) -> None:
        self._steps += steps
        if self.work is not None:
            self.work.charge(steps)
        if self._steps > _MOST_STEPS:
            raise CannotTell("judging it would take too long")

    def _truth(self, value: Any) -> bool:
        if isinstance(value, Opaque):
            if value.truth is None:
                raise CannotTell(f"it is {value.what}, whose truth isn't known")
            return value.truth
        return bool(value)

    # --- comparisons

    def _compare(self, comparison: Compare) -> bool:
        for index, name in enumerate(comparison.operators):
            if not self._related(name, comparison.operands[index], comparison.operands[index + 1]):
                return False
        return True

    def _related(self, name: str, left: Condition, right: Condition) -> bool:
        """One comparison. What the run says counts only where no side of it is a value that the agent has."""
        first, second = self._seen(left), self._seen(right)
        if first is not None and second is not None:
            ours, theirs = first.plain and second.plain, first.classes == second.classes
            if name in ("is", "is not") or not ours or (theirs and not first.exact and name in ("==", "!=")):
                said = self._said(name, left, right)
                if said is not None:
                    return said
        if name in _OPPOSITE:
            return not self._related_plainly(_OPPOSITE[name], left, right)
        return self._related_plainly(name, left, right)

    def _said(self, name: str, left: Condition, right: Condition) -> bool | None:
        if not (isinstance(left, Hole) and isinstance(right, Hole)):
            return None
        said = self.seen.relation(name, left.index, right.index)
        if said is None and name in _OPPOSITE:
            said = self.seen.relation(_OPPOSITE[name], left.index, right.index)
            return None if said is None else not said
        return said

    def _related_plainly(self, name: str, left: Condition, right: Condition) -> bool:
        first, second = self.evaluate(left), self.evaluate(right)
        if self.work is not None:
            self.work.charge_value(first)
            self.work.charge_value(second)
        if name == "==":
            return self._equal(first, left, second, right)
        if name == "is":
            return self._identical(first, left, second, right)
        if name == "in":
            return self._contains(second, right, first)
        for value in (first, second):
            if isinstance(value, Opaque):
                raise CannotTell(f"it is {value.what}, not a plain value")
        return bool(_ORDER[name](first, second))

    def _equal(self, first: Any, left: Condition, second: Any, right: Condition) -> bool:
        for one, near, node in ((first, second, right), (second, first, left)):
            if isinstance(one, Approximately):
                return one.equals(self._listed(near, node))
        if isinstance(first, _ClassOf) or isinstance(second, _ClassOf):
            return _ClassOf.same(first, second)
        return bool(first == second)

    def _identical(self, first: Any, left: Condition, second: Any, right: Condition) -> bool:
        if isinstance(first, _ClassOf) or isinstance(second, _ClassOf):
            return _ClassOf.same(first, second)
        for value, node in ((first, left), (second, right)):
            seen = self._seen(node)
            if value is not None and seen is not None and not seen.exact:
                return False
        single = (type(None), bool, type)
        if isinstance(first, single) or isinstance(second, single):
            return first is second
        if isinstance(first, Opaque) or isinstance(second, Opaque):
            return False
        raise CannotTell("whether they are one object isn't known")

    def _contains(self, container: Any, node: Condition, item: Any) -> bool:
        container = self._listed(container, node)
        if isinstance(item, _ClassOf):
            return any(_ClassOf.same(item, kind) for kind in items_of(container))
        if isinstance(container, Opaque):
            raise CannotTell(f"it is {container.what}, whose content isn't known")
        if isinstance(item, Opaque) and not isinstance(container, list | tuple | set | frozenset | dict):
            raise CannotTell(f"it is {item.what}, not a plain value")
        if isinstance(container, list | tuple | str):
            self._charge(len(container) // 10)
        found = item in container
        seen = self._seen(node)
        if not found and seen is not None and not seen.whole:
            raise CannotTell("only its first items are known")
        return found

    def _listed(self, value: Any, node: Condition) -> Any:
        """The items of an object of the run, where it reported them."""
        seen = self._seen(node) if isinstance(value, Opaque) else None
        return list(seen.items) if seen is not None and seen.items is not None else value

    def _seen(self, node: Condition) -> SeenValue | None:
        return self.seen.value(node.index) if isinstance(node, Hole) else None

    # --- the rest

    def _each(self, each: Each) -> bool:
        values = self._listed(self.evaluate(each.source), each.source)
        seen = self._seen(each.source)
        if seen is not None and not seen.whole:
            raise CannotTell("only its first items are known")
        if isinstance(values, Opaque):
            raise CannotTell(f"it is {values.what}, whose items aren't known")
        for value in items_of(values):
            if isinstance(each.target, str):
                self._items[each.target] = value
            else:
                for name, item in zip(each.target, items_of(value), strict=True):
                    self._items[name] = item
            if self.holds(each.test) is not each.every:
                return not each.every
        return each.every

    def _apply(self, call: Apply) -> Any:
        name = call.function
        values = [self.evaluate(part) for part in call.arguments]
        if name == "not":
            return not self._truth(values[0])
        if name == "bool":
            return self._truth(values[0])
        if name == "isinstance":
            return any(names & values[1] for names in self._classes(call.arguments[0], values[0]))
        if name == "type":
            return _ClassOf(self._classes(call.arguments[0], values[0])[0])
        named = {key: self.evaluate(part) for key, part in call.named}
        values = [self._listed(value, part) for value, part in zip(values, call.arguments, strict=True)]
        for value in (*values, *named.values()):
            if isinstance(value, Opaque):
                raise CannotTell(f"it is {value.what}, not a plain value")
        if self.work is None:
            return self._result(name, values, named)
        for value in (*values, *named.values()):
            self.work.charge_value(value)
        self._charge_more(name, values)
        result = self._result(name, values, named)
        self.work.charge_value(result)
        return result

    def _charge_more(self, name: str, values: list[Any]) -> None:
        """Count what takes longer than to look at the arguments."""
        if name.startswith("re.") and len(values) == 2 and all(isinstance(value, str) for value in values):
            self._charge(match_cost(values[0], values[1]) // 500)
        elif name == "same_items":
            self._charge(len(items_of(values[0])) * len(items_of(values[1])) // 200)

    def _result(self, name: str, values: list[Any], named: Mapping[str, Any]) -> Any:
        if name == "list" or name == "tuple" or name == "set":
            kind: type = {"list": list, "tuple": tuple, "set": set}[name]
            return kind(values)
        if name == "dict":
            return dict(zip(values[::2], values[1::2], strict=True))
        if name == "-x":
            return -values[0]
        if name == "+x":
            return +values[0]
        if name == "[]":
            return self._item(*values)
        if name == "slice":
            return slice(*values)
        if name in METHODS:
            return method(name, *values)
        if name in _PLAIN_FUNCTIONS:
            return _PLAIN_FUNCTIONS[name](*values, **named)
        return arithmetic(name, *values)

    @staticmethod
    def _item(owner: Any, key: Any) -> Any:
        if not isinstance(owner, str | bytes | list | tuple | dict | range):
            raise CannotTell("an item of something else")
        return owner[key]

    def _classes(self, node: Condition, value: Any) -> tuple[frozenset[str], ...]:
        seen = self._seen(node)
        if seen is not None and seen.classes:
            return seen.classes
        if isinstance(value, Opaque):
            return value.classes or (frozenset(),)
        return tuple(names_of_class(kind) for kind in type(value).__mro__)


@dataclass(frozen=True, slots=True)
class _ClassOf:
    """What `type(x)` gives: a class of the run by its names."""

    names: frozenset[str]

    def __repr__(self) -> str:
        return f"<class {' or '.join(sorted(name.removeprefix('builtins.') for name in self.names))}>"

    @staticmethod
    def same(first: Any, second: Any) -> bool:
        """Whether two classes are one."""
        names = []
        for value in (first, second):
            if isinstance(value, _ClassOf):
                names.append(value.names)
            elif isinstance(value, type | ClassName):
                names.append(names_of_class(value))
        return len(names) == 2 and bool(names[0] & names[1])
