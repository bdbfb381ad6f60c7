"""Time between two dates."""

from datetime import date


def days_between(start: str, end: str) -> int:
    """Count the days from one date to another; negative if the second is earlier.

    Dates are written as in 2024-01-31.

    >>> days_between('2024-01-01', '2024-12-25')
    359
    >>> days_between('2024-03-01', '2024-02-28')
    -2

    Raises:
        TypeError: a date is no text.
        ValueError: there is no such date.
    """
    if not isinstance(start, str) or not isinstance(end, str):
        raise TypeError("dates must be texts like '2024-01-31'")
    return (date.fromisoformat(end.strip()) - date.fromisoformat(start.strip())).days
