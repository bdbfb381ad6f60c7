"""Which requests are being worked on: each is held by a lock that goes with its process, so that a killed one is noticed."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from apprentice.errors import AgentError
from apprentice.files import write_atomic

_NAME: Final = "request-{}.lock"
#: Seconds that another process may look at a lock which was just made.
_WAIT: Final = 2.0
ENDED: Final = "The process that worked on it was ended. Ask again: skills that were finished are kept."


class UnderWay:
    """The requests of one workspace that this process works on.

    Args:
        workspace: the agent's folder.
    """

    def __init__(self, workspace: Path) -> None:
        self._locks = workspace / "exec"
        self._records = workspace / "requests"
        self._mine: dict[str, FileLock] = {}

    def hold(self, run_id: str) -> None:
        """Say that this process works on a request from now on. Where that can't be said, it isn't."""
        lock = FileLock(self._locks / _NAME.format(run_id), timeout=_WAIT, thread_local=False)
        with contextlib.suppress(Timeout, OSError):
            lock.acquire()
            self._mine[run_id] = lock

    def release(self, run_id: str) -> None:
        """Say that a request has ended."""
        if (lock := self._mine.pop(run_id, None)) is not None:
            _remove(lock)

    def mark_ended(self) -> None:
        """Set the requests to `stopped` whose process is gone."""
        for path in self._locks.glob(_NAME.format("*")):
            run_id = path.stem.removeprefix(_NAME.partition("{")[0])
            if run_id in self._mine:
                continue
            lock = FileLock(path, timeout=0, thread_local=False)
            try:
                lock.acquire()
            except (Timeout, OSError):
                continue
            try:
                self._mark(run_id)
            finally:
                _remove(lock)

    def _mark(self, run_id: str) -> None:
        path = self._records / f"{run_id}.json"
        with contextlib.suppress(AgentError, OSError, ValueError):
            record = json.loads(path.read_bytes())
            if isinstance(record, dict) and record.get("status") == "running":
                record |= {"status": "stopped", "reason": ENDED}
                write_atomic(path, json.dumps(record, ensure_ascii=False, indent=2).encode(), sync=False)


def _remove(lock: FileLock) -> None:
    with contextlib.suppress(OSError):
        Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()
