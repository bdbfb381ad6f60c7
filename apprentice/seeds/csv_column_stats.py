"""Figures of a column of a table in CSV."""

import csv
import io
import statistics


def csv_column_stats(text: str, column: str) -> dict[str, float]:
    """Summarise a column of numbers in CSV text: count, sum, mean, minimum and maximum.

    The first line has the column names. Empty values don't count.

    >>> csv_column_stats('item,price\\nA,10\\nB,20', 'price')
    {'count': 2, 'sum': 30.0, 'mean': 15.0, 'min': 10.0, 'max': 20.0}

    Raises:
        TypeError: an argument is no text.
        KeyError: there is no such column.
        ValueError: a value in the column is no number, or the column has no values.
    """
    if not isinstance(text, str) or not isinstance(column, str):
        raise TypeError("text and column must be texts")
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    if column not in (reader.fieldnames or []):
        raise KeyError(column)
    numbers = [float(value) for row in reader if (value := (row[column] or "").strip())]
    if not numbers:
        raise ValueError(f"the column {column!r} has no values")
    return {
        "count": len(numbers),
        "sum": float(sum(numbers)),
        "mean": statistics.fmean(numbers),
        "min": min(numbers),
        "max": max(numbers),
    }
