"""Laws that results of functions obey, each as a check of one call.

This file also runs inside the sandbox, beside the code under test: standard library only, and nothing of this package.

Each law takes the function, the arguments of a call and its result, and says what is wrong: "" where nothing is, None where
it has nothing to say about such a call. It may call the function again; whatever that raises leaves the question open.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

Function = Callable[..., Any]
Said = str | None

_NUMBERS = (int, float)
_LARGEST = 10**6


def shown(value: Any, most: int = 120) -> str:
    """`repr`, cut."""
    text = repr(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def alike(first: Any, second: Any) -> bool:
    """Whether two values are the same, in type too; NaN is NaN."""
    if type(first) is not type(second):
        return False
    if isinstance(first, float):
        return first == second or (first != first and second != second)
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(alike, first, second))
    if isinstance(first, dict):
        return (
            len(first) == len(second)
            and first.keys() == second.keys()
            and all(alike(value, second[key]) for key, value in first.items())
        )
    return bool(first == second)


def counted(items: Iterable[Any]) -> dict[tuple[type, str], int]:
    """How often each item occurs; items needn't be hashable."""
    found: dict[tuple[type, str], int] = {}
    for item in items:
        key = type(item), repr(item)
        found[key] = found.get(key, 0) + 1
    return found


def same_again(f: Function, args: list[Any], result: Any) -> Said:
    """A second call with the same arguments gives the same."""
    again = f(*args)
    if not (_comparable(result) and _comparable(again)):
        return None
    return "" if alike(result, again) else f"{shown(result)}, and called again {shown(again)}"


def of_type(f: Function, args: list[Any], result: Any, *, kind: Any) -> Said:
    """The result is what the annotation says; ints count as floats, and any name that isn't known holds anything."""
    return "" if _is(result, kind) else f"{shown(result)}, of type {type(result).__name__}"


def a_bool(f: Function, args: list[Any], result: Any) -> Said:
    """The result is True or False."""
    return "" if type(result) is bool else f"{shown(result)}, which is neither True nor False"


def ascending(f: Function, args: list[Any], result: Any) -> Said:
    """The result is a sorted list; of texts in small letters only, as those have one order."""
    if not _ordered(result):
        return None
    wrong = next((pair for pair in pairwise(result) if pair[1] < pair[0]), None)
    return "" if wrong is None else f"{shown(result)}, where {shown(wrong[1])} comes after {shown(wrong[0])}"


def descending(f: Function, args: list[Any], result: Any) -> Said:
    """The result is a list sorted from large to small."""
    if not _ordered(result):
        return None
    wrong = next((pair for pair in pairwise(result) if pair[0] < pair[1]), None)
    return "" if wrong is None else f"{shown(result)}, where {shown(wrong[1])} comes after {shown(wrong[0])}"


def same_items(f: Function, args: list[Any], result: Any) -> Said:
    """The result has the first argument's items, each as often."""
    if not isinstance(args[0], list | tuple | str) or type(result) is not type(args[0]):
        return None
    return "" if counted(args[0]) == counted(result) else f"{shown(result)}, which hasn't the same items"


def same_words(f: Function, args: list[Any], result: Any) -> Said:
    """The result has the first argument's words, each as often."""
    if not isinstance(args[0], str) or not isinstance(result, str) or not args[0].replace(" ", "a").isalnum():
        return None
    return (
        ""
        if counted(args[0].split()) == counted(result.split())
        else f"{shown(result)}, which hasn't the same words"
    )


def backwards(f: Function, args: list[Any], result: Any) -> Said:
    """The result is the first argument backwards."""
    if not isinstance(args[0], list | str) or type(result) is not type(args[0]):
        return None
    return "" if alike(result, args[0][::-1]) else f"{shown(result)}, which isn't the argument backwards"


def no_twins(f: Function, args: list[Any], result: Any) -> Said:
    """No item of the result occurs twice."""
    if not isinstance(result, list | tuple):
        return None
    twin = next((item for place, item in enumerate(result) if item in result[:place]), result)
    return "" if twin is result else f"{shown(result)}, where {shown(twin)} occurs more than once"


def among(f: Function, args: list[Any], result: Any) -> Said:
    """Each item of the result is one of the first argument's; no more often than there if that is the only one."""
    if not isinstance(args[0], list | tuple) or not isinstance(result, list | tuple):
        return None
    there = counted(args[0])
    wrong = [
        key[1]
        for key, count in counted(result).items()
        if key not in there or (len(args) == 1 and count > there[key])
    ]
    return "" if not wrong else f"{shown(result)}, where {wrong[0][:60]} isn't from the argument"


def one_among(f: Function, args: list[Any], result: Any) -> Said:
    """The result is an item of the first argument."""
    if not isinstance(args[0], list | tuple) or result is None or not args[0]:
        return None
    return "" if result in args[0] else f"{shown(result)}, which isn't in the argument"


def largest(f: Function, args: list[Any], result: Any) -> Said:
    """The result is the largest item."""
    if not _numbers(args[0]):
        return None
    return "" if result == max(args[0]) else f"{shown(result)}, though there is {max(args[0])!r}"


def smallest(f: Function, args: list[Any], result: Any) -> Said:
    """The result is the smallest item."""
    if not _numbers(args[0]):
        return None
    return "" if result == min(args[0]) else f"{shown(result)}, though there is {min(args[0])!r}"


def total(f: Function, args: list[Any], result: Any) -> Said:
    """The result is the sum of the first argument."""
    if not _numbers(args[0]) or not _number(result):
        return None
    right = sum(args[0])
    return (
        ""
        if math.isclose(result, right, rel_tol=1e-6, abs_tol=1e-6)
        else f"{shown(result)}, and not {right!r}"
    )


def between(f: Function, args: list[Any], result: Any) -> Said:
    """The result lies between the smallest and the largest item."""
    if not _numbers(args[0]) or not _number(result):
        return None
    low, high = min(args[0]), max(args[0])
    slack = 0.01 + 1e-6 * max(abs(low), abs(high))
    return "" if low - slack <= result <= high + slack else f"{shown(result)}, beyond all items"


def clamped(f: Function, args: list[Any], result: Any) -> Said:
    """The result lies between the second and the third argument, and is the first if that does."""
    value, low, high = args
    if not all(map(_number, (value, low, high))) or low > high:
        return None
    right = max(low, min(value, high))
    return "" if result == right else f"{shown(result)}, and not {right!r}"


def lower_case(f: Function, args: list[Any], result: Any) -> Said:
    """No capital letter is in the result."""
    if not isinstance(result, str):
        return None
    return "" if not any("A" <= c <= "Z" for c in result) else f"{shown(result)}, which has capital letters"


def upper_case(f: Function, args: list[Any], result: Any) -> Said:
    """No small letter is in the result."""
    if not isinstance(result, str):
        return None
    return "" if not any("a" <= c <= "z" for c in result) else f"{shown(result)}, which has small letters"


def not_negative(f: Function, args: list[Any], result: Any) -> Said:
    """The result isn't below zero."""
    if not _number(result):
        return None
    return "" if result >= 0 else f"{shown(result)}, below zero"


def counts(f: Function, args: list[Any], result: Any) -> Said:
    """Each value of the resulting dict is at least one."""
    if not isinstance(result, dict) or not all(map(_number, result.values())):
        return None
    return (
        "" if all(value >= 1 for value in result.values()) else f"{shown(result)}, which counts less than one"
    )


def divides_both(f: Function, args: list[Any], result: Any) -> Said:
    """The result is the greatest common divisor, but for its sign."""
    if not all(type(value) is int for value in (*args, result)) or not all(args):
        return None
    right = math.gcd(*args)
    return "" if abs(result) == right else f"{result}, and not {right}"


def least_multiple(f: Function, args: list[Any], result: Any) -> Said:
    """The result is the least common multiple, but for its sign."""
    if not all(type(value) is int for value in (*args, result)) or not all(args):
        return None
    right = math.lcm(*args)
    return "" if abs(result) == right else f"{result}, and not {right}"


def prime_told(f: Function, args: list[Any], result: Any) -> Said:
    """True for primes only."""
    if type(args[0]) is not int or type(result) is not bool or args[0] > _LARGEST:
        return None
    return "" if result == _prime(args[0]) else f"{result}"


def prime_product(f: Function, args: list[Any], result: Any) -> Said:
    """The result's items are primes whose product is the argument."""
    if type(args[0]) is not int or not 2 <= args[0] <= _LARGEST or not isinstance(result, list | tuple):
        return None
    if not all(type(item) is int for item in result):
        return f"{shown(result)}, which aren't integers"
    wrong = next((item for item in result if not _prime(item)), None)
    if wrong is not None:
        return f"{shown(result)}, where {wrong} isn't a prime"
    product = math.prod(result)
    return "" if product == args[0] else f"{shown(result)}, whose product is {product}"


def factorial(f: Function, args: list[Any], result: Any) -> Said:
    """The result is the factorial."""
    if type(args[0]) is not int or not 0 <= args[0] <= 100 or not _number(result):
        return None
    right = math.factorial(args[0])
    return "" if result == right else f"{shown(result)}, and not {shown(right)}"


def flattened(f: Function, args: list[Any], result: Any) -> Said:
    """The result has what all lists in the argument hold, in order."""
    if not isinstance(args[0], list) or not isinstance(result, list):
        return None
    return (
        ""
        if alike(_leaves(args[0]), _leaves(result))
        else f"{shown(result)}, which hasn't the items in their order"
    )


def joined(f: Function, args: list[Any], result: Any) -> Said:
    """The pieces, one behind the other, are the first argument."""
    if not isinstance(args[0], list | tuple | str) or not isinstance(result, list | tuple):
        return None
    if any(type(size) is int and size < 1 for size in args[1:]):
        return None
    if isinstance(args[0], str):
        whole: Any = "".join(result)
        return "" if whole == args[0] else f"{shown(result)}, which aren't all of the argument"
    items = [item for piece in result for item in piece]
    return "" if alike(items, list(args[0])) else f"{shown(result)}, which aren't all of the argument"


def same_when_repeated(f: Function, args: list[Any], result: Any) -> Said:
    """What is done already isn't changed by doing it again."""
    if type(result) is not type(args[0]) or (isinstance(args[0], str) and not args[0].isascii()):
        return None
    again = f(result, *args[1:])
    return "" if alike(result, again) else f"{shown(result)}, of which it makes {shown(again)}"


def undone_by_itself(f: Function, args: list[Any], result: Any) -> Said:
    """Done twice, the argument is there again."""
    if type(result) is not type(args[0]):
        return None
    again = f(result)
    return "" if alike(again, args[0]) else f"{shown(result)}, of which it makes {shown(again)}"


def transposed(f: Function, args: list[Any], result: Any) -> Said:
    """Rows have become columns."""
    table = args[0]
    if not isinstance(table, list) or not table or not all(isinstance(row, list) and row for row in table):
        return None
    if len({len(row) for row in table}) > 1 or not isinstance(result, list):
        return None
    right = [list(row) for row in zip(*table, strict=True)]
    return "" if alike([list(row) for row in result], right) else f"{shown(result)}"


def same_backwards(f: Function, args: list[Any], result: Any) -> Said:
    """A text and the same backwards give the same."""
    if not isinstance(args[0], str | list):
        return None
    other = f(args[0][::-1])
    return "" if alike(result, other) else f"{shown(result)}, but {shown(other)} for the same backwards"


def palindrome(f: Function, args: list[Any], result: Any) -> Said:
    """The result reads the same backwards."""
    if not isinstance(result, str):
        return None
    return "" if result == result[::-1] else f"{shown(result)}, which reads otherwise backwards"


def either_way(f: Function, args: list[Any], result: Any) -> Said:
    """The two arguments may be swapped."""
    other = f(args[1], args[0])
    if not (_comparable(result) and _comparable(other)):
        return None
    return "" if alike(result, other) else f"{shown(result)}, but {shown(other)} for swapped arguments"


def rounded(f: Function, args: list[Any], result: Any, *, places: int) -> Said:
    """The result has no more decimal places."""
    if type(result) is not float or not math.isfinite(result):
        return None
    return "" if round(result, places) == result else f"{shown(result)}, which has more decimal places"


def read_back(
    f: Function, args: list[Any], result: Any, *, other: Function, first: bool, texts: list[str]
) -> Said:
    """One function undoes the other: `first` where the tested one is applied first."""
    middle = result if first else other(*args)
    back = other(middle) if first else f(middle)
    return "" if alike(back, args[0]) else f"{shown(middle)} in between and {shown(back)} in the end"


def _leaves(value: Any) -> list[Any]:
    if not isinstance(value, list):
        return [value]
    return [leaf for item in value for leaf in _leaves(item)]


def _number(value: Any) -> bool:
    return type(value) in _NUMBERS and math.isfinite(value)


def _numbers(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(map(_number, value))


def _ordered(value: Any) -> bool:
    """Whether a list holds things that have one order."""
    return _numbers(value) or (
        isinstance(value, list | tuple)
        and all(type(item) is str and item.isascii() and item.isalpha() and item.islower() for item in value)
    )


def _prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, math.isqrt(number) + 1))


def _comparable(value: Any) -> bool:
    """Whether two equal ones are known to be equal: objects may be compared by what they are."""
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(_comparable, value))
    if isinstance(value, dict):
        return all(map(_comparable, value)) and all(map(_comparable, value.values()))
    return value is None or type(value) in (bool, int, float, complex, str, bytes, range)


def _is(value: Any, kind: Any) -> bool:
    """Whether a value is of a kind: `[name, [inner kinds]]`."""
    name, inner = kind
    match name:
        case "any":
            return True
        case "none":
            return value is None
        case "union":
            return any(_is(value, one) for one in inner)
        case "int":
            return isinstance(value, int)
        case "float":
            return isinstance(value, int | float) or hasattr(value, "__float__")
        case "str" | "bytes" | "bool":
            return type(value).__name__ == name or isinstance(
                value, {"str": str, "bytes": bytes, "bool": bool}[name]
            )
        case "pair":
            return (
                isinstance(value, tuple)
                and len(value) == len(inner)
                and all(_is(item, one) for item, one in zip(value, inner, strict=True))
            )
        case "dict":
            return isinstance(value, dict) and all(
                _is(key, inner[0]) and _is(item, inner[1]) for key, item in value.items()
            )
        case "list" | "tuple" | "set" | "frozenset":
            kinds = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
            return isinstance(value, kinds[name]) and all(_is(item, inner[0]) for item in value)
        case _:
            return True
