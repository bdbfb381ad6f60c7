"""Canaries among processes: others that must be left alone, and those of the run, of which none may be left."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Final

from tests.sandbox.attacks.canaries_files import Leak
from tests.sandbox.attacks.canary import Canary, Outcome, Place, Unavailable
from tests.sandbox.attacks.watch import Process, read_process, read_text

#: Signals that the agent would notice. Not those that must not be caught, or that other things cause.
_NOTICED: Final = (
    "SIGUSR1",
    "SIGUSR2",
    "SIGIO",
    "SIGURG",
    "SIGTERM",
    "SIGHUP",
    "SIGALRM",
    "SIGPROF",
    "SIGWINCH",
)
_IOPRIO_GET: Final = {"x86_64": 252, "aarch64": 31}.get(os.uname().machine)
_libc = ctypes.CDLL(None, use_errno=True)


class Bystander(Leak):
    """A sleeping process of the same user, `bystander_pid`, with a secret in its environment."""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        self._process = subprocess.Popen(["sleep", "60"], env={"SECRET": self.token}, start_new_session=True)
        self._before = _facts(self._process.pid)

    def targets(self) -> dict[str, object]:
        return {"bystander_pid": self._process.pid}

    def got_through(self, outcome: Outcome) -> str:
        ended = self._process.poll()
        if ended is not None:
            return f"the bystander was ended ({ended})"
        return _changed("the bystander", self._before, _facts(self._process.pid)) or super().got_through(
            outcome
        )

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class Agent(Canary):
    """The agent itself, `agent_pid`: no signal may arrive, and nothing of it change."""

    def __init__(self, place: Place, arguments: Sequence[str] = ()) -> None:
        super().__init__(place, arguments)
        if threading.current_thread() is not threading.main_thread():
            raise Unavailable("signals can be received by the main thread only")
        self._handlers: dict[int, Any] = {}
        for name in _NOTICED:
            number = getattr(signal, name)
            self._handlers[number] = signal.signal(number, self._receive)
        self._before = _facts(os.getpid())

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self.seen = self.seen or f"the agent got {signal.Signals(number).name}"

    def targets(self) -> dict[str, object]:
        return {"agent_pid": os.getpid()}

    def got_through(self, outcome: Outcome) -> str:
        return self.seen or _changed("the agent", self._before, _facts(os.getpid()))

    def close(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)


class Single(Canary):
    """A run is one process."""

    looks = sees_processes = True

    def look(self, processes: list[Process]) -> None:
        running = [process for process in processes if process.inside and process.state not in "ZX"]
        if len(running) > 1:
            self.seen = f"{len(running)} processes of the run were seen at once"


class Survivors(Canary):
    """No process of the run may live after it; `marker` is a name for such processes."""

    def targets(self) -> dict[str, object]:
        return {"marker": self.place.name}


def _facts(pid: int) -> dict[str, object]:
    """What one process may change in another."""
    process = read_process(pid)
    facts: dict[str, object] = {}
    if process is None:
        return facts
    facts["state"] = "stopped" if process.state in "Tt" else "running"
    facts["nice value"] = process.nice
    facts["scheduling"] = (process.policy, process.realtime)
    facts["tracer"] = process.status().get("TracerPid")
    facts["limits"] = read_text(f"/proc/{pid}/limits")
    facts["badness for the out-of-memory killer"] = read_text(f"/proc/{pid}/oom_score_adj")
    with contextlib.suppress(OSError):
        facts["affinity"] = sorted(os.sched_getaffinity(pid))
    if _IOPRIO_GET is not None:
        facts["priority of input and output"] = _libc.syscall(_IOPRIO_GET, 1, pid)
    facts["working folder"] = process.link("cwd") and str(Path(process.link("cwd")))
    return facts


def _changed(who: str, before: dict[str, object], after: dict[str, object]) -> str:
    for name, value in before.items():
        if after.get(name) != value:
            return f"{name} of {who} was changed"
    return ""
