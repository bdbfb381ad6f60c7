"""The fork server: a warm interpreter that never runs foreign code, and forks one confined worker for each run.

Run by `start` in a fresh, isolated interpreter with a clean environment; standard library only. Its memory is what
every worker starts with, so it holds nothing of any run but the folders' names: a worker reads its request itself.

Arguments: the socket to the agent; a descriptor of the agent's process, or -1; what to import ahead, `plain`, `pytest` or
`hypothesis`; the highest version of Landlock's interface to use, or `container` from the relay of one, where the container
holds files if there is no Landlock; and the folders to import test tools from.

The agent sends one packet a run: marshalled plain data, with the run's descriptors. The server is gone when the socket or
the agent is, and takes its workers with it; they die with it, too, when it is killed.
"""

from __future__ import annotations

import contextlib
import gc
import marshal
import os
import select
import signal
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from apprentice.sandbox.child import confine, landlock, stand_ins, system, worker
from apprentice.sandbox.child.tools import ToolFinder

#: Seconds between two looks at what the runs use.
WATCH_SECONDS: Final = 0.05
#: At least this many times as long as a look took passes before the next.
WATCH_SHARE: Final = 5
#: The descriptors that come with a packet, in their order; a broker's may follow.
ENDS: Final = ("request", "stdout", "stderr", "report", "control", "status", "broker")
PACKET_BYTES: Final = 1 << 16

_AHEAD: Final = (
    "_multiprocessing", "ast", "bisect", "builtins", "collections.abc", "contextlib", "copy", "csv", "ctypes", "dataclasses", "datetime",
    "decimal", "enum", "fractions", "functools", "hashlib", "heapq", "inspect", "io", "itertools", "json", "math",
    "operator", "pathlib", "random", "re", "resource", "statistics", "string", "textwrap", "threading", "traceback",
    "typing", "unicodedata",
)  # fmt: skip


@dataclass
class Run:
    """One living worker."""

    pid: int
    folder: str
    limits: dict[str, Any]
    control: int
    status: int
    room: tuple[int, int]
    why: str = ""


@dataclass
class Job:
    """What a newly forked worker has to do."""

    descriptors: dict[str, int]
    parent: int


def main() -> None:
    """Serve until the agent is gone; in each forked worker, do its job."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    agent, ahead = int(sys.argv[2]), sys.argv[3]
    contained = sys.argv[4] == "container"
    max_abi = None if contained else int(sys.argv[4])
    if contained:
        # Without Landlock, a worker could open the memory of this process, which has the same user, in /proc.
        system.prctl(system.PR_SET_DUMPABLE, 0)
    tools = ToolFinder(sys.argv[5:])
    import_ahead(ahead, tools)
    base = confine.readable() + tools.paths()
    server = Server(connection, agent)
    ready = {
        "pid": os.getpid(),
        "abi": landlock.abi() if max_abi is None else landlock.abi(max_abi),
    }
    connection.send(marshal.dumps(ready))
    gc.collect()
    gc.freeze()  # the collector would copy the pages that the workers share
    job = server.serve()
    del server, connection
    worker.settle_in(job.parent, job.descriptors)
    if contained:
        system.prctl(system.PR_SET_DUMPABLE, 1)  # the server has to see what it holds open
    request = system.read_request(job.descriptors["request"])
    os.close(job.descriptors["request"])
    if request is None:
        os._exit(0)
    try:
        worker.enter(request)
        run = worker.load(request)
        if request["broker"]:
            from apprentice.sandbox.child import broker

            broker.install(worker.BROKER, request["connect"], request["commands"])
        tools.install()
        policy = request["policy"]
        stand_ins.install(messages=policy["network"] or policy["descriptors"])
        policy["read"] = [*base, *policy["read"]]
        policy["max_abi"] = max_abi
        confine.confine(policy, request["limits"])
    except BaseException as error:  # noqa: BLE001 - nothing foreign may run now, whatever went wrong
        os.write(2, f"the run could not be confined: {type(error).__name__}: {error}\n".encode())
        os._exit(worker.NOT_CONFINED)
    worker.work(request, run)


class Server:
    """Forks workers, watches them, ends them, and tells the agent how each ended."""

    def __init__(self, connection: socket.socket, agent: int) -> None:
        self._connection = connection
        self._agent = agent
        self._runs: dict[int, Run] = {}
        self._poller = select.poll()
        self._poller.register(connection, select.POLLIN)
        if agent >= 0:
            self._poller.register(agent, select.POLLIN)
        self._wake, wake_write = os.pipe()
        for descriptor in (self._wake, wake_write):
            os.set_blocking(descriptor, False)
        self._poller.register(self._wake, select.POLLIN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self._watch_at = 0.0
        self._retired = False
        # An agent that is killed may have had no time to remove these.
        self._ended: deque[str] = deque(maxlen=64)

    def serve(self) -> Job:
        """Serve the agent. Returns in a forked worker only."""
        while True:
            patience = None
            if self._runs:
                patience = 1000 * max(0.0, self._watch_at - time.monotonic()) + 1
            for descriptor, _ in self._poller.poll(patience):
                if descriptor == self._wake:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self._wake, 4096)
                elif descriptor == self._agent:
                    self._end()
                elif descriptor == self._connection.fileno():
                    job = self._receive()
                    if job is not None:
                        return job
                else:
                    self._stop(self._of_control(descriptor), "stopped")
            self._reap()
            if self._retired and not self._runs:
                os._exit(0)
            if self._runs and time.monotonic() >= self._watch_at:
                self._watch()

    def _receive(self) -> Job | None:
        data, descriptors, _, _ = socket.recv_fds(self._connection, PACKET_BYTES, len(ENDS))
        if not data:
            self._end()
        order = marshal.loads(data)
        if order.get("retire"):
            self._retired = True
            return None
        ends = dict(zip(ENDS, descriptors, strict=False))
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            self._connection.detach()
            return Job({name: ends[name] for name in ends if name not in ("control", "status")}, parent)
        for name, descriptor in ends.items():
            if name not in ("control", "status"):
                os.close(descriptor)
        room = system.free_room(order["folder"])
        run = Run(pid, order["folder"], order["limits"], ends["control"], ends["status"], room)
        if not self._runs:
            self._watch_at = time.monotonic() + WATCH_SECONDS
        self._runs[pid] = run
        self._poller.register(run.control, select.POLLIN | select.POLLHUP)
        _tell(run.status, f"worker {pid}")
        return None

    def _of_control(self, descriptor: int) -> Run | None:
        return next((run for run in self._runs.values() if run.control == descriptor), None)

    def _stop(self, run: Run | None, why: str) -> None:
        if run is None or run.why:
            return
        run.why = why
        self._poller.unregister(run.control)
        with contextlib.suppress(OSError):
            os.kill(run.pid, signal.SIGKILL)

    def _reap(self) -> None:
        while True:
            try:
                pid, ended, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            run = self._runs.pop(pid, None)
            if run is None:
                continue
            if not run.why:
                self._poller.unregister(run.control)
            _tell(run.status, f"ended {ended} {usage.ru_utime + usage.ru_stime} {run.why}")
            os.close(run.control)
            os.close(run.status)
            self._ended.append(run.folder)

    def _watch(self) -> None:
        began = time.monotonic()
        for run in self._runs.values():
            if not run.why and (why := over_limit(run)):
                self._stop(run, why)
        now = time.monotonic()
        self._watch_at = now + max(WATCH_SECONDS, WATCH_SHARE * (now - began))

    def _end(self) -> None:
        """The agent is gone: leave no process and no file of its runs."""
        for run in self._runs.values():
            with contextlib.suppress(OSError):
                os.kill(run.pid, signal.SIGKILL)
        for run in self._runs.values():
            with contextlib.suppress(OSError):
                os.waitpid(run.pid, 0)
        left = [*self._ended, *(run.folder for run in self._runs.values())]
        left = [folder for folder in left if os.path.lexists(folder)]
        if left:
            from apprentice.sandbox.scratch import remove

            for folder in left:
                remove(Path(folder))
        os._exit(0)


def over_limit(run: Run) -> str:
    """Which bound a run has passed that the kernel doesn't hold by itself: `processes`, `disk`, or none."""
    try:
        with open(f"/proc/{run.pid}/stat", "rb") as file:
            fields = file.read().rpartition(b") ")[2].split()
        if int(fields[17]) > run.limits["processes"]:
            return "processes"
    except (OSError, ValueError, IndexError):
        return ""
    full = system.disk_is_full(os.path.join(run.folder, "work"), [run.pid], run.limits, run.room)
    return "disk" if full else ""


def _tell(status: int, line: str) -> None:
    with contextlib.suppress(OSError):
        os.write(status, line.encode() + b"\n")


def import_ahead(what: str, tools: Any) -> None:
    """Import what most runs need, so that no worker has to."""
    for name in _AHEAD:
        __import__(name)
    from apprentice.sandbox.child import confine, run, tests, unittest_tests  # noqa: F401

    if what == "hypothesis":
        tools.install()
        from apprentice.sandbox.child.hypothesis_ahead import warm_up

        warm_up()
    if what == "pytest":
        tools.install()
        from apprentice.sandbox.child import pytest_tests  # noqa: F401
