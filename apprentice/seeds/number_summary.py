"""Figures of a list of numbers."""

import math
import statistics


def number_summary(numbers: list[float]) -> dict[str, float]:
    """Summarise a list of numbers: count, sum, mean (average), median, standard deviation, minimum and maximum.

    The standard deviation is that of a sample; of a single number it is 0.

    >>> number_summary([1, 2, 3, 4])['mean']
    2.5
    >>> number_summary([5, 1, 3])['median']
    3

    Raises:
        TypeError: the numbers are no list of numbers.
        ValueError: there are none, or one is infinite or `nan`.
    """
    if not isinstance(numbers, list) or any(
        isinstance(number, bool) or not isinstance(number, int | float) for number in numbers
    ):
        raise TypeError("numbers must be a list of numbers")
    if not numbers:
        raise ValueError("there are no numbers to summarise")
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError("every number must be finite")
    return {
        "count": len(numbers),
        "sum": sum(numbers),
        "mean": statistics.mean(numbers),
        "median": statistics.median(numbers),
        "standard_deviation": float(statistics.stdev(numbers)) if len(numbers) > 1 else 0.0,
        "min": min(numbers),
        "max": max(numbers),
    }
