"""Ages in years."""

from datetime import date


def age_on(birth_date: str, day: str) -> int:
    """Calculate how many years old somebody is on a day, from the date of birth.

    Dates are written as in 2024-01-31. Who was born on 29 February is a year older on 1 March in other years.

    >>> age_on('1990-06-15', '2024-06-14')
    33
    >>> age_on('1990-06-15', '2024-06-15')
    34

    Raises:
        TypeError: a date is no text.
        ValueError: there is no such date, or the day is before the birth.
    """
    if not isinstance(birth_date, str) or not isinstance(day, str):
        raise TypeError("dates must be texts like '2024-01-31'")
    born, then = date.fromisoformat(birth_date.strip()), date.fromisoformat(day.strip())
    if then < born:
        raise ValueError("the day is before the birth")
    return then.year - born.year - ((then.month, then.day) < (born.month, born.day))
