"""Other expressions that may have been meant where one stands: its parts, other constants and names, conversions."""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from apprentice.proof.hints import RESULTS, WRAPS, Hints
from apprentice.proof.mutations import mutations

_BUILTINS: Final = frozenset(dir(builtins))
_ATOMS: Final = (
    ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.ListComp, ast.Dict, ast.DictComp, ast.Set, ast.SetComp,
    ast.JoinedStr,
)  # fmt: skip
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
#: What mutants change, by how likely it is what was wrong.
_MUTATIONS: Final = {
    "comparison": 1.3, "slice": 1.3, "range": 1.3, "arithmetic": 1.6, "method": 1.4, "arguments": 1.5, "boolean": 1.5,
    "condition": 1.5, "sign": 1.6, "constant": 1.7,
}  # fmt: skip
_ARITHMETIC: Final = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.Div, ast.Pow)
_ORDERINGS: Final = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_CLASSES: Final = "isalnum isalpha isdigit isupper islower isspace".split()
_STRIPS: Final = "strip lstrip rstrip".split()
_SPECIFICATION: Final = re.compile(r"^(.*?)(\d+)(\D*)$")
_MOST_PARTS: Final = 24


@dataclass(slots=True)
class Change:
    """One change of one place of a tree.

    Attributes:
        cost: the lower, the likelier.
        parent: the node whose field is changed.
        index: place in the field where it is a list; -1 else.
        new: a node or a list of them; of a text, what stands there, with `{}` for the old node's text.
        what: in words, where old and new text alone would not say it.
    """

    cost: float
    parent: ast.AST
    field: str
    index: int
    new: Any
    what: str = ""

    @property
    def old(self) -> Any:
        """What is in the place now."""
        value = getattr(self.parent, self.field)
        return value[self.index] if self.index >= 0 else value

    def put(self, value: Any) -> None:
        """Set the place to a value."""
        if self.index >= 0:
            getattr(self.parent, self.field)[self.index] = value
        else:
            setattr(self.parent, self.field, value)


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be named at a place of a function.

    Attributes:
        function: the function under repair.
        parameters: name -> kinds of its values in the examples.
        locals: other names that the function gives values to.
        module: names of the module: functions, imports, constants.
    """

    function: str
    parameters: dict[str, frozenset[str]]
    locals: tuple[str, ...]
    module: tuple[str, ...]

    def knows(self, name: str) -> bool:
        """Whether the name has a value somewhere in reach."""
        return name in self.parameters or name in self.locals or name in self.module or name in _BUILTINS


@dataclass(slots=True)
class _Spot:
    """An expression in its place; `bound` are names of comprehensions and lambdas around it."""

    node: ast.expr
    parent: ast.AST
    field: str
    index: int
    bound: tuple[str, ...]
    in_text: bool

    def to(self, new: Any, cost: float, what: str = "") -> Change:
        return Change(cost, self.parent, self.field, self.index, new, what)


def replacements(holder: ast.AST, line: int, scope: Scope, hints: Hints) -> Iterator[Change]:
    """The changes of the expressions below a node."""
    for spot in _spots(holder):
        node = spot.node
        yield from _parts(spot)
        match node:
            case ast.Constant():
                yield from _constants(spot, hints)
            case ast.Name():
                yield from _names(spot, scope, hints)
            case ast.Call():
                yield from _calls(spot, scope, hints)
            case ast.Subscript():
                yield from _subscripts(spot, hints)
            case ast.BinOp():
                yield from _arithmetic(spot)
            case ast.Compare():
                yield from _comparisons(spot)
            case ast.JoinedStr():
                yield from _fields(node)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                yield from _comprehensions(spot, node, hints)
        if isinstance(spot.parent, ast.Return):
            yield from _results(spot, scope, hints)
        elif _takes_wraps(spot):
            yield from _wraps(spot, scope, hints)
        yield from _combined(spot, scope)
    for change in mutations(holder, line=line):
        yield Change(_MUTATIONS.get(change.kind, 1.8), change.parent, change.field, change.index, change.new)


def _spots(holder: ast.AST) -> Iterator[_Spot]:
    """All expressions that are read below a node, outer ones first."""
    waiting: list[tuple[ast.AST, tuple[str, ...], bool]] = [(holder, (), False)]
    while waiting:
        parent, bound, text = waiting.pop(0)
        if isinstance(parent, _COMPREHENSIONS):
            bound = (*bound, *(name for part in parent.generators for name in _stored(part.target)))
        elif isinstance(parent, ast.Lambda):
            bound = (*bound, *(part.arg for part in ast.walk(parent.args) if isinstance(part, ast.arg)))
        text = text or isinstance(parent, ast.JoinedStr)
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "returns", "type_comment", "format_spec"):
                continue
            for index, node in enumerate(value) if isinstance(value, list) else [(-1, value)]:
                if not isinstance(node, ast.AST) or isinstance(node, ast.expr_context):
                    continue
                if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
                    continue
                if isinstance(node, ast.expr) and not isinstance(node, ast.Slice | ast.FormattedValue):
                    yield _Spot(node, parent, field, index, bound, text)
                waiting.append((node, bound, text))


def _parts(spot: _Spot) -> Iterator[Change]:
    """What is left of an expression when one of its own parts takes its place: `x.count(y) % 2` becomes `x.count(y)`."""
    if isinstance(spot.node, ast.Name | ast.Constant) or _is_called(spot):
        return
    inner = set(_bound_within(spot.node))
    waiting: list[tuple[ast.AST, int]] = [(spot.node, 0)]
    found = 0
    while waiting and found < _MOST_PARTS:
        parent, depth = waiting.pop(0)
        for field, value in ast.iter_fields(parent):
            if field == "format_spec" or isinstance(value, ast.expr_context):
                continue
            for node in value if isinstance(value, list) else [value]:
                if not isinstance(node, ast.AST):
                    continue
                waiting.append((node, depth + 1))
                called = isinstance(parent, ast.Call) and field == "func"
                usable = isinstance(node, ast.expr) and not isinstance(
                    node, ast.Constant | ast.Slice | ast.FormattedValue | ast.Starred
                )
                stored = isinstance(getattr(node, "ctx", None), ast.Store)
                if not usable or called or stored or inner.intersection(_named(node)):
                    continue
                found += 1
                yield spot.to(node, 1.0 + 0.08 * depth)


def _constants(spot: _Spot, hints: Hints) -> Iterator[Change]:
    value = getattr(spot.node, "value", None)
    in_text = isinstance(spot.parent, ast.JoinedStr)
    if isinstance(value, bool):
        yield spot.to(ast.Constant(not value), 1.3)
    elif value is None:
        if isinstance(spot.parent, ast.Return):
            empties = {
                "str": "''",
                "list": "[]",
                "dict": "dict()",
                "int": "0",
                "float": "0.0",
                "bool": "False",
            }
            yield from (spot.to(text, 1.3) for kind, text in empties.items() if kind in hints.results)
    elif isinstance(value, int | float):
        near = [value + 1, value - 1] if isinstance(value, int) else [value * 10, value / 10]
        for number in dict.fromkeys([*near, *hints.numbers]):
            if number != value and not (isinstance(spot.parent, ast.UnaryOp) and number < 0):
                yield spot.to(ast.Constant(number), 1.2 if number in near else 1.5)
    elif isinstance(value, str):
        yield from _texts(spot, value, hints, in_text)


def _texts(spot: _Spot, value: str, hints: Hints, in_text: bool) -> Iterator[Change]:
    others = dict.fromkeys(hints.texts, 1.4)
    if not value.strip() and len(value) < 2:
        others.update({"": 1.0, " ": 1.0})
    for place in range(len(value)) if 1 < len(value) <= 8 else ():
        others.setdefault(value[:place] + value[place + 1 :], 1.6)
    for other in (value.strip(), value.lower(), value.upper(), value + " ", value + "\n", " " + value):
        others.setdefault(other, 1.9)
    for other, cost in others.items():
        if other != value and not (in_text and "\n" in other):
            yield spot.to(ast.Constant(other), cost)


def _names(spot: _Spot, scope: Scope, hints: Hints) -> Iterator[Change]:
    name = getattr(spot.node, "id", "")
    known = name in spot.bound or scope.knows(name)
    called = _is_called(spot)
    if not known:
        everything = [*spot.bound, *scope.parameters, *scope.locals, *scope.module]
        near = difflib.get_close_matches(name, everything, n=3, cutoff=0.5)
        for other in dict.fromkeys([*near, *everything]):
            yield spot.to(ast.Name(other, ast.Load()), 0.3 if other in near else 0.7)
        return
    if called:
        if name in scope.module and name not in _BUILTINS:
            others = [other for other in scope.module if other != name]
            yield from (spot.to(ast.Name(other, ast.Load()), 1.8) for other in others[:6])
        return
    if name in _BUILTINS or name in scope.module:
        return
    cost = 1.3 if len(scope.parameters) > 1 or spot.bound else 1.5
    for other in dict.fromkeys([*spot.bound, *scope.parameters, *scope.locals]):
        if other != name:
            yield spot.to(ast.Name(other, ast.Load()), cost)


def _calls(spot: _Spot, scope: Scope, hints: Hints) -> Iterator[Change]:
    node = spot.node
    assert isinstance(node, ast.Call)
    func, args, keywords = node.func, node.args, node.keywords
    name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""

    def call(
        args: Sequence[ast.expr], keywords: Sequence[ast.keyword] = keywords, func: ast.expr = func
    ) -> ast.Call:
        return ast.Call(func=func, args=list(args), keywords=list(keywords))

    def method(attr: str, args: Sequence[ast.expr]) -> ast.Call:
        return call(args, keywords, ast.Attribute(func.value, attr, ast.Load()))  # type: ignore[attr-defined]

    for place in range(len(args)):
        if len(args) + len(keywords) > 1 or isinstance(func, ast.Attribute):
            yield spot.to(call([*args[:place], *args[place + 1 :]]), 1.3)
    for place in range(len(keywords)):
        yield spot.to(call(args, [*keywords[:place], *keywords[place + 1 :]]), 1.3)
    if len(args) >= 2 and name not in ("min", "max", "zip", "isinstance"):
        yield spot.to(call([args[1], args[0], *args[2:]]), 1.4)
    if isinstance(func, ast.Attribute):
        if len(args) == 1 and name not in _CLASSES:
            swapped = ast.Attribute(args[0], name, ast.Load())
            yield spot.to(call([func.value], keywords, swapped), 1.5)
        if name in ("split", "rsplit"):
            yield from (spot.to(method(name, [ast.Constant(text)]), 1.4) for text in hints.texts if text)
        elif name in _STRIPS and not args:
            others = [text for text in hints.texts if text.strip()]
            yield from (spot.to(method(name, [ast.Constant(text)]), 1.7) for text in others)
        elif name in ("find", "index", "rfind", "rindex"):
            others = [other for other in ("find", "rfind", "index", "rindex") if other != name]
            yield from (spot.to(method(other, args), 1.4) for other in others)
        elif name == "get" and len(args) == 1:
            yield from (spot.to(call([*args, ast.Constant(value)]), 1.3) for value in (0, ""))
        for group in (_CLASSES, _STRIPS, ["upper", "lower", "title", "capitalize", "swapcase"]):
            if name in group:
                cost = 1.2 if hints.likely(f".{name}") else 1.5
                yield from (spot.to(method(other, args), cost) for other in group if other != name)
    if name in ("min", "max"):
        kept = [word for word in keywords if word.arg != "default"]
        results = {"None": None, "int": 0, "str": "", "float": 0}
        for kind, value in results.items():
            if kind in hints.results:
                default = ast.keyword("default", ast.Constant(value))
                yield spot.to(call(args[:1], [*kept, default]), 1.4)
        yield spot.to(call(args, [*kept, ast.keyword("key", ast.Name("len", ast.Load()))]), 1.8)
    elif name in ("sorted", "sort") and not any(word.arg == "key" for word in keywords):
        for key in (
            "len",
            "str.lower",
            "lambda item: item[1]",
            "lambda item: item[0]",
            "lambda item: -item[1]",
        ):
            yield spot.to(call(args, [*keywords, ast.keyword("key", ast.Name(key, ast.Load()))]), 1.9)
    elif name == "zip" and "ValueError" in hints.raises:
        yield spot.to(call(args, [ast.keyword("strict", ast.Constant(True))]), 1.1)
    elif name == "next" and len(args) == 1:
        yield spot.to(call([*args, ast.Constant(None)]), 1.2)
    elif name == scope.function and isinstance(func, ast.Name):
        yield from _recursions(spot, node, scope)


def _recursions(spot: _Spot, node: ast.Call, scope: Scope) -> Iterator[Change]:
    """A call of the function itself that gets no nearer to its end."""
    for place, argument in enumerate(node.args):
        if not isinstance(argument, ast.Name):
            continue
        kinds = scope.parameters.get(argument.id, frozenset())
        steps = ["{} - 1", "{} // 2", "{} // 10", "{} % 10"] if "int" in kinds else []
        steps += ["{}[1:]", "{}[:-1]", "{}[1:-1]"] if kinds & {"str", "list", "tuple"} else []
        for step in steps:
            yield Change(1.0, node, "args", place, step)
    for place in range(len(node.args)):
        for other in scope.parameters:
            yield Change(1.5, node, "args", place, ast.Name(other, ast.Load()))


def _subscripts(spot: _Spot, hints: Hints) -> Iterator[Change]:
    node = spot.node
    assert isinstance(node, ast.Subscript)
    if isinstance(node.slice, ast.Slice):
        if node.slice.step is None:
            for step in (2, -1):
                cost = 1.2 if hints.likely("[::2]" if step == 2 else "[::-1]") else 1.7
                new = ast.Slice(node.slice.lower, node.slice.upper, ast.Constant(step))
                yield spot.to(ast.Subscript(node.value, new, ast.Load()), cost)
        for field in ("lower", "upper", "step"):
            bound = getattr(node.slice, field)
            if isinstance(bound, ast.Constant) and isinstance(bound.value, int):
                yield Change(1.3, node.slice, field, -1, ast.UnaryOp(ast.USub(), bound))
            elif bound is not None and field != "step":
                yield Change(1.3, node.slice, field, -1, "{} + 1")
                yield Change(1.3, node.slice, field, -1, "{} - 1")
        return
    if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
        yield Change(1.2, node, "slice", -1, ast.UnaryOp(ast.USub(), ast.Constant(node.slice.value or 1)))
        yield spot.to(ast.Subscript(node.value, ast.Slice(node.slice, None, None), ast.Load()), 1.5)
        yield spot.to(ast.Subscript(node.value, ast.Slice(None, node.slice, None), ast.Load()), 1.5)
    else:
        yield Change(1.3, node, "slice", -1, "{} - 1")
        yield Change(1.4, node, "slice", -1, "{} + 1")
        get = ast.Attribute(node.value, "get", ast.Load())
        for default in ([], [ast.Constant(0)], [ast.Constant("")]):
            yield spot.to(ast.Call(get, [node.slice, *default], []), 1.7)


def _arithmetic(spot: _Spot) -> Iterator[Change]:
    node = spot.node
    assert isinstance(node, ast.BinOp)
    for operator in _ARITHMETIC:
        if not isinstance(node.op, operator):
            yield spot.to(ast.BinOp(node.left, operator(), node.right), 1.5)
    yield spot.to(ast.BinOp(node.right, node.op, node.left), 1.5)
    # What binds too tightly: `a + b / 2` for `(a + b) / 2`.
    if isinstance(node.left, ast.BinOp):
        inner = node.left
        regrouped = ast.BinOp(inner.left, inner.op, ast.BinOp(inner.right, node.op, node.right))
        yield spot.to(regrouped, 1.6)
    if isinstance(node.right, ast.BinOp):
        inner = node.right
        regrouped = ast.BinOp(ast.BinOp(node.left, node.op, inner.left), inner.op, inner.right)
        yield spot.to(regrouped, 1.6)


def _comparisons(spot: _Spot) -> Iterator[Change]:
    node = spot.node
    assert isinstance(node, ast.Compare)
    if len(node.ops) != 1:
        return
    yield spot.to("not {}", 1.4)
    for operator in _ORDERINGS if isinstance(node.ops[0], _ORDERINGS) else (ast.In, ast.NotIn):
        if not isinstance(node.ops[0], operator):
            equal = isinstance(node.ops[0], ast.Eq | ast.NotEq)
            like = equal == issubclass(operator, ast.Eq | ast.NotEq)
            yield spot.to(ast.Compare(node.left, [operator()], node.comparators), 1.3 if like else 1.7)
    yield spot.to(ast.Compare(node.comparators[0], node.ops, [node.left]), 1.5)


def _fields(node: ast.JoinedStr) -> Iterator[Change]:
    """Format specifications, and what stands between the fields of an f-string."""
    for place, part in enumerate(node.values):
        if isinstance(part, ast.Constant):
            yield Change(1.5, node, "values", place, ast.Constant(""))
            continue
        if not isinstance(part, ast.FormattedValue):
            continue
        spec = part.format_spec
        if spec is None:
            wanted = ["02d", ".2f", ".1f", "04d", "03d", ","]
        elif isinstance(spec, ast.JoinedStr) and len(spec.values) == 1:
            written = str(getattr(spec.values[0], "value", ""))
            match = _SPECIFICATION.match(written)
            wanted = ["02d", ".2f", "04d"] if not written else []
            if match:
                before, digits, after = match.groups()
                zero = "0" if digits[0] == "0" and len(digits) > 1 else ""
                wanted = [f"{before}{zero}{number}{after}" for number in (1, 2, 3, 4, 5, 6, 8)]
                wanted += [f"{before}0{digits}{after}"] if not zero else []
            yield Change(1.5, part, "format_spec", -1, None, f"`:{written}` was left out of the f-string")
            wanted = [text for text in wanted if text != written]
        else:
            continue
        for text in wanted:
            new = ast.JoinedStr(values=[ast.Constant(text)])
            said = f"a field of the f-string is formatted with `:{text}`"
            yield Change(1.4, part, "format_spec", -1, new, said)
    for place in range(len(node.values)):
        # A field, with what stands before it.
        if isinstance(node.values[place], ast.FormattedValue):
            kept = node.values[:place] + node.values[place + 1 :]
            yield Change(1.6, node, "values", -1, kept, "a field of the f-string was left out")
            before = node.values[place - 1] if place else None
            if isinstance(before, ast.Constant):
                kept = node.values[: place - 1] + node.values[place + 1 :]
                yield Change(1.5, node, "values", -1, kept, "a field of the f-string was left out")


def _comprehensions(spot: _Spot, node: Any, hints: Hints) -> Iterator[Change]:
    for generator in node.generators:
        for place, test in enumerate(generator.ifs):
            kept = generator.ifs[:place] + generator.ifs[place + 1 :]
            yield Change(1.1, generator, "ifs", -1, kept, f"`if {ast.unparse(test)}` was left out")
            yield Change(1.4, generator, "ifs", place, "not {}")
        if isinstance(generator.target, ast.Tuple) and isinstance(generator.iter, ast.Name):
            yield Change(0.6, generator, "iter", -1, "{}.items()")
            yield Change(0.9, generator, "iter", -1, "enumerate({})")
        if isinstance(generator.target, ast.Name) and not generator.ifs:
            name = generator.target.id
            for text in (name, f"{name}.strip()", f"{name}.isalnum()", f"{name} is not None"):
                test = ast.Name(text, ast.Load())
                cost = 1.4 if ".strip" in text and hints.likely(text) else 1.7
                yield Change(cost, generator, "ifs", -1, [test], f"`if {text}` was added")
    if len(node.generators) > 1:
        turned = list(reversed(node.generators))
        yield Change(1.4, node, "generators", -1, turned, "the order of the `for` was turned")
        for place in range(len(node.generators)):
            kept = node.generators[:place] + node.generators[place + 1 :]
            yield Change(1.4, node, "generators", -1, kept, "one `for` was left out")
    if isinstance(node, ast.DictComp):
        new = ast.DictComp(key=node.value, value=node.key, generators=node.generators)
        yield spot.to(new, 1.2)


def _results(spot: _Spot, scope: Scope, hints: Hints) -> Iterator[Change]:
    """What is returned, made into a value of the kind that is expected."""
    for kind in sorted(hints.results):
        for template in RESULTS.get(kind, ()):
            cost = 1.0 if hints.likely(template) else 1.4
            yield spot.to(template, cost)
            if template in ("''.join({})", "' '.join({})"):
                others = [text for text in hints.texts if text.strip()]
                yield from (spot.to(f"{text!r}.join({{}})", 1.5) for text in others)
    for name, kinds in scope.parameters.items():
        # What the goal speaks of, of an argument itself.
        for template in dict.fromkeys(template for kind in sorted(kinds) for template in WRAPS.get(kind, ())):
            if name in _named(spot.node) and hints.likely(template):
                yield spot.to(ast.Name(template.replace("{}", name), ast.Load()), 1.1)
    if isinstance(spot.node, ast.Name | ast.Constant):
        return
    if "None" in hints.results and len(hints.arguments) == 1:
        yield spot.to("{} or None", 1.7)


def _takes_wraps(spot: _Spot) -> bool:
    if _is_called(spot) or isinstance(spot.node, ast.Starred | ast.Lambda):
        return False
    if isinstance(spot.node, ast.Name | ast.Subscript):
        return True
    # Elements and receivers that are more than a name.
    whole = isinstance(spot.parent, ast.comprehension | ast.For | ast.Assign | ast.Call) and spot.field in (
        "iter",
        "value",
        "args",
    )
    return (whole or spot.field == "elt") and not isinstance(spot.node, ast.Constant)


def _wraps(spot: _Spot, scope: Scope, hints: Hints) -> Iterator[Change]:
    name = spot.node.id if isinstance(spot.node, ast.Name) else ""
    if (name in _BUILTINS and name not in scope.parameters) or name in scope.module:
        return
    kinds = scope.parameters.get(name) if name not in spot.bound else None
    known = kinds is not None and bool(kinds)
    for kind in sorted(kinds) if kinds else [""]:
        for place, template in enumerate(WRAPS.get(kind, ())):
            if template.startswith(("reversed", "enumerate", "{}.items", "range")) and not _is_gone_through(
                spot
            ):
                continue
            cost = 1.4 + 0.01 * place if known else 1.7 + 0.01 * place
            yield spot.to(template, cost - 0.4 if hints.likely(template) else cost)
    if isinstance(spot.parent, ast.comprehension | ast.For) and spot.field == "iter":
        for text in hints.texts:
            if text and not known:
                yield spot.to(f"{{}}.split({text!r})", 1.9)


def _is_gone_through(spot: _Spot) -> bool:
    return spot.field in ("iter", "args")


def _combined(spot: _Spot, scope: Scope) -> Iterator[Change]:
    """Both of two arguments where an expression has something to do with them: `{**first, **second}`."""
    if len(scope.parameters) != 2 or isinstance(spot.node, ast.Constant) or _is_called(spot):
        return
    first, second = scope.parameters
    named = set(_named(spot.node))
    if not named & {first, second} or not (isinstance(spot.parent, ast.Return) or spot.field == "iter"):
        return
    kinds = scope.parameters[first] & scope.parameters[second]
    texts = []
    if "dict" in kinds:
        texts += [f"{{**{first}, **{second}}}", f"{{**{second}, **{first}}}"]
    elif kinds & {"list", "str", "tuple"}:
        texts += [f"{first} + {second}", f"{second} + {first}"]
    for text in texts:
        items = f"({text}).items()" if spot.field == "iter" and "dict" in kinds else text
        yield spot.to(ast.Name(items, ast.Load()), 1.2)


def _is_called(spot: _Spot) -> bool:
    return isinstance(spot.parent, ast.Call) and spot.field == "func"


def is_atom(node: ast.AST) -> bool:
    """Whether something can stand behind the node's text, as in `….lower()`, without parentheses."""
    return isinstance(node, _ATOMS) or (
        isinstance(node, ast.Constant) and not isinstance(node.value, int | float)
    )


def _stored(target: ast.AST) -> Iterator[str]:
    return (part.id for part in ast.walk(target) if isinstance(part, ast.Name))


def _named(node: ast.AST) -> Iterator[str]:
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def _bound_within(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.comprehension):
            yield from _stored(part.target)
        elif isinstance(part, ast.arg):
            yield part.arg
