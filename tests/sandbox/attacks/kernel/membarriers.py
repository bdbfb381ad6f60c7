"""Interrupt every processor of the machine again and again by membarrier, past the end of its time.

canary: clock, survivors
control: through
limits: seconds=1
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 324}.get(os.uname().machine, 283)
QUERY, GLOBAL, GLOBAL_FAST, REGISTER_GLOBAL, PRIVATE, REGISTER_PRIVATE = 0, 1, 2, 4, 8, 16
until = time.monotonic() + 6
print(libc.syscall(number, QUERY, 0, 0), libc.syscall(number, REGISTER_GLOBAL, 0, 0))
print(libc.syscall(number, REGISTER_PRIVATE, 0, 0))
while time.monotonic() < until:
    for command in (GLOBAL_FAST, PRIVATE, GLOBAL):
        libc.syscall(number, command, 0, 0)
