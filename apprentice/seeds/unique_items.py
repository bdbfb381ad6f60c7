"""Lists without duplicates."""

import json
from typing import Any


def unique_items(items: list[Any]) -> list[Any]:
    """Remove the duplicates from a list and keep the order of the first appearances.

    Items may be any JSON values; 1, 1.0 and true are told apart only by what JSON writes.

    >>> unique_items([3, 1, 3, 2, 1])
    [3, 1, 2]
    >>> unique_items([{'a': 1}, {'a': 1}])
    [{'a': 1}]

    Raises:
        TypeError: the items are no list, or one is no JSON value.
    """
    if not isinstance(items, list):
        raise TypeError("items must be a list")
    seen: dict[str, Any] = {}
    for item in items:
        seen.setdefault(json.dumps(item, sort_keys=True), item)
    return list(seen.values())
