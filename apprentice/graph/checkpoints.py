"""Where an interrupted run goes on from: LangGraph's checkpoints in SQLite."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from apprentice.errors import WorkspaceError

_STATE = "apprentice.graph.state"
_TYPES = tuple(
    (_STATE, name)
    for name in (
        "SkillState",
        "Given",
        "GivenExample",
        "Spec",
        "Fact",
        "Attempt",
        "Draft",
        "Adapted",
        "ShownLesson",
    )
) + tuple(("apprentice.memory.schema", name) for name in ("Proof", "Rung", "Question"))


def open_checkpoints(path: Path) -> SqliteSaver:
    """Open the checkpoints. A file that SQLite can't read is kept aside: goals then begin anew, none is lost.

    Raises:
        WorkspaceError: the file can't be opened or written.
    """
    try:
        return _open(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise WorkspaceError(
                f"{path} can't be opened: {error}.", "Check the workspace folder's rights and disk."
            ) from error
    aside = path.with_suffix(".sqlite.damaged")
    path.replace(aside)
    return _open(path)


def _open(path: Path) -> SqliteSaver:
    connection = sqlite3.connect(path, check_same_thread=False, timeout=10.0)
    try:
        # A killed process loses nothing in this mode; only a power failure can cost the last checkpoint, and a
        # goal then begins one node earlier.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=list(_TYPES)))
        saver.setup()
    except BaseException:
        connection.close()
        raise
    return saver
