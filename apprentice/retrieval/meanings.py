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
from apprentice.retrieval.texts import DIGEST_SIZE, text_digest
from apprentice.retrieval.vectors import Coded, VectorTable, coded, read_coded

EmbedderSource = Embedder | Callable[[], Embedder | None] | None

Vectors = NDArray[np.float32]

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

    def describing(self) -> tuple[list[int], Vectors]:
        """The skills that have vectors, and the one of each that describes it."""
        return self._table.describing()

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
        texts_of: Callable[[Iterable[int]], Mapping[int, tuple[str, Sequence[str]]]],
        seconds: float | None,
    ) -> None:
        """Read the vectors that the file has, and make missing ones.

        Args:
            connection: to the file.
            texts_of: gives the names of skills and their texts, by id.
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
            if not self._make(connection, texts_of(waiting[start : start + _BATCH])):
                return
            if until is not None and time.monotonic() >= until:
                return

    def _load(self, connection: sqlite3.Connection, name: str) -> None:
        # In the order of the file: by the index it would be read criss-cross.
        packs = {
            skill: (views, vectors)
            for skill, views, vectors in connection.execute(
                "SELECT name, views, vectors FROM packs NOT INDEXED WHERE embedder = ?", (name,)
            )
        }
        skills: list[tuple[int, int]] = []
        parts: list[bytes] = []
        missing: set[int] = set()
        for id_, skill, views in connection.execute("SELECT id, name, views FROM skills"):
            pack = packs.get(skill)
            if pack is not None and pack[0] == views:
                skills.append((id_, len(views) // DIGEST_SIZE))
                parts.append(pack[1])
            elif views:
                missing.add(id_)
        rows = sum(count for _, count in skills)
        widths = {len(part) / count for (_, count), part in zip(skills, parts, strict=True)}
        if len(widths) > 1:
            raise sqlite3.DatabaseError("malformed: vectors of different lengths")
        self._table.fill(skills, _vectors(b"".join(parts), rows) if skills else None)
        self._missing = missing
        self.model = name

    def _take_stored(self, connection: sqlite3.Connection, skill: int) -> None:
        """Take a skill's vectors from the file, if it has those of all its texts."""
        row = connection.execute(
            "SELECT s.views, p.views, p.vectors FROM skills s LEFT JOIN packs p ON p.name = s.name AND p.embedder = ? "
            "WHERE s.id = ?",
            (self.model, skill),
        ).fetchone()
        if row is None or not row[0]:
            self._missing.discard(skill)
        elif row[0] == row[1]:
            self._table.put(skill, _unpacked(row[1], row[2]).values())
            self._missing.discard(skill)

    def _make(self, connection: sqlite3.Connection, skills: Mapping[int, tuple[str, Sequence[str]]]) -> bool:
        """Make the vectors of texts that have none yet; whether the model gave them."""
        kept: dict[bytes, Coded] = {}
        for name, _ in skills.values():
            for row in connection.execute(
                "SELECT views, vectors FROM packs WHERE name = ? AND embedder = ?", (name, self.model)
            ):
                kept |= _unpacked(*row)
        texts = list(
            dict.fromkeys(
                view for _, views in skills.values() for view in views if text_digest(view) not in kept
            )
        )
        made = self.of(texts)
        if made is None:
            return False
        model, vectors = made
        if model != self.model:  # it was exchanged for another while it worked
            self._load(connection, model)
            return self._make(connection, skills)
        kept |= zip(map(text_digest, texts), coded(vectors), strict=True)
        done = {id_: [*map(text_digest, views)] for id_, (_, views) in skills.items()}
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have dropped or changed a skill while its vectors were made.
            connection.executemany(
                "INSERT OR REPLACE INTO packs SELECT ?1, ?2, ?3, ?4 "
                "WHERE EXISTS (SELECT 1 FROM skills WHERE name = ?1 AND views = ?3)",
                [
                    (
                        skills[id_][0],
                        model,
                        b"".join(digests),
                        b"".join(kept[one].tobytes() for one in digests),
                    )
                    for id_, digests in done.items()
                ],
            )
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        crash_point("index.vectors_kept")
        for id_, digests in done.items():
            self._table.put(id_, [kept[one] for one in digests])
        self._missing.difference_update(skills)
        return True


def _unpacked(views: bytes, vectors: bytes) -> dict[bytes, Coded]:
    """The vectors of a skill by the digests of their texts."""
    digests = [views[start : start + DIGEST_SIZE] for start in range(0, len(views), DIGEST_SIZE)]
    return dict(zip(digests, _vectors(vectors, len(digests)), strict=True))


def _vectors(data: bytes, rows: int) -> Coded:
    try:
        return read_coded(data, rows)
    except ValueError as error:
        raise sqlite3.DatabaseError(f"malformed: {error}") from error
