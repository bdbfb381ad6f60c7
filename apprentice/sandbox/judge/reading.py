"""From the expression that a test asserts to a condition with holes.

A hole is an expression that needs the run. The run evaluates the holes and nothing else; what they are compared with,
and how, stays in the agent. Holes are as large as they can be without an expected value in them: `sorted(f(x)) == [1, 2]`
leaves `sorted(f(x))`, but `abs(f(x) - 0.3) < 1e-9` leaves only `f(x)`.
"""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from apprentice.sandbox.judge.conditions import (
    Apply,
    Compare,
    Condition,
    Const,
    Each,
    Hole,
    Logic,
    Var,
    has_holes,
)
from apprentice.sandbox.judge.expressions import Expressions, OpenPart
from apprentice.sandbox.judge.names import names_of_class
from apprentice.sandbox.judge.pure import (
    CONSTRUCTORS,
    FUNCTIONS,
    METHODS,
    PULLED_METHODS,
    STANDARD,
    CannotTell,
    is_cheap_pattern,
)
from apprentice.sandbox.judge.tables import Known, destructured, rows_of, substituted
from apprentice.sandbox.judge.walking import walk

#: Cases into which one `all(… for …)` is unfolded, and items of a list that is computed here.
MOST_CASES: Final = 200
MOST_ITEMS: Final = 10_000

_SEARCHES: Final = ("re.search", "re.match", "re.fullmatch")
_MAGNITUDES: Final = ("builtins.abs", "math.fabs", "builtins.round")
_PAIRING: Final = ("builtins.zip", "builtins.enumerate", "builtins.reversed", "builtins.sorted")
#: Calls whose answer is the assertion itself.
_PREDICATES: Final = frozenset(
    "all any isinstance issubclass hasattr callable bool allclose isclose array_equal".split()
)


@dataclass(slots=True)
class Reader(Expressions):
    """Reads one asserted expression. `open` holds its holes afterwards."""

    # --- calls

    def _call(self, node: ast.Call) -> Condition:
        if any(isinstance(part, ast.Starred) for part in node.args) or any(
            keyword.arg is None for keyword in node.keywords
        ):
            return self._hole(node)
        dotted = self.names.resolve(node.func)
        if dotted is None or dotted.startswith("g:"):
            return self._method(node) if isinstance(node.func, ast.Attribute) else self._hole(node)
        return self._function(node, dotted)

    def _function(self, node: ast.Call, dotted: str) -> Condition:
        count = 0 if node.keywords else len(node.args)
        if dotted == "builtins.isinstance" and count == 2:
            return self._isinstance(node)
        if dotted == "builtins.type" and count == 1:
            return Apply("type", (self.read(node.args[0]),), text=self._source_of(node))
        if dotted == "builtins.bool" and count == 1:
            return self._computed(Apply("bool", (self.read(node.args[0]),)), node)
        if dotted in ("builtins.all", "builtins.any") and count == 1:
            return self._quantified(node, node.args[0], every=dotted == "builtins.all")
        if dotted in _MAGNITUDES and count:
            return self._magnitude(node, dotted)
        known = CONSTRUCTORS.get(dotted) or FUNCTIONS.get(dotted) or STANDARD.get(dotted)
        if known is None and dotted not in _SEARCHES:
            return self._hole(node)
        return self._applied(node, dotted)

    def _applied(self, node: ast.Call, dotted: str) -> Condition:
        mark, group = len(self.open), self._group
        arguments = tuple(self.read(part) for part in node.args)
        named = tuple((str(keyword.arg), self.read(keyword.value)) for keyword in node.keywords)
        call = Apply(dotted, arguments, named, self._source_of(node))
        if dotted in _SEARCHES:
            pattern = arguments[0].value if arguments and isinstance(arguments[0], Const) else None
            if len(arguments) == 2 and not named and isinstance(pattern, str) and is_cheap_pattern(pattern):
                return self._computed(call, node)
        elif dotted in ("math.isclose", "pytest.approx"):
            numpy = dotted == "pytest.approx" and len(self.open) > mark
            if not (numpy and self._uses_numpy(node)):
                return self._computed(call, node)
        elif all(isinstance(part, Const) for part in (*arguments, *(part for _, part in named))):
            if self.names.trusts_builtins or dotted in CONSTRUCTORS or not dotted.startswith("builtins."):
                return self._computed(call, node)
        elif self._over_items([*arguments, *(part for _, part in named)]):
            return call
        return self._collapsed(node, mark, group)

    def _uses_numpy(self, node: ast.expr) -> bool:
        return any(
            (self.names.resolve(inner) or "").startswith("numpy")
            for inner in walk(node)
            if isinstance(inner, ast.Name)
        )

    def _isinstance(self, node: ast.Call) -> Condition:
        kinds = self.classes(node.args[1])
        if kinds is None:
            return self._hole(node)
        names = frozenset().union(*map(names_of_class, kinds))
        call = Apply("isinstance", (self.read(node.args[0]), Const(names)), text=self._source_of(node))
        return self._computed(call, node)

    def _magnitude(self, node: ast.Call, dotted: str) -> Condition:
        """`abs(f(x) - 0.3)` is computed here, `abs(f(x))` in the run."""
        mark, group = len(self.open), self._group
        first = node.args[0]
        if isinstance(first, ast.BinOp) and isinstance(first.op, ast.Sub):
            inner = self._arithmetic(first, pull=True)
        else:
            inner = self.read(first)
        rest = [self.read(part) for part in node.args[1:]]
        if all(isinstance(part, Const) for part in rest):
            call = Apply(dotted, (inner, *rest), text=self._source_of(node))
            if isinstance(inner, Const) and not self.names.trusts_builtins:
                return self._collapsed(node, mark, group)
            if not isinstance(inner, Hole):
                return self._computed(call, node)
        return self._collapsed(node, mark, group)

    def _method(self, node: ast.Call) -> Condition:
        assert isinstance(node.func, ast.Attribute)
        mark, group = len(self.open), self._group
        name = node.func.attr
        if name not in METHODS or node.keywords:
            return self._hole(node)
        owner = self.read(node.func.value)
        arguments = tuple(self.read(part) for part in node.args)
        call = Apply(name, (owner, *arguments), text=self._source_of(node))
        if all(isinstance(part, Const) for part in arguments):
            asks = name in PULLED_METHODS and bool(arguments) and not self.is_object(node.func.value)
            if isinstance(owner, Const | Var) or asks:
                return self._computed(call, node)
        return self._collapsed(node, mark, group)

    # --- comprehensions

    def _quantified(self, node: ast.Call, inner: ast.expr, *, every: bool) -> Condition:
        mark, group = len(self.open), self._group
        condition: Condition | None = None
        if isinstance(inner, ast.List | ast.Tuple) and not any(
            isinstance(e, ast.Starred) for e in inner.elts
        ):
            condition = Apply("bool", (Logic(every, tuple(self.read(part) for part in inner.elts)),))
        elif isinstance(inner, ast.GeneratorExp | ast.ListComp):
            try:
                condition = self._unfolded(inner, every)
            except CannotTell:
                del self.open[mark:]
                self._group = group
                condition = self._each(inner, every)
        if condition is None:
            return self._collapsed(node, mark, group)
        return self._computed(condition, node)

    def _unfolded(self, node: ast.GeneratorExp | ast.ListComp, every: bool) -> Condition:
        """One condition for each case of a table that the agent has."""
        parts = []
        for number, known in enumerate(self._cases(node.generators)):
            if number >= MOST_CASES:
                raise CannotTell("too many cases")
            self._group += number > 0
            parts.append(self.read(substituted(node.elt, known, self.work)))
        self._group += 1
        return Apply("bool", (Logic(every, tuple(parts)),))

    def _cases(self, generators: Sequence[ast.comprehension]) -> Iterator[dict[str, Known]]:
        """The values of a comprehension's variables, one dict for each time it goes round."""
        if not generators:
            yield {}
            return
        first, *rest = generators
        if first.is_async:
            raise CannotTell("asynchronous")
        for row in rows_of(first.iter, self):
            here = destructured(first.target, row, self.work)
            if here is None:
                raise CannotTell("only the run can tell")
            inner = self._with(here)
            if all(inner.value(test) for test in first.ifs):
                for more in inner._cases(rest):
                    yield {**here, **more}

    def _with(self, known: dict[str, Known]) -> Reader:
        """Reads what stands where these are known too."""
        # Copying all that is known for each case would take longer than reading them.
        both: Mapping[str, Known] = ChainMap(known, self.known)  # type: ignore[arg-type]
        return Reader(self.names, both, self.is_object, self.work)

    def _comprehension(
        self, node: ast.expr, item: ast.expr, generators: Sequence[ast.comprehension]
    ) -> Condition:
        kind = "set" if isinstance(node, ast.SetComp) else "list"
        try:
            cases = []
            for known in self._cases(generators):
                cases.append(known)
                if len(cases) > MOST_ITEMS:
                    raise CannotTell("too many items")
        except CannotTell:
            return self._hole(node)
        try:
            readers = [self._with(known) for known in cases]
            values = tuple(Const(reader.value(item)) for reader in readers)
        except CannotTell:
            return self._listed(node, item, cases)
        return self._computed(Apply(kind, values), node)

    def _listed(self, node: ast.expr, item: ast.expr, cases: Sequence[dict[str, Known]]) -> Condition:
        """`[f(x) for x, _ in CASES]` with its values written out, so that the run needn't have the table."""
        if isinstance(node, ast.ListComp) and len(cases) <= MOST_CASES:
            try:
                items: list[ast.expr] = [substituted(item, known, self.work) for known in cases]
            except CannotTell:
                return self._hole(node)
            return replace(self._hole(ast.List(items, ast.Load())), text=self._source_of(node))
        return self._hole(node)

    def _each(self, node: ast.GeneratorExp | ast.ListComp, every: bool) -> Condition | None:
        """A condition on each item of what the run reports; None where it needs the run again."""
        if len(node.generators) != 1 or node.generators[0].is_async:
            return None
        loop = node.generators[0]
        target: str | tuple[str, ...]
        match loop.target:
            case ast.Name(id=name):
                target = name
            case ast.Tuple(elts=parts) if all(isinstance(part, ast.Name) for part in parts):
                target = tuple(part.id for part in parts if isinstance(part, ast.Name))
            case _:
                return None
        source = self._source(loop.iter)
        mark = len(self.open)
        items = frozenset({target} if isinstance(target, str) else target)
        inner = Reader(self.names, self.known, self.is_object, self.work, _items=self._items | items)
        test = inner.read(node.elt)
        for condition in loop.ifs:
            only = inner.read(condition)
            test = Logic(not every, (Apply("not", (only,)) if every else only, test))
        if inner.open or len(self.open) != mark:
            return None
        return Each(every, target, source, test)

    def _source(self, node: ast.expr) -> Condition:
        """What is iterated over: a hole, or holes beside lists of the agent, as in `zip(f(x), [1, 2])`."""
        if isinstance(node, ast.Call) and not any(isinstance(part, ast.Starred) for part in node.args):
            function = self.names.resolve(node.func)
            if function in _PAIRING and not node.keywords:
                return Apply(function, tuple(self.read(part) for part in node.args))
        condition = self.read(node)
        self.wants_items(condition)
        return condition


def is_own_word(condition: Condition, parts: Sequence[OpenPart]) -> bool:
    """Whether the run itself says that the condition holds, because nothing that the agent has decides it."""
    match condition:
        case Hole(index=index):
            return _asserts_itself(parts[index].node)
        case Apply(function="not" | "bool", arguments=(inner,)):
            return is_own_word(inner, parts)
        case Logic(parts=inner_parts):
            return all(is_own_word(part, parts) for part in inner_parts)
        case Compare(operands=operands):
            return all(isinstance(part, Hole) for part in operands)
        case Each():
            return False
    return not has_holes(condition)


def _asserts_itself(node: ast.expr) -> bool:
    match node:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()) | ast.IfExp():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _PREDICATES
        case ast.NamedExpr(value=value):
            return _asserts_itself(value)
    return False
