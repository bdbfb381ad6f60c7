"""The forms in which code can hold a value that it knows from an example."""

from __future__ import annotations

import base64
import codecs
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

_SEPARATORS: Final = ("", " ", ",", ", ", "-", "_", "|", ":", ";", "/")


def canonical(value: Any) -> str:
    """The same text for values that are the same but for the kind of their containers and numbers."""
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, int | float):
        try:
            return repr(int(value)) if value == int(value) else repr(value)
        except (ValueError, OverflowError):
            return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(canonical, value))}]"
    if isinstance(value, set | frozenset):
        return f"[{', '.join(sorted(map(canonical, value)))}]"
    if isinstance(value, dict):
        return (
            f"{{{', '.join(sorted(f'{canonical(key)}: {canonical(item)}' for key, item in value.items()))}}}"
        )
    return repr(value)


def disguises(value: Any) -> set[str]:
    """Canonical texts of the value and of what stands for it: its text, its letters, its hash, turned round, encoded."""
    return {canonical(form) for form in _forms(value)}


def disguises_together(values: Sequence[Any]) -> set[str]:
    """As `disguises`, for all arguments of a call at once."""
    joined = [separator.join(map(str, values)) for separator in _SEPARATORS]
    joined += [separator.join(map(repr, values)) for separator in (",", ", ", "|", "-", " ")]
    return {*disguises(tuple(values)), *map(canonical, joined)}


def features(value: Any) -> set[str]:
    """Canonical texts of what tells a value from a few others: its length, its ends, its sum."""
    found: list[Any] = []
    if isinstance(value, str | list | tuple | set | dict) and value:
        found.append(len(value))
        if isinstance(value, str | list | tuple):
            found += [value[0], value[-1], value[:2], value[:3], value[-2:]]
        if isinstance(value, str):
            found += [sum(map(ord, value)), len(value.split())]
        elif all(isinstance(item, int | float) for item in value):
            found += [sum(value), max(value), min(value)]
    return {canonical(item) for item in found}


def _forms(value: Any) -> Iterator[Any]:
    yield value
    if value is None or isinstance(value, bool):
        return
    yield str(value)
    yield repr(value)
    if isinstance(value, str):
        yield from (
            value.lower(),
            value.upper(),
            value.strip(),
            value.strip().lower(),
            value.title(),
            value.casefold(),
        )
        yield from (
            value[::-1],
            list(value),
            sorted(value),
            set(value),
            [ord(letter) for letter in value],
            value.split(),
        )
        yield from ("".join(value.split()), "".join(value.lower().split()), codecs.encode(value, "rot13"))
        yield sorted(value.lower())
        yield "".join(sorted(value))
        yield from _encoded(value)
    elif isinstance(value, int | float):
        yield -value
        if isinstance(value, int):
            yield from (
                hex(value),
                bin(value),
                oct(value),
                hex(value)[2:],
                bin(value)[2:],
                list(map(int, str(abs(value)))),
            )
        yield from _encoded(str(value))
    elif isinstance(value, bytes):
        yield from (list(value), value.decode("utf-8", "replace"), value.hex())
    elif isinstance(value, list | tuple):
        yield from (value[::-1], set(map(canonical, value)))
        yield sorted(value, key=canonical)
        if all(type(item) in (int, float) for item in value):
            yield from (sorted(value), set(value), hash(tuple(value)))
        yield from (separator.join(map(str, value)) for separator in _SEPARATORS)
        yield from _encoded(repr(value))
        yield from _encoded(str(list(value)))
    elif isinstance(value, set | frozenset):
        yield sorted(value, key=canonical)
    elif isinstance(value, dict):
        yield from ([*value.items()], sorted(value.items(), key=canonical))
    try:
        yield json.dumps(value)
        yield json.dumps(value, sort_keys=True)
    except (TypeError, ValueError):
        pass


def _encoded(text: str) -> Iterator[Any]:
    data = text.encode("utf-8", "surrogatepass")
    yield data
    yield data.hex()
    yield base64.b64encode(data).decode()
    for way in (hashlib.md5, hashlib.sha1, hashlib.sha256):
        digest = way(data, usedforsecurity=False).hexdigest()
        yield digest
        yield digest[:8]
        yield digest[:16]
        yield int(digest, 16)


def shares(result: Any, arguments: Sequence[Any]) -> bool:
    """Whether a result is made of what the arguments are made of, so that it can't be one of a few fixed answers."""
    if isinstance(result, str):
        letters = [letter for letter in result.lower() if letter.isalnum()]
        given = [letter for text in _texts(arguments) for letter in text.lower() if letter.isalnum()]
        rest = list(given)
        for letter in letters:
            if letter not in rest:
                return False
            rest.remove(letter)
        return len(letters) >= 3 and len(letters) >= 0.6 * len(given)
    leaves = set(_leaves(result))
    given_leaves = {leaf for value in arguments for leaf in _leaves(value)}
    given_leaves |= {canonical(word) for text in _texts(arguments) for word in (*text.split(), *text)}
    return len(leaves) >= 2 and leaves <= given_leaves


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict):
        yield from _texts([*values.keys(), *values.values()])
    elif isinstance(values, list | tuple | set | frozenset):
        for item in values:
            yield from _texts(item)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _leaves([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _leaves(item)
    else:
        yield canonical(value)
