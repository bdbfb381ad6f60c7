"""The supervisor of one run: leaves no process of it alive. Standard library only; imported in the child alone."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from typing import Any, Final

from apprentice.sandbox.child.system import (
    PR_SET_CHILD_SUBREAPER,
    PR_SET_DUMPABLE,
    PR_SET_PDEATHSIG,
    disk_is_full,
    free_room,
    prctl,
    processes,
)

#: Seconds between two looks at what the run's processes use.
WATCH_SECONDS: Final = 0.1
#: Seconds after which killing is given up (a process in the kernel can't be killed).
KILL_SECONDS: Final = 5.0


def adopt_descendants() -> None:
    """Become the parent of every orphan of the run, and be told when the agent dies."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def supervise(
    worker: int, control: int, status: int, wake: int, limits: dict[str, Any], scratch: str
) -> None:
    """Wait for the worker, the agent's word, or a limit; then kill what is left and give the account."""
    prctl(PR_SET_DUMPABLE, 0)
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(null, descriptor)
    tell(status, f"worker {worker}")
    poller = select.poll()
    poller.register(control, select.POLLIN | select.POLLHUP)
    poller.register(wake, select.POLLIN)
    reaped: dict[int, tuple[int, float]] = {}
    why = ""
    room = free_room(scratch)
    watch_at = time.monotonic() + WATCH_SECONDS
    while not why:
        reap(reaped, worker)
        if worker in reaped:
            break
        for descriptor, _ in poller.poll(WATCH_SECONDS * 1000):
            if descriptor == control or b"%c" % signal.SIGTERM in os.read(wake, 4096):
                why = "stopped"
        if not why and time.monotonic() >= watch_at:
            why = over_limit(limits, scratch, room)
            watch_at = time.monotonic() + WATCH_SECONDS
    kill_all(worker, reaped)
    ended, cpu = reaped.get(worker, (-1, 0.0))
    tell(status, f"ended {ended} {cpu} {why}")


def tell(status: int, line: str) -> None:
    """One line of the supervisor's account; the agent may be gone."""
    with contextlib.suppress(OSError):
        os.write(status, line.encode() + b"\n")


def reap(reaped: dict[int, tuple[int, float]], worker: int) -> bool:
    """Take in every process that ended; false when there is no child left, neither living nor dead."""
    while True:
        try:
            pid, ended, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True
        if pid == worker:
            reaped[pid] = (ended, usage.ru_utime + usage.ru_stime)


def kill_all(worker: int, reaped: dict[int, tuple[int, float]]) -> None:
    """End every descendant. They are stopped first, so that none forks while the others are being killed."""
    deadline = time.monotonic() + KILL_SECONDS
    while reap(reaped, worker) and time.monotonic() < deadline:
        stopped: set[int] = set()
        while new := set(descendants()) - stopped:
            for pid in new:
                send(pid, signal.SIGSTOP)
            stopped |= new
        if sys.platform != "linux":
            with contextlib.suppress(OSError):
                os.killpg(worker, signal.SIGKILL)
            send(worker, signal.SIGKILL)
        for pid in stopped:
            send(pid, signal.SIGKILL)
        time.sleep(0.001)


def send(pid: int, number: int) -> None:
    """Send a signal to a process that may be gone."""
    with contextlib.suppress(OSError):
        os.kill(pid, number)


def descendants() -> dict[int, tuple[int, int]]:
    """Every living process below this one, with its threads and its resident memory in pages."""
    parents: dict[int, list[int]] = {}
    facts: dict[int, tuple[int, int]] = {}
    for pid, fields in processes():
        if fields[0] in ("Z", "X"):
            continue
        parents.setdefault(int(fields[1]), []).append(pid)
        facts[pid] = (int(fields[17]), int(fields[21]))
    found: dict[int, tuple[int, int]] = {}
    below = [os.getpid()]
    while below:
        for pid in parents.get(below.pop(), ()):
            if pid not in found:
                found[pid] = facts[pid]
                below.append(pid)
    return found


def over_limit(limits: dict[str, Any], scratch: str, room: tuple[int, int]) -> str:
    """Which bound the run's processes have passed together: `processes`, `memory`, `disk`, or none."""
    found = descendants()
    if sum(threads for threads, _ in found.values()) > limits["processes"]:
        return "processes"
    bound = limits["memory_mb"] << 20
    page = os.sysconf("SC_PAGE_SIZE")
    together = sum(pages for _, pages in found.values()) * page
    # Forks share pages: the exact count is worth its time only beyond the rough one.
    if len(found) > 1 and together > bound and sum(proportional(pid) for pid in found) > bound:
        return "memory"
    if disk_is_full(os.path.join(scratch, "work"), found, limits, room):
        return "disk"
    return ""


def proportional(pid: int) -> int:
    """Bytes of memory of a process, with shared pages counted in parts."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
