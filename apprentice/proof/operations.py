"""Other calls, indexes, operators, f-strings and comprehensions that may have been meant where one stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from apprentice.proof.change import Change, Scope, Spot
from apprentice.proof.hints import Hints

_ARITHMETIC: Final = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.Div, ast.Pow)
_ORDERINGS: Final = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_CLASSES: Final = "isalnum isalpha isdigit isupper islower isspace".split()
_STRIPS: Final = "strip lstrip rstrip".split()
_SPECIFICATION: Final = re.compile(r"^(.*?)(\d+)(\D*)$")


def changed_calls(spot: Spot, scope: Scope, hints: Hints) -> Iterator[Change]:
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


def _recursions(spot: Spot, node: ast.Call, scope: Scope) -> Iterator[Change]:
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


def changed_subscripts(spot: Spot, hints: Hints) -> Iterator[Change]:
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


def changed_arithmetic(spot: Spot) -> Iterator[Change]:
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


def changed_comparisons(spot: Spot) -> Iterator[Change]:
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


def changed_fields(node: ast.JoinedStr) -> Iterator[Change]:
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


def changed_comprehensions(spot: Spot, node: Any, hints: Hints) -> Iterator[Change]:
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
