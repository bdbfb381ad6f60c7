"""The results as they come: one JSON line each, on the disk before the next task begins."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from filelock import FileLock, Timeout

from apprentice.errors import WorkspaceError
from benchmarks.solving.row import Key, Row


class Journal:
    """A file of rows that only grows, to be used as a context manager. A line that a kill left half-written is dropped.

    Args:
        path: of the file; its folder is made.
        fresh: begin with an empty one.

    Raises:
        WorkspaceError: the file can't be written, or another run writes to it.
    """

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        self.path = path
        self._rows: dict[Key, Row] = {}
        self._lock = FileLock(path.with_suffix(".lock"), timeout=0)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            whole = b"" if fresh else _whole_lines(path)
            self._file: IO[bytes] = path.open("ab")
            self._file.truncate(len(whole))
        except Timeout:
            raise WorkspaceError(f"Another run writes to {path}.", "Wait for it, or end it.") from None
        except OSError as error:
            self._lock.release()
            raise WorkspaceError(
                f"{path} can't be written: {error}.", "Give another folder with --results."
            ) from None
        for line in whole.splitlines():
            if row := _row(line):
                self._rows[row.key] = row

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._lock.release()

    def get(self, key: Key) -> Row | None:
        """The row that was measured, if there is one that counts."""
        row = self._rows.get(key)
        return row if row and not row.error else None

    def last(self, key: Key) -> Row | None:
        """The last row, also one whose measurement failed."""
        return self._rows.get(key)

    def add(self, row: Row) -> None:
        """Keep a row; it is on the disk when this returns.

        Raises:
            WorkspaceError: the disk is full.
        """
        try:
            self._file.write(json.dumps(row.to_json(), ensure_ascii=False).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise WorkspaceError(
                f"{self.path} can't be written: {error}.", "Make room and run again."
            ) from None
        self._rows[row.key] = row


def _whole_lines(path: Path) -> bytes:
    data = path.read_bytes() if path.exists() else b""
    return data[: data.rfind(b"\n") + 1]


def _row(line: bytes) -> Row | None:
    try:
        return Row.from_json(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
