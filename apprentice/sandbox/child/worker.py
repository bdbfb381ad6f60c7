"""The worker of one run: takes its request, gives up what it doesn't need, runs the code. Standard library only."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final, NoReturn

from apprentice.sandbox.child.system import PR_SET_PDEATHSIG, prctl, processes
from apprentice.sandbox.plain import dump_json

#: The descriptors that a worker has beside the standard ones.
REPORT: Final = 3
BROKER: Final = 4

#: Exit code of a worker that could not confine itself; its reason is on stderr.
NOT_CONFINED: Final = 120


def settle_in(parent: int, descriptors: dict[str, int]) -> None:
    """Die with the parent; have a session, standard streams and a report, and no other descriptor but the request's.

    Args:
        parent: process id.
        descriptors: `request`, `stdout`, `stderr`, `report`, and `broker` where there is one; `request` is moved.
    """
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    # Whoever started the agent may have told it to ignore Ctrl-C, as shells do for background jobs.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    os.setsid()
    # Out of the way first, so that none is overwritten before it is moved.
    high = {name: _moved(descriptor, 20) for name, descriptor in descriptors.items()}
    targets = {"stdout": 1, "stderr": 2, "report": REPORT, "broker": BROKER}
    for name, target in targets.items():
        if name in high:
            os.dup2(high[name], target, inheritable=target < REPORT)
    request = BROKER + 1
    os.dup2(high["request"], request, inheritable=False)
    if "broker" not in high:
        with contextlib.suppress(OSError):
            os.close(BROKER)
    # The server's own would be shared with all other runs: its flags, and locks on it.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.closerange(request + 1, 1 << 20)
    descriptors["request"] = request


def _moved(descriptor: int, least: int) -> int:
    import fcntl

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, least)


def enter(request: dict[str, Any]) -> None:
    """Be where the run takes place: its working folder, its environment, its streams."""
    work = request["work"]
    os.chdir(work)
    os.environ["HOME"] = os.environ["TMPDIR"] = work
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.dont_write_bytecode = True
    sys.modules["__main__"] = ModuleType("__main__")
    sys.argv = [""]
    sys.path += request["packages"]


def load(request: dict[str, Any]) -> Callable[..., int]:
    """What runs a request of this kind."""
    if request["mode"] == "tests":
        from apprentice.sandbox.child import tests

        return tests.run
    from apprentice.sandbox.child import run

    return run.run


def work(request: dict[str, Any], run: Callable[..., int]) -> NoReturn:
    """Run the code in this process, which is confined by now, and end the process as the interpreter would."""
    try:
        code: Any = run(request, reporter(REPORT, request.pop("token")))
    except SystemExit as error:
        code = error.code
    except BaseException as error:  # noqa: BLE001 - whatever foreign code may raise
        sys.excepthook(type(error), error, error.__traceback__)
        code = 1
    leave(code)


def leave(code: Any) -> NoReturn:
    """Wait for threads, run the exit handlers, flush, and be gone, without the cost of taking the interpreter apart."""
    import atexit
    import threading

    if code is None:
        number = 0
    elif isinstance(code, int):
        number = code & 0xFF
    else:
        print(code, file=sys.stderr)
        number = 1
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(number)


def bound_threads(limits: dict[str, Any]) -> None:
    """Bound the user's processes and threads, for a run that may fork; root's can't be."""
    import resource

    if os.getuid() != 0 and sys.platform == "linux":
        # The kernel counts all of the user's threads, not those of the run.
        most = tasks_of(os.getuid()) + limits["processes"]
        with contextlib.suppress(OSError, ValueError):
            ceiling = resource.getrlimit(resource.RLIMIT_NPROC)[1]
            most = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
            resource.setrlimit(resource.RLIMIT_NPROC, (most, most))


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
