"""What examples and tests claim of a call, and where two of them can't both hold: seen without running anything."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from apprentice.graph.state import GivenExample
from apprentice.syntax_trees import awaited, parse, top_level

Kind = Literal["equals", "differs", "true", "false", "raises"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of one call.

    Attributes:
        call: identifies the call: two calls with the same arguments have the same, however they are passed.
        value: what it equals or differs from, or the name of what it raises.
        text: the claim as it was written.
        test: the test function that makes it; empty for an example.
    """

    call: str
    kind: Kind
    value: Any
    text: str
    test: str = ""


def claims_of_examples(
    examples: Iterable[GivenExample], function: str, parameters: Sequence[str]
) -> list[Claim]:
    """The claims of examples. Those that are more than one comparison with a literal claim nothing here."""
    found = []
    for example in examples:
        try:
            tree = parse(example.source, mode="eval").body
        except (SyntaxError, ValueError):
            continue
        found.append(_claim(tree, example.raises, str(example), function, parameters))
    return [claim for claim in found if claim is not None]


def claims_of_tests(text: str, function: str, parameters: Sequence[str]) -> list[Claim]:
    """The claims of those tests in a file that are nothing but asserts and `with pytest.raises(...)`."""
    found = []
    for name, test in tests_in(parse(text)):
        for node in test.body if all(map(_is_plain, test.body)) else ():
            if isinstance(node, ast.Assert):
                claim = _claim(node.test, "", ast.unparse(node.test), function, parameters, name)
            else:
                claim = _raising(node, function, parameters, name)
            found.append(claim)
    return [claim for claim in found if claim is not None]


def contradiction(old: Sequence[Claim], new: Sequence[Claim]) -> tuple[Claim, Claim] | None:
    """The first old and new claim that can't both hold. Calls of which the old claims disagree themselves say nothing."""
    unsteady = {one.call for one in old for other in old if one.call == other.call and _excludes(one, other)}
    return next(
        (
            (before, now)
            for now in new
            for before in old
            if before.call == now.call and before.call not in unsteady and _excludes(before, now)
        ),
        None,
    )


def parameters_of(code: str, function: str) -> list[str]:
    """Names of the positional parameters of a module's function, in order; none if it isn't there."""
    for node in top_level(parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function:
            return [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    return []


def calls_in(source: str, function: str) -> list[ast.Call]:
    """The calls of a function in an expression."""
    return [
        node
        for node in ast.walk(parse(source, mode="eval"))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function
    ]


def tests_in(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The test functions, with their names as they are reported."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and item.name.startswith("test"):
                    yield f"{node.name}.{item.name}", item


def _is_plain(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Assert) or raised_by(node) is not None


def raised_by(node: ast.stmt) -> tuple[str, ast.expr] | None:
    """The exception's name and the expression of `with pytest.raises(E): expression`; None for anything else."""
    if not (isinstance(node, ast.With) and len(node.items) == len(node.body) == 1):
        return None
    context, inner = node.items[0].context_expr, node.body[0]
    if not (isinstance(context, ast.Call) and isinstance(inner, ast.Expr) and len(context.args) == 1):
        return None
    called = ast.unparse(context.func)
    if called not in ("pytest.raises", "raises") or not isinstance(context.args[0], ast.Name):
        return None
    return context.args[0].id, inner.value


def _raising(node: ast.stmt, function: str, parameters: Sequence[str], test: str) -> Claim | None:
    raised = raised_by(node)
    if raised is None:
        return None
    text = f"{ast.unparse(raised[1])} raises {raised[0]}"
    return _claim(raised[1], raised[0], text, function, parameters, test)


def _claim(
    tree: ast.expr, raises: str, text: str, function: str, parameters: Sequence[str], test: str = ""
) -> Claim | None:
    kind: Kind = "raises" if raises else "true"
    value: Any = raises
    if not raises and isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        tree, kind = tree.operand, "false"
    elif not raises and isinstance(tree, ast.Compare):
        if len(tree.ops) != 1 or not isinstance(tree.ops[0], ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
            return None
        kind = "equals" if isinstance(tree.ops[0], ast.Eq | ast.Is) else "differs"
        left, right = tree.left, tree.comparators[0]
        known, value = _literal(right)
        if not known:
            left, right = right, left
            known, value = _literal(right)
        if not known:
            return None
        tree = left
    call = _call(tree, function, parameters)
    return Claim(call, kind, value, text, test) if call else None


def _call(tree: ast.expr, function: str, parameters: Sequence[str]) -> str:
    """Identifies a call with literal arguments; empty for what isn't one."""
    tree = awaited(tree)
    if not (isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == function):
        return ""
    arguments: dict[str, str] = {}
    for number, node in enumerate(tree.args):
        known, value = _literal(node)
        if not known:
            return ""
        arguments[parameters[number] if number < len(parameters) else f"#{number}"] = repr(value)
    for keyword in tree.keywords:
        known, value = _literal(keyword.value)
        if not known or keyword.arg is None:
            return ""
        arguments[keyword.arg] = repr(value)
    return f"{function}({', '.join(f'{name}={text}' for name, text in sorted(arguments.items()))})"


def _literal(node: ast.expr) -> tuple[bool, Any]:
    try:
        return True, ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False, None


def _excludes(one: Claim, other: Claim) -> bool:
    kinds = {one.kind: one, other.kind: other}
    if one.kind == other.kind:
        if one.kind == "equals":
            return bool(one.value != other.value)
        return one.kind == "raises" and _unrelated(one.value, other.value)
    if "raises" in kinds:
        return True
    if "equals" not in kinds:
        return {"true", "false"} <= set(kinds)
    value = kinds["equals"].value
    if "differs" in kinds:
        return bool(value == kinds["differs"].value)
    return bool(value) is ("false" in kinds)


def _unrelated(one: str, other: str) -> bool:
    """Whether no exception can be both, as far as one can know: both are Python's own, and neither is the other's kind."""
    kinds = [getattr(builtins, name, None) for name in (one, other)]
    if not all(isinstance(kind, type) for kind in kinds):
        return False
    first, second = kinds
    return not (issubclass(first, second) or issubclass(second, first))  # type: ignore[arg-type]
