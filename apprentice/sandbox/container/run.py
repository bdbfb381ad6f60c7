"""A run in a container, seen from the agent: what it is sent in frames, and where what comes back goes."""

from __future__ import annotations

import contextlib
import marshal
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from apprentice.errors import SandboxError
from apprentice.sandbox.base import Grants
from apprentice.sandbox.child.relay import (
    BEGIN,
    CODE,
    END,
    FILE,
    FOLDER,
    PIECE_BYTES,
    REPORT,
    REQUEST,
    STATUS,
    STDERR,
    STDOUT,
    STOP,
    WORK,
    frame,
)
from apprentice.sandbox.launch import Ends

#: Bytes of a file in one frame; its name needs the rest.
_FILE_PIECE: Final = PIECE_BYTES - 2048


class ContainedRun:
    """A run in a container, or in line for it: what it is to be sent, and where what comes from it goes."""

    def __init__(
        self, ends: Ends, folder: Path, request: Mapping[str, Any], grants: Grants, generation: int
    ) -> None:
        self._folder = folder
        self._request = inside(request, grants)
        self._order = {
            "ahead": "pytest" if request.get("runner") == "pytest" else "plain",
            "generation": generation,
            "limits": request["limits"],
        }
        self._over = threading.Event()
        self._kill: Callable[[], None] | None = None
        self.stopped = False
        self.control = -1
        self._targets: dict[bytes, int] = {}
        try:
            self.control = os.dup(ends.control)
            for kind, end in (
                (STDOUT, ends.stdout),
                (STDERR, ends.stderr),
                (REPORT, ends.report),
                (STATUS, ends.status),
            ):
                self._targets[kind] = os.dup(end)
                os.set_blocking(self._targets[kind], False)
        except OSError as error:
            self.release()
            raise SandboxError(
                f"Code can't be run: {error.strerror or error}.", "Close other programs."
            ) from error

    # --- For the launch

    def stop(self) -> None:
        """The container's thread watches `control`."""

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is left of the run."""
        return self._over.wait(seconds)

    def kill(self, worker: int) -> None:
        """End the container, and with it all that it holds; the next run gets another."""
        if self._kill is not None and not self._over.is_set():
            self._kill()

    # --- For the container

    def belongs_to(self, kill: Callable[[], None]) -> None:
        """Tell how to end the container that this run is in."""
        self._kill = kill

    @property
    def is_over(self) -> bool:
        """Whether its status has ended."""
        return self._over.is_set()

    def frames(self) -> Iterator[bytes]:
        """What brings the run to the relay."""
        yield frame(BEGIN, marshal.dumps(self._order, 4))
        code = self._folder / "code"
        for path in sorted(path for path in code.rglob("*") if path.is_file()):
            name = path.relative_to(code).as_posix()
            with open(path, "rb") as file:
                while piece := file.read(_FILE_PIECE):
                    yield frame(FILE, marshal.dumps((name, piece), 4))
        body = marshal.dumps(self._request, 4)
        yield frame(REQUEST, b"%016x" % len(body))
        view = memoryview(body)
        for start in range(0, len(body), PIECE_BYTES):
            yield frame(REQUEST, view[start : start + PIECE_BYTES])
        yield frame(END)

    def halt(self) -> Iterator[bytes]:
        """What stops the run in the relay."""
        self.stopped = True
        yield frame(STOP)

    def target(self, kind: bytes) -> int:
        """The descriptor for what a kind of frame brings; -1 when nobody reads it any more.

        Raises:
            KeyError: there is no such kind.
        """
        return self._targets[kind]

    def give_up(self, kind: bytes) -> None:
        """Nobody reads this any more."""
        os.close(self._targets[kind])
        self._targets[kind] = -1

    def account(self) -> None:
        """Say that the run was stopped before it had begun."""
        with contextlib.suppress(OSError):
            os.write(self._targets[STATUS], b"ended -1 0 stopped\n")

    def release(self) -> None:
        """The run is over: close its ends, the status last."""
        self._over.set()
        for kind in (STDOUT, STDERR, REPORT, STATUS):
            if self._targets.get(kind, -1) >= 0:
                self.give_up(kind)
        if self.control >= 0:
            os.close(self.control)
            self.control = -1


def inside(request: Mapping[str, Any], grants: Grants) -> dict[str, Any]:
    """The request with the paths that it has in a container; what was granted has the same there."""
    policy = {
        **request["policy"],
        "read": [CODE, *grants.read, *grants.packages],
        "write": [WORK, *grants.write],
    }
    return {**request, "scratch": FOLDER, "folder": CODE, "work": WORK, "policy": policy}
