"""What examples say of single calls: the arguments, and what must come of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apprentice.proof.batch import form_of
from apprentice.proof.behaviour import Outcome
from apprentice.proof.inputs import Place, as_text, places_of
from apprentice.syntax_trees import parse

_RAISES = re.compile(r"^(.*\S)\s+raises\s+([\w.]+)\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Case:
    """One call, with what must come of it.

    Attributes:
        arguments: text of the argument list, in the order of the signature.
        values: the arguments.
        expected: what must be returned.
        raises: name of the exception that must be raised instead; empty for none.
    """

    arguments: str
    values: tuple[Any, ...]
    expected: Any = None
    raises: str = ""


def cases_of(examples: Sequence[str], function: str, signature: str = "") -> list[Case]:
    """The examples that are one call with plain arguments and a plain result, or an exception; others are left out.

    Args:
        examples: `f(2) == 4`, `f('') is None`, `not f(1)`, `f('') raises ValueError`.
        signature: for values that are given by name.
    """
    places = places_of(signature, function) if signature else []
    found = [_case(example, function, places) for example in examples]
    return [case for case in found if case is not None]


def expected_of(case: Case) -> Outcome:
    """What must come of the call, as a run tells it."""
    if case.raises:
        return Outcome("raised", case.raises)
    return Outcome("returned", form_of(case.expected))


def _case(example: str, function: str, places: Sequence[Place]) -> Case | None:
    raised = _RAISES.match(example.strip())
    text, raises = (raised.group(1), raised.group(2)) if raised else (example.strip(), "")
    try:
        node = parse(text.removeprefix("assert "), mode="eval").body
        expected: Any = not raises
        if not raises and isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node, expected = node.operand, False
        elif not raises and isinstance(node, ast.Compare):
            if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.Is):
                return None
            left, right = node.left, node.comparators[0]
            if isinstance(right, ast.Call):
                left, right = right, left
            node, expected = left, ast.literal_eval(right)
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function):
            return None
        values = [ast.literal_eval(argument) for argument in node.args]
        named = {word.arg or "": ast.literal_eval(word.value) for word in node.keywords}
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
    for place in places[len(values) :]:
        if place.name not in named:
            break
        values.append(named.pop(place.name))
    arguments = as_text(values)
    if named or not arguments:
        return None
    return Case(arguments, tuple(values), None if raises else expected, raises.rpartition(".")[2])
