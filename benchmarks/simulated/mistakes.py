"""Mistakes as coders make them, from a right module: each is run before it is believed to be one."""

from __future__ import annotations

import ast
import builtins
import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from apprentice.syntax_trees import literal, parse
from benchmarks.simulated.child import raising
from benchmarks.simulated.competence import SimulatedTask
from benchmarks.simulated.equal_forms import renamed
from benchmarks.simulated.misreadings import calls_of, misread
from benchmarks.simulated.trees import Replacement, code_nodes, entry_of, plain, replaced, text_of, with_node

#: how often each kind of mistake is made, relative to the others
WEIGHTS = {
    "missed edge case": 4.0,
    "off by one": 3.0,
    "comparison": 3.0,
    "condition ignored": 3.0,
    "operator": 2.0,
    "method": 2.0,
    "sorting": 2.0,
    "cleaning": 2.0,
    "early return": 2.0,
    "left out": 2.0,
    "misread": 2.0,
    "hard-coded": 0.7,
    "swapped": 1.5,
    "runtime error": 1.5,
    "kind of result": 1.0,
    "syntax error": 0.7,
    "cut": 0.7,
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Gt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Pow),
    ast.Div: (ast.FloorDiv,),
    ast.FloorDiv: (ast.Div, ast.Mod),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitXor: (ast.BitOr,),
}
_METHODS = {
    "upper": "lower",
    "lower": "upper",
    "title": "capitalize",
    "capitalize": "title",
    "strip": "rstrip",
    "lstrip": "strip",
    "rstrip": "strip",
    "append": "extend",
    "extend": "append",
    "isdigit": "isalnum",
    "isalpha": "isalnum",
    "isalnum": "isalpha",
    "startswith": "endswith",
    "endswith": "startswith",
    "find": "rfind",
    "rfind": "find",
    "index": "find",
    "split": "splitlines",
    "isupper": "islower",
    "islower": "isupper",
    "keys": "values",
    "items": "keys",
    "union": "intersection",
    "intersection": "union",
    "add": "discard",
    "floor": "ceil",
    "ceil": "floor",
    "min": "max",
    "max": "min",
    "all": "any",
    "any": "all",
    "round": "int",
    "int": "float",
    "match": "search",
    "search": "match",
    "fullmatch": "match",
    "partition": "rpartition",
    "rpartition": "partition",
}
_CLEANING = frozenset(
    "lower upper strip lstrip rstrip casefold abs list dict tuple set sorted round int str copy replace title capitalize "
    "removeprefix removesuffix normalize zfill".split()
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A module that is meant to be wrong, and how. `closed` is False where the reply's fence is cut off, too."""

    kind: str
    code: str
    closed: bool = True


Change = tuple[str, int, Replacement]


def mistakes(task: SimulatedTask, rng: random.Random, limit: int) -> list[Mistake]:
    """Up to `limit` mistakes, different in what they run, in turn of all kinds that the solution allows."""
    tree = plain(task.solution)
    by_kind: dict[str, list[Callable[[], Mistake]]] = {}
    for kind, index, replacement in _changes(tree):
        made = _maker(tree, kind, index, replacement, random.Random(rng.random()))
        by_kind.setdefault(kind, []).append(made)
    for mistake in _whole(tree, task, rng):
        by_kind.setdefault(mistake.kind, []).append(lambda mistake=mistake: mistake)  # type: ignore[misc]
    for makers in by_kind.values():
        rng.shuffle(makers)
    found: list[Mistake] = []
    seen: set[str] = {_form(text_of(tree))}
    while by_kind and len(found) < limit:
        for kind in sorted(by_kind):
            makers = by_kind[kind]
            mistake = makers.pop()()
            if not makers:
                del by_kind[kind]
            form = _form(mistake.code)
            if form not in seen and len(found) < limit:
                seen.add(form)
                found.append(mistake)
    return found


def _maker(
    tree: ast.Module, kind: str, index: int, replacement: Replacement, rng: random.Random
) -> Callable[[], Mistake]:
    return lambda: Mistake(kind, text_of(renamed(replaced(tree, index, replacement), rng)))


def _form(code: str) -> str:
    """What two mistakes have in common that run the same."""
    try:
        return ast.dump(parse(code))
    except SyntaxError:
        return code


def _changes(tree: ast.Module) -> Iterator[Change]:
    for index, node in code_nodes(tree):
        for kind, replacement in (*_expressions(node), *_calls(node), *_statements(node)):
            yield kind, index, replacement


def _expressions(node: ast.AST) -> Iterator[tuple[str, Replacement]]:
    match node:
        case ast.Constant(value=bool(value)):
            yield "condition ignored", ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield "off by one", ast.Constant(value + 1)
            yield "off by one", ast.Constant(value - 1)
        case ast.Constant(value=str(value)) if len(value) > 1:
            yield "left out", ast.Constant(value[:-1])
            yield "left out", ast.Constant(value[1:])
        case ast.Compare(ops=[operator, *_]) if type(operator) in _COMPARISONS:
            for other in _COMPARISONS[type(operator)]:
                yield "comparison", with_node(node, lambda n, other=other: n.ops.__setitem__(0, other()))  # type: ignore[misc]
        case ast.BinOp(op=operator, left=left, right=right):
            for another in _OPERATORS.get(type(operator), ()):
                yield "operator", ast.BinOp(left, another(), right)
            if isinstance(operator, ast.Sub | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow):
                yield "swapped", ast.BinOp(right, operator, left)
            if isinstance(operator, ast.Add):
                yield "left out", left
                yield "swapped", ast.BinOp(right, operator, left)
        case ast.BoolOp(op=operator, values=values):
            for number in range(len(values)):
                rest = [*values[:number], *values[number + 1 :]]
                yield "condition ignored", rest[0] if len(rest) == 1 else ast.BoolOp(operator, rest)
            yield "comparison", ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield "condition ignored", operand
        case ast.IfExp(body=body, orelse=orelse):
            yield "missed edge case", body
            yield "missed edge case", orelse
        case ast.Subscript(slice=ast.Slice() as part, ctx=ast.Load()):
            yield "left out", node.value
            for end in ("lower", "upper"):
                if (bound := getattr(part, end)) is not None:
                    near = ast.BinOp(bound, ast.Add(), ast.Constant(1))
                    yield "off by one", with_node(node, lambda n, e=end, b=near: setattr(n.slice, e, b))  # type: ignore[misc]
        case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
            for number, loop in enumerate(node.generators):
                for turn in range(len(loop.ifs)):
                    yield (
                        "condition ignored",
                        with_node(node, lambda n, a=number, b=turn: n.generators[a].ifs.pop(b)),  # type: ignore[misc]
                    )
        case ast.Name(ctx=ast.Load(), id=name) if len(name) > 3 and not hasattr(builtins, name):
            yield "runtime error", ast.Name(name[:-1], ast.Load())


def _calls(node: ast.AST) -> Iterator[tuple[str, Replacement]]:
    if not isinstance(node, ast.Call):
        return
    function, args = node.func, node.args
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    if name in _METHODS:

        def rename(call: ast.Call) -> None:
            field = "id" if isinstance(call.func, ast.Name) else "attr"
            setattr(call.func, field, _METHODS[name])

        yield "method", with_node(node, rename)
    if name == "range":
        match args:
            case [only]:
                yield "off by one", ast.Call(function, [ast.Constant(1), only], [])
                yield "off by one", ast.Call(function, [ast.BinOp(only, ast.Sub(), ast.Constant(1))], [])
                yield "off by one", ast.Call(function, [ast.BinOp(only, ast.Add(), ast.Constant(1))], [])
            case [first, last, *rest]:
                less: ast.expr = ast.BinOp(last, ast.Sub(), ast.Constant(1))
                if isinstance(last, ast.BinOp) and isinstance(last.op, ast.Add):
                    less = last.left
                yield "off by one", ast.Call(function, [first, less, *rest], [])
                more = ast.BinOp(last, ast.Add(), ast.Constant(1))
                yield "off by one", ast.Call(function, [first, more, *rest], [])
    elif len(args) >= 2 and not any(isinstance(argument, ast.Starred) for argument in args):
        yield "swapped", with_node(node, lambda n: n.args.__setitem__(slice(0, 2), n.args[1::-1]))
    if name == "sorted" and args:
        yield "sorting", ast.Call(ast.Name("list", ast.Load()), args[:1], [])
    for number, keyword in enumerate(node.keywords):
        kind = "sorting" if keyword.arg in ("key", "reverse") else "left out"
        yield kind, with_node(node, lambda n, k=number: n.keywords.pop(k))  # type: ignore[misc]
    if name in _CLEANING:
        inner = function.value if isinstance(function, ast.Attribute) else args[0] if args else None
        if inner is not None:
            yield "cleaning", inner


def _statements(node: ast.AST) -> Iterator[tuple[str, Replacement]]:
    match node:
        case ast.If(body=body, orelse=orelse, test=test):
            yield "missed edge case", orelse or None
            yield "missed edge case", body
            if orelse:
                yield "missed edge case", ast.If(test, body, [])
        case ast.For(body=body) | ast.While(body=body):
            last = body[-1]
            if isinstance(last, ast.If) and not last.orelse and isinstance(last.body[-1], ast.Return):
                given = last.body[-1].value
                other = (
                    ast.Constant(not given.value)
                    if isinstance(given, ast.Constant) and isinstance(given.value, bool)
                    else ast.Constant(None)
                )
                ended = with_node(node, lambda n: setattr(n.body[-1], "orelse", [ast.Return(other)]))
                yield "early return", ended
            yield "early return", with_node(node, lambda n: n.body.append(ast.Break()))
        case ast.Return(value=ast.expr() as value):
            yield "kind of result", ast.Expr(ast.Call(ast.Name("print", ast.Load()), [value], []))
            for wrapper in ("str", "list", "tuple", "bool", "set"):
                called = ast.Call(ast.Name(wrapper, ast.Load()), [value], [])
                yield "kind of result", ast.Return(called)
            wrong = ast.Attribute(value, "length", ast.Load())
            yield "runtime error", ast.Return(wrong)
        case ast.AugAssign() | ast.Expr(value=ast.Call()):
            yield "left out", None
        case ast.Continue():
            yield "comparison", ast.Break()
        case ast.Break():
            yield "early return", ast.Pass()
        case ast.Raise():
            yield "missed edge case", ast.Pass()
            yield "missed edge case", ast.Return(ast.Constant(None))
        case ast.Try(body=body):
            yield "missed edge case", body


def _whole(tree: ast.Module, task: SimulatedTask, rng: random.Random) -> Iterator[Mistake]:
    """Mistakes that are not at one place of the tree."""
    entry = entry_of(tree, task.function)
    if entry is None:
        return
    for code in misread(tree, task):
        yield Mistake("misread", code)
    yield from _hard_coded(tree, entry, task)
    for number, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield Mistake("runtime error", text_of(replaced(tree, number, None)))
    text = text_of(renamed(tree, rng))
    lines = text.splitlines()
    colons = [number for number, line in enumerate(lines) if line.endswith(":")]
    brackets = [number for number, line in enumerate(lines) if line.endswith(")")]
    for places in (colons, brackets):
        if places:
            place = rng.choice(places)
            broken = [*lines[:place], lines[place][:-1], *lines[place + 1 :]]
            yield Mistake("syntax error", "\n".join(broken) + "\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(f"def {task.function}("))
    for end in sorted({rng.randint(start + 1, max(start + 1, len(lines) - 1)) for _ in range(3)}):
        kept = lines[:end]
        part = lines[end][: rng.randint(4, 4 + max(1, len(lines[end]) - 5))] if end < len(lines) else ""
        yield Mistake("cut", "\n".join([*kept, part]).rstrip() + "\n", closed=False)


def _hard_coded(tree: ast.Module, entry: ast.FunctionDef, task: SimulatedTask) -> Iterator[Mistake]:
    """The examples' answers, and something simple for all else."""
    pairs: list[tuple[list[object], str]] = []
    for example in task.examples:
        calls = calls_of(task, raising(example)[0])
        result = example.rpartition("==")[2].strip()
        if len(calls) == 1 and "==" in example and _is_literal(result):
            pairs.append((calls[0], result))
    names = [argument.arg for argument in entry.args.args]
    if not pairs or any(len(arguments) > len(names) for arguments, _ in pairs):
        return
    branches = [
        f"if {' and '.join(f'{name} == {value!r}' for name, value in zip(names, arguments, strict=False)) or 'True'}:\n"
        f"    return {result}"
        for arguments, result in pairs
    ]
    for rest in dict.fromkeys((pairs[-1][1], names[0] if names else "None", "None")):
        changed = copy.deepcopy(tree)
        inner = entry_of(changed, task.function)
        assert inner is not None
        inner.body = parse("\n".join([*branches, f"return {rest}"])).body
        yield Mistake("hard-coded", text_of(changed))


def _is_literal(text: str) -> bool:
    try:
        literal(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return True
