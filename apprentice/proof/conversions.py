"""What an expression may have to be made into: a value of the kind that is wanted."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from apprentice.proof.change import BUILTINS, Change, Scope, Spot, is_called, named
from apprentice.proof.hints import RESULTS, WRAPS, Hints


def results(spot: Spot, scope: Scope, hints: Hints) -> Iterator[Change]:
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
            if name in named(spot.node) and hints.likely(template):
                new = ast.Name(template.replace("{}", name), ast.Load())
                yield spot.to(new, 1.1, borrowed=True)
    if isinstance(spot.node, ast.Name | ast.Constant):
        return
    if "None" in hints.results and len(hints.arguments) == 1:
        yield spot.to("{} or None", 1.7)


def takes_wraps(spot: Spot) -> bool:
    """Whether conversions are tried of it: of names, items, elements, and what is gone through."""
    if is_called(spot) or isinstance(spot.node, ast.Starred | ast.Lambda):
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


def wraps(spot: Spot, scope: Scope, hints: Hints) -> Iterator[Change]:
    """The conversions of a value of its kind; those first that the goal speaks of."""
    name = spot.node.id if isinstance(spot.node, ast.Name) else ""
    if (name in BUILTINS and name not in scope.parameters) or name in scope.module:
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


def _is_gone_through(spot: Spot) -> bool:
    return spot.field in ("iter", "args")


def combined(spot: Spot, scope: Scope) -> Iterator[Change]:
    """Both of two arguments where an expression has something to do with them: `{**first, **second}`."""
    if len(scope.parameters) != 2 or isinstance(spot.node, ast.Constant) or is_called(spot):
        return
    first, second = scope.parameters
    if not {*named(spot.node)} & {first, second} or not (
        isinstance(spot.parent, ast.Return) or spot.field == "iter"
    ):
        return
    kinds = scope.parameters[first] & scope.parameters[second]
    texts = []
    if "dict" in kinds:
        texts += [f"{{**{first}, **{second}}}", f"{{**{second}, **{first}}}"]
    elif kinds & {"list", "str", "tuple"}:
        texts += [f"{first} + {second}", f"{second} + {first}"]
    for text in texts:
        items = f"({text}).items()" if spot.field == "iter" and "dict" in kinds else text
        yield spot.to(ast.Name(items, ast.Load()), 1.2, borrowed=True)
