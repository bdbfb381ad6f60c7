"""Ideas and the words for them (`glossary.txt`): "backwards", "umdrehen" and "reverse" are found together."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("glossary.txt")


def concepts_of(stems: Iterable[str]) -> set[str]:
    """Names of the ideas that one of these word stems stands for."""
    table = _table()
    found: set[str] = set()
    for stem in stems:
        found |= table.get(stem, _NONE)
    return found


_NONE: Final[frozenset[str]] = frozenset()


@cache
def _table() -> dict[str, frozenset[str]]:
    from apprentice.retrieval.texts import stem, words

    table: dict[str, set[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        name, colon, rest = unicodedata.normalize("NFC", line).partition(":")
        if not colon or line.startswith("#"):
            continue
        for word in rest.split():
            for part in words(word) if "-" not in word else words(word)[:1]:
                table.setdefault(stem(part), set()).add(f"c_{name}")
    return {word: frozenset(names) for word, names in table.items()}
