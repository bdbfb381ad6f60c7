"""What a program hands over: texts and lists of them, put into one form; what is neither is said in one line."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from apprentice.errors import UsageError
from apprentice.syntax_trees import awaited, parse

_YES_NO_NAMES: Final = ("is_", "are_", "has_", "have_", "can_", "should_", "validate_", "check_")
_YES_NO: Final = frozenset(
    "all any bool callable hasattr isinstance issubclass isclose isfinite isinf isnan startswith endswith isalnum isalpha "
    "isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper isdisjoint issubset "
    "issuperset".split()
)


def text(value: object, what: str, example: str) -> str:
    """A text that was given.

    Args:
        what: what it is, as a sentence begins with it: `The request`.
        example: what one looks like.

    Raises:
        UsageError: it is none.
    """
    if not isinstance(value, str):
        raise UsageError(f"{what} must be a text, not {_kind(value)}.", f"Give e.g. {example!r}.")
    return value


def texts(value: object, what: str, example: str) -> list[str]:
    """Texts that were given, of which one may stand by itself; None is none.

    Raises:
        UsageError: they are no texts.
    """
    if isinstance(value, str):
        return [value]
    items = _items(value, what, "texts", example)
    for item in items:
        if not isinstance(item, str):
            raise UsageError(f"{what} must be texts, not {_kind(item)}.", f"Give e.g. [{example!r}].")
    return [str(item) for item in items]


def paths(value: object, what: str) -> list[str | Path]:
    """Paths that were given, of which one may stand by itself; None is none.

    Raises:
        UsageError: they are no paths.
    """
    example = "data.csv"
    found: list[str | Path] = []
    for item in [value] if isinstance(value, str | Path) else _items(value, what, "paths", example):
        if not isinstance(item, str | Path):
            raise UsageError(f"{what} must be paths, not {_kind(item)}.", f"Give e.g. [{example!r}].")
        found.append(item)
    return found


def check_states(example: str, *, yes_no: bool = False) -> None:
    """Refuse an example that says of a result only that it is not false: `f(2)` without what it gives.

    Args:
        yes_no: whether the function is known to say yes or no, so that a call of it states something.

    Raises:
        UsageError: it states nothing.
    """
    try:
        node: ast.expr = parse(example.strip().removeprefix("assert ").strip(), mode="eval").body
    except (SyntaxError, ValueError):
        # Other forms, like `f('') raises ValueError`, are read elsewhere.
        return
    node = awaited(node)
    if isinstance(node, ast.Tuple):
        for part in node.elts:
            check_states(ast.unparse(part), yes_no=yes_no)
        return
    if isinstance(node, ast.Compare | ast.BoolOp):
        return
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return
    if isinstance(node, ast.Call) and (yes_no or _says_yes_or_no(node)):
        return
    raise UsageError(
        f"{example!r} doesn't say what must come out.",
        f"Write e.g. {example.strip()} == RESULT, or {example.strip()} raises ValueError.",
    )


def _says_yes_or_no(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in _YES_NO or name.startswith(_YES_NO_NAMES)


def _items(value: object, what: str, kind: str, example: str) -> list[object]:
    if value is None:
        return []
    if isinstance(value, bytes | bytearray | dict) or not isinstance(value, Iterable):
        raise UsageError(f"{what} must be {kind}, not {_kind(value)}.", f"Give e.g. [{example!r}].")
    return list(value)


def _kind(value: object) -> str:
    return "None" if value is None else type(value).__name__
