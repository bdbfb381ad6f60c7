"""Make a message queue of System V, and leave a message in it for another run.

canary: sysv
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 68}.get(os.uname().machine, 186)
for way in (
    lambda: libc.msgget(0, 0o600),
    lambda: libc.msgget(os.getpid(), 0o3600),
    lambda: libc.syscall(number, 0, 0o600),
):
    queue = way()
    print(queue, os.strerror(ctypes.get_errno()))
    if queue >= 0:
        print(libc.msgsnd(queue, b"\1\0\0\0\0\0\0\0left", ctypes.c_size_t(4), 0o4000))
time.sleep(0.1)
