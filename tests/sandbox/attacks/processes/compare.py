"""Compare the kernel's objects of processes by kcmp, which tells how they lie in the kernel's memory.

canary: descriptor(got-through)
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 312}.get(os.uname().machine, 272)
for pid in (os.getppid(), os.getpid()):
    for kind in range(7):
        order = libc.syscall(number, os.getpid(), pid, kind, 0, 1)
        print(pid, kind, order, os.strerror(ctypes.get_errno()))
        if order >= 0:
            proof = open("got-through", "w")
time.sleep(0.3)
