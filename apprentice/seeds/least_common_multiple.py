"""Multiples that two numbers share."""

import math


def least_common_multiple(first: int, second: int) -> int:
    """Find the least common multiple of two whole numbers.

    >>> least_common_multiple(4, 6)
    12
    >>> least_common_multiple(3, 7)
    21

    Raises:
        TypeError: an argument is no whole number.
        ValueError: one is zero, which has no other multiple.
    """
    if any(isinstance(value, bool) or not isinstance(value, int) for value in (first, second)):
        raise TypeError("both must be whole numbers")
    if first == 0 or second == 0:
        raise ValueError("zero has no least common multiple with another number")
    return math.lcm(first, second)
