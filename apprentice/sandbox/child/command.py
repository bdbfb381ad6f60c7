"""The trusted launcher of one granted command; run by `start` in a fresh, isolated interpreter.

It becomes two processes. The *supervisor* never runs foreign code; it passes signals on, watches the bounds, and leaves
no process of the command alive, whether the command ends, the agent says stop, or the agent is gone. The other confines
itself and executes the command.

Arguments: five descriptors. `control` brings the order and then signals, one byte each; its end means stop. `status`
takes the account: `started`, or `refused` with the system's error; then `ended`. The last three are the command's streams.
Standard library only.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import resource  # noqa: F401 - needed when its file can't be read any more
import select
import signal
import sys
import time
from typing import Any, Final

from apprentice.sandbox.child import confine, landlock, seccomp, supervisor, system, worker

#: Seconds between two looks at whether processes are being made in large numbers.
LOOK_SECONDS: Final = 0.01


def main() -> None:
    """Read the order, fork, and be the one or the other."""
    control, status, *streams = (int(argument) for argument in sys.argv[1:6])
    order = system.read_request(control)
    if order is None:
        os._exit(0)
    wake, wake_write = os.pipe()
    for descriptor in (wake, wake_write):
        os.set_blocking(descriptor, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    # Not to be told of the agent's death by a signal: the kernel sends it when the starting thread ends.
    system.prctl(system.PR_SET_CHILD_SUBREAPER, 1)
    system.prctl(system.PR_SET_DUMPABLE, 0)
    failure, failure_write = os.pipe()
    supervisor_pid = os.getpid()
    first = os.fork()
    if first == 0:
        signal.set_wakeup_fd(-1)
        try:
            system.prctl(system.PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != supervisor_pid:
                os._exit(1)
            failure_write = settle_in(order, streams, failure_write)
            worker.bound_threads(order["limits"])
            signals = landlock.abi(order["max_abi"]) >= 6
            landlock.restrict(order["read"], order["write"], order["execute"], max_abi=order["max_abi"])
            confine.bound(order["limits"])
            confine.drop_privileges(for_programs=True)
            seccomp.install("command", signals=signals)
            os.execve(order["path"], order["argv"], order["env"])
        except Exception as error:  # noqa: BLE001 - nothing is executed, whatever went wrong
            number = getattr(error, "errno", None) or errno.EPERM
            os.write(failure_write, f"{number} {getattr(error, 'strerror', None) or error}".encode())
        finally:
            os._exit(127)
    for descriptor in (failure_write, *streams):
        os.close(descriptor)
    problem = os.read(failure, 4096).decode("utf-8", "replace").replace("\n", " ")
    supervisor.tell(status, f"refused {problem}" if problem else f"started {first}")
    supervise(order, first, control, status, wake)
    os._exit(0)


def settle_in(order: dict[str, Any], streams: list[int], failure: int) -> int:
    """Be where the command takes place: its session, streams and folder; returns where `failure` is now."""
    os.setsid()
    for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    # Out of the way first: a stream may have the number that another is to get.
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 4) for descriptor in (*streams, failure)]
    for target, descriptor in enumerate(high[:3]):
        os.dup2(descriptor, target, inheritable=True)
    failure = os.dup2(high[3], 3, inheritable=False)
    os.closerange(4, 1 << 20)
    os.chdir(order["cwd"])
    if not any(os.getcwd() == root or os.getcwd().startswith(root + "/") for root in order["roots"]):
        raise PermissionError(errno.EACCES, "the working folder was changed")
    return failure


def supervise(order: dict[str, Any], first: int, control: int, status: int, wake: int) -> None:
    """Wait for the command's first process, the agent's word, or a limit; then end what is left of it."""
    from apprentice.sandbox.child import supervisor

    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    limits = order["limits"]
    deadline = time.monotonic() + limits["seconds"]
    poller = select.poll()
    for descriptor in (control, wake):
        poller.register(descriptor, select.POLLIN)
    room = system.free_room(order["scratch"])
    calm = threads()
    why = ""
    watch_at = time.monotonic() + supervisor.WATCH_SECONDS
    while not why and not has_ended(first):
        for descriptor, _ in poller.poll(LOOK_SECONDS * 1000):
            data = os.read(descriptor, 4096)
            if descriptor == control:
                why = "" if data else "stopped"
                for number in data:
                    supervisor.send(first, number)
        now = threads()
        flooded = now - calm > limits["processes"]
        calm = min(calm, now)
        if not why and time.monotonic() >= deadline:
            why = "timeout"
        if not why and flooded:
            # While they are counted nobody forks.
            send_all(first, signal.SIGSTOP)
        if not why and (flooded or time.monotonic() >= watch_at):
            why = supervisor.over_limit(limits, order["scratch"], room)
            watch_at = time.monotonic() + supervisor.WATCH_SECONDS
        if not why and flooded:
            send_all(first, signal.SIGCONT)
            calm = threads()
    # One signal for all of them, while the first one's id is still taken; the rest is for what can't be.
    send_all(first, signal.SIGKILL)
    reaped: dict[int, tuple[int, float]] = {}
    supervisor.kill_all(first, reaped)
    ended, _ = reaped.get(first, (int(signal.SIGKILL), 0.0))
    supervisor.tell(status, f"ended {ended} {why}")


def has_ended(first: int) -> bool:
    """Whether the first process has ended; it is left to be reaped. Other children that ended are reaped."""
    while True:
        try:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return True
        if found is None:
            return False
        if found.si_pid == first:
            return True
        os.waitpid(found.si_pid, os.WNOHANG)


def threads() -> int:
    """How many threads the whole system has; cheap to ask, where counting one's own takes a look at each process."""
    try:
        with open("/proc/loadavg", encoding="ascii") as file:
            return int(file.read().split()[3].partition("/")[2])
    except (OSError, ValueError, IndexError):
        return 0


def send_all(group: int, number: int) -> None:
    """Send a signal to a group of processes, all at once."""
    with contextlib.suppress(OSError):
        os.killpg(group, number)
