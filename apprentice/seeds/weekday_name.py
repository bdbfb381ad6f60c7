"""Days of the week."""

from datetime import date


def weekday_name(day: str) -> str:
    """Tell the day of the week of a date, in English.

    The date is written as in 2024-01-31.

    >>> weekday_name('2024-01-31')
    'Wednesday'
    >>> weekday_name('2000-01-01')
    'Saturday'

    Raises:
        TypeError: the date is no text.
        ValueError: there is no such date.
    """
    if not isinstance(day, str):
        raise TypeError("day must be a text like '2024-01-31'")
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return names[date.fromisoformat(day.strip()).weekday()]
