"""Comparisons in a goal's text that say what a call gives: `f(2) > 0`, `1 <= roll(6) <= 6`, `f(2) in ('a', 'b')`.

What stands in prose may be a condition, a part of a larger expression or a measure ("f(2) in 3 steps"): only what can be
nothing else is taken.
"""

from __future__ import annotations

import ast
import re
from typing import Any, Final

from apprentice.graph.docstrings import closing, is_literal
from apprentice.graph.state import GivenExample
from apprentice.syntax_trees import awaited, literal, parse

_OPERATOR: Final = re.compile(
    r"[ \t]*`?[ \t]*(?:(?:is|(?:should|must|will)[ \t]+be)[ \t]+)?(<=|>=|<|>|≤|≥|not[ \t]+in\b|in\b)[ \t]*`?[ \t]*"
)
_LOW: Final = re.compile(
    r"(?<![\w.'\"])([-+]?\d[\w.]*|'[^'\\\n]*'|\"[^\"\\\n]*\")[ \t]*(<=|>=|<|>|≤|≥)[ \t]*`?[ \t]*(?:await[ \t]+)?$"
)
#: What the call would be a part of: a larger expression, an assignment, a condition.
_PART: Final = re.compile(r"(?:[\w)\]'\"`][ \t]*[-+*/%^@~<>=!]+[ \t]*|[-~])$")
_CONDITION: Final = re.compile(
    r"\b(?:if|elif|when|whenever|while|unless|until|whether|where|once|not|never|no|or|nor|either|returns?|assuming|suppose"
    r"|lambda)\b[\s`(]*(?:await\s+)?$",
    re.IGNORECASE,
)
_OPERAND: Final = re.compile(r"(?:\b\w|[)\]\d])[ \t]*$")
#: What may follow: the end of the clause, a remark, the next clause.
_ENDS: Final = re.compile(
    r"[ \t]*(?:$|[\n;#`)\]|'\"–—]|!(?!=)|\.(?!\w)|,(?!\d))|[ \t]+(?:\(|(?:and|but|because|since|as|for|so)\b|[A-Za-z_][\w.]*\()"
)
_SIGNS: Final = {"≤": "<=", "≥": ">="}
_SPELLINGS: Final = {"true": "True", "false": "False", "null": "None", "none": "None"}
#: How far back a bound, or a word that makes a condition, is looked for.
_BACK: Final = 200


def comparison(text: str, start: int, end: int, call: str) -> tuple[str, int] | None:
    """What a text says of a call by bounds, or by the values that it may have.

    Args:
        start: where the call begins in the text.
        end: where it ends.
        call: the call, as it is run.

    Returns:
        The comparison as an expression, and where it ends in the text; None where none is stated for sure.
    """
    before = text[max(0, start - _BACK) : start]
    low = _LOW.search(before)
    left = ""
    if low is not None:
        if not _is_bound(low[1]) or (low[1][0] in "-+" and _OPERAND.search(before, 0, low.start())):
            return None
        left = f"{low[1]} {_sign(low[2])} "
        before = before[: low.start()]
    if _PART.search(before) or _CONDITION.search(before):
        return None
    operator = _OPERATOR.match(text, end)
    if operator is None:
        return (f"{left}{call}", end) if left and _ENDS.match(text, end) else None
    stop = literal_end(text, operator.end())
    right, sign = text[operator.end() : stop].strip(), _sign(operator[1])
    if not stop or not _ENDS.match(text, stop):
        return None
    if sign.endswith("in"):
        said = None if left else _membership(call, sign, right)
        return None if said is None else (said, stop)
    if not _is_bound(right) or (left and low is not None and _sign(low[2])[0] != sign[0]):
        return None
    return f"{left}{call} {sign} {right}", stop


def _membership(call: str, sign: str, container: str) -> str | None:
    value = _value(container)
    if not isinstance(value, tuple | list | set | dict) or not value:
        return None
    if sign == "in" and isinstance(value, tuple | list) and len(value) == 2:
        low, high = value
        if type(low) in (int, float) and type(high) in (int, float) and low < high:
            # These two values, or all between them: both readings say this much.
            return f"{low!r} <= {call} <= {high!r}"
    return f"{call} {sign} {container}"


def _sign(text: str) -> str:
    return " ".join(_SIGNS.get(text, text).split())


def _is_bound(text: str) -> bool:
    return isinstance(value := _value(text), int | float | str | bytes | tuple | list) and not isinstance(
        value, bool
    )


def _value(text: str) -> Any:
    """The value of a literal; None for what is none."""
    return literal(text) if is_literal(text) else None


def literal_end(text: str, start: int) -> int:
    """End of the longest Python literal that starts at `start`; 0 if there is none."""
    if start >= len(text):
        return 0
    if text[start] in "([{'\"" or re.match(r"[bBrRuU]{1,2}['\"]", text[start:]):
        ends = [_bracketed_end(text, start)]
    elif text.startswith("set()", start):
        ends = [start + 5]
    else:
        token = re.compile(r"[-+]?(?:\d[\w.]*(?:e[-+]?\d+)?|[A-Za-z]+)", re.IGNORECASE).match(text, start)
        ends = [token.end() - token[0].endswith(".")] if token else []
    for end in ends:
        if not end:
            continue
        piece = spelled(text[start:end].strip())
        if piece == "set()" or is_literal(piece):
            return end
    return 0


def _bracketed_end(text: str, start: int) -> int:
    if text[start] in "([{":
        return closing(text, start)
    match = re.compile(
        r"[bBrRuU]{0,2}(?:'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")", re.DOTALL
    ).match(text, start)
    return match.end() if match else 0


def spelled(text: str) -> str:
    """A literal as Python spells it: `None` for `null`."""
    return _SPELLINGS.get(text, text)


def settled(example: GivenExample) -> GivenExample:
    """The example without the awaiting of what it compares, which is done where it is run."""
    tree = parse(example.source, mode="eval").body
    sides = [tree.left, *tree.comparators] if isinstance(tree, ast.Compare) else [tree]
    inner = [awaited(side) for side in sides]
    pair = isinstance(tree, ast.Compare) and len(tree.ops) == 1 and isinstance(tree.ops[0], ast.Eq)
    if inner == sides or (sum(map(has_call, inner)) > 1 and not pair):
        return example
    if isinstance(tree, ast.Compare):
        tree.left, *tree.comparators = inner
    else:
        tree = inner[0]
    return example.model_copy(update={"source": ast.unparse(tree)})


def has_call(node: ast.expr) -> bool:
    """Whether anything is called in an expression."""
    return any(isinstance(part, ast.Call) for part in ast.walk(node))
