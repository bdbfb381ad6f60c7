"""Which examples tell whether the words of a goal mean a law: those for which it holds by no accident."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: Of an example's arguments and result.
Predicate = Callable[[list[Any], Any], bool]


def several(args: list[Any], result: Any) -> bool:
    """The result has more than one part."""
    return isinstance(result, list | tuple | str) and len(result) > 1


def three(args: list[Any], result: Any) -> bool:
    """The result has enough items to be in order by no accident."""
    return isinstance(result, list | tuple) and len(result) > 2


def some(args: list[Any], result: Any) -> bool:
    """The result has items."""
    return isinstance(result, list | tuple) and bool(result)


def a_number(args: list[Any], result: Any) -> bool:
    """The result is a number other than zero."""
    return type(result) in (int, float) and bool(result)


def a_count(args: list[Any], result: Any) -> bool:
    """Something was counted in something."""
    return (
        type(result) is int
        and result > 0
        and any(isinstance(value, str | list | dict | bytes) for value in args)
    )


def of_list(args: list[Any], result: Any) -> bool:
    """The first argument has several items."""
    return isinstance(args[0], list | tuple) and len(args[0]) > 1


def number_of_list(args: list[Any], result: Any) -> bool:
    """One number was made of several."""
    return of_list(args, result) and type(result) in (int, float)


def had_twins(args: list[Any], result: Any) -> bool:
    """Equal items of the first argument are gone."""
    return (
        isinstance(args[0], list)
        and isinstance(result, list)
        and len(args[0]) > len(result) > 0
        and any(item in args[0][:place] for place, item in enumerate(args[0]))
    )


def lowered(args: list[Any], result: Any) -> bool:
    """The first argument had capital letters."""
    return (
        isinstance(args[0], str)
        and isinstance(result, str)
        and args[0] != args[0].lower()
        and len(result) > 0
    )


def raised(args: list[Any], result: Any) -> bool:
    """The first argument had small letters."""
    return (
        isinstance(args[0], str)
        and isinstance(result, str)
        and args[0] != args[0].upper()
        and len(result) > 0
    )


def integers(args: list[Any], result: Any) -> bool:
    """All are whole numbers."""
    return all(type(value) is int for value in (*args, result))


def twice(args: list[Any], result: Any) -> bool:
    """An item of the result occurs twice."""
    return isinstance(result, list) and len(set(map(repr, result))) < len(result)


def a_truth(args: list[Any], result: Any) -> bool:
    """The result is True or False."""
    return type(result) is bool


def a_text(args: list[Any], result: Any) -> bool:
    """The result is a text with something in it."""
    return isinstance(result, str) and bool(result)


def a_fraction(args: list[Any], result: Any) -> bool:
    """The result is a float."""
    return type(result) is float


def a_dict(args: list[Any], result: Any) -> bool:
    """The result is a dict with something in it."""
    return isinstance(result, dict) and bool(result)


def same_type(args: list[Any], result: Any) -> bool:
    """The result could be an argument."""
    return type(result) is type(args[0])


def like_each_other(args: list[Any], result: Any) -> bool:
    """Both arguments are of one type, and the result is one value."""
    return type(args[0]) is type(args[1]) and not isinstance(result, list | tuple | dict | str)
