"""Calls that show whether two functions do the same, beyond what their tests say: values of the tests, and values near them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled
from apprentice.sandbox.base import Grants, Limits, Sandbox
from apprentice.syntax_trees import literal

MAX_CALLS: Final = 120
_MAX_TEXT: Final = 4_000
_LIMITS: Final = Limits(seconds=5.0, memory_mb=512)
_MODULE: Final = "_tidy_probe"

#: Runs beside the skill and says for each call what came of it, in a form that can be compared.
_HARNESS: Final = """
import ast
import hashlib
import importlib


def outcomes(module, function, calls):
    call = getattr(importlib.import_module(module), function)
    return [outcome(call, ast.literal_eval(arguments)) for arguments in calls]


def outcome(call, arguments):
    try:
        value = call(*arguments)
    except Exception:
        return ["raised"]
    try:
        return ["returned", form(value, 0)]
    except Exception:
        return ["unknown"]


def form(value, depth):
    if depth > 20:
        raise ValueError("too deep")
    kind = type(value)
    if value is None or kind is bool:
        return [repr(value)]
    if kind in (int, float):
        return ["number", repr(value)]
    if kind in (str, bytes):
        text = repr(value)
        return [kind.__name__, text if len(text) < 500 else hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()]
    if kind in (list, tuple):
        if len(value) > 2000:
            raise ValueError("too long")
        return [kind.__name__, *[form(item, depth + 1) for item in value]]
    if kind in (set, frozenset):
        return ["set", *sorted((form(item, depth + 1) for item in value), key=repr)]
    if isinstance(value, dict):
        pairs = [[form(key, depth + 1), form(item, depth + 1)] for key, item in value.items()]
        return ["dict", *sorted(pairs, key=repr)]
    return [kind.__name__, repr(value)[:500]]
"""


def probing_calls(known: Iterable[Sequence[object]], *, near: bool = True) -> list[str]:
    """The texts of argument lists: those that are known, then some `near` them, at most `MAX_CALLS`."""
    seeds = list(known)[:MAX_CALLS]
    found = dict.fromkeys(map(_text, seeds))
    # Some of each before many of one.
    for turn in zip_longest(*map(_near, seeds)) if near else ():
        found.update(dict.fromkeys(_text(arguments) for arguments in turn if arguments is not None))
        if len(found) >= MAX_CALLS:
            break
    return [text for text in found if len(text) <= _MAX_TEXT][:MAX_CALLS]


def like(calls: Iterable[str], known: Iterable[Sequence[object]]) -> list[str]:
    """Those of the calls whose values are of the same kinds as in one that is known; all where none is known."""
    kinds = {_kinds(arguments) for arguments in known}
    return [call for call in calls if not kinds or _kinds(literal(call)) in kinds]


def outcomes(
    sandbox: Sandbox,
    module: str,
    function: str,
    calls: Sequence[str],
    *,
    modules: Mapping[str, str],
    grants: Grants,
    cancel: CancelToken | None,
) -> list[Any] | None:
    """What came of each call; None where they could not all be made within a few seconds.

    Raises:
        Cancelled: it was stopped.
        SandboxError: no code can be run on this machine.
    """
    result = sandbox.call(
        _MODULE,
        "outcomes",
        [module, function, list(calls)],
        {},
        modules={**modules, _MODULE: _HARNESS},
        limits=_LIMITS,
        cancel=cancel,
        grants=grants,
    )
    if result.status == "cancelled":
        raise Cancelled("Stopped.", "Nothing was changed.")
    value = result.value
    return value if result.ok and isinstance(value, list) and len(value) == len(calls) else None


def agreement(kept: Sequence[Any], other: Sequence[Any]) -> int | None:
    """On how many calls both gave the same value; None where `other` gave one and `kept` didn't, or another one."""
    same = 0
    for one, two in zip(kept, other, strict=True):
        if two == ["raised"]:
            continue
        if two == ["unknown"] or not _same(one, two):
            return None
        same += 1
    return same


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        if one[:1] == ["number"] and other[:1] == ["number"]:
            return _same_number(str(one[1]), str(other[1]))
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _same_number(one: str, other: str) -> bool:
    """Whether two numbers are the same but for what binary fractions leave."""
    if one == other:
        return True
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-12, abs_tol=1e-15)
    except (ValueError, OverflowError):
        return False


def _kinds(arguments: Sequence[object]) -> tuple[str, ...]:
    names = (type(value).__name__ for value in arguments)
    return tuple("number" if name in ("int", "float") else name for name in names)


def _text(arguments: Sequence[object]) -> str:
    return repr(list(arguments))


def _near(arguments: Sequence[object]) -> Iterator[list[object]]:
    """The same arguments with one of them changed, or the same change made to all."""
    changed = [list(_changes(value)) for value in arguments]
    for turn in zip_longest(*changed):
        for place, value in enumerate(turn):
            if value is not None:
                yield [*arguments[:place], value[0], *arguments[place + 1 :]]


def _changes(value: object) -> Iterator[tuple[object]]:
    """Values of the same type: the edges first, then neighbours. Each in a tuple, so that None can be one."""
    if isinstance(value, bool):
        yield (not value,)
    elif isinstance(value, int):
        yield from ((number,) for number in (0, 1, -1, value + 1, -value, value - 1, 2 * value, 2, 3))
    elif isinstance(value, float):
        yield from ((number,) for number in (0.0, -value, value + 0.25, value * 3, 1.0, 1e-3))
    elif isinstance(value, str):
        half = len(value) // 2
        texts = [
            "",
            " ",
            value.upper(),
            value.lower(),
            value[::-1],
            value[:half],
            f" {value} ",
            value + value,
        ]
        texts += [value[:1], f"{value}, {value}", f"{value}\n{value}", f"Ä{value}é1", value.title(), "a b  c"]
        yield from ((text,) for text in texts)
    elif isinstance(value, list | tuple):
        kind = list if isinstance(value, list) else tuple
        parts: list[object] = [kind(), value[:1], value[::-1], kind([*value, *value]), value[1:]]
        if value:
            parts += [kind([*value[:-1], changed[0]]) for changed in list(_changes(value[-1]))[:4]]
        yield from ((part,) for part in parts)
    elif isinstance(value, dict):
        items = list(value.items())
        yield from (({},), (dict(items[1:]),), (dict(items[:1]),))
        if items:
            key, last = items[-1]
            yield from (({**value, key: changed[0]},) for changed in list(_changes(last))[:4])
    elif isinstance(value, set):
        yield from ((set(list(value)[:1]),),)
