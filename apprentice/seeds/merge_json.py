"""JSON objects put together."""

from typing import Any


def merge_json(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Merge two JSON objects deeply; where both have a value, the second one's counts.

    Objects are merged key by key, everything else is replaced. The arguments stay as they are.

    >>> merge_json({'a': 1, 'b': {'x': 1}}, {'b': {'y': 2}})
    {'a': 1, 'b': {'x': 1, 'y': 2}}
    >>> merge_json({'a': [1]}, {'a': [2]})
    {'a': [2]}

    Raises:
        TypeError: an argument is no object.
    """
    if not isinstance(base, dict) or not isinstance(changes, dict):
        raise TypeError("base and changes must be objects")
    merged = dict(base)
    for key, value in changes.items():
        old = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[key] = merge_json(old, value) if both else value  # type: ignore[arg-type]
    return merged
