"""Where code compares with spelled-out values, looks them up, and answers with them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from apprentice.proof.constants import Folder, NotConstant, bound
from apprentice.proof.reachable import is_docstring

_KEY_METHODS: Final = frozenset(
    "get pop setdefault index count find replace sub subn fullmatch match search startswith endswith eq "
    "__eq__ __contains__ __getitem__ __ne__ maketrans removeprefix removesuffix partition split compare".split()
)
_MEASURES: Final = frozenset("len sum count min max find index ord round abs bit_length weekday".split())
_CHANGES: Final = frozenset(
    "append extend insert add update setdefault pop popleft appendleft remove discard clear sort reverse popitem".split()
)
_ORDER: Final = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_MOST_ITEMS: Final = 500
_DEEPEST: Final = 4


@dataclass(slots=True)
class Slots:
    """The spelled-out values of some code.

    Attributes:
        keys: values that something is compared with or looked up by, in groups that belong together. The names of groups
            that belong to a length, a sum or a remainder begin with `~`: these tell little of the value itself.
        results: values that can be an answer, or a part of one.
        texts: all texts.
        indexed: lists from which one is taken by a plain index.
        returned: what the code's `return`s can give.
        bounds: numbers that something is less or more than.
        chosen: whether some `return` gives one of several values that are spelled out.
        computed: whether some `return` gives what isn't spelled out.
    """

    keys: dict[str, list[Any]] = field(default_factory=dict)
    results: list[Any] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    indexed: list[list[Any]] = field(default_factory=list)
    returned: list[Any] = field(default_factory=list)
    bounds: set[float] = field(default_factory=set)
    chosen: bool = False
    computed: bool = False


def slots_of(statements: Sequence[ast.stmt], function: ast.AST, folder: Folder) -> Slots:
    """Collect the spelled-out values of a module's statements; `function` is the one whose answers count."""
    reader = _Reader(folder)
    for _ in range(3):
        _learn_names(statements, folder)
    for statement in statements:
        reader.statement(statement)
    reader.answers(function)
    return reader.slots


def _learn_names(statements: Sequence[ast.stmt], folder: Folder) -> None:
    """Names that are bound once, to a value that is spelled out."""
    stores: dict[str, int] = {}
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                stores[node.id] = stores.get(node.id, 0) + 1
            elif isinstance(node, ast.arg):
                stores[node.arg] = stores.get(node.arg, 0) + 2
            elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.value, ast.Name):
                # What is changed later isn't what is written there.
                changed = (
                    node.attr in _CHANGES
                    if isinstance(node, ast.Attribute)
                    else not isinstance(node.ctx, ast.Load)
                )
                stores[node.value.id] = stores.get(node.value.id, 0) + 2 * changed
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                target, value = node.targets[0], node.value
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
                target, value = node.target, node.value
            else:
                continue
            try:
                new = bound(target, folder.fold(value))
            except NotConstant:
                continue
            folder.names.update({name: item for name, item in new.items() if stores.get(name) == 1})


class _Reader:
    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.slots = Slots()
        self._constant_names: set[str] = set()

    # --- statements

    def statement(self, node: ast.stmt) -> None:
        if is_docstring(node) or isinstance(node, ast.Raise | ast.Import | ast.ImportFrom):
            return
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for default in (*node.args.defaults, *node.args.kw_defaults):
                    self._expression(default, "result")
                for decorator in node.decorator_list:
                    self._expression(decorator, "result")
                self._body(node.body)
            case ast.ClassDef():
                for part in node.body:
                    if isinstance(part, ast.Assign):
                        names = [target.id for target in part.targets if isinstance(target, ast.Name)]
                        self._keys(f"class {node.name}", names)
                self._body(node.body)
            case ast.If() | ast.While():
                self._expression(node.test, "test")
                self._body([*node.body, *node.orelse])
            case ast.Assert():
                self._expression(node.test, "test")
            case ast.Match():
                self._expression(node.subject, "none")
                group = _group(node.subject)
                for case in node.cases:
                    self._pattern(case.pattern, group)
                    self._expression(case.guard, "test")
                    self._body(case.body)
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Subscript):
                        self._key_expression(target.slice, f"[{ast.unparse(target.value)}]")
                self._expression(node.value, "result")
            case ast.Try() | ast.TryStar():
                handled = [part for handler in node.handlers for part in handler.body]
                self._body([*node.body, *handled, *node.orelse, *node.finalbody])
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.stmt):
                        self.statement(child)
                    elif isinstance(child, ast.expr):
                        self._expression(child, "result")
                    elif isinstance(child, ast.withitem):
                        self._expression(child.context_expr, "result")

    def _body(self, body: Sequence[ast.stmt]) -> None:
        for node in body:
            self.statement(node)

    def _pattern(self, node: ast.pattern, group: str) -> None:
        try:
            self._keys(group, [self._matched(node)])
            return
        except NotConstant:
            pass
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.pattern):
                self._pattern(child, group)

    def _matched(self, node: ast.pattern) -> Any:
        match node:
            case ast.MatchValue():
                return self._folder.fold(node.value)
            case ast.MatchSequence():
                return [self._matched(part) for part in node.patterns]
            case ast.MatchMapping() if node.rest is None:
                keys = [self._folder.fold(key) for key in node.keys]
                return dict(zip(keys, map(self._matched, node.patterns), strict=True))
            case ast.MatchAs() if node.pattern is not None:
                return self._matched(node.pattern)
        raise NotConstant

    # --- expressions

    def _expression(self, node: ast.expr | None, role: str) -> None:
        if node is None:
            return
        value, known = self._known(node)
        if known:
            if role in ("result", "both"):
                self._found(
                    value,
                    f"value {id(node)}",
                    both=role == "both" or isinstance(value, dict | list | tuple | set),
                )
            return
        match node:
            case ast.Compare():
                self._compare(node)
            case ast.BoolOp():
                self._interval(node)
                for part in node.values:
                    self._expression(part, "test" if isinstance(part, ast.Compare) else "result")
            case ast.UnaryOp():
                self._expression(node.operand, "test" if isinstance(node.op, ast.Not) else role)
            case ast.IfExp():
                self._expression(node.test, "test")
                self._expression(node.body, "result")
                self._expression(node.orelse, "result")
            case ast.BinOp():
                if role in ("test", "key") and isinstance(node.op, ast.Sub | ast.BitXor):
                    self._keys(
                        ast.unparse(node.left),
                        [value for value, known in map(self._known, (node.left, node.right)) if known],
                    )
                for side, other in ((node.left, node.right), (node.right, node.left)):
                    self._expression(side, "result" if _is_choice(other) else "none")
            case ast.Subscript():
                self._subscript(node)
            case ast.Dict():
                self._keys(
                    f"dict {id(node)}",
                    [value for key in node.keys if key for value, known in [self._known(key)] if known],
                )
                for part in node.values:
                    self._expression(part, "result")
            case ast.Call():
                self._call(node)
            case ast.Lambda():
                self._expression(node.body, "result")
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self._expression(child, role)
                    elif isinstance(child, ast.comprehension):
                        self._expression(child.iter, "result")
                        for test in child.ifs:
                            self._expression(test, "test")

    def _known(self, node: ast.expr) -> tuple[Any, bool]:
        try:
            return self._folder.fold(node), True
        except NotConstant:
            return None, False

    def _compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        self._interval(node)
        for number, op in enumerate(node.ops):
            left, right = sides[number], sides[number + 1]
            for side, other in ((left, right), (right, left)):
                value, known = self._known(side)
                if isinstance(op, _ORDER):
                    if known and isinstance(value, int | float) and abs(value) > 1:
                        self.slots.bounds.add(value)
                    self._expression(None if known else side, "none")
                elif (
                    known
                    and isinstance(op, ast.In | ast.NotIn)
                    and isinstance(value, list | tuple | set | frozenset | dict)
                ):
                    self._keys(_group(other), list(value))
                elif known:
                    self._keys(_group(other), [value])
                else:
                    self._key_expression(side, _group(other))

    def _interval(self, node: ast.Compare | ast.BoolOp) -> None:
        """`5 <= n <= 5` and `n > 4 and n < 6` are comparisons with 5."""
        if isinstance(node, ast.BoolOp) and not isinstance(node.op, ast.And):
            return
        lowest: dict[str, float] = {}
        highest: dict[str, float] = {}
        for part in (
            [node]
            if isinstance(node, ast.Compare)
            else [one for one in node.values if isinstance(one, ast.Compare)]
        ):
            sides = [part.left, *part.comparators]
            for op, left, right in zip(part.ops, sides, sides[1:], strict=False):
                value, known = self._known(right)
                name, turned = ast.unparse(left), False
                if not known:
                    value, known = self._known(left)
                    name, turned = ast.unparse(right), True
                if not known or type(value) is not int or not isinstance(op, _ORDER):
                    continue
                above = isinstance(op, ast.Gt | ast.GtE) != turned
                strict = isinstance(op, ast.Gt | ast.Lt)
                (lowest if above else highest)[name] = value + strict * (1 if above else -1)
        for name, value in lowest.items():
            if highest.get(name) == value:
                self._keys(name, [int(value)])

    def _key_expression(self, node: ast.expr, group: str) -> None:
        value, known = self._known(node)
        if known:
            self._keys(group, [value])
        elif isinstance(node, ast.BinOp):
            self._expression(node, "key")
        elif isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict):
            # `(a, 5) == (3, b)`
            for part in ast.iter_child_nodes(node):
                if isinstance(part, ast.expr):
                    self._key_expression(part, group)
        elif isinstance(node, ast.Call):
            for argument in node.args:
                self._key_expression(argument, group)
            self._expression(node.func, "none")
        else:
            self._expression(node, "none")

    def _subscript(self, node: ast.Subscript) -> None:
        value, known = self._known(node.value)
        if known and isinstance(value, list | tuple) and _is_plain_index(node.slice):
            self.slots.indexed.append(list(value))
            self.slots.results.extend(value)
        elif known:
            weak = "~" if _group(node.slice).startswith("~") else ""
            self._found(value, f"{weak}value {ast.unparse(node.value)}", both=True)
        else:
            self._expression(node.value, "result")
        if not isinstance(node.slice, ast.Slice | ast.Constant):
            self._expression(node.slice, "none")

    def _call(self, node: ast.Call) -> None:
        method = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        role = "both" if method in _KEY_METHODS else "result"
        for argument in [*node.args, *(word.value for word in node.keywords)]:
            value, known = self._known(argument)
            if known and role == "both":
                self._found(value, f"call {method}", both=True)
            else:
                self._expression(argument, role)
        if method == "dict":
            self._keys(f"dict {id(node)}", [word.arg for word in node.keywords if word.arg])
        if isinstance(node.func, ast.Attribute):
            value, known = self._known(node.func.value)
            if known:
                name = ast.unparse(node.func.value)
                self._found(value, f"value {name}", both=method in _KEY_METHODS or not isinstance(value, str))
            else:
                self._expression(node.func.value, "result")
        elif not isinstance(node.func, ast.Name):
            self._expression(node.func, "result")

    # --- what was found

    def _keys(self, group: str, values: Sequence[Any]) -> None:
        self.slots.keys.setdefault(group, []).extend(values[:_MOST_ITEMS])
        self.slots.texts.extend(value for value in values[:_MOST_ITEMS] if isinstance(value, str))

    def _found(self, value: Any, group: str, *, both: bool, depth: int = 0) -> None:
        if isinstance(value, str):
            self.slots.texts.append(value)
        self.slots.results.append(value)
        if both and not isinstance(value, dict):
            self._keys(group, [value])
        if depth >= _DEEPEST or not both:
            return
        if isinstance(value, dict):
            self._keys(group, list(value))
            for item in list(value.values())[:_MOST_ITEMS]:
                self._found(
                    item, f"{group} in", both=not isinstance(item, str | int | float), depth=depth + 1
                )
        elif isinstance(value, list | tuple | set | frozenset):
            for item in list(value)[:_MOST_ITEMS]:
                self._found(item, group, both=True, depth=depth + 1)

    def answers(self, function: ast.AST) -> None:
        """What the function itself returns."""
        assigned: dict[str, list[ast.expr | None]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign | ast.AnnAssign):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        assigned.setdefault(target.id, []).append(node.value)
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                assigned.setdefault(node.target.id, []).append(None)
            elif isinstance(node, ast.For | ast.comprehension) and self._known(node.iter)[1]:
                names = [name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)]
                self._constant_names.update(names)
        for name, values in assigned.items():
            if all(value is not None and self._is_spelled_out(value) for value in values):
                self._constant_names.add(name)
        given: list[ast.expr | None] = [
            node.value for node in ast.walk(function) if isinstance(node, ast.Return | ast.Yield)
        ]
        given += (
            [node.body for node in ast.walk(function) if isinstance(node, ast.Lambda)] if not given else []
        )
        for one in given:
            value, known = self._known(one) if one is not None else (None, True)
            if known:
                self.slots.returned.append(value)
            elif one is not None:
                self.slots.chosen = True
                self.slots.computed = self.slots.computed or not self._is_spelled_out(one)

    def _is_spelled_out(self, node: ast.expr) -> bool:
        """Whether all that it can give is spelled out somewhere, whatever chooses it."""
        if self._known(node)[1] or (isinstance(node, ast.Name) and node.id in self._constant_names):
            return True
        match node:
            case ast.IfExp():
                return self._is_spelled_out(node.body) and self._is_spelled_out(node.orelse)
            case ast.BoolOp():
                return all(
                    isinstance(part, ast.Compare) or self._is_spelled_out(part) for part in node.values
                )
            case ast.Subscript():
                return self._is_spelled_out(node.value)
            case ast.Call(func=ast.Attribute(attr="get" | "pop" | "setdefault", value=held)):
                return self._is_spelled_out(held) and all(map(self._is_spelled_out, node.args[1:]))
            case ast.Compare():
                return any(self._known(side)[1] for side in (node.left, *node.comparators)) and all(
                    isinstance(op, ast.Eq | ast.In | ast.NotEq | ast.NotIn) for op in node.ops
                )
        return False


def _group(node: ast.expr) -> str:
    """Names the group of what is compared with this."""
    for part in ast.walk(node):
        called = (
            getattr(part.func, "id", "") or getattr(part.func, "attr", "")
            if isinstance(part, ast.Call)
            else ""
        )
        remainder = isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mod | ast.FloorDiv | ast.Div)
        if called in _MEASURES or remainder:
            return f"~{ast.unparse(node)}"
    return ast.unparse(node)


def _is_choice(node: ast.expr) -> bool:
    """Whether it is a truth that is used as a number: `(n == 5) * 120`."""
    if isinstance(node, ast.Call):
        return (
            isinstance(node.func, ast.Name)
            and node.func.id in ("int", "bool")
            and any(map(_is_choice, node.args))
        )
    if isinstance(node, ast.BinOp):
        return _is_choice(node.left) or _is_choice(node.right)
    return isinstance(node, ast.Compare | ast.BoolOp) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def _is_plain_index(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return isinstance(node.left, ast.Name) and isinstance(node.right, ast.Constant)
    return isinstance(node, ast.Name)
