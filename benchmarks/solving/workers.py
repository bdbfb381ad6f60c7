"""Several tasks at once, each in a process with a simulated coder and a sandbox of its own."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from apprentice.errors import AgentError
from benchmarks.solving.row import Row
from benchmarks.solving.subject import OpenSubject, Subject
from benchmarks.solving.unit import Unit, measured
from benchmarks.tasks.task import Task

_END_SECONDS = 2.0


class Workers:
    """The processes, as a context manager; they end with it, whatever they are doing.

    Args:
        subject: whom each opens for itself.
        tasks: that it is to know.
        scratch: folder for the workspaces.
        count: how many processes.
    """

    def __init__(self, subject: Subject, tasks: Sequence[Task], scratch: Path, count: int) -> None:
        # Forks of a process with threads (the server's, the model's) may hang.
        context = multiprocessing.get_context("spawn")
        self._processes: dict[Connection, Any] = {}
        for number in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=_work, args=(theirs, subject, tuple(tasks), scratch / f"worker-{number}"), daemon=False
            )
            process.start()
            theirs.close()
            self._processes[ours] = process

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection, process in self._processes.items():
            connection.close()
            process.terminate()
        for process in self._processes.values():
            process.join(_END_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()

    def rows(self, units: Sequence[Unit]) -> Iterator[Row]:
        """The row of each unit, as they come.

        Raises:
            AgentError: no further unit can be measured.
        """
        waiting = list(reversed(units))
        busy: set[Connection] = set()
        for connection in self._processes:
            if waiting:
                connection.send(waiting.pop())
                busy.add(connection)
        while busy:
            for ready in wait(list(busy)):
                assert isinstance(ready, Connection)
                busy.remove(ready)
                try:
                    result = ready.recv()
                except EOFError:
                    process = self._processes[ready]
                    process.join(_END_SECONDS)
                    raise AgentError(
                        f"A process that measures ended by itself (exit code {process.exitcode}).",
                        "Run it again: what was measured is kept.",
                    ) from None
                if isinstance(result, AgentError):
                    raise result
                if waiting:
                    ready.send(waiting.pop())
                    busy.add(ready)
                yield result


def _work(connection: Connection, subject: Subject, tasks: Sequence[Task], scratch: Path) -> None:
    """What a process does until its pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    with suppress(EOFError, ConnectionError):
        try:
            with OpenSubject(subject, tasks, scratch) as opened:
                while True:
                    unit = connection.recv()
                    connection.send(measured(opened, unit))
        except AgentError as error:
            connection.send(error)


def _leave(signum: int, frame: object) -> NoReturn:
    raise SystemExit(0)
