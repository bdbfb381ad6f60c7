"""Dates before and after another."""

from datetime import date, timedelta


def add_days(start: str, days: int) -> str:
    """Find the date that is a number of days after another date, or before it for a negative number.

    Dates are written as in 2024-01-31.

    >>> add_days('2024-02-27', 3)
    '2024-03-01'
    >>> add_days('2024-01-01', -1)
    '2023-12-31'

    Raises:
        TypeError: the date is no text, or the days are no whole number.
        ValueError: there is no such date.
        OverflowError: the result lies outside the years 1 to 9999.
    """
    if not isinstance(start, str):
        raise TypeError("start must be a text like '2024-01-31'")
    if isinstance(days, bool) or not isinstance(days, int):
        raise TypeError("days must be a whole number")
    return (date.fromisoformat(start.strip()) + timedelta(days=days)).isoformat()
