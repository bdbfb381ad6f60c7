"""The part of reading an asserted expression that is about names, displays and operators. See `reading`."""

from __future__ import annotations

import ast
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from apprentice.sandbox.judge.conditions import (
    Apply,
    Compare,
    Condition,
    Const,
    Evaluation,
    Hole,
    Logic,
    Var,
    has_holes,
    parts_of,
)
from apprentice.sandbox.judge.names import ClassName, Names, class_of
from apprentice.sandbox.judge.node_facts import size_of
from apprentice.sandbox.judge.pure import CONSTANTS, LONGEST, Approximately, CannotTell, items_of
from apprentice.sandbox.judge.tables import Known
from apprentice.sandbox.judge.walking import walk
from apprentice.sandbox.judge.work import TooMuchWork, Work
from apprentice.sandbox.plain import cut

_COMPARISONS: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_OPERATORS: Final[Mapping[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}
#: Nodes that are written or read in one step.
_NODES_A_STEP: Final = 4
#: What is put before the names of a helper function's variables when it is unfolded into a test.
_PREFIX: Final = re.compile(r"_apprentice_\d+_")


@dataclass(slots=True)
class OpenPart:
    """An expression for the run to evaluate.

    Attributes:
        group: parts of one group are evaluated together; an error in a later group is reported instead of raised.
        items: whether what iterating it gives is to be reported where it is no plain value.
    """

    node: ast.expr
    group: int
    items: bool = False


def _literal(node: ast.expr, count: list[int]) -> Any:
    """The value of nested literals; `count` is raised by one for each.

    Raises:
        ValueError: there are others in it.
        TypeError: a set's item or a dict's key can be changed.
    """
    count[0] += 1
    match node:
        case ast.Constant(value=value) if value is not ...:
            return value
        case ast.List(elts=items):
            return [_literal(item, count) for item in items]
        case ast.Tuple(elts=items):
            return tuple([_literal(item, count) for item in items])
        case ast.Set(elts=items):
            return {_literal(item, count) for item in items}
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {_literal(key, count): _literal(value, count) for key, value in pairs if key is not None}
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
    raise ValueError


def _is_single(condition: Condition) -> bool:
    """Whether the value is the only one of its kind, or isn't the agent's."""
    if not isinstance(condition, Const):
        return True
    return condition.value is None or isinstance(condition.value, bool | type | ClassName)


def source_of(node: ast.AST) -> str:
    """The expression as text, for messages."""
    return cut(_PREFIX.sub("", ast.unparse(node)), 200)


@dataclass(slots=True)
class Expressions(ABC):
    """Reads names, displays and operators; `open` holds the holes that were found.

    Args:
        names: what names stand for.
        known: values of variables that the agent has.
        is_object: whether an expression is an instance of a class of the skill, whose `==` and `in` are its own.
        work: the steps that may be spent; all methods raise `TooMuchWork` when there are none left.
    """

    names: Names
    known: Mapping[str, Known] = field(default_factory=dict)
    is_object: Callable[[ast.expr], bool] = lambda node: False
    work: Work = field(default_factory=Work)
    open: list[OpenPart] = field(default_factory=list)
    _items: frozenset[str] = frozenset()
    _group: int = 0

    def value(self, node: ast.expr) -> Any:
        """The expression's value, where the agent has it.

        Raises:
            CannotTell: the run is needed for it.
        """
        mark, group = len(self.open), self._group
        condition = self.read(node)
        del self.open[mark:]
        self._group = group
        if not isinstance(condition, Const):
            raise CannotTell("only the run can tell")
        return condition.value

    def read(self, node: ast.expr) -> Condition:
        """The condition that the expression is."""
        self.work.charge(1)
        match node:
            case ast.Constant(value=value) if value is not ...:
                return Const(value)
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                return self._display(node, type(node).__name__.lower(), elements)
            case ast.Dict(keys=keys, values=values) if None not in keys:
                both = [part for pair in zip(keys, values, strict=True) for part in pair if part is not None]
                return self._display(node, "dict", both)
            case ast.JoinedStr(values=values):
                return self._text(node, values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._computed(Apply("not", (self.read(operand),)), node)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                name = "-x" if isinstance(sign, ast.USub) else "+x"
                return self._closed(node, name, [operand])
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.BoolOp(op=op, values=values):
                parts = []
                for index, value in enumerate(values):
                    self._group += index > 0
                    parts.append(self.read(value))
                self._group += 1
                return self._computed(Logic(isinstance(op, ast.And), tuple(parts)), node)
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._choice(node, test, body, orelse)
            case ast.Subscript(value=value, slice=key):
                return self._closed(node, "[]", [value, key])
            case ast.Slice(lower=lower, upper=upper, step=step):
                none = ast.Constant(None)
                return self._closed(node, "slice", [lower or none, upper or none, step or none])
            case ast.ListComp(elt=item) | ast.SetComp(elt=item) | ast.GeneratorExp(elt=item):
                return self._comprehension(node, item, node.generators)
            case ast.Call():
                return self._call(node)
        return self._hole(node)

    # --- holes

    def _hole(self, node: ast.expr) -> Hole:
        self.open.append(OpenPart(node, self._group))
        return Hole(len(self.open) - 1, self._source_of(node))

    def _source_of(self, node: ast.expr) -> str:
        self.work.charge(size_of(node) // _NODES_A_STEP)
        return source_of(node)

    def whole(self, node: ast.expr) -> Condition:
        """The expression as one hole, whatever was read of it before."""
        return self._collapsed(node, 0, 0)

    def operand(self, node: ast.expr) -> Condition:
        """One side of a comparison, with its text for messages."""
        condition = self.read(node)
        return replace(condition, text=self._source_of(node)) if isinstance(condition, Const) else condition

    def _collapsed(self, node: ast.expr, mark: int, group: int) -> Hole:
        """One hole for the whole expression instead of those in it."""
        del self.open[mark:]
        self._group = group
        return self._hole(node)

    def wants_items(self, condition: Condition) -> None:
        """Have the items of a hole reported too, where it is no plain value."""
        if isinstance(condition, Hole):
            self.open[condition.index].items = True

    def _computed(self, condition: Condition, node: ast.expr) -> Condition:
        """The condition's value where it has no holes, else the condition."""
        if has_holes(condition):
            return condition
        try:
            return Const(Evaluation(work=self.work).evaluate(condition))
        except TooMuchWork:
            raise
        except Exception:  # noqa: BLE001 - whatever computing it raises is raised in the run, at its place
            return self._hole(node)

    def _closed(self, node: ast.expr, function: str, parts: Sequence[ast.expr]) -> Condition:
        """The value of a function of values that the agent has, else a hole."""
        mark, group = len(self.open), self._group
        read = [self.read(part) for part in parts]
        if self._over_items(read):
            return self._computed(Apply(function, tuple(read)), node)
        return self._collapsed(node, mark, group)

    def _over_items(self, parts: Sequence[Condition]) -> bool:
        """Whether these are computed from the items of `Each` alone."""
        return not any(isinstance(inner, Hole) for part in parts for inner in parts_of(part))

    # --- names and displays

    def _name(self, node: ast.Name) -> Condition:
        if node.id in self._items:
            return Var(node.id)
        if node.id in self.known:
            value = self.known[node.id].value
            return self._hole(node) if isinstance(value, ClassName) else Const(value)
        kind = class_of(node, self.names)
        is_builtin = isinstance(kind, type) and kind.__module__ == "builtins"
        return Const(kind) if is_builtin else self._hole(node)

    def _attribute(self, node: ast.Attribute) -> Condition:
        if isinstance(node.value, ast.Name) and f"{node.value.id}.{node.attr}" in self.known:
            return Const(self.known[f"{node.value.id}.{node.attr}"].value)
        dotted = self.names.resolve(node)
        return Const(CONSTANTS[dotted]) if dotted is not None and dotted in CONSTANTS else self._hole(node)

    def _display(self, node: ast.expr, kind: str, elements: Sequence[ast.expr]) -> Condition:
        count = [0]
        try:
            return Const(_literal(node, count))
        except (ValueError, TypeError):
            pass  # it holds more than literals
        finally:
            self.work.charge(count[0] // _NODES_A_STEP)
        if not any(isinstance(element, ast.Starred) for element in elements):
            return self._closed(node, kind, elements)
        try:
            values = []
            for element in elements:
                if isinstance(element, ast.Starred):
                    values += items_of(self.value(element.value))
                    self.work.charge_value(values)
                else:
                    values.append(self.value(element))
        except CannotTell:
            return self._hole(node)
        return self._computed(Apply(kind, tuple(map(Const, values))), node)

    def _text(self, node: ast.JoinedStr, values: Sequence[ast.expr]) -> Condition:
        texts = []
        try:
            for part in values:
                if isinstance(part, ast.FormattedValue):
                    texts.append(self._formatted(part))
                else:
                    texts.append(str(self.value(part)))
        except (CannotTell, ValueError, TypeError):
            return self._hole(node)
        if sum(map(len, texts)) > LONGEST:
            return self._hole(node)
        return Const("".join(texts))

    def _formatted(self, part: ast.FormattedValue) -> str:
        value = self.value(part.value)
        spec = "" if part.format_spec is None else str(self.value(part.format_spec))
        if not (value is None or isinstance(value, str | int | float)) or re.search(r"\d{4}", spec):
            raise CannotTell("formatted in the run alone")
        if part.conversion != -1:
            value = (
                ascii(value)
                if part.conversion == ord("a")
                else repr(value)
                if part.conversion == ord("r")
                else str(value)
            )
        return format(value, spec)

    # --- classes

    def classes(self, node: ast.expr) -> list[type | ClassName] | None:
        """The classes that an expression such as `int` or `(int, MyClass)` names; None where it isn't known."""
        self.work.charge(1)
        if isinstance(node, ast.Name) and node.id in self.known:
            node = self.known[node.id].node
        if isinstance(node, ast.Tuple):
            parts = [self.classes(part) for part in node.elts]
            return None if None in parts else [kind for part in parts if part is not None for kind in part]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self.classes(ast.Tuple([node.left, node.right], ast.Load()))
        if isinstance(node, ast.Constant) and node.value is None:
            return [type(None)]
        if isinstance(node, ast.Call) and ast.unparse(node) == "type(None)":
            return [type(None)]
        kind = class_of(node, self.names)
        return None if kind is None else [kind]

    def _class_operand(self, node: ast.expr, others: Sequence[ast.expr]) -> Condition | None:
        """A class that `type(x)` is compared with."""
        for other in others:
            if isinstance(other, ast.Call) and self.names.resolve(other.func) == "builtins.type":
                kinds = self.classes(node)
                return (
                    Const(kinds[0], self._source_of(node)) if kinds is not None and len(kinds) == 1 else None
                )
        return None

    # --- operators

    def _arithmetic(self, node: ast.BinOp, *, pull: bool = False) -> Condition:
        mark, group = len(self.open), self._group
        name = _OPERATORS.get(type(node.op), "")
        left, right = self.read(node.left), self.read(node.right)
        call = Apply(name, (left, right))
        if name and not has_holes(call):
            return self._computed(call, node)
        constants = isinstance(left, Const) + isinstance(right, Const)
        if (
            (name and self._over_items((left, right)))
            or (name == "-" and (constants or pull))
            or (name == "%" and isinstance(right, Const) and isinstance(right.value, int | float))
        ):
            return replace(call, text=self._source_of(node))
        return self._collapsed(node, mark, group)

    def _comparison(self, node: ast.Compare) -> Condition:
        mark, group = len(self.open), self._group
        operators = tuple(_COMPARISONS[type(op)] for op in node.ops)
        nodes = [node.left, *node.comparators]
        operands = [self._class_operand(part, nodes) or self.operand(part) for part in nodes]
        classes = any(isinstance(part, Apply) and part.function == "type" for part in operands)
        if classes and any(isinstance(part, Hole) for part in operands):
            return self._collapsed(node, mark, group)
        if any(name in ("is", "is not") for name in operators) and not all(map(_is_single, operands)):
            del self.open[mark:]  # whether it is the same object is for the run to say
            operands = [self._hole(part) for part in nodes]
        if len(operators) == 1 and self._is_decided_by_an_object(operators[0], nodes, operands):
            positive = ast.In() if operators[0] in ("in", "not in") else node.ops[0]
            hole = self._collapsed(ast.Compare(node.left, [positive], node.comparators), mark, group)
            return Apply("not", (hole,)) if operators[0] == "not in" else hole
        if self._mentions(node, ("unittest.mock.ANY", "mock.ANY")):
            return self._collapsed(node, mark, group)
        for name, right in zip(operators, operands[1:], strict=True):
            if name in ("in", "not in"):
                self.wants_items(right)
        if any(isinstance(part, Const) and isinstance(part.value, Approximately) for part in operands):
            for part in operands:
                self.wants_items(part)
        return self._computed(Compare(operators, tuple(operands)), node)

    def _is_decided_by_an_object(
        self, operator: str, nodes: Sequence[ast.expr], operands: Sequence[Condition]
    ) -> bool:
        """Whether the comparison asks an object of the skill about a value of the agent."""
        if operator in ("in", "not in"):
            return (
                isinstance(operands[0], Const) and isinstance(operands[1], Hole) and self.is_object(nodes[1])
            )
        sides = list(zip(operands, nodes, strict=True))
        return operator not in ("is", "is not") and any(
            isinstance(one, Const)
            and one.value is not None
            and isinstance(other, Hole)
            and self.is_object(node)
            for (one, _), (other, node) in (sides, sides[::-1])
        )

    def _mentions(self, node: ast.expr, dotted: Sequence[str]) -> bool:
        return any(
            self.names.resolve(inner) in dotted
            for inner in walk(node)
            if isinstance(inner, ast.Name | ast.Attribute)
        )

    def _choice(self, node: ast.expr, test: ast.expr, body: ast.expr, orelse: ast.expr) -> Condition:
        mark, group = len(self.open), self._group
        condition = self.read(test)
        if isinstance(condition, Const):
            return self.read(body if condition.value else orelse)
        return self._collapsed(node, mark, group)

    # --- read in `reading`

    @abstractmethod
    def _call(self, node: ast.Call) -> Condition: ...

    @abstractmethod
    def _comprehension(
        self, node: ast.expr, item: ast.expr, generators: Sequence[ast.comprehension]
    ) -> Condition: ...
