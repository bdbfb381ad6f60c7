"""The trusted launcher of one unconfined run; run by `start` in a fresh, isolated interpreter. Standard library only.

It becomes two processes. The *supervisor* never runs foreign code: it is the reaper of every descendant of the run,
also of daemons, and leaves none alive, whether the run ends, the agent says stop, or the agent is gone. The *worker*
bounds itself and then runs the code.

Arguments: four descriptors. `request` brings the request. `control` is closed by the agent to end the run; its end is
also how the agent's death is noticed. `report` takes the worker's reports. `status` takes the supervisor's account.
"""

from __future__ import annotations

import gc
import os
import signal
import sys

from apprentice.sandbox.child import confine, supervisor, system, worker


def main() -> None:
    """Read the request, fork, and be the one or the other."""
    source, control, report, status = (int(argument) for argument in sys.argv[1:5])
    request = system.read_request(source)
    if request is None:
        os._exit(0)
    # The modules of this package may be cached by the interpreter; nothing that belongs to the run.
    run = worker.load(request)
    supervisor_pid = os.getpid()
    wake_read, wake_write = os.pipe()
    for descriptor in (wake_read, wake_write):
        os.set_blocking(descriptor, False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    supervisor.adopt_descendants()
    gc.freeze()  # the collector would copy the pages that the two share
    worker_pid = os.fork()
    if worker_pid == 0:
        signal.set_wakeup_fd(-1)
        ends = {"request": source, "stdout": 1, "stderr": 2, "report": report}
        worker.settle_in(supervisor_pid, ends)
        os.close(ends["request"])
        worker.enter(request)
        confine.bound(request["limits"])
        worker.bound_threads(request["limits"])
        system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)
        worker.work(request, run)
    for descriptor in (source, report):
        os.close(descriptor)
    supervisor.supervise(worker_pid, control, status, wake_read, request["limits"], request["scratch"])
    os._exit(0)
