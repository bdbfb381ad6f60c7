"""The functions and operators that the agent computes itself: pure, on plain values, and bounded in what they cost.

Nothing here runs foreign code. The values may be chosen by the code under test, so whatever could grow or take long is
refused with `CannotTell`.
"""

from __future__ import annotations

import itertools
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, Final

#: Items that a computed container may have.
LONGEST: Final = 100_000
#: What matching a regular expression may cost, as the number of ways in which it could be tried.
_MATCH_COST: Final = 100_000_000

_NUMBERS = (int, float, complex, Decimal, Fraction)
_SEQUENCES = (str, bytes, list, tuple)


class CannotTell(Exception):
    """The agent can't compute this, or won't because of its size. `str(error)` says why."""


class Approximately:
    """What `pytest.approx` gives, for numbers and for lists, tuples and dicts of them."""

    def __init__(self, expected: Any, rel: Any = None, abs: Any = None, nan_ok: bool = False) -> None:  # noqa: A002
        self._expected = expected
        self._rel, self._abs, self._nan_ok = rel, abs, nan_ok

    def __repr__(self) -> str:
        return f"approx({self._expected!r})"

    def equals(self, seen: Any) -> bool:
        """Whether the value is near enough."""
        return self._near(seen, self._expected)

    def _near(self, seen: Any, expected: Any) -> bool:
        if isinstance(expected, dict):
            return (
                isinstance(seen, dict)
                and seen.keys() == expected.keys()
                and all(self._near(seen[key], expected[key]) for key in expected)
            )
        if isinstance(expected, list | tuple):
            return (
                isinstance(seen, list | tuple)
                and len(seen) == len(expected)
                and all(map(self._near, seen, expected))
            )
        if isinstance(expected, bool) or not isinstance(expected, _NUMBERS):
            return bool(type(seen) is type(expected) and seen == expected)
        if isinstance(seen, bool) or not isinstance(seen, _NUMBERS):
            return bool(seen == expected)
        return seen == expected or self._within(seen, expected)

    def _within(self, seen: Any, expected: Any) -> bool:
        if expected != expected:
            return bool(self._nan_ok and seen != seen)
        size = abs(expected)
        if size == math.inf:
            return False
        exact = isinstance(expected, Decimal)
        number: Callable[[Any], Any] = Decimal if exact else float
        least = number("1e-12") if self._abs is None else number(self._abs)
        if self._abs is None or self._rel is not None:
            least = max(least, (number("1e-6") if self._rel is None else number(self._rel)) * size)
        return bool(abs(expected - seen) <= least)


def items_of(value: Any) -> list[Any]:
    """What iterating a plain value gives.

    Raises:
        CannotTell: it is no plain container, or too long.
    """
    if not isinstance(value, str | bytes | list | tuple | dict | set | frozenset | range):
        raise CannotTell(f"{type(value).__name__} values can't be iterated here")
    if len(value) > LONGEST:
        raise CannotTell("too many items")
    return list(value)


def is_immutable(value: Any) -> bool:
    """Whether nothing in the value can be changed in place."""
    if isinstance(value, tuple | frozenset):
        return all(map(is_immutable, value))
    return not isinstance(value, list | dict | set | bytearray | Approximately)


def arithmetic(name: str, left: Any, right: Any) -> Any:
    """The operation where its result is small for sure.

    Raises:
        CannotTell: it may be large, or isn't one of those known here.
    """
    numbers = isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS)
    for side in (left, right):
        whole = (side.numerator, side.denominator) if isinstance(side, int | Fraction) else ()
        if any(part.bit_length() > 100_000 for part in whole):
            raise CannotTell("a number of too many digits")
    if name == "**" and not (numbers and abs(left) < 1 << 64 and abs(right) <= 256):
        raise CannotTell("a power that may be large")
    if name == "*" and not numbers:
        size, times = (right, left) if isinstance(left, int) else (left, right)
        if not (isinstance(size, timedelta) or (isinstance(size, _SEQUENCES) and isinstance(times, int))):
            raise CannotTell("no product of plain values")
        if isinstance(size, _SEQUENCES) and len(size) * times > LONGEST:
            raise CannotTell("too many items")
    if name == "%" and not numbers:
        raise CannotTell("text is formatted in the run alone")
    if name in ("<<", ">>") and not (isinstance(right, int) and 0 <= right <= 1024):
        raise CannotTell("a shift that may be large")
    both = isinstance(left, _SEQUENCES) and isinstance(right, _SEQUENCES)
    if name == "+" and both and len(left) + len(right) > LONGEST:
        raise CannotTell("too many items")
    return _ARITHMETIC[name](left, right)


_ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}

_METHODS: Final[Mapping[type, frozenset[str]]] = {
    str: frozenset(
        "upper lower title capitalize swapcase casefold strip lstrip rstrip split rsplit splitlines join startswith "
        "endswith count find rfind index rindex isdigit isalpha isalnum isupper islower isspace istitle isnumeric "
        "isdecimal isidentifier isascii partition rpartition removeprefix removesuffix encode".split()
    ),
    bytes: frozenset("startswith endswith count find hex upper lower strip split decode".split()),
    list: frozenset("index count copy".split()),
    tuple: frozenset("index count".split()),
    dict: frozenset("keys values items get copy".split()),
    set: frozenset(
        "union intersection difference symmetric_difference issubset issuperset isdisjoint copy".split()
    ),
    frozenset: frozenset("union intersection difference issubset issuperset isdisjoint".split()),
    int: frozenset(["bit_length"]),
    float: frozenset(["is_integer"]),
}
METHODS: Final = frozenset().union(*_METHODS.values())


def method(name: str, owner: Any, *arguments: Any) -> Any:
    """Call a method that changes nothing.

    Raises:
        CannotTell: the value's type isn't known to have it, or its result may be large.
    """
    if name not in _METHODS.get(type(owner), ()):
        raise CannotTell(f"{type(owner).__name__}.{name} is called in the run alone")
    if name == "join":
        parts = items_of(*arguments)
        if sum(len(part) for part in parts) + len(owner) * len(parts) > LONGEST:
            raise CannotTell("too many characters")
        return owner.join(parts)
    if name in ("split", "rsplit", "splitlines", "keys", "values", "items") and len(owner) > LONGEST:
        raise CannotTell("too many items")
    if name == "keys":
        return set(owner)
    result = getattr(owner, name)(*arguments)
    return list(result) if name in ("values", "items") else result


def is_cheap_pattern(pattern: str) -> bool:
    """Whether matching it can't take exponential time: no repeated groups, no back references."""
    return re.search(r"\)[*+{]|\\[1-9]|\(\?P=", pattern) is None


def match_cost(pattern: str, text: str) -> int:
    """The number of ways in which matching a cheap pattern could be tried."""
    repeats = len(re.findall(r"(?<!\\)[*+]|\{\d*,\d*\}", pattern))
    return int((len(text) + 1) ** (repeats + 1)) if repeats else len(text) + 1


def search(name: str, pattern: Any, text: Any) -> bool:
    """Whether `re.search`, `re.match` or `re.fullmatch` finds something.

    Raises:
        CannotTell: it could take too long.
        re.error: the pattern is none.
    """
    if not (isinstance(pattern, str) and isinstance(text, str)):
        raise TypeError("expected string or bytes-like object")
    if not is_cheap_pattern(pattern) or match_cost(pattern, text) > _MATCH_COST:
        raise CannotTell("matching could take too long")
    found: Callable[[str, str], re.Match[str] | None] = getattr(re, name)
    return found(pattern, text) is not None


def _range(*arguments: int) -> range:
    numbers = range(*arguments)
    if len(numbers) > LONGEST:
        raise CannotTell("too many items")
    return numbers


def _bytes(*arguments: Any) -> bytes:
    if arguments and isinstance(arguments[0], int):
        raise CannotTell("many bytes")
    return bytes(*arguments)


def _round(value: Any, digits: Any = None) -> Any:
    if isinstance(value, Decimal | Fraction) or (isinstance(digits, int) and abs(digits) > 400):
        raise CannotTell("rounded in the run alone")
    return round(value, digits)


def _sum(values: Any, start: Any = 0) -> Any:
    parts = items_of(values)
    if any(not isinstance(part, _NUMBERS) for part in [*parts, start]):
        raise CannotTell("a sum of other things than numbers")
    return sum(parts, start)


def _over(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with the items of its arguments."""
    return lambda *values: function(*(items_of(value) for value in values))


def _zip(*values: list[Any], strict: bool = False) -> list[Any]:
    return list(zip(*(items_of(value) for value in values), strict=strict))


def _container(kind: type) -> Callable[..., Any]:
    return lambda *values: kind(*(items_of(value) for value in values))


def _dict(*values: Any, **named: Any) -> dict[Any, Any]:
    return dict(*(value if isinstance(value, dict) else items_of(value) for value in values), **named)


def _most(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: function(items_of(values[0])) if len(values) == 1 else function(*values)


def _number(kind: type) -> Callable[..., Any]:
    def make(*arguments: Any) -> Any:
        if any(isinstance(argument, Decimal | Fraction) for argument in arguments):
            raise CannotTell("converted in the run alone")
        return kind(*arguments)

    return make


def _fraction(*arguments: Any) -> Fraction:
    if any(not isinstance(value, int | float | Fraction) for value in arguments) and not (
        len(arguments) == 1 and isinstance(arguments[0], str) and "e" not in arguments[0].lower()
    ):
        raise CannotTell("a fraction that may be large")
    return Fraction(*arguments)


def _text(*arguments: Any) -> str:
    if len(arguments) > 1 or any(
        isinstance(value, int) and value.bit_length() > 14_000 for value in arguments
    ):
        raise CannotTell("a number of too many digits")
    return str(*arguments)


#: Builtins without an effect. Classes among them are also known when a skill may have its own `abs`.
CONSTRUCTORS: Final[Mapping[str, Callable[..., Any]]] = {
    "builtins.set": _container(set),
    "builtins.frozenset": _container(frozenset),
    "builtins.list": _container(list),
    "builtins.tuple": _container(tuple),
    "builtins.dict": _dict,
    "builtins.range": _range,
    "builtins.float": _number(float),
    "builtins.int": _number(int),
    "builtins.complex": _number(complex),
    "builtins.str": _text,
    "builtins.bytes": _bytes,
    "builtins.bool": bool,
}
FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "builtins.len": len,
    "builtins.abs": abs,
    "builtins.round": _round,
    "builtins.sum": _sum,
    "builtins.sorted": lambda values, reverse=False: sorted(items_of(values), reverse=reverse),
    "builtins.reversed": lambda values: items_of(values)[::-1],
    "builtins.enumerate": lambda values, start=0: list(enumerate(items_of(values), start)),
    "builtins.zip": _zip,
    "builtins.min": _most(min),
    "builtins.max": _most(max),
    "builtins.ord": ord,
    "builtins.chr": chr,
    "builtins.repr": lambda value: repr(value) if isinstance(value, str | bytes | float) else _text(value),
    "builtins.any": lambda values: any(items_of(values)),
    "builtins.all": lambda values: all(items_of(values)),
    "builtins.divmod": lambda left, right: (arithmetic("//", left, right), arithmetic("%", left, right)),
}
_MATH = (
    "sqrt sin cos tan asin acos atan atan2 sinh cosh tanh exp log log2 log10 floor ceil trunc fabs hypot degrees "
    "radians gcd isnan isinf isfinite copysign fmod fsum"
).split()
#: Functions of standard modules, by the names that imports give them.
STANDARD: Final[Mapping[str, Callable[..., Any]]] = {
    **{f"math.{name}": getattr(math, name) for name in _MATH},
    "math.isclose": math.isclose,
    "pytest.approx": Approximately,
    "datetime.date": date,
    "datetime.datetime": datetime,
    "datetime.time": time,
    "datetime.timedelta": timedelta,
    "decimal.Decimal": Decimal,
    "fractions.Fraction": _fraction,
    "pathlib.Path": PurePosixPath,
    "pathlib.PurePath": PurePosixPath,
    "pathlib.PurePosixPath": PurePosixPath,
    "collections.Counter": lambda *values: _counted(*values),
    "collections.OrderedDict": _dict,
    "re.escape": lambda text: re.escape(text),
    "itertools.product": lambda *values: _product(*values),
}
#: Constants of standard modules.
CONSTANTS: Final[Mapping[str, Any]] = {
    "math.pi": math.pi,
    "math.e": math.e,
    "math.tau": math.tau,
    "math.inf": math.inf,
    "math.nan": math.nan,
}


def _product(*values: Any) -> list[Any]:
    parts = [items_of(value) for value in values]
    if math.prod(map(len, parts)) > LONGEST:
        raise CannotTell("too many items")
    return list(itertools.product(*parts))


def _counted(*values: Any) -> dict[Any, int]:
    counts: dict[Any, int] = {}
    for value in values:
        if isinstance(value, dict):
            counts.update(value)
        else:
            for item in items_of(value):
                counts[item] = counts.get(item, 0) + 1
    return counts


def same_items(left: Any, right: Any) -> bool:
    """unittest's `assertCountEqual`: the same items, each as often, in any order."""
    first, rest = items_of(left), items_of(right)
    if len(first) * len(rest) > 25_000_000 and not all(map(is_immutable, first)):
        raise CannotTell("too many items")
    try:
        return _counted(first) == _counted(rest)
    except TypeError:
        for item in first:
            if item not in rest:
                return False
            rest.remove(item)
        return not rest


#: Methods that answer a question about a value of the run with what the test expects.
PULLED_METHODS: Final[Sequence[str]] = ("startswith", "endswith", "issubset", "issuperset", "isdisjoint")
