"""The file of the search index: opened, made anew where it is damaged or of another form, left where it can't be written."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Final

from apprentice.crashpoints import crash_point
from apprentice.retrieval.texts import COLUMNS, FORM

#: Seconds to wait for another process that is writing.
BUSY_SECONDS: Final = 10.0

# The words come folded and stemmed; vowel signs (M) are parts of words in Indic scripts.
_TOKENIZER: Final = "tokenize = \"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\""

_SCHEMA: Final = f"""
CREATE TABLE skills (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, digest BLOB NOT NULL,
                     views BLOB NOT NULL);
CREATE TABLE templates (template BLOB NOT NULL, skill INTEGER NOT NULL, PRIMARY KEY (template, skill)) WITHOUT ROWID;
CREATE INDEX templates_of ON templates (skill);
CREATE TABLE packs (name TEXT NOT NULL, embedder TEXT NOT NULL, views BLOB NOT NULL, vectors BLOB NOT NULL,
                    PRIMARY KEY (name, embedder));
CREATE VIRTUAL TABLE words USING fts5({", ".join(COLUMNS)}, {_TOKENIZER});
CREATE VIRTUAL TABLE words_counts USING fts5vocab('words', 'row');
"""

#: What SQLite says of a file that holds no database, or a broken one.
_DAMAGED: Final = (
    "malformed",
    "not a database",
    "corrupt",
    "no such table",
    "no such column",
    "vtable constructor failed",
    "disk i/o error",
    "unsupported file format",
)


def connect(path: Path | None) -> sqlite3.Connection:
    """Open the index, made anew where it is missing, damaged or of another form; None for one in memory.

    Raises:
        sqlite3.Error: it can't be opened or made.
        OSError: its folder can't be made, or the damaged file can't be removed.
    """
    if path is None:
        return _create(sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None))
    path.parent.mkdir(parents=True, exist_ok=True)
    for last in (False, True):
        connection = None
        try:
            connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
            )
            # All vectors of a skill on one page: reading ten thousand skills takes a third of the time.
            connection.execute("PRAGMA page_size = 16384")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA cache_size = -16000")
            return _create(connection)
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            if last or not (is_damage(error) or isinstance(error, OtherFormError)):
                raise
            remove(path)
    raise AssertionError


class OtherFormError(sqlite3.DatabaseError):
    """The index was made by another version of the program."""


def _create(connection: sqlite3.Connection) -> sqlite3.Connection:
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    if form != FORM:
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have made it meanwhile.
            (form,) = connection.execute("PRAGMA user_version").fetchone()
            if form != FORM:
                if form or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise OtherFormError("of another version")
                for statement in _SCHEMA.split(";\n"):
                    if statement.strip():
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {FORM}")
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        crash_point("index.created")
    return connection


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is to blame, so that a new one helps."""
    text = str(error).lower()
    return any(part in text for part in _DAMAGED)


def remove(path: Path) -> None:
    """Take the index away, with what SQLite keeps beside it; whoever has it open goes on with what he has."""
    for end in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{path}{end}")
