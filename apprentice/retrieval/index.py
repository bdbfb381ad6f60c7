"""The search index beside memory: derived from it, brought up to date by what changed, made anew where it is unusable."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import math
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from apprentice.crashpoints import crash_point
from apprentice.errors import AgentError
from apprentice.memory import SkillRecord
from apprentice.memory.document import Entry
from apprentice.memory.store import SkillEntries, collection_put_off
from apprentice.models.embeddings import Embedder
from apprentice.retrieval import database
from apprentice.retrieval.literals import masked, template
from apprentice.retrieval.texts import COLUMNS, skill_terms, skill_texts, terms, text_digest
from apprentice.retrieval.vectors import VectorTable

EmbedderSource = Embedder | Callable[[], Embedder | None] | None

#: Seconds that one request may spend on vectors of skills that have none yet; the next one goes on.
EMBED_SECONDS: Final = 5.0

_BATCH: Final = 32
_MAX_TERMS: Final = 24
#: Places in the index that one ranking looks at; in a large library, the commonest words of a request are left out.
_MAX_POSTINGS: Final = 1_500
_WEIGHTS: Final = ", ".join(map(str, COLUMNS.values()))


#: Digest and record by name.
_Wanted = dict[str, tuple[bytes, SkillRecord]]


class _Known(NamedTuple):
    id: int
    digest: bytes


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


class SkillIndex:
    """Full text and vectors of the skills that may be proposed. Safe for threads, and beside other processes.

    The file may be deleted at any time. Where it can't be written, the index is held in memory, and one line says so;
    where the embedding model fails, words alone are compared, and one line says so.

    Args:
        path: the file; None for an index in memory.
        embedder: the embedding model, a function that opens it at the first use, or None.
        on_notice: called with each line.
    """

    def __init__(
        self,
        path: Path | None,
        embedder: EmbedderSource = None,
        on_notice: Callable[[str], None] | None = None,
    ) -> None:
        self._path = path
        self._source = embedder
        self._embedder: Embedder | None = None
        self._opened_embedder = False
        self._on_notice = on_notice
        self._told: set[str] = set()
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._forget()

    def _forget(self) -> None:
        self._inode = 0
        self._data_version = -1
        self._stamp = ""
        self._skills: dict[str, _Known] = {}
        self._names: dict[int, str] = {}
        self._digests: dict[str, tuple[bytes, bytes]] = {}
        self._wanted_last: _Wanted = {}
        self._vectors = VectorTable()
        self._vectors_of = ""
        self._missing: set[int] = set()
        self._known_counts: dict[tuple[str, str], int] = {}

    # Keeping up

    def sync(self, current: SkillEntries, *, embed_seconds: float | None = EMBED_SECONDS) -> None:
        """Bring the index to what memory holds now. Never raises for what is wrong with the file or the model.

        Args:
            current: the skills (`MemoryStore.skill_entries`).
            embed_seconds: time for vectors that are missing; None for as long as it takes.
        """
        with self._lock, collection_put_off(0 if self._skills else 1_000 * len(current.entries)):
            self._guarded(lambda: self._keep_up(current))
            self._guarded(lambda: self._embed(embed_seconds))

    def record(self, name: str) -> SkillRecord | None:
        """A copy of a skill's record as of the last `sync`."""
        with self._lock:
            found = self._wanted_last.get(name)
            return None if found is None else found[1].model_copy(deep=True)

    def digests(self) -> dict[str, bytes]:
        """What the index holds: a digest of each skill's record, by name."""
        with self._lock:
            return {name: known.digest for name, known in self._skills.items()}

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.close()
            self._connection = None
            self._forget()

    def _guarded(self, step: Callable[[], None]) -> None:
        """Run a step; a damaged file is made anew once, and after any other failure the index is held in memory."""
        for turn in range(3):
            try:
                step()
                return
            except (sqlite3.Error, OSError) as error:
                if self._connection is not None:
                    with contextlib.suppress(sqlite3.Error):
                        self._connection.close()
                self._connection = None
                current = self._last
                self._forget()
                if (
                    turn == 0
                    and isinstance(error, sqlite3.Error)
                    and database.is_damage(error)
                    and self._path
                ):
                    with contextlib.suppress(OSError):
                        database.remove(self._path)
                else:
                    logging.getLogger(__name__).warning("The search index fails: %s", error)
                    where = self._path.name if self._path is not None else "index"
                    self._tell(
                        "file",
                        f"The search index {where} can't be used ({error}); skills are searched in memory.",
                    )
                    self._path = None
                if current is not None:
                    with contextlib.suppress(sqlite3.Error, OSError):
                        self._keep_up(current)

    _last: SkillEntries | None = None

    def _keep_up(self, current: SkillEntries) -> None:
        self._last = current
        connection = self._open()
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if current.stamp and current.stamp == self._stamp and version == self._data_version:
            return
        if version != self._data_version:
            self._refresh(connection)
            self._data_version = version
        wanted = self._wanted(current.entries)
        difference = self._difference(wanted)
        if any(difference):
            connection.execute("BEGIN IMMEDIATE")
            try:
                (version,) = connection.execute("PRAGMA data_version").fetchone()
                if version != self._data_version:
                    self._refresh(connection)
                    self._data_version = version
                    difference = self._difference(wanted)
                self._write(connection, wanted, *difference)
                crash_point("index.before_commit")
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                self._forget()
                raise
            crash_point("index.after_commit")
        self._wanted_last = wanted
        self._stamp = current.stamp

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and self._path is not None:
            try:
                same = os.stat(self._path).st_ino == self._inode
            except FileNotFoundError:
                same = False
            if not same:  # deleted, or made anew by another process
                self.close()
        if self._connection is None:
            self._forget()
            self._connection = database.connect(self._path)
            self._inode = os.stat(self._path).st_ino if self._path is not None else 0
        return self._connection

    def _wanted(self, entries: Iterable[Entry]) -> _Wanted:
        """Digest and record by name; of two skills of one name, the first, as in memory."""
        wanted: _Wanted = {}
        known = self._digests
        for raw, record in cast("Iterable[tuple[bytes, SkillRecord]]", entries):
            name = record.name
            if name in wanted:
                continue
            last = known.get(name)
            if last is not None and last[0] is raw:
                digest = last[1]
            else:
                digest = hashlib.blake2b(raw, digest_size=16).digest()
                known[name] = (raw, digest)
            wanted[name] = (digest, record)
        if len(known) > len(wanted):
            self._digests = {name: known[name] for name in wanted}
        return wanted

    def _difference(self, wanted: _Wanted) -> tuple[list[str], list[str]]:
        """Names of the skills to be taken out of the file, and of those to be put in; changed ones are in both."""
        skills = self._skills
        added = [
            name
            for name, (digest, _) in wanted.items()
            if (known := skills.get(name)) is None or known.digest != digest
        ]
        gone = [name for name in added if name in skills]
        if len(skills) + len(added) - len(gone) != len(wanted):
            gone += skills.keys() - wanted.keys()
        return gone, added

    def _refresh(self, connection: sqlite3.Connection) -> None:
        """Read what the file holds: at the first use, and after another process changed it."""
        self._known_counts.clear()
        skills = {
            name: _Known(id_, digest)
            for id_, name, digest in connection.execute("SELECT id, name, digest FROM skills")
        }
        names = {known.id: name for name, known in skills.items()}
        for id_ in self._names.keys() - names.keys():
            self._vectors.drop(id_)
            self._missing.discard(id_)
        added = names.keys() - self._names.keys()
        if self._names:
            self._missing |= added
        else:
            self._vectors_of = ""  # all are read at once
        self._skills, self._names = skills, names

    def _write(
        self, connection: sqlite3.Connection, wanted: _Wanted, gone: Sequence[str], added: Sequence[str]
    ) -> None:
        self._known_counts.clear()
        orphans: list[bytes] = []
        for name in gone:
            id_ = self._skills[name].id
            orphans += (
                digest for (digest,) in connection.execute("SELECT digest FROM views WHERE skill = ?", (id_,))
            )
            for table, column in (
                ("views", "skill"),
                ("templates", "skill"),
                ("words", "rowid"),
                ("skills", "id"),
            ):
                connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (id_,))
            del self._skills[name]
            self._names.pop(id_, None)
            self._vectors.drop(id_)
            self._missing.discard(id_)
        for name in added:
            self._add(connection, name, *wanted[name])
        for digest in orphans:
            connection.execute(
                "DELETE FROM vectors WHERE digest = ? AND NOT EXISTS (SELECT 1 FROM views WHERE digest = ?)",
                (digest, digest),
            )

    def _add(self, connection: sqlite3.Connection, name: str, digest: bytes, record: SkillRecord) -> None:
        id_ = connection.execute("INSERT INTO skills (name, digest) VALUES (?, ?)", (name, digest)).lastrowid
        assert id_ is not None
        self._skills[name] = _Known(id_, digest)
        self._names[id_] = name
        if record.status == "failed" or record.retired:
            return
        texts = skill_texts(record)
        connection.executemany(
            "INSERT INTO views VALUES (?, ?, ?)",
            [(id_, place, text_digest(view)) for place, view in enumerate(texts.views)],
        )
        connection.executemany(
            "INSERT INTO templates VALUES (?, ?)", [(text_digest(asked), id_) for asked in texts.templates]
        )
        columns = ", ".join(COLUMNS)
        marks = ", ".join("?" * len(COLUMNS))
        connection.execute(f"INSERT INTO words (rowid, {columns}) VALUES (?, {marks})", (id_, *texts.columns))
        self._missing.add(id_)

    # Vectors

    def _model(self) -> Embedder | None:
        if not self._opened_embedder:
            self._opened_embedder = True
            source = self._source
            try:
                self._embedder = source() if callable(source) else source
            except AgentError as error:
                self._tell("model", f"{error} Skills are found by words alone.")
        return self._embedder

    def _vectors_for(self, texts: Sequence[str]) -> tuple[str, NDArray[np.float32]] | None:
        """The name of the model and the vectors; None where there is no model, or it fails."""
        model = self._model()
        if model is None:
            return None
        try:
            vectors = model.embed(texts)
        except Exception as error:
            logging.getLogger(__name__).warning("The embedding model fails", exc_info=True)
            reason = (
                error.message if isinstance(error, AgentError) else f"The embedding model fails ({error})."
            )
            self._tell("model", f"{reason} Skills are found by words alone meanwhile.")
            return None
        return model.name, np.asarray(vectors, np.float32)

    def _embed(self, seconds: float | None) -> None:
        model = self._model()
        if model is None or self._connection is None:
            return
        if model.name != self._vectors_of:
            self._load_vectors(self._connection, model.name)
        if not self._missing:
            return
        until = None if seconds is None else time.monotonic() + seconds
        # The newest first: they are the likeliest to be asked for.
        for id_ in sorted(self._missing, reverse=True):
            self._take_stored(self._connection, id_)
        waiting = sorted(self._missing, reverse=True)
        for start in range(0, len(waiting), _BATCH):
            if not self._embed_some(self._connection, waiting[start : start + _BATCH]):
                return
            if until is not None and time.monotonic() >= until:
                return

    def _load_vectors(self, connection: sqlite3.Connection, name: str) -> None:
        rows = connection.execute(
            "SELECT v.skill, x.vector FROM views v JOIN vectors x ON x.embedder = ? AND x.digest = v.digest",
            (name,),
        ).fetchall()
        (views,) = connection.execute("SELECT count(*) FROM views").fetchone()
        lengths = {len(vector) for _, vector in rows}
        if len(lengths) > 1:
            raise sqlite3.DatabaseError("malformed: vectors of different lengths")
        self._vectors.fill([skill for skill, _ in rows], b"".join(vector for _, vector in rows))
        self._vectors_of = name
        self._missing = set()
        if len(rows) < views:
            self._missing = {
                skill
                for (skill,) in connection.execute(
                    "SELECT DISTINCT skill FROM views v WHERE NOT EXISTS "
                    "(SELECT 1 FROM vectors x WHERE x.embedder = ? AND x.digest = v.digest)",
                    (name,),
                )
            }

    def _take_stored(self, connection: sqlite3.Connection, id_: int) -> None:
        """Take a skill's vectors from the file, if all of them are there."""
        rows = connection.execute(
            "SELECT x.vector FROM views v LEFT JOIN vectors x ON x.embedder = ? AND x.digest = v.digest "
            "WHERE v.skill = ? ORDER BY v.place",
            (self._vectors_of, id_),
        ).fetchall()
        if all(vector is not None for (vector,) in rows):
            self._vectors.put(id_, [np.frombuffer(vector, np.float32) for (vector,) in rows])
            self._missing.discard(id_)

    def _embed_some(self, connection: sqlite3.Connection, ids: Sequence[int]) -> bool:
        """Make the vectors of some skills; whether the model gave them."""
        views = {
            id_: skill_texts(self._wanted_last[name][1]).views
            for id_ in ids
            if (name := self._names.get(id_)) is not None and name in self._wanted_last
        }
        texts = list(dict.fromkeys(view for of_one in views.values() for view in of_one))
        made = self._vectors_for(texts)
        if made is None:
            return False
        name, vectors = made
        if name != self._vectors_of:  # the model was exchanged for another while it worked
            self._load_vectors(connection, name)
        by_text = dict(zip(texts, vectors, strict=True))
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
                [(name, text_digest(text), vector.tobytes()) for text, vector in by_text.items()],
            )
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        crash_point("index.vectors_kept")
        for id_, of_one in views.items():
            self._vectors.put(id_, [by_text[view] for view in of_one])
        self._missing.difference_update(ids)
        return True

    # Searching

    def rankings(self, text: str, count: int = 50) -> Rankings:
        """The skills nearest to a request, as of the last `sync`, at most `count` in each ranking."""
        with self._lock:
            found: list[Rankings] = []
            queries = self._query_vectors(text)
            self._guarded(lambda: found.append(self._rank(text, queries, count)))
            return found[-1] if found else Rankings()

    def overlap(self, text: str, record: SkillRecord) -> float:
        """The share of a request's words that a skill has, 0 to 1, rare ones counting more."""
        wanted = terms(masked(text))[:_MAX_TERMS]
        if not wanted:
            return 0.0
        has = skill_terms(record)
        weights: dict[str, float] = {}
        with self._lock:
            self._guarded(lambda: weights.update(self._rarity(wanted)))
        total = sum(weights.values())
        return sum(weight for term, weight in weights.items() if term in has) / total if total else 0.0

    def _query_vectors(self, text: str) -> NDArray[np.float32] | None:
        if self._model() is None or not text.strip():
            return None
        made = self._vectors_for([text])
        if made is None:
            return None
        name, vectors = made
        if name != self._vectors_of:
            self._guarded(lambda: self._embed(EMBED_SECONDS))
        return vectors if name == self._vectors_of else None

    def _rank(self, text: str, queries: NDArray[np.float32] | None, count: int) -> Rankings:
        connection = self._connection
        if connection is None:
            return Rankings()
        meaning = [] if queries is None else self._vectors.nearest(queries, count)
        same = connection.execute(
            "SELECT skill FROM templates WHERE template = ? ORDER BY skill DESC LIMIT ?",
            (text_digest(template(text)), count),
        )
        plain = masked(text)
        return Rankings(
            meaning=[(self._names[id_], cosine) for id_, cosine in meaning if id_ in self._names],
            same=[self._names[id_] for (id_,) in same if id_ in self._names],
            words=self._matching("words", terms(plain)[:_MAX_TERMS], _WEIGHTS, count),
            embedder="" if queries is None else self._vectors_of,
        )

    def _matching(
        self, table: str, tokens: Sequence[str], weights: str, count: int
    ) -> list[str]:
        counts = self._counts(table, tokens)
        chosen: list[str] = []
        budget = _MAX_POSTINGS
        for token in sorted(counts, key=lambda token: counts[token]):
            budget -= counts[token]
            if chosen and budget < 0:
                break
            chosen.append(token)
        if not chosen or self._connection is None:
            return []
        asked = " OR ".join(f'"{token}"' for token in chosen)
        found = self._connection.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY bm25({table}, {weights}), rowid LIMIT ?",
            (asked, count),
        )
        return [self._names[id_] for (id_,) in found if id_ in self._names]

    def _rarity(self, wanted: Sequence[str]) -> dict[str, float]:
        total = len(self._names)
        counts = self._counts("words", wanted)
        return {term: math.log(1 + (total + 10) / (counts.get(term, 0) + 1)) for term in wanted}

    def _counts(self, table: str, tokens: Sequence[str]) -> dict[str, int]:
        """In how many skills each token occurs; without those that occur in none."""
        if self._connection is None:
            return {}
        known = self._known_counts
        for token in tokens:
            if (table, token) not in known:
                row = self._connection.execute(
                    f"SELECT doc FROM {table}_counts WHERE term = ?", (token,)
                ).fetchone()
                known[table, token] = row[0] if row else 0
        return {token: known[table, token] for token in tokens if known[table, token]}

    def _tell(self, about: str, message: str) -> None:
        if about not in self._told:
            self._told.add(about)
            if self._on_notice is not None:
                self._on_notice(message)
