"""Code with one small mistake in it: tests that don't notice it say little."""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from apprentice.proof.mutations import Mutation, changes_pace, mutations
from apprentice.proof.reachable import is_docstring, reachable
from apprentice.syntax_trees import parse, parses

_SHOWN: Final = 60
#: Changes looked at, so that a module of thousands of lines takes no longer than one of some hundred.
_MOST_UNITS: Final = 1_000
_SILENT: Final = frozenset("print pprint log debug info warning warn error exception critical".split())
_EMPTY: Final[dict[str, ast.expr]] = {
    "list": ast.List(elts=[], ctx=ast.Load()),
    "dict": ast.Dict(keys=[], values=[]),
    "str": ast.Constant(""),
    "tuple": ast.Tuple(elts=[], ctx=ast.Load()),
    "int": ast.Constant(0),
    "float": ast.Constant(0.0),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one small mistake.

    Attributes:
        code: the whole module.
        what: what was changed, e.g. "`a < b` became `a <= b`".
        line: where, counted from 1.
        kind: `comparison`, `arithmetic`, `boolean`, `constant`, `slice`, `return`, `condition`, `drop`, `method`,
            `arguments`, `loop`, `range`, `sign` or `raise`.
        may_hang: whether it is in what ends a `while` loop, so that running it may take all the time it is given.
    """

    code: str
    what: str
    line: int
    kind: str = ""
    may_hang: bool = False


@dataclass(slots=True)
class _Unit:
    """A piece of the code that is replaced as a whole: a simple statement, or the expression in a statement's head."""

    node: ast.stmt | ast.expr
    returns: str = ""
    loops: tuple[ast.stmt, ...] = ()
    test_of: ast.stmt | None = None
    known: frozenset[str] = frozenset()

    @property
    def loop(self) -> ast.While | None:
        """The innermost `while` that the piece is in, where no `for` is between them."""
        inner = (
            self.test_of if isinstance(self.test_of, ast.While) else self.loops[-1] if self.loops else None
        )
        return inner if isinstance(inner, ast.While) else None


def mutants(code: str, function: str, *, limit: int = 40, seed: int = 0) -> list[Mutant]:
    """Variants of the code with one small mistake each, in what `function` uses of the module.

    No two are equal, none equals the code; docstrings, annotations and messages of exceptions stay as they are. The same
    arguments give the same mutants. They are ordered so that the first few are already spread over kinds and lines.

    Args:
        function: name of the function, or of the class.
        limit: most mutants.

    Raises:
        SyntaxError: the code isn't Python; ValueError, RecursionError or MemoryError as `apprentice.syntax_trees.parse`.
    """
    source = code.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    tree = parse(source)
    text = _Text(source)
    units = [unit for node in reachable(tree, function) for unit in _units([node], "", (), frozenset())]
    sites = [
        (unit, mutation)
        for unit in units[:_MOST_UNITS]
        for mutation in _of(unit)
        if not _never_ends(unit, mutation)
    ]
    found: list[Mutant] = []
    originals: dict[int, str] = {}
    seen: set[tuple[int, str]] = set()
    for unit, mutation in _spread(sites, seed):
        if len(found) >= limit:
            break
        rendered = _rendered(unit, mutation)
        key = (id(unit.node), rendered)
        if id(unit.node) not in originals:
            originals[id(unit.node)] = _unparsed(unit.node)
        if not rendered or key in seen or rendered == originals[id(unit.node)]:
            continue
        seen.add(key)
        changed = text.replaced(unit.node, rendered)
        if "{" in rendered and not parses(changed):
            continue
        hang = unit.loop is not None and mutation.kind not in ("return", "raise")
        found.append(Mutant(changed, _what(mutation), mutation.line, mutation.kind, hang))
    return found


def _units(
    body: Sequence[ast.stmt], returns: str, loops: tuple[ast.stmt, ...], known: frozenset[str]
) -> Iterator[_Unit]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for default in (*node.args.defaults, *(one for one in node.args.kw_defaults if one)):
                    yield _Unit(default)
                kind = ast.unparse(node.returns).partition("[")[0].lower() if node.returns else ""
                names = {name.arg for name in ast.walk(node.args) if isinstance(name, ast.arg)}
                yield from _units(node.body, kind, (), frozenset(names))
            case ast.ClassDef():
                yield from _units(node.body, "", (), frozenset())
            case ast.If():
                yield _Unit(node.test, returns, loops, node)
                yield from _units([*node.body, *node.orelse], returns, loops, known)
            case ast.While():
                yield _Unit(node.test, returns, loops, node)
                yield from _units(node.body, returns, (*loops, node), known)
                yield from _units(node.orelse, returns, loops, known)
            case ast.For() | ast.AsyncFor():
                yield _Unit(node.iter, returns, loops, node)
                yield from _units(node.body, returns, (*loops, node), known)
                yield from _units(node.orelse, returns, loops, known)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    yield _Unit(item.context_expr, returns, loops)
                yield from _units(node.body, returns, loops, known)
            case ast.Try() | ast.TryStar():
                handled = [statement for handler in node.handlers for statement in handler.body]
                yield from _units(
                    [*node.body, *handled, *node.orelse, *node.finalbody], returns, loops, known
                )
            case ast.Match():
                for case in node.cases:
                    if case.guard:
                        yield _Unit(case.guard, returns, loops, node)
                    for pattern in ast.walk(case.pattern):
                        if isinstance(pattern, ast.MatchValue):
                            yield _Unit(pattern.value, returns, loops)
                    yield from _units(case.body, returns, loops, known)
            case ast.Import() | ast.ImportFrom() | ast.Global() | ast.Nonlocal() | ast.Pass():
                pass
            case ast.Expr() if is_docstring(node) or _is_silent(node):
                pass
            case _:
                yield _Unit(node, returns, loops, None, known)
                bound = (name for name in ast.walk(node) if isinstance(name, ast.Name))
                known = known | {name.id for name in bound if isinstance(name.ctx, ast.Store)}


def _is_silent(node: ast.Expr) -> bool:
    if not isinstance(node.value, ast.Call):
        return False
    name = getattr(node.value.func, "id", "") or getattr(node.value.func, "attr", "")
    return name in _SILENT


def _of(unit: _Unit) -> Iterator[Mutation]:
    """The changes of one piece. What is replaced as a whole is put into a statement of its own."""
    node = unit.node
    if isinstance(node, ast.expr):
        holder = ast.Expr(value=node)
        if isinstance(unit.test_of, ast.If | ast.While | ast.Match):
            for value in (True, False):
                said = f"the condition {_short(node)} is always {str(value).lower()}"
                yield Mutation("condition", holder, "value", -1, ast.Constant(value), node.lineno, said)
            if not isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp):
                yield Mutation("boolean", holder, "value", -1, _negated(node), node.lineno)
        elif isinstance(unit.test_of, ast.For) and isinstance(node, ast.Name):
            rest = ast.Slice(lower=ast.Constant(1))
            items = ast.Call(func=ast.Name("list", ast.Load()), args=[node], keywords=[])
            skipped = ast.Subscript(value=items, slice=rest, ctx=ast.Load())
            yield Mutation("range", holder, "value", -1, skipped, node.lineno)
        for mutation in mutations(holder, line=node.lineno):
            if not (mutation.kind == "comparison" and _decides_nothing(unit, mutation)):
                yield mutation
        return
    holder_of_statement = ast.Module(body=[node], type_ignores=[])
    yield from _of_statement(node, unit, holder_of_statement)
    if not isinstance(node, ast.Raise | ast.Assert):
        yield from mutations(node, line=node.lineno)
    elif isinstance(node, ast.Assert):
        yield from mutations(ast.Expr(value=node.test), line=node.lineno)


def _of_statement(node: ast.stmt, unit: _Unit, holder: ast.Module) -> Iterator[Mutation]:
    def instead(kind: str, new: ast.stmt, said: str = "") -> Mutation:
        return Mutation(kind, holder, "body", 0, new, node.lineno, said)

    left_out = f"{_short(node)} was left out"
    match node:
        case ast.Return(value=ast.expr() as value):
            for new in _other_results(value, unit.returns):
                yield Mutation("return", node, "value", -1, new, node.lineno)
        case ast.Break():
            yield instead("loop", ast.Continue())
        case ast.Continue():
            yield instead("loop", ast.Break())
            yield instead("loop", ast.Pass(), left_out)
        case ast.Raise():
            yield instead("drop", ast.Pass(), left_out)
            if isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
                other = "RuntimeError" if node.exc.func.id != "RuntimeError" else "ValueError"
                yield Mutation("raise", node.exc, "func", -1, ast.Name(other, ast.Load()), node.lineno)
        case ast.AugAssign():
            yield instead("drop", ast.Pass(), left_out)
            yield instead(
                "arithmetic", ast.Assign(targets=[node.target], value=node.value, lineno=node.lineno)
            )
            if isinstance(node.op, ast.Add | ast.Sub) and not _holds_text(node.value):
                other_op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
                yield Mutation("arithmetic", node, "op", -1, other_op, node.lineno)
            elif isinstance(node.op, ast.Mult):
                yield Mutation("arithmetic", node, "op", -1, ast.Add(), node.lineno)
        case ast.Assign(targets=[target]):
            # A name that has no other value would only be a NameError.
            stores = [name.id for name in ast.walk(target) if isinstance(name, ast.Name)]
            if isinstance(target, ast.Subscript | ast.Attribute) or unit.known.issuperset(stores):
                yield instead("drop", ast.Pass(), left_out)
        case ast.Expr() | ast.Delete() | ast.Assert():
            yield instead("drop", ast.Pass(), left_out)


def _holds_text(value: ast.expr) -> bool:
    return isinstance(value, ast.List | ast.ListComp | ast.Tuple | ast.JoinedStr) or (
        isinstance(value, ast.Constant) and isinstance(value.value, str | bytes)
    )


def _other_results(value: ast.expr, annotated: str) -> Iterator[ast.expr]:
    if isinstance(value, ast.Constant) and value.value is None:
        return
    yield ast.Constant(None)
    if isinstance(value, ast.Constant):
        return
    kind = type(value).__name__
    truth = isinstance(value, ast.Compare | ast.BoolOp) or annotated == "bool"
    truth = truth or (isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not))
    if truth:
        yield _negated(value)
        return
    guess = {
        "ListComp": "list",
        "List": "list",
        "Dict": "dict",
        "DictComp": "dict",
        "JoinedStr": "str",
        "Tuple": "tuple",
    }
    same = _EMPTY.get(annotated or guess.get(kind, ""))
    if same is not None:
        yield same
    if annotated in ("int", "float") or (isinstance(value, ast.BinOp) and not annotated):
        yield ast.UnaryOp(op=ast.USub(), operand=value)


def _negated(value: ast.expr) -> ast.expr:
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not):
        return value.operand
    return ast.UnaryOp(op=ast.Not(), operand=value)


def _decides_nothing(unit: _Unit, mutation: Mutation) -> bool:
    """Whether only the bound of `if a > b: b = a` changes: both are the same there."""
    old, new, owner = mutation.old, mutation.new, unit.test_of
    if not (
        isinstance(owner, ast.If) and isinstance(old, ast.Compare) and len(old.ops) == 1 and old is unit.node
    ):
        return False
    strict = {type(old.ops[0]), type(new.ops[0])}
    if strict not in ({ast.Lt, ast.LtE}, {ast.Gt, ast.GtE}) or len(owner.body) != 1 or owner.orelse:
        return False
    only = owner.body[0]
    if not (isinstance(only, ast.Assign) and len(only.targets) == 1):
        return False
    sides = {ast.unparse(old.left), ast.unparse(old.comparators[0])}
    return sides == {ast.unparse(only.targets[0]), ast.unparse(only.value)}


def _never_ends(unit: _Unit, mutation: Mutation) -> bool:
    """Whether a `while` loop would plainly go on for ever."""
    loop = unit.loop
    if loop is None:
        return False
    if loop.test is unit.node:
        if mutation.kind == "condition" and isinstance(mutation.new, ast.Constant) and mutation.new.value:
            return not _has_exit(loop)
        waits = {name.id for name in ast.walk(loop.test) if isinstance(name, ast.Name)}
        shrinks = any(
            isinstance(node, ast.AugAssign | ast.BinOp) and isinstance(node.op, ast.FloorDiv | ast.RShift)
            for node in ast.walk(loop)
        )
        # A number that is divided stays 0.
        return bool(mutation.kind == "comparison" and shrinks and waits) and not _has_exit(loop)
    node = unit.node
    if isinstance(node, ast.Break) and mutation.kind == "loop":
        exits = sum(isinstance(one, ast.Break | ast.Return) for one in ast.walk(loop))
        return exits <= 1 and isinstance(loop.test, ast.Constant)
    if isinstance(node, ast.stmt):
        waits = {name.id for name in ast.walk(loop.test) if isinstance(name, ast.Name)}
        changed = {
            name.id
            for name in ast.walk(node)
            if isinstance(name, ast.Name) and (isinstance(name.ctx, ast.Store) or isinstance(node, ast.Expr))
        }
        return bool(waits & changed) and changes_pace(mutation, node)
    if isinstance(loop.test, ast.Constant) and mutation.kind == "condition":
        return (
            _guards_only_exit(unit, loop)
            and isinstance(mutation.new, ast.Constant)
            and not mutation.new.value
        )
    return False


def _has_exit(loop: ast.While) -> bool:
    return any(isinstance(node, ast.Break | ast.Return | ast.Raise) for node in ast.walk(loop))


def _guards_only_exit(unit: _Unit, loop: ast.While) -> bool:
    inside = {id(node) for node in ast.walk(unit.test_of)} if unit.test_of else set()
    return not any(
        isinstance(node, ast.Break | ast.Return | ast.Raise) and id(node) not in inside
        for node in ast.walk(loop)
    )


def _spread(sites: Sequence[tuple[_Unit, Mutation]], seed: int) -> Iterator[tuple[_Unit, Mutation]]:
    """All changes, each time one of a kind and a line that were taken least."""
    order = list(sites)
    random.Random(seed).shuffle(order)
    groups: dict[tuple[str, int], list[tuple[_Unit, Mutation]]] = {}
    for site in order:
        groups.setdefault((site[1].kind, site[1].line), []).append(site)
    kinds: Counter[str] = Counter()
    lines: Counter[int] = Counter()
    while groups:
        key = min(groups, key=lambda group: (kinds[group[0]] + 2 * lines[group[1]], kinds[group[0]]))
        yield groups[key].pop()
        kinds[key[0]] += 1
        lines[key[1]] += 1
        if not groups[key]:
            del groups[key]


def _rendered(unit: _Unit, mutation: Mutation) -> str:
    """The piece's text with the change made; empty where it can't be written."""
    old = mutation.old
    if old is unit.node:
        return _unparsed(mutation.new)
    mutation.put(mutation.new)
    try:
        return _unparsed(unit.node)
    finally:
        mutation.put(old)


def _unparsed(node: ast.AST) -> str:
    try:
        return ast.unparse(ast.fix_missing_locations(node) if isinstance(node, ast.Assign) else node)
    except (ValueError, RecursionError):
        # What stands in an f-string can't always be written as one in Python 3.11.
        return ""


def _what(mutation: Mutation) -> str:
    if mutation.said:
        return mutation.said
    old, new = mutation.old, mutation.new
    if isinstance(old, ast.operator):
        old, new = mutation.parent, _with_operator(mutation)
    return f"{_short(old)} became {_short(new)}"


def _with_operator(mutation: Mutation) -> ast.AST:
    parent = mutation.parent
    assert isinstance(parent, ast.AugAssign)
    return ast.AugAssign(target=parent.target, op=mutation.new, value=parent.value)


def _short(node: ast.AST) -> str:
    text = " ".join(_unparsed(node).split()) or "…"
    return f"`{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}`"


class _Text:
    """A module's text, in which a node's own part is replaced."""

    def __init__(self, source: str) -> None:
        self._bytes = source.encode("utf-8", "surrogatepass")
        self._starts = [0]
        for line in self._bytes.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def replaced(self, node: ast.stmt | ast.expr, text: str) -> str:
        """The module with `text` where the node is now."""
        start = self._starts[node.lineno - 1] + node.col_offset
        end = self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        changed = self._bytes[:start] + text.encode("utf-8", "surrogatepass") + self._bytes[end:]
        return changed.decode("utf-8", "surrogatepass")
