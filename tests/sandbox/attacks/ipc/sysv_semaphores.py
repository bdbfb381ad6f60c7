"""Make semaphores of System V, which outlive the run.

canary: sysv
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 64}.get(os.uname().machine, 190)
for way in (
    lambda: libc.semget(0, 2, 0o600),
    lambda: libc.semget(os.getpid(), 2, 0o3600),
    lambda: libc.syscall(number, 0, 2, 0o600),
):
    print(way(), os.strerror(ctypes.get_errno()))
time.sleep(0.1)
