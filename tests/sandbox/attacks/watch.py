"""Looking at the processes of a run from the host, while it goes on."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

#: Seconds between two looks.
INTERVAL: Final = 0.008


@dataclass(frozen=True, slots=True)
class Process:
    """A process as /proc/<pid>/stat has it.

    Attributes:
        started: clock ticks since the machine's start; with `pid` it tells a process from a later one.
        resident: bytes.
        inside: whether it works in the run's folder or bears the attack's name; a server of the sandbox doesn't.
    """

    pid: int
    parent: int
    state: str
    nice: int
    threads: int
    started: int
    resident: int
    realtime: int
    policy: int
    inside: bool = False

    @property
    def folder(self) -> str:
        """Its folder in /proc."""
        return f"/proc/{self.pid}"

    def text(self, file: str) -> str:
        """A file of its folder; empty when it is gone or may not be read."""
        return read_text(f"/proc/{self.pid}/{file}")

    def link(self, name: str) -> str:
        """Where a link in its folder points; empty when it is gone or may not be read."""
        try:
            return os.readlink(f"/proc/{self.pid}/{name}")
        except OSError:
            return ""

    def status(self) -> dict[str, str]:
        """The lines of /proc/<pid>/status."""
        lines = (line.partition(":") for line in self.text("status").splitlines())
        return {name: " ".join(value.split()) for name, _, value in lines}

    def descriptors(self) -> Iterator[tuple[str, str]]:
        """Number and target of each open descriptor."""
        try:
            names = os.listdir(f"/proc/{self.pid}/fd")
        except OSError:
            return
        for name in names:
            if target := self.link(f"fd/{name}"):
                yield name, target


def read_text(path: str) -> str:
    """A file's text; empty when there is none."""
    try:
        with open(path, "rb") as file:
            return file.read(1 << 20).decode("utf-8", "replace")
    except OSError:
        return ""


def read_process(pid: int, inside: bool = False) -> Process | None:
    """One process; None when it is gone."""
    fields = read_text(f"/proc/{pid}/stat").rpartition(") ")[2].split()
    if len(fields) < 40:
        return None
    return Process(
        pid,
        int(fields[1]),
        fields[0],
        int(fields[16]),
        int(fields[17]),
        int(fields[19]),
        int(fields[21]) * os.sysconf("SC_PAGE_SIZE"),
        int(fields[37]),
        int(fields[38]),
        inside,
    )


def all_pids() -> list[int]:
    """The processes of the machine."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


class Watch:
    """Finds the processes of one run again and again, in a thread, and shows them to those who look.

    Args:
        scratch_root: the folder under which the run works.
        name: what the attack calls its processes.
        looks: called with the run's processes, some times a second.
    """

    def __init__(self, scratch_root: Path, name: str, looks: list[Callable[[list[Process]], None]]) -> None:
        self._root = os.path.realpath(scratch_root)
        self._name = name
        self._looks = looks
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="watch", daemon=True)
        self._known: dict[int, Process] = {}
        self._before: set[tuple[int, int]] = set()
        self._ours = {os.getpid()}
        for process in filter(None, map(read_process, all_pids())):
            self._before.add((process.pid, process.started))
        parents = {process.pid: process.parent for process in filter(None, map(read_process, all_pids()))}
        for _ in range(5):
            self._ours |= {pid for pid, parent in parents.items() if parent in self._ours}
        self._old = {pid for pid, _ in self._before}
        self.error: Exception | None = None

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()

    @property
    def saw_the_run(self) -> bool:
        """Whether a process of the run was seen at all."""
        return any(process.inside for process in self._known.values())

    def survivors(self, patience: float = 0.3) -> list[Process]:
        """Processes of the run that still live, after some seconds to be reaped."""
        until = time.monotonic() + patience
        while True:
            self._find()
            found = [
                now
                for process in self._known.values()
                if process.inside
                and (now := read_process(process.pid)) is not None
                and now.started == process.started
                and now.state not in "ZX"
            ]
            if not found or time.monotonic() > until:
                return found
            time.sleep(0.01)

    def _go_on(self) -> None:
        while not self._over.is_set():
            try:
                members = self._find()
                for look in self._looks:
                    look(members)
            except Exception as error:  # noqa: BLE001 - told by whoever started it
                self.error = error
                return
            self._over.wait(INTERVAL)

    def _find(self) -> list[Process]:
        found = []
        for pid in all_pids():
            if pid in self._old:
                continue
            process = read_process(pid)
            if process is None:
                continue
            before = self._known.get(pid)
            same = before is not None and before.started == process.started
            inside = (same and before is not None and before.inside) or self._is_inside(process)
            if inside or same or process.parent in self._ours or process.parent in self._known:
                process = replace(process, inside=inside)
                self._known[pid] = process
                found.append(process)
        return found

    def _is_inside(self, process: Process) -> bool:
        if process.link("cwd").startswith(self._root):
            return True
        return any(self._name in process.text(file) for file in ("comm", "cmdline", "environ"))


def end(processes: list[Process]) -> None:
    """Kill what an attack has left alive."""
    for process in processes:
        with contextlib.suppress(OSError):
            os.kill(process.pid, 9)
