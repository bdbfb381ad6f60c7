"""The worker of one run: bounds itself, then runs the code. Standard library only; imported in the child alone."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from apprentice.sandbox.child_system import PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, prctl, processes
from apprentice.sandbox.plain import dump_json


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

    sys.modules["__main__"] = ModuleType("__main__")
    sys.argv = [""]
    return load(request)(request, reporter(report, request.pop("token")))


def load(request: dict[str, Any]) -> Callable[..., int]:
    """What runs a request of this kind."""
    if request["mode"] == "tests":
        from apprentice.sandbox import child_tests

        return child_tests.run
    from apprentice.sandbox import child_run

    return child_run.run


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
    write, dumps, getpid, leave = os.write, dump_json, os.getpid, os._exit
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
