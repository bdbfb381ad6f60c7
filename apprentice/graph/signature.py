"""The sort of a failure, as a key that is the same at another goal: kind, type, and message without names and values."""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection
from typing import Final, Literal

from apprentice.graph.state import Attempt, Fact
from apprentice.syntax_trees import literal

Kind = Literal["rejected", "safety", "test", "timeout"]

MAX_LENGTH: Final = 160

_SAFETY: Final = (
    "The safety rules refuse",
    "The static review warns",
    "It can't be allowed",
    "It still wants",
)
#: Ends of keys that very unlike failures have.
_VAGUE: Final = (
    "another number",
    "another text",
    "another value",
    "other items",
    "other values",
    "True instead of False",
    "False instead of True",
    "|values",
    "|",
)
_RETURNED: Final = re.compile(r"^.+? (?:returned|was) (?P<got>.*), expected (?P<expected>.*)$", re.DOTALL)
_ASSERTED: Final = re.compile(
    r"^assert (?P<what>.+?) == (?P<expected>.*): (?P=what) was (?P<got>.*)$", re.DOTALL
)
_RAISED: Final = re.compile(r"^.+? raised (?P<type>\w+)(?P<rest>.*)$", re.DOTALL)
_WANTED: Final = re.compile(r"^, expected (?P<wanted>\w+)(?:: (?P<message>.*))?$", re.DOTALL)
_QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`")
_PATH: Final = re.compile(r"(?:[A-Za-z]:)?(?:[/\\][\w.\-]+){2,}")
_NUMBER: Final = re.compile(r"0x[0-9a-fA-F]+|\d+(?:\.\d+)?")
_TYPES: Final = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and name.islower()
) | {"NoneType", "function", "generator", "datetime"}


def kind_of(attempt: Attempt) -> Kind:
    """What sort of failure it was: nothing to run, refused by the safety rules, out of time, or a test."""
    if attempt.problem:
        return "safety" if attempt.problem.startswith(_SAFETY) else "rejected"
    if attempt.failures and attempt.failures[0].error_type == "Timeout":
        return "timeout"
    return "test"


def signature_of(attempt: Attempt, names: Collection[str] = ()) -> str:
    """The key of an attempt's failure; empty where nothing failed.

    Args:
        names: the skill's own: its module and functions. They are no part of the key.
    """
    kind = kind_of(attempt)
    if attempt.problem:
        head, _, rest = attempt.problem.partition(": ")
        text = f"{head}: {rest.partition('; ')[0]}" if kind == "safety" and rest else attempt.problem
        return _key(kind, "Rejected", masked(text, names))
    if not attempt.failures:
        return ""
    fact = attempt.failures[0]
    if kind == "timeout":
        return _key(kind, "Timeout", "")
    return _key(kind, fact.error_type or "AssertionError", _message(fact, names))


def is_telling(signature: str) -> bool:
    """Whether the key says much: two failures with it have probably the same cause, whatever their goals."""
    return not signature.endswith(_VAGUE)


def masked(text: str, names: Collection[str] = ()) -> str:
    """A message without what changes from goal to goal: quotes, numbers, paths, and these names."""
    text = _QUOTED.sub(lambda found: found[0][1:-1] if found[0][1:-1] in _TYPES else "_", text)
    text = _PATH.sub("_", text)
    for name in sorted({name for name in names if name}, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", "_", text)
    return " ".join(_NUMBER.sub("0", text).casefold().split())


def expected_and_got(fact: Fact) -> tuple[str, str]:
    """The expected value and the one that came, as text; empty where the fact doesn't tell."""
    found = _RETURNED.match(fact.message) or _ASSERTED.match(fact.message)
    return (found["expected"], found["got"]) if found else ("", "")


def _message(fact: Fact, names: Collection[str]) -> str:
    if raised := _RAISED.match(fact.message):
        wanted = _WANTED.match(raised["rest"])
        if wanted:
            return f"instead of {wanted['wanted']}"
        if raised["type"] == fact.error_type:
            return masked(raised["rest"].removeprefix(": "), names)
    expected, got = expected_and_got(fact)
    if expected:
        return _mismatch(expected, got)
    if fact.error_type in ("", "AssertionError") and fact.values:
        return "values"
    return masked(fact.message, names)


def _mismatch(expected: str, got: str) -> str:
    """In what way the value is wrong."""
    try:
        want, have = literal(expected), literal(got)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return f"instead of {expected}" if expected.isidentifier() else "another value"
    kinds = type(want).__name__, type(have).__name__
    if kinds[0] != kinds[1] and not _both_numbers(want, have):
        return f"{kinds[1]} instead of {kinds[0]}"
    if want == have:
        return f"{kinds[1]} instead of {kinds[0]}"
    return f"{kinds[0]}: {_way(want, have)}"


def _way(want: object, have: object) -> str:
    if isinstance(want, bool):
        return f"{have} instead of {want}"
    if isinstance(want, int | float) and isinstance(have, int | float):
        return _numeric_way(want, have)
    if isinstance(want, str) and isinstance(have, str):
        return _textual_way(want, have)
    if isinstance(want, list | tuple) and isinstance(have, list | tuple):
        if len(want) != len(have):
            same_set = all(item in want for item in have) and all(item in have for item in want)
            return (
                "doubled items"
                if same_set
                else "too many items"
                if len(have) > len(want)
                else "items missing"
            )
        return "other order" if sorted(map(repr, want)) == sorted(map(repr, have)) else "other items"
    if isinstance(want, dict) and isinstance(have, dict):
        return "other values" if want.keys() == have.keys() else "other keys"
    return "another value"


def _numeric_way(want: float, have: float) -> str:
    if want == -have:
        return "other sign"
    if abs(want - have) == 1:
        return "off by one"
    if abs(want - have) < 1:
        return "rounding"
    return "another number"


def _textual_way(want: str, have: str) -> str:
    if want.casefold() == have.casefold():
        return "other case"
    if want.strip() == have.strip():
        return "white space around"
    if "".join(want.split()) == "".join(have.split()):
        return "white space"
    if sorted(want) == sorted(have):
        return "other order"
    if not have:
        return "empty"
    return "cut short" if want.startswith(have) else "too long" if have.startswith(want) else "another text"


def _both_numbers(one: object, other: object) -> bool:
    return all(isinstance(item, int | float) and not isinstance(item, bool) for item in (one, other))


def _key(kind: Kind, error_type: str, text: str) -> str:
    return f"{kind}|{error_type}|{text}"[:MAX_LENGTH]
