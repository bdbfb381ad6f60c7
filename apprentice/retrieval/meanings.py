"""The vectors of the skills' texts: made by the embedding model, kept in the index file, compared in memory."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from apprentice.crashpoints import crash_point
from apprentice.errors import AgentError
from apprentice.models.embeddings import Embedder
from apprentice.retrieval.texts import text_digest
from apprentice.retrieval.vectors import VectorTable

EmbedderSource = Embedder | Callable[[], Embedder | None] | None

Vectors = NDArray[np.float32]

#: Half precision halves the file and the time to open it, and moves a cosine by less than 0.001.
STORED: Final = np.float16

_BATCH: Final = 32


class Meanings:
    """The vectors of one model. Not safe for threads; its owner locks, and gives the connection.

    Args:
        source: the embedding model, a function that opens it at the first use, or None.
        tell: called with one line where the model can't be used.
    """

    def __init__(self, source: EmbedderSource, tell: Callable[[str], None]) -> None:
        self._source = source
        self._tell = tell
        self._embedder: Embedder | None = None
        self._opened = False
        self.forget()

    def forget(self) -> None:
        """Forget what was read of the file."""
        self._table = VectorTable()
        self._missing: set[int] = set()
        #: The model whose vectors are in the table; empty before they are read.
        self.model = ""

    def reread(self) -> None:
        """Read all of the file again at the next use."""
        self.model = ""

    def add(self, skills: Iterable[int]) -> None:
        """Skills that are in the file now, and may have no vectors yet."""
        self._missing.update(skills)

    def drop(self, skill: int) -> None:
        """A skill that is no longer in the file."""
        self._table.drop(skill)
        self._missing.discard(skill)

    def nearest(self, queries: Vectors, count: int) -> list[tuple[int, float]]:
        """The skills nearest to any of the queries, nearest first, with the cosine of their nearest text."""
        return self._table.nearest(queries, count)

    def of(self, texts: Sequence[str]) -> tuple[str, Vectors] | None:
        """The name of the model and one vector a text; None where there is no model, or it fails."""
        model = self._open_model()
        if model is None:
            return None
        try:
            vectors = model.embed(texts)
        except Exception as error:
            logging.getLogger(__name__).warning("The embedding model fails", exc_info=True)
            reason = (
                error.message if isinstance(error, AgentError) else f"The embedding model fails ({error})."
            )
            self._tell(f"{reason} Skills are found by words alone meanwhile.")
            return None
        return model.name, np.asarray(vectors, np.float32)

    def _open_model(self) -> Embedder | None:
        if not self._opened:
            self._opened = True
            source = self._source
            try:
                self._embedder = source() if callable(source) else source
            except AgentError as error:
                self._tell(f"{error} Skills are found by words alone.")
        return self._embedder

    def fill_up(
        self,
        connection: sqlite3.Connection,
        views_of: Callable[[Iterable[int]], Mapping[int, Sequence[str]]],
        seconds: float | None,
    ) -> None:
        """Read the vectors that the file has, and make missing ones.

        Args:
            connection: to the file.
            views_of: gives the texts of skills, by id.
            seconds: time to make vectors, of which one batch is made in any case; None for as long as it takes, 0 to
                make none.

        Raises:
            sqlite3.Error: the file can't be read or written.
        """
        model = self._open_model()
        if model is None:
            return
        if model.name != self.model:
            self._load(connection, model.name)
        if not self._missing:
            return
        until = None if seconds is None else time.monotonic() + seconds
        # The newest first: they are the likeliest to be asked for.
        for skill in sorted(self._missing, reverse=True):
            self._take_stored(connection, skill)
        if seconds == 0:
            return
        waiting = sorted(self._missing, reverse=True)
        for start in range(0, len(waiting), _BATCH):
            if not self._make(connection, views_of(waiting[start : start + _BATCH])):
                return
            if until is not None and time.monotonic() >= until:
                return

    def _load(self, connection: sqlite3.Connection, name: str) -> None:
        # In the order of the file, and put together here: a join would jump through all of it.
        stored = dict(
            connection.execute(
                "SELECT digest, vector FROM vectors WHERE embedder = ? ORDER BY rowid", (name,)
            )
        )
        if len({len(vector) for vector in stored.values()}) > 1:
            raise sqlite3.DatabaseError("malformed: vectors of different lengths")
        skills: list[int] = []
        vectors: list[bytes] = []
        missing: set[int] = set()
        for skill, digest in connection.execute("SELECT skill, digest FROM views"):
            vector = stored.get(digest)
            if vector is None:
                missing.add(skill)
            else:
                skills.append(skill)
                vectors.append(vector)
        matrix = np.frombuffer(b"".join(vectors), STORED).reshape(len(vectors), -1) if vectors else None
        self._table.fill(skills, matrix)
        self._missing = missing
        self.model = name

    def _take_stored(self, connection: sqlite3.Connection, skill: int) -> None:
        """Take a skill's vectors from the file, if all of them are there."""
        rows = connection.execute(
            "SELECT x.vector FROM views v LEFT JOIN vectors x ON x.embedder = ? AND x.digest = v.digest "
            "WHERE v.skill = ? ORDER BY v.place",
            (self.model, skill),
        ).fetchall()
        if all(vector is not None for (vector,) in rows):
            self._table.put(skill, [np.frombuffer(vector, STORED) for (vector,) in rows])
            self._missing.discard(skill)

    def _make(self, connection: sqlite3.Connection, views: Mapping[int, Sequence[str]]) -> bool:
        """Make the vectors of some skills that have none yet; whether the model gave them."""
        kept: dict[str, NDArray[np.float16]] = {}
        for text in dict.fromkeys(view for of_one in views.values() for view in of_one):
            row = connection.execute(
                "SELECT vector FROM vectors WHERE embedder = ? AND digest = ?",
                (self.model, text_digest(text)),
            ).fetchone()
            if row is not None:
                kept[text] = np.frombuffer(row[0], STORED)
        texts = [
            text
            for text in dict.fromkeys(view for of_one in views.values() for view in of_one)
            if text not in kept
        ]
        made = self.of(texts)
        if made is None:
            return False
        name, vectors = made
        if name != self.model:  # the model was exchanged for another while it worked
            self._load(connection, name)
            return self._make(connection, views)
        new = dict(zip(texts, vectors.astype(STORED), strict=True))
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
                [(name, text_digest(text), vector.tobytes()) for text, vector in new.items()],
            )
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        crash_point("index.vectors_kept")
        kept |= new
        for skill, of_one in views.items():
            self._table.put(skill, [kept[view] for view in of_one])
        self._missing.difference_update(views)
        return True
