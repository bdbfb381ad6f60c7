"""Make files that are said to be very large and hold nothing, at the most that a file may be and beyond.

canary: disk
control: through
"""
import contextlib
import os
import resource
import signal
import time

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for value in ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), (1 << 50, resource.RLIM_INFINITY)):
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_FSIZE, value)
for number in range(40):
    descriptor = os.open(f"grown-{number}", os.O_RDWR | os.O_CREAT)
    for size in (1 << 42, 1 << 33, 100 << 20):
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, size)
        with contextlib.suppress(OSError):
            os.truncate(f"grown-{number}", size)
        with contextlib.suppress(OSError):
            os.pwrite(descriptor, b"end", size)
    os.close(descriptor)
time.sleep(0.3)
