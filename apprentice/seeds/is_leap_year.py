"""Leap years of the Gregorian calendar."""


def is_leap_year(year: int) -> bool:
    """Tell whether a year is a leap year.

    >>> is_leap_year(2024)
    True
    >>> is_leap_year(1900)
    False

    Raises:
        TypeError: the year is no whole number.
        ValueError: the year is before 1.
    """
    if isinstance(year, bool) or not isinstance(year, int):
        raise TypeError("year must be a whole number")
    if year < 1:
        raise ValueError("year must be 1 or later")
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
