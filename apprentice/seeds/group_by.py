"""Records in groups."""

from typing import Any


def group_by(records: list[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    """Group a list of records by the value they have under a key.

    The groups are named by the value as text, in the order in which they first appear; records without the key are in the
    group with the empty name.

    >>> group_by([{'t': 'a', 'n': 1}, {'t': 'b', 'n': 2}, {'t': 'a', 'n': 3}], 't')
    {'a': [{'t': 'a', 'n': 1}, {'t': 'a', 'n': 3}], 'b': [{'t': 'b', 'n': 2}]}

    Raises:
        TypeError: the records are no list of objects, or the key is no text.
    """
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise TypeError("records must be a list of objects")
    if not isinstance(key, str):
        raise TypeError("key must be a text")
    groups: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        value = record.get(key)
        groups.setdefault("" if value is None else str(value), []).append(record)
    return groups
