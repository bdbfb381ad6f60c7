"""A separate, clean process for each run: bounded and always ended, but not walled off from the machine.

What it holds: memory, processor and wall time, file size, open files, processes, and output are bounded; nothing of a run
survives it, not even when the agent is killed; the environment is empty; a run can't be reported as passed by ending it
early or by objects that claim to equal everything.

What it doesn't hold: code runs as the user, and can read and write what the user can, and reach the network. It is used
only where the user said so in so many words.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from apprentice.errors import SandboxError
from apprentice.sandbox.base import Grants, Isolation, Limits
from apprentice.sandbox.launch import Ends, Started
from apprentice.sandbox.launched import LaunchedSandbox

_CHILD: Final = Path(__file__).with_name("child") / "start.py"


class ProcessSandbox(LaunchedSandbox):
    """Runs each piece of code in a fresh interpreter of its own, without a wall."""

    def __init__(self, scratch_root: Path, limits: Limits) -> None:
        super().__init__(ProcessLauncher(), scratch_root, limits)


class ProcessLauncher:
    """Starts a supervisor for each run, which forks the worker and leaves nothing of it alive.

    Args:
        prefix: a command that confines the one that follows it, such as macOS's `sandbox-exec`.
        isolation: the level that this gives.
        description: what makes it, in a few words.
    """

    def __init__(
        self,
        prefix: Sequence[str] = (),
        isolation: Isolation = "process",
        description: str = "a separate process with limits, no wall",
    ) -> None:
        self._prefix = tuple(prefix)
        self._isolation = isolation
        self._description = description

    @property
    def isolation(self) -> Isolation:
        """The level that was given."""
        return self._isolation

    @property
    def max_abi(self) -> int:
        """Not bounded."""
        return 99

    @property
    def description(self) -> str:
        """What makes the isolation."""
        return self._description

    def start(self, ends: Ends, folder: Path, request: Mapping[str, Any], grants: Grants) -> Started:
        """Start one run.

        Raises:
            SandboxError: the interpreter could not be started.
        """
        if not sys.executable or os.name != "posix":
            raise SandboxError(
                "Code can't be run here: separate processes with limits need Linux or macOS and a Python interpreter.",
                "Run the agent with python3 on Linux or macOS (on Windows: in WSL).",
            )
        theirs = (ends.request, ends.control, ends.report, ends.status)
        command = [*self._prefix, sys.executable, "-I", "-X", "utf8", str(_CHILD), "main", *map(str, theirs)]
        try:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=ends.stdout,
                stderr=ends.stderr,
                cwd=folder / "work",
                env=environment(folder / "work"),
                pass_fds=theirs,
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxError(
                f"Code can't be run: the Python interpreter did not start ({error.strerror or error}).",
                f"Check {sys.executable}, free memory, and the number of processes.",
            ) from error
        return _Supervised(child, folder / "work")

    def renew(self, *, fresh: bool = False) -> None:
        """Each run has an interpreter of its own."""

    def close(self) -> None:
        """Nothing is kept running between runs."""


class _Supervised:
    """A supervisor that was started."""

    def __init__(self, child: subprocess.Popen[bytes], work: Path) -> None:
        self._child = child
        self._work = work

    def stop(self) -> None:
        """Wake the supervisor: the run may have stopped it."""
        self._child.send_signal(signal.SIGCONT)

    def wait(self, seconds: float) -> bool:
        """Wait for the supervisor to end."""
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self, worker: int) -> None:
        """The supervisor doesn't answer, or is gone: end its processes, then itself."""
        kill_strays(worker, self._work, keep=self._child.pid)
        self._child.kill()
        self._child.wait()
        kill_strays(worker, self._work)


def environment(work: Path | None = None) -> dict[str, str]:
    """All that a run has in its environment. The allocator's arenas are few because each takes address space."""
    folder = {} if work is None else {"HOME": str(work), "TMPDIR": str(work)}
    return {**folder, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}


def kill_strays(worker: int, folder: Path, keep: int = 0) -> None:
    """Kill what can be told to belong to the run: by session, by its environment's HOME, by its folder.

    Linux only, and only the second net: a daemon that hides all three and killed the supervisor gets away.
    """
    home = b"HOME=" + os.fsencode(folder)
    for _ in range(20):
        victims = [
            pid
            for name in _listed("/proc")
            if name.isdigit()
            and (pid := int(name)) not in (keep, os.getpid())
            and _belongs(pid, worker, home)
        ]
        if not victims:
            return
        for pid in victims:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)


def _belongs(pid: int, worker: int, home: bytes) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b") ")[2].split()
        if fields[0] in (b"Z", b"X"):
            return False
        if worker and int(fields[3]) == worker:
            return True
        with open(f"/proc/{pid}/environ", "rb") as file:
            if home in file.read(1 << 16).split(b"\0"):
                return True
        return os.fsencode(os.readlink(f"/proc/{pid}/cwd")).startswith(home[5:])
    except (OSError, ValueError, IndexError):
        return False


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
