"""Make shared memory of System V, which outlives the run.

canary: sysv
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 29}.get(os.uname().machine, 194)
for way in (
    lambda: libc.shmget(0, ctypes.c_size_t(4096), 0o600),
    lambda: libc.shmget(os.getpid(), ctypes.c_size_t(4096), 0o3600),
    lambda: libc.syscall(number, 0, ctypes.c_size_t(4096), 0o600),
):
    print(way(), os.strerror(ctypes.get_errno()))
time.sleep(0.1)
