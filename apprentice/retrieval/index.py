"""The search index beside memory: derived from it, brought up to date by what changed, made anew where it is unusable."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from apprentice.crashpoints import crash_point
from apprentice.memory import SkillRecord
from apprentice.memory.document import Entry, read_record
from apprentice.memory.store import SkillEntries, collection_put_off
from apprentice.retrieval import database
from apprentice.retrieval.literals import masked
from apprentice.retrieval.meanings import EmbedderSource, Meanings
from apprentice.retrieval.pairs import NearPair, near_rows, near_words
from apprentice.retrieval.ranking import MAX_TERMS, Rankings, WordCounts, asked_before, sharing_words
from apprentice.retrieval.texts import COLUMNS, skill_terms, skill_texts, terms, text_digest, told_terms

#: Seconds that one request may spend on vectors of skills that have none yet; the next one goes on.
EMBED_SECONDS: Final = 5.0

#: Skills whose words are remembered.
_MAX_KNOWN_TERMS: Final = 2_000


#: Digest and record by name.
_Wanted = dict[str, tuple[bytes, SkillRecord]]


class _Known(NamedTuple):
    id: int
    digest: bytes


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
        self._on_notice = on_notice
        self._meanings = Meanings(embedder, lambda message: self._tell("model", message))
        self._counts = WordCounts()
        self._terms: dict[bytes, frozenset[str]] = {}
        self._told: set[str] = set()
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._read: Callable[[], SkillEntries] | None = None
        self._forget()

    def _forget(self) -> None:
        self._inode = 0
        self._data_version = -1
        self._stamp = ""
        self._skills: dict[str, _Known] = {}
        self._names: dict[int, str] = {}
        self._digests: dict[str, tuple[bytes, bytes]] = {}
        self._wanted_last: _Wanted = {}
        self._meanings.forget()
        self._counts.clear()

    # Keeping up

    def sync(self, read: Callable[[], SkillEntries], *, embed_seconds: float | None = EMBED_SECONDS) -> None:
        """Bring the index to what memory holds now. Never raises for what is wrong with the file or the model.

        Args:
            read: gives the skills as they are at that moment (`MemoryStore.skill_entries`); it is asked again before
                the file is written, so that what others brought in meanwhile isn't taken out. What it raises is passed
                on.
            embed_seconds: time for vectors that are missing; None for as long as it takes, 0 for none.
        """
        with self._lock:
            self._read = read
            with collection_put_off(0 if self._skills else 1_000 * len(read().entries)):
                self._guarded(self._keep_up)
                self._guarded(lambda: self._embed(embed_seconds))

    def record(self, name: str) -> SkillRecord | None:
        """A copy of a skill's record as of the last `sync`."""
        with self._lock:
            if name not in self._wanted_last:
                return None
            # Faster than a deep copy.
            return read_record(SkillRecord, self._digests[name][0])

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
                with contextlib.suppress(sqlite3.Error, OSError):
                    self._keep_up()

    def _keep_up(self) -> None:
        if self._read is None:
            return
        connection = self._open()
        current = self._read()
        if not self._catch_up(connection) and current.stamp and current.stamp == self._stamp:
            return
        wanted = self._wanted(current.entries)
        if any(self._difference(wanted)):
            connection.execute("BEGIN IMMEDIATE")
            try:
                # Another process may have read a newer memory, and written it, before this one's turn came.
                current = self._read()
                wanted = self._wanted(current.entries)
                self._catch_up(connection)
                self._write(connection, wanted, *self._difference(wanted))
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

    def _catch_up(self, connection: sqlite3.Connection) -> bool:
        """Read what the file holds, at the first use and after another process changed it; whether that was so."""
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version == self._data_version:
            return False
        self._counts.clear()
        skills = {
            name: _Known(id_, digest)
            for id_, name, digest in connection.execute("SELECT id, name, digest FROM skills")
        }
        names = {known.id: name for name, known in skills.items()}
        for id_ in self._names.keys() - names.keys():
            self._meanings.drop(id_)
        added = names.keys() - self._names.keys()
        if self._names:
            self._meanings.add(added)
        else:
            self._meanings.reread()
        self._skills, self._names = skills, names
        self._data_version = version
        return True

    def _write(
        self, connection: sqlite3.Connection, wanted: _Wanted, gone: Sequence[str], added: Sequence[str]
    ) -> None:
        self._counts.clear()
        for name in gone:
            id_ = self._skills[name].id
            for table, column in (
                ("templates", "skill"),
                ("words", "rowid"),
                ("skills", "id"),
            ):
                connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (id_,))
            del self._skills[name]
            self._names.pop(id_, None)
            self._meanings.drop(id_)
            if name not in wanted or not _is_proposed(wanted[name][1]):
                connection.execute("DELETE FROM packs WHERE name = ?", (name,))
        for name in added:
            self._add(connection, name, *wanted[name])

    def _add(self, connection: sqlite3.Connection, name: str, digest: bytes, record: SkillRecord) -> None:
        texts = skill_texts(record) if _is_proposed(record) else None
        views = b"".join(map(text_digest, texts.views)) if texts is not None else b""
        id_ = connection.execute(
            "INSERT INTO skills (name, digest, views) VALUES (?, ?, ?)", (name, digest, views)
        ).lastrowid
        assert id_ is not None
        self._skills[name] = _Known(id_, digest)
        self._names[id_] = name
        if texts is None:
            return
        connection.executemany(
            "INSERT INTO templates VALUES (?, ?)", [(text_digest(asked), id_) for asked in texts.templates]
        )
        columns = ", ".join(COLUMNS)
        marks = ", ".join("?" * len(COLUMNS))
        connection.execute(f"INSERT INTO words (rowid, {columns}) VALUES (?, {marks})", (id_, *texts.columns))
        self._meanings.add((id_,))

    def _embed(self, seconds: float | None) -> None:
        if self._connection is not None:
            self._meanings.fill_up(self._connection, self._texts_of, seconds)

    def _texts_of(self, ids: Iterable[int]) -> dict[int, tuple[str, Sequence[str]]]:
        return {
            id_: (name, skill_texts(self._wanted_last[name][1]).views)
            for id_ in ids
            if (name := self._names.get(id_)) is not None and name in self._wanted_last
        }

    # Searching

    def rankings(self, text: str, count: int = 50) -> Rankings:
        """The skills nearest to a request, as of the last `sync`, at most `count` in each ranking."""
        with self._lock:
            found: list[Rankings] = []
            queries = self._query_vectors(text)
            self._guarded(lambda: found.append(self._rank(text, queries, count)))
            return found[-1] if found else Rankings()

    def overlap(self, text: str, name: str) -> float:
        """The share of a request's words that a skill has, 0 to 1, rare ones counting more."""
        wanted = terms(masked(text))[:MAX_TERMS]
        weights: dict[str, float] = {}
        with self._lock:
            known = self._wanted_last.get(name)
            if not wanted or known is None:
                return 0.0
            has = self._terms_of(*known)
            self._guarded(lambda: weights.update(self._rarity(wanted)))
        total = sum(weights.values())
        return sum(weight for term, weight in weights.items() if term in has) / total if total else 0.0

    def _terms_of(self, digest: bytes, record: SkillRecord) -> frozenset[str]:
        found = self._terms.get(digest)
        if found is None:
            if len(self._terms) >= _MAX_KNOWN_TERMS:
                self._terms.clear()
            found = self._terms[digest] = frozenset(skill_terms(record))
        return found

    def _rarity(self, wanted: Sequence[str]) -> dict[str, float]:
        if self._connection is None:
            return dict.fromkeys(wanted, 1.0)
        return self._counts.rarity(self._connection, wanted, len(self._names))

    def near_pairs(self, count: int = 3) -> list[NearPair]:
        """Skills that are near each other, as of the last `sync`, the nearest first; for each at most `count` others.

        Failed and retired ones are left out.
        """
        with self._lock:
            live = {name: record for name, (_, record) in self._wanted_last.items() if _is_proposed(record)}
            ids, matrix = self._meanings.describing()
            found = {
                (self._names[ids[one]], self._names[ids[other]]): cosine
                for one, other, cosine in near_rows(matrix, count)
                if ids[one] in self._names and ids[other] in self._names
            }
        cosines = {(min(pair), max(pair)): cosine for pair, cosine in found.items()}
        shared = near_words({name: told_terms(record) for name, record in live.items()}, count)
        pairs = [
            NearPair(*pair, cosines.get(pair), shared.get(pair, 0.0))
            for pair in {**cosines, **shared}
            if pair[0] in live and pair[1] in live
        ]
        return sorted(pairs, key=lambda pair: (-pair.score, pair.first, pair.second))

    def _query_vectors(self, text: str) -> NDArray[np.float32] | None:
        if not text.strip():
            return None
        made = self._meanings.of([text])
        if made is None:
            return None
        name, vectors = made
        if name != self._meanings.model:
            self._guarded(lambda: self._embed(EMBED_SECONDS))
        return vectors if name == self._meanings.model else None

    def _rank(self, text: str, queries: NDArray[np.float32] | None, count: int) -> Rankings:
        connection = self._connection
        if connection is None:
            return Rankings()
        # All of one moment: a skill that another process writes anew gets another number.
        connection.execute("BEGIN")
        try:
            if self._catch_up(connection):
                self._meanings.fill_up(connection, self._texts_of, 0)
            names = self._names
            meaning = [] if queries is None else self._meanings.nearest(queries, count)
            words = sharing_words(connection, self._counts, terms(masked(text))[:MAX_TERMS], count)
            return Rankings(
                meaning=[(names[id_], cosine) for id_, cosine in meaning if id_ in names],
                words=[names[id_] for id_ in words if id_ in names],
                same=[names[id_] for id_ in asked_before(connection, text, count) if id_ in names],
                embedder="" if queries is None else self._meanings.model,
            )
        finally:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("COMMIT")

    def _tell(self, about: str, message: str) -> None:
        if about not in self._told:
            self._told.add(about)
            if self._on_notice is not None:
                self._on_notice(message)


def _is_proposed(record: SkillRecord) -> bool:
    return record.status != "failed" and not record.retired
