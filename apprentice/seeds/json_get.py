"""Values inside JSON documents."""

import json
import re
from typing import Any


def json_get(document: str, path: str) -> Any:
    """Get the value at a path such as `users[0].name` from a JSON text.

    >>> json_get('{"users": [{"name": "Ann"}]}', 'users[0].name')
    'Ann'
    >>> json_get('{"a": {"b": 3}}', 'a.b')
    3

    Raises:
        TypeError: the document or the path is no text.
        ValueError: the document is no JSON, or the path can't be read.
        LookupError: there is nothing at the path.
    """
    if not isinstance(document, str) or not isinstance(path, str):
        raise TypeError("document and path must be texts")
    steps = re.findall(r"[^.\[\]]+|\[-?\d+\]", path)
    if re.sub(r"\.(?=[^.])", "", path) != "".join(steps):
        raise ValueError(f"the path {path!r} can't be read; write it like users[0].name")
    value: Any = json.loads(document)
    for step in steps:
        place: str | int = int(step[1:-1]) if step.startswith("[") else step
        fits = isinstance(value, list) if isinstance(place, int) else isinstance(value, dict)
        if not fits:
            raise LookupError(f"there is nothing at {step} in {path!r}")
        try:
            value = value[place]
        except LookupError:
            raise LookupError(f"there is nothing at {step} in {path!r}") from None
    return value
