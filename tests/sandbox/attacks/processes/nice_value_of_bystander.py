"""Change the nice value of another process of the user, and of its group.

canary: bystander
control: through
"""
import ctypes
import os

pid = TARGETS["bystander_pid"]
libc = ctypes.CDLL(None, use_errno=True)
for way in (
    lambda: os.setpriority(os.PRIO_PROCESS, pid, 7),
    lambda: os.setpriority(os.PRIO_PGRP, pid, 8),
    lambda: libc.setpriority(0, ctypes.c_ulong(pid), 9),
    lambda: libc.setpriority(ctypes.c_long(1 << 32), ctypes.c_ulong(pid | 1 << 32), 10),
):
    try:
        print(way(), os.strerror(ctypes.get_errno()))
    except OSError as error:
        print(error)
