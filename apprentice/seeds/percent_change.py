"""Growth and decline in percent."""

from fractions import Fraction


def percent_change(old: float, new: float) -> float:
    """Calculate by how many percent a number changed from an old to a new value.

    >>> percent_change(80, 100)
    25
    >>> percent_change(200, 150)
    -25

    Raises:
        TypeError: an argument is no number.
        ValueError: the old value is zero, or an argument is infinite or `nan`.
    """
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in (old, new)):
        raise TypeError("old and new must be numbers")
    before, after = Fraction(str(old)), Fraction(str(new))
    if before == 0:
        raise ValueError("a change from zero has no percentage")
    change = (after - before) / abs(before) * 100
    return int(change) if change.denominator == 1 else float(change)
