"""How near a wrong result comes to the one that is expected."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from typing import Any, Final

_NUMBERS: Final = ("int", "float")
_SIZED: Final = ("list", "tuple", "set", "frozenset", "dict")


def nearness(form: str, expected: str) -> float:
    """From 0, nothing in common, to below 1; of two forms as `Outcome.form` has them, which aren't the same."""
    try:
        one, other = json.loads(form), json.loads(expected)
    except (ValueError, RecursionError):
        return 0.0
    if not (isinstance(one, list) and isinstance(other, list) and one and other):
        return 0.0
    return min(0.95, _near(one, other))


def _near(one: Sequence[Any], other: Sequence[Any]) -> float:
    kind, wanted = one[0], other[0]
    if kind == wanted == "str" and len(one) == len(other) == 2:
        return _text(str(one[1]), str(other[1]))
    if kind == wanted and kind in _SIZED:
        return 0.2 + 0.75 * _items(one[1:], other[1:])
    if (kind in _SIZED and wanted in _SIZED) or kind[:1] == "<":
        # The right items in another kind of container, or in an iterator.
        return 0.7 * _items(one[1:], other[1:]) if wanted in _SIZED else 0.0
    if kind in _NUMBERS and wanted in _NUMBERS and len(one) == len(other) == 2:
        return _number(str(one[1]), str(other[1]))
    if kind == wanted and kind != "bool":
        return 0.3
    return 0.0


def _text(one: str, other: str) -> float:
    if not one or not other:
        return 0.1
    longest = max(len(one), len(other))
    ends = _beginning(one, other) + _beginning(one[::-1], other[::-1])
    score = 0.15 + 0.35 * min(1.0, ends / longest)
    score += 0.2 * sum((Counter(one) & Counter(other)).values()) / longest
    score += 0.1 * (len(one) == len(other))
    if one.lower() == other.lower() or "".join(one.split()) == "".join(other.split()):
        score += 0.2
    return score


def _beginning(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _items(one: Sequence[Any], other: Sequence[Any]) -> float:
    if not one or not other:
        return 0.0
    texts, wanted = [json.dumps(item) for item in one], [json.dumps(item) for item in other]
    longest = max(len(texts), len(wanted))
    same = sum(a == b for a, b in zip(texts, wanted, strict=False)) / longest
    shared = sum((Counter(texts) & Counter(wanted)).values()) / longest
    return 0.45 * same + 0.4 * shared + 0.15 * (len(texts) == len(wanted))


def _number(one: str, other: str) -> float:
    try:
        first, second = float(one), float(other)
    except (ValueError, OverflowError):
        return 0.1
    if first == -second:
        return 0.6
    scale = max(abs(first), abs(second), 1.0)
    return 0.2 + 0.6 * max(0.0, 1.0 - abs(first - second) / scale) ** 2 if abs(scale) < 1e300 else 0.1
