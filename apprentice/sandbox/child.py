"""The trusted launcher of one run; executed by path in a fresh, isolated interpreter. Standard library only.

It becomes two processes. The *supervisor* never runs foreign code: it is the reaper of every descendant of the run,
also of daemons, and leaves none alive, whether the run ends, the agent says stop, or the agent is gone. The *worker*
bounds itself and then runs the code.

Arguments: three descriptors. `control` brings the request and is closed by the agent to end the run; its end is also
how the agent's death is noticed. `report` takes the worker's reports. `status` takes the supervisor's account.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38

#: Seconds between two looks at what the run's processes use.
WATCH_SECONDS: Final = 0.1
#: Seconds after which killing is given up (a process in the kernel can't be killed).
KILL_SECONDS: Final = 5.0


def main() -> None:
    """Read the request, fork, and be the one or the other."""
    control, report, status = (int(argument) for argument in sys.argv[1:4])
    request = read_request(control)
    if request is None:
        os._exit(0)
    supervisor = os.getpid()
    wake_read, wake_write = os.pipe()
    for descriptor in (wake_read, wake_write):
        os.set_blocking(descriptor, False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    worker = os.fork()
    if worker == 0:
        signal.set_wakeup_fd(-1)
        for descriptor in (wake_read, wake_write, control, status):
            os.close(descriptor)
        sys.exit(work(request, report, supervisor))
    supervise(worker, control, status, wake_read, request["limits"])
    os._exit(0)


def read_request(control: int) -> dict[str, Any] | None:
    """The request: its length as 16 hexadecimal digits, then JSON. None when the agent is gone."""

    def read(count: int) -> bytes | None:
        data = bytearray()
        while len(data) < count:
            part = os.read(control, min(count - len(data), 1 << 20))
            if not part:
                return None
            data += part
        return bytes(data)

    length = read(16)
    body = None if length is None else read(int(length, 16))
    return None if body is None else json.loads(body)


def prctl(option: int, value: int) -> None:
    """Linux's prctl(2); nothing elsewhere."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


# --- the supervisor -------------------------------------------------------------------------------------------


def supervise(worker: int, control: int, status: int, wake: int, limits: dict[str, Any]) -> None:
    """Wait for the worker, the agent's word, or a limit; then kill what is left and give the account."""
    prctl(PR_SET_DUMPABLE, 0)
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2, int(sys.argv[2])):
        os.dup2(null, descriptor)
    tell(status, worker=worker)
    poller = select.poll()
    poller.register(control, select.POLLIN | select.POLLHUP)
    poller.register(wake, select.POLLIN)
    reaped: dict[int, tuple[int, float]] = {}
    why = ""
    watch_at = time.monotonic() + WATCH_SECONDS
    while not why:
        reap(reaped, worker)
        if worker in reaped:
            break
        for descriptor, _ in poller.poll(WATCH_SECONDS * 1000):
            if descriptor == control:
                why = "stopped"
            elif b"%c" % signal.SIGTERM in os.read(wake, 4096):
                why = "stopped"
        if not why and time.monotonic() >= watch_at:
            why = over_limit(limits)
            watch_at = time.monotonic() + WATCH_SECONDS
    kill_all(worker, reaped)
    ended, cpu = reaped.get(worker, (None, 0.0))
    tell(status, why=why, ended=ended, cpu=cpu)


def tell(status: int, **fields: Any) -> None:
    """One line of the supervisor's account; the agent may be gone."""
    with contextlib.suppress(OSError):
        os.write(status, json.dumps(fields).encode() + b"\n")


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


def processes() -> list[tuple[int, list[str]]]:
    """Every process, with the fields of its /proc/…/stat from the state on; empty where there is no /proc."""
    found = []
    try:
        names = os.listdir("/proc")
    except OSError:
        return []
    for name in names:
        if name.isdigit():
            try:
                descriptor = os.open(f"/proc/{name}/stat", os.O_RDONLY)
                try:
                    text = os.read(descriptor, 4096)
                finally:
                    os.close(descriptor)
            except OSError:
                continue
            found.append((int(name), text[text.rfind(b")") + 2 :].decode("ascii", "replace").split()))
    return found


def over_limit(limits: dict[str, Any]) -> str:
    """Which bound the run's processes have passed together: `processes`, `memory`, or none."""
    found = descendants()
    if sum(threads for threads, _ in found.values()) > limits["processes"]:
        return "processes"
    bound = limits["memory_mb"] << 20
    page = os.sysconf("SC_PAGE_SIZE")
    if len(found) > 1 and sum(pages for _, pages in found.values()) * page > bound:
        # Forks share pages: only now is the exact count worth its time.
        if sum(proportional(pid) for pid in found) > bound:
            return "memory"
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


# --- the worker -----------------------------------------------------------------------------------------------


def work(request: dict[str, Any], report: int, supervisor: int) -> int:
    """Bound this process, load what the mode needs, and run the code; returns the exit code."""
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != supervisor:
        os._exit(1)
    os.setsid()
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    os.set_inheritable(report, False)
    bound_self(request["limits"])
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]

    # The modules beside this file, without the package's own start-up, which imports third-party libraries.
    folder = os.path.dirname(os.path.abspath(__file__))
    for name, path in (("apprentice", os.path.dirname(folder)), ("apprentice.sandbox", folder)):
        package = ModuleType(name)
        package.__path__ = [path]
        sys.modules[name] = package
    run: Callable[..., int]
    if request["mode"] == "tests":
        from apprentice.sandbox.child_tests import run
    else:
        from apprentice.sandbox.child_run import run
    for name in [name for name in sys.modules if name.partition(".")[0] == "apprentice"]:
        del sys.modules[name]
    sys.modules["__main__"] = ModuleType("__main__")
    sys.argv = [""]
    return run(request, reporter(report, request.pop("token")))


def bound_self(limits: dict[str, Any]) -> None:
    """Set the kernel's limits for this process and all that it will start."""
    import resource

    cpu = int(limits["seconds"]) + 1
    memory = limits["memory_mb"] << 20
    size = limits["file_mb"] << 20
    bounds = [
        ("RLIMIT_CORE", 0, 0),
        ("RLIMIT_CPU", cpu, cpu + 1),
        ("RLIMIT_FSIZE", size, size),
        ("RLIMIT_NOFILE", limits["open_files"], limits["open_files"]),
        ("RLIMIT_AS", memory, memory),
    ]
    if os.getuid() != 0 and sys.platform == "linux":
        # The kernel counts all of the user's threads, not those of the run.
        most = tasks_of(os.getuid()) + limits["processes"]
        bounds.append(("RLIMIT_NPROC", most, most))
    for name, soft, hard in bounds:
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        ceiling = resource.getrlimit(kind)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (soft, hard))


def tasks_of(user: int) -> int:
    """How many threads of a user there are."""
    count = 0
    for pid, fields in processes():
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{pid}").st_uid == user:
                count += int(fields[17])
    return count


def reporter(descriptor: int, token: str) -> Callable[..., None]:
    """A function that sends one report; each starts a line of its own and carries the token.

    Only the worker reports: in a process that the code forked, it does nothing. All it needs is bound here, before
    foreign code could replace it. When the report can't be sent the process ends: an unsent report is no pass.
    """
    write, dumps, getpid, leave = (
        os.write,
        json.JSONEncoder(separators=(",", ":")).encode,
        os.getpid,
        os._exit,
    )
    owner = getpid()

    def report(kind: str, **fields: Any) -> None:
        if getpid() != owner:
            return
        try:
            data = ("\n" + dumps({"token": token, "kind": kind, **fields}) + "\n").encode()
            while data:
                data = data[write(descriptor, data) :]
        except OSError:
            leave(70)

    return report


if __name__ == "__main__":
    main()
