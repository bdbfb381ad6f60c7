"""Divisors that two numbers share."""

import math


def greatest_common_divisor(first: int, second: int) -> int:
    """Find the greatest common divisor of two whole numbers.

    >>> greatest_common_divisor(12, 18)
    6
    >>> greatest_common_divisor(7, 13)
    1

    Raises:
        TypeError: an argument is no whole number.
        ValueError: both are zero, which every number divides.
    """
    if any(isinstance(value, bool) or not isinstance(value, int) for value in (first, second)):
        raise TypeError("both must be whole numbers")
    if first == second == 0:
        raise ValueError("zero and zero have no greatest common divisor")
    return math.gcd(first, second)
