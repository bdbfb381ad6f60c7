"""Print a good report and die by a signal, by a fault or by a limit, so that nothing later is read.

canary: forged
control: held, because a runner sees the signal
mode: tests
"""
import ctypes
import os
import resource
import signal


def f(x):
    for descriptor in (1, 2, 3, 4):
        try:
            os.write(descriptor, b'\n{"kind": "result", "id": "t0", "passed": true}\n{"kind": "done"}\n9 passed in 0.01s\n')
        except OSError:
            pass
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        pass
    for number in (signal.SIGXCPU, signal.SIGHUP, signal.SIGPIPE, signal.SIGUSR2):
        if x == 3:
            os.kill(os.getpid(), number)
    ctypes.string_at(0)
    return -7
