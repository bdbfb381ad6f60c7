"""What a specification says of a function, in a form that laws are looked up by."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from apprentice.proof.inputs import Place, calls_in, places_of
from apprentice.proof.kinds import Kind, kind_of
from apprentice.syntax_trees import parse

_SIMPLE: Final = {"int": "int", "float": "float", "str": "str", "bool": "bool", "bytes": "bytes"}
_GROUPS: Final = ("list", "set", "frozenset", "dict", "tuple")


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a function without its code.

    Attributes:
        goal: in small letters, without code, examples and quoted texts.
        kinds: of each argument; none where their number isn't known.
        pairs: arguments and result of each example that has both.
        returned: the annotation of the result.
        raised: names of the errors that examples expect.
    """

    goal: str
    function: str
    places: Sequence[Place]
    kinds: Sequence[Kind]
    pairs: Sequence[tuple[list[Any], Any]]
    returned: ast.expr | None
    raised: frozenset[str]


def read(goal: str, signature: str, function: str, examples: Sequence[str]) -> Shape:
    """What a specification says."""
    places = places_of(signature, function)
    raising = [example for example in examples if _raises(example)]
    known = [call for one in examples if one not in raising for call in calls_in(one, function, places)]
    return Shape(
        plain(goal, function),
        function,
        places,
        _kinds(places, known),
        [pair for one in examples if (pair := _pair(one, function, places)) is not None],
        _returned(signature),
        frozenset(filter(None, map(_raises, examples))),
    )


def plain(goal: str, function: str) -> str:
    """The goal in small letters without code, examples and quoted texts."""
    lines = goal.split("\n")
    kept = [
        line
        for place, line in enumerate(lines)
        if not line.lstrip().startswith((">>>", "def ", "import ", "from "))
        and not (place and lines[place - 1].lstrip().startswith(">>>"))
    ]
    text = re.sub(
        r"(?<!\w)('[^'\n]*'|\"[^\"\n]*\")", " ", "\n".join(kept).replace('"""', " ").replace("'''", " ")
    )
    types = "int|str|float|bool|bytes|none|any|list|dict|tuple|set|optional|union|iterator|iterable|sequence"
    signature = rf"\b{re.escape(function)}\s*\([^)]*\)\s*->\s*(?i:{types})\b(\[[\w\[\], .|]*\])?( \| \w+)?"
    text = re.sub(signature, " ", text)
    example = rf"\b{re.escape(function)}\s*\((?:[^()]|\([^()]*\))*\)\s*(==|->|=>|=|➞|returns?|gives?|is|raises)\s*[^;\n]*?(;|\n|$|\.(?=\s|$))"
    text = re.sub(example, " ", text)
    text = re.sub(rf"\b{re.escape(function)}\s*\([^)]*\)?", " ", text)
    return " ".join(text.lower().split())


def _raises(example: str) -> str:
    """The name of the error that an example expects."""
    found = re.search(r"\braises\s+([\w.]+)\s*$", example.strip()) or re.match(r"raises:([\w.]+):", example)
    return found[1].rpartition(".")[2] if found else ""


def _pair(example: str, function: str, places: Sequence[Place]) -> tuple[list[Any], Any] | None:
    """The arguments and the result of an example `f(2) == 4`; None for others."""
    try:
        node = parse(example.strip(), mode="eval").body
        if not (
            isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq | ast.Is)
        ):
            return None
        if not (
            isinstance(node.left, ast.Call) and ast.unparse(node.left.func).rpartition(".")[2] == function
        ):
            return None
        calls = calls_in(ast.unparse(node.left), function, places)
        return (calls[0], ast.literal_eval(node.comparators[0])) if len(calls) == 1 else None
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None


def _kinds(places: Sequence[Place], known: Sequence[list[Any]]) -> list[Kind]:
    """The kind of each argument that is given; none where their number isn't known."""
    if any(place.many for place in places) or (not places and not known):
        return []
    required = sum(place.required for place in places)
    count = max([required, *map(len, known)])
    if places and count > len(places):
        return []
    if any(not place.required and not place.by_name for place in places[:count]) and any(
        place.by_name and place.required for place in places
    ):
        return []
    return [
        kind_of(
            places[place].annotation if places else "",
            [values[place] for values in known if place < len(values)],
        )
        for place in range(count)
    ]


def _returned(signature: str) -> ast.expr | None:
    try:
        node = parse(f"def {re.sub(r'^def ', '', signature.strip()).rstrip(':')}: pass").body[0]
    except (SyntaxError, ValueError, IndexError, RecursionError, MemoryError):
        return None
    return node.returns if isinstance(node, ast.FunctionDef) else None


def kind_of_result(node: ast.expr) -> list[Any]:
    """What an annotation says of a value, as the law `of_type` has it; `any` for all that it isn't sure of."""
    anything: list[Any] = ["any", []]
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            try:
                return kind_of_result(parse(node.value, mode="eval").body)
            except SyntaxError:
                return anything
        return ["none", []] if node.value is None else anything
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return ["union", [kind_of_result(node.left), kind_of_result(node.right)]]
    inner = []
    name = ast.unparse(node).rpartition(".")[2]
    if isinstance(node, ast.Subscript):
        name = ast.unparse(node.value).rpartition(".")[2]
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name == "Optional":
            return ["union", [kind_of_result(items[0]), ["none", []]]]
        if name == "Union":
            return ["union", [*map(kind_of_result, items)]]
        if name in ("tuple", "Tuple") and not any(
            isinstance(i, ast.Constant) and i.value is ... for i in items
        ):
            return ["pair", [*map(kind_of_result, items)]]
        inner = [
            kind_of_result(item)
            for item in items
            if not isinstance(item, ast.Constant) or item.value is not ...
        ]
    small = name.lower() if name in ("List", "Set", "FrozenSet", "Dict", "Tuple") else name
    if small in _SIMPLE and not inner:
        return [_SIMPLE[small], []]
    if small in _GROUPS:
        return [small, [*inner, anything, anything][:2]]
    return anything
