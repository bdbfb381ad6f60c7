"""Lists within lists."""

from typing import Any


def flatten_list(items: list[Any]) -> list[Any]:
    """Flatten a list of lists, however deep, into one list in the same order.

    >>> flatten_list([1, [2, [3, 4]], [], 5])
    [1, 2, 3, 4, 5]
    >>> flatten_list([['a'], 'bc'])
    ['a', 'bc']

    Raises:
        TypeError: the items are no list.
    """
    if not isinstance(items, list):
        raise TypeError("items must be a list")
    flat: list[Any] = []
    waiting = [iter(items)]
    while waiting:
        for item in waiting[-1]:
            if isinstance(item, list):
                waiting.append(iter(item))
                break
            flat.append(item)
        else:
            waiting.pop()
    return flat
