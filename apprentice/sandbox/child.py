"""The trusted launcher of one run; executed by path in a fresh, isolated interpreter. Standard library only.

It becomes two processes. The *supervisor* never runs foreign code: it is the reaper of every descendant of the run,
also of daemons, and leaves none alive, whether the run ends, the agent says stop, or the agent is gone. The *worker*
bounds itself and then runs the code.

Arguments: three descriptors. `control` brings the request and is closed by the agent to end the run; its end is also
how the agent's death is noticed. `report` takes the worker's reports. `status` takes the supervisor's account.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
import sys
from types import ModuleType
from typing import Any


def main() -> None:
    """Read the request, fork, and be the one or the other."""
    control, report, status = (int(argument) for argument in sys.argv[1:4])
    request = read_request(control)
    if request is None:
        os._exit(0)
    find_neighbours()
    from apprentice.sandbox import child_supervisor, child_worker

    # The modules of this package may be cached by the interpreter; nothing that belongs to the run.
    child_worker.load(request)
    sys.dont_write_bytecode = True
    supervisor = os.getpid()
    wake_read, wake_write = os.pipe()
    for descriptor in (wake_read, wake_write):
        os.set_blocking(descriptor, False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    child_supervisor.adopt_descendants()
    gc.freeze()  # the collector would copy the pages that the two share
    worker = os.fork()
    if worker == 0:
        signal.set_wakeup_fd(-1)
        for descriptor in (wake_read, wake_write, control, status):
            os.close(descriptor)
        sys.exit(child_worker.work(request, report, supervisor))
    os.close(report)
    child_supervisor.supervise(worker, control, status, wake_read, request["limits"])
    os._exit(0)


def read_request(control: int) -> dict[str, Any] | None:
    """The request: its length as 16 hexadecimal digits, then marshalled plain data. None when the agent is gone."""

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
    return None if body is None else marshal.loads(body)


def find_neighbours() -> None:
    """Make the modules beside this file importable, without the package's start-up and its third-party libraries."""
    folder = os.path.dirname(os.path.abspath(__file__))
    for name, path in (("apprentice", os.path.dirname(folder)), ("apprentice.sandbox", folder)):
        package = ModuleType(name)
        package.__path__ = [path]
        sys.modules[name] = package


if __name__ == "__main__":
    main()
