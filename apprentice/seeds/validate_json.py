"""Checks of JSON texts."""

import json
from typing import Any, NoReturn


def validate_json(text: str) -> dict[str, Any]:
    """Check whether a text is valid JSON, and say where the first error is.

    The result has `valid`; for invalid JSON also `error`, `line` and `column`, counted from 1.

    >>> validate_json('[1, 2]')
    {'valid': True}
    >>> validate_json('[1,')['valid']
    False

    Raises:
        TypeError: the text is no text.
    """
    if not isinstance(text, str):
        raise TypeError("text must be a text")

    def refuse(name: str) -> NoReturn:
        raise ValueError(f"{name} is no JSON value")

    try:
        json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        return {"valid": False, "error": error.msg, "line": error.lineno, "column": error.colno}
    except (ValueError, RecursionError) as error:
        return {"valid": False, "error": str(error), "line": 1, "column": 1}
    return {"valid": True}
