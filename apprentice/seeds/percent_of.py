"""Percentages of a number."""

from fractions import Fraction


def percent_of(percent: float, whole: float) -> float:
    """Calculate what a percentage of a number is.

    >>> percent_of(15, 300)
    45
    >>> percent_of(7.5, 80)
    6

    Raises:
        TypeError: an argument is no number.
        ValueError: an argument is infinite or no number at all (`nan`).
    """
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in (percent, whole)):
        raise TypeError("percent and whole must be numbers")
    part = Fraction(str(percent)) * Fraction(str(whole)) / 100
    return int(part) if part.denominator == 1 else float(part)
