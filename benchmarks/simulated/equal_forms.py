"""Other forms of a right module: other names of locals, another layout, equal constructs."""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Callable, Iterator

from apprentice.syntax_trees import parse
from benchmarks.simulated.trees import code_nodes, entry_of, plain, replaced, text_of

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_NAMES = (
    "result output found answer values current total acc item piece part entry pos idx start stop left right first second "
    "seen count amount char word number key val rest group step limit lowest highest flag ok cur prev nxt tmp buf out res "
    "ans x y z i j k m a b c d e t w v"
).split()
_COMMENTS = (
    "# Go through the input once.",
    "# Handle each case in turn.",
    "# Build up the result.",
    "# Work it out step by step.",
    "# See the specification.",
    "# The general case.",
)

Form = Callable[[ast.AST], Iterator[ast.AST | list[ast.stmt]]]


def variant(solution: str, function: str, rng: random.Random) -> str:
    """The solution in another form, meant to do the same; whoever uses it runs it first."""
    tree = plain(solution)
    for _ in range(rng.randint(0, 4)):
        sites = [(number, form) for number, node in code_nodes(tree) for form in _forms(node)]
        if sites:
            tree = replaced(tree, *rng.choice(sites))
    if rng.random() < 0.15:
        tree = _with_helper(tree, function)
    return text_of(renamed(tree, rng))


def renamed(tree: ast.Module, rng: random.Random) -> ast.Module:
    """A copy with other names for most of the local variables."""
    tree = copy.deepcopy(tree)
    everywhere = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    everywhere |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    for function in functions:
        local = sorted(_locals(function))
        free = [name for name in _NAMES if name not in everywhere]
        rng.shuffle(free)
        names = {name: free.pop() for name in local if free and rng.random() < 0.7}
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id in names:
                node.id = names[node.id]
    return tree


def _locals(function: ast.FunctionDef) -> set[str]:
    """Names that the function assigns and that can be called otherwise."""
    stored: set[str] = set()
    kept: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                stored.add(name)
            case ast.Name(id="locals" | "globals" | "vars" | "eval" | "exec") | ast.ClassDef():
                return set()
            case ast.arg(arg=name):
                kept.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                kept.update(names)
            case ast.ExceptHandler(name=str(name)):
                kept.add(name)
            case ast.alias():
                kept.add(node.asname or node.name)
            case ast.FunctionDef(name=name):
                kept.add(name)
    return stored - kept


def _with_helper(tree: ast.Module, function: str) -> ast.Module:
    """The work in a helper, called by the entry function."""
    tree = copy.deepcopy(tree)
    entry = entry_of(tree, function)
    if (
        entry is None
        or entry.args.vararg
        or entry.args.kwarg
        or entry.args.kwonlyargs
        or entry.decorator_list
    ):
        return tree
    names = [argument.arg for argument in (*entry.args.posonlyargs, *entry.args.args)]
    outer = copy.deepcopy(entry)
    entry.name = f"_{function}"
    outer.body = parse(f"return _{function}({', '.join(names)})").body
    tree.body.append(outer)
    return tree


def _forms(node: ast.AST) -> Iterator[ast.AST | list[ast.stmt]]:
    for form in (_comparison, _augmented, _branches, _returned):
        yield from form(node)


def _comparison(node: ast.AST) -> Iterator[ast.AST]:
    """`a < b` as `b > a`; `len(x) == 0` as `not x` is no such form, as x may be anything."""
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _FLIPPED:
            yield ast.Compare(right, [_FLIPPED[type(operator)]()], [left])


def _augmented(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.AugAssign(target=ast.Name(id=name), op=operator, value=value):
            yield ast.Assign(
                [ast.Name(name, ast.Store())], ast.BinOp(ast.Name(name, ast.Load()), operator, value)
            )
        case ast.Assign(
            targets=[ast.Name(id=name)], value=ast.BinOp(left=ast.Name(id=same), op=operator, right=value)
        ) if same == name:
            yield ast.AugAssign(ast.Name(name, ast.Store()), operator, value)


def _branches(node: ast.AST) -> Iterator[ast.AST | list[ast.stmt]]:
    match node:
        case ast.If(test=test, body=body, orelse=[_, *_] as orelse) if not isinstance(orelse[0], ast.If):
            yield ast.If(negated(test), orelse, body)
            if isinstance(body[-1], ast.Return | ast.Raise | ast.Continue):
                yield [ast.If(test, body, []), *orelse]
        case ast.Return(value=ast.IfExp(test=test, body=body, orelse=orelse)):
            yield [ast.If(test, [ast.Return(body)], []), ast.Return(orelse)]
            yield ast.If(test, [ast.Return(body)], [ast.Return(orelse)])


def negated(test: ast.expr) -> ast.expr:
    """The opposite of a condition."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.Compare(ops=[operator]) if type(operator) in _OPPOSITE:
            return ast.Compare(test.left, [_OPPOSITE[type(operator)]()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


def _returned(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Comprehensions and calls over generators as loops; a returned value under a name first."""
    match node:
        case ast.Return(value=ast.ListComp(elt=element, generators=[loop])):
            append = _statement("collected.append(x)")
            append.value.args = [element]  # type: ignore[attr-defined]
            yield [_statement("collected = []"), _loop(loop, [append]), _statement("return collected")]
        case ast.Return(
            value=ast.Call(
                func=ast.Name(id="sum"),
                args=[
                    ast.GeneratorExp(elt=element, generators=[loop])
                    | ast.ListComp(elt=element, generators=[loop])
                ],
            )
        ):
            add = ast.AugAssign(ast.Name("summed", ast.Store()), ast.Add(), element)
            yield [_statement("summed = 0"), _loop(loop, [add]), _statement("return summed")]
        case ast.Return(
            value=ast.Call(
                func=ast.Name(id="any" | "all" as which),
                args=[
                    ast.GeneratorExp(elt=element, generators=[loop])
                    | ast.ListComp(elt=element, generators=[loop])
                ],
            )
        ):
            test = element if which == "any" else negated(element)
            inner = ast.If(test, [_statement(f"return {which == 'any'}")], [])
            yield [_loop(loop, [inner]), _statement(f"return {which != 'any'}")]
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Name | ast.Constant):
            yield [ast.Assign([ast.Name("outcome", ast.Store())], value), _statement("return outcome")]


def _loop(loop: ast.comprehension, body: list[ast.stmt]) -> ast.For:
    for test in reversed(loop.ifs):
        body = [ast.If(test, body, [])]
    return ast.For(loop.target, loop.iter, body, [])


def _statement(text: str) -> ast.stmt:
    # A text of this file: `return` stands alone well enough for a tree.
    return parse(text).body[0]


def laid_out(code: str, function: str, purpose: str, rng: random.Random) -> str:
    """The same module with a docstring or comments or blank lines, as the dice fall. Only what doesn't run is changed."""
    lines = code.rstrip("\n").split("\n")
    try:
        tree = parse(code)
    except SyntaxError:
        return code
    entry = entry_of(tree, function)
    if entry is None:
        return code
    first = entry.body[0]
    indent = " " * first.col_offset
    added: dict[int, list[str]] = {}
    if rng.random() < 0.75:
        words = rng.choice((purpose, f"{purpose} (simulated)", f"Compute {function.replace('_', ' ')}."))
        added[first.lineno] = [f'{indent}"""{words}"""']
    statements = [node for node in entry.body[1:] if node.lineno not in added]
    for node in rng.sample(statements, min(len(statements), rng.randint(0, 2))):
        space = " " * node.col_offset
        added.setdefault(node.lineno, []).append(rng.choice(("", space + rng.choice(_COMMENTS))))
    out: list[str] = []
    for number, line in enumerate(lines, start=1):
        out += [*added.get(number, []), line]
    return "\n".join(out) + "\n"
