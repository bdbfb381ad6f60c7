"""Skills ranked by what the index file says of a request: its words, and the form of requests answered before."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from apprentice.retrieval.literals import template
from apprentice.retrieval.texts import COLUMNS, text_digest

#: Words of a request that are looked for.
MAX_TERMS: Final = 24
#: Places in the index that one ranking looks at; in a large library, the commonest words of a request are left out.
_MAX_POSTINGS: Final = 1_500
_WEIGHTS: Final = ", ".join(map(str, COLUMNS.values()))


@dataclass(frozen=True, slots=True)
class Rankings:
    """Skills by name, the best first, once for each way of looking at a request.

    Attributes:
        meaning: with the cosine of the vectors; empty without an embedding model.
        words: those that share words with it.
        same: those that answered, or were made for, a request that differs in its values only.
        embedder: the model whose vectors were compared; empty without one.
    """

    meaning: Sequence[tuple[str, float]] = ()
    words: Sequence[str] = ()
    same: Sequence[str] = ()
    embedder: str = ""


class WordCounts:
    """In how many skills a word occurs, remembered until the file changes."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def clear(self) -> None:
        """The file changed."""
        self._known.clear()

    def of(self, connection: sqlite3.Connection, words: Sequence[str]) -> dict[str, int]:
        """The count of each word; without those that occur in none."""
        known = self._known
        for word in words:
            if word not in known:
                row = connection.execute("SELECT doc FROM words_counts WHERE term = ?", (word,)).fetchone()
                known[word] = row[0] if row else 0
        return {word: known[word] for word in words if known[word]}

    def rarity(self, connection: sqlite3.Connection, words: Sequence[str], skills: int) -> dict[str, float]:
        """A weight for each word, the higher the fewer of the skills have it."""
        counts = self.of(connection, words)
        return {word: math.log(1 + (skills + 10) / (counts.get(word, 0) + 1)) for word in words}


def sharing_words(
    connection: sqlite3.Connection, counts: WordCounts, words: Sequence[str], count: int
) -> list[int]:
    """Ids of the skills that share words, the best first, by BM25 with a weight a column."""
    found = counts.of(connection, words)
    chosen: list[str] = []
    budget = _MAX_POSTINGS
    for word in sorted(found, key=lambda word: found[word]):
        budget -= found[word]
        if chosen and budget < 0:
            break
        chosen.append(word)
    if not chosen:
        return []
    rows = connection.execute(
        f"SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, {_WEIGHTS}), rowid LIMIT ?",
        (" OR ".join(f'"{word}"' for word in chosen), count),
    )
    return [skill for (skill,) in rows]


def asked_before(connection: sqlite3.Connection, text: str, count: int) -> list[int]:
    """Ids of the skills that answered, or were made for, a request that differs in its values only; newest first."""
    rows = connection.execute(
        "SELECT skill FROM templates WHERE template = ? ORDER BY skill DESC LIMIT ?",
        (text_digest(template(text)), count),
    )
    return [skill for (skill,) in rows]
