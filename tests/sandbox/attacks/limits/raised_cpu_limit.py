"""Raise its own limits of processor time by setrlimit, prlimit and raw calls, ignore SIGXCPU, and compute.

canary: clock
control: through
limits: seconds=8, cpu_seconds=1
"""
import ctypes
import os
import resource
import signal
import struct
import time

signal.signal(signal.SIGXCPU, signal.SIG_IGN)
most = resource.RLIM_INFINITY
for value in ((most, most), (60, most), (60, 60), (resource.getrlimit(resource.RLIMIT_CPU)[1],) * 2):
    for change in (
        lambda: resource.setrlimit(resource.RLIMIT_CPU, value),
        lambda: resource.prlimit(os.getpid(), resource.RLIMIT_CPU, value),
        lambda: resource.setrlimit(resource.RLIMIT_RTTIME, value),
    ):
        try:
            change()
        except (OSError, ValueError):
            pass
number = {"x86_64": 302, "aarch64": 261}.get(os.uname().machine, -1)
ctypes.CDLL(None).syscall(number, 0, resource.RLIMIT_CPU, struct.pack("QQ", 2**64 - 1, 2**64 - 1), None)
end = time.monotonic() + 5
while time.monotonic() < end:
    sum(range(1000))
