"""Code that differs from a candidate in one small place, as a repair of it: the likeliest places and changes first.

Most candidates of a model that fail are one such edit away from one that holds (Le Goues et al., GenProg, 2012; Long and
Rinard, Prophet, 2016). Which edit is right is for examples to tell.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from apprentice.proof.cases import Case, cases_of
from apprentice.proof.change import Change, Scope, is_atom
from apprentice.proof.hints import Hints, hints
from apprentice.proof.ingredients import Ingredient, borrowed
from apprentice.proof.reachable import is_docstring, reachable
from apprentice.proof.rearrangements import rearrangements
from apprentice.proof.replacements import replacements
from apprentice.syntax_trees import parse

#: Changes looked at, before the likeliest are written out.
_MOST_CHANGES: Final = 4_000
_MOST_CODE: Final = 20_000
_SHOWN: Final = 60
#: What binds weaker than a call or an index, so that it needs parentheses to stand in another expression.
_OPERATORS: Final = (
    " or ",
    " + ",
    " - ",
    " * ",
    " / ",
    " // ",
    " % ",
    " ** ",
    " > ",
    " == ",
    " is ",
    "not ",
    "-{}",
)


@dataclass(frozen=True, slots=True)
class Edit:
    """A module with one small change.

    Attributes:
        code: the whole module.
        what: what was changed, e.g. "`text[0]` became `text[-1]`".
        cost: the lower, the likelier that it's what was meant.
        borrowed: what was put in comes from elsewhere, so that it may be put into any candidate.
    """

    code: str
    what: str
    cost: float
    borrowed: bool = False


@dataclass(slots=True)
class _Unit:
    """What is written anew where something in it changes: a simple statement, a head's expression, or a whole function."""

    node: ast.stmt | ast.expr
    indent: int = 0


def edits(
    code: str,
    function: str,
    examples: Sequence[str],
    *,
    limit: int = 250,
    goal: str = "",
    ingredients: Sequence[Ingredient] = (),
) -> list[Edit]:
    """The likeliest repairs of one small place each, in what `function` uses of the module; the same ones each time.

    No two are equal, none equals the code. None takes an example's result into the code, but for such as say nothing: empty
    ones, None, truths. Nothing where the code isn't Python or doesn't define the function.

    Args:
        examples: `f(2) == 4` and the like, for kinds of values, separators, and results of empty arguments.
        limit: most edits.
        goal: what was asked for, in words; it makes some conversions likelier.
        ingredients: parts of other candidates.
    """
    source = code.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(source) > _MOST_CODE:
        return []
    try:
        tree = parse(source)
        statements = reachable(tree, function)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    defined = [node for node in statements if isinstance(node, ast.FunctionDef)]
    own = [node for node in defined if node.name == function]
    if not own:
        return []
    facts = hints(_cases(examples, function, own[-1]), goal)
    tables = [node for node in statements if isinstance(node, ast.Assign | ast.AnnAssign)]
    changes: list[tuple[float, int, _Unit, Change]] = []
    for unit, change in _changes(tree, defined, own, facts, ingredients, tables):
        changes.append((change.cost, len(changes), unit, change))
        if len(changes) >= _MOST_CHANGES:
            break
    changes.sort(key=lambda one: one[:2])
    text = _Text(source)
    found = {edit.code: edit for edit in _without_doubles(source, own, text)}
    texts: dict[int, str] = {}
    for cost, _, unit, change in changes:
        if len(found) >= limit:
            break
        if id(unit.node) not in texts:
            texts[id(unit.node)] = _unparsed(unit.node)
        rendered, what = _rendered(unit, change, texts)
        if not rendered or rendered == texts[id(unit.node)]:
            continue
        changed = text.replaced(unit.node, rendered, unit.indent)
        known = found.get(changed)
        if changed != source and (known is None or (known.borrowed and not change.borrowed)):
            least = cost if known is None else known.cost
            found[changed] = Edit(changed, what, round(least, 3), change.borrowed)
    return sorted(found.values(), key=lambda edit: edit.cost)[:limit]


def signature_of(function: ast.FunctionDef) -> str:
    """`f(a, b=2)`, as it's defined."""
    return f"{function.name}({ast.unparse(function.args)})"


def _cases(examples: Sequence[str], function: str, node: ast.FunctionDef) -> list[Case]:
    return cases_of(examples, function, signature_of(node))


def _changes(
    tree: ast.Module,
    defined: Sequence[ast.FunctionDef],
    own: Sequence[ast.FunctionDef],
    known: Hints,
    ingredients: Sequence[Ingredient],
    tables: Sequence[ast.stmt],
) -> Iterator[tuple[_Unit, Change]]:
    module = tuple(_module_names(tree))
    for table in tables:
        for change in replacements(table, table.lineno, Scope(own[-1].name, {}, (), module), known):
            yield _Unit(table), change
    for node in defined:
        parameters = _parameters(node, known if node in own else None)
        stored = dict.fromkeys(
            name.id
            for name in _outside_comprehensions(node)
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store) and name.id not in parameters
        )
        scope = Scope(own[-1].name, parameters, tuple(stored), module)
        for unit, line in _units(node):
            holder: ast.AST = ast.Expr(value=unit.node) if isinstance(unit.node, ast.expr) else unit.node
            for change in replacements(holder, line, scope, known):
                yield unit, change
        whole = _Unit(node, node.col_offset)
        for change in rearrangements(node, scope, known):
            yield whole, change
        if node is own[-1]:
            for change in borrowed(node, scope, ingredients):
                yield whole, change


def _parameters(node: ast.FunctionDef, known: Hints | None) -> dict[str, frozenset[str]]:
    """The names of the parameters, with the kinds that examples or annotations say."""
    found: dict[str, frozenset[str]] = {}
    for place, argument in enumerate([*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]):
        kinds: frozenset[str] = frozenset()
        if known is not None and place < len(known.arguments):
            kinds = known.arguments[place]
        elif argument.annotation is not None:
            kinds = frozenset([ast.unparse(argument.annotation).partition("[")[0].lower()])
        found[argument.arg] = kinds - {"None"}
    if node.args.vararg is not None:
        found[node.args.vararg.arg] = frozenset(["tuple"])
    if node.args.kwarg is not None:
        found[node.args.kwarg.arg] = frozenset(["dict"])
    return found


def _units(node: ast.stmt) -> Iterator[tuple[_Unit, int]]:
    """The simple statements of a function, and the expressions in the heads of others."""
    for field in ("test", "iter", "subject"):
        head = getattr(node, field, None)
        if isinstance(head, ast.expr) and not isinstance(node, ast.Assert):
            yield _Unit(head), head.lineno
    for item in getattr(node, "items", ()):
        yield _Unit(item.context_expr), node.lineno
    inner = [
        statement
        for field in ("body", "orelse", "finalbody")
        for statement in getattr(node, field, ())
        if isinstance(statement, ast.stmt)
    ]
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        inner += part.body
    for statement in inner:
        yield from _units(statement)
    simple = not inner and not isinstance(
        node, ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal | ast.Pass
    )
    if simple and not is_docstring(node) and not isinstance(node, ast.Raise):
        yield _Unit(node), node.lineno


def _outside_comprehensions(node: ast.AST) -> Iterator[ast.AST]:
    waiting = list(ast.iter_child_nodes(node))
    while waiting:
        part = waiting.pop(0)
        yield part
        if not isinstance(part, ast.comprehension):
            waiting += ast.iter_child_nodes(part)


def _module_names(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Import() | ast.ImportFrom():
                yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
            case ast.Assign():
                yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _without_doubles(source: str, own: Sequence[ast.FunctionDef], text: _Text) -> Iterator[Edit]:
    """Where the function is defined twice, the first definition may be the better one."""
    if len(own) > 1:
        yield Edit(text.replaced(own[-1], "", 0), "the second definition was left out", 1.0)


def _rendered(unit: _Unit, change: Change, texts: dict[int, str]) -> tuple[str, str]:
    """The unit's text with the change made, and the change in words; empty where it can't be written.

    Args:
        texts: of nodes as they are, by their `id`.
    """
    old = change.old
    new = change.new
    what = change.what
    before = after = ""
    if isinstance(new, str) or not what:
        before = texts[id(old)] if id(old) in texts else texts.setdefault(id(old), _unparsed(old))
    if isinstance(new, str):
        if not before:
            return "", ""
        inner = before if is_atom(old) or new.startswith("{} or") or "({})" in new else f"({before})"
        filled = new.replace("{}", inner, 1)
        statement = isinstance(change.parent, ast.Return | ast.Assign | ast.Expr)
        bare = statement or not any(operator in new for operator in _OPERATORS)
        after = filled if bare else f"({filled})"
        new = ast.Name(after, ast.Load())
    if not what:
        what = f"{_short(before)} became {_short(after or _unparsed(new))}"
    if old is unit.node:
        return after or _unparsed(new), what
    change.put(new)
    try:
        return _unparsed(unit.node), what
    finally:
        change.put(old)


def _unparsed(node: ast.AST) -> str:
    try:
        return ast.unparse(node)
    except (ValueError, RecursionError, AttributeError):
        # What stands in an f-string can't always be written as one in Python 3.11.
        return ""


def _short(text: str) -> str:
    text = " ".join(text.split()) or "…"
    return f"`{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}`"


class _Text:
    """A module's text, in which a node's own part is replaced."""

    def __init__(self, source: str) -> None:
        self._bytes = source.encode("utf-8", "surrogatepass")
        self._starts = [0]
        for line in self._bytes.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def replaced(self, node: ast.stmt | ast.expr, text: str, indent: int) -> str:
        """The module with `text` where the node is now; lines after its first are indented."""
        lineno, column = node.lineno, node.col_offset
        if decorators := getattr(node, "decorator_list", []):
            lineno, column = decorators[0].lineno, node.col_offset
        start = self._starts[lineno - 1] + column
        end = self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        written = text.replace("\n", "\n" + " " * indent) if indent else text
        changed = self._bytes[:start] + written.encode("utf-8", "surrogatepass") + self._bytes[end:]
        return changed.decode("utf-8", "surrogatepass")
