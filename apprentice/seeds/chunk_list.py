"""Lists in pieces."""

from typing import Any


def chunk_list(items: list[Any], size: int) -> list[list[Any]]:
    """Split a list into chunks of a size; the last one may be shorter.

    >>> chunk_list([1, 2, 3, 4, 5], 2)
    [[1, 2], [3, 4], [5]]
    >>> chunk_list([], 3)
    []

    Raises:
        TypeError: the items are no list, or the size no whole number.
        ValueError: the size is below 1.
    """
    if not isinstance(items, list):
        raise TypeError("items must be a list")
    if isinstance(size, bool) or not isinstance(size, int):
        raise TypeError("size must be a whole number")
    if size < 1:
        raise ValueError("size must be 1 or more")
    return [items[start : start + size] for start in range(0, len(items), size)]
